/*
 * extract_vcard: cards of people, versions 2.1 (the versit consortium's), 3.0 (RFC 2426) and 4.0 (RFC 6350), one after
 * the other as phones and mail programs export them. One card is one row; a cell's label is the property's name.
 *
 * A card inside a card (AGENT of 2.1) ends the outer one: both are people.
 */
#include "extract/card.h"
#include "extract/charset.h"
#include "extract/lines.h"

#include <errno.h>
#include <string.h>
#include <strings.h>

struct cards {
    struct lines *from;
    struct content_sink *to;
    struct card *card;
    struct buf line;  /* unfolded */
    struct buf value; /* decoded */
    struct buf text;  /* as it is pushed */
    uint32_t number;
    bool inside;
};

/* A property of `line`: "item1.TEL;TYPE=cell:+1 555" */
struct property {
    const char *name, *params, *value; /* params: from the first ';' to ':' */
    size_t name_len, params_len, value_len;
};

/* ---- one line ---- */

/* The ':' that ends the parameters; those in quotes are part of one. */
static const char *find_colon(const char *p, const char *end)
{
    bool quoted = false;
    for (const char *c = p; c < end; c++) {
        if (*c == '"')
            quoted = !quoted;
        if (*c == ':' && !quoted)
            return c;
    }
    return memchr(p, ':', (size_t)(end - p)); /* a quote is not closed */
}

static bool split(struct property *p, const struct buf *line)
{
    const char *end = line->data + line->len, *colon = find_colon(line->data, end);
    if (colon == NULL)
        return false;
    const char *params = memchr(line->data, ';', (size_t)(colon - line->data));
    p->params = params != NULL ? params : colon;
    p->params_len = (size_t)(colon - p->params);
    const char *group = memchr(line->data, '.', (size_t)(p->params - line->data));
    p->name = group != NULL ? group + 1 : line->data;
    p->name_len = (size_t)(p->params - p->name);
    p->value = colon + 1;
    p->value_len = (size_t)(end - p->value);
    return p->name_len > 0;
}

static bool is_named(const struct property *p, const char *name)
{
    return p->name_len == strlen(name) && strncasecmp(p->name, name, p->name_len) == 0;
}

static bool has_value(const struct property *p, const char *word)
{
    return p->value_len >= strlen(word) && strncasecmp(p->value, word, strlen(word)) == 0;
}

/* Is there such a parameter, as "KEY=word" or, in 2.1, as the bare word? */
static bool has_param(const struct property *p, const char *word)
{
    return memmem(p->params, p->params_len, word, strlen(word)) != NULL;
}

/* Parameters are compared in upper case. */
static void raise_params(struct buf *line)
{
    const char *colon = find_colon(line->data, line->data + line->len);
    for (char *c = line->data; colon != NULL && c < colon; c++)
        *c = *c >= 'a' && *c <= 'z' ? (char)(*c & ~0x20) : *c;
}

static void copy_charset(char to[static 32], const struct property *p)
{
    static const char key[] = "CHARSET=";
    const char *at = memmem(p->params, p->params_len, key, sizeof key - 1);
    size_t len = 0;
    if (at != NULL)
        for (at += sizeof key - 1; at < p->params + p->params_len && *at != ';' && len < 31; at++)
            to[len++] = *at;
    to[len] = 0;
}

/* ---- values ---- */

static int hex(char c)
{
    return c >= '0' && c <= '9' ? c - '0' : (c | 0x20) >= 'a' && (c | 0x20) <= 'f' ? (c | 0x20) - 'a' + 10 : -1;
}

static void decode_quoted_printable(struct buf *to, const char *from, size_t len)
{
    char *out = buf_reserve(to, len);
    for (size_t i = 0; out != NULL && i < len; i++) {
        bool coded = from[i] == '=' && i + 2 < len && hex(from[i + 1]) >= 0 && hex(from[i + 2]) >= 0;
        int byte = coded ? hex(from[i + 1]) << 4 | hex(from[i + 2]) : from[i];
        *out++ = (char)byte;
        i += coded ? 2 : 0;
    }
    if (out != NULL) {
        to->len = (size_t)(out - to->data);
        *out = 0;
    }
}

/* The value as text: transfer encoding and charset undone. */
static void decode(struct cards *v, const struct property *p)
{
    buf_clear(&v->value);
    if (!has_param(p, "QUOTED-PRINTABLE")) {
        buf_put(&v->value, p->value, p->value_len);
        return;
    }
    char charset[32];
    copy_charset(charset, p);
    buf_clear(&v->text);
    decode_quoted_printable(&v->text, p->value, p->value_len);
    charset_put(&v->value, charset, v->text.data, v->text.len);
}

/* The next component of a value divided by ';', unescaped, behind v->text. Where the next one begins; NULL: none. */
static const char *put_component(struct cards *v, const char *p, const char *end)
{
    while (p < end && *p != ';') {
        size_t run = 0, left = (size_t)(end - p);
        while (run < left && p[run] != ';' && p[run] != '\\')
            run++;
        buf_put(&v->text, p, run);
        p += run;
        if (p + 1 < end && *p == '\\') {
            buf_put(&v->text, (p[1] | 0x20) == 'n' ? "\n" : p + 1, 1);
            p += 2;
        } else if (p < end && *p == '\\') {
            p++;
        }
    }
    return p < end ? p + 1 : NULL;
}

static void put_cell(struct cards *v, const char *label, size_t label_len)
{
    if (v->text.len > 0)
        card_put(v->card, label, label_len, v->text.data, v->text.len);
    buf_clear(&v->text);
}

