/* Loading fs.conf: what is read right, and what each mistake is told. */
#include "config/config.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static char folder[64];

static void write_conf(const char *bytes, size_t len)
{
    FILE *f = fopen("fs.conf", "w");
    assert_non_null(f);
    assert_int_equal(fwrite(bytes, 1, len, f), len);
    assert_int_equal(fclose(f), 0);
}

static struct config *load_good(const char *text)
{
    struct error e = {0};
    struct config *c = NULL;
    write_conf(text, strlen(text));
    if (config_load(&c, "fs.conf", &e) != 0)
        fail_msg("%s", e.text);
    return c;
}

static void expect_refused(const char *text, const char *words)
{
    struct error e = {0};
    struct config *c = NULL;
    write_conf(text, strlen(text));
    assert_int_equal(config_load(&c, "fs.conf", &e), -EINVAL);
    assert_null(c);
    assert_int_equal(e.code, EINVAL);
    if (strcmp(e.text, words) != 0)
        fail_msg("told:     %s\nexpected: %s", e.text, words);
}

#define HEAD "[company]\nname = N\n[device]\nname = lt-0042\n"
#define WORK "[mount \"work\"]\npath = /home/alice/Work\nrep = alice\nemail = alice@n.example\n"

static const char sample[] =
    "# fs.conf: the machine\n"
    "[company]\n"
    "name       = Northwind Sales\n"
    "repository = /var/lib/holdfast/company.git\n"
    "remote     = ssh://git@records.example.com/northwind.git   ; none: the record stays here\n"
    "[device]\n"
    "name = lt-0042\n"
    "key  = /etc/holdfast/device.key\n"
    "[state]\n"
    "spool  = /var/lib/holdfast/spool\n"
    "run    = /run/holdfast              ; control socket, pid file\n"
    "policy = /etc/holdfast/policy.d\n"
    "[mount \"work\"]                      ; as many as wanted\n"
    "path  = /home/alice/Work\n"
    "store = /var/lib/holdfast/store/work  ; omitted: the folder itself, hidden underneath\n"
    "rep   = alice\n"
    "email = alice@northwind.example\n";

static void test_design_sample(void **state)
{
    (void)state;
    struct config *c = load_good(sample);
    assert_string_equal(c->path, "fs.conf");
    assert_string_equal(c->company_name, "Northwind Sales");
    assert_string_equal(c->remote, "ssh://git@records.example.com/northwind.git");
    assert_string_equal(c->run, "/run/holdfast");
    assert_string_equal(c->user, "holdfast");
    assert_string_equal(c->inspector, "holdfast-inspect");
    assert_string_equal(c->volume, "quarter");
    assert_int_equal(c->spool_limit_bytes, UINT64_C(10) << 30);
    assert_int_equal(c->mount_count, 1);
    assert_string_equal(c->mounts[0].name, "work");
    assert_string_equal(c->mounts[0].store, "/var/lib/holdfast/store/work");
    assert_int_equal(c->mounts[0].interval_s, 60);
    assert_int_equal(c->mounts[0].personal.count, 0);
    config_free(c);
}

static void test_events(void **state)
{
    (void)state;
    struct config *c = load_good(HEAD WORK);
    assert_string_equal(c->hooks, "/etc/holdfast/hooks");
    assert_string_equal(c->hooks_run_as, "rep");
    assert_int_equal(c->hooks_limit_s, 10);
    config_free(c);
    c = load_good(HEAD WORK "[events]\nhooks = /srv/hooks/\nrun-as = keeper\nlimit = 2m\n");
    assert_string_equal(c->hooks, "/srv/hooks");
    assert_string_equal(c->hooks_run_as, "keeper");
    assert_int_equal(c->hooks_limit_s, 120);
    config_free(c);
    expect_refused(HEAD WORK "[events]\nrun-as = root\n", "fs.conf:10: run-as: \"root\": expected rep or keeper");
    expect_refused(HEAD WORK "[events]\nlimit = 0\n",
                   "fs.conf:10: limit: \"0\": expected a duration from 1s to 1d, such as 90s, 5m or 1h");
    expect_refused(HEAD WORK "[events]\nhooks = /home/alice/Work/hooks\n",
                   "fs.conf:10: hooks: \"/home/alice/Work/hooks\": this lies inside [mount \"work\"]; keep it where no "
                   "rep writes");
}

static void test_least_file(void **state)
{
    (void)state;
    struct config *c = load_good(HEAD WORK);
    assert_null(c->remote);
    assert_null(c->mounts[0].store);
    assert_string_equal(c->repository, "/var/lib/holdfast/company.git");
    assert_ptr_equal(config_find_mount(c, "work"), &c->mounts[0]);
    assert_null(config_find_mount(c, "wor"));
    config_free(c);
}

