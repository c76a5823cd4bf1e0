/* The rules' way to a mount child: packed, sealed, unpacked, and put in force under those who judge by the old ones. */
#include "base/fdio.h"
#include "mount/rulebook.h"
#include "policy/facts.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

static const char id[] = "0123456789abcdef0123456789abcdef01234567";

#define RULES(name) "[class \"" name "\"]\nmime = text/csv\n"
static const struct policy_file files[] = {
    {"10-one.policy", RULES("first"), sizeof RULES("first") - 1},
    {"20-two.policy", "[class \"second\"]\nmime = text/plain\n", 36 - 1},
};

static const char *class_of(const struct policy *p, const char *mime)
{
    const struct policy_rule *rule;
    struct facts f = {0};
    const struct policy_subject nobody = {"", ""};
    snprintf(f.mime, sizeof f.mime, "%s", mime);
    return policy_classify(p, &f, &nobody, &rule, NULL, NULL);
}

static void discard(struct rulebook *r)
{
    struct rulebook_shelf *s = rulebook_open_shelf(NULL, "");
    rulebook_put_in_force(s, r); /* which has another in its place at once */
    struct rulebook *last = calloc(1, sizeof *last);
    rulebook_put_in_force(s, last);
    free(rulebook_hold(s));
    free(s);
}

static void there_and_back(void **state)
{
    (void)state;
    struct error e = {0};
    struct rulebook *r = NULL;
    fd_auto fd = rulebook_pack(files, 2, id);
    assert_true(fd >= 0);
    assert_int_equal(rulebook_unpack(fd, &r, &e), 0);
    assert_string_equal(r->id, id);
    assert_string_equal(class_of(r->policy, "text/csv"), "first");
    assert_string_equal(class_of(r->policy, "text/plain"), "second");
    discard(r);
}

static void no_rules_are_rules(void **state)
{
    (void)state;
    struct error e = {0};
    struct rulebook *r = NULL;
    fd_auto fd = rulebook_pack(NULL, 0, "");
    assert_int_equal(rulebook_unpack(fd, &r, &e), 0);
    assert_string_equal(class_of(r->policy, "text/csv"), "unclassified");
    discard(r);
}

static void what_is_packed_cannot_be_changed(void **state)
{
    (void)state;
    fd_auto fd = rulebook_pack(files, 2, id);
    assert_int_equal(pwrite(fd, "x", 1, 0), -1);
    assert_int_equal(errno, EPERM);
    assert_int_equal(ftruncate(fd, 0), -1);
    assert_int_equal(mmap(NULL, 1, PROT_WRITE, MAP_SHARED, fd, 0) == MAP_FAILED, 1);
}

/* A memory file with these bytes. */
static int sealed(const char *bytes, size_t len, int seals)
{
    int fd = memfd_create("test", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    assert_int_equal(write(fd, bytes, len), (ssize_t)len);
    assert_int_equal(fcntl(fd, F_ADD_SEALS, seals), 0);
    return fd;
}

static size_t packed_bytes(char *to, size_t room)
{
    fd_auto fd = rulebook_pack(files, 2, id);
    ssize_t len = pread(fd, to, room, 0);
    assert_true(len > 0);
    return (size_t)len;
}

static void expect_refused(const char *bytes, size_t len, int seals)
{
    struct error e = {0};
    struct rulebook *r = NULL;
    fd_auto fd = sealed(bytes, len, seals);
    assert_int_equal(rulebook_unpack(fd, &r, &e), -EPROTO);
    assert_null(r);
    assert_true(e.text[0] != 0);
}

enum { ALL_SEALS = F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE };

static void only_what_is_sealed_and_whole(void **state)
{
    (void)state;
    char bytes[1024];
    size_t len = packed_bytes(bytes, sizeof bytes - 1);
    expect_refused(bytes, len, F_SEAL_SHRINK | F_SEAL_GROW);
    for (size_t cut = 0; cut < len; cut++)
        expect_refused(bytes, cut, ALL_SEALS);
    expect_refused(bytes, len + 1, ALL_SEALS);
    for (size_t i = 0; i < 8; i++) { /* magic and count */
        bytes[i] = (char)(bytes[i] ^ 0x40);
        expect_refused(bytes, len, ALL_SEALS);
        bytes[i] = (char)(bytes[i] ^ 0x40);
    }
}

static void bad_rules_are_refused_by_name(void **state)
{
    (void)state;
    struct error e = {0};
    struct rulebook *r = NULL;
    static const struct policy_file bad = {"10-one.policy", "[class \"x\"]\nmine = text/csv\n", 28};
    fd_auto fd = rulebook_pack(&bad, 1, id);
    assert_int_equal(rulebook_unpack(fd, &r, &e), -EINVAL);
    assert_non_null(strstr(e.text, "10-one.policy:2"));
}

/* Who judges goes on by the rules that it took up, and those go with the last of them (a sanitizer sees to it). */
static void a_swap_under_who_judges(void **state)
{
    (void)state;
    struct error e = {0};
    struct rulebook *first = NULL, *second = NULL;
    fd_auto one = rulebook_pack(files, 1, id), two = rulebook_pack(files + 1, 1, "");
    assert_int_equal(rulebook_unpack(one, &first, &e), 0);
    assert_int_equal(rulebook_unpack(two, &second, &e), 0);
    struct rulebook_shelf *s = rulebook_open_shelf(NULL, "");
    rulebook_put_in_force(s, first);
    struct rulebook *held = rulebook_hold(s), *held_too = rulebook_hold(s);
    rulebook_put_in_force(s, second);
    assert_string_equal(class_of(held->policy, "text/csv"), "first");
    rulebook_give_back(s, held);
    assert_string_equal(class_of(held_too->policy, "text/csv"), "first");
    rulebook_give_back(s, held_too);
    held = rulebook_hold(s);
    assert_string_equal(class_of(held->policy, "text/csv"), "unclassified");
    rulebook_give_back(s, held);
    struct rulebook *last = calloc(1, sizeof *last);
    rulebook_put_in_force(s, last);
    free(last);
    free(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(there_and_back),
        cmocka_unit_test(no_rules_are_rules),
        cmocka_unit_test(what_is_packed_cannot_be_changed),
        cmocka_unit_test(only_what_is_sealed_and_whole),
        cmocka_unit_test(bad_rules_are_refused_by_name),
        cmocka_unit_test(a_swap_under_who_judges),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
