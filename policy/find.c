/*
 * Findings in a text. One scan for all rules' literals says where a rule's pattern can match at all; most rules are
 * then tried at few places or none, and the rest search the text. What was found is put in the order of the text at the
 * end.
 */
#include "policy/prose.h"
#include "policy/rules.h"
#include "policy/scanner.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { TOLD_MOST = 100 };

/* A rule on its way through a text. */
struct hunt {
    const struct rule *rule;
    bool active;
    bool met;       /* the scan met one of its literals */
    size_t until;   /* SCAN_INSIDE: matches before this are still to be searched for, from `next` */
    bool given_up;  /* its pattern ran into a limit */
    size_t next;    /* its next match begins here or later */
    uint32_t count; /* of matches */
    size_t judged;  /* the sentence that `unless` was asked of last, plus one */
    bool spared;    /* and the answer */
};

struct found {
    size_t rule;
    struct policy_finding finding;
};

struct finder {
    const struct policy *policy;
    const char *text;
    size_t len;
    struct hunt *hunts; /* one a rule */
    struct prose_sentences sentences;
    uint32_t capitals; /* prose_capitals, once a rule asked */
    bool capitals_known;
    struct found *found;
    size_t found_count, found_room;
    int err;
};

const char *policy_level_name(enum policy_level level)
{
    static const char *const names[] = {"suggestion", "warning", "error"};
    return names[level];
}

bool policy_has_findings(const struct policy *p, const char *class_name)
{
    for (size_t i = 0; i < p->rule_count; i++) {
        const struct policy_setting *classes = policy_setting_of(&p->rules[i].settings, KEY_CLASS);
        if (p->rules[i].section == SECTION_FINDING && classes != NULL && policy_takes_class(&classes->list, class_name))
            return true;
    }
    return false;
}

/* ---- what was found ---- */

static void add_finding(struct finder *f, const struct hunt *h, const struct pattern_match *m)
{
    const struct policy_settings *s = &h->rule->settings;
    if (f->found_count == f->found_room) {
        size_t room = f->found_room > 0 ? 2 * f->found_room : 16;
        struct found *grown = realloc(f->found, room * sizeof *grown);
        if (grown == NULL) {
            f->err = -ENOMEM;
            return;
        }
        f->found = grown;
        f->found_room = room;
    }
    bool swaps = h->rule->way == WAY_SWAP && m->group > 0;
    f->found[f->found_count++] =
        (struct found){.rule = (size_t)(h->rule - f->policy->rules),
                       .finding = {
                           .rule = &h->rule->id,
                           .level = (enum policy_level)policy_word_of(s, KEY_LEVEL),
                           .at = m->at,
                           .len = m->len,
                           .say = policy_text_of(s, KEY_SAY),
                           .repair = policy_text_of(s, KEY_REPAIR),
                           .replace = swaps ? policy_setting_of(s, KEY_SWAP)->list.items[2 * m->group - 1] : "",
                           .cite = policy_text_of(s, KEY_CITE),
                           .where = policy_text_of(s, KEY_WHERE),
                       }};
}

static void give_up(struct finder *f, struct hunt *h, int err)
{
    h->active = false;
    h->given_up = err == -ELOOP;
    if (err == -ENOMEM)
        f->err = err;
}

/* Does the pattern match in this part of the text? What cannot be told counts as no. */
static bool matches_in(struct finder *f, struct hunt *h, const struct pattern *p, size_t at, size_t end)
{
    struct pattern_match m;
    int found = pattern_search(p, f->policy->room, f->text + at, end - at, 0, end - at, &m);
    if (found < 0)
        give_up(f, h, found);
    return found == 1;
}

/* Does the match stand in a sentence that `unless` spares? Each sentence is asked once. */
static bool is_spared(struct finder *f, struct hunt *h, size_t at)
{
    if (h->rule->unless == NULL)
        return false;
    size_t i = prose_sentence_at(&f->sentences, at);
    if (h->judged != i + 1) {
        h->judged = i + 1;
        h->spared = matches_in(f, h, h->rule->unless, f->sentences.begins[i], prose_sentence_end(&f->sentences, i));
    }
    return h->spared;
}

static void take_counted(struct finder *f, struct hunt *h, const struct pattern_match *m)
{
    const struct policy_setting *most = policy_setting_of(&h->rule->settings, KEY_MOST);
    const struct policy_setting *least = policy_setting_of(&h->rule->settings, KEY_LEAST);
    if (most != NULL && h->count > most->number)
        add_finding(f, h, m);
    h->active = most != NULL ? h->count <= most->number : h->count < least->number;
}

