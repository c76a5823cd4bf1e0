#include "analyse/cover.h"

#include "analyse/fingerprint.h"

/* A character of three bytes folds to eighteen at most (U+FDFA), and none of fewer or more to as many a byte. */
enum { FOLDED_A_BYTE = 6 };

void cover_divide(struct cover *c) { c->run = 0; }

void cover_text(struct cover *c, const char *utf8, size_t len)
{
    for (size_t i = 0; i < len && !c->lacks; i++) {
        unsigned char byte = (unsigned char)utf8[i], folded = byte | 0x20;
        if (byte >= 0x80)
            c->run += FOLDED_A_BYTE;
        else
            c->run += (folded >= 'a' && folded <= 'z') || (byte >= '0' && byte <= '9');
        c->lacks = c->run >= FINGERPRINT_SURE;
    }
}

void cover_row(struct cover *c, const struct row *row)
{
    if (c->lacks) /* nothing more to find out: of most tables from the first row on */
        return;
    cover_divide(c);
    for (size_t i = 0; i < row->count; i++)
        cover_text(c, row->cells[i].text, row->cells[i].len);
    cover_divide(c);
}
