/*
 * guarding: the guard and its own inspector, as the supervisor keeps them. Without a [sink] there is none.
 */
#ifndef HOLDFAST_PROC_GUARDING_H
#define HOLDFAST_PROC_GUARDING_H

#include "config/config.h"
#include "proc/child.h"

struct supervisor;

struct guarding {     /* begins with guarding_init */
    int spool_fd;     /* SPOOL/guard; -1: there is no [sink] */
    int orders[2];    /* supervisor and guard */
    int questions[2]; /* guard and its inspector */
    struct child guard, inspector;
    bool stopping;
};

void guarding_init(struct guarding *g);

/* Make what both share. 0 if there is no [sink], too. The caller calls guarding_close in any case. */
int guarding_open(struct guarding *g, const struct config *config, unsigned keeper_uid, unsigned keeper_gid,
                  struct error *e);
void guarding_close(struct guarding *g);

/* Start whoever is due. */
void guarding_start_due(struct supervisor *s, int64_t now_ns);
int64_t guarding_due_ns(const struct guarding *g); /* the next start; INT64_MAX: none is waited for */

/* Was it one of these? Then its death is noted. */
bool guarding_note_death(struct guarding *g, pid_t pid, int wait_status);

void guarding_take_orders(struct guarding *g); /* never waits */

/* Other rules are in force: both are replaced, and what is finished meanwhile is looked for. */
void guarding_reload(struct guarding *g);

/* Going down: the guard leaves by itself, its inspector is killed; `now`: both are. */
void guarding_stop(struct guarding *g, bool now);
bool guarding_is_gone(const struct guarding *g);

#endif