static void take_condition(struct finder *f, struct hunt *h, const struct pattern_match *m)
{
    size_t at = 0, end = f->len;
    bool by_sentence = h->rule->scope == SCOPE_SENTENCE;
    if (by_sentence) {
        size_t i = prose_sentence_at(&f->sentences, m->at);
        at = f->sentences.begins[i];
        end = prose_sentence_end(&f->sentences, i);
    } else if (h->rule->scope == SCOPE_FIRST_LINE) {
        prose_first_line(f->text, f->len, &at, &end);
        end += at;
    }
    bool said = matches_in(f, h, h->rule->needs, at, end);
    if (!said && !h->given_up)
        add_finding(f, h, m);
    h->active = h->active && by_sentence && h->count < TOLD_MOST;
    h->next = end;
}

static void take_match(struct finder *f, struct hunt *h, const struct pattern_match *m)
{
    const struct policy_settings *s = &h->rule->settings;
    h->next = m->at + m->len;
    if (is_spared(f, h, m->at) || !h->active)
        return;
    h->count++;
    if (h->rule->way == WAY_IF) {
        take_condition(f, h, m);
    } else if (policy_setting_of(s, KEY_MOST) != NULL || policy_setting_of(s, KEY_LEAST) != NULL) {
        take_counted(f, h, m);
    } else {
        add_finding(f, h, m);
        h->active = h->count < TOLD_MOST && policy_word_of(s, KEY_ONCE) == 0;
    }
}

/* ---- looking ---- */

/* All matches that begin before `until`, in a part of the text, which is all that the pattern sees. */
static void search_until(struct finder *f, struct hunt *h, size_t at, size_t len, size_t until)
{
    while (h->active && f->err == 0 && h->next < until) {
        struct pattern_match m;
        size_t from = h->next > at ? h->next - at : 0;
        int found = pattern_search(h->rule->pattern, f->policy->room, f->text + at, len, from, until - at, &m);
        if (found < 0)
            give_up(f, h, found);
        if (found != 1)
            return;
        m.at += at;
        take_match(f, h, &m);
    }
}

static void search_part(struct finder *f, struct hunt *h, size_t at, size_t len)
{
    search_until(f, h, at, len, at + len);
}

/* A match that holds the literal at `at` begins at most `reach` before it. Near literals share a search. */
static void search_near(struct finder *f, struct hunt *h, size_t at, size_t reach)
{
    size_t from = at > reach ? pattern_character(f->text, f->len, at - reach) : 0;
    if (from > h->until) {
        search_until(f, h, 0, f->len, h->until);
        h->next = h->next > from ? h->next : from;
    }
    h->until = at + 1;
}

static void search(struct finder *f, struct hunt *h)
{
    size_t at, len;
    if (h->rule->scope == SCOPE_TEXT)
        search_part(f, h, 0, f->len);
    else if (h->rule->scope == SCOPE_SENTENCE)
        for (size_t i = 0; i < f->sentences.count && h->active && f->err == 0; i++)
            search_part(f, h, f->sentences.begins[i], prose_sentence_end(&f->sentences, i) - f->sentences.begins[i]);
    else if (prose_first_line(f->text, f->len, &at, &len))
        search_part(f, h, at, len);
}

/* The scan met a literal. */
static void meet(void *ctx, size_t rule, size_t at)
{
    struct finder *f = ctx;
    struct hunt *h = &f->hunts[rule];
    h->met = true;
    if (!h->active || f->err != 0)
        return;
    if (scanner_plan_of(f->policy->scanner, rule) == SCAN_INSIDE) {
        if (h->rule->scope == SCOPE_TEXT)
            search_near(f, h, at, scanner_reach_of(f->policy->scanner, rule));
        return;
    }
    if (at < h->next)
        return;
    size_t from = 0, end = f->len;
    if (h->rule->scope == SCOPE_SENTENCE) {
        size_t i = prose_sentence_at(&f->sentences, at);
        from = f->sentences.begins[i];
        end = prose_sentence_end(&f->sentences, i);
    }
    struct pattern_match m;
    int found =
        at < from ? 0 : pattern_try(h->rule->pattern, f->policy->room, f->text + from, end - from, at - from, &m);
    if (found < 0)
        give_up(f, h, found);
    if (found != 1)
        return;
    m.at += from;
    take_match(f, h, &m);
}

/* ---- rules ---- */

static bool capitals_hold(struct finder *f, const struct policy_setting *test)
{
    if (!f->capitals_known)
        f->capitals = prose_capitals(f->text, f->len);
    f->capitals_known = true;
    return f->capitals >= test->range.least && f->capitals <= test->range.most;
}

