#include "analyse/document.h"

#include "words/block.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/*
 * The text is reserved whole at the start: pages never written cost nothing, and nothing is copied as it grows. Places
 * are kept as marks in the order of the text: one for each cell, and in running text one for each new part and each
 * MARK_BYTES, from where lines and characters are counted on.
 */
enum { MARK_BYTES = 1024, SHEETS_MOST = 1024 };

struct mark {
    uint32_t at : 31;
    uint32_t is_cell : 1;
    uint32_t line;   /* a cell: its row's number; text: lines of its count that ended before */
    uint32_t column; /* a cell: its column; text: characters between the line's begin and here */
};

struct sheet {
    uint32_t at; /* where its first row begins */
    char name[sizeof((struct document_place *)0)->sheet];
};

/* Margins and properties lie outside the text as a person counts its lines, so they have counts of their own. */
enum line_count { COUNT_TEXT, COUNT_MARGIN, COUNT_PROPERTY, LINE_COUNTS };
static const enum line_count count_of[] = {
    [TEXT_BODY] = COUNT_TEXT,         [TEXT_HEADING] = COUNT_TEXT, [TEXT_MARGIN] = COUNT_MARGIN,
    [TEXT_PROPERTY] = COUNT_PROPERTY, [TEXT_QUOTE] = COUNT_TEXT,
};

struct document {
    char *text; /* DOCUMENT_BYTES and a NUL */
    size_t len;
    bool is_cut;

    struct mark *marks;
    size_t mark_count, mark_room;
    struct sheet *sheets;
    size_t sheet_count, sheet_room;
    char sheet[sizeof((struct document_place *)0)->sheet]; /* of the rows to come */

    bool in_text; /* the last that came was text, of this part: */
    enum text_part part;
    uint32_t lines[LINE_COUNTS]; /* ended so far */
    uint32_t column;             /* characters of the line that did not end yet */
};

int document_open(struct document **out)
{
    struct document *d = calloc(1, sizeof *d);
    if (d == NULL || (d->text = malloc(DOCUMENT_BYTES + 1)) == NULL) {
        free(d);
        return -ENOMEM;
    }
    document_clear(d);
    *out = d;
    return 0;
}

void document_clear(struct document *d)
{
    d->len = d->mark_count = d->sheet_count = 0;
    d->text[0] = 0;
    d->sheet[0] = 0;
    d->is_cut = d->in_text = false;
    d->column = 0;
    memset(d->lines, 0, sizeof d->lines);
}

void document_close(struct document *d)
{
    if (d == NULL)
        return;
    free(d->text);
    free(d->marks);
    free(d->sheets);
    free(d);
}

const char *document_bytes(const struct document *d, size_t *len)
{
    *len = d->len;
    return d->text;
}

bool document_is_cut(const struct document *d) { return d->is_cut; }

static bool is_inside_character(char byte) { return ((unsigned char)byte & 0xc0) == 0x80; }

/* The longest beginning of a text that fits into `room` and ends with a whole character. */
static size_t whole_characters(const char *utf8, size_t len, size_t room)
{
    if (len <= room)
        return len;
    while (room > 0 && is_inside_character(utf8[room]))
        room--;
    return room;
}

static uint32_t count_characters(const char *utf8, size_t len)
{
    uint32_t count = 0;
    for (size_t i = 0; i < len; i++)
        count += !is_inside_character(utf8[i]);
    return count;
}

/* Room for some more elements of a growing array, or false. */
static bool make_room_for(void *array, size_t *room, size_t count, size_t some, size_t size)
{
    if (some <= *room - count)
        return true;
    size_t more = *room + (*room / 4 > some ? *room / 4 : some) + 15;
    void *old, *grown;
    memcpy(&old, array, sizeof old);
    if ((grown = realloc(old, more * size)) == NULL)
        return false;
    memcpy(array, &grown, sizeof grown);
    *room = more;
    return true;
}

