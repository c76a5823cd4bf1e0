#include "extract/html_tokens.h"
#include "extract/html_entities.h"
#include "extract/utf8.h"

#include <string.h>
#include <strings.h>

/* Elements whose content is no text for people, and may hold '<'. */
static const char *const raw_elements[] = {"script", "style", "template", "iframe", "noframes", "xmp"};

static bool is_letter(char c) { return (c | 0x20) >= 'a' && (c | 0x20) <= 'z'; }
static bool is_alnum(char c) { return is_letter(c) || (c >= '0' && c <= '9'); }
static bool is_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }
static char lower(char c) { return c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : c; }

/* ---- text ---- */

static int flush(struct html_tokens *t)
{
    size_t len = t->text_len;
    t->text_len = 0;
    return len > 0 ? t->to.text(t->to.ctx, t->text, len) : 0;
}

static int put(struct html_tokens *t, char c)
{
    int err = t->text_len >= HTML_TEXT_BYTES && ((unsigned char)c & 0xc0) != 0x80 ? flush(t) : 0;
    t->text[t->text_len++] = c;
    return err;
}

static int put_bytes(struct html_tokens *t, const char *bytes, size_t len)
{
    int err = 0;
    for (size_t i = 0; err == 0 && i < len; i++)
        err = put(t, bytes[i]);
    return err;
}

static int end_entity(struct html_tokens *t, bool closed)
{
    char bytes[4];
    uint32_t character = html_entity(t->entity, t->entity_len);
    t->state = HTML_DATA;
    if (character == 0xa0)
        return put(t, ' '); /* a space that does not break is a space to read */
    if (character != 0)
        return put_bytes(t, bytes, utf8_put(bytes, character));
    int err = put(t, '&');
    if (err == 0)
        err = put_bytes(t, t->entity, t->entity_len);
    return err == 0 && closed ? put(t, ';') : err;
}

/* ---- tags ---- */

static void add_to_tag(struct html_tokens *t, char c)
{
    if (t->tag_len < sizeof t->tag)
        t->tag[t->tag_len++] = c;
}

static struct html_tag read_tag(const struct html_tokens *t)
{
    struct html_tag tag = {.is_end = t->tag_len > 0 && t->tag[0] == '/'};
    size_t at = tag.is_end, start = at;
    while (at < t->tag_len && !is_space(t->tag[at]) && t->tag[at] != '/')
        at++;
    if (at - start < HTML_NAME_BYTES)
        for (size_t i = start; i < at; i++)
            tag.name[i - start] = lower(t->tag[i]);
    tag.attrs = t->tag + at;
    tag.attrs_len = t->tag_len - at;
    return tag;
}

static bool is_raw(const char *name)
{
    for (size_t i = 0; i < sizeof raw_elements / sizeof *raw_elements; i++)
        if (strcmp(name, raw_elements[i]) == 0)
            return true;
    return false;
}

static int end_tag(struct html_tokens *t)
{
    struct html_tag tag = read_tag(t);
    bool closes_itself = t->tag_len > 0 && t->tag[t->tag_len - 1] == '/';
    t->state = HTML_DATA;
    if (!tag.is_end && !closes_itself && is_raw(tag.name)) {
        t->state = HTML_RAW;
        t->matched = 0;
        memcpy(t->raw, tag.name, sizeof t->raw);
    }
    int err = flush(t);
    return err == 0 ? t->to.tag(t->to.ctx, &tag) : err;
}

/* ---- states: each takes one byte ---- */

static int take_data(struct html_tokens *t, char c)
{
    if (c == '<')
        t->state = HTML_LESS;
    else if (c == '&') {
        t->state = HTML_ENTITY;
        t->entity_len = 0;
    } else
        return put(t, c);
    return 0;
}

static int take_entity(struct html_tokens *t, char c)
{
    bool continues = is_alnum(c) || (c == '#' && t->entity_len == 0);
    if (continues && t->entity_len < HTML_ENTITY_BYTES) {
        t->entity[t->entity_len++] = c;
        return 0;
    }
    int err = end_entity(t, c == ';');
    return err == 0 && c != ';' ? take_data(t, c) : err;
}

static int take_less(struct html_tokens *t, char c)
{
    t->tag_len = 0;
    if (is_letter(c) || c == '/') {
        t->state = HTML_TAG;
        add_to_tag(t, c);
        return 0;
    }
    if (c == '!' || c == '?') {
        t->state = HTML_MARKUP;
        t->matched = c == '?' ? 3 : 0; /* "<?" is no comment */
        return 0;
    }
    t->state = HTML_DATA;
    int err = put(t, '<');
    return err == 0 ? take_data(t, c) : err;
}

static int take_tag(struct html_tokens *t, char c)
{
    if (c == '>')
        return end_tag(t);
    if ((c == '"' || c == '\'') && t->tag_len > 0 && t->tag[t->tag_len - 1] == '=') {
        t->state = HTML_QUOTED;
        t->quote = c;
    }
    if (!is_space(c) || t->tag_len == 0 || t->tag[t->tag_len - 1] != '=')
        add_to_tag(t, c); /* a space behind '=' would hide its value's quote */
    return 0;
}

