/* The reading commands from end to end, once from the repository and once through the daemon's socket. */
#include "../control/world.h"

#include "cli/command.h"

#include <fcntl.h>
#include <sys/mman.h>

static struct world w;
static char conf[128];

/* Run one command in this process: its exit status; what it wrote is in `out` (standard output) and `told` (standard
 * error). */
static struct buf out, told;

static void read_all(int fd, struct buf *to)
{
    struct stat st;
    buf_clear(to);
    assert_int_equal(fstat(fd, &st), 0);
    char *room = buf_reserve(to, (size_t)st.st_size + 1);
    ssize_t got = fd_pread_full(fd, room, (size_t)st.st_size, 0);
    room[got] = 0;
    to->len = (size_t)got;
}

static int run_words(int argc, char **argv)
{
    struct cli c;
    const struct cli_command *command = cli_find_command(argv[0]);
    assert_non_null(command);
    int status = cli_parse(command, argc, argv, &c);
    if (status != 0)
        return status;
    struct error e = {0};
    if (command->wants_config && (c.repo == NULL || c.conf != NULL))
        must(config_load(&c.config, c.conf, &e), &e);
    status = command->run(&c);
    config_free(c.config);
    return status;
}

static int run(const char *first, ...)
{
    char *argv[16] = {(char *)(uintptr_t)first};
    int argc = 1, saved_out = dup(1), saved_err = dup(2);
    va_list args;
    va_start(args, first);
    while ((argv[argc] = va_arg(args, char *)) != NULL)
        argc++;
    va_end(args);
    fd_auto to = memfd_create("out", MFD_CLOEXEC), err = memfd_create("err", MFD_CLOEXEC);
    fflush(stdout);
    dup2(to, 1);
    dup2(err, 2);
    int status = run_words(argc, argv);
    fflush(stdout);
    fflush(stderr);
    dup2(saved_out, 1);
    dup2(saved_err, 2);
    close(saved_out);
    close(saved_err);
    read_all(to, &out);
    read_all(err, &told);
    return status;
}

static void expect_out(const char *text)
{
    if (strcmp(out.data, text) != 0)
        fail_msg("printed:\n%s\nexpected:\n%s\n(told: %s)", out.data, text, told.data);
}

static void expect_part(const struct buf *b, const char *part)
{
    if (strstr(b->data, part) == NULL)
        fail_msg("printed:\n%s\nexpected somewhere:\n%s", b->data, part);
}

/* Each test runs with `how[0..1]` = --conf FILE (daemon or repository, as set up) or --repo DIR. */
static const char *how[2];
#define VIA how[0], how[1]

static void test_log_of_a_file(void **state)
{
    (void)state;
    assert_int_equal(run("log", "Prospects/acme.csv", "--mount", "work", VIA, NULL), CLI_DONE);
    expect_out("     2  2026-11-22 02:01:00  save             8 B  +2 B        Prospects/acme.csv  vim.basic\n"
               "     1  2026-11-22 02:00:00  save             6 B              Prospects/acme.csv  vim.basic\n");
    assert_int_equal(run("log", "Prospects/acme.csv", "--mount", "work", "-n", "1", VIA, NULL), CLI_DONE);
    expect_out("     2  2026-11-22 02:01:00  save             8 B  +2 B        Prospects/acme.csv  vim.basic\n");
}

static void test_log_of_all(void **state)
{
    (void)state;
    assert_int_equal(run("log", "--rep", "alice", "--mount", "work", VIA, NULL), CLI_DONE);
    expect_part(&out, "delete                            \"odd\\n\\\"\\377.txt\"           vim.basic\n");
    expect_part(&out, "link -> Prospects/acme.csv");
    assert_int_equal(run("log", VIA, NULL), CLI_DONE);
    expect_part(&out, "bob         desk/Prospects/acme.csv");
}

static void test_log_by_time(void **state)
{
    (void)state;
    assert_int_equal(run("log", "--since", "2026-11-22T02:04:30Z", "--json", VIA, NULL), CLI_DONE);
    expect_part(&out, "\"rep\":\"bob\"");
    assert_null(strstr(out.data, "alice"));
    assert_int_equal(run("log", "--since", "tomorrow", VIA, NULL), CLI_USAGE);
    expect_part(&told, "--since \"tomorrow\": expected a time such as");
    assert_int_equal(run("log", "-n", "-1", VIA, NULL), CLI_USAGE);
    assert_int_equal(run("log", "-n", "0", VIA, NULL), CLI_DONE);
    expect_out("");
}

