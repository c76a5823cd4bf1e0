#include "policy/open_table.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

const char *const policy_builtin_classes[] = {POLICY_UNCLASSIFIED, "encrypted", "unreadable", NULL};

struct open_class {
    const char *name; /* of a rule, or one of policy_builtin_classes */
    uint64_t *rules;  /* owned: a bit a rule */
    unsigned wants;
};

struct open_key {
    uint64_t hash;
    size_t rule;
};

struct open_table {
    struct open_class *classes; /* in the order of their names */
    size_t count;
    struct open_key *keys; /* in the order of hash and rule; key 0 is that of rules open to all */
    size_t key_count, key_room;
};

/* ---- classes ---- */

static int by_name(const void *a, const void *b) { return strcmp(*(const char *const *)a, *(const char *const *)b); }

size_t policy_list_classes(const struct policy *p, const char *names[static POLICY_CLASSES_MOST])
{
    size_t count = 0, unique = 0;
    for (size_t i = 0; policy_builtin_classes[i] != NULL; i++)
        names[count++] = policy_builtin_classes[i];
    for (size_t i = 0; i < p->rule_count; i++)
        if (p->rules[i].section == SECTION_CLASS)
            names[count++] = p->rules[i].class_name;
    qsort(names, count, sizeof *names, by_name);
    for (size_t i = 0; i < count; i++)
        if (unique == 0 || strcmp(names[unique - 1], names[i]) != 0)
            names[unique++] = names[i];
    return unique;
}

static int fill_class(struct open_class *c, const struct policy *p, const char *name)
{
    c->name = name;
    c->rules = calloc(p->rule_count / 64 + 1, sizeof *c->rules);
    if (c->rules == NULL)
        return -ENOMEM;
    for (size_t i = 0; i < p->rule_count; i++) {
        const struct rule *r = &p->rules[i];
        if (r->section != SECTION_OPEN || !policy_takes_class(&policy_setting_of(&r->settings, KEY_CLASS)->list, name))
            continue;
        c->rules[i / 64] |= UINT64_C(1) << i % 64;
        c->wants |= r->wants;
    }
    return 0;
}

static int build_classes(struct open_table *t, const struct policy *p)
{
    const char *names[POLICY_CLASSES_MOST];
    size_t count = policy_list_classes(p, names);
    t->classes = calloc(count, sizeof *t->classes);
    int err = t->classes != NULL ? 0 : -ENOMEM;
    for (size_t i = 0; i < count && err == 0; i++) {
        err = fill_class(&t->classes[i], p, names[i]);
        t->count += err == 0;
    }
    return err;
}

static int by_class(const void *name, const void *c) { return strcmp(name, ((const struct open_class *)c)->name); }

const struct open_class *open_table_class(const struct open_table *t, const char *name)
{
    return bsearch(name, t->classes, t->count, sizeof *t->classes, by_class);
}

unsigned open_class_wants(const struct open_class *c) { return c->wants; }

bool open_class_has(const struct open_class *c, size_t rule) { return (c->rules[rule / 64] >> rule % 64 & 1) != 0; }

/* ---- programs ---- */

static int add_key(struct open_table *t, uint64_t hash, size_t rule)
{
    if (t->key_count == t->key_room) {
        size_t room = t->key_room > 0 ? 2 * t->key_room : 64;
        struct open_key *grown = realloc(t->keys, room * sizeof *grown);
        if (grown == NULL)
            return -ENOMEM;
        t->keys = grown;
        t->key_room = room;
    }
    t->keys[t->key_count++] = (struct open_key){hash, rule};
    return 0;
}

/* File a rule under the keys of its programs, or under 0 if one of them has none. */
static int file_rule(struct open_table *t, const struct subject_apps *apps, size_t rule)
{
    size_t begin = t->key_count, count = apps != NULL ? subject_apps_count(apps) : 0;
    int err = 0;
    for (size_t i = 0; i < count && err == 0; i++) {
        uint64_t key = subject_apps_key(apps, i);
        if (key == 0)
            count = 0;
        else
            err = add_key(t, key, rule);
    }
    if (count > 0 || err != 0)
        return err;
    t->key_count = begin;
    return add_key(t, 0, rule);
}

static int by_key(const void *a, const void *b)
{
    const struct open_key *x = a, *y = b;
    return x->hash != y->hash ? (x->hash > y->hash) - (x->hash < y->hash) : (x->rule > y->rule) - (x->rule < y->rule);
}

static int build_keys(struct open_table *t, const struct policy *p)
{
    int err = 0;
    for (size_t i = 0; i < p->rule_count && err == 0; i++)
        if (p->rules[i].section == SECTION_OPEN)
            err = file_rule(t, p->rules[i].app, i);
    if (err == 0 && t->key_count > 0)
        qsort(t->keys, t->key_count, sizeof *t->keys, by_key);
    return err;
}

int open_table_build(struct open_table **out, const struct policy *p)
{
    struct open_table *t = calloc(1, sizeof *t);
    int err = t != NULL ? build_classes(t, p) : -ENOMEM;
    if (err == 0)
        err = build_keys(t, p);
    if (err != 0)
        open_table_free(t);
    else
        *out = t;
    return err;
}

void open_table_free(struct open_table *t)
{
    if (t == NULL)
        return;
    for (size_t i = 0; i < t->count; i++)
        free(t->classes[i].rules);
    free(t->classes);
    free(t->keys);
    free(t);
}

/* ---- candidates: the rules of several keys, merged ---- */

static const struct open_key *first_key(const struct open_table *t, uint64_t hash)
{
    size_t low = 0, high = t->key_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (t->keys[middle].hash < hash)
            low = middle + 1;
        else
            high = middle;
    }
    return &t->keys[low];
}

struct open_candidates open_table_candidates(const struct open_table *t, const struct subject_exe *app)
{
    struct open_candidates c = {0};
    uint64_t hashes[OPEN_CURSORS] = {0};
    size_t count = 1 + subject_exe_keys(app, hashes + 1);
    for (size_t i = 0; i < count && t->key_count > 0; i++) {
        const struct open_key *first = first_key(t, hashes[i]);
        const struct open_key *after = t->keys + t->key_count;
        if (first < after && first->hash == hashes[i]) {
            c.keys[i] = first;
            c.ends[i] = after;
        }
    }
    return c;
}

bool open_candidates_next(struct open_candidates *c, size_t *rule)
{
    size_t least = SIZE_MAX;
    for (size_t i = 0; i < OPEN_CURSORS; i++)
        if (c->keys[i] != NULL && c->keys[i]->rule < least)
            least = c->keys[i]->rule;
    for (size_t i = 0; i < OPEN_CURSORS; i++)
        while (c->keys[i] != NULL && c->keys[i]->rule == least) {
            const struct open_key *key = c->keys[i], *next = key + 1;
            c->keys[i] = next < c->ends[i] && next->hash == key->hash ? next : NULL;
        }
    *rule = least;
    return least != SIZE_MAX;
}
