#include "save/keep.h"

#include "base/log.h"
#include "save/keeping.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

struct record_version keep_version(const struct keep_tools *t, const struct lane *l, enum record_event event)
{
    return (struct record_version){.event = event,
                                   .rep = l->mount->rep,
                                   .email = l->mount->email,
                                   .device = t->device,
                                   .mount = l->mount->name,
                                   .session = UINT32_MAX};
}

/* "412 +12 -3": how many contacts, and how many rows came and went since the file's version before, if that is known.
 */
static void count_rows(const struct keep_tools *t, const struct record_version *v, struct capture *c)
{
    uint64_t came, went;
    if (t->recall == NULL || !recall_compare(t->recall, v, &c->found, &came, &went))
        return;
    if (c->found.facts.contacts > 0 || came > 0 || went > 0)
        snprintf(c->advice.records, sizeof c->advice.records, "%" PRIu32 " +%" PRIu64 " -%" PRIu64,
                 c->found.facts.contacts, came, went);
}

void keep_describe(const struct keep_tools *t, struct lane *l, struct record_version *v, struct capture *c)
{
    v->has_content = true;
    v->bytes = c->content.bytes;
    memcpy(v->sha256, c->content.sha256, sizeof v->sha256);
    v->xxh3 = c->content.xxh3;
    v->blob = c->content.blob;
    v->mime = c->found.facts.mime;
    v->charset = c->found.facts.charset;
    v->note = c->note;
    v->class_name = c->found.class_name;
    v->rule = c->found.rule;
    v->policy = t->policy;
    advice_make(&c->advice, &c->found);
    count_rows(t, v, c);
    v->records = c->advice.records;
    v->finding = c->advice.finding;
    if (c->found.status == INSPECT_UNREADABLE)
        atomic_fetch_add(&l->board->keeper.unreadable, 1);
}

bool keep_is_at_tip(const struct keep_tools *t, const struct lane *l, const char *path, const struct record_oid *blob,
                    uint32_t mode)
{
    struct record_entry tip;
    uint32_t git_mode = mode & S_IXUSR ? 0100755 : 0100644;
    return record_tip_find(t->writer, l->mount->rep, l->mount->name, path, &tip) && tip.git_mode == git_mode &&
           memcmp(&tip.oid, blob, sizeof *blob) == 0;
}

static bool was_known(void *ctx, const char *path) { return keeping_is_in_tip(ctx, path); }

/* ---- windows: what the inspector and the mount can do while we write ---- */

static bool has_bytes(const struct fold_plan *p)
{
    return p->action == FOLD_SAVE || p->action == FOLD_LINK || p->action == FOLD_COPY;
}

static int open_window(struct keeping *k, size_t first, size_t count, struct error *e)
{
    k->window_count = 0;
    for (size_t i = 0; i < count; i++) {
        const struct fold_plan *p = &k->fold->plans[first + i];
        k->captures[i] = (struct capture){.clone_seq = p->action == FOLD_SAVE ? p->record->seq : 0, .fd = -1};
        if (!has_bytes(p))
            continue;
        k->captures[i].want = keeping_find_file(k, p, &k->paths[i]);
        k->window[k->window_count++] = &k->captures[i];
    }
    capture_drop_answers(k->tools);
    int err = capture_open(k->tools, k->lane, k->window, k->window_count);
    return err < 0 ? error_sys(e, err, "the mount child does not answer") : 0;
}

static int commit_window(struct keeping *k, size_t first, size_t count, struct error *e)
{
    int err = open_window(k, first, count, e);
    for (size_t i = 0; i < count && err == 0; i++)
        err = keeping_commit(k, &k->fold->plans[first + i], &k->captures[i], e);
    for (size_t i = 0; i < count; i++) {
        capture_close(&k->captures[i]);
        free(k->paths[i]);
        k->paths[i] = NULL;
    }
    return err;
}

/* ---- the batch ---- */

