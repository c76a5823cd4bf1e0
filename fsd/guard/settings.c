#include "guard/settings.h"

#include "base/buf.h"
#include "base/fdio.h"

#include <fcntl.h>
#include <limits.h>
#include <linux/openat2.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/* ---- paths ---- */

static bool is_plain_path(const char *path)
{
    size_t len = strlen(path);
    return path[0] == '/' && len > 1 && strstr(path, "//") == NULL && strstr(path, "/./") == NULL &&
           strstr(path, "/../") == NULL && (len < 3 || strcmp(path + len - 3, "/..") != 0);
}

/* Tell of `len` bytes, after what stands for the home: "$HOME", "~" or nothing. */
static void tell(const char *text, size_t len, const char *home, settings_found *found, void *ctx)
{
    static const char *const homes[] = {"$HOME/", "~/"};
    char path[PATH_MAX];
    const char *before = "";
    while (len > 1 && text[len - 1] == '/')
        len--;
    for (size_t i = 0; i < sizeof homes / sizeof *homes; i++) {
        size_t n = strlen(homes[i]);
        if (len > n && memcmp(text, homes[i], n) == 0) {
            before = home;
            text += n - 1;
            len -= n - 1;
            break;
        }
    }
    if (len == 0 || memchr(text, 0, len) != NULL || strlen(before) + len >= sizeof path)
        return;
    snprintf(path, sizeof path, "%s%.*s", before, (int)len, text);
    if (is_plain_path(path))
        found(ctx, path);
}

/* ---- lines ---- */

struct line {
    const char *text;
    size_t len;
};

static bool next_line(const char **at, const char *end, struct line *out)
{
    if (*at >= end)
        return false;
    const char *newline = memchr(*at, '\n', (size_t)(end - *at)), *stop = newline ? newline : end;
    *out = (struct line){*at, (size_t)(stop - *at)};
    *at = stop + 1;
    while (out->len > 0 && (out->text[out->len - 1] == '\r' || out->text[out->len - 1] == ' '))
        out->len--;
    return true;
}

/* What stands behind "key=" in a line, blanks allowed around the sign; `tail`: the key may have more before it. */
static bool take_value(const struct line *line, const char *key, bool tail, struct line *out)
{
    const char *sign = memchr(line->text, '=', line->len);
    size_t want = strlen(key), len = sign ? (size_t)(sign - line->text) : 0;
    while (len > 0 && line->text[len - 1] == ' ')
        len--;
    if (sign == NULL || len < want || (len > want && !tail) || memcmp(line->text + len - want, key, want) != 0)
        return false;
    const char *value = sign + 1, *end = line->text + line->len;
    while (value < end && *value == ' ')
        value++;
    *out = (struct line){value, (size_t)(end - value)};
    if (out->len >= 2 && value[0] == '"' && end[-1] == '"')
        *out = (struct line){value + 1, out->len - 2};
    return true;
}

static void read_lines(const char *text, size_t len, const char *key, bool tail, const char *home,
                       settings_found *found, void *ctx)
{
    struct line line, value;
    int told = 0;
    for (const char *at = text; told < SETTINGS_FOLDERS_MOST && next_line(&at, text + len, &line);)
        if (take_value(&line, key, tail, &value)) {
            tell(value.text, value.len, home, found, ctx);
            told++;
        }
}

void settings_read_user_dirs(const char *text, size_t len, const char *home, settings_found *found, void *ctx)
{
    read_lines(text, len, "XDG_DOWNLOAD_DIR", false, home, found, ctx);
}

void settings_read_nextcloud(const char *text, size_t len, const char *home, settings_found *found, void *ctx)
{
    read_lines(text, len, "\\localPath", true, home, found, ctx);
}

void settings_read_onedrive(const char *text, size_t len, const char *home, settings_found *found, void *ctx)
{
    read_lines(text, len, "sync_dir", false, home, found, ctx);
}

/* ---- JSON, as far as one member of it goes ---- */

/* The end of a string that begins behind `at`, or NULL; *plain: no escape stands in it. */
static const char *string_end(const char *at, const char *end, bool *plain)
{
    *plain = true;
    for (; at < end && *at != '"'; at++)
        if (*at == '\\') {
            *plain = false;
            at++;
        }
    return at < end ? at : NULL;
}

