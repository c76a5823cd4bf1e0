/*
 * lmdb_format: pages of LMDB's file, version 1, as far as check.c reads them. Words are the machine's own.
 */
#ifndef HOLDFAST_INDEX_LMDB_FORMAT_H
#define HOLDFAST_INDEX_LMDB_FORMAT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

enum { HEAD_PAGES = 2, PAGE_HEAD = 16, NODE_HEAD = 8, KEY_MOST = 511, DEPTH_MOST = 32, LMDB_VERSION = 1 };
#define LMDB_MAGIC 0xBEEFC0DEu
#define NO_PAGE    UINT64_MAX

enum page_flag {
    PAGE_BRANCH = 0x01,
    PAGE_LEAF = 0x02,
    PAGE_OVERFLOW = 0x04,
    PAGE_META = 0x08,
    PAGE_DIRTY = 0x10,  /* in memory only; but a sub-page keeps it */
    PAGE_PACKED = 0x20, /* keys of one size, without nodes */
    PAGE_SUB = 0x40,    /* inside a node */
};
enum node_flag { NODE_LARGE = 0x01, NODE_TREE = 0x02, NODE_SET = 0x04 };

struct page {
    uint64_t number;
    uint16_t key_bytes; /* packed pages */
    uint16_t flags;
    uint16_t lower, upper; /* bounds of the free room; an overflow page's 32-bit count of pages */
};
_Static_assert(sizeof(struct page) == PAGE_HEAD, "as LMDB lays it out");

/* A sub-page, taken out of its node. */
struct page_copy {
    struct page page;
    unsigned char rest[1 << 16];
};

struct db {
    uint32_t key_bytes; /* of packed pages; in the free list's db: bytes of a page */
    uint16_t flags, depth;
    uint64_t branch_pages, leaf_pages, overflow_pages, entries, root;
};
_Static_assert(sizeof(struct db) == 48, "as LMDB lays it out");

struct head {
    struct page page;
    uint32_t magic, version;
    uint64_t address, map_bytes;
    struct db free, names;
    uint64_t last_page, transaction;
};
_Static_assert(sizeof(struct head) == 152, "as LMDB lays it out");

static inline size_t page_count(const struct page *p) { return (size_t)(p->lower - PAGE_HEAD) / 2; }
static inline uint32_t page_overflow_count(const struct page *p) { return (uint32_t)p->upper << 16 | p->lower; }

struct node_view {
    const unsigned char *key, *value;
    size_t key_len, size; /* of a large value: all of it, and `value` holds its page's number */
    size_t bytes;         /* of the node, in the page */
    unsigned flags;
    uint64_t child; /* of a branch's node */
};

/* Node `i` of a page whose bounds are sound; false if it leads out of the page. */
static inline bool node_at(struct node_view *n, const struct page *p, size_t page_bytes, size_t i, bool is_branch)
{
    uint16_t at, words[4]; /* low, high, flags, key's length */
    const unsigned char *bytes = (const unsigned char *)p;
    memcpy(&at, bytes + PAGE_HEAD + i * sizeof at, sizeof at);
    if (at < p->upper || at % 2 != 0 || (size_t)at + NODE_HEAD > page_bytes)
        return false;
    memcpy(words, bytes + at, sizeof words);
    n->key_len = words[3];
    n->key = bytes + at + NODE_HEAD;
    if (n->key_len > page_bytes - at - NODE_HEAD)
        return false;
    n->value = n->key + n->key_len;
    n->flags = is_branch ? 0 : words[2];
    n->size = is_branch ? 0 : (size_t)words[0] | (size_t)words[1] << 16;
    n->child = (uint64_t)words[0] | (uint64_t)words[1] << 16 | (is_branch ? (uint64_t)words[2] << 32 : 0);
    size_t inside = n->flags & NODE_LARGE ? sizeof(uint64_t) : n->size;
    n->bytes = NODE_HEAD + n->key_len + inside;
    return inside <= page_bytes - at - NODE_HEAD - n->key_len;
}

#endif
