/* Base64: a file that is nothing else, and blocks inside other texts; what only looks like it is left alone. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "heard.h"

#include "extract/base64_watch.h"
#include "extract/transfer.h"

static struct heard h;
static struct limits l;

static int set_up(void **state)
{
    (void)state;
    h = (struct heard){0};
    l = (struct limits){0};
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    heard_free(&h);
    return 0;
}

static int read_with(int (*extract)(struct input *, struct content_sink *, struct limits *, extract_member *, void *),
                     const struct buf *text)
{
    struct input in = input_from_memory(text->data, text->len, "");
    struct content_sink sink = heard_sink(&h);
    return extract(&in, &sink, &l, heard_member, &h);
}

/* `len` bytes of content that repeats, encoded, in lines of `width` (0: one line). */
static void encode(struct buf *to, const char *content, size_t len, size_t width)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    size_t period = strlen(content), column = 0;
    for (size_t i = 0; i < len; i += 3) {
        unsigned char b[3] = {0};
        for (size_t k = 0; k < 3 && i + k < len; k++)
            b[k] = (unsigned char)content[(i + k) % period];
        char group[4] = {digits[b[0] >> 2], digits[(b[0] & 3) << 4 | b[1] >> 4], digits[(b[1] & 15) << 2 | b[2] >> 6],
                         digits[b[2] & 63]};
        if (i + 1 >= len)
            group[2] = '=';
        if (i + 2 >= len)
            group[3] = '=';
        buf_put(to, group, sizeof group);
        column += sizeof group;
        if (width > 0 && column >= width) {
            buf_puts(to, "\n");
            column = 0;
        }
    }
}

static void test_decoding_may_be_split_anywhere(void **state)
{
    (void)state;
    const char text[] = "SGVs\r\nbG8sIHdvcmxk IQ==SGk="; /* two, one behind the other */
    for (size_t split = 0; split < sizeof text; split++) {
        struct base64 b = {0};
        unsigned char out[sizeof text];
        size_t len = base64_decode(&b, text, split, out);
        len += base64_decode(&b, text + split, sizeof text - 1 - split, out + len);
        assert_int_equal(len, 15);
        assert_memory_equal(out, "Hello, world!Hi", 15);
    }
}

static void test_quoted_printable_may_be_split_anywhere(void **state)
{
    (void)state;
    const char text[] = "a=3D=\r\nb=\n=zz_=C3=BC";
    for (size_t split = 0; split < sizeof text; split++) {
        struct quoted_printable q = {0};
        unsigned char out[sizeof text + 4];
        size_t len = quoted_printable_decode(&q, text, split, out);
        len += quoted_printable_decode(&q, text + split, sizeof text - 1 - split, out + len);
        assert_int_equal(len, 9);
        assert_memory_equal(out, "a=b=zz_\xc3\xbc", 9);
    }
}

static void test_a_file_that_is_nothing_else(void **state)
{
    (void)state;
    const size_t widths[] = {0, 60, 64, 76};
    for (size_t i = 0; i < 4; i++) {
        buf_auto text = {0};
        encode(&text, "name,email\n", 110, widths[i]);
        buf_puts(&text, "\r\n\n");
        assert_int_equal(read_with(extract_base64, &text), 0);
        assert_int_equal(h.member_count, i + 1);
        assert_int_equal(h.member_bytes, 110 * (i + 1));
    }
    assert_memory_equal(h.members.data, ":name,email\nname,email\n", 23);
}

static void test_what_only_looks_like_it(void **state)
{
    (void)state;
    const char *const others[] = {
        "",
        "SGVsbG8=",
        "several\nwords\nof\ndifferent\nlength\nand\nno\nspace\nanywhere\nin\nthem\nfor\nmany\nlines\n",
        "Dear Ann, here is what we said on the phone last Friday about the price of it all.\n",
        "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz, and more",
    };
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        buf_auto text = {0};
        buf_puts(&text, others[i]);
        assert_int_equal(read_with(extract_base64, &text), -EBADMSG);
    }
    assert_int_equal(h.member_count, 0);
}

/* Checksums in lines of one length decode to something; only a reader can tell that it is nothing. */
static void test_what_nobody_can_read_was_not_it(void **state)
{
    (void)state;
    buf_auto text = {0};
    encode(&text, "\x01\xff\x80", 300, 64);
    h.answer = -EBADMSG;
    assert_int_equal(read_with(extract_base64, &text), -EBADMSG);
    assert_int_equal(h.member_count, 1);
    assert_int_equal(read_with(extract_embedded, &text), 0);
}

static void test_blocks_inside_a_text(void **state)
{
    (void)state;
    /* Long prose in front, so that blocks fall on every place between the looks. */
    for (size_t before = 0; before < 70000; before += 997) {
        buf_auto text = {0};
        for (size_t i = 0; i < before; i++)
            buf_puts(&text, i % 7 == 6 ? " " : "w");
        buf_puts(&text, "see data:text/csv;base64,");
        encode(&text, "a,b\n", 1028, 0);
        buf_puts(&text, " and\n-----BEGIN SOMETHING-----\n");
        encode(&text, "c;d\n", 2000, 64);
        buf_puts(&text, "\n-----END SOMETHING-----\nbut not ");
        encode(&text, "e|f\n", 900, 0);
        buf_puts(&text, "\n");
        assert_int_equal(read_with(extract_embedded, &text), 0);
        assert_int_equal(h.member_count, 2);
        assert_int_equal(h.member_bytes, 3028);
        assert_memory_equal(h.members.data, ":a,b\na,b\n", 9);
        assert_non_null(strstr(h.members.data, "\n:c;d\nc;d\n"));
        tear_down(NULL);
        set_up(NULL);
    }
}

