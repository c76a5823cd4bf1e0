/*
 * open: who may read what inside a mount. The [open] rules of a policy, asked at an application's open(). Pure, as the
 * rest of the engine: what is known of the file, of who asks and of the hour comes from the caller.
 *
 * The caller's way, cheapest first: policy_open_wants tells from the class alone whether any rule can speak, and what
 * of the subject those rules look at. 0 is the common answer, and then nothing is gathered. Else gather that much, and
 * ask policy_judge_open. Both read the policy only: any thread, any number of them, without locks or allocation.
 */
#ifndef HOLDFAST_POLICY_OPEN_H
#define HOLDFAST_POLICY_OPEN_H

#include "policy/policy.h"

/* ---- what is asked ---- */

enum policy_session { SESSION_NONE, SESSION_LOCAL, SESSION_SSH };
enum { POLICY_PARENTS_MOST = 16 };

/*
 * The subject: who asks. Strings are the caller's, never NULL, raw bytes; "" is "not known" or "not gathered", which no
 * pattern of a rule matches.
 */
struct policy_actor {
    const char *app;                          /* path of its executable */
    const char *hash;                         /* SHA-256 of that executable, 64 hex digits in lower case */
    const char *parents[POLICY_PARENTS_MOST]; /* executables of its ancestors, nearest first */
    size_t parent_count;
    const char *cgroup; /* path below the cgroup root; Flatpak and Snap ids are read from it */
    uint32_t uid;
    const char *user; /* its name */
    enum policy_session session;
};

struct policy_open {
    const char *class_name; /* never NULL; "unclassified": no rule takes it, or nobody has looked yet */
    const char *path;       /* in the mount, raw bytes */
    const char *mount, *rep;
    bool departing;  /* the rep is on the machine's list of those who leave */
    bool is_current; /* the class is that of the bytes as they are now; false: the last known one, or none */
    const struct policy_actor *actor;
    int64_t now_ns;   /* CLOCK_REALTIME, for `until` */
    unsigned weekday; /* 0 Monday ... 6 Sunday, in local time */
    unsigned minute;  /* of the local day: 0 to 1439 */
};

/* Set now_ns, and weekday and minute as this machine's time zone has them then. Not in the way of an open: libc's time
 * zone has a lock, and its file is read at the first call. */
void policy_open_at(struct policy_open *q, int64_t now_ns);

/* ---- what is answered ---- */

/* QUARANTINE is for copies only (policy/copy.h), BLOCK and HOLD for opens. */
enum policy_action { POLICY_ALLOW, POLICY_LOG, POLICY_BLOCK, POLICY_HOLD, POLICY_QUARANTINE };
const char *policy_action_name(enum policy_action action); /* "allow" ... */

enum policy_mode { POLICY_AUDIT, POLICY_ENFORCE };
const char *policy_mode_name(enum policy_mode mode);  /* "audit", "enforce" */
enum policy_mode policy_mode_named(const char *name); /* the other way; what is neither is audit */

/* Points into the policy. */
struct policy_verdict {
    const struct policy_rule *rule; /* NULL: no rule speaks; the open is allowed, and nothing is logged */
    enum policy_action action;      /* what the rule says. In mode audit the open passes all the same */
    enum policy_action fail;        /* POLICY_HOLD: when wait_ns has passed; POLICY_ALLOW or POLICY_BLOCK */
    enum policy_mode mode;
    const char *say; /* to the rep; "" */
    int64_t wait_ns; /* POLICY_HOLD: how long an open may wait; else 0 */
};

/*
 * The first rule of which all tests hold. POLICY_ALLOW by a rule passes unrecorded, POLICY_LOG passes and is recorded.
 * A hold rule holds only while the class is not current (!is_current): whoever has waited asks again with the new
 * class, and gets the answer of the rules that come after. `fallback` is the mode of rules that name none. `tell` (may
 * be NULL) hears every test of each rule that speaks of the class, up to the rule that decided, as with
 * policy_classify. Never fails.
 */
void policy_judge_open(const struct policy *p, const struct policy_open *q, enum policy_mode fallback,
                       struct policy_verdict *out, policy_tell *tell, void *ctx);

/* How many [open] rules there are, for people. */
struct policy_open_summary {
    size_t rules;
    size_t enforced;  /* their mode, or `fallback`, is POLICY_ENFORCE */
    size_t departing; /* are about reps who leave */
};
struct policy_open_summary policy_open_sum(const struct policy *p, enum policy_mode fallback);

/* What the [open] rules of a class look at. */
enum {
    POLICY_WANTS_RULE = 1, /* there are such rules. Executable, path, rep and `departing` are always wanted */
    POLICY_WANTS_PARENTS = 2,
    POLICY_WANTS_HASH = 4,
    POLICY_WANTS_CGROUP = 8,
    POLICY_WANTS_SESSION = 16,
    POLICY_WANTS_USER = 32, /* its name; the uid is always wanted */
    POLICY_WANTS_TIME = 64, /* now_ns, weekday, minute */
};

/* Those bits, or'ed; 0: no rule speaks of the class. Quick: it is asked at each open. */
unsigned policy_open_wants(const struct policy *p, const char *class_name);

#endif
