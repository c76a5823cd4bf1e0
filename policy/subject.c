/* Executables: what a rule may say of them, and which of its items takes one. */
#include "policy/subject.h"

#include "base/glob.h"
#include "policy/sets.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { HASH_DIGITS = 64 };
#define HASH_WORD "sha256:"

static bool is_plain(const char *glob, size_t len) { return strcspn(glob, "*?[\\") >= len; }

/* ---- items of a list ---- */

const char *subject_app_hash(const char *item, size_t *glob_len)
{
    const char *blank = strrchr(item, ' ');
    bool hashed = blank != NULL && strncmp(blank + 1, HASH_WORD, strlen(HASH_WORD)) == 0;
    size_t len = hashed ? (size_t)(blank - item) : strlen(item);
    while (len > 0 && (item[len - 1] == ' ' || item[len - 1] == '\t'))
        len--;
    *glob_len = len;
    return hashed ? blank + 1 + strlen(HASH_WORD) : "";
}

bool subject_is_app(const char *text, size_t len)
{
    char item[POLICY_ITEM_BYTES];
    if (len == 0 || len >= sizeof item)
        return false;
    memcpy(item, text, len);
    item[len] = 0;
    if (item[0] == '@')
        return len > 1 && strspn(item + 1, "abcdefghijklmnopqrstuvwxyz-") == len - 1;
    size_t glob_len;
    const char *hash = subject_app_hash(item, &glob_len);
    if (hash[0] != 0 && (strlen(hash) != HASH_DIGITS || strspn(hash, "0123456789abcdef") != HASH_DIGITS))
        return false;
    bool absolute = item[0] == '/';
    return glob_len > absolute && policy_is_glob(item + absolute, glob_len - absolute) &&
           (absolute || memchr(item, '/', glob_len) == NULL);
}

/* ---- executables ---- */

/* FNV-1a: names are short, and what is found by a hash is compared in full. */
#define HASH_BEGIN UINT64_C(0xcbf29ce484222325)
static uint64_t hash_byte(uint64_t h, char c) { return (h ^ (unsigned char)c) * UINT64_C(0x100000001b3); }

static uint64_t hash_name(const char *name)
{
    uint64_t h = HASH_BEGIN;
    for (; *name != 0; name++)
        h = hash_byte(h, *name);
    return h;
}

struct subject_exe subject_exe_of(const char *path, const char *hash)
{
    const char *slash = strrchr(path, '/'), *name = slash != NULL ? slash + 1 : path;
    return (struct subject_exe){path, name, hash, hash_name(name)};
}

struct app_name {
    uint64_t hash;
    char *name; /* owned */
    size_t item;
};

struct app_glob {
    char *glob;       /* owned */
    const char *hash; /* inside the item; "" */
    size_t item;
};

struct subject_apps {
    struct policy_list items; /* borrowed */
    struct app_name *names;   /* in the order of the hashes */
    size_t name_count, name_room;
    struct app_glob *globs;
    size_t glob_count;
};

static int add_name(struct subject_apps *a, const char *name, size_t len, size_t item)
{
    if (a->name_count == a->name_room) {
        size_t room = a->name_room > 0 ? 2 * a->name_room : 16;
        struct app_name *grown = realloc(a->names, room * sizeof *grown);
        if (grown == NULL)
            return -ENOMEM;
        a->names = grown;
        a->name_room = room;
    }
    char *copy = strndup(name, len);
    if (copy == NULL)
        return -ENOMEM;
    a->names[a->name_count++] = (struct app_name){hash_name(copy), copy, item};
    return 0;
}

/* Where /bin and its like are links to /usr/bin, as on all that we run on, no executable has a path of the former. */
static bool is_in_a_link(const char *glob)
{
    static const char *const links[] = {"/bin/", "/sbin/", "/lib/", "/lib32/", "/lib64/", "/libx32/"};
    for (size_t i = 0; i < sizeof links / sizeof *links; i++)
        if (strncmp(glob, links[i], strlen(links[i])) == 0)
            return true;
    return false;
}

static int add_glob(struct subject_apps *a, const char *glob, size_t len, const char *hash, size_t item)
{
    struct app_glob *grown = realloc(a->globs, (a->glob_count + 1) * sizeof *grown);
    if (grown == NULL)
        return -ENOMEM;
    a->globs = grown;
    char *copy;
    if (asprintf(&copy, "%s%.*s", is_in_a_link(glob) ? "/usr" : "", (int)len, glob) < 0)
        return -ENOMEM;
    a->globs[a->glob_count++] = (struct app_glob){copy, hash, item};
    return 0;
}

static int add_set(struct subject_apps *a, const struct policy_set *set, size_t item)
{
    int err = 0;
    for (const char *m = set->members; *m != 0 && err == 0; m += strspn(m, " ")) {
        size_t len = strcspn(m, " ");
        err = is_plain(m, len) ? add_name(a, m, len, item) : add_glob(a, m, len, "", item);
        m += len;
    }
    return err;
}

static int add_item(struct subject_apps *a, size_t item, const char **near)
{
    const char *text = a->items.items[item];
    size_t glob_len;
    for (size_t i = 0; i < item; i++)
        if (strcmp(a->items.items[i], text) == 0)
            return 0;
    if (text[0] == '@') {
        const struct policy_set *set = policy_find_set(text + 1, near);
        return set != NULL ? add_set(a, set, item) : -ENOENT;
    }
    const char *hash = subject_app_hash(text, &glob_len);
    if (hash[0] == 0 && text[0] != '/' && is_plain(text, glob_len))
        return add_name(a, text, glob_len, item);
    return add_glob(a, text, glob_len, hash, item);
}