static void test_log_json(void **state)
{
    (void)state;
    assert_int_equal(run("log", "--mount", "work", "--json", VIA, NULL), CLI_DONE);
    size_t lines = 0;
    for (char *line = strtok(out.data, "\n"); line != NULL; line = strtok(NULL, "\n"), lines++) {
        json_auto *json = json_loads(line, 0, NULL);
        assert_string_equal(json_string_value(json_object_get(json, "mount")), "work");
    }
    assert_int_equal(lines, 5);
}

static void test_show(void **state)
{
    (void)state;
    assert_int_equal(run("show", "work/Prospects/acme.csv", VIA, NULL), CLI_DONE);
    expect_out("a\nB\nc\nd\n");
    assert_int_equal(run("show", "work/Prospects/acme.csv", "--at", "1", VIA, NULL), CLI_DONE);
    expect_out("a\nb\nc\n");
    assert_int_equal(run("show", "work/Prospects/acme.csv", "--at", "2026-11-22T02:00:30Z", VIA, NULL), CLI_DONE);
    expect_out("a\nb\nc\n");
    assert_int_equal(run("show", "work/link", VIA, NULL), CLI_DONE);
    expect_out("Prospects/acme.csv");
    assert_int_equal(run("show", "work/odd\n\"\xff.txt", "--at", "3", VIA, NULL), CLI_DONE);
    expect_out("odd");
    assert_int_equal(run("show", "work/Prospects/acme.csv", "--json", "--at", "1", VIA, NULL), CLI_DONE);
    expect_part(&out, "\"seq\":1,");
    assert_int_equal(run("show", "work/never", VIA, NULL), CLI_USAGE);
    expect_out("");
    assert_int_equal(run("show", "work/Prospects/acme.csv", "--at", "2001-01-01", VIA, NULL), CLI_USAGE);
    assert_int_equal(run("show", NULL), CLI_USAGE);
    expect_part(&told, "show: expected PATH");
}

static void test_diff(void **state)
{
    (void)state;
    assert_int_equal(run("diff", "work/Prospects/acme.csv", VIA, NULL), CLI_DONE);
    expect_out("--- Prospects/acme.csv\tversion 1, 2026-11-22 02:00:00\n"
               "+++ Prospects/acme.csv\tversion 2, 2026-11-22 02:01:00\n"
               "@@ -1,3 +1,4 @@\n a\n-b\n+B\n c\n+d\n");
    assert_int_equal(run("diff", "work/Prospects/acme.csv", "--from", "2", "--to", "1", VIA, NULL), CLI_DONE);
    expect_part(&out, "-B\n+b\n c\n-d\n");
    assert_int_equal(run("diff", "work/Prospects/acme.csv", "--from", "1", "--to", "1", VIA, NULL), CLI_DONE);
    expect_out("versions 1 and 1 have the same content\n");
    assert_int_equal(run("diff", "work/link", VIA, NULL), CLI_DONE);
    expect_part(&out, "--- /dev/null\n");
    expect_part(&out, "+Prospects/acme.csv\n\\ No newline at end of file\n");
    assert_int_equal(run("diff", "work/Prospects/acme.csv", "--json", VIA, NULL), CLI_DONE);
    json_auto *json = json_loads(out.data, 0, NULL);
    assert_int_equal(json_array_size(json_object_get(json, "lines")), 5);
    assert_true(json_is_true(json_object_get(json, "text")));
}

static void test_restore_to_file(void **state)
{
    (void)state;
    char path[128], target[64] = "";
    struct stat st;
    snprintf(path, sizeof path, "%s/back.csv", w.folder);
    assert_int_equal(run("restore", "work/Prospects/acme.csv", "--at", "1", "--to", path, VIA, NULL), CLI_DONE);
    expect_part(&out, "version 1 of 2026-11-22 02:00:00 is back as ");
    fd_auto fd = open(path, O_RDONLY);
    read_all(fd, &out);
    expect_out("a\nb\nc\n");
    assert_int_equal(fstat(fd, &st), 0);
    assert_int_equal(st.st_mode & 07777, 0640);
    assert_int_equal(run("restore", "work/link", "--at", "4", "--to", path, VIA, NULL), CLI_DONE);
    assert_int_equal(readlink(path, target, sizeof target - 1), 18);
    assert_string_equal(target, "Prospects/acme.csv");
    assert_int_equal(unlink(path), 0);
}

static void test_restore_refused(void **state)
{
    (void)state;
    char path[128];
    snprintf(path, sizeof path, "%s/back", w.folder);
    assert_int_equal(run("restore", "work/Prospects/acme.csv", VIA, NULL), CLI_USAGE);
    assert_int_equal(run("restore", "work/odd\n\"\xff.txt", "--at", "5", "--to", path, VIA, NULL), CLI_USAGE);
    assert_int_equal(access(path, F_OK), -1);
    assert_int_equal(run("restore", "work/Prospects/acme.csv", "--at", "1", "--to", w.folder, VIA, NULL),
                     CLI_COULD_NOT);
    int status = run("restore", "work/Prospects/acme.csv", "--at", "1", VIA, NULL);
    assert_int_equal(status, strcmp(how[0], "--repo") == 0 ? CLI_USAGE : CLI_COULD_NOT); /* nothing is mounted */
}

