#include "cli/audit_rows.h"

#include "control/entries.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum column { NUMBER, DECIDED, WHO, APP, CLASS, FILE_NAME, COLUMNS };
enum { COLUMN_MOST = 48 };
_Static_assert(sizeof((struct audit_rows *)0)->widths / sizeof(size_t) == COLUMNS, "a width a column");

int audit_rows_add(struct audit_rows *r, json_t *entry, bool sealed)
{
    if (r->rows == NULL)
        r->rows = calloc(AUDIT_ROWS_MOST, sizeof *r->rows);
    if (r->rows == NULL)
        return -ENOMEM;
    if (r->count == AUDIT_ROWS_MOST)
        audit_rows_print(r);
    r->rows[r->count++] = (struct audit_row){json_incref(entry), sealed};
    return 0;
}

static void clear(struct audit_rows *r)
{
    for (size_t i = 0; i < r->count; i++)
        json_decref(r->rows[i].entry);
    r->count = 0;
}

void audit_rows_free(struct audit_rows *r)
{
    clear(r);
    free(r->rows);
    r->rows = NULL;
}

/* ---- columns ---- */

/* A string of an entry, which is quoted already if its bytes are no UTF-8. */
static void put_raw(struct buf *b, const char *text)
{
    char *bytes = strdup(text);
    if (bytes != NULL && (bytes[0] != '"' || buf_unquote(bytes) >= 0))
        text_put_name(b, bytes);
    else
        text_put_name(b, text);
    free(bytes);
}

static const char *last_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

static bool is_copy(const json_t *e) { return strcmp(entries_word(e, "event"), "copy") == 0; }
/* What a rule decided; else it is what befell the daemon. */
static bool is_decision(const json_t *e) { return is_copy(e) || strcmp(entries_word(e, "event"), "open") == 0; }

/* "block", "quarantine"; "block (audit)": enforcing would have; "start", "gap" */
static void put_decided(struct buf *b, const json_t *e)
{
    bool session = strcmp(entries_word(e, "event"), "session") == 0;
    text_put_name(b, is_decision(e) ? entries_word(e, "action")
                     : session      ? entries_word(e, "note")
                                    : entries_word(e, "event"));
    if (is_decision(e) && strcmp(entries_word(e, "mode"), "audit") == 0)
        buf_puts(b, " (audit)");
}

static void put_who(struct buf *b, const json_t *e)
{
    const char *name = entries_at(e, "actor.user.name"), *uid = entries_at(e, "actor.user.uid");
    if (name[0] == 0 && uid[0] != 0)
        buf_puts(b, "uid ");
    if (is_decision(e))
        put_raw(b, name[0] ? name : uid);
}

static void put_in_mount(struct buf *b, const struct audit_rows *r, const json_t *e, const char *path)
{
    if (!r->one_mount)
        buf_printf(b, "%s/", entries_word(e, "mount"));
    put_raw(b, path);
}

/* "Prospects/acme.csv"; of a copy "Prospects/acme.csv -> /media/stick/mine.txt" */
static void put_file(struct buf *b, const struct audit_rows *r, const json_t *e)
{
    const char *mount = entries_word(e, "mount"), *source = entries_word(e, "source");
    if (is_copy(e) && source[0] != 0)
        put_in_mount(b, r, e, source);
    if (is_copy(e)) {
        buf_puts(b, source[0] != 0 ? " -> " : "-> ");
        put_raw(b, entries_word(e, "path"));
    } else if (is_decision(e)) {
        put_in_mount(b, r, e, entries_word(e, "path"));
    } else if (strcmp(entries_word(e, "event"), "session") == 0) {
        bool one_of_us = mount[0] == 0 || strcmp(mount, "guard") == 0; /* which no mount is called */
        const char *ours = strcmp(entries_word(e, "note"), "restart") == 0 ? "keeper" : "daemon";
        buf_printf(b, "%s %s", one_of_us ? "the" : "mount", mount[0] ? mount : ours);
    } else {
        put_raw(b, entries_word(e, "note"));
    }
}

static void put_column(struct buf *b, const struct audit_rows *r, const struct audit_row *row, enum column column)
{
    const json_t *e = row->entry;
    switch (column) {
    case NUMBER:
        buf_printf(b, "%" PRIu64 "%s", entries_seq(e), row->sealed ? "" : "*");
        break;
    case DECIDED:
        put_decided(b, e);
        break;
    case WHO:
        put_who(b, e);
        break;
    case APP:
        put_raw(b, last_name(entries_at(e, "actor.process.file.path")));
        break;
    case CLASS:
        put_raw(b, entries_word(e, "class"));
        break;
    case FILE_NAME:
    default:
        put_file(b, r, e);
        break;
    }
}

static void measure(struct audit_rows *r)
{
    for (size_t i = 0; i < r->count; i++)
        for (enum column c = NUMBER; c < COLUMNS; c++) {
            buf_auto text = {0};
            put_column(&text, r, &r->rows[i], c);
            size_t width = text.data ? text_width(text.data) : 0,
                   most = is_decision(r->rows[i].entry) ? COLUMN_MOST : 0;
            width = c == FILE_NAME && width > most ? most : width;
            r->widths[c] = width > r->widths[c] ? width : r->widths[c];
        }
}

static enum text_style style_of(const json_t *e)
{
    if (strcmp(entries_word(e, "event"), "gap") == 0)
        return TEXT_RED;
    if (!is_decision(e))
        return TEXT_DIM;
    return json_is_true(json_object_get(json_object_get(e, "unmapped"), "refused")) ? TEXT_RED
           : strcmp(entries_word(e, "action"), "allow") == 0                        ? TEXT_GREEN
                                                                                    : TEXT_YELLOW;
}

static void put_row(struct buf *b, const struct audit_rows *r, const struct audit_row *row)
{
    for (enum column c = NUMBER; c < COLUMNS; c++) {
        size_t start = b->len;
        if (c == DECIDED)
            text_style(b, r->colour, style_of(row->entry));
        size_t words = b->len;
        put_column(b, r, row, c);
        if (c == DECIDED)
            text_pad(b, words, r->widths[c]);
        if (c == DECIDED)
            text_style(b, r->colour, TEXT_PLAIN);
        else if (c != FILE_NAME || entries_word(row->entry, "rule")[0] != 0)
            text_pad(b, start, r->widths[c]);
        if (c != FILE_NAME)
            buf_puts(b, "  ");
        if (c == NUMBER) {
            text_put_time(b, entries_time_ns(row->entry));
            buf_puts(b, "  ");
        }
    }
    if (entries_word(row->entry, "rule")[0] != 0) {
        buf_puts(b, "  ");
        put_raw(b, entries_word(row->entry, "rule"));
    }
    buf_puts(b, "\n");
}

void audit_rows_print(struct audit_rows *r)
{
    buf_auto b = {0};
    measure(r);
    for (size_t i = 0; i < r->count; i++) {
        put_row(&b, r, &r->rows[r->oldest_first ? r->count - 1 - i : i]);
        text_flush(&b);
    }
    fflush(stdout);
    clear(r);
}
