/*
 * What every reader of fuzzers' files must keep to: its answers, and what it may push.
 */
#ifndef HOLDFAST_TESTS_CONTENT_CHECK_H
#define HOLDFAST_TESTS_CONTENT_CHECK_H

#include "extract/extract.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

static inline void check_text(const char *text, size_t len)
{
    for (size_t at = 0; at < len;) {
        utf8proc_int32_t character;
        utf8proc_ssize_t n =
            utf8proc_iterate((const utf8proc_uint8_t *)text + at, (utf8proc_ssize_t)(len - at), &character);
        if (n <= 0 || character == 0)
            abort();
        at += (size_t)n;
    }
}

static inline int check_sheet(void *ctx, const char *name)
{
    (void)ctx;
    check_text(name, strlen(name));
    return 0;
}

static inline int check_row(void *ctx, const struct row *row)
{
    (void)ctx;
    if (row->count == 0 || row->count > LIMIT_COLUMNS || row->number == 0)
        abort();
    for (size_t i = 0; i < row->count; i++) {
        if (row->cells[i].len == 0 || row->cells[i].len > LIMIT_CELL || row->cells[i].column >= LIMIT_COLUMNS)
            abort();
        check_text(row->cells[i].text, row->cells[i].len);
    }
    return 0;
}

static inline int check_part(void *ctx, enum text_part part, const char *utf8, size_t len)
{
    (void)ctx;
    if (part > TEXT_QUOTE || len == 0)
        abort();
    check_text(utf8, len);
    return 0;
}

static inline void check_flag(void *ctx, uint32_t flags)
{
    (void)ctx;
    if (flags == 0)
        abort();
}

static inline void check_content(extract_reader *reader, const void *bytes, size_t len)
{
    struct content_sink sink = {.sheet = check_sheet, .row = check_row, .text = check_part, .flag = check_flag};
    struct input in = input_from_memory(bytes, len, "");
    struct extract_hints hints = {.mime = "", .charset = ""};
    struct limits limits = {.packed = len};
    int answer = reader(&in, &hints, &sink, &limits);
    if (answer != 0 && answer != -EBADMSG && answer != -ECANCELED)
        abort();
}

struct zip_bytes {
    char *data;
    size_t len, room;
};

static inline la_ssize_t zip_write(struct archive *a, void *ctx, const void *bytes, size_t len)
{
    (void)a;
    struct zip_bytes *z = ctx;
    if (len > z->room - z->len)
        abort();
    memcpy(z->data + z->len, bytes, len);
    z->len += len;
    return (la_ssize_t)len;
}

/*
 * A zip whose members have these paths (NULL ends them) and, as their bytes, what stands between NULs in `bytes`,
 * in turn.
 */
static inline void check_zip(extract_reader *reader, const char *const *paths, const uint8_t *bytes, size_t len)
{
    struct zip_bytes zip = {.room = len + (64 << 10)};
    struct archive *a = archive_write_new();
    struct archive_entry *entry = archive_entry_new();
    zip.data = malloc(zip.room);
    archive_write_set_format_zip(a);
    archive_write_set_options(a, "zip:compression=store");
    archive_write_set_bytes_per_block(a, 0);
    archive_write_open(a, &zip, NULL, zip_write, NULL);
    for (size_t at = 0, i = 0; paths[i] != NULL; i++) {
        const uint8_t *end = at < len ? memchr(bytes + at, 0, len - at) : NULL;
        size_t n = end ? (size_t)(end - bytes) - at : len - at;
        archive_entry_clear(entry);
        archive_entry_set_pathname(entry, paths[i]);
        archive_entry_set_filetype(entry, AE_IFREG);
        archive_entry_set_size(entry, (la_int64_t)n);
        archive_write_header(a, entry);
        archive_write_data(a, bytes + at, n);
        at = end ? at + n + 1 : len;
    }
    archive_entry_free(entry);
    archive_write_free(a);
    check_content(reader, zip.data, zip.len);
    free(zip.data);
}

#endif
