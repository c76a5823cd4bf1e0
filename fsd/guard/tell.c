#include "base/log.h"
#include "guard/state.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static void append(struct guard *g, struct verdict *v)
{
    int err = verdict_append(g->log, v);
    for (size_t i = 0; i < g->start->mount_count; i++)
        if (err < 0)
            board_set_trouble(&g->boards[i]->guard.trouble, "the guard's decisions cannot be written down: %s",
                              strerror(-err));
}

void tell_gap(struct guard *g, const char *format, ...)
{
    char note[480];
    va_list args;
    va_start(args, format);
    vsnprintf(note, sizeof note, format, args);
    va_end(args);
    log_warn("%s", note);
    struct verdict v = {.kind = VERDICT_GAP, .login = UINT32_MAX, .policy = g->start->policy_id, .note = note};
    append(g, &v);
    for (size_t i = 0; i < g->start->mount_count; i++)
        atomic_fetch_add(&g->boards[i]->guard.gaps, 1);
}

void tell_session(struct guard *g, const char *note)
{
    struct verdict v = {.kind = VERDICT_SESSION, .login = UINT32_MAX, .policy = g->start->policy_id, .note = note};
    append(g, &v);
}

void tell_copy(struct guard *g, struct verdict *v)
{
    v->policy = g->start->policy_id;
    append(g, v);
    for (size_t i = 0; i < g->start->mount_count; i++)
        if (strcmp(g->start->mounts[i].mount->name, v->mount) == 0)
            atomic_fetch_add(v->refused ? &g->boards[i]->guard.quarantined : &g->boards[i]->guard.logged, 1);
}
