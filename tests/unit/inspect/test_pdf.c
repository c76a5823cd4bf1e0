/* PDF text comes through a process that can do nothing else; a program that hangs, dies or floods costs its file only.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "inspect/pdf.h"
#include "base/buf.h"
#include "base/clock.h"
#include "extract/extract.h"
#include "inspect/pdf_sandbox.h"
#include "inspect/pdf_wire.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum { NOBODY = 65534 };

static unsigned uid(void) { return geteuid() == 0 ? NOBODY : getuid(); }
static unsigned gid(void) { return geteuid() == 0 ? NOBODY : getgid(); }

/* ---- what is left to do behind the sandbox ---- */

enum { REFUSED = 0, DONE = 1, NOT_CLOSED = 2 };

static int run_behind(bool is_program, int (*deed)(void))
{
    pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 || pdf_sandbox_close_helper("/bin/cat", NULL) < 0 ||
            (is_program && pdf_sandbox_close_program(NULL) < 0))
            _exit(NOT_CLOSED);
        _exit(deed());
    }
    int status;
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFEXITED(status));
    return WEXITSTATUS(status);
}

static int told(bool is_done) { return is_done ? DONE : REFUSED; }
static int read_a_file(void) { return told(open("/etc/passwd", O_RDONLY) >= 0); }
static int read_a_library(void) { return told(open("/usr/lib/os-release", O_RDONLY) >= 0); }
static int list_a_folder(void) { return told(open("/home", O_RDONLY | O_DIRECTORY) >= 0); }
static int write_a_file(void) { return told(open("/tmp/holdfast-pdf-test", O_WRONLY | O_CREAT, 0600) >= 0); }
static int open_a_socket(void) { return told(socket(AF_INET, SOCK_STREAM, 0) >= 0); }
static int open_a_local_socket(void) { return told(socket(AF_UNIX, SOCK_STREAM, 0) >= 0); }
static int signal_the_parent(void) { return told(kill(getppid(), 0) == 0); }
static int trace(void) { return told(ptrace(PTRACE_ATTACH, getppid(), NULL, NULL) == 0); }
static int mount_something(void) { return told(mount("none", "/mnt", "tmpfs", 0, NULL) == 0); }
static int start_a_process(void) { return told(fork() >= 0); }
static int execute_another(void)
{
    execl("/bin/true", "true", NULL);
    return REFUSED;
}
static int execute_the_program(void)
{
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) == 0 && dup2(ends[0], STDIN_FILENO) == STDIN_FILENO && close(ends[1]) == 0)
        execl("/bin/cat", "cat", NULL);
    return DONE + 10;
}

static void test_the_program_can_reach_nothing(void **state)
{
    (void)state;
    int (*const deeds[])(void) = {read_a_file,         list_a_folder,     write_a_file, open_a_socket,
                                  open_a_local_socket, signal_the_parent, trace,        mount_something,
                                  start_a_process,     execute_another};
    for (size_t i = 0; i < sizeof deeds / sizeof *deeds; i++)
        assert_int_equal(run_behind(true, deeds[i]), REFUSED);
    assert_int_equal(run_behind(true, read_a_library), DONE);
}

static void test_the_helper_can_reach_nothing_but_its_program(void **state)
{
    (void)state;
    int (*const deeds[])(void) = {read_a_file,         list_a_folder, write_a_file,    open_a_socket,
                                  open_a_local_socket, trace,         mount_something, execute_another};
    for (size_t i = 0; i < sizeof deeds / sizeof *deeds; i++)
        assert_int_equal(run_behind(false, deeds[i]), REFUSED);
    assert_int_equal(run_behind(false, execute_the_program), 0);
}

/* ---- programs ---- */

static struct pdf_client *start(const char *path, char *const *arguments)
{
    const struct pdf_program program = {.path = path, .arguments = arguments};
    struct pdf_client *c = NULL;
    struct error e = {0};
    int err = pdf_client_open(&c, &program, uid(), gid(), &e);
    if (err < 0)
        fail_msg("%s", e.text);
    return c;
}

static int take(void *ctx, const void *bytes, size_t len)
{
    buf_put(ctx, bytes, len);
    return 0;
}