static int take_quoted(struct html_tokens *t, char c)
{
    if (c == t->quote)
        t->state = HTML_TAG;
    add_to_tag(t, c);
    return 0;
}

static int take_markup(struct html_tokens *t, char c)
{
    if (c == '>')
        t->state = HTML_DATA;
    else if (c == '-' && t->matched < 2 && ++t->matched == 2)
        t->state = HTML_COMMENT; /* the two dashes count for "-->", too: "<!-->" is whole */
    else if (c != '-')
        t->matched = 3;
    return 0;
}

static int take_comment(struct html_tokens *t, char c)
{
    if (c == '>' && t->matched >= 2)
        t->state = HTML_DATA;
    t->matched = c == '-' ? t->matched + 1 : 0;
    return 0;
}

static int take_raw(struct html_tokens *t, char c)
{
    size_t name_len = strlen(t->raw);
    if (t->matched == 2 + name_len && (is_space(c) || c == '>' || c == '/')) {
        t->state = HTML_TAG;
        t->tag_len = 0;
        add_to_tag(t, '/');
        for (size_t i = 0; i < name_len; i++)
            add_to_tag(t, t->raw[i]);
        return take_tag(t, c);
    }
    char wanted = t->matched == 0 ? '<' : t->matched == 1 ? '/' : t->raw[t->matched - 2];
    if (t->matched < 2 + name_len && lower(c) == wanted)
        t->matched++;
    else
        t->matched = c == '<';
    return 0;
}

typedef int take_byte(struct html_tokens *t, char c);
static take_byte *const states[] = {
    [HTML_DATA] = take_data,     [HTML_ENTITY] = take_entity, [HTML_LESS] = take_less,       [HTML_TAG] = take_tag,
    [HTML_QUOTED] = take_quoted, [HTML_MARKUP] = take_markup, [HTML_COMMENT] = take_comment, [HTML_RAW] = take_raw,
};

int html_push(struct html_tokens *t, const char *utf8, size_t len)
{
    int err = 0;
    for (size_t i = 0; err == 0 && i < len; i++)
        err = states[t->state](t, utf8[i]);
    return err;
}

int html_finish(struct html_tokens *t)
{
    int err = 0;
    if (t->state == HTML_ENTITY)
        err = end_entity(t, false);
    else if (t->state == HTML_LESS)
        err = put(t, '<');
    t->state = HTML_DATA;
    return err == 0 ? flush(t) : err;
}

/* ---- attributes ---- */

struct attr {
    const char *name, *value;
    size_t name_len, value_len;
};

/* The next attribute at *at, which moves behind it; false: there are no more. */
static bool next_attr(const struct html_tag *tag, size_t *at, struct attr *a)
{
    const char *p = tag->attrs;
    size_t i = *at, len = tag->attrs_len;
    while (i < len && (is_space(p[i]) || p[i] == '/'))
        i++;
    size_t name = i;
    while (i < len && !is_space(p[i]) && p[i] != '=' && p[i] != '/')
        i++;
    *a = (struct attr){.name = p + name, .name_len = i - name, .value = ""};
    while (i < len && is_space(p[i]))
        i++;
    if (i < len && p[i] == '=') {
        char quote = ++i < len && (p[i] == '"' || p[i] == '\'') ? p[i++] : 0;
        size_t value = i;
        while (i < len && (quote ? p[i] != quote : !is_space(p[i])))
            i++;
        a->value = p + value;
        a->value_len = i - value;
        i += quote && i < len;
    }
    *at = i;
    return a->name_len > 0 || a->value_len > 0;
}

/* The entity at `p`, which begins with '&': how many bytes it takes, 0 if it is none. */
static size_t entity_at(const char *p, size_t left, uint32_t *character)
{
    size_t len = 1;
    while (len < left && len <= HTML_ENTITY_BYTES && (is_alnum(p[len]) || (p[len] == '#' && len == 1)))
        len++;
    *character = html_entity(p + 1, len - 1);
    if (*character == 0)
        return 0;
    return len < left && p[len] == ';' ? len + 1 : len;
}

static size_t decode(const char *from, size_t len, char *out, size_t room)
{
    size_t to = 0;
    for (size_t i = 0; i < len && to + 5 <= room;) {
        uint32_t character = 0;
        size_t taken = from[i] == '&' ? entity_at(from + i, len - i, &character) : 0;
        if (taken > 0)
            to += utf8_put(out + to, character);
        else
            out[to++] = from[i];
        i += taken > 0 ? taken : 1;
    }
    out[to] = 0;
    return to;
}

size_t html_attr(const struct html_tag *tag, const char *name, char *out, size_t room)
{
    struct attr a;
    out[0] = 0;
    for (size_t at = 0; next_attr(tag, &at, &a);)
        if (a.name_len == strlen(name) && strncasecmp(a.name, name, a.name_len) == 0)
            return decode(a.value, a.value_len, out, room);
    return 0;
}
