#include "mount/admit.h"

#include "base/clock.h"
#include "base/fdio.h"
#include "event/verdict.h"
#include "mount/asker.h"
#include "mount/standing.h"
#include "mount/trouble.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

enum { NAP_FIRST_US = 500, NAP_MOST_US = 10000, PARENTS_TEXT_BYTES = 512, RULE_TEXT_BYTES = 256 };
/* What may wait for a lock of the kernel's, a disk or a share. */
enum { SLOW_WANTS = POLICY_WANTS_HASH | POLICY_WANTS_CGROUP | POLICY_WANTS_USER };

/* One open on its way. */
struct opening {
    struct mount *m;
    fuse_req_t req;
    uint32_t node;
    int flags;
    struct rulebook *rules;
    struct standing file;
    bool is_current;
    uint64_t size; /* of the file now, bytes */
    struct buf path;
    struct asker *asker; /* large, and filled as far as it is asked for only */
    struct policy_verdict verdict;
    struct policy_verdict holding; /* the one that made it wait, if it waited */
    int64_t held_since_ns;         /* monotonic; 0: it was not */
    const char *note;
};

static void opening_put(struct opening *o)
{
    rulebook_give_back(o->m->rules, o->rules);
    buf_free(&o->path);
}

/* ---- asking the rules ---- */

static void set_time(struct policy_open *q)
{
    struct tm local;
    q->now_ns = clock_real_ns();
    time_t now = (time_t)(q->now_ns / NS_PER_SEC);
    if (localtime_r(&now, &local) == NULL)
        return;
    q->weekday = (unsigned)(local.tm_wday + 6) % 7;
    q->minute = (unsigned)(local.tm_hour * 60 + local.tm_min);
}

/* What the rules say if the class is that of the bytes as they are now (`is_current`), or only the last known one. */
static struct policy_verdict ask(const struct opening *o, struct policy_open *q, bool is_current)
{
    struct policy_verdict verdict;
    q->is_current = is_current;
    policy_judge_open(o->rules->policy, q, o->m->guard_mode, &verdict, NULL, NULL);
    return verdict;
}

static bool is_no_objection(const struct policy_verdict *v) { return v->rule == NULL || v->action == POLICY_ALLOW; }

/* Opening the file to look whether it is as it was inspected costs as much as all the rest: so both answers are had
 * first, and nearly always nobody objects either way. */
static void settle(struct opening *o, struct policy_open *q)
{
    struct policy_verdict now = ask(o, q, true), last_known = ask(o, q, false);
    bool matters = now.rule != last_known.rule || !is_no_objection(&now);
    o->is_current = !matters || standing_is_current(o->m, o->node, &o->file, &o->size);
    o->verdict = o->is_current ? now : last_known;
}

/* Gather what the rules of the file's class want to know of who asks, and have their answer. */
static void judge(struct opening *o, unsigned wants)
{
    const struct mount_start *start = o->m->start;
    struct policy_open q = {.class_name = o->file.class_name,
                            .path = o->path.data ? o->path.data : "",
                            .mount = start->mount->name,
                            .rep = start->mount->rep,
                            .departing = o->m->rep_departs,
                            .actor = &o->asker->actor};
    if (wants & SLOW_WANTS)
        worker_step_aside();
    asker_gather(o->m, o->asker, wants);
    if (wants & POLICY_WANTS_TIME)
        set_time(&q);
    settle(o, &q);
}

/* Nothing is recorded of a personal or ignored file, so nothing is asked of it either, as long as nobody knows it to be
 * of a class. */
static bool is_nobodys(struct opening *o)
{
    node_path(&o->m->nodes, o->node, &o->path);
    return strcmp(o->file.class_name, STANDING_NO_CLASS) == 0 && o->path.data != NULL &&
           !notice_is_recorded(o->m, o->path.data);
}

/* ---- hold ---- */

static bool is_held(const struct opening *o)
{
    return o->verdict.rule != NULL && o->verdict.action == POLICY_HOLD && o->verdict.mode == POLICY_ENFORCE &&
           !o->is_current;
}