static int convert(struct pdf_client *c, const char *bytes, size_t len, int64_t until_ns, struct buf *text)
{
    struct input in = input_from_memory(bytes, len, "a.pdf");
    return pdf_client_convert(c, &in, until_ns, take, text);
}

static void test_bytes_go_in_and_come_back(void **state)
{
    (void)state;
    static char *const cat[] = {"cat", NULL};
    struct pdf_client *c = start("/bin/cat", cat);
    enum { LONG = 300000 };
    char *bytes = malloc(LONG);
    for (size_t i = 0; i < LONG; i++)
        bytes[i] = (char)(i * 7);
    for (size_t len = 0; len <= LONG; len += LONG / 2) { /* each file alone, nothing of the one before */
        buf_auto text = {0};
        assert_int_equal(convert(c, bytes, len, 0, &text), 0);
        assert_int_equal(text.len, len);
        assert_memory_equal(text.data ? text.data : "", bytes, len);
    }
    free(bytes);
    pdf_client_close(c);
}

static void test_a_program_cannot_read_other_files(void **state)
{
    (void)state;
    static char *const cat[] = {"cat", "/etc/passwd", NULL};
    struct pdf_client *c = start("/bin/cat", cat);
    buf_auto text = {0};
    assert_int_equal(convert(c, "x", 1, 0, &text), -EBADMSG);
    assert_int_equal(text.len, 0);
    pdf_client_close(c);
}

static void test_a_program_that_hangs_is_ended(void **state)
{
    (void)state;
    static char *const nap[] = {"sleep", "1000", NULL};
    struct pdf_client *c = start("/bin/sleep", nap);
    buf_auto text = {0};
    int64_t until_ns = clock_mono_ns() + 50 * NS_PER_MS;
    assert_int_equal(convert(c, "x", 1, until_ns, &text), -EBADMSG);
    assert_true(clock_mono_ns() >= until_ns);
    assert_int_equal(convert(c, "x", 1, 1, &text), -EBADMSG); /* and the helper serves on */
    pdf_client_close(c);
}

static void test_a_program_that_fails_is_told(void **state)
{
    (void)state;
    static char *const no[] = {"false", NULL};
    struct pdf_client *c = start("/bin/false", no);
    buf_auto text = {0};
    assert_int_equal(convert(c, "x", 1, 0, &text), -EBADMSG);
    pdf_client_close(c);
}

static void test_a_flood_is_cut(void **state)
{
    (void)state;
    static char *const yes[] = {"yes", "all work and no play", NULL};
    struct pdf_client *c = start("/usr/bin/yes", yes);
    buf_auto text = {0};
    assert_int_equal(convert(c, "x", 1, 0, &text), -ECANCELED);
    assert_true(text.len > PDF_TEXT_MOST && text.len <= PDF_TEXT_MOST + PDF_PIECE_BYTES);
    pdf_client_close(c);
}

static int refuse(void *ctx, const void *bytes, size_t len)
{
    (void)bytes;
    *(size_t *)ctx += len;
    return -ENOSPC;
}

static void test_what_is_not_wanted_does_not_reach_the_next_file(void **state)
{
    (void)state;
    static char *const cat[] = {"cat", NULL};
    struct pdf_client *c = start("/bin/cat", cat);
    char *bytes = calloc(1, 200000);
    struct input in = input_from_memory(bytes, 200000, "");
    size_t taken = 0;
    buf_auto text = {0};
    assert_int_equal(pdf_client_convert(c, &in, 0, refuse, &taken), -ENOSPC);
    assert_true(taken > 0 && taken <= PDF_PIECE_BYTES);
    assert_int_equal(convert(c, "next", 4, 0, &text), 0);
    assert_string_equal(text.data, "next");
    free(bytes);
    pdf_client_close(c);
}

static void test_a_file_too_large_is_not_sent(void **state)
{
    (void)state;
    static char *const cat[] = {"cat", NULL};
    struct pdf_client *c = start("/bin/cat", cat);
    struct input in = input_from_memory("", (size_t)PDF_FILE_MOST + 1, "");
    assert_int_equal(pdf_client_convert(c, &in, 0, take, NULL), -EFBIG);
    pdf_client_close(c);
}

