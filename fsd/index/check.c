#include "index/check.h"

#include "base/fdio.h"
#include "index/layout.h"
#include "index/lmdb_format.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

enum { UNWRITTEN_MOST = 1 << 20 }; /* pages that a transaction may have taken and freed again at the file's end */
enum { PAGE_BYTES_MOST = 1 << 15 };

#define MAP_MOST (UINT64_C(1) << 42) /* bytes; LMDB would try to map what it is told */

struct checker {
    const unsigned char *map;
    size_t map_bytes;
    size_t page_bytes;
    uint64_t pages;                       /* that the heads say are there */
    unsigned char *seen;                  /* a bit for each */
    unsigned char taken[PAGE_BYTES_MOST]; /* bytes of the page that is looked at; scratch */
};

/* What a tree may hold, and what its values are. */
enum value_kind { VALUE_BYTES, VALUE_TABLE, VALUE_FREE_LIST };
struct tree {
    unsigned flags; /* of the table */
    enum value_kind values;
    unsigned tables; /* found of index_table_forms, a bit each */
};

static void close_map(struct checker *c)
{
    if (c->map != NULL)
        munmap((void *)c->map, c->map_bytes);
    free(c->seen);
}

static int open_map(struct checker *c, const char *path, struct error *e)
{
    fd_auto fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    struct stat st;
    if (fd < 0 || fstat(fd, &st) < 0)
        return error_sys(e, errno, "%s", path);
    c->map_bytes = (size_t)st.st_size;
    void *map = st.st_size > 0 ? mmap(NULL, c->map_bytes, PROT_READ, MAP_SHARED, fd, 0) : NULL;
    if (map == MAP_FAILED)
        return error_sys(e, errno, "%s", path);
    c->map = map;
    return 0;
}

/* ---- pages ---- */

static bool is_free_to_claim(struct checker *c, uint64_t number, uint64_t count)
{
    if (number < HEAD_PAGES || number >= c->pages || count > c->pages - number)
        return false;
    for (uint64_t i = number; i < number + count; i++) {
        if (c->seen[i / 8] & 1u << i % 8)
            return false;
        c->seen[i / 8] |= (unsigned char)(1u << i % 8);
    }
    return true;
}

/* A run of pages, or NULL: the file may end before pages that were freed without ever being written. */
static const struct page *page_at(const struct checker *c, uint64_t number, uint64_t count)
{
    uint64_t in_file = c->map_bytes / c->page_bytes;
    if (number >= in_file || count > in_file - number)
        return NULL;
    return (const struct page *)(c->map + number * c->page_bytes);
}

/* Numbers are native words in the order of their values; names are bytes. */
static int compare_keys(unsigned flags, const unsigned char *a, size_t a_len, const unsigned char *b, size_t b_len)
{
    if (flags & MDB_INTEGERKEY) {
        uint64_t x, y;
        memcpy(&x, a, sizeof x);
        memcpy(&y, b, sizeof y);
        return x < y ? -1 : x > y;
    }
    int order = memcmp(a, b, a_len < b_len ? a_len : b_len);
    return order != 0 ? order : a_len < b_len ? -1 : a_len > b_len;
}

/*
 * A packed run of 64-bit words, each above the one before. `room`: bytes from the page's begin. Its bounds are no
 * places, only how much is free between them: LMDB adds a word without looking at anything else.
 */
static bool is_packed_sound(const struct page *p, size_t room)
{
    if (room < PAGE_HEAD || p->key_bytes != sizeof(uint64_t) || p->lower < PAGE_HEAD || p->lower % 2 != 0)
        return false;
    size_t count = page_count(p);
    if (count == 0 || count > (room - PAGE_HEAD) / sizeof(uint64_t) || p->upper < p->lower ||
        (size_t)(p->upper - p->lower) > room - PAGE_HEAD - count * sizeof(uint64_t))
        return false;
    const unsigned char *words = (const unsigned char *)p + PAGE_HEAD;
    for (size_t i = 1; i < count; i++)
        if (compare_keys(MDB_INTEGERKEY, words + (i - 1) * 8, 8, words + i * 8, 8) >= 0)
            return false;
    return true;
}

