/* What [open] rules say of an open: each kind of test, the order of rules, holds, modes, and what has to be known. */
#include "load.h"

#include "base/clock.h"
#include "policy/keys.h"
#include "policy/open.h"
#include "policy/rules.h"
#include "policy/sets.h"

#include <stdio.h>
#include <stdlib.h>

#define HEX_A       "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define HEX_B       "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"
#define CLASSES     "[class \"prospect-list\"]\nis = table\n[class \"confidential\"]\nmarks = 1\n"
#define LIST(lines) CLASSES "[open \"r\"]\nclass = prospect-list\naction = block\n" lines

static const struct policy_actor rclone = {.app = "/usr/bin/rclone",
                                           .hash = "",
                                           .parents = {"/usr/bin/bash", "/usr/sbin/sshd", "/usr/lib/systemd/systemd"},
                                           .parent_count = 3,
                                           .cgroup = "/user.slice/user-1000.slice/session-3.scope",
                                           .uid = 1000,
                                           .user = "alice",
                                           .session = SESSION_SSH};

/* Monday 2026-11-23, 09:30, by the time zone of the machine. */
static struct policy_open ask(const struct policy_actor *actor)
{
    return (struct policy_open){.class_name = "prospect-list",
                                .path = "Prospects/acme.csv",
                                .mount = "work",
                                .rep = "alice",
                                .is_current = true,
                                .actor = actor,
                                .now_ns = INT64_C(1795426200) * NS_PER_SEC,
                                .weekday = 0,
                                .minute = 9 * 60 + 30};
}

static int put_reason(void *ctx, const struct policy_reason *r)
{
    buf_printf(ctx, "%s %s %s: %s\n", r->rule->name, r->held ? "+" : "-", r->key, r->text);
    return 0;
}

static struct policy_verdict judge(const struct policy *p, const struct policy_open *q)
{
    struct policy_verdict v, aloud;
    buf_auto told = {0};
    policy_judge_open(p, q, POLICY_ENFORCE, &v, NULL, NULL);
    policy_judge_open(p, q, POLICY_ENFORCE, &aloud, put_reason, &told);
    assert_ptr_equal(v.rule, aloud.rule); /* found by keys, or by asking every rule */
    return v;
}

/* Is it blocked, by the rule `r` with these lines? */
static bool blocks(const char *lines, const struct policy_open *q)
{
    char text[2000];
    snprintf(text, sizeof text, LIST("%s"), lines);
    struct policy *p = load_good(text);
    struct policy_verdict v = judge(p, q);
    assert_true((v.rule != NULL) == (v.action == POLICY_BLOCK));
    policy_free(p);
    return v.action == POLICY_BLOCK;
}

/* The design's own example. */
static void test_example(void **state)
{
    (void)state;
    struct policy *p = load_good(
        CLASSES "[open \"sync clients\"]              ; who may read what inside the mount; first match wins\n"
                "class  = prospect-list, confidential\n"
                "app    = /usr/bin/rclone, /opt/dropbox/*, @browsers\n"
                "action = block                     ; allow | log | block | hold\n"
                "say    = Prospect lists stay on company storage. Ask sales-ops for a share link.\n");
    struct policy_open q = ask(&rclone);
    struct policy_verdict v = judge(p, &q);
    assert_int_equal(v.action, POLICY_BLOCK);
    assert_int_equal(v.mode, POLICY_ENFORCE);
    assert_string_equal(v.rule->name, "sync clients");
    assert_string_equal(v.rule->pack, "sales");
    assert_int_equal(v.rule->line, 5);
    assert_string_equal(v.say, "Prospect lists stay on company storage. Ask sales-ops for a share link.");
    assert_int_equal(policy_open_wants(p, "prospect-list"), POLICY_WANTS_RULE);
    assert_int_equal(policy_open_wants(p, "unclassified"), 0);
    q.class_name = "unclassified";
    v = judge(p, &q);
    assert_null(v.rule);
    assert_int_equal(v.action, POLICY_ALLOW);
    policy_free(p);
}

