#include "cli/lineage.h"

#include "base/path.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

/*
 * A node is a name in a folder, found by a hash of both. Node 0 is above the mounts, whose names are rep, device and
 * mount. A node that was taken away by something newer is in no table any more.
 */
struct node {
    uint32_t parent, chain; /* next of the same bucket; LINEAGE_NONE */
    uint32_t lineage;       /* LINEAGE_NONE until a version is told of it */
    bool is_cut;            /* what is below and older than this was removed: */
    uint64_t removed_seq;
    int64_t removed_ns;
    char *name; /* owned; as of the version at hand */
    /* and where it is today, as far as nothing removed it: */
    uint32_t home;     /* the parent */
    char *newest_name; /* owned; NULL: `name` */
};

struct lineages {
    struct node *nodes;
    struct lineage_version *versions;
    struct lineage *lineages;
    char **strings; /* owned: paths and names that versions and lineages point at */
    uint32_t *buckets;
    uint32_t node_count, version_count, lineage_count, string_count, bucket_count; /* buckets: a power of two */
};

enum { BUCKETS_FIRST = 1024, COUNT_MOST = 1 << 30 };

/* Room for one more of `size` bytes; it doubles. */
static int grow(void **list, uint32_t count, size_t size)
{
    if (count != 0 && (count & (count - 1)) != 0)
        return 0;
    if (count >= COUNT_MOST)
        return -EFBIG;
    void *grown = reallocarray(*list, count == 0 ? 1 : (size_t)count * 2, size);
    if (grown == NULL)
        return -ENOMEM;
    *list = grown;
    return 0;
}

static const char *keep_string(struct lineages *l, const char *text)
{
    if (grow((void **)&l->strings, l->string_count, sizeof *l->strings) < 0)
        return NULL;
    char *copy = strdup(text != NULL ? text : "");
    if (copy != NULL)
        l->strings[l->string_count++] = copy;
    return copy;
}

/* ---- names ---- */

static uint32_t *bucket_of(const struct lineages *l, uint32_t parent, const char *name, size_t len)
{
    return &l->buckets[XXH3_64bits_withSeed(name, len, parent) & (l->bucket_count - 1)];
}

static void link_node(struct lineages *l, uint32_t index)
{
    struct node *n = &l->nodes[index];
    uint32_t *bucket = bucket_of(l, n->parent, n->name, strlen(n->name));
    n->chain = *bucket;
    *bucket = index;
}

static void unlink_node(struct lineages *l, uint32_t index)
{
    struct node *n = &l->nodes[index];
    uint32_t *at = bucket_of(l, n->parent, n->name, strlen(n->name));
    while (*at != LINEAGE_NONE && *at != index)
        at = &l->nodes[*at].chain;
    if (*at == index)
        *at = n->chain;
}

static uint32_t find_node(const struct lineages *l, uint32_t parent, const char *name, size_t len)
{
    uint32_t at = *bucket_of(l, parent, name, len);
    while (at != LINEAGE_NONE &&
           (l->nodes[at].parent != parent || strncmp(l->nodes[at].name, name, len) != 0 || l->nodes[at].name[len] != 0))
        at = l->nodes[at].chain;
    return at;
}

/* Twice the buckets when there are as many nodes. Nodes that are in no table must not come back: they are told by
 * their parent, LINEAGE_NONE. */
static int grow_buckets(struct lineages *l)
{
    if (l->node_count < l->bucket_count)
        return 0;
    uint32_t *grown = reallocarray(l->buckets, (size_t)l->bucket_count * 2, sizeof *grown);
    if (grown == NULL)
        return -ENOMEM;
    l->buckets = grown;
    l->bucket_count *= 2;
    memset(grown, 0xff, l->bucket_count * sizeof *grown);
    for (uint32_t i = 1; i < l->node_count; i++)
        if (l->nodes[i].parent != LINEAGE_NONE)
            link_node(l, i);
    return 0;
}

static int make_node(struct lineages *l, uint32_t parent, const char *name, size_t len, uint32_t *out)
{
    int err = grow((void **)&l->nodes, l->node_count, sizeof *l->nodes);
    if (err == 0)
        err = grow_buckets(l);
    char *copy = err == 0 ? strndup(name, len) : NULL;
    if (copy == NULL)
        return err ? err : -ENOMEM;
    l->nodes[l->node_count] = (struct node){.parent = parent, .home = parent, .lineage = LINEAGE_NONE, .name = copy};
    link_node(l, l->node_count);
    *out = l->node_count++;
    return 0;
}

static int get_node(struct lineages *l, uint32_t parent, const char *name, size_t len, uint32_t *out)
{
    *out = find_node(l, parent, name, len);
    return *out != LINEAGE_NONE ? 0 : make_node(l, parent, name, len, out);
}

