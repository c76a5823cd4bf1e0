/* The client and real inspector processes: right answers, deaths, hangs and lies. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "unit/analyse/lists.h"

#include "analyse/report.h"
#include "base/clock.h"
#include "base/fdio.h"
#include "contact/listing.h"
#include "inspect/client.h"
#include "inspect/wire.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum { NOBODY = 65534, SHORT_MS = 400 };

/* What the supervisor is to an inspector: both ends of the channel, and the process of the moment. */
struct bench {
    int ends[2]; /* client, inspector */
    pid_t pid;   /* 0: none */
    int kills;   /* how often the client asked for one */
    bool replaces;
    unsigned tell;
    const struct inspect_seek *seek;
    struct inspector *client;
    struct error e;
};

static void start(struct bench *b)
{
    b->pid = fork();
    assert_true(b->pid >= 0);
    if (b->pid == 0) {
        bool root = geteuid() == 0;
        close(b->ends[0]);
        const struct inspector_start start = {.socket = b->ends[1],
                                              .uid = root ? NOBODY : getuid(),
                                              .gid = root ? NOBODY : getgid(),
                                              .tell = b->tell,
                                              .seek = b->seek,
                                              .patient = b->tell != 0};
        _exit(inspector_main(&start));
    }
}

static void end(struct bench *b)
{
    if (b->pid != 0) {
        kill(b->pid, SIGKILL);
        waitpid(b->pid, NULL, 0);
    }
    b->pid = 0;
}

static void replace(void *ctx)
{
    struct bench *b = ctx;
    b->kills++;
    end(b);
    if (b->replaces)
        start(b);
}

static int set_up(void **state)
{
    struct bench *b = calloc(1, sizeof *b);
    b->replaces = true;
    assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, b->ends), 0);
    assert_int_equal(inspector_open(&b->client, b->ends[0], replace, b, &b->e), 0);
    *state = b;
    return 0;
}

static int tear_down(void **state)
{
    struct bench *b = *state;
    end(b);
    inspector_close(b->client);
    close(b->ends[0]);
    close(b->ends[1]);
    free(b);
    return 0;
}

static int file_with(const char *bytes, size_t len)
{
    int fd = memfd_create("file", MFD_CLOEXEC);
    assert_true(fd >= 0);
    assert_int_equal(fd_write_all(fd, bytes, len), 0);
    return fd;
}

static void ask(struct bench *b, const char *text, uint64_t ticket)
{
    fd_auto fd = file_with(text, strlen(text));
    assert_int_equal(inspector_ask(b->client, fd, "file", ticket), 0);
}

static void expect(struct bench *b, uint64_t ticket, enum inspect_status status, const char *mime)
{
    uint64_t got = 0;
    struct inspection found;
    memset(&found, 0xee, sizeof found);
    assert_int_equal(inspector_answer(b->client, &got, &found), 1);
    assert_int_equal(got, ticket);
    fd_close(&found.report_fd);
    assert_int_equal(found.status, status);
    if (mime != NULL)
        assert_string_equal(found.facts.mime, mime);
    if (status == INSPECT_UNREADABLE) {
        assert_string_equal(found.facts.mime, "application/octet-stream");
        assert_string_equal(found.facts.charset, "binary");
        assert_string_equal(found.class_name, "unreadable");
    }
}

static void expect_class(struct bench *b, const char *bytes, size_t len, const char *class_name)
{
    uint64_t got;
    struct inspection found = {0};
    fd_auto fd = file_with(bytes, len);
    assert_int_equal(inspector_ask(b->client, fd, "file", 1), 0);
    assert_int_equal(inspector_answer(b->client, &got, &found), 1);
    fd_close(&found.report_fd);
    assert_int_equal(found.status, INSPECT_OK);
    assert_string_equal(found.class_name, class_name);
}

static void expect_nothing_out(struct bench *b)
{
    uint64_t ticket;
    struct inspection found;
    assert_int_equal(inspector_answer(b->client, &ticket, &found), 0);
}

static const char html[] = "<!DOCTYPE html>\n<html><head><title>x</title></head><body>hello</body></html>\n";

