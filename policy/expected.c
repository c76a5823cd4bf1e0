/* What a value of a key has to look like, in words. */
#include "policy/keys.h"

#include <stdio.h>

/* "one of a, b or c" */
static const char *list_words(const char *words, const char *before, char *to, size_t room)
{
    size_t at = (size_t)snprintf(to, room, "%s", before), len;
    const char *word;
    for (size_t i = 0; at < room && (word = policy_word_at(words, i, &len)) != NULL; i++) {
        const char *between = i == 0 ? "" : word[len] == 0 ? " or " : ", ";
        at += (size_t)snprintf(to + at, room - at, "%s%.*s", between, (int)len, word);
    }
    return to;
}

const char *policy_expected(const struct policy_key *key, char to[static POLICY_EXPECTED_BYTES])
{
    static const char *const fixed[] = {
        [TYPE_SHARE] = "a share between 0 and 1 such as 0.5, 0.2..0.8 or ..0.3",
        [TYPE_GLOBS] = "globs with commas between them",
        [TYPE_CLASSES] = "names of classes, or globs, with commas between them",
        [TYPE_LIST] = "words with commas between them",
        [TYPE_PATTERN] = "a pattern",
        [TYPE_SWAP] = "pairs such as \"utilize: use; leverage: use\"",
        [TYPE_TEXT] = "words, without control characters",
        [TYPE_LINES] = "text",
        [TYPE_NAMES] = "names, or globs of them, with commas between them",
        [TYPE_APPS] =
            ("globs of absolute paths, names of executables, @sets or \"PATH sha256:HEX\" in lower case, with "
             "commas between them"),
        [TYPE_CGROUPS] =
            "globs of paths without a slash before them, flatpak:ID or snap:NAME, with commas between them",
        [TYPE_DAYS] = "days such as mon-fri or sat, sun",
        [TYPE_HOURS] = "hours such as 08:00-18:00 or 22:00-06:00",
        [TYPE_TIME] = "a date or time of RFC 3339, such as 2027-03-31 or 2027-03-31T18:00:00Z",
        [TYPE_WAIT] = "a duration from 10ms to 60s, such as 500ms or 2s",
    };
    switch (key->type) {
    case TYPE_COUNT:
        snprintf(to, POLICY_EXPECTED_BYTES, "a count such as 5 (at least), 2..40 or ..3, of at most %u", key->most);
        return to;
    case TYPE_NUMBER:
        snprintf(to, POLICY_EXPECTED_BYTES, "a number from 1 to %u", key->most);
        return to;
    case TYPE_WORD:
        return list_words(key->words, "", to, POLICY_EXPECTED_BYTES);
    case TYPE_KINDS:
    case TYPE_FLAGS:
    case TYPE_CHOICE:
        return list_words(key->words, "a list of ", to, POLICY_EXPECTED_BYTES);
    default:
        return fixed[key->type];
    }
}
