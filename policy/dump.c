#include "base/fdio.h"
#include "policy/keys.h"
#include "policy/sets.h"

#include <errno.h>
#include <string.h>

enum { LINE_WIDTH = 76, FACT_SECTIONS = 1u << SECTION_CLASS | 1u << SECTION_FINDING | 1u << SECTION_TEST };

/* The key's sentence, what it expects, and what holds when it is left out. */
static void put_sentence(struct buf *b, const struct policy_key *key, enum policy_section section)
{
    char expected[POLICY_EXPECTED_BYTES];
    buf_printf(b, "%s Expects %s.", key->sentence, policy_expected(key, expected));
    if (key->required & 1u << section)
        buf_puts(b, " Required.");
    else if (key->fallback != NULL)
        buf_printf(b, " Default: %s.", key->fallback);
}

/* One word, with what mdoc takes for an order made plain. */
static void put_word(struct buf *b, const char *word, size_t len, bool mdoc)
{
    for (size_t i = 0; i < len; i++) {
        if (mdoc && word[i] == '\\')
            buf_puts(b, "\\e");
        else
            buf_put(b, word + i, 1);
    }
}

/* Text in lines of LINE_WIDTH, each begun by `begin`; for mdoc, each sentence on a line of its own. */
static void put_text(struct buf *b, const char *text, const char *begin, bool mdoc)
{
    size_t column = 0;
    for (const char *p = text; *p != 0; p += strspn(p, " ")) {
        size_t len = strcspn(p, " ");
        bool sentence = mdoc && p > text + 1 && p[-2] == '.' && *p >= 'A' && *p <= 'Z';
        if (column > 0 && (sentence || column + 1 + len > LINE_WIDTH)) {
            buf_puts(b, "\n");
            column = 0;
        }
        buf_puts(b, column > 0 ? " " : begin);
        buf_puts(b, mdoc && column == 0 && (*p == '.' || *p == '\'') ? "\\&" : "");
        put_word(b, p, len, mdoc);
        column += len + 1;
        p += len;
    }
    buf_puts(b, "\n");
}

static const char *value_word(enum policy_type type)
{
    static const char *const words[] = {
        [TYPE_COUNT] = "count",
        [TYPE_SHARE] = "share",
        [TYPE_KINDS] = "word , ...",
        [TYPE_FLAGS] = "word , ...",
        [TYPE_GLOBS] = "glob , ...",
        [TYPE_CLASSES] = "class , ...",
        [TYPE_LIST] = "word , ...",
        [TYPE_WORD] = "word",
        [TYPE_NUMBER] = "number",
        [TYPE_PATTERN] = "pattern",
        [TYPE_SWAP] = "word : better ; ...",
        [TYPE_TEXT] = "words",
        [TYPE_LINES] = "words",
        [TYPE_NAMES] = "name , ...",
        [TYPE_APPS] = "program , ...",
        [TYPE_CGROUPS] = "glob , ...",
        [TYPE_CHOICE] = "word , ...",
        [TYPE_DAYS] = "day , ...",
        [TYPE_HOURS] = "hours",
        [TYPE_TIME] = "time",
        [TYPE_WAIT] = "duration",
    };
    return words[type];
}

/* The sections that a key of facts may stand in, unless it is all. */
static void put_sections(struct buf *b, const struct policy_key *key)
{
    unsigned left = key->sections;
    if ((key->sections & FACT_SECTIONS) == FACT_SECTIONS)
        return;
    for (int i = 0; i < SECTION_COUNT; i++)
        if (left & 1u << i) {
            left &= ~(1u << i);
            const char *between = (left | 1u << i) == key->sections ? " Stands in " : left == 0 ? " and " : ", ";
            buf_printf(b, "%s[%s]", between, policy_sections[i].name);
        }
    buf_puts(b, " only.");
}

static void put_item(struct buf *b, const struct policy_key *key, enum policy_section section, bool fact)
{
    buf_auto sentence = {0};
    put_sentence(&sentence, key, section);
    if (fact)
        put_sections(&sentence, key);
    buf_printf(b, ".It Cm %s No = Ar %s\n", key->name, value_word(key->type));
    put_text(b, sentence.data != NULL ? sentence.data : "", "", true);
    buf_printf(b, ".Dl %s = ", key->name);
    put_word(b, key->sample, strlen(key->sample), true);
    buf_puts(b, "\n");
    b->failed |= sentence.failed;
}