static void test_ambiguous_paths(void **state)
{
    (void)state;
    assert_int_equal(run("show", "Prospects/acme.csv", VIA, NULL), CLI_USAGE);
    expect_part(&told, strcmp(how[0], "--repo") == 0 ? "the record has several" : "in which mount?");
    assert_int_equal(run("show", "Prospects/acme.csv", "--mount", "desk", VIA, NULL), CLI_DONE);
    expect_out("bob's\n");
}

static void test_paths_by_config(void **state)
{
    (void)state;
    char path[128];
    snprintf(path, sizeof path, "%s/Work/./x/../Prospects//acme.csv", w.folder);
    assert_int_equal(run("show", path, VIA, NULL), CLI_DONE);
    expect_out("a\nB\nc\nd\n");
    assert_int_equal(run("show", "/etc/passwd", VIA, NULL), CLI_USAGE);
    expect_part(&told, "lies in no mount");
    assert_int_equal(run("show", "work", VIA, NULL), CLI_USAGE);
    expect_part(&told, "expected a file; this is all of mount work");
    snprintf(path, sizeof path, "%s/Work/Prospects", w.folder);
    assert_int_equal(mkdir(config_find_mount(w.config, "work")->path, 0755), 0);
    assert_int_equal(mkdir(path, 0755), 0);
    assert_int_equal(chdir(path), 0);
    assert_int_equal(run("show", "acme.csv", VIA, NULL), CLI_DONE);
    assert_int_equal(run("show", "../Prospects/acme.csv", VIA, NULL), CLI_DONE);
    assert_int_equal(run("log", "..", VIA, NULL), CLI_DONE);
    expect_part(&out, "link");
    assert_int_equal(chdir("/"), 0);
    rmdir(path);
    rmdir(config_find_mount(w.config, "work")->path);
}

static void test_status_and_sync(void **state)
{
    (void)state;
    assert_int_equal(run("status", VIA, NULL), CLI_DONE);
    expect_part(&out, "work  ");
    expect_part(&out, "all is well");
    board_set_trouble(&w.boards[1]->mount.trouble, "bad\033[2Jnews");
    assert_int_equal(run("status", VIA, NULL), CLI_FOUND);
    expect_part(&out, "\"bad\\033[2Jnews\" (since ");
    assert_null(strchr(out.data, '\033'));
    assert_int_equal(run("status", "--json", VIA, NULL), CLI_FOUND);
    board_clear_trouble(&w.boards[1]->mount.trouble);
    assert_int_equal(run("sync", VIA, NULL), CLI_DONE);
    assert_int_equal(w.synced, 1);
    assert_int_equal(run("sync", "--publish", VIA, NULL), CLI_USAGE);
}

/* Two events sealed, one not, which only the daemon knows of. */
#define EVENT(seq, second, unmapped, rest)                                                                             \
    "{\"metadata\":{\"sequence\":" seq "},\"time_dt\":\"2026-11-22T02:00:" second "Z\",\"unmapped\":{" unmapped        \
    "}" rest "}\n"
#define DECISION(action, mode)                                                                                         \
    "\"event\":\"open\",\"action\":\"" action "\",\"mode\":\"" mode "\",\"mount\":\"work\",\"rep\":\"alice\","         \
    "\"class\":\"prospect-list\",\"path\":\"Prospects/acme.csv\",\"rule\":\"sales/usb\""
#define ACTOR                                                                                                          \
    ",\"actor\":{\"process\":{\"file\":{\"path\":\"/usr/bin/"                                                          \
    "rclone\"}},\"user\":{\"uid\":\"1000\",\"name\":\"alice\"}}"
static const char sealed_events[] = EVENT("1", "01", "\"event\":\"session\",\"note\":\"start\"", "")
    EVENT("2", "02", DECISION("block", "audit"), ACTOR);
static const char pending_events[] =
    EVENT("3", "03", "\"event\":\"gap\",\"mount\":\"work\",\"note\":\"\\u001b[2J lost\"", "");

static int pending_for_test(void *ctx, struct buf *lines)
{
    (void)ctx;
    buf_puts(lines, pending_events);
    return 0;
}

