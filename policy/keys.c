#include "policy/keys.h"

#include <stdio.h>
#include <string.h>

enum {
    IN_CLASS = 1u << SECTION_CLASS,
    IN_FINDING = 1u << SECTION_FINDING,
    IN_TEST = 1u << SECTION_TEST,
    IN_RULES = IN_CLASS | IN_FINDING,
    IN_ALL = IN_RULES | IN_TEST,
    COUNT_MOST = 1000000000,
};

const struct policy_section_row policy_sections[SECTION_COUNT] = {
    [SECTION_CLASS] = {"class", "prospect-list",
                       "What a file is. All keys of a rule must hold; the first rule that does gives the class, in the "
                       "order of the files. The class is what stands before a '/' of the name, so that several rules "
                       "may give one class. A rule without keys takes all that is left, and may only be the last."},
    [SECTION_FINDING] = {"finding", "promissory",
                         "What to say about a text of some class. A rule has one way of finding: pattern, swap, if "
                         "with needs, or facts alone; beside another way facts narrow it."},
    [SECTION_TEST] = {"test", "a promise", "In a *.test file beside the rules: what they have to make of a text."},
};

const char *const policy_later_sections[] = {"open", "copy", "retention", "sink", NULL};

#define FLAG_WORDS                                       "unreadable encrypted mismatch cut wrapped table text mail code"
#define COUNT(id, field, limit, counted, words_of_it)    COUNT_OF(id, field, limit, false, counted, words_of_it)
#define COMPARED(id, field, limit, counted, words_of_it) COUNT_OF(id, field, limit, true, counted, words_of_it)
#define COUNT_OF(id, field, limit, by_comparing, counted, words_of_it)                                                 \
    [id] = {.name = #field,                                                                                            \
            .sections = IN_ALL,                                                                                        \
            .type = TYPE_COUNT,                                                                                        \
            .fact = offsetof(struct facts, field),                                                                     \
            .compared = (by_comparing),                                                                                \
            .most = (limit),                                                                                           \
            .what = (counted),                                                                                         \
            .sample = "5",                                                                                             \
            .sentence = (words_of_it)}

