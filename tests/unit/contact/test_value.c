/* What a single value is by its form, and its key. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "contact/value.h"
#include "contact/contacts.h"
#include "words/wording.h"

#include <stdlib.h>
#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof *(array))

/* Exactly so many bytes, so that a sanitizer sees a byte too far. */
static char *exact(const char *text)
{
    size_t len = strlen(text);
    char *copy = malloc(len ? len : 1);
    assert_non_null(copy);
    memcpy(copy, text, len);
    return copy;
}

static void expect_key(enum contact_kind kind, const char *text, const char *expected)
{
    char key[CONTACT_KEY_BYTES + 1];
    char *copy = exact(text);
    size_t len = contact_normalise(kind, copy, strlen(text), key, CONTACT_KEY_BYTES);
    key[len] = '\0';
    free(copy);
    if (strcmp(key, expected) != 0)
        fail_msg("\"%s\": \"%s\", not \"%s\"", text, key, expected);
}

static const char *const same_email[][2] = {
    {"ann@acme.example", "ann@acme.example"},
    {" Ann.Hill+Fair@ACME.Example ", "ann.hill+fair@acme.example"},
    {"<ann@acme.example>", "ann@acme.example"},
    {"mailto:ann@acme.example", "ann@acme.example"},
    {"ann@mail.acme-works.co.uk", "ann@mail.acme-works.co.uk"},
    {"j\xc3\xb6rg@b\xc3\xbc"
     "cher.example",
     "j\xc3\xb6rg@b\xc3\xbc"
     "cher.example"},
    {"J\xc3\x96RG@b\xc3\xbc"
     "cher.example",
     "j\xc3\xb6rg@b\xc3\xbc"
     "cher.example"},
    {"ann at acme dot example", "ann@acme.example"},
    {"Ann.Hill AT acme DOT co DOT example", "ann.hill@acme.co.example"},
    {"ann(at)acme.example", "ann@acme.example"},
    {"ann [at] acme [dot] example", "ann@acme.example"},
    {"ann {at} acme.example", "ann@acme.example"},
    {"ann(@)acme.example", "ann@acme.example"},
    {"o'neill@acme.example", "o'neill@acme.example"},
    {"ann@xn--bcher-kva.xn--p1ai", "ann@xn--bcher-kva.xn--p1ai"},
    /* none */
    {"meet at noon", ""},
    {"ann at acme", ""},
    {"look at acme.example", ""},
    {"icon@2x.png", ""},
    {"react@18.2.0", ""},
    {"@ann", ""},
    {"ann@", ""},
    {"ann@acme", ""},
    {"ann..hill@acme.example", ""},
    {".ann@acme.example", ""},
    {"ann@-acme.example", ""},
    {"ann@acme..example", ""},
    {"ann@@acme.example", ""},
    {"ann hill@acme.example", ""},
    {"5 units @ 3.50", ""},
    {"", ""},
};

static void test_emails(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(same_email); i++)
        expect_key(CONTACT_EMAIL, same_email[i][0], same_email[i][1]);
}

