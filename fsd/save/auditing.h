/*
 * auditing: the audit log in the keeper's loop: its journals found, its steps taken, its troubles told.
 */
#ifndef HOLDFAST_SAVE_AUDITING_H
#define HOLDFAST_SAVE_AUDITING_H

#include "event/board.h"
#include "save/audit.h"
#include "save/keeper.h"

struct auditing {
    struct audit *audit;
    struct board *board; /* of the first mount: its trouble is where that of the log is told */
    bool ailed;
};

/* `wake`: the main thread, from any. */
int auditing_open(struct auditing *a, const struct keeper_start *start, struct board *board, void (*wake)(void *ctx),
                  void *ctx, struct error *e);

/* A look at the journals, and a seal if one is due: true if there is more to do. No batch may be open. */
bool auditing_step(struct auditing *a, struct record_writer *w);

/* Seal what is there (`w` NULL: there is no record) and close; `stopped`: the daemon stops in order. */
void auditing_end(struct auditing *a, struct record_writer *w, bool stopped);

/* The rules' files as the record takes them; the caller frees them. NULL: no memory. */
struct record_file *auditing_list_policy(const struct keeper_start *start);

#endif