static void test_audit(void **state)
{
    (void)state;
    bool daemon = strcmp(how[0], "--conf") == 0 && w.server != NULL;
    struct record_audit_state log = {0};
    struct error e = {0};
    const struct record_audit_seal seal = {sealed_events, strlen(sealed_events), 2, T0, T0 + 9 * NS_PER_SEC, T0};
    must(record_read_audit(w.writer, &log, &e), &e);
    if (log.seq == 0)
        must(record_seal_audit(w.writer, &log, &seal, &e), &e);
    record_audit_free(&log);
    w.host.audit_pending = pending_for_test;
    assert_int_equal(run("audit", "--since", "2026-11-22T02:00:02Z", VIA, NULL), CLI_DONE);
    if (daemon)
        expect_part(&out, "3*  2026-11-22 02:00:03  gap ");
    assert_null(strchr(out.data, '\033'));
    expect_part(&out, "2026-11-22 02:00:02  block (audit)  alice  rclone  prospect-list  work/Prospects/acme.csv");
    expect_part(&out, "  sales/usb\n");
    assert_null(strstr(out.data, "start"));
    assert_int_equal(run("audit", "Prospects", "--mount", "work", "--rule", "usb", VIA, NULL), CLI_DONE);
    expect_part(&out,
                "2  2026-11-22 02:00:02  block (audit)  alice  rclone  prospect-list  Prospects/acme.csv  sales/usb\n");
    assert_int_equal(run("audit", "--json", "-n", "1", VIA, NULL), CLI_DONE);
    expect_part(&out, daemon ? "\"sealed\":false" : "\"sequence\":2");
    assert_int_equal(run("audit", "--class", "other", VIA, NULL), CLI_DONE);
    expect_out("");
    assert_int_equal(run("audit", "-n", "many", VIA, NULL), CLI_USAGE);
    expect_part(&told, "expected a whole number");
}

static void test_without_daemon(void **state)
{
    (void)state;
    assert_int_equal(run("status", VIA, NULL), CLI_COULD_NOT);
    expect_part(&told, "no daemon answers at ");
    assert_int_equal(run("sync", VIA, NULL), CLI_COULD_NOT);
    assert_int_equal(run("log", "--follow", VIA, NULL), CLI_USAGE);
    expect_part(&told, "--follow needs the daemon");
    assert_int_equal(run("log", "--repo", "/nowhere", NULL), CLI_COULD_NOT);
}

static int via_daemon(void **state)
{
    (void)state;
    how[0] = "--conf";
    how[1] = conf;
    if (w.server == NULL)
        world_serve(&w);
    return 0;
}

static int via_repository(void **state)
{
    (void)state;
    how[0] = "--repo";
    how[1] = w.config->repository;
    return 0;
}

static int without_daemon(void **state)
{
    (void)state;
    how[0] = "--conf";
    how[1] = conf;
    return 0;
}

static int open_world(void **state)
{
    (void)state;
    setenv("TZ", "UTC", 1);
    world_open(&w);
    snprintf(conf, sizeof conf, "%s/fs.conf", w.folder);
    return 0;
}

static int close_world(void **state)
{
    (void)state;
    world_close(&w);
    buf_free(&out);
    buf_free(&told);
    return 0;
}

#define EACH_WAY(test)                                                                                                 \
    {#test " by repository", test, via_repository, NULL, NULL},                                                        \
    {                                                                                                                  \
#test " without a daemon", test, without_daemon, NULL, NULL                                                    \
    }
#define DAEMON(test)                                                                                                   \
    {                                                                                                                  \
#test " by daemon", test, via_daemon, NULL, NULL                                                               \
    }

int main(void)
{
    const struct CMUnitTest tests[] = {
        {"without daemon", test_without_daemon, without_daemon, NULL, NULL},
        EACH_WAY(test_log_of_a_file),
        EACH_WAY(test_log_of_all),
        EACH_WAY(test_log_by_time),
        EACH_WAY(test_log_json),
        EACH_WAY(test_audit),
        EACH_WAY(test_show),
        EACH_WAY(test_diff),
        EACH_WAY(test_restore_to_file),
        EACH_WAY(test_restore_refused),
        EACH_WAY(test_ambiguous_paths),
        {"paths by config", test_paths_by_config, without_daemon, NULL, NULL},
        DAEMON(test_log_of_a_file),
        DAEMON(test_log_of_all),
        DAEMON(test_log_by_time),
        DAEMON(test_log_json),
        DAEMON(test_audit),
        DAEMON(test_show),
        DAEMON(test_diff),
        DAEMON(test_restore_to_file),
        DAEMON(test_restore_refused),
        DAEMON(test_ambiguous_paths),
        DAEMON(test_paths_by_config),
        DAEMON(test_status_and_sync),
    };
    return cmocka_run_group_tests(tests, open_world, close_world);
}
