/* The audit log of a real keeper: from the journals of verdicts to the seals, through deaths, damage and restarts. */
#include "unit/save/yard.h"

#include "event/verdict.h"

#include <jansson.h>

static struct verdict_log *open_log(struct yard *y)
{
    struct verdict_log *l = NULL;
    struct error e = {0};
    if (verdict_open_writer(&l, y->spool_fd, &e) < 0)
        fail_msg("%s", e.text);
    return l;
}

static struct verdict a_verdict(enum verdict_action action)
{
    return (struct verdict){.kind = VERDICT_OPEN,
                            .action = action,
                            .enforced = true,
                            .refused = action == VERDICT_BLOCK,
                            .pid = 4711,
                            .uid = 0,
                            .login = 3,
                            .session = VERDICT_SESSION_SSH,
                            .ino = 99,
                            .size = 1234,
                            .version = 412,
                            .path = "Prospects/acme.csv",
                            .class_name = "prospect-list",
                            .rule = "10-sales/sync clients",
                            .say = "Ask sales-ops.",
                            .app = "/usr/bin/rclone",
                            .parents = "bash < sshd < systemd",
                            .mount = "work",
                            .policy = "0123456789abcdef0123456789abcdef01234567"};
}

static void append_opens(struct verdict_log *l, int count)
{
    for (int i = 0; i < count; i++) {
        struct verdict v = a_verdict(i % 2 ? VERDICT_BLOCK : VERDICT_ALLOW);
        assert_int_equal(verdict_append(l, &v), 0);
    }
}

/* ---- what is sealed ---- */

struct sealed {
    json_t *events; /* oldest first */
    int segments;
};

static int take_segment(void *ctx, const struct record_segment *s)
{
    struct sealed *all = ctx;
    size_t at = 0;
    assert_string_equal(s->device, "lt-0042");
    for (const char *line = s->lines, *end = s->lines + s->len; line < end;) {
        const char *newline = memchr(line, '\n', (size_t)(end - line));
        assert_non_null(newline);
        json_t *event = json_loadb(line, (size_t)(newline - line), 0, NULL);
        assert_non_null(event);
        assert_int_equal(json_array_insert_new(all->events, at++, event), 0);
        line = newline + 1;
    }
    assert_int_equal(at, s->last - s->first + 1);
    all->segments++;
    return 0;
}

static const char *word(json_t *event, const char *key)
{
    const char *text = json_string_value(json_object_get(json_object_get(event, "unmapped"), key));
    return text ? text : "";
}

static int64_t number(json_t *event, const char *key)
{
    return json_integer_value(json_object_get(json_object_get(event, "unmapped"), key));
}

/* Everything sealed, whose numbers have no gap. */
static struct sealed read_sealed(struct yard *y)
{
    struct record_reader *r = NULL;
    struct error e = {0};
    struct sealed all = {.events = json_array()};
    const struct record_audit_query q = {0};
    assert_int_equal(record_open_reader(&r, y->config.repository, &e), 0);
    if (record_each_segment(r, &q, take_segment, &all, &e) < 0)
        fail_msg("%s", e.text);
    record_close_reader(r);
    for (size_t i = 0; i < json_array_size(all.events); i++) {
        json_t *metadata = json_object_get(json_array_get(all.events, i), "metadata");
        assert_int_equal(json_integer_value(json_object_get(metadata, "sequence")), i + 1);
    }
    return all;
}

/* How many there are of a kind ("open", "gap", "session") with this note (NULL: any). */
static int count_events(const struct sealed *all, const char *kind, const char *note)
{
    int count = 0;
    for (size_t i = 0; i < json_array_size(all->events); i++) {
        json_t *event = json_array_get(all->events, i);
        count += strcmp(word(event, "event"), kind) == 0 && (note == NULL || strcmp(word(event, "note"), note) == 0);
    }
    return count;
}

/* Verdicts 1 to `most` of the journal, each once and in order. */
static void expect_journal(const struct sealed *all, int64_t most)
{
    int64_t next = 1;
    for (size_t i = 0; i < json_array_size(all->events); i++) {
        json_t *event = json_array_get(all->events, i);
        if (strcmp(word(event, "event"), "open") == 0)
            assert_int_equal(number(event, "journal"), next++);
    }
    assert_int_equal(next, most + 1);
}

/* ---- tests ---- */

