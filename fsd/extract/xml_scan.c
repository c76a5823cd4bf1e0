/*
 * A tag is taken when all of it is in the window: what is whole is scanned, the rest is moved to the front and the next
 * piece put behind. Names and values end with a NUL in place; the byte it replaces has been read by then.
 */
#include "extract/utf8.h"
#include "extract/xml_state.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { PIECE_BYTES = 64 << 10, WINDOW_BYTES = XML_TAG_BYTES + PIECE_BYTES, ATTRS = 128, ENTITY_BYTES = 12 };

struct xml_scan {
    struct xml_state state;
    size_t len;    /* bytes in the window */
    bool is_ascii; /* all of them */
    bool had_root;
    const char *attrs[2 * ATTRS + 1];
    char *ends[2 * ATTRS]; /* of attrs: where the NUL goes */
    char window[WINDOW_BYTES + 1];
};

static bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

/* ---- entities ---- */

static const struct {
    const char *name;
    char character;
} entities[] = {{"amp", '&'}, {"lt", '<'}, {"gt", '>'}, {"quot", '"'}, {"apos", '\''}};

static uint32_t reference(const char *p, size_t len)
{
    if (len > 1 && p[0] == '#') {
        char *end, digits[ENTITY_BYTES + 1] = {0};
        memcpy(digits, p + 1, len - 1);
        bool hex = digits[0] == 'x';
        unsigned long value = strtoul(digits + hex, &end, hex ? 16 : 10);
        bool is_number = *end == 0 && end > digits + hex && digits[hex] != '-' && digits[hex] != '+';
        return !is_number ? 0 : value == 0 || value > 0x10ffff ? 0xfffd : (uint32_t)value;
    }
    for (size_t i = 0; i < sizeof entities / sizeof *entities; i++)
        if (strlen(entities[i].name) == len && memcmp(entities[i].name, p, len) == 0)
            return (uint32_t)entities[i].character;
    return 0;
}

/* The entity at `p`, which is '&': its bytes in all, and what it stands for into `to`; 0: it is none. */
static size_t take_entity(const char *p, size_t left, char to[static 4], size_t *to_len)
{
    const char *end = memchr(p, ';', left < ENTITY_BYTES ? left : ENTITY_BYTES);
    uint32_t character = end ? reference(p + 1, (size_t)(end - p) - 1) : 0;
    if (character == 0)
        return 0;
    *to_len = utf8_put(to, character);
    return (size_t)(end - p) + 1;
}

/* ---- text ---- */

static int fail(struct xml_scan *x, int err)
{
    if (x->state.err == 0)
        x->state.err = err;
    return x->state.err;
}

static int put_text(struct xml_scan *x, const char *text, size_t len)
{
    if (len == 0)
        return x->state.err;
    if (!x->is_ascii && !utf8_is_valid(text, len))
        return fail(x, -EBADMSG);
    return x->state.depth > 0 ? xml_state_text(&x->state, text, len) : 0;
}

static int take_text(struct xml_scan *x, const char *p, const char *end)
{
    int err = 0;
    while (p < end && err == 0) {
        const char *amp = memchr(p, '&', (size_t)(end - p));
        err = put_text(x, p, (size_t)((amp ? amp : end) - p));
        if (err < 0 || amp == NULL)
            return err;
        char bytes[4];
        size_t len, taken = take_entity(amp, (size_t)(end - amp), bytes, &len);
        err = taken > 0 ? put_text(x, bytes, len) : fail(x, -EBADMSG);
        p = amp + taken;
    }
    return err;
}

/* Of text that may go on in the next piece: how much cannot be of a character or entity that does. */
static size_t safe_length(const char *p, size_t len)
{
    size_t safe = len;
    for (size_t i = 1; i <= ENTITY_BYTES && i <= len; i++)
        if (p[len - i] == '&')
            safe = len - i;
        else if (p[len - i] == ';')
            break;
    for (size_t i = 1; i <= 4 && i <= safe; i++) {
        unsigned char c = (unsigned char)p[safe - i];
        if (c < 0x80)
            break;
        if (c >= 0xc0)
            return safe - i;
    }
    return safe;
}

/* ---- tags ---- */

