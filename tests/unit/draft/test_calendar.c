/* Tables that hold drafts, and tables whose cells are long for other reasons. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "draft/calendar.h"

#include <stdlib.h>
#include <string.h>

static const char *const posts[] = {
    "We spent three weeks on a label that nobody reads.\n\nThen a driver told us he reads it every morning.\n\nWho is "
    "the reader of your smallest print?\n\n#logistics #labels",
    "Unpopular opinion: the best sales call I had this year was four minutes long.\n\nShe asked one question, I said "
    "no, "
    "and she thanked me.\n\nWhat was your shortest call? Tell me in the comments \xf0\x9f\x91\x87 #sales",
    "We are at the harbour days next week! Come by our stand and bring your worst pallet.\n\nSee you there? "
    "\xf0\x9f\x9a\xa2 #harbourdays #logistics https://example.com/harbour",
    "Last month I lost a deal to a spreadsheet.\n\nThe buyer showed it to me. It was better than our tool.\n\nSo we "
    "asked "
    "her to help us. What would you have done?\n\n#product #honesty",
};

static const char *const catalogue[] = {
    "Robust steel shelf with five boards, 180 x 90 x 40 cm, load capacity 175 kg per board, galvanised, delivered with "
    "wall brackets and screws. Assembly without tools. Suitable for cellars, workshops and archives.",
    "Ergonomic office chair with adjustable lumbar support, breathable mesh back, height adjustable armrests and a "
    "seat "
    "depth of 42 to 47 cm. Castors for hard floors. Order now, delivery within three days. Warranty: 5 years.",
    "LED desk lamp, dimmable in five steps, colour temperature 2700 to 6500 K, with USB port and touch control. Power "
    "consumption 9 W. Colour: black. Cable length 1.5 m.",
    "Whiteboard 120 x 90 cm, magnetic, enamelled surface with 25 years of warranty, aluminium frame, pen tray "
    "included. "
    "Can be mounted upright or across.",
};

static const char *const tickets[] = {
    "Hello, since the update on Monday the export to CSV does not work any more. I get the message \"Error 500\" when "
    "I "
    "click the button. Can you please help me? Kind regards, Tom",
    "Customer called: printer in the warehouse prints every label twice. Restarted the spooler, problem persists. "
    "Forwarded to second level. Waiting for feedback from the vendor.",
    "Hi team, I cannot log in since this morning. I have reset my password twice already. What should I do? It is "
    "urgent, I have to send the invoices today. Thanks, Maria",
    "Resolved: the certificate had expired. Renewed it and restarted the service. Customer confirmed that the login "
    "works again. Closing the ticket.",
};

static const char *const reviews[] = {
    "Great service and friendly staff, we will definitely come back. The rooms were clean and quiet, breakfast could "
    "have been a bit better. Five stars from us!",
    "The delivery took two weeks instead of three days and nobody answered my mails. The product itself is fine, but I "
    "will not order here again.",
    "Good value for money. The zip got stuck once but support sent a replacement without any questions asked.",
    "Exactly as described, fits well, colour a little darker than in the picture. Would buy again.",
};

struct column {
    const char *const *texts;
    size_t count;
};

/* A table of a date, a word and these columns of text. */
static uint32_t posts_in(const struct column *columns, size_t count, size_t rows)
{
    struct calendar *c = NULL;
    struct facts f = {0};
    assert_int_equal(calendar_open(&c), 0);
    for (size_t r = 0; r < rows; r++) {
        struct cell cells[8] = {{.text = "2026-05-04", .len = 10, .column = 0},
                                {.text = "open", .len = 4, .column = 1}};
        for (size_t i = 0; i < count; i++) {
            const char *text = columns[i].texts[r % columns[i].count];
            cells[2 + i] = (struct cell){.text = text, .len = (uint32_t)strlen(text), .column = (uint32_t)(2 + i)};
        }
        calendar_row(c, &(struct row){.number = (uint32_t)r + 1, .cells = cells, .count = 2 + count});
    }
    calendar_end(c, &f);
    calendar_close(c);
    return f.posts;
}

static void test_calendars(void **state)
{
    (void)state;
    const struct column alone[] = {{posts, 4}}, beside[] = {{tickets, 4}, {posts, 4}};
    assert_int_equal(posts_in(alone, 1, 4), 4);
    assert_int_equal(posts_in(alone, 1, 2), 2);
    assert_int_equal(posts_in(beside, 2, 4), 4);
    assert_int_equal(posts_in(alone, 1, 1), 0); /* one is no calendar */
}

static void test_other_tables(void **state)
{
    (void)state;
    const struct column others[] = {{catalogue, 4}, {tickets, 4}, {reviews, 4}};
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++)
        if (posts_in(&others[i], 1, 40) != 0)
            fail_msg("table %zu", i);
}

/* A few posts in a column of something else: what people paste into tickets. */
static void test_a_post_among_tickets(void **state)
{
    (void)state;
    const char *mixed[] = {tickets[0], tickets[1], posts[0], tickets[2], posts[1]};
    const struct column column = {mixed, 5};
    assert_int_equal(posts_in(&column, 1, 5), 0);
}

static void test_sheets_are_told_apart(void **state)
{
    (void)state;
    struct calendar *c = NULL;
    struct facts f = {0};
    assert_int_equal(calendar_open(&c), 0);
    for (size_t i = 0; i < 8; i++) { /* one post a sheet, in the same column */
        const struct cell cell = {.text = posts[i % 4], .len = (uint32_t)strlen(posts[i % 4]), .column = 3};
        calendar_row(c, &(struct row){.number = 1, .cells = &cell, .count = 1});
        calendar_sheet(c);
    }
    calendar_end(c, &f);
    calendar_close(c);
    assert_int_equal(f.posts, 0);
}

/* However large the table is, and wherever its cells stand. */
static void test_bounds(void **state)
{
    (void)state;
    struct calendar *c = NULL;
    struct facts f = {0};
    char *large = malloc(CALENDAR_LONGEST + 1);
    memset(large, '#', CALENDAR_LONGEST + 1);
    assert_int_equal(calendar_open(&c), 0);
    for (uint32_t i = 0; i < 2000; i++) {
        const struct cell cells[] = {
            {.text = posts[i % 4], .len = (uint32_t)strlen(posts[i % 4]), .column = UINT32_MAX},
            {.text = large, .len = CALENDAR_LONGEST + 1, .column = 1},
            {.text = posts[i % 4], .len = (uint32_t)strlen(posts[i % 4]), .column = 2}};
        calendar_row(c, &(struct row){.number = i + 1, .cells = cells, .count = 3});
    }
    calendar_end(c, &f);
    calendar_close(c);
    free(large);
    assert_in_range(f.posts, CALENDAR_BYTES / 300, CALENDAR_BYTES / 150);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_calendars),
        cmocka_unit_test(test_other_tables),
        cmocka_unit_test(test_a_post_among_tickets),
        cmocka_unit_test(test_sheets_are_told_apart),
        cmocka_unit_test(test_bounds),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