static int get_mount(struct lineages *l, const struct record_version *v, uint32_t *out)
{
    const char *const names[] = {v->rep, v->device, v->mount};
    int err = 0;
    *out = 0;
    for (size_t i = 0; i < 3 && err == 0; i++)
        err = get_node(l, *out, names[i] ? names[i] : "", strlen(names[i] ? names[i] : ""), out);
    return err;
}

/* The node of a path below its mount; missing ones are made. */
static int get_path(struct lineages *l, const struct record_version *v, const char *path, uint32_t *out)
{
    int err = get_mount(l, v, out);
    while (*path != 0 && err == 0) {
        size_t len = strcspn(path, "/");
        if (len > 0)
            err = get_node(l, *out, path, len, out);
        path += len + (path[len] == '/');
    }
    return err;
}

/* Out of the table; its name is taken by another. */
static void detach(struct lineages *l, uint32_t index)
{
    unlink_node(l, index);
    l->nodes[index].parent = LINEAGE_NONE;
}

/* What has this name and is older than `v` was removed by it: another file. */
static int cut(struct lineages *l, uint32_t parent, const char *name, const struct record_version *v)
{
    uint32_t index;
    int err = make_node(l, parent, name, strlen(name), &index);
    if (err < 0)
        return err;
    l->nodes[index].is_cut = true;
    l->nodes[index].removed_seq = v->seq;
    l->nodes[index].removed_ns = v->saved_ns;
    return 0;
}

static int replace(struct lineages *l, uint32_t index, const struct record_version *v)
{
    uint32_t parent = l->nodes[index].parent;
    detach(l, index);
    return cut(l, parent, l->nodes[index].name, v);
}

/* Give the node, which is in no table, this place. */
static int attach_at(struct lineages *l, uint32_t index, uint32_t parent, const char *name)
{
    char *copy = strdup(name);
    if (copy == NULL)
        return -ENOMEM;
    if (l->nodes[index].newest_name == NULL)
        l->nodes[index].newest_name = l->nodes[index].name;
    else
        free(l->nodes[index].name);
    l->nodes[index].name = copy;
    l->nodes[index].parent = parent;
    link_node(l, index);
    return 0;
}

/* Backwards: what has the new name had the old one before, and the new name was another file's or nobody's. */
static int move_back(struct lineages *l, const struct record_version *v)
{
    uint32_t to = 0, from = 0;
    if (path_below(v->path, v->from) != NULL || path_below(v->from, v->path) != NULL)
        return 0; /* of a record that was tampered with: a folder cannot have moved into itself */
    int err = get_path(l, v, v->path, &to);
    if (err == 0)
        err = get_path(l, v, v->from, &from);
    if (err < 0 || to == from)
        return err;
    uint32_t to_parent = l->nodes[to].parent, from_parent = l->nodes[from].parent;
    bool exchanged = record_is_exchange(v);
    char *to_name = strdup(l->nodes[to].name), *from_name = strdup(l->nodes[from].name);
    detach(l, to);
    detach(l, from);
    err = to_name == NULL || from_name == NULL ? -ENOMEM : attach_at(l, to, from_parent, from_name);
    if (err == 0)
        err = exchanged ? attach_at(l, from, to_parent, to_name) : cut(l, to_parent, to_name, v);
    free(to_name);
    free(from_name);
    return err;
}

/* ---- versions ---- */

static void find_removal(const struct lineages *l, uint32_t node, struct lineage *out)
{
    while (node != LINEAGE_NONE && node != 0 && !l->nodes[node].is_cut)
        node = l->nodes[node].parent;
    if (node == LINEAGE_NONE || node == 0)
        return;
    out->removed_seq = l->nodes[node].removed_seq;
    out->removed_ns = l->nodes[node].removed_ns;
}

static const char *name_of(const struct lineages *l, uint32_t node) { return l->nodes[node].name; }

static int begin_lineage(struct lineages *l, const struct record_version *v, uint32_t node)
{
    uint32_t mount;
    int err = get_mount(l, v, &mount);
    if (err == 0)
        err = grow((void **)&l->lineages, l->lineage_count, sizeof *l->lineages);
    if (err < 0)
        return err;
    uint32_t device = l->nodes[mount].parent;
    struct lineage line = {.newest = LINEAGE_NONE, .oldest = LINEAGE_NONE, .node = node, .above = mount};
    line.rep = keep_string(l, name_of(l, l->nodes[device].parent));
    line.device = keep_string(l, name_of(l, device));
    line.mount = keep_string(l, name_of(l, mount));
    if (line.rep == NULL || line.device == NULL || line.mount == NULL)
        return -ENOMEM;
    find_removal(l, node, &line);
    l->nodes[node].lineage = l->lineage_count;
    l->lineages[l->lineage_count++] = line;
    return 0;
}

