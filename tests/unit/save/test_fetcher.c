/* The fetcher against a mount child that dies, repeats itself or talks nonsense. */
#include "base/clock.h"
#include "base/fdio.h"
#include "save/fetcher.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include <cmocka.h>

/* What the other end does with each request, in turn. */
typedef void reply(int socket, const struct fetch_head *asked);

struct ends {
    int socket[2];
    struct fetcher *fetcher;
    pthread_t thread;
    reply *replies[4];
};

static void *answer_all(void *arg)
{
    struct ends *ends = arg;
    static _Thread_local char request[FETCH_MESSAGE_BYTES];
    for (size_t i = 0; i < 4 && ends->replies[i] != NULL; i++) {
        struct fetch_head head;
        if (fd_receive(ends->socket[1], request, sizeof request, NULL, NULL) < (ssize_t)sizeof head)
            break;
        memcpy(&head, request, sizeof head);
        ends->replies[i](ends->socket[1], &head);
    }
    return NULL;
}

static int set_up(void **state)
{
    struct ends *ends = calloc(1, sizeof *ends);
    assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends->socket), 0);
    ends->fetcher = fetcher_open(ends->socket[0]);
    assert_non_null(ends->fetcher);
    *state = ends;
    return 0;
}

static void play(struct ends *ends, reply *first, reply *second)
{
    ends->replies[0] = first;
    ends->replies[1] = second;
    assert_int_equal(pthread_create(&ends->thread, NULL, answer_all, ends), 0);
}

static int tear_down(void **state)
{
    struct ends *ends = *state;
    pthread_join(ends->thread, NULL);
    fetcher_close(ends->fetcher);
    close(ends->socket[0]);
    close(ends->socket[1]);
    free(ends);
    return 0;
}

static void send_passed(int socket, const struct fetch_head *asked, uint32_t id, uint64_t head)
{
    struct {
        struct fetch_head head;
        struct fetch_passed passed;
    } out = {.head = {.type = asked->type, .id = id, .count = 1}, .passed = {head}};
    fd_send(socket, &out, sizeof out, NULL, 0);
}

static void answer_rightly(int socket, const struct fetch_head *asked) { send_passed(socket, asked, asked->id, 42); }
static void answer_nothing(int socket, const struct fetch_head *asked) { (void)socket, (void)asked; }
static void answer_late_ones_first(int socket, const struct fetch_head *asked)
{
    int fd = open("/dev/null", O_RDONLY);
    struct fetch_head old = {.type = FETCH_OPEN, .id = asked->id};
    fd_send(socket, &old, sizeof old, &fd, 1); /* the wrong type, with a descriptor that must not leak */
    close(fd);
    send_passed(socket, asked, asked->id - 1, 7);
    fd_send(socket, "short", 5, NULL, 0);
    send_passed(socket, asked, asked->id, 42);
}
static void answer_cut_short(int socket, const struct fetch_head *asked)
{
    fd_send(socket, asked, sizeof *asked, NULL, 0);
}

/* Two files promised, one descriptor sent. */
static void answer_one_descriptor_less(int socket, const struct fetch_head *asked)
{
    struct {
        struct fetch_head head;
        struct fetch_opened opened[2];
    } out = {.head = {.type = asked->type, .id = asked->id, .count = 2}};
    int fd = open("/dev/null", O_RDONLY);
    fd_send(socket, &out, sizeof out, &fd, 1);
    close(fd);
}

static void answer_two_files(int socket, const struct fetch_head *asked)
{
    struct {
        struct fetch_head head;
        struct fetch_opened opened[2];
    } out = {.head = {.type = asked->type, .id = asked->id, .count = 2}, .opened = {{.err = ENOENT}, {.size = 5}}};
    int fd = open("/dev/null", O_RDONLY);
    fd_send(socket, &out, sizeof out, &fd, 1);
    close(fd);
}

/* An entry whose name is said to be longer than the message. */
static void answer_long_name(int socket, const struct fetch_head *asked)
{
    struct {
        struct fetch_head head;
        struct fetch_listed listed;
        struct fetch_entry entry;
        char name[8];
    } out = {.head = {.type = asked->type, .id = asked->id, .count = 1}, .entry = {.name_len = 200}};
    fd_send(socket, &out, sizeof out, NULL, 0);
}

static void answer_too_many(int socket, const struct fetch_head *asked)
{
    struct {
        struct fetch_head head;
        struct fetch_listed listed;
    } out = {.head = {.type = asked->type, .id = asked->id, .count = UINT32_MAX}};
    fd_send(socket, &out, sizeof out, NULL, 0);
}

static void answer_error(int socket, const struct fetch_head *asked)
{
    struct {
        struct fetch_head head;
        struct fetch_listed listed;
    } out = {.head = {.type = asked->type, .id = asked->id}, .listed = {.err = ENOTCONN}};
    fd_send(socket, &out, sizeof out, NULL, 0);
}

static void a_lost_request_is_asked_again(void **state)
{
    struct ends *ends = *state;
    uint64_t head = 0;
    play(ends, answer_nothing, answer_rightly);
    assert_int_equal(fetcher_barrier(ends->fetcher, &head), 0);
    assert_int_equal(head, 42);
}

static void old_answers_are_dropped(void **state)
{
    struct ends *ends = *state;
    uint64_t head = 0;
    int next = dup(0);
    close(next);
    play(ends, answer_late_ones_first, NULL);
    assert_int_equal(fetcher_barrier(ends->fetcher, &head), 0);
    assert_int_equal(head, 42);
    int again = dup(0);
    assert_int_equal(again, next); /* nothing leaked */
    close(again);
}

static void short_answers_are_refused(void **state)
{
    struct ends *ends = *state;
    uint64_t head = 7;
    play(ends, answer_cut_short, NULL);
    assert_int_equal(fetcher_barrier(ends->fetcher, &head), -EBADMSG);
    assert_int_equal(head, 7);
}

static void descriptors_are_counted(void **state)
{
    struct ends *ends = *state;
    struct fetch_want wants[2] = {{.path = "a"}, {.path = "b"}};
    struct fetch_got got[2];
    play(ends, answer_one_descriptor_less, answer_two_files);
    assert_int_equal(fetcher_open_files(ends->fetcher, wants, 2, got), -EBADMSG);
    assert_int_equal(fetcher_open_files(ends->fetcher, wants, 2, got), 0);
    assert_int_equal(got[0].at.err, ENOENT);
    assert_int_equal(got[0].fd, -1);
    assert_true(got[1].fd >= 0);
    assert_int_equal(got[1].at.size, 5);
    close(got[1].fd);
}

static void listings_are_read_to_the_exact_byte(void **state)
{
    struct ends *ends = *state;
    uint64_t cookie = 0;
    ends->replies[2] = answer_error;
    play(ends, answer_long_name, answer_too_many);
    assert_int_equal(fetcher_list(ends->fetcher, "", &cookie, NULL, NULL), -EBADMSG);
    assert_int_equal(fetcher_list(ends->fetcher, "", &cookie, NULL, NULL), -EBADMSG);
    assert_int_equal(fetcher_list(ends->fetcher, "", &cookie, NULL, NULL), -ENOTCONN);
}

#define fetcher_test(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        fetcher_test(a_lost_request_is_asked_again),       fetcher_test(old_answers_are_dropped),
        fetcher_test(short_answers_are_refused),           fetcher_test(descriptors_are_counted),
        fetcher_test(listings_are_read_to_the_exact_byte),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
