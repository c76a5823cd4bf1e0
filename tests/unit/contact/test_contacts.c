/* Which tables, cards and texts hold contacts, how many, and by which keys. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "contact/contacts.h"
#include "base/buf.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof *(array))
enum {
    EMAIL = 1 << CONTACT_EMAIL,
    PHONE = 1 << CONTACT_PHONE,
    PROFILE = 1 << CONTACT_PROFILE,
    NAME = 1 << CONTACT_NAME,
    COMPANY = 1 << CONTACT_COMPANY,
    TITLE = 1 << CONTACT_TITLE,
};

static int note_keys(void *ctx, uint32_t row, const struct contact_key *keys, size_t count)
{
    static const char letters[] = "ephnc";
    buf_printf(ctx, "%u:", (unsigned)row);
    for (size_t i = 0; i < count; i++)
        buf_printf(ctx, " %c=%.*s", keys[i].kind == CONTACT_PROFILE ? 'l' : letters[keys[i].kind], (int)keys[i].len,
                   keys[i].text);
    buf_puts(ctx, "\n");
    return 0;
}

/* A table as text: lines, cells divided by '|'. A first line that begins with '#' names fields: its rows are cards. */
static void push_table(struct contacts *c, const char *table)
{
    struct cell cells[32];
    char *copy = strdup(table), *labels[32] = {0}, *rest = copy;
    assert_non_null(copy);
    uint32_t number = 0;
    for (char *line; (line = strsep(&rest, "\n")) != NULL && *line != '\0';) {
        bool is_labels = *line == '#';
        size_t count = 0;
        uint32_t column = 0;
        line += is_labels;
        for (char *cell; (cell = strsep(&line, "|")) != NULL; column++) {
            if (is_labels)
                labels[column] = cell;
            else if (*cell != '\0')
                cells[count++] = (struct cell){cell, (uint32_t)strlen(cell), column, labels[column]};
        }
        struct row row = {++number, cells, count};
        if (count > 0)
            assert_int_equal(contacts_row(c, &row), 0);
    }
    free(copy);
}

static struct facts look_at_table(const char *table, struct buf *keys)
{
    struct contacts *c = NULL;
    struct facts f = {0};
    assert_int_equal(contacts_open(&c, keys ? note_keys : NULL, keys), 0);
    push_table(c, table);
    assert_int_equal(contacts_end(c, &f), 0);
    contacts_close(c);
    return f;
}

struct case_of {
    const char *what, *text;
    uint32_t contacts, kinds, rows;
};

static void expect(const struct case_of *t, const struct facts *f)
{
    if (f->contacts != t->contacts || f->kinds != t->kinds || f->rows != t->rows)
        fail_msg("%s: %u contacts of kinds %#x in %u rows, not %u of %#x in %u", t->what, f->contacts, f->kinds,
                 f->rows, t->contacts, t->kinds, t->rows);
}

