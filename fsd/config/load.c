/*
 * Loading fs.conf. inih splits lines into names and values; it tells neither line numbers nor empty sections, so it
 * reads its lines from next_line() below, which counts them and takes the section headings itself. At each call of
 * take_value() the loader's `line` is therefore the line that the value came from.
 */
#include "config/keys.h"

#include "base/buf.h"
#include "base/fdio.h"
#include "base/nearest.h"

#include <errno.h>
#include <fcntl.h>
#include <ini.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { FILE_BYTES_MOST = 1024 * 1024, MOUNTS_MOST = 64, SINKS_MOST = 64 };

/* A section of the file: where it began, and the line of each key in it (0: not set), by row of the table. */
struct section {
    enum config_section kind;
    int line;
    size_t item; /* of a section of which there may be many */
    int key_lines[CONFIG_KEYS_MOST];
};

struct loader {
    struct config *config;
    const char *file;
    const char *at; /* the next line */
    int line;       /* the line that inih works on */
    bool indented;  /* it begins with a blank: inih takes it for more of the value before */
    struct section sections[SECTION_COUNT + MOUNTS_MOST + SINKS_MOST];
    size_t section_count; /* the last one is the current one */
    struct error *error;
    bool failed;
};

static void refuse(struct loader *l, int line, const char *format, ...) __attribute__((format(printf, 3, 4)));
static void refuse(struct loader *l, int line, const char *format, ...)
{
    char text[ERROR_TEXT_BYTES];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    if (!l->failed && line > 0)
        error_set(l->error, EINVAL, "%s:%d: %s", l->file, line, text);
    else if (!l->failed)
        error_set(l->error, EINVAL, "%s: %s", l->file, text);
    l->failed = true;
}

static void refuse_memory(struct loader *l)
{
    if (!l->failed)
        error_sys(l->error, ENOMEM, "%s", l->file);
    l->failed = true;
}

/* ---- sections ---- */

static bool is_item_name(const char *text)
{
    size_t len = strlen(text);
    return len > 0 && len <= 32 &&
           strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_") == len && text[0] != '-';
}

/* One more of what there may be many of: a place behind the last, zeroed; NULL: no memory, refused. */
static void *add_item(struct loader *l, void **list, size_t *count, size_t bytes)
{
    char *grown = realloc(*list, (*count + 1) * bytes);
    if (grown == NULL) {
        refuse_memory(l);
        return NULL;
    }
    *list = grown;
    return memset(grown + bytes * (*count)++, 0, bytes);
}

/* The label is the item's name, its first field. */
static void begin_item(struct loader *l, enum config_section section, const char *label)
{
    struct config *c = l->config;
    const char *name = config_sections[section].name;
    bool mount = section == SECTION_MOUNT;
    size_t count = mount ? c->mount_count : c->sink_count, most = mount ? MOUNTS_MOST : SINKS_MOST;
    char **field = NULL;
    if (!is_item_name(label))
        refuse(l, l->line, "[%s \"%s\"]: expected a name of letters, digits, '-' and '_', at most 32", name, label);
    else if (mount ? config_find_mount(c, label) != NULL : config_find_sink(c, label) != NULL)
        refuse(l, l->line, "[%s \"%s\"]: there is one of that name already", name, label);
    else if (count == most)
        refuse(l, l->line, "[%s \"%s\"]: at most %zu %ss", name, label, most, name);
    else if (mount)
        field = add_item(l, (void **)&c->mounts, &c->mount_count, sizeof *c->mounts);
    else
        field = add_item(l, (void **)&c->sinks, &c->sink_count, sizeof *c->sinks);
    if (field != NULL && (*field = strdup(label)) == NULL)
        refuse_memory(l);
}

static const char *later_reason(const char *section, const char *key)
{
    for (const struct config_later *l = config_laters; l->section != NULL; l++)
        if (strcmp(l->section, section) == 0 && (l->key == NULL || (key != NULL && strcmp(l->key, key) == 0)))
            return l->reason;
    return NULL;
}

