/*
 * The first rows of a sheet are learned from and held back; once it is decided what the columns are, they and all that
 * follow are taken by the role of each column, which tries one form only.
 */
#include "contact/contacts.h"
#include "base/buf.h"
#include "contact/columns.h"
#include "contact/gather.h"
#include "contact/recent.h"
#include "contact/text.h"
#include "contact/value.h"
#include "words/block.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { HOLD_ROWS = 256, HOLD_CELLS = 16384, HOLD_BYTES = 1 << 20, CELL_BYTES = 32 << 10 };

struct held {
    struct cell cells[HOLD_CELLS]; /* `text` is an offset into `bytes` until they are taken */
    size_t places[HOLD_CELLS];
    struct row rows[HOLD_ROWS];
    size_t cell_count, row_count;
    struct buf bytes;
};

struct contacts {
    contact_found *found;
    void *found_ctx;
    struct columns *columns;
    const struct column_roles *roles; /* theirs */
    struct contact_text *text;
    struct held *held;
    bool settled;
    bool header_seen; /* `header` is which of the held rows it may be */
    size_t header;
    uint32_t count, rich, kinds, rows;
    struct gather g;
    struct recent *recent;
};

static bool has_three(uint32_t bits)
{
    bits &= bits - 1;
    return (bits & (bits - 1)) != 0;
}

static int tell(void *ctx, struct gather *g)
{
    struct contacts *c = ctx;
    c->kinds |= g->kinds;
    c->rich += has_three(g->kinds);
    uint32_t row = c->count++;
    return c->found ? c->found(c->found_ctx, row, g->keys, g->count) : 0;
}

int contacts_open(struct contacts **out, contact_found *found, void *ctx)
{
    struct contacts *c = calloc(1, sizeof *c);
    if (c == NULL)
        return -ENOMEM;
    c->found = found;
    c->found_ctx = ctx;
    c->g.keyed = found != NULL;
    c->columns = columns_new();
    c->held = calloc(1, sizeof *c->held);
    c->text = contact_text_new(found != NULL, tell, c);
    c->recent = recent_new();
    if (c->columns == NULL || c->held == NULL || c->text == NULL || c->recent == NULL) {
        contacts_close(c);
        return -ENOMEM;
    }
    c->roles = columns_roles(c->columns);
    *out = c;
    return 0;
}

void contacts_show(struct contacts *c)
{
    c->g.shown = true;
    contact_text_show(c->text);
}

void contacts_close(struct contacts *c)
{
    if (c == NULL)
        return;
    if (c->held)
        buf_free(&c->held->bytes);
    free(c->held);
    columns_free(c->columns);
    contact_text_free(c->text);
    recent_free(c->recent);
    free(c);
}

/* ---- taking the cells of settled columns ---- */

/* "n/a", "-", "unknown": said to have none. */
static bool is_placeholder(const struct cell *cell)
{
    static const struct {
        char text[8];
        uint32_t len;
    } none[] = {{"n/a", 3}, {"na", 2},  {"none", 4},  {"null", 4}, {"unknown", 7},
                {"tbd", 3}, {"nil", 3}, {"keine", 5}, {"nan", 3}};
    if (cell->len < 2)
        return true;
    static const bool begins[256] = {['n'] = true, ['u'] = true, ['t'] = true, ['k'] = true};
    if (cell->len >= 8 || !begins[(unsigned char)(cell->text[0] | 0x20)])
        return false;
    for (size_t i = 0; i < sizeof none / sizeof *none; i++)
        if (none[i].len == cell->len && none[i].text[0] == (cell->text[0] | 0x20) &&
            strncasecmp(none[i].text, cell->text, cell->len) == 0)
            return true;
    return false;
}

static void take_mixed(struct gather *g, const struct cell *cell)
{
    enum contact_kind kind = contact_kind_of(cell->text, cell->len);
    if (kind == CONTACT_KINDS || !gather_value(g, kind, cell->text, cell->len))
        gather_line(g, cell->text, cell->len);
    else
        g->emails += kind == CONTACT_EMAIL;
}

