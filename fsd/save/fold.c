/*
 * One pass over the records. Each rule looks back at plans that an earlier record made, and changes or drops them; a
 * plan never moves, except that a save whose file is renamed is made again at the end, under the new name.
 *
 * Dropping a plan is safe because the later ones do not lean on it: a DELETE of what the record does not have is
 * nothing, and so is the RENAME of an empty folder.
 */
#include "save/fold.h"

#include "save/places.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct folder {
    struct fold_plan *plans;
    size_t count, room;
    struct places places;
};

static bool is_put(const struct fold_plan *p)
{
    return p->action == FOLD_SAVE || p->action == FOLD_SYMLINK || p->action == FOLD_LINK;
}

/* Add a plan at the end: its index, or -ENOMEM. */
static int push(struct folder *f, enum fold_action action, const struct journal_record *r, const char *path,
                const char *from)
{
    if (f->count == f->room) {
        size_t room = f->room ? f->room * 2 : 64;
        struct fold_plan *grown = reallocarray(f->plans, room, sizeof *grown);
        if (grown == NULL)
            return -ENOMEM;
        f->plans = grown;
        f->room = room;
    }
    f->plans[f->count] = (struct fold_plan){.action = action,
                                            .record = r,
                                            .path = path,
                                            .from = from,
                                            .mode = r->mode,
                                            .last_seq = r->seq,
                                            .chain = -1,
                                            .before = -1,
                                            .moves = f->places.move_count};
    return (int)f->count++;
}

static bool is_live(const struct folder *f, int plan) { return plan >= 0 && !f->plans[plan].dropped; }

/* The newest live put of the file at or below `plan` in its chain, or -1. */
static int last_put(const struct folder *f, int plan)
{
    while (plan >= 0 && (f->plans[plan].dropped || !is_put(&f->plans[plan])))
        plan = f->plans[plan].chain;
    return plan;
}

/* Drop every plan of the chain that is newer than `after`. */
static void drop_chain(struct folder *f, int plan, int after)
{
    for (; plan > after; plan = f->plans[plan].chain)
        f->plans[plan].dropped = true;
}

/* Something new comes to this place: what emptied it before need not be told as such. */
static void clear_way(struct folder *f, struct place *at)
{
    if (at->file.seen)
        at->had_other = true;
    if (at->vacant && is_live(f, at->vacated_by)) {
        struct fold_plan *by = &f->plans[at->vacated_by];
        if (by->action == FOLD_DELETE)
            by->dropped = true;
        else if (by->action == FOLD_RENAME)
            by->action = FOLD_COPY;
        at->had_other = true;
    }
    at->vacant = false;
    at->vacated_by = -1;
}

static void leave(struct place *at, int by)
{
    at->vacant = true;
    at->vacated_by = by;
    at->file = no_file;
}

/* ---- save, symlink, link ---- */

/* A file that was renamed while it was being written for the first time: the record had nothing to rename. */
static void drop_first_rename(struct folder *f, const struct place *at)
{
    int by = at->file.arrived;
    bool came = is_live(f, by) && (f->plans[by].action == FOLD_RENAME || f->plans[by].action == FOLD_COPY);
    if (came && last_put(f, at->file.chain) < 0 && !f->plans[by].from_known && f->plans[by].before < 0)
        f->plans[by].dropped = true;
}

static int fold_put(struct folder *f, const struct journal_record *r, enum fold_action action)
{
    struct place *at = places_at(&f->places, r->path);
    if (at == NULL)
        return -ENOMEM;
    bool created = action != FOLD_SAVE || (r->flags & JOURNAL_CREATED) != 0;
    if (created && !at->vacant)
        drop_first_rename(f, at);
    if (created || at->vacant) {
        clear_way(f, at);
        at->file = no_file;
        at->file.fresh = created;
        at->file.storied = (r->flags & JOURNAL_STORIED) != 0;
    }
    int plan = push(f, action, r, r->path, action == FOLD_SAVE ? "" : r->path2);
    if (plan < 0)
        return plan;
    f->plans[plan].chain = at->file.chain;
    at->file.chain = plan;
    at->file.seen = true;
    return 0;
}

/* ---- chmod ---- */

static int fold_chmod(struct folder *f, const struct journal_record *r)
{
    struct place *at = places_at(&f->places, r->path);
    if (at == NULL)
        return -ENOMEM;
    int newest = at->file.chain;
    if (is_live(f, newest) && is_put(&f->plans[newest]) && newest > at->file.arrived) {
        f->plans[newest].mode = r->mode;
        f->plans[newest].last_seq = r->seq;
        return 0;
    }
    int plan = push(f, FOLD_CHMOD, r, r->path, "");
    if (plan < 0)
        return plan;
    f->plans[plan].chain = newest;
    at->file.chain = plan;
    at->file.seen = true;
    return 0;
}

