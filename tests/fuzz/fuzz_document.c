/*
 * fuzz_document: rows and text in any order, of any bytes, give a text in which every place is found, and places do not
 * run backwards within what is of one kind.
 */
#include "analyse/document.h"

#include <stdlib.h>
#include <string.h>

static void put_row(struct document *d, const uint8_t *data, size_t len)
{
    struct cell cells[4];
    struct row row = {.number = data[0] + 1u, .cells = cells, .count = 0};
    size_t piece = len / 4 + 1;
    for (size_t at = 0; at < len && row.count < 4; at += piece)
        cells[row.count++] = (struct cell){.text = (const char *)data + at,
                                           .len = (uint32_t)(piece < len - at ? piece : len - at),
                                           .column = (uint32_t)at};
    if (document_row(d, &row) != 0)
        abort();
}

static void check_places(const struct document *d)
{
    size_t len;
    const char *text = document_bytes(d, &len);
    if (text[len] != 0)
        abort();
    for (size_t at = 0; at <= len + 1; at++) {
        struct document_place p = document_find(d, at);
        if (p.line == 0 || memchr(p.sheet, 0, sizeof p.sheet) == NULL || (p.row != 0 && p.row != p.line))
            abort();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct document *d;
    if (d == NULL && document_open(&d) < 0)
        abort();
    document_clear(d);
    while (size > 2) {
        size_t len = data[1] < size - 2 ? data[1] : size - 2;
        char name[256];
        const uint8_t *bytes = data + 2;
        switch (data[0] % 8) {
        case 0:
            memcpy(name, bytes, len < 255 ? len : 255);
            name[len < 255 ? len : 255] = 0;
            document_sheet(d, name);
            break;
        case 1:
        case 2:
            if (len > 0)
                put_row(d, bytes, len);
            break;
        default:
            if (document_text(d, (enum text_part)(data[0] % 8 - 3), (const char *)bytes, len) != 0)
                abort();
        }
        data += 2 + len;
        size -= 2 + len;
    }
    check_places(d);
    return 0;
}
