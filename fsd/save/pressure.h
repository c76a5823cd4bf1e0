/*
 * pressure: does anybody wait for what the keeper has to do? As long as nobody does, keeper and inspector run in idle
 * time only (proc/pace.h); once somebody did, until the record is up to date.
 */
#ifndef HOLDFAST_SAVE_PRESSURE_H
#define HOLDFAST_SAVE_PRESSURE_H

#include "save/lane.h"

struct pressure {
    struct lane *lanes; /* the keeper's */
    size_t count;
    void (*set_pace)(void *ctx, bool idle); /* from the thread that calls */
    void *ctx;
    _Atomic bool idle;
};

/* Look whether idle time is still enough, and set the pace if not, or if it is again. Main thread; cheap, so that long
 * work can call it now and then. */
void pressure_mind(struct pressure *p, bool draining);

/* Somebody waits from now on: the main thread might not even get to hear of it. Any thread. */
void pressure_rise(struct pressure *p);

#endif
