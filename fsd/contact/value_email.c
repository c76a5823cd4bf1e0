#include "contact/value.h"
#include "words/block.h"

#include <string.h>
#include <utf8proc.h>

enum { LOCAL = 1, DOMAIN = 2, WIDE = 4 };

static const unsigned char class_of[256] = {
    ['0' ... '9'] = LOCAL | DOMAIN,
    ['a' ... 'z'] = LOCAL | DOMAIN,
    ['A' ... 'Z'] = LOCAL | DOMAIN,
    ['.'] = LOCAL | DOMAIN,
    ['-'] = LOCAL | DOMAIN,
    ['_'] = LOCAL,
    ['%'] = LOCAL,
    ['+'] = LOCAL,
    ['&'] = LOCAL,
    ['\''] = LOCAL,
    ['~'] = LOCAL,
    ['#'] = LOCAL,
    [0x80 ... 0xff] = LOCAL | DOMAIN | WIDE,
};

static bool is_in(char c, unsigned class) { return (class_of[(unsigned char)c] & class) != 0; }
static char lower(char c) { return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c; }
static bool is_letter(char c) { return (c | 0x20) >= 'a' && (c | 0x20) <= 'z'; }
static bool is_alnum(char c)
{
    return (class_of[(unsigned char)c] & (DOMAIN | WIDE)) == DOMAIN && c != '.' && c != '-';
}

static const bool is_around[256] = {
    [' '] = true, ['\t'] = true, ['\r'] = true, ['\n'] = true, ['"'] = true, ['\''] = true, ['<'] = true, ['>'] = true};

struct span span_trim(const char *text, size_t len)
{
    for (;;) {
        if (len > 0 && is_around[(unsigned char)*text])
            text++, len--;
        else if (len > 1 && text[0] == '\xc2' && text[1] == '\xa0')
            text += 2, len -= 2;
        else
            break;
    }
    for (;;) {
        if (len > 0 && is_around[(unsigned char)text[len - 1]])
            len--;
        else if (len > 1 && text[len - 2] == '\xc2' && text[len - 1] == '\xa0')
            len -= 2;
        else
            break;
    }
    return (struct span){text, len};
}

/* Names of files that look like addresses: icon@2x.png. */
static bool is_file_ending(const char *label, size_t len)
{
    static const char endings[][6] = {"png", "jpg", "jpeg", "gif", "svg", "webp", "css", "js", "json", "html", "pdf"};
    if (len >= sizeof endings[0] || strchr("pjgswch", lower(label[0])) == NULL)
        return false;
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++)
        if (endings[i][0] == lower(label[0]) && strlen(endings[i]) == len && strncasecmp(endings[i], label, len) == 0)
            return true;
    return false;
}

static bool is_top_label(const char *label, size_t len)
{
    if (len < 2 || is_file_ending(label, len))
        return false;
    if (len > 4 && strncasecmp(label, "xn--", 4) == 0)
        return true;
    for (size_t i = 0; i < len; i++)
        if (!is_letter(label[i]) && !is_in(label[i], WIDE))
            return false;
    return true;
}

static bool is_domain(const char *text, size_t len)
{
    size_t label = 0, labels = 0;
    for (size_t i = 0; i <= len; i++) {
        if (i < len && text[i] != '.') {
            if (!is_in(text[i], DOMAIN))
                return false;
            continue;
        }
        if (i == label || i - label > EMAIL_LABEL_BYTES || text[label] == '-' || text[i - 1] == '-')
            return false;
        labels++;
        if (i == len)
            return labels >= 2 && is_top_label(text + label, len - label);
        label = i + 1;
    }
    return false;
}

static bool is_local(const char *text, size_t len)
{
    if (len == 0 || len > EMAIL_LOCAL_BYTES || text[0] == '.' || text[len - 1] == '.')
        return false;
    bool told = false;
    for (size_t i = 0; i < len; i++) {
        if (!is_in(text[i], LOCAL) || (text[i] == '.' && text[i + 1] == '.'))
            return false;
        told |= is_alnum(text[i]) || is_in(text[i], WIDE);
    }
    return told;
}

