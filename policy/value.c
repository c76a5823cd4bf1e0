#include "policy/value.h"

#include "base/utf8.h"
#include "policy/lines.h"
#include "policy/subject.h"
#include "policy/when.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { LIST_MOST = 1000, SHARE_DIGITS = 3 };

static bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n'; }

static bool is_digit(char c) { return c >= '0' && c <= '9'; }

/* ---- settings ---- */

const struct policy_setting *policy_setting_of(const struct policy_settings *s, enum policy_key_id id)
{
    for (size_t i = 0; i < s->count; i++)
        if (s->items[i].key == &policy_keys[id])
            return &s->items[i];
    return NULL;
}

const char *policy_text_of(const struct policy_settings *s, enum policy_key_id id)
{
    const struct policy_setting *found = policy_setting_of(s, id);
    return found != NULL ? found->text : "";
}

static bool find_word(const char *words, const char *text, size_t text_len, uint32_t *place)
{
    const char *word;
    size_t len;
    for (uint32_t i = 0; (word = policy_word_at(words, i, &len)) != NULL; i++)
        if (len == text_len && memcmp(word, text, len) == 0) {
            *place = i;
            return true;
        }
    return false;
}

uint32_t policy_word_of(const struct policy_settings *s, enum policy_key_id id)
{
    const struct policy_setting *found = policy_setting_of(s, id);
    const char *fallback = policy_keys[id].fallback;
    uint32_t place = 0;
    if (found != NULL)
        return found->number;
    find_word(policy_keys[id].words, fallback, strlen(fallback), &place);
    return place;
}

struct policy_setting *policy_settings_add(struct policy_settings *s, enum policy_key_id id, unsigned line)
{
    struct policy_setting *grown = realloc(s->items, (s->count + 1) * sizeof *grown);
    if (grown == NULL)
        return NULL;
    s->items = grown;
    char *text = strdup("");
    if (text == NULL)
        return NULL;
    s->items[s->count] = (struct policy_setting){.key = &policy_keys[id], .line = line, .text = text};
    return &s->items[s->count++];
}

void policy_list_free(struct policy_list *l)
{
    for (size_t i = 0; i < l->count; i++)
        free(l->items[i]);
    free(l->items);
    *l = (struct policy_list){0};
}

void policy_settings_free(struct policy_settings *s)
{
    for (size_t i = 0; i < s->count; i++) {
        free(s->items[i].text);
        policy_list_free(&s->items[i].list);
    }
    free(s->items);
    *s = (struct policy_settings){0};
}

/* What comes between two lines of one value. */
static const char *joint(enum policy_type type)
{
    switch (type) {
    case TYPE_PATTERN:
        return "";
    case TYPE_TEXT:
        return " ";
    default:
        return "\n";
    }
}

int policy_setting_join(struct policy_setting *s, const char *line, bool more)
{
    bool joined = more && (s->text_len > 0 || s->key->type == TYPE_LINES);
    const char *between = joined ? joint(s->key->type) : "";
    size_t between_len = strlen(between), line_len = strlen(line);
    char *grown = realloc(s->text, s->text_len + between_len + line_len + 1);
    if (grown == NULL)
        return -ENOMEM;
    s->text = grown;
    memcpy(grown + s->text_len, between, between_len);
    memcpy(grown + s->text_len + between_len, line, line_len + 1);
    s->text_len += between_len + line_len;
    return 0;
}

/* ---- numbers ---- */

/* Digits, and for shares up to three behind a point, as thousandths. Moves *p behind them. */
static bool read_amount(const char **p, bool share, uint32_t *out)
{
    uint64_t value = 0;
    const char *from = *p;
    for (; is_digit(**p) && value <= UINT32_MAX; ++*p)
        value = value * 10 + (uint64_t)(**p - '0');
    if (*p == from || is_digit(**p))
        return false;
    size_t digits = 0;
    if (share && **p == '.' && is_digit((*p)[1]))
        for (++*p; is_digit(**p) && digits < SHARE_DIGITS; ++*p, digits++)
            value = value * 10 + (uint64_t)(**p - '0');
    for (; share && digits < SHARE_DIGITS; digits++)
        value *= 10;
    *out = (uint32_t)value;
    return value < UINT32_MAX;
}