static const struct case_of tables[] = {
    {"an ordinary list",
     "Name|Company|Title|Email|Phone\n"
     "Ann Hill|ACME GmbH|Head of Procurement|ann.hill@acme.example|+49 30 1234567\n"
     "Bob Stone|Blue Ocean Inc.|Sales Manager|bob@blueocean.example|555-010-1234\n"
     "Carla Rossi|Rossi S.p.A.|Direttore acquisti|c.rossi@rossi.example|+39 06 1234567\n",
     3, NAME | COMPANY | TITLE | EMAIL | PHONE, 3},
    {"no header, other order",
     "+49 30 1234567|ann.hill@acme.example|Hill, Ann\n"
     "+49 30 1234568|bob.stone@blue.example|Stone, Bob\n",
     2, NAME | EMAIL | PHONE, 2},
    {"addresses and numbers in one column",
     "Name|Kontakt\n"
     "Ann Hill|ann.hill@acme.example\n"
     "Eva Lund|607 855 405\n"
     "Bob Stone|bob@blue.example\n"
     "Karl Falk|+49 30 1234567\n"
     "Lea Kern|36 27 06 39\n"
     "Cy Dale|cy@dale.example\n",
     6, NAME | EMAIL | PHONE, 6},
    {"a header that lies",
     "Article|Colour|Size\n"
     "Ann Hill|ann.hill@acme.example|ACME Ltd\n"
     "Bob Stone|bob.stone@blue.example|Blue Ltd\n"
     "Eva Lund|eva.lund@lund.example|Lund AB\n",
     3, NAME | EMAIL | COMPANY, 3},
    {"names of many places",
     "\xc5\x81ukasz \xc5\xbb"
     "ak|l.zak@a.example\nBj\xc3\xb6rn \xc3\x85str\xc3\xb6m|bjorn@b.example\n"
     "Nguy\xe1\xbb\x85n V\xc4\x83n An|an.nguyen@c.example\nJos\xc3\xa9 Garc\xc3\xad"
     "a L\xc3\xb3pez|jose@d.example\n"
     "\xd0\x98\xd0\xb2\xd0\xb0\xd0\xbd \xd0\x9f\xd0\xb5\xd1\x82\xd1\x80\xd0\xbe\xd0\xb2|ivan@e.example\n",
     5, NAME | EMAIL, 5},
    {"Japanese",
     "\xe5\xb1\xb1\xe7\x94\xb0 \xe5\xa4\xaa\xe9\x83\x8e|taro@a.example\n"
     "\xe4\xbd\x90\xe8\x97\xa4\xe8\x8a\xb1\xe5\xad\x90|hanako@b.example\n",
     2, NAME | EMAIL, 2},
    {"first and last apart",
     "Vorname|Nachname|Telefon|Stadt\nAnn|Hill|030/1234567|Berlin\nBernd|Stein|0171 1234567|Bonn\n"
     "Jutta|Krug|(089) 123456|Ulm\n",
     3, NAME | PHONE, 3},
    {"bare digits under a header", "Kontakt|Mobil\nAnn Hill|1711234567\nBob Stone|1511234568\n", 2, NAME | PHONE, 2},
    {"bare digits with their zero",
     "Ann Hill|01711234567|4711\nBob Stone|01511234568|4712\nEva Lund|03012345678|4713\nJan Kow|08912345678|4714\n", 4,
     NAME | PHONE, 4},
    {"profiles", "Ann Hill|https://www.linkedin.com/in/ann-hill\nBob Stone|https://www.linkedin.com/in/bobstone\n", 2,
     NAME | PROFILE, 2},
    {"written for people", "Ann Hill|ann at acme dot example\nBob Stone|bob(at)blue.example\n", 2, NAME | EMAIL, 2},
    {"one column", "Ann Hill <ann@acme.example>\nBob Stone <bob@blue.example>\n", 2, NAME | EMAIL, 2},
    {"one column of all", "Ann Hill, ACME GmbH, +1 555 0101\nBob Stone, Blue Ltd, +1 555 0102\n", 2,
     NAME | COMPANY | PHONE, 2},
    {"a title above", "Prospects May\nName|Email\nAnn Hill|ann@acme.example\nBob Stone|bob@acme.example\n", 2,
     NAME | EMAIL, 2},
    {"vCards", "#FN|TEL|ORG|TITLE\nAnn Hill|5550101234|ACME|Buyer\n", 1, NAME | PHONE | COMPANY | TITLE, 1},
    {"objects",
     "#person.firstName|person.lastName|person.emails.0.value|company.name\n"
     "Ann|Hill|ann@acme.example|Acme\nBob|Stone|bob@blue.example|Blue Ocean\n",
     2, NAME | EMAIL | COMPANY, 2},
    {"French, hyphens in names",
     "Nom|Pr\xc3\xa9nom|Soci\xc3\xa9t\xc3\xa9|Fonction|Portable\nMoreau|Jean-Luc|Transports Nord SAS|Responsable "
     "logistique|"
     "06 98 76 54 32\nPetit|\xc3\x89lodie|Boulangerie Petit SARL|Directrice des achats|01 23 45 67 89\n",
     2, NAME | COMPANY | TITLE | PHONE, 2},
    {"Chinese",
     "\xe5\xa7\x93\xe5\x90\x8d|\xe5\x85\xac\xe5\x8f\xb8|\xe6\x89\x8b\xe6\x9c\xba\n"
     "\xe5\xbc\xa0\xe4\xbc\x9f|\xe5\x8c\x97\xe4\xba\xac\xe7\xa7\x91\xe6\x8a\x80\xe5\x85\xac\xe5\x8f\xb8|13800138000\n"
     "\xe6\x9d\x8e\xe5\xa8\x9c|\xe4\xb8\x8a\xe6\xb5\xb7\xe8\xb4\xb8\xe6\x98\x93\xe5\x85\xac\xe5\x8f\xb8|13900139000\n",
     2, NAME | COMPANY | PHONE, 2},
    {"emails and phones alone", "ann@acme.example|+49 30 1234567\nbob@acme.example|+49 30 1234568\n", 2, EMAIL | PHONE,
     2},
    {"names nobody knows, no header",
     "418219|Qualified|+48 93 575 95 84|Grzymala\n418212|New|(38) 94188-9574|Pachecao\n"
     "418255|Lost|+55 51 91157-8857|Oboril\n418257|New|+55 46 97149-2691|Zvonkova\n",
     4, NAME | PHONE, 4},
    {"a title that could be a header, and none",
     "North region\nMaelle Vass|RB|linkedin.com/in/maelle-vass-7\nGael Oboril|RB|linkedin.com/in/gael-8\n"
     "Zofka Grzym|RB|linkedin.com/in/zofka-9\nZofka Grzym|RB|linkedin.com/in/zofka-9\n",
     4, NAME | PROFILE, 5},
    {"numbers of which some are written as phones are",
     "yes|657547328|Emilio|418221\nno|+34 955 87 35 38|Zofka|418232\nyes|655225247|Karlo|418220\n"
     "yes|619638573|Ibo|418217\nno|+34 643 566 695|Nuria|418213\n",
     5, NAME | PHONE, 5},
    /* none */
    {"places", "berth|52.520008|13.404954\nquay|48.135125|11.581981\npier|50.937531|6.960279\n", 0, 0, 3},
    {"calls of one line", "Fuse|+48 93 575 95 84\nBearing|+48 93 575 95 84\nGasket|+48 93 575 95 84\n", 0, 0, 3},
    {"stock, and whom to write to",
     "Store|Write to|Stock|SKU\nBerlin Mitte|store1@shop.example|120|0123-4567-8901\n"
     "Hamburg Nord|store2@shop.example|99|0123-4567-8902\nMunich Sued|store3@shop.example|99|0123-4567-8903\n",
     0, 0, 3},
    {"parcels", "Parcel|Tracking|Weight\nS-10001|00340434161094042557|12.5\nS-10002|00340434161094042564|3.0\n", 0, 0,
     2},
    {"tickets",
     "Ticket|Requester|Subject|Status\n48213|ann@acme.example|Printer does not work|Open\n"
     "48214|bob@acme.example|Password Reset|Closed\n48215|eva@acme.example|New Laptop|Open\n",
     0, 0, 3},
    {"addresses alone", "Email\nann@acme.example\nbob@blue.example\n", 0, 0, 2},
    {"names alone", "Name|Company\nAnn Hill|ACME GmbH\nBob Stone|Blue Ltd\n", 0, 0, 2},
    {"a log",
     "2026-11-22T03:13:07Z|10.0.0.1|ann@acme.example|login\n2026-11-22T03:13:08Z|10.0.0.2|bob@blue.example|logout\n"
     "2026-11-22T03:13:09Z|192.168.100.200|eva@blue.example|login\n",
     0, 0, 3},
    {"a price list",
     "Article|Description|EAN|Price\n4711-01|Steel Bolt|4006381333931|1.234,50\n4711-02|Brass Nut|4006381333948|3,20\n"
     "4711-03|Copper Pipe|4006381333955|12,00\n",
     0, 0, 3},
    {"a bank statement",
     "Date|Payee|IBAN|Amount\n22.11.2026|Ann Hill|DE89370400440532013000|-12,50\n23.11.2026|Bob "
     "Stone|GB82WEST12345698765432|1.200,00\n",
     0, 0, 2},
    {"a timesheet",
     "Employee|Date|From|To|Hours\nAnn Hill|2026-11-22|08:30|17:00|8.5\nBob Stone|2026-11-23|09:00|17:00|8\n", 0, 0, 2},
    {"orders",
     "Order|Customer|Amount\n1000000001|Ann Hill|100.00\n1000000002|Bob Stone|120.00\n1000000003|Eva Lund|90.00\n", 0,
     0, 3},
    {"card numbers and ids", "Ann Hill|4111 1111 1111 1111|123-45-6789\nBob Stone|5500 0000 0000 0004|219-09-9999\n", 0,
     0, 2},
    {"logins",
     "ann@acme.example|active|2026-11-22|Berlin\nbob@blue.example|inactive|2026-11-20|Paris\n"
     "eva@blue.example|active|2026-11-21|Berlin\n",
     0, 0, 3},
};

