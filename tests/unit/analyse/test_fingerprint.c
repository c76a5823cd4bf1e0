/* Fingerprints: keyed, the same however a text is written or cut into pieces, and never missing from a shared run. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "analyse/fingerprint.h"
#include "base/clock.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PRINTS_MOST = 4096 };

struct prints {
    uint64_t is[PRINTS_MOST];
    size_t count;
};

static unsigned char secret[FINGERPRINT_SECRET_BYTES];
static uint64_t seed = 1;

static unsigned random_below(unsigned limit)
{
    seed = seed * 6364136223846793005u + 1442695040888963407u;
    return (unsigned)(seed >> 33) % limit;
}

static int make_secret(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof secret; i++)
        secret[i] = (unsigned char)random_below(256);
    return 0;
}

static int take(void *ctx, uint64_t print)
{
    struct prints *p = ctx;
    assert_true(p->count < PRINTS_MOST);
    p->is[p->count++] = print;
    return 0;
}

static struct prints prints_of(const unsigned char *key, const char *text, size_t len, size_t piece)
{
    struct prints p = {.count = 0};
    struct winnow *w;
    assert_int_equal(winnow_open(&w, key, take, &p), 0);
    for (size_t at = 0; at < len; at += piece)
        assert_int_equal(winnow_text(w, text + at, piece < len - at ? piece : len - at), 0);
    assert_int_equal(winnow_end(w), 0);
    winnow_close(w);
    return p;
}

static bool is_same(const struct prints *a, const struct prints *b)
{
    return a->count == b->count && memcmp(a->is, b->is, a->count * sizeof a->is[0]) == 0;
}

static bool is_shared(const struct prints *a, const struct prints *b)
{
    for (size_t i = 0; i < a->count; i++)
        for (size_t k = 0; k < b->count; k++)
            if (a->is[i] == b->is[k])
                return true;
    return false;
}

/* Letters of a small alphabet, so that hashes repeat, with white space and punctuation among them. */
static size_t put_noise(char *to, size_t letters, unsigned alphabet)
{
    size_t len = 0;
    while (letters > 0) {
        if (random_below(5) == 0) {
            to[len++] = " ,.\n-"[random_below(5)];
            continue;
        }
        char c = (char)('a' + random_below(alphabet));
        to[len++] = random_below(8) == 0 ? (char)(c - 'a' + 'A') : c;
        letters--;
    }
    return len;
}

/* The same letters, written otherwise: case, spaces and punctuation are another's. */
static size_t put_again(char *to, const char *run, size_t run_len)
{
    size_t len = 0;
    for (size_t i = 0; i < run_len; i++) {
        char c = run[i];
        bool is_letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        if (!is_letter)
            continue;
        if (random_below(4) == 0)
            to[len++] = "_\t(/ "[random_below(5)];
        to[len++] = random_below(2) ? (char)(c | 0x20) : (char)(c & ~0x20);
    }
    return len;
}

static void test_a_shared_run_of_50_is_always_found(void **state)
{
    (void)state;
    for (int i = 0; i < 3000; i++) {
        char run[400], one[3000], other[3000];
        unsigned alphabet = i % 4 == 0 ? 1 + random_below(2) : 26; /* runs of one letter, too */
        size_t run_len = put_noise(run, FINGERPRINT_K + FINGERPRINT_WINDOW - 1, alphabet);
        size_t one_len = put_noise(one, random_below(200), 26), other_len = put_noise(other, random_below(200), 26);
        one_len += put_again(one + one_len, run, run_len);
        other_len += put_again(other + other_len, run, run_len);
        one_len += put_noise(one + one_len, random_below(200), 26);
        other_len += put_noise(other + other_len, random_below(200), 26);
        struct prints a = prints_of(secret, one, one_len, one_len), b = prints_of(secret, other, other_len, 7);
        assert_true(is_shared(&a, &b));
    }
}

static void test_unrelated_texts_share_nothing(void **state)
{
    (void)state;
    for (int i = 0; i < 200; i++) {
        char one[3000], other[3000];
        size_t one_len = put_noise(one, 900, 26), other_len = put_noise(other, 900, 26);
        struct prints a = prints_of(secret, one, one_len, 100), b = prints_of(secret, other, other_len, 100);
        assert_true(a.count > 40 && a.count < 100); /* 2 in 27 of 876 hashes: about 65 */
        assert_false(is_shared(&a, &b));
    }
}

/* Whole, or cut anywhere, inside characters, valid or not: the same. */
static void test_pieces_do_not_matter(void **state)
{
    (void)state;
    static const char *const bits[] = {
        "a",           "B",    "\xc3\xbc", "\xe2\x82\xac", "\xf0\x9d\x94\x98", "\xe2\x82",
        "\xff",        "\xc3", "\xf0\x9d", "\xef\xac\x81", "\xe4\xb8\xad",     "z ",
        "\xed\xa0\x80"};
    for (int i = 0; i < 400; i++) {
        char text[2100];
        size_t len = 0;
        while (len < 2000) {
            const char *bit = bits[random_below(sizeof bits / sizeof *bits)];
            memcpy(text + len, bit, strlen(bit));
            len += strlen(bit);
        }
        struct prints whole = prints_of(secret, text, len, len);
        for (size_t piece = 1; piece < 9; piece++) {
            struct prints p = prints_of(secret, text, len, piece);
            assert_true(is_same(&whole, &p));
        }
    }
}

