/*
 * OLE2 compound files: what office programs wrote before their zips, and what they wrap an encrypted zip in. The old
 * formats are not read; but an encrypted document says so by the name of a stream, which the directory tells.
 *
 * The directory is a chain of sectors, each linked to the next in the sector allocation table (FAT), whose own sectors
 * the header lists ([MS-CFB] 2.2, 2.3, 2.6). Sectors beyond those 109 are of files of 7 MB and more; their directory is
 * followed as far as the list reaches.
 */
#include "extract/extract.h"

#include <errno.h>
#include <string.h>

enum {
    HEADER_BYTES = 512,
    HEADER_FAT_AT = 76, /* the list of the table's sectors */
    HEADER_FAT_COUNT = 109,
    ENTRY_BYTES = 128,
    NAME_BYTES = 64,       /* UTF-16LE, with its NUL */
    DIRECTORY_MOST = 1024, /* sectors looked at, so that a ring ends */
};
static const unsigned char magic[8] = {0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1};
static const uint32_t last_sector = 0xfffffffa; /* above: end of chain, free */

/* Streams that hold a document under a password. */
static const char *const encrypted_names[] = {"EncryptedPackage", "EncryptedSummary"};

struct ole {
    const struct input *in;
    unsigned char header[HEADER_BYTES];
    uint32_t sector_bytes; /* 512 or 4096 */
};

static uint32_t read_u32(const unsigned char *p)
{
    return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

static uint64_t sector_at(const struct ole *o, uint32_t sector) { return ((uint64_t)sector + 1) * o->sector_bytes; }

/* The sector behind this one; beyond `last_sector` if there is none. -errno of reading. */
static int next_sector(const struct ole *o, uint32_t sector, uint32_t *next)
{
    uint32_t per_sector = o->sector_bytes / 4, table = sector / per_sector;
    unsigned char bytes[4];
    *next = UINT32_MAX;
    if (table >= HEADER_FAT_COUNT)
        return 0;
    uint32_t table_sector = read_u32(o->header + HEADER_FAT_AT + 4 * table);
    if (table_sector >= last_sector)
        return 0;
    ssize_t got = input_read_at(o->in, sector_at(o, table_sector) + 4 * (sector % per_sector), bytes, sizeof bytes);
    if (got == sizeof bytes)
        *next = read_u32(bytes);
    return got < 0 ? (int)got : 0;
}

static bool has_name(const unsigned char entry[static ENTRY_BYTES], const char *name)
{
    size_t len = strlen(name);
    if (len >= NAME_BYTES / 2)
        return false;
    for (size_t i = 0; i <= len; i++)
        if (entry[2 * i] != (unsigned char)name[i] || entry[2 * i + 1] != 0)
            return false;
    return true;
}

static bool is_encrypted_entry(const unsigned char entry[static ENTRY_BYTES])
{
    for (size_t i = 0; i < sizeof encrypted_names / sizeof *encrypted_names; i++)
        if (has_name(entry, encrypted_names[i]))
            return true;
    return false;
}

/* 1: the directory names an encrypted stream; 0; -errno of reading. */
static int find_encrypted(const struct ole *o)
{
    uint32_t sector = read_u32(o->header + 48);
    unsigned char bytes[4096];
    for (unsigned i = 0; i < DIRECTORY_MOST && sector < last_sector; i++) {
        ssize_t got = input_read_at(o->in, sector_at(o, sector), bytes, o->sector_bytes);
        if (got < 0)
            return (int)got;
        for (ssize_t at = 0; at + ENTRY_BYTES <= got; at += ENTRY_BYTES)
            if (is_encrypted_entry(bytes + at))
                return 1;
        int err = next_sector(o, sector, &sector);
        if (err < 0)
            return err;
    }
    return 0;
}

int extract_ole(struct input *in, const struct extract_hints *h, struct content_sink *to, struct limits *l)
{
    (void)h, (void)l;
    struct ole o = {.in = in};
    ssize_t got = input_read_at(in, 0, o.header, sizeof o.header);
    if (got < 0)
        return (int)got;
    if ((size_t)got < sizeof magic || memcmp(o.header, magic, sizeof magic) != 0)
        return -EBADMSG;
    unsigned shift = o.header[30];
    int answer = 0;
    if (got == HEADER_BYTES && (shift == 9 || shift == 12)) {
        o.sector_bytes = 1u << shift;
        answer = find_encrypted(&o);
    }
    if (answer < 0)
        return answer;
    to->flag(to->ctx, answer == 1 ? FACT_ENCRYPTED : FACT_UNREADABLE);
    return 0;
}
