/* Zips where files are read: in a sandbox that opens nothing. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "extract/zip.h"
#include "unit/extract/office_file.h"

#include <seccomp.h>
#include <sys/wait.h>
#include <unistd.h>

/* The flag that says a name is UTF-8 (APPNOTE 4.4.4, bit 11), in every header. */
static void say_utf8(struct buf *zip)
{
    for (size_t at = 0; at + 10 < zip->len; at++) {
        if (memcmp(zip->data + at, "PK\3\4", 4) == 0)
            zip->data[at + 7] |= 0x08;
        else if (memcmp(zip->data + at, "PK\1\2", 4) == 0)
            zip->data[at + 9] |= 0x08;
    }
}

static bool forbid_opening(void)
{
    scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ALLOW);
    const int calls[] = {SCMP_SYS(openat), SCMP_SYS(open), SCMP_SYS(newfstatat), SCMP_SYS(stat)};
    bool good = filter != NULL;
    for (size_t i = 0; good && i < sizeof calls / sizeof *calls; i++)
        good = seccomp_rule_add(filter, SCMP_ACT_KILL_PROCESS, calls[i], 0) == 0;
    good = good && seccomp_load(filter) == 0;
    seccomp_release(filter);
    return good;
}

static int status_of_reader(const struct buf *zip)
{
    fflush(NULL);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        unsetenv("TZ");
        zip_prepare();
        if (!forbid_opening())
            _exit(9);
        int answer;
        struct collected c = collect_with(extract_docx, zip->data, zip->len, 0, &answer);
        _exit(answer == 0 && strcmp(c.text.data, "<body>x\n\n") == 0 ? 0 : 1);
    }
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    return status;
}

static void test_nothing_is_opened_once_it_is_prepared(void **state)
{
    (void)state;
    const struct office_member members[] = {{"word/\xc3\xbc.xml", ""}, {"word/document.xml", "<d><p><t>x</t></p></d>"}};
    struct buf zip = office_zip(members, 2, NULL);
    say_utf8(&zip);
    int status = status_of_reader(&zip);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
    buf_free(&zip);
}

static void test_members_are_counted_once(void **state)
{
    (void)state;
    const struct office_member members[] = {{"word/document.xml", "<d><p><t>x</t></p></d>"}};
    struct buf zip = office_zip(members, 1, NULL);
    struct collected c = {0};
    struct content_sink sink = {
        .ctx = &c, .sheet = collect_sheet, .row = collect_row, .text = collect_text, .flag = collect_flag};
    struct input in = input_from_memory(zip.data, zip.len, "");
    struct extract_hints hints = {.mime = "", .charset = ""};
    struct limits limits = {.packed = zip.len, .entries = LIMIT_ENTRIES - 1};
    assert_int_equal(extract_docx(&in, &hints, &sink, &limits), 0); /* two walks */
    assert_int_equal(limits.entries, LIMIT_ENTRIES);
    assert_int_equal(c.flags, 0);
    assert_int_equal(extract_docx(&in, &hints, &sink, &limits), -ECANCELED);
    assert_int_equal(c.flags, FACT_CUT);
    buf_free(&c.text);
    buf_free(&zip);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_nothing_is_opened_once_it_is_prepared),
        cmocka_unit_test(test_members_are_counted_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
