/*
 * What is wrong with rules only beside each other: one that another always comes before, one that can never hold, two
 * that say different things of the same words, and classes that nobody gives.
 */
#include "base/nearest.h"
#include "policy/rules.h"

#include <stdlib.h>
#include <string.h>

/* ---- what implies what ---- */

static bool list_has(const struct policy_list *list, const char *item)
{
    for (size_t i = 0; i < list->count; i++)
        if (strcmp(list->items[i], item) == 0)
            return true;
    return false;
}

static bool range_within(const struct policy_range *inner, const struct policy_range *outer)
{
    return inner->least >= outer->least && inner->most <= outer->most;
}

/* Whenever `strong` holds, does `weak`? Both are of one key. */
static bool test_implies(const struct policy_setting *strong, const struct policy_setting *weak)
{
    switch (strong->key->type) {
    case TYPE_COUNT:
    case TYPE_SHARE:
        return range_within(&strong->range, &weak->range);
    case TYPE_KINDS:
    case TYPE_FLAGS:
        return (weak->bits & ~strong->bits) == 0;
    default:
        for (size_t i = 0; i < strong->list.count; i++)
            if (!list_has(&weak->list, strong->list.items[i]))
                return false;
        return true;
    }
}

/* Whenever `later` matches, does `earlier`? */
static bool rule_implies(const struct rule *later, const struct rule *earlier)
{
    for (size_t i = 0; i < earlier->settings.count; i++) {
        const struct policy_setting *weak = &earlier->settings.items[i];
        if (!policy_is_test(weak))
            continue;
        const struct policy_setting *strong =
            policy_setting_of(&later->settings, (enum policy_key_id)(weak->key - policy_keys));
        if (strong == NULL || !test_implies(strong, weak))
            return false;
    }
    return true;
}

static void check_reachable(const struct policy *p, size_t at, struct problems *problems)
{
    const struct rule *later = &p->rules[at];
    for (size_t i = 0; i < at; i++) {
        const struct rule *earlier = &p->rules[i];
        if (earlier->section != SECTION_CLASS || earlier->broken || !rule_implies(later, earlier))
            continue;
        if (earlier->settings.count == 0)
            problems_of(problems, later, later->id.line,
                        "it is never reached: \"%s\" (%s:%u) has no keys and takes everything; expected that one last",
                        earlier->name, earlier->id.file, earlier->id.line);
        else
            problems_of(
                problems, later, later->id.line,
                "it is never reached: \"%s\" (%s:%u) takes all that it would take; expected it before that one, "
                "or another key",
                earlier->name, earlier->id.file, earlier->id.line);
        return;
    }
}

/* ---- what can never hold ---- */

/* Facts of which one never exceeds the other. */
static const struct {
    enum policy_key_id part, whole;
} parts[] = {{KEY_RICH, KEY_CONTACTS}, {KEY_CONTACTS, KEY_ROWS}};

static void check_possible(const struct rule *r, struct problems *problems)
{
    const struct policy_setting *is = policy_setting_of(&r->settings, KEY_IS);
    const struct policy_setting *not = policy_setting_of(&r->settings, KEY_NOT);
    if (is != NULL && not != NULL && (is->bits & not ->bits) != 0)
        problems_of(problems, r, not ->line, "not: \"%s\": it never holds beside \"is = %s\" in line %u", not ->text,
                    is->text, is->line);
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        const struct policy_setting *part = policy_setting_of(&r->settings, parts[i].part);
        const struct policy_setting *whole = policy_setting_of(&r->settings, parts[i].whole);
        if (part != NULL && whole != NULL && part->range.least > whole->range.most)
            problems_of(problems, r, part->line,
                        "%s: \"%s\": it never holds beside \"%s = %s\" in line %u: there are never more %s than %s",
                        part->key->name, part->text, whole->key->name, whole->text, whole->line, part->key->name,
                        whole->key->name);
    }
}

/* ---- classes that rules speak of ---- */

static const struct rule *class_of(const struct policy *p, const char *glob)
{
    const struct policy_list one = {.items = (char *[]){(char *)glob}, .count = 1};
    for (size_t i = 0; i < p->rule_count; i++)
        if (p->rules[i].section == SECTION_CLASS && policy_takes_class(&one, p->rules[i].class_name))
            return &p->rules[i];
    return NULL;
}

