#include "base/buf.h"
#include "base/fdio.h"
#include "config/keys.h"

#include <errno.h>
#include <string.h>

enum { COMMENT_WIDTH = 98, MDOC_WIDTH = 76 };

/* Words of a sentence as comment lines of at most COMMENT_WIDTH. */
static void put_comment(struct buf *b, const char *text)
{
    size_t column = 0;
    for (const char *p = text; *p != 0;) {
        size_t len = strcspn(p, " ");
        if (column > 0 && column + 1 + len > COMMENT_WIDTH) {
            buf_puts(b, "\n");
            column = 0;
        }
        buf_puts(b, column == 0 ? "# " : " ");
        column += len + (column == 0 ? 2 : 1);
        buf_put(b, p, len);
        p += len;
        p += strspn(p, " ");
    }
    buf_puts(b, "\n");
}

static const char *shown_value(const struct config_key *key) { return key->sample ? key->sample : key->fallback; }

/* The sentence, and what holds when the key is left out. */
static void put_sentence(struct buf *b, const struct config_key *key)
{
    char expected[CONFIG_EXPECTED_BYTES];
    buf_puts(b, key->sentence);
    if (key->type == TYPE_WORD)
        buf_printf(b, " One of %s.", config_expected(key, expected));
    if (key->type == TYPE_SIZE || key->type == TYPE_DURATION)
        buf_printf(b, " Expects %s.", config_expected(key, expected));
    if (key->required)
        buf_puts(b, " Required.");
    else if (key->fallback != NULL)
        buf_printf(b, " Default: %s.", key->fallback);
}

static void put_example_key(struct buf *b, const struct config_key *key)
{
    buf_auto sentence = {0};
    put_sentence(&sentence, key);
    put_comment(b, sentence.data ? sentence.data : "");
    buf_printf(b, "%s%s = %s\n", key->required ? "" : "#", key->name, shown_value(key));
    b->failed |= sentence.failed;
}

static void put_example(struct buf *b)
{
    put_comment(
        b,
        "fs.conf: what Holdfast keeps on this machine. `holdfast policy check` says whether it is in order; fs.conf(5) "
        "explains more. A line that begins with # or ; is a comment, and so is what follows a blank and a ;.");
    for (size_t s = 0; s < SECTION_COUNT; s++) {
        buf_puts(b, "\n");
        put_comment(b, config_sections[s].sentence);
        const struct config_section_row *row = &config_sections[s];
        if (row->label != NULL) /* one that may be missing is shown, not set */
            buf_printf(b, "%s[%s \"%s\"]\n", row->required ? "" : "#", row->name, row->label);
        else
            buf_printf(b, "[%s]\n", row->name);
        for (size_t i = 0; i < config_key_count; i++)
            if (config_keys[i].section == (enum config_section)s)
                put_example_key(b, &config_keys[i]);
    }
}

/* One word, with what mdoc takes for an order made plain. */
static void put_mdoc_word(struct buf *b, const char *word, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        if (word[i] == '\\')
            buf_puts(b, "\\e");
        else if (word[i] == '`')
            buf_puts(b, "\\(oq");
        else
            buf_put(b, word + i, 1);
    }
}

/* A new line for each sentence, as mdoc wants it, and where a line gets too long. */
static void put_mdoc_text(struct buf *b, const char *text)
{
    size_t column = 0;
    for (const char *p = text; *p != 0;) {
        size_t len = strcspn(p, " ");
        bool sentence = p > text + 1 && p[-2] == '.' && *p >= 'A' && *p <= 'Z';
        if (column > 0 && (sentence || column + 1 + len > MDOC_WIDTH)) {
            buf_puts(b, "\n");
            column = 0;
        }
        buf_puts(b, column > 0 ? " " : *p == '.' || *p == '\'' ? "\\&" : "");
        put_mdoc_word(b, p, len);
        column += len + 1;
        p += len;
        p += strspn(p, " ");
    }
    buf_puts(b, "\n");
}

static void put_mdoc_key(struct buf *b, const struct config_key *key)
{
    static const char *const kinds[] = {
        [TYPE_TEXT] = "words",       [TYPE_PATH] = "path",        [TYPE_NAME] = "name",
        [TYPE_EMAIL] = "address",    [TYPE_REMOTE] = "remote",    [TYPE_USER] = "user",
        [TYPE_WORD] = "word",        [TYPE_SIZE] = "size",        [TYPE_DURATION] = "duration",
        [TYPE_GLOBS] = "glob , ...", [TYPE_NAMES] = "name , ...",
    };
    buf_auto sentence = {0};
    put_sentence(&sentence, key);
    buf_printf(b, ".It Cm %s No = Ar %s\n", key->name, kinds[key->type]);
    put_mdoc_text(b, sentence.data ? sentence.data : "");
    b->failed |= sentence.failed;
}

static void put_mdoc(struct buf *b)
{
    for (size_t s = 0; s < SECTION_COUNT; s++) {
        buf_printf(b, config_sections[s].label != NULL ? ".Ss [%s \\(dqNAME\\(dq]\\&\n" : ".Ss [%s]\\&\n",
                   config_sections[s].name);
        put_mdoc_text(b, config_sections[s].sentence);
        buf_puts(b, ".Bl -tag -width Ds\n");
        for (size_t i = 0; i < config_key_count; i++)
            if (config_keys[i].section == (enum config_section)s)
                put_mdoc_key(b, &config_keys[i]);
        buf_puts(b, ".El\n");
    }
}

int config_dump_table(int fd, enum config_dump form)
{
    buf_auto b = {0};
    if (form == CONFIG_DUMP_MDOC)
        put_mdoc(&b);
    else
        put_example(&b);
    return b.failed ? -ENOMEM : fd_write_all(fd, b.data, b.len);
}
