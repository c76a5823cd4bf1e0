/*
 * fuzz_extract_any: any bytes as any file. The first byte chooses what libmagic is made to say, so that every route is
 * taken with bytes that do not fit it; the rest is the file.
 */
#include "extract/extract.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

static const char *const types[] = {
    "text/plain",
    "text/html",
    "text/csv",
    "text/rtf",
    "application/json",
    "message/rfc822",
    "application/zip",
    "application/gzip",
    "application/x-7z-compressed",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "application/vnd.oasis.opendocument.text",
    "application/x-ole-storage",
    "application/octet-stream",
    "application/pdf",
    "image/png",
    "",
};

static int look(void *ctx, const struct input *in, char *mime, char *charset)
{
    size_t outermost = *(size_t *)ctx, first = 0;
    input_read_at(in, 0, &first, 1);
    snprintf(mime, 96, "%s", types[(outermost + first) % (sizeof types / sizeof *types)]);
    snprintf(charset, 32, "%s", first % 2 ? "binary" : "utf-8");
    return 0;
}

static int check(const char *utf8, size_t len)
{
    for (size_t at = 0; at < len;) {
        utf8proc_int32_t c;
        utf8proc_ssize_t n = utf8proc_iterate((const utf8proc_uint8_t *)utf8 + at, (utf8proc_ssize_t)(len - at), &c);
        if (n <= 0 || c == 0)
            abort();
        at += (size_t)n;
    }
    return 0;
}

static int take_text(void *ctx, enum text_part part, const char *utf8, size_t len)
{
    (void)ctx;
    return part > TEXT_QUOTE ? abort(), -1 : check(utf8, len);
}

static int take_sheet(void *ctx, const char *name)
{
    (void)ctx;
    return check(name, strlen(name));
}

static int take_row(void *ctx, const struct row *row)
{
    (void)ctx;
    for (size_t i = 0; i < row->count; i++)
        check(row->cells[i].text, row->cells[i].len);
    return 0;
}

static void flag(void *ctx, uint32_t flags) { *(uint32_t *)ctx |= flags; }

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 1)
        return 0;
    struct input in = input_from_memory(data + 1, size - 1, "list.csv");
    uint32_t flags = 0;
    size_t type = (size_t)data[0] - (size > 1 ? data[1] : 0);
    struct content_sink sink = {.ctx = &flags, .sheet = take_sheet, .row = take_row, .text = take_text, .flag = flag};
    struct limits l = {0};
    if (extract_any(&in, look, &type, &sink, &l) != 0 || l.depth != 0)
        abort();
    return 0;
}
