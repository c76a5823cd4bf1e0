/* Which class a file is of: each test of each rule, until all tests of one hold. */
#include "base/glob.h"
#include "policy/rules.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { NAME_BYTES = 256, SHOWN_BYTES = 60 };

bool policy_is_test(const struct policy_setting *s) { return s->key <= &policy_keys[KEY_CAPITALS]; }

static char lower(char c) { return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c; }

static void put_lower(char to[static NAME_BYTES], const char *text)
{
    size_t i = 0;
    for (; i < NAME_BYTES - 1 && text[i] != 0; i++)
        to[i] = lower(text[i]);
    to[i] = 0;
}

static const char *base_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash != NULL ? slash + 1 : path;
}

/* Is it one of the globs? `folded`: upper and lower case are the same. */
static bool match_list(const struct policy_list *globs, const char *text, bool folded)
{
    char low[NAME_BYTES], low_glob[NAME_BYTES];
    if (folded)
        put_lower(low, text);
    for (size_t i = 0; i < globs->count; i++) {
        if (folded)
            put_lower(low_glob, globs->items[i]);
        if (glob_match(folded ? low_glob : globs->items[i], folded ? low : text))
            return true;
    }
    return false;
}

bool policy_takes_class(const struct policy_list *globs, const char *class_name)
{
    return match_list(globs, class_name, false);
}

/* ---- reasons ---- */

static void say_range(char *text, size_t room, const struct policy_range *r, const char *have, const char *what)
{
    if (r->most == UINT32_MAX)
        snprintf(text, room, "%s %s, at least %" PRIu32 " asked for", have, what, r->least);
    else if (r->least == 0 && r->most == 0)
        snprintf(text, room, "%s %s, none allowed", have, what);
    else if (r->least == 0)
        snprintf(text, room, "%s %s, at most %" PRIu32 " allowed", have, what, r->most);
    else
        snprintf(text, room, "%s %s, %" PRIu32 " to %" PRIu32 " asked for", have, what, r->least, r->most);
}

static void say_share(char *text, size_t room, const struct policy_range *r, uint64_t have, const char *what)
{
    uint32_t most = r->most == UINT32_MAX ? 1000 : r->most;
    snprintf(text, room, "%.2f %s, %.2f to %.2f asked for", (double)have / 1000, what, (double)r->least / 1000,
             (double)most / 1000);
}

/* The first words of what was asked for; names may hold anything, and are cut and cleaned. */
void policy_say_list(char *text, size_t room, const struct policy_setting *s, const char *have, bool held)
{
    char shown[SHOWN_BYTES];
    size_t len = 0;
    for (; len < sizeof shown - 1 && have[len] != 0; len++) {
        unsigned char c = (unsigned char)have[len];
        shown[len] = c < 0x20 || c >= 0x7f ? '?' : (char)c;
    }
    shown[len] = 0;
    snprintf(text, room, "%s is \"%s\"%s, %s %.50s%s", s->key->name, shown, have[len] != 0 ? " ..." : "",
             held ? "one of" : "not one of", s->list.items[0], s->list.count > 1 ? " ..." : "");
}

static void say_bits(char *text, size_t room, const struct policy_setting *s, uint32_t bits, const char *before)
{
    size_t at = (size_t)snprintf(text, room, "%s", before), len;
    const char *word, *between = " ";
    for (size_t i = 0; at < room && (word = policy_word_at(s->key->words, i, &len)) != NULL; i++)
        if (bits & 1u << i) {
            at += (size_t)snprintf(text + at, room - at, "%s%.*s", between, (int)len, word);
            between = ", ";
        }
}

/* ---- tests ---- */

static bool in_range(const struct policy_range *r, uint64_t value)
{
    return value >= r->least && (r->most == UINT32_MAX || value <= r->most);
}