static const struct {
    const char *lines, *app;
    bool held;
} apps[] = {
    {"app = /usr/bin/rclone\n", "/usr/bin/rclone", true},
    {"app = /usr/bin/rclone\n", "/usr/local/bin/rclone", false},
    {"app = /bin/rclone\n", "/usr/bin/rclone", true},
    {"app = /lib64/*\n", "/usr/lib64/ld.so", true},
    {"app = /binary/*\n", "/usr/binary/x", false},
    {"app = /usr/bin/rclone\n", "/usr/bin/rclone2", false},
    {"app = /usr/*/rclone\n", "/usr/bin/rclone", true},
    {"app = /usr/*/rclone\n", "/usr/local/bin/rclone", false},
    {"app = /usr/**/rclone\n", "/usr/local/bin/rclone", true},
    {"app = /opt/dropbox/*\n", "/opt/dropbox/lib/dropboxd", true},
    {"app = rclone\n", "/home/alice/bin/rclone", true},
    {"app = rclone\n", "/home/alice/rclone/innocent", false},
    {"app = rclone*\n", "/home/alice/rclone-v1.68/x", false},
    {"app = rclone*\n", "/tmp/rclone-static", true},
    {"app = @sync-clients\n", "/home/alice/.dropbox-dist/dropbox", true},
    {"app = @sync-clients\n", "/usr/bin/vim.basic", false},
    {"app = @browsers\n", "/snap/firefox/4336/usr/lib/firefox/firefox", true},
    {"app = @scripting-languages\n", "/usr/bin/python3.13", true},
    {"app = vim.basic,\n  @archivers,\n  /opt/x\n", "/usr/bin/tar", true},
    {"app = *\n", "/usr/bin/anything", true},
    {"app = *\n", "", false},
    {"app = /**\n", "", false},
};

static void test_apps(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof apps / sizeof apps[0]; i++) {
        struct policy_actor actor = rclone;
        actor.app = apps[i].app;
        struct policy_open q = ask(&actor);
        if (blocks(apps[i].lines, &q) != apps[i].held)
            fail_msg("%s%s: expected %d", apps[i].lines, apps[i].app, apps[i].held);
    }
}

static void test_hashes(void **state)
{
    (void)state;
    struct policy_actor actor = rclone;
    const struct policy_open q = ask(&actor);
    actor.hash = HEX_A;
    assert_true(blocks("app = /usr/bin/rclone sha256:" HEX_A "\n", &q));
    assert_true(blocks("app = rclone   sha256:" HEX_A ", x\n", &q));
    assert_false(blocks("app = /usr/bin/rclone sha256:" HEX_B "\n", &q));
    actor.hash = "";
    assert_false(blocks("app = /usr/bin/rclone sha256:" HEX_A "\n", &q));
}

static const struct {
    const char *lines;
    bool held;
} subjects[] = {
    {"parent = sshd\n", true},
    {"parent = /usr/sbin/sshd, x\n", true},
    {"parent = rclone\n", false},
    {"parent = @browsers\n", false},
    {"user = alice\n", true},
    {"user = ali*\n", true},
    {"user = 1000\n", true},
    {"user = 100\n", false},
    {"user = bob, 1001\n", false},
    {"session = ssh\n", true},
    {"session = none, local\n", false},
    {"cgroup = user.slice/**\n", true},
    {"cgroup = session-*.scope\n", true},
    {"cgroup = system.slice/**\n", false},
    {"cgroup = flatpak:*, snap:*\n", false},
    {"rep = alice\n", true},
    {"rep = bob, al\n", false},
    {"path = Prospects/**\n", true},
    {"path = *.xlsx\n", false},
    {"departing = yes\n", false},
    {"departing = no\n", true},
    {"days = mon-fri\n", true},
    {"days = sat-tue\n", true},
    {"days = tue, sat-sun\n", false},
    {"hours = 08:00-18:00\n", true},
    {"hours = 09:31-18:00\n", false},
    {"hours = 08:00-09:30\n", false},
    {"hours = 22:00-09:31\n", true},
    {"hours = 22:00-06:00\n", false},
    {"until = 2026-11-25\n", true},
    {"until = 2026-11-22T00:00:00Z\n", false},
    {"app = rclone\nparent = bash\nuser = alice\nsession = ssh\ndays = mon\n", true},
    {"app = rclone\nparent = bash\nuser = bob\nsession = ssh\ndays = mon\n", false},
};

