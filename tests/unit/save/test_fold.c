/* Fold: each way in which applications save, and random batches compared with what the raw records say. */
#include "save/fold.h"
#include "base/buf.h"

#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <cmocka.h>

enum { MOST = 64 };

/* ---- a batch in words, and its plan in words ---- */

struct batch {
    struct journal_record records[MOST];
    const struct journal_record *pointers[MOST];
    size_t count;
    const char *known[8]; /* what the record has */
};

static void add(struct batch *b, enum journal_type type, uint32_t flags, const char *path, const char *path2)
{
    struct journal_record *r = &b->records[b->count];
    *r = (struct journal_record){
        .seq = b->count + 1, .type = type, .flags = flags, .path = path, .path2 = path2, .app = "", .mode = 0100644};
    b->pointers[b->count++] = r;
}

static void save(struct batch *b, const char *path) { add(b, JOURNAL_SAVE, 0, path, ""); }
static void create(struct batch *b, const char *path) { add(b, JOURNAL_SAVE, JOURNAL_CREATED, path, ""); }
static void delete (struct batch *b, const char *path) { add(b, JOURNAL_DELETE, 0, path, ""); }
static void move(struct batch *b, const char *from, const char *to) { add(b, JOURNAL_RENAME, 0, to, from); }
static void move_folder(struct batch *b, const char *from, const char *to)
{
    add(b, JOURNAL_RENAME, JOURNAL_IS_DIR, to, from);
}

static bool is_known(void *ctx, const char *path)
{
    const struct batch *b = ctx;
    for (size_t i = 0; i < 8 && b->known[i] != NULL; i++)
        if (strcmp(b->known[i], path) == 0)
            return true;
    return false;
}

static const char *const action_names[] = {"save",   "symlink",  "link",  "copy",  "delete",
                                           "rename", "exchange", "chmod", "notice"};

/* "save F:3; delete G": after a save, the number of the record that its bytes come from. */
static void put_plan(struct buf *to, const struct fold_plan *p)
{
    if (to->len > 0)
        buf_puts(to, "; ");
    buf_printf(to, "%s ", action_names[p->action]);
    if (p->from[0] != 0)
        buf_printf(to, "%s ", p->from);
    buf_printf(to, "%s", p->path);
    if (p->action == FOLD_SAVE)
        buf_printf(to, ":%" PRIu64, p->record->seq);
}

static void expect(struct batch *b, const char *plan)
{
    fold_auto f = {0};
    buf_auto got = {0};
    assert_int_equal(fold_records(&f, b->pointers, b->count, is_known, b), 0);
    buf_puts(&got, "");
    for (size_t i = 0; i < f.count; i++)
        put_plan(&got, &f.plans[i]);
    assert_string_equal(got.data, plan);
}

static void named_saves_are_all_kept(void **state)
{
    (void)state;
    struct batch b = {.known = {"F"}};
    for (int i = 0; i < 3; i++)
        save(&b, "F");
    expect(&b, "save F:1; save F:2; save F:3");
    struct batch fresh = {0};
    create(&fresh, "F");
    save(&fresh, "F");
    expect(&fresh, "save F:1; save F:2");
}

static void temp_and_rename_is_one_save(void **state)
{
    (void)state;
    struct batch b = {.known = {"F"}};
    create(&b, "sedXYZ");
    save(&b, "sedXYZ");
    add(&b, JOURNAL_CHMOD, 0, "sedXYZ", "");
    move(&b, "sedXYZ", "F");
    expect(&b, "save F:2");
    struct batch twice = {.known = {"F"}};
    create(&twice, "t");
    move(&twice, "t", "u");
    move(&twice, "u", "F");
    create(&twice, "t");
    move(&twice, "t", "F");
    expect(&twice, "save F:1; save F:4");
}

static void renamed_before_its_first_save(void **state)
{
    (void)state;
    struct batch b = {.known = {"F"}};
    move(&b, "t", "F");
    create(&b, "F");
    expect(&b, "save F:2");
}

static void vim_is_one_save(void **state)
{
    (void)state;
    struct batch b = {.known = {"F"}};
    create(&b, "4913");
    delete (&b, "4913");
    move(&b, "F", "F~");
    create(&b, "F");
    add(&b, JOURNAL_CHMOD, 0, "F", "");
    delete (&b, "F~");
    expect(&b, "save F:4");
    struct batch early = {.known = {"F"}};
    move(&early, "F", "F~");
    delete (&early, "F~");
    create(&early, "F");
    expect(&early, "save F:3");
}

