#include "extract/json_scan.h"

#include "extract/card.h"
#include "extract/charset.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { WINDOW_BYTES = 128 << 10, NUMBER_BYTES = 64, REPLACEMENT = 0xfffd };

struct json_scan {
    struct charset_reader *from;
    struct limits *limits;
    struct buf text;
    uint32_t lead; /* the first half of a pair of \u escapes; 0: none */
    bool is_full;  /* the text has all that it may have */
    bool cut;
    size_t at, len;
    char window[WINDOW_BYTES];
};

int json_scan_open(struct json_scan **out, struct input *in, const char *charset, struct limits *l)
{
    struct json_scan *s = malloc(sizeof *s);
    if (s == NULL)
        return -ENOMEM;
    memset(s, 0, offsetof(struct json_scan, window));
    s->limits = l;
    input_rewind(in);
    int err = charset_open(&s->from, in, charset);
    if (err < 0) {
        free(s);
        return err;
    }
    *out = s;
    return 0;
}

void json_scan_close(struct json_scan **s)
{
    if (*s != NULL) {
        charset_close((*s)->from);
        buf_free(&(*s)->text);
    }
    free(*s);
    *s = NULL;
}

bool json_scan_was_cut(const struct json_scan *s) { return s->cut; }

/* ---- bytes ---- */

/* Is there a byte at s->at? 1; 0 at the end; -errno. */
static int have_byte(struct json_scan *s)
{
    if (s->at < s->len)
        return 1;
    if (limits_is_over(s->limits)) {
        s->cut = true;
        return -ECANCELED;
    }
    s->at = s->len = 0;
    while (WINDOW_BYTES - s->len >= 64) {
        ssize_t got = charset_read(s->from, s->window + s->len, WINDOW_BYTES - s->len);
        if (got < 0)
            return (int)got;
        if (got == 0)
            break;
        s->len += (size_t)got;
    }
    return s->len > 0;
}

static void put(struct json_scan *s, const char *text, size_t len)
{
    if (s->is_full)
        return;
    size_t fits = card_cut(text, len, LIMIT_CELL - s->text.len);
    s->is_full = fits < len;
    s->cut = s->cut || s->is_full;
    buf_put(&s->text, text, fits);
}

static void put_point(struct json_scan *s, uint32_t point)
{
    char utf8[4];
    size_t len = 0;
    if (point < 0x80) {
        utf8[len++] = point == 0 ? ' ' : (char)point;
    } else if (point < 0x800) {
        utf8[len++] = (char)(0xc0 | point >> 6);
    } else if (point < 0x10000) {
        utf8[len++] = (char)(0xe0 | point >> 12);
        utf8[len++] = (char)(0x80 | (point >> 6 & 0x3f));
    } else {
        utf8[len++] = (char)(0xf0 | point >> 18);
        utf8[len++] = (char)(0x80 | (point >> 12 & 0x3f));
        utf8[len++] = (char)(0x80 | (point >> 6 & 0x3f));
    }
    if (point >= 0x80)
        utf8[len++] = (char)(0x80 | (point & 0x3f));
    put(s, utf8, len);
}

/* ---- strings ---- */

/* Half a pair that stays alone is no character. */
static void settle_lead(struct json_scan *s)
{
    if (s->lead != 0)
        put_point(s, REPLACEMENT);
    s->lead = 0;
}

static void put_unit(struct json_scan *s, uint32_t unit)
{
    bool is_lead = (unit & 0xfc00) == 0xd800, is_trail = (unit & 0xfc00) == 0xdc00;
    if (s->lead != 0 && is_trail) {
        put_point(s, 0x10000 + ((s->lead & 0x3ff) << 10 | (unit & 0x3ff)));
        s->lead = 0;
        return;
    }
    settle_lead(s);
    if (is_lead)
        s->lead = unit;
    else
        put_point(s, is_trail ? REPLACEMENT : unit);
}

