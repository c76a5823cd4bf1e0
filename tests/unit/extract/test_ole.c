/* Compound files: encrypted or not, the directory says. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "unit/extract/office_file.h"

enum { SECTOR = 512, SECTORS = 4 };

static void put_u32(unsigned char *p, uint32_t value)
{
    for (int i = 0; i < 4; i++)
        p[i] = (unsigned char)(value >> 8 * i);
}

/* Sector 0 holds the table, the directory lies in sectors 2 and 1; its last entry has this name. */
static void make_file(unsigned char file[static SECTOR * SECTORS], const char *name, uint32_t behind_1)
{
    memset(file, 0, SECTOR * SECTORS);
    memcpy(file, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 8);
    file[30] = 9;
    put_u32(file + 48, 2);
    memset(file + 76, 0xff, SECTOR - 76);
    put_u32(file + 76, 0);
    put_u32(file + SECTOR + 4 * 2, 1);
    put_u32(file + SECTOR + 4 * 1, behind_1);
    for (size_t i = 0; i < strlen(name); i++)
        file[2 * SECTOR + 3 * 128 + 2 * i] = (unsigned char)name[i];
}

static void test_encrypted_package(void **state)
{
    (void)state;
    unsigned char file[SECTOR * SECTORS];
    make_file(file, "EncryptedPackage", 0xfffffffe);
    expect_content(extract_ole, file, sizeof file, FACT_ENCRYPTED, "");
    make_file(file, "EncryptedPackages", 0xfffffffe);
    expect_content(extract_ole, file, sizeof file, FACT_UNREADABLE, "");
}

static void test_old_documents_are_unreadable(void **state)
{
    (void)state;
    unsigned char file[SECTOR * SECTORS];
    make_file(file, "WordDocument", 0xfffffffe);
    expect_content(extract_ole, file, sizeof file, FACT_UNREADABLE, "");
    expect_content(extract_ole, file, 100, FACT_UNREADABLE, "");
    file[30] = 63;
    expect_content(extract_ole, file, sizeof file, FACT_UNREADABLE, "");
}

static void test_rings_end(void **state)
{
    (void)state;
    unsigned char file[SECTOR * SECTORS];
    make_file(file, "WordDocument", 2);
    expect_content(extract_ole, file, sizeof file, FACT_UNREADABLE, "");
    make_file(file, "WordDocument", 0xfffffff0);
    expect_content(extract_ole, file, sizeof file, FACT_UNREADABLE, "");
}

static void test_others(void **state)
{
    (void)state;
    int answer;
    struct collected c = collect_with(extract_ole, "\xd0\xcf\x11", 3, 0, &answer);
    assert_int_equal(answer, -EBADMSG);
    assert_int_equal(c.flags, 0);
    buf_free(&c.text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_encrypted_package),
        cmocka_unit_test(test_old_documents_are_unreadable),
        cmocka_unit_test(test_rings_end),
        cmocka_unit_test(test_others),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
