#include "save/queue.h"

#include "base/clock.h"
#include "base/path.h"
#include "save/places.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct queued {
    struct journal_record record; /* first: the list points here */
    size_t text_bytes;
    char text[];
};

/* Copy `r` with its strings behind the last one. 0 or -ENOMEM. */
static int push(struct queue *q, const struct journal_record *r)
{
    size_t path = strlen(r->path) + 1, path2 = strlen(r->path2) + 1, app = strlen(r->app) + 1;
    struct queued *copy = malloc(sizeof *copy + path + path2 + app);
    if (copy == NULL)
        return -ENOMEM;
    copy->record = *r;
    copy->text_bytes = path + path2 + app;
    copy->record.path = memcpy(copy->text, r->path, path);
    copy->record.path2 = memcpy(copy->text + path, r->path2, path2);
    copy->record.app = memcpy(copy->text + path + path2, r->app, app);
    q->arrived_ns[q->count] = clock_mono_ns();
    q->records[q->count++] = &copy->record;
    q->text_bytes += copy->text_bytes;
    q->read_seq = r->seq;
    return 0;
}

int queue_open(struct queue *q, int spool_fd, uint64_t kept_seq, struct error *e)
{
    *q = (struct queue){.read_seq = kept_seq, .most = QUEUE_FIRST_RECORDS};
    return journal_open_reader(&q->reader, spool_fd, kept_seq + 1, e);
}

void queue_close(struct queue *q)
{
    queue_drop(q, q->count);
    journal_close_reader(q->reader);
    q->reader = NULL;
}

static int push_damage(struct queue *q, const char *words)
{
    struct journal_record r = {.seq = q->read_seq,
                               .type = JOURNAL_GAP,
                               .time_ns = clock_real_ns(),
                               .session = UINT32_MAX,
                               .path = "",
                               .path2 = words,
                               .app = ""};
    int err = push(q, &r);
    r.type = JOURNAL_RESCAN;
    r.path2 = "";
    return err < 0 ? err : push(q, &r);
}

int queue_fill(struct queue *q, struct error *e)
{
    while (q->count < QUEUE_RECORDS && q->text_bytes < QUEUE_TEXT_BYTES) {
        struct journal_record r;
        struct error damage = {0};
        int got = journal_read(q->reader, &r, &damage);
        if (got == 0)
            return 0;
        int err = got == 1 ? push(q, &r) : got == -EILSEQ ? push_damage(q, damage.text) : got;
        if (err == -ENOMEM)
            return error_sys(e, ENOMEM, "journal");
        if (err < 0)
            return error_set(e, err, "%s", damage.text);
    }
    return 0;
}

/* How old is record `i`? The clock may have been set meanwhile; then what counts is when we read it. */
static int64_t age_ms(const struct queue *q, size_t i, int64_t real_now_ns, int64_t mono_now_ns)
{
    int64_t age = real_now_ns - q->records[i]->time_ns, since_read = mono_now_ns - q->arrived_ns[i];
    return (age < since_read || age > 3600 * NS_PER_SEC ? since_read : age) / NS_PER_MS;
}

static size_t count_wanted(const struct queue *q, uint64_t wanted)
{
    size_t count = 0;
    while (count < q->count && q->records[count]->seq <= wanted)
        count++;
    return count;
}

/* The end of the last run of records among the first `old` that a quiet time follows; 0: there is none. */
static size_t last_quiet(const struct queue *q, size_t old)
{
    if (old == q->count)
        return old; /* the newest is old enough itself */
    for (size_t i = old; i > 0; i--)
        if (q->records[i]->time_ns - q->records[i - 1]->time_ns >= QUEUE_QUIET_MS * NS_PER_MS)
            return i;
    return 0;
}

/* As many of the first `count` as one batch may have and read; at least one. */
static size_t limit_batch(const struct queue *q, size_t count)
{
    uint64_t bytes = 0;
    if (count > q->most) {
        size_t quiet = last_quiet(q, q->most);
        count = quiet > 0 ? quiet : q->most;
    }
    for (size_t i = 0; i < count; i++) {
        bytes += q->records[i]->type == JOURNAL_SAVE ? q->records[i]->size : 0;
        if (bytes > QUEUE_CONTENT_BYTES)
            return i > 0 ? i : 1;
    }
    return count;
}

