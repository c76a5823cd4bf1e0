/*
 * charset_named: what hints call charsets, and those charsets that the system's iconv knows and we do not.
 *
 * iconv loads a module per charset, so it is asked beforehand only. A charset of one byte a character is asked for its
 * 128 upper characters and forgotten: no iconv sees a hostile byte for its sake.
 */
#include "extract/charset.h"
#include "extract/charset_codec.h"

#include <errno.h>
#include <iconv.h>
#include <string.h>

enum charset_form { FORM_SINGLE, FORM_MULTI, FORM_ESCAPES };

static const struct {
    const char *name; /* as facts call it, and iconv */
    enum charset_form form;
} wanted[] = {
    {"iso-8859-2", FORM_SINGLE},   {"iso-8859-3", FORM_SINGLE},   {"iso-8859-4", FORM_SINGLE},
    {"iso-8859-5", FORM_SINGLE},   {"iso-8859-6", FORM_SINGLE},   {"iso-8859-7", FORM_SINGLE},
    {"iso-8859-8", FORM_SINGLE},   {"iso-8859-9", FORM_SINGLE},   {"iso-8859-10", FORM_SINGLE},
    {"iso-8859-13", FORM_SINGLE},  {"iso-8859-14", FORM_SINGLE},  {"iso-8859-15", FORM_SINGLE},
    {"iso-8859-16", FORM_SINGLE},  {"windows-1250", FORM_SINGLE}, {"windows-1251", FORM_SINGLE},
    {"windows-1253", FORM_SINGLE}, {"windows-1254", FORM_SINGLE}, {"windows-1255", FORM_SINGLE},
    {"windows-1256", FORM_SINGLE}, {"windows-1257", FORM_SINGLE}, {"windows-1258", FORM_SINGLE},
    {"koi8-r", FORM_SINGLE},       {"koi8-u", FORM_SINGLE},       {"ibm437", FORM_SINGLE},
    {"ibm850", FORM_SINGLE},       {"ibm852", FORM_SINGLE},       {"ibm866", FORM_SINGLE},
    {"macintosh", FORM_SINGLE},    {"tis-620", FORM_SINGLE},      {"cp932", FORM_MULTI},
    {"euc-jp", FORM_MULTI},        {"iso-2022-jp", FORM_ESCAPES}, {"gb18030", FORM_MULTI},
    {"big5", FORM_MULTI},          {"cp949", FORM_MULTI},
};
enum { WANTED = sizeof wanted / sizeof *wanted };

static struct charset_codec fetched[WANTED]; /* convert NULL: the system lacks it */
static uint16_t high[WANTED][128];

/* Spellings beyond upper case and punctuation. Both sides folded. */
static const struct {
    const char *alias, *name;
} aliases[] = {
    {"utf8", "utf-8"},          {"utf16", "utf-16le"},      {"utf16le", "utf-16le"},      {"utf16be", "utf-16be"},
    {"cp1252", "windows-1252"}, {"latin1", "windows-1252"}, {"iso88591", "windows-1252"}, {"cp1250", "windows-1250"},
    {"cp1251", "windows-1251"}, {"cp1253", "windows-1253"}, {"cp1254", "windows-1254"},   {"cp1255", "windows-1255"},
    {"cp1256", "windows-1256"}, {"cp1257", "windows-1257"}, {"cp1258", "windows-1258"},   {"latin2", "iso-8859-2"},
    {"latin9", "iso-8859-15"},  {"cp437", "ibm437"},        {"cp850", "ibm850"},          {"cp852", "ibm852"},
    {"cp866", "ibm866"},        {"macroman", "macintosh"},  {"shiftjis", "cp932"},        {"sjis", "cp932"},
    {"xsjis", "cp932"},         {"windows31j", "cp932"},    {"gbk", "gb18030"},           {"gb2312", "gb18030"},
    {"cp936", "gb18030"},       {"euckr", "cp949"},         {"ksc56011987", "cp949"},     {"uhc", "cp949"},
    {"cp950", "big5"},
};

/* ---- fetching ---- */

static void fetch_single(iconv_t from, uint16_t points[static 128])
{
    for (unsigned i = 0; i < 128; i++) {
        char byte = (char)(0x80 + i), *in = &byte;
        unsigned char two[2] = {0}, *end = two;
        char *out = (char *)end;
        size_t in_len = 1, out_len = sizeof two;
        bool known = iconv(from, &in, &in_len, &out, &out_len) != (size_t)-1 &&
                     iconv(from, NULL, NULL, &out, &out_len) != (size_t)-1;
        unsigned point = known && out_len == 0 ? two[0] | (unsigned)two[1] << 8 : 0xfffdu;
        points[i] = (uint16_t)point;
        iconv(from, NULL, NULL, NULL, NULL);
    }
}

