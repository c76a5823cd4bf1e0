/*
 * card: one row in the making whose cells have labels: a contact card, a directory's entry, a JSON object.
 *
 * Labels and values lie in one run of bytes, bounded; what does not fit is dropped, and FACT_CUT flagged at the push.
 * Parts can be marked and pushed or dropped by themselves, as objects inside objects need.
 */
#ifndef HOLDFAST_EXTRACT_CARD_H
#define HOLDFAST_EXTRACT_CARD_H

#include "base/buf.h"
#include "extract/content.h"

enum { CARD_CELLS = 8192, CARD_BYTES = 1 << 20 };
#define CARD_NO_LABEL UINT32_MAX

struct card_slot {
    uint32_t label, text, len; /* where in bytes; label CARD_NO_LABEL: it has none, but a column */
    uint32_t column;
};

struct card {
    struct buf bytes;
    uint32_t count;
    bool cut;
    struct card_slot slots[CARD_CELLS];
    struct cell cells[CARD_CELLS]; /* of the push */
};

struct card_mark {
    uint32_t count;
    size_t bytes;
};

/*
 * White space around the value goes; a value of nothing else is no cell. Label and value are copied; both valid UTF-8
 * without NUL. With a label the cell's column is its place in the card.
 */
void card_put(struct card *c, const char *label, size_t label_len, const char *text, size_t len);
void card_put_at(struct card *c, uint32_t column, const char *text, size_t len);

struct card_mark card_mark(const struct card *c);

/* Push what came behind the mark as row `number`, if anything did, and forget it. -ENOMEM; or the sink's answer. */
int card_push(struct card *c, struct card_mark from, uint32_t number, struct content_sink *to);
void card_drop(struct card *c, struct card_mark to);

/* The end of the cell's text that may be looked at: at most `most` bytes, no character cut. */
size_t card_cut(const char *text, size_t len, size_t most);

struct card *card_new(void); /* NULL: no memory */
void card_free(struct card **c);
#define card_auto __attribute__((cleanup(card_free))) struct card

#endif
