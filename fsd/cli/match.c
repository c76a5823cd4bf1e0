#include "cli/match.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

/*
 * One pass a sign. In each, what is unmatched on either side is sorted by a hash of the sign; equal ones stand
 * together and are paired in the lists' order. A hash only brings two contacts side by side: whether they share the
 * sign is asked of their values, so that no crafted collision makes one contact pass for another.
 */
enum { LINKS_MOST = LISTING_VALUES_MOST * LISTING_VALUES_MOST / 4, REACH = 64 };

struct sign {
    bool whole;                     /* all values; else one of each of these kinds */
    enum contact_kind first, other; /* the same twice: one kind */
    bool weak;                      /* not of people who differ in name and email */
};

static const struct sign signs[] = {
    {.whole = true},
    {.first = CONTACT_EMAIL, .other = CONTACT_NAME},
    {.first = CONTACT_EMAIL, .other = CONTACT_EMAIL},
    {.first = CONTACT_PROFILE, .other = CONTACT_PROFILE},
    {.first = CONTACT_PHONE, .other = CONTACT_NAME},
    {.first = CONTACT_PHONE, .other = CONTACT_PHONE, .weak = true},
    {.first = CONTACT_NAME, .other = CONTACT_COMPANY},
};

struct link {
    uint64_t hash;
    uint32_t index;
};

struct links {
    struct link *links;
    size_t count;
};

void match_get(const struct match_list *l, uint32_t index, struct listing_contact *out)
{
    size_t at = l->entries[index].at;
    listing_next(l->listing->data, l->listing->len, &at, out);
}

/* ---- what two contacts share ---- */

static bool is_same_value(const struct listing_value *a, const struct listing_value *b)
{
    return a->kind == b->kind && a->key_len == b->key_len && memcmp(a->key, b->key, a->key_len) == 0;
}

bool match_has(const struct listing_contact *c, const struct listing_value *value)
{
    for (size_t i = 0; i < c->count; i++)
        if (is_same_value(&c->values[i], value))
            return true;
    return false;
}

static bool share(const struct listing_contact *a, const struct listing_contact *b, enum contact_kind kind)
{
    for (size_t i = 0; i < a->count; i++)
        if (a->values[i].kind == kind && match_has(b, &a->values[i]))
            return true;
    return false;
}

static bool has_all(const struct listing_contact *a, const struct listing_contact *b)
{
    for (size_t i = 0; i < b->count; i++)
        if (!match_has(a, &b->values[i]))
            return false;
    return true;
}

static bool has_kind(const struct listing_contact *c, enum contact_kind kind)
{
    for (size_t i = 0; i < c->count; i++)
        if (c->values[i].kind == kind)
            return true;
    return false;
}

static bool differ(const struct listing_contact *a, const struct listing_contact *b, enum contact_kind kind)
{
    return has_kind(a, kind) && has_kind(b, kind) && !share(a, b, kind);
}

static bool is_linked(const struct sign *s, const struct listing_contact *a, const struct listing_contact *b)
{
    if (s->whole)
        return has_all(a, b) && has_all(b, a);
    if (s->weak && differ(a, b, CONTACT_NAME) && differ(a, b, CONTACT_EMAIL))
        return false;
    return share(a, b, s->first) && share(a, b, s->other);
}

/* ---- hashes ---- */

static uint64_t hash_value(const struct listing_value *v)
{
    return XXH3_64bits_withSeed(v->key, v->key_len, (XXH64_hash_t)v->kind);
}

/* The same for the same set of values, in whatever order and however often. */
static uint64_t hash_whole(const struct listing_contact *c)
{
    uint64_t sum = 0;
    for (size_t i = 0; i < c->count; i++) {
        struct listing_contact before = *c;
        before.count = i;
        if (!match_has(&before, &c->values[i]))
            sum += hash_value(&c->values[i]);
    }
    return sum;
}

static size_t hash_sign(const struct sign *s, const struct listing_contact *c, uint64_t out[static LINKS_MOST])
{
    size_t count = 0;
    if (s->whole) {
        out[0] = hash_whole(c);
        return 1;
    }
    for (size_t i = 0; i < c->count; i++)
        for (size_t k = 0; k < c->count && c->values[i].kind == s->first; k++) {
            bool pairs = s->first == s->other ? k == i : c->values[k].kind == s->other;
            if (pairs && count < LINKS_MOST)
                out[count++] = hash_value(&c->values[i]) * 31 + (k == i ? 0 : hash_value(&c->values[k]));
        }
    return count;
}

static int by_hash(const void *a, const void *b)
{
    const struct link *x = a, *y = b;
    if (x->hash != y->hash)
        return x->hash < y->hash ? -1 : 1;
    return (x->index > y->index) - (x->index < y->index);
}

static int put_link(struct links *l, uint64_t hash, uint32_t index)
{
    if ((l->count & (l->count - 1)) == 0) {
        struct link *grown = reallocarray(l->links, l->count ? l->count * 2 : 1, sizeof *grown);
        if (grown == NULL)
            return -ENOMEM;
        l->links = grown;
    }
    l->links[l->count++] = (struct link){hash, index};
    return 0;
}