static void test_values_and_lists(void **state)
{
    (void)state;
    struct config *c = load_good("\xef\xbb\xbf" HEAD "[state]\nlimit = 512M\nuser = records\n" WORK
                                 "personal = Private/**, *.key,\n   Secret/ ; a comment\n\tdiary.txt\ninterval = 5m\r\n"
                                 "[mount \"two\"]\npath = /srv/two/\nrep = bob\nemail = bob@n.example\n");
    assert_int_equal(c->spool_limit_bytes, UINT64_C(512) << 20);
    assert_string_equal(c->user, "records");
    const struct config_globs *g = &c->mounts[0].personal;
    assert_int_equal(g->count, 4);
    assert_string_equal(g->globs[0], "Private/**");
    assert_string_equal(g->globs[2], "Secret/**");
    assert_string_equal(g->globs[3], "diary.txt");
    assert_int_equal(c->mounts[0].interval_s, 300);
    assert_string_equal(c->mounts[1].path, "/srv/two");
    config_free(c);
}

static void test_bad_values(void **state)
{
    (void)state;
    expect_refused(HEAD WORK "interval = 7 yeers\n",
                   "fs.conf:9: interval: \"7 yeers\": expected a duration from 1s to 1d, such as 90s, 5m or 1h");
    expect_refused(HEAD WORK "interval = 2d\n",
                   "fs.conf:9: interval: \"2d\": expected a duration from 1s to 1d, such as 90s, 5m or 1h");
    expect_refused(
        HEAD WORK "interval = 99999999999999999999s\n",
        "fs.conf:9: interval: \"99999999999999999999s\": expected a duration from 1s to 1d, such as 90s, 5m or 1h");
    expect_refused(HEAD WORK "interval = 60\n",
                   "fs.conf:9: interval: \"60\": expected a duration from 1s to 1d, such as 90s, 5m or 1h");
    expect_refused("[state]\nlimit = 10 G\n",
                   "fs.conf:2: limit: \"10 G\": expected a size from 16M to 1024T, such as 500M or 10G");
    expect_refused("[company]\nvolume = week\n", "fs.conf:2: volume: \"week\": expected quarter, month or year");
    expect_refused("[company]\nvolume = quarter month\n",
                   "fs.conf:2: volume: \"quarter month\": expected quarter, month or year");
    expect_refused("[company]\nremote = --upload-pack=x\n",
                   "fs.conf:2: remote: \"--upload-pack=x\": expected what git push takes, such as "
                   "ssh://git@records.example.com/northwind.git, or none");
    expect_refused("[company]\nname =\n", "fs.conf:2: name: \"\": expected some words, without control characters");
    expect_refused("[state]\nuser = root\n",
                   "fs.conf:2: user: \"root\": expected the name of a system user other than root, such as holdfast");
}

static void expect_bad(const char *line, const char *key)
{
    char text[512];
    struct error e = {0};
    struct config *c = NULL;
    snprintf(text, sizeof text, "[company]\n%s\n", line);
    if (strcmp(key, "rep") == 0 || strcmp(key, "email") == 0 || strcmp(key, "personal") == 0)
        snprintf(text, sizeof text, "[mount \"work\"]\n%s\n", line);
    write_conf(text, strlen(text));
    assert_int_equal(config_load(&c, "fs.conf", &e), -EINVAL);
    char start[64];
    snprintf(start, sizeof start, "fs.conf:2: %s: \"", key);
    if (strncmp(e.text, start, strlen(start)) != 0)
        fail_msg("%s: %s", line, e.text);
}

static void test_bad_names_and_paths(void **state)
{
    (void)state;
    static const char *const reps[] = {"rep = .alice",
                                       "rep = alice.",
                                       "rep = a..b",
                                       "rep = a/b",
                                       "rep = a b",
                                       "rep = -alice",
                                       "rep = a.lock",
                                       "rep = \xc3\xa9va",
                                       "rep = a~1",
                                       "rep = \"alice\"",
                                       "rep = @{",
                                       "rep = a:b",
                                       "rep = a\x01"
                                       "b"};
    for (size_t i = 0; i < sizeof reps / sizeof reps[0]; i++)
        expect_bad(reps[i], "rep");
    static const char *const paths[] = {"repository = company.git", "repository = /a/../b", "repository = /a/./b",
                                        "repository = /a//b",       "repository = /a/..",   "repository = \"/a\"",
                                        "repository = ~/x"};
    for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++)
        expect_bad(paths[i], "repository");
    static const char *const emails[] = {"email = alice", "email = @x", "email = a@", "email = a@b@c",
                                         "email = A <a@b>"};
    for (size_t i = 0; i < sizeof emails / sizeof emails[0]; i++)
        expect_bad(emails[i], "email");
    static const char *const globs[] = {"personal = /Private", "personal = ../x", "personal = a/./b", "personal = a,,b",
                                        "personal =",          "personal = a//b", "personal = ,"};
    for (size_t i = 0; i < sizeof globs / sizeof globs[0]; i++)
        expect_bad(globs[i], "personal");
}

