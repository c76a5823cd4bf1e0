/* Findings made ready: which way a rule finds, and its patterns. */
#include "policy/rules.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static const struct policy_setting *get(const struct rule *r, enum policy_key_id id)
{
    return policy_setting_of(&r->settings, id);
}

static void refuse(struct rule *r, const struct policy_setting *s, struct problems *problems, const char *why)
{
    problems_of(problems, r, s != NULL ? s->line : r->id.line, "%s%s%s", s != NULL ? s->key->name : "",
                s != NULL ? ": " : "", why);
    r->broken = true;
}

/* ---- the way ---- */

static bool has_tests(const struct rule *r)
{
    for (size_t i = 0; i < r->settings.count; i++)
        if (policy_is_test(&r->settings.items[i]))
            return true;
    return false;
}

static void choose_way(struct rule *r, struct problems *problems)
{
    static const struct {
        enum policy_key_id key;
        enum finding_way way;
    } ways[] = {{KEY_PATTERN, WAY_PATTERN}, {KEY_SWAP, WAY_SWAP}, {KEY_IF, WAY_IF}};
    r->way = WAY_FACTS;
    for (size_t i = 0; i < sizeof ways / sizeof ways[0]; i++) {
        const struct policy_setting *s = get(r, ways[i].key);
        if (s != NULL && r->way != WAY_FACTS)
            refuse(r, s, problems,
                   "a rule has one way of finding, and this one has another already; make it two rules");
        else if (s != NULL)
            r->way = ways[i].way;
    }
    if (r->way == WAY_FACTS && !has_tests(r) && get(r, KEY_NEEDS) == NULL)
        refuse(r, NULL, problems,
               "it finds nothing; expected pattern, swap, if with needs, or facts such as \"links = 4..\"");
}

/* Keys that mean something only beside others: what stands without them would be silently inert. */
static const struct companion {
    enum policy_key_id key;
    unsigned ways; /* bit 1 << finding_way */
    const char *why;
} companions[] = {
    {KEY_NEEDS, 1u << WAY_IF, "expected \"if = PATTERN\" beside it"},
    {KEY_MOST, 1u << WAY_PATTERN, "expected \"pattern = PATTERN\" beside it, whose matches it counts"},
    {KEY_LEAST, 1u << WAY_PATTERN, "expected \"pattern = PATTERN\" beside it, whose matches it counts"},
    {KEY_ONCE, 1u << WAY_PATTERN | 1u << WAY_SWAP, "it means nothing here: there is one finding at most"},
    {KEY_CASE, 1u << WAY_PATTERN | 1u << WAY_SWAP | 1u << WAY_IF, "it means nothing without a pattern"},
    {KEY_SCOPE, 1u << WAY_PATTERN | 1u << WAY_SWAP | 1u << WAY_IF, "it means nothing without a pattern"},
    {KEY_UNLESS, 1u << WAY_PATTERN | 1u << WAY_SWAP | 1u << WAY_IF, "it means nothing without a pattern"},
};

static void check_companions(struct rule *r, struct problems *problems)
{
    for (size_t i = 0; i < sizeof companions / sizeof companions[0]; i++) {
        const struct policy_setting *s = get(r, companions[i].key);
        if (s != NULL && !(companions[i].ways & 1u << r->way))
            refuse(r, s, problems, companions[i].why);
    }
    const struct policy_setting *least = get(r, KEY_LEAST), *most = get(r, KEY_MOST), *once = get(r, KEY_ONCE);
    if (r->way == WAY_IF && get(r, KEY_NEEDS) == NULL)
        refuse(r, get(r, KEY_IF), problems, "expected \"needs = PATTERN\" beside it");
    if (once != NULL && (least != NULL || most != NULL))
        refuse(r, once, problems, "it means nothing beside least or most: there is one finding at most");
    if (least != NULL && most != NULL && least->number > most->number)
        refuse(r, least, problems, "it is more than most allows");
}

/* ---- patterns ---- */

static int compile(struct rule *r, enum policy_key_id id, const char *text, struct pattern **out,
                   struct problems *problems)
{
    struct error e = {0};
    const struct policy_setting *s = get(r, id);
    if (s == NULL)
        return 0;
    int err = pattern_compile(out, text, policy_word_of(&r->settings, KEY_CASE) == 0, &e);
    if (err == -EINVAL) {
        problems_of(problems, r, s->line, "%s: \"%.200s\": expected a pattern of PCRE2: %s", s->key->name, s->text,
                    e.text);
        r->broken = true;
        return 0;
    }
    return err;
}

/* A plain word as a pattern: a blank takes any run of blanks. */
static void put_word(struct buf *b, const char *word)
{
    for (const char *p = word; *p != 0; p++) {
        unsigned char c = (unsigned char)*p;
        bool plain = c >= 0x80 || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        if (c == ' ' || c == '\t') {
            buf_puts(b, "\\s+");
            p += strspn(p, " \t") - 1;
        } else {
            buf_puts(b, plain ? "" : "\\");
            buf_put(b, p, 1);
        }
    }
}

struct swap {
    char *word, *better;
};

static int longer_first(const void *a, const void *b)
{
    size_t x = strlen(((const struct swap *)a)->word), y = strlen(((const struct swap *)b)->word);
    return (x < y) - (x > y);
}

/* The words of a swap as one pattern; group N is the Nth pair. No word is taken inside a longer one, and
 * "free of charge" before "free". */
static int compile_swap(struct rule *r, struct problems *problems)
{
    buf_auto b = {0};
    const struct policy_setting *s = get(r, KEY_SWAP);
    qsort(s->list.items, s->list.count / 2, sizeof(struct swap), longer_first); /* pairs of them */
    for (size_t i = 0; i < s->list.count; i += 2) {
        for (size_t k = 0; k < i; k += 2)
            if (strcmp(s->list.items[i], s->list.items[k]) == 0) {
                problems_of(problems, r, s->line, "swap: \"%.80s\": it stands there twice", s->list.items[i]);
                r->broken = true;
                return 0;
            }
        buf_puts(&b, i == 0 ? "(?<![\\p{L}\\p{N}_])(?:(" : "|(");
        put_word(&b, s->list.items[i]);
        buf_puts(&b, ")(?![\\p{L}\\p{N}_])");
    }
    buf_puts(&b, ")");
    return b.failed ? -ENOMEM : compile(r, KEY_SWAP, b.data, &r->pattern, problems);
}

int finding_build(struct rule *r, struct problems *problems)
{
    choose_way(r, problems);
    check_companions(r, problems);
    r->scope = (enum finding_scope)policy_word_of(&r->settings, KEY_SCOPE);
    if (r->broken)
        return 0;
    int err = 0;
    if (r->way == WAY_PATTERN)
        err = compile(r, KEY_PATTERN, policy_text_of(&r->settings, KEY_PATTERN), &r->pattern, problems);
    else if (r->way == WAY_IF)
        err = compile(r, KEY_IF, policy_text_of(&r->settings, KEY_IF), &r->pattern, problems);
    else if (r->way == WAY_SWAP)
        err = compile_swap(r, problems);
    if (err == 0)
        err = compile(r, KEY_NEEDS, policy_text_of(&r->settings, KEY_NEEDS), &r->needs, problems);
    return err != 0 ? err : compile(r, KEY_UNLESS, policy_text_of(&r->settings, KEY_UNLESS), &r->unless, problems);
}