static void test_writings_of_the_same_letters(void **state)
{
    (void)state;
    static const char *const writings[] = {
        "Die M\xc3\xbcller GmbH in K\xc3\xb6ln kauft f\xc3\xbcnfzig Pumpen, \xef\xac\x81nal und fest, bis Ende Mai.",
        "DIE MULLER GMBH IN KOLN KAUFT FUNFZIG PUMPEN -- FINAL UND FEST; BIS ENDE MAI",
        "Die Mu\xcc\x88ller GmbH in Ko\xcc\x88ln kauft fu\xcc\x88nfzig\r\nPumpen\xe2\x80\x94"
        "final und\xc2\xa0"
        "fest bis En\xc2\xad"
        "de Mai",
    };
    struct prints first = prints_of(secret, writings[0], strlen(writings[0]), 5);
    assert_true(first.count > 0);
    for (size_t i = 1; i < 3; i++) {
        struct prints p = prints_of(secret, writings[i], strlen(writings[i]), 5);
        assert_true(is_same(&first, &p));
    }
}

static void test_short_texts(void **state)
{
    (void)state;
    struct prints p = prints_of(secret, "twenty-four letters or fewer", 28, 28); /* 24 of them */
    assert_int_equal(p.count, 0);
    p = prints_of(secret, "twenty-five letters were here", 29, 29);
    assert_int_equal(p.count, 1);
    p = prints_of(secret, "", 0, 1);
    assert_int_equal(p.count, 0);
}

static void test_another_secret_another_print(void **state)
{
    (void)state;
    unsigned char other[FINGERPRINT_SECRET_BYTES];
    memcpy(other, secret, sizeof other);
    other[12] ^= 1;
    const char *text = "We offer Northwind a discount of twelve percent on every pump that they order before May.";
    struct prints a = prints_of(secret, text, strlen(text), 9), b = prints_of(other, text, strlen(text), 9);
    assert_true(a.count > 0 && b.count > 0);
    assert_false(is_shared(&a, &b));
}

static int stop(void *ctx, uint64_t print)
{
    (void)print;
    return ++*(int *)ctx == 2 ? 42 : 0;
}

static void test_found_may_stop(void **state)
{
    (void)state;
    char text[1000];
    memset(text, 'x', sizeof text);
    int calls = 0;
    struct winnow *w;
    assert_int_equal(winnow_open(&w, secret, stop, &calls), 0);
    assert_int_equal(winnow_text(w, text, sizeof text), 42);
    assert_int_equal(calls, 2);
    winnow_close(w);
}

static void test_row_keys(void **state)
{
    (void)state;
    struct contact_key email = {.kind = CONTACT_EMAIL, .text = "ann@acme.example", .len = 16}, name = email, longer;
    name.kind = CONTACT_NAME;
    uint64_t key = fingerprint_key(secret, &email);
    assert_int_equal(key & 7, CONTACT_EMAIL);
    assert_int_equal(fingerprint_key(secret, &name) & 7, CONTACT_NAME);
    assert_true(fingerprint_key(secret, &email) == key);
    assert_true(fingerprint_key(secret, &name) != key);
    static const char many[300] = {1};
    for (uint32_t len = 1; len < sizeof many; len++) { /* every length depends on the secret */
        longer = (struct contact_key){.kind = CONTACT_COMPANY, .text = many, .len = len};
        unsigned char other[FINGERPRINT_SECRET_BYTES];
        for (size_t i = 0; i < sizeof other; i++)
            other[i] = (unsigned char)random_below(256);
        assert_true(fingerprint_key(secret, &longer) != fingerprint_key(other, &longer));
    }
}

static int count(void *ctx, uint64_t print)
{
    (void)print;
    ++*(size_t *)ctx;
    return 0;
}

static void print_rate(const char *what, const char *word)
{
    enum { BYTES = 4 << 20 };
    char *text = malloc(BYTES);
    assert_non_null(text);
    size_t word_len = strlen(word), prints = 0;
    for (size_t i = 0; i < BYTES; i++)
        text[i] = random_below(6) == 0 ? ' ' : word[i % word_len];
    struct winnow *w;
    assert_int_equal(winnow_open(&w, secret, count, &prints), 0);
    int64_t since = clock_mono_ns();
    winnow_text(w, text, BYTES);
    winnow_end(w);
    int64_t took = clock_mono_ns() - since;
    winnow_close(w);
    free(text);
    print_message("%s: %.0f MB/s, a fingerprint in %zu bytes\n", what, BYTES * 1e3 / (double)took, BYTES / prints);
    assert_true(prints > 0);
}

static void test_rate_is_told(void **state)
{
    (void)state;
    print_rate("ASCII", "Thequickbrownfoxjumpsoverthelazydogandwritesprospectlists");
    print_rate("German", "Gr\xc3\xbc\xc3\x9f"
                         "eausdersch\xc3\xb6nenStadtanderElbeundnochmehrText");
    print_rate("Greek", "\xce\x91\xce\xb2\xce\xb3\xce\xb4\xce\xb5\xce\xb6\xce\xb7");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_shared_run_of_50_is_always_found),
        cmocka_unit_test(test_unrelated_texts_share_nothing),
        cmocka_unit_test(test_pieces_do_not_matter),
        cmocka_unit_test(test_writings_of_the_same_letters),
        cmocka_unit_test(test_short_texts),
        cmocka_unit_test(test_another_secret_another_print),
        cmocka_unit_test(test_found_may_stop),
        cmocka_unit_test(test_row_keys),
        cmocka_unit_test(test_rate_is_told),
    };
    return cmocka_run_group_tests(tests, make_secret, NULL);
}
