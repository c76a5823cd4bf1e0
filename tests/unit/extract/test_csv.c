/* Tables of every dialect are read; what only looks like one is not; nothing that a file chooses is without bound. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "unit/extract/listing.h"

#include "extract/csv_record.h"

#define TABLE(text, expected) expect_listing(extract_csv, text, sizeof(text) - 1, "", expected)
#define NO_TABLE(text)        expect_refused(extract_csv, text, sizeof(text) - 1)

static void test_separators(void **state)
{
    (void)state;
    TABLE("a,b\nc,d\n", "1: 0=a | 1=b\n2: 0=c | 1=d\n");
    TABLE("a;b\r\nc;d\r\n", "1: 0=a | 1=b\n2: 0=c | 1=d\n");
    TABLE("a\tb\rc\td", "1: 0=a | 1=b\n2: 0=c | 1=d\n");
    TABLE("a|b\nc|d\n", "1: 0=a | 1=b\n2: 0=c | 1=d\n");
    TABLE("1,5;2,3;4,1\n2,5;3,3;5,1\n", "1: 0=1,5 | 1=2,3 | 2=4,1\n2: 0=2,5 | 1=3,3 | 2=5,1\n");
    TABLE("Ann,ACME,a@x.example,x;y\nBob,EMCA,b@x.example,y;z\n",
          "1: 0=Ann | 1=ACME | 2=a@x.example | 3=x;y\n2: 0=Bob | 1=EMCA | 2=b@x.example | 3=y;z\n");
    TABLE("sep=^\nAnn Hill^ACME\n", "2: 0=Ann Hill | 1=ACME\n");
    TABLE("SEP=;\r\na;b\r\nc;d\r\n", "2: 0=a | 1=b\n3: 0=c | 1=d\n");
}

static void test_quotes(void **state)
{
    (void)state;
    TABLE("\"a,1\",\"b \"\"c\"\"\"\n\"\",d\ne,f\n", "1: 0=a,1 | 1=b \"c\"\n2: 1=d\n3: 0=e | 1=f\n");
    TABLE("x,\"two\nlines\r\nthree\",y\nnext,line,four\n",
          "1: 0=x | 1=two\nlines\r\nthree | 2=y\n4: 0=next | 1=line | 2=four\n");
    TABLE("\"a\" , \"b\"\n\"c\",\"d\"  \n", "1: 0=a | 1=b\n2: 0=c | 1=d\n");
    TABLE("a,\"b\"x\nc,d\n", "1: 0=a | 1=bx\n2: 0=c | 1=d\n");
    TABLE("a,5\" pipe\nc,6\" pipe\n", "1: 0=a | 1=5\" pipe\n2: 0=c | 1=6\" pipe\n");
    TABLE("a,\"open\nc,d\ne,f\n", "1: 0=a | 1=open\n2: 0=c | 1=d\n3: 0=e | 1=f\n");
}

static void test_ragged_and_empty(void **state)
{
    (void)state;
    TABLE("a,b,c\n\n,,\nd\ne,f,g,h\ni,,k\nl,m,n\n",
          "1: 0=a | 1=b | 2=c\n4: 0=d\n5: 0=e | 1=f | 2=g | 3=h\n6: 0=i | 2=k\n7: 0=l | 1=m | 2=n\n");
    TABLE("Ann Hill,ACME,ann@acme.example,+1 555 0101",
          "1: 0=Ann Hill | 1=ACME | 2=ann@acme.example | 3=+1 555 0101\n");
    TABLE("Ann Hill, ACME, ann@acme.example\nBob Lee, Umbra, bob@umbra.example\nCy Poe, Initech, cy@ini.example\n",
          "1: 0=Ann Hill | 1=ACME | 2=ann@acme.example\n2: 0=Bob Lee | 1=Umbra | 2=bob@umbra.example\n"
          "3: 0=Cy Poe | 1=Initech | 2=cy@ini.example\n");
}

static void test_preamble(void **state)
{
    (void)state;
    TABLE("Leads of May\nGenerated: 2026-05-31\n\nname,mail\nAnn,ann@acme.example\nBob,bob@acme.example\n",
          "1: 0=Leads of May\n2: 0=Generated: 2026-05-31\n4: 0=name | 1=mail\n5: 0=Ann | 1=ann@acme.example\n"
          "6: 0=Bob | 1=bob@acme.example\n");
}

static void test_charsets(void **state)
{
    (void)state;
    TABLE("\xef\xbb\xbfname,city\nJ\xc3\xb6rg,K\xc3\xb6ln\n", "1: 0=name | 1=city\n2: 0=J\xc3\xb6rg | 1=K\xc3\xb6ln\n");
    TABLE("name;city\nJ\xf6rg;K\xf6ln\n", "1: 0=name | 1=city\n2: 0=J\xc3\xb6rg | 1=K\xc3\xb6ln\n");
    TABLE("\xff\xfe"
          "a\0\t\0\xf6\0\r\0\n\0c\0\t\0d\0\r\0\n\0",
          "1: 0=a | 1=\xc3\xb6\n2: 0=c | 1=d\n");
}

static void test_what_is_no_table(void **state)
{
    (void)state;
    NO_TABLE("");
    NO_TABLE("\n\n");
    NO_TABLE("ann@acme.example\nbob@acme.example\n");
    NO_TABLE("Dear Ann, thank you for the call.\nAs said, we come back to you, with Bob, on Monday.\nYours, Cy\n");
    NO_TABLE(
        "Thrilled to share, after months of work, that we launch today!\n\nMore soon, stay tuned, friends.\n#launch\n");
    NO_TABLE("Hello Ann, how are you, thanks for asking\n");
    NO_TABLE("# Heading\n\n- one, two\n- three, four\n\n| a | b |\n|---|---|\n| c | d |\n");
    NO_TABLE("| a | b |\n|---|---|\n| c | d |\n| e | f |\n");
    NO_TABLE("int a = f(x, y);\nint b = g(y, z);\nreturn a;\n");
    NO_TABLE("INSERT INTO t VALUES (1,'a','b');\nINSERT INTO t VALUES (2,'c','d');\n");
    NO_TABLE("    RED, GREEN,\n    BLUE, PINK,\n    GRAY, CYAN,\n");
    NO_TABLE("{\"a\":1,\"b\":2}\n{\"a\":3,\"b\":4}\n");
    NO_TABLE("2026-01-02 12:00:01,123 INFO started\n2026-01-02 12:00:02,456 WARN late\n"
             "2026-01-02 12:00:03,789 INFO done\n2026-01-02 12:00:04,001 INFO idle\n");
    NO_TABLE("a {\n\tcolor: red;\n\tmargin: 0;\n}\nb {\n\tcolor: blue;\n}\n");
    NO_TABLE("all: a b\n\tcc -o a a.c\n\tcc -o b b.c\n\na: b\n\ttouch a\n\ttouch c\n");
    NO_TABLE("Kaffee 2,50\nTee 1,80\nWasser 1,20\nSaft 2,10\n");
    NO_TABLE(
        "10.0.0.1 - - [01/Jan/2026:10:00:00] \"GET / HTTP/1.1\" \"Mozilla/5.0 (X11; Linux) (KHTML, like Gecko)\"\n"
        "10.0.0.2 - - [01/Jan/2026:10:00:01] \"GET /a HTTP/1.1\" \"Mozilla/5.0 (X11; Linux) (KHTML, like Gecko)\"\n"
        "10.0.0.3 - - [01/Jan/2026:10:00:02] \"GET /b HTTP/1.1\" \"Mozilla/5.0 (X11; Linux) (KHTML, like Gecko)\"\n");
    NO_TABLE("package main\n\nfunc main() {\n\ta := 1\n\tb := 2\n\tfmt.Println(a, b)\n\treturn\n}\n");
    NO_TABLE("Hill, Ann\nLee, Bob\nPoe, Cy\n");
}

/* A long quoted value is still one value, and only so much of it is pushed. */
static void test_long_cells(void **state)
{
    (void)state;
    struct buf text = {0};
    buf_puts(&text, "a,b,c\n1,\"");
    for (int i = 0; i < 25000; i++)
        buf_puts(&text, i % 100 == 99 ? "\n" : "\xc3\xb6");
    buf_puts(&text, "\",2\n3,");
    for (int i = 0; i < 100000; i++)
        buf_puts(&text, "x");
    buf_puts(&text, ",4\n5,6,7\n");
    struct input in = input_from_memory(text.data, text.len, "");
    struct listing l = {.counts_only = true};
    assert_int_equal(listing_make(&l, extract_csv, &in, ""), 0);
    assert_in_range(l.longest, LIMIT_CELL - 3, LIMIT_CELL);
    assert_true((l.flags & FACT_CUT) != 0);
    assert_int_equal(l.widest, 3);
    listing_free(&l);
    buf_free(&text);
}