/* ---- one side of the wire is turned ---- */

static void send_to(int socket, enum pdf_message_type type, int64_t value, size_t len)
{
    static struct pdf_message m;
    m.type = type;
    m.value = value;
    memset(m.bytes, 'x', len);
    assert_int_equal(send(socket, &m, PDF_MESSAGE_HEAD + len, MSG_NOSIGNAL), PDF_MESSAGE_HEAD + len);
}

/* A client whose helper is this test. */
static struct pdf_client *start_turned(int *helper)
{
    int ends[2];
    struct pdf_client *c = NULL;
    assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, ends), 0);
    send_to(ends[1], PDF_DONE, 0, 0);
    assert_int_equal(pdf_client_open_on(&c, ends[0]), 0);
    *helper = ends[1];
    return c;
}

/* What one file is answered when the helper sends this, and whether another file is asked about. */
static void expect_answer(enum pdf_message_type type, int64_t value, size_t len, int expected, bool goes_on)
{
    int helper;
    struct pdf_client *c = start_turned(&helper);
    buf_auto text = {0};
    send_to(helper, type, value, len);
    send_to(helper, PDF_DONE, 0, 0);
    assert_int_equal(convert(c, "x", 1, 0, &text), expected);
    assert_int_equal(convert(c, "x", 1, 0, &text), goes_on ? 0 : -ENOTCONN);
    assert_true(type == PDF_TEXT || text.len == 0);
    close(helper);
    pdf_client_close(c);
}

static void test_a_turned_helper_is_given_up(void **state)
{
    (void)state;
    expect_answer(PDF_DONE, -EBADMSG, 0, -EBADMSG, true);
    expect_answer(PDF_DONE, -ECANCELED, 0, -ECANCELED, true);
    expect_answer(PDF_DONE, 5, 0, -ENOTCONN, false);
    expect_answer(PDF_DONE, -ENOMEM, 0, -ENOTCONN, false);
    expect_answer(PDF_DONE, INT64_C(1) << 32, 0, -ENOTCONN, false);
    expect_answer(PDF_DONE, 0, 1, -ENOTCONN, false);
    expect_answer(PDF_BYTES, 0, 10, -ENOTCONN, false);
    expect_answer(PDF_TEXT, 0, 0, -ENOTCONN, false);
}

static void *send_without_end(void *helper)
{
    static struct pdf_message m = {.type = PDF_TEXT};
    while (send(*(int *)helper, &m, sizeof m, MSG_NOSIGNAL) > 0)
        ;
    return NULL;
}

static void test_a_helper_that_never_ends_is_given_up(void **state)
{
    (void)state;
    int helper;
    struct pdf_client *c = start_turned(&helper);
    pthread_t sender;
    buf_auto text = {0};
    assert_int_equal(pthread_create(&sender, NULL, send_without_end, &helper), 0);
    assert_int_equal(convert(c, "x", 1, 0, &text), -ENOTCONN);
    assert_true(text.len <= PDF_TEXT_MOST + PDF_PIECE_BYTES);
    pthread_join(sender, NULL);
    close(helper);
    pdf_client_close(c);
}

/* A helper that runs cat, with a socket to it on which anything may be said; it has begun. */
static pid_t start_helper(int *inspector)
{
    static char *const cat[] = {"cat", NULL};
    static const struct pdf_program program = {.path = "/bin/cat", .arguments = cat};
    struct pdf_message m;
    int ends[2];
    assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends), 0);
    pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0)
        _exit(pdf_helper_main(ends[1], &program, uid(), gid()));
    close(ends[1]);
    assert_int_equal(recv(ends[0], &m, sizeof m, 0), PDF_MESSAGE_HEAD);
    *inspector = ends[0];
    return pid;
}

static int end_of(pid_t helper)
{
    int status;
    assert_int_equal(waitpid(helper, &status, 0), helper);
    assert_true(WIFEXITED(status));
    return WEXITSTATUS(status);
}

