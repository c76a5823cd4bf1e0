#include "save/capture.h"

#include "base/clock.h"
#include "base/fdio.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { ATTEMPTS = 5, ATTEMPT_MS = 10 };

bool capture_is_away(int err)
{
    return err == -ENOTCONN || err == -ETIMEDOUT || err == -EHOSTDOWN || err == -EHOSTUNREACH || err == -ENODEV ||
           err == -ECONNABORTED || err == -ECONNRESET || err == -EPIPE || err == -EBADMSG || err == -ESHUTDOWN ||
           err == -EREMOTEIO || err == -ENETDOWN || err == -ENETUNREACH || err == -EMFILE || err == -ENFILE ||
           err == -ENOMEM;
}

static void ask_inspector(struct keep_tools *t, const struct lane *l, struct capture *c)
{
    uint64_t ticket = ++t->last_ticket;
    const char *path = c->want.path == NULL ? "" : c->want.path;
    struct inspector_known known;
    bool is_known = recall_known_about(t->known, l->mount->rep, t->device, l->mount->name, path, &known);
    if (c->answered)
        fd_close(&c->found.report_fd);
    c->answered = false;
    int err = inspector_ask_knowing(t->inspector, c->fd, path, is_known ? &known : NULL, ticket);
    c->ticket = err == 0 ? ticket : 0;
}

static bool open_clone(struct lane *l, struct capture *c)
{
    int fd = c->clone_seq == 0 ? -ENOENT : spool_open_clone(l->spool_fd, c->clone_seq);
    if (fd < 0)
        return false;
    fd_close(&c->fd);
    c->fd = fd;
    c->err = 0;
    c->is_clone = true;
    return true;
}

int capture_open(struct keep_tools *t, struct lane *l, struct capture *const *captures, size_t count)
{
    struct fetch_want wants[FETCH_BATCH];
    struct fetch_got got[FETCH_BATCH];
    struct capture *asked[FETCH_BATCH];
    size_t files = 0;
    for (size_t i = 0; i < count; i++) {
        if (open_clone(l, captures[i]))
            continue;
        wants[files] = captures[i]->want;
        asked[files++] = captures[i];
    }
    int err = files == 0 ? 0 : fetcher_open_files(l->fetcher, wants, files, got);
    if (err < 0)
        return err;
    for (size_t i = 0; i < files; i++) {
        asked[i]->fd = got[i].fd;
        asked[i]->err = -got[i].at.err;
        asked[i]->at = got[i].at;
        if (asked[i]->fd < 0)
            open_clone(l, asked[i]); /* it was removed between the two looks */
    }
    for (size_t i = 0; i < count; i++)
        if (captures[i]->fd >= 0 && (captures[i]->is_clone || S_ISREG(captures[i]->at.mode)))
            ask_inspector(t, l, captures[i]);
    return 0;
}

void capture_close(struct capture *c)
{
    fd_close(&c->fd);
    if (c->answered)
        fd_close(&c->found.report_fd);
}

static void pause_ms(int ms)
{
    struct timespec t = {.tv_nsec = ms * NS_PER_MS};
    nanosleep(&t, NULL);
}

static bool is_same(const struct stat *a, const struct stat *b)
{
    return a->st_size == b->st_size && clock_from_timespec(a->st_mtim) == clock_from_timespec(b->st_mtim) &&
           clock_from_timespec(a->st_ctim) == clock_from_timespec(b->st_ctim);
}

/* Did reading fail, rather than writing to the record? */
static bool cannot_read(int fd, uint64_t size)
{
    char byte;
    return fd_pread_full(fd, &byte, 1, 0) < 0 || fd_pread_full(fd, &byte, 1, size > 0 ? (off_t)size - 1 : 0) < 0;
}

/* One try. 0: stable; 1: it changed meanwhile, and was taken back; 2: the same, but kept since this is the last try;
 * -errno. */