static int scan_unit(struct json_scan *s)
{
    uint32_t unit = 0;
    for (int i = 0; i < 4; i++, s->at++) {
        int got = have_byte(s);
        if (got <= 0)
            return got < 0 ? got : JSON_BROKEN;
        char c = s->window[s->at], low = c | 0x20;
        bool digit = c >= '0' && c <= '9', letter = low >= 'a' && low <= 'f';
        if (!digit && !letter)
            return JSON_BROKEN;
        unit = unit << 4 | (uint32_t)(digit ? c - '0' : low - 'a' + 10);
    }
    put_unit(s, unit);
    return JSON_STRING;
}

/* Behind a backslash. */
static int scan_escape(struct json_scan *s)
{
    static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
    int got = have_byte(s);
    if (got <= 0)
        return got < 0 ? got : JSON_BROKEN;
    char c = s->window[s->at++];
    if (c == 'u')
        return scan_unit(s);
    const char *known = c != 0 ? strchr(from, c) : NULL;
    if (known == NULL)
        return JSON_BROKEN;
    settle_lead(s);
    put(s, to + (known - from), 1);
    return JSON_STRING;
}

static bool is_plain(char c) { return c != '"' && c != '\\' && c != '\n' && c != '\r'; }

/* Behind the opening quote. */
static int scan_string(struct json_scan *s)
{
    for (;;) {
        int got = have_byte(s);
        if (got <= 0)
            return got < 0 ? got : JSON_BROKEN;
        size_t end = s->at;
        while (end < s->len && is_plain(s->window[end]))
            end++;
        if (end > s->at) {
            settle_lead(s);
            put(s, s->window + s->at, end - s->at);
        }
        s->at = end;
        if (end == s->len)
            continue;
        char c = s->window[s->at++];
        if (c == '"') {
            settle_lead(s);
            return JSON_STRING;
        }
        int token = c == '\\' ? scan_escape(s) : JSON_BROKEN;
        if (token != JSON_STRING)
            return token;
    }
}

/* ---- other tokens ---- */

static bool is_word_byte(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
static bool is_number_byte(char c) { return (c >= '0' && c <= '9') || memchr("+-.eE", c, 5) != NULL; }

/* The run of such bytes from here, into the text; 0, -errno. */
static int scan_run(struct json_scan *s, bool (*belongs)(char))
{
    int got;
    for (; (got = have_byte(s)) > 0 && belongs(s->window[s->at]); s->at++)
        if (s->text.len <= NUMBER_BYTES)
            buf_put(&s->text, s->window + s->at, 1);
    return got < 0 ? got : 0;
}

static int scan_number(struct json_scan *s)
{
    int err = scan_run(s, is_number_byte);
    if (err < 0)
        return err;
    return s->text.len <= NUMBER_BYTES && s->text.data[s->text.len - 1] >= '0' ? JSON_NUMBER : JSON_BROKEN;
}

static int scan_word(struct json_scan *s)
{
    static const char *const words[] = {"true", "false", "null"};
    int err = scan_run(s, is_word_byte);
    if (err < 0)
        return err;
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (s->text.len > 0 && strcmp(s->text.data, words[i]) == 0)
            return JSON_WORD;
    return JSON_BROKEN;
}

static int skip_space(struct json_scan *s)
{
    int got;
    while ((got = have_byte(s)) > 0) {
        char c = s->window[s->at];
        if (c != ' ' && c != '\n' && c != '\r' && c != '\t')
            break;
        s->at++;
    }
    return got;
}

static int scan(struct json_scan *s)
{
    static const struct {
        char byte;
        enum json_token token;
    } marks[] = {{',', JSON_COMMA},      {':', JSON_COLON}, {'{', JSON_OBJECT},
                 {'}', JSON_OBJECT_END}, {'[', JSON_ARRAY}, {']', JSON_ARRAY_END}};
    int got = skip_space(s);
    if (got <= 0)
        return got < 0 ? got : JSON_END;
    char c = s->window[s->at];
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
        if (c == marks[i].byte) {
            s->at++;
            return marks[i].token;
        }
    if (c == '"') {
        s->at++;
        return scan_string(s);
    }
    return c == '-' || (c >= '0' && c <= '9') ? scan_number(s) : scan_word(s);
}

int json_scan_next(struct json_scan *s, const struct buf **text)
{
    buf_clear(&s->text);
    s->is_full = false;
    s->lead = 0;
    int token = scan(s);
    *text = &s->text;
    return s->text.failed ? -ENOMEM : token;
}
