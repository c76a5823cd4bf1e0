#include "index/layout.h"

#include "base/fdio.h"
#include "index/check.h"
#include "index/state.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

enum { PATH_BYTES = 4096, READERS_MOST = 126, TABLES_SPARE = 2, DISK_LEAST = 1 << 20 };
#define MAP_LEAST (UINT64_C(64) << 20)

/* A changed page may split, and its parents change with it; a commit writes the list of free pages, too. */
enum { PAGES_PER_CHANGE = 2, PAGES_SPARE = 4096 };

#define PLACES (MDB_INTEGERKEY | MDB_DUPSORT | MDB_DUPFIXED | MDB_INTEGERDUP)
const struct table_form index_table_forms[INDEX_TABLES] = {
    [TABLE_KEYS] = {"keys", PLACES},
    [TABLE_TEXT] = {"text", PLACES},
    [TABLE_LINEAGES] = {"lineages", MDB_INTEGERKEY},
    [TABLE_VERSIONS] = {"versions", MDB_INTEGERKEY},
    [TABLE_GONE] = {"gone", MDB_INTEGERKEY},
    [TABLE_LIVE] = {"live", MDB_INTEGERKEY},
    [TABLE_STREAMS] = {"streams", MDB_INTEGERKEY},
    [TABLE_NAMES] = {"names", 0},
};

int index_fail(struct error *e, int lmdb_code, const char *what)
{
    switch (lmdb_code) {
    case MDB_MAP_FULL:
        return error_set(e, ENOSPC, "index: %s: its map cannot grow any more", what);
    case MDB_CORRUPTED:
    case MDB_PAGE_NOTFOUND:
    case MDB_INVALID:
    case MDB_VERSION_MISMATCH:
    case MDB_INCOMPATIBLE:
    case MDB_NOTFOUND:
        return error_set(e, EILSEQ, "index: %s: it is damaged: run `holdfast index rebuild`", what);
    case MDB_READERS_FULL:
        return error_set(e, EAGAIN, "index: %s: %d processes read it already", what, READERS_MOST);
    }
    return lmdb_code > 0 ? error_sys(e, lmdb_code, "index: %s", what)
                         : error_set(e, EIO, "index: %s: %s", what, mdb_strerror(lmdb_code));
}

/* ---- opening ---- */

static int name_file(char to[static PATH_BYTES], const char *path, const char *name, struct error *e)
{
    int len = snprintf(to, PATH_BYTES, "%s/%s", path, name);
    return len < 0 || len >= PATH_BYTES ? error_set(e, ENAMETOOLONG, "%s: too long", path) : 0;
}

static int open_tables(struct index *x, struct error *e)
{
    MDB_txn *txn;
    int rc = x->is_writer ? mdb_txn_begin(x->env, NULL, 0, &txn) : index_begin_reading(x, &txn);
    if (rc != 0)
        return index_fail(e, rc, "open");
    for (size_t i = 0; i < INDEX_TABLES && rc == 0; i++) {
        unsigned flags = x->is_writer ? MDB_CREATE : 0, found;
        const struct table_form *form = &index_table_forms[i];
        rc = mdb_dbi_open(txn, form->name, form->flags | flags, &x->table[i]);
        if (rc == 0 && (rc = mdb_dbi_flags(txn, x->table[i], &found)) == 0 && found != form->flags)
            rc = MDB_INCOMPATIBLE;
    }
    if (rc == 0)
        rc = mdb_txn_commit(txn); /* of a reader, too: else the tables are closed again */
    else
        mdb_txn_abort(txn);
    if (rc == MDB_NOTFOUND && !x->is_writer)
        return error_set(e, ENOENT, "index: its writer is just making it");
    return rc != 0 ? index_fail(e, rc, "open its tables") : 0;
}

static int open_environment(struct index *x, const char *path, uint64_t data_bytes, struct error *e)
{
    int rc = mdb_env_create(&x->env);
    if (rc != 0)
        return index_fail(e, rc, "open");
    uint64_t map = x->is_writer ? MAP_LEAST : 0;
    while (x->is_writer && map < data_bytes * 2)
        map *= 2;
    mdb_env_set_maxdbs(x->env, INDEX_TABLES + TABLES_SPARE);
    mdb_env_set_maxreaders(x->env, READERS_MOST);
    if (map > 0)
        rc = mdb_env_set_mapsize(x->env, map);
    if (rc == 0)
        rc = mdb_env_open(x->env, path, x->is_writer ? MDB_NOSYNC | MDB_NOTLS | MDB_NORDAHEAD : MDB_RDONLY | MDB_NOTLS,
                          0600);
    int dead;
    if (rc == 0 && x->is_writer)
        mdb_reader_check(x->env, &dead);
    return rc != 0 ? index_fail(e, rc, path) : 0;
}

