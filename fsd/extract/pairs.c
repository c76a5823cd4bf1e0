#include "extract/pairs.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

int pairs_put(struct pairs *p, const char *key, const char *value)
{
    size_t key_len = strlen(key) + 1, value_len = strlen(value) + 1;
    if (p->count == PAIRS_MOST || key_len > PAIRS_BYTES || value_len > PAIRS_BYTES ||
        p->text.len + key_len + value_len > PAIRS_BYTES)
        return -E2BIG;
    if (p->count == p->room) {
        size_t room = p->room ? p->room * 2 : 16;
        struct pair *list = realloc(p->list, room * sizeof *list);
        if (list == NULL)
            return -ENOMEM;
        p->list = list;
        p->room = room;
    }
    struct pair pair = {.key = (uint32_t)p->text.len, .value = (uint32_t)(p->text.len + key_len)};
    buf_put(&p->text, key, key_len);
    buf_put(&p->text, value, value_len);
    if (p->text.failed)
        return -ENOMEM;
    p->list[p->count++] = pair;
    return 0;
}

static int compare(const void *a, const void *b, void *text)
{
    const struct pair *x = a, *y = b;
    return strcmp((const char *)text + x->key, (const char *)text + y->key);
}

void pairs_sort(struct pairs *p)
{
    if (p->count > 1)
        qsort_r(p->list, p->count, sizeof *p->list, compare, p->text.data);
}

const char *pairs_find(const struct pairs *p, const char *key)
{
    size_t low = 0, high = p->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = strcmp(pairs_key(p, middle), key);
        if (order == 0)
            return pairs_value(p, middle);
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

void pairs_free(struct pairs *p)
{
    buf_free(&p->text);
    free(p->list);
    *p = (struct pairs){0};
}
