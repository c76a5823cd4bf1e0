/* What CRMs export: which objects are rows, what their cells are called, and what is only text. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "unit/extract/listing.h"

#define JSON(text, expected) expect_listing(extract_json, text, sizeof(text) - 1, "", expected)
#define REFUSED(text)        expect_refused(extract_json, text, sizeof(text) - 1)

static void test_array_of_objects(void **state)
{
    (void)state;
    JSON(
        "[{\"name\": \"Ann Hill\", \"age\": 41, \"vip\": true, \"none\": null},\n {\"name\": \"Bob\", \"mail\": \"\"}]",
        "1: name=Ann Hill | age=41\n2: name=Bob\n");
    JSON("{\"total\": 2, \"results\": [{\"id\": \"1\", \"properties\": {\"firstname\": \"Ann\", \"email\": "
         "\"ann@acme.example\"}},"
         " {\"id\": \"2\", \"properties\": {\"firstname\": \"Bob\", \"email\": \"bob@acme.example\"}}],"
         " \"paging\": {\"next\": \"x\"}}",
         "1: results.id=1 | results.properties.firstname=Ann | results.properties.email=ann@acme.example\n"
         "2: results.id=2 | results.properties.firstname=Bob | results.properties.email=bob@acme.example\n"
         "body: 2\nx\n");
}

static void test_lines(void **state)
{
    (void)state;
    JSON("{\"n\":\"Ann\",\"e\":\"ann@acme.example\"}\n{\"n\":\"Bob\",\"e\":\"bob@acme.example\"}\n",
         "1: n=Ann | e=ann@acme.example\n2: n=Bob | e=bob@acme.example\n");
    JSON("\xef\xbb\xbf{\"a\":\"b\"}{\"a\":\"c\"}", "1: a=b\n2: a=c\n");
}

static void test_parts_of_a_person(void **state)
{
    (void)state;
    JSON(
        "[{\"name\":\"Ann\",\"emails\":[{\"value\":\"a@acme.example\",\"type\":\"Work\"},{\"value\":\"a@home.example\","
        "\"type\":\"Home\"}],\"tags\":[\"x\",\"y\"],\"address\":{\"city\":\"New York\",\"zip\":\"10001\"}}]",
        "1: name=Ann | emails.value=a@acme.example | emails.type=Work | emails.value=a@home.example | emails.type=Home"
        " | tags=x | tags=y | address.city=New York | address.zip=10001\n");
}

static void test_people_of_a_company(void **state)
{
    (void)state;
    JSON("[{\"company\":\"ACME\",\"contacts\":[{\"name\":\"Ann\",\"email\":\"ann@acme.example\"},"
         "{\"name\":\"Bob\",\"phone\":\"+1 555 0101\"}],\"city\":\"Ulm\"}]",
         "1: contacts.name=Ann | contacts.email=ann@acme.example\n2: contacts.name=Bob | contacts.phone=+1 555 0101\n"
         "3: company=ACME | city=Ulm\n");
    JSON("{\"u1\":{\"name\":\"Ann\",\"email\":\"ann@acme.example\"},\"u2\":{\"name\":\"Bob\",\"email\":\"bob@acme."
         "example\"}}",
         "1: u2.name=Bob | u2.email=bob@acme.example\n2: u1.name=Ann | u1.email=ann@acme.example\n");
}

static void test_tables_of_arrays(void **state)
{
    (void)state;
    JSON("{\"range\":\"A1\",\"values\":[[\"Name\",\"Mail\"],[\"Ann\",null,\"x\"],[]]}",
         "1: 0=Name | 1=Mail\n2: 0=Ann | 2=x\nbody: A1\n");
}

static void test_documents(void **state)
{
    (void)state;
    JSON("[\"one\", \"two\", 3]", "body: one\ntwo\n");
    JSON("{\"title\": \"launch\", \"body\": \"We \\\"launch\\\"\\ntoday\"}", "body: launch\nWe \"launch\"\ntoday\n");
    JSON("{\"name\": \"Ann Hill\", \"email\": \"ann@acme.example\"}", "1: name=Ann Hill | email=ann@acme.example\n");
}

static void test_escapes(void **state)
{
    (void)state;
    JSON("[\"\\u004a\\u00f6\\u20ac\\ud83d\\ude00 \\/\\b\\t\\\\.\"]",
         "body: J\xc3\xb6\xe2\x82\xac\xf0\x9f\x98\x80 /\b\t\\.\n");
    JSON("[\"a\\u0000b\\ud83dc\\ude00\\ud83d\"]", "body: a b\xef\xbf\xbd"
                                                  "c\xef\xbf\xbd\xef\xbf\xbd\n");
}

static void test_what_is_none(void **state)
{
    (void)state;
    REFUSED("");
    REFUSED("{name}, hello");
    REFUSED("[Draft] Hello");
    REFUSED("{\\rtf1 x}");
    REFUSED("\"text\"");
    REFUSED("{\"a\" \"b\"}");
    REFUSED("{\"a\":1,}");
    REFUSED("[1 2]");
    REFUSED("[\"a\\x\"]");
    REFUSED("{\"a\":\"b\"");
    REFUSED("[nul]");
    REFUSED("[1}");
}

/* What came before is told. */
static void test_broken_later(void **state)
{
    (void)state;
    const char *text = "[{\"a\":\"b\"},{\"a\":\"c\"";
    struct input in = input_from_memory(text, strlen(text), "");
    struct listing l = {0};
    assert_int_equal(listing_make(&l, extract_json, &in, ""), 0);
    assert_string_equal(l.text.data, "1: a=b\n2: a=c\n");
    assert_int_equal(l.flags, FACT_UNREADABLE);
    listing_free(&l);
}