/* The structure is looked at in the moment that a transaction holds: the pages of that moment stay as they are. */
static int check_pages(struct index *x, const char *data, struct error *e)
{
    MDB_txn *txn;
    int err = -EAGAIN;
    for (int tries = 0; tries < 100 && err == -EAGAIN; tries++) {
        int rc = index_begin_reading(x, &txn);
        if (rc != 0)
            return index_fail(e, rc, "open");
        err = check_snapshot(data, mdb_txn_id(txn), x->is_writer, e);
        mdb_txn_abort(txn);
    }
    return err == -EAGAIN ? error_set(e, EAGAIN, "index: its writer is too busy to look at it now") : err;
}

static int open_index(struct index *x, const char *path, struct error *e)
{
    char data[PATH_BYTES];
    int err = name_file(data, path, "data.mdb", e);
    struct stat st = {0};
    if (err == 0 && stat(data, &st) < 0 && errno != ENOENT)
        err = error_sys(e, errno, "%s", data);
    if (err == 0 && st.st_size > 0)
        err = check_heads(data, e);
    if (err == 0)
        err = open_environment(x, path, (uint64_t)st.st_size, e);
    if (err == 0 && st.st_size > 0)
        err = check_pages(x, data, e);
    return err < 0 ? err : open_tables(x, e);
}

/* A folder that holds data but no word about it was not left so by us. */
static int check_state(struct index *x, const char *path, struct error *e)
{
    char data[PATH_BYTES];
    enum state_word word;
    int err = name_file(data, path, "data.mdb", e);
    if (err == 0)
        err = state_read(x->state_fd, &word, e);
    if (err < 0)
        return err;
    struct stat st;
    if (word == STATE_NEW && stat(data, &st) == 0 && st.st_size > 0)
        return error_set(e, EILSEQ, "index: its state is lost: run `holdfast index rebuild`");
    if (word == STATE_CLEAN && (stat(data, &st) < 0 || st.st_size == 0))
        return error_set(e, EILSEQ, "index: its data is lost: run `holdfast index rebuild`");
    x->is_marked = word == STATE_MARKED;
    return 0;
}

static struct index *new_index(bool is_writer)
{
    struct index *x = calloc(1, sizeof *x);
    if (x != NULL) {
        x->state_fd = -1;
        x->is_writer = is_writer;
    }
    return x;
}

static void drop_index(struct index *x)
{
    if (x->txn != NULL)
        mdb_txn_abort(x->txn);
    if (x->env != NULL)
        mdb_env_close(x->env);
    fd_close(&x->state_fd);
    free(x);
}

static int mark(struct index *x, struct error *e)
{
    if (x->is_marked)
        return 0;
    int err = state_write(x->state_fd, STATE_MARKED, e);
    x->is_marked = err == 0;
    return err;
}

int index_open_writer(struct index **out, const char *path, struct error *e)
{
    char state[PATH_BYTES];
    int err = name_file(state, path, "state", e);
    if (err < 0)
        return err;
    if (mkdir(path, 0700) < 0 && errno != EEXIST)
        return error_sys(e, errno, "%s", path);
    struct index *x = new_index(true);
    if (x == NULL)
        return error_sys(e, ENOMEM, "index");
    err = state_open_writer(&x->state_fd, state, e);
    if (err == 0)
        err = check_state(x, path, e);
    if (err == 0)
        err = mark(x, e); /* opening makes tables, without waiting for the disk */
    if (err == 0)
        err = open_index(x, path, e);
    if (err < 0) {
        drop_index(x);
        return err;
    }
    *out = x;
    return 0;
}

int index_open_reader(struct index **out, const char *path, struct error *e)
{
    char state[PATH_BYTES], data[PATH_BYTES], lock[PATH_BYTES];
    int err = name_file(state, path, "state", e);
    if (err == 0)
        err = name_file(data, path, "data.mdb", e);
    if (err == 0)
        err = name_file(lock, path, "lock.mdb", e);
    if (err < 0)
        return err;
    struct index *x = new_index(false);
    if (x == NULL)
        return error_sys(e, ENOMEM, "index");
    err = state_open_reader(&x->state_fd, state, e);
    /* LMDB would make the lock file, and as another user than the writer's. */
    if (err == -ENOENT || (err == 0 && (access(data, F_OK) < 0 || access(lock, F_OK) < 0)))
        err = error_set(e, ENOENT, "%s: there is no index yet", path);
    if (err == 0)
        err = check_state(x, path, e);
    if (err == 0)
        err = open_index(x, path, e);
    if (err < 0) {
        drop_index(x);
        return err;
    }
    *out = x;
    return 0;
}

