#include "save/pressure.h"

#include "base/clock.h"

enum { LAG_MS = 5000, CAUGHT_UP_MS = 1000 };

/* Does somebody wait for what this lane has to keep, does it lag, or does its spool fill up? */
static bool is_pressing(const struct lane *l, int64_t lag_ns)
{
    uint64_t kept = atomic_load(&l->kept), wanted = atomic_load(&l->wanted), limit = l->board->spool_limit;
    return wanted > kept || (wanted > 0 && atomic_load(&l->scan.owed)) ||
           (l->queue.count > 0 && clock_real_ns() - l->queue.records[0]->time_ns > lag_ns) ||
           (limit > 0 && l->board->keeper.spool_bytes > limit / 2);
}

static void set(struct pressure *p, bool idle)
{
    if (atomic_exchange(&p->idle, idle) != idle)
        p->set_pace(p->ctx, idle);
}

void pressure_mind(struct pressure *p, bool draining)
{
    bool idle = !draining;
    int64_t lag_ms = atomic_load(&p->idle) ? LAG_MS : CAUGHT_UP_MS;
    for (size_t i = 0; i < p->count && idle; i++)
        idle = !is_pressing(&p->lanes[i], lag_ms * NS_PER_MS);
    set(p, idle);
}

void pressure_rise(struct pressure *p) { set(p, false); }
