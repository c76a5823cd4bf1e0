#include "extract/rtf_tokens.h"

#include <string.h>

static bool is_letter(unsigned char c) { return (c | 0x20) >= 'a' && (c | 0x20) <= 'z'; }
static bool is_digit(unsigned char c) { return c >= '0' && c <= '9'; }

static int hex_digit(unsigned char c)
{
    if (is_digit(c))
        return c - '0';
    c |= 0x20;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static int take_text(struct rtf_tokens *t, unsigned char c)
{
    switch (c) {
    case '{':
    case '}':
        return t->to.group(t->to.ctx, c == '{');
    case '\\':
        t->state = RTF_BACKSLASH;
        return 0;
    case '\r':
    case '\n':
        return 0;
    }
    return t->to.byte(t->to.ctx, c, false);
}

static int take_backslash(struct rtf_tokens *t, unsigned char c)
{
    t->state = RTF_TEXT;
    if (is_letter(c)) {
        t->state = RTF_WORD;
        t->word[0] = (char)c;
        t->word_len = 1;
        t->negative = t->has_value = false;
        t->value = 0;
        return 0;
    }
    if (c == '\'') {
        t->state = RTF_HEX;
        return 0;
    }
    if (c == '\\' || c == '{' || c == '}')
        return t->to.byte(t->to.ctx, c, true);
    char symbol[2] = {(char)c, 0};
    return t->to.word(t->to.ctx, c == '\r' || c == '\n' ? "par" : symbol, false, 0);
}

/* The word ends before `c`; a space that ends it is part of it. */
static int end_word(struct rtf_tokens *t, unsigned char c)
{
    int64_t value = t->negative ? -t->value : t->value;
    t->state = RTF_TEXT;
    t->word[t->word_len] = 0;
    if (strcmp(t->word, "bin") == 0 && value > 0) {
        t->binary_bytes = (uint64_t)value - (c != ' '); /* `c` may be the first of them */
        t->state = t->binary_bytes > 0 ? RTF_BINARY : RTF_TEXT;
        return 0;
    }
    int err = t->to.word(t->to.ctx, t->word, t->has_value, (int32_t)value);
    return err == 0 && c != ' ' ? take_text(t, c) : err;
}

static int take_word(struct rtf_tokens *t, unsigned char c)
{
    if (is_letter(c) && t->word_len < RTF_WORD_BYTES - 1) {
        t->word[t->word_len++] = (char)c;
        return 0;
    }
    if (c == '-' || is_digit(c)) {
        t->state = RTF_VALUE;
        t->negative = c == '-';
        t->has_value = is_digit(c);
        t->value = t->has_value ? c - '0' : 0;
        return 0;
    }
    return end_word(t, c);
}

static int take_value(struct rtf_tokens *t, unsigned char c)
{
    if (!is_digit(c))
        return end_word(t, c);
    t->has_value = true;
    if (t->value < INT32_MAX / 10)
        t->value = t->value * 10 + (c - '0');
    return 0;
}

static int take_hex(struct rtf_tokens *t, unsigned char c)
{
    int digit = hex_digit(c);
    if (digit < 0) {
        t->state = RTF_TEXT;
        return take_text(t, c);
    }
    if (t->state == RTF_HEX) {
        t->high = (unsigned char)digit;
        t->state = RTF_HEX_LOW;
        return 0;
    }
    t->state = RTF_TEXT;
    return t->to.byte(t->to.ctx, (unsigned char)(t->high << 4 | digit), true);
}

static int take_binary(struct rtf_tokens *t, unsigned char c)
{
    (void)c;
    if (--t->binary_bytes == 0)
        t->state = RTF_TEXT;
    return 0;
}

typedef int take_byte(struct rtf_tokens *t, unsigned char c);
static take_byte *const states[] = {
    [RTF_TEXT] = take_text, [RTF_BACKSLASH] = take_backslash, [RTF_WORD] = take_word,     [RTF_VALUE] = take_value,
    [RTF_HEX] = take_hex,   [RTF_HEX_LOW] = take_hex,         [RTF_BINARY] = take_binary,
};

int rtf_push(struct rtf_tokens *t, const unsigned char *bytes, size_t len)
{
    int err = 0;
    for (size_t i = 0; err == 0 && i < len; i++)
        err = states[t->state](t, bytes[i]);
    return err;
}
