/* The audit logs of a repository or a clone: every device's branch walked side by side, the newest seal first. */
#include "record/audit_form.h"
#include "record/reader.h"
#include "record/tree.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { SEGMENT_MOST_BYTES = 64 * 1024 * 1024 };

/* One device's log, at one of its seals. */
struct seals {
    const char *device; /* in the list of refs */
    struct record_oid commit;
    struct audit_form form;
    bool live; /* `form` is there */
};

struct logs {
    struct record_reader *reader;
    const struct record_audit_query *query;
    struct ref_list local, remote;
    struct seals *all;
    size_t count;
};

static void free_logs(struct logs *l)
{
    for (size_t i = 0; i < l->count; i++)
        audit_form_free(&l->all[i].form);
    free(l->all);
    refs_free(&l->local);
    refs_free(&l->remote);
}

/* Read the seal `commit`. */
static int read_seal(struct logs *l, const struct record_oid *commit, struct audit_form *out, struct error *e)
{
    odb_object_auto object = {0};
    char hex[RECORD_OID_HEX];
    int err = odb_read(l->reader->odb, commit, OBJECT_COMMIT, &object, e);
    if (err < 0)
        return err == -ENOMEM ? err : -EIO;
    err = audit_form_parse(object.bytes, object.len, out);
    return err < 0 ? error_set(e, err == -ENOMEM ? ENOMEM : EUCLEAN, "commit %s is not a seal of an audit log",
                               record_oid_hex(commit, hex))
                   : 0;
}

/* The next older seal. Numbers fall from one to the next, so that no circle of commits can hold us. */
static int step(struct logs *l, struct seals *s, struct error *e)
{
    audit_form_auto old = s->form;
    char hex[RECORD_OID_HEX];
    s->form = (struct audit_form){0};
    s->live = false;
    if (!old.has_parent || old.first <= l->query->after_seq + 1)
        return 0;
    int err = read_seal(l, &old.parent, &s->form, e);
    if (err < 0)
        return err;
    s->commit = old.parent;
    s->live = true;
    return s->form.last + 1 == old.first ? 0
                                         : error_set(e, EUCLEAN, "the audit log of %s has a gap before seal %s",
                                                     s->device, record_oid_hex(&s->commit, hex));
}

/* refs/heads/audit/<device>, or a clone's refs/remotes/<remote>/audit/<device>. */
static const char *device_of(const char *name)
{
    const char *device = strstr(name, "/audit/");
    device = device ? device + strlen("/audit/") : NULL;
    return device == NULL || strchr(device, '/') != NULL ? NULL : device;
}

static int consider_ref(struct logs *l, const struct ref *r, struct error *e)
{
    const char *device = device_of(r->name);
    struct seals *s = NULL;
    audit_form_auto form = {0};
    if (device == NULL || (l->query->device != NULL && strcmp(device, l->query->device) != 0))
        return 0;
    int err = r->torn ? error_set(e, EUCLEAN, "%s is torn: run git fsck", r->name) : read_seal(l, &r->oid, &form, e);
    for (size_t i = 0; i < l->count; i++)
        if (strcmp(l->all[i].device, device) == 0)
            s = &l->all[i];
    if (err < 0 || (s != NULL && s->form.last >= form.last))
        return err;
    if (s == NULL)
        s = &l->all[l->count++];
    audit_form_free(&s->form);
    *s = (struct seals){.device = device, .commit = r->oid, .form = form, .live = form.last > l->query->after_seq};
    form = (struct audit_form){0};
    return 0;
}

static int open_logs(struct logs *l, struct error *e)
{
    int err = refs_list(l->reader->repo_fd, "refs/heads/audit", &l->local, e);
    if (err == 0)
        err = refs_list(l->reader->repo_fd, "refs/remotes", &l->remote, e);
    if (err == 0 && (l->all = calloc(l->local.count + l->remote.count + 1, sizeof *l->all)) == NULL)
        err = error_set(e, ENOMEM, "out of memory");
    for (size_t i = 0; i < l->local.count && err == 0; i++)
        err = consider_ref(l, &l->local.refs[i], e);
    for (size_t i = 0; i < l->remote.count && err == 0; i++)
        err = consider_ref(l, &l->remote.refs[i], e);
    return err;
}

static struct seals *newest(struct logs *l)
{
    struct seals *best = NULL;
    for (size_t i = 0; i < l->count; i++)
        if (l->all[i].live && (best == NULL || l->all[i].form.state.saved_ns > best->form.state.saved_ns))
            best = &l->all[i];
    return best;
}

static bool is_wanted(const struct record_audit_query *q, const struct audit_form *f)
{
    return (q->since_ns == 0 || f->newest_ns >= q->since_ns) && (q->until_ns == 0 || f->oldest_ns <= q->until_ns);
}

/* Hand the segment's bytes to the caller. */
static int emit(struct logs *l, const struct seals *s, int (*cb)(void *ctx, const struct record_segment *s), void *ctx,
                struct error *e)
{
    struct tree *tree = NULL;
    struct record_entry entry;
    uint64_t size = 0;
    odb_object_auto object = {0};
    int err = tree_open(&tree, l->reader->odb, NULL, &s->form.tree, e);
    if (err == 0)
        err = tree_find(tree, s->form.segment, &entry, e);
    if (err == -ENOENT)
        err = error_set(e, EUCLEAN, "the audit log of %s lacks %s", s->device, s->form.segment);
    if (err == 0)
        err = odb_size(l->reader->odb, &entry.oid, &size, e);
    if (err == 0 && size > SEGMENT_MOST_BYTES)
        err = error_set(e, EUCLEAN, "%s of %s is larger than any that Holdfast wrote", s->form.segment, s->device);
    if (err == 0)
        err = odb_read(l->reader->odb, &entry.oid, OBJECT_BLOB, &object, e);
    tree_close(tree);
    if (err < 0)
        return err;
    const struct record_segment segment = {.device = s->device,
                                           .commit = s->commit,
                                           .first = s->form.first,
                                           .last = s->form.last,
                                           .saved_ns = s->form.state.saved_ns,
                                           .lines = object.bytes,
                                           .len = object.len};
    return cb(ctx, &segment);
}

int record_each_segment(struct record_reader *r, const struct record_audit_query *q,
                        int (*cb)(void *ctx, const struct record_segment *s), void *ctx, struct error *e)
{
    struct logs l = {.reader = r, .query = q};
    odb_refresh(r->odb);
    int answer = open_logs(&l, e);
    for (struct seals *s; answer == 0 && (s = newest(&l)) != NULL;) {
        if (is_wanted(q, &s->form))
            answer = emit(&l, s, cb, ctx, e);
        if (answer == 0)
            answer = step(&l, s, e);
    }
    free_logs(&l);
    return answer;
}