static void put_commented_key(struct buf *b, const struct policy_key *key, enum policy_section section)
{
    buf_auto sentence = {0};
    put_sentence(&sentence, key, section);
    put_text(b, sentence.data != NULL ? sentence.data : "", "# ", false);
    buf_printf(b, "%s%s = %s\n", key->required & 1u << section ? "" : "#", key->name, key->sample);
    b->failed |= sentence.failed;
}

/* ---- the manual: facts once, since they may stand in most sections, and then what else each section knows ---- */

static bool is_fact(size_t id) { return id <= KEY_CAPITALS; }

static void put_facts(struct buf *b)
{
    buf_puts(b, ".Bl -tag -width Ds\n");
    for (size_t i = 0; i < KEY_COUNT; i++)
        if (is_fact(i))
            put_item(b, &policy_keys[i], SECTION_CLASS, true);
    buf_puts(b, ".El\n");
}

/* Has the key not been told of yet? [open] has facts of its own, and [open-test] has the keys of [open]. */
static bool is_news(size_t id, enum policy_section section)
{
    unsigned sections = policy_keys[id].sections;
    if (section == SECTION_OPEN)
        return true;
    if (section == SECTION_COPY) /* beside what [open] knows, too */
        return !(sections & 1u << SECTION_OPEN) || id == KEY_CLASS || id == KEY_SAY;
    return !is_fact(id) && (section != SECTION_OPEN_TEST || !(sections & 1u << SECTION_OPEN));
}

static void put_items(struct buf *b, enum policy_section section)
{
    buf_puts(b, ".Bl -tag -width Ds\n");
    for (size_t i = 0; i < KEY_COUNT; i++)
        if ((policy_keys[i].sections & 1u << section) && is_news(i, section))
            put_item(b, &policy_keys[i], section, false);
    buf_puts(b, ".El\n");
}

static void put_sets(struct buf *b)
{
    const struct policy_set *set;
    buf_puts(b, ".Ss Sets\n"
                "Names of executables, for app and parent.\n"
                ".Bl -tag -width Ds\n");
    for (size_t i = 0; (set = policy_set_at(i)) != NULL; i++) {
        buf_auto text = {0};
        buf_printf(&text, "%s ", set->sentence);
        for (const char *p = set->members; *p != 0; p++)
            buf_printf(&text, *p == ' ' ? ",%c" : "%c", *p);
        buf_printf(b, ".It Cm @%s\n", set->name);
        put_text(b, text.data != NULL ? text.data : "", "", true);
        b->failed |= text.failed;
    }
    buf_puts(b, ".El\n");
}

static void put_manual(struct buf *b)
{
    buf_puts(b, ".Ss Facts\n"
                "In a class all that are given must hold.\n"
                "In a finding they narrow where it is looked for, or are the finding.\n"
                "In a test they are taken for granted, whatever the text says.\n");
    put_facts(b);
    for (int section = 0; section < SECTION_COUNT; section++) {
        buf_printf(b, ".Ss [%s \\(dqNAME\\(dq]\\&\n", policy_sections[section].name);
        put_text(b, policy_sections[section].sentence, "", true);
        if (section != SECTION_CLASS)
            put_items(b, (enum policy_section)section);
        if (section == SECTION_OPEN)
            put_sets(b);
    }
}

/* ---- the example ---- */

static void put_example(struct buf *b, enum policy_section section)
{
    const struct policy_section_row *row = &policy_sections[section];
    put_text(b, row->sentence, "# ", false);
    buf_printf(b, "[%s \"%s\"]\n", row->name, row->sample);
    for (size_t i = 0; i < KEY_COUNT; i++)
        if (policy_keys[i].sections & 1u << section)
            put_commented_key(b, &policy_keys[i], section);
    buf_puts(b, "\n");
}

int policy_dump_keys(int fd, enum policy_dump form)
{
    buf_auto b = {0};
    if (form == POLICY_DUMP_MDOC)
        put_manual(&b);
    for (int section = 0; section < SECTION_TEST && form == POLICY_DUMP_EXAMPLE; section++)
        put_example(&b, (enum policy_section)section);
    return b.failed ? -ENOMEM : fd_write_all(fd, b.data, b.len);
}