static void test_answers_come_in_the_order_asked(void **state)
{
    struct bench *b = *state;
    start(b);
    ask(b, html, 7);
    ask(b, "Dear Ms Smith,\nthank you for the call.\n", 8);
    ask(b, "", 9);
    ask(b, "%PDF-1.4\n%\xe2\xe3\xcf\xd3\n1 0 obj\n", 10);
    expect(b, 7, INSPECT_OK, "text/html");
    expect(b, 8, INSPECT_OK, "text/plain");
    uint64_t ticket;
    struct inspection found;
    assert_int_equal(inspector_answer(b->client, &ticket, &found), 1);
    fd_close(&found.report_fd);
    assert_non_null(strstr(found.facts.mime, "x-empty"));
    expect(b, 10, INSPECT_OK, "application/pdf");
    expect_nothing_out(b);
    assert_int_equal(b->kills, 0); /* found out by the echo, not by the deadline */
}

/* ---- what the record holds already ---- */

static const char draft[] = "Three things I learned this week about loading a ship.\n\n"
                            "First, ask the people who do it. Ann Hill of Northwind Traders showed me hers.\n\n"
                            "Second, write it down. Third, do it again tomorrow.\n\nWhat would you add?\n\n"
                            "#logistics #shipping #learning\n";

struct drafts {
    uint64_t prints[1000];
    size_t count;
};

static int take_print(void *ctx, uint64_t print)
{
    struct drafts *d = ctx;
    d->prints[d->count++] = print;
    return 0;
}

/* A table in which draft 1 has all of the text, and draft 2 too. */
static int make_texts(const char *text)
{
    static const unsigned char no_secret[FINGERPRINT_SECRET_BYTES];
    struct drafts d = {.count = 0};
    struct winnow *winnow = NULL;
    struct known_writer *w = NULL;
    assert_int_equal(winnow_open(&winnow, no_secret, take_print, &d), 0);
    assert_int_equal(winnow_text(winnow, text, strlen(text)), 0);
    assert_int_equal(winnow_end(winnow), 0);
    winnow_close(winnow);
    qsort(d.prints, d.count, sizeof d.prints[0], by_value);
    assert_int_equal(known_begin(&w, KNOWN_TEXTS), 0);
    for (size_t i = 0; i < 2 * d.count; i++)
        assert_int_equal(known_add_text(w, d.prints[i / 2], 1 + i % 2), 0);
    int fd = known_seal(w);
    known_drop(w);
    return fd;
}

static struct facts ask_knowing(struct bench *b, const char *text, const struct inspector_known *known)
{
    uint64_t ticket;
    struct inspection found;
    fd_auto fd = file_with(text, strlen(text));
    assert_int_equal(inspector_ask_knowing(b->client, fd, "Posts/ship.md", known, 5), 0);
    assert_int_equal(inspector_answer(b->client, &ticket, &found), 1);
    fd_close(&found.report_fd);
    assert_int_equal(found.status, INSPECT_OK);
    return found.facts;
}

static void test_it_compares_with_what_is_known(void **state)
{
    struct bench *b = *state;
    static const unsigned char no_secret[FINGERPRINT_SECRET_BYTES];
    static const struct listed lists[] = {{CONTACT_NAME, "Hill, Ann"}, {CONTACT_COMPANY, "Northwind Traders Inc."}};
    fd_auto names = make_names(no_secret, lists, 2), texts = make_texts(draft);
    struct inspector_known known = {names, texts, 0};
    start(b);
    struct facts f = ask_knowing(b, draft, &known);
    assert_in_range(f.draft, 50, 100);
    assert_int_equal(f.compared, 1);
    assert_int_equal(f.prospects, 2);
    assert_int_equal(f.shared, 100);
    assert_int_equal(f.twins, 2);
    known.draft = 2;
    assert_int_equal(ask_knowing(b, draft, &known).twins, 1);
    f = ask_knowing(b, "company,city\nNorthwind Traders,Porto\nOther Ltd,Basel\n", &known);
    assert_int_equal(f.prospects, 1);
    f = ask_knowing(b, draft, NULL);
    assert_int_equal(f.compared + f.prospects + f.shared + f.twins, 0);
    assert_int_equal(b->kills, 0);
}