static void test_subjects(void **state)
{
    (void)state;
    const struct policy_open q = ask(&rclone);
    for (size_t i = 0; i < sizeof subjects / sizeof subjects[0]; i++)
        if (blocks(subjects[i].lines, &q) != subjects[i].held)
            fail_msg("%s: expected %d", subjects[i].lines, subjects[i].held);
}

static const struct {
    const char *lines, *cgroup;
    bool held;
} units[] = {
    {"cgroup = flatpak:org.mozilla.firefox\n",
     "user.slice/user-1000.slice/user@1000.service/app.slice/app-flatpak-org.mozilla.firefox-2183.scope", true},
    {"cgroup = flatpak:org.mozilla.*\n", "/app.slice/flatpak-org.mozilla.firefox-2183.scope", true},
    {"cgroup = flatpak:org.mozilla\n", "/app.slice/app-flatpak-org.mozilla.firefox-2183.scope", false},
    {"cgroup = flatpak:com.slack-desktop\n", "/app.slice/app-flatpak-com.slack\\x2ddesktop-1.scope", true},
    {"cgroup = snap:slack\n", "/user.slice/snap.slack.slack-0b2f64d6-ae1c-4a8e.scope", true},
    {"cgroup = snap:sla\n", "/user.slice/snap.slack.slack-0b2f64d6-ae1c-4a8e.scope", false},
    {"cgroup = snap:slack\n", "/user.slice/app-flatpak-slack-1.scope", false},
    {"cgroup = snap:*\n", "/user.slice/snap..x", false},
    {"cgroup = flatpak:*\n", "/app-flatpak-/flatpak-", false},
    {"cgroup = *\n", "", false},
};

static void test_control_groups(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++) {
        struct policy_actor actor = rclone;
        actor.cgroup = units[i].cgroup;
        const struct policy_open q = ask(&actor);
        if (blocks(units[i].lines, &q) != units[i].held)
            fail_msg("%s%s: expected %d", units[i].lines, units[i].cgroup, units[i].held);
    }
}

/* The first rule that holds decides, and a rule for one who leaves may come before it. */
static void test_order(void **state)
{
    (void)state;
    struct policy *p = load_good(CLASSES "[open \"leaving\"]\nclass = *\ndeparting = yes\naction = block\n"
                                         "[open \"editor\"]\nclass = prospect-list\napp = vim.basic\naction = allow\n"
                                         "[open \"rest\"]\nclass = prospect-*\naction = log\nmode = audit\n");
    struct policy_actor actor = rclone;
    struct policy_open q = ask(&actor);
    assert_string_equal(judge(p, &q).rule->name, "rest");
    assert_int_equal(judge(p, &q).mode, POLICY_AUDIT);
    actor.app = "/usr/bin/vim.basic";
    assert_string_equal(judge(p, &q).rule->name, "editor");
    assert_int_equal(judge(p, &q).mode, POLICY_ENFORCE);
    q.departing = true;
    assert_string_equal(judge(p, &q).rule->name, "leaving");
    q.class_name = "encrypted";
    assert_string_equal(judge(p, &q).rule->name, "leaving");
    /* A class that no rule gives any more: the last known one of an old file. */
    q.class_name = "prospect-cards";
    q.departing = false;
    assert_string_equal(judge(p, &q).rule->name, "rest");
    assert_int_equal(policy_open_wants(p, "prospect-cards"), POLICY_WANTS_RULE);
    policy_free(p);
}

