/*
 * value: what stands behind a key, read and kept.
 */
#ifndef HOLDFAST_POLICY_VALUE_H
#define HOLDFAST_POLICY_VALUE_H

#include "policy/keys.h"

struct policy_range {
    uint32_t least, most; /* both belong to it; UINT32_MAX: no top */
};

enum { POLICY_ITEM_BYTES = 1024 }; /* of an executable or a control group, with its NUL */

struct policy_list {
    char **items; /* owned */
    size_t count;
};

/* A key of a rule. Which of the fields holds what it says goes by the key's type. */
struct policy_setting {
    const struct policy_key *key;
    unsigned line;
    char *text;      /* as written, lines joined, owned; TYPE_TEXT, TYPE_PATTERN, TYPE_LINES */
    size_t text_len; /* while lines are joined */
    struct policy_range
        range;               /* TYPE_COUNT; TYPE_SHARE: thousandths; TYPE_HOURS: minutes of a day, see policy/when.h */
    uint32_t bits;           /* TYPE_KINDS, TYPE_FLAGS, TYPE_CHOICE, TYPE_DAYS: 1 << place in the key's words */
    uint32_t number;         /* TYPE_NUMBER; TYPE_WORD: place in the key's words */
    int64_t time_ns;         /* TYPE_TIME: CLOCK_REALTIME; TYPE_WAIT: a duration */
    struct policy_list list; /* all types that are lists; TYPE_SWAP: word, better, word, better ... */
};

/* All keys of one section, in the order written. */
struct policy_settings {
    struct policy_setting *items; /* owned */
    size_t count;
};

/* NULL if the key is not set. */
const struct policy_setting *policy_setting_of(const struct policy_settings *s, enum policy_key_id id);
const char *policy_text_of(const struct policy_settings *s, enum policy_key_id id); /* "" if not set */
/* TYPE_WORD: place in the key's words, the fallback's if it is not set. */
uint32_t policy_word_of(const struct policy_settings *s, enum policy_key_id id);

/* A key met in the file. NULL: no memory. */
struct policy_setting *policy_settings_add(struct policy_settings *s, enum policy_key_id id, unsigned line);
void policy_settings_free(struct policy_settings *s);

/* Put a line of the file to the text of a setting, as its type joins lines; `more`: it is not the first. 0, -ENOMEM. */
int policy_setting_join(struct policy_setting *s, const char *line, bool more);

/*
 * Read s->text into the field for its type. 0; -EINVAL: not what policy_expected says, and *bad (the caller frees) is
 * the piece that was not understood; -ENOMEM.
 */
int policy_setting_parse(struct policy_setting *s, char **bad);

void policy_list_free(struct policy_list *l);

/* The next piece up to one of `ends`, without the blanks around it; *p moves behind it. False behind the last. */
bool policy_next_piece(const char **p, const char *ends, const char **piece, size_t *len);

/* A glob as fs.conf has them: relative, without "." or ".." or empty components. */
bool policy_is_glob(const char *text, size_t len);

#endif
