#include "policy/keys.h"

#include <stdio.h>
#include <string.h>

enum {
    IN_CLASS = 1u << SECTION_CLASS,
    IN_FINDING = 1u << SECTION_FINDING,
    IN_OPEN = 1u << SECTION_OPEN,
    IN_COPY = 1u << SECTION_COPY,
    IN_TEST = 1u << SECTION_TEST,
    IN_OPEN_TEST = 1u << SECTION_OPEN_TEST,
    IN_OPENS = IN_OPEN | IN_OPEN_TEST,
    IN_GUARDED = IN_OPENS | IN_COPY,
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
    [SECTION_OPEN] =
        {"open", "sync clients",
         "Who may read what inside a mount, asked when a file is opened. All keys of a rule must hold; the "
         "first rule that does decides, in the order of the files. A class of which no rule speaks is "
         "opened without asking anything."},
    [SECTION_COPY] =
        {"copy", "usb",
         "What may leave the mounts, and where to, asked when a file was finished on one of fs.conf's sinks and "
         "something of a mount's files was found in it: all of a file, rows of a list by two kinds of value in each, "
         "email addresses, or text, in whatever form and wrapping. All keys of a rule must hold; the first rule that "
         "does decides, in the order of the files. A rule without records and pieces holds for a whole file, for 5 "
         "records, and for 20 pieces of text. Who copied is known as long as the process lives; a rule that asks who "
         "does not hold when nobody knows any more."},
    [SECTION_TEST] = {"test", "a promise", "In a *.test file beside the rules: what they have to make of a text."},
    [SECTION_OPEN_TEST] = {"open-test", "rclone reads a list",
                           "In a *.test file beside the rules: what [open] rules have to say of an open. It is told by "
                           "the keys of [open], with one value each: class, app, path, parent (all ancestors, nearest "
                           "first), user, session, cgroup, rep, departing; stale = yes says that the class is only the "
                           "last known one. A hash behind app is that of the executable."},
};