static bool make_room(void *array, size_t *room, size_t count, size_t size)
{
    return make_room_for(array, room, count, 1, size);
}

static int put_mark(struct document *d, bool is_cell, uint32_t line, uint32_t column)
{
    if (!make_room(&d->marks, &d->mark_room, d->mark_count, sizeof *d->marks))
        return -ENOMEM;
    d->marks[d->mark_count++] =
        (struct mark){.at = (uint32_t)d->len & 0x7fffffff, .is_cell = is_cell, .line = line, .column = column};
    return 0;
}

/* What fits of these bytes; the rest is left out, and so is all that comes later. */
static size_t put_bytes(struct document *d, const char *utf8, size_t len)
{
    size_t fits = d->is_cut ? 0 : whole_characters(utf8, len, DOCUMENT_BYTES - d->len);
    d->is_cut = d->is_cut || fits < len;
    memcpy(d->text + d->len, utf8, fits);
    d->len += fits;
    d->text[d->len] = 0;
    return fits;
}

/* ---- tables ---- */

int document_sheet(struct document *d, const char *name)
{
    size_t len = whole_characters(name, strlen(name), sizeof d->sheet - 1);
    memcpy(d->sheet, name, len);
    d->sheet[len] = 0;
    return 0;
}

static const char *last_sheet(const struct document *d)
{
    return d->sheet_count ? d->sheets[d->sheet_count - 1].name : "";
}

/* A file may have more sheets than anybody names: rows behind the last that is kept are told of without a name. */
static int begin_row(struct document *d)
{
    const char *name = d->sheet_count < SHEETS_MOST - 1 ? d->sheet : "";
    if (strcmp(name, last_sheet(d)) == 0)
        return 0;
    if (!make_room(&d->sheets, &d->sheet_room, d->sheet_count, sizeof *d->sheets))
        return -ENOMEM;
    struct sheet *s = &d->sheets[d->sheet_count++];
    s->at = (uint32_t)d->len;
    memcpy(s->name, name, strlen(name) + 1);
    return 0;
}

/* Text that did not end its line is ended; it goes on in a line of its own. */
static void end_text(struct document *d)
{
    if (d->in_text && d->len > 0 && d->text[d->len - 1] != '\n' && put_bytes(d, "\n", 1) == 1)
        d->lines[count_of[d->part]]++;
    d->in_text = false;
    d->column = 0;
}

static bool fits(const struct document *d, const struct row *row)
{
    size_t bytes = row->count;
    for (size_t i = 0; i < row->count; i++)
        bytes += row->cells[i].len;
    return bytes <= DOCUMENT_BYTES - d->len;
}

/* A row that fits, without asking of each cell whether it does. */
static int put_row(struct document *d, const struct row *row)
{
    char *to = d->text + d->len;
    if (!make_room_for(&d->marks, &d->mark_room, d->mark_count, row->count, sizeof *d->marks))
        return -ENOMEM;
    for (size_t i = 0; i < row->count; i++) {
        const struct cell *cell = &row->cells[i];
        if (cell->len == 0)
            continue;
        d->marks[d->mark_count++] = (struct mark){
            .at = (uint32_t)(to - d->text) & 0x7fffffff, .is_cell = true, .line = row->number, .column = cell->column};
        block_copy(to, cell->text, cell->len);
        to += cell->len;
        *to++ = '\t';
    }
    if (to > d->text + d->len)
        to[-1] = '\n';
    d->len = (size_t)(to - d->text);
    d->text[d->len] = 0;
    return 0;
}

/* What fits of a row, cell by cell. */
static int put_some(struct document *d, const struct row *row)
{
    int err = 0;
    bool is_first = true;
    for (size_t i = 0; i < row->count && err == 0 && !d->is_cut; i++) {
        const struct cell *cell = &row->cells[i];
        if (cell->len == 0)
            continue;
        if (!is_first)
            put_bytes(d, "\t", 1);
        err = put_mark(d, true, row->number, cell->column);
        if (err == 0)
            put_bytes(d, cell->text, cell->len);
        is_first = false;
    }
    if (!is_first)
        put_bytes(d, "\n", 1);
    return err;
}

