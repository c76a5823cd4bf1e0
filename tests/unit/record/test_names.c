/* Names that git refuses are stored encoded, and come back; the form's trailers and the key's parser bear anything. */
#include "unit/record/fixture.h"

#include "record/form.h"
#include "record/key.h"
#include "record/name.h"
#include "record/volume.h"

static const char *const hostile[] = {
    ".git",
    ".GIT",
    ".Git ",
    ".git...",
    ".git::$INDEX_ALLOCATION",
    "git~1",
    "GIT~1",
    ".g\xe2\x80\x8cit",
    "\xef\xbb\xbf.git",
    ".gitmodules",
    ".GITMODULES",
    ".gitmodules ",
    "gitmod~1",
    "GI7EBA~1",
    "gi7eb~12",
    ".gitattributes",
    "gitatt~3",
    ".gitignore",
    ".mailmap",
    "maba30~1",
    "..",
    ".",
    "...",
    "%",
    "%2Egit",
    "%25",
    "a\\.git",
    "a\\..\\.git\\hooks",
    "\\.git",
    "x\\%2Egit",
    ".git\\",
    " ",
    ".\xe2\x81\xaf",
};
static const char *const plain[] = {"acme.csv", "a%b",  ".gitx",    "git",  "gitmodules", ".github",
                                    "~",        "git~", "\xff\xfe", "a\nb", "%\n"};

static void test_encoding_round_trip(void **state)
{
    (void)state;
    char encoded[NAME_ENCODED_BYTES];
    for (size_t i = 0; i < sizeof hostile / sizeof *hostile; i++) {
        assert_true(name_encode(hostile[i], strlen(hostile[i]), encoded) > 0);
        assert_string_not_equal(encoded, hostile[i]);
        name_decode(encoded);
        assert_string_equal(encoded, hostile[i]);
    }
    for (size_t i = 0; i < sizeof plain / sizeof *plain - 1; i++) {
        assert_int_equal(name_encode(plain[i], strlen(plain[i]), encoded), strlen(plain[i]));
        assert_string_equal(encoded, plain[i]);
    }
}

/* One to one: whatever two names are, they do not meet in the tree, and decoding gives each back. */
static void test_encoding_random(void **state)
{
    (void)state;
    static const char *const parts[] = {".", "git",          "%", "2E", "\\", "modules", "~1",
                                        " ", "\xe2\x80\x8c", "a", "25", ":",  "G"};
    srandom(7);
    for (int i = 0; i < 20000; i++) {
        char real[64] = "", encoded[NAME_ENCODED_BYTES];
        for (long n = random() % 5 + 1; n > 0; n--)
            strcat(real, parts[(size_t)random() % (sizeof parts / sizeof *parts)]);
        assert_true(name_encode(real, strlen(real), encoded) > 0);
        name_decode(encoded);
        assert_string_equal(encoded, real);
    }
}

static int count_name(void *ctx, const char *name, const struct record_entry *entry)
{
    (void)entry;
    const char *wanted = ((const char **)ctx)[0];
    if (strcmp(name, wanted) == 0)
        ((const char **)ctx)[1] = "found";
    return 0;
}

static void test_git_bears_them(void **state)
{
    struct world *w = *state;
    char target[] = "/etc/passwd";
    begin(w);
    for (size_t i = 0; i < sizeof hostile / sizeof *hostile; i++) {
        char path[300];
        snprintf(path, sizeof path, "d/%s", hostile[i]);
        save(w, path, "[submodule \"../../x\"]\n\tpath = -x\n\turl = --upload-pack=evil\n");
        snprintf(path, sizeof path, "%s/config", hostile[i]);
        save(w, path, "[core]\n");
        snprintf(path, sizeof path, "links/%s", hostile[i]);
        event(w, RECORD_SYMLINK, path, target);
    }
    for (size_t i = 0; i < sizeof plain / sizeof *plain; i++)
        save(w, plain[i], "x");
    finish(w);
    assert_fsck_clean(w);
    assert_int_equal(sh(w, NULL, "git clone -q --bare $R $D/clone.git"), 0);
    for (size_t i = 0; i < sizeof hostile / sizeof *hostile; i++) {
        char path[300];
        struct record_entry entry;
        const char *found[2] = {hostile[i], NULL};
        snprintf(path, sizeof path, "links/%s", hostile[i]);
        assert_true(record_tip_find(w->writer, "alice", "work", path, &entry));
        assert_int_equal(entry.git_mode, 0120000);
        assert_int_equal(record_tip_list(w->writer, "alice", "work", "d", count_name, found), 0);
        assert_string_equal(found[1], "found");
    }
}