static int commit_all(struct keeping *k, struct error *e)
{
    int err = record_batch_begin(k->tools->writer, &k->batch, e);
    if (err < 0)
        return err;
    err = keeping_check_clock(k, e);
    for (size_t at = 0; at < k->fold->count && err == 0; at += KEEPING_WINDOW) {
        size_t left = k->fold->count - at;
        err = commit_window(k, at, left < KEEPING_WINDOW ? left : KEEPING_WINDOW, e);
        k->tools->mind(k->tools->mind_ctx);
    }
    if (err == 0 && k->versions > 0) {
        int synced = journal_sync_reader(k->lane->queue.reader);
        err = synced < 0 ? error_sys(e, synced, "the journal cannot be synced") : record_batch_finish(k->batch, e);
        if (synced < 0)
            record_batch_abort(k->batch);
        return err;
    }
    record_batch_abort(k->batch);
    return err;
}

/* Is the file gone for good, its number free for another? */
static bool is_end_of_file(const struct journal_record *r)
{
    return (r->type == JOURNAL_DELETE || r->type == JOURNAL_REPLACED) && r->nlink <= 1;
}

/* Was this file removed for good later in the batch? Its number may be another file's by now. */
static bool is_removed_since(const struct keeping *k, const struct fact *f)
{
    for (size_t i = k->count; i-- > 0;) {
        const struct journal_record *r = k->lane->queue.records[i];
        if (r->seq <= f->kept_seq)
            return false;
        if (is_end_of_file(r) && r->ino == f->ino)
            return true;
    }
    return false;
}

/* It is in the record. Tell the mount, and let go of what was needed until now. */
static void settle(struct keeping *k)
{
    struct lane *l = k->lane;
    for (size_t i = 0; i < k->count; i++) {
        const struct journal_record *r = l->queue.records[i];
        if (is_end_of_file(r))
            facts_remove(l->facts, r->ino);
        l->links_changed |= r->nlink > 1 && (r->type == JOURNAL_SAVE || r->type == JOURNAL_CHMOD);
    }
    for (size_t i = 0; i < k->fact_count; i++)
        if (k->facts[i].ino != 0 && !is_removed_since(k, &k->facts[i]) && facts_put(l->facts, &k->facts[i]) < 0)
            log_warn("mount %s: no room for facts; changes cost a clone more", l->mount->name);
    lane_advance(l, l->queue.records[k->count - 1]->seq);
    l->newest_time_ns = k->newest_time_ns;
    atomic_fetch_add(&l->board->keeper.versions, k->versions);
    queue_drop(&l->queue, k->count);
    telling_send(&k->tools->telling, l->board);
    lane_sweep(l, false);
}

/* What was committed goes into the index once it is in the record, and never otherwise. */
static int commit_batch(struct keeping *k, struct error *e)
{
    int err = commit_all(k, e);
    if (err == 0)
        recall_feed(k->tools->recall);
    else
        recall_drop(k->tools->recall);
    return err;
}

int keep_batch(struct keep_tools *t, struct lane *l, size_t count, size_t *versions, struct error *e)
{
    fold_auto fold = {0};
    struct keeping *k = calloc(1, sizeof *k);
    int err = k == NULL ? -ENOMEM : 0;
    if (err == 0) {
        *k =
            (struct keeping){.tools = t, .lane = l, .fold = &fold, .count = count, .newest_time_ns = l->newest_time_ns};
        k->newest_seq = atomic_load(&l->kept);
        k->facts = calloc(count + 1, sizeof *k->facts);
        err = k->facts == NULL ? -ENOMEM : fold_records(&fold, l->queue.records, count, was_known, k);
    }
    if (err < 0)
        error_sys(e, err, "a batch of %zu records", count);
    telling_forget(&t->telling);
    if (err == 0)
        err = commit_batch(k, e);
    if (err == 0) {
        *versions = k->versions;
        settle(k);
    }
    if (k != NULL)
        free(k->facts);
    free(k);
    return err;
}
