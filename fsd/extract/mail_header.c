#include "extract/mail_header.h"

#include "extract/charset.h"
#include "extract/transfer.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { PIECES_MOST = 32, WORD_TEXT_BYTES = 1024 };

/* ---- lines ---- */

/* Fields, and whether mail alone has them: "Subject:" may begin a note, "Message-ID:" does not. */
static const struct {
    const char *name;
    int field; /* enum mail_field; -1: not kept */
    unsigned weight;
} fields[] = {
    {"from", FIELD_FROM, 1},
    {"to", FIELD_TO, 1},
    {"cc", FIELD_CC, 1},
    {"subject", FIELD_SUBJECT, 1},
    {"date", -1, 1},
    {"content-type", FIELD_TYPE, 1},
    {"content-transfer-encoding", FIELD_ENCODING, 1},
    {"content-disposition", FIELD_DISPOSITION, 0},
    {"sender", -1, 1},
    {"reply-to", -1, 1},
    {"mime-version", -1, 2},
    {"message-id", -1, 2},
    {"received", -1, 2},
    {"return-path", -1, 2},
    {"delivered-to", -1, 2},
    {"dkim-signature", -1, 2},
    {"in-reply-to", -1, 2},
};

void mail_header_start(struct mail_header *h) { *h = (struct mail_header){.open = -1}; }

void mail_header_free(struct mail_header *h)
{
    for (int i = 0; i < MAIL_FIELDS; i++)
        buf_free(&h->values[i]);
}

void mail_header_continue(struct mail_header *h, const char *text, size_t len)
{
    if (h->open < 0)
        return;
    struct buf *value = &h->values[h->open];
    if (len > HEADER_VALUE_BYTES - value->len) {
        len = HEADER_VALUE_BYTES - value->len;
        h->is_cut = true;
    }
    buf_put(value, text, len);
}

static size_t name_length(const char *line, size_t len)
{
    size_t n = 0;
    while (n < len && line[n] > ' ' && line[n] < 0x7f && line[n] != ':')
        n++;
    return n;
}

bool mail_header_line(struct mail_header *h, const char *line, size_t len)
{
    if (len > 0 && (line[0] == ' ' || line[0] == '\t')) {
        mail_header_continue(h, line, len);
        return true;
    }
    size_t name = name_length(line, len);
    if (name == 0 || name == len || line[name] != ':')
        return false;
    h->open = -1;
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
        if (strlen(fields[i].name) != name || strncasecmp(fields[i].name, line, name) != 0)
            continue;
        h->known += fields[i].weight;
        if (fields[i].field >= 0 && h->values[fields[i].field].len == 0)
            h->open = fields[i].field;
        break;
    }
    mail_header_continue(h, line + name + 1, len - name - 1);
    return true;
}

const char *mail_header_value(const struct mail_header *h, enum mail_field field)
{
    return h->values[field].data ? h->values[field].data : "";
}

void mail_header_word(const char *value, char to[static HEADER_WORD_BYTES])
{
    size_t len = 0;
    value += strspn(value, " \t");
    for (; *value > ' ' && *value < 0x7f && strchr(";(,", *value) == NULL && len < HEADER_WORD_BYTES - 1; value++)
        to[len++] = *value >= 'A' && *value <= 'Z' ? (char)(*value | 0x20) : *value;
    to[len] = 0;
}

/* ---- encoded words ---- */

/* Convert to UTF-8 and put it, what is below a space as a space. */
static int put_converted(struct buf *to, const void *bytes, size_t len, const char *charset)
{
    struct input in = input_from_memory(bytes, len, "");
    struct charset_reader *reader = NULL;
    char piece[WORD_TEXT_BYTES];
    ssize_t n = charset_open(&reader, &in, charset);
    if (n < 0)
        return (int)n;
    while ((n = charset_read(reader, piece, sizeof piece)) > 0) {
        for (ssize_t i = 0; i < n; i++)
            if ((unsigned char)piece[i] < ' ' || piece[i] == 0x7f)
                piece[i] = ' ';
        buf_put(to, piece, (size_t)n);
    }
    charset_close(reader);
    return n < 0 ? (int)n : to->failed ? -ENOMEM : 0;
}

