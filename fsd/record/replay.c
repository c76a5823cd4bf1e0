/*
 * History points backwards only. So it is walked back once from the tip, keeping the id of every MARK_EVERYth version;
 * then from the oldest of these marks, and so on, each stretch is walked once more and given out in reverse. Memory: a
 * stretch of ids, and an id for each stretch.
 */
#include "record/reader.h"
#include "record/tree.h"
#include "record/walk.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { MARK_EVERY = 1024, LOOK_BACK_MOST = 512 };

struct record_replay {
    struct record_reader *reader;
    struct record_oid after;
    uint64_t after_seq; /* 0: from the oldest that is here */
    struct walk back;   /* on the way to the oldest */
    bool is_back;       /* it is there */
    uint64_t walked;
    struct buf marks; /* ids, the newest first */
    struct record_oid stretch[MARK_EVERY];
    size_t left; /* of the stretch, to be given out from its end */
    struct walk one;
};

int record_replay_open(struct record_replay **out, struct record_reader *r, const struct record_oid *tip,
                       const struct record_oid *after, uint64_t after_seq, struct error *e)
{
    struct record_replay *p = calloc(1, sizeof *p);
    if (p == NULL)
        return error_set(e, ENOMEM, "out of memory");
    p->reader = r;
    p->after = *after;
    p->after_seq = after_seq;
    odb_refresh(r->odb);
    walk_begin(&p->back, r->odb, tip);
    *out = p;
    return 0;
}

void record_replay_close(struct record_replay *p)
{
    if (p == NULL)
        return;
    walk_end(&p->back);
    walk_end(&p->one);
    buf_free(&p->marks);
    free(p);
}

/* The next older version that is to be given out: 1; 0: that was the oldest; -ESTALE; -EIO. */
static int step_back(const struct record_replay *p, struct walk *w, struct error *e)
{
    int more = walk_next(w, e);
    const struct record_version *v = &w->commit.version;
    if (more == 0 && p->after_seq != 0)
        return error_set(e, ESTALE, "the record does not go back to version %llu", (unsigned long long)p->after_seq);
    if (more <= 0 || v->seq > p->after_seq)
        return more;
    return oid_equal(&v->commit, &p->after)
               ? 0
               : error_set(e, ESTALE, "the record has another version %llu", (unsigned long long)p->after_seq);
}

static int look_back(struct record_replay *p, struct error *e)
{
    for (int i = 0; i < LOOK_BACK_MOST; i++) {
        int more = step_back(p, &p->back, e);
        p->is_back = more == 0;
        if (more <= 0)
            return more;
        if (p->walked++ % MARK_EVERY == 0)
            buf_put(&p->marks, p->back.commit.version.commit.bytes, RECORD_OID_BYTES);
        if (p->marks.failed)
            return error_set(e, ENOMEM, "out of memory");
    }
    return -EAGAIN;
}

static int take_stretch(struct record_replay *p, struct error *e)
{
    struct record_oid oid;
    walk_auto w = {0};
    p->marks.len -= RECORD_OID_BYTES;
    memcpy(oid.bytes, p->marks.data + p->marks.len, RECORD_OID_BYTES);
    walk_begin(&w, p->reader->odb, &oid);
    int more = 1;
    while (p->left < MARK_EVERY && (more = step_back(p, &w, e)) == 1)
        p->stretch[p->left++] = w.commit.version.commit;
    return more < 0 ? more : 0;
}

int record_replay_next(struct record_replay *p, struct record_version *v, struct error *e)
{
    int err = p->is_back ? 0 : look_back(p, e);
    if (err == 0 && p->left == 0 && p->marks.len > 0)
        err = take_stretch(p, e);
    if (err < 0)
        return err;
    if (p->left == 0)
        return 0;
    walk_begin(&p->one, p->reader->odb, &p->stretch[--p->left]);
    err = walk_next(&p->one, e);
    if (err <= 0)
        return err < 0 ? err : error_set(e, EIO, "a version of the record is gone");
    *v = p->one.commit.version;
    return 1;
}

int record_list_folder(struct record_reader *r, const struct record_oid *commit, const char *path,
                       int (*cb)(void *ctx, const char *name, const struct record_entry *entry), void *ctx,
                       struct error *e)
{
    walk_auto w = {0};
    digests_auto d = {0};
    struct tree *tree = NULL;
    walk_begin(&w, r->odb, commit);
    int err = walk_next(&w, e);
    if (err <= 0)
        return err < 0 ? err : error_set(e, EIO, "a version of the record is gone");
    err = digests_open(&d, e);
    if (err == 0)
        err = tree_open(&tree, r->odb, &d, &w.commit.tree, e);
    if (err == 0)
        err = tree_list(tree, path, cb, ctx, e);
    if (tree != NULL)
        tree_close(tree);
    return err;
}