/* Is it what files are called that no class takes? An encrypted or unreadable file has no text to find anything in. */
static bool is_builtin(const struct rule *r, const char *name)
{
    for (size_t i = 0; policy_builtin_classes[i] != NULL; i++)
        if (strcmp(policy_builtin_classes[i], name) == 0)
            return i == 0 || r->section == SECTION_OPEN || r->section == SECTION_COPY;
    return false;
}

static void check_classes(const struct policy *p, const struct rule *r, struct problems *problems)
{
    const struct policy_setting *s = policy_setting_of(&r->settings, KEY_CLASS);
    const char *words[POLICY_CLASSES_MOST];
    for (size_t i = 0; s != NULL && i < s->list.count; i++) {
        const char *glob = s->list.items[i];
        size_t count = 0;
        if (is_builtin(r, glob) || strcmp(glob, "*") == 0 || class_of(p, glob) != NULL)
            continue;
        for (size_t k = 0; k < p->rule_count; k++)
            if (p->rules[k].section == SECTION_CLASS)
                words[count++] = p->rules[k].class_name;
        for (size_t k = 0; policy_builtin_classes[k] != NULL; k++)
            words[count++] = policy_builtin_classes[k];
        const char *near = nearest_word(glob, words, count);
        problems_of(problems, r, s->line, "class: \"%s\": there is no such class%s%s%s", glob,
                    near != NULL ? "; did you mean " : "", near != NULL ? near : "", near != NULL ? "?" : "");
    }
}

/* ---- findings ---- */

/* Is there a class that both are about? */
static bool share_class(const struct policy *p, const struct rule *a, const struct rule *b)
{
    const struct policy_setting *of_a = policy_setting_of(&a->settings, KEY_CLASS);
    const struct policy_setting *of_b = policy_setting_of(&b->settings, KEY_CLASS);
    if (policy_takes_class(&of_a->list, POLICY_UNCLASSIFIED) && policy_takes_class(&of_b->list, POLICY_UNCLASSIFIED))
        return true;
    for (size_t i = 0; i < p->rule_count; i++)
        if (p->rules[i].section == SECTION_CLASS && policy_takes_class(&of_a->list, p->rules[i].class_name) &&
            policy_takes_class(&of_b->list, p->rules[i].class_name))
            return true;
    return false;
}

/* Do both look for the same, in the same places? Facts that narrow them may still tell them apart. */
static bool same_search(const struct rule *a, const struct rule *b)
{
    static const enum policy_key_id keys[] = {KEY_PATTERN, KEY_SWAP, KEY_IF,   KEY_NEEDS,
                                              KEY_UNLESS,  KEY_MOST, KEY_LEAST};
    if (a->way != b->way || a->scope != b->scope || !rule_implies(a, b) || !rule_implies(b, a))
        return false;
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++)
        if (strcmp(policy_text_of(&a->settings, keys[i]), policy_text_of(&b->settings, keys[i])) != 0)
            return false;
    return policy_word_of(&a->settings, KEY_CASE) == policy_word_of(&b->settings, KEY_CASE);
}

static void check_repeated(const struct policy *p, size_t at, struct problems *problems)
{
    const struct rule *later = &p->rules[at];
    for (size_t i = 0; i < at; i++) {
        const struct rule *earlier = &p->rules[i];
        if (earlier->section != SECTION_FINDING || earlier->broken || !same_search(earlier, later) ||
            !share_class(p, earlier, later))
            continue;
        bool same = policy_word_of(&earlier->settings, KEY_LEVEL) == policy_word_of(&later->settings, KEY_LEVEL);
        problems_of(problems, later, later->id.line, "it %s \"%s\" (%s:%u), which finds the same%s",
                    same ? "repeats" : "contradicts", earlier->name, earlier->id.file, earlier->id.line,
                    same ? "" : " at another level");
        return;
    }
}

int policy_check(const struct policy *p, struct problems *problems)
{
    for (size_t i = 0; i < p->rule_count; i++) {
        const struct rule *r = &p->rules[i];
        if (r->broken)
            continue;
        check_possible(r, problems);
        if (r->section == SECTION_CLASS)
            check_reachable(p, i, problems);
        else
            check_classes(p, r, problems);
        if (r->section == SECTION_FINDING)
            check_repeated(p, i, problems);
    }
    return open_check(p, problems);
}
