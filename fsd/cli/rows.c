#include "cli/rows.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PATH_COLUMNS_MOST = 60 };

static char *copy(const char *text) { return strdup(text ? text : ""); }

int rows_add(struct rows *r, const struct record_version *v)
{
    if (r->rows == NULL)
        r->rows = calloc(ROWS_MOST, sizeof *r->rows);
    if (r->rows == NULL || r->count == ROWS_MOST)
        return -ENOMEM;
    struct row *row = &r->rows[r->count];
    *row = (struct row){.seq = v->seq,
                        .bytes = v->bytes,
                        .saved_ns = v->saved_ns,
                        .has_content = v->has_content,
                        .event = record_event_name(v->event),
                        .rep = copy(v->rep),
                        .mount = copy(v->mount),
                        .path = copy(v->path),
                        .from = copy(v->from),
                        .app = copy(v->app),
                        .note = copy(v->note)};
    r->count++;
    return row->rep && row->mount && row->path && row->from && row->app && row->note ? 0 : -ENOMEM;
}

static void clear(struct rows *r)
{
    for (size_t i = 0; i < r->count; i++) {
        struct row *row = &r->rows[i];
        char *strings[] = {row->rep, row->mount, row->path, row->from, row->app, row->note};
        for (size_t k = 0; k < sizeof strings / sizeof strings[0]; k++)
            free(strings[k]);
    }
    r->count = 0;
}

void rows_free(struct rows *r)
{
    clear(r);
    free(r->rows);
    r->rows = NULL;
}

/* The version before of the same file: rows stand newest first, and a rename's older name is the file's name before it.
 */
static const struct row *find_before(const struct rows *r, size_t at)
{
    const struct row *row = &r->rows[at];
    const char *path = row->path;
    if (strcmp(row->event, "rename") == 0)
        path = row->from;
    for (size_t i = at + 1; i < r->count; i++) {
        const struct row *older = &r->rows[i];
        if (strcmp(older->path, path) != 0 || strcmp(older->mount, row->mount) != 0 ||
            strcmp(older->rep, row->rep) != 0)
            continue;
        if (strcmp(older->event, "rename") == 0 && !older->has_content)
            path = older->from;
        else
            return older->has_content ? older : NULL;
    }
    return NULL;
}

/* "1.4 KiB" and "(+203 B)" */
static void put_size(struct buf *b, const struct rows *r, size_t at)
{
    const struct row *row = &r->rows[at], *before = row->has_content ? find_before(r, at) : NULL;
    buf_auto size = {0};
    size_t start = b->len;
    if (row->has_content)
        text_put_size(&size, row->bytes);
    buf_printf(b, "%10s", size.data ? size.data : "");
    if (before != NULL && before->bytes != row->bytes) {
        bool grown = row->bytes > before->bytes;
        buf_puts(b, grown ? "  +" : "  -");
        text_put_size(b, grown ? row->bytes - before->bytes : before->bytes - row->bytes);
    } else if (before != NULL) {
        buf_puts(b, "  =");
    }
    text_pad(b, start, 24);
    b->failed |= size.failed;
}

static void put_path(struct buf *b, const struct rows *r, const struct row *row)
{
    if (!r->one_mount && row->mount[0] != 0)
        buf_printf(b, "%s/", row->mount);
    if (row->from[0] != 0 && strcmp(row->event, "symlink") != 0) {
        text_put_name(b, row->from);
        buf_puts(b, " -> ");
    }
    text_put_name(b, row->path);
    if (row->from[0] != 0 && strcmp(row->event, "symlink") == 0) {
        buf_puts(b, " -> ");
        text_put_name(b, row->from);
    }
    if (row->note[0] != 0) {
        buf_puts(b, row->path[0] ? "  (" : "(");
        text_put_name(b, row->note);
        buf_puts(b, ")");
    }
}

static enum text_style event_style(const char *event)
{
    if (strcmp(event, "delete") == 0 || strcmp(event, "gap") == 0)
        return TEXT_RED;
    return strcmp(event, "save") == 0 ? TEXT_GREEN : TEXT_YELLOW;
}

static const char *last_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

static void put_row(struct buf *b, const struct rows *r, size_t at)
{
    const struct row *row = &r->rows[at];
    text_style(b, r->colour, TEXT_YELLOW);
    buf_printf(b, "%6" PRIu64, row->seq);
    text_style(b, r->colour, TEXT_PLAIN);
    buf_puts(b, "  ");
    text_put_time(b, row->saved_ns);
    text_style(b, r->colour, event_style(row->event));
    buf_printf(b, "  %-10s", row->event);
    text_style(b, r->colour, TEXT_PLAIN);
    put_size(b, r, at);
    if (r->show_rep)
        buf_printf(b, "%-10s  ", row->rep);
    size_t start = b->len;
    put_path(b, r, row);
    if (row->app[0] != 0) {
        text_pad(b, start, r->path_width);
        buf_puts(b, "  ");
        text_style(b, r->colour, TEXT_DIM);
        text_put_name(b, last_name(row->app));
        text_style(b, r->colour, TEXT_PLAIN);
    }
    buf_puts(b, "\n");
}

/* Look at all rows before the first is printed: how wide the paths are, and whether there are several reps. */
static void measure(struct rows *r)
{
    for (size_t i = 0; i < r->count; i++) {
        buf_auto path = {0};
        put_path(&path, r, &r->rows[i]);
        size_t width = path.data ? text_width(path.data) : 0;
        if (width > r->path_width)
            r->path_width = width < PATH_COLUMNS_MOST ? width : PATH_COLUMNS_MOST;
        r->show_rep |= strcmp(r->rows[i].rep, r->rows[0].rep) != 0;
    }
}

void rows_print(struct rows *r)
{
    buf_auto b = {0};
    size_t count = r->shown_most != 0 && r->shown_most < r->count ? r->shown_most : r->count;
    measure(r);
    for (size_t i = 0; i < count; i++) {
        put_row(&b, r, r->oldest_first ? count - 1 - i : i);
        text_flush(&b);
    }
    fflush(stdout);
    clear(r);
}
