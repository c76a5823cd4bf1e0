/*
 * ops_xattr: extended attributes and ACLs, and the read-only virtual ones that tell a person about a file.
 *
 *   user.holdfast.version   Seq of the newest version of this file in the record
 *   user.holdfast.class     its class
 *   user.holdfast.findings  advice on it, the gravest first: "error finance/promissory 3:14, 2 more"; none: no
 * such attribute
 *   user.holdfast.saved     when that version was saved, RFC 3339
 *   user.holdfast.state     kept (the record has the file as it is), unkept (a save waits), new (nothing is recorded
 * yet), personal or ignored (it never will be)
 *
 * They are not listed, so that copying tools do not carry them along.
 */
#include "mount/backing.h"
#include "mount/fuse.h"
#include "mount/gate.h"
#include "mount/notice.h"
#include "mount/subject.h"

#include "base/clock.h"
#include "base/fdio.h"
#include "policy/policy.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#define VIRTUAL_PREFIX "user.holdfast."
#define ACL_ACCESS     "system.posix_acl_access"
#define CAPABILITY     "security.capability"

static bool is_virtual(const char *name) { return strncmp(name, VIRTUAL_PREFIX, sizeof VIRTUAL_PREFIX - 1) == 0; }

/* Where the xattr calls, which know no O_PATH descriptor, find a node: a path through /proc. Symlinks carry none that
 * users may set. */
struct place {
    int fd;
    char path[40];
};

static void place_put(struct place *p) { fd_close(&p->fd); }
#define place_auto __attribute__((cleanup(place_put))) struct place

static struct place place_of(struct mount *m, fuse_ino_t ino)
{
    if (!m->local)
        worker_step_aside();
    struct place p = {.fd = node_known(&m->nodes, ino) ? backing_open(&m->backing, (uint32_t)ino, O_PATH | O_NOFOLLOW)
                                                       : -ESTALE};
    snprintf(p.path, sizeof p.path, "/proc/self/fd/%d", p.fd);
    return p;
}

/* ---- the virtual ones ---- */

/* "personal" or "ignored" if nothing of it is recorded, or NULL. */
static const char *is_unrecorded(struct mount *m, uint32_t node)
{
    const struct config_mount *c = m->start->mount;
    buf_auto path = {0};
    if (!node_path(&m->nodes, node, &path))
        return NULL;
    if (c->personal.count > 0 && config_globs_match(&c->personal, path.data))
        return "personal";
    return c->ignore.count > 0 && config_globs_match(&c->ignore, path.data) ? "ignored" : NULL;
}

static const char *state_of(struct mount *m, uint32_t node, bool has_fact, uint64_t kept_seq)
{
    const char *why = is_unrecorded(m, node);
    const struct node_record *r = node_at(&m->nodes, node);
    bool is_kept = m->board->keeper.journal_kept >= r->save_seq || (has_fact && kept_seq >= r->save_seq);
    if (why != NULL)
        return why;
    if (node_writers(&m->nodes, node) > 0 || (r->save_seq != 0 && !is_kept))
        return "unkept";
    return has_fact || (r->save_seq != 0 && is_kept) ? "kept" : "new";
}

/* "error finance/promissory 3:14": line and column of a text, row and column of a table; neither: the whole. */
static void put_finding(struct buf *to, const struct fact_finding *f)
{
    buf_printf(to, "%s%s %s", to->len > 0 ? ", " : "", policy_level_name((enum policy_level)f->level), f->rule);
    if (f->in_table)
        buf_printf(to, " row %" PRIu32 " column %" PRIu32, f->line, f->column);
    else if (f->line > 0)
        buf_printf(to, " %" PRIu32 ":%" PRIu32, f->line, f->column);
}

static int put_findings(const struct fact *fact, char *value, size_t room)
{
    buf_auto text = {0};
    unsigned told = 0, count = 0;
    for (size_t i = 0; i < FACT_LEVELS; i++)
        count += fact->findings[i];
    for (; told < FACT_WORST && fact->worst[told].rule[0] != 0; told++)
        put_finding(&text, &fact->worst[told]);
    if (count > told)
        buf_printf(&text, "%s%u%s", told > 0 ? ", " : "", count - told, told > 0 ? " more" : " in all");
    if (text.failed)
        return -ENOMEM;
    return text.len == 0 ? -ENODATA : snprintf(value, room, "%s", text.data);
}

static int virtual_value(struct mount *m, fuse_ino_t ino, const char *name, char *value, size_t room)
{
    if (!node_known(&m->nodes, ino) || node_at(&m->nodes, ino)->type != S_IFREG)
        return -ENODATA;
    struct fact fact = {0};
    pthread_mutex_lock(&m->facts_lock);
    bool known = m->facts != NULL && facts_get(m->facts, node_at(&m->nodes, ino)->ino, &fact);
    pthread_mutex_unlock(&m->facts_lock);
    name += sizeof VIRTUAL_PREFIX - 1;
    if (strcmp(name, "state") == 0)
        return snprintf(value, room, "%s", state_of(m, (uint32_t)ino, known, fact.kept_seq));
    if (!known || is_unrecorded(m, (uint32_t)ino) != NULL)
        return -ENODATA;
    if (strcmp(name, "version") == 0)
        return snprintf(value, room, "%" PRIu64, fact.version);
    if (strcmp(name, "class") == 0)
        return snprintf(value, room, "%s", fact.class_name);
    if (strcmp(name, "findings") == 0)
        return put_findings(&fact, value, room);
    if (strcmp(name, "saved") == 0) {
        char text[CLOCK_TEXT_BYTES];
        return snprintf(value, room, "%s", clock_format(fact.saved_ns, text));
    }
    return -ENODATA;
}

