/*
 * charset_codec: how one charset's bytes become UTF-8; what charset.c chooses from.
 */
#ifndef HOLDFAST_EXTRACT_CHARSET_CODEC_H
#define HOLDFAST_EXTRACT_CHARSET_CODEC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Bytes to convert and room for what they become; both are moved on. */
struct charset_span {
    const unsigned char *from, *from_end;
    char *to, *to_end;
    bool last; /* nothing comes behind from_end: an unfinished character is a broken one */
};

/* Converts until `from` is used up, but for an unfinished character, or fewer than 4 bytes are free in `to`. */
struct charset_codec {
    const char *name;
    void (*convert)(const struct charset_codec *codec, struct charset_span *s);
    const uint16_t *high; /* of a single-byte charset: what 0x80 to 0xff are; 0xfffd: nothing */
    void *iconv;          /* of a multi-byte charset: iconv_t */
    bool escapes;         /* it is told by ESC, not by bytes beyond ASCII: ISO-2022-JP */
    bool taken;           /* `iconv` has one state, so it serves one text at a time */
};

extern const struct charset_codec charset_utf8, charset_utf16le, charset_utf16be, charset_windows1252;

void charset_convert_table(const struct charset_codec *codec, struct charset_span *s);
void charset_convert_iconv(const struct charset_codec *codec, struct charset_span *s);

/* Length of the character at `p` (before `end`): 1 to 4; 0: it is none; -1: what there is of it is right so far. */
int charset_utf8_length(const unsigned char *p, const unsigned char *end);

/* How many bytes from `p` are ASCII and not NUL. */
size_t charset_ascii_run(const unsigned char *p, const unsigned char *end);

/*
 * The codec that a hint names, in any usual spelling ("ISO8859-2", "cp1250", "Shift_JIS"); NULL: none is known. One
 * with an iconv is taken, and to be given back.
 */
const struct charset_codec *charset_take_named(const char *hint);
void charset_give_back(const struct charset_codec *codec);

#endif