static const struct {
    const char *text;
    enum phone_form form;
    const char *key;
} phones[] = {
    {"+49 (0)30 1234-567", PHONE_SURE, "301234567"},
    {"030/1234567", PHONE_SURE, "301234567"},
    {"0049 30 1234567", PHONE_SURE, "301234567"},
    {"+49301234567", PHONE_SURE, "301234567"},
    {"(030) 123 45 67", PHONE_SURE, "301234567"},
    {"(555) 010-1234", PHONE_SURE, "550101234"},
    {"+1 (555) 010-1234", PHONE_SURE, "550101234"},
    {"555-010-1234", PHONE_SURE, "550101234"},
    {"555.010.1234", PHONE_SURE, "550101234"},
    {"1-555-010-1234", PHONE_SURE, "550101234"},
    {"０６－1449－6554", PHONE_SURE, "614496554"},
    {"（０３）1234-5678", PHONE_SURE, "312345678"},
    {"52.520008", PHONE_NONE, ""},
    {"7.1234567", PHONE_NONE, ""},
    {"0.1234567", PHONE_NONE, ""},
    {"+1 555 0101", PHONE_SURE, "15550101"},
    {"01 23 45 67 89", PHONE_SURE, "123456789"},
    {"01.23.45.67.89", PHONE_SURE, "123456789"},
    {"020 7946 0958", PHONE_SURE, "079460958"},
    {"06-12345678", PHONE_SURE, "612345678"},
    {"08-123 456 78", PHONE_SURE, "812345678"},
    {"+33 1 23 45 67 89", PHONE_SURE, "123456789"},
    {"Tel.: 030 / 1234567", PHONE_SURE, "301234567"},
    {"tel:+49-30-1234567", PHONE_SURE, "301234567"},
    {"M: +44 7700 900123", PHONE_SURE, "700900123"},
    {"555-010-1234 ext. 12", PHONE_SURE, "550101234"},
    {"555-010-1234 x12", PHONE_SURE, "550101234"},
    {"+49\xc2\xa0"
     "30\xc2\xa0"
     "1234567",
     PHONE_SURE, "301234567"},
    {"+49 30 1234\xe2\x80\x93"
     "567",
     PHONE_SURE, "301234567"},
    {"+86 138 0013 8000", PHONE_SURE, "800138000"},
    {"912 345 678", PHONE_LIKELY, "912345678"},
    {"12 34 56 78", PHONE_LIKELY, "12345678"},
    {"555-0101", PHONE_LIKELY, "5550101"},
    {"03012345678", PHONE_BARE, "012345678"},
    {"5550101234", PHONE_BARE, "550101234"},
    /* none */
    {"2026-11-22", PHONE_NONE, ""},
    {"22.11.2026", PHONE_NONE, ""},
    {"11/22/2026", PHONE_NONE, ""},
    {"01.02.2026", PHONE_NONE, ""},
    {"2026-11-22 10", PHONE_NONE, ""},
    {"2026-11-22T03:13:07Z", PHONE_NONE, ""},
    {"2024-2025", PHONE_NONE, ""},
    {"10:30", PHONE_NONE, ""},
    {"192.168.100.200", PHONE_NONE, ""},
    {"10.0.0.1", PHONE_NONE, ""},
    {"1.22.333.44", PHONE_NONE, ""},
    {"1.234.567", PHONE_NONE, ""},
    {"12 345 678", PHONE_NONE, ""},
    {"1,234,567.00", PHONE_NONE, ""},
    {"1234567.89", PHONE_NONE, ""},
    {"-1234567", PHONE_NONE, ""},
    {"(1234567)", PHONE_NONE, ""},
    {"123-45-6789", PHONE_NONE, ""},
    {"4111 1111 1111 1111", PHONE_NONE, ""},
    {"4111-1111-1111-1111", PHONE_NONE, ""},
    {"DE89 3704 0044 0532 0130 00", PHONE_NONE, ""},
    {"978-3-16-148410-0", PHONE_NONE, ""},
    {"12345-6789", PHONE_NONE, ""},
    {"12345", PHONE_NONE, ""},
    {"550e8400-e29b-41d4-a716-446655440000", PHONE_NONE, ""},
    {"12345678901234567", PHONE_NONE, ""},
    {"INV-2024-000123", PHONE_NONE, ""},
    {"+5 %", PHONE_NONE, ""},
    {"+", PHONE_NONE, ""},
    {"((((((((", PHONE_NONE, ""},
};

static void test_phones(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(phones); i++) {
        char *copy = exact(phones[i].text);
        enum phone_form form = phone_parse(copy, strlen(phones[i].text)).form;
        free(copy);
        if (form != phones[i].form)
            fail_msg("\"%s\": form %d, not %d", phones[i].text, (int)form, (int)phones[i].form);
        expect_key(CONTACT_PHONE, phones[i].text, phones[i].key);
    }
}

static const char *const same_profile[][2] = {
    {"https://www.linkedin.com/in/ann-hill/", "linkedin.com/in/ann-hill"},
    {"http://de.linkedin.com/in/Ann-Hill?trk=people", "linkedin.com/in/ann-hill"},
    {"linkedin.com/in/ann-hill", "linkedin.com/in/ann-hill"},
    {"https://www.linkedin.com/sales/lead/ACwAAA,NAME_SEARCH", "linkedin.com/sales/lead/acwaaa,name_search"},
    {"https://www.xing.com/profile/Ann_Hill", "xing.com/profile/ann_hill"},
    {"https://x.com/annhill", "x.com/annhill"},
    {"https://twitter.com/annhill?lang=en", "twitter.com/annhill"},
    {"https://m.facebook.com/ann.hill", "facebook.com/ann.hill"},
    {"https://www.facebook.com/profile.php?id=1000123&ref=x", "facebook.com/profile.php?id=1000123"},
    {"https://www.linkedin.com/company/acme", ""},
    {"https://www.linkedin.com/in/", ""},
    {"https://twitter.com/search?q=x", ""},
    {"https://x.com/ann/status/1", ""},
    {"https://acme.example/in/ann", ""},
    {"https://notlinkedin.com/in/ann", ""},
    {"linkedin", ""},
};