static int by_hash(const void *a, const void *b)
{
    const struct app_name *x = a, *y = b;
    return x->hash != y->hash ? (x->hash > y->hash) - (x->hash < y->hash) : (x->item > y->item) - (x->item < y->item);
}

int subject_apps_open(struct subject_apps **out, const struct policy_list *items, size_t *unknown, const char **near)
{
    struct subject_apps *a = calloc(1, sizeof *a);
    int err = a != NULL ? 0 : -ENOMEM;
    if (a != NULL)
        a->items = *items;
    for (size_t i = 0; i < items->count && err == 0; i++) {
        err = add_item(a, i, near);
        *unknown = i;
    }
    if (err != 0) {
        subject_apps_close(a);
        return err;
    }
    if (a->name_count > 0)
        qsort(a->names, a->name_count, sizeof *a->names, by_hash);
    *out = a;
    return 0;
}

void subject_apps_close(struct subject_apps *a)
{
    if (a == NULL)
        return;
    for (size_t i = 0; i < a->glob_count; i++)
        free(a->globs[i].glob);
    for (size_t i = 0; i < a->name_count; i++)
        free(a->names[i].name);
    free(a->globs);
    free(a->names);
    free(a);
}

static const struct app_name *find_name(const struct subject_apps *a, const struct subject_exe *exe)
{
    size_t low = 0, high = a->name_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (a->names[middle].hash < exe->name_hash)
            low = middle + 1;
        else
            high = middle;
    }
    for (; low < a->name_count && a->names[low].hash == exe->name_hash; low++)
        if (strcmp(a->names[low].name, exe->name) == 0)
            return &a->names[low];
    return NULL;
}

static bool glob_takes(const struct app_glob *g, const struct subject_exe *exe)
{
    bool of_path = g->glob[0] == '/';
    if (g->hash[0] != 0 && strcmp(g->hash, exe->hash) != 0)
        return false;
    if (of_path)
        return exe->path[0] == '/' && glob_match(g->glob + 1, exe->path + 1);
    return glob_match(g->glob, exe->name);
}

const char *subject_apps_find(const struct subject_apps *a, const struct subject_exe *exe)
{
    const struct app_name *name = exe->name[0] != 0 ? find_name(a, exe) : NULL;
    if (name != NULL)
        return a->items.items[name->item];
    for (size_t i = 0; i < a->glob_count; i++)
        if (glob_takes(&a->globs[i], exe))
            return a->items.items[a->globs[i].item];
    return NULL;
}

bool subject_apps_want_hash(const struct subject_apps *a)
{
    for (size_t i = 0; i < a->glob_count; i++)
        if (a->globs[i].hash[0] != 0)
            return true;
    return false;
}

/* ---- keys: an executable's name, and the beginnings of its path, up to SUBJECT_PARTS parts long ---- */

static uint64_t hash_part(const char *text, size_t len)
{
    uint64_t h = HASH_BEGIN;
    for (size_t i = 0; i < len; i++)
        h = hash_byte(h, text[i]);
    return h;
}

/* Length of the next part of a path with the slash before it; 0: there is none. */
static size_t part_length(const char *path) { return path[0] == '/' ? 1 + strcspn(path + 1, "/") : 0; }

size_t subject_exe_keys(const struct subject_exe *exe, uint64_t keys[static SUBJECT_KEYS])
{
    size_t count = 0, len = 0;
    keys[count++] = exe->name_hash;
    for (size_t i = 0, part; i < SUBJECT_PARTS && (part = part_length(exe->path + len)) > 0; i++) {
        len += part;
        keys[count++] = hash_part(exe->path, len);
    }
    return count;
}

size_t subject_apps_count(const struct subject_apps *a) { return a->name_count + a->glob_count; }

/* The longest beginning of the glob that is plain; what it takes begins so, too. */
static uint64_t glob_key(const char *glob)
{
    size_t len = 0;
    if (glob[0] != '/')
        return is_plain(glob, strlen(glob)) ? hash_name(glob) : 0;
    for (size_t i = 0, part; i < SUBJECT_PARTS && (part = part_length(glob + len)) > 0; i++) {
        if (!is_plain(glob + len, part))
            break;
        len += part;
    }
    return len > 0 ? hash_part(glob, len) : 0;
}

uint64_t subject_apps_key(const struct subject_apps *a, size_t i)
{
    return i < a->name_count ? a->names[i].hash : glob_key(a->globs[i - a->name_count].glob);
}

/* Is all that the glob takes taken by `outer`? A plain one stands for one executable, which can be tried. */
static bool glob_is_within(const struct app_glob *g, const struct subject_apps *outer)
{
    const struct subject_exe exe = subject_exe_of(g->glob, g->hash);
    if (is_plain(g->glob, strlen(g->glob)) && subject_apps_find(outer, &exe) != NULL)
        return true;
    for (size_t i = 0; i < outer->glob_count; i++) {
        const struct app_glob *o = &outer->globs[i];
        bool all = strcmp(o->glob, "*") == 0 || strcmp(o->glob, g->glob) == 0;
        if (all && (o->hash[0] == 0 || strcmp(o->hash, g->hash) == 0))
            return true;
    }
    return false;
}

bool subject_apps_within(const struct subject_apps *inner, const struct subject_apps *outer)
{
    for (size_t i = 0; i < inner->glob_count; i++)
        if (!glob_is_within(&inner->globs[i], outer))
            return false;
    for (size_t i = 0; i < inner->name_count; i++) {
        const struct subject_exe exe = {inner->names[i].name, inner->names[i].name, "", inner->names[i].hash};
        if (subject_apps_find(outer, &exe) == NULL)
            return false;
    }
    return true;
}
