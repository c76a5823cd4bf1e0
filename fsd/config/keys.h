/*
 * keys: the table behind fs.conf. One row a key: what it is called, what may stand there, and the sentence that
 * explains it. Parsing, checking, fs.conf(5) and fs.conf.example all come from these rows.
 */
#ifndef HOLDFAST_CONFIG_KEYS_H
#define HOLDFAST_CONFIG_KEYS_H

#include "config/config.h"

enum config_section {
    SECTION_COMPANY,
    SECTION_DEVICE,
    SECTION_STATE,
    SECTION_MOUNT,
    SECTION_EVENTS,
    SECTION_GUARD,
    SECTION_SINK,
    SECTION_COUNT
};

enum config_type {
    TYPE_TEXT,     /* char *: any words */
    TYPE_PATH,     /* char *: absolute, without "." and "..", no slash at its end */
    TYPE_NAME,     /* char *: good as one component of a git ref */
    TYPE_EMAIL,    /* char * */
    TYPE_REMOTE,   /* char *: what git push takes; "none" leaves NULL */
    TYPE_USER,     /* char *: name of a system user */
    TYPE_WORD,     /* char *: one of `words` */
    TYPE_SIZE,     /* uint64_t bytes, within least..most */
    TYPE_DURATION, /* int64_t seconds, within least..most */
    TYPE_GLOBS,    /* struct config_globs; may go on in indented lines */
    TYPE_NAMES,    /* the same, of names such as TYPE_NAME takes */
};

struct config_key {
    enum config_section section;
    const char *name;
    enum config_type type;
    size_t offset; /* in struct config; for [mount] in struct config_mount, for [sink] in struct config_sink */
    bool required;
    const char *fallback; /* value when the key is left out, in the file's own words; NULL: none */
    uint64_t least, most; /* TYPE_SIZE: bytes; TYPE_DURATION: seconds */
    const char *words;    /* TYPE_WORD: separated by one space */
    const char *sample;   /* what fs.conf.example shows */
    const char *sentence; /* for fs.conf(5) and fs.conf.example; plain text, full sentences */
};

enum { CONFIG_KEYS_MOST = 32 };
extern const struct config_key config_keys[];
extern const size_t config_key_count;

struct config_section_row {
    const char *name;
    const char *label; /* of a section with a name in quotes, as an example has it: "work"; NULL: without */
    bool required;
    const char *sentence;
};
extern const struct config_section_row config_sections[SECTION_COUNT];

/* A section, or with `key` a key of it, that the design names and this version does not enforce. Ends with a NULL
 * section. */
struct config_later {
    const char *section, *key, *reason;
};
extern const struct config_later config_laters[];

/* What a value of this key has to look like, for "expected ...": into `to`. Returns `to`. */
enum { CONFIG_EXPECTED_BYTES = 200 };
const char *config_expected(const struct config_key *key, char to[static CONFIG_EXPECTED_BYTES]);

/*
 * Read one value into the field at `field`, which is empty (or, for TYPE_GLOBS and TYPE_NAMES, holds what earlier lines
 * gave). 0; -EINVAL: not what config_expected says; -ENOMEM. The field is untouched on error.
 */
int config_parse_value(const struct config_key *key, const char *text, void *field);

/* The struct that a section's keys are fields of; `item` counts the sections of that name, where there may be many. */
void *config_section_base(struct config *c, enum config_section section, size_t item);
size_t config_section_items(const struct config *c, enum config_section section);

/*
 * Two settings that cannot stand together: mounts inside each other, a store inside a mount, state inside a mount, one
 * user for two jobs, a sink that is both a kind and a folder. Fills *out with the later one and returns true if there
 * is such a pair.
 */
struct config_clash {
    size_t item;     /* index, when `key` is one of [mount] or [sink] */
    const char *key; /* "path", "store" ...: a row of the table, with its section */
    enum config_section section;
    const char *value;
    char text[400]; /* "lies inside ...": what is wrong and what to do */
};
bool config_find_clash(const struct config *c, struct config_clash *out);

#endif
