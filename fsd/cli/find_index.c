/* What an index of the record says holds a contact, or does not hold a text, laid on the versions that were taken in.
 */
#include "cli/find.h"

#include "base/clock.h"
#include "analyse/passage.h"
#include "analyse/seek.h"
#include "recall/recall.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <xxhash.h>

enum { SLICE_MS = 1000 };

/* Versions by what the index names them with. */
struct named {
    uint64_t hash;
    uint32_t version;
};

struct marking {
    struct find *find;
    struct named *named;
    bool *held;  /* by content */
    bool misfit; /* the index speaks of a version that was not told of */
};

static uint64_t hash_name(const char *rep, const char *device, uint64_t seq)
{
    return XXH3_64bits_withSeed(device, strlen(device), XXH3_64bits_withSeed(rep, strlen(rep), seq));
}

static int by_hash(const void *a, const void *b)
{
    uint64_t x = ((const struct named *)a)->hash, y = ((const struct named *)b)->hash;
    return (x > y) - (x < y);
}

static int open_marking(struct marking *m, struct find *f)
{
    uint32_t count;
    const struct lineage *lines = lineages_list(f->lineages, &count);
    *m = (struct marking){.find = f};
    m->named = calloc(f->version_count, sizeof *m->named);
    m->held = calloc(f->content_count, sizeof *m->held);
    if (m->named == NULL || m->held == NULL)
        return -ENOMEM;
    for (uint32_t i = 0; i < f->version_count; i++) {
        const struct lineage *line = &lines[f->versions[i].lineage];
        m->named[i] = (struct named){hash_name(line->rep, line->device, f->versions[i].seq), i};
    }
    qsort(m->named, f->version_count, sizeof *m->named, by_hash);
    return 0;
}

static void close_marking(struct marking *m)
{
    free(m->named);
    free(m->held);
}

static bool is_named(const struct find *f, uint32_t version, const char *rep, const char *device, uint64_t seq)
{
    uint32_t count;
    const struct lineage_version *v = &f->versions[version];
    const struct lineage *line = &lineages_list(f->lineages, &count)[v->lineage];
    return v->seq == seq && strcmp(line->rep, rep) == 0 && strcmp(line->device, device) == 0;
}

static uint32_t find_version(const struct marking *m, const char *rep, const char *device, uint64_t seq)
{
    const struct named wanted = {.hash = hash_name(rep, device, seq)};
    const struct named *at = bsearch(&wanted, m->named, m->find->version_count, sizeof *m->named, by_hash);
    return at != NULL && is_named(m->find, at->version, rep, device, seq) ? at->version : LINEAGE_NONE;
}

/* Is it outside what was asked for? Then it is no misfit that nobody told of it. */
static bool is_out_of_reach(const struct cli *c, const char *rep, const char *device, const char *mount)
{
    return (c->rep != NULL && strcmp(c->rep, rep) != 0) || (c->device != NULL && strcmp(c->device, device) != 0) ||
           (c->mount != NULL && strcmp(c->mount, mount) != 0);
}

static void mark(struct marking *m, const struct recall_holding *h)
{
    const struct find *f = m->find;
    if (is_out_of_reach(f->cli, h->rep, h->device, h->mount))
        return;
    uint32_t v = find_version(m, h->rep, h->device, h->since);
    m->misfit |= v == LINEAGE_NONE;
    for (; v != LINEAGE_NONE && (h->until == 0 || f->versions[v].seq < h->until); v = f->versions[v].newer)
        if (f->versions[v].content != LINEAGE_NONE)
            m->held[f->versions[v].content] = true;
}

/* The first content of each run is read, to say where in it the contact stands. */
static void settle(struct marking *m)
{
    struct find *f = m->find;
    for (uint32_t i = 0; i < f->content_count; i++)
        f->contents[i].state = m->held[i] ? FIND_HOLDS : FIND_HOLDS_NOT;
    for (uint32_t i = 0; i < f->version_count; i++) {
        uint32_t content = f->versions[i].content, older = f->versions[i].older;
        while (older != LINEAGE_NONE && f->versions[older].content == LINEAGE_NONE)
            older = f->versions[older].older;
        if (content != LINEAGE_NONE && m->held[content] &&
            (older == LINEAGE_NONE || !m->held[f->versions[older].content]))
            f->contents[content].state = FIND_NOT_READ;
    }
}

/* ---- the daemon's ---- */

static int mark_line(void *ctx, json_t *line)
{
    const char *rep, *device, *mount;
    json_int_t since, until;
    if (json_unpack(line, "{s:s, s:s, s:s, s:I, s:I}", "rep", &rep, "device", &device, "mount", &mount, "since", &since,
                    "until", &until) != 0)
        return -EPROTO;
    const struct recall_holding h = {
        .rep = rep, .device = device, .mount = mount, .since = (uint64_t)since, .until = (uint64_t)until};
    mark(ctx, &h);
    return 0;
}

static int ask_daemon(struct marking *m, struct error *e)
{
    static const char *const kinds[] = {
        [CONTACT_EMAIL] = "email", [CONTACT_PHONE] = "phone", [CONTACT_PROFILE] = "profile"};
    char key[CONTACT_KEY_BYTES + 1];
    struct find *f = m->find;
    snprintf(key, sizeof key, "%.*s", (int)f->seek.contact.len, f->seek.contact.text);
    return source_holdings(f->source, kinds[f->seek.contact.kind], key, mark_line, m, e);
}

