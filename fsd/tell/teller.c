/*
 * The teller's main: peers, loop, leave. One thread; it sleeps until news come, a program says something or ends, or
 * the folder is to be looked at again.
 */
#include "tell/teller.h"

#include "base/clock.h"
#include "base/fdio.h"
#include "base/log.h"
#include "event/board.h"
#include "tell/hooks.h"
#include "tell/json.h"
#include "tell/person.h"
#include "tell/run.h"
#include "tell/strays.h"
#include "tell/waiting.h"

#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum {
    RUNS_MOST = 8,
    RUNS_PER_MOUNT = 2,
    LOOK_EVERY_MS = 2000,
    SAY_DROPS_MS = 10000,
    NEWS_AT_ONCE = 256,
    LAST_LOOKS = 100,
    LAST_LOOK_MS = 10
};

/* One mount, and as whom its programs run. */
struct side {
    struct board *board;
    struct person person;
    bool is_silent; /* nobody to run as */
    unsigned runs;
    uint64_t dropped_said;
};

struct teller {
    const struct teller_start *start;
    struct side *sides;
    struct waiting waiting;
    struct run runs[RUNS_MOST];
    uint32_t run_mounts[RUNS_MOST];
    struct strays strays;
    char complaint[NEWS_EVENTS + 1]
                  [ERROR_TEXT_BYTES]; /* said last, of each program and of the folder: once is enough */
    int64_t looked_ns, said_ns;       /* monotonic */
    bool stopping;
};

/* ---- the folder ---- */

/* Into the log, unless that was the last that was said of it. */
static void complain(struct teller *t, size_t about, const struct error *e)
{
    const char *text = e->code == 0 || e->code == ENOENT ? "" : e->text;
    if (strcmp(t->complaint[about], text) == 0)
        return;
    snprintf(t->complaint[about], sizeof t->complaint[about], "%s", text);
    if (text[0] != 0)
        log_warn("not run: %s", text);
}

/* The program for an event, checked anew each time; -errno: none that may be run. */
static int open_program(struct teller *t, enum news_event event)
{
    struct error e = {0};
    fd_auto folder = hooks_open_folder(t->start->config->hooks, &e);
    complain(t, NEWS_EVENTS, &e);
    if (folder < 0)
        return folder;
    int fd = hooks_open_program(folder, news_program(event), &e);
    complain(t, event, &e);
    return fd;
}

/* Let the keeper know what is worth telling us. */
static void look_for_programs(struct teller *t, int64_t now)
{
    if (t->looked_ns != 0 && now - t->looked_ns < LOOK_EVERY_MS * NS_PER_MS)
        return;
    t->looked_ns = now;
    uint32_t wants = 0;
    for (int event = 0; event < NEWS_EVENTS; event++) {
        fd_auto fd = open_program(t, (enum news_event)event);
        wants |= fd >= 0 ? 1u << event : 0;
    }
    for (size_t i = 0; i < t->start->mount_count; i++)
        atomic_store(&t->sides[i].board->teller.wants, t->sides[i].is_silent ? 0 : wants);
}

/* ---- news ---- */

/* How many, now and then; all that are not told yet when it is the last time. */
static void say_drops(struct teller *t, int64_t now, bool last)
{
    if (!last && t->said_ns != 0 && now - t->said_ns < SAY_DROPS_MS * NS_PER_MS)
        return;
    for (size_t i = 0; i < t->start->mount_count; i++) {
        struct side *s = &t->sides[i];
        uint64_t dropped = atomic_load(&s->board->teller.dropped) + atomic_load(&s->board->keeper.news_dropped);
        if (dropped != s->dropped_said)
            log_warn("mount %s: %" PRIu64 " events came faster than programs could be told; they are on record",
                     t->start->mounts[i].mount->name, dropped - s->dropped_said);
        if (dropped != s->dropped_said)
            t->said_ns = now;
        s->dropped_said = dropped;
    }
}

static void queue_news(struct teller *t, const struct news *n)
{
    struct board *board = t->sides[n->mount].board;
    for (int event = 0; event < NEWS_EVENTS; event++) {
        if ((n->events & atomic_load(&board->teller.wants) & 1u << event) == 0)
            continue;
        const struct told told = {.event = (enum news_event)event,
                                  .mount = n->mount,
                                  .seq = n->seq,
                                  .json = json_of_news(n, (enum news_event)event, t->start->config)};
        if (told.json == NULL || !waiting_add(&t->waiting, &told))
            atomic_fetch_add(&board->teller.dropped, 1);
    }
}

/* Take what there is, so that the keeper finds room. False: nobody is left to tell us anything. */
static bool take_news(struct teller *t)
{
    static char message[NEWS_MESSAGE_BYTES];
    struct pollfd p = {.fd = t->start->news_fd, .events = POLLIN};
    for (int i = 0; i < NEWS_AT_ONCE && poll(&p, 1, 0) > 0; i++) {
        struct news n;
        ssize_t len = fd_receive(t->start->news_fd, message, sizeof message, NULL, NULL);
        if (len == 0 || (len < 0 && len != -EMSGSIZE && len != -EAGAIN && len != -EINTR))
            return false;
        if (len == NEWS_STOP_BYTES && memcmp(message, news_stop, NEWS_STOP_BYTES) == 0)
            t->stopping = true;
        else if (len < 0 || news_decode(&n, message, (size_t)len) < 0 || n.mount >= t->start->mount_count)
            log_warn("the keeper sent news that are none (%zd bytes)", len);
        else
            queue_news(t, &n);
    }
    return true;
}

/* ---- programs ---- */

static bool has_room_for(void *ctx, uint32_t mount)
{
    const struct teller *t = ctx;
    return t->sides[mount].runs < RUNS_PER_MOUNT;
}

