/*
 * rules: the body of a policy, for the files that fill, check and ask it.
 */
#ifndef HOLDFAST_POLICY_RULES_H
#define HOLDFAST_POLICY_RULES_H

#include "policy/open.h"
#include "policy/pattern.h"
#include "policy/subject.h"

enum { POLICY_RULES_MOST = 2000, POLICY_FILES_MOST = 1000 };

enum finding_way { WAY_FACTS, WAY_PATTERN, WAY_SWAP, WAY_IF };
enum finding_scope { SCOPE_TEXT, SCOPE_FIRST_LINE, SCOPE_SENTENCE }; /* as in the key's words */

struct rule {
    struct policy_rule id; /* its strings belong to the policy and to `name` */
    enum policy_section section;
    char *name;       /* owned: the whole label */
    char *class_name; /* owned: of a class rule, the label up to the '/'; NULL for a finding */
    struct policy_settings settings;
    bool broken; /* a problem was told: what follows from it is not told as well */

    /* Of a finding, made from the settings. Owned. */
    enum finding_way way;
    enum finding_scope scope;
    struct pattern *pattern; /* of pattern, swap or if */
    struct pattern *needs, *unless;

    /* Of an open rule, likewise. Owned; NULL: no such key. */
    struct subject_apps *app, *parent;
    unsigned wants; /* POLICY_WANTS_... */
};

struct policy_source {
    char *name, *pack; /* owned */
};

struct scanner;

struct open_table;

struct policy {
    struct policy_source *sources;
    size_t source_count;
    struct rule *rules; /* in the order of the files */
    size_t rule_count;
    struct pattern_room *room;
    struct scanner *scanner;  /* where each finding's pattern can begin at all */
    struct open_table *opens; /* which open rules may speak; see policy/open_table.h */
};

/* Problems of one load, a line each; a problem beyond PROBLEMS_MOST is only counted. */
struct problems {
    struct buf *to;
    size_t count;
};
void problems_add(struct problems *p, const char *file, unsigned line, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
/* The same, with "section "name": " before the words. */
void problems_of(struct problems *p, const struct rule *r, unsigned line, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* Make a finding's way and patterns. Problems are told, and r->broken set. 0 or -ENOMEM. */
int finding_build(struct rule *r, struct problems *problems);

/* How long an open waits if a hold rule does not say: the key's fallback. */
#define POLICY_WAIT_NS INT64_C(2000000000)

/* Make an open rule's subjects. Problems are told, and r->broken set. 0 or -ENOMEM. */
int open_build(struct rule *r, struct problems *problems);
/* The same of a copy rule. */
int copy_build(struct rule *r, struct problems *problems);

/* Does the setting of an open rule ask something of an open, and not only say what to do? */
bool open_is_test(const struct policy_setting *s);
enum policy_action open_action(const struct rule *r); /* of an open or a copy rule */

/* One such setting of a rule, asked by itself; `text` as in policy_test_holds. */
bool open_test_alone(const struct rule *r, const struct policy_setting *s, const struct policy_open *q, char *text,
                     size_t room);

/* Does the setting of a copy rule ask something beside how much was copied? */
bool copy_is_test(const struct policy_setting *s);
/* How much a copy rule asks for: `records`, or `pieces`; UINT32_MAX: that does not count. */
struct copy_amount {
    uint32_t records, pieces;
    bool whole; /* the whole file will do as well */
};
struct copy_amount copy_amount_of(const struct rule *r);

/* What open rules make of each other, and copy rules. 0 or -ENOMEM. */
int open_check(const struct policy *p, struct problems *problems);

/* What rules make of each other: unreachable, contradicting, unknown classes. 0 or -ENOMEM. */
int policy_check(const struct policy *p, struct problems *problems);

/* Does the test (not of capitals) hold? And how it went, in words, unless `text` is NULL. */
bool policy_test_holds(const struct policy_setting *test, const struct facts *f, const struct policy_subject *s,
                       char *text, size_t room);
/* Is the setting a test, of facts, of the subject or of a text's capitals, and not a word of what to do? */
bool policy_is_test(const struct policy_setting *s);

/* Does a class list (TYPE_CLASSES) take this class? */
bool policy_takes_class(const struct policy_list *globs, const char *class_name);

#define POLICY_UNCLASSIFIED "unclassified"

/* What a file is called that no class rule takes. Ends with NULL. */
extern const char *const policy_builtin_classes[];

/* All classes that files may be of, in the order of their names, each once: how many, at most POLICY_CLASSES_MOST. */
enum { POLICY_CLASSES_MOST = POLICY_RULES_MOST + 3 };
size_t policy_list_classes(const struct policy *p, const char *names[static POLICY_CLASSES_MOST]);

/* A list's first words and whether one of them took `have`, as a reason; `have` may hold any bytes. */
void policy_say_list(char *text, size_t room, const struct policy_setting *s, const char *have, bool held);

#endif