static void test_tables(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(tables); i++) {
        struct facts f = look_at_table(tables[i].text, NULL);
        expect(&tables[i], &f);
    }
}

static void test_keys_meet_those_of_values(void **state)
{
    (void)state;
    buf_auto keys = {0};
    look_at_table("Vorname|Nachname|Firma|Telefon|Mail\n"
                  "Dr. Ann|Hill|ACME GmbH & Co. KG|+49 (0)30 1234-567|Ann.Hill@ACME.example\n"
                  "Bob|Stone|Blue Ocean Inc.|030/7654321|n/a\n",
                  &keys);
    assert_string_equal(keys.data, "0: c=acme p=301234567 e=ann.hill@acme.example n=ann hill\n"
                                   "1: c=blue ocean p=307654321 n=bob stone\n");
}

/* One that repeats is remembered, and one that is long, or long when it is folded, is not: its keys are the same. */
static const struct {
    const char *first, *last, *company;
} repeated[] = {
    {"Ann", "Hill", "ACME GmbH & Co. KG"},
    {"Bob", "Stone", "Blue Ocean Inc."},
    {"Eva", "Lund", "Lund AB"},
    {"Carla", "Rossi", "Rossi S.p.A."},
    {"Dr. Ann-Marie", "O'Neill", "O'Neill Ltd."},
    {"J. R.", "Dr.", "S.p.A."},
    {"Prof.", "M\xc3\xbcller", "M\xc3\xbcller & S\xc3\xb6hne AG"},
    {"\xc5\x81ukasz",
     "\xc5\xbb"
     "ak",
     "GmbH"},
    {"Ann \xef\xb7\xba\xef\xb7\xba\xef\xb7\xba", "Hill \xef\xb7\xba\xef\xb7\xba",
     "\xef\xb7\xba\xef\xb7\xba\xef\xb7\xba\xef\xb7\xba\xef\xb7\xba\xef\xb7\xba\xef\xb7\xba\xef\xb7\xba Ltd"},
    {"Wolfeschlegelsteinhausenbergerdorff", "von der Au", "Hansa Logistics Maschinenbau Systems Holding GmbH"},
    {"Ann", "''", "ACME"},
};