/* Nodes that share bytes read well, and the first that LMDB moves or writes destroys the others. */
static bool are_nodes_apart(struct checker *c, const struct page *p, bool is_branch)
{
    struct node_view n;
    memset(c->taken, 0, c->page_bytes);
    for (size_t i = 0, count = page_count(p); i < count; i++) {
        if (!node_at(&n, p, c->page_bytes, i, is_branch))
            return false;
        size_t at = (size_t)(n.key - (const unsigned char *)p) - NODE_HEAD;
        if (memchr(c->taken + at, 1, n.bytes) != NULL)
            return false;
        memset(c->taken + at, 1, n.bytes);
    }
    return true;
}

static bool is_tree_sound(struct checker *c, const struct db *db, struct tree *t);

/* A sorted set under one key: small, packed in the node itself; large, a tree of packed pages. */
static bool is_set_sound(struct checker *c, const struct node_view *n)
{
    if (n->flags & NODE_TREE) {
        struct db db;
        if (n->size != sizeof db)
            return false;
        memcpy(&db, n->value, sizeof db);
        struct tree set = {.flags = MDB_INTEGERKEY | MDB_DUPFIXED, .values = VALUE_BYTES};
        return db.key_bytes == sizeof(uint64_t) && db.flags == (MDB_INTEGERKEY | MDB_DUPFIXED) && db.root != NO_PAGE &&
               is_tree_sound(c, &db, &set);
    }
    struct page_copy copy;
    const struct page *p = &copy.page;
    if (n->size < PAGE_HEAD || n->size > sizeof copy)
        return false;
    memcpy(&copy, n->value, n->size); /* a node's value may lie on any even address */
    return (p->flags | PAGE_DIRTY) == (PAGE_LEAF | PAGE_PACKED | PAGE_SUB | PAGE_DIRTY) && p->upper <= n->size &&
           is_packed_sound(p, n->size);
}

/* The free pages of a transaction: how many, then their numbers, falling. */
static bool is_free_list_sound(struct checker *c, const unsigned char *value, size_t size)
{
    uint64_t count, number;
    if (size < sizeof count || size % sizeof count != 0)
        return false;
    memcpy(&count, value, sizeof count);
    if (count > size / sizeof count - 1)
        return false;
    uint64_t before = UINT64_MAX;
    for (uint64_t i = 1; i <= count; i++) {
        memcpy(&number, value + i * sizeof number, sizeof number);
        if (number >= before || !is_free_to_claim(c, number, 1))
            return false;
        before = number;
    }
    return true;
}

static bool is_table_sound(struct checker *c, const struct node_view *n, struct tree *names)
{
    struct db db;
    if (!(n->flags & NODE_TREE) || n->size != sizeof db)
        return false;
    memcpy(&db, n->value, sizeof db);
    for (size_t i = 0; i < INDEX_TABLES; i++) {
        const struct table_form *form = &index_table_forms[i];
        if (n->key_len != strlen(form->name) || memcmp(n->key, form->name, n->key_len) != 0)
            continue;
        struct tree t = {.flags = form->flags, .values = VALUE_BYTES};
        names->tables |= 1u << i;
        bool is_set = form->flags & MDB_DUPFIXED;
        return db.flags == form->flags && (!is_set || db.key_bytes == 0 || db.key_bytes == sizeof(uint64_t)) &&
               is_tree_sound(c, &db, &t);
    }
    return false;
}