/* Words of a block's bytes, now and then nearly one, or one; divided by what no block holds. */
static void put_words(struct buf *to, uint32_t seed)
{
    for (unsigned words = 0; words < 8; words++) {
        seed = seed * 1103515245 + 12345;
        size_t len = (seed >> 16 & 3) == 0 ? BASE64_BLOCK_BYTES - 2 + (seed >> 20 & 3) % 3 : seed >> 16 & 1023;
        for (size_t i = 0; i < len; i++)
            buf_put(to, &"aZ09+/=\r\n"[i % 9], 1);
        buf_puts(to, seed & 1 ? "," : " ");
    }
}

static bool has_run(const struct buf *text)
{
    size_t run = 0;
    for (size_t i = 0; i < text->len && run < BASE64_BLOCK_BYTES; i++)
        run = base64_of_run[(unsigned char)text->data[i]] ? run + 1 : 0;
    return run == BASE64_BLOCK_BYTES;
}

static void test_a_watch_sees_a_block_however_it_is_read(void **state)
{
    (void)state;
    static const size_t pieces[] = {1, 7, 500, BASE64_BLOCK_BYTES - 1, BASE64_BLOCK_BYTES, 4096, 1 << 20};
    unsigned blocks = 0;
    for (uint32_t seed = 0; seed < 200; seed++) {
        buf_auto text = {0};
        put_words(&text, seed);
        blocks += has_run(&text);
        for (size_t i = 0; i < sizeof pieces / sizeof *pieces; i++) {
            struct base64_watch watch = {0};
            for (size_t at = 0; at < text.len; at += pieces[i])
                base64_watch_see(&watch, at, (const unsigned char *)text.data + at,
                                 text.len - at < pieces[i] ? text.len - at : pieces[i]);
            assert_int_equal(base64_watch_is_clear(&watch, text.len), !has_run(&text));
        }
    }
    assert_in_range(blocks, 20, 180);
}

static void test_a_watch_says_nothing_of_what_it_did_not_see(void **state)
{
    (void)state;
    char bytes[3000];
    memset(bytes, ' ', sizeof bytes);
    memset(bytes + 1000, 'a', BASE64_BLOCK_BYTES);
    const unsigned char *text = (const unsigned char *)bytes;
    struct base64_watch watch = {0};
    base64_watch_see(&watch, 0, text, 2000);
    assert_false(base64_watch_is_clear(&watch, sizeof bytes));
    base64_watch_see(&watch, 2500, text + 2500, 500); /* a gap */
    assert_false(base64_watch_is_clear(&watch, sizeof bytes));
    base64_watch_see(&watch, 0, text, 1500); /* from the beginning again */
    base64_watch_see(&watch, 1500, text + 1500, 1500);
    assert_true(watch.found);
}

static void test_lines_around_a_block_are_not_of_it(void **state)
{
    (void)state;
    buf_auto text = {0};
    buf_puts(&text, "attachment\n\n");
    encode(&text, "inside\n", 3000, 76);
    buf_puts(&text, "\nend\nof\nit\n");
    assert_int_equal(read_with(extract_embedded, &text), 0);
    assert_int_equal(h.member_count, 1);
    assert_int_equal(h.member_bytes, 3000);
}

static void test_a_large_block_is_cut(void **state)
{
    (void)state;
    enum { SIZE = LIMIT_MEMBER + 30000 };
    buf_auto text = {0};
    encode(&text, "0123456789abcdef", SIZE, 76);
    assert_int_equal(read_with(extract_base64, &text), 0);
    assert_int_equal(h.member_bytes, LIMIT_MEMBER);
    assert_int_equal(h.flags, FACT_CUT);
}

static void test_a_deadline_ends_it(void **state)
{
    (void)state;
    buf_auto text = {0};
    encode(&text, "x", 3000, 76);
    l.until_ns = 1;
    assert_int_equal(read_with(extract_base64, &text), -ECANCELED);
    assert_int_equal(read_with(extract_embedded, &text), -ECANCELED);
    assert_true(h.flags & FACT_CUT);
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        T(test_decoding_may_be_split_anywhere),
        T(test_quoted_printable_may_be_split_anywhere),
        T(test_a_file_that_is_nothing_else),
        T(test_what_only_looks_like_it),
        T(test_what_nobody_can_read_was_not_it),
        T(test_blocks_inside_a_text),
        T(test_a_watch_sees_a_block_however_it_is_read),
        T(test_a_watch_says_nothing_of_what_it_did_not_see),
        T(test_lines_around_a_block_are_not_of_it),
        T(test_a_large_block_is_cut),
        T(test_a_deadline_ends_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
