#include "mount/removal.h"

#include "mount/gate.h"
#include "mount/notice.h"
#include "mount/passthrough.h"
#include "mount/orders.h"
#include "mount/standing.h"

#include <fcntl.h>

/* The last name of a file that is in use is about to go: keep a way to it. */
static void pin_if_used(struct mount *m, uint32_t node, const struct stat *st)
{
    bool dir = S_ISDIR(st->st_mode);
    if (node == 0 || (st->st_nlink > 1 && !dir) || (node_at(&m->nodes, node)->flags & NODE_PINNED))
        return;
    if (!dir && node_opens(&m->nodes, node) == 0)
        return;
    int fd = backing_open(&m->backing, node, dir ? O_RDONLY | O_DIRECTORY : O_PATH);
    if (fd >= 0)
        orders_pin(m, node, fd);
}

int removal_prepare(struct victim *v, const struct stat *st, bool replaced)
{
    struct mount *m = v->m;
    v->node = node_find(&m->nodes, st->st_dev, st->st_ino);
    v->last = S_ISDIR(st->st_mode) || st->st_nlink <= 1;
    if (v->node == 0)
        return 0;
    struct node_record *r = node_at(&m->nodes, v->node);
    int err = 0;
    if (S_ISREG(st->st_mode) && v->last)
        standing_keep(m, v->node);
    if (S_ISREG(st->st_mode)) {
        gate_await_closes(m, v->node);
        gate_enter(m, v->node);
        if (node_writers(&m->nodes, v->node) == 0)
            notice_unseen(m, v->node, st);
        /* With other names left it is found by its handle, where there are handles. */
        err = v->last || !m->backing.has_handles ? -gate_protect_removal(m, v->node, replaced) : 0;
        v->save_seq = r->save_seq;
        if (err == 0 && v->last)
            r->save_seq = 0;
        gate_leave(m, v->node);
    }
    bool pinned_before = (r->flags & NODE_PINNED) != 0;
    if (err == 0)
        pin_if_used(m, v->node, st);
    v->pinned = !pinned_before && r->flags & NODE_PINNED;
    return err;
}

void removal_hide(const struct victim *v)
{
    if (v->node != 0 && v->last)
        node_drop_link(&v->m->nodes, v->node, v->parent, v->name, true);
}

void removal_undo(const struct victim *v)
{
    struct mount *m = v->m;
    if (v->node == 0)
        return;
    if (v->last) {
        node_set_link(&m->nodes, v->node, v->parent, v->name);
        if (node_at(&m->nodes, v->node)->save_seq == 0)
            node_at(&m->nodes, v->node)->save_seq = v->save_seq;
    }
    if (v->pinned)
        orders_unpin(m, v->node);
}

void removal_finish(const struct victim *v)
{
    if (v->node == 0)
        return;
    if (v->last)
        passthrough_drop_idle(v->m, v->node); /* it holds the file's space */
    else
        node_drop_link(&v->m->nodes, v->node, v->parent, v->name, false);
}

void removal_finish_earlier(struct mount *m, uint32_t parent, const char *name, const struct stat *st)
{
    uint32_t node = node_find(&m->nodes, st->st_dev, st->st_ino);
    if (node != 0)
        node_drop_link(&m->nodes, node, parent, name, false);
}