const char *const policy_later_sections[] = {"retention", "sink", NULL};

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
                  .sections = IN_CLASS | IN_TEST | IN_OPENS,
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
                   .sections = IN_FINDING | IN_GUARDED,
                   .required = IN_FINDING | IN_GUARDED,
                   .type = TYPE_CLASSES,
                   .sample = "post-draft",
                   .sentence = "The classes that this is about, by name or glob. Files that no class takes are "
                               "unclassified, encrypted or unreadable."},
    [KEY_SAY] = {.name = "say",
                 .sections = IN_FINDING | IN_OPEN | IN_COPY,
                 .required = IN_FINDING,
                 .type = TYPE_TEXT,
                 .sample = "A promise of results is a false representation if it fails.",
                 .sentence = "What is wrong, why it matters, and who can be asked."},
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

    [KEY_APP] = {.name = "app",
                 .sections = IN_GUARDED,
                 .type = TYPE_APPS,
                 .sample = "/usr/bin/rclone, /opt/dropbox/*, @browsers",
                 .sentence =
                     "The program is one of these: a glob of its executable's path; its executable's name, which "
                     "may be a glob; a set of names; or one of the first two with the SHA-256 of the executable "
                     "behind it, as in \"/usr/bin/rclone sha256:9f86...\". A script's program is its "
                     "interpreter. /bin, /sbin and /lib are taken for those of /usr."},
    [KEY_PARENT] = {.name = "parent",
                    .sections = IN_GUARDED,
                    .type = TYPE_APPS,
                    .sample = "sshd, @chat-clients",
                    .sentence = "One of the program's ancestors is one of these. Of ancestors no hash is known."},
    [KEY_USER] = {.name = "user",
                  .sections = IN_GUARDED,
                  .type = TYPE_NAMES,
                  .sample = "alice, 1001, svc-*",
                  .sentence = "It runs as one of these users, by name, glob of names, or number."},
    [KEY_SESSION] = {.name = "session",
                     .sections = IN_GUARDED,
                     .type = TYPE_CHOICE,
                     .words = "none local ssh",
                     .sample = "ssh",
                     .sentence =
                         "It runs in such a login session: at this machine, over ssh, or in none, as services do."},
    [KEY_CGROUP] = {.name = "cgroup",
                    .sections = IN_GUARDED,
                    .type = TYPE_CGROUPS,
                    .sample = "flatpak:org.mozilla.*, snap:slack, user.slice/**/vte-*",
                    .sentence = "Its control group is one of these: a Flatpak or Snap by its id, or a glob of the path "
                                "below the root of control groups. Weak evidence: users can move their own processes."},
    [KEY_REP] = {.name = "rep",
                 .sections = IN_GUARDED,
                 .type = TYPE_NAMES,
                 .sample = "alice, bob",
                 .sentence = "The mount is that of one of these reps."},
    [KEY_DEPARTING] = {.name = "departing",
                       .sections = IN_GUARDED,
                       .type = TYPE_WORD,
                       .words = "no yes",
                       .sample = "yes",
                       .sentence = "Whether the rep is on the list departing of [guard] in fs.conf. Left out: it does "
                                   "not matter."},
    [KEY_STALE] = {.name = "stale",
                   .sections = IN_OPENS,
                   .type = TYPE_WORD,
                   .words = "no yes",
                   .fallback = "yes",
                   .sample = "no",
                   .sentence = "Whether it also holds while the newest save has not been inspected, and the class is "
                               "that of an earlier one (or unclassified, if there is none)."},
    [KEY_DAYS] = {.name = "days",
                  .sections = IN_OPEN | IN_COPY,
                  .type = TYPE_DAYS,
                  .words = "mon tue wed thu fri sat sun",
                  .sample = "mon-fri",
                  .sentence = "It is one of these days, in the machine's local time."},
    [KEY_HOURS] = {.name = "hours",
                   .sections = IN_OPEN | IN_COPY,
                   .type = TYPE_HOURS,
                   .sample = "08:00-18:00",
                   .sentence = "It is within these hours, in local time. They may go over midnight; days is then about "
                               "each of the two days by itself."},
    [KEY_UNTIL] = {.name = "until",
                   .sections = IN_OPEN | IN_COPY,
                   .type = TYPE_TIME,
                   .sample = "2027-03-31",
                   .sentence = "The rule ends then; on a date, with its first minute in local time."},
    [KEY_ACTION] = {.name = "action",
                    .sections = IN_OPEN,
                    .required = IN_OPEN,
                    .type = TYPE_WORD,
                    .words = "allow log block hold",
                    .sample = "block",
                    .sentence =
                        "allow lets the open pass; log does too, and records it; block refuses it before a byte "
                        "is read; hold has it wait until the newest save is inspected, and then asks the rules "
                        "again. Once that is inspected a hold rule holds no more."},
    [KEY_FAIL] = {.name = "fail",
                  .sections = IN_OPEN,
                  .type = TYPE_WORD,
                  .words = "allow block",
                  .fallback = "allow",
                  .sample = "block",
                  .sentence = "With hold: what happens to an open that has waited for all of wait."},
    [KEY_WAIT] = {.name = "wait",
                  .sections = IN_OPEN,
                  .type = TYPE_WAIT,
                  .fallback = "2s",
                  .sample = "5s",
                  .sentence = "With hold: how long an open may wait."},
    [KEY_MODE] = {.name = "mode",
                  .sections = IN_OPEN | IN_COPY,
                  .type = TYPE_WORD,
                  .words = "audit enforce",
                  .sample = "enforce",
                  .sentence = "audit records what enforce would have done, and lets it pass. Left out: as mode of "
                              "[guard] in fs.conf says."},
    [KEY_TO] = {.name = "to",
                .sections = IN_COPY,
                .type = TYPE_NAMES,
                .sample = "removable, sync, outbox",
                .sentence = "The sink is one of these, by its name or its kind in fs.conf: removable, network, sync, "
                            "downloads, temporary, folder. Left out: any sink."},
    [KEY_COPY_RECORDS] = {.name = "records",
                          .sections = IN_COPY,
                          .type = TYPE_NUMBER,
                          .most = COUNT_MOST,
                          .sample = "5",
                          .sentence = "So many records of one file, or more, stand in the copy."},
    [KEY_COPY_PIECES] = {.name = "pieces",
                         .sections = IN_COPY,
                         .type = TYPE_NUMBER,
                         .most = COUNT_MOST,
                         .sample = "20",
                         .sentence = "So many pieces of one file's running text, or more, stand in the copy, or all of "
                                     "the file; a piece is some 14 letters, and runs of less than 50 have none. Beside "
                                     "records one of the two is enough."},
    [KEY_COPY_ACTION] = {.name = "action",
                         .sections = IN_COPY,
                         .required = IN_COPY,
                         .type = TYPE_WORD,
                         .words = "allow log quarantine block",
                         .sample = "quarantine",
                         .sentence = "allow lets the copy stay; log does too, and records it; quarantine moves it to "
                                     "a folder of root's and leaves a note in its place. block is refused: this "
                                     "version sees a copy when it is finished."},
    [KEY_OPEN_AT] = {.name = "at",
                     .sections = IN_OPEN_TEST,
                     .type = TYPE_TIME,
                     .sample = "2026-11-23 09:30",
                     .sentence = "When. Left out: Monday 2001-01-01 12:00, local time."},
    [KEY_OPEN_EXPECT] = {.name = "expect",
                         .sections = IN_OPEN_TEST,
                         .required = IN_OPEN_TEST,
                         .type = TYPE_WORD,
                         .words = "none allow log block hold",
                         .sample = "block",
                         .sentence = "The action of the rule that must decide; none: no rule speaks."},
    [KEY_OPEN_RULE] = {.name = "rule",
                       .sections = IN_OPEN_TEST,
                       .type = TYPE_TEXT,
                       .sample = "sales/sync clients",
                       .sentence = "The rule that must decide, by pack and name."},
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
