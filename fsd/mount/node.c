#include "mount/node.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

enum { HASH_LEAST = 1 << 12 };

static uint64_t pack_link(uint32_t parent, uint32_t name) { return (uint64_t)parent << 32 | name; }
static uint32_t link_parent(uint64_t link) { return (uint32_t)(link >> 32); }
static uint32_t link_name(uint64_t link) { return (uint32_t)link; }

/* ---- the hash by (dev, ino): private, rebuilt ---- */

static uint32_t hash_slot(const struct nodes *n, uint64_t dev, uint64_t ino)
{
    uint64_t h = (ino ^ dev << 48 ^ dev >> 16) * UINT64_C(0x9e3779b97f4a7c15);
    return (uint32_t)(h >> 32) & (n->hash_room - 1);
}

static bool is_file(const struct node_record *r, uint64_t dev, uint64_t ino) { return r->ino == ino && r->dev == dev; }

static uint32_t hash_find(const struct nodes *n, uint64_t dev, uint64_t ino, uint32_t *slot)
{
    uint32_t at = hash_slot(n, dev, ino);
    while (n->hash[at] != 0 && !is_file(&n->shared->nodes[n->hash[at]], dev, ino))
        at = (at + 1) & (n->hash_room - 1);
    *slot = at;
    return n->hash[at];
}

static void hash_insert(struct nodes *n, uint32_t number)
{
    const struct node_record *r = &n->shared->nodes[number];
    uint32_t slot;
    if (hash_find(n, r->dev, r->ino, &slot) == 0)
        n->hash_used++;
    n->hash[slot] = number;
}

/* Take a number out; the run behind it moves up (no tombstones). */
static void hash_remove(struct nodes *n, uint32_t number)
{
    const struct node_record *r = &n->shared->nodes[number];
    uint32_t hole;
    if (hash_find(n, r->dev, r->ino, &hole) != number)
        return;
    n->hash_used--;
    n->hash[hole] = 0;
    for (uint32_t at = (hole + 1) & (n->hash_room - 1); n->hash[at] != 0; at = (at + 1) & (n->hash_room - 1)) {
        const struct node_record *other = &n->shared->nodes[n->hash[at]];
        uint32_t home = hash_slot(n, other->dev, other->ino);
        if (((at - home) & (n->hash_room - 1)) >= ((at - hole) & (n->hash_room - 1))) {
            n->hash[hole] = n->hash[at];
            n->hash[at] = 0;
            hole = at;
        }
    }
}

static int hash_grow(struct nodes *n, uint32_t room)
{
    uint32_t *old = n->hash, old_room = n->hash_room;
    uint32_t *hash = calloc(room, sizeof *hash);
    if (hash == NULL)
        return -ENOMEM;
    n->hash = hash;
    n->hash_room = room;
    n->hash_used = 0;
    for (uint32_t i = 0; i < old_room; i++)
        if (old[i] != 0)
            hash_insert(n, old[i]);
    free(old);
    return 0;
}

/* ---- free numbers ---- */

static void give_number(struct nodes *n, uint32_t number)
{
    if (n->free_count == n->free_room) {
        uint32_t room = n->free_room ? n->free_room * 2 : 256;
        uint32_t *list = realloc(n->free, room * sizeof *list);
        if (list == NULL)
            return; /* the number is lost until the next child */
        n->free = list;
        n->free_room = room;
    }
    n->free[n->free_count++] = number;
}

static uint32_t take_number(struct nodes *n)
{
    if (n->free_count > 0)
        return n->free[--n->free_count];
    uint32_t top = n->shared->nodes_top;
    if (top == NODES_MOST)
        return 0;
    n->shared->nodes_top = top + 1;
    return top;
}

/* ---- start: from facts to indexes ---- */

static void make_root(struct nodes *n, const struct stat *root, const struct journal_handle *handle)
{
    struct node_record *r = &n->shared->nodes[NODE_ROOT];
    r->type = S_IFDIR;
    r->dev = root->st_dev;
    r->ino = root->st_ino;
    r->handle = *handle;
    r->lookups = 1;
    n->shared->nodes_top = NODE_ROOT + 1;
    r->state = RECORD_LIVE;
}