/* ---- get, list ---- */

/* Answer a value of `len` bytes (or -errno) to somebody who has room for `size`; 0 asks only how long it is. */
static void reply_value(fuse_req_t req, const char *value, ssize_t len, size_t size)
{
    if (len < 0)
        fuse_reply_err(req, op_store_errno(op_mount(req), (int)-len));
    else if (size == 0)
        fuse_reply_xattr(req, (size_t)len);
    else if ((size_t)len > size)
        fuse_reply_err(req, ERANGE);
    else
        fuse_reply_buf(req, value, (size_t)len);
}

/* Known to have none? The kernel asks before the first write to a file after each refresh of its attributes. */
static bool has_no_caps(struct mount *m, fuse_ino_t ino, const char *name)
{
    return m->local && strcmp(name, CAPABILITY) == 0 && node_known(&m->nodes, ino) &&
           node_at(&m->nodes, ino)->flags & NODE_NO_CAPS;
}

static ssize_t real_value(struct mount *m, fuse_ino_t ino, const char *name, char *value, size_t room)
{
    if (has_no_caps(m, ino, name))
        return -ENODATA;
    place_auto p = place_of(m, ino);
    if (p.fd < 0)
        return p.fd;
    ssize_t len = getxattr(p.path, name, value, room);
    if (len >= 0)
        return len;
    if (errno == ENODATA && strcmp(name, CAPABILITY) == 0)
        atomic_fetch_or(&node_at(&m->nodes, ino)->flags, NODE_NO_CAPS);
    return -errno;
}

static void op_getxattr(fuse_req_t req, fuse_ino_t ino, const char *name, size_t size)
{
    struct mount *m = op_mount(req);
    char *value = worker_self()->data;
    ssize_t len = is_virtual(name) ? virtual_value(m, ino, name, value, WORKER_DATA_BYTES)
                                   : real_value(m, ino, name, value, size == 0 ? 0 : WORKER_DATA_BYTES);
    reply_value(req, value, len, size);
}

static void op_listxattr(fuse_req_t req, fuse_ino_t ino, size_t size)
{
    struct mount *m = op_mount(req);
    char *list = worker_self()->data;
    place_auto p = place_of(m, ino);
    ssize_t len = p.fd < 0 ? p.fd : listxattr(p.path, list, size == 0 ? 0 : WORKER_DATA_BYTES);
    if (p.fd >= 0 && len < 0)
        len = -errno;
    reply_value(req, list, len, size);
}

/* ---- set, remove ---- */

/* As the native file system does when somebody who is not of the file's group sets an ACL. */
static int strip_group_id(struct mount *m, fuse_req_t req, const struct place *p)
{
    struct stat st;
    const struct fuse_ctx *c = fuse_req_ctx(req);
    if (fstatat(p->fd, "", &st, AT_EMPTY_PATH) < 0)
        return errno;
    if (!(st.st_mode & S_ISGID) || c->uid == 0 || subject_in_group(m, c->pid, c->gid, st.st_gid))
        return 0;
    return chmod(p->path, st.st_mode & 07777 & ~(mode_t)S_ISGID) < 0 ? errno : 0;
}

static void notice_acl(struct mount *m, fuse_req_t req, fuse_ino_t ino, const struct place *p, const char *name)
{
    struct stat st;
    struct notice_who who = op_who(req);
    if (strcmp(name, ACL_ACCESS) == 0 && fstatat(p->fd, "", &st, AT_EMPTY_PATH) == 0)
        notice_chmod(m, (uint32_t)ino, &st, &who);
}

static int do_setxattr(fuse_req_t req, fuse_ino_t ino, const char *name, const char *value, size_t size, int flags)
{
    struct mount *m = op_mount(req);
    if (is_virtual(name))
        return EPERM;
    place_auto p = place_of(m, ino);
    if (p.fd < 0)
        return -p.fd;
    if (survive_reached() >= SURVIVE_INTENDED)
        flags = 0; /* made or replaced already, perhaps; the value is what counts */
    survive_intend(0, 0);
    if (strcmp(name, CAPABILITY) == 0)
        atomic_fetch_and(&node_at(&m->nodes, ino)->flags, ~(uint32_t)NODE_NO_CAPS);
    if (setxattr(p.path, name, value, size, flags) < 0)
        return errno;
    int err = strcmp(name, ACL_ACCESS) == 0 ? strip_group_id(m, req, &p) : 0;
    notice_acl(m, req, ino, &p, name);
    return err;
}

static void op_setxattr(fuse_req_t req, fuse_ino_t ino, const char *name, const char *value, size_t size, int flags)
{
    fuse_reply_err(req, op_store_errno(op_mount(req), do_setxattr(req, ino, name, value, size, flags)));
}

static int do_removexattr(fuse_req_t req, fuse_ino_t ino, const char *name)
{
    struct mount *m = op_mount(req);
    if (is_virtual(name))
        return EPERM;
    place_auto p = place_of(m, ino);
    if (p.fd < 0)
        return -p.fd;
    bool again = survive_reached() >= SURVIVE_INTENDED;
    survive_intend(0, 0);
    if (removexattr(p.path, name) < 0 && !(again && errno == ENODATA))
        return errno;
    notice_acl(m, req, ino, &p, name);
    return 0;
}

static void op_removexattr(fuse_req_t req, fuse_ino_t ino, const char *name)
{
    fuse_reply_err(req, op_store_errno(op_mount(req), do_removexattr(req, ino, name)));
}

void ops_xattr_table(struct fuse_lowlevel_ops *ops)
{
    ops->getxattr = op_getxattr;
    ops->listxattr = op_listxattr;
    ops->setxattr = op_setxattr;
    ops->removexattr = op_removexattr;
}
