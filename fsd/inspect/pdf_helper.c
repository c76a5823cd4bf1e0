#include "inspect/pdf_helper.h"

#include "base/clock.h"
#include "base/fdio.h"
#include "base/log.h"
#include "inspect/pdf_sandbox.h"
#include "inspect/pdf_wire.h"
#include "inspect/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/* Where the descriptors lie, so that all others can be closed. */
enum { SOCKET_FD = 3, FILE_FD = 4, NULL_FD = 5, FIRST_OTHER_FD = 6 };

struct helper {
    const struct pdf_program *program;
    uint64_t size; /* of the file that is gathered */
    bool is_too_large;
    int64_t until_ns;
    struct pdf_message message;
};

/* ---- the program ---- */

static void run_program(const struct helper *h, int out)
{
    static char *const environment[] = {"LC_ALL=C.UTF-8", "HOME=/nonexistent", NULL};
    if (prctl(PR_SET_PDEATHSIG, SIGKILL) < 0 || lseek(FILE_FD, 0, SEEK_SET) < 0)
        return;
    if (dup2(FILE_FD, STDIN_FILENO) < 0 || dup2(out, STDOUT_FILENO) < 0 || dup2(NULL_FD, STDERR_FILENO) < 0)
        return;
    if (pdf_sandbox_close_program(NULL) == 0)
        execve(h->program->path, h->program->arguments, environment);
}

/* Start it: its pid, and where its text comes from in *from; -errno. */
static pid_t start_program(const struct helper *h, int *from)
{
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) < 0)
        return -errno;
    pid_t pid = fork();
    if (pid == 0) {
        run_program(h, ends[1]);
        _exit(127);
    }
    int err = -errno;
    close(ends[1]);
    if (pid > 0)
        *from = ends[0];
    else
        close(ends[0]);
    return pid > 0 ? pid : err;
}

/* Wait until there is something to read, or the process is gone: false, the deadline has come. */
static bool wait_readable(int fd, int64_t until_ns)
{
    for (;;) {
        int64_t left = until_ns - clock_mono_ns();
        if (left <= 0)
            return false;
        struct pollfd p = {.fd = fd, .events = POLLIN};
        int n = poll(&p, 1, (int)(left / NS_PER_MS) + 1);
        if (n > 0)
            return true;
        if (n < 0 && errno != EINTR)
            return false;
    }
}

/* Pass its text on: 0 at the end; -EBADMSG, the deadline; -ECANCELED, enough; or of the socket. */
static int pass_text(struct helper *h, int from)
{
    size_t passed = 0;
    while (wait_readable(from, h->until_ns)) {
        ssize_t n = read(from, h->message.bytes, sizeof h->message.bytes);
        if (n <= 0)
            return n < 0 ? -EBADMSG : 0;
        h->message.type = PDF_TEXT;
        int err = fd_send(SOCKET_FD, &h->message, PDF_MESSAGE_HEAD + (size_t)n, NULL, 0);
        if (err < 0)
            return err;
        passed += (size_t)n;
        if (passed > PDF_TEXT_MOST)
            return -ECANCELED;
    }
    return -EBADMSG;
}

/* Its end: of itself within the deadline, else by force. 0 if it left well. */
static int end_program(pid_t pid, bool is_wanted, int64_t until_ns)
{
    fd_auto watch = (int)syscall(SYS_pidfd_open, pid, 0);
    if (!is_wanted || watch < 0 || !wait_readable(watch, until_ns))
        kill(pid, SIGKILL);
    int status = 0;
    while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
        ;
    return WIFEXITED(status) && WEXITSTATUS(status) == 0 ? 0 : -EBADMSG;
}

/* Whatever was asked for: not before now, nor later than we would wait for anybody. */
static int64_t deadline_of(int64_t asked_ns)
{
    int64_t now = clock_mono_ns(), most = now + PDF_DEADLINE_MS * NS_PER_MS;
    return asked_ns == 0 || asked_ns > most ? most : asked_ns < now ? now : asked_ns;
}

static int convert(struct helper *h)
{
    h->until_ns = deadline_of(h->until_ns);
    fd_auto from = -1;
    pid_t pid = start_program(h, &from);
    if (pid < 0)
        return -EBADMSG;
    int err = pass_text(h, from);
    int ended = end_program(pid, err == 0, h->until_ns);
    return err < 0 ? err : ended;
}

/* ---- messages ---- */

