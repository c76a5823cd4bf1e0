#include "control/client.h"

#include "base/fdio.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

enum { READ_BYTES = 16 * 1024 };

struct control_client {
    int fd;
    struct buf in; /* read, from `used` on not yet handed over */
    size_t used;
};

static int connect_to(const char *run, int *out, struct error *e)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int len = snprintf(address.sun_path, sizeof address.sun_path, "%s/control.sock", run);
    if (len < 0 || (size_t)len >= sizeof address.sun_path)
        return error_set(e, ENAMETOOLONG, "%s/control.sock: too long for a socket; shorten run in fs.conf", run);
    fd_auto fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return error_sys(e, errno, "socket");
    int err = connect(fd, (struct sockaddr *)&address, sizeof address) < 0 ? -errno : 0;
    if (err == -ENOENT || err == -ECONNREFUSED || err == -EACCES)
        return err;
    if (err != 0)
        return error_sys(e, err, "%s", address.sun_path);
    *out = fd_steal(&fd);
    return 0;
}

static int send_all(int fd, const char *bytes, size_t len)
{
    while (len > 0) {
        ssize_t n = send(fd, bytes, len, MSG_NOSIGNAL);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return -errno;
        bytes += n;
        len -= (size_t)n;
    }
    return 0;
}

static int send_request(int fd, const struct wire_request *request, struct error *e)
{
    json_auto *json = wire_pack_request(request);
    char *text = json ? json_dumps(json, JSON_COMPACT) : NULL;
    if (text == NULL)
        return error_sys(e, ENOMEM, "request");
    size_t len = strlen(text);
    text[len] = '\n'; /* in place of the NUL; sent by length */
    int err = len + 1 > WIRE_REQUEST_BYTES ? -EMSGSIZE : send_all(fd, text, len + 1);
    free(text);
    return err == -EPIPE || err == -ECONNRESET ? 0 /* it may have answered "busy" before it read */
           : err != 0                          ? error_sys(e, err, "asking the daemon")
                                               : 0;
}

int control_ask(struct control_client **out, const char *run, const struct wire_request *request, struct error *e)
{
    fd_auto fd = -1;
    int err = connect_to(run, &fd, e);
    if (err == 0)
        err = send_request(fd, request, e);
    if (err != 0)
        return err;
    struct control_client *c = calloc(1, sizeof *c);
    if (c == NULL)
        return error_sys(e, ENOMEM, "asking the daemon");
    c->fd = fd_steal(&fd);
    *out = c;
    return 0;
}

int control_probe(const char *run, struct error *e)
{
    fd_auto fd = -1;
    return connect_to(run, &fd, e);
}

int control_wait(struct control_client *c, int reader_fd, int timeout_ms)
{
    struct pollfd p[] = {{.fd = c->fd, .events = POLLIN}, {.fd = reader_fd}};
    if (c->in.len > c->used)
        return 1;
    int ready;
    do
        ready = poll(p, 2, timeout_ms);
    while (ready < 0 && errno == EINTR);
    if (ready > 0 && p[0].revents == 0)
        return -EPIPE;
    return ready != 0;
}

/* Read more behind what is there: the count, 0 at the end, or -errno. */
static ssize_t read_more(struct control_client *c)
{
    if (c->used > 0) {
        memmove(c->in.data, c->in.data + c->used, c->in.len - c->used);
        c->in.len -= c->used;
        c->used = 0;
    }
    char *to = buf_reserve(&c->in, READ_BYTES);
    if (to == NULL)
        return -ENOMEM;
    ssize_t n;
    do
        n = recv(c->fd, to, READ_BYTES, 0);
    while (n < 0 && errno == EINTR);
    if (n < 0)
        return errno == ECONNRESET ? 0 : -errno;
    c->in.len += (size_t)n;
    return n;
}

/* Find the next whole line; *out points into the buffer, without its newline. */
static int next_line(struct control_client *c, const char **out, size_t *len, struct error *e)
{
    size_t seen = 0;
    for (;;) {
        char *start = c->in.data ? c->in.data + c->used : NULL;
        char *end = start ? memchr(start + seen, '\n', c->in.len - c->used - seen) : NULL;
        if (end != NULL) {
            *out = start;
            *len = (size_t)(end - start);
            c->used += *len + 1;
            return 0;
        }
        seen = c->in.len - c->used;
        if (seen > WIRE_ANSWER_BYTES)
            return error_set(e, EPROTO, "the daemon's answer is no answer: a line without an end");
        ssize_t n = read_more(c);
        if (n == 0)
            return error_set(e, EPIPE, "the daemon went away before it had answered; ask again");
        if (n < 0)
            return error_sys(e, (int)-n, "reading the daemon's answer");
    }
}

static int take_error(json_t *error, struct error *e)
{
    json_int_t code = json_integer_value(json_object_get(error, "code"));
    const char *text = json_string_value(json_object_get(error, "text"));
    struct error told = {0};
    error_set(&told, code > 0 && code < 4096 ? (int)code : EIO, "%s",
              text ? text : "the daemon could not, and did not say why");
    if (buf_unquote(told.text) < 0)
        told.text[0] = 0;
    return error_set(e, told.code, "%s", told.text);
}

int control_next(struct control_client *c, json_t **line, struct error *e)
{
    const char *text = NULL;
    size_t len = 0;
    int err = next_line(c, &text, &len, e);
    if (err != 0)
        return err;
    json_auto *json = json_loadb(text, len, JSON_REJECT_DUPLICATES, NULL);
    if (!json_is_object(json))
        return error_set(e, EPROTO, "the daemon's answer is no answer");
    json_t *error = json_object_get(json, "error");
    if (error != NULL)
        return take_error(error, e);
    if (json_is_true(json_object_get(json, "done")))
        return 0;
    *line = json_incref(json);
    return 1;
}

int64_t control_copy_rest(struct control_client *c, int fd, struct error *e)
{
    int64_t total = 0;
    for (;;) {
        size_t len = c->in.len - c->used;
        int err = len > 0 ? fd_write_all(fd, c->in.data + c->used, len) : 0;
        if (err != 0)
            return error_sys(e, err, "writing");
        total += (int64_t)len;
        c->used = c->in.len;
        ssize_t n = read_more(c);
        if (n < 0)
            return error_sys(e, (int)-n, "reading the daemon's answer");
        if (n == 0)
            return total;
    }
}

void control_close(struct control_client *c)
{
    if (c == NULL)
        return;
    fd_close(&c->fd);
    buf_free(&c->in);
    free(c);
}
