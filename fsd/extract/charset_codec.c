#include "extract/charset_codec.h"

#include <string.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

enum { REPLACEMENT = 0xfffd };

static bool has_room(const struct charset_span *s) { return s->to_end - s->to >= 4; }

static void put(struct charset_span *s, uint32_t point)
{
    if (point == 0)
        point = ' ';
    if (point < 0x80) {
        *s->to++ = (char)point;
        return;
    }
    if (point < 0x800) {
        *s->to++ = (char)(0xc0 | point >> 6);
    } else {
        if (point < 0x10000) {
            *s->to++ = (char)(0xe0 | point >> 12);
        } else {
            *s->to++ = (char)(0xf0 | point >> 18);
            *s->to++ = (char)(0x80 | (point >> 12 & 0x3f));
        }
        *s->to++ = (char)(0x80 | (point >> 6 & 0x3f));
    }
    *s->to++ = (char)(0x80 | (point & 0x3f));
}

/* ---- UTF-8 ---- */

size_t charset_ascii_run(const unsigned char *p, const unsigned char *end)
{
    const uint64_t ones = UINT64_C(0x0101010101010101), tops = ones << 7;
    const unsigned char *at = p;
#ifdef __SSE2__
    for (const __m128i nul = _mm_setzero_si128(); end - at >= (ptrdiff_t)sizeof nul; at += sizeof nul) {
        __m128i bytes = _mm_loadu_si128((const __m128i *)(const void *)at);
        int ends = _mm_movemask_epi8(_mm_or_si128(bytes, _mm_cmpeq_epi8(bytes, nul)));
        if (ends != 0)
            return (size_t)(at - p) + (size_t)__builtin_ctz((unsigned)ends);
    }
#endif
    for (uint64_t eight; end - at >= 8; at += 8) {
        memcpy(&eight, at, 8);
        if ((((eight - ones) | eight) & tops) != 0) /* a byte is beyond ASCII or, by the borrow, NUL */
            break;
    }
    while (at < end && *at != 0 && *at < 0x80)
        at++;
    return (size_t)(at - p);
}

int charset_utf8_length(const unsigned char *p, const unsigned char *end)
{
    unsigned char lead = *p, low = 0x80, top = 0xbf;
    int len;
    if (lead < 0x80)
        return 1;
    if (lead >= 0xc2 && lead <= 0xdf) {
        len = 2;
    } else if (lead >= 0xe0 && lead <= 0xef) {
        len = 3;
        low = lead == 0xe0 ? 0xa0 : 0x80; /* overlong */
        top = lead == 0xed ? 0x9f : 0xbf; /* surrogates */
    } else if (lead >= 0xf0 && lead <= 0xf4) {
        len = 4;
        low = lead == 0xf0 ? 0x90 : 0x80;
        top = lead == 0xf4 ? 0x8f : 0xbf;
    } else {
        return 0;
    }
    for (int i = 1; i < len; i++) {
        if (p + i == end)
            return -1;
        if (p[i] < low || p[i] > top)
            return 0;
        low = 0x80;
        top = 0xbf;
    }
    return len;
}

static void copy_run(struct charset_span *s, size_t len)
{
    memcpy(s->to, s->from, len);
    s->to += len;
    s->from += len;
}

static void convert_utf8(const struct charset_codec *codec, struct charset_span *s)
{
    (void)codec;
    while (s->from < s->from_end && has_room(s)) {
        size_t room = (size_t)(s->to_end - s->to), left = (size_t)(s->from_end - s->from);
        size_t run = charset_ascii_run(s->from, s->from + (left < room ? left : room));
        if (run > 0) {
            copy_run(s, run);
            continue;
        }
        int len = charset_utf8_length(s->from, s->from_end);
        if (len < 0 && !s->last)
            return;
        if (len > 0 && *s->from != 0) {
            copy_run(s, (size_t)len);
            continue;
        }
        put(s, *s->from == 0 ? ' ' : REPLACEMENT);
        s->from++;
    }
}

/* ---- UTF-16 ---- */

static uint32_t unit_at(const unsigned char *p, bool big)
{
    return big ? (uint32_t)p[0] << 8 | p[1] : (uint32_t)p[1] << 8 | p[0];
}

