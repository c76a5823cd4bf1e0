/*
 * orders: the few words between the supervisor and its children, over one SOCK_SEQPACKET pair each.
 *
 * The supervisor keeps a child's end open too, so what a child is told while it is dead waits for the next. Every
 * message is one struct order, exactly; anything else is dropped and logged. End of file means that the supervisor is
 * dead: the child exits at once (its successor's supervisor waits for that, see SPOOL/<mount>'s lock in proc/served.c).
 */
#ifndef HOLDFAST_EVENT_ORDERS_H
#define HOLDFAST_EVENT_ORDERS_H

#include <stdint.h>

enum order_type {
    /* mount -> supervisor */
    ORDER_PIN = 1, /* with one descriptor: hold the file of node `number`; its last name is gone but it is in use */
    ORDER_UNPIN,   /* let it go */
    ORDER_READY,   /* serving */
    /* supervisor -> mount, first thing after the start of a replacement (same table): one a pin, then ORDER_PINS_DONE
     */
    ORDER_PINNED, /* with one descriptor */
    ORDER_PINS_DONE,
    ORDER_RULES, /* with one descriptor: other rules are in force, packed by mount/rulebook.h */
    ORDER_STOP,  /* the record is complete, or the mount is given up: exit */
    /* keeper -> supervisor */
    ORDER_REPLACE_INSPECTOR, /* it hangs: kill it and start another */
    ORDER_DRAINED,           /* everything is kept; exiting */
    ORDER_PACE, /* `number` 1: nobody waits for keeping, idle time is enough; 0: somebody does, or it lags */
    /* supervisor -> keeper */
    ORDER_RELOAD, /* other rules are in force: exit behind the batch in hand, a successor has them */
    ORDER_DRAIN,  /* the mounts are gone: keep what is left, reconcile, say ORDER_DRAINED, exit; told again to a
                     successor */
};

struct order {
    uint32_t type; /* enum order_type */
    uint32_t reserved;
    uint64_t number; /* PIN, UNPIN, PINNED: node number; PACE */
};

#endif