static void backup_kept_is_a_copy_then_a_save(void **state)
{
    (void)state;
    struct batch b = {.known = {"F"}};
    move(&b, "F", "F~");
    create(&b, "F");
    expect(&b, "copy F F~; save F:2");
    struct batch over = {.known = {"F", "F~"}};
    create(&over, "t");
    move(&over, "F", "F~");
    move(&over, "t", "F");
    expect(&over, "copy F F~; save F:1");
}

static void exchange_then_delete_is_one_save(void **state)
{
    (void)state;
    struct batch b = {.known = {"F"}};
    create(&b, "t");
    save(&b, "t");
    add(&b, JOURNAL_EXCHANGE, 0, "F", "t");
    delete (&b, "t");
    expect(&b, "save F:2; delete t");
    struct batch kept = {.known = {"F"}};
    create(&kept, "t");
    add(&kept, JOURNAL_EXCHANGE, 0, "F", "t");
    expect(&kept, "save t:1; exchange t F");
    struct batch after = {.known = {"F"}};
    create(&after, "t");
    add(&after, JOURNAL_EXCHANGE, 0, "t", "F");
    save(&after, "F");
    delete (&after, "t");
    expect(&after, "save F:1; save F:3; delete t");
}

static void scratch_that_vanishes_leaves_nothing(void **state)
{
    (void)state;
    struct batch b = {.known = {"F"}};
    create(&b, "t");
    save(&b, "t");
    add(&b, JOURNAL_CHMOD, 0, "t", "");
    delete (&b, "t");
    create(&b, "t");
    delete (&b, "t");
    expect(&b, "");
    struct batch named = {.known = {"F"}};
    save(&named, "F");
    delete (&named, "F");
    expect(&named, "save F:1; delete F");
}

static void renames_and_deletes_are_told_from_where_it_was(void **state)
{
    (void)state;
    struct batch b = {.known = {"a"}};
    move(&b, "a", "b");
    delete (&b, "b");
    expect(&b, "delete a");
    struct batch chain = {.known = {"a"}};
    move(&chain, "a", "b");
    move(&chain, "b", "c");
    delete (&chain, "c");
    expect(&chain, "delete a");
    struct batch saved = {.known = {"a"}};
    move(&saved, "a", "b");
    save(&saved, "b");
    delete (&saved, "b");
    expect(&saved, "rename a b; save b:2; delete b");
    struct batch trash = {.known = {"a"}};
    delete (&trash, "a");
    create(&trash, "a");
    expect(&trash, "save a:2");
}

static void folders_move_once(void **state)
{
    (void)state;
    struct batch b = {.known = {"d/F", "d/G"}};
    save(&b, "d/F");
    create(&b, "d/t");
    move_folder(&b, "d", "e");
    move(&b, "e/t", "e/F");
    move(&b, "e/G", "e/G~");
    create(&b, "e/G");
    delete (&b, "e/G~");
    expect(&b, "save d/F:1; rename d e; save e/F:2; save e/G:6");
}

/* Out-of-the-batch facts pass through. */
static void notices_pass(void **state)
{
    (void)state;
    struct batch b = {0};
    add(&b, JOURNAL_SESSION, 0, "", "start");
    create(&b, "F");
    add(&b, JOURNAL_RESCAN, 0, "d", "");
    add(&b, JOURNAL_SYMLINK, 0, "L", "F");
    move(&b, "L", "M");
    expect(&b, "notice ; save F:2; notice d; symlink F M");
}

/* ---- random batches ---- */

enum { FOLDERS = 3, NAMES = 4, PATHS = FOLDERS * NAMES };
static const char *const folder_names[FOLDERS] = {"", "d", "e"};
static const char *const base_names[NAMES] = {"a", "b", "c", "t"};

struct cell {
    bool used;
    bool old;         /* the file was there before the batch */
    uint64_t content; /* the number of the save */
    uint32_t mode;
};
struct tree {
    struct cell cell[PATHS];
    bool folder[FOLDERS];
};

static char paths[PATHS][8];

static void name_paths(void)
{
    for (int i = 0; i < PATHS; i++)
        snprintf(paths[i], sizeof paths[i], "%s%s%s", folder_names[i / NAMES], i < NAMES ? "" : "/",
                 base_names[i % NAMES]);
}

static int path_index(const char *path)
{
    for (int i = 0; i < PATHS; i++)
        if (strcmp(paths[i], path) == 0)
            return i;
    fail_msg("no such path: %s", path);
    return -1;
}

static int folder_index(const char *path) { return path[0] == 'd' ? 1 : 2; }

static void move_cells(struct tree *t, int from, int to)
{
    for (int i = 0; i < NAMES; i++) {
        if (t->cell[from * NAMES + i].used)
            t->cell[to * NAMES + i] = t->cell[from * NAMES + i];
        t->cell[from * NAMES + i].used = false;
    }
}

