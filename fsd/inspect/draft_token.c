#include "inspect/draft_token.h"

#include <string.h>
#include <utf8proc.h>

static bool is_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }
static bool is_digit(char c) { return c >= '0' && c <= '9'; }
static bool is_ascii_letter(char c) { return (c | 0x20) >= 'a' && (c | 0x20) <= 'z'; }
static bool is_high(char c) { return (unsigned char)c >= 0x80; }
static bool is_name_byte(char c) { return is_ascii_letter(c) || is_digit(c) || c == '_' || is_high(c); }

static void add(uint32_t *to)
{
    if (*to < UINT32_MAX)
        ++*to;
}

bool token_next(const char *text, size_t text_len, size_t *at, const char **token, size_t *len)
{
    size_t i = *at;
    while (i < text_len && is_space(text[i]))
        i++;
    size_t from = i;
    while (i < text_len && !is_space(text[i]))
        i++;
    *at = i;
    *token = text + from;
    *len = i - from;
    return i > from;
}

/* Dashes, quotes and emoji are no letters, though their bytes are high as those of letters are. */
static bool has_high_letter(const char *token, size_t len)
{
    for (size_t i = 0; i < len;) {
        utf8proc_int32_t c;
        utf8proc_ssize_t n =
            utf8proc_iterate((const utf8proc_uint8_t *)token + i, (utf8proc_ssize_t)(len - i < 4 ? len - i : 4), &c);
        if (n <= 0)
            return false;
        utf8proc_category_t kind = utf8proc_category(c);
        if (kind >= UTF8PROC_CATEGORY_LU && kind <= UTF8PROC_CATEGORY_LO)
            return true;
        i += (size_t)n;
    }
    return false;
}

/* Of "#CRM2024" all, of "#4711" (a number), "#fff" (a colour's form, all hex digits) and "#AB-17" (a reference) none.
 */
static size_t hashtag_len(const char *token, size_t len)
{
    size_t end = 1;
    bool letter = false, hex = true;
    for (; end < len && is_name_byte(token[end]); end++) {
        letter = letter || is_ascii_letter(token[end]) || is_high(token[end]);
        hex = hex && (is_digit(token[end]) || ((token[end] | 0x20) >= 'a' && (token[end] | 0x20) <= 'f'));
    }
    bool colour = hex && (end == 4 || end == 7);
    bool reference = end + 1 < len && token[end] == '-' && is_digit(token[end + 1]);
    return letter && end > 2 && !colour && !reference ? end : 0;
}

/* A tag may stand after an opening bracket, Markdown's backslash, or the word that LinkedIn puts before it in copies.
 */
static bool may_open_tag(const char *token, size_t at)
{
    if (at == 0 || strchr("([{\"'*_\\,;/", token[at - 1]) != NULL || is_high(token[at - 1]))
        return true;
    return at == 7 && memcmp(token, "hashtag", 7) == 0;
}

static void count_tags(const char *token, size_t len, struct token_counts *to)
{
    bool after_tag = false;
    for (size_t i = 0; i < len; i++) {
        if (token[i] != '#' || (!after_tag && !may_open_tag(token, i)))
            continue;
        size_t tag = hashtag_len(token + i, len - i);
        after_tag = tag > 0;
        if (after_tag) {
            add(&to->hashtags);
            i += tag - 1;
        }
    }
}

static bool is_mention(const char *token, size_t len)
{
    size_t at = 0;
    while (at < len && strchr("([\"'*_\\.,", token[at]) != NULL)
        at++;
    return at + 2 < len && token[at] == '@' && (is_ascii_letter(token[at + 1]) || is_high(token[at + 1])) &&
           is_name_byte(token[at + 2]);
}

static bool has_prefix(const char *token, size_t len, const char *prefix)
{
    for (; *prefix != 0; prefix++, token++, len--)
        if (len == 0 || (is_ascii_letter(*token) ? (*token | 0x20) : *token) != *prefix)
            return false;
    return true;
}

/* "lnkd.in/gx3": labels and dots, a last label of letters, then a path. */
static bool is_bare_link(const char *token, size_t len)
{
    size_t last = 0, end = 0;
    bool dot = false;
    for (; end < len && (is_ascii_letter(token[end]) || is_digit(token[end]) || token[end] == '-' || token[end] == '.');
         end++)
        if (token[end] == '.') {
            dot = end > 0;
            last = end + 1;
        }
    if (!dot || end + 1 >= len || token[end] != '/' || end - last < 2 || end - last > 10)
        return false;
    for (size_t i = last; i < end; i++)
        if (!is_ascii_letter(token[i]))
            return false;
    return true;
}

static bool is_link(const char *token, size_t len)
{
    const char *scheme = memmem(token, len, "://", 3);
    if (scheme != NULL)
        return scheme > token && scheme + 3 < token + len;
    while (len > 0 && strchr("([\"'<", *token) != NULL)
        token++, len--;
    return (has_prefix(token, len, "www.") && len > 6) || is_bare_link(token, len);
}

static void count_token(const char *token, size_t len, struct token_counts *to)
{
    size_t digits = 0, letters = 0;
    bool high = false, at = false, hash = false, stop = false;
    for (size_t i = 0; i < len; i++) {
        char c = token[i];
        digits += is_digit(c);
        letters += is_ascii_letter(c);
        high = high || is_high(c);
        at = at || c == '@';
        hash = hash || c == '#';
        stop = stop || (c == '.' && i + 1 < len) || c == ':';
    }
    if (digits + letters > 0 || (high && has_high_letter(token, len)))
        add(&to->words);
    if (digits > 0 && digits >= letters)
        add(&to->numbers);
    if (at && is_mention(token, len))
        add(&to->mentions);
    else if (stop && !at && is_link(token, len))
        add(&to->links);
    else if (hash)
        count_tags(token, len, to);
}

void token_count(const char *text, size_t len, struct token_counts *to)
{
    size_t at = 0, token_len;
    const char *token;
    while (token_next(text, len, &at, &token, &token_len))
        count_token(token, token_len, to);
}
