/*
 * fuzz_pdf_helper: any messages as what an inspector sends to the process that runs pdftotext: it serves on or leaves,
 * and what it gathers is what was sent. Its sandbox stays open and no program is started: fork fails here.
 *
 * The input is a series of messages: a byte for the type, eight for the value, one for how many bytes follow in it.
 */
#include "inspect/pdf_helper.c"

#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>

enum { MESSAGES_MOST = 48, IN_FRONT = 10 };

pid_t fork(void)
{
    errno = EAGAIN;
    return -1;
}

static int inspector = -1;

static void drain(void)
{
    struct pdf_message m;
    while (recv(inspector, &m, sizeof m, MSG_DONTWAIT) > 0)
        if (m.type != PDF_DONE || m.value > 0)
            abort();
}

/* Descriptors as pdf_helper_main has them. */
static void begin_run(void)
{
    int ends[2];
    if (socketpair(AF_UNIX, SOCK_SEQPACKET, 0, ends) < 0)
        abort();
    inspector = fcntl(ends[0], F_DUPFD, 100);
    int near = fcntl(ends[1], F_DUPFD, 100), file = memfd_create("pdf", 0), far = fcntl(file, F_DUPFD, 100);
    close(ends[0]);
    close(ends[1]);
    close(file);
    if (inspector < 0 || dup2(near, SOCKET_FD) < 0 || dup2(far, FILE_FD) < 0)
        abort();
    close(near);
    close(far);
}

static void send_all(const uint8_t *data, size_t size)
{
    static const uint32_t types[] = {PDF_BEGIN, PDF_BYTES, PDF_RUN, PDF_TEXT, PDF_DONE, 0};
    static struct pdf_message m;
    size_t at = 0;
    for (int i = 0; i < MESSAGES_MOST && at + IN_FRONT <= size; i++) {
        size_t len = data[at + 9], left = size - at - IN_FRONT;
        m.type = types[data[at] % (sizeof types / sizeof *types)];
        memcpy(&m.value, data + at + 1, sizeof m.value);
        len = len > left ? left : len;
        memcpy(m.bytes, data + at + IN_FRONT, len);
        /* some are shorter than a head, or as long as the longest */
        size_t whole = data[at] >= 0xf8 ? len : data[at] >= 0xf0 ? sizeof m : PDF_MESSAGE_HEAD + len;
        if (send(inspector, &m, whole, MSG_DONTWAIT | MSG_NOSIGNAL) < 0)
            break;
        at += IN_FRONT + len;
    }
    shutdown(inspector, SHUT_WR);
}

/* What a program would say within whatever deadline was asked for. */
static void pass_some(struct helper *h)
{
    int ends[2];
    if (pipe2(ends, O_CLOEXEC | O_NONBLOCK) < 0 || write(ends[1], "text", 4) != 4)
        abort();
    close(ends[1]);
    h->until_ns = deadline_of(h->until_ns);
    int err = pass_text(h, ends[0]);
    if (err != 0 && err != -EBADMSG && err != -EPIPE)
        abort();
    close(ends[0]);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct helper h;
    struct stat st;
    h = (struct helper){.program = NULL};
    begin_run();
    send_all(data, size);
    int err = serve(&h);
    if (err > 0 || (err < 0 && err != -EPROTO && err != -EMSGSIZE))
        abort();
    if (fstat(FILE_FD, &st) < 0 || (uint64_t)st.st_size > h.size || st.st_size > PDF_FILE_MOST)
        abort();
    drain();
    pass_some(&h);
    close(inspector);
    close(SOCKET_FD);
    close(FILE_FD);
    return 0;
}