static void test_a_turned_inspector_ends_its_helper(void **state)
{
    (void)state;
    static const struct {
        enum pdf_message_type type;
        size_t len;
    } wrong[] = {{PDF_BEGIN, 1}, {PDF_RUN, 1}, {PDF_TEXT, 3}, {PDF_DONE, 0}};
    int inspector;
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        pid_t helper = start_helper(&inspector);
        send_to(inspector, wrong[i].type, 0, wrong[i].len);
        assert_int_equal(end_of(helper), EXIT_FAILURE);
        close(inspector);
    }
    pid_t helper = start_helper(&inspector);
    assert_int_equal(send(inspector, "short", 5, 0), 5);
    assert_int_equal(end_of(helper), EXIT_FAILURE);
    close(inspector);
}

/* The time from there to now is more than a number holds. */
static void test_a_deadline_before_all_time(void **state)
{
    (void)state;
    int inspector;
    struct pdf_message m;
    pid_t helper = start_helper(&inspector);
    send_to(inspector, PDF_BEGIN, INT64_MIN, 0);
    send_to(inspector, PDF_BYTES, 0, 3);
    send_to(inspector, PDF_RUN, 0, 0);
    do
        assert_true(recv(inspector, &m, sizeof m, 0) > 0);
    while (m.type == PDF_TEXT);
    assert_int_equal(m.value, -EBADMSG);
    close(inspector);
    assert_int_equal(end_of(helper), EXIT_SUCCESS);
}

static void test_a_program_that_is_not_there(void **state)
{
    (void)state;
    struct pdf_client *c = NULL;
    const struct pdf_program program = {.path = "/usr/bin/no-such-program"};
    assert_int_equal(pdf_client_open(&c, &program, uid(), gid(), NULL), -ENOENT);
    assert_null(c);
}

/* ---- pdftotext itself, through extract_pdf ---- */

struct heard {
    struct buf text;
    uint32_t flags;
};

static int hear_text(void *ctx, enum text_part part, const char *utf8, size_t len)
{
    assert_int_equal(part, TEXT_BODY);
    buf_put(&((struct heard *)ctx)->text, utf8, len);
    return 0;
}
static void hear_flag(void *ctx, uint32_t flags) { ((struct heard *)ctx)->flags |= flags; }

static int extract(const struct buf *pdf, struct heard *h)
{
    struct input in = input_from_memory(pdf->data, pdf->len, "a.pdf");
    struct content_sink sink = {.ctx = h, .text = hear_text, .flag = hear_flag};
    struct limits l = {.packed = pdf->len};
    return extract_pdf(&in, &(struct extract_hints){.mime = "application/pdf", .charset = ""}, &sink, &l);
}

/* One page: a table of two rows, cell by cell. `trailer` goes into the trailer's dictionary. */
static void make_pdf(struct buf *pdf, const char *trailer)
{
    static const char page[] =
        "BT /F 12 Tf 72 720 Td (Ann Hill) Tj ET BT /F 12 Tf 300 720 Td (ann@acme.example) Tj ET\n"
        "BT /F 12 Tf 72 700 Td (Bob Kent) Tj ET BT /F 12 Tf 300 700 Td (bob@b.example) Tj ET";
    const char *const objects[] = {
        "<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Kids[3 0 R]/Count 1>>",
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents 5 0 R/Resources<</Font<</F 4 0 R>>>>>>",
        "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"};
    size_t at[6] = {0};
    buf_puts(pdf, "%PDF-1.4\n");
    for (size_t i = 0; i < 4; i++) {
        at[i + 1] = pdf->len;
        buf_printf(pdf, "%zu 0 obj\n%s\nendobj\n", i + 1, objects[i]);
    }
    at[5] = pdf->len;
    buf_printf(pdf, "5 0 obj\n<</Length %zu>>\nstream\n%s\nendstream\nendobj\n", sizeof page - 1, page);
    size_t table = pdf->len;
    buf_puts(pdf, "xref\n0 6\n0000000000 65535 f \n");
    for (size_t i = 1; i < 6; i++)
        buf_printf(pdf, "%010zu 00000 n \n", at[i]);
    buf_printf(pdf, "trailer\n<</Size 6/Root 1 0 R%s>>\nstartxref\n%zu\n%%%%EOF\n", trailer, table);
}

