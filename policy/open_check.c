/*
 * What is wrong with open rules only beside others: one that another always comes before, one that says another thing
 * of the same opens. Whether one rule's tests imply another's is asked key by key; what cannot be told counts as no.
 */
#include "base/glob.h"
#include "policy/rules.h"
#include "policy/when.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* Is each item of `inner` one of `outer`, or, if it is a plain word, taken by one of them? */
static bool list_within(const struct policy_list *inner, const struct policy_list *outer)
{
    for (size_t i = 0; i < inner->count; i++) {
        const char *item = inner->items[i];
        bool plain = item[strcspn(item, "*?[\\:")] == 0, found = false;
        for (size_t k = 0; k < outer->count && !found; k++)
            found = strcmp(outer->items[k], item) == 0 || (plain && glob_match(outer->items[k], item));
        if (!found)
            return false;
    }
    return true;
}

/*
 * Which classes each rule takes, a bit a class: "prospect-*" is within "prospect-list" if no other class has such a
 * name. Made once, since each pair of rules asks.
 */
struct takers {
    uint64_t *bits; /* owned; `words` of them a rule */
    size_t words;
};

static int takers_open(struct takers *t, const struct policy *p, enum policy_section section)
{
    const char *names[POLICY_CLASSES_MOST];
    size_t count = policy_list_classes(p, names);
    t->words = (count + 63) / 64;
    t->bits = calloc(p->rule_count * t->words + 1, sizeof *t->bits);
    if (t->bits == NULL)
        return -ENOMEM;
    for (size_t i = 0; i < p->rule_count; i++) {
        const struct policy_setting *s = policy_setting_of(&p->rules[i].settings, KEY_CLASS);
        for (size_t k = 0; k < count && p->rules[i].section == section && !p->rules[i].broken; k++)
            if (policy_takes_class(&s->list, names[k]))
                t->bits[i * t->words + k / 64] |= UINT64_C(1) << k % 64;
    }
    return 0;
}

/* A rule that takes no class has been told of already. */
static bool takes_any(const struct takers *t, size_t at)
{
    for (size_t i = 0; i < t->words; i++)
        if (t->bits[at * t->words + i] != 0)
            return true;
    return false;
}

static bool classes_within(const struct takers *t, size_t inner, size_t outer)
{
    for (size_t i = 0; i < t->words; i++)
        if (t->bits[inner * t->words + i] & ~t->bits[outer * t->words + i])
            return false;
    return true;
}

/* Whenever `strong` holds in `later`, does `weak` in `earlier`? Both are of one key. */
static bool test_implies(const struct rule *later, const struct policy_setting *strong, const struct rule *earlier,
                         const struct policy_setting *weak)
{
    switch ((enum policy_key_id)(weak->key - policy_keys)) {
    case KEY_APP:
        return subject_apps_within(later->app, earlier->app);
    case KEY_PARENT:
        return subject_apps_within(later->parent, earlier->parent);
    case KEY_SESSION:
    case KEY_DAYS:
        return (strong->bits & ~weak->bits) == 0;
    case KEY_HOURS:
        return when_is_part(&strong->range, &weak->range);
    case KEY_UNTIL:
        return strong->time_ns <= weak->time_ns;
    case KEY_DEPARTING:
    case KEY_STALE:
    case KEY_ACTION:
        return strong->number == weak->number;
    default:
        return list_within(&strong->list, &weak->list);
    }
}

/* Is whatever is enough for `inner` enough for `outer`, too? */
static bool amount_within(struct copy_amount inner, struct copy_amount outer)
{
    return inner.records >= outer.records && inner.pieces >= outer.pieces && (outer.whole || !inner.whole);
}

static bool rule_implies(const struct policy *p, const struct takers *t, size_t later_at, size_t earlier_at)
{
    const struct rule *later = &p->rules[later_at], *earlier = &p->rules[earlier_at];
    if (!classes_within(t, later_at, earlier_at) ||
        (earlier->section == SECTION_COPY && !amount_within(copy_amount_of(later), copy_amount_of(earlier))))
        return false;
    for (size_t i = 0; i < earlier->settings.count; i++) {
        const struct policy_setting *weak = &earlier->settings.items[i];
        enum policy_key_id id = (enum policy_key_id)(weak->key - policy_keys);
        if (id == KEY_CLASS || !(earlier->section == SECTION_COPY ? copy_is_test(weak) : open_is_test(weak)))
            continue;
        const struct policy_setting *strong = policy_setting_of(&later->settings, id);
        if (strong == NULL || !test_implies(later, strong, earlier, weak))
            return false;
    }
    return true;
}

static void check_rule(const struct policy *p, const struct takers *t, size_t at, struct problems *problems)
{
    const struct rule *later = &p->rules[at];
    for (size_t i = 0; i < at; i++) {
        const struct rule *earlier = &p->rules[i];
        if (!takes_any(t, i) || !rule_implies(p, t, at, i))
            continue;
        bool same = open_action(earlier) == open_action(later);
        if (rule_implies(p, t, i, at))
            problems_of(problems, later, later->id.line, "it %s \"%s\" (%s:%u), which is about the same %s%s%s",
                        same ? "repeats" : "contradicts", earlier->name, earlier->id.file, earlier->id.line,
                        later->section == SECTION_COPY ? "copies" : "opens", same ? "" : " and says ",
                        same ? "" : policy_action_name(open_action(earlier)));
        else
            problems_of(problems, later, later->id.line,
                        "it is never reached: \"%s\" (%s:%u) takes all that it would take; expected it before that "
                        "one, or another key",
                        earlier->name, earlier->id.file, earlier->id.line);
        return;
    }
}

static int check_section(const struct policy *p, enum policy_section section, struct problems *problems)
{
    struct takers t = {0};
    int err = takers_open(&t, p, section);
    for (size_t i = 0; i < p->rule_count && err == 0; i++)
        if (takes_any(&t, i))
            check_rule(p, &t, i, problems);
    free(t.bits);
    return err;
}

int open_check(const struct policy *p, struct problems *problems)
{
    int err = check_section(p, SECTION_OPEN, problems);
    return err == 0 ? check_section(p, SECTION_COPY, problems) : err;
}
