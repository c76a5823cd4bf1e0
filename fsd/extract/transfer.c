#include "extract/transfer.h"

/* One more than the digit's value; 0: no digit. */
static const unsigned char digit_table[256] = {
    ['A'] = 1,  ['B'] = 2,  ['C'] = 3,  ['D'] = 4,  ['E'] = 5,  ['F'] = 6,  ['G'] = 7,  ['H'] = 8,
    ['I'] = 9,  ['J'] = 10, ['K'] = 11, ['L'] = 12, ['M'] = 13, ['N'] = 14, ['O'] = 15, ['P'] = 16,
    ['Q'] = 17, ['R'] = 18, ['S'] = 19, ['T'] = 20, ['U'] = 21, ['V'] = 22, ['W'] = 23, ['X'] = 24,
    ['Y'] = 25, ['Z'] = 26, ['a'] = 27, ['b'] = 28, ['c'] = 29, ['d'] = 30, ['e'] = 31, ['f'] = 32,
    ['g'] = 33, ['h'] = 34, ['i'] = 35, ['j'] = 36, ['k'] = 37, ['l'] = 38, ['m'] = 39, ['n'] = 40,
    ['o'] = 41, ['p'] = 42, ['q'] = 43, ['r'] = 44, ['s'] = 45, ['t'] = 46, ['u'] = 47, ['v'] = 48,
    ['w'] = 49, ['x'] = 50, ['y'] = 51, ['z'] = 52, ['0'] = 53, ['1'] = 54, ['2'] = 55, ['3'] = 56,
    ['4'] = 57, ['5'] = 58, ['6'] = 59, ['7'] = 60, ['8'] = 61, ['9'] = 62, ['+'] = 63, ['/'] = 64,
};

size_t base64_decode(struct base64 *b, const char *from, size_t len, unsigned char *to)
{
    size_t out = 0;
    for (size_t i = 0; i < len; i++) {
        unsigned char digit = digit_table[(unsigned char)from[i]];
        if (digit == 0) {
            if (from[i] == '=') /* the bits that are left over belong to no byte */
                *b = (struct base64){0};
            continue;
        }
        b->bits = (b->bits << 6 | (digit - 1u)) & 0xffffff;
        b->digits = (b->digits + 1) % 4;
        if (b->digits != 1)
            to[out++] = (unsigned char)(b->bits >> (b->digits == 2 ? 4 : b->digits == 3 ? 2 : 0));
    }
    return out;
}

static int hex(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c |= 0x20;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* What an '=' and the two characters behind it stand for: a byte, nothing (a soft line break), or themselves. */
static size_t end_escape(const char escape[static 3], unsigned char *to)
{
    int high = hex(escape[1]), low = hex(escape[2]);
    if (high >= 0 && low >= 0) {
        to[0] = (unsigned char)(high * 16 + low);
        return 1;
    }
    if (escape[1] == '\r' && escape[2] == '\n')
        return 0;
    for (int i = 0; i < 3; i++)
        to[i] = (unsigned char)escape[i];
    return 3;
}

size_t quoted_printable_decode(struct quoted_printable *q, const char *from, size_t len, unsigned char *to)
{
    size_t out = 0;
    for (size_t i = 0; i < len; i++) {
        char c = from[i];
        if (q->count == 0 && c != '=') {
            to[out++] = (unsigned char)(q->header && c == '_' ? ' ' : c);
        } else if (q->count < 2) {
            q->held[q->count++] = c;
            if (q->count == 2 && c == '\n')
                q->count = 0;
        } else {
            const char escape[3] = {q->held[0], q->held[1], c};
            out += end_escape(escape, to + out);
            q->count = 0;
        }
    }
    return out;
}
