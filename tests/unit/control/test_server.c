/* The control server: who sees what, hostile requests, limits, and following. */
#include "world.h"

#include <poll.h>
#include <pthread.h>
#include <sys/mman.h>
#include <sys/wait.h>

static struct world w;

static int connect_raw(void)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    snprintf(address.sun_path, sizeof address.sun_path, "%s/control.sock", w.config->run);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    return connect(fd, (struct sockaddr *)&address, sizeof address) == 0 ? fd : -1;
}

/* Send bytes, read all of the answer. */
static void exchange(const char *bytes, size_t len, struct buf *answer)
{
    int fd = connect_raw();
    assert_true(fd >= 0);
    for (size_t sent = 0; sent < len;) {
        ssize_t n = send(fd, bytes + sent, len - sent, MSG_NOSIGNAL);
        if (n < 0)
            break; /* it has heard enough */
        sent += (size_t)n;
    }
    for (;;) {
        char *to = buf_reserve(answer, 4096);
        ssize_t n = read(fd, to, 4096);
        if (n <= 0)
            break;
        answer->len += (size_t)n;
        answer->data[answer->len] = 0;
    }
    close(fd);
}

static void expect_answer(const char *request, const char *part)
{
    buf_auto answer = {0};
    exchange(request, strlen(request), &answer);
    if (answer.data == NULL || strstr(answer.data, part) == NULL)
        fail_msg("%s\nanswered: %s\nexpected: %s", request, answer.data ? answer.data : "(nothing)", part);
}

static void test_hostile_requests(void **state)
{
    (void)state;
    expect_answer("\n", "expected one JSON object");
    expect_answer("{}\n", "missing");
    expect_answer("not json\n", "expected one JSON object");
    expect_answer("{\"ask\":\"reboot\"}\n", "this daemon answers status, sync");
    expect_answer("{\"ask\":\"status\",\"ask\":\"sync\"}\n", "expected one JSON object");
    expect_answer("{\"ask\":\"show\"}\n", "missing");
    expect_answer("{\"ask\":\"show\",\"mount\":\"work\",\"path\":\"../../etc/passwd\"}\n", "\"error\"");
    char *deep = malloc(60000);
    memset(deep, '[', 59999);
    deep[59999] = '\n';
    buf_auto answer = {0};
    exchange(deep, 60000, &answer);
    assert_non_null(strstr(answer.data, "expected one JSON object"));
    free(deep);
}

static void test_too_long_request(void **state)
{
    (void)state;
    size_t len = 200 * 1024;
    char *long_line = malloc(len);
    buf_auto answer = {0};
    memset(long_line, 'x', len);
    exchange(long_line, len, &answer);
    free(long_line);
    assert_true(answer.data == NULL || strstr(answer.data, "no request of at most 64 KiB") != NULL);
}

static void test_random_requests(void **state)
{
    (void)state;
    static const char start[] = "{\"ask\":\"log\",\"mount\":\"work\",\"most\":1,\"path\":\"Prospects\"}\n";
    unsigned seed = 7;
    for (int i = 0; i < 500; i++) {
        char request[sizeof start];
        buf_auto answer = {0};
        memcpy(request, start, sizeof start);
        for (int k = 0; k < 1 + i % 3; k++)
            request[(size_t)rand_r(&seed) % (sizeof start - 2)] = (char)rand_r(&seed);
        exchange(request, sizeof start - 1, &answer);
        assert_true(answer.len > 0);
    }
}

static void test_status(void **state)
{
    (void)state;
    board_set_trouble(&w.boards[0]->keeper.trouble, "no room in %s", "the repository");
    atomic_store(&w.boards[0]->mount.journal_head, 12);
    atomic_store(&w.boards[0]->keeper.journal_kept, 10);
    expect_answer("{\"ask\":\"status\"}\n", "\"unkept\":2");
    expect_answer("{\"ask\":\"status\"}\n", "\"text\":\"no room in the repository\"");
    expect_answer("{\"ask\":\"status\"}\n", "{\"done\":true}\n");
    board_clear_trouble(&w.boards[0]->keeper.trouble);
}

static void test_sync(void **state)
{
    (void)state;
    int before = w.synced;
    expect_answer("{\"ask\":\"sync\"}\n", "{\"done\":true}\n");
    assert_int_equal(w.synced, before + 1);
}