/* Values shrink in place. */
static bool decode(char *value)
{
    char *from = strchr(value, '&'), *to = from;
    while (from != NULL && *from != 0) {
        char bytes[4];
        size_t len = 1, taken = 1;
        bytes[0] = *from;
        if (*from == '&')
            taken = take_entity(from, strlen(from) < ENTITY_BYTES ? strlen(from) : ENTITY_BYTES, bytes, &len);
        if (taken == 0)
            return false;
        memcpy(to, bytes, len);
        to += len;
        from += taken;
    }
    if (to != NULL)
        *to = 0;
    return true;
}

struct cursor {
    char *p, *end;
};

/* One attribute; 1: it is in x->attrs, 0: the tag ends here, -EAGAIN: the window ends first, -EBADMSG. */
static int take_attr(struct xml_scan *x, struct cursor *c, size_t count)
{
    char *p = c->p, *end = c->end;
    while (p < end && is_space(*p))
        p++;
    c->p = p;
    if (p < end && (*p == '>' || *p == '/'))
        return 0;
    while (p < end && *p != '=' && !is_space(*p) && *p != '>')
        p++;
    char *name_end = p;
    while (p < end && is_space(*p))
        p++;
    if (p == end)
        return -EAGAIN;
    if (*p++ != '=')
        return -EBADMSG;
    while (p < end && is_space(*p))
        p++;
    if (p == end)
        return -EAGAIN;
    char *close = *p == '"' || *p == '\'' ? memchr(p + 1, *p, (size_t)(end - p) - 1) : NULL;
    if (close == NULL)
        return *p == '"' || *p == '\'' ? -EAGAIN : -EBADMSG;
    if (count == ATTRS)
        return -E2BIG;
    x->attrs[2 * count] = c->p;
    x->attrs[2 * count + 1] = p + 1;
    x->ends[2 * count] = name_end;
    x->ends[2 * count + 1] = close;
    c->p = close + 1;
    return 1;
}

/* The attributes are whole: their NULs go in. */
static bool close_attrs(struct xml_scan *x, size_t count)
{
    bool good = true;
    for (size_t i = 0; i < 2 * count; i++)
        *x->ends[i] = 0;
    for (size_t i = 0; i < count && good; i++)
        good = decode((char *)(uintptr_t)x->attrs[2 * i + 1]);
    x->attrs[2 * count] = NULL;
    return good;
}

/* `c` stands at '<' and moves behind the tag; -EAGAIN: the window ends first. */
static int take_begin(struct xml_scan *x, struct cursor *c)
{
    char *start = c->p, *name_end = c->p + 1;
    while (name_end < c->end && !is_space(*name_end) && *name_end != '/' && *name_end != '>')
        name_end++;
    if (name_end == start + 1)
        return -EBADMSG;
    c->p = name_end;
    size_t count = 0;
    int got;
    while ((got = take_attr(x, c, count)) == 1)
        count++;
    if (got == 0 && c->p == c->end)
        got = -EAGAIN;
    if (got < 0)
        return got;
    bool is_empty = *c->p == '/';
    if (is_empty && ++c->p == c->end)
        return -EAGAIN;
    if (*c->p != '>' || (!x->is_ascii && !utf8_is_valid(start, (size_t)(c->p - start))))
        return -EBADMSG;
    c->p++;
    *name_end = 0;
    if (!close_attrs(x, count))
        return -EBADMSG;
    x->had_root = true;
    int err = xml_state_begin(&x->state, start + 1, x->attrs);
    return err == 0 && is_empty ? xml_state_end(&x->state) : err;
}

static int take_end(struct xml_scan *x, struct cursor *c)
{
    char *name = c->p + 2, *close = memchr(name, '>', (size_t)(c->end - name));
    if (close == NULL)
        return -EAGAIN;
    c->p = close + 1;
    while (close > name && is_space(close[-1]))
        close--;
    *close = 0;
    return xml_state_is_open(&x->state, name) ? xml_state_end(&x->state) : -EBADMSG;
}

/* What begins with `opens` goes up to `closes`; -EAGAIN: the window ends first, -ENOENT: it is not that. */
static int take_until(struct cursor *c, const char *opens, const char *closes, char **from, char **to)
{
    size_t len = strlen(opens), left = (size_t)(c->end - c->p), same = left < len ? left : len;
    if (memcmp(c->p, opens, same) != 0)
        return -ENOENT;
    char *end = left > len ? memmem(c->p + len, left - len, closes, strlen(closes)) : NULL;
    if (end == NULL)
        return -EAGAIN;
    *from = c->p + len;
    *to = end;
    c->p = end + strlen(closes);
    return 0;
}

