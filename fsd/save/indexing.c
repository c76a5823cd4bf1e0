#include "save/indexing.h"

#include "base/clock.h"
#include "base/log.h"

#include <string.h>

enum { SLICE_MS = 20, RETRY_MS = 10000 };

void indexing_open(struct indexing *x, const struct config *c)
{
    struct error e = {0};
    if (c->index != NULL && recall_open_later(&x->recall, c->repository, c->index, &e) < 0)
        log_error("%s", e.text);
}

void indexing_close(struct indexing *x)
{
    recall_close(x->recall);
    x->recall = NULL;
}

bool indexing_step(struct indexing *x, struct inspector *inspector)
{
    struct error e = {0};
    if (x->recall == NULL || clock_mono_ns() < x->retry_at_ns)
        return false;
    int more = recall_step(x->recall, inspector, SLICE_MS, &e);
    if (more < 0)
        x->retry_at_ns = clock_mono_ns() + RETRY_MS * NS_PER_MS;
    return more > 0;
}
