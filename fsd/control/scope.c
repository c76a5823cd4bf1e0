#include "control/scope.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { PEER_GROUPS_MOST = 1024 };

static bool peer_has_group(int socket, const struct ucred *peer, gid_t wanted)
{
    gid_t groups[PEER_GROUPS_MOST];
    socklen_t len = sizeof groups;
    if (wanted == (gid_t)-1)
        return false;
    if (peer->gid == wanted)
        return true;
    if (getsockopt(socket, SOL_SOCKET, SO_PEERGROUPS, groups, &len) < 0)
        return false; /* more groups than fit: he has to ask as root */
    for (size_t i = 0; i < len / sizeof groups[0]; i++)
        if (groups[i] == wanted)
            return true;
    return false;
}

int scope_of_peer(int socket, const struct control_host *host, gid_t keeper_gid, struct scope *out)
{
    struct ucred peer;
    socklen_t len = sizeof peer;
    if (getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &peer, &len) < 0)
        return -errno;
    *out = (struct scope){.uid = peer.uid, .device = host->config->device_name};
    out->all = peer.uid == 0 || peer.uid == geteuid() || peer_has_group(socket, &peer, keeper_gid);
    for (size_t i = 0; i < host->mount_count && out->mount_count < SCOPE_MOUNTS_MOST; i++)
        if (out->all || host->mounts[i].owner_uid == peer.uid)
            out->mounts[out->mount_count++] = &host->mounts[i];
    return 0;
}

static bool same(const char *a, const char *b) { return a != NULL && b != NULL && strcmp(a, b) == 0; }

bool scope_sees(const struct scope *s, const struct record_version *v)
{
    if (s->all)
        return true;
    for (size_t i = 0; i < s->mount_count; i++) {
        const struct config_mount *m = s->mounts[i]->mount;
        bool whole_branch = v->mount == NULL || v->mount[0] == 0; /* gaps and volumes of the rep's own branch */
        if (same(v->rep, m->rep) && same(v->device, s->device) && (whole_branch || same(v->mount, m->name)))
            return true;
    }
    return false;
}

bool scope_sees_file(const struct scope *s, const char *rep, const char *device, const char *mount)
{
    if (s->all)
        return true;
    for (size_t i = 0; i < s->mount_count; i++) {
        const struct config_mount *m = s->mounts[i]->mount;
        if (same(rep, m->rep) && same(device, s->device) && same(mount, m->name))
            return true;
    }
    return false;
}

/* Does one of the mounts fit what the query says? */
static bool has_mount(const struct scope *s, const struct record_query *q)
{
    for (size_t i = 0; i < s->mount_count; i++) {
        const struct config_mount *m = s->mounts[i]->mount;
        if ((q->mount == NULL || same(q->mount, m->name)) && (q->rep == NULL || same(q->rep, m->rep)))
            return true;
    }
    return false;
}

int scope_narrow(const struct scope *s, struct record_query *q, struct error *e)
{
    if (s->all)
        return 0;
    if (s->mount_count == 0)
        return error_set(e, EACCES,
                         "no mount here is yours; a mount's owner, root and the record's own group may ask about it");
    if (!has_mount(s, q) || (q->device != NULL && !same(q->device, s->device)))
        return error_set(e, EACCES,
                         "that is not yours: you see what this machine recorded for the mounts that you own");
    q->device = s->device;
    if (s->mount_count == 1) {
        if (!q->events) /* those of the whole branch have no mount */
            q->mount = s->mounts[0]->mount->name;
        q->rep = s->mounts[0]->mount->rep;
    }
    return 0;
}
