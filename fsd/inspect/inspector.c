/* The inspector process: one question, one look, one answer, until its socket closes. */
#include "inspect/detect.h"
#include "inspect/sandbox.h"
#include "inspect/wire.h"

#include "base/fdio.h"
#include "base/log.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* Whatever libmagic and the C library do only once (time zone, locale, first allocations) has to happen while files can
 * be opened. */
static int warm_up(struct detector *d)
{
    if (setenv("TZ", "UTC0", 1) < 0)
        return -errno;
    tzset();
    struct inspect_facts facts;
    fd_auto null = open("/dev/null", O_RDONLY | O_CLOEXEC);
    return null < 0 ? -errno : detector_look(d, null, &facts);
}

static int prepare(struct detector **out, unsigned uid, unsigned gid, struct error *e)
{
    int err = sandbox_drop_user(uid, gid, e);
    if (err < 0)
        return err;
    struct detector *d = NULL;
    err = detector_open(&d, e);
    if (err < 0)
        return err;
    err = warm_up(d);
    if (err < 0)
        error_sys(e, err, "inspector: first look");
    else
        err = sandbox_close(e);
    if (err < 0)
        detector_close(d);
    else
        *out = d;
    return err;
}

static void look(struct detector *d, int fd, struct inspect_facts *facts)
{
    sandbox_begin_file();
    if (detector_look(d, fd, facts) < 0)
        facts->status = INSPECT_UNREADABLE;
    sandbox_end_file();
}

static int answer(int socket, struct detector *d, const struct wire_question *q, int fd)
{
    struct wire_answer a = {.id = q->id, .type = q->type == WIRE_ECHO ? WIRE_ECHOED : WIRE_FACTS};
    if (q->type == WIRE_ASK && fd >= 0)
        look(d, fd, &a.facts);
    else
        a.facts.status = INSPECT_UNREADABLE;
    return fd_send(socket, &a, sizeof a, NULL, 0);
}

static int serve(int socket, struct detector *d)
{
    const struct wire_answer hello = {.type = WIRE_HELLO};
    int err = fd_send(socket, &hello, sizeof hello, NULL, 0);
    while (err == 0) {
        struct wire_question q;
        int fd = -1;
        size_t fd_count = 1;
        ssize_t n = fd_receive(socket, &q, sizeof q, &fd, &fd_count);
        if (n == 0)
            return 0;
        if (n == sizeof q)
            err = answer(socket, d, &q, fd_count == 1 ? fd : -1);
        else if (n < 0 && n != -EMSGSIZE)
            err = (int)n;
        if (n > 0 && fd_count == 1)
            fd_close(&fd);
    }
    return err == -EPIPE || err == -ECONNRESET ? 0 : err;
}

int inspector_main(int socket, unsigned uid, unsigned gid)
{
    struct error e = {0};
    struct detector *d = NULL;
    if (prepare(&d, uid, gid, &e) < 0) {
        log_error("%s", e.text);
        return EXIT_FAILURE;
    }
    int err = serve(socket, d);
    detector_close(d);
    return err < 0 ? EXIT_FAILURE : EXIT_SUCCESS;
}
