/*
 * holdfast-notify: one quiet desktop notification about a finding: the gravest, if it is grave enough, and none more
 * for that file within the hour. Where there is no desktop, or nothing to notify with, it does nothing.
 *
 *   holdfast-notify [--level error|warning|suggestion] [--every MINUTES] <event
 */
#include "event.h"

#include <dirent.h>
#include <fcntl.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { USAGE = 2, MINUTES = 60, MINUTES_MOST = 7 * 24 * 60, TITLE_BYTES = 200, BODY_BYTES = 1600 };

static const char *const levels[] = {"suggestion", "warning", "error"};

static int level_of(const char *word)
{
    for (int i = 0; i < 3; i++)
        if (strcmp(levels[i], word) == 0)
            return i;
    return -1;
}

/* ---- once an hour ---- */

static uint64_t hash(uint64_t sum, const char *text)
{
    for (const char *p = text;; p++) { /* FNV-1a, with the NUL, so that "a","b" is not "ab" */
        sum = (sum ^ (unsigned char)*p) * UINT64_C(0x100000001b3);
        if (*p == 0)
            return sum;
    }
}

/* A mark for each file that was told of: an empty file, whose time is when. */
static void name_mark(json_t *event, char to[static 32])
{
    uint64_t sum = hash(hash(UINT64_C(0xcbf29ce484222325), event_text(event, "mount")), event_text(event, "path"));
    snprintf(to, 32, "told-%016" PRIx64, sum);
}

static int is_over(const struct stat *st, long minutes)
{
    time_t now = time(NULL);
    return st->st_mtime + minutes * 60 <= now || st->st_mtime > now;
}

/* Marks that say nothing any more, so that they do not pile up. */
static void remove_old_marks(int folder, long minutes)
{
    struct stat st;
    int fd = openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *dir = fd < 0 ? NULL : fdopendir(fd);
    if (dir == NULL)
        return;
    for (const struct dirent *d = readdir(dir); d != NULL; d = readdir(dir))
        if (strncmp(d->d_name, "told-", 5) == 0 && fstatat(folder, d->d_name, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
            is_over(&st, minutes))
            unlinkat(folder, d->d_name, 0);
    closedir(dir);
}

/* True, once for each file in that time. Nowhere to remember it: quiet. */
static int is_due(json_t *event, long minutes)
{
    char name[32];
    int folder = event_state_folder(1);
    name_mark(event, name);
    if (folder >= 0)
        remove_old_marks(folder, minutes);
    int fd = folder < 0 ? -1 : openat(folder, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    int due = fd >= 0;
    if (fd >= 0)
        close(fd);
    if (folder >= 0)
        close(folder);
    return due;
}

/* ---- the words ---- */

static const char *entity_of(char c) { return c == '&' ? "&amp;" : c == '<' ? "&lt;" : c == '>' ? "&gt;" : NULL; }

/* Append, cut between two characters. Bodies are markup to some desktops. */
static void put(char *to, size_t room, const char *text, int is_markup)
{
    enum { SPARE = 10 }; /* the rest of a character, or an entity */
    size_t used = strlen(to);
    for (; *text != 0 && used + 2 < room; text++) {
        const char *entity = is_markup ? entity_of(*text) : NULL;
        if (used + SPARE >= room && ((unsigned char)*text & 0xc0) != 0x80)
            break;
        if (entity != NULL)
            used += (size_t)snprintf(to + used, room - used, "%s", entity);
        else
            to[used++] = *text;
    }
    to[used] = 0;
}

static void write_words(json_t *event, json_t *finding, char title[static TITLE_BYTES], char body[static BODY_BYTES])
{
    char place[32] = "";
    const char *path = event_text(event, "path"), *slash = strrchr(path, '/');
    json_int_t line = json_integer_value(json_object_get(finding, "line"));
    if (line > 0)
        snprintf(place, sizeof place, ", line %" JSON_INTEGER_FORMAT, line);
    title[0] = body[0] = 0;
    put(title, TITLE_BYTES - sizeof place, slash != NULL ? slash + 1 : path, 0);
    put(title, TITLE_BYTES, place, 0);
    put(body, BODY_BYTES, event_text(finding, "say"), 1);
    put(body, BODY_BYTES, event_text(finding, "repair")[0] != 0 ? " " : "", 1);
    put(body, BODY_BYTES, event_text(finding, "repair"), 1);
}

/* ---- telling ---- */

/* A string as gdbus reads it. */
static char *quote(const char *text)
{
    char *to = malloc(2 * strlen(text) + 3), *at = to;
    if (to == NULL)
        return NULL;
    *at++ = '"';
    for (; *text != 0; text++) {
        if (*text == '"' || *text == '\\')
            *at++ = '\\';
        *at++ = *text;
    }
    *at++ = '"';
    *at = 0;
    return to;
}

/* The first of the two that is there takes over. Comes back when neither is. */
static void send(const char *title, const char *body)
{
    execlp("notify-send", "notify-send", "--app-name=Holdfast", "--urgency=normal", "--", title, body, (char *)NULL);
    char *quoted_title = quote(title), *quoted_body = quote(body);
    if (quoted_title != NULL && quoted_body != NULL)
        execlp("gdbus", "gdbus", "call", "--session", "--timeout=5", "--dest=org.freedesktop.Notifications",
               "--object-path=/org/freedesktop/Notifications", "--method=org.freedesktop.Notifications.Notify",
               "\"Holdfast\"", "uint32 0", "\"\"", quoted_title, quoted_body, "@as []", "@a{sv} {}", "-1",
               (char *)NULL);
    free(quoted_title);
    free(quoted_body);
}

static int tell(json_t *event, int least, long minutes)
{
    char title[TITLE_BYTES], body[BODY_BYTES];
    json_t *worst = json_array_get(json_object_get(event, "findings"), 0); /* the gravest is first */
    if (!json_is_object(worst) || level_of(event_text(worst, "level")) < least)
        return EXIT_SUCCESS;
    if (getenv("DBUS_SESSION_BUS_ADDRESS") == NULL || !is_due(event, minutes))
        return EXIT_SUCCESS;
    write_words(event, worst, title, body);
    send(title, body);
    return EXIT_SUCCESS;
}

static int usage(void)
{
    fputs("usage: holdfast-notify [--level error|warning|suggestion] [--every MINUTES] <event\n", stderr);
    return USAGE;
}

int main(int argc, char **argv)
{
    static const struct option options[] = {
        {"level", required_argument, NULL, 'l'}, {"every", required_argument, NULL, 'e'}, {0}};
    int least = level_of("error");
    long minutes = MINUTES;
    for (int c; (c = getopt_long(argc, argv, "", options, NULL)) != -1;) {
        if (c == 'l')
            least = level_of(optarg);
        else if (c == 'e')
            minutes = strtol(optarg, NULL, 10);
        else
            return usage();
    }
    if (optind != argc || least < 0 || minutes < 0 || minutes > MINUTES_MOST)
        return usage();
    size_t len;
    char *text = event_read(&len);
    json_t *event = text != NULL ? json_loadb(text, len, 0, NULL) : NULL;
    if (event == NULL && text != NULL)
        fputs("expected an event in JSON\n", stderr);
    int status = event != NULL ? tell(event, least, minutes) : EXIT_FAILURE;
    json_decref(event);
    free(text);
    return status;
}
