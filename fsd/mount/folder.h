/* folder: a folder in hand for one request: its node, and the descriptor that is shared by all (backing.h). */
#ifndef HOLDFAST_MOUNT_FOLDER_H
#define HOLDFAST_MOUNT_FOLDER_H

#include "mount/backing.h"
#include "mount/fuse.h"

#include <errno.h>

struct folder {
    struct mount *m;
    uint32_t node;
    int fd;
};

static inline void folder_put(struct folder *f)
{
    if (f->fd >= 0)
        backing_put_folder(&f->m->backing, f->node, f->fd);
}
#define folder_auto __attribute__((cleanup(folder_put))) struct folder

/* `fd` is -errno if it cannot be had. A share may take its time. */
static inline struct folder folder_get(struct mount *m, fuse_ino_t node)
{
    if (!m->local)
        worker_step_aside();
    return (struct folder){.m = m,
                           .node = (uint32_t)node,
                           .fd =
                               node_known(&m->nodes, node) ? backing_get_folder(&m->backing, (uint32_t)node) : -ESTALE};
}

#endif
