/*
 * Archives and compressed streams, by libarchive. Of its formats and filters only those that people send each other are
 * switched on, and none that would run another program.
 *
 * A bomb is ended by counting: all that is unpacked is counted, also what is dropped, and libarchive is never left to
 * skip over packed data by itself where that means unpacking it.
 */
#include "extract/member.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { PIECE_BYTES = 64 * 1024, RETRIES_MOST = 16, NAME_BYTES = 256, STOP = 1 };

struct unpacking {
    struct archive *archive;
    struct input *in;
    uint64_t at; /* where libarchive reads on */
    struct content_sink *to;
    struct limits *l;
    extract_member *member;
    void *ctx;
    uint32_t handed; /* members that were handed on */
    unsigned char piece[PIECE_BYTES];
};

/* ---- what libarchive reads ---- */

static la_ssize_t give_bytes(struct archive *a, void *ctx, const void **bytes)
{
    struct unpacking *u = ctx;
    ssize_t n = limits_is_over(u->l) ? -ETIME : input_read_at(u->in, u->at, u->piece, sizeof u->piece);
    if (n < 0) {
        archive_set_error(a, (int)-n, "reading");
        return ARCHIVE_FATAL;
    }
    u->at += (uint64_t)n;
    *bytes = u->piece;
    return n;
}

static la_int64_t skip_bytes(struct archive *a, void *ctx, la_int64_t count)
{
    (void)a;
    struct unpacking *u = ctx;
    uint64_t left = u->at < u->in->size ? u->in->size - u->at : 0;
    if (count < 0)
        return 0;
    if ((uint64_t)count > left)
        count = (la_int64_t)left;
    u->at += (uint64_t)count;
    return count;
}

static la_int64_t seek_bytes(struct archive *a, void *ctx, la_int64_t offset, int whence)
{
    (void)a;
    struct unpacking *u = ctx;
    uint64_t from = whence == SEEK_SET ? 0 : whence == SEEK_CUR ? u->at : u->in->size;
    if (offset < 0 ? (uint64_t)-offset > from : (uint64_t)offset > INT64_MAX - from)
        return ARCHIVE_FATAL;
    u->at = from + (uint64_t)offset;
    return (la_int64_t)u->at;
}

/* A filter whose library libarchive was built without would run a program instead. */
static const struct {
    int (*support)(struct archive *);
    const char *(*library)(void);
} filters[] = {
    {archive_read_support_filter_gzip, archive_zlib_version},
    {archive_read_support_filter_bzip2, archive_bzlib_version},
    {archive_read_support_filter_xz, archive_liblzma_version},
    {archive_read_support_filter_zstd, archive_libzstd_version},
};

typedef int support_format(struct archive *);

/* As it stands; and what is compressed as a whole: a tar, or one file. A zip in there is a file: a workbook, perhaps.
 */
static support_format *const plain[] = {archive_read_support_format_zip_seekable,
                                        archive_read_support_format_zip_streamable, archive_read_support_format_tar,
                                        archive_read_support_format_7zip, NULL};
static support_format *const compressed[] = {archive_read_support_format_tar, archive_read_support_format_raw, NULL};

static bool begins_compressed(const struct input *in)
{
    static const struct {
        unsigned char bytes[6];
        size_t len;
    } magics[] = {
        {{0x1f, 0x8b}, 2}, {{'B', 'Z', 'h'}, 3}, {{0xfd, '7', 'z', 'X', 'Z', 0}, 6}, {{0x28, 0xb5, 0x2f, 0xfd}, 4}};
    unsigned char head[6] = {0};
    ssize_t n = input_read_at(in, 0, head, sizeof head);
    for (size_t i = 0; i < sizeof magics / sizeof *magics; i++)
        if (n >= (ssize_t)magics[i].len && memcmp(head, magics[i].bytes, magics[i].len) == 0)
            return true;
    return false;
}

static struct archive *open_archive(struct unpacking *u)
{
    struct archive *a = archive_read_new();
    if (a == NULL)
        return NULL;
    bool filtered = begins_compressed(u->in);
    for (size_t i = 0; i < sizeof filters / sizeof *filters && filtered; i++)
        if (filters[i].library() != NULL)
            filters[i].support(a);
    for (support_format *const *format = filtered ? compressed : plain; *format != NULL; format++)
        (*format)(a);
    archive_read_set_read_callback(a, give_bytes);
    archive_read_set_skip_callback(a, skip_bytes);
    archive_read_set_seek_callback(a, seek_bytes);
    archive_read_set_callback_data(a, u);
    return a;
}

/* ---- one member ---- */

static bool is_compressed_as_a_whole(struct archive *a)
{
    return archive_filter_count(a) > 1 || (archive_format(a) & ARCHIVE_FORMAT_BASE_MASK) == ARCHIVE_FORMAT_7ZIP;
}

static bool is_raw(struct archive *a)
{
    return (archive_format(a) & ARCHIVE_FORMAT_BASE_MASK) == (ARCHIVE_FORMAT_RAW & ARCHIVE_FORMAT_BASE_MASK);
}

