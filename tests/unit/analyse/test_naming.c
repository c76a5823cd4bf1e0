/* Which prospects a text names: those that are meant, not the words that some company also has for a name. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "lists.h"

#include "analyse/naming.h"
#include "base/fdio.h"

#include <stdio.h>

static const unsigned char secret[FINGERPRINT_SECRET_BYTES] = "any bytes will do as long as they stay the same";

static const struct listed lists[] = {
    {CONTACT_COMPANY, "Northwind Traders Inc."},
    {CONTACT_COMPANY, "Brandauer Logistik GmbH & Co. KG"},
    {CONTACT_COMPANY, "Müller & Söhne"},
    {CONTACT_COMPANY, "Veltrona"},
    {CONTACT_COMPANY, "HubSpot, Inc."},
    {CONTACT_COMPANY, "Coca-Cola"},
    {CONTACT_COMPANY, "Bank of Porto"},
    {CONTACT_COMPANY, "Apple"},
    {CONTACT_COMPANY, "Target Corp."},
    {CONTACT_COMPANY, "Shell"},
    {CONTACT_COMPANY, "Orange"},
    {CONTACT_COMPANY, "Gap"},
    {CONTACT_COMPANY, "Next Level Solutions"},
    {CONTACT_COMPANY, "The Market"},
    {CONTACT_COMPANY, "Fundament"},
    {CONTACT_NAME, "Ann Hill"},
    {CONTACT_NAME, "Dr. Łukasz Żak"},
    {CONTACT_NAME, "Lea von Au"},
    {CONTACT_NAME, "Will Smith"},
    {CONTACT_NAME, "Ann"},
    {CONTACT_NAME, "Mark May"},
    {CONTACT_NAME, "李 小龙"},
    {CONTACT_EMAIL, "buyer@veltrona.example"},
};

static struct known names;

static int make_table(void **state)
{
    (void)state;
    fd_auto fd = make_names(secret, lists, sizeof lists / sizeof lists[0]);
    return known_map(&names, fd, KNOWN_NAMES);
}

static int drop_table(void **state)
{
    (void)state;
    known_unmap(&names);
    return 0;
}

static uint32_t count_in(const char *text, bool cell)
{
    struct naming *n = NULL;
    assert_int_equal(naming_open(&n, secret, &names), 0);
    (cell ? naming_cell : naming_text)(n, text, strlen(text));
    uint32_t count = naming_count(n);
    naming_close(n);
    return count;
}

static const struct {
    uint32_t count;
    const char *text;
} texts[] = {
    /* meant */
    {1, "Proud to work with Northwind Traders on their new depot."},
    {1, "We signed Northwind Traders, Inc. today."},
    {1, "Northwind Traders' depot; Northwind Traders again, and northwind's not."},
    {1, "A day at Brandauer Logistik in Linz."},
    {1, "Ein Tag bei der Brandauer Logistik GmbH & Co. KG in Linz, und es war ein guter."},
    {1, "Coffee with M\xc3\xbcller & S\xc3\xb6hne"},
    {1, "I spent a day at Veltrona."},
    {1, "What Veltrona\xe2\x80\x99s team taught me"},
    {1, "What Veltrona's team taught me"},
    {1, "HubSpot raised its prices."},
    {1, "With #Veltrona and friends"},
    {1, "\xf0\x9f\x9a\x80 Thanks @Veltrona"},
    {1, "A case of Coca-Cola"},
    {1, "We met Bank of Porto there."},
    {1, "They work for Target Corp. now."},
    {1, "They left Apple Inc. last year."},
    {1, "Thanks to Ann Hill for the tour."},
    {1, "Ann Hill asked me a question."},
    {1, "HILL Ann and HILL ANN"},
    {1, "with Dr. Lukasz Zak, who knows ports"},
    {1, "with Lea von Au in Basel"},
    {1, "I met Will Smith from procurement."},
    {1, "We talked to \xe6\x9d\x8e \xe5\xb0\x8f\xe9\xbe\x99 there."},
    {1, "write to buyer@veltrona.example now"},
    {4, "Ann Hill (Northwind Traders) and Will Smith, of Veltrona"},
    {1, "Next week: Next Level Solutions Ltd. at the fair"},
    /* not meant */
    {0, "I ate an apple, and my target was the gap in the shell."},
    {0, "Apple pie is the best. Target your buyers. Gap analysis helps."},
    {0, "Read this: Apple Pie For Everyone, Orange Is The New Black"},
    {0, "Will Smith come to the fair?"},
    {0, "Veltrona"},
    {0, "The end. Veltrona"},
    {0, "An ann and a hill"},
    {0, "Up the hill, Ann"},
    {0, "Ann. Hill walking is my sport."},
    {0, "thanks to Ann for the tour"},
    {0, "the Market is hard, and The Market too"},
    {0, "We took it to the Next Level. Solutions came"},
    {0, "on the first of Mark May was late"},
    {0, "Wir haben das Fundament gelegt, und es ist nicht auf Sand gebaut."},
    {0, "northwind traders in small letters"},
    {0, "buyer@veltrona.example.com"},
    {0, ""},
    {0, "\xff\xfe\x80 \xc3"},
};

static void test_texts(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        uint32_t count = count_in(texts[i].text, false);
        if (count != texts[i].count)
            fail_msg("\"%s\": %u, expected %u", texts[i].text, count, texts[i].count);
    }
}

static const struct {
    uint32_t count;
    const char *text;
} cells[] = {
    {1, "Northwind Traders Inc"},
    {1, "Veltrona"},
    {1, "Hill, Ann"},
    {1, "buyer@veltrona.example"},
    {0, "Apple"},
    {1, "Apple Inc."},
    {0, "Shell"},
    {0, "northwind"},
    {0, "a Veltrona day"},
    {0, ""},
    {0, "Ann Hill; Will Smith; x"},
    {0, "Ann"},
};

static void test_cells(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof cells / sizeof cells[0]; i++) {
        uint32_t count = count_in(cells[i].text, true);
        if (count != cells[i].count)
            fail_msg("\"%s\": %u, expected %u", cells[i].text, count, cells[i].count);
    }
}

/* What takes the longest: capitals without end, long words, a phrase that never ends. */
static void test_bounds(void **state)
{
    (void)state;
    static const char *const pieces[] = {"A ", "Aa.Bb", "von ", "\xc3\x84 ", "@a#", "Northwind Traders "};
    char *text = malloc(NAMING_TEXT_BYTES * 2);
    for (size_t i = 0; i < sizeof pieces / sizeof pieces[0]; i++) {
        size_t len = strlen(pieces[i]), at = 0;
        for (; at + len < NAMING_TEXT_BYTES * 2; at += len)
            memcpy(text + at, pieces[i], len);
        text[at] = 0;
        assert_in_range(count_in(text, false), 0, 1);
    }
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_texts), cmocka_unit_test(test_cells),
                                       cmocka_unit_test(test_bounds)};
    return cmocka_run_group_tests(tests, make_table, drop_table);
}
