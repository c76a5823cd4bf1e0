/*
 * sinks: the places that fs.conf's [sink] sections mean just now: what is mounted, what people's settings name.
 *
 * The table belongs to one thread; a sink that was held lives on for whoever holds it. No descriptor is kept, so that
 * a stick can be unmounted at any time.
 */
#ifndef HOLDFAST_GUARD_SINKS_H
#define HOLDFAST_GUARD_SINKS_H

#include "config/config.h"
#include "guard/device.h"
#include "guard/watch.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct sink {
    const struct config_sink *config;
    const char *kind; /* config's; "folder" where it names a path */
    char *path;       /* owned; real, of the folder under which all counts */
    bool is_mount;    /* it is the root of a mounted file system */
    dev_t number;     /* st_dev and st_ino of that folder */
    ino_t ino;
    uint64_t filesystem; /* as events name it; 0: it could not be marked */
    struct device device;
    bool seen; /* in this round of sinks_refresh */
    _Atomic unsigned holders;
};

struct sink *sink_hold(struct sink *s);
void sink_release(struct sink *s); /* any thread; NULL is allowed */

/* The folder, for reading; -errno: it is gone, or another one is there now. */
int sink_open(const struct sink *s);

struct sinks;

/* `owners` are the reps: whose homes are looked into. Both stay the caller's. */
int sinks_open(struct sinks **out, const struct config *config, const uid_t *owners, size_t owner_count,
               struct error *e);
void sinks_close(struct sinks *s);

enum sinks_change {
    SINKS_NEW,      /* it is watched from now on */
    SINKS_UNMARKED, /* it is there but cannot be watched, and will not be tried again: `err` says why */
    SINKS_GONE,     /* about to be let go */
};
typedef void sinks_changed(void *ctx, struct sink *s, enum sinks_change change, int err);

/* Find them anew, and mark each one's file system. 0, or -errno when nothing could be found out. */
int sinks_refresh(struct sinks *s, struct watch *w, sinks_changed *changed, void *ctx);

/* Is a sink on this file system? The first question of every event. */
struct sink *sinks_on(const struct sinks *s, uint64_t filesystem);

/* The first sink, in fs.conf's order, under which `path` lies on that file system; NULL: none, or it is our own. */
struct sink *sinks_find(const struct sinks *s, uint64_t filesystem, const char *path);

size_t sinks_count(const struct sinks *s, size_t *unmarked);
struct sink *sinks_at(const struct sinks *s, size_t index); /* NULL behind the last */

#endif
