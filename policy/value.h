/*
 * value: what stands behind a key, read and kept.
 */
#ifndef HOLDFAST_POLICY_VALUE_H
#define HOLDFAST_POLICY_VALUE_H

#include "policy/keys.h"

struct policy_range {
    uint32_t least, most; /* both belong to it; UINT32_MAX: no top */
};

struct policy_list {
    char **items; /* owned */
    size_t count;
};

/* A key of a rule. Which of the fields holds what it says goes by the key's type. */
struct policy_setting {
    const struct policy_key *key;
    unsigned line;
    char *text;                /* as written, lines joined, owned; TYPE_TEXT, TYPE_PATTERN, TYPE_LINES */
    size_t text_len;           /* while lines are joined */
    struct policy_range range; /* TYPE_COUNT; TYPE_SHARE: thousandths */
    uint32_t bits;             /* TYPE_KINDS, TYPE_FLAGS */
    uint32_t number;           /* TYPE_NUMBER; TYPE_WORD: place in the key's words */
    struct policy_list list;   /* TYPE_GLOBS, TYPE_CLASSES, TYPE_LIST; TYPE_SWAP: word, better, word, better ... */
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

#endif