static void a_verdict_is_sealed_in_words_of_ocsf(void **state)
{
    struct yard *y = *state;
    struct verdict_log *l = open_log(y);
    append_opens(l, 2);
    assert_int_equal(sync_keeper(y), 'k');
    struct sealed all = read_sealed(y);
    assert_int_equal(json_array_size(all.events), 3);
    assert_string_equal(word(json_array_get(all.events, 0), "note"), "start");
    json_t *allowed = json_array_get(all.events, 1), *blocked = json_array_get(all.events, 2);
    assert_int_equal(json_integer_value(json_object_get(allowed, "class_uid")), 1001);
    assert_int_equal(json_integer_value(json_object_get(allowed, "type_uid")), 100114);
    assert_int_equal(json_integer_value(json_object_get(blocked, "class_uid")), 2006);
    const char *app = NULL, *parent = NULL, *uid = NULL, *login = NULL, *user = NULL, *host = NULL, *class = NULL;
    const char *path = NULL, *rule = NULL, *disposition = NULL, *policy = NULL;
    int remote = 0, pid = 0;
    assert_int_equal(
        json_unpack(blocked,
                    "{s:{s:{s:i, s:{s:s}, s:[s]}, s:{s:s, s:s}, s:{s:s, s:b}}, s:{s:s}, s:{s:s, s:[{s:s}]}, "
                    "s:{s:s}, s:s, s:{s:s}}",
                    "actor", "process", "pid", &pid, "file", "path", &app, "lineage", &parent, "user", "uid", &uid,
                    "name", &user, "session", "uid", &login, "is_remote", &remote, "device", "hostname", &host, "file",
                    "path", &path, "data_classifications", "category", &class, "firewall_rule", "name", &rule,
                    "disposition", &disposition, "policy", "uid", &policy),
        0);
    assert_int_equal(pid, 4711);
    assert_string_equal(app, "/usr/bin/rclone");
    assert_string_equal(parent, "bash");
    assert_string_equal(uid, "0");
    assert_string_equal(user, "root");
    assert_string_equal(login, "3");
    assert_true(remote);
    assert_string_equal(host, "lt-0042");
    assert_non_null(strstr(path, "/Prospects/acme.csv"));
    assert_string_equal(class, "prospect-list");
    assert_string_equal(rule, "10-sales/sync clients");
    assert_string_equal(disposition, "Blocked");
    assert_string_equal(policy, "0123456789abcdef0123456789abcdef01234567");
    assert_string_equal(word(blocked, "rep"), "alice");
    assert_string_equal(word(blocked, "mode"), "enforce");
    assert_int_equal(number(blocked, "version"), 412);
    json_decref(all.events);
    expect_sound(y);
    verdict_close(l);
}

static void strange_names_stay_whole(void **state)
{
    struct yard *y = *state;
    struct verdict_log *l = open_log(y);
    struct verdict v = a_verdict(VERDICT_LOG);
    v.path = "a\n\"b\xff";
    v.app = v.parents = v.class_name = v.rule = v.policy = v.say = "";
    v.login = UINT32_MAX;
    v.uid = UINT32_MAX;
    assert_int_equal(verdict_append(l, &v), 0);
    assert_int_equal(sync_keeper(y), 'k');
    struct sealed all = read_sealed(y);
    assert_string_equal(word(json_array_get(all.events, 1), "path"), "\"a\\n\\\"b\\377\"");
    json_decref(all.events);
    verdict_close(l);
}

static void a_thousand_are_sealed_unasked(void **state)
{
    struct yard *y = *state;
    struct verdict_log *l = open_log(y);
    append_opens(l, 2500);
    struct sealed all = {0};
    for (int i = 0; i < 400 && all.segments < 2; i++) {
        usleep(50000);
        json_decref(all.events);
        all = read_sealed(y);
    }
    assert_int_equal(all.segments, 2);
    assert_int_equal(json_array_size(all.events), 2000);
    json_decref(all.events);
    assert_int_equal(sync_keeper(y), 'k');
    all = read_sealed(y);
    expect_journal(&all, 2500);
    json_decref(all.events);
    verdict_close(l);
}

static void kills_lose_and_double_no_verdict(void **state)
{
    struct yard *y = *state;
    struct verdict_log *l = open_log(y);
    int64_t total = 0;
    unsigned random = 20261122;
    for (int round = 0; round < 30; round++) {
        random = random * 1103515245 + 12345;
        int count = (int)(random >> 16) % 700;
        append_opens(l, count);
        total += count;
        char byte = 's'; /* a seal is asked for, and not awaited */
        assert_int_equal(write(y->sync[1], &byte, 1), 1);
        usleep((random >> 8) % 60000);
        kill_keeper(y);
        while (recv(y->sync[1], &byte, 1, MSG_DONTWAIT) == 1 || recv(y->sync[0], &byte, 1, MSG_DONTWAIT) == 1)
            continue;
        start_keeper(y);
    }
    assert_int_equal(sync_keeper(y), 'k');
    struct sealed all = read_sealed(y);
    expect_journal(&all, total);
    assert_int_equal(count_events(&all, "session", "start"), 1);
    assert_int_equal(count_events(&all, "gap", NULL), 0);
    json_decref(all.events);
    expect_sound(y);
    verdict_close(l);
}

