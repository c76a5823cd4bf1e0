/*
 * Putting right what a crash or a power cut left, when a writer opens and holds the lock. Only what loses nothing:
 *
 *   HEAD missing or torn       a bare record's HEAD names nothing: written again
 *   *.lock                     we are the only writer: removed
 *   tmp_holdfast_*             an unfinished batch of ours: removed; git's own temporary files when they are old
 *   .pack without .idx         whole: the index is made again by git; torn: kept aside as *.damaged
 *   a ref missing or torn      set to the tip noted in holdfast.lock, if that can be read
 *   a torn pack, a tip that cannot be read       refused: -EUCLEAN
 *
 * holdfast.lock holds one line a branch, "<tip> <ref>", written after the pack and before the refs move: never behind
 * them.
 */
#include "base/fdio.h"
#include "base/log.h"
#include "record/form.h"
#include "record/git.h"
#include "record/writer.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { NOTES_MOST = 256 * 1024, GIT_TEMPORARY_AGE_S = 3600, PACK_LEAST = 32, INDEX_LEAST = 1072 };

static bool starts_with(const char *name, const char *head) { return strncmp(name, head, strlen(head)) == 0; }

static bool ends_with(const char *name, const char *tail)
{
    size_t len = strlen(name), tail_len = strlen(tail);
    return len >= tail_len && strcmp(name + len - tail_len, tail) == 0;
}

/* ---- HEAD ---- */

