/* The keeper feeds the index: what each version's Records say, and that the index always is what the record says. */
#include "unit/save/yard.h"

#include "recall/recall.h"

static const char *list(int first, int last)
{
    static char text[4000];
    int at = sprintf(text, "name,email,phone\n");
    for (int i = first; i <= last; i++)
        at += sprintf(text + at, "Ann Hill%c,ann.%d@firm%d.example,+49 30 55501%03d\n", 'a' + i, i, i, i);
    return text;
}

static int put_records(void *ctx, const struct record_version *v)
{
    struct buf *to = ctx;
    buf_auto line = {0};
    buf_printf(&line, "%s=%s|%s", v->path ? v->path : "", v->records ? v->records : "", to->data ? to->data : "");
    buf_free(to);
    *to = line;
    line = (struct buf){0};
    return 0;
}

/* "a.csv=3 +3 -0|": path and Records of each version, oldest first. */
static void expect_records(struct yard *y, const char *expected)
{
    buf_auto got = {0};
    run_log(y, NULL, put_records, &got);
    assert_string_equal(got.data ? got.data : "", expected);
}

/* Every holding of some contacts, by the index as it is or, once it is removed, by one made anew. */
struct looking {
    struct yard *y;
    int question[2];
    pid_t pid;
};

static int put_holding(void *ctx, const struct recall_holding *h)
{
    buf_printf(ctx, "%llu:%llu-%llu ", (unsigned long long)h->first, (unsigned long long)h->since,
               (unsigned long long)h->until);
    return 0;
}

static void ignore(void *ctx) { (void)ctx; }

/* The keeper is not running: then nobody has the index open. *behind: whether it had to be caught up with. */
static void look(struct yard *y, struct buf *to, uint64_t *behind)
{
    static const unsigned char no_secret[FINGERPRINT_SECRET_BYTES];
    struct recall *r = NULL;
    struct inspector *i = NULL;
    struct error e = {0};
    struct recall_state state;
    assert_int_equal(inspector_open(&i, y->question[0], ignore, NULL, &e), 0);
    if (recall_open(&r, y->config.repository, y->config.index, &e) < 0)
        fail_msg("%s", e.text);
    assert_int_equal(recall_get_state(r, &state, &e), 0);
    *behind = state.versions;
    int more;
    while ((more = recall_step(r, i, 50, &e)) == 1)
        ;
    if (more < 0)
        fail_msg("%s", e.text);
    assert_int_equal(recall_get_state(r, &state, &e), 0);
    *behind = state.versions - *behind;
    for (int who = 0; who < 12; who++) {
        char email[64], text[CONTACT_KEY_BYTES];
        snprintf(email, sizeof email, "ann.%d@firm%d.example", who, who);
        struct contact_key key = {.kind = CONTACT_EMAIL, .text = text};
        key.len = (uint32_t)contact_normalise(CONTACT_EMAIL, email, strlen(email), text, sizeof text);
        buf_puts(to, "; ");
        assert_int_equal(recall_find(r, fingerprint_key(no_secret, &key), put_holding, to, &e), 0);
    }
    recall_close(r);
    inspector_close(i);
}

/* The index holds what one made anew from the record holds. `behind`: so many versions were still to come, at most. */
static void expect_true_index(struct yard *y, uint64_t behind_most)
{
    buf_auto fed = {0}, anew = {0};
    uint64_t behind, all;
    look(y, &fed, &behind);
    assert_in_range(behind, 0, behind_most);
    assert_int_equal(index_remove(y->config.index, NULL), 0);
    look(y, &anew, &all);
    assert_string_equal(fed.data, anew.data);
}

static void records_say_what_came_and_went(void **state)
{
    struct yard *y = *state;
    wait_scanned(y);
    mkdirat(y->store_fd, "d", 0755);
    save(y, "d/a.csv", list(1, 3));
    assert_true(wait_kept(y));
    save(y, "d/a.csv", list(2, 5));
    assert_true(wait_kept(y));
    move(y, "d/a.csv", "d/b.csv");
    move(y, "d", "e");
    assert_true(wait_kept(y));
    save(y, "e/b.csv", list(2, 6));
    save(y, "notes.txt", "nothing to be seen here\n");
    save(y, "e/b.csv", list(6, 6)); /* one batch */
    assert_true(wait_kept(y));
    save(y, "e/b.csv", "nobody\n");
    delete (y, "notes.txt");
    assert_true(wait_kept(y));
    expect_records(y, "d/a.csv=3 +3 -0|d/a.csv=4 +2 -1|d/b.csv=|e=|e/b.csv=5 +1 -0|notes.txt=|e/b.csv=1 +0 -4|"
                      "e/b.csv=0 +0 -1|notes.txt=|");
    drain_keeper(y);
    expect_true_index(y, 0);
}

/* Whatever the keeper was doing, the next one goes on, and in the end the index is what the record says. */
static void killed_at_any_moment(void **state)
{
    struct yard *y = *state;
    char path[32];
    wait_scanned(y);
    mkdirat(y->store_fd, "d", 0755);
    for (int i = 0; i < 40; i++) {
        snprintf(path, sizeof path, "d/%d.csv", i % 5);
        save(y, path, list(i % 7, i % 7 + i % 4));
        if (i % 8 == 7) {
            usleep((useconds_t)(i * 3000));
            kill_keeper(y);
            start_keeper(y);
        }
        if (i == 20)
            move(y, "d/1.csv", "d/moved.csv");
    }
    assert_true(wait_kept(y));
    wait_scanned(y);
    drain_keeper(y);
    expect_true_index(y, 100);
}

/* What is wrong with the index is no save's concern. */
static void without_room_for_an_index(void **state)
{
    struct yard *y = *state;
    wait_scanned(y);
    kill_keeper(y);
    index_remove(y->config.index, NULL);
    assert_int_equal(rmdir(y->config.index), 0);
    fd_auto file = open(y->config.index, O_CREAT | O_WRONLY, 0600); /* no folder can be made */
    start_keeper(y);
    save(y, "a.csv", list(1, 3));
    assert_true(wait_kept(y));
    expect_records(y, "a.csv=3|");
    kill_keeper(y);
    assert_int_equal(unlink(y->config.index), 0);
    start_keeper(y);
    wait_scanned(y);
    drain_keeper(y);
    expect_true_index(y, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(records_say_what_came_and_went, yard_open, yard_close),
        cmocka_unit_test_setup_teardown(killed_at_any_moment, yard_open, yard_close),
        cmocka_unit_test_setup_teardown(without_room_for_an_index, yard_open, yard_close),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
