/* Versions and requests to JSON and back: nothing is lost, nothing wrong is taken. */
#include "control/wire.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct record_version sample(void)
{
    struct record_version v = {.event = RECORD_RENAME,
                               .rep = "alice",
                               .email = "a@b",
                               .device = "lt-1",
                               .mount = "work",
                               .path = "new\nname\xff.csv",
                               .from = "\"quoted\"",
                               .seq = UINT64_C(412),
                               .has_content = true,
                               .bytes = UINT64_C(1) << 40,
                               .xxh3 = UINT64_C(0xfedcba9876543210),
                               .mime = "text/csv",
                               .charset = "utf-8",
                               .class_name = "unclassified",
                               .mode = 0100755,
                               .app = "/usr/bin/v\xc3\xadm",
                               .pid = 7,
                               .uid = 4000000000u,
                               .session = UINT32_MAX,
                               .saved_ns = INT64_C(1795312800123456789),
                               .journal = 99,
                               .note = "tab\there",
                               .volume = "2026Q4"};
    memset(v.commit.bytes, 0xab, sizeof v.commit.bytes);
    memset(v.blob.bytes, 0xcd, sizeof v.blob.bytes);
    memset(v.sha256, 0xef, sizeof v.sha256);
    return v;
}

static void test_version_there_and_back(void **state)
{
    (void)state;
    struct record_version v = sample(), back;
    wire_hold_auto hold = {0};
    struct error e = {0};
    json_auto *json = wire_pack_version(&v);
    char *text = json_dumps(json, JSON_COMPACT);
    json_auto *again = json_loads(text, 0, NULL);
    assert_non_null(strstr(text, "\"saved\":\"2026-11-22T02:00:00.123456789Z\""));
    assert_non_null(strstr(text, "\"note\":\"tab\\there\"")); /* valid UTF-8 stays itself in JSON */
    assert_null(strchr(text, '\n'));
    free(text);
    assert_int_equal(wire_unpack_version(again, &back, &hold, &e), 0);
    assert_string_equal(back.path, v.path);
    assert_string_equal(back.from, v.from);
    assert_string_equal(back.app, v.app);
    assert_string_equal(back.note, v.note);
    assert_int_equal(back.bytes, v.bytes);
    assert_int_equal(back.xxh3, v.xxh3);
    assert_int_equal(back.uid, v.uid);
    assert_int_equal(back.session, v.session);
    assert_int_equal(back.saved_ns, v.saved_ns);
    assert_int_equal(back.mode, v.mode);
    assert_memory_equal(&back.commit, &v.commit, sizeof v.commit);
    assert_memory_equal(&back.blob, &v.blob, sizeof v.blob);
    assert_memory_equal(back.sha256, v.sha256, sizeof v.sha256);
    assert_true(back.has_content);
}

static void test_every_event(void **state)
{
    (void)state;
    for (enum record_event event = RECORD_SAVE; event <= RECORD_VOLUME; event++) {
        struct record_version v = {.event = event}, back;
        wire_hold_auto hold = {0};
        json_auto *json = wire_pack_version(&v);
        assert_int_equal(wire_unpack_version(json, &back, &hold, NULL), 0);
        assert_int_equal(back.event, event);
        assert_false(back.has_content);
    }
}

static void test_broken_versions(void **state)
{
    (void)state;
    static const char *const broken[] = {
        "[]",
        "{}",
        "{\"event\":\"explode\",\"saved\":\"2026-11-22T02:00:00Z\"}",
        "{\"event\":\"save\",\"saved\":\"yesterday\"}",
        "{\"event\":\"save\",\"saved\":\"2026-11-22T02:00:00Z\",\"seq\":-1}",
        "{\"event\":\"save\",\"saved\":\"2026-11-22T02:00:00Z\",\"seq\":\"1\"}",
        "{\"event\":\"save\",\"saved\":\"2026-11-22T02:00:00Z\",\"commit\":\"abc\"}",
        "{\"event\":\"save\",\"saved\":\"2026-11-22T02:00:00Z\",\"mode\":\"9\"}",
        "{\"event\":\"save\",\"saved\":\"2026-11-22T02:00:00Z\",\"path\":7}",
        "{\"event\":\"save\",\"saved\":\"2026-11-22T02:00:00Z\",\"path\":\"\\\"a\\\\q\\\"\"}",
        "{\"event\":\"save\",\"saved\":\"2026-11-22T02:00:00Z\",\"path\":\"\\\"a\\\\000b\\\"\"}",
    };
    for (size_t i = 0; i < sizeof broken / sizeof broken[0]; i++) {
        struct error e = {0};
        struct record_version v = {.seq = 5};
        wire_hold_auto hold = {0};
        json_auto *json = json_loads(broken[i], 0, NULL);
        assert_int_equal(wire_unpack_version(json, &v, &hold, &e), -EINVAL);
        assert_int_equal(e.code, EINVAL);
        assert_int_equal(v.seq, 5); /* untouched */
    }
}

static void test_request_there_and_back(void **state)
{
    (void)state;
    struct wire_request
        r = {.ask = "log",
             .query = {.rep = "alice", .mount = "work", .path = "a\xff", .since_ns = 5, .most = 20, .events = true},
             .at = "412",
             .follow = true},
        back;
    wire_hold_auto hold = {0};
    struct error e = {0};
    json_auto *json = wire_pack_request(&r);
    assert_int_equal(wire_unpack_request(json, &back, &hold, &e), 0);
    assert_string_equal(back.ask, "log");
    assert_string_equal(back.query.path, "a\xff");
    assert_int_equal(back.query.most, 20);
    assert_int_equal(back.query.since_ns, 5);
    assert_true(back.query.events);
    assert_true(back.follow);
    assert_false(back.only_new);
    assert_null(back.query.device);
}

static void test_broken_requests(void **state)
{
    (void)state;
    static const char *const broken[] = {"[]",
                                         "{}",
                                         "{\"ask\":1}",
                                         "{\"ask\":\"log\",\"shell\":\"rm\"}",
                                         "{\"ask\":\"log\",\"most\":-1}",
                                         "{\"ask\":\"log\",\"most\":99999999999}",
                                         "{\"ask\":\"log\",\"follow\":1}",
                                         "{\"ask\":\"log\",\"since_ns\":1.5}",
                                         "{\"ask\":\"log\",\"after_seq\":1}"};
    for (size_t i = 0; i < sizeof broken / sizeof broken[0]; i++) {
        struct wire_request r;
        wire_hold_auto hold = {0};
        json_auto *json = json_loads(broken[i], 0, NULL);
        assert_non_null(json);
        assert_int_equal(wire_unpack_request(json, &r, &hold, NULL), -EINVAL);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_version_there_and_back), cmocka_unit_test(test_every_event),
        cmocka_unit_test(test_broken_versions),        cmocka_unit_test(test_request_there_and_back),
        cmocka_unit_test(test_broken_requests),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