static void test_long_and_bad_paths(void **state)
{
    struct world *w = *state;
    char path[4100];
    begin(w);
    size_t len = 0;
    for (int i = 0; i < 2000; i++, len += 2)
        memcpy(path + len, "d/", 2);
    strcpy(path + len, "f");
    save(w, path, "deep");
    memset(path, 'n', 255);
    path[255] = 0;
    save(w, path, "long");
    static const char *const bad[] = {"", "/a", "a/", "a//b", NULL};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct error e = {0};
        struct record_version v = version(w, RECORD_DELETE, bad[i]);
        assert_int_equal(record_batch_commit(w->batch, &v, &e), -EINVAL);
        assert_true(e.code == EINVAL);
    }
    struct record_version v = version(w, RECORD_RENAME, "a/b");
    v.from = "a";
    assert_int_equal(record_batch_commit(w->batch, &v, NULL), -EINVAL);
    v = version(w, RECORD_DELETE, "a");
    v.rep = "../x";
    assert_int_equal(record_batch_commit(w->batch, &v, NULL), -EINVAL);
    v = version(w, RECORD_DELETE, "a");
    v.email = "a>\nevil";
    assert_int_equal(record_batch_commit(w->batch, &v, NULL), -EINVAL);
    save(w, "after", "refused events spoil nothing");
    finish(w);
    assert_fsck_clean(w);
    assert_sh(w, "3\n", "git -C $R rev-list --count rep/alice/lt-0042/2026Q4");
}

static const char *const odd_paths[] = {
    " a", "a ", "none", "a\nEvent: delete", "\"q\"", "b\\c", "\x80\xff", "caf\xc3\xa9", "\t", "a: b", "#x", "\x7f"};

static void test_form_round_trip(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof odd_paths / sizeof *odd_paths; i++) {
        struct record_oid tree = {{1}}, parent = {{2}};
        struct form_commit out;
        buf_auto text = {0};
        size_t head_len;
        struct record_version v = {.event = RECORD_SAVE,
                                   .rep = "r",
                                   .email = "r@x",
                                   .device = "d",
                                   .mount = "m",
                                   .path = odd_paths[i],
                                   .from = odd_paths[i],
                                   .app = odd_paths[i],
                                   .note = odd_paths[i],
                                   .has_content = true,
                                   .bytes = 5,
                                   .xxh3 = 0xff,
                                   .seq = 9,
                                   .uid = UINT32_MAX,
                                   .session = UINT32_MAX,
                                   .saved_ns = -5,
                                   .mode = 0100755};
        form_put_commit(&text, &v, &tree, &parent, &head_len);
        assert_int_equal(form_parse_commit(text.data, text.len, &out), 0);
        assert_string_equal(out.version.path, odd_paths[i]);
        assert_string_equal(out.version.from, odd_paths[i]);
        assert_string_equal(out.version.app, odd_paths[i]);
        assert_string_equal(out.version.note, odd_paths[i]);
        assert_int_equal(out.version.saved_ns, -5);
        assert_int_equal(out.version.xxh3, 0xff);
        assert_true(out.version.uid == UINT32_MAX && out.version.session == UINT32_MAX && out.has_parent);
        assert_string_equal(out.version.class_name, "unclassified");
    }
}

static void test_form_bears_anything(void **state)
{
    (void)state;
    struct record_oid tree = {{1}};
    buf_auto whole = {0};
    size_t head_len, parsed = 0;
    struct record_version v = {.event = RECORD_SAVE,
                               .rep = "r",
                               .email = "r@x",
                               .device = "d",
                               .mount = "m",
                               .path = "p\n",
                               .has_content = true};
    form_put_commit(&whole, &v, &tree, NULL, &head_len);
    srandom(11);
    for (int i = 0; i < 100000; i++) {
        buf_auto text = {0};
        struct form_commit out;
        buf_put(&text, whole.data, whole.len);
        for (long n = random() % 3; n >= 0; n--)
            text.data[(size_t)random() % text.len] = "\n\0: \"\\9ax\xff"[random() % 10];
        if (random() % 4 == 0)
            text.data[text.len = (size_t)random() % text.len] = 0;
        char *exact = malloc(text.len + 1); /* so that a sanitizer sees the first byte too far */
        memcpy(exact, text.data, text.len + 1);
        parsed += form_parse_commit(exact, text.len, &out) == 0;
        free(exact);
    }
    assert_true(parsed > 0 && parsed < 100000);
}