static void test_unknown_words(void **state)
{
    (void)state;
    expect_refused("[company]\nrepositry = /x\n",
                   "fs.conf:2: repositry: no such key in [company]; did you mean repository?");
    expect_refused("[company]\ninterval = 5m\n",
                   "fs.conf:2: interval: no such key in [company]; it belongs in [mount]");
    expect_refused("[company]\nzzz = 5m\n", "fs.conf:2: zzz: no such key in [company]; fs.conf(5) lists them");
    expect_refused("[compny]\n", "fs.conf:1: [compny]: no such section; did you mean [company]?");
    expect_refused("[frobnicate]\n",
                   "fs.conf:1: [frobnicate]: no such section; expected [company], [device], [state], [events], "
                   "[guard], [mount \"NAME\"] or [sink \"NAME\"]");
    expect_refused("name = x\n", "fs.conf:1: name: expected a section such as [company] before it");
    expect_refused("[company]\nname\n", "fs.conf:2: expected \"key = value\", a [section] or a comment");
    expect_refused("[company\nname = x\n", "fs.conf:1: expected a section such as [company] or [mount \"work\"]");
    expect_refused("[mount work]\n", "fs.conf:1: expected a section such as [company] or [mount \"work\"]");
    expect_refused("[company] name = x\n", "fs.conf:1: expected nothing but a comment behind the section's name");
}

static void test_later_versions(void **state)
{
    (void)state;
    expect_refused(HEAD WORK "notice = /etc/notice\n",
                   "fs.conf:9: notice: this version does not show notices, and would not "
                   "enforce this; remove the line");
}

static void test_guard(void **state)
{
    (void)state;
    struct config *c = load_good(HEAD WORK);
    assert_string_equal(c->guard_mode, "audit");
    assert_false(config_is_departing(c, "alice"));
    config_free(c);
    c = load_good(HEAD WORK "[guard]\nmode = enforce\ndeparting = bob,\n  alice, carol.b\n");
    assert_string_equal(c->guard_mode, "enforce");
    assert_int_equal(c->guard_departing.count, 3);
    assert_true(config_is_departing(c, "alice"));
    assert_false(config_is_departing(c, "ali"));
    assert_false(config_is_departing(c, "carol"));
    config_free(c);
    expect_refused(HEAD WORK "[guard]\nmode = block\n", "fs.conf:10: mode: \"block\": expected audit or enforce");
    expect_refused(HEAD WORK "[guard]\ndeparting = b*b\n",
                   "fs.conf:10: departing: \"b*b\": expected names of reps, separated by commas, such as bob, carol");
    expect_refused(HEAD WORK "[guard]\ndepart = bob\n",
                   "fs.conf:10: depart: no such key in [guard]; did you mean departing?");
    expect_refused(HEAD WORK "[guard]\nspool = /a\n",
                   "fs.conf:10: spool: no such key in [guard]; it belongs in [state]");
}

static void test_sinks(void **state)
{
    (void)state;
    struct config *c = load_good(HEAD WORK "[sink \"sticks\"]\nkind = removable\nloop = yes\n"
                                           "[sink \"out\"]\npath = /srv/out\n[sink \"tmp\"]\nkind = temporary\n");
    assert_int_equal(c->sink_count, 3);
    assert_string_equal(c->sinks[0].name, "sticks");
    assert_string_equal(c->sinks[0].kind, "removable");
    assert_string_equal(c->sinks[0].loop, "yes");
    assert_null(c->sinks[1].kind);
    assert_string_equal(c->sinks[1].path, "/srv/out");
    assert_string_equal(c->sinks[1].loop, "no");
    assert_ptr_equal(config_find_sink(c, "tmp"), &c->sinks[2]);
    assert_null(config_find_sink(c, "other"));
    config_free(c);
}