/* Many rules, named in many ways: the one that decides is the first, whichever key it was found by. */
static void test_many_rules(void **state)
{
    (void)state;
    static const char *const kinds[] = {"app = name#\n",
                                        "app = /opt/tool#/*\n",
                                        "app = /usr/bin/prog#, /usr/local/lib/x/prog#\n",
                                        "app = *-#\n",
                                        "app = @browsers\nuser = u#\n",
                                        "rep = bob#\n",
                                        "app = /srv/**/deep#\n",
                                        "app = n sha256:" HEX_A ", name#\nparent = p#\n"};
    enum { KINDS = sizeof kinds / sizeof kinds[0], RULES = 25 * KINDS };
    buf_auto text = {0};
    buf_puts(&text, CLASSES);
    for (int i = 0; i < RULES; i++) {
        buf_printf(&text, "[open \"r%d\"]\nclass = %s\naction = log\n", i, i % 3 ? "prospect-list" : "*");
        for (const char *c = kinds[i % KINDS]; *c != 0; c++)
            if (*c == '#')
                buf_printf(&text, "%d", i / KINDS);
            else
                buf_put(&text, c, 1);
    }
    struct policy *p = load_good(text.data);
    static const struct {
        const char *app, *rule;
    } cases[] = {{"/usr/bin/name7", "r56"},         {"/opt/tool7/a/b", "r57"},   {"/usr/bin/prog7", "r58"},
                 {"/usr/local/lib/x/prog7", "r58"}, {"/bin/odd-7", "r59"},       {"/usr/bin/firefox", "r60"},
                 {"/srv/a/b/c/deep7", "r62"},       {"/opt/tool7/name3", "r24"}, {"/opt/tool3/name7", "r25"},
                 {"/usr/bin/name7-3", "r27"},       {"/usr/bin/cat", NULL}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct policy_actor actor = rclone;
        actor.app = cases[i].app;
        actor.user = "u7";
        const struct policy_open q = ask(&actor);
        struct policy_verdict v = judge(p, &q);
        if (strcmp(v.rule != NULL ? v.rule->name : "none", cases[i].rule != NULL ? cases[i].rule : "none") != 0)
            fail_msg("%s: by %s, expected %s", cases[i].app, v.rule != NULL ? v.rule->name : "none", cases[i].rule);
    }
    policy_free(p);
}

/* A hold is over once the newest save is inspected; the rules behind it then decide. */
static void test_hold(void **state)
{
    (void)state;
    struct policy *p = load_good(CLASSES "[open \"fresh\"]\nclass = *\naction = hold\nwait = 1500ms\nfail = block\n"
                                         "[open \"lists\"]\nclass = prospect-list\naction = block\n");
    const struct policy_actor actor = rclone;
    struct policy_open q = ask(&actor);
    q.is_current = false;
    q.class_name = "unclassified";
    struct policy_verdict v = judge(p, &q);
    assert_int_equal(v.action, POLICY_HOLD);
    assert_int_equal(v.fail, POLICY_BLOCK);
    assert_true(v.wait_ns == 1500 * NS_PER_MS);
    q.is_current = true;
    q.class_name = "prospect-list";
    assert_string_equal(judge(p, &q).rule->name, "lists");
    assert_true(judge(p, &q).wait_ns == 0);
    q.class_name = "unclassified";
    assert_null(judge(p, &q).rule);
    policy_free(p);
    p = load_good("[open \"fresh\"]\nclass = *\naction = hold\n");
    q.is_current = false;
    v = judge(p, &q);
    assert_int_equal(v.fail, POLICY_ALLOW);
    assert_true(v.wait_ns == POLICY_WAIT_NS);
    assert_string_equal(policy_keys[KEY_WAIT].fallback, "2s");
    assert_true(POLICY_WAIT_NS == 2 * NS_PER_SEC);
    policy_free(p);
}