static void refuse_section(struct loader *l, const char *name)
{
    const char *words[SECTION_COUNT];
    for (size_t i = 0; i < SECTION_COUNT; i++)
        words[i] = config_sections[i].name;
    const char *later = later_reason(name, NULL), *near = nearest_word(name, words, SECTION_COUNT);
    if (later != NULL)
        refuse(l, l->line, "[%s]: %s, and would not enforce this; remove the section", name, later);
    else if (near != NULL)
        refuse(l, l->line, "[%s]: no such section; did you mean [%s]?", name, near);
    else
        refuse(l, l->line,
               "[%s]: no such section; expected [company], [device], [state], [events], [guard], [mount \"NAME\"] or "
               "[sink \"NAME\"]",
               name);
}

static void begin_section(struct loader *l, const char *name, const char *label)
{
    size_t kind = 0;
    while (kind < SECTION_COUNT && strcmp(config_sections[kind].name, name) != 0)
        kind++;
    if (kind == SECTION_COUNT) {
        refuse_section(l, name);
        return;
    }
    const char *sample = config_sections[kind].label;
    if ((sample != NULL) != (label != NULL)) {
        refuse(l, l->line, label ? "[%s]: expected no name in quotes" : "[%s]: expected a name, as in [%s \"%s\"]",
               name, name, sample);
        return;
    }
    for (size_t i = 0; i < l->section_count && label == NULL; i++)
        if (l->sections[i].kind == (enum config_section)kind) {
            refuse(l, l->line, "[%s]: the section began in line %d already; put its keys there", name,
                   l->sections[i].line);
            return;
        }
    if (label != NULL)
        begin_item(l, (enum config_section)kind, label);
    if (!l->failed)
        l->sections[l->section_count++] =
            (struct section){.kind = (enum config_section)kind,
                             .line = l->line,
                             .item = config_section_items(l->config, (enum config_section)kind) - 1};
}

/* "[word]" or "[word "label"]", then nothing or a comment. */
static void take_heading(struct loader *l, const char *text)
{
    char name[64], label[64] = "";
    int end = 0;
    bool labelled = sscanf(text, "[%63[a-zA-Z-] \"%63[^\"]\"]%n", name, label, &end) == 2 && end > 0;
    if (!labelled && (sscanf(text, "[%63[a-zA-Z-]]%n", name, &end) != 1 || end == 0)) {
        refuse(l, l->line, "expected a section such as [company] or [mount \"work\"]");
        return;
    }
    const char *rest = text + end + strspn(text + end, " \t\r\n");
    if (*rest != 0 && *rest != ';' && *rest != '#') {
        refuse(l, l->line, "expected nothing but a comment behind the section's name");
        return;
    }
    begin_section(l, name, labelled ? label : NULL);
}

/* ---- lines ---- */

/* Length of a line without its comment: inih knows comments, but not in indented lines, and it counts their bytes. */
static size_t length_without_comment(const char *line, size_t len)
{
    const char *text = line + strspn(line, " \t\r");
    if (*text == '#' || *text == ';')
        return 0;
    for (size_t i = 1; i < len; i++)
        if (line[i] == ';' && (line[i - 1] == ' ' || line[i - 1] == '\t'))
            return i;
    return len;
}

/* inih's reader: the next line into `to`, or NULL at the end or after an error. */
static char *next_line(char *to, int room, void *ctx)
{
    struct loader *l = ctx;
    if (l->failed || *l->at == 0)
        return NULL;
    const char *line = l->at;
    size_t whole = strcspn(line, "\n"), len = length_without_comment(line, whole);
    l->at += whole + (line[whole] == '\n');
    l->line++;
    if (len + 3 > (size_t)room) {
        refuse(l, l->line, "the line is longer than %d bytes; a list may go on in further lines that are indented",
               room - 3);
        return NULL;
    }
    snprintf(to, (size_t)room, "%.*s\n", (int)len, line);
    const char *text = to + strspn(to, " \t\r");
    l->indented = text > to && *text != '\n';
    if (*text == '[' && l->indented)
        refuse(l, l->line, "a section begins at the start of its line");
    else if (*text == '[')
        take_heading(l, to);
    return l->failed ? NULL : to;
}