static void test_repeated_values_have_the_same_keys(void **state)
{
    enum { ORDINARY = 300 };
    (void)state;
    buf_auto keys = {0}, table = {0}, want = {0};
    char room[CONTACT_KEY_BYTES], name[256];
    buf_puts(&table, "First name|Last name|Company|Email\n");
    for (size_t i = 0; i < 1000; i++) {
        size_t at = i < ORDINARY ? i % 4 : i / 3 % COUNT(repeated); /* by what is ordinary columns are known */
        buf_printf(&table, "%s|%s|%s|a%zu@acme.example\n", repeated[at].first, repeated[at].last, repeated[at].company,
                   i);
        size_t len =
            contact_normalise(CONTACT_COMPANY, repeated[at].company, strlen(repeated[at].company), room, sizeof room);
        buf_printf(&want, "%zu: c=%.*s e=a%zu@acme.example", i, (int)len, room, i);
        snprintf(name, sizeof name, "%s %s", repeated[at].first, repeated[at].last);
        len = contact_normalise(CONTACT_NAME, name, strlen(name), room, sizeof room);
        if (len > 0)
            buf_printf(&want, " n=%.*s", (int)len, room);
        buf_puts(&want, "\n");
    }
    look_at_table(table.data, &keys);
    assert_string_equal(keys.data, want.data);
}