static void test_stale(void **state)
{
    (void)state;
    const struct policy_actor actor = rclone;
    struct policy_open q = ask(&actor);
    q.is_current = false;
    assert_true(blocks("", &q));
    assert_true(blocks("stale = yes\n", &q));
    assert_false(blocks("stale = no\n", &q));
    q.is_current = true;
    assert_true(blocks("stale = no\n", &q));
}

static const struct {
    const char *lines;
    unsigned wants;
} wanted[] = {
    {"app = rclone\nrep = alice\npath = a\nstale = no\ndeparting = yes\n", 0},
    {"parent = sshd\n", POLICY_WANTS_PARENTS},
    {"app = rclone sha256:" HEX_A "\n", POLICY_WANTS_HASH},
    {"cgroup = snap:*\n", POLICY_WANTS_CGROUP},
    {"session = ssh\n", POLICY_WANTS_SESSION},
    {"user = alice, 1000\n", POLICY_WANTS_USER},
    {"user = 1000\n", 0},
    {"days = mon\n", POLICY_WANTS_TIME},
    {"hours = 01:00-02:00\nparent = x\n", POLICY_WANTS_TIME | POLICY_WANTS_PARENTS},
    {"until = 2030-01-01\n", POLICY_WANTS_TIME},
};

static void test_wants(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof wanted / sizeof wanted[0]; i++) {
        char text[1000];
        snprintf(text, sizeof text, LIST("%s"), wanted[i].lines);
        struct policy *p = load_good(text);
        assert_int_equal(policy_open_wants(p, "prospect-list"), POLICY_WANTS_RULE | wanted[i].wants);
        assert_int_equal(policy_open_wants(p, "confidential"), 0);
        assert_int_equal(policy_open_wants(p, "never heard of"), 0);
        policy_free(p);
    }
}

/* ---- reasons ---- */

static int put_one_reason(void *ctx, const struct policy_reason *r)
{
    put_reason(ctx, r);
    return 1;
}

static void test_reasons(void **state)
{
    (void)state;
    struct policy *p =
        load_good(CLASSES "[open \"a\"]\nclass = confidential\naction = block\n"
                          "[open \"b\"]\nclass = prospect-list\napp = /opt/*, vim\nparent = sshd, x\nuser = 7\n"
                          "session = local\ndeparting = yes\ndays = sat, sun\nhours = 10:00-12:00\n"
                          "until = 2026-01-01\naction = hold\n"
                          "[open \"c\"]\nclass = prospect-list\napp = @sync-clients\ncgroup = user.slice/**\n"
                          "rep = alice\nstale = no\naction = block\n"
                          "[open \"d\"]\nclass = prospect-list\naction = block\n");
    const struct policy_open q = ask(&rclone);
    struct policy_verdict v;
    buf_auto told = {0}, one = {0};
    policy_judge_open(p, &q, POLICY_AUDIT, &v, put_reason, &told);
    assert_string_equal(v.rule->name, "c");
    assert_int_equal(v.mode, POLICY_AUDIT);
    assert_string_equal(
        told.data, "b + class: class is \"prospect-list\", one of prospect-list\n"
                   "b - app: the program is \"/usr/bin/rclone\", none of /opt/* ...\n"
                   "b + parent: an ancestor is \"/usr/sbin/sshd\": sshd\n"
                   "b - user: the user is \"alice\", none of 7\n"
                   "b - session: the login session is ssh; asked for local\n"
                   "b - departing: the rep is not known to be leaving\n"
                   "b - days: it is mon; asked for sat, sun\n"
                   "b - hours: it is 09:30; asked for 10:00-12:00\n"
                   "b - until: the rule has ended: 2026-01-01\n"
                   "b - action: the newest save has been inspected\n"
                   "c + class: class is \"prospect-list\", one of prospect-list\n"
                   "c + app: the program is \"/usr/bin/rclone\": @sync-clients\n"
                   "c + cgroup: the control group is \"/user.slice/user-1000.slice/session-3.scope\": user.slice/**\n"
                   "c + rep: rep is \"alice\", one of alice\n"
                   "c + stale: the newest save has been inspected\n");
    policy_judge_open(p, &q, POLICY_AUDIT, &v, put_one_reason, &one);
    assert_string_equal(v.rule->name, "c");
    assert_string_equal(one.data, "b + class: class is \"prospect-list\", one of prospect-list\n");
    policy_free(p);
}