static const char *skip_blanks(const char *at, const char *end)
{
    while (at < end && (*at == ' ' || *at == '\t' || *at == '\n' || *at == '\r'))
        at++;
    return at;
}

/* `"path": "/..."`, wherever it stands: a path with an escape in it is none that we can watch. */
void settings_read_dropbox(const char *text, size_t len, const char *home, settings_found *found, void *ctx)
{
    const char *end = text + len, *stop;
    bool plain;
    int told = 0;
    for (const char *at = text; told < SETTINGS_FOLDERS_MOST && (at = memchr(at, '"', (size_t)(end - at))) != NULL;) {
        const char *name = at + 1;
        if ((stop = string_end(name, end, &plain)) == NULL)
            return;
        at = stop + 1;
        const char *colon = skip_blanks(at, end);
        if (stop - name != 4 || memcmp(name, "path", 4) != 0 || colon >= end || *colon != ':')
            continue;
        const char *quote = skip_blanks(colon + 1, end);
        if (quote >= end || *quote != '"' || (stop = string_end(quote + 1, end, &plain)) == NULL)
            continue;
        if (plain)
            tell(quote + 1, (size_t)(stop - quote - 1), home, found, ctx);
        told++;
        at = stop + 1;
    }
}

/* ---- the files ---- */

static int open_below(int home_fd, const char *name)
{
    const struct open_how how = {.flags = O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC,
                                 .resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS};
    return (int)syscall(SYS_openat2, home_fd, name, &how, sizeof how);
}

typedef void settings_reader(const char *text, size_t len, const char *home, settings_found *found, void *ctx);

static bool read_file(int home_fd, const char *name, settings_reader *reader, const char *home, settings_found *found,
                      void *ctx)
{
    struct stat st;
    buf_auto text = {0};
    fd_auto fd = open_below(home_fd, name);
    if (fd < 0 || fstat(fd, &st) < 0 || !S_ISREG(st.st_mode) || st.st_size > SETTINGS_FILE_MOST)
        return false;
    char *to = buf_reserve(&text, (size_t)st.st_size);
    ssize_t got = to == NULL ? -1 : fd_pread_full(fd, to, (size_t)st.st_size, 0);
    if (got < 0)
        return false;
    reader(to, (size_t)got, home, found, ctx);
    return true;
}

struct once {
    settings_found *found;
    void *ctx;
    bool told;
};

static void tell_once(void *ctx, const char *path)
{
    struct once *o = ctx;
    if (!o->told)
        o->found(o->ctx, path);
    o->told = true;
}

void settings_find_downloads(int home_fd, const char *home, settings_found *found, void *ctx)
{
    struct once once = {found, ctx, false};
    read_file(home_fd, ".config/user-dirs.dirs", settings_read_user_dirs, home, tell_once, &once);
    if (!once.told)
        tell("~/Downloads", strlen("~/Downloads"), home, found, ctx);
}

void settings_find_synced(int home_fd, const char *home, settings_found *found, void *ctx)
{
    static const struct {
        const char *file;
        settings_reader *reader;
        const char *usual; /* where it keeps its folder when the file does not say */
    } clients[] = {
        {".dropbox/info.json", settings_read_dropbox, NULL},
        {".config/Nextcloud/nextcloud.cfg", settings_read_nextcloud, NULL},
        {".var/app/com.nextcloud.desktopclient.nextcloud/config/Nextcloud/nextcloud.cfg", settings_read_nextcloud,
         NULL},
        {".config/ownCloud/owncloud.cfg", settings_read_nextcloud, NULL},
        {".config/onedrive/config", settings_read_onedrive, "~/OneDrive"},
        {".config/onedrive/refresh_token", NULL, "~/OneDrive"},
    };
    for (size_t i = 0; i < sizeof clients / sizeof *clients; i++) {
        struct once once = {found, ctx, false};
        fd_auto there = clients[i].usual != NULL ? open_below(home_fd, clients[i].file) : -1;
        if (clients[i].reader != NULL && clients[i].usual == NULL)
            read_file(home_fd, clients[i].file, clients[i].reader, home, found, ctx);
        else if (clients[i].reader != NULL)
            read_file(home_fd, clients[i].file, clients[i].reader, home, tell_once, &once);
        if (there >= 0 && !once.told)
            tell(clients[i].usual, strlen(clients[i].usual), home, found, ctx);
    }
}