/* Do the facts that a rule names hold? */
static bool facts_hold(struct finder *f, const struct rule *r, const struct facts *facts)
{
    for (size_t i = 0; i < r->settings.count; i++) {
        const struct policy_setting *s = &r->settings.items[i];
        if (!policy_is_test(s))
            continue;
        bool held =
            s->key == &policy_keys[KEY_CAPITALS] ? capitals_hold(f, s) : policy_test_holds(s, facts, NULL, NULL, 0);
        if (!held)
            return false;
    }
    return true;
}

static bool asks_for_sentences(const struct rule *r) { return r->unless != NULL || r->scope == SCOPE_SENTENCE; }

/* Choose the rules for this text. What can be told at once is told. */
static int begin(struct finder *f, const char *class_name, const struct facts *facts)
{
    bool by_sentence = false;
    for (size_t i = 0; i < f->policy->rule_count; i++) {
        const struct rule *r = &f->policy->rules[i];
        const struct policy_setting *classes = policy_setting_of(&r->settings, KEY_CLASS);
        struct hunt *h = &f->hunts[i];
        *h = (struct hunt){.rule = r};
        if (r->section != SECTION_FINDING || !policy_takes_class(&classes->list, class_name) ||
            !facts_hold(f, r, facts))
            continue;
        h->active = r->way != WAY_FACTS;
        if (r->way == WAY_FACTS)
            add_finding(f, h, &(struct pattern_match){0});
        /* NOLINTNEXTLINE(clang-analyzer-unix.Malloc): f->hunts is its caller's to free */
        if (r->way != WAY_FACTS && asks_for_sentences(r))
            by_sentence = true;
    }
    return by_sentence ? prose_find_sentences(&f->sentences, f->text, f->len) : 0;
}

/* Rules that the scan does not serve; all of them if the text has characters that it does not know. */
static void search_rest(struct finder *f, bool scanned)
{
    for (size_t i = 0; i < f->policy->rule_count && f->err == 0; i++) {
        struct hunt *h = &f->hunts[i];
        enum scanner_plan plan = scanned && h->active ? scanner_plan_of(f->policy->scanner, i) : SCAN_ALWAYS;
        if (h->active && plan == SCAN_INSIDE && h->rule->scope == SCOPE_TEXT)
            search_until(f, h, 0, f->len, h->until);
        else if (h->active && (plan == SCAN_ALWAYS || (plan == SCAN_INSIDE && h->met)))
            search(f, h);
    }
}

/* What fewer matches than asked for mean. */
static void finish(struct finder *f)
{
    for (size_t i = 0; i < f->policy->rule_count && f->err == 0; i++) {
        const struct hunt *h = &f->hunts[i];
        const struct policy_setting *least = policy_setting_of(&h->rule->settings, KEY_LEAST);
        if (h->active && least != NULL && h->count < least->number)
            add_finding(f, h, &(struct pattern_match){0});
    }
}

static int compare(const void *a, const void *b)
{
    const struct found *x = a, *y = b;
    if (x->finding.at != y->finding.at)
        return x->finding.at < y->finding.at ? -1 : 1;
    bool x_whole = x->finding.len == 0, y_whole = y->finding.len == 0;
    if (x_whole != y_whole)
        return x_whole ? -1 : 1;
    return (x->rule > y->rule) - (x->rule < y->rule);
}

static int tell_all(struct finder *f, policy_found *found, void *ctx)
{
    int answer = 0;
    if (f->found_count > 0)
        qsort(f->found, f->found_count, sizeof *f->found, compare);
    for (size_t i = 0; i < f->found_count && answer == 0; i++)
        answer = found(ctx, &f->found[i].finding);
    return answer;
}

static const struct policy_rule *first_given_up(const struct finder *f)
{
    for (size_t i = 0; i < f->policy->rule_count; i++)
        if (f->hunts[i].given_up)
            return &f->policy->rules[i].id;
    return NULL;
}

int policy_find(const struct policy *p, const char *class_name, const struct facts *f, const char *text, size_t len,
                policy_found *found, void *ctx, const struct policy_rule **given_up)
{
    struct finder finder = {.policy = p, .text = text, .len = len};
    bool doubles;
    if (!prose_is_utf8(text, len, &doubles))
        return -EILSEQ;
    finder.hunts = calloc(p->rule_count + 1, sizeof *finder.hunts);
    int err = finder.hunts != NULL ? begin(&finder, class_name, f) : -ENOMEM;
    if (err == 0) {
        if (!doubles)
            scanner_scan(p->scanner, text, len, meet, &finder);
        search_rest(&finder, !doubles);
        finish(&finder);
        err = finder.err != 0 ? finder.err : tell_all(&finder, found, ctx);
        if (given_up != NULL)
            *given_up = first_given_up(&finder);
    }
    prose_sentences_free(&finder.sentences);
    free(finder.found);
    free(finder.hunts);
    return err;
}