static int prepare(void **state)
{
    (void)state;
    struct error e = {0};
    return extract_pdf_prepare(uid(), gid(), &e);
}

static int clean(void **state)
{
    (void)state;
    extract_pdf_close();
    return 0;
}

static void test_rows_of_a_table_stay_together(void **state)
{
    (void)state;
    if (access("/usr/bin/pdftotext", X_OK) < 0)
        skip();
    buf_auto pdf = {0};
    struct heard h = {0};
    make_pdf(&pdf, "");
    assert_int_equal(extract(&pdf, &h), 0);
    assert_int_equal(h.flags, 0);
    assert_non_null(h.text.data);
    char *ann = strstr(h.text.data, "Ann Hill"), *end = ann ? strchr(ann, '\n') : NULL;
    assert_non_null(end);
    *end = 0;
    assert_non_null(strstr(ann, "ann@acme.example"));
    assert_non_null(strstr(end + 1, "Bob Kent"));
    buf_free(&h.text);
}

static void test_a_locked_file_is_told(void **state)
{
    (void)state;
    if (access("/usr/bin/pdftotext", X_OK) < 0)
        skip();
    buf_auto pdf = {0};
    struct heard h = {0};
    make_pdf(&pdf, "/ID[<00><00>]/Encrypt<</Filter/Standard/V 1/R 2/P -44"
                   "/O(01234567890123456789012345678901)/U(01234567890123456789012345678901)>>");
    assert_int_equal(extract(&pdf, &h), 0);
    assert_int_equal(h.flags, FACT_ENCRYPTED);
    assert_int_equal(h.text.len, 0);
}

static void test_broken_files_are_unreadable(void **state)
{
    (void)state;
    buf_auto pdf = {0};
    struct heard h = {0};
    buf_puts(&pdf, "%PDF-1.4\nand nothing more\n");
    assert_int_equal(extract(&pdf, &h), 0);
    assert_int_equal(h.flags, FACT_UNREADABLE);
    h.flags = 0;
    buf_clear(&pdf);
    buf_puts(&pdf, "no PDF");
    assert_int_equal(extract(&pdf, &h), -EBADMSG);
    assert_int_equal(h.flags, 0);
}

static void test_without_a_converter_files_are_unreadable(void **state)
{
    (void)state;
    buf_auto pdf = {0};
    struct heard h = {0};
    make_pdf(&pdf, "");
    assert_int_equal(extract(&pdf, &h), 0);
    assert_int_equal(h.flags, FACT_UNREADABLE);
    assert_int_equal(h.text.len, 0);
}

int main(void)
{
#define WITH_PDFTOTEXT(f) cmocka_unit_test_setup_teardown(f, prepare, clean)
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_program_can_reach_nothing),
        cmocka_unit_test(test_the_helper_can_reach_nothing_but_its_program),
        cmocka_unit_test(test_bytes_go_in_and_come_back),
        cmocka_unit_test(test_a_program_cannot_read_other_files),
        cmocka_unit_test(test_a_program_that_hangs_is_ended),
        cmocka_unit_test(test_a_program_that_fails_is_told),
        cmocka_unit_test(test_a_flood_is_cut),
        cmocka_unit_test(test_what_is_not_wanted_does_not_reach_the_next_file),
        cmocka_unit_test(test_a_file_too_large_is_not_sent),
        cmocka_unit_test(test_a_turned_helper_is_given_up),
        cmocka_unit_test(test_a_helper_that_never_ends_is_given_up),
        cmocka_unit_test(test_a_turned_inspector_ends_its_helper),
        cmocka_unit_test(test_a_deadline_before_all_time),
        cmocka_unit_test(test_a_program_that_is_not_there),
        WITH_PDFTOTEXT(test_rows_of_a_table_stay_together),
        WITH_PDFTOTEXT(test_a_locked_file_is_told),
        WITH_PDFTOTEXT(test_broken_files_are_unreadable),
        cmocka_unit_test(test_without_a_converter_files_are_unreadable),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
