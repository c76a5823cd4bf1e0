#include "extract/tables.h"
#include "extract/utf8.h"

#include <errno.h>
#include <string.h>

static struct table_level *level(struct tables *t)
{
    return t->depth > 0 && t->too_deep == 0 ? &t->levels[t->depth - 1] : NULL;
}

static uint32_t add_saturated(uint32_t a, uint32_t b) { return a > UINT32_MAX - b ? UINT32_MAX : a + b; }

int tables_begin(struct tables *t, const char *name)
{
    if (t->depth == TABLES_DEPTH) {
        t->too_deep++;
        return 0;
    }
    struct table_level *now = &t->levels[t->depth++];
    row_build_clear(&now->row);
    now->number = 0;
    now->rows = 1;
    now->in_row = false;
    now->id = ++t->last_id;
    size_t len = strlen(name);
    if (len >= sizeof now->name)
        len = utf8_floor(name, sizeof now->name - 1);
    memcpy(now->name, name, len);
    now->name[len] = 0;
    return 0;
}

int tables_row(struct tables *t, uint32_t times)
{
    struct table_level *now = level(t);
    int err = tables_row_end(t);
    if (now == NULL || err < 0)
        return err;
    now->number = add_saturated(now->number, 1);
    now->rows = times;
    now->column = 0;
    now->in_row = true;
    return 0;
}

int tables_cell(struct tables *t, uint32_t times, uint32_t width)
{
    struct table_level *now = level(t);
    if (now == NULL)
        return 0;
    int err = tables_cell_end(t);
    if (err == 0 && !now->in_row)
        err = tables_row(t, 1);
    if (err == 0)
        err = row_build_cell(&now->row, now->column);
    now->column = add_saturated(now->column, width);
    now->cells = times;
    return err;
}

void tables_skip(struct tables *t, uint32_t columns)
{
    struct table_level *now = level(t);
    if (now != NULL)
        now->column = add_saturated(now->column, columns);
}

void tables_widen(struct tables *t, uint32_t width)
{
    if (level(t) != NULL && width > 1 && tables_in_cell(t))
        tables_skip(t, width - 1);
}

bool tables_in_row(const struct tables *t) { return t->depth > 0 && t->levels[t->depth - 1].in_row; }
bool tables_in_cell(const struct tables *t) { return t->depth > 0 && t->levels[t->depth - 1].row.open; }

int tables_text(struct tables *t, enum text_part part, const char *utf8, size_t len)
{
    struct table_level *now = t->depth > 0 ? &t->levels[t->depth - 1] : NULL;
    size_t taken = now != NULL ? row_build_put(&now->row, utf8, len) : 0;
    return taken < len ? t->to->text(t->to->ctx, part, utf8 + taken, len - taken) : 0;
}

/* A few bytes in a file may ask for millions of cells. */
static bool may_repeat(struct tables *t, struct row_build *row, uint64_t bytes)
{
    t->repeated_bytes += bytes + sizeof(struct cell);
    if (t->repeated_bytes <= TABLES_REPEAT_BYTES)
        return true;
    row->cut = true;
    return false;
}

int tables_cell_end(struct tables *t)
{
    struct table_level *now = level(t);
    if (now == NULL || !now->row.open)
        return 0;
    struct row_build *row = &now->row;
    uint32_t column = row->cells[row->count - 1].column;
    size_t before = row->count;
    row_build_cell_end(row);
    bool has_value = row->count == before;
    uint32_t bytes = has_value ? row->cells[row->count - 1].len : 0;
    int err = 0;
    for (uint32_t i = 1; err == 0 && has_value && i < now->cells && column + i < LIMIT_COLUMNS; i++) {
        if (!may_repeat(t, row, bytes))
            break;
        err = row_build_again(row, column + i);
    }
    return err;
}

static int push_text(struct tables *t, const struct cell *cell)
{
    int err = t->to->text(t->to->ctx, TEXT_BODY, cell->text, cell->len);
    return err == 0 ? t->to->text(t->to->ctx, TEXT_BODY, "\n", 1) : err;
}

static int push_row(struct tables *t, struct table_level *now, struct row *row)
{
    if (row->count == 1 && !t->sheets)
        return push_text(t, row->cells);
    int err = 0;
    if (t->told_id != now->id)
        err = t->to->sheet(t->to->ctx, now->name);
    t->told_id = now->id;
    return err == 0 ? t->to->row(t->to->ctx, row) : err;
}

static uint64_t bytes_of(const struct row *row)
{
    uint64_t bytes = 0;
    for (size_t i = 0; i < row->count; i++)
        bytes += sizeof(struct cell) + row->cells[i].len;
    return bytes;
}

int tables_row_end(struct tables *t)
{
    struct table_level *now = level(t);
    if (now == NULL || !now->in_row)
        return 0;
    struct row row = {0};
    uint32_t first = now->number;
    now->in_row = false;
    now->number = add_saturated(first, now->rows - 1);
    int err = tables_cell_end(t);
    if (err == 0)
        err = row_build_finish(&now->row, t->to, first, &row);
    if (err == 0 && row.count > 0)
        err = push_row(t, now, &row);
    uint64_t bytes = err == 0 && now->rows > 1 ? bytes_of(&row) : 0;
    for (uint32_t i = 1; err == 0 && row.count > 0 && i < now->rows; i++) {
        if (!may_repeat(t, &now->row, bytes)) {
            t->to->flag(t->to->ctx, FACT_CUT);
            break;
        }
        row.number = add_saturated(first, i);
        err = push_row(t, now, &row);
    }
    row_build_clear(&now->row);
    return err;
}

int tables_end(struct tables *t)
{
    if (t->too_deep > 0) {
        t->too_deep--;
        return 0;
    }
    if (t->depth == 0)
        return 0;
    int err = tables_row_end(t);
    t->depth--;
    return err;
}

int tables_finish(struct tables *t)
{
    int err = 0;
    while (err == 0 && t->depth > 0)
        err = tables_end(t);
    return err;
}

void tables_free(struct tables *t)
{
    for (size_t i = 0; i < TABLES_DEPTH; i++)
        row_build_free(&t->levels[i].row);
}