/* "=?charset?B?text?=" */
struct encoded_word {
    const char *charset, *text;
    size_t charset_len, text_len, len; /* len: all of it */
    char encoding;                     /* 'b' or 'q' */
};

static bool parse_word(const char *at, size_t len, struct encoded_word *w)
{
    if (len < 8 || at[0] != '=' || at[1] != '?')
        return false;
    const char *charset = at + 2, *end = at + len;
    if (len > 2 * WORD_TEXT_BYTES)
        end = at + 2 * WORD_TEXT_BYTES;
    const char *encoding = memchr(charset, '?', (size_t)(end - charset));
    if (encoding == NULL || end - encoding < 5 || encoding[2] != '?' || strchr("bBqQ", encoding[1]) == NULL)
        return false;
    const char *text = encoding + 3, *close = memmem(text, (size_t)(end - text), "?=", 2);
    if (close == NULL)
        return false;
    *w = (struct encoded_word){.charset = charset,
                               .charset_len = (size_t)(encoding - charset),
                               .text = text,
                               .text_len = (size_t)(close - text),
                               .len = (size_t)(close + 2 - at),
                               .encoding = (char)(encoding[1] | 0x20)};
    return true;
}

/* Bytes of words in one charset that stand together: a character may be divided between two of them. */
struct word_run {
    struct buf bytes;
    char charset[40];
};

static int end_run(struct word_run *run, struct buf *to)
{
    int err = run->bytes.len > 0 ? put_converted(to, run->bytes.data, run->bytes.len, run->charset) : 0;
    buf_clear(&run->bytes);
    return err;
}

static int add_word(struct word_run *run, const struct encoded_word *w, struct buf *to)
{
    char charset[sizeof run->charset] = "";
    size_t len = strcspn(w->charset, "?*"); /* "utf-8*en" names a language, too */
    memcpy(charset, w->charset, len < sizeof charset ? len : sizeof charset - 1);
    int err = strcasecmp(charset, run->charset) != 0 ? end_run(run, to) : 0;
    memcpy(run->charset, charset, sizeof charset);
    char *room = buf_reserve(&run->bytes, w->text_len + 2);
    if (room == NULL)
        return -ENOMEM;
    run->bytes.len += w->encoding == 'b'
                          ? base64_decode(&(struct base64){0}, w->text, w->text_len, (unsigned char *)room)
                          : quoted_printable_decode(&(struct quoted_printable){.header = true}, w->text, w->text_len,
                                                    (unsigned char *)room);
    return err;
}

static size_t find_word(const char *value, size_t len, struct encoded_word *w)
{
    size_t at = 0;
    for (const char *next; (next = memmem(value + at, len - at, "=?", 2)) != NULL; at = (size_t)(next - value) + 2)
        if (parse_word(next, len - (size_t)(next - value), w))
            return (size_t)(next - value);
    return len;
}

static bool is_blank(const char *text, size_t len)
{
    for (size_t i = 0; i < len; i++)
        if (text[i] != ' ' && text[i] != '\t')
            return false;
    return true;
}

int mail_header_decode(const char *value, size_t len, struct buf *to)
{
    struct word_run run = {.charset = ""};
    struct encoded_word w = {0};
    int err = 0;
    while (len > 0 && (*value == ' ' || *value == '\t'))
        value++, len--;
    for (bool after_word = false; len > 0 && err == 0; after_word = true) {
        size_t at = find_word(value, len, &w);
        if (at > 0 && !(after_word && at < len && is_blank(value, at))) {
            err = end_run(&run, to);
            if (err == 0)
                err = put_converted(to, value, at, "");
        }
        if (err == 0 && at < len)
            err = add_word(&run, &w, to);
        size_t step = at < len ? at + w.len : len;
        value += step;
        len -= step;
    }
    if (err == 0)
        err = end_run(&run, to);
    buf_free(&run.bytes);
    return err;
}

/* ---- parameters ---- */

/* One "name=value" of a value, the quotes taken off. */
struct param {
    const char *name, *value;
    size_t name_len, value_len;
    bool is_quoted;
};

/* Where the value of a parameter ends, and the text behind it goes on. */
static const char *take_value(const char *at, struct param *p)
{
    p->is_quoted = *at == '"';
    if (!p->is_quoted) {
        p->value = at;
        p->value_len = strcspn(at, "; \t");
        return at + p->value_len;
    }
    p->value = ++at;
    while (*at != 0 && *at != '"')
        at += *at == '\\' && at[1] != 0 ? 2 : 1;
    p->value_len = (size_t)(at - p->value);
    return *at == '"' ? at + 1 : at;
}