static void swap_cells(struct cell *a, struct cell *b)
{
    struct cell c = *a;
    *a = *b;
    *b = c;
}

struct run {
    struct batch batch;
    struct tree before, now;
    bool must_appear[MOST + 1]; /* by sequence number: a save of a named file */
    bool was_known[PATHS];      /* by present name: the record had this name's file under its name before */
};

static bool run_knows(void *ctx, const char *path)
{
    const struct run *run = ctx;
    return run->before.cell[path_index(path)].used;
}

static bool folder_is_empty(const struct tree *t, int folder)
{
    for (int i = 0; i < NAMES; i++)
        if (t->cell[folder * NAMES + i].used)
            return false;
    return true;
}

static void step_put(struct run *run, int at)
{
    struct cell *c = &run->now.cell[at];
    bool fresh = !c->used;
    int kind = fresh ? rand() % 6 : 5;
    if (kind == 0)
        add(&run->batch, JOURNAL_SYMLINK, 0, paths[at], "x");
    else if (kind == 1)
        add(&run->batch, JOURNAL_LINK, 0, paths[at], "x");
    else
        add(&run->batch, JOURNAL_SAVE, fresh ? JOURNAL_CREATED : 0, paths[at], "");
    if (fresh)
        *c = (struct cell){.used = true, .mode = 0100644};
    c->content = run->batch.count;
    run->batch.records[run->batch.count - 1].mode = c->mode;
    run->must_appear[run->batch.count] = c->old || run->was_known[at];
}

static void step_rename(struct run *run, int from, int to)
{
    if (from == to)
        return;
    move(&run->batch, paths[from], paths[to]);
    run->batch.records[run->batch.count - 1].mode = run->now.cell[from].mode;
    run->now.cell[to] = run->now.cell[from];
    run->now.cell[from].used = false;
}

static void step_folder(struct run *run)
{
    int from = 1 + rand() % 2, to = 3 - from;
    if (!run->now.folder[from])
        return;
    if (rand() % 3 == 0 && run->now.folder[to]) {
        add(&run->batch, JOURNAL_EXCHANGE, JOURNAL_IS_DIR | JOURNAL_OTHER_DIR, folder_names[to], folder_names[from]);
        for (int i = 0; i < NAMES; i++) {
            swap_cells(&run->now.cell[from * NAMES + i], &run->now.cell[to * NAMES + i]);
            bool known = run->was_known[from * NAMES + i];
            run->was_known[from * NAMES + i] = run->was_known[to * NAMES + i];
            run->was_known[to * NAMES + i] = known;
        }
        return;
    }
    if (!folder_is_empty(&run->now, to))
        return;
    move_folder(&run->batch, folder_names[from], folder_names[to]);
    move_cells(&run->now, from, to);
    for (int i = 0; i < NAMES; i++) {
        run->was_known[to * NAMES + i] = run->was_known[from * NAMES + i];
        run->was_known[from * NAMES + i] = false;
    }
    run->now.folder[to] = true;
    run->now.folder[from] = false;
}

static void step(struct run *run)
{
    int at = rand() % PATHS, other = rand() % PATHS, what = rand() % 12;
    struct cell *c = &run->now.cell[at];
    if (!run->now.folder[at / NAMES] || !run->now.folder[other / NAMES])
        return;
    if (what < 4) {
        step_put(run, at);
    } else if (what < 6 && c->used) {
        delete (&run->batch, paths[at]);
        c->used = false;
    } else if (what < 9 && c->used) {
        step_rename(run, at, other);
    } else if (what == 9 && c->used && run->now.cell[other].used && at != other) {
        add(&run->batch, JOURNAL_EXCHANGE, 0, paths[at], paths[other]);
        swap_cells(c, &run->now.cell[other]);
    } else if (what == 10 && c->used) {
        c->mode = c->mode == 0100644 ? 0100755 : 0100644;
        add(&run->batch, JOURNAL_CHMOD, 0, paths[at], "");
        run->batch.records[run->batch.count - 1].mode = c->mode;
    } else if (what == 11) {
        step_folder(run);
    }
}

static void apply_folder(struct tree *t, const struct fold_plan *p)
{
    int from = folder_index(p->from), to = folder_index(p->path);
    if (p->action == FOLD_EXCHANGE)
        for (int i = 0; i < NAMES; i++)
            swap_cells(&t->cell[from * NAMES + i], &t->cell[to * NAMES + i]);
    else if (!folder_is_empty(t, from)) { /* else the record has no such folder: nothing to rename */
        for (int i = 0; i < NAMES; i++)
            t->cell[to * NAMES + i].used = false;
        move_cells(t, from, to);
    }
}