static void test_key_round_trip(void **state)
{
    struct world *w = *state;
    unsigned char seed[32], again[32];
    buf_auto file = {0};
    MUST(key_generate(seed, &e));
    MUST(key_put_file(&file, seed, "comment", &e));
    MUST(key_parse(file.data, file.len, again, &e));
    assert_memory_equal(seed, again, 32);
    int fd = openat(AT_FDCWD, w->dir, O_PATH);
    int to = openat(fd, "k", O_WRONLY | O_CREAT, 0600);
    assert_int_equal(fd_write_all(to, file.data, file.len), 0);
    close(to);
    close(fd);
    assert_int_equal(sh(w, NULL, "ssh-keygen -y -P '' -f $D/k | grep -q '^ssh-ed25519 '"), 0);
    assert_int_equal(sh(w, NULL, "ssh-keygen -q -t ed25519 -N '' -C me -f $D/k2"), 0);
    char path[200];
    snprintf(path, sizeof path, "%s/k2", w->dir);
    MUST(record_read_key(path, seed, &e));
}

static void assert_refused(struct world *w, const char *name, const char *words)
{
    char path[200];
    struct error e = {0};
    unsigned char seed[32];
    snprintf(path, sizeof path, "%s/%s", w->dir, name);
    assert_true(record_read_key(path, seed, &e) < 0);
    if (strstr(e.text, words) == NULL)
        fail_msg("said: %s", e.text);
}

static void test_key_refused(void **state)
{
    struct world *w = *state;
    assert_int_equal(sh(w, NULL,
                        "cd $D; ssh-keygen -q -t ed25519 -N secret -f locked; ssh-keygen -q -t ecdsa -N '' -f ecdsa; "
                        "cp etc/device.key open; "
                        "chmod 644 open; head -c 200 etc/device.key > torn; chmod 600 torn; mkdir folder; printf x > "
                        "junk; chmod 600 junk"),
                     0);
    assert_refused(w, "locked", "passphrase");
    assert_refused(w, "ecdsa", "Ed25519");
    assert_refused(w, "open", "chmod 600");
    assert_refused(w, "torn", "end is missing");
    assert_refused(w, "folder", "not a file");
    assert_refused(w, "junk", "BEGIN OPENSSH");
    assert_refused(w, "absent", "cannot be read");
}

static void test_key_bears_anything(void **state)
{
    (void)state;
    unsigned char seed[32], again[32];
    buf_auto file = {0};
    MUST(key_generate(seed, &e));
    MUST(key_put_file(&file, seed, "comment", &e));
    srandom(13);
    for (int i = 0; i < 20000; i++) {
        size_t len = random() % 3 ? file.len : (size_t)random() % file.len;
        char *text = malloc(len ? len : 1);
        memcpy(text, file.data, len);
        for (long n = random() % 3; n >= 0 && len > 0; n--)
            text[(size_t)random() % len] = (char)random();
        if (key_parse(text, len, again, NULL) == 0)
            assert_memory_equal(seed, again, 32); /* a key that passes is the key */
        free(text);
    }
}

static void test_volume_names(void **state)
{
    (void)state;
    char name[VOLUME_NAME_BYTES];
    volume_name("quarter", T2026Q4, name);
    assert_string_equal(name, "2026Q4");
    volume_name("month", T2026Q4, name);
    assert_string_equal(name, "2026-11");
    volume_name("year", T2026Q4, name);
    assert_string_equal(name, "2026");
    int64_t year_2027 = INT64_C(1798761600) * NS_PER_SEC;
    assert_int_equal(volume_end("2026Q4"), year_2027);
    assert_int_equal(volume_end("2026Q4.2"), year_2027);
    assert_int_equal(volume_end("2026-12"), year_2027);
    assert_int_equal(volume_end("2026"), year_2027);
    static const char *const none[] = {"", "x", "2026Q5", "2026Q0", "2026-13", "2026Q4x", "Q4", "2026-"};
    for (size_t i = 0; i < sizeof none / sizeof *none; i++)
        assert_true(volume_end(none[i]) == INT64_MIN);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_encoding_round_trip),
        cmocka_unit_test(test_encoding_random),
        cmocka_unit_test_setup_teardown(test_git_bears_them, world_setup, world_teardown),
        cmocka_unit_test_setup_teardown(test_long_and_bad_paths, world_setup, world_teardown),
        cmocka_unit_test(test_form_round_trip),
        cmocka_unit_test(test_form_bears_anything),
        cmocka_unit_test_setup_teardown(test_key_round_trip, world_setup, world_teardown),
        cmocka_unit_test_setup_teardown(test_key_refused, world_setup, world_teardown),
        cmocka_unit_test(test_key_bears_anything),
        cmocka_unit_test(test_volume_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
