#include "mount/worker.h"

#include <pthread.h>
#include <sched.h>
#include <sys/fsuid.h>
#include <sys/stat.h>

static __thread struct worker *self;
static pthread_mutex_t turn = PTHREAD_MUTEX_INITIALIZER;

struct worker *worker_self(void) { return self; }

void worker_enter(struct worker *w, struct mount *m)
{
    unshare(CLONE_FS); /* an own umask */
    umask(0);
    w->mount = m;
    self = w;
}

void worker_take_turn(void)
{
    if (self->has_turn)
        return;
    pthread_mutex_lock(&turn);
    self->has_turn = true;
}

void worker_step_aside(void)
{
    if (self == NULL || !self->has_turn)
        return;
    self->has_turn = false;
    pthread_mutex_unlock(&turn);
}

void worker_clear_umask(void)
{
    if (self->umask != 0)
        umask(0);
    self->umask = 0;
}

void worker_become(unsigned uid, unsigned gid, unsigned mask)
{
    if (self->fsgid != gid)
        setfsgid(gid);
    if (self->fsuid != uid)
        setfsuid(uid);
    if (self->umask != mask)
        umask(mask);
    self->fsgid = gid;
    self->fsuid = uid;
    self->umask = mask;
}
