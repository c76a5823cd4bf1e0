#include "config/keys.h"

#include "base/path.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* Is `path` the folder `dir`, or below it? Both are as parse_path leaves them. */
static bool lies_in(const char *path, const char *dir)
{
    return strcmp(dir, "/") == 0 || path_below(path, dir) != NULL;
}

static bool overlap(const char *a, const char *b) { return lies_in(a, b) || lies_in(b, a); }

/* One path of the file and where it was set. */
struct place {
    enum config_section section;
    size_t item;
    const char *key, *value;
};

static bool say(struct config_clash *out, const struct place *p, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
static bool say(struct config_clash *out, const struct place *p, const char *format, ...)
{
    *out = (struct config_clash){.item = p->item, .key = p->key, .section = p->section, .value = p->value};
    va_list args;
    va_start(args, format);
    vsnprintf(out->text, sizeof out->text, format, args);
    va_end(args);
    return true;
}

/* The mount at `i` against the mounts before it: neither path nor store may lie in the other's path or store. */
static bool mounts_clash(const struct config *c, size_t i, struct config_clash *out)
{
    const struct config_mount *m = &c->mounts[i];
    struct place path = {SECTION_MOUNT, i, "path", m->path}, store = {SECTION_MOUNT, i, "store", m->store};
    if (strcmp(m->path, "/") == 0)
        return say(out, &path, "the root folder cannot be a mount");
    if (m->store != NULL && overlap(m->store, m->path))
        return say(out, &store,
                   "a store lies outside the mount's own path; leave store out to keep the files underneath");
    for (size_t k = 0; k < i; k++) {
        const struct config_mount *other = &c->mounts[k];
        if (overlap(m->path, other->path))
            return say(out, &path, "mounts cannot lie inside each other; this one overlaps the path of [mount \"%s\"]",
                       other->name);
        if (other->store != NULL && overlap(m->path, other->store))
            return say(out, &path, "this overlaps the store of [mount \"%s\"]; keep them apart", other->name);
        if (m->store != NULL && (overlap(m->store, other->path) || (other->store && overlap(m->store, other->store))))
            return say(out, &store, "this overlaps path or store of [mount \"%s\"]; keep them apart", other->name);
    }
    return false;
}

/* What the daemon itself writes or trusts must lie where no rep can reach it. */
static bool state_clashes(const struct config *c, struct config_clash *out)
{
    const struct place places[] = {
        {SECTION_COMPANY, 0, "repository", c->repository},
        {SECTION_COMPANY, 0, "secret", c->secret},
        {SECTION_DEVICE, 0, "key", c->device_key},
        {SECTION_STATE, 0, "spool", c->spool},
        {SECTION_STATE, 0, "index", c->index},
        {SECTION_STATE, 0, "run", c->run},
        {SECTION_STATE, 0, "policy", c->policy},
        {SECTION_EVENTS, 0, "hooks", c->hooks},
        {SECTION_GUARD, 0, "quarantine", c->guard_quarantine},
    };
    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
        for (size_t k = 0; k < c->mount_count; k++) {
            const struct config_mount *m = &c->mounts[k];
            if (lies_in(places[i].value, m->path) || (m->store != NULL && lies_in(places[i].value, m->store)))
                return say(out, &places[i], "this lies inside [mount \"%s\"]; keep it where no rep writes", m->name);
            struct place store = {SECTION_MOUNT, k, "store", m->store}, path = {SECTION_MOUNT, k, "path", m->path};
            if (m->store != NULL && lies_in(m->store, places[i].value))
                return say(out, &store, "this lies inside the daemon's own %s; keep them apart", places[i].key);
            if (lies_in(m->path, places[i].value))
                return say(out, &path, "this lies inside the daemon's own %s; keep them apart", places[i].key);
        }
    }
    if (overlap(c->spool, c->repository))
        return say(out, &places[3], "this overlaps the repository; keep them apart");
    if (overlap(c->index, c->repository) || overlap(c->index, c->spool))
        return say(out, &places[4], "this overlaps the repository or the spool; keep them apart");
    return false;
}

/* A sink is of a kind or a folder, and no folder that the mounts or the daemon use. */
static bool sink_clashes(const struct config *c, size_t i, struct config_clash *out)
{
    const struct config_sink *k = &c->sinks[i];
    struct place kind = {SECTION_SINK, i, "kind", k->kind ? k->kind : ""}, path = {SECTION_SINK, i, "path", k->path};
    struct place loop = {SECTION_SINK, i, "loop", k->loop};
    if (k->kind == NULL && k->path == NULL)
        return say(out, &kind,
                   "missing in [sink \"%s\"]; expected \"kind = removable\", \"path = /srv/outbox\" or the like",
                   k->name);
    if (k->kind != NULL && k->path != NULL)
        return say(out, &path, "[sink \"%s\"] has a kind already; make it two sinks", k->name);
    if (strcmp(k->loop, "yes") == 0 && (k->kind == NULL || strcmp(k->kind, "removable") != 0))
        return say(out, &loop, "this is for sinks of kind removable only");
    for (size_t m = 0; m < c->mount_count && k->path != NULL; m++) {
        const struct config_mount *mount = &c->mounts[m];
        if (lies_in(k->path, mount->path) || (mount->store != NULL && overlap(k->path, mount->store)))
            return say(out, &path, "this lies in [mount \"%s\"] or its store; a sink lies outside", mount->name);
    }
    return false;
}

/* The guard has its own folder among those of the mounts. */
static bool guard_clashes(const struct config *c, struct config_clash *out)
{
    for (size_t i = 0; i < c->mount_count && c->sink_count > 0; i++) {
        struct place name = {SECTION_MOUNT, i, "path", c->mounts[i].path};
        if (strcmp(c->mounts[i].name, "guard") == 0)
            return say(out, &name,
                       "with a [sink] no mount can be named \"guard\"; give [mount \"guard\"] another name");
    }
    for (size_t i = 0; i < c->sink_count; i++)
        if (sink_clashes(c, i, out))
            return true;
    return false;
}

bool config_find_clash(const struct config *c, struct config_clash *out)
{
    for (size_t i = 0; i < c->mount_count; i++)
        if (mounts_clash(c, i, out))
            return true;
    if (state_clashes(c, out) || guard_clashes(c, out))
        return true;
    struct place inspector = {SECTION_STATE, 0, "inspector", c->inspector};
    return strcmp(c->user, c->inspector) == 0 &&
           say(out, &inspector,
               "inspector and user must be two users, or hostile bytes would be one step from the record");
}
