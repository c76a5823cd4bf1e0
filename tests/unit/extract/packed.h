/* packed: archives made in memory, for tests. */
#ifndef HOLDFAST_TESTS_PACKED_H
#define HOLDFAST_TESTS_PACKED_H

#include "base/buf.h"

#include <archive.h>
#include <archive_entry.h>
#include <stdlib.h>
#include <string.h>

struct packed {
    struct archive *archive;
    char *data;
    size_t len, room;
};

/* `format` and `filter` as libarchive names them: "zip", "gnutar", "7zip", "raw"; "gzip", "xz", "none" ... */
static inline void packed_open(struct packed *p, const char *format, const char *filter, size_t room)
{
    *p = (struct packed){.archive = archive_write_new(), .data = malloc(room), .room = room};
    archive_write_set_format_by_name(p->archive, format);
    if (strcmp(filter, "none") != 0)
        archive_write_add_filter_by_name(p->archive, filter);
    archive_write_set_bytes_in_last_block(p->archive, 1);
}

static inline int packed_start(struct packed *p)
{
    return archive_write_open_memory(p->archive, p->data, p->room, &p->len);
}

static inline void packed_add(struct packed *p, const char *name, const void *bytes, size_t len)
{
    struct archive_entry *entry = archive_entry_new();
    archive_entry_set_pathname(entry, name);
    archive_entry_set_size(entry, (la_int64_t)len);
    archive_entry_set_filetype(entry, AE_IFREG);
    archive_entry_set_perm(entry, 0644);
    archive_write_header(p->archive, entry);
    archive_write_data(p->archive, bytes, len);
    archive_entry_free(entry);
}

static inline void packed_end(struct packed *p)
{
    archive_write_close(p->archive);
    archive_write_free(p->archive);
    p->archive = NULL;
}

/* One member in one call. */
static inline struct packed packed_one(const char *format, const char *filter, const char *name, const void *bytes,
                                       size_t len)
{
    struct packed p;
    packed_open(&p, format, filter, len + 65536);
    packed_start(&p);
    packed_add(&p, name, bytes, len);
    packed_end(&p);
    return p;
}

static inline void packed_free(struct packed *p)
{
    free(p->data);
    *p = (struct packed){0};
}

#endif