static void test_sinks_that_cannot_be(void **state)
{
    (void)state;
    expect_refused(HEAD WORK "[sink]\nkind = sync\n", "fs.conf:9: [sink]: expected a name, as in [sink \"sticks\"]");
    expect_refused(HEAD WORK "[sink \"a b\"]\n",
                   "fs.conf:9: [sink \"a b\"]: expected a name of letters, digits, '-' and '_', at most 32");
    expect_refused(HEAD WORK "[sink \"a\"]\nkind = sync\n[sink \"a\"]\n",
                   "fs.conf:11: [sink \"a\"]: there is one of that name already");
    expect_refused(HEAD WORK "[sink \"a\"]\nkind = usb\n",
                   "fs.conf:10: kind: \"usb\": expected removable, network, sync, downloads or temporary");
    expect_refused(HEAD WORK "[sink \"a\"]\n",
                   "fs.conf:9: kind: \"\": missing in [sink \"a\"]; expected \"kind = removable\", \"path = "
                   "/srv/outbox\" or the like");
    expect_refused(HEAD WORK "[sink \"a\"]\nkind = sync\npath = /srv\n",
                   "fs.conf:11: path: \"/srv\": [sink \"a\"] has a kind already; make it two sinks");
    expect_refused(HEAD WORK "[sink \"a\"]\nkind = sync\nloop = yes\n",
                   "fs.conf:11: loop: \"yes\": this is for sinks of kind removable only");
    expect_refused(HEAD WORK "[sink \"a\"]\npath = /home/alice/Work/x\n",
                   "fs.conf:10: path: \"/home/alice/Work/x\": this lies in [mount \"work\"] or its store; a sink lies "
                   "outside");
    expect_refused(HEAD "[mount \"guard\"]\npath = /home/alice/Work\nrep = alice\nemail = alice@n.example\n"
                        "[sink \"a\"]\nkind = sync\n",
                   "fs.conf:6: path: \"/home/alice/Work\": with a [sink] no mount can be named \"guard\"; give [mount "
                   "\"guard\"] another name");
}

static void test_sections(void **state)
{
    (void)state;
    expect_refused("", "fs.conf: [company]: missing");
    expect_refused(HEAD, "fs.conf: [mount \"NAME\"]: missing; expected at least one");
    expect_refused("[company]\n[device]\nname = d\n" WORK,
                   "fs.conf:1: name: missing in this section; expected \"name = Northwind Sales\" or the like");
    expect_refused(HEAD "[mount \"work\"]\n\npath = /a\nemail = a@b\n",
                   "fs.conf:5: rep: missing in this section; expected \"rep = alice\" or the like");
    expect_refused(HEAD "[company]\n", "fs.conf:5: [company]: the section began in line 1 already; put its keys there");
    expect_refused(HEAD WORK WORK, "fs.conf:9: [mount \"work\"]: there is one of that name already");
    expect_refused("[company \"x\"]\n", "fs.conf:1: [company]: expected no name in quotes");
    expect_refused("[mount]\n", "fs.conf:1: [mount]: expected a name, as in [mount \"work\"]");
    expect_refused("[mount \"a/b\"]\n",
                   "fs.conf:1: [mount \"a/b\"]: expected a name of letters, digits, '-' and '_', at most 32");
    expect_refused(
        "[mount \"abcdefghijklmnopqrstuvwxyz0123456789\"]\n",
        "fs.conf:1: [mount \"abcdefghijklmnopqrstuvwxyz0123456789\"]: expected a name of letters, digits, '-' and "
        "'_', at most 32");
    expect_refused(HEAD WORK "path = /x\n", "fs.conf:9: path: set in line 6 already");
    expect_refused("[company]\nname = x\n  and more\n",
                   "fs.conf:3: an indented line goes on with the value above, and name takes one line");
    expect_refused("[company]\n  [device]\n", "fs.conf:2: a section begins at the start of its line");
}

static void test_long_lines(void **state)
{
    (void)state;
    char text[1024] = "#";
    memset(text + 1, 'x', 500);
    strcpy(text + 501, "\n" HEAD WORK);
    config_free(load_good(text)); /* a comment may be as long as it likes */
    memcpy(text, "[company]\nname = ", 17);
    struct error e = {0};
    struct config *c = NULL;
    write_conf(text, strlen(text));
    assert_int_equal(config_load(&c, "fs.conf", &e), -EINVAL);
    assert_non_null(strstr(e.text, "fs.conf:2: the line is longer than "));
}

#define MOUNT(name, path, more) "[mount \"" name "\"]\npath = " path "\nrep = r\nemail = a@b\n" more

