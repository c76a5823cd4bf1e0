/* How text is folded before phrases are looked for, and what is found in it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "draft/phrase.h"

#include <string.h>

static void expect_folded(const char *text, const char *expected)
{
    char folded[256];
    size_t len = strlen(text), n = phrase_fold(text, len, folded);
    assert_true(n <= len);
    folded[n] = 0;
    assert_string_equal(folded, expected);
}

static void test_letters(void **state)
{
    (void)state;
    expect_folded("Hello  THERE\t", "hello there");
    expect_folded("\xc3\x84PFEL \xc3\x97 \xc3\x9f", "\xc3\xa4pfel \xc3\x97 \xc3\x9f");
    expect_folded("\xc5\x81\xc3\x93"
                  "D\xc5\xb9 \xc5\xbb\xc4\x86 \xc5\x9a \xc4\x98 \xc4\x84 \xc5\x83 \xc5\x92",
                  "\xc5\x82\xc3\xb3"
                  "d\xc5\xba \xc5\xbc\xc4\x87 \xc5\x9b \xc4\x99 \xc4\x85 \xc5\x84 \xc5\x93");
    expect_folded("\xc5\x82\xc5\xba\xc5\xbc\xc5\x9b\xc5\xbf", "\xc5\x82\xc5\xba\xc5\xbc\xc5\x9b\xc5\xbf");
}

static void test_marks(void **state)
{
    (void)state;
    expect_folded("don\xe2\x80\x99t \xe2\x80\x9cSay\xe2\x80\x9d \xe2\x80\x9eso\xe2\x80\x9c \xc2\xabici\xc2\xbb",
                  "don't \"say\" \"so\" \"ici\"");
    expect_folded("one\xe2\x80\x94two\xe2\x80\xa6", "one - two...");
    expect_folded("\xc2\xbfQu\xc3\xa9 opinas?", "qu\xc3\xa9 opinas?");
    expect_folded("\xf0\x9f\x8e\x89Today \xe2\x9c\x85 we\xf0\x9f\x91\x87", "today we");
    expect_folded("a\xc2\xa0"
                  "b",
                  "a b");
}

/* Cut or wrong bytes are taken as they are, and nothing behind them is read. */
static void test_any_bytes(void **state)
{
    (void)state;
    static const char bad[] = "a\xe2\x80\xf0\x9f\xc5";
    char folded[sizeof bad];
    for (size_t len = 0; len < sizeof bad; len++)
        assert_true(phrase_fold(bad, len, folded) <= len);
    expect_folded("x\xe2", "x\xe2");
    expect_folded("x\xc4", "x\xc4");
}

static struct phrase_counts count(const char *text)
{
    char folded[256];
    struct phrase_counts counts = {0};
    phrase_count(folded, phrase_fold(text, strlen(text), folded), &counts);
    return counts;
}

static void test_marks_hide_no_phrase(void **state)
{
    (void)state;
    assert_int_equal(count("\xc2\xbfQu\xc3\xa9 opinas?").of[PHRASE_ASK], 1);
    assert_int_equal(count("\xe2\x80\x9cUnpopular opinion\xe2\x80\x9d").of[PHRASE_TAKE], 1);
    assert_int_equal(count("unpopular opinions").of[PHRASE_TAKE], 0);
    assert_int_equal(count("So\xe2\x80\x94thoughts?").of[PHRASE_ASK], 1);
}

static bool has(const struct phrase_counts *counts, const char *word)
{
    for (size_t i = 0; i < phrase_closed_count(); i++)
        if (strcmp(phrase_closed_word(i), word) == 0)
            return phrase_has_closed(counts, i);
    fail_msg("%s is no closed word", word);
    return false;
}

static void test_closed_words(void **state)
{
    (void)state;
    assert_in_range(phrase_closed_count(), 1, PHRASE_CLOSED_MOST);
    struct phrase_counts counts = count("The cat (not ours); isn't \xe2\x80\x9cmine\xe2\x80\x9d");
    assert_true(has(&counts, "the") && has(&counts, "not") && has(&counts, "("));
    assert_true(has(&counts, ")") && has(&counts, ";") && has(&counts, "\""));
    assert_false(has(&counts, "you") || has(&counts, "is") || has(&counts, "our") || has(&counts, ":"));
    struct phrase_counts more = count("you: one");
    phrase_add(&counts, &more);
    assert_true(has(&counts, "you") && has(&counts, ":") && has(&counts, "the"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_letters),      cmocka_unit_test(test_marks),
        cmocka_unit_test(test_any_bytes),    cmocka_unit_test(test_marks_hide_no_phrase),
        cmocka_unit_test(test_closed_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
