/* When idle time is enough for the keeper, and when not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/clock.h"
#include "save/pressure.h"

struct stage {
    struct board board;
    struct lane lanes[2];
    struct journal_record record;
    struct pressure pressure;
    int orders;
    bool idle; /* as was ordered last */
};

static void take_order(void *ctx, bool idle)
{
    struct stage *s = ctx;
    s->orders++;
    s->idle = idle;
}

static void begin(struct stage *s)
{
    *s = (struct stage){.idle = false};
    for (int i = 0; i < 2; i++)
        s->lanes[i].board = &s->board;
    s->pressure = (struct pressure){.lanes = s->lanes, .count = 2, .set_pace = take_order, .ctx = s};
    pressure_mind(&s->pressure, false);
    assert_true(s->idle);
    assert_int_equal(s->orders, 1);
}

static void let_wait(struct stage *s, int64_t ms)
{
    s->record.time_ns = clock_real_ns() - ms * NS_PER_MS;
    s->lanes[1].queue.records[0] = &s->record;
    s->lanes[1].queue.count = 1;
}

static void test_a_save_that_waits_long(void **state)
{
    (void)state;
    struct stage s;
    begin(&s);
    let_wait(&s, 2000);
    pressure_mind(&s.pressure, false);
    assert_int_equal(s.orders, 1); /* not yet */
    let_wait(&s, 60000);
    pressure_mind(&s.pressure, false);
    assert_false(s.idle);
    let_wait(&s, 2000); /* behind still */
    pressure_mind(&s.pressure, false);
    assert_false(s.idle);
    s.lanes[1].queue.count = 0;
    pressure_mind(&s.pressure, false);
    assert_true(s.idle);
    assert_int_equal(s.orders, 3);
}

static void test_somebody_waits(void **state)
{
    (void)state;
    struct stage s;
    begin(&s);
    pressure_rise(&s.pressure);
    assert_false(s.idle);
    s.lanes[0].wanted = 7;
    s.lanes[0].kept = 6;
    pressure_mind(&s.pressure, false);
    assert_int_equal(s.orders, 2); /* it is so already */
    s.lanes[0].kept = 7;
    pressure_mind(&s.pressure, false);
    assert_true(s.idle);
}

static void test_a_spool_that_fills_up(void **state)
{
    (void)state;
    struct stage s;
    begin(&s);
    s.board.spool_limit = 1000;
    s.board.keeper.spool_bytes = 501;
    pressure_mind(&s.pressure, false);
    assert_false(s.idle);
}

static void test_the_end(void **state)
{
    (void)state;
    struct stage s;
    begin(&s);
    pressure_mind(&s.pressure, true);
    assert_false(s.idle);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_save_that_waits_long),
        cmocka_unit_test(test_somebody_waits),
        cmocka_unit_test(test_a_spool_that_fills_up),
        cmocka_unit_test(test_the_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
