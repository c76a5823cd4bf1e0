/*
 * waiting: events that no program was started for yet, oldest first; bounded for each mount, so that the saves of one
 * rep do not push out another's.
 */
#ifndef HOLDFAST_TELL_WAITING_H
#define HOLDFAST_TELL_WAITING_H

#include "event/news.h"

#include <stdbool.h>
#include <stddef.h>

enum { WAITING_MOST = 256, WAITING_PER_MOUNT = 32 };

struct told {
    enum news_event event;
    uint32_t mount;
    uint64_t seq;
    char *json; /* owned */
};

struct waiting {
    struct told list[WAITING_MOST];
    size_t count;
};

/* Takes `json`. False: there is no room, and it is gone. */
bool waiting_add(struct waiting *w, const struct told *t);

/* The oldest whose mount is free, out of the queue (the caller frees its json); false: none. */
bool waiting_take(struct waiting *w, bool (*is_free)(void *ctx, uint32_t mount), void *ctx, struct told *out);

#endif
