#include "extract/row_build.h"
#include "extract/utf8.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static int make_room(struct row_build *b)
{
    if (b->count < b->room)
        return 0;
    size_t room = b->room ? b->room * 2 : 32;
    struct cell *cells = realloc(b->cells, room * sizeof *cells);
    if (cells == NULL)
        return -ENOMEM;
    b->cells = cells;
    uint32_t *starts = realloc(b->starts, room * sizeof *starts);
    if (starts == NULL)
        return -ENOMEM;
    b->starts = starts;
    b->room = room;
    return 0;
}

static int add_cell(struct row_build *b, uint32_t column, uint32_t start, uint32_t len)
{
    if (make_room(b) < 0)
        return -ENOMEM;
    b->cells[b->count] = (struct cell){.column = column, .len = len};
    b->starts[b->count++] = start;
    return 0;
}

int row_build_cell(struct row_build *b, uint32_t column)
{
    row_build_cell_end(b);
    if (column >= LIMIT_COLUMNS || b->count >= LIMIT_COLUMNS) {
        b->cut = true;
        return 0;
    }
    b->open = true;
    return add_cell(b, column, (uint32_t)b->text.len, 0);
}

size_t row_build_put(struct row_build *b, const char *utf8, size_t len)
{
    if (!b->open)
        return 0;
    struct cell *cell = &b->cells[b->count - 1];
    size_t take = len;
    if (take > LIMIT_CELL - cell->len)
        take = LIMIT_CELL - cell->len;
    if (take > ROW_BYTES - b->text.len)
        take = ROW_BYTES - b->text.len;
    if (take < len) {
        take = utf8_floor(utf8, take);
        b->cut = true;
    }
    buf_put(&b->text, utf8, take);
    cell->len += (uint32_t)take;
    return take;
}

static bool is_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

void row_build_cell_end(struct row_build *b)
{
    if (!b->open || b->text.failed)
        return;
    b->open = false;
    struct cell *cell = &b->cells[b->count - 1];
    uint32_t *start = &b->starts[b->count - 1];
    while (cell->len > 0 && is_space(b->text.data[*start + cell->len - 1]))
        cell->len--;
    while (cell->len > 0 && is_space(b->text.data[*start])) {
        ++*start;
        cell->len--;
    }
    if (cell->len == 0)
        b->count--;
}

int row_build_again(struct row_build *b, uint32_t column)
{
    if (b->count == 0)
        return 0;
    if (column >= LIMIT_COLUMNS || b->count >= LIMIT_COLUMNS) {
        b->cut = true;
        return 0;
    }
    return add_cell(b, column, b->starts[b->count - 1], b->cells[b->count - 1].len);
}

int row_build_finish(struct row_build *b, struct content_sink *to, uint32_t number, struct row *row)
{
    row_build_cell_end(b);
    if (b->text.failed)
        return -ENOMEM;
    if (b->cut)
        to->flag(to->ctx, FACT_CUT);
    for (size_t i = 0; i < b->count; i++)
        b->cells[i].text = b->text.data + b->starts[i];
    *row = (struct row){.number = number, .cells = b->cells, .count = b->count};
    return 0;
}

void row_build_clear(struct row_build *b)
{
    buf_clear(&b->text);
    b->count = 0;
    b->open = false;
    b->cut = false;
}

void row_build_free(struct row_build *b)
{
    buf_free(&b->text);
    free(b->cells);
    free(b->starts);
    *b = (struct row_build){0};
}