/* "Hill;Ann;Mary;Dr." -> "Ann Mary Hill": as FN, if there is one, writes it. */
static void put_name(struct cards *v)
{
    enum { FAMILY, GIVEN, ADDITIONAL, PARTS };
    static const int order[PARTS] = {GIVEN, ADDITIONAL, FAMILY};
    const char *part[PARTS] = {NULL}, *end = v->value.data + v->value.len, *next = v->value.data;
    for (int i = 0; i < PARTS && next != NULL; i++) {
        part[i] = next;
        buf_clear(&v->text);
        next = put_component(v, next, end);
    }
    buf_clear(&v->text);
    for (int i = 0; i < PARTS; i++)
        if (part[order[i]] != NULL && part[order[i]] < end && *part[order[i]] != ';') {
            buf_put(&v->text, " ", v->text.len > 0);
            put_component(v, part[order[i]], end);
        }
    put_cell(v, "N", 1);
}

/* "ACME;Sales" is a company and a part of it. */
static void put_company(struct cards *v)
{
    const char *end = v->value.data + v->value.len;
    buf_clear(&v->text);
    const char *next = put_component(v, v->value.data, end);
    put_cell(v, "ORG", 3);
    for (; next != NULL; put_cell(v, "ORG.UNIT", 8))
        next = put_component(v, next, end);
}

static void put_plain(struct cards *v, const struct property *p)
{
    static const char *const schemes[] = {"tel:", "mailto:"};
    const char *next = v->value.data, *end = next + v->value.len;
    for (size_t i = 0; i < sizeof schemes / sizeof *schemes; i++)
        if (v->value.len > strlen(schemes[i]) && strncasecmp(next, schemes[i], strlen(schemes[i])) == 0)
            next += strlen(schemes[i]);
    buf_clear(&v->text);
    while ((next = put_component(v, next, end)) != NULL)
        buf_put(&v->text, ", ", v->text.len > 0 ? 2 : 0);
    put_cell(v, p->name, p->name_len);
}

static bool is_told(const struct property *p)
{
    static const char *const untold[] = {"VERSION", "PRODID", "REV", "UID", "PHOTO", "LOGO", "SOUND", "KEY", "AGENT"};
    for (size_t i = 0; i < sizeof untold / sizeof *untold; i++)
        if (is_named(p, untold[i]))
            return false;
    return !has_param(p, "BASE64") && !has_param(p, "ENCODING=B");
}

static void put_property(struct cards *v, const struct property *p)
{
    decode(v, p);
    if (v->value.data == NULL || v->value.failed)
        return;
    if (is_named(p, "N"))
        put_name(v);
    else if (is_named(p, "ORG"))
        put_company(v);
    else
        put_plain(v, p);
}

/* ---- cards ---- */

static int end_card(struct cards *v)
{
    struct card_mark all = {0};
    v->inside = false;
    return card_push(v->card, all, v->number, v->to);
}

static int take_property(struct cards *v, const struct property *p)
{
    if (is_named(p, "BEGIN") && has_value(p, "VCARD")) {
        int err = v->inside ? end_card(v) : 0;
        v->inside = true;
        v->number++;
        return err;
    }
    if (is_named(p, "END") && has_value(p, "VCARD"))
        return end_card(v);
    if (v->inside && is_told(p))
        put_property(v, p);
    return 0;
}

/* The next line, whole: a quoted-printable value goes on behind a '=' at the end. As lines_next. */
static int next_line(struct cards *v)
{
    int got = lines_next_unfolded(v->from, &v->line);
    if (got <= 0)
        return got;
    raise_params(&v->line);
    struct property p;
    if (!split(&p, &v->line) || !has_param(&p, "QUOTED-PRINTABLE"))
        return 1;
    while (v->line.len > 0 && v->line.data[v->line.len - 1] == '=') {
        const char *text;
        size_t len;
        if ((got = lines_next(v->from, &text, &len)) <= 0)
            break;
        v->line.data[--v->line.len] = 0;
        if (v->line.len + len <= LINE_MOST)
            buf_put(&v->line, text, len);
        if (len == 0)
            break;
    }
    return got < 0 ? got : v->line.failed ? -ENOMEM : 1;
}

static bool is_blank(const struct buf *line) { return strspn(line->data, " \t") == line->len; }

static int read_cards(struct cards *v)
{
    struct property p;
    int got;
    while ((got = next_line(v)) > 0 && is_blank(&v->line))
        ;
    if (got <= 0)
        return got < 0 ? got : -EBADMSG;
    if (!split(&p, &v->line) || !is_named(&p, "BEGIN") || !has_value(&p, "VCARD"))
        return -EBADMSG;
    do {
        int err = split(&p, &v->line) ? take_property(v, &p) : 0;
        if (err != 0)
            return err;
    } while ((got = next_line(v)) > 0);
    if (v->inside && got == 0) {
        v->to->flag(v->to->ctx, FACT_UNREADABLE); /* it ends within a card */
        got = end_card(v);
    }
    return got;
}

int extract_vcard(struct input *in, const struct extract_hints *h, struct content_sink *to, struct limits *l)
{
    lines_auto *from = NULL;
    card_auto *card = card_new();
    int err = card == NULL ? -ENOMEM : lines_open(&from, in, h->charset, l);
    if (err < 0)
        return err;
    struct cards v = {.from = from, .to = to, .card = card};
    err = read_cards(&v);
    if (lines_were_cut(from) && err != -EBADMSG)
        to->flag(to->ctx, FACT_CUT);
    buf_free(&v.line);
    buf_free(&v.value);
    buf_free(&v.text);
    return err;
}