static void start_program(struct teller *t, size_t slot, const struct told *told)
{
    struct error e = {0};
    struct side *side = &t->sides[told->mount];
    fd_auto program = open_program(t, told->event);
    if (program < 0)
        return; /* taken away since */
    struct run *r = &t->runs[slot];
    *r = (struct run){.end_fd = -1, .out_fd = -1};
    snprintf(r->what, sizeof r->what, "%s for %s, version %" PRIu64, news_program(told->event),
             t->start->mounts[told->mount].mount->name, told->seq);
    const struct run_order order = {.program_fd = program,
                                    .name = news_program(told->event),
                                    .person = &side->person,
                                    .json = told->json,
                                    .json_len = strlen(told->json),
                                    .limit_s = t->start->config->hooks_limit_s};
    if (run_start(r, &order, &e) < 0) {
        log_warn("%s", e.text);
        atomic_fetch_add(&side->board->teller.failed, 1);
        return;
    }
    t->run_mounts[slot] = told->mount;
    side->runs++;
}

static void start_programs(struct teller *t)
{
    for (size_t slot = 0; slot < RUNS_MOST; slot++) {
        struct told told;
        while (t->runs[slot].pid == 0 && waiting_take(&t->waiting, has_room_for, t, &told)) {
            start_program(t, slot, &told);
            free(told.json);
        }
    }
}

static void end_programs(struct teller *t, int64_t now)
{
    for (size_t i = 0; i < RUNS_MOST; i++) {
        struct run *r = &t->runs[i];
        bool ok;
        if (r->pid == 0)
            continue;
        run_listen(r);
        if (!run_has_ended(r, now, &ok))
            continue;
        struct side *side = &t->sides[t->run_mounts[i]];
        side->runs--;
        atomic_fetch_add(ok ? &side->board->teller.told : &side->board->teller.failed, 1);
    }
}

/* What programs left behind. How many are left still. */
static size_t end_strays(struct teller *t)
{
    pid_t running[RUNS_MOST];
    size_t count = 0;
    for (size_t i = 0; i < RUNS_MOST; i++)
        if (t->runs[i].pid != 0)
            running[count++] = t->runs[i].pid;
    return strays_end(&t->strays, running, count, t->start->config->hooks_limit_s);
}

/* Those that stand as well: killing one leaves its own children to us. */
static void leave_no_strays(struct teller *t)
{
    for (int i = 0; i < LAST_LOOKS && end_strays(t) > 0; i++)
        poll(NULL, 0, LAST_LOOK_MS);
}

/* ---- the loop ---- */

static bool is_idle(const struct teller *t)
{
    size_t busy = t->waiting.count;
    for (size_t i = 0; i < RUNS_MOST; i++)
        busy += t->runs[i].pid != 0;
    return busy == 0;
}

static void sleep_a_while(const struct teller *t)
{
    struct pollfd fds[1 + 2 * RUNS_MOST];
    size_t count = 0;
    int64_t now = clock_mono_ns(), until = t->looked_ns + LOOK_EVERY_MS * NS_PER_MS;
    fds[count++] = (struct pollfd){.fd = t->start->news_fd, .events = POLLIN};
    for (size_t i = 0; i < RUNS_MOST; i++) {
        const struct run *r = &t->runs[i];
        if (r->pid == 0)
            continue;
        fds[count++] = (struct pollfd){.fd = r->end_fd, .events = POLLIN};
        fds[count++] = (struct pollfd){.fd = r->out_fd, .events = POLLIN};
        if (!r->timed_out && r->deadline_ns < until)
            until = r->deadline_ns;
    }
    poll(fds, count, until <= now ? 0 : (int)((until - now) / NS_PER_MS) + 1);
}

static void loop(struct teller *t)
{
    while (!t->stopping || !is_idle(t)) {
        sleep_a_while(t);
        int64_t now = clock_mono_ns();
        look_for_programs(t, now);
        if (!take_news(t))
            return;
        end_programs(t, now);
        end_strays(t);
        start_programs(t);
        say_drops(t, now, false);
    }
    say_drops(t, clock_mono_ns(), true);
    leave_no_strays(t);
}

static int open_sides(struct teller *t)
{
    const struct teller_start *s = t->start;
    bool as_keeper = strcmp(s->config->hooks_run_as, "keeper") == 0;
    for (size_t i = 0; i < s->mount_count; i++) {
        struct error e = {0};
        struct side *side = &t->sides[i];
        side->board = board_map(s->mounts[i].board_fd);
        if (side->board == NULL)
            return -errno;
        side->is_silent = person_find(&side->person, as_keeper ? s->keeper_uid : s->mounts[i].owner_uid, &e) < 0;
        if (side->is_silent)
            log_warn("mount %s: nothing is told: %s", s->mounts[i].mount->name, e.text);
        side->dropped_said = atomic_load(&side->board->teller.dropped) + atomic_load(&side->board->keeper.news_dropped);
    }
    return 0;
}

int teller_main(const struct teller_start *start)
{
    struct teller *t = calloc(1, sizeof *t);
    struct side *sides = calloc(start->mount_count + 1, sizeof *sides);
    int err = t == NULL || sides == NULL ? -ENOMEM : 0;
    if (err == 0) {
        t->start = start;
        t->sides = sides;
        err = strays_adopt();
    }
    if (err == 0)
        err = open_sides(t);
    if (err < 0)
        log_error("%s", strerror(-err));
    else
        loop(t);
    for (size_t i = 0; sides != NULL && i < start->mount_count; i++)
        if (sides[i].board != NULL)
            munmap(sides[i].board, BOARD_BYTES);
    free(sides);
    free(t);
    return err < 0 ? EXIT_FAILURE : EXIT_SUCCESS;
}