static void index_nodes(struct nodes *n)
{
    struct shared *s = n->shared;
    for (uint32_t i = NODE_ROOT; i < s->nodes_top; i++) {
        if (s->nodes[i].state != RECORD_LIVE) {
            give_number(n, i);
            continue;
        }
        n->live++;
        if (!(s->nodes[i].flags & NODE_GONE))
            hash_insert(n, i);
        if (link_parent(s->nodes[i].link) != 0)
            n->use[link_parent(s->nodes[i].link)].children++;
    }
}

static void index_handles(struct nodes *n)
{
    struct shared *s = n->shared;
    for (uint32_t i = 1; i < s->handles_top; i++) {
        const struct handle_record *h = &s->handles[i];
        if (h->state != RECORD_LIVE)
            continue;
        n->use[h->node].opens++;
        n->use[h->node].writers += (h->flags & HANDLE_WRITER) != 0;
    }
}

int nodes_open(struct nodes *n, struct shared *shared, const struct stat *root,
               const struct journal_handle *root_handle)
{
    *n = (struct nodes){.shared = shared};
    pthread_mutex_init(&n->lock, NULL);
    if (shared->nodes_top == 0)
        make_root(n, root, root_handle);
    n->names = names_open(shared);
    n->use = mmap(NULL, sizeof *n->use * NODES_MOST, PROT_READ | PROT_WRITE,
                  MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    uint32_t room = HASH_LEAST;
    while (room < shared->nodes_top * 2)
        room *= 2;
    if (n->names == NULL || n->use == MAP_FAILED || hash_grow(n, room) < 0)
        return -ENOMEM;
    index_nodes(n);
    index_handles(n);
    return 0;
}

/* ---- life of a node ---- */

bool node_known(struct nodes *n, uint64_t number)
{
    return number >= NODE_ROOT && number < n->shared->nodes_top && n->shared->nodes[number].state == RECORD_LIVE;
}

/* By the kernel, an open file, or the path of a node below it. */
static bool is_used(const struct nodes *n, uint32_t number)
{
    const struct node_use *u = &n->use[number];
    return n->shared->nodes[number].lookups > 0 || u->opens > 0 || u->children > 0;
}

static void free_node(struct nodes *n, uint32_t number)
{
    while (number != NODE_ROOT) {
        struct node_record *r = &n->shared->nodes[number];
        uint64_t link = r->link;
        if (!(r->flags & NODE_GONE))
            hash_remove(n, number);
        r->state = RECORD_FREE;
        r->link = 0;
        names_free(n->names, link_name(link));
        names_free(n->names, r->heir);
        r->heir = 0;
        give_number(n, number);
        n->live--;
        uint32_t parent = link_parent(link);
        if (parent == 0)
            return;
        n->use[parent].children--;
        if (is_used(n, parent))
            return;
        number = parent; /* it was only kept for its children's paths */
    }
}

/* `old`, which was a node's link, is not any more: its name, and its parent if that was only kept for it. */
static void let_go_of_link(struct nodes *n, uint64_t old)
{
    if (old == 0)
        return;
    names_free(n->names, link_name(old));
    uint32_t parent = link_parent(old);
    n->use[parent].children--;
    if (parent != NODE_ROOT && !is_used(n, parent))
        free_node(n, parent);
}

/* With the table lock: the node is now known as (parent, name). */
static void relink(struct nodes *n, uint32_t number, uint32_t parent, const char *name)
{
    struct node_record *r = &n->shared->nodes[number];
    uint64_t old = r->link;
    if (r->flags & NODE_GONE) { /* an O_TMPFILE's first name, or a removal that failed */
        atomic_fetch_and(&r->flags, ~(uint32_t)NODE_GONE);
        hash_insert(n, number);
    }
    if (old != 0 && link_parent(old) == parent && strcmp(names_get(n->names, link_name(old)), name) == 0)
        return;
    uint32_t kept = names_put(n->names, name);
    if (kept == 0)
        return; /* no room for names: it stays known by the old one */
    n->use[parent].children++;
    r->link = pack_link(parent, kept);
    let_go_of_link(n, old);
}

/* With the table lock: the node has no known path any more; if that was its `last` name, it is not to be found either.
 */
static void unlink_node(struct nodes *n, uint32_t number, bool last)
{
    struct node_record *r = &n->shared->nodes[number];
    uint64_t old = r->link;
    if (last && !(r->flags & NODE_GONE)) {
        hash_remove(n, number);
        atomic_fetch_or(&r->flags, NODE_GONE);
    }
    r->link = 0;
    let_go_of_link(n, old);
}

static uint32_t make_node(struct nodes *n, uint32_t parent, const char *name, const struct stat *st,
                          const struct journal_handle *handle)
{
    /* Room for all, also for those that have no name yet. */
    if ((n->live + 1) * 4 > (uint64_t)n->hash_room * 3 && hash_grow(n, n->hash_room * 2) < 0)
        return 0;
    uint32_t number = take_number(n);
    if (number == 0)
        return 0;
    uint32_t kept = name ? names_put(n->names, name) : 0;
    if (name && kept == 0) {
        give_number(n, number);
        return 0;
    }
    struct node_record *r = &n->shared->nodes[number];
    r->type = st->st_mode & S_IFMT;
    r->dev = st->st_dev;
    r->ino = st->st_ino;
    r->handle = *handle;
    r->lookups = 1;
    r->backing_id = 0;
    r->flags = name ? 0 : NODE_GONE;
    r->save_seq = 0;
    r->born_seq = 0;
    r->heir = 0;
    r->noticed_size = 0;
    r->noticed_mtime_ns = r->noticed_ctime_ns = 0;
    r->link = name ? pack_link(parent, kept) : 0;
    n->use[number] = (struct node_use){0};
    atomic_store(&r->state, RECORD_LIVE);
    if (name) {
        n->use[parent].children++;
        hash_insert(n, number);
    }
    n->live++;
    return number;
}

uint32_t node_lookup(struct nodes *n, uint32_t parent, const char *name, const struct stat *st,
                     void (*get_handle)(void *ctx, struct journal_handle *out), void *ctx)
{
    uint32_t slot;
    pthread_mutex_lock(&n->lock);
    uint32_t number = name ? hash_find(n, st->st_dev, st->st_ino, &slot) : 0;
    if (number != 0 && n->shared->nodes[number].type == (st->st_mode & S_IFMT)) {
        n->shared->nodes[number].lookups++;
        if (number != NODE_ROOT)
            relink(n, number, parent, name);
        pthread_mutex_unlock(&n->lock);
        return number;
    }
    pthread_mutex_unlock(&n->lock);

    struct journal_handle handle = {0};
    get_handle(ctx, &handle); /* a system call: not under the lock */

    pthread_mutex_lock(&n->lock);
    uint32_t now = name ? hash_find(n, st->st_dev, st->st_ino, &slot) : 0;
    if (now != 0 && now == number) {
        /* A file of another type has its inode number: the one we knew died unseen (below us). */
        unlink_node(n, number, true);
    }
    if (now != 0 && now != number) {
        n->shared->nodes[now].lookups++; /* another thread was first */
        number = now;
    } else {
        number = make_node(n, parent, name, st, &handle);
    }
    pthread_mutex_unlock(&n->lock);
    return number;
}

bool node_forget(struct nodes *n, uint32_t number, uint64_t count, struct node_record *last)
{
    bool gone = false;
    pthread_mutex_lock(&n->lock);
    struct node_record *r = &n->shared->nodes[number];
    uint64_t left = r->lookups > count ? r->lookups - count : 0;
    if (number == NODE_ROOT && left == 0)
        left = 1;
    r->lookups = left;
    if (left == 0 && n->use[number].opens == 0) {
        memcpy(last, r, sizeof *last);
        gone = true;
    }
    pthread_mutex_unlock(&n->lock);
    return gone;
}

void node_free_if_unused(struct nodes *n, uint32_t number)
{
    pthread_mutex_lock(&n->lock);
    if (number != NODE_ROOT && node_known(n, number) && !is_used(n, number))
        free_node(n, number);
    pthread_mutex_unlock(&n->lock);
}

bool node_hold(struct nodes *n, uint32_t number, uint64_t ino)
{
    pthread_mutex_lock(&n->lock);
    struct node_record *r = &n->shared->nodes[number];
    bool held = node_known(n, number) && (ino == 0 || r->ino == ino) && (r->lookups > 0 || n->use[number].opens > 0);
    if (held)
        r->lookups++;
    pthread_mutex_unlock(&n->lock);
    return held;
}

uint32_t node_find(struct nodes *n, uint64_t dev, uint64_t ino)
{
    uint32_t slot;
    pthread_mutex_lock(&n->lock);
    uint32_t number = hash_find(n, dev, ino, &slot);
    pthread_mutex_unlock(&n->lock);
    return number;
}

/* ---- names ---- */

void node_set_link(struct nodes *n, uint32_t number, uint32_t parent, const char *name)
{
    pthread_mutex_lock(&n->lock);
    relink(n, number, parent, name);
    pthread_mutex_unlock(&n->lock);
}

void node_drop_link(struct nodes *n, uint32_t number, uint32_t parent, const char *name, bool last)
{
    pthread_mutex_lock(&n->lock);
    uint64_t link = n->shared->nodes[number].link;
    bool known_so = link != 0 && link_parent(link) == parent && strcmp(names_get(n->names, link_name(link)), name) == 0;
    if (known_so || last)
        unlink_node(n, number, last);
    pthread_mutex_unlock(&n->lock);
}

/* With the table lock. Depth is bounded by the file system's own limit on paths; a loop cannot arise, but is not
 * followed. */
static bool put_path(struct nodes *n, uint32_t number, struct buf *path)
{
    uint32_t chain[2048];
    size_t depth = 0;
    for (uint32_t at = number; at != NODE_ROOT; at = link_parent(n->shared->nodes[at].link)) {
        if (n->shared->nodes[at].link == 0 || depth == sizeof chain / sizeof *chain)
            return false;
        chain[depth++] = at;
    }
    for (size_t i = depth; i-- > 0;) {
        buf_puts(path, names_get(n->names, link_name(n->shared->nodes[chain[i]].link)));
        if (i > 0)
            buf_puts(path, "/");
    }
    return !path->failed;
}

bool node_path(struct nodes *n, uint32_t number, struct buf *path)
{
    pthread_mutex_lock(&n->lock);
    bool named = put_path(n, number, path);
    pthread_mutex_unlock(&n->lock);
    return named;
}

bool node_child_path(struct nodes *n, uint32_t parent, const char *name, struct buf *path)
{
    size_t before = path->len;
    if (!node_path(n, parent, path))
        return false;
    if (path->len > before)
        buf_puts(path, "/");
    buf_puts(path, name);
    return !path->failed;
}

/* ---- open counts ---- */

uint32_t node_count_open(struct nodes *n, uint32_t number, int opens, int writers)
{
    pthread_mutex_lock(&n->lock);
    struct node_use *u = &n->use[number];
    u->opens += (uint32_t)opens;
    u->writers += (uint32_t)writers;
    uint32_t left = u->writers;
    pthread_mutex_unlock(&n->lock);
    return left;
}

uint32_t node_writers(struct nodes *n, uint32_t number) { return node_count_open(n, number, 0, 0); }

uint32_t node_opens(struct nodes *n, uint32_t number)
{
    pthread_mutex_lock(&n->lock);
    uint32_t opens = n->use[number].opens;
    pthread_mutex_unlock(&n->lock);
    return opens;
}
