#include "event/board.h"

#include "base/clock.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/futex.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { BOARD_MAGIC = 0x42464831, BOARD_VERSION = 2 };

/* ---- the page ---- */

/* Put the head in and forbid any change of size, so that no process can make another's reads fault. */
static int prepare(int fd)
{
    if (ftruncate(fd, BOARD_BYTES) < 0)
        return -errno;
    struct board *b = board_map(fd);
    if (b == NULL)
        return -errno;
    b->magic = BOARD_MAGIC;
    b->version = BOARD_VERSION;
    munmap(b, BOARD_BYTES);
    return fcntl(fd, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL) < 0 ? -errno : 0;
}

int board_create(void)
{
    int fd = memfd_create("holdfast-board", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    if (fd < 0)
        return -errno;
    int err = prepare(fd);
    if (err < 0) {
        close(fd);
        return err;
    }
    return fd;
}

struct board *board_map(int fd)
{
    struct board *b = mmap(NULL, BOARD_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    return b == MAP_FAILED ? NULL : b;
}

/* ---- the bell ---- */

/*
 * The keeper puts up its sign and then looks for work; the mount writes a record and then looks at the sign. With a
 * full fence between the two steps on either side, at least one of them sees the other: no record waits for the
 * timeout. Whoever takes the sign down rings, so that a burst of records costs one system call. A mount that dies
 * between taking it down and ringing costs the keeper one timeout.
 */
void board_ring(struct board *b)
{
    atomic_thread_fence(memory_order_seq_cst);
    if (atomic_load_explicit(&b->keeper_sleeps, memory_order_relaxed) == 0)
        return;
    if (atomic_exchange(&b->keeper_sleeps, 0) == 0)
        return;
    atomic_fetch_add(&b->bell, 1);
    syscall(SYS_futex, &b->bell, FUTEX_WAKE, INT_MAX, NULL, NULL, 0);
}

enum { SLICE_MS = 5, BELLS_MOST = 64 };

struct bells {
    struct futex_waitv wait[BELLS_MOST];
    struct board *const *boards;
    int count;
};

static bool any_rang(const struct bells *bells)
{
    for (int i = 0; i < bells->count; i++)
        if (atomic_load(&bells->boards[i]->bell) != bells->wait[i].val)
            return true;
    return false;
}

static struct timespec to_timespec(int64_t ns)
{
    return (struct timespec){.tv_sec = ns / NS_PER_SEC, .tv_nsec = ns % NS_PER_SEC};
}

/* For kernels without futex_waitv (before 5.16): look every few milliseconds. */
static void wait_in_slices(const struct bells *bells, int64_t until_ns)
{
    for (int64_t now = clock_mono_ns(); now < until_ns && !any_rang(bells); now = clock_mono_ns()) {
        int64_t left = until_ns - now;
        struct timespec slice = to_timespec(left < SLICE_MS * NS_PER_MS ? left : SLICE_MS * NS_PER_MS);
        nanosleep(&slice, NULL);
    }
}

static void wait_for_bells(struct bells *bells, int64_t until_ns)
{
    struct timespec until = to_timespec(until_ns);
    long woken = syscall(SYS_futex_waitv, bells->wait, (unsigned)bells->count, 0, &until, CLOCK_MONOTONIC);
    if (woken < 0 && (errno == ENOSYS || errno == EPERM))
        wait_in_slices(bells, until_ns);
}

static void put_up_signs(struct board *const *boards, int count, uint32_t up)
{
    for (int i = 0; i < count; i++)
        atomic_store(&boards[i]->keeper_sleeps, up);
}

void board_wait(struct board *const *boards, int count, int timeout_ms, bool (*has_work)(void *), void *ctx)
{
    struct bells bells = {.boards = boards, .count = count < BELLS_MOST ? count : BELLS_MOST};
    int64_t until_ns = clock_mono_ns() + timeout_ms * NS_PER_MS;
    for (int i = 0; i < bells.count; i++)
        bells.wait[i] = (struct futex_waitv){
            .val = atomic_load(&boards[i]->bell), .uaddr = (uintptr_t)&boards[i]->bell, .flags = FUTEX_32};
    put_up_signs(boards, bells.count, 1);
    atomic_thread_fence(memory_order_seq_cst);
    if (has_work == NULL || !has_work(ctx))
        wait_for_bells(&bells, until_ns);
    put_up_signs(boards, bells.count, 0);
}

/* ---- trouble ---- */

enum { READ_TRIES = 1000, TEXT_BYTES = sizeof((struct board_trouble *)0)->text };

/* The text is read while it may be written: byte by byte, so that nothing worse than a torn text can be seen, and that
 * is read again. */
static void text_store(char *to, const char *from)
{
    for (size_t i = 0; i < TEXT_BYTES; i++)
        __atomic_store_n(to + i, from[i], __ATOMIC_RELAXED);
}

static void text_load(char *to, const char *from)
{
    for (size_t i = 0; i < TEXT_BYTES; i++)
        to[i] = __atomic_load_n(from + i, __ATOMIC_RELAXED);
    to[TEXT_BYTES - 1] = 0;
}

/* The lock is odd while somebody writes. A writer that finds it odd succeeds one that died there. */
static uint32_t begin_write(struct board_trouble *t)
{
    uint32_t lock = atomic_load(&t->lock) | 1;
    atomic_store(&t->lock, lock);
    atomic_thread_fence(memory_order_seq_cst);
    return lock;
}

static void end_write(struct board_trouble *t, uint32_t lock) { atomic_store(&t->lock, lock + 1); }

void board_set_trouble(struct board_trouble *t, const char *format, ...)
{
    if (format == NULL) {
        board_clear_trouble(t);
        return;
    }
    char text[TEXT_BYTES] = {0};
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    uint32_t lock = begin_write(t);
    text_store(t->text, text);
    if (atomic_load(&t->since_ns) == 0)
        atomic_store(&t->since_ns, clock_real_ns());
    end_write(t, lock);
}

void board_clear_trouble(struct board_trouble *t)
{
    if (atomic_load(&t->since_ns) == 0)
        return;
    uint32_t lock = begin_write(t);
    atomic_store(&t->since_ns, 0);
    end_write(t, lock);
}

bool board_get_trouble(struct board_trouble *t, char text[static 236], int64_t *since_ns)
{
    for (int tries = 0; tries < READ_TRIES; tries++) {
        uint32_t lock = atomic_load(&t->lock);
        int64_t since = atomic_load(&t->since_ns);
        text_load(text, t->text);
        atomic_thread_fence(memory_order_seq_cst);
        if ((lock & 1) == 0 && atomic_load(&t->lock) == lock) {
            *since_ns = since;
            return since != 0;
        }
    }
    *since_ns = clock_real_ns();
    snprintf(text, TEXT_BYTES, "a process died while it wrote here what went wrong; see the log");
    return true;
}
