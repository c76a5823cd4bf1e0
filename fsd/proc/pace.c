#include "proc/pace.h"

#include "base/log.h"

#include <errno.h>
#include <sched.h>
#include <string.h>
#include <sys/resource.h>

enum { NICE = 10 };

void pace_set(pid_t pid, bool idle)
{
    const struct sched_param none = {0};
    if (pid > 0 && sched_setscheduler(pid, idle ? SCHED_IDLE : SCHED_BATCH, &none) < 0 && errno != ESRCH)
        log_warn("pid %d: cannot change its pace: %s", (int)pid, strerror(errno));
}

void pace_begin(bool idle)
{
    const struct sched_param none = {0};
    setpriority(PRIO_PROCESS, 0, NICE);
    sched_setscheduler(0, idle ? SCHED_IDLE : SCHED_BATCH, &none);
}