static int begin(struct helper *h)
{
    h->size = 0;
    h->is_too_large = false;
    h->until_ns = h->message.value;
    return ftruncate(FILE_FD, 0) < 0 ? -errno : lseek(FILE_FD, 0, SEEK_SET) < 0 ? -errno : 0;
}

static int add_bytes(struct helper *h, size_t len)
{
    h->size += len;
    h->is_too_large |= h->size > PDF_FILE_MOST;
    return h->is_too_large ? 0 : fd_write_all(FILE_FD, h->message.bytes, len);
}

static int send_done(int64_t value)
{
    const struct pdf_message done = {.type = PDF_DONE, .value = value};
    return fd_send(SOCKET_FD, &done, PDF_MESSAGE_HEAD, NULL, 0);
}

static int run(struct helper *h)
{
    int err = h->is_too_large ? -EFBIG : convert(h);
    if (err == -EPIPE || err == -ECONNRESET)
        return err;
    int cleared = ftruncate(FILE_FD, 0) < 0 ? -errno : 0;
    int sent = send_done(err);
    return cleared < 0 ? cleared : sent;
}

/* `len`: bytes behind the head, which only a piece of the file has. */
static int take_message(struct helper *h, size_t len)
{
    if (h->message.type == PDF_BYTES)
        return add_bytes(h, len);
    if (len == 0 && h->message.type == PDF_BEGIN)
        return begin(h);
    return len == 0 && h->message.type == PDF_RUN ? run(h) : -EPROTO;
}

static int serve(struct helper *h)
{
    int err = send_done(0);
    while (err == 0) {
        size_t fd_count = 0;
        ssize_t n = fd_receive(SOCKET_FD, &h->message, sizeof h->message, NULL, &fd_count);
        if (n <= 0)
            return (int)n;
        if ((size_t)n < PDF_MESSAGE_HEAD)
            return -EPROTO;
        err = take_message(h, (size_t)n - PDF_MESSAGE_HEAD);
    }
    return err;
}

/* ---- begin ---- */

/* The few descriptors to their places, the others closed. */
static int arrange(int socket, struct error *e)
{
    fd_auto near = fcntl(socket, F_DUPFD_CLOEXEC, FIRST_OTHER_FD);
    fd_auto file = memfd_create("pdf", MFD_CLOEXEC);
    fd_auto null = open("/dev/null", O_RDWR | O_CLOEXEC);
    fd_auto spare = file >= 0 ? fcntl(file, F_DUPFD_CLOEXEC, FIRST_OTHER_FD) : -1;
    fd_auto nothing = null >= 0 ? fcntl(null, F_DUPFD_CLOEXEC, FIRST_OTHER_FD) : -1;
    if (near < 0 || spare < 0 || nothing < 0)
        return error_sys(e, errno, "pdftotext: descriptors");
    fd_close(&file);
    fd_close(&null);
    if (dup3(near, SOCKET_FD, O_CLOEXEC) < 0 || dup3(spare, FILE_FD, O_CLOEXEC) < 0 ||
        dup3(nothing, NULL_FD, O_CLOEXEC) < 0)
        return error_sys(e, errno, "pdftotext: descriptors");
    fd_close(&near);
    fd_close(&spare);
    fd_close(&nothing);
    if (close_range(FIRST_OTHER_FD, ~0u, 0) < 0)
        return error_sys(e, errno, "pdftotext: closing descriptors");
    return 0;
}

/* An inspector runs in idle time unless the supervisor, who knows its pid, says otherwise. Nobody knows ours: a small
 * share it is, always, or an inspector that was given more would wait for us. */
static void leave_idle_time(void)
{
    const struct sched_param none = {0};
    if (sched_getscheduler(0) == SCHED_IDLE)
        sched_setscheduler(0, SCHED_BATCH, &none);
}

int pdf_helper_main(int socket, const struct pdf_program *program, unsigned uid, unsigned gid)
{
    struct error e = {0};
    struct helper *h = calloc(1, sizeof *h);
    leave_idle_time();
    int err = h == NULL ? -ENOMEM : arrange(socket, &e);
    if (err == 0)
        err = sandbox_become(uid, gid, &e);
    if (err == 0)
        err = pdf_sandbox_close_helper(program->path, &e);
    if (err == -ENOSYS)
        log_warn("this kernel runs without Landlock: PDF files are not read");
    else if (err < 0)
        log_error("%s", e.text);
    if (err == 0) {
        h->program = program;
        err = serve(h);
    }
    free(h);
    return err < 0 ? EXIT_FAILURE : EXIT_SUCCESS;
}
