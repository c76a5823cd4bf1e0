/*
 * sink: what every reader promises of what it pushes, checked: valid UTF-8 without NUL, cells that are not empty and in
 * order, nothing pushed before a refusal.
 */
#ifndef HOLDFAST_TESTS_FUZZ_SINK_H
#define HOLDFAST_TESTS_FUZZ_SINK_H

#include "extract/charset_codec.h"
#include "extract/extract.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct fuzz_sink {
    size_t pushed;
};

static void fuzz_check_text(const char *text, size_t len)
{
    char *copy = malloc(len + 1); /* of the exact size: whoever reads past it is found */
    if (copy == NULL)
        abort();
    memcpy(copy, text, len);
    const unsigned char *p = (const unsigned char *)copy, *end = p + len;
    while (p < end) {
        int n = charset_utf8_length(p, end);
        if (n < 1 || *p == 0)
            abort();
        p += n;
    }
    free(copy);
}

static int fuzz_sheet(void *ctx, const char *name)
{
    ((struct fuzz_sink *)ctx)->pushed++;
    fuzz_check_text(name, strlen(name));
    return 0;
}

static int fuzz_row(void *ctx, const struct row *row)
{
    ((struct fuzz_sink *)ctx)->pushed++;
    if (row->count == 0 || row->number == 0)
        abort();
    for (size_t i = 0; i < row->count; i++) {
        const struct cell *c = &row->cells[i];
        if (c->len == 0 || c->len > LIMIT_CELL || c->column >= LIMIT_COLUMNS || (i > 0 && c->column < c[-1].column))
            abort();
        fuzz_check_text(c->text, c->len);
        if (c->label != NULL)
            fuzz_check_text(c->label, strlen(c->label));
    }
    return 0;
}

static int fuzz_text(void *ctx, enum text_part part, const char *utf8, size_t len)
{
    ((struct fuzz_sink *)ctx)->pushed++;
    if (part > TEXT_QUOTE)
        abort();
    fuzz_check_text(utf8, len);
    return 0;
}

static void fuzz_flag(void *ctx, uint32_t flags)
{
    (void)ctx;
    if (flags == 0)
        abort();
}

static inline void fuzz_reader(extract_reader *reader, const uint8_t *data, size_t size, const char *charset)
{
    struct fuzz_sink state = {0};
    struct content_sink sink = {
        .ctx = &state, .sheet = fuzz_sheet, .row = fuzz_row, .text = fuzz_text, .flag = fuzz_flag};
    struct extract_hints hints = {.mime = "", .charset = charset};
    struct limits limits = {.packed = size};
    struct input in = input_from_memory(data, size, "");
    int err = reader(&in, &hints, &sink, &limits);
    if ((err != 0 && err != -EBADMSG) || (err == -EBADMSG && state.pushed > 0))
        abort();
}

#endif
