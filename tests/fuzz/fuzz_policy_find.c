/*
 * fuzz_policy_find: any text before rules of every kind. What the scan of literals finds must be what plain searching
 * finds: a long s behind the text turns the scan off, and nothing else.
 */
#include "policy/policy.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define RULE(name, keys) "[finding \"" name "\"]\nclass = a\nsay = s\n" keys "\n"
static const char rules[] = "[class \"a\"]\ndraft = 60\n" RULE("begin", "pattern = \\b(ab|bc[- ]d|[ab]c)\\s+(d|e)?c")
    RULE("short", "pattern = \\ba|b+c") RULE("nested", "pattern = (?:ab(?:c|d)?|(b|c){2,3}d)e?")
        RULE("inside", "pattern = \\w+abcd") RULE("digits", "pattern = \\d+ ?%")
            RULE("look", "pattern = (?<!a )\\bbc(?= d)") RULE("accents", "pattern = \\b\xc3\xa9"
                                                                         "ab|[\xe2\x80\x9c\"]c+")
                RULE("swap", "swap = ab: x; ab cd: y; \xc3\xbc"
                             "b: z") RULE("sentence", "pattern = a.*c\nscope = sentence")
                    RULE("unless", "pattern = \\bcd\\b\nunless = ab") RULE("most", "pattern = a\nmost = 3")
                        RULE("needs", "if = ab\nneeds = cd\nscope = sentence")
                            RULE("line", "pattern = ^a\nscope = first-line") RULE("loud", "capitals = 0.5");

static struct policy *p;

struct heard {
    size_t len; /* findings behind this are the long s's */
    struct buf words;
};

static int hear(void *ctx, const struct policy_finding *f)
{
    struct heard *h = ctx;
    if (f->at + f->len < h->len)
        buf_printf(&h->words, "%s@%zu+%zu ", f->rule->name, f->at, f->len);
    return 0;
}

static void find(const struct buf *text, struct heard *h)
{
    const struct facts facts = {0};
    const struct policy_rule *given_up = NULL;
    if (policy_find(p, "a", &facts, text->data, text->len, hear, h, &given_up) != 0 || given_up != NULL)
        buf_puts(&h->words, "stopped");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct policy_file file = {"f.policy", rules, sizeof rules - 1};
    buf_auto problems = {0}, plain = {0}, marked = {0};
    if (p == NULL && policy_load(&p, &file, 1, &problems) != 0) {
        fprintf(stderr, "%s", problems.data);
        abort();
    }
    buf_put(&plain, data, size);
    buf_puts(&plain, "\n\n.\xc5\xbe");
    buf_put(&marked, data, size);
    buf_puts(&marked, "\n\n.\xc5\xbf");
    struct heard scanned = {.len = size}, searched = {.len = size};
    find(&plain, &scanned);
    find(&marked, &searched);
    bool same = scanned.words.len == searched.words.len &&
                (scanned.words.len == 0 || strcmp(scanned.words.data, searched.words.data) == 0);
    if (!same) {
        fprintf(stderr, "scanned:  %s\nsearched: %s\n", scanned.words.data, searched.words.data);
        abort();
    }
    buf_free(&scanned.words);
    buf_free(&searched.words);
    return 0;
}
