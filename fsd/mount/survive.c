#include "mount/survive.h"

#include "base/log.h"
#include "mount/fuse.h"

#include <errno.h>
#include <linux/fuse.h>
#include <string.h>
#include <unistd.h>

/* From the kernel's protocol 7.40 on; older headers do not name them. */
enum { NOTIFY_RESEND = 7 };
#define INIT_HAS_RESEND (UINT64_C(1) << 39)
#define INIT_EXT        (UINT32_C(1) << 30)

/* Slots that this child's workers own; the others, if taken, are the dead child's. */
static _Atomic bool owned[SLOTS_MOST];

/* Before the slot bears the request's number: what another one left is not this one's. */
static void begin_anew(struct slot *slot)
{
    slot->handle = 0;
    slot->journal = 0;
    slot->judged = SLOT_UNJUDGED;
    slot->is_held = 0;
    slot->held_since_ns = 0;
    atomic_store(&slot->step, SURVIVE_BEGUN);
}

static struct slot *claim(struct shared *s, size_t i, uint64_t expected, uint64_t unique)
{
    bool free = false;
    struct slot *slot = &s->slots[i];
    if (!atomic_compare_exchange_strong(&owned[i], &free, true))
        return NULL;
    if (slot->unique == expected) {
        if (expected != unique)
            begin_anew(slot);
        slot->unique = unique;
        return slot;
    }
    owned[i] = false;
    return NULL;
}

/* The slot in which a dead child noted this request. */
static struct slot *adopt(struct shared *s, uint64_t unique)
{
    for (size_t i = 0; i < SLOTS_MOST; i++) {
        struct slot *slot = s->slots[i].unique == unique ? claim(s, i, unique, unique) : NULL;
        if (slot != NULL)
            return slot;
    }
    return NULL;
}

/* A free slot; if there is none, one of a dead child's whose request was answered after all. Workers are fewer than
 * slots. */
static struct slot *take(struct shared *s, uint64_t unique)
{
    static _Thread_local size_t last;
    for (size_t n = 0; n < SLOTS_MOST; n++) {
        size_t i = (last + n) % SLOTS_MOST;
        struct slot *slot = s->slots[i].unique == 0 ? claim(s, i, 0, unique) : NULL;
        if (slot != NULL) {
            last = i;
            return slot;
        }
    }
    for (size_t i = 0;; i = (i + 1) % SLOTS_MOST) {
        struct slot *slot = claim(s, i, s->slots[i].unique, unique);
        if (slot != NULL)
            return slot;
    }
}

void survive_begin(struct worker *w, uint64_t unique)
{
    struct shared *s = w->mount->shared;
    bool resent = (unique & SURVIVE_RESENT) != 0;
    unique &= ~SURVIVE_RESENT;
    w->slot = resent ? adopt(s, unique) : NULL;
    w->again = w->slot != NULL;
    if (w->again) {
        handle_close(&w->mount->handles, w->slot->handle);
        w->slot->handle = 0;
        return;
    }
    w->slot = take(s, unique);
}

void survive_end(struct worker *w)
{
    struct slot *slot = w->slot;
    w->slot = NULL;
    slot->handle = 0;
    slot->unique = 0;
    owned[slot - w->mount->shared->slots] = false;
}

enum survive_step survive_reached(void)
{
    struct worker *w = worker_self();
    return w->again ? (enum survive_step)w->slot->step : SURVIVE_BEGUN;
}

void survive_intend(uint64_t ino, uint64_t other_ino)
{
    struct slot *slot = worker_self()->slot;
    slot->ino = ino;
    slot->other_ino = other_ino;
    atomic_store(&slot->step, SURVIVE_INTENDED);
}

void survive_reach(enum survive_step step) { atomic_store(&worker_self()->slot->step, step); }

void survive_note_journal(uint64_t newest)
{
    if (worker_self() != NULL)
        worker_self()->slot->journal = newest;
}

uint64_t survive_journal(void)
{
    struct worker *w = worker_self();
    return w != NULL && w->again ? w->slot->journal : 0;
}

uint64_t survive_ino(void) { return worker_self()->slot->ino; }

uint64_t survive_other_ino(void) { return worker_self()->slot->other_ino; }

_Atomic uint64_t *survive_handle(void) { return &worker_self()->slot->handle; }

void survive_list_busy(const struct shared *s, uint64_t unique[static SLOTS_MOST])
{
    for (size_t i = 0; i < SLOTS_MOST; i++)
        unique[i] = owned[i] && !s->slots[i].is_held ? s->slots[i].unique : 0;
}

static bool kernel_resends(const void *request, size_t bytes)
{
    struct {
        uint32_t major, minor, max_readahead, flags, flags2;
    } in;
    if (bytes < sizeof(struct fuse_in_header) + sizeof in)
        return false;
    memcpy(&in, (const char *)request + sizeof(struct fuse_in_header), sizeof in);
    uint64_t flags = in.flags | (in.flags & INIT_EXT ? (uint64_t)in.flags2 << 32 : 0);
    return (flags & INIT_HAS_RESEND) != 0;
}

void survive_save_init(struct shared *s, const void *request, size_t bytes)
{
    if (bytes > INIT_BYTES_MOST)
        return;
    memcpy(s->init, request, bytes);
    s->can_resend = kernel_resends(request, bytes);
    atomic_store(&s->init_bytes, (uint32_t)bytes);
}

int survive_resume(struct mount *m)
{
    struct fuse_buf init = {.size = m->shared->init_bytes, .mem = m->shared->init};
    fuse_session_process_buf(m->session, &init);
    struct fuse_out_header resend = {.len = sizeof resend, .error = NOTIFY_RESEND, .unique = 0};
    if (write(m->start->fuse_fd, &resend, sizeof resend) != sizeof resend)
        return -errno;
    return 0;
}
