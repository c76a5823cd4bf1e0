#include "guard/match.h"

#include "analyse/report.h"
#include "base/clock.h"
#include "base/fdio.h"
#include "base/log.h"
#include "event/facts.h"
#include "guard/digest.h"
#include "index/index.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

enum { KEEPING_MOST_MS = 5000, KEEPING_LOOK_MS = 10, REOPEN_MS = 500 };

struct matcher {
    const struct config *config;
    struct inspector *inspector;
    const struct match_mount *mounts;
    size_t mount_count;
    struct fact_table **facts; /* one a mount */
    struct index *index;       /* NULL: not open */
    ino_t index_ino;
    int64_t index_tried_ns;
    bool keeper_lags; /* waiting for it was in vain; not again until it has caught up */
};

int matcher_open(struct matcher **out, const struct config *config, struct inspector *inspector,
                 const struct match_mount *mounts, size_t mount_count, struct error *e)
{
    struct matcher *m = calloc(1, sizeof *m);
    if (m == NULL || (m->facts = calloc(mount_count + 1, sizeof(void *))) == NULL) {
        free(m);
        return error_sys(e, ENOMEM, "guard");
    }
    m->config = config;
    m->inspector = inspector;
    m->mounts = mounts;
    m->mount_count = mount_count;
    for (size_t i = 0; i < mount_count; i++) {
        int err = facts_open_reader(&m->facts[i], mounts[i].spool_fd);
        if (err < 0) {
            matcher_close(m);
            return error_sys(e, err, "mount %s: facts", mounts[i].mount->name);
        }
    }
    *out = m;
    return 0;
}

void matcher_close(struct matcher *m)
{
    if (m == NULL)
        return;
    for (size_t i = 0; i < m->mount_count; i++)
        facts_close(m->facts[i]);
    index_close(m->index);
    free(m->facts);
    free(m);
}

/* ---- the index ---- */

/* The one that is there now: it may have been made anew since. */
static int need_index(struct matcher *m, struct error *e)
{
    char data[PATH_MAX];
    struct stat st;
    snprintf(data, sizeof data, "%s/data.mdb", m->config->index);
    bool there = stat(data, &st) == 0;
    if (m->index != NULL && (!there || st.st_ino != m->index_ino)) {
        index_close(m->index);
        m->index = NULL;
    }
    if (m->index != NULL)
        return 0;
    int64_t now = clock_mono_ns();
    if (!there || (m->index_tried_ns != 0 && now - m->index_tried_ns < REOPEN_MS * NS_PER_MS))
        return error_set(e, ENOENT, "there is no index yet");
    m->index_tried_ns = now;
    struct error why = {0};
    int err = index_open_reader(&m->index, m->config->index, &why);
    if (err < 0)
        return error_set(e, ENOENT, "the index cannot be read: %s", why.text);
    m->index_ino = st.st_ino;
    m->index_tried_ns = 0;
    return 0;
}

/* ---- sources ---- */

static struct match_source *add_source(struct matcher *m, struct match *out, const char *mount, const char *rep)
{
    if (out->count == MATCH_MOST)
        return NULL;
    struct match_source *s = &out->sources[out->count];
    struct policy_copy_source *told = &out->told[out->count++];
    *s = (struct match_source){0};
    snprintf(s->mount, sizeof s->mount, "%s", mount);
    snprintf(s->rep, sizeof s->rep, "%s", rep);
    snprintf(s->class_name, sizeof s->class_name, "%s", out->class_name);
    *told = (struct policy_copy_source){.class_name = s->class_name,
                                        .mount = s->mount,
                                        .rep = s->rep,
                                        .departing = config_is_departing(m->config, rep)};
    return s;
}

static void take_fact(struct match_source *s, const struct fact *f)
{
    snprintf(s->class_name, sizeof s->class_name, "%s", f->class_name);
    s->version = f->version;
    s->ino = f->ino;
}

/* A file that stands in a mount as it is. */
static void match_whole(struct matcher *m, const struct digest *d, const struct inspection *found, struct match *out)
{
    struct fact fact;
    for (size_t i = 0; i < m->mount_count && d->size > 0; i++) {
        if (!facts_find_blob(m->facts[i], d->blob, &fact))
            continue;
        struct match_source *s = add_source(m, out, m->mounts[i].mount->name, m->mounts[i].mount->rep);
        if (s == NULL)
            return;
        take_fact(s, &fact);
        struct policy_copy_source *told = &out->told[s - out->sources];
        told->whole = true;
        told->records = found->facts.contacts;
    }
}

static bool is_told(const struct match *out, const char *mount, uint64_t version)
{
    for (size_t i = 0; i < out->count; i++)
        if (out->sources[i].version == version && version != 0 && strcmp(out->sources[i].mount, mount) == 0)
            return true;
    return false;
}

