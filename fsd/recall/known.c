#include "recall/known.h"

#include "base/clock.h"
#include "base/fdio.h"
#include "contact/contacts.h"
#include "analyse/known.h"
#include "recall/state.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { PIECE = 4096, SHARE = 20 };

/* What is remembered of a lineage while the tables are made. */
struct seen {
    uint64_t lineage; /* 0: not looked up yet */
    uint32_t rep;     /* index in reps, or rep_count: another's */
    bool is_list;
};

struct tables {
    int names_fd;
    int *texts_fd; /* one a rep */
};

struct recall_known {
    struct recall *recall;
    const char *const *reps;
    size_t rep_count;
    struct tables now;        /* -1: none yet */
    uint64_t made_of[3];      /* what the index had when they were begun: keys, texts, versions */
    int64_t due_ns, spent_ns; /* monotonic; of the making in hand */

    /* the making in hand */
    bool is_making, at_texts;
    uint64_t making_of[3], from;
    struct known_writer *names, **texts;
    struct seen *seen; /* by the lineage's number in the index */
    size_t seen_room;
};

/* ---- tables ---- */

static void close_tables(struct tables *t, size_t count)
{
    fd_close(&t->names_fd);
    for (size_t i = 0; i < count; i++)
        fd_close(&t->texts_fd[i]);
}

static void drop_making(struct recall_known *k)
{
    known_drop(k->names);
    k->names = NULL;
    for (size_t i = 0; i < k->rep_count; i++) {
        known_drop(k->texts[i]);
        k->texts[i] = NULL;
    }
    free(k->seen);
    k->seen = NULL;
    k->seen_room = 0;
    k->is_making = k->at_texts = false;
    k->from = 0;
}

static int begin_making(struct recall_known *k)
{
    int err = known_begin(&k->names, KNOWN_NAMES);
    for (size_t i = 0; i < k->rep_count && err == 0; i++)
        err = known_begin(&k->texts[i], KNOWN_TEXTS);
    k->is_making = true;
    k->spent_ns = 0;
    return err;
}

/* The new tables take the place of the old ones, all or none. */
static int finish_making(struct recall_known *k)
{
    int names_fd = known_seal(k->names), err = names_fd < 0 ? names_fd : 0;
    for (size_t i = 0; i < k->rep_count && err == 0; i++) {
        int fd = known_seal(k->texts[i]);
        if (fd < 0) {
            err = fd;
            break;
        }
        fd_close(&k->now.texts_fd[i]);
        k->now.texts_fd[i] = fd;
    }
    if (err < 0) {
        fd_close(&names_fd);
        close_tables(&k->now, k->rep_count);
        return err;
    }
    fd_close(&k->now.names_fd);
    k->now.names_fd = names_fd;
    memcpy(k->made_of, k->making_of, sizeof k->made_of);
    return 0;
}

/* ---- what the index has ---- */

static uint32_t number_of_rep(const struct recall_known *k, const char *rep)
{
    uint32_t i = 0;
    while (i < k->rep_count && strcmp(k->reps[i], rep) != 0)
        i++;
    return i;
}

static int make_room(struct recall_known *k, uint32_t number)
{
    enum { FIRST = 1024 };
    size_t room = k->seen_room == 0 ? FIRST : k->seen_room;
    while (room <= number)
        room *= 2;
    if (room == k->seen_room)
        return 0;
    struct seen *grown = reallocarray(k->seen, room, sizeof *grown);
    if (grown == NULL)
        return -ENOMEM;
    memset(grown + k->seen_room, 0, (room - k->seen_room) * sizeof *grown);
    k->seen = grown;
    k->seen_room = room;
    return 0;
}

/* The lineage behind a number; with recall's lock held. A lineage that is not wholly in is nobody's. */
static int look_up(struct recall_known *k, uint32_t number, const struct seen **out)
{
    struct index_lineage l = {.lineage = UINT64_MAX};
    struct index_place place;
    int err = make_room(k, number);
    if (err < 0)
        return err;
    struct seen *s = &k->seen[number];
    if (s->lineage == 0) {
        err = index_look_up(k->recall->x, number, &l, NULL);
        if (err == 0)
            err = index_find_place(k->recall->x, l.lineage, &place, NULL);
        if (err < 0 && err != -ENOENT)
            return err;
        *s = (struct seen){.lineage = l.lineage,
                           .rep = err == 0 ? number_of_rep(k, place.rep) : (uint32_t)k->rep_count,
                           .is_list = l.rows >= RECALL_LIST_ROWS};
    }
    *out = s;
    return 0;
}