/* Tables that are none, or each other: the file is looked at, and nothing is claimed. */
static void test_broken_tables_are_as_none(void **state)
{
    struct bench *b = *state;
    fd_auto texts = make_texts(draft), short_one = file_with("x", 1);
    const struct inspector_known tables[] = {{texts, texts, 0}, {short_one, texts, 0}, {texts, short_one, 0}};
    start(b);
    for (size_t i = 0; i < sizeof tables / sizeof tables[0]; i++) {
        struct facts f = ask_knowing(b, draft, &tables[i]);
        assert_int_equal(f.compared + f.prospects + f.shared + f.twins, 0);
    }
    assert_int_equal(b->kills, 0);
}

/* The report on one file, which has to be readable. */
static void report_on(struct bench *b, const char *text, struct inspection *found, struct report *report)
{
    uint64_t ticket;
    start(b);
    ask(b, text, 1);
    assert_int_equal(inspector_answer(b->client, &ticket, found), 1);
    assert_int_equal(found->status, INSPECT_OK);
    assert_true(found->report_fd >= 0);
    assert_int_equal(report_read(report, found->report_fd, found->report_bytes), 0);
    fd_close(&found->report_fd);
}

static const char leads[] = "name,mail,phone,role\nAnn Hill,ann@acme.example,+49 30 5550101,Head of Sales\n"
                            "Bo Carr,Bo@ACME.example,+49 30 5550102,Head of Sales\n"
                            "Cy Dorn,cy@acme.example,+49 30 5550103,Head of Sales\n";

static void test_contacts_and_text_are_told_if_started_so(void **state)
{
    struct bench *b = *state;
    struct inspection found;
    report_auto report = {0};
    struct listing_contact c;
    size_t at = 0;
    b->tell = INSPECT_TELL_CONTACTS | INSPECT_TELL_TEXT;
    report_on(b, leads, &found, &report);
    assert_int_equal(found.facts.contacts, 3);
    assert_int_equal(report.key_count, 0);
    assert_int_equal(listing_next(report.listing.data, report.listing.len, &at, &c), 1);
    assert_int_equal(listing_next(report.listing.data, report.listing.len, &at, &c), 1);
    bool email = false, title = false;
    for (size_t i = 0; i < c.count; i++) {
        const struct listing_value *v = &c.values[i];
        email |= v->kind == CONTACT_EMAIL && v->len == 15 && memcmp(v->text, "Bo@ACME.example", 15) == 0 &&
                 memcmp(v->key, "bo@acme.example", 15) == 0;
        title |= v->kind == CONTACT_TITLE && v->len == 13 && memcmp(v->text, "Head of Sales", 13) == 0;
    }
    assert_true(email && title);
    assert_non_null(strstr(report.document.data, "Cy Dorn\tcy@acme.example"));
}

static void test_no_values_unless_started_so(void **state)
{
    struct bench *b = *state;
    struct inspection found;
    report_auto report = {0};
    report_on(b, leads, &found, &report);
    assert_int_equal(report.listing.len + report.document.len + report.hit_count, 0);
    assert_true(report.key_count > 0);
}

static void test_what_is_sought(void **state)
{
    struct bench *b = *state;
    struct inspection found;
    report_auto report = {0};
    const struct inspect_seek seek = {.text = "DORN cy@acme",
                                      .contact = {.kind = CONTACT_PHONE, .text = "305550102", .len = 9}};
    b->seek = &seek;
    report_on(b, leads, &found, &report);
    assert_int_equal(report.hits_found, 2);
    for (size_t i = 0; i < 2; i++) {
        const struct report_hit *h = &report.hits[i];
        assert_true(h->contact ? strncmp(h->excerpt, "Bo Carr, ", 9) == 0
                               : h->row == 4 && h->cell == 0 && strncmp(h->excerpt, "Cy Dorn ", 8) == 0);
    }
    assert_int_equal(report.listing.len + report.key_count, 0);
}