static void an_orderly_stop_is_told_and_its_lack_too(void **state)
{
    struct yard *y = *state;
    struct verdict_log *l = open_log(y);
    append_opens(l, 1);
    wait_scanned(y);
    drain_keeper(y);
    struct sealed all = read_sealed(y);
    size_t count = json_array_size(all.events);
    assert_string_equal(word(json_array_get(all.events, count - 1), "note"), "stop");
    json_decref(all.events);
    atomic_store(&y->board->supervisor.started_ns, clock_real_ns());
    start_keeper(y);
    assert_int_equal(sync_keeper(y), 'k');
    kill_keeper(y);
    atomic_store(&y->board->supervisor.started_ns, clock_real_ns());
    start_keeper(y);
    assert_int_equal(sync_keeper(y), 'k');
    all = read_sealed(y);
    assert_int_equal(count_events(&all, "session", "start"), 3);
    assert_int_equal(count_events(&all, "session", "stop"), 1);
    assert_int_equal(count_events(&all, "gap", NULL), 1);
    expect_journal(&all, 1);
    json_decref(all.events);
    verdict_close(l);
}

static void a_new_journal_is_a_gap(void **state)
{
    struct yard *y = *state;
    char command[160];
    struct verdict_log *l = open_log(y);
    append_opens(l, 5);
    assert_int_equal(sync_keeper(y), 'k');
    kill_keeper(y);
    verdict_close(l);
    snprintf(command, sizeof command, "rm -rf %s/spool/audit", y->path);
    assert_int_equal(system(command), 0);
    l = open_log(y);
    append_opens(l, 3);
    for (int i = 0; i < 2; i++) { /* told once, however often a keeper begins */
        start_keeper(y);
        assert_int_equal(sync_keeper(y), 'k');
        kill_keeper(y);
    }
    struct sealed all = read_sealed(y);
    assert_int_equal(count_events(&all, "gap", NULL), 1);
    assert_int_equal(count_events(&all, "open", NULL), 8);
    json_decref(all.events);
    start_keeper(y);
    verdict_close(l);
}

static void damage_is_told_once(void **state)
{
    struct yard *y = *state;
    kill_keeper(y);
    struct verdict_log *l = open_log(y);
    append_opens(l, 9);
    fd_auto fd = openat(y->spool_fd, "audit/journal/0000000000000001.seg", O_RDWR | O_CLOEXEC);
    char bytes[4096];
    assert_int_equal(pread(fd, bytes, sizeof bytes, 0), sizeof bytes);
    char *third = bytes;
    for (int i = 0; i < 3; i++)
        third = memmem(third + 1, (size_t)(bytes + sizeof bytes - third - 1), "/usr/bin/rclone", 15);
    assert_int_equal(pwrite(fd, "X", 1, third - bytes), 1);
    for (int i = 0; i < 2; i++) {
        start_keeper(y);
        assert_int_equal(sync_keeper(y), 'k');
        kill_keeper(y);
    }
    struct sealed all = read_sealed(y);
    assert_int_equal(count_events(&all, "gap", NULL), 1);
    assert_int_equal(count_events(&all, "gap", "the journal is damaged: records 3 to 3 are lost"), 1);
    assert_int_equal(count_events(&all, "open", NULL), 8);
    json_decref(all.events);
    start_keeper(y);
    verdict_close(l);
}

static void a_spoilt_log_holds_up_no_save(void **state)
{
    struct yard *y = *state;
    char command[512], trouble[236];
    int64_t since_ns;
    assert_int_equal(sync_keeper(y), 'k');
    snprintf(command, sizeof command,
             "r=%s/company.git; c=$(GIT_AUTHOR_NAME=x GIT_AUTHOR_EMAIL=x GIT_COMMITTER_NAME=x GIT_COMMITTER_EMAIL=x "
             "git -C $r commit-tree -m x 'audit/lt-0042^{tree}') && git -C $r update-ref refs/heads/audit/lt-0042 $c",
             y->path);
    assert_int_equal(system(command), 0);
    kill_keeper(y);
    start_keeper(y);
    save(y, "a.csv", "a");
    assert_true(wait_kept(y));
    expect_bytes(y, "a.csv", "a");
    for (int i = 0; i < 1000 && !board_get_trouble(&y->board->keeper.trouble, trouble, &since_ns); i++)
        usleep(5000);
    assert_non_null(strstr(trouble, "audit log"));
}

#define audit_test(name) cmocka_unit_test_setup_teardown(name, yard_open, yard_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        audit_test(a_verdict_is_sealed_in_words_of_ocsf),
        audit_test(strange_names_stay_whole),
        audit_test(a_thousand_are_sealed_unasked),
        audit_test(kills_lose_and_double_no_verdict),
        audit_test(an_orderly_stop_is_told_and_its_lack_too),
        audit_test(a_new_journal_is_a_gap),
        audit_test(damage_is_told_once),
        audit_test(a_spoilt_log_holds_up_no_save),
    };
    if (getenv("KEEPER_TEST") != NULL)
        cmocka_set_test_filter(getenv("KEEPER_TEST"));
    return cmocka_run_group_tests(tests, NULL, NULL);
}