static void nap(unsigned *us)
{
    nanosleep(&(struct timespec){.tv_nsec = (long)*us * 1000}, NULL);
    *us = *us * 2 > NAP_MOST_US ? NAP_MOST_US : *us * 2;
}

/* A predecessor that died while it held this open had begun to count. */
static void begin_hold(struct opening *o)
{
    struct slot *slot = worker_self()->slot;
    int64_t now = clock_mono_ns();
    if (!worker_self()->again || slot->held_since_ns == 0)
        slot->held_since_ns = now;
    o->held_since_ns = slot->held_since_ns;
    o->holding = o->verdict;
    atomic_store(&slot->is_held, 1);
    worker_step_aside();
    o->m->board->mount.opens_held++;
}

/* Wait until the file is inspected and another rule speaks, the deadline has passed, or nobody waits for the answer.
 * False: the last. */
static bool wait_for_inspection(struct opening *o)
{
    unsigned us = NAP_FIRST_US;
    while (is_held(o) && clock_mono_ns() - o->held_since_ns < o->verdict.wait_ns) {
        if (o->m->leaving || (fuse_req_interrupted(o->req) && asker_is_dying(o->m, o->asker)))
            return false;
        nap(&us);
        standing_look(o->m, o->node, &o->file);
        judge(o, policy_open_wants(o->rules->policy, o->file.class_name));
    }
    return true;
}

static int hold(struct opening *o)
{
    static _Atomic int held;
    bool answer = true;
    o->note = "inspected in time";
    begin_hold(o);
    if (atomic_fetch_add(&held, 1) < ADMIT_HELD_MOST)
        answer = wait_for_inspection(o);
    else
        o->note = "not inspected: too many opens are held";
    atomic_fetch_sub(&held, 1);
    atomic_store(&worker_self()->slot->is_held, 0);
    if (is_held(o) && clock_mono_ns() - o->held_since_ns >= o->verdict.wait_ns)
        o->note = "not inspected in time";
    return answer ? 0 : EINTR;
}

/* ---- the verdict, told ---- */

static bool refuses(const struct opening *o)
{
    if (o->verdict.rule == NULL || o->verdict.mode != POLICY_ENFORCE)
        return false;
    return o->verdict.action == POLICY_BLOCK || (is_held(o) && o->verdict.fail == POLICY_BLOCK);
}

/* A rule lets it pass in silence, or none speaks. */
static bool is_silent(const struct opening *o)
{
    return is_no_objection(&o->verdict) || (o->verdict.action == POLICY_HOLD && o->is_current);
}

static enum verdict_action action_of(enum policy_action action)
{
    static const enum verdict_action words[] = {[POLICY_ALLOW] = VERDICT_ALLOW,
                                                [POLICY_LOG] = VERDICT_LOG,
                                                [POLICY_BLOCK] = VERDICT_BLOCK,
                                                [POLICY_HOLD] = VERDICT_HOLD};
    return words[action];
}

static enum verdict_session session_of(const struct policy_actor *actor)
{
    static const enum verdict_session words[] = {[SESSION_NONE] = VERDICT_SESSION_NONE,
                                                 [SESSION_LOCAL] = VERDICT_SESSION_LOCAL,
                                                 [SESSION_SSH] = VERDICT_SESSION_SSH};
    return words[actor->session];
}

static void append(struct mount *m, struct verdict *v)
{
    int err = m->verdicts != NULL ? verdict_append(m->verdicts, v) : -ENODEV;
    if (err == 0) {
        trouble_end(m, TROUBLE_AUDIT);
        return;
    }
    m->board->mount.verdicts_lost++;
    trouble_report(m, TROUBLE_AUDIT, "verdicts on opens cannot be written down (%s): make room in %s", strerror(-err),
                   m->start->config->spool);
}

