#include "save/lane.h"

#include "base/clock.h"
#include "base/log.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <sys/mman.h>

enum { SWEEP_MS = 1000 };

/*
 * How far is this mount's journal kept? The record's own answer counts, unless it speaks of a journal that is gone: the
 * spool has no cursor (it is new), or the journal ends before what is kept (it was put back from a backup). Then
 * everything in the journal is kept, some of it perhaps again: twice is better than never.
 */
static int find_kept(struct lane *l, struct record_writer *writer, uint64_t *kept, struct error *e)
{
    uint64_t recorded = 0, first = 1, newest = 0;
    struct cursor *c = &l->cursor;
    int err = record_last_journal(writer, l->mount->rep, l->mount->name, &recorded, e);
    if (err < 0)
        return err;
    err = journal_bounds(l->spool_fd, &first, &newest);
    if (err < 0 && err != -ENOENT)
        return error_sys(e, err, "mount %s: cannot read the journal", l->mount->name);
    bool has_cursor = spool_read_cursor(l->spool_fd, c) == 0;
    if (has_cursor && recorded != c->foreign && recorded > c->kept)
        c->kept = recorded;
    if (!has_cursor || (err == 0 && c->kept > newest)) {
        log_info("mount %s: the journal is a new one, from record %" PRIu64, l->mount->name, first);
        *c = (struct cursor){.kept = first - 1, .foreign = recorded};
        facts_clear(l->facts);
    }
    if (c->kept + 1 < first)
        c->kept = first - 1;
    err = spool_write_cursor(l->spool_fd, c);
    if (err < 0)
        return error_sys(e, err, "mount %s: cannot write the spool", l->mount->name);
    *kept = c->kept;
    log_info("mount %s: kept up to event %" PRIu64 " of %" PRIu64, l->mount->name, c->kept, newest);
    return 0;
}

/* Open the queue behind `kept`, which may lie in a segment that is gone already. */
static int open_queue(struct lane *l, uint64_t kept, struct error *e)
{
    struct error why = {0};
    int err = queue_open(&l->queue, l->spool_fd, kept, &why);
    if (err < 0)
        return error_set(e, err, "mount %s: %s", l->mount->name, why.text);
    return 0;
}

int lane_prepare(struct lane *l, const struct config_mount *mount, int spool_fd, int board_fd, int fetch_fd,
                 struct error *e)
{
    l->mount = mount;
    l->spool_fd = spool_fd;
    l->alive_ns = spool_last_alive(spool_fd, &l->was_orderly);
    l->newest_time_ns = l->alive_ns;
    l->board = board_map(board_fd);
    if (l->board == NULL)
        return error_sys(e, errno, "mount %s: cannot map the board", mount->name);
    l->fetcher = fetcher_open(fetch_fd);
    return l->fetcher == NULL ? error_sys(e, ENOMEM, "mount %s", mount->name) : 0;
}

/* Was the keeper alone restarted, under a mount that goes on? Then what was changed since has a save event, or will
 * have one. Else nothing was mounted for a while, however short. */
static void begin_scan(struct lane *l)
{
    bool unattended = l->alive_ns == 0 || l->was_orderly || l->alive_ns < atomic_load(&l->board->supervisor.started_ns);
    scan_begin(&l->scan, "", unattended);
    l->scan.sweeping = true;
    if (!unattended)
        l->scan.began_ns = l->alive_ns - SCAN_ALIVE_SLACK_NS;
}

int lane_open(struct lane *l, struct record_writer *writer, struct error *e)
{
    uint64_t kept = 0;
    int err = l->facts == NULL ? facts_open_writer(&l->facts, l->spool_fd, e) : 0;
    if (err == 0)
        err = find_kept(l, writer, &kept, e);
    if (err == 0)
        err = open_queue(l, kept, e);
    if (err < 0)
        return err;
    atomic_store(&l->kept, kept);
    atomic_store(&l->board->keeper.journal_kept, kept);
    lane_sweep(l, true);
    begin_scan(l);
    return 0;
}

void lane_close(struct lane *l)
{
    scan_end(&l->scan);
    queue_close(&l->queue);
    facts_close(l->facts);
    fetcher_close(l->fetcher);
    if (l->board != NULL)
        munmap(l->board, BOARD_BYTES);
    l->facts = NULL;
    l->fetcher = NULL;
    l->board = NULL;
}

void lane_advance(struct lane *l, uint64_t seq)
{
    l->cursor.kept = seq;
    if (spool_write_cursor(l->spool_fd, &l->cursor) < 0)
        log_warn("mount %s: the cursor cannot be written", l->mount->name); /* the record tells as much */
    atomic_store(&l->board->keeper.journal_kept, seq);
    atomic_store(&l->kept, seq);
}

void lane_sweep(struct lane *l, bool now)
{
    int64_t mono = clock_mono_ns();
    if (!now && mono - l->swept_at_ns < SWEEP_MS * NS_PER_MS)
        return;
    l->swept_at_ns = mono;
    uint64_t kept = l->cursor.kept;
    int64_t bytes = journal_trim(l->spool_fd, kept);
    if (bytes < 0)
        log_warn("mount %s: the journal cannot be trimmed: %s", l->mount->name, strerror((int)-bytes));
    int64_t clones = spool_sweep_clones(l->spool_fd, kept);
    atomic_store(&l->board->keeper.spool_bytes, (uint64_t)((bytes < 0 ? 0 : bytes) + clones));
}

void lane_set_trouble(struct lane *l, const char *text)
{
    if (text == NULL) {
        board_clear_trouble(&l->board->keeper.trouble);
        return;
    }
    log_warn("mount %s: %s", l->mount->name, text);
    board_set_trouble(&l->board->keeper.trouble, "%s", text);
    l->retry_at_ns = clock_mono_ns() + LANE_RETRY_MS * NS_PER_MS;
}