/* ---- a clone's ---- */

static int mark_holding(void *ctx, const struct recall_holding *h)
{
    mark(ctx, h);
    return 0;
}

static void show_behind(struct recall *r)
{
    struct recall_state state;
    if (isatty(STDERR_FILENO) == 1 && recall_get_state(r, &state, NULL) == 0) {
        fprintf(stderr, "\r\033[Kindexing the record: %" PRIu64 " versions to go", state.behind);
        fflush(stderr);
    }
}

static int catch_up(struct recall *r, struct inspector *inspector, struct error *e)
{
    int more;
    while ((more = recall_step(r, inspector, SLICE_MS, e)) == 1)
        show_behind(r);
    if (isatty(STDERR_FILENO) == 1)
        fputs("\r\033[K", stderr);
    return more;
}

struct own_index {
    struct recall_place place;
    struct recall *recall;
    struct look look;
};

static void close_own(struct own_index *o)
{
    if (o->recall != NULL)
        recall_close(o->recall);
    look_close(&o->look);
    recall_place_free(&o->place);
}
#define own_index_auto __attribute__((cleanup(close_own))) struct own_index

/* In step with the record; `o` is empty before. */
static int open_own(struct own_index *o, const struct find *f, struct error *e)
{
    const struct cli *c = f->cli;
    const char *repository = c->repo != NULL ? c->repo : c->config->repository;
    int err = recall_place_of_clone(&o->place, repository, c->config != NULL ? c->config->secret : NULL, e);
    if (err == 0) /* before the index is open, so that the inspector has nothing of it */
        err = look_open_plain(&o->look, c, o->place.secret, e);
    if (err == 0)
        err = recall_open(&o->recall, repository, o->place.index, e);
    return err == 0 ? catch_up(o->recall, o->look.client, e) : err;
}

static int ask_own(struct marking *m, struct error *e)
{
    struct find *f = m->find;
    own_index_auto own = {.recall = NULL};
    int err = open_own(&own, f, e);
    return err == 0 ? recall_find(own.recall, fingerprint_key(own.place.secret, &f->seek.contact), mark_holding, m, e)
                    : err;
}

static int find_contact(struct find *f, struct error *e)
{
    struct marking m;
    struct error why = {0};
    int err = open_marking(&m, f);
    if (err < 0) {
        close_marking(&m);
        return error_sys(e, err, "find");
    }
    err = f->source->reader == NULL ? ask_daemon(&m, &why) : ask_own(&m, &why);
    bool serves = err == 0 && !m.misfit;
    if (serves)
        settle(&m);
    f->by_index = serves;
    close_marking(&m);
    return serves;
}

/* ---- a text ---- */

static int by_blob_hex(const void *hex, const void *content)
{
    char own[RECORD_OID_HEX];
    return strcmp(hex, record_oid_hex(&((const struct find_content *)content)->blob, own));
}

/* Contents lie in the order of their blobs. One that was not told of is another's, or was not asked for. */
static void leave_out(struct find *f, const char *hex)
{
    struct find_content *c = bsearch(hex, f->contents, f->content_count, sizeof *f->contents, by_blob_hex);
    if (c != NULL)
        c->state = FIND_HOLDS_NOT;
}

static int leave_out_line(void *ctx, json_t *blobs)
{
    size_t i;
    json_t *blob;
    json_array_foreach(blobs, i, blob)
    {
        if (!json_is_string(blob))
            return -EPROTO;
        leave_out(ctx, json_string_value(blob));
    }
    return 0;
}

static int leave_out_one(void *ctx, const struct recall_holding *h)
{
    char hex[RECORD_OID_HEX];
    leave_out(ctx, record_oid_hex(&h->blob, hex));
    return 0;
}

static int ask_own_without(struct find *f, struct error *e)
{
    uint64_t prints[PASSAGE_PRINTS_MOST];
    uint32_t from = 0;
    own_index_auto own = {.recall = NULL};
    int err = open_own(&own, f, e), more = 1;
    int count = err == 0 ? passage_prints(own.place.secret, f->seek.text, prints) : err;
    while (count > 0 && more == 1)
        more = recall_each_without(own.recall, &from, prints, (size_t)count, leave_out_one, f, e);
    return count < 0 ? count : more < 0 ? more : 0;
}

/* What the index has told by the time it fails is true all the same. */
static int leave_out_text(struct find *f)
{
    struct error why = {0};
    int err = f->source->reader == NULL ? source_without(f->source, f->seek.text, leave_out_line, f, &why)
                                        : ask_own_without(f, &why);
    if (err < 0)
        cli_complain(0, "every version is read, as the index cannot be asked: %s",
                     why.text[0] != 0 ? why.text : strerror(-err));
    return err == 0;
}

int find_by_index(struct find *f, struct error *e)
{
    if (f->content_count == 0)
        return 0;
    if (f->seek.text == NULL)
        return find_contact(f, e);
    /* a contact is known by more writings than its text, and a short text by no fingerprint */
    bool is_passage = f->seek.contact.len == 0 && seek_count(f->seek.text) >= FINGERPRINT_SURE;
    return is_passage ? leave_out_text(f) : 0;
}
