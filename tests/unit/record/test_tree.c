/* The tree after random events is the one that a plain model has, in memory, after a reopening, and in git's eyes. */
#include "unit/record/fixture.h"

#include "record/edits.h"

/* ---- deltas ---- */

static uint32_t get_size(const unsigned char **p)
{
    uint32_t size = 0;
    for (unsigned shift = 0;; shift += 7) {
        unsigned char byte = *(*p)++;
        size |= (uint32_t)(byte & 0x7f) << shift;
        if (!(byte & 0x80))
            return size;
    }
}

/* git's patch_delta, in short. */
static size_t apply(const unsigned char *delta, size_t len, const unsigned char *old, unsigned char *to)
{
    const unsigned char *p = delta, *end = delta + len;
    size_t used = 0;
    get_size(&p);
    uint32_t size = get_size(&p);
    while (p < end) {
        unsigned char op = *p++;
        uint32_t offset = 0, count = 0;
        if (op & 0x80) {
            for (unsigned i = 0; i < 4; i++)
                offset |= op & 1 << i ? (uint32_t)*p++ << 8 * i : 0;
            for (unsigned i = 0; i < 3; i++)
                count |= op & 0x10 << i ? (uint32_t)*p++ << 8 * i : 0;
            count = count ? count : 0x10000;
            memcpy(to + used, old + offset, count);
        } else {
            count = op;
            memcpy(to + used, p, count);
            p += count;
        }
        used += count;
    }
    assert_int_equal(used, size);
    return used;
}

static void test_edits_make_deltas(void **state)
{
    (void)state;
    enum { MOST = 300000 };
    unsigned char *old = malloc(MOST), *now = malloc(2 * MOST), *made = malloc(2 * MOST);
    srandom(3);
    for (int round = 0; round < 300; round++) {
        uint32_t len = (uint32_t)(round % 3 ? random() % 400 : random() % MOST), old_len = len;
        for (uint32_t i = 0; i < len; i++)
            old[i] = now[i] = (unsigned char)random();
        struct edits x;
        edits_begin(&x, len);
        for (long n = random() % 12; n > 0; n--) {
            uint32_t at = len ? (uint32_t)random() % (len + 1) : 0, removed = (uint32_t)random() % 50,
                     added = (uint32_t)random() % 300;
            removed = removed > len - at ? len - at : removed;
            memmove(now + at + added, now + at + removed, len - at - removed);
            for (uint32_t i = 0; i < added; i++)
                now[at + i] = (unsigned char)random();
            edits_splice(&x, at, removed, added);
            len = len - removed + added;
        }
        if (x.lost)
            continue;
        buf_auto delta = {0};
        edits_put_delta(&x, now, len, &delta);
        (void)old_len;
        assert_int_equal(apply((unsigned char *)delta.data, delta.len, old, made), len);
        assert_memory_equal(made, now, len);
    }
    free(old);
    free(now);
    free(made);
}

/* ---- the model: a real folder ---- */

static void pick_path(char *to)
{
    static const char *const names[] = {"a", "b", "a.b", "a-b", "a0", "A", ".git", "%x"};
    *to = 0;
    for (long depth = random() % 3; depth >= 0; depth--) {
        strcat(to, names[random() % 8]);
        if (depth > 0)
            strcat(to, "/");
    }
}

static void random_event(struct world *w, int i)
{
    char a[64], b[64], text[32];
    pick_path(a);
    pick_path(b);
    struct record_version v = version(w, RECORD_RENAME, a);
    v.from = b;
    switch (random() % 8) {
    case 0:
        event(w, RECORD_DELETE, a, NULL);
        sh(w, NULL, "cd $D/model && rm -rf '%s' && find . -mindepth 1 -type d -empty -delete", a);
        break;
    case 1:
        if (record_batch_commit(w->batch, &v, NULL) == 0 && strcmp(a, b) != 0)
            sh(w, NULL,
               "cd $D/model && [ -e '%s' ] && mv '%s' $D/moved && find . -mindepth 1 -type d -empty -delete; [ -e "
               "$D/moved ] || exit 0; p='%s'; "
               "while [ \"$p\" != . ]; do [ -f \"$p\" ] && rm \"$p\"; p=$(dirname \"$p\"); done; rm -rf '%s'; mkdir -p "
               "\"$(dirname '%s')\"; mv -T $D/moved '%s'",
               b, b, a, a, a, a);
        break;
    case 2:
        if (record_batch_exchange(w->batch, &v, NULL) == 0)
            sh(w, NULL,
               "cd $D/model && [ -e '%s' -a -e '%s' ] && mv -T '%s' $D/x && mv -T '%s' '%s' && mv -T $D/x '%s'", a, b,
               a, b, a, b);
        break;
    default:
        snprintf(text, sizeof text, "text %d\n", i);
        save(w, a, text);
        sh(w, NULL,
           "cd $D/model && p='%s'; while [ \"$p\" != . ]; do [ -f \"$p\" ] && rm \"$p\"; p=$(dirname \"$p\"); done; rm "
           "-rf '%s'; "
           "mkdir -p \"$(dirname '%s')\"; printf 'text %d\\n' > '%s'",
           a, a, a, i, a);
    }
}

static void assert_same_as_model(struct world *w)
{
    assert_sh(w, "",
              "cd $D && rm -rf out && mkdir out && git -C $R archive rep/alice/lt-0042/2026Q4 work 2>/dev/null | tar "
              "-x -C out 2>/dev/null; mkdir -p out/work; "
              "find out/work -depth -name '%2Egit' -execdir mv -T {} .git ';'; find out/work -depth -name '%25x' "
              "-execdir mv -T {} %x ';'; "
              "diff -r model out/work");
}

static void test_random_events(void **state)
{
    struct world *w = *state;
    srandom(5);
    assert_int_equal(sh(w, NULL, "mkdir $D/model"), 0);
    for (int batch = 0, i = 0; batch < 12; batch++) {
        begin(w);
        for (int n = 0; n < 40; n++)
            random_event(w, i++);
        if (batch % 4 == 3) { /* an aborted batch leaves no trace */
            sh(w, NULL, "cd $D && rm -rf model && cp -a saved model");
            record_batch_abort(w->batch);
        } else {
            finish(w);
        }
        if (batch == 5) {
            world_close(w);
            world_open(w);
        }
        assert_same_as_model(w);
        sh(w, NULL, "cd $D && rm -rf saved && cp -a model saved");
    }
    assert_fsck_clean(w);
}

static void test_wide_folder_is_cheap(void **state)
{
    struct world *w = *state;
    char path[64];
    begin(w);
    for (int i = 0; i < 2000; i++) {
        snprintf(path, sizeof path, "wide/file-%d", i);
        save(w, path, "x");
    }
    finish(w);
    buf_auto out = {0};
    assert_fsck_clean(w);
    sh(w, &out, "stat -c %%s $R/objects/pack/*.pack");
    /* 2,000 whole trees of up to 70 kB would be 70 MB */
    assert_true(strtoul(out.data, NULL, 10) < 8000000);
    assert_sh(w, "ok\n",
              "git -C $R verify-pack -v $R/objects/pack/*.idx | awk '/^chain length = /{ if ($4 + 0 > 40) bad = 1 } "
              "END { print bad ? \"long\" : \"ok\" }'");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_edits_make_deltas),
        cmocka_unit_test_setup_teardown(test_random_events, world_setup, world_teardown),
        cmocka_unit_test_setup_teardown(test_wide_folder_is_cheap, world_setup, world_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
