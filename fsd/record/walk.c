#include "record/walk.h"

#include "record/digest.h"

#include <errno.h>
#include <string.h>

void walk_begin(struct walk *w, struct git_odb *odb, const struct record_oid *tip)
{
    w->odb = odb;
    w->next = *tip;
    w->more = true;
    w->next_begins = true;
}

void walk_end(struct walk *w) { buf_free(&w->text); }

/* The parent, or at a volume's first commit the tip of the volume before. */
static void find_next(struct walk *w)
{
    const char *previous = w->commit.version.previous;
    w->next_begins = !w->commit.has_parent;
    w->more = w->commit.has_parent;
    if (w->commit.has_parent)
        w->next = w->commit.parent;
    else if (previous != NULL && strlen(previous) == 2 * RECORD_OID_BYTES)
        w->more = digest_from_hex(previous, w->next.bytes, RECORD_OID_BYTES) == 0;
}

int walk_next(struct walk *w, struct error *e)
{
    odb_object_auto object = {0};
    char hex[RECORD_OID_HEX];
    if (!w->more)
        return 0;
    if (w->next_begins && w->text.len > 0 && odb_type(w->odb, &w->next) == -ENOENT) {
        w->more = false; /* an older volume that this copy does not have */
        return 0;
    }
    int err = odb_read(w->odb, &w->next, OBJECT_COMMIT, &object, e);
    if (err < 0)
        return err == -ENOMEM ? err : -EIO;
    buf_clear(&w->text);
    buf_put(&w->text, object.bytes, object.len);
    if (w->text.failed)
        return error_set(e, ENOMEM, "out of memory");
    if (form_parse_commit(w->text.data, w->text.len, &w->commit) < 0)
        return error_set(e, EIO, "commit %s is not a version that Holdfast wrote", record_oid_hex(&w->next, hex));
    w->commit.version.commit = w->next;
    w->volume_begins = w->next_begins;
    find_next(w);
    return 1;
}
