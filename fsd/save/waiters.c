#include "save/waiters.h"

#include "base/clock.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

void waiters_open(struct waiters *w, struct lane *lanes, size_t lane_count)
{
    pthread_condattr_t monotonic;
    *w = (struct waiters){.lanes = lanes, .lane_count = lane_count};
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_mutex_init(&w->lock, NULL);
    pthread_cond_init(&w->moved, &monotonic);
    pthread_cond_init(&w->asked, &monotonic);
    pthread_condattr_destroy(&monotonic);
}

void waiters_close(struct waiters *w)
{
    pthread_cond_destroy(&w->moved);
    pthread_cond_destroy(&w->asked);
    pthread_mutex_destroy(&w->lock);
}

static void wait_until(pthread_cond_t *cond, pthread_mutex_t *lock, int64_t mono_ns)
{
    struct timespec t = {.tv_sec = mono_ns / NS_PER_SEC, .tv_nsec = mono_ns % NS_PER_SEC};
    pthread_cond_timedwait(cond, lock, &t);
}

void waiters_tell(struct waiters *w)
{
    pthread_mutex_lock(&w->lock);
    pthread_cond_broadcast(&w->moved);
    pthread_mutex_unlock(&w->lock);
}

void waiters_dismiss(struct waiters *w)
{
    pthread_mutex_lock(&w->lock);
    w->is_over = true;
    pthread_cond_broadcast(&w->moved);
    pthread_mutex_unlock(&w->lock);
}

void waiters_wake(struct waiters *w)
{
    pthread_mutex_lock(&w->lock);
    w->is_asked = true;
    pthread_cond_signal(&w->asked);
    for (size_t i = 0; i < w->lane_count && !w->is_over; i++)
        board_ring(w->lanes[i].board);
    pthread_mutex_unlock(&w->lock);
}

bool waiters_have_asked(struct waiters *w)
{
    pthread_mutex_lock(&w->lock);
    bool asked = w->is_asked;
    w->is_asked = false;
    pthread_mutex_unlock(&w->lock);
    return asked;
}

void waiters_sleep(struct waiters *w, int timeout_ms)
{
    int64_t end = clock_mono_ns() + timeout_ms * NS_PER_MS;
    pthread_mutex_lock(&w->lock);
    while (!w->is_asked && clock_mono_ns() < end)
        wait_until(&w->asked, &w->lock, end);
    w->is_asked = false;
    pthread_mutex_unlock(&w->lock);
}

/* Ask each mount what has to be kept, and have it kept at once. */
static int ask_mounts(struct waiters *w, uint64_t *heads, struct error *e)
{
    for (size_t i = 0; i < w->lane_count; i++) {
        struct lane *l = &w->lanes[i];
        int err = fetcher_barrier(l->fetcher, &heads[i]);
        if (err < 0)
            return error_sys(e, err, "mount %s does not answer", l->mount->name);
        uint64_t wanted = atomic_load(&l->wanted);
        while (wanted < heads[i] && !atomic_compare_exchange_weak(&l->wanted, &wanted, heads[i]))
            continue;
    }
    waiters_wake(w);
    return 0;
}

/*
 * The first lane that is not kept up to its head, or NULL. A folder that came in by a rename is saved, too, and is
 * looked through behind the events; but as scans wait while saves go on, only for so long.
 */
static struct lane *first_behind(const struct waiters *w, const uint64_t *heads, int64_t scans_until_ns)
{
    bool scans_count = clock_mono_ns() < scans_until_ns;
    for (size_t i = 0; i < w->lane_count; i++)
        if (atomic_load(&w->lanes[i].kept) < heads[i] || (scans_count && atomic_load(&w->lanes[i].scan.owed)))
            return &w->lanes[i];
    return NULL;
}

static uint64_t sum_kept(const struct waiters *w)
{
    uint64_t sum = 0;
    for (size_t i = 0; i < w->lane_count; i++)
        sum += atomic_load(&w->lanes[i].kept);
    return sum;
}

/* Wait, as long as something moves or nothing is known to be wrong. */
static int wait_for(struct waiters *w, const uint64_t *heads, struct error *e)
{
    char why[236];
    int64_t since_ns, moved_ns = clock_mono_ns();
    int64_t scans_until_ns = moved_ns + WAITERS_SCAN_MS * NS_PER_MS;
    uint64_t sum = sum_kept(w);
    struct lane *behind;
    int err = 0;
    pthread_mutex_lock(&w->lock);
    while (err == 0 && (behind = first_behind(w, heads, scans_until_ns)) != NULL) {
        wait_until(&w->moved, &w->lock, clock_mono_ns() + NS_PER_SEC);
        int64_t now = clock_mono_ns();
        if (sum_kept(w) != sum)
            moved_ns = now;
        sum = sum_kept(w);
        if (w->is_over && first_behind(w, heads, 0) != NULL)
            err = error_set(e, ESHUTDOWN, "the daemon is stopping; what is not in the record yet stays in the spool");
        else if (now - moved_ns > WAITERS_PATIENCE_MS * NS_PER_MS &&
                 board_get_trouble(&behind->board->keeper.trouble, why, &since_ns))
            err = error_set(e, EAGAIN, "mount %s: %s", behind->mount->name, why);
    }
    pthread_mutex_unlock(&w->lock);
    return err;
}

int waiters_sync(struct waiters *w, struct error *e)
{
    uint64_t *heads = calloc(w->lane_count, sizeof *heads);
    if (heads == NULL)
        return error_sys(e, ENOMEM, "sync");
    int err = ask_mounts(w, heads, e);
    if (err == 0)
        err = wait_for(w, heads, e);
    free(heads);
    return err;
}