static int take_special(struct xml_scan *x, struct cursor *c)
{
    char *from, *to;
    int err = take_until(c, "<?", "?>", &from, &to);
    if (err == -ENOENT)
        err = take_until(c, "<!--", "-->", &from, &to);
    if (err != -ENOENT)
        return err;
    err = take_until(c, "<![CDATA[", "]]>", &from, &to);
    if (err == 0)
        return put_text(x, from, (size_t)(to - from));
    return err == -ENOENT ? -EBADMSG : err; /* a document type, above all */
}

static int take_markup(struct xml_scan *x, struct cursor *c)
{
    if (c->end - c->p < 2)
        return -EAGAIN;
    if (c->p[1] == '/')
        return take_end(x, c);
    return c->p[1] == '?' || c->p[1] == '!' ? take_special(x, c) : take_begin(x, c);
}

/* ---- the window ---- */

static int scan(struct xml_scan *x, bool last)
{
    struct cursor c = {.p = x->window, .end = x->window + x->len};
    int err = 0;
    while (c.p < c.end && err == 0) {
        char *token = c.p;
        if (*c.p == '<') {
            err = take_markup(x, &c);
            if (err == -EAGAIN)
                c.p = token;
            continue;
        }
        char *less = memchr(c.p, '<', (size_t)(c.end - c.p));
        size_t left = (size_t)(c.end - c.p), len = less ? (size_t)(less - c.p) : last ? left : safe_length(c.p, left);
        if (len == 0)
            break;
        err = take_text(x, c.p, c.p + len);
        c.p += len;
    }
    if (err < 0 && err != -EAGAIN)
        return fail(x, err);
    x->len = (size_t)(c.end - c.p);
    memmove(x->window, c.p, x->len);
    return x->len > XML_TAG_BYTES ? fail(x, -E2BIG) : 0;
}

static bool has_only_ascii(const char *bytes, size_t len)
{
    unsigned char all = 0;
    for (size_t i = 0; i < len; i++)
        all |= (unsigned char)bytes[i];
    return all < 0x80;
}

int xml_scan_push(struct xml_scan *x, const void *bytes, size_t len)
{
    const char *from = bytes;
    while (len > 0 && x->state.err == 0) {
        size_t piece = len < PIECE_BYTES ? len : PIECE_BYTES;
        if (memchr(from, 0, piece) != NULL)
            return fail(x, -EBADMSG);
        x->is_ascii = (x->len == 0 || x->is_ascii) && has_only_ascii(from, piece);
        memcpy(x->window + x->len, from, piece);
        x->len += piece;
        scan(x, false);
        from += piece;
        len -= piece;
    }
    return x->state.err;
}

int xml_scan_finish(struct xml_scan *x)
{
    if (x->state.err == 0)
        scan(x, true);
    if (x->state.err == 0 && (x->len > 0 || x->state.depth > 0 || !x->had_root))
        return fail(x, -EBADMSG);
    return x->state.err;
}

int xml_scan_open(struct xml_scan **out, const struct xml_handler *h)
{
    struct xml_scan *x = calloc(1, sizeof *x);
    if (x == NULL)
        return -ENOMEM;
    xml_state_init(&x->state, h);
    *out = x;
    return 0;
}

void xml_scan_close(struct xml_scan *x) { free(x); }

bool xml_scan_can(const void *bytes, size_t len)
{
    char head[256];
    size_t n = len < sizeof head - 1 ? len : sizeof head - 1;
    memcpy(head, bytes, n);
    head[n] = 0;
    const char *start = strncmp(head, "\xef\xbb\xbf", 3) == 0 ? head + 3 : head;
    if (*start != '<' || strlen(head) < n)
        return false;
    const char *end = strstr(start, "?>"), *encoding = strstr(start, "encoding");
    if (strncmp(start, "<?xml", 5) != 0 || (end != NULL && (encoding == NULL || encoding > end)))
        return true;
    encoding = end && encoding ? encoding + strcspn(encoding, "\"'") : "";
    return *encoding != 0 &&
           (strncasecmp(encoding + 1, "utf-8", 5) == 0 || strncasecmp(encoding + 1, "us-ascii", 8) == 0);
}
