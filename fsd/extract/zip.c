#include "extract/zip.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <iconv.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { READ_BYTES = 64 << 10 };

struct zip {
    struct archive *archive;
    const struct input *in;
    struct content_sink *to;
    struct limits *limits;
    uint64_t at;      /* of `in`: where libarchive is */
    int input_err;    /* of input_read_at, 0 or -errno: libarchive would make one word of it all */
    bool is_one;      /* a member was seen */
    bool walked_once; /* members are counted once, however often they are walked */
    unsigned char block[READ_BYTES];
};

void zip_prepare(void)
{
    setenv("TZ", "UTC", 1);
    tzset();
    iconv_t names = iconv_open("ASCII", "UTF-8");
    if (names != (iconv_t)-1)
        iconv_close(names);
}

/* ---- libarchive's callbacks ---- */

static la_ssize_t read_more(struct archive *a, void *ctx, const void **bytes)
{
    struct zip *z = ctx;
    ssize_t got = input_read_at(z->in, z->at, z->block, sizeof z->block);
    if (got < 0) {
        z->input_err = (int)got;
        archive_set_error(a, (int)-got, "read");
        return ARCHIVE_FATAL;
    }
    *bytes = z->block;
    z->at += (uint64_t)got;
    return got;
}

static la_int64_t skip_some(struct archive *a, void *ctx, la_int64_t request)
{
    (void)a;
    struct zip *z = ctx;
    uint64_t left = z->at < z->in->size ? z->in->size - z->at : 0;
    uint64_t step = request < 0 ? 0 : (uint64_t)request < left ? (uint64_t)request : left;
    z->at += step;
    return (la_int64_t)step;
}

static la_int64_t seek_to(struct archive *a, void *ctx, la_int64_t offset, int whence)
{
    struct zip *z = ctx;
    la_int64_t size = (la_int64_t)z->in->size, base = whence == SEEK_SET ? 0 : (la_int64_t)z->at, place;
    if (whence == SEEK_END)
        base = size;
    if (__builtin_add_overflow(base, offset, &place) || place < 0 || place > size) {
        archive_set_error(a, EINVAL, "seek outside");
        return ARCHIVE_FATAL;
    }
    z->at = (uint64_t)place;
    return place;
}

/* ---- members ---- */

static int open_archive(struct zip *z)
{
    z->at = 0;
    z->archive = archive_read_new();
    if (z->archive == NULL)
        return -ENOMEM;
    if (archive_read_support_format_zip(z->archive) == ARCHIVE_FATAL)
        return -ENOMEM;
    archive_read_set_callback_data(z->archive, z);
    archive_read_set_read_callback(z->archive, read_more);
    archive_read_set_skip_callback(z->archive, skip_some);
    archive_read_set_seek_callback(z->archive, seek_to);
    archive_read_open1(z->archive); /* what fails here fails at the first member, too */
    return 0;
}

int zip_open(struct zip **out, const struct input *in, struct content_sink *to, struct limits *l)
{
    struct zip *z = calloc(1, sizeof *z);
    if (z == NULL)
        return -ENOMEM;
    z->in = in;
    z->to = to;
    z->limits = l;
    int err = open_archive(z);
    if (err < 0)
        zip_close(z);
    else
        *out = z;
    return err;
}

void zip_close(struct zip *z)
{
    if (z == NULL)
        return;
    if (z->archive != NULL)
        archive_read_free(z->archive);
    free(z);
}

int zip_rewind(struct zip *z)
{
    archive_read_free(z->archive);
    z->archive = NULL;
    z->walked_once = true;
    return open_archive(z);
}

bool zip_is_one(const struct zip *z) { return z->is_one; }

static int cut(struct zip *z)
{
    z->to->flag(z->to->ctx, FACT_CUT);
    return -ECANCELED;
}

static int why_broken(const struct zip *z)
{
    if (z->input_err < 0)
        return z->input_err;
    return archive_errno(z->archive) == ENOMEM ? -ENOMEM : -EBADMSG;
}

static int count_member(struct zip *z)
{
    if (!z->walked_once && z->limits->entries++ >= LIMIT_ENTRIES)
        return cut(z);
    return limits_is_over(z->limits) ? cut(z) : 0;
}

int zip_next(struct zip *z, const char **path)
{
    for (;;) {
        struct archive_entry *entry = NULL;
        int got = archive_read_next_header(z->archive, &entry);
        if (got == ARCHIVE_EOF)
            return 0;
        if (got != ARCHIVE_OK && got != ARCHIVE_WARN)
            return why_broken(z);
        z->is_one = true;
        int err = count_member(z);
        if (err < 0)
            return err;
        if (archive_entry_is_encrypted(entry)) {
            z->to->flag(z->to->ctx, FACT_ENCRYPTED);
            continue;
        }
        const char *name = archive_entry_pathname(entry);
        *path = name ? name : "";
        return 1;
    }
}

int zip_block(struct zip *z, const void **bytes, size_t *len)
{
    la_int64_t offset = 0;
    const void *block = NULL;
    size_t block_len = 0;
    int got = archive_read_data_block(z->archive, &block, &block_len, &offset);
    if (got == ARCHIVE_EOF)
        return 0;
    if (got != ARCHIVE_OK && got != ARCHIVE_WARN)
        return why_broken(z);
    if (limits_count(z->limits, block_len) < 0)
        return cut(z);
    *bytes = block;
    *len = block_len;
    return 1;
}