const struct policy_key policy_keys[KEY_COUNT] = {
    [KEY_MIME] = {.name = "mime",
                  .sections = IN_CLASS | IN_TEST,
                  .type = TYPE_GLOBS,
                  .sample = "text/csv, application/*",
                  .sentence = "The file's type is one of these."},
    [KEY_PATH] = {.name = "path",
                  .sections = IN_CLASS | IN_TEST,
                  .type = TYPE_GLOBS,
                  .sample = "Prospects/**",
                  .sentence = "The file's path in the mount matches one of these. ** crosses folders; a glob without a "
                              "slash matches at any depth."},
    [KEY_NAME] = {.name = "name",
                  .sections = IN_CLASS,
                  .type = TYPE_GLOBS,
                  .sample = "*leads*",
                  .sentence = "The file's name matches one of these; upper and lower case are the same."},
    COUNT(KEY_CONTACTS, contacts, COUNT_MOST, "contacts",
          "Contacts: rows or cards with two kinds of value or more, one of them an email, phone or profile."),
    COUNT(KEY_RICH, rich, COUNT_MOST, "contacts with three kinds or more", "Contacts with three kinds or more."),
    COUNT(KEY_ROWS, rows, COUNT_MOST, "rows", "Rows with a value, or cards."),
    COUNT(KEY_EMAILS, emails, COUNT_MOST, "email addresses", "Email addresses, in rows or in text."),
    COUNT(KEY_WORDS, words, COUNT_MOST, "words", "Words of running text."),
    COUNT(KEY_DRAFT, draft, 100, "of 100 in the shape of a post",
          "How much it has the shape of a post for a social network, 0 to 100."),
    COUNT(KEY_HASHTAGS, hashtags, COUNT_MOST, "hashtags", "Hashtags in the text."),
    COUNT(KEY_MENTIONS, mentions, COUNT_MOST, "mentions", "Mentions of the kind @name in the text."),
    COUNT(KEY_LINKS, links, COUNT_MOST, "links", "Links in the text."),
    COUNT(KEY_POSTS, posts, COUNT_MOST, "cells in the shape of a post",
          "Cells of a table in the shape of a post, in columns where most texts have it: a content calendar."),
    COUNT(KEY_MARKS, marks, COUNT_MOST, "confidentiality marks", "Marks of confidentiality."),
    COUNT(KEY_CARDS, cards, COUNT_MOST, "payment cards", "Payment card numbers with a right check digit."),
    COUNT(KEY_IBANS, ibans, COUNT_MOST, "IBANs", "IBANs with a right checksum."),
    COUNT(KEY_IDS, ids, COUNT_MOST, "national ids", "National ids."),
    COUNT(KEY_HEALTH, health, COUNT_MOST, "persons beside a condition", "Places with a person beside a condition."),
    COUNT(KEY_PIPELINE, pipeline, COUNT_MOST, "places with pipeline wording",
          "Places with wording of deals, stages, quotas or forecasts."),
    COMPARED(KEY_PROSPECTS, prospects, COUNT_MOST, "known prospects",
             "Persons, companies and email addresses in the text that prospect lists of the company's own record hold. "
             "Known in a mount only, as are shared and twins; elsewhere they count as 0, and policy explain says so."),
    COMPARED(KEY_SHARED, shared, 100, "of 100 of the draft in another text",
             "Percent of the draft that one other text of the same rep holds, too: the one most alike. A draft of less "
             "than some 60 letters is not compared."),
    COMPARED(KEY_TWINS, twins, COUNT_MOST, "other texts with most of the draft",
             "Other texts of the same rep that hold 60 percent of the draft or more."),
    [KEY_DENSITY] = {.name = "density",
                     .sections = IN_RULES,
                     .type = TYPE_SHARE,
                     .most = 1000,
                     .what = "contacts a row",
                     .sample = "0.5",
                     .sentence = "Contacts a row."},
    [KEY_KINDS] = {.name = "kinds",
                   .sections = IN_ALL,
                   .type = TYPE_KINDS,
                   .words = "email phone profile name company title",
                   .sample = "email, phone",
                   .sentence = "All of these kinds of value were found in contacts."},
    [KEY_IS] = {.name = "is",
                .sections = IN_ALL,
                .type = TYPE_FLAGS,
                .words = FLAG_WORDS,
                .sample = "table",
                .sentence = "The file is all of these."},
    [KEY_NOT] = {.name = "not",
                 .sections = IN_RULES,
                 .type = TYPE_FLAGS,
                 .words = FLAG_WORDS,
                 .sample = "code, mail",
                 .sentence = "The file is none of these."},
    [KEY_CAPITALS] = {.name = "capitals",
                      .sections = IN_FINDING,
                      .type = TYPE_SHARE,
                      .most = 1000,
                      .what = "of the letters are capitals",
                      .sample = "0.5",
                      .sentence = "Share of capitals among the letters that have a case."},
    [KEY_CLASS] = {.name = "class",
                   .sections = IN_FINDING,
                   .required = IN_FINDING,
                   .type = TYPE_CLASSES,
                   .sample = "post-draft",
                   .sentence = "The classes whose texts this is about, by name or glob."},
    [KEY_SAY] = {.name = "say",
                 .sections = IN_FINDING,
                 .required = IN_FINDING,
                 .type = TYPE_TEXT,
                 .sample = "A promise of results is a false representation if it fails.",
                 .sentence = "What is wrong, and why it matters."},
    [KEY_REPAIR] = {.name = "repair",
                    .sections = IN_FINDING,
                    .type = TYPE_TEXT,
                    .sample = "Say what customers measured, and name the source.",
                    .sentence = "How to mend it."},
    [KEY_CITE] = {.name = "cite",
                  .sections = IN_FINDING,
                  .type = TYPE_TEXT,
                  .sample = "FINRA 2210(d)(1)(B)",
                  .sentence = "The rule of law or guidance behind it."},
    [KEY_WHERE] = {.name = "where",
                   .sections = IN_FINDING,
                   .type = TYPE_TEXT,
                   .sample = "US",
                   .sentence = "The jurisdiction in which that holds."},
    [KEY_LEVEL] = {.name = "level",
                   .sections = IN_FINDING,
                   .type = TYPE_WORD,
                   .words = "suggestion warning error",
                   .fallback = "warning",
                   .sample = "error",
                   .sentence = "How grave it is."},
    [KEY_ONCE] = {.name = "once",
                  .sections = IN_FINDING,
                  .type = TYPE_WORD,
                  .words = "no yes",
                  .fallback = "no",
                  .sample = "yes",
                  .sentence = "Whether only the first match is told."},
    [KEY_CASE] = {.name = "case",
                  .sections = IN_FINDING,
                  .type = TYPE_WORD,
                  .words = "no yes",
                  .fallback = "no",
                  .sample = "yes",
                  .sentence = "Whether upper and lower case differ."},
    [KEY_SCOPE] = {.name = "scope",
                   .sections = IN_FINDING,
                   .type = TYPE_WORD,
                   .words = "text first-line sentence",
                   .fallback = "text",
                   .sample = "sentence",
                   .sentence =
                       "Where patterns look: in the whole text, in the first line that is not empty, or in each "
                       "sentence by itself."},
    [KEY_PATTERN] = {.name = "pattern",
                     .sections = IN_FINDING,
                     .type = TYPE_PATTERN,
                     .sample = "\\bguaranteed\\s+returns?\\b",
                     .sentence = "Each match of this PCRE2 pattern is a finding."},
    [KEY_MOST] = {.name = "most",
                  .sections = IN_FINDING,
                  .type = TYPE_NUMBER,
                  .most = 10000,
                  .sample = "3",
                  .sentence = "So many matches of pattern are fine; the next one is the finding."},
    [KEY_LEAST] = {.name = "least",
                   .sections = IN_FINDING,
                   .type = TYPE_NUMBER,
                   .most = 10000,
                   .sample = "1",
                   .sentence = "With fewer matches of pattern the text as a whole is the finding."},
    [KEY_SWAP] = {.name = "swap",
                  .sections = IN_FINDING,
                  .type = TYPE_SWAP,
                  .sample = "utilize: use; synergies: benefits",
                  .sentence = "Plain words, and what to put in the place of each."},
    [KEY_IF] = {.name = "if",
                .sections = IN_FINDING,
                .type = TYPE_PATTERN,
                .sample = "\\bour product\\b",
                .sentence = "With needs: the first match of this is a finding if needs matches nowhere."},
    [KEY_NEEDS] = {.name = "needs",
                   .sections = IN_FINDING,
                   .type = TYPE_PATTERN,
                   .sample = "\\bI work (at|for)\\b",
                   .sentence = "What a text has to say that matches if."},
    [KEY_UNLESS] = {.name = "unless",
                    .sections = IN_FINDING,
                    .type = TYPE_PATTERN,
                    .sample = "\\bnot\\b",
                    .sentence = "A match whose sentence matches this is no finding."},
    [KEY_TEXT] = {.name = "text",
                  .sections = IN_TEST,
                  .type = TYPE_LINES,
                  .sample = "Guaranteed returns for everyone.",
                  .sentence = "The text itself. A backslash at the begin of a line is left out."},
    [KEY_FILE] = {.name = "file",
                  .sections = IN_TEST,
                  .type = TYPE_TEXT,
                  .sample = "samples/leads.csv",
                  .sentence = "A file beside the test, read as the inspector reads it."},
    [KEY_AS] = {.name = "as",
                .sections = IN_TEST,
                .type = TYPE_TEXT,
                .sample = "post-draft",
                .sentence = "Look for findings as if the text were of this class."},
    [KEY_EXPECT] = {.name = "expect",
                    .sections = IN_TEST,
                    .type = TYPE_TEXT,
                    .sample = "post-draft",
                    .sentence = "The class that the rules must give."},
    [KEY_FINDINGS] = {.name = "findings",
                      .sections = IN_TEST,
                      .type = TYPE_LIST,
                      .sample = "sales/promissory@1:21",
                      .sentence = "All rules that must speak, by pack and name, if need be with line and column; or "
                                  "none."},
};

enum policy_key_id policy_find_key(enum policy_section section, const char *name)
{
    for (size_t i = 0; i < KEY_COUNT; i++)
        if ((policy_keys[i].sections & 1u << section) && strcmp(policy_keys[i].name, name) == 0)
            return (enum policy_key_id)i;
    return KEY_COUNT;
}

const char *policy_word_at(const char *words, size_t index, size_t *len)
{
    for (; *words != 0; index--) {
        *len = strcspn(words, " ");
        if (index == 0)
            return words;
        words += *len + (words[*len] == ' ');
    }
    return NULL;
}

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
        return list_words(key->words, "a list of ", to, POLICY_EXPECTED_BYTES);
    default:
        return fixed[key->type];
    }
}
