/*
 * fuzz_sensitive: any bytes as text of each part and as a row: no read past the end, and no more found than bytes
 * allow.
 */
#include "sensitive/sensitive.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

static void check(const struct facts *f, size_t len)
{
    if (f->cards > len / 13 || f->ibans > len / 15 || f->ids > len / 9 || f->marks > len / 6 || f->health > len ||
        f->pipeline > len)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct quiet quiet;
    struct facts f = {0}, of_row = {0}, again = {0};
    struct cell cells[16];
    struct row row = {1, cells, 0};
    if (size < 1)
        return 0;
    size_t len = size - 1;
    char *text = malloc(len ? len : 1);
    if (text == NULL)
        abort();
    memcpy(text, data + 1, len);
    sensitive_text(data[0] % (TEXT_QUOTE + 1), text, len, &f);
    check(&f, len);
    for (size_t at = 0; at < len && row.count < 16;) {
        const char *end = memchr(text + at, '\t', len - at);
        size_t cell = end ? (size_t)(end - text) - at : len - at;
        cells[row.count] =
            (struct cell){text + at, (uint32_t)cell, (uint32_t)row.count, data[0] & 0x80 ? "pesel" : NULL};
        row.count++;
        at += cell + 1;
    }
    sensitive_row(&row, &quiet, &of_row);
    sensitive_row(&row, &quiet, &again);
    if (memcmp(&again, &of_row, sizeof again) != 0)
        abort();
    sensitive_is_card(text, len);
    sensitive_is_iban(text, len);
    free(text);
    return 0;
}
