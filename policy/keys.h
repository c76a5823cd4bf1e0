/*
 * keys: the table behind rules. One row a key: where it may stand, what it may say, and the sentence that explains it.
 * Loading, checking, reasons and the manual all come from these rows.
 */
#ifndef HOLDFAST_POLICY_KEYS_H
#define HOLDFAST_POLICY_KEYS_H

#include "base/buf.h"
#include "policy/facts.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Up to SECTION_TEST they are rules; from there on, what stands in *.test files. */
enum policy_section {
    SECTION_CLASS,
    SECTION_FINDING,
    SECTION_OPEN,
    SECTION_COPY,
    SECTION_TEST,
    SECTION_OPEN_TEST,
    SECTION_COUNT
};

enum policy_type {
    TYPE_COUNT,   /* a range of a count: 5, 2..40, ..3 */
    TYPE_SHARE,   /* the same of a share: 0.5; kept in thousandths */
    TYPE_KINDS,   /* words of contact_kind */
    TYPE_FLAGS,   /* words of fact_flag */
    TYPE_GLOBS,   /* list */
    TYPE_CLASSES, /* list of globs, each of which takes a class that there is */
    TYPE_LIST,    /* list of words */
    TYPE_WORD,    /* one of `words` */
    TYPE_NUMBER,
    TYPE_PATTERN, /* PCRE2; further lines are joined as they stand */
    TYPE_SWAP,    /* word: better; further lines are further pairs */
    TYPE_TEXT,    /* sentences; a blank between lines */
    TYPE_LINES,   /* text whose lines stay lines */
    TYPE_NAMES,   /* list of globs of names without '/' */
    TYPE_APPS,    /* list of executables: globs, names, @sets, "PATH sha256:HEX"; see policy/subject.h */
    TYPE_CGROUPS, /* list of globs, flatpak:ID, snap:NAME */
    TYPE_CHOICE,  /* any of `words` */
    TYPE_DAYS,    /* any of `words`, or from one to another */
    TYPE_HOURS,   /* 08:00-18:00 */
    TYPE_TIME,    /* RFC 3339 date or time */
    TYPE_WAIT,    /* 1500ms, 2s */
};

/* Rows of the table, in the order of the manual. */
enum policy_key_id {
    KEY_MIME,
    KEY_PATH,
    KEY_NAME,
    KEY_CONTACTS,
    KEY_RICH,
    KEY_ROWS,
    KEY_EMAILS,
    KEY_WORDS,
    KEY_DRAFT,
    KEY_HASHTAGS,
    KEY_MENTIONS,
    KEY_LINKS,
    KEY_POSTS,
    KEY_MARKS,
    KEY_CARDS,
    KEY_IBANS,
    KEY_IDS,
    KEY_HEALTH,
    KEY_PIPELINE,
    KEY_PROSPECTS,
    KEY_SHARED,
    KEY_TWINS,
    KEY_DENSITY,
    KEY_KINDS,
    KEY_IS,
    KEY_NOT,
    KEY_CAPITALS,
    KEY_CLASS,
    KEY_SAY,
    KEY_REPAIR,
    KEY_CITE,
    KEY_WHERE,
    KEY_LEVEL,
    KEY_ONCE,
    KEY_CASE,
    KEY_SCOPE,
    KEY_PATTERN,
    KEY_MOST,
    KEY_LEAST,
    KEY_SWAP,
    KEY_IF,
    KEY_NEEDS,
    KEY_UNLESS,
    KEY_TEXT,
    KEY_FILE,
    KEY_AS,
    KEY_EXPECT,
    KEY_FINDINGS,
    KEY_APP,
    KEY_PARENT,
    KEY_USER,
    KEY_SESSION,
    KEY_CGROUP,
    KEY_REP,
    KEY_DEPARTING,
    KEY_STALE,
    KEY_DAYS,
    KEY_HOURS,
    KEY_UNTIL,
    KEY_ACTION,
    KEY_FAIL,
    KEY_WAIT,
    KEY_MODE,
    KEY_TO,
    KEY_COPY_RECORDS,
    KEY_COPY_PIECES,
    KEY_COPY_ACTION,
    KEY_OPEN_AT,
    KEY_OPEN_EXPECT,
    KEY_OPEN_RULE,
    KEY_COUNT
};

struct policy_key {
    const char *name;
    unsigned sections; /* bit 1 << policy_section: where it may stand */
    unsigned required; /* the same: where it must */
    enum policy_type type;
    size_t fact;          /* TYPE_COUNT: offset of its uint32_t in struct facts */
    bool compared;        /* TYPE_COUNT: known only if facts.compared */
    uint32_t most;        /* TYPE_COUNT, TYPE_NUMBER, TYPE_SHARE: the highest that has a meaning */
    const char *words;    /* words: divided by one blank, in the order of the bits */
    const char *fallback; /* when the key is left out; NULL: nothing */
    const char *what;     /* what is counted, for reasons: "contacts" */
    const char *sample;
    const char *sentence;
};

extern const struct policy_key policy_keys[KEY_COUNT];

struct policy_section_row {
    const char *name;
    const char *sample; /* label */
    const char *sentence;
};
extern const struct policy_section_row policy_sections[SECTION_COUNT];

/* Sections that the design names and this version could not enforce. Ends with NULL. */
extern const char *const policy_later_sections[];

/* The key of that name in that section, or KEY_COUNT. */
enum policy_key_id policy_find_key(enum policy_section section, const char *name);

/* What a value of this key has to look like, for "expected ...". Points to `to` or into the table. */
enum { POLICY_EXPECTED_BYTES = 200 };
const char *policy_expected(const struct policy_key *key, char to[static POLICY_EXPECTED_BYTES]);

/* Print the table: as mdoc sections for holdfast.policy(5), or as an example with every key. 0 or -errno. */
enum policy_dump { POLICY_DUMP_MDOC, POLICY_DUMP_EXAMPLE };
int policy_dump_keys(int fd, enum policy_dump form);

/* The word at `index` of words divided by blanks: its begin and length; NULL behind the last. */
const char *policy_word_at(const char *words, size_t index, size_t *len);

#endif