static void test_queue_is_bounded(void **state)
{
    struct bench *b = *state;
    fd_auto fd = file_with("x", 1);
    for (uint64_t i = 0; i < INSPECT_QUEUE_MOST; i++)
        assert_int_equal(inspector_ask(b->client, fd, "file", i), 0);
    assert_int_equal(inspector_ask(b->client, fd, "file", 99), -EAGAIN);
    start(b);
    for (uint64_t i = 0; i < INSPECT_QUEUE_MOST; i++)
        expect(b, i, INSPECT_OK, NULL);
    expect_nothing_out(b);
}

static void test_what_cannot_be_read_is_unreadable(void **state)
{
    struct bench *b = *state;
    start(b);
    fd_auto folder = open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    fd_auto path_only = open("/etc/passwd", O_PATH | O_CLOEXEC);
    int pipe_ends[2];
    assert_int_equal(pipe2(pipe_ends, O_CLOEXEC), 0);
    assert_int_equal(inspector_ask(b->client, folder, "", 1), 0);
    assert_int_equal(inspector_ask(b->client, path_only, "", 2), 0);
    assert_int_equal(inspector_ask(b->client, pipe_ends[0], "", 3), 0);
    ask(b, html, 4);
    expect(b, 1, INSPECT_UNREADABLE, NULL);
    expect(b, 2, INSPECT_UNREADABLE, NULL);
    expect(b, 3, INSPECT_UNREADABLE, NULL);
    expect(b, 4, INSPECT_OK, "text/html");
    assert_int_equal(b->kills, 0);
    close(pipe_ends[0]);
    close(pipe_ends[1]);
}

static void test_what_no_rule_has_a_class_for_is_called_by_what_it_is(void **state)
{
    struct bench *b = *state;
    static const char broken[] = "{\\rtf1 never ended";
    char zip[] = "PK\3\4\24\0\1\0\0\0\0\0\0\0\1\2\3\4\4\0\0\0\4\0\0\0\5\0\0\0a.csvdata"; /* the flag says encrypted */
    start(b);
    expect_class(b, html, strlen(html), "unclassified");
    expect_class(b, broken, strlen(broken), "unreadable");
    expect_class(b, zip, sizeof zip - 1, "encrypted");
}

/* Take the oldest question out of the inspector's hands, as one that dies in the middle of a file does. */
static void take_one_and_die(struct bench *b)
{
    pid_t pid = fork();
    if (pid == 0) {
        struct wire_question q;
        int fd;
        size_t count = 1;
        ssize_t n = fd_receive(b->ends[1], &q, sizeof q, &fd, &count);
        _exit(n == sizeof q ? 0 : 1);
    }
    int status;
    waitpid(pid, &status, 0);
    assert_int_equal(status, 0);
}

static void test_file_of_a_dead_inspector_is_unreadable_and_the_rest_goes_on(void **state)
{
    struct bench *b = *state;
    ask(b, "the bytes that kill", 1);
    ask(b, html, 2);
    ask(b, html, 3);
    take_one_and_die(b);
    start(b);
    expect(b, 1, INSPECT_UNREADABLE, NULL);
    expect(b, 2, INSPECT_OK, "text/html");
    expect(b, 3, INSPECT_OK, "text/html");
    assert_int_equal(b->kills, 0);
}

static void test_a_lone_lost_file_is_found_by_the_echo(void **state)
{
    struct bench *b = *state;
    ask(b, "the bytes that kill", 1);
    take_one_and_die(b);
    start(b);
    expect(b, 1, INSPECT_UNREADABLE, NULL);
    assert_int_equal(b->kills, 0);
    ask(b, html, 2);
    expect(b, 2, INSPECT_OK, "text/html");
}

static void test_an_idle_death_loses_nothing(void **state)
{
    struct bench *b = *state;
    start(b);
    ask(b, html, 1);
    expect(b, 1, INSPECT_OK, NULL);
    end(b);
    ask(b, html, 2);
    start(b);
    expect(b, 2, INSPECT_OK, "text/html");
    assert_int_equal(b->kills, 0);
}

static void count_one(void *ctx) { ++*(int *)ctx; }