static bool test_count(const struct policy_setting *t, const struct facts *f, char *text, size_t room)
{
    uint32_t value;
    char have[32];
    memcpy(&value, (const char *)f + t->key->fact, sizeof value);
    if (text != NULL) {
        snprintf(have, sizeof have, "%s%" PRIu32, f->flags & FACT_CUT ? "at least " : "", value);
        const char *none = t->key->compared && f->compared == 0 ? "not known here, taken as no" : "no";
        say_range(text, room, &t->range, value == 0 ? none : have, t->key->what);
    }
    return in_range(&t->range, value);
}

static bool test_density(const struct policy_setting *t, const struct facts *f, char *text, size_t room)
{
    uint64_t share = f->rows > 0 ? (uint64_t)f->contacts * 1000 / f->rows : 0;
    if (text != NULL)
        say_share(text, room, &t->range, share, t->key->what);
    return in_range(&t->range, share);
}

/* All of the words (kinds, is), or none of them (not). */
static bool test_bits(const struct policy_setting *t, uint32_t have, bool none, char *text, size_t room)
{
    uint32_t wrong = none ? t->bits & have : t->bits & ~have;
    bool kinds = t->key->type == TYPE_KINDS;
    const char *before = wrong == 0 ? (none    ? "it is not"
                                       : kinds ? "it has"
                                               : "it is")
                                    : (none    ? "it is"
                                       : kinds ? "it has no"
                                               : "it is not");
    if (text != NULL)
        say_bits(text, room, t, wrong != 0 ? wrong : t->bits, before);
    return wrong == 0;
}

static bool test_list(const struct policy_setting *t, const char *value, bool folded, char *text, size_t room)
{
    bool held = match_list(&t->list, value, folded);
    if (text != NULL)
        policy_say_list(text, room, t, value, held);
    return held;
}

bool policy_test_holds(const struct policy_setting *test, const struct facts *f, const struct policy_subject *s,
                       char *text, size_t room)
{
    static const struct policy_subject nobody = {.path = "", .rep = ""};
    s = s != NULL ? s : &nobody;
    switch ((enum policy_key_id)(test->key - policy_keys)) {
    case KEY_MIME:
        return test_list(test, f->mime, false, text, room);
    case KEY_PATH:
        return test_list(test, s->path, false, text, room);
    case KEY_NAME:
        return test_list(test, base_name(s->path), true, text, room);
    case KEY_DENSITY:
        return test_density(test, f, text, room);
    case KEY_KINDS:
        return test_bits(test, f->kinds, false, text, room);
    case KEY_IS:
        return test_bits(test, f->flags, false, text, room);
    case KEY_NOT:
        return test_bits(test, f->flags, true, text, room);
    default:
        return test_count(test, f, text, room);
    }
}

/* Do all tests of the rule hold? `stop`: the listener wants no more. */
static bool rule_matches(const struct rule *r, const struct facts *f, const struct policy_subject *s, policy_tell *tell,
                         void *ctx, bool *stop)
{
    bool all = true;
    for (size_t i = 0; i < r->settings.count && (all || tell != NULL); i++) {
        const struct policy_setting *test = &r->settings.items[i];
        struct policy_reason reason = {.rule = &r->id, .key = test->key->name};
        bool told = tell != NULL && !*stop;
        reason.held = policy_test_holds(test, f, s, told ? reason.text : NULL, sizeof reason.text);
        all = all && reason.held;
        if (told)
            *stop = tell(ctx, &reason) != 0;
    }
    return all;
}

const char *policy_classify(const struct policy *p, const struct facts *f, const struct policy_subject *s,
                            const struct policy_rule **rule, policy_tell *tell, void *ctx)
{
    bool stop = false;
    for (size_t i = 0; i < p->rule_count; i++) {
        const struct rule *r = &p->rules[i];
        if (r->section != SECTION_CLASS || !rule_matches(r, f, s, tell, ctx, &stop))
            continue;
        if (rule != NULL)
            *rule = &r->id;
        return r->class_name;
    }
    if (rule != NULL)
        *rule = NULL;
    return POLICY_UNCLASSIFIED;
}