/* A lineage of the index: whose it is, and what its newest version is now. */
static int add_lineage(struct matcher *m, const struct index_match *found, struct match *out, struct error *e)
{
    struct index_place place;
    struct fact fact;
    int err = index_find_place(m->index, found->last.lineage, &place, e);
    if (err < 0)
        return err == -ENOENT ? 0 : err;
    bool current = false;
    for (size_t i = 0; i < m->mount_count && !current; i++)
        current =
            strcmp(m->mounts[i].mount->name, place.mount) == 0 && facts_find_blob(m->facts[i], found->last.blob, &fact);
    if (is_told(out, place.mount, current ? fact.version : found->last.number))
        return 0;
    struct match_source *s = add_source(m, out, place.mount, place.rep);
    if (s == NULL)
        return 0;
    if (current)
        take_fact(s, &fact);
    else
        s->version = found->last.number;
    struct policy_copy_source *told = &out->told[s - out->sources];
    told->records = found->rows > found->emails ? found->rows : found->emails;
    told->pieces = found->text;
    return 0;
}

static int match_index(struct matcher *m, const struct report_view *v, struct match *out, struct error *e)
{
    struct index_match found[MATCH_MOST];
    size_t count = 0;
    struct index_row_key *keys = calloc(v->key_count + 1, sizeof *keys);
    if (keys == NULL)
        return error_sys(e, ENOMEM, "guard");
    for (size_t i = 0; i < v->key_count; i++)
        keys[i] = (struct index_row_key){v->keys[i].key, v->keys[i].row};
    int err = index_match(m->index, keys, v->key_count, v->text, v->text_count, found, MATCH_MOST, &count, e);
    free(keys);
    for (size_t i = 0; i < count && err == 0; i++)
        err = add_lineage(m, &found[i], out, e);
    if (err < 0) { /* damaged, or made anew under us: another look later */
        index_close(m->index);
        m->index = NULL;
    }
    return err;
}

/* ---- the keeper ---- */

static bool is_behind(const struct matcher *m, const uint64_t *heads)
{
    for (size_t i = 0; i < m->mount_count; i++)
        if (atomic_load(&m->mounts[i].board->keeper.journal_kept) < heads[i])
            return true;
    return false;
}

/* What was saved until now is in facts and index when this returns, unless the keeper is too slow. */
static void await_keeper(struct matcher *m)
{
    uint64_t heads[64] = {0};
    const struct timespec pause = {.tv_nsec = KEEPING_LOOK_MS * NS_PER_MS};
    if (m->mount_count > sizeof heads / sizeof *heads)
        return;
    for (size_t i = 0; i < m->mount_count; i++)
        heads[i] = atomic_load(&m->mounts[i].board->mount.journal_head);
    if (!is_behind(m, heads)) {
        m->keeper_lags = false;
        return;
    }
    for (int waited = 0; waited < KEEPING_MOST_MS && !m->keeper_lags; waited += KEEPING_LOOK_MS) {
        nanosleep(&pause, NULL);
        if (!is_behind(m, heads))
            return;
    }
    m->keeper_lags = true;
}

/* ---- the whole ---- */

static int match_all(struct matcher *m, const struct digest *d, const struct inspection *found,
                     const struct report_view *view, struct match *out, struct error *e)
{
    out->count = 0;
    if (d->sha256[0] != 0)
        match_whole(m, d, found, out);
    if (view->key_count == 0 && view->text_count == 0)
        return 0;
    int err = need_index(m, e);
    return err == 0 ? match_index(m, view, out, e) : err;
}

int match_file(struct matcher *m, int fd, const char *path, struct match *out, struct error *e)
{
    struct stat st;
    struct digest d = {0};
    uint64_t ticket = 0;
    struct inspection found;
    if (fstat(fd, &st) < 0)
        return error_sys(e, errno, "%s", path);
    await_keeper(m);
    int err = st.st_size <= MATCH_HASHED_MOST ? digest_file(fd, (uint64_t)st.st_size, &d) : 0;
    if (err == 0)
        err = inspector_ask(m->inspector, fd, path, 1);
    if (err < 0)
        return error_sys(e, err, "%s", path);
    if (inspector_answer(m->inspector, &ticket, &found) != 1)
        found = inspection_unreadable();
    fd_auto report_fd = found.report_fd;
    report_view_auto view = {0};
    if (report_fd >= 0 && report_map(&view, report_fd, found.report_bytes) < 0)
        log_warn("the inspector's report is none");
    *out = (struct match){.size = (uint64_t)st.st_size};
    memcpy(out->sha256, d.sha256, sizeof out->sha256);
    snprintf(out->class_name, sizeof out->class_name, "%s", found.class_name);
    return match_all(m, &d, &found, &view, out, e);
}
