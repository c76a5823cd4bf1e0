/*
 * lane: one mount, as the keeper sees it: its journal's queue, its facts, its board, its mount child's ear.
 */
#ifndef HOLDFAST_SAVE_LANE_H
#define HOLDFAST_SAVE_LANE_H

#include "config/config.h"
#include "event/board.h"
#include "event/facts.h"
#include "inspect/client.h"
#include "recall/known.h"
#include "recall/recall.h"
#include "record/record.h"
#include "save/fetcher.h"
#include "save/queue.h"
#include "save/scan.h"
#include "save/spool.h"
#include "save/telling.h"

#include <stdatomic.h>

/* What keeping needs beside the lane; one for all lanes, used by the keeper's main thread only. */
struct keep_tools {
    struct record_writer *writer;
    struct inspector *inspector;
    const char *device;
    char policy[RECORD_OID_HEX]; /* commit of the rules in force; "" none */
    uint64_t last_ticket;        /* of the inspector */
    struct telling telling;
    struct recall *recall;      /* the record's index; NULL: there is none */
    struct recall_known *known; /* tables made of it; NULL: there are none */
    void (*mind)(void *ctx);    /* called now and then in long work: does anybody wait for it by now? */
    void *mind_ctx;
};

struct lane {
    const struct config_mount *mount;
    uint32_t number; /* which [mount] it is, from 0 */
    int spool_fd;    /* SPOOL/<mount>; not owned */
    struct board *board;
    struct fetcher *fetcher;
    struct fact_table *facts;
    struct queue queue;
    struct scan scan;
    struct cursor cursor;
    _Atomic uint64_t kept;   /* everything up to here is in the record */
    _Atomic uint64_t wanted; /* somebody waits for everything up to here: cut no finer */
    int64_t newest_time_ns;  /* of the records seen: one that is much older tells of a clock set back */
    int64_t alive_ns;        /* the last sign of life before this keeper's; 0: never */
    bool was_orderly;        /* and it was an orderly stop */
    int64_t retry_at_ns;     /* monotonic: after a failure, not before */
    uint64_t stuck_seq;      /* the save whose bytes could not be read the last time */
    int stuck_times;         /* and how often in a row */
    int64_t swept_at_ns;     /* monotonic */
    bool links_changed;      /* a file with several names was: the record knows of the one that was used */
    int64_t links_seen_ns;   /* monotonic: when the others were last looked for */
};

/*
 * First map the board and find the mount child's ear: then the lane can tell of trouble and be asked for barriers.
 * Then, once there is a record, open the rest; it is asked how far it goes. 0 or -errno; on failure lane_close is still
 * due, and lane_open may be tried again.
 */
int lane_prepare(struct lane *l, const struct config_mount *mount, int spool_fd, int board_fd, int fetch_fd,
                 struct error *e);
int lane_open(struct lane *l, struct record_writer *writer, struct error *e);
void lane_close(struct lane *l);

/* Everything up to `seq` is in the record: say so to the mount and the cursor. The mount may then change those files
 * freely. */
void lane_advance(struct lane *l, uint64_t seq);

/* Remove dead clones and segments and count what is left; at most once a second unless `now`. */
void lane_sweep(struct lane *l, bool now);

/* Something failed and is tried again in RETRY_MS; NULL: all is well again. */
enum { LANE_RETRY_MS = 2000 };
void lane_set_trouble(struct lane *l, const char *text);

#endif
