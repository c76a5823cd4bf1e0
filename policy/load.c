/*
 * Loading rules: every file is read to its end and every problem told, then rules are held against each other. A policy
 * comes out only if there was no problem.
 */
#include "base/nearest.h"
#include "base/utf8.h"
#include "policy/lines.h"
#include "policy/open_table.h"
#include "policy/scanner.h"

#include <ctype.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PROBLEMS_MOST = 100, PROBLEM_BYTES = 600 };

struct loader {
    struct policy *policy;
    const struct policy_source *source; /* of the file in hand */
    struct rule *rule;                  /* NULL: the section in hand is refused, and so its keys are passed over */
    bool in_section;
    struct policy_setting *setting; /* that an indented line goes on with; NULL: it was refused */
    struct problems *problems;
    bool no_memory;
};

/* ---- problems ---- */

/* A mistake is quoted as it stands in the file, and read on a terminal. */
static void add_problem(struct problems *p, const char *file, unsigned line, const char *before, const char *format,
                        va_list args)
{
    char text[PROBLEM_BYTES];
    vsnprintf(text, sizeof text, format, args);
    utf8_make_plain(text, strlen(text));
    p->count++;
    if (p->count <= PROBLEMS_MOST)
        buf_printf(p->to, "%s:%u: %s%s\n", file, line, before, text);
    else if (p->count == PROBLEMS_MOST + 1)
        buf_printf(p->to, "%s:%u: there are more problems; these come first\n", file, line);
}

void problems_add(struct problems *p, const char *file, unsigned line, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    add_problem(p, file, line, "", format, args);
    va_end(args);
}

void problems_of(struct problems *p, const struct rule *r, unsigned line, const char *format, ...)
{
    char before[LINES_LABEL_BYTES + 32];
    va_list args;
    snprintf(before, sizeof before, "%s \"%s\": ", policy_sections[r->section].name, r->name);
    va_start(args, format);
    add_problem(p, r->id.file, line, before, format, args);
    va_end(args);
}

/* ---- sections ---- */

/* What may stand in a rule's name beside letters and digits. A class is one word of git's trailers. */
static const struct {
    const char *others;
    const char *words; /* the same for people */
} naming[SECTION_TEST] = {
    [SECTION_CLASS] = {"-_./", "'-', '_' and '.', at most 64; behind a '/' what tells rules of one class apart"},
    [SECTION_FINDING] = {"-_.", "'-', '_' and '.', at most 64"},
    [SECTION_OPEN] = {"-_. ", "'-', '_', '.' and single blanks, at most 64"},
    [SECTION_COPY] = {"-_. ", "'-', '_', '.' and single blanks, at most 64"},
};

static bool is_rule_name(const char *text, enum policy_section section)
{
    size_t len = strlen(text);
    const char *slash = strchr(text, '/');
    if (len == 0 || len > 64 || !isalnum((unsigned char)text[0]) || text[len - 1] == ' ' || strstr(text, "  ") != NULL)
        return false;
    if (slash != NULL && (slash[1] == 0 || strchr(slash + 1, '/') != NULL))
        return false;
    for (const char *p = text; *p != 0; p++)
        if (!isalnum((unsigned char)*p) && strchr(naming[section].others, *p) == NULL)
            return false;
    return true;
}

static const struct rule *find_rule(const struct policy *p, enum policy_section section, const char *name)
{
    for (size_t i = 0; i < p->rule_count; i++)
        if (p->rules[i].section == section && strcmp(p->rules[i].name, name) == 0)
            return &p->rules[i];
    return NULL;
}

static void refuse_section(struct loader *l, unsigned line, const char *name)
{
    for (size_t i = 0; policy_later_sections[i] != NULL; i++)
        if (strcmp(policy_later_sections[i], name) == 0) {
            problems_add(l->problems, l->source->name, line, "[%s]: this version cannot enforce it yet", name);
            return;
        }
    const char *words[SECTION_TEST];
    for (size_t i = 0; i < SECTION_TEST; i++)
        words[i] = policy_sections[i].name;
    const char *near = nearest_word(name, words, SECTION_TEST);
    if (near != NULL)
        problems_add(l->problems, l->source->name, line, "[%s]: no such section; did you mean [%s \"NAME\"]?", name,
                     near);
    else
        problems_add(l->problems, l->source->name, line,
                     "[%s]: no such section; expected [class \"NAME\"], [finding \"NAME\"], [open \"NAME\"] or [copy "
                     "\"NAME\"]",
                     name);
}

