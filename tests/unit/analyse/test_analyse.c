/* The whole chain in one process: what a file is, file after file, and that nothing of one is left when the next comes.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "analyse/analyse.h"
#include "base/fdio.h"

#include <malloc.h>
#include <string.h>
#include <sys/mman.h>

static const unsigned char secret[FINGERPRINT_SECRET_BYTES] = "any bytes will do as long as they stay the same";
static const char list[] = "Name,Company,Email\nAnn Hill,Acme Ltd,ann@acme.example\nBo Berg,Nord AB,bo@nord.example\n"
                           "Cy Dale,Dale Inc,cy@dale.example\n";
static const char note[] = "Called Ann about the renewal. She will come back to us in May.\n";

static struct analyser *chain;

static int open_chain(void **state)
{
    (void)state;
    struct error e = {0};
    return analyser_open(&chain, NULL, secret, &e);
}

static int close_chain(void **state)
{
    (void)state;
    analyser_close(chain);
    return 0;
}

static struct inspection look_at(const char *text, const char *path)
{
    fd_auto fd = memfd_create("file", MFD_CLOEXEC);
    struct inspection found = {0};
    assert_int_equal(fd_write_all(fd, text, strlen(text)), 0);
    assert_int_equal(analyser_look(chain, fd, strlen(text), path, -1, &found), 0);
    return found;
}

static void test_facts_are_of_this_file(void **state)
{
    (void)state;
    assert_int_equal(look_at(list, "people.csv").facts.contacts, 3);
    assert_int_equal(look_at(note, "call.txt").facts.contacts, 0);
    assert_int_equal(look_at("", "empty").facts.contacts, 0);
    assert_int_equal(look_at(list, "people.csv").facts.contacts, 3);
}

static void test_nothing_is_left_behind(void **state)
{
    (void)state;
    enum { WARM_UP = 20, FILES = 200, LEAK_BYTES = 16 /* a file: the smallest that malloc gives */ };
    size_t before = 0;
    for (int i = 0; i < WARM_UP + FILES; i++) {
        look_at(list, "people.csv");
        look_at(note, "call.txt");
        before = i == WARM_UP ? mallinfo2().uordblks : before;
    }
    assert_true(mallinfo2().uordblks < before + (size_t)FILES * LEAK_BYTES);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_facts_are_of_this_file),
                                       cmocka_unit_test(test_nothing_is_left_behind)};
    return cmocka_run_group_tests(tests, open_chain, close_chain);
}