size_t queue_cut(const struct queue *q, int64_t real_now_ns, int64_t mono_now_ns, uint64_t wanted)
{
    size_t old = 0, now = count_wanted(q, wanted);
    if (now > 0)
        return limit_batch(q, now);
    while (old < q->count && age_ms(q, old, real_now_ns, mono_now_ns) >= QUEUE_SETTLE_MS)
        old++;
    if (old == 0)
        return 0;
    size_t quiet = last_quiet(q, old);
    bool waited_enough = age_ms(q, 0, real_now_ns, mono_now_ns) >= QUEUE_LONGEST_MS;
    if (quiet == 0 && !waited_enough)
        return 0;
    return limit_batch(q, quiet < old / 2 && waited_enough ? old : quiet);
}

int queue_wait_ms(const struct queue *q, int64_t real_now_ns, int64_t mono_now_ns)
{
    if (q->count == 0)
        return -1;
    int64_t oldest = age_ms(q, 0, real_now_ns, mono_now_ns), newest = age_ms(q, q->count - 1, real_now_ns, mono_now_ns);
    int64_t wait = oldest < QUEUE_SETTLE_MS ? QUEUE_SETTLE_MS - oldest : QUEUE_LONGEST_MS - oldest;
    if (oldest >= QUEUE_SETTLE_MS && QUEUE_SETTLE_MS - newest < wait)
        wait = QUEUE_SETTLE_MS - newest;
    return wait < 5 ? 5 : (int)wait;
}

static struct queued *container(const struct journal_record *r) { return (struct queued *)(uintptr_t)r; }

void queue_drop(struct queue *q, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct queued *old = container(q->records[i]);
        q->text_bytes -= old->text_bytes;
        free(old);
    }
    q->count -= count;
    q->most = q->most < QUEUE_RECORDS / 2 ? q->most * 2 : QUEUE_RECORDS;
    memmove(q->records, q->records + count, q->count * sizeof *q->records);
    memmove(q->arrived_ns, q->arrived_ns + count, q->count * sizeof *q->arrived_ns);
}

static bool is_about(const struct journal_record *r, const char *path, uint64_t ino)
{
    if ((r->ino == ino && ino != 0) || strcmp(r->path, path) == 0 || strcmp(r->path2, path) == 0)
        return true;
    bool folders = (r->flags & (JOURNAL_IS_DIR | JOURNAL_OTHER_DIR)) != 0;
    return folders && (path_below(path, r->path) != NULL || path_below(path, r->path2) != NULL);
}

bool queue_has(const struct queue *q, size_t from, const char *path, uint64_t ino)
{
    for (size_t i = from; i < q->count; i++)
        if (is_about(q->records[i], path, ino))
            return true;
    return false;
}

bool queue_has_delete(const struct queue *q, size_t from, const char *path, uint64_t ino)
{
    for (size_t i = from; i < q->count; i++)
        if (q->records[i]->type == JOURNAL_DELETE && is_about(q->records[i], path, ino))
            return true;
    return false;
}

bool queue_is_deleted(const struct queue *q, const struct journal_record *record)
{
    bool behind = false;
    for (size_t i = 0; i < q->count; i++) {
        if (behind && q->records[i]->type == JOURNAL_DELETE && q->records[i]->ino == record->ino)
            return true;
        behind = behind || q->records[i] == record;
    }
    return false;
}

/* `path` moved from below `from` to below `to`; NULL: out of memory. Frees `path`. */
static char *move_path(char *path, const char *from, const char *to)
{
    char *moved = NULL;
    if (asprintf(&moved, "%s%s", to, path_below(path, from)) < 0)
        moved = NULL;
    free(path);
    return moved;
}

char *queue_path_now(const struct queue *q, uint64_t seq, const char *path)
{
    char *now = strdup(path);
    for (size_t i = 0; i < q->count && now != NULL; i++) {
        const struct journal_record *r = q->records[i];
        if (r->seq <= seq || (r->type != JOURNAL_RENAME && r->type != JOURNAL_EXCHANGE))
            continue;
        if (path_below(now, r->path2) != NULL)
            now = move_path(now, r->path2, r->path);
        else if (r->type == JOURNAL_EXCHANGE && path_below(now, r->path) != NULL)
            now = move_path(now, r->path, r->path2);
    }
    return now;
}
