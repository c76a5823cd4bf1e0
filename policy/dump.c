#include "base/fdio.h"
#include "policy/keys.h"

#include <errno.h>
#include <string.h>

enum { LINE_WIDTH = 76 };

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

static void put_key(struct buf *b, const struct policy_key *key, enum policy_section section, bool mdoc)
{
    static const char *const kinds[] = {
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
    };
    buf_auto sentence = {0};
    put_sentence(&sentence, key, section);
    if (mdoc)
        buf_printf(b, ".It Cm %s No = Ar %s\n", key->name, kinds[key->type]);
    put_text(b, sentence.data != NULL ? sentence.data : "", mdoc ? "" : "# ", mdoc);
    if (!mdoc)
        buf_printf(b, "%s%s = %s\n", key->required & 1u << section ? "" : "#", key->name, key->sample);
    b->failed |= sentence.failed;
}

static void put_section(struct buf *b, enum policy_section section, bool mdoc)
{
    const struct policy_section_row *row = &policy_sections[section];
    if (mdoc)
        buf_printf(b, ".Ss [%s \\(dqNAME\\(dq]\\&\n", row->name);
    put_text(b, row->sentence, mdoc ? "" : "# ", mdoc);
    if (mdoc)
        buf_puts(b, ".Bl -tag -width Ds\n");
    else
        buf_printf(b, "[%s \"%s\"]\n", row->name, row->sample);
    for (size_t i = 0; i < KEY_COUNT; i++)
        if (policy_keys[i].sections & 1u << section)
            put_key(b, &policy_keys[i], section, mdoc);
    buf_puts(b, mdoc ? ".El\n" : "\n");
}

int policy_dump_keys(int fd, enum policy_dump form)
{
    buf_auto b = {0};
    for (int section = 0; section < SECTION_COUNT; section++)
        if (form == POLICY_DUMP_MDOC || section != SECTION_TEST)
            put_section(&b, (enum policy_section)section, form == POLICY_DUMP_MDOC);
    return b.failed ? -ENOMEM : fd_write_all(fd, b.data, b.len);
}
