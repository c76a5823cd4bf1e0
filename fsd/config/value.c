#include "config/keys.h"

#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

static int put_text(char **field, const char *text, size_t len)
{
    char *copy = strndup(text, len);
    if (copy == NULL)
        return -ENOMEM;
    *field = copy;
    return 0;
}

static bool is_ascii_alnum(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

/* What git-check-ref-format(1) wants of a component, narrowed to characters that no shell or mailer trips over. */
static bool is_name(const char *text)
{
    size_t len = strlen(text);
    if (len == 0 || len > 64 || !is_ascii_alnum(text[0]) || text[len - 1] == '.')
        return false;
    for (const char *p = text; *p != 0; p++)
        if (!is_ascii_alnum(*p) && strchr("-_.", *p) == NULL)
            return false;
    return strstr(text, "..") == NULL && (len < 5 || strcmp(text + len - 5, ".lock") != 0);
}

static bool is_user(const char *text)
{
    size_t len = strlen(text);
    if (len == 0 || len > 32 || strcmp(text, "root") == 0 || !(islower((unsigned char)text[0]) || text[0] == '_'))
        return false;
    for (const char *p = text; *p != 0; p++)
        if (!(*p >= 'a' && *p <= 'z') && !(*p >= '0' && *p <= '9') && *p != '-' && *p != '_')
            return false;
    return true;
}

static bool is_email(const char *text)
{
    const char *at = strchr(text, '@');
    return strlen(text) <= 254 && at != NULL && at > text && at[1] != 0 && strchr(at + 1, '@') == NULL &&
           strpbrk(text, " <>,\t") == NULL;
}

/* Neither an option of git nor one of its "helper::" transports, which run programs. */
static bool is_remote(const char *text)
{
    return text[0] != 0 && text[0] != '-' && strpbrk(text, " \t") == NULL && strstr(text, "::") == NULL &&
           (strchr(text, '/') != NULL || strchr(text, ':') != NULL);
}

static bool is_word(const char *text, const char *words)
{
    size_t len = strchr(text, ' ') == NULL ? strlen(text) : 0;
    for (const char *p = words; len > 0 && (p = strstr(p, text)) != NULL; p += len)
        if ((p == words || p[-1] == ' ') && (p[len] == ' ' || p[len] == 0))
            return true;
    return false;
}

/* Length of the path without slashes at its end; 0 if it is not absolute or has an empty, "." or ".." component. */
static size_t path_length(const char *text)
{
    size_t len = strlen(text);
    while (len > 1 && text[len - 1] == '/')
        len--;
    if (text[0] != '/' || len >= PATH_MAX)
        return 0;
    for (size_t i = 0, next; i + 1 < len; i = next) {
        const char *name = text + i + 1;
        size_t name_len = 0;
        while (i + 1 + name_len < len && name[name_len] != '/')
            name_len++;
        if (name_len == 0 || name_len > NAME_MAX ||
            (name[0] == '.' && (name_len == 1 || (name_len == 2 && name[1] == '.'))))
            return 0;
        next = i + 1 + name_len;
    }
    return len;
}

static int parse_path(const char *text, char **field)
{
    size_t len = path_length(text);
    return len == 0 ? -EINVAL : put_text(field, text, len);
}

/* Digits and one unit of `units` (each letter followed by its factor); within the key's limits. */
struct unit {
    char letter;
    uint64_t factor;
};

static int parse_amount(const struct config_key *key, const char *text, const struct unit *units, uint64_t *out)
{
    uint64_t value = 0, product;
    const char *p = text;
    for (; *p >= '0' && *p <= '9'; p++)
        if (__builtin_mul_overflow(value, 10, &value) || __builtin_add_overflow(value, (uint64_t)(*p - '0'), &value))
            return -EINVAL;
    const struct unit *u = units;
    while (u->factor != 0 && u->letter != *p)
        u++;
    if (p == text || u->factor == 0 || (*p != 0 && p[1] != 0) || __builtin_mul_overflow(value, u->factor, &product) ||
        product < key->least || product > key->most)
        return -EINVAL;
    *out = product;
    return 0;
}

static int parse_size(const struct config_key *key, const char *text, uint64_t *field)
{
    static const struct unit units[] = {{'K', UINT64_C(1) << 10},
                                        {'M', UINT64_C(1) << 20},
                                        {'G', UINT64_C(1) << 30},
                                        {'T', UINT64_C(1) << 40},
                                        {0, 1},
                                        {0, 0}};
    return parse_amount(key, text, units, field);
}

static int parse_duration(const struct config_key *key, const char *text, int64_t *field)
{
    static const struct unit units[] = {{'s', 1}, {'m', 60}, {'h', 60 * 60}, {'d', 24 * 60 * 60}, {0, 0}};
    uint64_t seconds;
    int err = parse_amount(key, text, units, &seconds);
    if (err == 0)
        *field = (int64_t)seconds;
    return err;
}

/* Relative, no "." or ".." component, nothing empty; a slash at the end is taken for "all below" by the caller. */
static bool is_glob(const char *text, size_t len)
{
    if (len == 0 || text[0] == '/' || text[len - 1] == '\\')
        return false;
    for (size_t i = 0, start = 0; i <= len; i++) {
        if (i < len && text[i] != '/')
            continue;
        size_t name_len = i - start;
        const char *name = text + start;
        if ((name_len == 0 && i < len) || (name_len == 1 && name[0] == '.') ||
            (name_len == 2 && memcmp(name, "..", 2) == 0))
            return false;
        start = i + 1;
    }
    return true;
}

static int add_item(struct config_globs *globs, const char *text, size_t len)
{
    bool folder = text[len - 1] == '/';
    char **grown = realloc(globs->globs, (globs->count + 1) * sizeof *grown);
    if (grown == NULL)
        return -ENOMEM;
    globs->globs = grown;
    char *copy = malloc(len + 3);
    if (copy == NULL)
        return -ENOMEM;
    memcpy(copy, text, len);
    memcpy(copy + len, folder ? "**" : "", folder ? 3 : 1);
    globs->globs[globs->count++] = copy;
    return 0;
}

static bool is_list_name(const char *text, size_t len)
{
    char name[NAME_MAX + 1];
    if (len >= sizeof name)
        return false;
    memcpy(name, text, len);
    name[len] = 0;
    return is_name(name);
}

/* Each piece between commas, without the blanks around it. Two passes: nothing is taken of a list with a bad piece. */
static int parse_list(const char *text, bool is_good(const char *text, size_t len), struct config_globs *field)
{
    for (int pass = 0; pass < 2; pass++) {
        for (const char *p = text; *p != 0;) {
            size_t len = strcspn(p, ",");
            const char *next = p[len] == ',' ? p + len + 1 : p + len;
            while (len > 0 && isspace((unsigned char)*p))
                p++, len--;
            while (len > 0 && isspace((unsigned char)p[len - 1]))
                len--;
            bool trailing_comma = len == 0 && *next == 0 && next[-1] == ',' && next - 1 > text;
            if (pass == 0 && !trailing_comma && !is_good(p, len))
                return -EINVAL;
            int err = pass == 1 && len > 0 ? add_item(field, p, len) : 0;
            if (err != 0)
                return err;
            p = next;
        }
    }
    return text[0] == 0 ? -EINVAL : 0;
}

static bool has_control(const char *text)
{
    for (; *text != 0; text++)
        if ((unsigned char)*text < 0x20 || *text == 0x7f)
            return true;
    return false;
}

static int parse_string(const char *text, bool good, char **field)
{
    return good ? put_text(field, text, strlen(text)) : -EINVAL;
}

int config_parse_value(const struct config_key *key, const char *text, void *field)
{
    if (has_control(text))
        return -EINVAL;
    switch (key->type) {
    case TYPE_TEXT:
        return parse_string(text, text[0] != 0, field);
    case TYPE_PATH:
        return parse_path(text, field);
    case TYPE_NAME:
        return parse_string(text, is_name(text), field);
    case TYPE_EMAIL:
        return parse_string(text, is_email(text), field);
    case TYPE_REMOTE:
        return strcmp(text, "none") == 0 ? 0 : parse_string(text, is_remote(text), field);
    case TYPE_USER:
        return parse_string(text, is_user(text), field);
    case TYPE_WORD:
        return parse_string(text, is_word(text, key->words), field);
    case TYPE_SIZE:
        return parse_size(key, text, field);
    case TYPE_DURATION:
        return parse_duration(key, text, field);
    case TYPE_GLOBS:
        return parse_list(text, is_glob, field);
    case TYPE_NAMES:
        return parse_list(text, is_list_name, field);
    }
    return -EINVAL;
}