static int repair_head(struct record_writer *w, struct error *e)
{
    char text[256];
    fd_auto fd = openat(w->repo_fd, "HEAD", O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    ssize_t len = fd < 0 ? 0 : fd_pread_full(fd, text, sizeof text - 1, 0);
    if (len > 6 && memcmp(text, "ref: ", 5) == 0)
        return 0;
    fd_close(&fd);
    log_warn("%s/HEAD was damaged and is written again", w->repository);
    fd = openat(w->repo_fd, "HEAD", O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0644);
    int err = fd < 0 ? -errno : fd_write_all(fd, GIT_HEAD, strlen(GIT_HEAD));
    return err < 0 ? error_sys(e, err, "%s/HEAD: cannot be written", w->repository) : 0;
}

/* ---- packs ---- */

static bool is_stale_temporary(int dir_fd, const char *name)
{
    struct stat st;
    if (starts_with(name, PACK_TEMPORARY))
        return true;
    if (!starts_with(name, "tmp_") && !starts_with(name, ".tmp-"))
        return false;
    return fstatat(dir_fd, name, &st, AT_SYMLINK_NOFOLLOW) == 0 && time(NULL) - st.st_mtime > GIT_TEMPORARY_AGE_S;
}

static int read_tail(int dir_fd, const char *name, size_t back, off_t least, struct record_oid *out)
{
    struct stat st;
    fd_auto fd = openat(dir_fd, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    if (fd < 0 || fstat(fd, &st) < 0)
        return -errno;
    if (!S_ISREG(st.st_mode) || st.st_size < least)
        return -EILSEQ;
    ssize_t n = fd_pread_full(fd, out->bytes, RECORD_OID_BYTES, st.st_size - (off_t)back);
    return n == RECORD_OID_BYTES ? 0 : -EIO;
}

/* The pack ends in the checksum that its index knows: a torn or shortened one does not. */
static int check_pack(struct record_writer *w, const char *pack, const char *index, struct error *e)
{
    struct record_oid in_pack, in_index;
    int err = read_tail(w->pack_fd, pack, RECORD_OID_BYTES, PACK_LEAST, &in_pack);
    if (err == 0)
        err = read_tail(w->pack_fd, index, 2 * RECORD_OID_BYTES, INDEX_LEAST, &in_index);
    if (err == 0 && oid_equal(&in_pack, &in_index))
        return 0;
    return error_set(
        e, EUCLEAN,
        "%s/objects/pack/%s is torn: versions in it may be lost here; put it and its .idx aside, bring both back from "
        "a copy of the repository (the company's server, a backup), and run git fsck",
        w->repository, pack);
}

/* A pack without index: of a batch that was not finished, or an index was lost. git makes one if the pack is whole. */
static int adopt_pack(struct record_writer *w, const char *pack, struct error *e)
{
    buf_auto path = {0};
    char aside[NAME_MAX + 1];
    struct error why = {0};
    buf_printf(&path, "%s/objects/pack/%s", w->repository, pack);
    if (path.failed)
        return error_set(e, ENOMEM, "out of memory");
    const char *const args[] = {"index-pack", path.data, NULL};
    if (git_run(w->repository, args, &why) == 0) {
        log_warn("%s: a pack without index was indexed again", path.data);
        return 0;
    }
    snprintf(aside, sizeof aside, "%.*s.damaged", (int)(NAME_MAX - 10), pack);
    log_warn("%s: a torn pack of an unfinished batch is put aside as %s", path.data, aside);
    if (renameat(w->pack_fd, pack, w->pack_fd, aside) < 0)
        return error_sys(e, errno, "%s: cannot be put aside", path.data);
    return 0;
}

static int repair_pack_file(struct record_writer *w, const char *name, struct error *e)
{
    char index[NAME_MAX + 1];
    if (is_stale_temporary(w->pack_fd, name)) {
        unlinkat(w->pack_fd, name, 0);
        return 0;
    }
    if (!starts_with(name, "pack-") || !ends_with(name, ".pack"))
        return 0;
    snprintf(index, sizeof index, "%.*s.idx", (int)(strlen(name) - strlen(".pack")), name);
    if (faccessat(w->pack_fd, index, F_OK, AT_SYMLINK_NOFOLLOW) == 0)
        return check_pack(w, name, index, e);
    return adopt_pack(w, name, e);
}

static int repair_packs(struct record_writer *w, struct error *e)
{
    int fd = openat(w->pack_fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *dir = fd < 0 ? NULL : fdopendir(fd);
    if (dir == NULL) {
        int err = error_sys(e, errno, "%s/objects/pack: cannot be read", w->repository);
        fd_close(&fd);
        return err;
    }
    int err = 0;
    for (struct dirent *d; err == 0 && (d = readdir(dir)) != NULL;)
        err = repair_pack_file(w, d->d_name, e);
    closedir(dir);
    return err;
}

/* ---- refs ---- */

int repair_note_tips(struct record_writer *w)
{
    buf_auto text = {0};
    char hex[RECORD_OID_HEX];
    for (struct branch *b = w->branches; b != NULL; b = b->next)
        if (b->now.born)
            buf_printf(&text, "%s refs/heads/rep/%s/%s/%s\n", record_oid_hex(&b->now.tip, hex), b->rep, w->device,
                       b->now.volume);
    if (text.failed)
        return -ENOMEM;
    int err = text.len > 0 ? fd_pwrite_all(w->lock_fd, text.data, text.len, 0) : 0;
    return err == 0 && ftruncate(w->lock_fd, (off_t)text.len) < 0 ? -errno : err;
}

static bool is_readable_tip(struct record_writer *w, const struct record_oid *tip)
{
    odb_object_auto object = {0};
    buf_auto text = {0};
    struct form_commit commit;
    if (odb_read(w->odb, tip, OBJECT_COMMIT, &object, NULL) < 0)
        return false;
    buf_put(&text, object.bytes, object.len);
    return !text.failed && form_parse_commit(text.data, text.len, &commit) == 0 &&
           strcmp(commit.version.device, w->device) == 0;
}

/* Remove a file that holds no id, so that the ref can be set; what it held is in the log. */
static int restore_ref(struct record_writer *w, const char *name, const struct record_oid *tip, bool torn,
                       struct error *e)
{
    char hex[RECORD_OID_HEX];
    struct ref_change change = {.name = (char *)(uintptr_t)name, .new = *tip};
    log_warn("%s in %s was %s and is set to %s, the last tip that was written", name, w->repository,
             torn ? "torn" : "missing", record_oid_hex(tip, hex));
    if (torn && unlinkat(w->repo_fd, name, 0) < 0)
        return error_sys(e, errno, "%s/%s: cannot be removed", w->repository, name);
    int err = refs_lock(w->repo_fd, &change, 1, w->durable, e);
    return err < 0 ? err : refs_move(w->repo_fd, &change, 1, w->durable, e);
}

static bool is_own_ref(struct record_writer *w, const char *name)
{
    const char *rep = starts_with(name, "refs/heads/rep/") ? name + strlen("refs/heads/rep/") : NULL;
    const char *device = rep ? strchr(rep, '/') : NULL;
    size_t len = strlen(w->device);
    return device != NULL && strncmp(device + 1, w->device, len) == 0 && device[1 + len] == '/' &&
           strpbrk(device + 2 + len, "/ ") == NULL && strstr(name, "..") == NULL;
}

static int compare_note(struct record_writer *w, char *line, const struct ref_list *list, struct error *e)
{
    struct record_oid tip;
    if (strlen(line) < RECORD_OID_HEX + 1 || digest_from_hex(line, tip.bytes, RECORD_OID_BYTES) < 0)
        return 0;
    const char *name = line + RECORD_OID_HEX;
    const struct ref *r = refs_find(list, name);
    bool lost = r == NULL || r->torn || odb_type(w->odb, &r->oid) != OBJECT_COMMIT;
    if (!lost || !is_own_ref(w, name) || !is_readable_tip(w, &tip))
        return 0;
    if (r != NULL && !r->torn)
        return 0; /* it names an object that is not there: branch_find says so */
    return restore_ref(w, name, &tip, r != NULL, e);
}

static int repair_refs(struct record_writer *w, struct error *e)
{
    ref_list_auto list = {0};
    buf_auto notes = {0};
    char *rest = NULL;
    int err = refs_list(w->repo_fd, "refs/heads/rep", &list, e);
    char *room = err == 0 ? buf_reserve(&notes, NOTES_MOST) : NULL;
    ssize_t len = room ? fd_pread_full(w->lock_fd, room, NOTES_MOST, 0) : 0;
    if (err < 0 || room == NULL)
        return err < 0 ? err : error_set(e, ENOMEM, "out of memory");
    room[len > 0 ? len : 0] = 0;
    for (char *line = strtok_r(room, "\n", &rest); line != NULL && err == 0; line = strtok_r(NULL, "\n", &rest))
        err = compare_note(w, line, &list, e);
    return err;
}

/* Reading every branch of this device now makes damage show at the start, and not at a save. */
static int read_branches(struct record_writer *w, struct error *e)
{
    ref_list_auto list = {0};
    int err = refs_list(w->repo_fd, "refs/heads/rep", &list, e);
    for (size_t i = 0; i < list.count && err == 0; i++) {
        struct branch *b;
        char *rep = list.refs[i].name + strlen("refs/heads/rep/");
        if (!is_own_ref(w, list.refs[i].name))
            continue;
        *strchr(rep, '/') = 0;
        err = branch_find(w, rep, &b, e);
        struct error why = {0};
        if (err == 0 && branch_open_tree(w, b, &why) < 0)
            err = error_set(e, EUCLEAN,
                            "the newest tree of %s in %s: %s; run git fsck there and fetch from the company's server",
                            rep, w->repository, why.text);
    }
    return err;
}

int repair_repository(struct record_writer *w, struct error *e)
{
    int err = repair_head(w, e);
    int locks = err == 0 ? refs_remove_locks(w->repo_fd, e) : err;
    if (locks > 0)
        log_warn("%s: %d stale lock files of a crash were removed", w->repository, locks);
    err = locks < 0 ? locks : repair_packs(w, e);
    odb_refresh(w->odb);
    if (err == 0)
        err = repair_refs(w, e);
    return err < 0 ? err : read_branches(w, e);
}