static void take_any(struct contacts *c, const struct cell *cell) { take_mixed(&c->g, cell); }
static bool has_sign(const struct cell *cell) { return block_has(cell->text, cell->len, '@'); }

static void take_other(struct contacts *c, const struct cell *cell)
{
    if (has_sign(cell))
        take_mixed(&c->g, cell);
}

static void take_email(struct contacts *c, const struct cell *cell)
{
    if (gather_value(&c->g, CONTACT_EMAIL, cell->text, cell->len))
        c->g.emails++;
    else
        gather_line(&c->g, cell->text, cell->len);
}

static void take_phone(struct contacts *c, const struct cell *cell)
{
    if (!gather_value(&c->g, CONTACT_PHONE, cell->text, cell->len) && !is_placeholder(cell))
        gather_line(&c->g, cell->text, cell->len);
}

static void take_profile(struct contacts *c, const struct cell *cell)
{
    if (!gather_value(&c->g, CONTACT_PROFILE, cell->text, cell->len))
        take_other(c, cell);
}

static void take_reach(struct contacts *c, const struct cell *cell)
{
    if (contact_kind_of(cell->text, cell->len) == CONTACT_KINDS)
        take_phone(c, cell);
    else
        take_mixed(&c->g, cell);
}

static void take_words(struct gather *g, enum contact_kind kind, const struct cell *cell)
{
    if (has_sign(cell))
        take_mixed(g, cell);
    else if (!is_placeholder(cell))
        gather_value(g, kind, cell->text, cell->len);
}

static void take_name(struct contacts *c, const struct cell *cell) { take_words(&c->g, CONTACT_NAME, cell); }
static void take_title(struct contacts *c, const struct cell *cell) { take_words(&c->g, CONTACT_TITLE, cell); }

/* What is remembered is neither said to be none nor has an address in it. */
static void take_company(struct contacts *c, const struct cell *cell)
{
    struct gather *g = &c->g;
    size_t key_len, count = g->count;
    const char *key = recent_company(c->recent, cell->text, cell->len, &key_len);
    if (key != NULL) {
        gather_key(g, CONTACT_COMPANY, key, key_len, cell->text, cell->len);
        return;
    }
    take_words(g, CONTACT_COMPANY, cell);
    if (g->count > count && !has_sign(cell))
        recent_note_company(c->recent, cell->text, cell->len, g->keys[count].text, g->keys[count].len);
}

static void take_part(struct contacts *c, const struct cell *cell)
{
    size_t folded_len = 0;
    const char *folded = recent_part(c->recent, cell->text, cell->len, &folded_len);
    if (folded == NULL && has_sign(cell)) {
        take_mixed(&c->g, cell);
        return;
    }
    if (folded == NULL && is_placeholder(cell))
        return;
    if (folded == NULL && c->g.keyed)
        folded = recent_note_part(c->recent, cell->text, cell->len, &folded_len);
    gather_part(&c->g, cell->text, cell->len, folded, folded_len);
}

static void (*const take[ROLES])(struct contacts *c, const struct cell *cell) = {
    [ROLE_OTHER] = take_other,     [ROLE_EMAIL] = take_email, [ROLE_PHONE] = take_phone, [ROLE_NAME] = take_name,
    [ROLE_PROFILE] = take_profile, [ROLE_PART] = take_part,   [ROLE_TITLE] = take_title, [ROLE_COMPANY] = take_company,
    [ROLE_MIXED] = take_any,       [ROLE_REACH] = take_reach,
};

static enum column_role role_of(struct contacts *c, const struct cell *cell)
{
    bool known = cell->label == NULL && cell->column < c->roles->used;
    return known ? c->roles->of[cell->column] : columns_role_of(c->columns, cell);
}

static int take_row(struct contacts *c, const struct row *row)
{
    struct gather *g = &c->g;
    gather_clear(g);
    c->rows++;
    for (size_t i = 0; i < row->count; i++) {
        const struct cell *cell = &row->cells[i];
        struct cell cut;
        if (cell->len == 0)
            continue;
        if (cell->len > CELL_BYTES) {
            cut = *cell;
            cut.len = CELL_BYTES;
            cell = &cut;
        }
        take[role_of(c, cell)](c, cell);
    }
    if (!gather_is_contact(g))
        return 0;
    gather_name(g);
    return tell(c, g);
}

