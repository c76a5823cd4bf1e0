#include "mount/storied.h"

#include <xxhash.h>

enum { NAMES = 4096 };

static _Atomic uint64_t storied[NAMES]; /* hashes, each at the place that it names */

static uint64_t hash_path(struct mount *m, uint32_t node)
{
    buf_auto path = {0};
    if (!node_path(&m->nodes, node, &path) || path.len == 0)
        return 0;
    return XXH3_64bits(path.data, path.len);
}

void storied_note(struct mount *m, uint32_t node)
{
    uint64_t hash = hash_path(m, node);
    if (hash != 0)
        storied[hash % NAMES] = hash;
}

bool storied_has(struct mount *m, uint32_t node)
{
    uint64_t hash = hash_path(m, node);
    return hash != 0 && storied[hash % NAMES] == hash;
}