static int add_once(struct lane *l, struct record_batch *b, struct capture *c, bool last, bool *store_failed,
                    struct error *e)
{
    struct stat before, after;
    struct error why = {0};
    if (fstat(c->fd, &before) < 0) {
        *store_failed = true;
        return error_sys(e, errno, "cannot look at a file");
    }
    int err = record_batch_add_file(b, c->fd, (uint64_t)before.st_size, &c->content, &why);
    bool has_clone = !c->is_clone && c->clone_seq != 0 && spool_has_clone(l->spool_fd, c->clone_seq);
    if (err < 0 && err != -ESTALE && !has_clone) {
        *store_failed = cannot_read(c->fd, (uint64_t)before.st_size);
        return error_set(e, err, "%s", why.text);
    }
    bool stable = err == 0 && !has_clone && (c->is_clone || (fstat(c->fd, &after) == 0 && is_same(&before, &after)));
    if (stable) {
        c->at.size = (uint64_t)before.st_size;
        c->at.mtime_ns = clock_from_timespec(before.st_mtim);
        c->at.ctime_ns = clock_from_timespec(before.st_ctim);
        return 0;
    }
    if (err == 0 && last && !has_clone)
        return 2;
    if (err == 0)
        err = record_batch_take_back(b, &c->content, e);
    return err < 0 && err != -ESTALE ? err : 1;
}

/* It goes on growing while we read. Copy it as it is now, and take that. */
static int freeze(struct lane *l, struct capture *c, struct error *e)
{
    fd_auto copy = openat(l->spool_fd, ".", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    int err = copy < 0 ? -errno : fd_clone(c->fd, copy);
    if (err < 0)
        return error_sys(e, err, "cannot copy a file that keeps changing");
    fd_close(&c->fd);
    c->fd = fd_steal(&copy);
    c->is_clone = true;
    return 0;
}

int capture_add(struct keep_tools *t, struct lane *l, struct record_batch *b, struct capture *c, bool *store_failed,
                struct error *e)
{
    static const char changed[] = "changed while it was read";
    for (int i = 0; i <= ATTEMPTS + 1; i++) {
        int got = add_once(l, b, c, i >= ATTEMPTS, store_failed, e);
        if (got == 2)
            c->note = changed;
        if (got == 2 || got <= 0)
            return got < 0 ? got : 0;
        if (open_clone(l, c)) {
            ask_inspector(t, l, c);
            continue;
        }
        if (i >= ATTEMPTS) {
            int err = freeze(l, c, e);
            if (err < 0)
                return err;
            c->note = changed;
        }
        pause_ms(ATTEMPT_MS);
    }
    *store_failed = true;
    return error_set(e, EIO, "a copy in the spool cannot be read whole");
}

/* The answer goes to whoever waits for it; nobody may. */
static void file_answer(struct capture *const *captures, size_t count, struct capture *c, uint64_t ticket,
                        struct inspection *found)
{
    struct capture *to = c->ticket == ticket ? c : NULL;
    for (size_t i = 0; i < count && to == NULL; i++)
        if (captures[i]->ticket == ticket)
            to = captures[i];
    if (to == NULL || to->answered) {
        fd_close(&found->report_fd);
        return;
    }
    to->found = *found;
    to->answered = true;
}

void capture_inspect(struct keep_tools *t, const struct lane *l, struct capture *c, struct capture *const *captures,
                     size_t count)
{
    struct inspection found;
    uint64_t ticket;
    if (c->ticket == 0)
        ask_inspector(t, l, c);
    while (!c->answered && inspector_answer(t->inspector, &ticket, &found) == 1) {
        file_answer(captures, count, c, ticket, &found);
        if (c->ticket == 0)
            ask_inspector(t, l, c); /* its queue was full */
    }
    if (!c->answered)
        c->found = inspection_unreadable();
    c->answered = true;
}

void capture_drop_answers(struct keep_tools *t)
{
    struct inspection found;
    uint64_t ticket;
    while (inspector_answer(t->inspector, &ticket, &found) == 1)
        fd_close(&found.report_fd);
}
