/*
 * What the tests of office readers need: a zip made in memory, and a sink that writes down all it is given.
 */
#ifndef HOLDFAST_TESTS_OFFICE_FILE_H
#define HOLDFAST_TESTS_OFFICE_FILE_H

#include "base/buf.h"
#include "extract/extract.h"

#include <archive.h>
#include <archive_entry.h>
#include <stdlib.h>
#include <string.h>

struct office_member {
    const char *path;
    const char *bytes;
};

static la_ssize_t office_write(struct archive *a, void *ctx, const void *bytes, size_t len)
{
    (void)a;
    buf_put(ctx, bytes, len);
    return (la_ssize_t)len;
}

/* A zip of these members; `password` NULL: not encrypted. The caller frees it. */
static inline struct buf office_zip(const struct office_member *members, size_t count, const char *password)
{
    struct buf out = {0};
    struct archive *a = archive_write_new();
    archive_write_set_format_zip(a);
    archive_write_set_bytes_per_block(a, 0);
    if (password != NULL) {
        archive_write_set_options(a, "zip:encryption=zipcrypt");
        archive_write_set_passphrase(a, password);
    }
    archive_write_open(a, &out, NULL, office_write, NULL);
    struct archive_entry *entry = archive_entry_new();
    for (size_t i = 0; i < count; i++) {
        archive_entry_clear(entry);
        archive_entry_set_pathname(entry, members[i].path);
        archive_entry_set_filetype(entry, AE_IFREG);
        archive_entry_set_perm(entry, 0644);
        archive_entry_set_size(entry, (la_int64_t)strlen(members[i].bytes));
        archive_write_header(a, entry);
        archive_write_data(a, members[i].bytes, strlen(members[i].bytes));
    }
    archive_entry_free(entry);
    archive_write_close(a);
    archive_write_free(a);
    return out;
}

/* ---- the sink: "[sheet Name]", "3: 0=Ann 2=Hill", and each part of text behind its name ---- */

struct collected {
    struct buf text;
    uint32_t flags;
    uint32_t rows;
    enum text_part part;
    bool in_text;
    uint32_t most_rows; /* says enough behind these; 0: never */
};

static inline void end_text(struct collected *c)
{
    if (c->in_text)
        buf_puts(&c->text, "\n");
    c->in_text = false;
}

static int collect_sheet(void *ctx, const char *name)
{
    struct collected *c = ctx;
    end_text(c);
    buf_printf(&c->text, "[sheet %s]\n", name);
    return 0;
}

static int collect_row(void *ctx, const struct row *row)
{
    struct collected *c = ctx;
    end_text(c);
    buf_printf(&c->text, "%u:", row->number);
    for (size_t i = 0; i < row->count; i++)
        buf_printf(&c->text, " %u=%.*s", row->cells[i].column, (int)row->cells[i].len, row->cells[i].text);
    buf_puts(&c->text, "\n");
    return ++c->rows == c->most_rows ? -ECANCELED : 0;
}

static int collect_text(void *ctx, enum text_part part, const char *utf8, size_t len)
{
    static const char *const names[] = {"body", "heading", "margin", "property", "quote"};
    struct collected *c = ctx;
    if (!c->in_text || c->part != part) {
        end_text(c);
        buf_printf(&c->text, "<%s>", names[part]);
    }
    c->part = part;
    c->in_text = true;
    buf_put(&c->text, utf8, len);
    return 0;
}

static void collect_flag(void *ctx, uint32_t flags) { ((struct collected *)ctx)->flags |= flags; }

/* Everything a reader makes of these bytes; its answer into *answer. The caller frees the text. */
static inline struct collected collect_with(extract_reader *reader, const void *bytes, size_t len, uint32_t most_rows,
                                            int *answer)
{
    struct collected c = {.most_rows = most_rows};
    struct content_sink sink = {
        .ctx = &c, .sheet = collect_sheet, .row = collect_row, .text = collect_text, .flag = collect_flag};
    struct input in = input_from_memory(bytes, len, "");
    struct extract_hints hints = {.mime = "", .charset = ""};
    struct limits limits = {.packed = len};
    *answer = reader(&in, &hints, &sink, &limits);
    end_text(&c);
    buf_puts(&c.text, "");
    return c;
}

/* A reader makes this of these bytes, with these flags, and answers 0. */
static inline void expect_content(extract_reader *reader, const void *bytes, size_t len, uint32_t flags,
                                  const char *content)
{
    int answer;
    struct collected c = collect_with(reader, bytes, len, 0, &answer);
    assert_string_equal(c.text.data, content);
    assert_int_equal(c.flags, flags);
    assert_int_equal(answer, 0);
    buf_free(&c.text);
}

static inline void expect_members(extract_reader *reader, const struct office_member *members, size_t count,
                                  uint32_t flags, const char *content)
{
    struct buf zip = office_zip(members, count, NULL);
    expect_content(reader, zip.data, zip.len, flags, content);
    buf_free(&zip);
}

#endif
