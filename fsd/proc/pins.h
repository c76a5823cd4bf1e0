/*
 * pins: files that have lost their last name but are in use: the supervisor holds them open, so that they outlive a
 * mount child.
 */
#ifndef HOLDFAST_PROC_PINS_H
#define HOLDFAST_PROC_PINS_H

#include <stddef.h>
#include <stdint.h>

struct pin {
    uint64_t number; /* of the node */
    int fd;          /* owned */
};

struct pins {         /* begins as {0} */
    struct pin *list; /* sorted by number */
    size_t count, room;
};

/* Take `fd` over (even when this fails: -ENOMEM). A second pin of one node replaces the first. */
int pins_add(struct pins *p, uint64_t number, int fd);

/* Close it; a number that is not there is no error (a mount child that died may say it twice). */
void pins_remove(struct pins *p, uint64_t number);
void pins_free(struct pins *p);

#endif
