#include "record/name.h"

#include <ctype.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

/* Names that git refuses or reads, after the disguises were taken off. "" stands for names of dots and spaces only. */
static const char *const special[] = {"", ".git", ".gitmodules", ".gitattributes", ".gitignore", ".mailmap"};

/* What Windows makes of them when it needs eight letters: the first letters, '~' and digits; the second kind begins
 * with a hash. */
static const char *const short_names[] = {"gitmod", "gitatt", "gitign", "mailma",
                                          "gi7eba", "gi7d29", "gi250a", "maba30"};

/* Code points that HFS+ ignores in names, as git lists them: the length of the one at `p`, or 0. */
static size_t ignored_by_hfs(const unsigned char *p, size_t left)
{
    if (left < 3)
        return 0;
    bool marks = p[0] == 0xe2 && p[1] == 0x80 && ((p[2] >= 0x8c && p[2] <= 0x8f) || (p[2] >= 0xaa && p[2] <= 0xae));
    bool formats = p[0] == 0xe2 && p[1] == 0x81 && p[2] >= 0xaa && p[2] <= 0xaf;
    bool bom = p[0] == 0xef && p[1] == 0xbb && p[2] == 0xbf;
    return marks || formats || bom ? 3 : 0;
}

/* Take the disguises off: ignored code points, case, a stream's name behind ':', spaces and dots at the end. */
static void undress(const char *part, size_t len, char to[static NAME_MOST + 1])
{
    size_t used = 0;
    for (size_t i = 0; i < len && part[i] != ':';) {
        size_t skip = ignored_by_hfs((const unsigned char *)part + i, len - i);
        if (skip == 0)
            to[used++] = (char)tolower((unsigned char)part[i++]);
        i += skip;
    }
    while (used > 0 && (to[used - 1] == ' ' || to[used - 1] == '.'))
        used--;
    to[used] = 0;
}

static bool is_short_name(const char *bare)
{
    const char *tilde = strchr(bare, '~');
    if (tilde == NULL || tilde == bare || tilde - bare > 6 || tilde[1] == 0)
        return false;
    if (strspn(tilde + 1, "0123456789") != strlen(tilde + 1))
        return false;
    for (size_t i = 0; i < sizeof short_names / sizeof *short_names; i++)
        if (strncmp(bare, short_names[i], (size_t)(tilde - bare)) == 0)
            return true;
    return false;
}

static bool needs_encoding(const char *part, size_t len)
{
    if (part[0] == '%')
        return true;
    char bare[NAME_MOST + 1];
    undress(part, len, bare);
    for (size_t i = 0; i < sizeof special / sizeof *special; i++)
        if (strcmp(bare, special[i]) == 0)
            return true;
    return is_short_name(bare);
}

int name_encode(const char *real, size_t len, char to[static NAME_ENCODED_BYTES])
{
    if (len == 0)
        return -EINVAL;
    if (len > NAME_MOST)
        return -ENAMETOOLONG;
    size_t used = 0;
    for (size_t at = 0; at < len;) {
        const char *part = real + at;
        const char *slash = memchr(part, '\\', len - at);
        size_t part_len = slash ? (size_t)(slash - part) : len - at;
        size_t skip = 0;
        if (part_len > 0 && needs_encoding(part, part_len)) {
            used += (size_t)snprintf(to + used, 4, "%%%02X", (unsigned char)part[0]);
            skip = 1;
        }
        memcpy(to + used, part + skip, part_len - skip);
        used += part_len - skip;
        if (slash)
            to[used++] = '\\';
        at += part_len + (slash ? 1 : 0);
    }
    to[used] = 0;
    return (int)used;
}

static int upper_hex(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

size_t name_decode(char *name)
{
    size_t to = 0;
    for (size_t i = 0; name[i] != 0;) {
        bool begins = i == 0 || name[i - 1] == '\\';
        int high = name[i] == '%' ? upper_hex(name[i + 1]) : -1;
        int low = high >= 0 ? upper_hex(name[i + 2]) : -1;
        if (begins && low >= 0 && (high | low) != 0) {
            /* `to` may trail `i`, so the byte before `i` must still be the one read: it is, as `to` <= `i` always */
            name[to++] = (char)(high << 4 | low);
            i += 3;
        } else {
            name[to++] = name[i++];
        }
    }
    name[to] = 0;
    return to;
}
