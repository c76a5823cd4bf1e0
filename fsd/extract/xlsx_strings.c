#include "extract/utf8.h"
#include "extract/xlsx.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum string_tag { ITEM = 1, TEXT, PHONETIC };

static const struct xml_word words[] = {{"si", ITEM}, {"t", TEXT}, {"rPh", PHONETIC}};

struct strings_reader {
    struct xlsx_strings *s;
    size_t start; /* of the string in hand */
    bool in_text;
};

static bool has_room(const struct xlsx_strings *s, size_t more)
{
    return s->text.len + s->count * sizeof *s->ends + more <= READER_BYTES;
}

static int add_end(struct xlsx_strings *s)
{
    if (s->count == s->room) {
        size_t room = s->room ? s->room * 2 : 256;
        uint32_t *ends = realloc(s->ends, room * sizeof *ends);
        if (ends == NULL)
            return -ENOMEM;
        s->ends = ends;
        s->room = room;
    }
    s->ends[s->count++] = (uint32_t)s->text.len;
    return 0;
}

static int strings_begin(void *ctx, int tag, const char **attrs)
{
    (void)attrs;
    struct strings_reader *r = ctx;
    if (tag == PHONETIC)
        return XML_SKIP;
    if (tag == ITEM)
        r->start = r->s->text.len;
    r->in_text = tag == TEXT;
    return 0;
}

static int strings_end(void *ctx, int tag)
{
    struct strings_reader *r = ctx;
    r->in_text = false;
    if (tag != ITEM)
        return 0;
    if (r->s->full || !has_room(r->s, sizeof *r->s->ends)) {
        r->s->full = true;
        return -E2BIG;
    }
    size_t len = r->s->text.len - r->start;
    if (len > 0)
        r->s->text.len = r->start + xlsx_unescape(r->s->text.data + r->start, len);
    r->start = r->s->text.len; /* what has an end is never touched again */
    return add_end(r->s);
}

static int strings_text(void *ctx, const char *utf8, size_t len)
{
    struct strings_reader *r = ctx;
    if (!r->in_text)
        return 0;
    if (!has_room(r->s, len)) {
        r->s->full = true;
        return -E2BIG;
    }
    buf_put(&r->s->text, utf8, len);
    return r->s->text.failed ? -ENOMEM : 0;
}

int xlsx_read_strings(struct xlsx_strings *s, struct zip *z, struct content_sink *to)
{
    struct strings_reader r = {.s = s};
    struct xml_handler h = {.words = words,
                            .word_count = sizeof words / sizeof *words,
                            .ctx = &r,
                            .begin = strings_begin,
                            .end = strings_end,
                            .text = strings_text};
    return office_read_large_xml(z, to, &h);
}

const char *xlsx_string(const struct xlsx_strings *s, uint64_t index, size_t *len)
{
    if (index >= s->count)
        return NULL;
    uint32_t start = index > 0 ? s->ends[index - 1] : 0;
    *len = s->ends[index] - start;
    return s->text.data != NULL ? s->text.data + start : "";
}

void xlsx_strings_free(struct xlsx_strings *s)
{
    buf_free(&s->text);
    free(s->ends);
    *s = (struct xlsx_strings){0};
}

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c |= 0x20;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* The character that "_xHHHH_" stands for; 0: it is not that. */
static uint32_t escaped(const char *p, size_t left)
{
    if (left < 7 || p[0] != '_' || p[1] != 'x' || p[6] != '_')
        return 0;
    uint32_t character = 0;
    for (int i = 2; i < 6; i++) {
        int digit = hex_digit(p[i]);
        if (digit < 0)
            return 0;
        character = character << 4 | (uint32_t)digit;
    }
    return character;
}

size_t xlsx_unescape(char *text, size_t len)
{
    char *from = memchr(text, '_', len), *end = text + len;
    if (from == NULL)
        return len;
    char *to = from;
    while (from < end) {
        uint32_t character = escaped(from, (size_t)(end - from));
        if (character == 0) {
            *to++ = *from++;
            continue;
        }
        char bytes[4];
        size_t n = utf8_put(bytes, character == '\r' ? '\n' : character);
        memcpy(to, bytes, n);
        to += n;
        from += 7;
    }
    return (size_t)(to - text);
}
