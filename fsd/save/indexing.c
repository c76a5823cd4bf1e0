#include "save/indexing.h"

#include "base/clock.h"
#include "base/log.h"

#include <stdlib.h>
#include <string.h>

enum { SLICE_MS = 20, RETRY_MS = 10000 };

/* Without tables files are kept as well; only what needs a comparison is not told of them. */
static void open_known(struct indexing *x, const struct config *c)
{
    x->reps = calloc(c->mount_count + 1, sizeof *x->reps);
    for (size_t i = 0; x->reps != NULL && i < c->mount_count; i++)
        x->reps[i] = c->mounts[i].rep;
    if (x->reps == NULL || recall_known_open(&x->known, x->recall, x->reps, c->mount_count) < 0)
        log_error("no memory to compare files with the record");
}

void indexing_open(struct indexing *x, const struct config *c)
{
    struct error e = {0};
    if (c->index != NULL && recall_open_later(&x->recall, c->repository, c->index, &e) < 0)
        log_error("%s", e.text);
    if (x->recall != NULL)
        open_known(x, c);
}

void indexing_close(struct indexing *x)
{
    recall_known_close(x->known);
    recall_close(x->recall);
    free(x->reps);
    *x = (struct indexing){.recall = NULL};
}

bool indexing_step(struct indexing *x, struct inspector *inspector)
{
    struct error e = {0};
    if (x->recall == NULL || clock_mono_ns() < x->retry_at_ns)
        return false;
    int more = recall_step(x->recall, inspector, SLICE_MS, &e);
    if (more == 0 && x->known != NULL)
        more = recall_known_step(x->known, clock_mono_ns(), SLICE_MS, &e);
    if (more < 0)
        x->retry_at_ns = clock_mono_ns() + RETRY_MS * NS_PER_MS;
    return more > 0;
}