/* ---- holding rows back ---- */

/* False: there is no room for it (or no memory: then what is known so far must do). */
static bool hold(struct held *h, const struct row *row)
{
    size_t bytes = 0;
    if (h->row_count == HOLD_ROWS || row->count > HOLD_CELLS - h->cell_count)
        return false;
    for (size_t i = 0; i < row->count && bytes <= HOLD_BYTES; i++)
        bytes += row->cells[i].len + (row->cells[i].label ? strlen(row->cells[i].label) + 1 : 0);
    if (bytes > HOLD_BYTES - h->bytes.len || buf_reserve(&h->bytes, bytes + 1) == NULL)
        return false;
    h->rows[h->row_count++] = (struct row){row->number, &h->cells[h->cell_count], row->count};
    for (size_t i = 0; i < row->count; i++, h->cell_count++) {
        const struct cell *from = &row->cells[i];
        h->cells[h->cell_count] = *from;
        h->places[h->cell_count] = h->bytes.len;
        buf_put(&h->bytes, from->text, from->len);
        if (from->label)
            buf_put(&h->bytes, from->label, strlen(from->label) + 1);
    }
    return true;
}

static void release(struct held *h)
{
    h->cell_count = h->row_count = 0;
    buf_clear(&h->bytes);
}

/* A title above the table ("Prospects, May") and the header are no values. */
static int settle(struct contacts *c)
{
    struct held *h = c->held;
    bool header = columns_decide(c->columns) && c->header_seen;
    int stop = 0;
    c->settled = true;
    for (size_t i = 0; i < h->cell_count; i++) {
        struct cell *cell = &h->cells[i];
        cell->text = h->bytes.data + h->places[i];
        cell->label = cell->label ? cell->text + cell->len : NULL;
    }
    for (size_t i = 0; i < h->row_count && stop == 0; i++) {
        if (header && i <= c->header)
            c->rows--;
        stop = take_row(c, &h->rows[i]);
    }
    release(h);
    return stop;
}

/* The header is the first row, or the first of several cells below titles of one. */
static void learn(struct contacts *c, const struct row *row)
{
    bool first = c->held->row_count == 0;
    bool below_titles =
        !first && row->count > 1 && c->header + 1 == c->held->row_count && c->held->rows[c->header].count == 1;
    if (first || below_titles) {
        c->header = c->held->row_count;
        c->header_seen = columns_header(c->columns, row);
        if (c->header_seen)
            return;
    }
    columns_learn(c->columns, row);
}

int contacts_row(struct contacts *c, const struct row *row)
{
    if (c->settled)
        return take_row(c, row);
    learn(c, row);
    if (hold(c->held, row))
        return 0;
    int stop = settle(c);
    return stop ? stop : take_row(c, row);
}

static void begin_sheet(struct contacts *c)
{
    columns_clear(c->columns);
    c->settled = c->header_seen = false;
    c->header = 0;
}

int contacts_sheet(struct contacts *c)
{
    int stop = c->settled ? 0 : settle(c);
    begin_sheet(c);
    return stop;
}

void contacts_begin(struct contacts *c)
{
    begin_sheet(c);
    release(c->held);
    contact_text_begin(c->text);
    gather_clear(&c->g);
    c->g.emails = 0;
    c->count = c->rich = c->kinds = c->rows = 0;
}

int contacts_text(struct contacts *c, const char *utf8, size_t len) { return contact_text_put(c->text, utf8, len); }

int contacts_end(struct contacts *c, struct facts *f)
{
    int stop = contacts_sheet(c);
    if (stop == 0)
        stop = contact_text_end(c->text);
    f->contacts += c->count;
    f->rich += c->rich;
    f->kinds |= c->kinds;
    f->rows += c->rows;
    f->emails += c->g.emails + contact_text_emails(c->text);
    return stop;
}
