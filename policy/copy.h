/*
 * copy: what may leave the mounts, and where to. The [copy] rules of a policy, asked once a file on a sink was found to
 * hold what the mounts hold. Pure, as the rest of the engine; any thread, no locks, no allocation.
 */
#ifndef HOLDFAST_POLICY_COPY_H
#define HOLDFAST_POLICY_COPY_H

#include "policy/open.h"

/* How a rule that says nothing else takes it for a copy: so many rows, or pieces of text (some 14 letters each). */
enum { POLICY_COPY_RECORDS = 5, POLICY_COPY_PIECES = 20 };

/* One file of the mounts from which the copy has something. Strings are the caller's, never NULL; "" is not known. */
struct policy_copy_source {
    const char *class_name;
    const char *mount, *rep;
    bool departing;   /* the rep is on the machine's list of those who leave */
    bool whole;       /* the copy is that file, byte for byte */
    uint32_t records; /* distinct rows of it that stand in the copy, by two kinds of value; or emails, if more */
    uint32_t pieces;  /* fingerprints of its running text that the copy has */
};

struct policy_copy {
    const struct policy_copy_source *sources; /* the nearest first */
    size_t source_count;
    const char *sink, *kind; /* name and kind of the [sink] */
    const char *path;        /* of the copy, absolute, raw bytes */
    const struct policy_actor *actor;
    int64_t now_ns;
    unsigned weekday, minute; /* as in struct policy_open */
};

/* Points into the policy. */
struct policy_copy_verdict {
    const struct policy_rule *rule; /* NULL: no rule speaks; nothing is done, nothing is logged */
    enum policy_action action;      /* POLICY_ALLOW, POLICY_LOG or POLICY_QUARANTINE */
    enum policy_mode mode;
    const char *say;
    size_t source; /* of which the rule speaks */
};

/*
 * The first rule of which all tests hold for one of the sources; of those, the nearest. `fallback` and `tell` as in
 * policy_judge_open. Never fails.
 */
void policy_judge_copy(const struct policy *p, const struct policy_copy *q, enum policy_mode fallback,
                       struct policy_copy_verdict *out, policy_tell *tell, void *ctx);

/* Is there any [copy] rule at all? Without one no file on a sink need be looked at. */
bool policy_has_copies(const struct policy *p);

/*
 * Does each [copy] rule's `to` name sinks that there are, by name or kind? Each that does not is a line in *problems.
 * How many.
 */
struct policy_sink {
    const char *name, *kind;
};
size_t policy_check_sinks(const struct policy *p, const struct policy_sink *sinks, size_t count, struct buf *problems);

#endif
