/* Entries of directories and address books. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "unit/extract/listing.h"

#define ENTRIES(text, expected) expect_listing(extract_ldif, text, sizeof(text) - 1, "", expected)
#define REFUSED(text)           expect_refused(extract_ldif, text, sizeof(text) - 1)

static void test_entries(void **state)
{
    (void)state;
    ENTRIES("# exported\n# by\n  a program\nversion: 1\n\ndn: cn=Ann Hill,dc=acme\nobjectClass: person\ncn: Ann Hill\n"
            "mail: ann@\n acme.example\nuserPassword:: c2VjcmV0\n\ndn:: Y249SsO2cmc=\ncn;lang-de:: SsO2cmc=\n"
            "telephoneNumber: +49 30 5550101\njpegPhoto:: /9j/4AAQAAE=\nlabeledURI:< file:///etc/passwd\n",
            "1: dn=cn=Ann Hill,dc=acme | cn=Ann Hill | mail=ann@acme.example\n"
            "2: dn=cn=J\xc3\xb6rg | cn=J\xc3\xb6rg | telephoneNumber=+49 30 5550101\n");
}

static void test_changes(void **state)
{
    (void)state;
    ENTRIES("dn: cn=a\nchangetype: modify\nreplace: mail\nmail: a@acme.example\n-\ndn: cn=b\nmail: b@acme.example",
            "1: dn=cn=a | mail=a@acme.example\n2: dn=cn=b | mail=b@acme.example\n");
}

static void test_what_is_none(void **state)
{
    (void)state;
    REFUSED("");
    REFUSED("version: 1\n");
    REFUSED("name: Ann\ndn: cn=a\n");
    REFUSED("Dear all,\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_entries),
        cmocka_unit_test(test_changes),
        cmocka_unit_test(test_what_is_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