static void test_many_columns(void **state)
{
    (void)state;
    struct buf text = {0};
    for (int i = 0; i < 10000000; i++)
        buf_puts(&text, "x,");
    buf_puts(&text, "\nlast,row\n");
    struct input in = input_from_memory(text.data, text.len, "");
    struct listing l = {.counts_only = true};
    assert_int_equal(listing_make(&l, extract_csv, &in, ""), 0);
    assert_true((l.flags & FACT_CUT) != 0);
    assert_int_equal(l.widest, LIMIT_COLUMNS);
    assert_int_equal(l.rows, 2);
    listing_free(&l);
    buf_free(&text);
}

/* Records and quotes meet the ends of the window wherever they like. */
static void test_windows_edges(void **state)
{
    (void)state;
    for (size_t first = 1; first < 40; first++) {
        struct buf text = {0}, expected = {0};
        buf_printf(&text, "%.*s,\"q\"\"q\"\r\n", (int)first, "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa");
        buf_printf(&expected, "1: 0=%.*s | 1=q\"q\n", (int)first, "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa");
        for (unsigned i = 0; i < 16000; i++) {
            buf_printf(&text, "n%u,\"a\n\"\"%u\"\r\n", i, i);
            buf_printf(&expected, "%u: 0=n%u | 1=a\n\"%u\n", 2 * i + 2, i, i);
        }
        expect_listing(extract_csv, text.data, text.len, "", expected.data);
        buf_free(&text);
        buf_free(&expected);
    }
}