/* "5", "5..", "2..40", "..3" */
static int parse_range(const struct policy_key *key, const char *text, struct policy_range *out)
{
    struct policy_range range = {0, UINT32_MAX};
    bool share = key->type == TYPE_SHARE, begins = is_digit(*text);
    const char *p = text;
    if (begins && !read_amount(&p, share, &range.least))
        return -EINVAL;
    bool ranged = strncmp(p, "..", 2) == 0;
    p += ranged ? 2 : 0;
    if (ranged && is_digit(*p) && !read_amount(&p, share, &range.most))
        return -EINVAL;
    bool ends = range.most != UINT32_MAX;
    if (*p != 0 || (!begins && !ends) || range.least > range.most || range.least > key->most ||
        (ends && range.most > key->most))
        return -EINVAL;
    *out = range;
    return 0;
}

static int parse_number(const struct policy_key *key, const char *text, uint32_t *out)
{
    const char *p = text;
    uint32_t value;
    if (!read_amount(&p, false, &value) || *p != 0 || value < 1 || value > key->most)
        return -EINVAL;
    *out = value;
    return 0;
}

/* ---- lists ---- */

static int add_item(struct policy_list *list, const char *text, size_t len)
{
    char **grown = realloc(list->items, (list->count + 1) * sizeof *grown);
    if (grown == NULL)
        return -ENOMEM;
    list->items = grown;
    char *copy = strndup(text, len);
    if (copy == NULL)
        return -ENOMEM;
    list->items[list->count++] = copy;
    return 0;
}

bool policy_next_piece(const char **p, const char *ends, const char **piece, size_t *len)
{
    if (**p == 0)
        return false;
    size_t whole = strcspn(*p, ends);
    *piece = *p;
    *len = whole;
    *p += whole + ((*p)[whole] != 0);
    while (*len > 0 && is_space(**piece))
        ++*piece, --*len;
    while (*len > 0 && is_space((*piece)[*len - 1]))
        --*len;
    return true;
}

bool policy_is_glob(const char *text, size_t len)
{
    if (len == 0 || text[0] == '/' || text[len - 1] == '\\' || text[len - 1] == '/')
        return false;
    for (size_t i = 0, start = 0; i <= len; i++) {
        if (i < len && text[i] != '/')
            continue;
        if (i == start || (i - start == 1 && text[start] == '.') ||
            (i - start == 2 && memcmp(text + start, "..", 2) == 0))
            return false;
        start = i + 1;
    }
    return true;
}

static bool is_item(enum policy_type type, const char *text, size_t len)
{
    switch (type) {
    case TYPE_LIST:
        return true;
    case TYPE_APPS:
        return subject_is_app(text, len);
    case TYPE_CGROUPS:
        return subject_is_cgroup(text, len);
    case TYPE_NAMES:
        return memchr(text, '/', len) == NULL && policy_is_glob(text, len);
    default:
        return policy_is_glob(text, len);
    }
}

static int parse_list(struct policy_setting *s, char **bad)
{
    const char *p = s->text, *piece;
    size_t len;
    while (policy_next_piece(&p, ",\n", &piece, &len)) {
        if (len == 0)
            continue; /* a comma at the end of a line */
        bool good = s->list.count < LIST_MOST && is_item(s->key->type, piece, len);
        int err = good ? add_item(&s->list, piece, len) : -EINVAL;
        if (err == -EINVAL)
            *bad = strndup(piece, len);
        if (err != 0)
            return err;
    }
    return s->list.count > 0 ? 0 : -EINVAL;
}