void index_close(struct index *x)
{
    if (x == NULL)
        return;
    index_abort(x);
    if (x->is_writer)
        index_sync(x, NULL);
    drop_index(x);
}

int index_remove(const char *path, struct error *e)
{
    static const char *const names[] = {"data.mdb", "lock.mdb", "state"};
    char file[PATH_BYTES];
    int err = name_file(file, path, "state", e);
    if (err < 0)
        return err;
    fd_auto state = -1;
    if (access(path, F_OK) < 0 && errno == ENOENT)
        return 0;
    err = state_open_writer(&state, file, e); /* held until the last is gone */
    for (size_t i = 0; i < sizeof names / sizeof *names && err == 0; i++) {
        err = name_file(file, path, names[i], e);
        if (err == 0 && unlink(file) < 0 && errno != ENOENT)
            err = error_sys(e, errno, "%s", file);
    }
    return err;
}

/* ---- groups ---- */

/* Room in the map for one full transaction more than what is used; LMDB cannot grow inside of one. */
static int grow_map(struct index *x, size_t pages, struct error *e)
{
    MDB_envinfo info;
    MDB_stat stat;
    mdb_env_info(x->env, &info);
    mdb_env_stat(x->env, &stat);
    uint64_t size = info.me_mapsize;
    uint64_t want =
        ((uint64_t)info.me_last_pgno + 1 + (uint64_t)pages * PAGES_PER_CHANGE + PAGES_SPARE) * stat.ms_psize;
    if (want <= size)
        return 0;
    while (size < want)
        size *= 2;
    int rc = mdb_env_set_mapsize(x->env, size);
    return rc != 0 ? index_fail(e, rc, "grow") : 0;
}

static int begin_part(struct index *x, size_t pages, struct error *e)
{
    int err = grow_map(x, pages, e);
    if (err < 0)
        return err;
    int rc = mdb_txn_begin(x->env, NULL, 0, &x->txn);
    x->changed = 0;
    return rc != 0 ? index_fail(e, rc, "begin") : 0;
}

/* LMDB calls it EIO when a disk takes a part of what it writes and no more. */
static bool is_disk_full(const struct index *x)
{
    struct statvfs fs;
    return fstatvfs(x->state_fd, &fs) == 0 && fs.f_bavail < DISK_LEAST / fs.f_frsize;
}

static int commit_part(struct index *x, struct error *e)
{
    MDB_txn *txn = x->txn;
    x->txn = NULL;
    int rc = mdb_txn_commit(txn);
    if (rc == EIO && is_disk_full(x))
        rc = ENOSPC;
    return rc != 0 ? index_fail(e, rc, "write") : 0;
}

int index_begin(struct index *x, struct error *e)
{
    if (!x->is_writer || x->txn != NULL)
        return error_set(e, EINVAL, "index: a group is for its writer, one at a time");
    int err = mark(x, e);
    return err < 0 ? err : begin_part(x, INDEX_TXN_PAGES, e);
}

int index_commit(struct index *x, struct error *e)
{
    if (x->txn == NULL)
        return error_set(e, EINVAL, "index: there is no group to commit");
    return commit_part(x, e);
}

void index_abort(struct index *x)
{
    if (x->txn != NULL)
        mdb_txn_abort(x->txn);
    x->txn = NULL;
}

int index_make_room(struct index *x, size_t pages, struct error *e)
{
    if (x->changed + pages > INDEX_TXN_PAGES) {
        int err = commit_part(x, e);
        if (err == 0)
            err = begin_part(x, pages > INDEX_TXN_PAGES ? pages : INDEX_TXN_PAGES, e);
        if (err < 0)
            return err;
    }
    x->changed += pages;
    return 0;
}

int index_sync(struct index *x, struct error *e)
{
    if (!x->is_writer || x->txn != NULL)
        return error_set(e, EINVAL, "index: only its writer syncs it, outside of a group");
    if (!x->is_marked)
        return 0;
    int dead, rc = mdb_env_sync(x->env, 1);
    if (rc != 0)
        return index_fail(e, rc, "sync");
    mdb_reader_check(x->env, &dead); /* a dead reader's moment would be kept for ever */
    int err = state_write(x->state_fd, STATE_CLEAN, e);
    if (err == 0)
        x->is_marked = false;
    return err;
}