/* Of two columns of names the one that its rows' addresses speak of is the contact's. */
static void test_the_owner_is_not_the_contact(void **state)
{
    (void)state;
    buf_auto keys = {0};
    look_at_table(
        "Owner|Contact|Email\nPaul Reps|Ann Hill|ann.hill@acme.example\nPaul Reps|Bob Stone|bob@blue.example\n"
        "Paul Reps|Eva Lund|eva@lund.example\n",
        &keys);
    assert_non_null(strstr(keys.data, "n=ann hill"));
    assert_null(strstr(keys.data, "n=paul reps"));
}

static void test_what_follows_after_the_columns_are_known(void **state)
{
    (void)state;
    struct contacts *c = NULL;
    struct facts f = {0};
    assert_int_equal(contacts_open(&c, NULL, NULL), 0);
    for (uint32_t sheet = 0; sheet < 2; sheet++) {
        for (uint32_t i = 0; i < 1000; i++) {
            char name[32], email[64];
            int name_len = snprintf(name, sizeof name, "Ann%c Hill", 'a' + (int)(i % 26));
            int email_len = snprintf(email, sizeof email, "ann%u@acme.example", i);
            struct cell cells[2] = {{name, (uint32_t)name_len, sheet, NULL},
                                    {email, (uint32_t)email_len, 1 - sheet, NULL}};
            struct row row = {i + 1, cells, 2};
            assert_int_equal(contacts_row(c, &row), 0);
        }
        assert_int_equal(contacts_sheet(c), 0);
    }
    assert_int_equal(contacts_end(c, &f), 0);
    contacts_close(c);
    assert_int_equal(f.contacts, 2000);
    assert_int_equal(f.rows, 2000);
    assert_int_equal(f.emails, 2000);
    assert_int_equal(f.kinds, NAME | EMAIL);
}

static int stop_at_second(void *ctx, uint32_t row, const struct contact_key *keys, size_t count)
{
    (void)keys;
    assert_true(count > 0);
    *(uint32_t *)ctx = row;
    return row == 1 ? -42 : 0;
}

static void test_found_stops(void **state)
{
    (void)state;
    struct contacts *c = NULL;
    uint32_t last = 0;
    struct facts f = {0};
    assert_int_equal(contacts_open(&c, stop_at_second, &last), 0);
    push_table(c, "Ann Hill|ann@a.example\nBob Stone|bob@a.example\nEva Lund|eva@a.example\n");
    assert_int_equal(contacts_end(c, &f), -42);
    assert_int_equal(last, 1);
    contacts_close(c);
}

static void test_rows_of_very_many_cells(void **state)
{
    (void)state;
    enum { CELLS = 16384 };
    struct cell *cells = calloc(CELLS, sizeof *cells);
    struct contacts *c = NULL;
    struct facts f = {0};
    assert_non_null(cells);
    for (uint32_t i = 0; i < CELLS; i++)
        cells[i] = (struct cell){"ann@acme.example", 16, i, NULL};
    assert_int_equal(contacts_open(&c, NULL, NULL), 0);
    for (uint32_t i = 0; i < 4; i++)
        assert_int_equal(contacts_row(c, &(struct row){i + 1, cells, CELLS}), 0);
    assert_int_equal(contacts_end(c, &f), 0);
    contacts_close(c);
    free(cells);
    assert_int_equal(f.rows, 4);
    assert_int_equal(f.contacts, 0);
    assert_int_equal(f.emails, 4 * CELLS);
}