/* Is there anything against a rule of that name? */
static bool refuse_label(struct loader *l, unsigned line, enum policy_section section, const char *label)
{
    const char *word = policy_sections[section].name;
    const struct rule *same = find_rule(l->policy, section, label);
    if (!is_rule_name(label, section))
        problems_add(l->problems, l->source->name, line, "[%s \"%s\"]: expected a name of letters, digits, %s", word,
                     label, naming[section].words);
    else if (same != NULL)
        problems_add(l->problems, l->source->name, line, "[%s \"%s\"]: there is one of that name in %s:%u%s", word,
                     label, same->id.file, same->id.line,
                     section == SECTION_CLASS ? "; a second rule for a class is [class \"NAME/WHICH\"]" : "");
    else if (l->policy->rule_count == POLICY_RULES_MOST)
        problems_add(l->problems, l->source->name, line, "[%s \"%s\"]: at most %d rules", word, label,
                     POLICY_RULES_MOST);
    else
        return false;
    return true;
}

static struct rule *add_rule(struct policy *p, enum policy_section section, const char *label)
{
    struct rule *grown = realloc(p->rules, (p->rule_count + 1) * sizeof *grown);
    if (grown == NULL)
        return NULL;
    p->rules = grown;
    struct rule *r = &p->rules[p->rule_count];
    *r = (struct rule){.section = section, .name = strdup(label)};
    if (section == SECTION_CLASS)
        r->class_name = strndup(label, strcspn(label, "/"));
    if (r->name == NULL || (section == SECTION_CLASS && r->class_name == NULL)) {
        free(r->name);
        free(r->class_name);
        return NULL;
    }
    p->rule_count++;
    return r;
}

/* Read what was gathered for each key of the section that ends. */
static void finish_rule(struct loader *l)
{
    struct rule *r = l->rule;
    for (size_t i = 0; r != NULL && i < r->settings.count; i++) {
        struct policy_setting *s = &r->settings.items[i];
        char expected[POLICY_EXPECTED_BYTES], *bad = NULL;
        int err = policy_setting_parse(s, &bad);
        l->no_memory |= err == -ENOMEM;
        if (err == -EINVAL) {
            problems_of(l->problems, r, s->line, "%s: \"%.200s\": expected %s", s->key->name, bad ? bad : s->text,
                        policy_expected(s->key, expected));
            r->broken = true;
        }
        free(bad);
    }
    for (size_t i = 0; r != NULL && i < KEY_COUNT; i++)
        if ((policy_keys[i].required & 1u << r->section) &&
            policy_setting_of(&r->settings, (enum policy_key_id)i) == NULL) {
            problems_of(l->problems, r, r->id.line, "%s: missing; expected \"%s = %s\" or the like",
                        policy_keys[i].name, policy_keys[i].name, policy_keys[i].sample);
            r->broken = true;
        }
    if (r != NULL && r->section == SECTION_FINDING && !l->no_memory)
        l->no_memory |= finding_build(r, l->problems) != 0;
    if (r != NULL && r->section == SECTION_OPEN && !l->no_memory)
        l->no_memory |= open_build(r, l->problems) != 0;
    if (r != NULL && r->section == SECTION_COPY && !l->no_memory)
        l->no_memory |= copy_build(r, l->problems) != 0;
    l->rule = NULL;
}

static void take_heading(void *ctx, unsigned line, const char *name, const char *label)
{
    struct loader *l = ctx;
    finish_rule(l);
    l->in_section = true;
    l->setting = NULL;
    enum policy_section section = SECTION_CLASS;
    while (section < SECTION_TEST && strcmp(policy_sections[section].name, name) != 0)
        section++;
    if (section == SECTION_TEST) {
        refuse_section(l, line, name);
        return;
    }
    if (refuse_label(l, line, section, label))
        return;
    l->rule = add_rule(l->policy, section, label);
    if (l->rule == NULL)
        l->no_memory = true;
    else
        l->rule->id =
            (struct policy_rule){.name = l->rule->name, .pack = l->source->pack, .file = l->source->name, .line = line};
}

/* ---- keys ---- */

/* The first kind of rule among these sections; NULL: they are about tests. */
static const char *first_section(unsigned sections)
{
    for (size_t i = 0; i < SECTION_TEST; i++)
        if (sections & 1u << i)
            return policy_sections[i].name;
    return NULL;
}

static void refuse_key(struct loader *l, unsigned line, const char *name)
{
    const char *words[KEY_COUNT], *elsewhere = NULL;
    const struct rule *r = l->rule;
    size_t count = 0;
    for (size_t i = 0; i < KEY_COUNT; i++) {
        if (policy_keys[i].sections & 1u << r->section)
            words[count++] = policy_keys[i].name;
        else if (strcmp(policy_keys[i].name, name) == 0 && elsewhere == NULL)
            elsewhere = first_section(policy_keys[i].sections);
    }
    const char *near = nearest_word(name, words, count);
    if (elsewhere != NULL)
        problems_of(l->problems, r, line, "%s: no such key here; it belongs in [%s]", name, elsewhere);
    else if (near != NULL)
        problems_of(l->problems, r, line, "%s: no such key; did you mean %s?", name, near);
    else
        problems_of(l->problems, r, line, "%s: no such key; holdfast.policy(5) lists them", name);
    l->rule->broken = true;
}