/* One character; false: unfinished. */
static bool convert_utf16_one(struct charset_span *s, bool big)
{
    size_t left = (size_t)(s->from_end - s->from), used = 2;
    uint32_t point = REPLACEMENT;
    if (left < 2) {
        used = left;
    } else if (((point = unit_at(s->from, big)) & 0xf800) == 0xd800) {
        uint32_t lead = point, next = left < 4 ? 0 : unit_at(s->from + 2, big);
        if (left < 4 && lead < 0xdc00 && !s->last)
            return false;
        point = REPLACEMENT;
        if (lead < 0xdc00 && (next & 0xfc00) == 0xdc00) {
            point = 0x10000 + ((lead & 0x3ff) << 10 | (next & 0x3ff));
            used = 4;
        }
    }
    if (used < 2 && !s->last)
        return false;
    put(s, point);
    s->from += used;
    return true;
}

static void convert_utf16le(const struct charset_codec *codec, struct charset_span *s)
{
    (void)codec;
    while (s->from < s->from_end && has_room(s) && convert_utf16_one(s, false))
        ;
}

static void convert_utf16be(const struct charset_codec *codec, struct charset_span *s)
{
    (void)codec;
    while (s->from < s->from_end && has_room(s) && convert_utf16_one(s, true))
        ;
}

/* ---- one byte a character ---- */

void charset_convert_table(const struct charset_codec *codec, struct charset_span *s)
{
    while (s->from < s->from_end && has_room(s)) {
        size_t room = (size_t)(s->to_end - s->to), left = (size_t)(s->from_end - s->from);
        size_t run = charset_ascii_run(s->from, s->from + (left < room ? left : room));
        if (run > 0) {
            copy_run(s, run);
            continue;
        }
        put(s, *s->from < 0x80 ? *s->from : codec->high[*s->from - 0x80]);
        s->from++;
    }
}

/* https://encoding.spec.whatwg.org/index-windows-1252.txt, the five bytes without a character left undefined. */
static const uint16_t windows1252_high[128] = {
    0x20ac, 0xfffd, 0x201a, 0x0192, 0x201e, 0x2026, 0x2020, 0x2021, 0x02c6, 0x2030, 0x0160, 0x2039, 0x0152,
    0xfffd, 0x017d, 0xfffd, 0xfffd, 0x2018, 0x2019, 0x201c, 0x201d, 0x2022, 0x2013, 0x2014, 0x02dc, 0x2122,
    0x0161, 0x203a, 0x0153, 0xfffd, 0x017e, 0x0178, 0x00a0, 0x00a1, 0x00a2, 0x00a3, 0x00a4, 0x00a5, 0x00a6,
    0x00a7, 0x00a8, 0x00a9, 0x00aa, 0x00ab, 0x00ac, 0x00ad, 0x00ae, 0x00af, 0x00b0, 0x00b1, 0x00b2, 0x00b3,
    0x00b4, 0x00b5, 0x00b6, 0x00b7, 0x00b8, 0x00b9, 0x00ba, 0x00bb, 0x00bc, 0x00bd, 0x00be, 0x00bf, 0x00c0,
    0x00c1, 0x00c2, 0x00c3, 0x00c4, 0x00c5, 0x00c6, 0x00c7, 0x00c8, 0x00c9, 0x00ca, 0x00cb, 0x00cc, 0x00cd,
    0x00ce, 0x00cf, 0x00d0, 0x00d1, 0x00d2, 0x00d3, 0x00d4, 0x00d5, 0x00d6, 0x00d7, 0x00d8, 0x00d9, 0x00da,
    0x00db, 0x00dc, 0x00dd, 0x00de, 0x00df, 0x00e0, 0x00e1, 0x00e2, 0x00e3, 0x00e4, 0x00e5, 0x00e6, 0x00e7,
    0x00e8, 0x00e9, 0x00ea, 0x00eb, 0x00ec, 0x00ed, 0x00ee, 0x00ef, 0x00f0, 0x00f1, 0x00f2, 0x00f3, 0x00f4,
    0x00f5, 0x00f6, 0x00f7, 0x00f8, 0x00f9, 0x00fa, 0x00fb, 0x00fc, 0x00fd, 0x00fe, 0x00ff,
};

const struct charset_codec charset_utf8 = {.name = "utf-8", .convert = convert_utf8};
const struct charset_codec charset_utf16le = {.name = "utf-16le", .convert = convert_utf16le};
const struct charset_codec charset_utf16be = {.name = "utf-16be", .convert = convert_utf16be};
const struct charset_codec charset_windows1252 = {
    .name = "windows-1252", .convert = charset_convert_table, .high = windows1252_high};
