/* The audit log over the control socket: who sees what, what is picked, and nothing told twice when a seal comes. */
#include "world.h"

#include "control/entries.h"

#include <pthread.h>
#include <sys/wait.h>

static struct world w;
static struct record_audit_state state_of_log;
static struct buf pending;
static pthread_mutex_t pending_lock = PTHREAD_MUTEX_INITIALIZER;
static uint64_t last;

static int copy_pending(void *ctx, struct buf *lines)
{
    (void)ctx;
    pthread_mutex_lock(&pending_lock);
    buf_put(lines, pending.data ? pending.data : "", pending.len);
    pthread_mutex_unlock(&pending_lock);
    return lines->failed ? -ENOMEM : 0;
}

/* One more event, not sealed. `mount` -1: of the daemon. */
static void decide(int mount, const char *path, const char *rule, const char *class)
{
    char time[CLOCK_TEXT_BYTES];
    last++;
    const struct config_mount *m = mount < 0 ? NULL : &w.config->mounts[mount];
    json_auto *line = json_pack("{s:{s:I}, s:s, s:{s:s, s:s, s:s, s:o, s:s, s:s}}", "metadata", "sequence",
                                (json_int_t)last, "time_dt", clock_format(T0 + (int64_t)last * NS_PER_SEC, time),
                                "unmapped", "event", m ? "open" : "session", "mount", m ? m->name : "", "rep",
                                m ? m->rep : "", "path", wire_string(path), "rule", rule, "class", class);
    char *text = json_dumps(line, JSON_COMPACT);
    assert_non_null(text);
    pthread_mutex_lock(&pending_lock);
    buf_printf(&pending, "%s\n", text);
    pthread_mutex_unlock(&pending_lock);
    free(text);
}

static void seal(void)
{
    struct error e = {0};
    const struct record_audit_seal what = {.lines = pending.data,
                                           .len = pending.len,
                                           .count = last - state_of_log.seq,
                                           .oldest_ns = T0,
                                           .newest_ns = T0 + (int64_t)last * NS_PER_SEC,
                                           .now_ns = T0 + (int64_t)last * NS_PER_SEC};
    must(record_seal_audit(w.writer, &state_of_log, &what, &e), &e);
    pthread_mutex_lock(&pending_lock);
    buf_clear(&pending);
    pthread_mutex_unlock(&pending_lock);
}

/* The numbers that a request brings, newest first: "3* 2 1" (*: not sealed), or "refused". */
static void list(const struct wire_request *r, char text[static 256])
{
    struct error e = {0};
    control_client_auto *c = NULL;
    size_t len = 0;
    int more = control_ask(&c, w.config->run, r, &e);
    text[0] = 0;
    while (more >= 0) {
        json_auto *line = NULL;
        more = control_next(c, &line, &e);
        if (more <= 0)
            break;
        json_t *entry = json_object_get(line, "entry");
        len +=
            (size_t)snprintf(text + len, 256 - len, "%s%llu%s", len ? " " : "", (unsigned long long)entries_seq(entry),
                             json_is_true(json_object_get(line, "sealed")) ? "" : "*");
    }
    if (more < 0)
        snprintf(text, 256, "%.200s", e.code == EACCES ? "refused" : e.text);
}

static void expect_list(struct record_query q, const char *rule, const char *expected)
{
    char text[256];
    const struct wire_request r = {.ask = "audit", .query = q, .rule = rule};
    list(&r, text);
    assert_string_equal(text, expected);
}