/* Letters beyond ASCII are lowered too; what is no letter there (a dash, a quote) makes it no address. */
static size_t put_lower(const char *text, size_t len, char *out, size_t room)
{
    size_t to = 0;
    if (len > room || len > EMAIL_BYTES)
        return 0;
    for (size_t i = 0; i < len;) {
        if (!is_in(text[i], WIDE)) {
            out[to++] = lower(text[i++]);
            continue;
        }
        utf8proc_int32_t c;
        utf8proc_uint8_t bytes[4];
        utf8proc_ssize_t n = utf8proc_iterate((const utf8proc_uint8_t *)text + i, (utf8proc_ssize_t)(len - i), &c);
        if (n <= 0 || utf8proc_category(c) > UTF8PROC_CATEGORY_NO)
            return 0;
        size_t put = (size_t)utf8proc_encode_char(utf8proc_tolower(c), bytes);
        if (put > room - to)
            return 0;
        memcpy(out + to, bytes, put);
        to += put;
        i += (size_t)n;
    }
    return to;
}

/* Nearly all addresses are short, and of plain letters, digits and single dots and hyphens. 0: look closer. */
static size_t take_simple(const char *text, size_t len, size_t at, char *out, size_t room)
{
    if (len > room || len > BLOCK_BYTES || at == 0 || at + 1 >= len)
        return 0;
    const struct block b = block_look(text, len);
    uint64_t sign = UINT64_C(1) << at, signs = block_bits_below(len) & ~(b.letters | b.digits);
    uint64_t ends = UINT64_C(1) | UINT64_C(1) << (len - 1);
    bool odd = b.wide != 0 || (signs & ~(b.dots | b.hyphens)) != sign || (signs & (signs >> 1 | ends)) != 0;
    if (odd || b.dots < sign)
        return 0;
    size_t top = BLOCK_BYTES - (size_t)__builtin_clzll(b.dots); /* behind the last dot */
    uint64_t label = block_bits_below(len) & ~block_bits_below(top);
    if (len - top < 2 || (b.letters & label) != label || is_file_ending(text + top, len - top))
        return 0;
    block_lower(out, text, len);
    out[at] = '@';
    return len;
}

static size_t take_plain(const char *text, size_t len, size_t at, char *out, size_t room)
{
    size_t simple = take_simple(text, len, at, out, room);
    if (simple > 0)
        return simple;
    if (!is_local(text, at) || !is_domain(text + at + 1, len - at - 1))
        return 0;
    return put_lower(text, len, out, room);
}

/* ---- addresses written for people ---- */

struct writing {
    const char *text;
    size_t len;
};

/* Longest first. In words both "at" and "dot" must be said; brackets say enough alone. */
static const struct writing bracketed_ats[] = {{"(at)", 4}, {"[at]", 4}, {"{at}", 4}, {"(@)", 3}, {"[@]", 3}};
static const struct writing dots[] = {{"(dot)", 5},   {"[dot]", 5},   {"{dot}", 5}, {"(punkt)", 7},
                                      {"[punkt]", 7}, {" punkt ", 7}, {" dot ", 5}, {" punto ", 7}};

static const struct writing *writing_at(const char *text, size_t len, const struct writing *of, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (of[i].len <= len && strncasecmp(text, of[i].text, of[i].len) == 0)
            return &of[i];
    return NULL;
}

struct rewriting {
    char text[EMAIL_BYTES * 2];
    size_t len, ats, dots;
    bool bracketed;
};

static void rewrite(struct rewriting *r, char as, size_t *from, size_t by, const char *text, size_t len)
{
    while (r->len > 0 && r->text[r->len - 1] == ' ')
        r->len--;
    r->text[r->len++] = as;
    *from += by;
    while (*from < len && text[*from] == ' ')
        (*from)++;
}