/* Run `body` as another user: its exit status. */
static int run_as(uid_t uid, int (*body)(void))
{
    pid_t pid = fork();
    if (pid == 0) {
        if (setgid(uid) < 0 || setuid(uid) < 0)
            _exit(99);
        _exit(body());
    }
    int status = 0;
    waitpid(pid, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 98;
}

/* How many versions a log brings; 100: refused. */
static int count_log(const char *mount, const char *path, const char *rep)
{
    struct error e = {0};
    control_client_auto *c = NULL;
    struct wire_request r = {.ask = "log", .query = {.mount = mount, .path = path, .rep = rep}};
    if (control_ask(&c, w.config->run, &r, &e) != 0)
        return 101;
    for (int count = 0;; count++) {
        json_auto *line = NULL;
        int more = control_next(c, &line, &e);
        if (more <= 0)
            return more == 0 ? count : e.code == EACCES ? 100 : 102;
    }
}

static int all_log(void) { return count_log(NULL, NULL, NULL); }
static int work_log(void) { return count_log("work", NULL, NULL); }
static int desk_log(void) { return count_log("desk", NULL, NULL); }
static int bob_log(void) { return count_log(NULL, NULL, "bob"); }

static int find_desk(void)
{
    struct error e = {0};
    control_client_auto *c = NULL;
    json_auto *line = NULL;
    struct wire_request r = {.ask = "show", .query = {.mount = "desk", .path = "Prospects/acme.csv"}};
    if (control_ask(&c, w.config->run, &r, &e) != 0)
        return 101;
    return control_next(c, &line, &e) == 1 ? 1 : e.code == EACCES ? 100 : 102;
}

static int status_mounts(void)
{
    struct error e = {0};
    control_client_auto *c = NULL;
    json_auto *line = NULL;
    struct wire_request r = {.ask = "status"};
    if (control_ask(&c, w.config->run, &r, &e) != 0)
        return 101;
    if (control_next(c, &line, &e) != 1)
        return e.code == EACCES ? 100 : 102;
    return (int)json_array_size(json_object_get(json_object_get(line, "status"), "mounts"));
}

static void test_root_sees_all(void **state)
{
    (void)state;
    assert_int_equal(all_log(), 6);
    assert_int_equal(work_log(), 5);
    assert_int_equal(bob_log(), 1);
    assert_int_equal(status_mounts(), 2);
    assert_int_equal(find_desk(), 1);
}

static void test_rep_sees_his_own(void **state)
{
    (void)state;
    assert_int_equal(run_as(ALICE_UID, all_log), 5);
    assert_int_equal(run_as(ALICE_UID, work_log), 5);
    assert_int_equal(run_as(ALICE_UID, desk_log), 100);
    assert_int_equal(run_as(ALICE_UID, bob_log), 100);
    assert_int_equal(run_as(ALICE_UID, find_desk), 100);
    assert_int_equal(run_as(ALICE_UID, status_mounts), 1);
    assert_int_equal(run_as(BOB_UID, all_log), 1);
    assert_int_equal(run_as(BOB_UID, find_desk), 1);
}

static void test_stranger_sees_nothing(void **state)
{
    (void)state;
    assert_int_equal(run_as(60000, all_log), 100);
    assert_int_equal(run_as(60000, status_mounts), 100);
    assert_int_equal(run_as(60000, find_desk), 100);
}

/* One user may hold four connections; the fifth is told so, and root still gets in. */
static int hold_many(void)
{
    int held[12];
    for (int i = 0; i < 12; i++)
        held[i] = connect_raw();
    int busy = 0;
    for (int i = 0; i < 12; i++) {
        char text[200] = "";
        struct pollfd p = {.fd = held[i], .events = POLLIN};
        if (poll(&p, 1, 300) > 0 && read(held[i], text, sizeof text - 1) > 0 && strstr(text, "too many") != NULL)
            busy++;
    }
    bool others = access(w.folder, F_OK) == 0;
    for (int i = 0; i < 12; i++)
        close(held[i]);
    return others ? busy : 97;
}

static void test_limit_of_one_user(void **state)
{
    (void)state;
    assert_int_equal(run_as(ALICE_UID, hold_many), 8);
    usleep(100000);
    assert_int_equal(work_log(), 5);
}

static void test_show_brings_bytes(void **state)
{
    (void)state;
    struct error e = {0};
    control_client_auto *c = NULL;
    json_auto *line = NULL;
    struct wire_request r = {.ask = "show", .query = {.mount = "work", .path = "Prospects/acme.csv"}, .at = "1"};
    must(control_ask(&c, w.config->run, &r, &e), &e);
    must(control_next(c, &line, &e), &e);
    fd_auto fd = memfd_create("got", MFD_CLOEXEC);
    assert_int_equal(control_copy_rest(c, fd, &e), 6);
    char got[16] = "";
    fd_pread_full(fd, got, sizeof got, 0);
    assert_string_equal(got, "a\nb\nc\n");
}

static void test_unknown_version(void **state)
{
    (void)state;
    expect_answer("{\"ask\":\"show\",\"mount\":\"work\",\"path\":\"Prospects/acme.csv\",\"at\":\"deadbeef00\"}\n",
                  "\"error\"");
    expect_answer("{\"ask\":\"find\",\"mount\":\"work\",\"path\":\"never\"}\n", "\"error\"");
    expect_answer("{\"ask\":\"find\",\"mount\":\"work\",\"path\":\"Prospects/acme.csv\",\"at\":\"soon\"}\n",
                  "\"error\"");
}

static void next_is(struct control_client *c, const char *key, json_t **line)
{
    struct error e = {0};
    int more = control_next(c, line, &e);
    must(more, &e);
    assert_int_equal(more, 1);
    assert_non_null(json_object_get(*line, key));
}

static void test_follow(void **state)
{
    (void)state;
    struct error e = {0};
    control_client_auto *c = NULL;
    struct wire_request r = {.ask = "log", .query = {.mount = "work", .most = 2}, .follow = true};
    must(control_ask(&c, w.config->run, &r, &e), &e);
    static const char *const first[] = {"version", "version", "mark"};
    for (size_t i = 0; i < 3; i++) {
        json_auto *line = NULL;
        next_is(c, first[i], &line);
    }
    world_commit(&w, 1, RECORD_SAVE, "not yours", NULL, "x", T0 + 600 * NS_PER_SEC);
    world_commit(&w, 0, RECORD_SAVE, "new1", NULL, "x", T0 + 601 * NS_PER_SEC);
    world_commit(&w, 0, RECORD_SAVE, "new2", NULL, "x", T0 + 602 * NS_PER_SEC);
    control_notify(w.server);
    static const char *const paths[] = {"new2", "new1"};
    for (size_t i = 0; i < 2; i++) {
        json_auto *line = NULL;
        next_is(c, "version", &line);
        assert_string_equal(json_string_value(json_object_get(json_object_get(line, "version"), "path")), paths[i]);
    }
    json_auto *mark = NULL;
    next_is(c, "mark", &mark);
    world_commit(&w, 0, RECORD_SAVE, "new3", NULL, "x", T0 + 603 * NS_PER_SEC);
    control_notify(w.server);
    json_auto *line = NULL;
    next_is(c, "version", &line);
    assert_string_equal(json_string_value(json_object_get(json_object_get(line, "version"), "path")), "new3");
}

/* The last test: a follower and a silent connection are there, and the server stops at once all the same. */
static void test_stop(void **state)
{
    (void)state;
    struct error e = {0};
    control_client_auto *c = NULL;
    struct wire_request r = {.ask = "log", .query = {.mount = "work"}, .follow = true, .only_new = true};
    must(control_ask(&c, w.config->run, &r, &e), &e);
    json_auto *mark = NULL;
    next_is(c, "mark", &mark);
    fd_auto silent = connect_raw();
    usleep(50000);
    control_stop(w.server);
    w.server = NULL;
    json_auto *line = NULL;
    assert_true(control_next(c, &line, &e) < 0);
}

static int open_world(void **state)
{
    (void)state;
    world_open(&w);
    world_serve(&w);
    return 0;
}

static int close_world(void **state)
{
    (void)state;
    world_close(&w);
    return 0;
}

static int is_refused_the_index(void)
{
    buf_auto answer = {0};
    static const char asked[] = "{\"ask\":\"index\"}\n", told[] = "{\"ask\":\"index-rebuild\"}\n";
    exchange(asked, strlen(asked), &answer);
    bool refused = answer.data != NULL && strstr(answer.data, "root and the group") != NULL;
    buf_clear(&answer);
    exchange(told, strlen(told), &answer);
    return refused && strstr(answer.data, "root and the group") != NULL;
}

static _Atomic int woken;
static void note_waking(void *ctx)
{
    (void)ctx;
    woken++;
}

static void test_index_is_for_those_who_see_all(void **state)
{
    (void)state;
    struct error e = {0};
    expect_answer("{\"ask\":\"index\"}\n", "no index");
    must(recall_open(&w.host.recall, w.config->repository, w.config->index, &e), &e);
    w.host.wake = note_waking;
    expect_answer("{\"ask\":\"index\"}\n", "\"versions\":0");
    expect_answer("{\"ask\":\"status\"}\n", "\"in_step\":false");
    expect_answer("{\"ask\":\"index-rebuild\"}\n", "done");
    assert_int_equal(woken, 1);
    assert_int_equal(run_as(ALICE_UID, is_refused_the_index), 1);
    recall_close(w.host.recall);
    w.host.recall = NULL;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_hostile_requests),
        cmocka_unit_test(test_too_long_request),
        cmocka_unit_test(test_random_requests),
        cmocka_unit_test(test_status),
        cmocka_unit_test(test_sync),
        cmocka_unit_test(test_root_sees_all),
        cmocka_unit_test(test_show_brings_bytes),
        cmocka_unit_test(test_unknown_version),
        cmocka_unit_test(test_rep_sees_his_own),
        cmocka_unit_test(test_stranger_sees_nothing),
        cmocka_unit_test(test_index_is_for_those_who_see_all),
        cmocka_unit_test(test_limit_of_one_user),
        cmocka_unit_test(test_follow),
        cmocka_unit_test(test_stop),
    };
    if (geteuid() != 0) {
        fputs("left out: needs root, to be other users\n", stderr);
        return 0;
    }
    return cmocka_run_group_tests(tests, open_world, close_world);
}
