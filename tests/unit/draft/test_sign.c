/* Signs in one line: options, ratings, places to fill in, how letters begin and end. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "draft/sign.h"

#include <string.h>

static void expect(bool (*is)(const char *, size_t), const char *line, bool expected)
{
    if (is(line, strlen(line)) != expected)
        fail_msg("\"%s\": %s", line, expected ? "not seen" : "seen");
}

static void expect_all(bool (*is)(const char *, size_t), const char *const *lines, bool expected)
{
    for (; *lines != NULL; lines++)
        expect(is, *lines, expected);
}

static void test_options(void **state)
{
    (void)state;
    static const char *const yes[] = {
        "A) more calls", "b. fewer", "3) none at all", "C: both", "1\xef\xb8\x8f\xe2\x83\xa3 one", NULL};
    static const char *const no[] = {"", "A", "A call", "Anna: hello", "12. March", NULL};
    expect_all(line_is_option, yes, true);
    expect_all(line_is_option, no, false);
}

static void test_ratings(void **state)
{
    (void)state;
    static const char *const yes[] = {"\xe2\x98\x85\xe2\x98\x85\xe2\x98\x86 good", "Food 4/5, service 5/5",
                                      "I give it 8.5/10", NULL};
    static const char *const no[] = {"", "4/5 of a thread", "on 9/11 we met", "and/or", "3/50", "/5", "24/7", NULL};
    expect_all(line_has_rating, yes, true);
    expect_all(line_has_rating, no, false);
}

static void test_forms(void **state)
{
    (void)state;
    static const char *const yes[] = {"[ ] price", "( ) yes ( ) no", "Name: ____", NULL};
    static const char *const no[] = {"", "[", "(a)", "a_b", "[x]", NULL};
    expect_all(line_is_form, yes, true);
    expect_all(line_is_form, no, false);
}

static void test_letters(void **state)
{
    (void)state;
    static const char *const begin[] = {"Ha Wouter,", "Coucou Marie,", "Beste mevrouw De Vries,",
                                        "Welcome aboard, Diane!", NULL};
    static const char *const not_begin[] = {"",
                                            ",",
                                            "Sam,",
                                            "in short,",
                                            "Last week we met Sam,",
                                            "Look, a whale!",
                                            "Well done!",
                                            "Thanks, Marta and team!",
                                            ", A!",
                                            NULL};
    static const char *const end[] = {
        "Ilse", "Groet, Ilse", "Bis bald, Jan", "The Forecastle team", "Dein Kranich-Team", NULL};
    static const char *const not_end[] = {
        "", ",", "so be it", "Come, see it.", "We sell, you buy", "Thank you to the whole team.", "team", NULL};
    expect_all(line_is_salutation, begin, true);
    expect_all(line_is_salutation, not_begin, false);
    expect_all(line_is_signature, end, true);
    expect_all(line_is_signature, not_end, false);
    expect(line_names_somebody, "Hi Tom, did you call", true);
    expect(line_names_somebody, "Hi Tom", true);
    expect(line_names_somebody, "Hello everyone, we", false);
    expect(line_names_somebody, "Hi", false);
}

static void test_sentences(void **state)
{
    (void)state;
    static const struct {
        const char *line;
        uint32_t count;
    } cases[] = {{"It was cold.", 1},
                 {"It was cold", 1},
                 {"It was cold. We left.", 2},
                 {"\"It was cold.\" We left!", 2},
                 {"Really?! Yes, really...", 2},
                 {"1. We left at 9.30 a.m. and slept", 1},
                 {"https://a.example/b.html is where it is", 1},
                 {"We left. It was cold", 2},
                 {"...", 1},
                 {"", 1}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        if (line_count_sentences(cases[i].line, strlen(cases[i].line)) != cases[i].count)
            fail_msg("\"%s\": %u", cases[i].line, line_count_sentences(cases[i].line, strlen(cases[i].line)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_options), cmocka_unit_test(test_ratings),   cmocka_unit_test(test_forms),
        cmocka_unit_test(test_letters), cmocka_unit_test(test_sentences),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
