/*
 * served: one [mount] as the supervisor keeps it: what its children share, the mount child of the moment, the pins.
 */
#ifndef HOLDFAST_PROC_SERVED_H
#define HOLDFAST_PROC_SERVED_H

#include "base/error.h"
#include "config/config.h"
#include "event/board.h"
#include "proc/child.h"
#include "proc/mounts.h"
#include "proc/pins.h"
#include "proc/rules.h"

#include <stdbool.h>
#include <stdint.h>

/* Ends of a socket pair: the near one for whoever is named first, the far one for the mount child. */
enum { NEAR = 0, FAR = 1 };

struct served {
    const struct config *config;
    const struct config_mount *mount;
    const struct rules *rules; /* in force now */
    unsigned keeper_uid, keeper_gid;
    struct mountpoint point;
    int spool_fd; /* SPOOL/<mount>; locked while any process of this daemon lives */
    int board_fd;
    int table_fd;  /* of the mount of now; a new mount gets a new one */
    int fetch[2];  /* keeper and mount child */
    int orders[2]; /* supervisor and mount child */
    struct board *board;
    struct child child;
    struct pins pins;
    bool ready;         /* a child has said so, since the start */
    bool used;          /* a child has had this table: the next one is a replacement */
    bool handing;       /* pins are being handed to a replacement */
    size_t handed;      /* so many were */
    bool missing;       /* it is not where it should be: said so in the log */
    bool giving_up;     /* the child was told to stop, for a fresh mount */
    int64_t kill_at_ns; /* monotonic: and is killed then; 0: not set */
    bool stopping;      /* the daemon goes down: nothing is mounted again */
};

/*
 * Make all that children share, take away what a crash left, and mount; no child runs yet. The caller calls
 * served_close in any case. -EBUSY: a process of a former daemon still lives.
 */
struct served_setting {
    const struct config *config;
    const struct rules *rules;
    unsigned keeper_uid, keeper_gid;
};
int served_open(struct served *s, const struct served_setting *setting, const struct config_mount *mount,
                struct error *e);

/* Start a mount child: the first, or the next one, on a fresh mount if the old one cannot be taken over. */
int served_start(struct served *s, struct error *e);

/* Take what the mount child has said: pins, ready. Never waits. */
void served_take_orders(struct served *s);

/* Go on handing pins to a replacement. Never waits; call again when its socket can be written. */
void served_hand_pins(struct served *s);

void served_note_death(struct served *s, int wait_status);

/* Once in a while: notice a mount that somebody took away, and mount again. */
void served_check(struct served *s, int64_t now_ns);
bool served_is_well(const struct served *s, int64_t now_ns); /* in its place, by a child that has lived a while */

/* Other rules are in force, in the same place: the child that runs is given them. One that cannot be is replaced. */
void served_give_rules(struct served *s);

int served_tell(struct served *s, uint32_t order_type);
void served_close(struct served *s);

#endif
