/*
 * state: what the guard's two threads share, for the files of this folder only.
 */
#ifndef HOLDFAST_GUARD_STATE_H
#define HOLDFAST_GUARD_STATE_H

#include "event/board.h"
#include "event/verdict.h"
#include "guard/guard.h"
#include "guard/match.h"
#include "guard/quarantine.h"
#include "guard/backlog.h"
#include "guard/sinks.h"
#include "guard/watch.h"

enum { GUARD_JUDGED = 4096 };

/* A file that was judged, as it was then. */
struct judged {
    dev_t device;
    ino_t ino;
    int64_t ctime_ns;
};

struct guard {
    const struct guard_start *start;
    struct board **boards;            /* one a mount; the lists live as long as the process */
    struct match_mount *match_mounts; /* likewise */
    uid_t *owners;
    struct verdict_log *log;
    struct backlog *queue;
    int proc_fd;

    /* of who hears */
    struct watch *watch;
    struct sinks *sinks;
    int64_t lost_ns;      /* realtime: events were lost; all that changed since then is to be walked; 0: none */
    int64_t restarted_ns; /* realtime: what the guard before this one had looked at; 0: there was none */
    bool began;           /* the first round of sinks is through */

    /* of who looks */
    struct inspector *inspector;
    struct matcher *matcher;
    struct quarantine *quarantine; /* NULL: it could not be opened */
    struct judged judged[GUARD_JUDGED];
};

/* ---- who hears (hear.c): the first thread's ---- */

/* Find the sinks anew; those that are new are walked for what was put there while nobody watched. */
void hear_sinks(struct guard *g);
void hear_events(struct guard *g);

/* ---- who looks (look.c): the second thread's ---- */

/* Look at one file, or walk; takes *f over. */
void look_at(struct guard *g, struct finished *f);

/* ---- what is told (tell.c): any thread ---- */

/* Something was not seen. */
void tell_gap(struct guard *g, const char *format, ...) __attribute__((format(printf, 2, 3)));
void tell_session(struct guard *g, const char *note);

/* What was decided about a copy: into the journal, onto the boards. */
void tell_copy(struct guard *g, struct verdict *v);

#endif
