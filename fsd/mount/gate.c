#include "mount/gate.h"

#include "base/clock.h"
#include "base/fdio.h"
#include "base/log.h"
#include "mount/storied.h"
#include "mount/trouble.h"
#include "mount/worker.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { QUICK_CLONE_BYTES = 256 * 1024, RETRY_MS = 20, SLOW_DOWN_MS = 1000 };

#define TEMPORARY_PREFIX "tmp-"

static void sweep_temporaries(struct mount *m)
{
    int fd = openat(m->clone_fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *dir = fd < 0 ? NULL : fdopendir(fd);
    if (dir == NULL) {
        fd_close(&fd);
        return;
    }
    for (struct dirent *entry; (entry = readdir(dir)) != NULL;)
        if (strncmp(entry->d_name, TEMPORARY_PREFIX, sizeof TEMPORARY_PREFIX - 1) == 0)
            unlinkat(fd, entry->d_name, 0);
    closedir(dir);
}

void gate_open(struct mount *m)
{
    for (size_t i = 0; i < GATES; i++)
        pthread_mutex_init(&m->gates[i], NULL);
    pthread_mutex_init(&m->closing_lock, NULL);
    pthread_cond_init(&m->closed, NULL);
    sweep_temporaries(m);
}

/* ---- closes that stepped aside ---- */

void gate_begin_close(struct mount *m, uint32_t node) { m->nodes.use[node].closing++; }

void gate_end_close(struct mount *m, uint32_t node)
{
    m->nodes.use[node].closing--;
    if (m->closing_waiters == 0)
        return;
    pthread_mutex_lock(&m->closing_lock);
    pthread_cond_broadcast(&m->closed);
    pthread_mutex_unlock(&m->closing_lock);
}

void gate_await_closes(struct mount *m, uint32_t node)
{
    if (m->nodes.use[node].closing == 0)
        return;
    worker_step_aside();
    pthread_mutex_lock(&m->closing_lock);
    m->closing_waiters++;
    while (m->nodes.use[node].closing > 0)
        pthread_cond_wait(&m->closed, &m->closing_lock);
    m->closing_waiters--;
    pthread_mutex_unlock(&m->closing_lock);
}

/* ---- the gate ---- */

void gate_enter(struct mount *m, uint32_t node)
{
    pthread_mutex_t *gate = &m->gates[node % GATES];
    if (pthread_mutex_trylock(gate) == 0)
        return;
    worker_step_aside();
    pthread_mutex_lock(gate);
}

void gate_leave(struct mount *m, uint32_t node) { pthread_mutex_unlock(&m->gates[node % GATES]); }

uint64_t gate_kept_seq(struct mount *m, uint64_t ino)
{
    struct fact fact;
    pthread_mutex_lock(&m->facts_lock);
    bool known = m->facts != NULL && facts_get(m->facts, ino, &fact);
    pthread_mutex_unlock(&m->facts_lock);
    return known ? fact.kept_seq : 0;
}

bool gate_is_vouched_for(struct mount *m, const struct stat *st)
{
    struct fact fact;
    pthread_mutex_lock(&m->facts_lock);
    bool same = m->facts != NULL && facts_get(m->facts, st->st_ino, &fact) && fact.size == (uint64_t)st->st_size &&
                fact.mtime_ns == clock_from_timespec(st->st_mtim) && fact.ctime_ns == clock_from_timespec(st->st_ctim);
    pthread_mutex_unlock(&m->facts_lock);
    return same;
}

bool gate_is_kept(struct mount *m, uint64_t ino, uint64_t seq)
{
    return m->board->keeper.journal_kept >= seq || gate_kept_seq(m, ino) >= seq;
}

static void pause_ms(int ms)
{
    struct timespec t = {.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * NS_PER_MS};
    nanosleep(&t, NULL);
}

/* A new file in clone/ that the keeper owns. */
static int make_temporary(struct mount *m, const char *name)
{
    unlinkat(m->clone_fd, name, 0); /* left by a child that died here */
    int fd = openat(m->clone_fd, name, O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0)
        return -errno;
    if (fchmod(fd, 0600) < 0 || fchown(fd, m->start->keeper_uid, m->start->keeper_gid) < 0) {
        int err = -errno;
        close(fd);
        return err;
    }
    return fd;
}

static int clone_to(struct mount *m, int from, uint64_t seq, bool synced)
{
    char name[32], temporary[40];
    snprintf(name, sizeof name, "%016llx", (unsigned long long)seq);
    snprintf(temporary, sizeof temporary, TEMPORARY_PREFIX "%s", name);
    if (faccessat(m->clone_fd, name, F_OK, 0) == 0)
        return 0; /* it is safe already; the file holds newer bytes */
    fd_auto to = make_temporary(m, temporary);
    if (to < 0)
        return to;
    int err = fd_clone(from, to);
    if (err == 0 && synced && (fdatasync(to) < 0 || journal_sync(m->journal) < 0))
        err = -EIO;
    if (err == 0 && renameat(m->clone_fd, temporary, m->clone_fd, name) < 0)
        err = -errno;
    if (err < 0)
        unlinkat(m->clone_fd, temporary, 0);
    if (err == 0 && synced)
        fsync(m->clone_fd);
    return err;
}

int gate_clone_now(struct mount *m, uint32_t node, uint64_t seq, bool synced)
{
    struct stat st;
    fd_auto fd = backing_open(&m->backing, node, O_RDONLY | O_NOATIME);
    if (fd < 0)
        return fd;
    if (fstat(fd, &st) < 0)
        return -errno;
    if (st.st_size > QUICK_CLONE_BYTES || synced)
        worker_step_aside();
    int err = clone_to(m, fd, seq, synced);
    if (err == 0) {
        m->board->mount.clones++;
        m->board->mount.clone_bytes += (uint64_t)st.st_size;
    }
    return err == -ENOENT || err == -ESTALE ? -EIO : err; /* of the spool: the file itself is there */
}

/* Clone, or wait until that is not needed any more; a full spool empties as the keeper goes on. */
static int clone_patiently(struct mount *m, uint32_t node, uint64_t seq, bool synced)
{
    struct node_record *r = node_at(&m->nodes, node);
    int64_t end = clock_mono_ns() + GATE_PATIENCE_MS * NS_PER_MS;
    for (;;) {
        int err = gate_clone_now(m, node, seq, synced);
        if (err == 0 || err == -ESTALE || err == -ENOENT || gate_is_kept(m, r->ino, seq)) {
            trouble_end(m, TROUBLE_SPOOL);
            return 0;
        }
        trouble_report(m, TROUBLE_SPOOL, "the spool cannot take a copy (%s): make room in %s", strerror(-err),
                       m->start->config->spool);
        if (clock_mono_ns() > end)
            return err == -ENOSPC || err == -EDQUOT ? -ENOSPC : err;
        worker_step_aside();
        board_ring(m->board);
        pause_ms(RETRY_MS);
    }
}

int gate_protect(struct mount *m, uint32_t node)
{
    struct node_record *r = node_at(&m->nodes, node);
    uint64_t seq = r->save_seq;
    if (seq == 0)
        return 0;
    int err = gate_is_kept(m, r->ino, seq) ? 0 : clone_patiently(m, node, seq, (r->flags & NODE_SYNCED) != 0);
    if (err == 0)
        r->save_seq = 0;
    return err;
}

int gate_protect_removal(struct mount *m, uint32_t node, bool replaced)
{
    struct node_record *r = node_at(&m->nodes, node);
    bool once = r->born_seq != 0 && r->born_seq == r->save_seq; /* saved once, under the name it was born with */
    bool scratch = once && !replaced && !(r->flags & NODE_STORIED);
    if (scratch && !gate_is_kept(m, r->ino, r->born_seq))
        return 0;
    storied_note(m, node);
    return gate_protect(m, node);
}

int gate_pass(struct mount *m, uint32_t node)
{
    if (node_at(&m->nodes, node)->save_seq == 0)
        return 0;
    gate_enter(m, node);
    int err = gate_protect(m, node);
    gate_leave(m, node);
    return err;
}

/* What the spool holds: what the keeper counted last, and what was cloned since (it may be slow, or stopped). */
static uint64_t spool_bytes(struct mount *m)
{
    uint64_t counted = m->board->keeper.spool_bytes, cloned = m->board->mount.clone_bytes;
    if (m->spool_counted != counted) {
        m->spool_counted = counted;
        m->spool_cloned_then = cloned;
    }
    uint64_t then = m->spool_cloned_then;
    return counted + (cloned > then ? cloned - then : 0);
}

static bool is_within_limit(struct mount *m)
{
    return m->board->spool_limit == 0 || spool_bytes(m) < m->board->spool_limit;
}

int gate_admit(struct mount *m)
{
    if (journal_has_room(m->journal) && is_within_limit(m))
        return 0;
    worker_step_aside();
    m->board->mount.slowed++;
    board_ring(m->board);
    int64_t begun = clock_mono_ns();
    for (;;) {
        bool room = journal_has_room(m->journal);
        int64_t waited = clock_mono_ns() - begun;
        if (room && (is_within_limit(m) || waited > SLOW_DOWN_MS * NS_PER_MS)) {
            trouble_end(m, TROUBLE_SPOOL);
            return 0;
        }
        if (!room)
            trouble_report(m, TROUBLE_SPOOL, "the disk that holds %s is full: saves wait for room",
                           m->start->config->spool);
        if (waited > GATE_PATIENCE_MS * NS_PER_MS)
            return -ENOSPC;
        pause_ms(RETRY_MS);
    }
}

void gate_adopt(struct mount *m, uint32_t node)
{
    struct node_record *r = node_at(&m->nodes, node);
    uint64_t seq = r->type == S_IFREG ? carried_get(&m->carried, r->ino) : 0;
    if (seq > r->save_seq)
        r->save_seq = seq;
}