/* The next piece of a member: ARCHIVE_OK, ARCHIVE_EOF, or what ended it. */
static int next_piece(struct archive *a, const void **piece, size_t *len)
{
    la_int64_t offset;
    for (int retries = 0; retries < RETRIES_MOST; retries++) {
        int status = archive_read_data_block(a, piece, len, &offset);
        if (status == ARCHIVE_OK || status == ARCHIVE_EOF || status == ARCHIVE_FATAL || status == ARCHIVE_FAILED)
            return status;
        if (status == ARCHIVE_WARN)
            return ARCHIVE_OK;
    }
    return ARCHIVE_FATAL;
}

/* Gather a member: 0 at its end, or how it ended otherwise (*status is libarchive's word, 0 or -errno ours). */
static int gather(struct unpacking *u, struct member *m, int *status)
{
    const void *piece;
    size_t len;
    bool drain = is_compressed_as_a_whole(u->archive) && !is_raw(u->archive);
    while ((*status = next_piece(u->archive, &piece, &len)) == ARCHIVE_OK) {
        int err = member_add(m, u->l, piece, len);
        if (err < 0)
            return err;
        if (m->is_cut && !drain)
            break;
    }
    return 0;
}

/* A compressed stream has no name for what it holds: "list.csv.gz" is a "list.csv". */
static const char *name_of(struct unpacking *u, struct archive_entry *entry, char room[static NAME_BYTES])
{
    if (!is_raw(u->archive)) {
        const char *name = archive_entry_pathname_utf8(entry);
        if (name == NULL)
            name = archive_entry_pathname(entry);
        return name ? name : "";
    }
    size_t len = strnlen(u->in->name, NAME_BYTES - 1);
    memcpy(room, u->in->name, len);
    room[len] = 0;
    char *dot = strrchr(room, '.');
    if (dot != NULL)
        *dot = 0;
    return room;
}

static int hand_on(struct unpacking *u, const struct member *m, const char *name)
{
    struct input in = input_from_memory(m->data, m->len, name);
    u->handed++;
    int err = u->member(u->ctx, &in, &(struct extract_hints){.mime = "", .charset = ""});
    return err == -EBADMSG ? 0 : err; /* nobody reads it: an image among letters */
}

/* How it ends when libarchive can read no further header. */
static int give_up(struct unpacking *u)
{
    if (limits_is_over(u->l)) {
        u->to->flag(u->to->ctx, FACT_CUT);
        return -ECANCELED;
    }
    /* Asked before it knows a format, libarchive follows a dangling pointer. */
    if (archive_format(u->archive) != 0 && archive_read_has_encrypted_entries(u->archive) > 0)
        u->to->flag(u->to->ctx, FACT_ENCRYPTED);
    else if (u->handed == 0)
        return -EBADMSG;
    else
        u->to->flag(u->to->ctx, FACT_UNREADABLE);
    return 0;
}

/* 0: go on; STOP: there is no more to be had; -errno. */
static int unpack(struct unpacking *u, struct archive_entry *entry)
{
    if (archive_entry_is_encrypted(entry)) {
        u->to->flag(u->to->ctx, FACT_ENCRYPTED);
        u->handed++;
        return 0;
    }
    if (archive_entry_filetype(entry) != AE_IFREG && archive_entry_filetype(entry) != 0)
        return 0;
    member_auto m = {.most = member_most(u->l)};
    char room[NAME_BYTES];
    int status;
    int err = gather(u, &m, &status);
    if (err == -ECANCELED || m.is_cut)
        u->to->flag(u->to->ctx, FACT_CUT);
    if (status == ARCHIVE_FATAL && m.len == 0 && u->handed == 0)
        return give_up(u);
    if (status == ARCHIVE_FATAL || status == ARCHIVE_FAILED)
        u->to->flag(u->to->ctx, FACT_UNREADABLE);
    if (m.len > 0 && err != -ENOMEM) {
        int handed = hand_on(u, &m, name_of(u, entry, room));
        err = err < 0 ? err : handed;
    }
    return err < 0 || status != ARCHIVE_FATAL ? err : STOP;
}

/* ---- all of them ---- */

static int unpack_all(struct unpacking *u)
{
    struct archive *a = u->archive;
    for (;;) {
        struct archive_entry *entry;
        int status = archive_read_next_header(a, &entry);
        if (status == ARCHIVE_EOF)
            return 0;
        if (status == ARCHIVE_FATAL)
            return give_up(u);
        if (is_raw(a) && archive_filter_count(a) < 2)
            return -EBADMSG;
        int err = member_count(u->l);
        if (err < 0)
            u->to->flag(u->to->ctx, FACT_CUT);
        else if (status != ARCHIVE_RETRY)
            err = unpack(u, entry);
        if (err != 0 || is_raw(a))
            return err == STOP ? 0 : err;
    }
}

int extract_archive(struct input *in, struct content_sink *to, struct limits *l, extract_member *member, void *ctx)
{
    struct unpacking *u = calloc(1, sizeof *u);
    if (u == NULL)
        return -ENOMEM;
    u->in = in;
    u->to = to;
    u->l = l;
    u->member = member;
    u->ctx = ctx;
    u->archive = open_archive(u);
    int err = u->archive == NULL ? -ENOMEM : 0;
    if (err == 0)
        err = archive_read_open1(u->archive) == ARCHIVE_OK ? unpack_all(u) : give_up(u);
    archive_read_free(u->archive);
    free(u);
    return err;
}