static void test_clashes(void **state)
{
    (void)state;
    expect_refused(
        HEAD MOUNT("a", "/w", "") MOUNT("b", "/w", ""),
        "fs.conf:10: path: \"/w\": mounts cannot lie inside each other; this one overlaps the path of [mount \"a\"]");
    expect_refused(
        HEAD MOUNT("a", "/w/x", "") MOUNT("b", "/w", ""),
        "fs.conf:10: path: \"/w\": mounts cannot lie inside each other; this one overlaps the path of [mount \"a\"]");
    config_free(load_good(HEAD MOUNT("a", "/w", "") MOUNT("b", "/w2", "")));
    expect_refused(HEAD MOUNT("a", "/", ""), "fs.conf:6: path: \"/\": the root folder cannot be a mount");
    expect_refused(
        HEAD MOUNT("a", "/w", "store = /w/.s\n"),
        "fs.conf:9: store: \"/w/.s\": a store lies outside the mount's own path; leave store out to keep the files "
        "underneath");
    expect_refused(HEAD MOUNT("a", "/w", "store = /s\n") MOUNT("b", "/s/w", ""),
                   "fs.conf:11: path: \"/s/w\": this overlaps the store of [mount \"a\"]; keep them apart");
    expect_refused(HEAD MOUNT("a", "/w", "") MOUNT("b", "/x", "store = /w/s\n"),
                   "fs.conf:13: store: \"/w/s\": this overlaps path or store of [mount \"a\"]; keep them apart");
    expect_refused(
        HEAD MOUNT("a", "/var", ""),
        "fs.conf: repository: \"/var/lib/holdfast/company.git\": this lies inside [mount \"a\"]; keep it where no "
        "rep writes");
    expect_refused(HEAD "[state]\nspool = /w/spool\n" MOUNT("a", "/w", ""),
                   "fs.conf:6: spool: \"/w/spool\": this lies inside [mount \"a\"]; keep it where no rep writes");
    expect_refused(
        HEAD "[state]\nuser = holdfast-inspect\n" WORK,
        "fs.conf: inspector: \"holdfast-inspect\": inspector and user must be two users, or hostile bytes would be "
        "one step from the record");
}

static void test_unreadable_files(void **state)
{
    (void)state;
    struct error e = {0};
    struct config *c = NULL;
    assert_int_equal(config_load(&c, "missing.conf", &e), -ENOENT);
    assert_string_equal(e.text, "missing.conf: No such file or directory");
    e = (struct error){0};
    assert_int_equal(config_load(&c, ".", &e), -EINVAL);
    assert_int_equal(config_load(&c, "missing.conf", NULL), -ENOENT);
    write_conf("[company]\0name = x\n", 19);
    e = (struct error){0};
    assert_int_equal(config_load(&c, "fs.conf", &e), -EINVAL);
    assert_string_equal(e.text, "fs.conf: expected text; there is a NUL byte in it");
}

/* Whatever the file holds, loading ends, and either fills *out or tells why not. */
static void test_mangled(void **state)
{
    (void)state;
    unsigned seed = 1;
    for (int round = 0; round < 20000; round++) {
        char text[sizeof sample];
        memcpy(text, sample, sizeof sample);
        for (int k = 0; k < 1 + round % 4; k++)
            text[(size_t)rand_r(&seed) % (sizeof sample - 1)] = (char)rand_r(&seed);
        write_conf(text, sizeof sample - 1);
        struct error e = {0};
        struct config *c = NULL;
        int err = config_load(&c, "fs.conf", &e);
        assert_true((err == 0) == (c != NULL));
        assert_true((err == 0) == (e.code == 0));
        config_free(c);
    }
}

static int enter_folder(void **state)
{
    (void)state;
    strcpy(folder, "/tmp/holdfast-config-XXXXXX");
    return mkdtemp(folder) == NULL || chdir(folder) != 0;
}

static int leave_folder(void **state)
{
    (void)state;
    unlink("fs.conf");
    return chdir("/") != 0 || rmdir(folder) != 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_design_sample),
        cmocka_unit_test(test_events),
        cmocka_unit_test(test_least_file),
        cmocka_unit_test(test_values_and_lists),
        cmocka_unit_test(test_bad_values),
        cmocka_unit_test(test_bad_names_and_paths),
        cmocka_unit_test(test_unknown_words),
        cmocka_unit_test(test_later_versions),
        cmocka_unit_test(test_guard),
        cmocka_unit_test(test_sections),
        cmocka_unit_test(test_long_lines),
        cmocka_unit_test(test_clashes),
        cmocka_unit_test(test_unreadable_files),
        cmocka_unit_test(test_mangled),
        cmocka_unit_test(test_sinks),
        cmocka_unit_test(test_sinks_that_cannot_be),
    };
    return cmocka_run_group_tests(tests, enter_folder, leave_folder);
}
