#include "mount/recheck.h"

#include "base/fdio.h"
#include "mount/fuse.h"
#include "mount/notice.h"

#include <fcntl.h>

void recheck_open(struct recheck *r)
{
    *r = (struct recheck){0};
    pthread_mutex_init(&r->lock, NULL);
}

static bool has(const struct recheck *r, uint32_t node, uint64_t ino)
{
    for (size_t i = 0; i < RECHECK_FILES; i++)
        if (r->files[i].node == node && r->files[i].ino == ino)
            return true;
    return false;
}

void recheck_note(struct mount *m, uint32_t node)
{
    struct recheck *r = &m->recheck;
    uint64_t ino = node_at(&m->nodes, node)->ino;
    pthread_mutex_lock(&r->lock);
    if (!has(r, node, ino)) {
        r->files[r->next] = (struct recheck_file){node, ino};
        r->next = (r->next + 1) % RECHECK_FILES;
    }
    pthread_mutex_unlock(&r->lock);
}

static void recheck_one(struct mount *m, const struct recheck_file *file)
{
    if (file->node == 0 || !node_hold(&m->nodes, file->node, file->ino))
        return;
    if (node_writers(&m->nodes, file->node) == 0) {
        fd_auto fd = backing_open(&m->backing, file->node, O_PATH | O_NOFOLLOW);
        if (fd >= 0)
            notice_save(m, file->node, NULL, fd, NOTICE_INTERVAL);
    }
    op_forget_node(m, file->node, 1);
}

void recheck_all(struct mount *m)
{
    for (size_t i = 0; i < RECHECK_FILES; i++) {
        pthread_mutex_lock(&m->recheck.lock);
        struct recheck_file file = m->recheck.files[i];
        pthread_mutex_unlock(&m->recheck.lock);
        recheck_one(m, &file);
    }
}
