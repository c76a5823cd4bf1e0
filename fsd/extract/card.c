#include "extract/card.h"

#include "extract/extract.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct card *card_new(void)
{
    struct card *c = malloc(sizeof *c);
    if (c != NULL)
        memset(c, 0, offsetof(struct card, slots));
    return c;
}

void card_free(struct card **c)
{
    if (*c != NULL)
        buf_free(&(*c)->bytes);
    free(*c);
    *c = NULL;
}

size_t card_cut(const char *text, size_t len, size_t most)
{
    if (len <= most)
        return len;
    while (most > 0 && ((unsigned char)text[most] & 0xc0) == 0x80)
        most--;
    return most;
}

static bool is_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

static void strip(const char **text, size_t *len)
{
    while (*len > 0 && is_space((*text)[0])) {
        ++*text;
        --*len;
    }
    while (*len > 0 && is_space((*text)[*len - 1]))
        --*len;
}

/* The slot of one more cell with that value, or NULL. Its label, if any, lies before `text`. */
static struct card_slot *add(struct card *c, const char *label, size_t label_len, const char *text, size_t len)
{
    strip(&text, &len);
    if (len == 0)
        return NULL;
    size_t fits = card_cut(text, len, LIMIT_CELL);
    c->cut = c->cut || fits < len;
    if (c->count == CARD_CELLS || c->bytes.len + label_len + fits + 2 > CARD_BYTES) {
        c->cut = true;
        return NULL;
    }
    struct card_slot *slot = &c->slots[c->count];
    slot->label = (uint32_t)c->bytes.len;
    buf_put(&c->bytes, label, label_len);
    buf_put(&c->bytes, "", 1);
    slot->text = (uint32_t)c->bytes.len;
    slot->len = (uint32_t)fits;
    buf_put(&c->bytes, text, fits);
    if (c->bytes.failed)
        return NULL;
    c->count++;
    return slot;
}

void card_put(struct card *c, const char *label, size_t label_len, const char *text, size_t len)
{
    add(c, label, label_len, text, len);
}

void card_put_at(struct card *c, uint32_t column, const char *text, size_t len)
{
    if (column >= LIMIT_COLUMNS) {
        c->cut = true;
        return;
    }
    struct card_slot *slot = add(c, "", 0, text, len);
    if (slot != NULL) {
        slot->label = CARD_NO_LABEL;
        slot->column = column;
    }
}

struct card_mark card_mark(const struct card *c) { return (struct card_mark){c->count, c->bytes.len}; }

void card_drop(struct card *c, struct card_mark to)
{
    c->count = to.count;
    c->bytes.len = to.bytes;
}

int card_push(struct card *c, struct card_mark from, uint32_t number, struct content_sink *to)
{
    uint32_t count = c->count - from.count;
    if (c->bytes.failed)
        return -ENOMEM;
    if (c->cut)
        to->flag(to->ctx, FACT_CUT);
    c->cut = false;
    for (uint32_t i = 0; i < count; i++) {
        const struct card_slot *slot = &c->slots[from.count + i];
        bool labelled = slot->label != CARD_NO_LABEL;
        c->cells[i] = (struct cell){.text = c->bytes.data + slot->text,
                                    .len = slot->len,
                                    .column = labelled ? i : slot->column,
                                    .label = labelled ? c->bytes.data + slot->label : NULL};
    }
    struct row row = {.number = number, .cells = c->cells, .count = count};
    int err = count > 0 ? to->row(to->ctx, &row) : 0;
    card_drop(c, from);
    return err;
}
