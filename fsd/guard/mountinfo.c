#include "guard/mountinfo.h"

#include <stdio.h>
#include <string.h>

/* The next word of a line, at most `room` - 1 bytes; false at the end, or when it is longer. */
static bool take_word(const char **at, const char *end, char *to, size_t room)
{
    while (*at < end && **at == ' ')
        ++*at;
    const char *begin = *at;
    while (*at < end && **at != ' ')
        ++*at;
    size_t len = (size_t)(*at - begin);
    if (len == 0 || len >= room || memchr(begin, 0, len) != NULL)
        return false;
    memcpy(to, begin, len);
    to[len] = 0;
    return true;
}

static bool is_octal(char c) { return c >= '0' && c <= '7'; }

/* The kernel writes blanks, tabs, newlines and backslashes as three octal digits. */
static void unescape(char *text)
{
    char *to = text;
    for (const char *p = text; *p != 0; p++) {
        if (p[0] == '\\' && p[1] >= '0' && p[1] <= '3' && is_octal(p[2]) && is_octal(p[3])) {
            *to++ = (char)((p[1] - '0') << 6 | (p[2] - '0') << 3 | (p[3] - '0'));
            p += 3;
        } else {
            *to++ = *p;
        }
    }
    *to = 0;
}

bool mountinfo_parse(const char *line, size_t len, struct mountinfo *out)
{
    const char *at = line, *end = line + len;
    char word[PATH_MAX];
    struct mountinfo m = {0};
    bool sound = true;
    for (int i = 0; i < 3 && sound; i++) /* the mount's number, its parent's, the device */
        sound = take_word(&at, end, word, sizeof word);
    sound = sound && sscanf(word, "%u:%u", &m.major, &m.minor) == 2 && take_word(&at, end, word, sizeof word) &&
            take_word(&at, end, m.path, sizeof m.path);
    while (sound && (sound = take_word(&at, end, word, sizeof word)) && strcmp(word, "-") != 0)
        ;
    if (!sound || !take_word(&at, end, m.type, sizeof m.type))
        return false;
    unescape(m.path);
    if (m.path[0] != '/')
        return false;
    *out = m;
    return true;
}

void mountinfo_each(const char *text, size_t len, void (*each)(void *ctx, const struct mountinfo *m), void *ctx)
{
    struct mountinfo m;
    for (const char *at = text, *end = text + len; at < end;) {
        const char *newline = memchr(at, '\n', (size_t)(end - at)), *stop = newline ? newline : end;
        if (mountinfo_parse(at, (size_t)(stop - at), &m))
            each(ctx, &m);
        at = stop + 1;
    }
}

bool mountinfo_is_network(const char *type)
{
    static const char *const types[] = {
        "nfs",
        "nfs4",
        "cifs",
        "smb3",
        "smbfs",
        "ceph",
        "9p",
        "afs",
        "coda",
        "lustre",
        "orangefs",
        "davfs",
        "fuse.sshfs",
        "fuse.rclone",
        "fuse.davfs",
        "fuse.s3fs",
        "fuse.curlftpfs",
        "fuse.gvfsd-fuse",
        "fuse.ceph",
        "fuse.gcsfuse",
        "fuse.goofys",
        "fuse.geesefs",
        "fuse.glusterfs",
        "fuse.kio-fuse",
        "fuse.google-drive-ocamlfuse",
        "fuse.onedriver",
        "fuse.smbnetfs",
    };
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        if (strcmp(types[i], type) == 0)
            return true;
    return false;
}