static bool is_large_value_sound(struct checker *c, const struct node_view *n, struct tree *t)
{
    uint64_t number;
    memcpy(&number, n->value, sizeof number);
    uint64_t count = (PAGE_HEAD - 1 + (uint64_t)n->size) / c->page_bytes + 1;
    if (!is_free_to_claim(c, number, count))
        return false;
    const struct page *p = page_at(c, number, count);
    if (p == NULL || p->number != number || p->flags != PAGE_OVERFLOW || page_overflow_count(p) != count)
        return false;
    return t->values != VALUE_FREE_LIST || is_free_list_sound(c, (const unsigned char *)p + PAGE_HEAD, n->size);
}

static bool is_value_sound(struct checker *c, const struct node_view *n, struct tree *t)
{
    if (n->flags & NODE_LARGE)
        return n->flags == NODE_LARGE && !(t->flags & MDB_DUPSORT) && t->values != VALUE_TABLE &&
               is_large_value_sound(c, n, t);
    if (n->flags & NODE_SET)
        return (t->flags & MDB_DUPSORT) != 0 && is_set_sound(c, n);
    if (t->values == VALUE_TABLE)
        return n->flags == NODE_TREE && is_table_sound(c, n, t);
    if (n->flags != 0 || ((t->flags & MDB_DUPSORT) && n->size != sizeof(uint64_t)))
        return false;
    return t->values != VALUE_FREE_LIST || is_free_list_sound(c, n->value, n->size);
}

/* ---- trees ---- */

static bool is_page_sound(struct checker *c, uint64_t number, unsigned depth, struct tree *t);

static bool is_key_sound(const struct node_view *n, const struct node_view *before, unsigned flags)
{
    if (((flags & MDB_INTEGERKEY) && n->key_len != sizeof(uint64_t)) || n->key_len == 0 || n->key_len > KEY_MOST)
        return false;
    return before->key == NULL || compare_keys(flags, before->key, before->key_len, n->key, n->key_len) < 0;
}

/* Children of a branch; the first one's key is not used, and mostly empty. */
static bool is_branch_sound(struct checker *c, const struct page *p, unsigned depth, struct tree *t)
{
    struct node_view n, before = {.key = NULL};
    size_t count = page_count(p);
    if (!are_nodes_apart(c, p, true))
        return false;
    for (size_t i = 0; i < count; i++) {
        if (!node_at(&n, p, c->page_bytes, i, true) || (i > 0 && !is_key_sound(&n, &before, t->flags)) ||
            !is_page_sound(c, n.child, depth - 1, t))
            return false;
        if (i > 0)
            before = n;
    }
    return count >= 2;
}

static bool is_leaf_sound(struct checker *c, const struct page *p, struct tree *t)
{
    struct node_view n, before = {.key = NULL};
    if (!are_nodes_apart(c, p, false))
        return false;
    for (size_t i = 0, count = page_count(p); i < count; i++) {
        if (!node_at(&n, p, c->page_bytes, i, false) || !is_key_sound(&n, &before, t->flags) ||
            !is_value_sound(c, &n, t))
            return false;
        before = n;
    }
    return page_count(p) > 0;
}

/* `depth` falls with each level, so that nothing goes round in circles; a page used twice is none of ours. */
static bool is_page_sound(struct checker *c, uint64_t number, unsigned depth, struct tree *t)
{
    if (depth == 0 || !is_free_to_claim(c, number, 1))
        return false;
    const struct page *p = page_at(c, number, 1);
    if (p == NULL || p->number != number || p->lower < PAGE_HEAD || p->lower > p->upper || p->upper > c->page_bytes ||
        p->lower % 2 != 0)
        return false;
    if (depth > 1)
        return p->flags == PAGE_BRANCH && is_branch_sound(c, p, depth, t);
    if ((t->flags & MDB_DUPFIXED) && !(t->flags & MDB_DUPSORT))
        return p->flags == (PAGE_LEAF | PAGE_PACKED) && is_packed_sound(p, c->page_bytes);
    return p->flags == PAGE_LEAF && is_leaf_sound(c, p, t);
}

