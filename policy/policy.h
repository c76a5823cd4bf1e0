/*
 * policy: the company's rules. Pure: in go facts, out comes a decision with its reason. No files beyond what the caller
 * hands over, no clock, no libfuse, libgit2 or fanotify. Same facts and rules, same decision, anywhere.
 *
 * Rules are INI (inih), read from files in the order given; a section is one rule:
 *
 *   [class "prospect-list"]     the first class that matches wins, in the order of the files
 *   [finding "promissory"]      advice on a text of some class
 *   [open "sync clients"]       who may read what inside a mount; see policy/open.h
 *   [copy "usb"]                what may leave the mounts, and where to; see policy/copy.h
 *   [retention]                 later: it is refused by name for now, since this version could not enforce it
 */
#ifndef HOLDFAST_POLICY_POLICY_H
#define HOLDFAST_POLICY_POLICY_H

#include "base/buf.h"
#include "base/error.h"
#include "policy/facts.h"

#include <stdbool.h>
#include <stddef.h>

struct policy;

/* One *.policy file: its name as errors and explanations give it, and its bytes (the caller's, needed during the call
 * only). */
struct policy_file {
    const char *name; /* "10-sales.policy" */
    const char *text;
    size_t len;
};

/*
 * All of them or nothing. Every problem is a line in *problems ("10-sales.policy:12: class \"x\": expected ..."), with
 * the nearest valid word: unknown sections and keys, values out of range, patterns that PCRE2 refuses, two rules of one
 * name, a rule that another makes unreachable, rules that contradict. 0; -EINVAL with problems; -ENOMEM. Caller:
 * policy_free.
 */
int policy_load(struct policy **out, const struct policy_file *files, size_t count, struct buf *problems);
void policy_free(struct policy *p);

/* Which rule it was, for people and for the record. Points into the policy. */
struct policy_rule {
    const char *name; /* "prospect-list" */
    const char *pack; /* the file's name without digits in front and ".policy": "sales" */
    const char *file;
    unsigned line;
};

/* ---- classes ---- */

/* What else may be asked of a file beside its content: weak evidence. Empty strings where not known. */
struct policy_subject {
    const char *path; /* in the mount, raw bytes */
    const char *rep;
};

/* One test of a rule and how it went: the reason trail of `policy explain`. Text is the caller's buffer. */
struct policy_reason {
    const struct policy_rule *rule;
    const char *key; /* "contacts" */
    bool held;
    char text[160]; /* "412 contacts, at least 5 asked for" */
};
typedef int policy_tell(void *ctx, const struct policy_reason *reason);

/*
 * The class of a file: its name ("unclassified" when none matches), and the rule that decided (NULL: none). `tell` (may
 * be NULL) hears every test made, rule by rule, up to the one that matched; its non-zero answer ends that. Never fails.
 */
const char *policy_classify(const struct policy *p, const struct facts *f, const struct policy_subject *s,
                            const struct policy_rule **rule, policy_tell *tell, void *ctx);

/* ---- findings ---- */

enum policy_level { POLICY_SUGGESTION, POLICY_WARNING, POLICY_ERROR };
const char *policy_level_name(enum policy_level level);

/* Points into the policy. */
struct policy_finding {
    const struct policy_rule *rule;
    enum policy_level level;
    size_t at, len;      /* bytes of the text that the finding is about; len 0: the text as a whole */
    const char *say;     /* what is wrong and why it matters, one sentence each */
    const char *repair;  /* how to mend it; "" if there is no one way */
    const char *replace; /* a word to put in place of the match; "" if there is none */
    const char *cite;    /* the rule of law or guidance, "FINRA 2210(d)(1)(B)"; "" */
    const char *where;   /* jurisdiction, "US"; "" */
};
typedef int policy_found(void *ctx, const struct policy_finding *f);

/*
 * Look for findings in a UTF-8 text of the class, in the order of the text. Patterns run with match limits: a pattern
 * that reaches them counts as not matching from there, and *given_up (may be NULL) is the first rule that did; NULL:
 * none. `found`'s non-zero answer stops, and is returned; else 0, -EILSEQ if the text is no valid UTF-8, or -ENOMEM. A
 * rule tells of its first 100 matches. One thread at a time per policy.
 */
int policy_find(const struct policy *p, const char *class_name, const struct facts *f, const char *text, size_t len,
                policy_found *found, void *ctx, const struct policy_rule **given_up);

/* Does any finding rule speak of this class? Then its text is worth having. */
bool policy_has_findings(const struct policy *p, const char *class_name);

#endif
