/*
 * extract_ldif: a directory's entries as LDIF (RFC 2849): what address books and directory servers export. One entry is
 * one row; a cell's label is the attribute's name without its options.
 */
#include "extract/card.h"
#include "extract/charset.h"
#include "extract/lines.h"

#include <errno.h>
#include <string.h>
#include <strings.h>

struct entries {
    struct lines *from;
    struct content_sink *to;
    struct card *card;
    struct buf line;    /* unfolded */
    struct buf decoded; /* of base64: bytes, then text */
    struct buf text;
    uint32_t number;
};

struct attribute {
    const char *name, *value;
    size_t name_len, value_len;
    bool is_base64;
};

/* ---- one line ---- */

/* "mail;lang-en:: YW5u" */
static bool split(struct attribute *a, const struct buf *line)
{
    const char *colon = memchr(line->data, ':', line->len), *end = line->data + line->len;
    if (colon == NULL || colon == line->data || *line->data == '#')
        return false;
    a->name = line->data;
    a->name_len = strcspn(line->data, ";:");
    a->value = colon + 1;
    a->is_base64 = *a->value == ':';
    if (*a->value == '<')
        a->value = end; /* the value is elsewhere */
    a->value += a->is_base64;
    a->value += strspn(a->value, " ");
    a->value_len = (size_t)(end - a->value);
    return true;
}

static bool is_named(const struct attribute *a, const char *name)
{
    return a->name_len == strlen(name) && strncasecmp(a->name, name, a->name_len) == 0;
}

/* ---- values ---- */

static int digit64(char c)
{
    if (c >= 'A' && c <= 'Z')
        return c - 'A';
    if (c >= 'a' && c <= 'z')
        return c - 'a' + 26;
    if (c >= '0' && c <= '9')
        return c - '0' + 52;
    return c == '+' ? 62 : c == '/' ? 63 : -1;
}

static void decode_base64(struct buf *to, const char *from, size_t len)
{
    uint32_t bits = 0, count = 0;
    for (size_t i = 0; i < len && from[i] != '='; i++) {
        int digit = digit64(from[i]);
        if (digit < 0)
            continue;
        bits = bits << 6 | (uint32_t)digit;
        count += 6;
        if (count >= 8) {
            count -= 8;
            char byte = (char)(bits >> count);
            buf_put(to, &byte, 1);
        }
    }
}

/* Pictures, certificates and keys are no words. */
static bool is_binary(const struct buf *b)
{
    for (size_t i = 0; i < b->len; i++)
        if ((unsigned char)b->data[i] < '\t')
            return true;
    return false;
}

static bool is_told(const struct attribute *a)
{
    static const char *const untold[] = {"objectclass", "userpassword", "changetype", "version",
                                         "add",         "replace",      "delete"};
    for (size_t i = 0; i < sizeof untold / sizeof *untold; i++)
        if (is_named(a, untold[i]))
            return false;
    return true;
}

static void put_attribute(struct entries *s, const struct attribute *a)
{
    if (!a->is_base64) {
        card_put(s->card, a->name, a->name_len, a->value, a->value_len);
        return;
    }
    buf_clear(&s->decoded);
    buf_clear(&s->text);
    decode_base64(&s->decoded, a->value, a->value_len);
    if (s->decoded.len == 0 || is_binary(&s->decoded))
        return;
    charset_put(&s->text, "utf-8", s->decoded.data, s->decoded.len);
    card_put(s->card, a->name, a->name_len, s->text.data, s->text.len);
}

/* ---- entries ---- */

static int end_entry(struct entries *s)
{
    struct card_mark all = {0};
    return s->number > 0 ? card_push(s->card, all, s->number, s->to) : 0;
}

static int take_line(struct entries *s)
{
    struct attribute a;
    if (s->line.len == 0)
        return end_entry(s);
    if (!split(&a, &s->line))
        return 0;
    int err = 0;
    if (is_named(&a, "dn")) {
        err = end_entry(s);
        s->number++;
    }
    if (s->number > 0 && is_told(&a))
        put_attribute(s, &a);
    return err;
}

/* The first line that says something is "version: 1" or "dn: ..."; behind the version comes a dn. */
static int find_first_entry(struct entries *s)
{
    struct attribute a;
    int got;
    while ((got = lines_next_unfolded(s->from, &s->line)) > 0) {
        if (s->line.len == 0 || s->line.data[0] == '#')
            continue;
        if (!split(&a, &s->line))
            break;
        if (is_named(&a, "dn"))
            return 0;
        if (!is_named(&a, "version"))
            break;
    }
    return got < 0 ? got : -EBADMSG;
}

static int read_entries(struct entries *s)
{
    int err = find_first_entry(s);
    if (err < 0)
        return err;
    int got = 1;
    while (got > 0 && (err = take_line(s)) == 0)
        got = lines_next_unfolded(s->from, &s->line);
    if (err != 0 || got < 0)
        return err != 0 ? err : got;
    return end_entry(s);
}

int extract_ldif(struct input *in, const struct extract_hints *h, struct content_sink *to, struct limits *l)
{
    lines_auto *from = NULL;
    card_auto *card = card_new();
    int err = card == NULL ? -ENOMEM : lines_open(&from, in, h->charset, l);
    if (err < 0)
        return err;
    struct entries s = {.from = from, .to = to, .card = card};
    err = read_entries(&s);
    if (lines_were_cut(from) && err != -EBADMSG)
        to->flag(to->ctx, FACT_CUT);
    buf_free(&s.line);
    buf_free(&s.decoded);
    buf_free(&s.text);
    return err;
}
