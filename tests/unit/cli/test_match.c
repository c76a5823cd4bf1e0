/* Which contacts of two lists are the same, wherever they stand. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "cli/match.h"

#include <stdio.h>
#include <string.h>

/* "email=ann@x.example name=ann+hill": one contact; a value is its own key. */
static void put(struct buf *to, const char *text)
{
    static const char *const kinds[] = {"email", "phone", "profile", "name", "company", "title"};
    struct contact_key keys[LISTING_VALUES_MOST];
    size_t count = 0;
    for (const char *at = text; *at != 0;) {
        size_t name = strcspn(at, "="), len = strcspn(at + name + 1, " ");
        enum contact_kind kind = 0;
        while (strncmp(kinds[kind], at, name) != 0 || kinds[kind][name] != 0)
            kind++;
        const char *value = at + name + 1;
        keys[count++] = (struct contact_key){
            .kind = kind, .text = value, .len = (uint32_t)len, .value = value, .value_len = (uint32_t)len};
        at = value + len + (value[len] == ' ');
    }
    assert_int_equal(listing_put(to, keys, count), 0);
}

static void put_all(struct buf *to, const char *const *contacts)
{
    for (; *contacts != NULL; contacts++)
        put(to, *contacts);
}

/* Contacts of `before` and `after`, and for each of before: '=' equal, '~' changed, '-' gone, '2' a twin, and where. */
static void expect(const char *const *before, const char *const *after, const char *expected)
{
    buf_auto a = {0}, b = {0}, said = {0};
    match_auto m = {0};
    put_all(&a, before);
    put_all(&b, after);
    assert_true(listing_is_sound(a.data, a.len));
    assert_int_equal(match_make(&m, &a, &b), 0);
    for (uint32_t i = 0; i < m.before.count; i++) {
        const struct match_entry *e = &m.before.entries[i];
        if (e->partner >= MATCH_TWIN)
            buf_puts(&said, e->partner == MATCH_NONE ? "- " : "2 ");
        else
            buf_printf(&said, "%c%u ", e->equal ? '=' : '~', e->partner);
    }
    for (uint32_t i = 0; i < m.after.count; i++)
        if (m.after.entries[i].partner >= MATCH_TWIN)
            buf_printf(&said, "%c%u ", m.after.entries[i].partner == MATCH_NONE ? '+' : '2', i);
    assert_string_equal(said.data ? said.data : "", expected);
}
#define LIST(...)                                                                                                      \
    (const char *const[]) { __VA_ARGS__, NULL }
#define NO_LIST                                                                                                        \
    (const char *const[]) { NULL }

static void test_order_does_not_matter(void **state)
{
    (void)state;
    expect(LIST("email=a@x name=ann phone=1", "email=b@x name=bo", "name=cy email=c@x"),
           LIST("email=c@x name=cy", "phone=1 name=ann email=a@x", "name=bo email=b@x"), "=1 =2 =0 ");
    expect(NO_LIST, LIST("email=a@x name=ann"), "+0 ");
    expect(LIST("email=a@x name=ann"), NO_LIST, "- ");
    expect(NO_LIST, NO_LIST, "");
}

static void test_each_sign(void **state)
{
    (void)state;
    expect(LIST("email=a@x name=ann"), LIST("email=a@x name=anna"), "~0 ");
    expect(LIST("email=a@x profile=in/a"), LIST("email=a@y profile=in/a"), "~0 ");
    expect(LIST("phone=1 name=ann"), LIST("phone=1 name=ann company=x"), "~0 ");
    expect(LIST("phone=1 name=ann company=x"), LIST("phone=2 name=ann company=x"), "~0 ");
    expect(LIST("phone=1 name=ann company=x"), LIST("phone=2 name=ann company=y"), "- +0 ");
    expect(LIST("phone=1 company=x"), LIST("phone=2 company=x"), "- +0 ");
}

static void test_stronger_signs_first(void **state)
{
    (void)state;
    expect(LIST("email=info@x name=ann", "email=info@x name=bo"),
           LIST("email=info@x name=bo title=t", "email=info@x name=ann title=t"), "~1 ~0 ");
    expect(LIST("email=a@x phone=1"), LIST("email=b@x phone=1", "email=a@x phone=2"), "~1 +0 ");
}

static void test_a_switchboard_is_no_person(void **state)
{
    (void)state;
    expect(LIST("email=a@x name=ann phone=1"), LIST("email=b@x name=bo phone=1"), "- +0 ");
    expect(LIST("email=a@x name=ann phone=1"), LIST("name=bo phone=1"), "~0 ");
}

static void test_twice_counts_once(void **state)
{
    (void)state;
    expect(LIST("email=a@x name=ann", "name=ann email=a@x"), LIST("email=a@x name=ann"), "=0 2 ");
    expect(NO_LIST, LIST("email=a@x name=ann", "email=a@x name=ann"), "+0 21 ");
}

/* Everybody behind one number: a group of all, which must not take the square of it. */
static void test_many_with_one_phone(void **state)
{
    (void)state;
    enum { MANY = 60000 };
    buf_auto a = {0}, b = {0};
    match_auto m = {0};
    char text[96];
    for (int i = 0; i < MANY; i++) {
        snprintf(text, sizeof text, "email=a%d@x name=a%d phone=1", i, i);
        put(&a, text);
        snprintf(text, sizeof text, "email=b%d@x name=b%d phone=1", i, i);
        put(&b, text);
    }
    assert_int_equal(match_make(&m, &a, &b), 0);
    assert_int_equal(m.before.count, MANY);
    assert_int_equal(m.before.entries[MANY - 1].partner, MATCH_NONE);
}

static void test_unsound_listings(void **state)
{
    (void)state;
    buf_auto sound = {0};
    put(&sound, "email=a@x name=ann");
    for (size_t len = 1; len < sound.len; len++)
        assert_false(listing_is_sound(sound.data, len));
    assert_true(listing_is_sound(sound.data, sound.len));
    assert_false(listing_is_sound("\1\1\2\0\x1b[", 6)); /* an order to a terminal */
    assert_false(listing_is_sound("\1\1\2\0\xff\xfe", 6));
    assert_false(listing_is_sound("\1\6\1\0x", 5)); /* no such kind */
    assert_false(listing_is_sound("\xff", 1));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_order_does_not_matter), cmocka_unit_test(test_each_sign),
        cmocka_unit_test(test_stronger_signs_first),  cmocka_unit_test(test_a_switchboard_is_no_person),
        cmocka_unit_test(test_twice_counts_once),     cmocka_unit_test(test_many_with_one_phone),
        cmocka_unit_test(test_unsound_listings),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