/* ---- values ---- */

static size_t find_key(enum config_section kind, const char *name)
{
    for (size_t i = 0; i < config_key_count; i++)
        if (config_keys[i].section == kind && strcmp(config_keys[i].name, name) == 0)
            return i;
    return config_key_count;
}

static void refuse_key(struct loader *l, enum config_section kind, const char *name)
{
    const char *words[CONFIG_KEYS_MOST], *section = config_sections[kind].name, *elsewhere = NULL;
    size_t count = 0;
    for (size_t i = 0; i < config_key_count; i++) {
        if (config_keys[i].section == kind)
            words[count++] = config_keys[i].name;
        else if (strcmp(config_keys[i].name, name) == 0)
            elsewhere = config_sections[config_keys[i].section].name;
    }
    const char *later = later_reason(section, name), *near = nearest_word(name, words, count);
    if (later != NULL)
        refuse(l, l->line, "%s: %s, and would not enforce this; remove the line", name, later);
    else if (elsewhere != NULL)
        refuse(l, l->line, "%s: no such key in [%s]; it belongs in [%s]", name, section, elsewhere);
    else if (near != NULL)
        refuse(l, l->line, "%s: no such key in [%s]; did you mean %s?", name, section, near);
    else
        refuse(l, l->line, "%s: no such key in [%s]; fs.conf(5) lists them", name, section);
}

static void *field_of(struct loader *l, const struct section *s, const struct config_key *key)
{
    return (char *)config_section_base(l->config, key->section, s->item) + key->offset;
}

static void take_known(struct loader *l, struct section *s, size_t row, const char *value)
{
    const struct config_key *key = &config_keys[row];
    char expected[CONFIG_EXPECTED_BYTES];
    bool is_list = key->type == TYPE_GLOBS || key->type == TYPE_NAMES;
    if (l->indented && (!is_list || s->key_lines[row] == 0)) {
        refuse(l, l->line, "an indented line goes on with the value above, and %s takes one line", key->name);
        return;
    }
    if (s->key_lines[row] != 0 && !l->indented) {
        refuse(l, l->line, "%s: set in line %d already", key->name, s->key_lines[row]);
        return;
    }
    s->key_lines[row] = l->line;
    int err = config_parse_value(key, value, field_of(l, s, key));
    if (err == -ENOMEM)
        refuse_memory(l);
    else if (err != 0)
        refuse(l, l->line, "%s: \"%s\": expected %s", key->name, value, config_expected(key, expected));
}

/* inih's handler: one value. Answers 1 when it is good. */
static int take_value(void *ctx, const char *heading, const char *name, const char *value)
{
    (void)heading; /* next_line took it, whole; inih cuts it short */
    struct loader *l = ctx;
    if (l->failed)
        return 0;
    if (l->section_count == 0) {
        refuse(l, l->line, "%s: expected a section such as [company] before it", name);
        return 0;
    }
    struct section *s = &l->sections[l->section_count - 1];
    size_t row = find_key(s->kind, name);
    if (row == config_key_count)
        refuse_key(l, s->kind, name);
    else
        take_known(l, s, row, value);
    return !l->failed;
}

/* ---- the whole ---- */

/* Put defaults where nothing was said; refuse what is required and missing. */
static void complete_section(struct loader *l, const struct section *s)
{
    for (size_t i = 0; i < config_key_count && !l->failed; i++) {
        const struct config_key *key = &config_keys[i];
        if (key->section != s->kind || s->key_lines[i] != 0)
            continue;
        if (key->required)
            refuse(l, s->line, "%s: missing in this section; expected \"%s = %s\" or the like", key->name, key->name,
                   key->sample);
        else if (key->fallback != NULL && config_parse_value(key, key->fallback, field_of(l, s, key)) != 0)
            refuse_memory(l);
    }
}