/* A record of what makes parsing hard, among short values and some long ones. */
static size_t make_record(char *to, uint32_t seed)
{
    static const char *const pieces[] = {"a",
                                         "bcd",
                                         ",",
                                         ",",
                                         ",",
                                         ",,",
                                         " ",
                                         "\"",
                                         "\"\"",
                                         "\"x,y\"",
                                         "\r",
                                         "e@f.example",
                                         "a value that is longer than all that is looked at in one step of the parser"};
    size_t len = 0;
    for (unsigned i = 0; i < 24; i++) {
        seed = seed * 1103515245 + 12345;
        const char *piece = pieces[(seed >> 16) % (i % 3 == 0 ? 13 : 6)];
        memcpy(to + len, piece, strlen(piece));
        len += strlen(piece);
    }
    to[len++] = '\n';
    return len;
}

/* Nothing depends on how much comes behind a record, though many bytes are looked at in one step where there are. */
static void test_what_comes_behind_does_not_matter(void **state)
{
    (void)state;
    static struct csv_record near, far;
    enum { BEHIND = 200 };
    for (uint32_t seed = 0; seed < 20000; seed++) {
        char alone[2048], text[2048 + BEHIND];
        size_t len = make_record(text, seed);
        memcpy(alone, text, len);
        memset(text + len, 'z', BEHIND);
        csv_record_set_separator(&near, ',');
        csv_record_set_separator(&far, ',');
        for (size_t at = 0, used; at < len; at += used) {
            used = csv_record_parse(&near, alone + at, len - at, true);
            assert_int_equal(csv_record_parse(&far, text + at, len - at + BEHIND - 1, true), used);
            assert_int_equal(near.count, far.count);
            assert_int_equal(near.columns, far.columns);
            assert_int_equal(near.quoted, far.quoted);
            assert_int_equal(near.lines, far.lines);
            for (size_t i = 0; i < near.count; i++) {
                assert_int_equal(near.cells[i].text - alone, far.cells[i].text - text);
                assert_int_equal(near.cells[i].len, far.cells[i].len);
                assert_int_equal(near.cells[i].column, far.cells[i].column);
                assert_null(far.cells[i].label);
            }
        }
    }
}

static void test_sink_says_enough(void **state)
{
    (void)state;
    const char *text = "a,b\nc,d\ne,f\ng,h\n";
    struct input in = input_from_memory(text, strlen(text), "");
    struct listing l = {.most = 2};
    assert_int_equal(listing_make(&l, extract_csv, &in, ""), -ECANCELED);
    assert_int_equal(l.rows, 2);
    listing_free(&l);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_separators),
        cmocka_unit_test(test_quotes),
        cmocka_unit_test(test_ragged_and_empty),
        cmocka_unit_test(test_charsets),
        cmocka_unit_test(test_preamble),
        cmocka_unit_test(test_what_is_no_table),
        cmocka_unit_test(test_long_cells),
        cmocka_unit_test(test_many_columns),
        cmocka_unit_test(test_windows_edges),
        cmocka_unit_test(test_sink_says_enough),
        cmocka_unit_test(test_what_comes_behind_does_not_matter),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