static void test_depth(void **state)
{
    (void)state;
    enum { LEVELS = 100000 };
    struct buf text = {0};
    buf_puts(&text, "[{\"a\":\"b\",\"deep\":");
    for (int i = 0; i < LEVELS; i++)
        buf_puts(&text, "[{\"x\":");
    buf_puts(&text, "1");
    for (int i = 0; i < LEVELS; i++)
        buf_puts(&text, "}]");
    buf_puts(&text, "},{\"a\":\"c\"}]");
    struct input in = input_from_memory(text.data, text.len, "");
    struct listing l = {0};
    assert_int_equal(listing_make(&l, extract_json, &in, ""), 0);
    assert_string_equal(l.text.data, "1: a=b\n2: a=c\n");
    assert_int_equal(l.flags, FACT_CUT);
    listing_free(&l);
    buf_free(&text);
}

/* Objects, arrays and strings without end are told of in pieces, or cut. */
static void test_long(void **state)
{
    (void)state;
    struct buf text = {0};
    struct listing l = {.counts_only = true};
    buf_puts(&text, "{\"list\":[\"0\"");
    for (int i = 1; i < 200000; i++)
        buf_printf(&text, ",\"%d\"", i);
    buf_puts(&text, "],\"people\":[{\"n\":\"0\"}");
    for (int i = 1; i < 100000; i++)
        buf_printf(&text, ",{\"n\":\"%d\"}", i);
    buf_puts(&text, "]");
    for (int i = 0; i < 100000; i++)
        buf_printf(&text, ",\"k%d\":\"v%d\"", i, i);
    buf_puts(&text, ",\"x\":\"");
    for (int i = 0; i < 500000; i++)
        buf_puts(&text, "\xc3\xb6");
    buf_puts(&text, "\"}");
    struct input in = input_from_memory(text.data, text.len, "");
    assert_int_equal(listing_make(&l, extract_json, &in, ""), 0);
    assert_int_equal(l.rows, 100000);
    assert_int_equal(l.flags, FACT_CUT); /* the string */
    assert_non_null(strstr(l.text.data, "\n199999\n"));
    assert_non_null(strstr(l.text.data, "\nv99999\n"));
    listing_free(&l);
    buf_free(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_array_of_objects),
        cmocka_unit_test(test_lines),
        cmocka_unit_test(test_parts_of_a_person),
        cmocka_unit_test(test_people_of_a_company),
        cmocka_unit_test(test_tables_of_arrays),
        cmocka_unit_test(test_documents),
        cmocka_unit_test(test_escapes),
        cmocka_unit_test(test_what_is_none),
        cmocka_unit_test(test_broken_later),
        cmocka_unit_test(test_depth),
        cmocka_unit_test(test_long),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
