#include "inspect/pdf.h"

#include "base/clock.h"
#include "base/fdio.h"
#include "inspect/pdf_wire.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

enum { GRACE_MS = 1000 }; /* a helper has its own deadline, and ours is a little longer */

struct pdf_client {
    int socket; /* -1: the helper is gone */
    struct pdf_message message;
};

/* ---- the helper ---- */

/* A helper that hangs would hang us. */
static int limit_waiting(int socket)
{
    const struct timeval most = {.tv_sec = (PDF_DEADLINE_MS + GRACE_MS) / 1000};
    return setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &most, sizeof most) < 0 ||
                   setsockopt(socket, SOL_SOCKET, SO_SNDTIMEO, &most, sizeof most) < 0
               ? -errno
               : 0;
}

/* Its next message, with the length of its bytes in *len; whatever goes wrong, it is given up. */
static int receive(struct pdf_client *c, size_t *len)
{
    size_t fd_count = 0;
    ssize_t n = fd_receive(c->socket, &c->message, sizeof c->message, NULL, &fd_count);
    if (n < (ssize_t)PDF_MESSAGE_HEAD) {
        fd_close(&c->socket);
        return -ENOTCONN;
    }
    *len = (size_t)n - PDF_MESSAGE_HEAD;
    return 0;
}

static int start_helper(int *out, const struct pdf_program *program, unsigned uid, unsigned gid)
{
    int ends[2];
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) < 0)
        return -errno;
    pid_t pid = fork();
    if (pid == 0)
        _exit(pdf_helper_main(ends[1], program, uid, gid));
    int err = pid < 0 ? -errno : 0;
    close(ends[1]);
    if (err < 0)
        close(ends[0]);
    else
        *out = ends[0];
    return err;
}

int pdf_client_open_on(struct pdf_client **out, int socket)
{
    fd_auto own = socket;
    struct pdf_client *c = calloc(1, sizeof *c);
    if (c == NULL)
        return -ENOMEM;
    c->socket = fd_steal(&own);
    size_t len = 0;
    int err = limit_waiting(c->socket);
    if (err == 0 && (receive(c, &len) < 0 || c->message.type != PDF_DONE || len != 0))
        err = -EPROTO;
    if (err < 0)
        pdf_client_close(c);
    else
        *out = c;
    return err;
}

int pdf_client_open(struct pdf_client **out, const struct pdf_program *program, unsigned uid, unsigned gid,
                    struct error *e)
{
    int socket = -1;
    if (access(program->path, X_OK) < 0)
        return error_sys(e, errno, "%s", program->path);
    int err = start_helper(&socket, program, uid, gid);
    if (err == 0)
        err = pdf_client_open_on(out, socket);
    if (err == -EPROTO)
        return error_set(e, EPROTO, "what runs %s did not begin", program->path);
    return err < 0 ? error_sys(e, err, "starting what runs %s", program->path) : 0;
}

void pdf_client_close(struct pdf_client *c)
{
    if (c == NULL)
        return;
    fd_close(&c->socket);
    free(c);
}

/* ---- one file ---- */

static int send_message(struct pdf_client *c, enum pdf_message_type type, int64_t value, size_t len)
{
    c->message.type = type;
    c->message.value = value;
    if (fd_send(c->socket, &c->message, PDF_MESSAGE_HEAD + len, NULL, 0) == 0)
        return 0;
    fd_close(&c->socket);
    return -ENOTCONN;
}

static int send_file(struct pdf_client *c, const struct input *in, int64_t until_ns)
{
    int err = send_message(c, PDF_BEGIN, until_ns, 0);
    for (uint64_t at = 0; err == 0 && at < in->size;) {
        ssize_t n = input_read_at(in, at, c->message.bytes, sizeof c->message.bytes);
        if (n < 0)
            return (int)n;
        if (n == 0)
            break;
        err = send_message(c, PDF_BYTES, 0, (size_t)n);
        at += (uint64_t)n;
    }
    return err < 0 ? err : send_message(c, PDF_RUN, 0, 0);
}

/* One file's text on its way back. */
struct taking {
    pdf_take *take;
    void *ctx;
    int answer;       /* take's */
    size_t bytes;     /* that came */
    int64_t until_ns; /* a helper that still sends by then is not one */
};

static bool is_last_word(const struct pdf_client *c, size_t len)
{
    int64_t said = c->message.value;
    return len == 0 && (said == 0 || said == -EBADMSG || said == -EFBIG || said == -ECANCELED);
}

static int give_up(struct pdf_client *c)
{
    fd_close(&c->socket);
    return -ENOTCONN;
}

/* A helper that a file has turned may send anything, and without end: what is no answer of a helper is its last. */
static int take_piece(struct pdf_client *c, struct taking *t, size_t len)
{
    t->bytes += len;
    if (c->message.type != PDF_TEXT || len == 0 || t->bytes > PDF_TEXT_MOST + PDF_PIECE_BYTES ||
        clock_mono_ns() > t->until_ns)
        return give_up(c);
    if (t->answer == 0)
        t->answer = t->take(t->ctx, c->message.bytes, len);
    return 0;
}

/* All that comes back is taken off the socket, also what nobody wants any more: the next answer is the next file's. */
static int take_text(struct pdf_client *c, struct taking *t)
{
    for (;;) {
        size_t len;
        int err = receive(c, &len);
        if (err == 0 && c->message.type == PDF_DONE)
            return !is_last_word(c, len) ? give_up(c) : t->answer != 0 ? t->answer : (int)c->message.value;
        if (err == 0)
            err = take_piece(c, t, len);
        if (err < 0)
            return err;
    }
}

int pdf_client_convert(void *ctx, struct input *in, int64_t until_ns, pdf_take *take, void *take_ctx)
{
    struct pdf_client *c = ctx;
    if (c->socket < 0)
        return -ENOTCONN;
    if (in->size > PDF_FILE_MOST)
        return -EFBIG;
    int err = send_file(c, in, until_ns);
    if (err < 0)
        return err;
    struct taking t = {
        .take = take, .ctx = take_ctx, .until_ns = clock_mono_ns() + (PDF_DEADLINE_MS + GRACE_MS) * NS_PER_MS};
    return take_text(c, &t);
}

/* ---- this process's ---- */

static struct pdf_client *client;

int extract_pdf_prepare(unsigned uid, unsigned gid, struct error *e)
{
    /* -layout keeps what stands in one row of a table in one line. */
    static char *const arguments[] = {"pdftotext", "-q", "-layout", "-nopgbrk", "-enc", "UTF-8", "-", "-", NULL};
    static const struct pdf_program pdftotext = {.path = "/usr/bin/pdftotext", .arguments = arguments};
    struct error why = {0};
    int err = pdf_client_open(&client, &pdftotext, uid, gid, &why);
    if (err == 0)
        extract_pdf_through(pdf_client_convert, client);
    else if (err != -ENOENT && err != -EPROTO)
        return error_set(e, err, "%s", why.text);
    return 0;
}

void extract_pdf_close(void)
{
    extract_pdf_through(NULL, NULL);
    pdf_client_close(client);
    client = NULL;
}
