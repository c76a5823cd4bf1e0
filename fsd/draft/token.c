#include "draft/token.h"

#include <string.h>
#include <utf8proc.h>

/* What a byte may be of; a token's bytes together tell at once what needs a closer look. */
enum byte_class {
    BYTE_SPACE = 1 << 0,
    BYTE_DIGIT = 1 << 1,
    BYTE_LETTER = 1 << 2,
    BYTE_HIGH = 1 << 3,
    BYTE_AT = 1 << 4,
    BYTE_HASH = 1 << 5,
    BYTE_STOP = 1 << 6, /* in every link */
};

static const uint8_t classes[256] = {
    ['\t' ... '\r'] = BYTE_SPACE,
    [' '] = BYTE_SPACE,
    ['0' ... '9'] = BYTE_DIGIT,
    ['A' ... 'Z'] = BYTE_LETTER,
    ['a' ... 'z'] = BYTE_LETTER,
    [0x80 ... 0xff] = BYTE_HIGH,
    ['@'] = BYTE_AT,
    ['#'] = BYTE_HASH,
    ['.'] = BYTE_STOP,
    [':'] = BYTE_STOP,
};

static unsigned class_of(char c) { return classes[(unsigned char)c]; }
static bool is_space(char c) { return (class_of(c) & BYTE_SPACE) != 0; }
static bool is_digit(char c) { return (class_of(c) & BYTE_DIGIT) != 0; }
static bool is_ascii_letter(char c) { return (class_of(c) & BYTE_LETTER) != 0; }
static bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
static bool is_high(char c) { return (class_of(c) & BYTE_HIGH) != 0; }
static bool is_name_byte(char c) { return (class_of(c) & (BYTE_LETTER | BYTE_DIGIT | BYTE_HIGH)) != 0 || c == '_'; }

static void add(uint32_t *to)
{
    if (*to < UINT32_MAX)
        ++*to;
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

/*
 * Of "#CRM2024" all, of "#4711" (a number), "#fff" (a colour's form, all hex digits) and "#AB-17" (a reference) none.
 * "#B2B" and its like are of that form, too, and no colour.
 */
static size_t hashtag_len(const char *token, size_t len)
{
    size_t end = 1;
    bool letter = false, hex = true;
    for (; end < len && is_name_byte(token[end]); end++) {
        letter = letter || is_ascii_letter(token[end]) || is_high(token[end]);
        hex = hex && (is_digit(token[end]) || ((token[end] | 0x20) >= 'a' && (token[end] | 0x20) <= 'f'));
    }
    bool trade = end == 4 && is_upper(token[1]) && token[2] == '2' && is_upper(token[3]);
    bool colour = hex && !trade && (end == 4 || end == 7);
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

static bool is_address(const char *token, size_t len)
{
    const char *at = memchr(token, '@', len);
    return at > token && is_name_byte(at[-1]) && memchr(at, '.', (size_t)(token + len - at)) != NULL;
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
    if (len < 5 || memchr(token, '.', len - 1) == NULL)
        return false;
    const char *scheme = memmem(token, len, "://", 3);
    if (scheme != NULL)
        return scheme > token && scheme + 3 < token + len;
    while (len > 0 && strchr("([\"'<", *token) != NULL)
        token++, len--;
    return (has_prefix(token, len, "www.") && len > 6) || is_bare_link(token, len);
}

static bool is_number(const char *token, size_t len)
{
    size_t digits = 0, letters = 0;
    for (size_t i = 0; i < len; i++) {
        digits += is_digit(token[i]);
        letters += is_ascii_letter(token[i]);
    }
    return digits >= letters;
}

/* Chinese and Japanese put no space between words; two characters make one, about. U+3000 to U+9FFF by lead byte. */
static uint32_t unspaced_words(const char *token, size_t len)
{
    uint32_t characters = 0;
    for (size_t i = 0; i < len; i++)
        characters += (unsigned char)token[i] >= 0xe3 && (unsigned char)token[i] <= 0xe9;
    return characters / 2;
}

static void count_words(const char *token, size_t len, unsigned has, struct token_counts *to)
{
    bool high = (has & BYTE_HIGH) != 0;
    uint32_t unspaced = high ? unspaced_words(token, len) : 0;
    if (unspaced > 1)
        to->words = to->words < UINT32_MAX - unspaced ? to->words + unspaced : UINT32_MAX;
    else if ((has & (BYTE_DIGIT | BYTE_LETTER)) != 0 || (high && has_high_letter(token, len)))
        add(&to->words);
}

/* `has`: the classes of the token's bytes together. */
static void count_token(const char *token, size_t len, unsigned has, struct token_counts *to)
{
    count_words(token, len, has, to);
    if ((has & BYTE_DIGIT) != 0 && is_number(token, len))
        add(&to->numbers);
    if ((has & BYTE_AT) != 0 && is_mention(token, len))
        add(&to->mentions);
    else if ((has & BYTE_AT) != 0 && is_address(token, len))
        add(&to->addresses);
    else if ((has & BYTE_STOP) != 0 && (has & BYTE_AT) == 0 && is_link(token, len))
        add(&to->links);
    else if ((has & BYTE_HASH) != 0)
        count_tags(token, len, to);
}

void token_count(const char *text, size_t len, struct token_counts *to)
{
    for (size_t at = 0; at < len;) {
        while (at < len && is_space(text[at]))
            at++;
        size_t from = at;
        unsigned has = 0;
        for (unsigned c; at < len && ((c = class_of(text[at])) & BYTE_SPACE) == 0; at++)
            has |= c;
        if (at > from)
            count_token(text + from, at - from, has, to);
    }
}

void token_add(struct token_counts *to, const struct token_counts *more)
{
    to->words += more->words;
    to->hashtags += more->hashtags;
    to->mentions += more->mentions;
    to->links += more->links;
    to->addresses += more->addresses;
    to->numbers += more->numbers;
}
