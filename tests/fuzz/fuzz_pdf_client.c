/*
 * fuzz_pdf_client: any messages as what a helper sends that a PDF has turned: a file's text is taken or the helper
 * given up, and nothing comes out that pdf_converter does not name.
 *
 * The input is a series of messages: a byte for the type, eight for the value, two for how many bytes follow in it.
 */
#include "inspect/pdf.h"

#include "base/fdio.h"
#include "inspect/pdf_wire.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

enum { MESSAGES_MOST = 64, IN_FRONT = 11, ENOUGH = -ENOSPC };

static void send_all(int helper, const uint8_t *data, size_t size)
{
    static const uint32_t types[] = {PDF_TEXT, PDF_DONE, PDF_BEGIN, PDF_BYTES, PDF_RUN, 0};
    static struct pdf_message m;
    size_t at = 0;
    m.type = PDF_DONE; /* it has begun */
    send(helper, &m, PDF_MESSAGE_HEAD, MSG_DONTWAIT | MSG_NOSIGNAL);
    for (int i = 0; i < MESSAGES_MOST && at + IN_FRONT <= size; i++) {
        size_t len = (size_t)data[at + 9] << 8 | data[at + 10], left = size - at - IN_FRONT;
        m.type = types[data[at] % (sizeof types / sizeof *types)];
        memcpy(&m.value, data + at + 1, sizeof m.value);
        len = len > left ? left : len > sizeof m.bytes ? sizeof m.bytes : len;
        memcpy(m.bytes, data + at + IN_FRONT, len);
        size_t whole = data[at] >= 0xf8 && len < PDF_MESSAGE_HEAD ? len : PDF_MESSAGE_HEAD + len;
        if (send(helper, &m, whole, MSG_DONTWAIT | MSG_NOSIGNAL) < 0)
            break;
        at += IN_FRONT + len;
    }
    shutdown(helper, SHUT_WR);
}

struct taken {
    size_t bytes, most;
    bool is_enough;
};

static int take(void *ctx, const void *bytes, size_t len)
{
    struct taken *t = ctx;
    if (t->is_enough || len == 0 || len > PDF_PIECE_BYTES)
        abort();
    free(memcpy(malloc(len), bytes, len));
    t->bytes += len;
    t->is_enough = t->bytes > t->most;
    return t->is_enough ? ENOUGH : 0;
}

static void check(int err, const struct taken *t)
{
    if (t->is_enough ? err != ENOUGH && err != -ENOTCONN
                     : err != 0 && err != -EBADMSG && err != -EFBIG && err != -ECANCELED && err != -ENOTCONN)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    int ends[2];
    struct pdf_client *c = NULL;
    if (size == 0 || socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) < 0)
        return 0;
    fd_auto helper = ends[1];
    send_all(helper, data + 1, size - 1);
    if (pdf_client_open_on(&c, ends[0]) < 0)
        abort();
    for (int file = 0, gone = 0; file < 4; file++) {
        struct taken t = {.most = data[0] * 8u};
        struct input in = input_from_memory("%PDF-1.7", 8, "a.pdf");
        int err = pdf_client_convert(c, &in, 0, take, &t);
        check(err, &t);
        if (gone && err != -ENOTCONN)
            abort();
        gone = err == -ENOTCONN;
    }
    pdf_client_close(c);
    return 0;
}
