/*
 * supervisor: starts the processes, gives each its channels, starts again what died, and takes all down in order.
 */
#ifndef HOLDFAST_PROC_SUPERVISOR_H
#define HOLDFAST_PROC_SUPERVISOR_H

#include "base/error.h"
#include "config/config.h"

struct supervisor_host {
    const struct config *config;
    void (*locked)(void *ctx); /* called once, when RUN is ours; no child runs yet */
    void (*ready)(void *ctx);  /* called once, when every mount is served */
    void *ctx;
};

/*
 * Run until SIGTERM or SIGINT, as root, in a process of one thread. 0: went down in order. Else nothing was mounted in
 * the end, and e says why: -EEXIST: another daemon runs here; -EINVAL: fs.conf names what is not there; -EPERM: not
 * root; others from the system.
 */
int supervisor_run(const struct supervisor_host *host, struct error *e);

#endif
