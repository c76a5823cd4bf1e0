/*
 * without: in which contents a long text certainly does not stand, as the record's index knows; who asks reads the
 * others. It is told of the asker's own files only.
 */
#include "control/server.h"

#include "analyse/passage.h"

#include <errno.h>

enum { BLOBS_A_LINE = 500 };

struct telling {
    const struct scope *scope;
    json_t *blobs;
};

static int gather(void *ctx, const struct recall_holding *h)
{
    struct telling *t = ctx;
    char hex[RECORD_OID_HEX];
    if (!scope_sees_file(t->scope, h->rep, h->device, h->mount))
        return 0;
    return json_array_append_new(t->blobs, json_string(record_oid_hex(&h->blob, hex))) == 0 ? 0 : -ENOMEM;
}

static int send_gathered(struct connection *c, struct telling *t)
{
    json_t *blobs = t->blobs;
    if (json_array_size(blobs) == 0)
        return 0;
    t->blobs = json_array();
    return connection_send(c, json_pack("{s:o}", "without", blobs));
}

/* The index is locked for a piece of it at a time, and never while we send. */
static int tell_all(struct connection *c, struct telling *t, const uint64_t *prints, size_t count, struct error *e)
{
    uint32_t from = 0;
    int more = 1, err = 0;
    while (more == 1 && err == 0) {
        more = recall_each_without(c->host->recall, &from, prints, count, gather, t, e);
        if (more != 1 || json_array_size(t->blobs) >= BLOBS_A_LINE)
            err = send_gathered(c, t);
    }
    return more < 0 ? more : err;
}

int answer_without(struct connection *c, struct wire_request *r, struct error *e)
{
    uint64_t prints[PASSAGE_PRINTS_MOST];
    struct record_query none = {0};
    int err = scope_narrow(&c->scope, &none, e);
    if (err == 0 && c->host->recall == NULL)
        err = error_set(e, ENOSYS, "there is no index of the record here");
    int count = err == 0 ? passage_prints(c->host->secret, r->key != NULL ? r->key : "", prints) : err;
    if (count == 0)
        err = error_set(e, EINVAL, "\"key\": expected a text of %d letters and digits or more", FINGERPRINT_SURE);
    if (count < 0 && err == 0)
        err = error_sys(e, count, "without");
    if (err != 0)
        return err;
    struct telling t = {.scope = &c->scope, .blobs = json_array()};
    err = tell_all(c, &t, prints, (size_t)count, e);
    json_decref(t.blobs);
    return err;
}