static bool is_tree_sound(struct checker *c, const struct db *db, struct tree *t)
{
    if (db->root == NO_PAGE)
        return db->depth == 0 && db->entries == 0;
    return db->depth > 0 && db->depth <= DEPTH_MOST && is_page_sound(c, db->root, db->depth, t);
}

/* ---- heads ---- */

/* A writer finds the head of a transaction by its number's last bit. */
static bool is_head_sound(const struct checker *c, const struct head *h, unsigned which)
{
    if (h->transaction % HEAD_PAGES != which && h->transaction != 0)
        return false;
    return h->page.flags == PAGE_META && h->magic == LMDB_MAGIC && h->version == LMDB_VERSION &&
           h->free.key_bytes == c->page_bytes && h->last_page >= HEAD_PAGES - 1 &&
           h->last_page < c->map_bytes / c->page_bytes + UNWRITTEN_MOST && h->free.flags == MDB_INTEGERKEY &&
           h->names.flags == 0 && h->map_bytes % c->page_bytes == 0 && h->map_bytes <= MAP_MOST;
}

/* As LMDB chooses it on this machine. */
static size_t own_page_bytes(void)
{
    size_t bytes = (size_t)sysconf(_SC_PAGESIZE);
    return bytes < PAGE_BYTES_MOST ? bytes : PAGE_BYTES_MOST;
}

/* The page's size stands in the first head; both are copied, since a writer may be at work. */
static int read_heads(struct checker *c, struct head heads[static HEAD_PAGES])
{
    for (int tries = 0; tries < 100; tries++) {
        if (c->map_bytes < sizeof heads[0])
            return -EILSEQ;
        memcpy(&heads[0], c->map, sizeof heads[0]);
        c->page_bytes = heads[0].free.key_bytes;
        if (c->page_bytes != own_page_bytes() || c->map_bytes < HEAD_PAGES * c->page_bytes)
            return -EILSEQ;
        memcpy(&heads[1], c->map + c->page_bytes, sizeof heads[1]);
        if (is_head_sound(c, &heads[0], 0) && is_head_sound(c, &heads[1], 1))
            return 0;
    }
    return -EILSEQ;
}

static int say_damaged(const char *path, struct error *e)
{
    return error_set(e, EILSEQ, "%s: damaged: run `holdfast index rebuild`", path);
}

int check_heads(const char *path, struct error *e)
{
    struct checker c = {0};
    struct head heads[HEAD_PAGES];
    int err = open_map(&c, path, e);
    if (err == 0 && read_heads(&c, heads) < 0)
        err = say_damaged(path, e);
    close_map(&c);
    return err;
}

static bool is_snapshot_sound(struct checker *c, const struct head *h, bool with_free)
{
    struct tree names = {.values = VALUE_TABLE}, free_pages = {.flags = MDB_INTEGERKEY, .values = VALUE_FREE_LIST};
    if (!is_tree_sound(c, &h->names, &names))
        return false;
    if (names.tables != 0 && names.tables != (1u << INDEX_TABLES) - 1)
        return false;
    return !with_free || is_tree_sound(c, &h->free, &free_pages);
}

static int check_mapped(struct checker *c, const char *path, size_t transaction, bool with_free, struct error *e)
{
    struct head heads[HEAD_PAGES];
    if (read_heads(c, heads) < 0)
        return say_damaged(path, e);
    const struct head *h = heads[0].transaction == transaction ? &heads[0] : &heads[1];
    if (h->transaction != transaction)
        return -EAGAIN;
    c->pages = h->last_page + 1;
    if ((c->seen = calloc(1, c->pages / 8 + 1)) == NULL)
        return error_sys(e, ENOMEM, "index");
    return is_snapshot_sound(c, h, with_free) ? 0 : say_damaged(path, e);
}

int check_snapshot(const char *path, size_t transaction, bool with_free, struct error *e)
{
    struct checker c = {0};
    int err = open_map(&c, path, e);
    if (err == 0)
        err = check_mapped(&c, path, transaction, with_free, e);
    close_map(&c);
    return err;
}
