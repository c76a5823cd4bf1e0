#include "sensitive/sensitive.h"
#include "sensitive/numbers.h"
#include "sensitive/quiet.h"
#include "sensitive/sensitive_words.h"
#include "words/shape.h"
#include "words/wording.h"

#include <string.h>

enum { SENTENCE_LEAST = 24, CELL_BYTES = 32 << 10 };

/* A sentence ends at a full stop and a space, but not behind an initial or "Dr.". */
static size_t sentence_end(const char *text, size_t len)
{
    static const bool ends[256] = {['.'] = true, ['!'] = true, ['?'] = true};
    for (size_t i = SENTENCE_LEAST; i + 1 < len; i++)
        if (ends[(unsigned char)text[i]] && text[i + 1] == ' ' && text[i - 1] != ' ' && text[i - 2] != ' ' &&
            text[i - 3] != ' ')
            return i + 1;
    return len;
}

static void hear_line(enum text_part part, const char *line, size_t len, struct facts *f)
{
    uint32_t classes = 0;
    for (size_t at = 0; at < len;) {
        size_t end = at + sentence_end(line + at, len - at);
        struct hearing h = {0};
        const struct glance g = glance_at(line + at, end - at);
        if (g.words)
            hear_words(&h, line + at, end - at);
        if (h.deals >= 2)
            hear_money(&h, line + at, end - at);
        classes |= h.classes;
        f->health += hears_illness(&h);
        f->pipeline += hears_deal(&h);
        if (g.numbers)
            numbers_count(line + at, end - at, (h.classes & WORD_NATIONAL_ID) != 0, f);
        at = end;
    }
    if (classes & (WORD_SECRET | WORD_SECRET_TOO))
        f->marks += is_mark(part, line, len);
}

void sensitive_text(enum text_part part, const char *text, size_t len, struct facts *f)
{
    for (size_t at = 0; at < len;) {
        const char *end = memchr(text + at, '\n', len - at);
        size_t line_len = end ? (size_t)(end - text) - at : len - at;
        hear_line(part, text + at, line_len, f);
        at += line_len + 1;
    }
}

/* ---- rows ---- */

/* A cell of its own with nothing but a name: a person stands in the row, whatever they have. */
static bool is_name_cell(const struct cell *cell)
{
    struct shape s;
    if (cell->len > SHAPE_BYTES)
        return false;
    shape_of(cell->text, cell->len, &s);
    return shape_is_person(&s) && (s.classes & (WORD_ILLNESS | WORD_PATIENT)) == 0;
}

static bool has_name_cell(const struct row *row)
{
    for (size_t i = 0; i < row->count && i < 64; i++)
        if (is_name_cell(&row->cells[i]))
            return true;
    return false;
}

/* A short cell about an illness; "Diabetes Center Berlin" is a company. */
static bool is_illness_cell(const struct cell *cell, const struct hearing *h)
{
    struct shape s;
    if (cell->len > SHAPE_BYTES || ((h->classes & WORD_ILLNESS) == 0 && !(h->has_code && cell->len <= 7)))
        return false;
    shape_of(cell->text, cell->len, &s);
    return s.org == 0 && s.legal == 0 && s.words <= 6;
}

/* What was heard in the cells of a row. */
struct row_hearing {
    struct hearing all;
    bool illness, sentence; /* a cell is an illness, or says in a sentence that somebody has one */
    uint64_t numbers;       /* which of the first cells have digits enough for numbers_count */
};

static size_t cell_bytes(const struct cell *cell) { return cell->len < CELL_BYTES ? cell->len : CELL_BYTES; }

/* False: nothing was heard. */
static bool hear_cell(struct row_hearing *r, const struct cell *cell, struct facts *f)
{
    struct hearing h = {0};
    hear_words(&h, cell->text, cell_bytes(cell));
    r->illness |= is_illness_cell(cell, &h);
    r->sentence |= hears_illness(&h);
    r->all.classes |= h.classes;
    r->all.has_code |= h.has_code;
    r->all.deals += h.deals;
    if (h.classes & (WORD_SECRET | WORD_SECRET_TOO))
        f->marks += is_mark(TEXT_BODY, cell->text, cell_bytes(cell));
    return h.classes != 0 || h.has_code;
}

/* Does the cell say anything by its words, or may it by its digits? */
static bool look_at_cell(struct row_hearing *r, size_t which, const struct cell *cell, struct facts *f)
{
    const struct glance g = glance_at(cell->text, cell_bytes(cell));
    if (which < 64 && g.numbers)
        r->numbers |= UINT64_C(1) << which;
    bool heard = g.words && hear_cell(r, cell, f);
    return heard || g.numbers;
}

static void take_cell(struct row_hearing *r, size_t which, const struct cell *cell, struct quiet *quiet,
                      struct facts *f)
{
    if (cell->len == 0)
        return;
    if (cell->len > SHORT_VALUE_BYTES || !quiet_is_asked(quiet, cell->column)) {
        look_at_cell(r, which, cell, f);
        return;
    }
    const struct short_value value = short_value_of(cell->text, cell->len);
    if (!quiet_knows(quiet, cell->column, &value) && !look_at_cell(r, which, cell, f))
        quiet_learn(quiet, &value);
}

/* Cards and ids, and money if the row speaks of deals. */
static void count_numbers(struct row_hearing *r, const struct row *row, struct facts *f)
{
    const struct cell *cells = row->cells;
    bool named = (r->all.classes & WORD_NATIONAL_ID) != 0;
    for (uint64_t left = r->numbers; left != 0; left &= left - 1) {
        const struct cell *cell = &cells[__builtin_ctzll(left)];
        numbers_count(cell->text, cell_bytes(cell), named, f);
    }
    for (size_t i = 64; i < row->count; i++)
        numbers_count(cells[i].text, cell_bytes(&cells[i]), named, f);
    for (size_t i = 0; r->all.deals >= 1 && i < row->count; i++)
        hear_money(&r->all, cells[i].text, cell_bytes(&cells[i]));
}

/* Health in a table is a condition in one cell beside a person in another, when a code or wording of patients joins. */
void sensitive_row(const struct row *row, struct quiet *quiet, struct facts *f)
{
    struct row_hearing r = {.numbers = 0};
    for (size_t i = 0; i < row->count; i++) {
        const struct cell *cell = &row->cells[i];
        take_cell(&r, i, cell, quiet, f);
        if (cell->label != NULL)
            hear_words(&r.all, cell->label, strlen(cell->label));
    }
    if (r.numbers != 0 || r.all.deals >= 1 || row->count > 64)
        count_numbers(&r, row, f);
    f->health += r.sentence || (r.illness && has_name_cell(row));
    f->pipeline += r.all.deals >= 2 && (r.all.has_money || r.all.has_number);
}
