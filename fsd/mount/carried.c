#include "mount/carried.h"

#include "base/log.h"
#include "event/journal.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { FILL_TRIES = 100, FILL_PAUSE_NS = 10 * 1000 * 1000 };

void carried_open(struct carried *c)
{
    *c = (struct carried){0};
    pthread_mutex_init(&c->lock, NULL);
    pthread_cond_init(&c->filled, NULL);
}

static struct carried_save *find(const struct carried *c, uint64_t ino)
{
    size_t at = (size_t)(ino * UINT64_C(0x9e3779b97f4a7c15) >> 20) & (c->room - 1);
    while (c->saves[at].ino != 0 && c->saves[at].ino != ino)
        at = (at + 1) & (c->room - 1);
    return &c->saves[at];
}

/* Move all saves newer than `kept` into a table of `room`. */
static bool resize(struct carried *c, size_t room, uint64_t kept)
{
    struct carried old = *c;
    struct carried_save *saves = calloc(room, sizeof *saves);
    if (saves == NULL)
        return false;
    c->saves = saves;
    c->room = room;
    c->used = 0;
    for (size_t i = 0; i < old.room; i++) {
        if (old.saves[i].ino == 0 || old.saves[i].seq <= kept)
            continue;
        *find(c, old.saves[i].ino) = old.saves[i];
        c->used++;
    }
    free(old.saves);
    return true;
}

bool carried_put(struct carried *c, uint64_t ino, uint64_t seq)
{
    pthread_mutex_lock(&c->lock);
    bool fits = c->used * 4 < c->room * 3 || resize(c, c->room ? c->room * 2 : 1024, 0);
    if (fits) {
        struct carried_save *s = find(c, ino);
        c->used += s->ino == 0;
        if (s->seq < seq)
            *s = (struct carried_save){ino, seq};
    }
    pthread_mutex_unlock(&c->lock);
    return fits;
}

void carried_drop(struct carried *c, uint64_t ino)
{
    pthread_mutex_lock(&c->lock);
    struct carried_save *s = c->used > 0 ? find(c, ino) : NULL;
    if (s != NULL)
        s->seq = 0; /* the entry goes with the next trim: another may have been put behind it */
    pthread_mutex_unlock(&c->lock);
}

uint64_t carried_get(struct carried *c, uint64_t ino)
{
    pthread_mutex_lock(&c->lock);
    while (!c->is_filled)
        pthread_cond_wait(&c->filled, &c->lock);
    uint64_t seq = c->used == 0 ? 0 : find(c, ino)->seq;
    pthread_mutex_unlock(&c->lock);
    return seq;
}

void carried_trim(struct carried *c, uint64_t kept)
{
    pthread_mutex_lock(&c->lock);
    if (c->is_filled && c->used > 512)
        resize(c, c->room, kept);
    pthread_mutex_unlock(&c->lock);
}

/* A save that says it was cloned counts too: its writer may have died in between. */
static void carry(struct carried *c, const struct journal_record *r, uint64_t after)
{
    if (r->type == JOURNAL_SAVE && r->seq > after)
        carried_put(c, r->ino, r->seq);
    else if (r->type == JOURNAL_DELETE && r->nlink <= 1)
        carried_drop(c, r->ino);
}

/*
 * All that the journal has behind *after, which moves on. 0 at its end; -errno: try again, the keeper may have trimmed
 * away what was about to be read. What is damaged is passed over: the keeper tells of it.
 */
static int carry_all(struct carried *c, int spool_fd, uint64_t *after)
{
    struct journal_reader *reader = NULL;
    struct journal_record r;
    uint64_t first, newest;
    int got = journal_bounds(spool_fd, &first, &newest);
    if (got == 0)
        got = journal_open_reader(&reader, spool_fd, *after + 1 > first ? *after + 1 : first, NULL);
    if (got < 0)
        return got == -ENOENT ? 0 : got;
    while ((got = journal_read(reader, &r, NULL)) == 1 || got == -EILSEQ) {
        if (got != 1)
            continue;
        carry(c, &r, *after);
        *after = r.seq;
    }
    journal_close_reader(reader);
    return got;
}

void carried_fill(struct carried *c, int spool_fd, uint64_t after)
{
    int err;
    for (int tries = 0; (err = carry_all(c, spool_fd, &after)) < 0 && tries < FILL_TRIES; tries++)
        nanosleep(&(struct timespec){.tv_nsec = FILL_PAUSE_NS}, NULL);
    if (err < 0)
        log_error("the journal cannot be read (%s): saves from before the start are safe once they are kept",
                  strerror(-err));
    pthread_mutex_lock(&c->lock);
    c->is_filled = true;
    pthread_cond_broadcast(&c->filled);
    pthread_mutex_unlock(&c->lock);
}