/* Versions of one file nearly always have one path; it is kept once. */
static const char *keep_path(struct lineages *l, const struct lineage *line, const char *path)
{
    const char *last = line->oldest != LINEAGE_NONE ? l->versions[line->oldest].path : NULL;
    return last != NULL && strcmp(last, path) == 0 ? last : keep_string(l, path);
}

static int add_version(struct lineages *l, const struct record_version *v, uint32_t node, bool chosen)
{
    int err = l->nodes[node].lineage == LINEAGE_NONE ? begin_lineage(l, v, node) : 0;
    if (err == 0)
        err = grow((void **)&l->versions, l->version_count, sizeof *l->versions);
    if (err < 0)
        return err;
    uint32_t index = l->version_count;
    struct lineage *line = &l->lineages[l->nodes[node].lineage];
    const char *path = keep_path(l, line, v->path);
    if (path == NULL)
        return -ENOMEM;
    l->versions[l->version_count++] = (struct lineage_version){.seq = v->seq,
                                                               .saved_ns = v->saved_ns,
                                                               .bytes = v->bytes,
                                                               .commit = v->commit,
                                                               .blob = v->blob,
                                                               .path = path,
                                                               .lineage = l->nodes[node].lineage,
                                                               .newer = line->oldest,
                                                               .older = LINEAGE_NONE,
                                                               .chosen = chosen,
                                                               .content = LINEAGE_NONE};
    if (line->oldest != LINEAGE_NONE)
        l->versions[line->oldest].older = index;
    else
        line->newest = index;
    line->oldest = index;
    return 0;
}

static bool is_removal(const struct record_version *v)
{
    return v->event == RECORD_DELETE ||
           ((v->event == RECORD_UNATTENDED || v->event == RECORD_RECOVERED) && !v->has_content);
}

static bool is_move(const struct record_version *v)
{
    return v->event == RECORD_RENAME && v->from != NULL && v->from[0] != 0;
}

int lineages_add(struct lineages *l, const struct record_version *v, bool chosen)
{
    uint32_t node;
    if (v->path == NULL || v->path[0] == 0 || v->event == RECORD_GAP || v->event == RECORD_VOLUME)
        return 0;
    int err = get_path(l, v, v->path, &node);
    if (err == 0 && v->has_content)
        err = add_version(l, v, node, chosen);
    if (err == 0 && is_removal(v))
        err = replace(l, node, v);
    return err == 0 && is_move(v) ? move_back(l, v) : err;
}

/* ---- where it is today ---- */

static const char *newest_name_of(const struct node *n) { return n->newest_name != NULL ? n->newest_name : n->name; }

char *lineages_path_now(const struct lineages *l, const struct lineage *line)
{
    size_t len = 0;
    for (uint32_t node = line->node; node != line->above; node = l->nodes[node].home)
        len += strlen(newest_name_of(&l->nodes[node])) + 1;
    char *path = malloc(len > 0 ? len : 1);
    char *at = path + (len > 0 ? len - 1 : 0);
    if (path == NULL)
        return NULL;
    *at = 0;
    for (uint32_t node = line->node; node != line->above; node = l->nodes[node].home) { /* from its end */
        const char *name = newest_name_of(&l->nodes[node]);
        at -= strlen(name);
        memcpy(at, name, strlen(name));
        if (at > path)
            *--at = '/';
    }
    return path;
}

/* ---- the whole ---- */

struct lineage_version *lineages_versions(struct lineages *l, uint32_t *count)
{
    *count = l->version_count;
    return l->versions;
}

const struct lineage *lineages_list(const struct lineages *l, uint32_t *count)
{
    *count = l->lineage_count;
    return l->lineages;
}

int lineages_open(struct lineages **out)
{
    struct lineages *l = calloc(1, sizeof *l);
    if (l == NULL)
        return -ENOMEM;
    l->bucket_count = BUCKETS_FIRST;
    l->buckets = malloc(BUCKETS_FIRST * sizeof *l->buckets);
    int err = l->buckets == NULL ? -ENOMEM : grow((void **)&l->nodes, 0, sizeof *l->nodes);
    if (err < 0) {
        lineages_close(l);
        return err;
    }
    memset(l->buckets, 0xff, BUCKETS_FIRST * sizeof *l->buckets);
    l->nodes[l->node_count++] = (struct node){.parent = LINEAGE_NONE, .lineage = LINEAGE_NONE};
    *out = l;
    return 0;
}

void lineages_close(struct lineages *l)
{
    if (l == NULL)
        return;
    for (uint32_t i = 0; i < l->node_count; i++) {
        free(l->nodes[i].name);
        free(l->nodes[i].newest_name);
    }
    for (uint32_t i = 0; i < l->string_count; i++)
        free(l->strings[i]);
    free(l->nodes);
    free(l->versions);
    free(l->lineages);
    free(l->strings);
    free(l->buckets);
    free(l);
}
