/*
 * pairs: a bounded table of texts by their key, put in any order, found after it was sorted once.
 */
#ifndef HOLDFAST_EXTRACT_PAIRS_H
#define HOLDFAST_EXTRACT_PAIRS_H

#include "base/buf.h"

enum { PAIRS_BYTES = 1 << 20, PAIRS_MOST = 1 << 16 };

struct pairs {
    struct buf text;
    struct pair {
        uint32_t key, value; /* where they begin in `text`; NUL-terminated */
    } * list;
    size_t count, room;
};

int pairs_put(struct pairs *p, const char *key, const char *value); /* -E2BIG: full; -ENOMEM */
void pairs_sort(struct pairs *p);
const char *pairs_find(const struct pairs *p, const char *key); /* NULL: none; any of several */
void pairs_free(struct pairs *p);

static inline const char *pairs_key(const struct pairs *p, size_t i) { return p->text.data + p->list[i].key; }
static inline const char *pairs_value(const struct pairs *p, size_t i) { return p->text.data + p->list[i].value; }

#endif