static void expect_list_as(uid_t uid, struct record_query q, const char *expected)
{
    pid_t pid = fork();
    if (pid == 0) {
        char text[256];
        const struct wire_request r = {.ask = "audit", .query = q};
        if (setgid(uid) < 0 || setuid(uid) < 0)
            _exit(99);
        list(&r, text);
        _exit(strcmp(text, expected) == 0 ? 0 : (fprintf(stderr, "uid %u: %s\n", uid, text), 1));
    }
    int status = 0;
    waitpid(pid, &status, 0);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

static void events_are_listed_newest_first(void **state)
{
    (void)state;
    expect_list((struct record_query){0}, NULL, "");
    decide(-1, "", "", "");
    decide(0, "Prospects/acme.csv", "sales/usb", "prospect-list");
    seal();
    decide(1, "desk.csv", "sales/mail", "prospect-list");
    decide(0, "Prospects/\xff\n.csv", "sales/usb", "deal");
    decide(0, "Prospects2", "hr/usb", "deal");
    expect_list((struct record_query){0}, NULL, "5* 4* 3* 2 1");
    expect_list((struct record_query){.most = 4}, NULL, "5* 4* 3* 2");
    seal();
    expect_list((struct record_query){.most = 4}, NULL, "5 4 3 2");
}

static void events_are_picked(void **state)
{
    (void)state;
    expect_list((struct record_query){.mount = "work"}, NULL, "5 4 2");
    expect_list((struct record_query){.rep = "bob"}, NULL, "3");
    expect_list((struct record_query){.class_name = "deal"}, NULL, "5 4");
    expect_list((struct record_query){0}, "sales/usb", "4 2");
    expect_list((struct record_query){0}, "usb", "5 4 2");
    expect_list((struct record_query){.path = "Prospects"}, NULL, "4 2");
    expect_list((struct record_query){.path = "Prospects/\xff\n.csv"}, NULL, "4");
    expect_list((struct record_query){.since_ns = T0 + 3 * NS_PER_SEC, .until_ns = T0 + 4 * NS_PER_SEC}, NULL, "4 3");
    expect_list((struct record_query){.device = "lt-2"}, NULL, "");
    expect_list((struct record_query){.device = "lt-1", .most = 1}, NULL, "5");
}

static void a_rep_sees_their_own(void **state)
{
    (void)state;
    expect_list_as(ALICE_UID, (struct record_query){0}, "5 4 2");
    expect_list_as(ALICE_UID, (struct record_query){.most = 2}, "5 4");
    expect_list_as(BOB_UID, (struct record_query){0}, "3");
    expect_list_as(BOB_UID, (struct record_query){.rep = "alice"}, "refused");
    expect_list_as(BOB_UID, (struct record_query){.mount = "work"}, "refused");
    expect_list_as(4711, (struct record_query){0}, "refused");
}

static uint64_t next_entry(struct control_client *c)
{
    for (;;) {
        struct error e = {0};
        json_auto *line = NULL;
        must(control_next(c, &line, &e), &e);
        if (json_object_get(line, "mark") == NULL)
            return entries_seq(json_object_get(line, "entry"));
    }
}

static void what_is_followed_is_told_once(void **state)
{
    (void)state;
    struct error e = {0};
    control_client_auto *c = NULL;
    const struct wire_request r = {.ask = "audit", .query = {.mount = "work", .most = 1}, .follow = true};
    must(control_ask(&c, w.config->run, &r, &e), &e);
    assert_int_equal(next_entry(c), 5);
    decide(1, "not asked for", "", "");
    decide(0, "a", "", "");
    assert_int_equal(next_entry(c), 7);
    decide(0, "b", "", "");
    seal(); /* the one told already, and one that is not */
    control_notify(w.server);
    assert_int_equal(next_entry(c), 8);
    decide(0, "c", "", "");
    assert_int_equal(next_entry(c), 9);
    seal();
    control_notify(w.server);
    decide(0, "d", "", "");
    assert_int_equal(next_entry(c), 10);
}

static int open_world(void **state)
{
    (void)state;
    world_open(&w);
    world_serve(&w);
    w.host.audit_pending = copy_pending;
    return 0;
}

static int close_world(void **state)
{
    (void)state;
    world_close(&w);
    record_audit_free(&state_of_log);
    buf_free(&pending);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(events_are_listed_newest_first),
        cmocka_unit_test(events_are_picked),
        cmocka_unit_test(a_rep_sees_their_own),
        cmocka_unit_test(what_is_followed_is_told_once),
    };
    if (geteuid() != 0) {
        fputs("left out: needs root, to be other users\n", stderr);
        return 0;
    }
    return cmocka_run_group_tests(tests, open_world, close_world);
}