static void test_profiles(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(same_profile); i++)
        expect_key(CONTACT_PROFILE, same_profile[i][0], same_profile[i][1]);
}

static const char *const same_name[][2] = {
    {"Ann Hill", "ann hill"},
    {"Hill, Ann", "ann hill"},
    {"Dr. Ann-Marie O'Neill", "ann marie oneill"},
    {"O\xe2\x80\x99NEILL, Ann Marie", "ann marie oneill"},
    {"\xc5\x81ukasz \xc5\xbb"
     "ak",
     "lukasz zak"},
    {"LUKASZ  ZAK", "lukasz zak"},
    {"Bj\xc3\xb8rn \xc3\x85str\xc3\xb6m", "astrom bjorn"},
    {"\xd0\x98\xd0\xb2\xd0\xb0\xd0\xbd \xd0\x9f\xd0\xb5\xd1\x82\xd1\x80\xd0\xbe\xd0\xb2",
     "\xd0\xb8\xd0\xb2\xd0\xb0\xd0\xbd \xd0\xbf\xd0\xb5\xd1\x82\xd1\x80\xd0\xbe\xd0\xb2"},
    {"Mr", ""},
    {"", ""},
};
static const char *const same_company[][2] = {
    {"ACME GmbH", "acme"},
    {"Acme G.m.b.H.", "acme"},
    {"ACME Maschinenbau GmbH & Co. KG", "acme maschinenbau"},
    {"Blue Ocean, Inc.", "blue ocean"},
    {"Rossi S.p.A.", "rossi"},
    {"Caf\xc3\xa9 Noir S.A.R.L.", "cafe noir"},
    {"Co", "co"},
};

static void test_names_and_companies(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(same_name); i++)
        expect_key(CONTACT_NAME, same_name[i][0], same_name[i][1]);
    for (size_t i = 0; i < COUNT(same_company); i++)
        expect_key(CONTACT_COMPANY, same_company[i][0], same_company[i][1]);
}

static void test_kinds_by_form(void **state)
{
    (void)state;
    assert_int_equal(contact_kind_of("ann@acme.example", 16), CONTACT_EMAIL);
    assert_int_equal(contact_kind_of("+49 30 1234567", 14), CONTACT_PHONE);
    assert_int_equal(contact_kind_of("xing.com/profile/Ann_Hill", 25), CONTACT_PROFILE);
    assert_int_equal(contact_kind_of("5550101234", 10), CONTACT_KINDS);
    assert_int_equal(contact_kind_of("Ann Hill", 8), CONTACT_KINDS);
    assert_int_equal(contact_kind_of("", 0), CONTACT_KINDS);
}

static void test_a_key_that_does_not_fit(void **state)
{
    (void)state;
    char out[8];
    assert_int_equal(contact_normalise(CONTACT_EMAIL, "ann@acme.example", 16, out, sizeof out), 0);
    assert_int_equal(contact_normalise(CONTACT_PHONE, "+49 30 1234567", 14, out, sizeof out), 0);
    assert_int_equal(contact_normalise(CONTACT_TITLE, "Head", 4, out, sizeof out), 0);
    assert_int_equal(contact_normalise(CONTACT_NAME, "Ann Bartholomew", 15, out, sizeof out), 3);
}

static size_t count_emails(const char *text)
{
    size_t count = 0, at = 0;
    char *copy = exact(text);
    for (struct span found; email_next(copy, strlen(text), &at, &found);)
        count++;
    free(copy);
    return count;
}

static void test_emails_inside_of_text(void **state)
{
    (void)state;
    assert_int_equal(count_emails("write to ann@acme.example, or bob@acme.example."), 2);
    assert_int_equal(count_emails("user=ann@acme.example;\xe2\x80\x9c"
                                  "bob@acme.example\xe2\x80\x9d"),
                     2);
    assert_int_equal(count_emails("https://ann@acme.example/x git@github.com:a/b icon@2x.png a@b @@@@"), 0);
    assert_int_equal(count_emails("@a@b.example@c.example"), 1);
}