static struct policy_setting *begin_setting(struct loader *l, unsigned line, const char *name)
{
    enum policy_key_id id = policy_find_key(l->rule->section, name);
    if (id == KEY_COUNT) {
        refuse_key(l, line, name);
        return NULL;
    }
    const struct policy_setting *had = policy_setting_of(&l->rule->settings, id);
    if (had != NULL) {
        problems_of(l->problems, l->rule, line, "%s: set in line %u already", name, had->line);
        l->rule->broken = true;
        return NULL;
    }
    struct policy_setting *s = policy_settings_add(&l->rule->settings, id, line);
    l->no_memory |= s == NULL;
    return s;
}

static void take_value(void *ctx, unsigned line, const char *name, const char *value, bool more)
{
    struct loader *l = ctx;
    if (!l->in_section)
        problems_add(l->problems, l->source->name, line, "%s: expected a section such as [class \"NAME\"] before it",
                     name);
    if (l->rule == NULL)
        return;
    if (!more)
        l->setting = begin_setting(l, line, name);
    if (l->setting != NULL && policy_setting_join(l->setting, value, more) != 0)
        l->no_memory = true;
}

static void take_broken(void *ctx, unsigned line, const char *expected)
{
    struct loader *l = ctx;
    problems_add(l->problems, l->source->name, line, "%s", expected);
    if (l->rule != NULL)
        l->rule->broken = true;
}

/* ---- files ---- */

/* "conf/10-sales.policy" is "sales". */
static char *pack_name(const char *file)
{
    const char *slash = strrchr(file, '/'), *begin = slash != NULL ? slash + 1 : file;
    size_t digits = strspn(begin, "0123456789");
    if (digits > 0 && begin[digits] == '-')
        begin += digits + 1;
    size_t len = strlen(begin);
    if (len > 7 && strcmp(begin + len - 7, ".policy") == 0)
        len -= 7;
    return strndup(begin, len);
}

static int read_file(struct loader *l, const struct policy_file *file)
{
    const struct lines_sink sink = {l, take_heading, take_value, take_broken};
    struct policy_source *source = &l->policy->sources[l->policy->source_count++];
    *source = (struct policy_source){strdup(file->name), pack_name(file->name)};
    if (source->name == NULL || source->pack == NULL)
        return -ENOMEM;
    l->source = source;
    l->in_section = false;
    l->setting = NULL;
    int err = lines_read(file->text, file->len, &sink);
    finish_rule(l);
    return l->no_memory ? -ENOMEM : err;
}

/* Tell the scanner of each finding's pattern; it must know them all before it can scan. */
static int build_scanner(struct policy *p)
{
    int err = scanner_open(&p->scanner, p->rule_count);
    for (size_t i = 0; err == 0 && i < p->rule_count; i++)
        if (p->rules[i].pattern != NULL && p->rules[i].scope != SCOPE_FIRST_LINE)
            err = scanner_add(p->scanner, i, p->rules[i].pattern);
    return err != 0 ? err : scanner_build(p->scanner);
}

static int load(struct loader *l, const struct policy_file *files, size_t count)
{
    struct policy *p = l->policy;
    if (count > POLICY_FILES_MOST) {
        problems_add(l->problems, files[0].name, 1, "there are %zu files of rules; expected at most %d", count,
                     POLICY_FILES_MOST);
        return -EINVAL;
    }
    p->sources = calloc(count + 1, sizeof *p->sources);
    if (p->sources == NULL || pattern_room_open(&p->room) != 0)
        return -ENOMEM;
    int err = 0;
    for (size_t i = 0; i < count && err == 0; i++)
        err = read_file(l, &files[i]);
    if (err == 0)
        err = policy_check(p, l->problems);
    if (err != 0 || l->problems->count > 0)
        return err != 0 ? err : -EINVAL;
    err = open_table_build(&p->opens, p);
    return err != 0 ? err : build_scanner(p);
}

int policy_load(struct policy **out, const struct policy_file *files, size_t count, struct buf *problems)
{
    struct problems told = {.to = problems};
    struct policy *p = calloc(1, sizeof *p);
    struct loader l = {.policy = p, .problems = &told};
    int err = p != NULL ? load(&l, files, count) : -ENOMEM;
    if (err != 0)
        policy_free(p);
    else
        *out = p;
    return err;
}

void policy_free(struct policy *p)
{
    if (p == NULL)
        return;
    for (size_t i = 0; i < p->rule_count; i++) {
        struct rule *r = &p->rules[i];
        policy_settings_free(&r->settings);
        pattern_free(r->pattern);
        pattern_free(r->needs);
        pattern_free(r->unless);
        subject_apps_close(r->app);
        subject_apps_close(r->parent);
        free(r->name);
        free(r->class_name);
    }
    for (size_t i = 0; i < p->source_count; i++) {
        free(p->sources[i].name);
        free(p->sources[i].pack);
    }
    free(p->rules);
    free(p->sources);
    open_table_free(p->opens);
    scanner_close(p->scanner);
    pattern_room_close(p->room);
    free(p);
}
