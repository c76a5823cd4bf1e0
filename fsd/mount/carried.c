#include "mount/carried.h"

#include "event/journal.h"

#include <errno.h>
#include <stdlib.h>

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

/* From the first record that the journal still has, if `after` itself was trimmed. */
static struct journal_reader *open_journal(int spool_fd, uint64_t after)
{
    struct journal_reader *reader = NULL;
    uint64_t first, newest;
    if (journal_bounds(spool_fd, &first, &newest) == 0)
        journal_open_reader(&reader, spool_fd, after + 1 > first ? after + 1 : first, NULL);
    return reader;
}

/* A save that says it was cloned counts too: its writer may have died in between. */
static void carry(struct carried *c, const struct journal_record *r, uint64_t after)
{
    if (r->type == JOURNAL_SAVE && r->seq > after)
        carried_put(c, r->ino, r->seq);
    else if (r->type == JOURNAL_DELETE && r->nlink <= 1)
        carried_drop(c, r->ino);
}

void carried_fill(struct carried *c, int spool_fd, uint64_t after)
{
    struct journal_reader *reader = open_journal(spool_fd, after);
    struct journal_record r;
    while (reader != NULL && journal_read(reader, &r, NULL) == 1)
        carry(c, &r, after);
    if (reader != NULL)
        journal_close_reader(reader);
    pthread_mutex_lock(&c->lock);
    c->is_filled = true;
    pthread_cond_broadcast(&c->filled);
    pthread_mutex_unlock(&c->lock);
}