static int parse_bits(struct policy_setting *s, char **bad)
{
    const char *p = s->text, *piece;
    size_t len;
    uint32_t place;
    while (policy_next_piece(&p, ",\n", &piece, &len)) {
        if (len == 0)
            continue;
        if (!find_word(s->key->words, piece, len, &place)) {
            *bad = strndup(piece, len);
            return -EINVAL;
        }
        s->bits |= 1u << place;
    }
    return s->bits != 0 ? 0 : -EINVAL;
}

static int parse_swap(struct policy_setting *s, char **bad)
{
    const char *p = s->text, *pair;
    size_t len;
    while (policy_next_piece(&p, ";\n", &pair, &len)) {
        const char *colon = memchr(pair, ':', len), *word = pair, *better = colon;
        size_t word_len = 0, better_len = 0;
        if (len == 0)
            continue;
        if (colon != NULL) {
            word_len = (size_t)(colon - pair);
            better_len = len - word_len - 1;
            better++;
        }
        while (word_len > 0 && is_space(word[word_len - 1]))
            word_len--;
        while (better_len > 0 && is_space(*better))
            better++, better_len--;
        bool good = word_len > 0 && better_len > 0 && s->list.count < 2 * LIST_MOST;
        int err = good ? add_item(&s->list, word, word_len) : -EINVAL;
        if (err == 0)
            err = add_item(&s->list, better, better_len);
        if (err == -EINVAL)
            *bad = strndup(pair, len);
        if (err != 0)
            return err;
    }
    return s->list.count > 0 ? 0 : -EINVAL;
}

/* ---- text ---- */

static bool has_control(const char *text, bool lines)
{
    for (; *text != 0; text++)
        if (((unsigned char)*text < 0x20 && !(lines && (*text == '\n' || *text == '\t'))) || *text == 0x7f)
            return true;
    return false;
}

/* It is shown to people as it is, on terminals too. */
static int parse_text(struct policy_setting *s)
{
    if (s->text[0] == 0 || !utf8_is_plain(s->text, strlen(s->text)))
        return -EINVAL;
    lines_unescape(s->text);
    return 0;
}

/* Leave out the backslash at the begin of each line, which kept it from being a comment or nothing. */
static int parse_lines(struct policy_setting *s)
{
    char *to = s->text;
    for (const char *p = s->text; *p != 0; p++)
        if (*p != '\\' || (p > s->text && p[-1] != '\n'))
            *to++ = *p;
    *to = 0;
    lines_unescape(s->text);
    return has_control(s->text, true) ? -EINVAL : 0;
}

int policy_setting_parse(struct policy_setting *s, char **bad)
{
    switch (s->key->type) {
    case TYPE_COUNT:
    case TYPE_SHARE:
        return parse_range(s->key, s->text, &s->range);
    case TYPE_NUMBER:
        return parse_number(s->key, s->text, &s->number);
    case TYPE_WORD:
        return find_word(s->key->words, s->text, strlen(s->text), &s->number) ? 0 : -EINVAL;
    case TYPE_KINDS:
    case TYPE_FLAGS:
    case TYPE_CHOICE:
        return parse_bits(s, bad);
    case TYPE_GLOBS:
    case TYPE_CLASSES:
    case TYPE_NAMES:
    case TYPE_APPS:
    case TYPE_CGROUPS:
    case TYPE_LIST:
        return parse_list(s, bad);
    case TYPE_SWAP:
        return parse_swap(s, bad);
    case TYPE_PATTERN:
        return s->text[0] != 0 && !has_control(s->text, false) ? 0 : -EINVAL;
    case TYPE_TEXT:
        return parse_text(s);
    case TYPE_LINES:
        return parse_lines(s);
    case TYPE_DAYS:
        return when_parse_days(s, bad);
    case TYPE_HOURS:
        return when_parse_hours(s);
    case TYPE_TIME:
        return when_parse_end(s);
    case TYPE_WAIT:
        return when_parse_wait(s);
    }
    return -EINVAL;
}