/* ---- delete ---- */

/*
 * The file had come here by a RENAME (or several, one after the other), and its last save `put` was before: what
 * happened is that it vanished from where it was then. A name in between that the record knew has to go, too.
 */
static void undo_renames(struct folder *f, const struct file_trace *file, int put)
{
    for (int by = file->arrived;;) {
        drop_chain(f, file->chain, by); /* only changes of mode */
        struct fold_plan *p = &f->plans[by];
        if (p->action == FOLD_COPY) {
            p->dropped = true;
            return;
        }
        p->action = FOLD_DELETE;
        p->path = p->from;
        p->from = "";
        int before = p->before;
        if (!is_live(f, before) || put > before || f->plans[before].action == FOLD_EXCHANGE ||
            strcmp(f->plans[before].path, p->path) != 0)
            return;
        p->dropped = !p->from_known;
        by = before;
    }
}

/*
 * The fresh file at the other side of EXCHANGE `by` took the name of what is deleted now: it was saved there. Returns
 * whether the plans were changed to say so.
 */
static bool undo_exchange(struct folder *f, int by, const struct place *at)
{
    struct fold_plan *exchange = &f->plans[by];
    if (exchange->moves != f->places.move_count || at->known)
        return false;
    const char *other = strcmp(exchange->path, at->path) == 0 ? exchange->from : exchange->path;
    struct place *there = places_at(&f->places, other); /* made by the exchange, so `at` stays valid */
    if (there == NULL || there->file.arrived != by || there->file.fresh_till != by)
        return false;
    int newer = -1, older = there->file.chain;
    for (; older > by; older = f->plans[older].chain)
        newer = older;
    int put = last_put(f, older);
    if (put < 0)
        return false;
    struct fold_plan save = f->plans[put];
    drop_chain(f, older, -1);
    save.path = other;
    save.last_seq = exchange->last_seq;
    save.chain = save.before = -1;
    *exchange = save;
    if (newer >= 0)
        f->plans[newer].chain = by;
    else
        there->file.chain = by;
    there->file.arrived = there->file.fresh_till = -1;
    there->file.fresh = true;
    return true;
}

/*
 * A scratch file leaves nothing when it vanishes. One that something was saved into more than once is no scratch file:
 * each of those was a save. (An empty first save is how a name is reserved.)
 */
static bool is_scratch(const struct folder *f, int plan)
{
    int saves = 0;
    for (; plan >= 0; plan = f->plans[plan].chain)
        saves += !f->plans[plan].dropped && is_put(&f->plans[plan]) && f->plans[plan].record->size > 0;
    return saves <= 1;
}

static int fold_delete(struct folder *f, const struct journal_record *r)
{
    struct place *at = places_at(&f->places, r->path);
    if (at == NULL)
        return -ENOMEM;
    struct file_trace *file = &at->file;
    int by = file->arrived, put = last_put(f, file->chain);
    bool needed = true, untouched = is_live(f, by) && put < by;
    if (file->fresh && !file->storied && !at->known && is_scratch(f, file->chain)) {
        drop_chain(f, file->chain, -1);
        needed = at->had_other;
    } else if (untouched && (f->plans[by].action == FOLD_RENAME || f->plans[by].action == FOLD_COPY)) {
        undo_renames(f, file, put);
        needed = at->known || at->had_other;
    } else if (untouched && f->plans[by].action == FOLD_EXCHANGE && undo_exchange(f, by, at)) {
        drop_chain(f, file->chain, by);
    }
    int plan = needed ? push(f, FOLD_DELETE, r, r->path, "") : -1;
    if (needed && plan < 0)
        return plan;
    leave(at, plan);
    return 0;
}

/* ---- rename, exchange ---- */

/* Save the fresh file again, under its new name. */
static int move_fresh(struct folder *f, const struct journal_record *r, int put)
{
    int plan = push(f, f->plans[put].action, f->plans[put].record, r->path, f->plans[put].from);
    if (plan < 0)
        return plan;
    f->plans[plan].mode = f->plans[put].mode;
    f->plans[plan].last_seq = r->seq;
    return plan;
}