int document_row(struct document *d, const struct row *row)
{
    end_text(d);
    if (d->is_cut)
        return 0;
    int err = begin_row(d);
    if (err < 0)
        return err;
    return fits(d, row) ? put_row(d, row) : put_some(d, row);
}

/* ---- running text ---- */

static void count_on(struct document *d, const char *text, size_t len)
{
    const char *end = text + len, *newline;
    while ((newline = memchr(text, '\n', (size_t)(end - text))) != NULL) {
        d->lines[count_of[d->part]]++;
        d->column = 0;
        text = newline + 1;
    }
    d->column += count_characters(text, (size_t)(end - text));
}

int document_text(struct document *d, enum text_part part, const char *utf8, size_t len)
{
    if (len == 0)
        return 0;
    bool begins = !d->in_text || d->part != part;
    if (begins && utf8[0] == '\n' && d->in_text && count_of[d->part] == count_of[part])
        begins = false; /* it ends the line of the part before itself */
    else if (begins)
        end_text(d);
    bool wants_mark = begins;
    d->in_text = true;
    d->part = part;
    while (len > 0 && !d->is_cut) {
        size_t since = d->mark_count && !wants_mark ? d->len - d->marks[d->mark_count - 1].at : MARK_BYTES;
        if (since >= MARK_BYTES) {
            int err = put_mark(d, false, d->lines[count_of[part]], d->column);
            if (err < 0)
                return err;
            since = 0;
            wants_mark = false;
        }
        size_t piece = len < MARK_BYTES - since ? len : MARK_BYTES - since;
        while (piece < len && is_inside_character(utf8[piece]))
            piece++;
        count_on(d, utf8, put_bytes(d, utf8, piece));
        utf8 += piece;
        len -= piece;
    }
    d->is_cut = d->is_cut || len > 0;
    return 0;
}

/* ---- places ---- */

static const struct mark *mark_before(const struct document *d, size_t at)
{
    size_t low = 0, high = d->mark_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (d->marks[middle].at <= at)
            low = middle + 1;
        else
            high = middle;
    }
    return low ? &d->marks[low - 1] : NULL;
}

static const char *sheet_at(const struct document *d, size_t at)
{
    size_t low = 0, high = d->sheet_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (d->sheets[middle].at <= at)
            low = middle + 1;
        else
            high = middle;
    }
    return low ? d->sheets[low - 1].name : "";
}

struct document_place document_find(const struct document *d, size_t at)
{
    if (at > d->len)
        at = d->len;
    struct document_place place = {.line = 1, .column = 1};
    const struct mark *m = mark_before(d, at);
    if (m == NULL)
        return place;
    const char *from = d->text + m->at, *to = d->text + at;
    if (m->is_cell) {
        place.line = place.row = m->line;
        place.cell = m->column;
        place.column = count_characters(from, (size_t)(to - from) + 1);
        strcpy(place.sheet, sheet_at(d, m->at));
        return place;
    }
    uint32_t before = m->column;
    place.line = m->line + 1;
    for (const char *newline; (newline = memchr(from, '\n', (size_t)(to - from))) != NULL; from = newline + 1) {
        place.line++;
        before = 0;
    }
    place.column = before + count_characters(from, (size_t)(to - from) + 1);
    return place;
}

void document_copy(char *to, size_t room, const char *from, size_t len)
{
    size_t n = len < room - 1 ? len : room - 1;
    while (n < len && n > 0 && ((unsigned char)from[n] & 0xc0) == 0x80)
        n--;
    for (size_t i = 0; i < n; i++)
        to[i] = (unsigned char)from[i] < ' ' || from[i] == 0x7f ? ' ' : from[i];
    to[n] = 0;
}