/* A list that is not folded would never be found. */
static void test_lists_are_folded(void **state)
{
    (void)state;
    for (size_t i = 0; i < word_list_count; i++) {
        size_t len = strlen(word_lists[i].words);
        char *folded = malloc(len + 1);
        assert_non_null(folded);
        size_t got = wording_fold(word_lists[i].words, len, folded, len);
        folded[got] = '\0';
        assert_string_equal(folded, word_lists[i].words);
        free(folded);
    }
    assert_true(word_classes("gmbh", 4) & WORD_LEGAL);
    assert_int_equal(word_classes("quux", 4), 0);
}

/* ---- what is read the short way is read as the long way reads it ---- */

static uint64_t state = 7;

static uint32_t below(uint32_t most)
{
    state = state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t)(state >> 33) % most;
}

/* `len` bytes, mostly of the first ones of the alphabet. */
static void make_text(char *to, size_t len, const char *alphabet)
{
    size_t letters = strlen(alphabet);
    for (size_t i = 0; i < len; i++)
        to[i] = alphabet[below((uint32_t)letters)];
    to[len] = '\0';
}

static struct phone parse(const char *text)
{
    char *copy = exact(text);
    struct phone phone = phone_parse(copy, strlen(text));
    free(copy);
    return phone;
}

static void test_phones_both_ways(void **unused)
{
    (void)unused;
    size_t sure = 0;
    for (size_t i = 0; i < 20000; i++) {
        char text[64] = "Tel: +";
        make_text(text + 6, 4 + below(22), i % 2 ? "012345678901234567890123456789 -." : "0123456789012345678 ");
        struct phone labelled = parse(text), plain = parse(text + 5);
        assert_int_equal(plain.form, labelled.form);
        assert_int_equal(plain.count, labelled.count);
        assert_int_equal(plain.has_country, labelled.has_country);
        assert_memory_equal(plain.digits, labelled.digits, plain.count);
        sure += plain.form == PHONE_SURE;
    }
    assert_true(sure > 1000);
}

/* A '+' at the beginning is none of the short way's, and changes nothing else. */
static void test_emails_both_ways(void **unused)
{
    (void)unused;
    size_t found = 0;
    for (size_t i = 0; i < 20000; i++) {
        char text[160] = "+", key[CONTACT_KEY_BYTES], other[CONTACT_KEY_BYTES];
        size_t local = 1 + below(i % 100 == 0 ? 62 : 9);
        make_text(text + 1, local, "annHILL7annhillann.-");
        text[1 + local] = '@';
        make_text(text + 2 + local, 3 + below(i % 100 == 0 ? 70 : 16), "acmeexampleACMEexample.acmeexampleacme.-3");
        char *copy = exact(text + 1);
        size_t got = email_take(copy, strlen(text + 1), key, sizeof key);
        free(copy);
        size_t want = email_take(text, strlen(text), other, sizeof other);
        bool begins_well = text[1] != '.' && local <= EMAIL_LOCAL_BYTES - 1;
        if (begins_well) {
            assert_int_equal(got, want > 0 ? want - 1 : 0);
            assert_memory_equal(key, other + 1, got);
        }
        found += got > 0;
    }
    assert_true(found > 1000);
}

/* An apostrophe vanishes, and is none of the short way's. */
static void test_words_both_ways(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < 20000; i++) {
        char text[96] = "'", folded[96], other[96];
        make_text(text + 1, 1 + below(80), i % 2 ? "abcXYZ019 " : "aB9aB9aB9  .-&");
        size_t len = strlen(text), room = i % 3 ? sizeof folded : below(96);
        size_t got = wording_fold(text + 1, len - 1, folded, room), want = wording_fold(text, len, other, room);
        assert_int_equal(got, want);
        assert_memory_equal(folded, other, got);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_emails),
        cmocka_unit_test(test_phones),
        cmocka_unit_test(test_profiles),
        cmocka_unit_test(test_names_and_companies),
        cmocka_unit_test(test_kinds_by_form),
        cmocka_unit_test(test_a_key_that_does_not_fit),
        cmocka_unit_test(test_emails_inside_of_text),
        cmocka_unit_test(test_lists_are_folded),
        cmocka_unit_test(test_phones_both_ways),
        cmocka_unit_test(test_emails_both_ways),
        cmocka_unit_test(test_words_both_ways),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