/* The next parameter from *at; false at the end. */
static bool next_param(const char **at, struct param *p)
{
    const char *s = *at + strcspn(*at, ";");
    if (*s == 0)
        return false;
    s += strspn(s, "; \t");
    p->name = s;
    p->name_len = strcspn(s, "=; \t");
    s += p->name_len;
    s += strspn(s, " \t");
    p->value_len = 0;
    if (*s == '=')
        s = take_value(s + 1 + strspn(s + 1, " \t"), p);
    *at = s;
    return true;
}

/* Is it the parameter, or one of its pieces ("name*2*")? Its piece's number, and whether it is percent-encoded; -1. */
static int piece_number(const struct param *p, const char *name, bool *is_encoded)
{
    size_t len = strlen(name);
    if (p->name_len < len || strncasecmp(p->name, name, len) != 0)
        return -1;
    const char *rest = p->name + len, *end = p->name + p->name_len;
    int number = 0;
    *is_encoded = rest < end && end[-1] == '*';
    if (rest == end)
        return 0;
    if (*rest++ != '*')
        return -1;
    for (; rest < end && *rest >= '0' && *rest <= '9' && number < PIECES_MOST; rest++)
        number = number * 10 + (*rest - '0');
    return rest == end || rest + 1 == end ? number : -1;
}

static void unpercent(const char *from, size_t len, struct buf *to)
{
    for (size_t i = 0; i < len; i++) {
        char hex[3] = {'=', i + 1 < len ? from[i + 1] : 0, i + 2 < len ? from[i + 2] : 0}, byte[5];
        bool is_escape = from[i] == '%' && quoted_printable_decode(&(struct quoted_printable){0}, hex, sizeof hex,
                                                                   (unsigned char *)byte) == 1;
        buf_put(to, is_escape ? byte : from + i, 1);
        i += is_escape ? 2 : 0;
    }
}

static void unquote(const struct param *p, struct buf *to)
{
    for (size_t i = 0; i < p->value_len; i++) {
        if (p->is_quoted && p->value[i] == '\\' && i + 1 < p->value_len)
            i++;
        buf_put(to, p->value + i, 1);
    }
}

/* "utf-8'en'" in front of an encoded value: take it off, keep the charset. */
static void take_charset(struct param *p, char charset[static 40])
{
    const char *end = memchr(p->value, '\'', p->value_len);
    const char *second = end ? memchr(end + 1, '\'', p->value_len - (size_t)(end + 1 - p->value)) : NULL;
    if (second == NULL)
        return;
    size_t len = (size_t)(end - p->value) < 39 ? (size_t)(end - p->value) : 39;
    memcpy(charset, p->value, len);
    charset[len] = 0;
    p->value_len -= (size_t)(second + 1 - p->value);
    p->value = second + 1;
}

bool mail_header_param(const char *value, const char *name, char *to, size_t room)
{
    buf_auto raw = {0}, text = {0};
    char charset[40] = "";
    bool is_found = false, any_encoded = false;
    struct param p = {0};
    /* Pieces come in order in all mail that programs write; one out of order is left out. */
    for (int wanted = 0; next_param(&value, &p) && wanted < PIECES_MOST;) {
        bool is_encoded = false;
        if (piece_number(&p, name, &is_encoded) != wanted)
            continue;
        if (is_encoded && wanted == 0)
            take_charset(&p, charset);
        if (is_encoded)
            unpercent(p.value, p.value_len, &raw);
        else
            unquote(&p, &raw);
        any_encoded |= is_encoded;
        is_found = true;
        wanted++;
    }
    int err = 0;
    if (any_encoded)
        err = put_converted(&text, raw.data ? raw.data : "", raw.len, charset);
    else
        err = mail_header_decode(raw.data ? raw.data : "", raw.len, &text);
    size_t len = err < 0 ? 0 : text.len < room ? text.len : room - 1;
    if (len > 0)
        memcpy(to, text.data, len);
    to[len] = 0;
    return is_found && !raw.failed && err == 0;
}