static void test_a_stopped_inspector_is_replaced(void **state)
{
    struct bench *b = *state;
    inspector_set_deadline(b->client, SHORT_MS);
    start(b);
    ask(b, html, 1);
    expect(b, 1, INSPECT_OK, NULL);
    kill(b->pid, SIGSTOP);
    int minded = 0;
    inspector_set_mind(b->client, count_one, &minded);
    ask(b, html, 2);
    ask(b, html, 3);
    int64_t since = clock_mono_ns();
    expect(b, 2, INSPECT_UNREADABLE, NULL);
    int64_t took = clock_mono_ns() - since;
    assert_true(took >= SHORT_MS * NS_PER_MS);
    assert_true(minded > 0); /* whoever asked was not out of the world meanwhile */
    assert_int_equal(b->kills, 1);
    inspector_set_deadline(b->client, INSPECT_DEADLINE_MS);
    inspector_set_mind(b->client, NULL, NULL);
    expect(b, 3, INSPECT_OK, "text/html"); /* question 2 is taken again, late, and that answer dropped */
    ask(b, html, 4);
    expect(b, 4, INSPECT_OK, "text/html");
}

static void test_keeping_goes_on_while_there_is_no_inspector(void **state)
{
    struct bench *b = *state;
    inspector_set_deadline(b->client, 50);
    b->replaces = false;
    for (uint64_t i = 0; i < 10; i++)
        ask(b, html, i);
    for (uint64_t i = 0; i < 10; i++)
        expect(b, i, INSPECT_UNREADABLE, NULL);
    ask(b, html, 10);
    expect(b, 10, INSPECT_UNREADABLE, NULL);
    assert_int_equal(b->kills, 2); /* two deadlines, not eleven */
    inspector_set_deadline(b->client, INSPECT_DEADLINE_MS);
    start(b);
    enum inspect_status status = INSPECT_UNREADABLE;
    for (int tries = 0; tries < 200 && status != INSPECT_OK; tries++) {
        uint64_t ticket;
        struct inspection found;
        usleep(20000);
        ask(b, html, 11);
        assert_int_equal(inspector_answer(b->client, &ticket, &found), 1);
        status = found.status;
    }
    assert_int_equal(status, INSPECT_OK); /* it came back by itself */
}

static void test_an_end_without_holders_does_not_block(void **state)
{
    struct bench *b = *state;
    close(b->ends[1]);
    b->ends[1] = -1;
    ask(b, html, 1);
    expect(b, 1, INSPECT_UNREADABLE, NULL);
    ask(b, html, 2);
    expect(b, 2, INSPECT_UNREADABLE, NULL);
}

/* ---- an inspector that a hostile file has taken over ---- */

static uint64_t take_question(struct bench *b)
{
    struct wire_question q;
    int fd = -1;
    size_t count = 1;
    assert_int_equal(fd_receive(b->ends[1], &q, sizeof q, &fd, &count), sizeof q);
    close(fd);
    return q.id;
}

static void lie(struct bench *b, const struct wire_answer *a, size_t len)
{
    assert_int_equal(fd_send(b->ends[1], a, len, NULL, 0), 0);
}

static struct wire_answer sound_answer(uint64_t id)
{
    return (struct wire_answer){.type = WIRE_FACTS,
                                .id = id,
                                .found = {.status = INSPECT_OK,
                                          .facts = {.mime = "text/plain", .charset = "utf-8"},
                                          .class_name = "unclassified"}};
}

static void expect_kill_for(struct bench *b, const struct wire_answer *a, size_t len)
{
    int kills = b->kills;
    lie(b, a, len);
    lie(b, a, len); /* what comes after costs no second inspector */
    expect(b, 1, INSPECT_UNREADABLE, NULL);
    assert_int_equal(b->kills, kills + 1);
}