/* False: the plan leans on something that is not there. */
static bool apply(struct tree *t, const struct fold_plan *p)
{
    if (p->record->flags & JOURNAL_IS_DIR) {
        apply_folder(t, p);
        return true;
    }
    struct cell *c = &t->cell[path_index(p->path)], *from = NULL;
    if (p->action == FOLD_RENAME || p->action == FOLD_EXCHANGE || p->action == FOLD_COPY) {
        from = &t->cell[path_index(p->from)];
        if (!from->used)
            return false;
    }
    if (p->action == FOLD_SAVE || p->action == FOLD_LINK || p->action == FOLD_SYMLINK) {
        *c = (struct cell){.used = true, .content = p->record->seq, .mode = p->mode};
    } else if (p->action == FOLD_DELETE) {
        c->used = false;
    } else if (p->action == FOLD_CHMOD) {
        if (!c->used)
            return false;
        c->mode = p->mode;
    } else if (p->action == FOLD_EXCHANGE) {
        if (!c->used)
            return false;
        swap_cells(c, from);
    } else {
        *c = *from;
        from->used = p->action == FOLD_COPY;
    }
    return true;
}

static void print_records(const struct batch *b)
{
    static const char *const names[] = {"", "save", "delete", "rename", "exchange", "chmod", "symlink", "link"};
    for (size_t i = 0; i < b->count; i++)
        print_message("%zu %s%s %s <- %s\n", i + 1, names[b->records[i].type],
                      b->records[i].flags & JOURNAL_CREATED ? " (created)" : "", b->records[i].path,
                      b->records[i].path2);
}

static void check_run(struct run *run, unsigned seed)
{
    fold_auto f = {0};
    buf_auto words = {0};
    assert_int_equal(fold_records(&f, run->batch.pointers, run->batch.count, run_knows, run), 0);
    struct tree t = run->before;
    for (size_t i = 0; i < f.count; i++) {
        put_plan(&words, &f.plans[i]);
        if (!apply(&t, &f.plans[i])) {
            print_records(&run->batch);
            fail_msg("seed %u: the last of these cannot be done: %s", seed, words.data);
        }
        if (f.plans[i].action == FOLD_SAVE)
            run->must_appear[f.plans[i].record->seq] = false;
        assert_true(f.plans[i].last_seq <= run->batch.count);
    }
    for (int i = 0; i < PATHS; i++) {
        const struct cell *got = &t.cell[i], *want = &run->now.cell[i];
        if (got->used == want->used && (!got->used || (got->content == want->content && got->mode == want->mode)))
            continue;
        print_records(&run->batch);
        fail_msg("seed %u: %s differs (content %" PRIu64 " want %" PRIu64 ") after: %s", seed, paths[i],
                 got->used ? got->content : 0, want->used ? want->content : 0, words.data);
    }
    for (size_t i = 1; i <= run->batch.count; i++)
        if (run->must_appear[i] && run->batch.records[i - 1].type == JOURNAL_SAVE)
            fail_msg("seed %u: save %zu of a named file is missing from: %s", seed, i, words.data);
}

static void one_run(unsigned seed)
{
    struct run run = {0};
    srand(seed);
    for (int i = 0; i < FOLDERS; i++)
        run.before.folder[i] = i == 0 || rand() % 4 != 0;
    for (int i = 0; i < PATHS; i++)
        if (run.before.folder[i / NAMES] && rand() % 2 == 0)
            run.before.cell[i] =
                (struct cell){.used = true, .old = true, .content = 1000 + (uint64_t)i, .mode = 0100644};
    run.now = run.before;
    for (int i = 0; i < PATHS; i++)
        run.was_known[i] = run.before.cell[i].used;
    int steps = 2 + rand() % 20;
    for (int i = 0; i < steps && run.batch.count < MOST; i++)
        step(&run);
    check_run(&run, seed);
}

static void random_batches_leave_the_same_tree(void **state)
{
    (void)state;
    name_paths();
    const char *given = getenv("FOLD_SEED");
    if (given != NULL) {
        one_run((unsigned)strtoul(given, NULL, 10));
        return;
    }
    for (unsigned seed = 1; seed <= 300000; seed++)
        one_run(seed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(named_saves_are_all_kept),
        cmocka_unit_test(temp_and_rename_is_one_save),
        cmocka_unit_test(renamed_before_its_first_save),
        cmocka_unit_test(vim_is_one_save),
        cmocka_unit_test(backup_kept_is_a_copy_then_a_save),
        cmocka_unit_test(exchange_then_delete_is_one_save),
        cmocka_unit_test(scratch_that_vanishes_leaves_nothing),
        cmocka_unit_test(renames_and_deletes_are_told_from_where_it_was),
        cmocka_unit_test(folders_move_once),
        cmocka_unit_test(notices_pass),
        cmocka_unit_test(random_batches_leave_the_same_tree),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