static int fold_rename(struct folder *f, const struct journal_record *r)
{
    if (strcmp(r->path, r->path2) == 0)
        return 0;
    struct place *from = places_at(&f->places, r->path2);
    if (from == NULL)
        return -ENOMEM;
    struct file_trace file = from->file;
    bool other = from->had_other, known = from->known;
    int put = file.fresh && !from->known && is_scratch(f, file.chain) ? last_put(f, file.chain) : -1;
    int plan = put >= 0 ? move_fresh(f, r, put) : push(f, FOLD_RENAME, r, r->path, r->path2);
    if (plan < 0)
        return plan;
    int left = plan;
    if (put >= 0) {
        drop_chain(f, file.chain, -1);
        left = other ? push(f, FOLD_DELETE, r, r->path2, "") : -1;
        if (other && left < 0)
            return left;
        file = (struct file_trace){.seen = true, .fresh = true, .chain = plan, .arrived = -1, .fresh_till = -1};
    } else {
        f->plans[plan].before = file.arrived;
        f->plans[plan].from_known = known || other;
        file = (struct file_trace){.seen = true, .chain = file.chain, .arrived = plan, .fresh_till = -1};
    }
    leave(from, left);
    struct place *to = places_at(&f->places, r->path);
    if (to == NULL)
        return -ENOMEM;
    clear_way(f, to);
    to->file = file;
    return 0;
}

static int fold_folder_rename(struct folder *f, const struct journal_record *r)
{
    int plan = push(f, FOLD_RENAME, r, r->path, r->path2);
    return plan < 0 ? plan : places_move_folder(&f->places, r->path2, r->path, false);
}

static int fold_exchange(struct folder *f, const struct journal_record *r)
{
    int plan = push(f, FOLD_EXCHANGE, r, r->path, r->path2);
    if (plan < 0)
        return plan;
    if (r->flags & (JOURNAL_IS_DIR | JOURNAL_OTHER_DIR))
        return places_move_folder(&f->places, r->path2, r->path, true);
    struct place *one = places_at(&f->places, r->path);
    struct file_trace was = one == NULL ? no_file : one->file;
    struct place *two = one == NULL ? NULL : places_at(&f->places, r->path2);
    if (two == NULL)
        return -ENOMEM;
    struct file_trace to_one = two->file, *to[] = {&to_one, &was};
    for (int i = 0; i < 2; i++) {
        to[i]->fresh_till = to[i]->fresh ? plan : -1;
        to[i]->fresh = false;
        to[i]->arrived = plan;
        to[i]->seen = true;
    }
    two->file = was;
    two->had_other = true;
    one = places_at(&f->places, r->path);
    one->file = to_one;
    one->had_other = true;
    return 0;
}

/* ---- all of them ---- */

static int fold_one(struct folder *f, const struct journal_record *r)
{
    switch (r->type) {
    case JOURNAL_SAVE:
        return fold_put(f, r, FOLD_SAVE);
    case JOURNAL_SYMLINK:
        return fold_put(f, r, FOLD_SYMLINK);
    case JOURNAL_LINK:
        return fold_put(f, r, FOLD_LINK);
    case JOURNAL_DELETE:
        return fold_delete(f, r);
    case JOURNAL_RENAME:
        return r->flags & JOURNAL_IS_DIR ? fold_folder_rename(f, r) : fold_rename(f, r);
    case JOURNAL_EXCHANGE:
        return fold_exchange(f, r);
    case JOURNAL_CHMOD:
        return fold_chmod(f, r);
    case JOURNAL_REPLACED:
    case JOURNAL_VERDICT:
        return 0;
    case JOURNAL_RESCAN:
    case JOURNAL_SESSION:
    case JOURNAL_GAP:
        break;
    }
    int plan = push(f, FOLD_NOTICE, r, r->path, "");
    return plan < 0 ? plan : 0;
}

static size_t remove_dropped(struct fold_plan *plans, size_t count)
{
    size_t left = 0;
    for (size_t i = 0; i < count; i++)
        if (!plans[i].dropped)
            plans[left++] = plans[i];
    return left;
}

int fold_records(struct fold *out, const struct journal_record *const *records, size_t count, fold_known *known,
                 void *ctx)
{
    struct folder f = {.places = {.known = known, .ctx = ctx}};
    int err = 0;
    for (size_t i = 0; i < count && err == 0; i++)
        err = fold_one(&f, records[i]);
    places_free(&f.places);
    if (err < 0) {
        free(f.plans);
        return err;
    }
    *out = (struct fold){f.plans, remove_dropped(f.plans, f.count)};
    return 0;
}

void fold_free(struct fold *f)
{
    free(f->plans);
    *f = (struct fold){0};
}