static const struct case_of texts[] = {
    {"a signature", "See you then.\n\nAnn Hill\nHead of Procurement\nACME GmbH\nTel. 030 / 1234567\nann@acme.example\n",
     1, NAME | TITLE | COMPANY | PHONE | EMAIL, 0},
    {"a list", "Ann Hill, ACME Inc., +1 555 0101\nBob Stone, Blue Ltd, +1 555 0102\nEva Lund, Lund AB, +1 555 0103\n",
     3, NAME | COMPANY | PHONE, 0},
    {"blocks", "Ann Hill\n+49 30 1234567\n\nBob Stone\n+49 30 1234568\n\n", 2, NAME | PHONE, 0},
    {"blocks without blank lines", "Ann Hill\n+49 30 1234567\nBob Stone\n+49 30 1234568\n", 2, NAME | PHONE, 0},
    {"a bullet list", "- Ann Hill <ann@acme.example>\n- Bob Stone <bob@blue.example>\n", 2, NAME | EMAIL, 0},
    {"recipients in one line",
     "Ann Hill <ann@acme.example>; Bob Stone <bob@blue.example>; Eva Lund <eva@lund.example>, Cy Dale "
     "<cy@dale.example>;Di Eck <di@eck.example>\n",
     5, NAME | EMAIL, 0},
    {"two recipients in a short line", "Ann Hill <ann@acme.example>, Bob Stone <bob@blue.example>\n", 2, NAME | EMAIL,
     0},
    {"halves of names around their addresses",
     "Ashqvist siobhan.ashqvist@blue.example Zofka\nGillvik\tkgillvik@acme.example\tKarlo\n", 2, NAME | EMAIL, 0},
    /* none */
    {"addresses of offices", "Press press@acme.example\nHelpdesk helpdesk@acme.example\nLager lager@acme.example\n", 0,
     0, 0},
    {"prose",
     "Thank you for your order of 22.11.2026. The price is 1.234,50 EUR, article 4711-0815, "
     "and questions go to support@acme.example at any time of the day.\n",
     0, 0, 0},
    {"a log",
     "2026-11-22 03:13:07 10.0.0.1 INFO login failed for ann@acme.example id=1234567890\n"
     "2026-11-22 03:13:08 10.0.0.2 INFO login failed for bob@acme.example id=1234567891\n",
     0, 0, 0},
    {"minutes", "Present: Ann Hill, Bob Stone, Eva Lund\nNext meeting: 2026-12-01 10:00\nBudget: 1 200 000 EUR\n", 0, 0,
     0},
    {"nothing", "", 0, 0, 0},
};

static struct facts look_at_text(const char *text, size_t piece)
{
    struct contacts *c = NULL;
    struct facts f = {0};
    size_t len = strlen(text);
    assert_int_equal(contacts_open(&c, NULL, NULL), 0);
    for (size_t at = 0; at < len; at += piece)
        assert_int_equal(contacts_text(c, text + at, len - at < piece ? len - at : piece), 0);
    assert_int_equal(contacts_end(c, &f), 0);
    contacts_close(c);
    return f;
}

static void test_texts(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(texts); i++)
        for (size_t piece = 1; piece < 4096; piece = piece * 8 - 1) {
            struct facts f = look_at_text(texts[i].text, piece);
            expect(&texts[i], &f);
        }
}

static void test_a_line_without_end(void **state)
{
    (void)state;
    buf_auto text = {0};
    for (int i = 0; i < 2000; i++)
        buf_puts(&text, "and then ann@acme.example wrote again ");
    struct facts f = look_at_text(text.data, 1000);
    assert_int_equal(f.emails, 2000);
    assert_int_equal(f.contacts, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_tables),
        cmocka_unit_test(test_keys_meet_those_of_values),
        cmocka_unit_test(test_repeated_values_have_the_same_keys),
        cmocka_unit_test(test_the_owner_is_not_the_contact),
        cmocka_unit_test(test_what_follows_after_the_columns_are_known),
        cmocka_unit_test(test_found_stops),
        cmocka_unit_test(test_rows_of_very_many_cells),
        cmocka_unit_test(test_texts),
        cmocka_unit_test(test_a_line_without_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
