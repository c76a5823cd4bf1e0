#include "mount/orders.h"

#include "base/fdio.h"
#include "base/log.h"
#include "event/orders.h"
#include "mount/admit.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

/* ---- rules ---- */

/* All or nothing; the supervisor has read the same text before, so a refusal is a matter of memory. */
static void take_rules(struct mount *m, int fd)
{
    struct error e = {0};
    struct rulebook *next = NULL;
    if (rulebook_unpack(fd, &next, &e) < 0) {
        log_error("opens are judged by the rules that were in force before: %s", e.text);
        return;
    }
    rulebook_put_in_force(m->rules, next);
    admit_session(m, "rules");
}

/* ---- pins ---- */

void orders_pin(struct mount *m, uint32_t node, int fd)
{
    struct order order = {.type = ORDER_PIN, .number = node};
    int err = fd < 0 ? fd : fd_send(m->start->order_fd, &order, sizeof order, &fd, 1);
    if (err < 0)
        log_warn("an open file without a name may not outlive this process: %s", strerror(-err));
    if (fd >= 0 && backing_pin(&m->backing, node, fd) == 0)
        atomic_fetch_or(&node_at(&m->nodes, node)->flags, NODE_PINNED);
}

void orders_unpin(struct mount *m, uint32_t node)
{
    struct order order = {.type = ORDER_UNPIN, .number = node};
    atomic_fetch_and(&node_at(&m->nodes, node)->flags, ~(uint32_t)NODE_PINNED);
    if (backing_unpin(&m->backing, node))
        fd_send(m->start->order_fd, &order, sizeof order, NULL, 0);
}

/* Pins of nodes that are no more: their owner died between freeing and unpinning. Too many: the rest stays until
 * unmount. */
struct stale_pins {
    uint64_t numbers[64];
    size_t count;
};

static void take_pin(struct mount *m, uint64_t number, int fd, struct stale_pins *stale)
{
    if (node_known(&m->nodes, number) && backing_pin(&m->backing, (uint32_t)number, fd) == 0) {
        atomic_fetch_or(&node_at(&m->nodes, number)->flags, NODE_PINNED);
        return;
    }
    if (!node_known(&m->nodes, number))
        close(fd);
    if (stale->count < sizeof stale->numbers / sizeof *stale->numbers)
        stale->numbers[stale->count++] = number;
}

/* Not before all were handed over: the supervisor counts them off. */
static void drop_stale_pins(struct mount *m, const struct stale_pins *stale)
{
    for (size_t i = 0; i < stale->count; i++) {
        struct order order = {.type = ORDER_UNPIN, .number = stale->numbers[i]};
        fd_send(m->start->order_fd, &order, sizeof order, NULL, 0);
    }
}

/* A replacement is first handed what its predecessor had pinned. */
int orders_take_pins(struct mount *m)
{
    struct stale_pins stale = {0};
    for (;;) {
        struct order order;
        int fd = -1;
        size_t fd_count = 1;
        ssize_t len = fd_receive(m->start->order_fd, &order, sizeof order, &fd, &fd_count);
        if (len < 0)
            return (int)len;
        if (len != sizeof order)
            return -EPROTO;
        if (order.type == ORDER_PINNED && fd_count == 1)
            take_pin(m, order.number, fd_steal(&fd), &stale);
        else if (order.type == ORDER_RULES && fd_count == 1)
            take_rules(m, fd);
        if (fd_count == 1)
            fd_close(&fd);
        if (order.type == ORDER_PINS_DONE)
            break;
    }
    drop_stale_pins(m, &stale);
    return 0;
}

/* ---- while serving ---- */

void orders_say_ready(struct mount *m)
{
    struct order ready = {.type = ORDER_READY};
    fd_send(m->start->order_fd, &ready, sizeof ready, NULL, 0);
}

void *orders_main(void *arg)
{
    struct mount *m = arg;
    for (;;) {
        struct order order;
        int fd = -1;
        size_t fd_count = 1;
        ssize_t len = fd_receive(m->start->order_fd, &order, sizeof order, &fd, &fd_count);
        if (len == sizeof order && order.type == ORDER_RULES && fd_count == 1)
            take_rules(m, fd);
        if (len > 0 && fd_count == 1)
            fd_close(&fd);
        if (len == 0 || (len < 0 && len != -EMSGSIZE) || (len == sizeof order && order.type == ORDER_STOP))
            return NULL;
    }
}
