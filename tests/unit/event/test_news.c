/* News: what goes in comes out, what is not clean is made so, and nothing that is damaged is taken. */
#include "event/news.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

static char message[NEWS_MESSAGE_BYTES];

static struct news sample(void)
{
    return (struct news){.events = 1u << NEWS_ON_SAVE | 1u << NEWS_ON_FINDING,
                         .mount = 3,
                         .seq = 412,
                         .saved_ns = 1795317187123456789,
                         .more = 7,
                         .path = "Posts/\xff launch\n.md",
                         .commit = "0123456789abcdef0123456789abcdef01234567",
                         .class_name = "post-draft",
                         .records = "412",
                         .finding_count = 2,
                         .findings = {{.level = 2, .line = 3, .column = 14, .rule = "p/one", .say = "A\xc3\xa4."},
                                      {.level = 0, .row = 2, .cell = 5, .rule = "p/two", .sheet = "Leads"}}};
}

static void comes_back(void **state)
{
    (void)state;
    struct news in = sample(), out;
    ssize_t len = news_encode(&in, message);
    assert_true(len > 0);
    assert_int_equal(news_decode(&out, message, (size_t)len), 0);
    assert_int_equal(out.events, in.events);
    assert_int_equal(out.mount, 3);
    assert_int_equal(out.seq, 412);
    assert_int_equal(out.saved_ns, in.saved_ns);
    assert_int_equal(out.more, 7);
    assert_string_equal(out.path, in.path);
    assert_string_equal(out.commit, in.commit);
    assert_string_equal(out.class_name, "post-draft");
    assert_string_equal(out.records, "412");
    assert_int_equal(out.finding_count, 2);
    assert_int_equal(out.findings[0].column, 14);
    assert_string_equal(out.findings[0].say, "A\xc3\xa4.");
    assert_string_equal(out.findings[0].cite, "");
    assert_int_equal(out.findings[1].row, 2);
    assert_int_equal(out.findings[1].cell, 5);
    assert_string_equal(out.findings[1].sheet, "Leads");
}

static void text_is_made_clean(void **state)
{
    (void)state;
    static char long_text[2000];
    memset(long_text, 'x', sizeof long_text - 1);
    memcpy(long_text + 510, "\xe2\x82\xac", 3); /* would be cut in the middle */
    struct news in = sample(), out;
    in.findings[0].say = "\033[2Ja\nb\xff\xc2\x9b";
    in.findings[0].repair = long_text;
    ssize_t len = news_encode(&in, message);
    assert_int_equal(news_decode(&out, message, (size_t)len), 0);
    assert_string_equal(out.findings[0].say, "?[2Ja?b???");
    assert_int_equal(strlen(out.findings[0].repair), 510);
}

static void too_much_is_refused(void **state)
{
    (void)state;
    struct news in = sample();
    in.finding_count = NEWS_FINDINGS_MOST + 1;
    assert_int_equal(news_encode(&in, message), -EMSGSIZE);
}

/* The largest there can be still fits. */
static void longest_fits(void **state)
{
    (void)state;
    static char text[600], path[PATH_MAX];
    memset(text, 'x', sizeof text - 1);
    memset(path, 'p', sizeof path - 1);
    struct news in = sample();
    in.path = path;
    for (in.finding_count = 0; in.finding_count < NEWS_FINDINGS_MOST; in.finding_count++)
        in.findings[in.finding_count] = (struct news_finding){
            .rule = text, .sheet = text, .excerpt = text, .say = text, .repair = text, .replace = text, .cite = text};
    ssize_t len = news_encode(&in, message);
    assert_true(len == -EMSGSIZE || len > 0); /* reports hold less than this */
    for (uint32_t i = 0; i < in.finding_count; i++)
        in.findings[i] = (struct news_finding){.rule = text + 504,
                                               .sheet = text + 536,
                                               .excerpt = text + 504,
                                               .say = text + 280,
                                               .repair = text + 280,
                                               .replace = text + 536,
                                               .cite = text + 504};
    assert_true(news_encode(&in, message) > 0);
}

static void damage_is_refused(void **state)
{
    (void)state;
    struct news in = sample(), out;
    ssize_t len = news_encode(&in, message);
    for (size_t cut = 0; cut < (size_t)len;
         cut++) { /* a copy of that size, so that a sanitizer sees a read behind it */
        char *copy = malloc(cut + 1);
        memcpy(copy, message, cut);
        assert_int_equal(news_decode(&out, copy, cut), -EBADMSG);
        free(copy);
    }
    message[len] = 0;
    assert_int_equal(news_decode(&out, message, (size_t)len + 1), -EBADMSG);
    in.events = 1u << NEWS_EVENTS;
    len = news_encode(&in, message);
    assert_int_equal(news_decode(&out, message, (size_t)len), -EBADMSG);
    in = sample();
    in.findings[1].level = 3;
    len = news_encode(&in, message);
    assert_int_equal(news_decode(&out, message, (size_t)len), -EBADMSG);
    in = sample();
    len = news_encode(&in, message);
    char *say = memmem(message, (size_t)len, "A\xc3\xa4.", 4);
    say[1] = '\033';
    assert_int_equal(news_decode(&out, message, (size_t)len), -EBADMSG);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(comes_back),   cmocka_unit_test(text_is_made_clean), cmocka_unit_test(too_much_is_refused),
        cmocka_unit_test(longest_fits), cmocka_unit_test(damage_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
