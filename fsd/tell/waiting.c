#include "tell/waiting.h"

#include <stdlib.h>
#include <string.h>

bool waiting_add(struct waiting *w, const struct told *t)
{
    size_t same = 0;
    for (size_t i = 0; i < w->count; i++)
        same += w->list[i].mount == t->mount;
    if (w->count == WAITING_MOST || same >= WAITING_PER_MOUNT) {
        free(t->json);
        return false;
    }
    w->list[w->count++] = *t;
    return true;
}

bool waiting_take(struct waiting *w, bool (*is_free)(void *ctx, uint32_t mount), void *ctx, struct told *out)
{
    for (size_t i = 0; i < w->count; i++) {
        if (!is_free(ctx, w->list[i].mount))
            continue;
        *out = w->list[i];
        memmove(&w->list[i], &w->list[i + 1], (w->count - i - 1) * sizeof w->list[0]);
        w->count--;
        return true;
    }
    return false;
}