static void fetch(size_t i)
{
    bool single = wanted[i].form == FORM_SINGLE;
    iconv_t from = iconv_open(single ? "UTF-16LE" : "UTF-8", wanted[i].name);
    if (from == (iconv_t)-1)
        return;
    fetched[i].name = wanted[i].name;
    fetched[i].escapes = wanted[i].form == FORM_ESCAPES;
    if (!single) {
        fetched[i].iconv = from;
        fetched[i].convert = charset_convert_iconv;
        return;
    }
    fetch_single(from, high[i]);
    iconv_close(from);
    fetched[i].high = high[i];
    fetched[i].convert = charset_convert_table;
}

int charset_prepare(void)
{
    int count = 0;
    for (size_t i = 0; i < WANTED; i++) {
        if (fetched[i].convert == NULL)
            fetch(i);
        count += fetched[i].convert != NULL;
    }
    return count;
}

/* ---- names ---- */

enum { NAME_BYTES = 32 };

/* Letters lowered, only letters and digits kept: "ISO_8859-2" and "iso8859-2" are the same word. */
static void fold_name(char to[static NAME_BYTES], const char *name)
{
    size_t len = 0;
    for (; *name != 0 && len < NAME_BYTES - 1; name++) {
        char c = *name >= 'A' && *name <= 'Z' ? (char)(*name | 0x20) : *name;
        if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'))
            to[len++] = c;
    }
    to[len] = 0;
}

static bool is_called(const char *name, const char *folded)
{
    char own[NAME_BYTES];
    fold_name(own, name);
    return strcmp(own, folded) == 0;
}

static const struct charset_codec *take(struct charset_codec *codec)
{
    if (codec->convert == NULL || codec->taken)
        return NULL;
    if (codec->iconv != NULL) {
        codec->taken = true;
        iconv(codec->iconv, NULL, NULL, NULL, NULL);
    }
    return codec;
}

const struct charset_codec *charset_take_named(const char *hint)
{
    static const struct charset_codec *const own[] = {&charset_utf8, &charset_utf16le, &charset_utf16be,
                                                      &charset_windows1252};
    char folded[NAME_BYTES];
    fold_name(folded, hint);
    for (size_t i = 0; i < sizeof aliases / sizeof *aliases; i++)
        if (strcmp(aliases[i].alias, folded) == 0)
            fold_name(folded, aliases[i].name);
    for (size_t i = 0; i < sizeof own / sizeof *own; i++)
        if (is_called(own[i]->name, folded))
            return own[i];
    for (size_t i = 0; i < WANTED; i++)
        if (is_called(wanted[i].name, folded))
            return take(&fetched[i]);
    return NULL;
}

void charset_give_back(const struct charset_codec *codec)
{
    for (size_t i = 0; i < WANTED; i++)
        if (codec == &fetched[i])
            fetched[i].taken = false;
}

/* ---- many bytes a character ---- */

static void put_replacement(struct charset_span *s)
{
    memcpy(s->to, "\xef\xbf\xbd", 3);
    s->to += 3;
    s->from++;
}

void charset_convert_iconv(const struct charset_codec *codec, struct charset_span *s)
{
    while (s->from < s->from_end && s->to_end - s->to >= 4) {
        char *in = (char *)(uintptr_t)s->from, *out = s->to; /* iconv takes char ** and does not write there */
        size_t in_len = (size_t)(s->from_end - s->from), out_len = (size_t)(s->to_end - s->to);
        size_t done = iconv(codec->iconv, &in, &in_len, &out, &out_len);
        int why = done == (size_t)-1 ? errno : 0;
        bool moved = in != (char *)(uintptr_t)s->from;
        for (char *nul = s->to; (nul = memchr(nul, 0, (size_t)(out - nul))) != NULL;)
            *nul = ' ';
        s->from = (const unsigned char *)in;
        s->to = out;
        if (why == E2BIG && !moved)
            return;
        if (why == EINVAL && !s->last)
            return;
        if ((why == EILSEQ || why == EINVAL) && s->to_end - s->to >= 4)
            put_replacement(s);
    }
}
