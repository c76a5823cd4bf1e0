/*
 * spool: the keeper's side of SPOOL/<mount>: clones, the cursor, and the sign of life.
 *
 *   clone/<seq, 16 hex digits>   bytes of save <seq>, put there by the mount before somebody changed the file
 *   cursor                       how far the journal is kept; see spool_read_cursor
 *   alive                        its modification time: when we were last seen alive; its first byte: 1 after an
 * orderly stop
 *
 * `dir_fd` is SPOOL/<mount> everywhere.
 */
#ifndef HOLDFAST_SAVE_SPOOL_H
#define HOLDFAST_SAVE_SPOOL_H

#include <stdbool.h>
#include <stdint.h>

/* The clone of save `seq` for reading: a descriptor, or -ENOENT. */
int spool_open_clone(int dir_fd, uint64_t seq);
bool spool_has_clone(int dir_fd, uint64_t seq);
void spool_remove_clone(int dir_fd, uint64_t seq);

/* Remove the clones of saves up to `kept`; bytes of those that stay. */
int64_t spool_sweep_clones(int dir_fd, uint64_t kept);

/*
 * The record itself tells how far it goes, by the Journal trailer of its newest version. Two things it cannot tell:
 * that the last records of a batch came to nothing, and that a journal is not the one it knew (a wiped spool begins
 * anew at 1).
 */
struct cursor {
    uint64_t magic;
    uint64_t kept;    /* everything up to here is in the record */
    uint64_t foreign; /* while the record's own answer is this, it speaks of an earlier journal; 0: never */
    uint64_t checksum;
};
int spool_read_cursor(int dir_fd, struct cursor *out); /* 0, or -ENOENT: none, or not a sound one */
int spool_write_cursor(int dir_fd, struct cursor *c);  /* fills magic and checksum; atomic */

/* The last sign of life, realtime ns; 0: never. *orderly: it was the last thing before an orderly stop. */
int64_t spool_last_alive(int dir_fd, bool *orderly);
void spool_show_alive(int dir_fd, bool orderly);

#endif