static int take_key(void *ctx, uint64_t key, uint32_t number)
{
    static const unsigned wanted = 1u << CONTACT_NAME | 1u << CONTACT_COMPANY | 1u << CONTACT_EMAIL;
    struct recall_known *k = ctx;
    const struct seen *s;
    if ((wanted & 1u << (key & INDEX_KIND)) == 0)
        return 0;
    int err = look_up(k, number, &s);
    if (err == 0 && s->is_list)
        err = known_add_name(k->names, key);
    return err < 0 ? err : 0;
}

static int take_text(void *ctx, uint64_t print, uint32_t number)
{
    struct recall_known *k = ctx;
    const struct seen *s;
    int err = look_up(k, number, &s);
    if (err == 0 && s->rep < k->rep_count)
        err = known_add_text(k->texts[s->rep], print, s->lineage);
    return err < 0 ? err : 0;
}

/* One piece of the walk: 1: there is more; 0: all is in the tables. */
static int take_piece(struct recall_known *k, struct error *e)
{
    recall_lock_auto *lock = recall_locked(&k->recall->lock);
    if (k->recall->x == NULL)
        return error_set(e, EAGAIN, "index: it is just being made anew");
    int more = k->at_texts ? index_walk_text(k->recall->x, &k->from, PIECE, take_text, k, e)
                           : index_walk_keys(k->recall->x, &k->from, PIECE, take_key, k, e);
    if (more != 0 || k->at_texts)
        return more;
    k->at_texts = true;
    k->from = 0;
    return 1;
}

/* ---- what others call ---- */

static bool is_due(struct recall_known *k, int64_t now_ns)
{
    struct recall_state state;
    if (now_ns < k->due_ns || recall_get_state(k->recall, &state, NULL) < 0)
        return false;
    k->making_of[0] = state.keys;
    k->making_of[1] = state.texts;
    k->making_of[2] = state.versions;
    return k->now.names_fd < 0 || memcmp(k->making_of, k->made_of, sizeof k->made_of) != 0;
}

int recall_known_step(struct recall_known *k, int64_t now_ns, int slice_ms, struct error *e)
{
    int more = 1;
    if (!k->is_making && !is_due(k, now_ns))
        return 0;
    if (!k->is_making && (more = begin_making(k)) == 0)
        more = 1;
    int64_t begun_ns = clock_mono_ns(), until_ns = begun_ns + slice_ms * NS_PER_MS;
    while (more > 0 && clock_mono_ns() < until_ns)
        more = take_piece(k, e);
    k->spent_ns += clock_mono_ns() - begun_ns;
    if (more > 0)
        return 1;
    if (more == 0)
        more = finish_making(k);
    drop_making(k);
    int64_t apart_ns = SHARE * k->spent_ns;
    k->due_ns = now_ns + (apart_ns > RECALL_KNOWN_APART_MS * NS_PER_MS ? apart_ns : RECALL_KNOWN_APART_MS * NS_PER_MS);
    return more < 0 && e->code == 0 ? error_sys(e, more, "tables of what is known") : more;
}

bool recall_known_about(struct recall_known *k, const char *rep, const char *device, const char *mount,
                        const char *path, struct inspector_known *out)
{
    uint32_t number = k == NULL ? 0 : number_of_rep(k, rep);
    if (k == NULL || number == k->rep_count || k->now.names_fd < 0)
        return false;
    *out = (struct inspector_known){.names_fd = k->now.names_fd, .texts_fd = k->now.texts_fd[number]};
    const struct index_stream stream = {rep, device};
    struct index_version version;
    recall_lock_auto *lock = recall_locked(&k->recall->lock);
    if (k->recall->x != NULL && index_find_file(k->recall->x, &stream, mount, path, &version, NULL) == 1)
        out->draft = version.lineage;
    return true;
}

int recall_known_open(struct recall_known **out, struct recall *r, const char *const *reps, size_t rep_count)
{
    struct recall_known *k = calloc(1, sizeof *k);
    if (k == NULL)
        return -ENOMEM;
    k->recall = r;
    k->reps = reps;
    k->now.names_fd = -1;
    k->texts = calloc(rep_count + 1, sizeof(struct known_writer *));
    k->now.texts_fd = calloc(rep_count + 1, sizeof *k->now.texts_fd);
    if (k->texts == NULL || k->now.texts_fd == NULL) {
        recall_known_close(k);
        return -ENOMEM;
    }
    k->rep_count = rep_count;
    for (size_t i = 0; i < rep_count; i++)
        k->now.texts_fd[i] = -1;
    *out = k;
    return 0;
}

void recall_known_close(struct recall_known *k)
{
    if (k == NULL)
        return;
    if (k->rep_count > 0 || k->names != NULL)
        drop_making(k);
    close_tables(&k->now, k->rep_count);
    free(k->texts);
    free(k->now.texts_fd);
    free(k);
}
