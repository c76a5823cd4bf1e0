/*
 * fuzz_contacts: any bytes as a table and as text: counts agree with each other, keys are not empty and fit, and a
 * value's key is its own key.
 */
#include "contact/contacts.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

static uint32_t told;

static int check_contact(void *ctx, uint32_t row, const struct contact_key *keys, size_t count)
{
    (void)ctx;
    if (row != told++ || count == 0)
        abort();
    for (size_t i = 0; i < count; i++) {
        char again[CONTACT_KEY_BYTES];
        if (keys[i].len == 0 || keys[i].len > CONTACT_KEY_BYTES || keys[i].kind >= CONTACT_TITLE)
            abort();
        if (keys[i].kind == CONTACT_EMAIL &&
            (contact_normalise(CONTACT_EMAIL, keys[i].text, keys[i].len, again, sizeof again) != keys[i].len ||
             memcmp(again, keys[i].text, keys[i].len) != 0))
            abort();
    }
    return 0;
}

/* Lines are rows, tabs divide cells; a first byte below 0x80 that is odd makes them cards. */
static void push_rows(struct contacts *c, const char *text, size_t len, bool cards)
{
    static const char *const labels[] = {"EMAIL", "TEL", "FN", "ORG", "x.firstName", "x.last_name", "note", "title"};
    struct cell cells[64];
    uint32_t number = 0;
    for (size_t at = 0; at < len;) {
        size_t count = 0;
        uint32_t column = 0;
        for (bool more = true; more && at < len; column++) {
            size_t end = at;
            while (end < len && text[end] != '\t' && text[end] != '\n')
                end++;
            if (end > at && count < 64)
                cells[count++] =
                    (struct cell){text + at, (uint32_t)(end - at), column, cards ? labels[column % 8] : NULL};
            more = end < len && text[end] == '\t';
            at = end + 1;
        }
        if (count > 0 && contacts_row(c, &(struct row){++number, cells, count}) != 0)
            abort();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct contacts *c = NULL;
    struct facts f = {0};
    if (size < 2)
        return 0;
    char *text = malloc(size - 2 + 1);
    if (text == NULL || contacts_open(&c, check_contact, NULL) != 0)
        abort();
    told = 0;
    memcpy(text, data + 2, size - 2);
    push_rows(c, text, size - 2, data[0] & 1);
    if (contacts_sheet(c) != 0)
        abort();
    size_t piece = data[1] + (size_t)1;
    for (size_t at = 0; at < size - 2; at += piece)
        if (contacts_text(c, text + at, size - 2 - at < piece ? size - 2 - at : piece) != 0)
            abort();
    if (contacts_end(c, &f) != 0 || f.contacts != told || f.rich > f.contacts || (f.contacts > 0) != (f.kinds != 0))
        abort();
    contacts_close(c);
    free(text);
    return 0;
}