/* The links of what is unmatched, sorted. */
static int collect(const struct sign *s, const struct match_list *list, struct links *out)
{
    int err = 0;
    for (uint32_t i = 0; i < list->count && err == 0; i++) {
        struct listing_contact c;
        uint64_t hashes[LINKS_MOST];
        if (list->entries[i].partner != MATCH_NONE)
            continue;
        match_get(list, i, &c);
        size_t count = hash_sign(s, &c, hashes);
        for (size_t k = 0; k < count && err == 0; k++)
            err = put_link(out, hashes[k], i);
    }
    if (out->count > 0)
        qsort(out->links, out->count, sizeof *out->links, by_hash);
    return err;
}

/* ---- pairs ---- */

static void pair(struct match *m, const struct sign *s, uint32_t before, uint32_t after)
{
    m->before.entries[before].partner = after;
    m->after.entries[after].partner = before;
    m->before.entries[before].equal = m->after.entries[after].equal = s->whole;
}

/* Find a partner for `before` among the next few of the group: nearly always the first is one. */
static void find_partner(struct match *m, const struct sign *s, uint32_t before, const struct link *group, size_t count)
{
    struct listing_contact a, b;
    match_get(&m->before, before, &a);
    for (size_t i = 0; i < count && i < REACH; i++) {
        if (m->after.entries[group[i].index].partner != MATCH_NONE)
            continue;
        match_get(&m->after, group[i].index, &b);
        if (is_linked(s, &a, &b)) {
            pair(m, s, before, group[i].index);
            return;
        }
    }
}

static void pair_group(struct match *m, const struct sign *s, const struct link *before, size_t before_count,
                       const struct link *after, size_t after_count)
{
    size_t from = 0;
    for (size_t i = 0; i < before_count; i++) {
        while (from < after_count && m->after.entries[after[from].index].partner != MATCH_NONE)
            from++;
        if (m->before.entries[before[i].index].partner == MATCH_NONE)
            find_partner(m, s, before[i].index, after + from, after_count - from);
    }
}

static size_t group_end(const struct links *l, size_t from)
{
    size_t end = from;
    while (end < l->count && l->links[end].hash == l->links[from].hash)
        end++;
    return end;
}

/* All but the first of those that are equal in every value. */
static void mark_twins(struct match_list *list, const struct links *l)
{
    for (size_t i = 1; i < l->count; i++) {
        struct listing_contact a, b;
        if (l->links[i].hash != l->links[i - 1].hash)
            continue;
        match_get(list, l->links[i - 1].index, &a);
        match_get(list, l->links[i].index, &b);
        if (has_all(&a, &b) && has_all(&b, &a))
            list->entries[l->links[i].index].partner = MATCH_TWIN;
    }
}

static void pair_all(struct match *m, const struct sign *s, const struct links *before, const struct links *after)
{
    for (size_t i = 0, k = 0; i < before->count && k < after->count;) {
        size_t i_end = group_end(before, i), k_end = group_end(after, k);
        uint64_t x = before->links[i].hash, y = after->links[k].hash;
        if (x == y)
            pair_group(m, s, before->links + i, i_end - i, after->links + k, k_end - k);
        i = x <= y ? i_end : i;
        k = y <= x ? k_end : k;
    }
}

static int run_pass(struct match *m, const struct sign *s)
{
    struct links before = {0}, after = {0};
    int err = collect(s, &m->before, &before);
    if (err == 0)
        err = collect(s, &m->after, &after);
    if (err == 0 && s->whole) {
        mark_twins(&m->before, &before);
        mark_twins(&m->after, &after);
    }
    if (err == 0)
        pair_all(m, s, &before, &after);
    free(before.links);
    free(after.links);
    return err;
}

/* ---- the lists ---- */

static int read_list(struct match_list *l, const struct buf *listing)
{
    struct listing_contact c;
    size_t at = 0;
    l->listing = listing;
    for (size_t start = 0; listing_next(listing->data, listing->len, &at, &c) == 1; start = at) {
        if (l->count >= MATCH_TWIN - 1)
            return -EFBIG;
        if ((l->count & (l->count - 1)) == 0) {
            struct match_entry *grown = reallocarray(l->entries, l->count ? (size_t)l->count * 2 : 1, sizeof *grown);
            if (grown == NULL)
                return -ENOMEM;
            l->entries = grown;
        }
        l->entries[l->count++] = (struct match_entry){.at = start, .partner = MATCH_NONE};
    }
    return 0;
}

int match_make(struct match *out, const struct buf *before, const struct buf *after)
{
    struct match m = {0};
    int err = read_list(&m.before, before);
    if (err == 0)
        err = read_list(&m.after, after);
    for (size_t i = 0; i < sizeof signs / sizeof *signs && err == 0; i++)
        err = run_pass(&m, &signs[i]);
    if (err == 0)
        *out = m;
    else
        match_free(&m);
    return err;
}

void match_free(struct match *m)
{
    free(m->before.entries);
    free(m->after.entries);
    *m = (struct match){0};
}