/* What the rules did not want to know is of use to who reads of it. */
static void tell(struct opening *o, bool refused)
{
    const struct policy_verdict *verdict = is_silent(o) ? &o->holding : &o->verdict;
    char parents[PARENTS_TEXT_BYTES], rule[RULE_TEXT_BYTES];
    asker_gather(o->m, o->asker, POLICY_WANTS_PARENTS | POLICY_WANTS_SESSION);
    asker_put_parents(o->asker, parents, sizeof parents);
    snprintf(rule, sizeof rule, "%s/%s", verdict->rule->pack, verdict->rule->name);
    struct verdict v = {
        .kind = VERDICT_OPEN,
        .action = action_of(verdict->action),
        .enforced = verdict->mode == POLICY_ENFORCE,
        .refused = refused,
        .write = (o->flags & O_ACCMODE) != O_RDONLY,
        .waited_ns = o->held_since_ns != 0 ? clock_mono_ns() - o->held_since_ns : 0,
        .pid = o->asker->pid,
        .uid = o->asker->actor.uid,
        .gid = o->asker->gid,
        .login = o->asker->login,
        .session = session_of(&o->asker->actor),
        .ino = node_at(&o->m->nodes, o->node)->ino,
        .size = o->size,
        .version = o->file.is_known ? o->file.fact.version : 0,
        .path = o->path.data,
        .class_name = o->file.class_name,
        .rule = rule,
        .say = verdict->say,
        .app = o->asker->app,
        .parents = parents,
        .cgroup = o->asker->cgroup,
        .mount = o->m->start->mount->name,
        .policy = o->rules->id,
        .note = o->note,
    };
    append(o->m, &v);
}

void admit_session(struct mount *m, const char *what)
{
    struct rulebook *rules = rulebook_hold(m->rules);
    struct verdict v = {.kind = VERDICT_SESSION,
                        .login = UINT32_MAX,
                        .mount = m->start->mount->name,
                        .policy = rules->id,
                        .note = what};
    append(m, &v);
    rulebook_give_back(m->rules, rules);
}

/* ---- the way ---- */

static int conclude(struct opening *o)
{
    struct board_mount *board = &o->m->board->mount;
    bool refused = refuses(o);
    if (!is_silent(o) || o->held_since_ns != 0) {
        tell(o, refused);
        board->opens_told++;
    }
    board->opens_refused += refused;
    atomic_store(&worker_self()->slot->judged, refused ? SLOT_REFUSED : SLOT_ADMITTED);
    return refused ? EACCES : 0;
}

/* Who truncates, too: through a descriptor for reading he sees what others write later. */
static bool is_reading(int flags) { return (flags & O_ACCMODE) != O_WRONLY; }

/* Some rule speaks of its class. */
static int ask_rules(struct opening *o, unsigned wants)
{
    const struct worker *w = worker_self();
    if (asker_is_us(op_who(o->req)) || is_nobodys(o))
        return 0;
    if (w->again && w->slot->judged != SLOT_UNJUDGED) /* by a child that died, and told */
        return w->slot->judged == SLOT_REFUSED ? EACCES : 0;
    o->m->board->mount.opens_judged++;
    asker_begin(o->m, op_who(o->req), o->asker);
    judge(o, wants);
    int err = is_held(o) ? hold(o) : 0;
    return err != 0 ? err : conclude(o);
}

static int begin_asking(struct mount *m, fuse_req_t req, uint32_t node, int flags, const struct standing *file)
{
    struct asker asker;
    __attribute__((cleanup(opening_put))) struct opening o = {.asker = &asker,
                                                              .m = m,
                                                              .req = req,
                                                              .node = node,
                                                              .flags = flags,
                                                              .file = *file,
                                                              .rules = rulebook_hold(m->rules),
                                                              .note = ""};
    unsigned wants = policy_open_wants(o.rules->policy, file->class_name);
    return wants != 0 ? ask_rules(&o, wants) : 0;
}

/* Apart from the rest, whose room on the stack is large: nearly every open ends here. */
int admit_open(struct mount *m, fuse_req_t req, uint32_t node, int flags)
{
    struct standing file;
    if (!is_reading(flags) || node_at(&m->nodes, node)->type != S_IFREG)
        return 0;
    struct rulebook *rules = rulebook_hold(m->rules);
    bool asks = rules->policy != NULL;
    if (asks) {
        standing_look(m, node, &file);
        asks = policy_open_wants(rules->policy, file.class_name) != 0;
    }
    rulebook_give_back(m->rules, rules);
    return asks ? begin_asking(m, req, node, flags, &file) : 0;
}