static size_t take_written(const char *text, size_t len, char *out, size_t room)
{
    static const struct writing word_at[] = {{" at ", 4}};
    static const bool begins[256] = {['('] = true, ['['] = true, ['{'] = true, [' '] = true};
    struct rewriting r = {.len = 0};
    if (len > EMAIL_BYTES)
        return 0;
    for (size_t i = 0; i < len;) {
        if (!begins[(unsigned char)text[i]]) {
            r.text[r.len++] = text[i++];
            continue;
        }
        const struct writing *w =
            writing_at(text + i, len - i, bracketed_ats, sizeof bracketed_ats / sizeof *bracketed_ats);
        r.bracketed |= w != NULL;
        if (w == NULL)
            w = writing_at(text + i, len - i, word_at, 1);
        if (w != NULL) {
            r.ats++;
            rewrite(&r, '@', &i, w->len, text, len);
        } else if ((w = writing_at(text + i, len - i, dots, sizeof dots / sizeof *dots)) != NULL) {
            r.dots++;
            rewrite(&r, '.', &i, w->len, text, len);
        } else {
            r.text[r.len++] = text[i++];
        }
    }
    const char *at = r.ats == 1 && (r.bracketed || r.dots > 0) ? memchr(r.text, '@', r.len) : NULL;
    return at ? take_plain(r.text, r.len, (size_t)(at - r.text), out, room) : 0;
}

static bool may_be_written(const char *text, size_t len)
{
    if (len < 8 || len > EMAIL_BYTES)
        return false;
    for (size_t i = 1; i + 3 < len; i++)
        if (lower(text[i]) == 'a' && lower(text[i + 1]) == 't' && !is_alnum(text[i - 1]) && !is_alnum(text[i + 2]))
            return true;
    return memmem(text, len, "(@)", 3) != NULL || memmem(text, len, "[@]", 3) != NULL;
}

size_t email_take(const char *text, size_t len, char *out, size_t room)
{
    const char *at = memchr(text, '@', len);
    if (at == NULL && !may_be_written(text, len))
        return 0;
    struct span value = span_trim(text, len);
    if (value.len > 7 && value.text[6] == ':' && strncasecmp(value.text, "mailto:", 7) == 0)
        value = (struct span){value.text + 7, value.len - 7};
    size_t got = at ? take_plain(value.text, value.len, (size_t)(at - value.text), out, room) : 0;
    return got > 0 || !may_be_written(value.text, value.len) ? got : take_written(value.text, value.len, out, room);
}

/* ---- addresses inside of text ---- */

/* "https://user@host", "git@host:path": parts of other addresses. */
static bool is_of_url(const char *text, size_t len, size_t from, size_t end)
{
    if (from >= 2 && text[from - 1] == '/' && text[from - 2] == '/')
        return true;
    return end + 1 < len && text[end] == ':' && is_letter(text[end + 1]) && end - from > 4 &&
           memcmp(text + from, "git@", 4) == 0;
}

/* The address around an '@', no further left than `least`; its length, 0 if there is none. */
static size_t address_around(const char *text, size_t len, size_t least, size_t sign, unsigned but, struct span *found)
{
    char key[EMAIL_BYTES];
    size_t from = sign, end = sign + 1;
    while (from > least && sign - from < EMAIL_LOCAL_BYTES && is_in(text[from - 1], LOCAL) &&
           !is_in(text[from - 1], but))
        from--;
    while (from < sign && !is_alnum(text[from]) && text[from] != '_' && !is_in(text[from], WIDE))
        from++;
    while (end < len && end - sign < EMAIL_BYTES && is_in(text[end], DOMAIN) && !is_in(text[end], but))
        end++;
    while (end > sign + 1 && !is_alnum(text[end - 1]) && !is_in(text[end - 1], WIDE))
        end--;
    if (is_of_url(text, len, from, end))
        return 0;
    *found = (struct span){text + from, end - from};
    return take_plain(text + from, end - from, sign - from, key, sizeof key);
}

bool email_next(const char *text, size_t len, size_t *at, struct span *found)
{
    for (const char *sign; *at < len && (sign = memchr(text + *at, '@', len - *at)) != NULL;) {
        size_t middle = (size_t)(sign - text);
        if (address_around(text, len, *at, middle, 0, found) > 0 ||
            address_around(text, len, *at, middle, WIDE, found) > 0) {
            *at = (size_t)(found->text - text) + found->len;
            return true;
        }
        *at = middle + 1;
    }
    *at = len;
    return false;
}
