/* What is printed: names that are safe for a terminal, widths, paths made plain, and pages that match the key table. */
#include "cli/target.h"
#include "cli/text.h"
#include "config/config.h"

#include "base/fdio.h"
#include "policy/keys.h"

#include <fcntl.h>
#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

static void expect_name(const char *name, const char *shown)
{
    buf_auto b = {0};
    text_put_name(&b, name);
    assert_string_equal(b.data ? b.data : "", shown);
}

static void test_names(void **state)
{
    (void)state;
    expect_name("", "");
    expect_name("caf\xc3\xa9.csv", "caf\xc3\xa9.csv");
    expect_name("a\033[2Jb", "\"a\\033[2Jb\"");
    expect_name("a\xc2\x9b"
                "2Jb",
                "\"a\\302\\2332Jb\"");
    expect_name("evil\xe2\x80\xaevsc.exe", "\"evil\\342\\200\\256vsc.exe\"");
    expect_name("q\"\xe2\x81\xa6x", "\"q\\\"\\342\\201\\246x\"");
    expect_name("\xff", "\"\\377\"");
}

static void test_lines(void **state)
{
    (void)state;
    buf_auto b = {0};
    text_put_line(&b, "a\tb\033[0m\xc2\x9b\x9b\xe2\x80\xaa\xe2", 14);
    assert_string_equal(b.data, "a\tb\\033[0m\\302\\233\\233\\342\\200\\252\xe2");
    buf_clear(&b);
    static const char words[] =
        "\xc3\x84rzte e\xcc\x81t\xc3\xa9 \xe4\xb8\x80\xe2\x82\xac \xf0\x9f\x92\x9a"; /* bytes that alone are controls */
    text_put_line(&b, words, strlen(words));
    assert_string_equal(b.data, words);
}

static void expect_size(uint64_t bytes, const char *shown)
{
    buf_auto b = {0};
    text_put_size(&b, bytes);
    assert_string_equal(b.data, shown);
}

static void test_sizes(void **state)
{
    (void)state;
    expect_size(0, "0 B");
    expect_size(1023, "1023 B");
    expect_size(1024, "1.0 KiB");
    expect_size(UINT64_C(10) << 30, "10.0 GiB");
    expect_size(1024 * 1024 - 1, "1.0 MiB");
    expect_size(UINT64_MAX, "16.0 EiB");
}

static void expect_plain(const char *path, const char *plain)
{
    char copy[256];
    snprintf(copy, sizeof copy, "%s", path);
    target_normalise(copy);
    assert_string_equal(copy, plain);
}

static void test_normalise(void **state)
{
    (void)state;
    expect_plain("", "");
    expect_plain("/", "/");
    expect_plain(".", "");
    expect_plain("a/./b//c/", "a/b/c");
    expect_plain("a/../b", "b");
    expect_plain("a/b/../../c", "c");
    expect_plain("../../x", "x");
    expect_plain("/../x", "/x");
    expect_plain("/a/..", "/");
    expect_plain("/a/b/..", "/a");
    expect_plain("..a/...", "..a/...");
}

static void read_file(const char *path, struct buf *to)
{
    fd_auto fd = open(path, O_RDONLY | O_CLOEXEC);
    struct stat st;
    if (fd < 0 || fstat(fd, &st) != 0)
        fail_msg("%s: run this from the root of the source tree", path);
    char *room = buf_reserve(to, (size_t)st.st_size);
    to->len = (size_t)fd_pread_full(fd, room, (size_t)st.st_size, 0);
    to->data[to->len] = 0;
}

static void dump(enum config_dump form, struct buf *to)
{
    char path[64];
    fd_auto fd = memfd_create("dump", MFD_CLOEXEC);
    assert_int_equal(config_dump_table(fd, form), 0);
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    read_file(path, to);
}

/* Checked-in pages say what the table says: `holdfast dump-keys` prints them anew. */
static void test_pages_match_table(void **state)
{
    (void)state;
    buf_auto example = {0}, page = {0}, table = {0}, mdoc = {0};
    read_file("fs.conf.example", &example);
    dump(CONFIG_DUMP_EXAMPLE, &table);
    assert_string_equal(example.data, table.data);
    read_file("man/fs.conf.5", &page);
    dump(CONFIG_DUMP_MDOC, &mdoc);
    assert_non_null(strstr(page.data, mdoc.data));
}

static void test_policy_page_matches_table(void **state)
{
    (void)state;
    char path[64];
    buf_auto page = {0}, mdoc = {0};
    fd_auto fd = memfd_create("dump", MFD_CLOEXEC);
    assert_int_equal(policy_dump_keys(fd, POLICY_DUMP_MDOC), 0);
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    read_file(path, &mdoc);
    read_file("man/holdfast.policy.5", &page);
    assert_non_null(strstr(page.data, mdoc.data));
}

static void test_example_is_in_order(void **state)
{
    (void)state;
    struct config *c = NULL;
    struct error e = {0};
    if (config_load(&c, "fs.conf.example", &e) != 0)
        fail_msg("%s", e.text);
    config_free(c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_names),
        cmocka_unit_test(test_lines),
        cmocka_unit_test(test_sizes),
        cmocka_unit_test(test_normalise),
        cmocka_unit_test(test_pages_match_table),
        cmocka_unit_test(test_policy_page_matches_table),
        cmocka_unit_test(test_example_is_in_order),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