/* What is not known is told as that, and bytes of a name never reach a terminal. */
static void test_reasons_of_hostile_names(void **state)
{
    (void)state;
    struct policy *p = load_good(CLASSES "[open \"a\"]\nclass = *\napp = x\nparent = y\nuser = z\naction = log\n");
    const struct policy_actor nobody = {.app = "", .hash = "", .cgroup = "", .user = "", .uid = 5};
    const struct policy_actor hostile = {.app = "/tmp/\x1b[31m\n\xff", .hash = "", .cgroup = "", .user = ""};
    struct policy_open q = ask(&nobody);
    struct policy_verdict v;
    buf_auto told = {0};
    policy_judge_open(p, &q, POLICY_AUDIT, &v, put_reason, &told);
    q.actor = &hostile;
    policy_judge_open(p, &q, POLICY_AUDIT, &v, put_reason, &told);
    assert_string_equal(told.data, "a + class: class is \"prospect-list\", one of *\n"
                                   "a - app: the program is not known\n"
                                   "a - parent: an ancestor is not known\n"
                                   "a - user: the user is \"5\", none of z\n"
                                   "a + class: class is \"prospect-list\", one of *\n"
                                   "a - app: the program is \"/tmp/?[31m??\", none of x\n"
                                   "a - parent: an ancestor is not known\n"
                                   "a - user: the user is \"0\", none of z\n");
    policy_free(p);
}

/* ---- times and sets ---- */

static void test_local_time(void **state)
{
    (void)state;
    struct policy_open q = {0};
    setenv("TZ", "JST-9", 1);
    tzset();
    policy_open_at(&q, INT64_C(1795390200) * NS_PER_SEC); /* Sunday 2026-11-22 23:30 UTC */
    assert_int_equal(q.weekday, 0);
    assert_int_equal(q.minute, 8 * 60 + 30);
    setenv("TZ", "UTC", 1);
    tzset();
    policy_open_at(&q, INT64_C(1795390200) * NS_PER_SEC);
    assert_int_equal(q.weekday, 6);
    assert_int_equal(q.minute, 23 * 60 + 30);
    unsetenv("TZ");
    tzset();
}

static void test_sets_are_names(void **state)
{
    (void)state;
    const struct policy_set *set;
    for (size_t i = 0; (set = policy_set_at(i)) != NULL; i++) {
        assert_ptr_equal(policy_find_set(set->name, NULL), set);
        const char *word, *other;
        size_t len, other_len;
        for (size_t k = 0; (word = policy_word_at(set->members, k, &len)) != NULL; k++) {
            assert_true(subject_is_app(word, len));
            assert_null(memchr(word, '/', len));
            for (size_t n = 0; n < k && (other = policy_word_at(set->members, n, &other_len)) != NULL; n++)
                if (other_len == len && memcmp(word, other, len) == 0)
                    fail_msg("@%s has %.*s twice", set->name, (int)len, word);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_example),        cmocka_unit_test(test_apps),
        cmocka_unit_test(test_hashes),         cmocka_unit_test(test_subjects),
        cmocka_unit_test(test_control_groups), cmocka_unit_test(test_order),
        cmocka_unit_test(test_many_rules),     cmocka_unit_test(test_hold),
        cmocka_unit_test(test_stale),          cmocka_unit_test(test_wants),
        cmocka_unit_test(test_reasons),        cmocka_unit_test(test_reasons_of_hostile_names),
        cmocka_unit_test(test_local_time),     cmocka_unit_test(test_sets_are_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
