/* What opens files by itself in other programs must not behind the sandbox: archives with names, charsets, PDF files.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/buf.h"
#include "extract/charset.h"
#include "extract/extract.h"
#include "inspect/pdf.h"
#include "inspect/sandbox.h"

#include <archive.h>
#include <archive_entry.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { NOBODY = 65534, PASSED = 0, FAILED = 1, NOT_CLOSED = 2 };

static const struct buf *bytes; /* what the child reads */
static size_t taken;            /* bytes of text or members it got */

static int take_text(void *ctx, enum text_part part, const char *utf8, size_t len)
{
    (void)ctx;
    (void)part;
    (void)utf8;
    taken += len;
    return 0;
}

static int take_member(void *ctx, struct input *member, const struct extract_hints *h)
{
    (void)ctx;
    (void)h;
    taken += member->size;
    return 0;
}

static void flag(void *ctx, uint32_t flags) { *(uint32_t *)ctx |= flags; }

/* Do a deed behind the sandbox, prepared for as the inspector is. It has to get `expected` bytes, and no flags. */
static void expect_behind(int (*deed)(struct input *, struct content_sink *, struct limits *), size_t expected)
{
    unsigned uid = geteuid() == 0 ? NOBODY : getuid(), gid = geteuid() == 0 ? NOBODY : getgid();
    pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        setenv("TZ", "UTC0", 1);
        tzset();
        charset_prepare();
        if (extract_pdf_prepare(uid, gid, NULL) < 0 || sandbox_drop_user(uid, gid, NULL) < 0 || sandbox_close(NULL) < 0)
            _exit(NOT_CLOSED);
        uint32_t flags = 0;
        struct input in = input_from_memory(bytes->data, bytes->len, "a");
        struct content_sink sink = {.ctx = &flags, .text = take_text, .flag = flag};
        struct limits l = {.packed = bytes->len};
        int err = deed(&in, &sink, &l);
        _exit(err == 0 && (flags & ~(uint32_t)FACT_MAIL) == 0 && taken >= expected ? PASSED : FAILED);
    }
    int status;
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), PASSED);
}

static int unpack(struct input *in, struct content_sink *to, struct limits *l)
{
    return extract_archive(in, to, l, take_member, NULL);
}

static int read_mail(struct input *in, struct content_sink *to, struct limits *l)
{
    return extract_mail(in, &(struct extract_hints){.mime = "", .charset = ""}, to, l, take_member, NULL);
}

static int read_pdf(struct input *in, struct content_sink *to, struct limits *l)
{
    return extract_pdf(in, &(struct extract_hints){.mime = "", .charset = ""}, to, l);
}

static void pack(struct buf *to, const char *format, const char *filter)
{
    char room[65536];
    size_t len = 0;
    struct archive *a = archive_write_new();
    archive_write_set_format_by_name(a, format);
    if (filter != NULL)
        archive_write_add_filter_by_name(a, filter);
    archive_write_set_options(a, "hdrcharset=UTF-8");
    assert_int_equal(archive_write_open_memory(a, room, sizeof room, &len), ARCHIVE_OK);
    struct archive_entry *entry = archive_entry_new();
    archive_entry_set_pathname_utf8(entry, "gr\xc3\xbc\xc3\x9f"
                                           "e.csv");
    archive_entry_set_size(entry, 4);
    archive_entry_set_mtime(entry, 1700000000, 0);
    archive_entry_set_filetype(entry, AE_IFREG);
    archive_write_header(a, entry);
    archive_write_data(a, "a,b\n", 4);
    archive_entry_free(entry);
    archive_write_close(a);
    archive_write_free(a);
    buf_put(to, room, len);
}

static void test_archives(void **state)
{
    (void)state;
    const char *const kinds[][2] = {{"zip", NULL},    {"7zip", NULL},    {"paxr", NULL},  {"gnutar", "gzip"},
                                    {"gnutar", "xz"}, {"paxr", "bzip2"}, {"paxr", "zstd"}};
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        buf_auto packed = {0};
        setlocale(LC_CTYPE, "C.UTF-8"); /* for the writer: the inspector has none */
        pack(&packed, kinds[i][0], kinds[i][1]);
        setlocale(LC_CTYPE, "C");
        bytes = &packed;
        expect_behind(unpack, 4);
    }
}

static void test_mail_in_other_charsets(void **state)
{
    (void)state;
    buf_auto text = {0};
    buf_puts(&text, "From: =?koi8-r?B?8NLJ?= <a@a.example>\nTo: b@b.example\nSubject: =?iso-2022-jp?B?GyRC?=\n"
                    "Content-Type: text/plain; charset=shift_jis\n\n\x83\x65\x83\x58\x83\x67\n");
    bytes = &text;
    expect_behind(read_mail, 10);
}

static void test_pdf(void **state)
{
    (void)state;
    if (access("/usr/bin/pdftotext", X_OK) < 0)
        skip();
    static const char page[] = "BT /F 12 Tf 72 720 Td (behind the sandbox) Tj ET";
    buf_auto pdf = {0};
    buf_puts(&pdf, "%PDF-1.4\n1 0 obj\n<</Type/Catalog/Pages 2 0 R>>\nendobj\n2 0 obj\n<</Type/Pages/Kids[3 0 R]"
                   "/Count 1>>\nendobj\n3 0 obj\n<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents 5 0 R"
                   "/Resources<</Font<</F 4 0 R>>>>>>\nendobj\n"
                   "4 0 obj\n<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>\nendobj\n");
    buf_printf(&pdf, "5 0 obj\n<</Length %zu>>\nstream\n%s\nendstream\nendobj\n", sizeof page - 1, page);
    buf_puts(&pdf, "trailer\n<</Size 6/Root 1 0 R>>\n%%EOF\n"); /* without a table: it is rebuilt */
    bytes = &pdf;
    expect_behind(read_pdf, strlen("behind the sandbox"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_archives),
        cmocka_unit_test(test_mail_in_other_charsets),
        cmocka_unit_test(test_pdf),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