static void test_nonsense_kills(void **state)
{
    struct bench *b = *state;
    for (int kind = 0; kind < 9; kind++) {
        ask(b, html, 1);
        struct wire_answer a = sound_answer(take_question(b));
        size_t len = sizeof a;
        if (kind == 0)
            len = sizeof a - 1;
        else if (kind == 1)
            a.type = 42;
        else if (kind == 2)
            a.id += 1000;
        else if (kind == 3)
            memset(a.found.facts.mime, 'a', sizeof a.found.facts.mime); /* no NUL */
        else if (kind == 4)
            strcpy(a.found.facts.mime, "text/plain\nClass: none");
        else if (kind == 5)
            strcpy(a.found.facts.charset, "utf-8; rm");
        else if (kind == 6)
            strcpy(a.found.class_name, "none\nRule: mine");
        else if (kind == 7)
            strcpy(a.found.rule, "pack/rule\033[2J");
        else
            a.found.status = (enum inspect_status)77;
        expect_kill_for(b, &a, len);
        ask(b, html, 2);
        expect(b, 2, INSPECT_OK, "text/html");
        end(b);
    }
}

static int count_descriptors(void)
{
    int count = 0;
    for (int fd = 0; fd < 1024; fd++)
        count += fcntl(fd, F_GETFD) >= 0;
    return count;
}

static void test_descriptors_of_a_liar_are_not_taken(void **state)
{
    struct bench *b = *state;
    ask(b, html, 1);
    struct wire_answer a = sound_answer(take_question(b));
    fd_auto null = open("/dev/null", O_RDONLY | O_CLOEXEC);
    int extra[2] = {null, null}, before = count_descriptors();
    assert_int_equal(fd_send(b->ends[1], &a, sizeof a, extra, 2), 0);
    expect(b, 1, INSPECT_OK, "text/plain");
    assert_int_equal(count_descriptors(), before - 1); /* the question's own file is closed by now */
}

static void test_old_answers_are_dropped(void **state)
{
    struct bench *b = *state;
    ask(b, html, 1);
    uint64_t id = take_question(b);
    struct wire_answer a = sound_answer(id);
    lie(b, &a, sizeof a);
    expect(b, 1, INSPECT_OK, "text/plain");
    ask(b, html, 2);
    lie(b, &a, sizeof a); /* the same again */
    a = sound_answer(take_question(b));
    strcpy(a.found.facts.mime, "text/csv");
    lie(b, &a, sizeof a);
    expect(b, 2, INSPECT_OK, "text/csv");
    assert_int_equal(b->kills, 0);
}

static void test_a_new_client_does_not_take_the_old_ones_answers(void **state)
{
    struct bench *b = *state;
    ask(b, "question of a keeper that dies", 1);
    inspector_close(b->client);
    assert_int_equal(inspector_open(&b->client, b->ends[0], replace, b, &b->e), 0);
    start(b);
    ask(b, html, 2);
    expect(b, 2, INSPECT_OK, "text/html");
    expect_nothing_out(b);
    assert_int_equal(b->kills, 0);
}

static void test_inspector_leaves_with_its_socket(void **state)
{
    struct bench *b = *state;
    start(b);
    ask(b, html, 1);
    expect(b, 1, INSPECT_OK, NULL);
    close(b->ends[1]);
    b->ends[1] = -1;
    assert_int_equal(shutdown(b->ends[0], SHUT_RDWR), 0);
    int status;
    assert_int_equal(waitpid(b->pid, &status, 0), b->pid);
    b->pid = 0;
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        T(test_answers_come_in_the_order_asked),
        T(test_it_compares_with_what_is_known),
        T(test_broken_tables_are_as_none),
        T(test_contacts_and_text_are_told_if_started_so),
        T(test_no_values_unless_started_so),
        T(test_what_is_sought),
        T(test_queue_is_bounded),
        T(test_what_cannot_be_read_is_unreadable),
        T(test_what_no_rule_has_a_class_for_is_called_by_what_it_is),
        T(test_file_of_a_dead_inspector_is_unreadable_and_the_rest_goes_on),
        T(test_a_lone_lost_file_is_found_by_the_echo),
        T(test_an_idle_death_loses_nothing),
        T(test_a_stopped_inspector_is_replaced),
        T(test_keeping_goes_on_while_there_is_no_inspector),
        T(test_an_end_without_holders_does_not_block),
        T(test_nonsense_kills),
        T(test_descriptors_of_a_liar_are_not_taken),
        T(test_old_answers_are_dropped),
        T(test_a_new_client_does_not_take_the_old_ones_answers),
        T(test_inspector_leaves_with_its_socket),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