static void complete(struct loader *l)
{
    for (size_t kind = 0; kind < SECTION_COUNT; kind++) {
        bool found = false;
        for (size_t i = 0; i < l->section_count; i++)
            if (l->sections[i].kind == (enum config_section)kind) {
                complete_section(l, &l->sections[i]);
                found = true;
            }
        if (!found && config_sections[kind].required)
            refuse(l, 0,
                   config_sections[kind].label != NULL ? "[%s \"NAME\"]: missing; expected at least one"
                                                       : "[%s]: missing",
                   config_sections[kind].name);
        else if (!found && config_sections[kind].label == NULL)
            complete_section(l, &(struct section){.kind = (enum config_section)kind});
    }
}

/* The line in which a clashing value was set, or its [mount] or [sink] began; 0 if it is a default elsewhere. */
static int clash_line(const struct loader *l, const struct config_clash *clash)
{
    size_t row = find_key(clash->section, clash->key);
    for (size_t i = 0; i < l->section_count; i++) {
        const struct section *s = &l->sections[i];
        if (s->kind == clash->section && (config_sections[s->kind].label == NULL || s->item == clash->item))
            return s->key_lines[row] == 0 && config_sections[s->kind].label != NULL ? s->line : s->key_lines[row];
    }
    return 0;
}

static int parse(struct loader *l)
{
    int bad_line = ini_parse_stream(next_line, l, take_value, l);
    if (bad_line > 0 && !l->failed)
        refuse(l, bad_line, "expected \"key = value\", a [section] or a comment");
    if (!l->failed)
        complete(l);
    struct config_clash clash;
    if (!l->failed && config_find_clash(l->config, &clash))
        refuse(l, clash_line(l, &clash), "%s: \"%s\": %s", clash.key, clash.value, clash.text);
    return l->failed ? (l->error->code != 0 ? -l->error->code : -EINVAL) : 0;
}

static int read_text(const char *path, struct buf *text, struct error *e)
{
    fd_auto fd = open(path, O_RDONLY | O_CLOEXEC);
    struct stat st;
    if (fd < 0 || fstat(fd, &st) < 0)
        return error_sys(e, errno, "%s", path);
    if (!S_ISREG(st.st_mode) || st.st_size > FILE_BYTES_MOST)
        return error_set(e, EINVAL, "%s: expected a regular file of at most 1 MiB", path);
    char *to = buf_reserve(text, (size_t)st.st_size);
    if (to == NULL)
        return error_sys(e, ENOMEM, "%s", path);
    ssize_t got = fd_pread_full(fd, to, (size_t)st.st_size, 0);
    if (got < 0)
        return error_sys(e, (int)-got, "%s", path);
    to[got] = 0;
    text->len = (size_t)got;
    if (strlen(to) != text->len)
        return error_set(e, EINVAL, "%s: expected text; there is a NUL byte in it", path);
    return 0;
}

int config_load(struct config **out, const char *path, struct error *e)
{
    buf_auto text = {0};
    struct error own = {0};
    if (e == NULL)
        e = &own;
    int err = read_text(path, &text, e);
    if (err != 0)
        return err;
    struct loader *l = calloc(1, sizeof *l);
    struct config *c = calloc(1, sizeof *c);
    if (l == NULL || c == NULL || (c->path = strdup(path)) == NULL) {
        err = error_sys(e, ENOMEM, "%s", path);
    } else {
        bool marked = strncmp(text.data, "\xef\xbb\xbf", 3) == 0; /* a byte order mark, as some editors put it */
        *l = (struct loader){.config = c, .file = path, .at = text.data + (marked ? 3 : 0), .error = e};
        err = parse(l);
    }
    free(l);
    if (err != 0)
        config_free(c);
    else
        *out = c;
    return err;
}
