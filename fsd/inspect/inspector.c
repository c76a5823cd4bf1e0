/* The inspector process: one question, one look, one answer, until its socket closes. */
#include "analyse/analyse.h"
#include "extract/charset.h"
#include "extract/zip.h"
#include "inspect/pdf.h"
#include "inspect/sandbox.h"
#include "inspect/wire.h"

#include "base/fdio.h"
#include "base/log.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* What the libraries do only once (character sets, zones, first allocations) has to happen while files can be opened.
 */
static int warm_up(struct analyser *a)
{
    zip_prepare();
    int err = charset_prepare();
    if (err < 0)
        return err;
    struct inspection found;
    fd_auto null = open("/dev/null", O_RDONLY | O_CLOEXEC);
    return null < 0 ? -errno : analyser_look(a, null, 0, "", -1, &found);
}

static int prepare(struct analyser **out, const struct inspector_start *start, struct error *e)
{
    if (setenv("TZ", "UTC0", 1) < 0)
        return error_sys(e, errno, "inspector");
    tzset();
    int err = extract_pdf_prepare(start->uid, start->gid, e); /* a process of its own, before none may be started */
    if (err == 0)
        err = sandbox_drop_user(start->uid, start->gid, e);
    if (err < 0)
        return err;
    struct analyser *a = NULL;
    err = analyser_open(&a, start->policy, start->secret, e);
    if (err < 0)
        return err;
    analyser_tell(a, start->tell);
    if (start->patient)
        analyser_be_patient(a);
    err = start->seek != NULL ? analyser_seek(a, start->seek) : 0;
    if (err == 0)
        err = warm_up(a);
    if (err < 0)
        error_sys(e, err, "inspector: first look");
    else
        err = sandbox_close(e);
    if (err < 0)
        analyser_close(a);
    else
        *out = a;
    return err;
}

/* A table that cannot be read is as none: the file is looked at all the same. */
static void look(struct analyser *a, const struct wire_question *q, const int fds[static WIRE_FDS],
                 struct inspection *found)
{
    known_auto names = {0}, texts = {0};
    const struct analyser_known known = {&names, &texts, q->draft};
    *found = inspection_unreadable();
    if (memchr(q->path, 0, sizeof q->path) == NULL)
        return;
    bool is_known =
        fds[2] >= 0 && known_map(&names, fds[2], KNOWN_NAMES) == 0 && known_map(&texts, fds[3], KNOWN_TEXTS) == 0;
    analyser_set_known(a, is_known ? &known : NULL);
    sandbox_begin_file(analyser_is_patient(a) ? INSPECT_PATIENT_MS / 1000 : SANDBOX_CPU_SECONDS);
    if (analyser_look(a, fds[0], q->size, q->path, fds[1], found) < 0)
        *found = inspection_unreadable();
    sandbox_end_file();
    analyser_set_known(a, NULL);
}

static int answer(int socket, struct analyser *a, const struct wire_question *q, const int fds[static WIRE_FDS],
                  size_t fd_count)
{
    struct wire_answer reply = {.id = q->id, .type = q->type == WIRE_ECHO ? WIRE_ECHOED : WIRE_FACTS};
    if (q->type == WIRE_ASK && (fd_count == 2 || fd_count == WIRE_FDS))
        look(a, q, fds, &reply.found);
    else
        reply.found = inspection_unreadable();
    return fd_send(socket, &reply, sizeof reply, NULL, 0);
}

static int serve(int socket, struct analyser *a)
{
    const struct wire_answer hello = {.type = WIRE_HELLO};
    int err = fd_send(socket, &hello, sizeof hello, NULL, 0);
    while (err == 0) {
        struct wire_question q;
        int fds[WIRE_FDS] = {-1, -1, -1, -1};
        size_t fd_count = WIRE_FDS;
        ssize_t n = fd_receive(socket, &q, sizeof q, fds, &fd_count);
        if (n == 0)
            return 0;
        if (n == sizeof q)
            err = answer(socket, a, &q, fds, fd_count);
        else if (n < 0 && n != -EMSGSIZE)
            err = (int)n;
        for (size_t i = 0; n > 0 && i < fd_count; i++)
            fd_close(&fds[i]);
    }
    return err == -EPIPE || err == -ECONNRESET ? 0 : err;
}

int inspector_main(const struct inspector_start *start)
{
    struct error e = {0};
    struct analyser *a = NULL;
    if (prepare(&a, start, &e) < 0) {
        log_error("%s", e.text);
        return EXIT_FAILURE;
    }
    int err = serve(start->socket, a);
    analyser_close(a);
    extract_pdf_close();
    return err < 0 ? EXIT_FAILURE : EXIT_SUCCESS;
}
