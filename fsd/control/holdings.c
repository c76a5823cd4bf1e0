/*
 * holdings: which versions hold a contact, as the record's index knows.
 *
 * Whoever asks sends the contact's key; only here is it hashed with the company's secret, so nobody can take the index
 * for a list of hashes to guess at. Every question costs the same search; what is not the asker's is left out of the
 * answer afterwards, and nothing tells that there was any.
 */
#include "control/server.h"

#include "analyse/fingerprint.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { HOLDINGS_MOST = 100000 };

/* The index is locked while it is searched: the answer is gathered first, and sent then. */
struct gathered {
    const struct scope *scope;
    json_t *lines;
    bool too_many;
};

static int gather(void *ctx, const struct recall_holding *h)
{
    struct gathered *g = ctx;
    if (!scope_sees_file(g->scope, h->rep, h->device, h->mount))
        return 0;
    if (json_array_size(g->lines) == HOLDINGS_MOST) {
        g->too_many = true;
        return 1;
    }
    json_t *line = json_pack("{s:{s:o, s:o, s:o, s:I, s:I}}", "holding", "rep", wire_string(h->rep), "device",
                             wire_string(h->device), "mount", wire_string(h->mount), "since", (json_int_t)h->since,
                             "until", (json_int_t)h->until);
    return json_array_append_new(g->lines, line) == 0 ? 0 : -ENOMEM;
}

static int make_key(const struct control_host *host, const struct wire_request *r, uint64_t *out, struct error *e)
{
    static const struct {
        const char *name;
        enum contact_kind kind;
    } kinds[] = {{"email", CONTACT_EMAIL}, {"phone", CONTACT_PHONE}, {"profile", CONTACT_PROFILE}};
    struct contact_key key = {.text = r->key, .len = r->key != NULL ? (uint32_t)strlen(r->key) : 0};
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (r->kind != NULL && strcmp(r->kind, kinds[i].name) == 0) {
            key.kind = kinds[i].kind;
            if (key.len == 0 || key.len > CONTACT_KEY_BYTES)
                return error_set(e, EINVAL, "\"key\": expected 1 to %d bytes", CONTACT_KEY_BYTES);
            *out = fingerprint_key(host->secret, &key);
            return 0;
        }
    return error_set(e, EINVAL, "\"kind\": expected email, phone or profile");
}

/* An index that is behind would leave out what is newest: better none. */
static int check_in_step(struct recall *recall, struct error *e)
{
    struct recall_state state;
    int err = recall == NULL ? -ENOSYS : recall_get_state(recall, &state, e);
    if (err == -ENOSYS)
        return error_set(e, ENOSYS, "there is no index of the record here");
    if (err == 0 && !state.in_step)
        return error_set(e, EAGAIN, "the index is %" PRIu64 " versions behind the record", state.behind);
    return err;
}

int answer_holdings(struct connection *c, struct wire_request *r, struct error *e)
{
    uint64_t key = 0;
    struct record_query none = {0};
    int err = scope_narrow(&c->scope, &none, e);
    if (err == 0)
        err = check_in_step(c->host->recall, e);
    if (err == 0)
        err = make_key(c->host, r, &key, e);
    if (err != 0)
        return err;
    struct gathered g = {.scope = &c->scope, .lines = json_array()};
    err = recall_find(c->host->recall, key, gather, &g, e);
    if (g.too_many)
        err = error_set(e, E2BIG, "more than %d runs of versions hold it", HOLDINGS_MOST);
    for (size_t i = 0; i < json_array_size(g.lines) && err == 0; i++)
        err = connection_send(c, json_incref(json_array_get(g.lines, i)));
    json_decref(g.lines);
    return err;
}
