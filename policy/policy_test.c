#include "policy/policy_test.h"

#include "base/nearest.h"
#include "policy/lines.h"
#include "policy/open_test.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TESTS_MOST = 20000 };

struct test {
    enum policy_section section; /* SECTION_TEST or SECTION_OPEN_TEST */
    const char *file;
    unsigned line;
    char *name;
    struct policy_settings settings;
};

struct suite {
    struct test *tests;
    size_t count;
    const char *file;               /* in hand */
    struct test *test;              /* in hand; NULL: refused */
    struct policy_setting *setting; /* in hand; NULL: refused */
    struct problems problems;
    bool no_memory;
};

/* ---- reading ---- */

static void refuse(struct suite *s, unsigned line, const char *key, const char *value, const char *expected)
{
    problems_add(&s->problems, s->file, line, "%s \"%s\": %s%s%.200s%s: expected %s",
                 policy_sections[s->test->section].name, s->test->name, key, value != NULL ? ": \"" : "",
                 value != NULL ? value : "", value != NULL ? "\"" : "", expected);
}

/* Does it say too little, or too much, to be tried? */
static void check_text_test(struct suite *s, const struct test *t)
{
    const struct policy_settings *set = &t->settings;
    if ((policy_setting_of(set, KEY_TEXT) != NULL) == (policy_setting_of(set, KEY_FILE) != NULL))
        refuse(s, t->line, "text", NULL, "either text or file");
    if (policy_setting_of(set, KEY_EXPECT) == NULL && policy_setting_of(set, KEY_FINDINGS) == NULL)
        refuse(s, t->line, "expect", NULL, "a class in expect, or findings");
}

static void check_open_test(struct suite *s, const struct test *t)
{
    const char *expected;
    if (policy_setting_of(&t->settings, KEY_CLASS) == NULL)
        refuse(s, t->line, "class", NULL, "a class");
    if (policy_setting_of(&t->settings, KEY_OPEN_EXPECT) == NULL)
        refuse(s, t->line, "expect", NULL, "an action in expect, or none");
    const struct policy_setting *wrong = open_test_mistake(&t->settings, &expected);
    if (wrong != NULL)
        refuse(s, wrong->line, wrong->key->name, wrong->text, expected);
}

static void finish_test(struct suite *s)
{
    struct test *t = s->test;
    for (size_t i = 0; t != NULL && i < t->settings.count; i++) {
        struct policy_setting *set = &t->settings.items[i];
        char expected[POLICY_EXPECTED_BYTES], *bad = NULL;
        int err = policy_setting_parse(set, &bad);
        s->no_memory |= err == -ENOMEM;
        if (err == -EINVAL)
            refuse(s, set->line, set->key->name, bad ? bad : set->text, policy_expected(set->key, expected));
        free(bad);
    }
    if (t != NULL && t->section == SECTION_OPEN_TEST)
        check_open_test(s, t);
    else if (t != NULL)
        check_text_test(s, t);
    s->test = NULL;
}

static void take_heading(void *ctx, unsigned line, const char *name, const char *label)
{
    struct suite *s = ctx;
    finish_test(s);
    s->setting = NULL;
    enum policy_section section = SECTION_TEST;
    while (section < SECTION_COUNT && strcmp(policy_sections[section].name, name) != 0)
        section++;
    if (section == SECTION_COUNT || label[0] == 0 || s->count == TESTS_MOST) {
        problems_add(&s->problems, s->file, line,
                     "expected [test \"NAME\"] or [open-test \"NAME\"], at most %d of them", TESTS_MOST);
        return;
    }
    struct test *grown = realloc(s->tests, (s->count + 1) * sizeof *grown);
    char *copy = grown != NULL ? strdup(label) : NULL;
    if (grown != NULL)
        s->tests = grown;
    if (copy == NULL) {
        s->no_memory = true;
        return;
    }
    s->test = &s->tests[s->count++];
    *s->test = (struct test){.section = section, .file = s->file, .line = line, .name = copy};
}

static struct policy_setting *begin_setting(struct suite *s, unsigned line, const char *name)
{
    enum policy_section section = s->test->section;
    enum policy_key_id id = policy_find_key(section, name);
    const char *words[KEY_COUNT];
    size_t count = 0;
    for (size_t i = 0; i < KEY_COUNT; i++)
        if (policy_keys[i].sections & 1u << section)
            words[count++] = policy_keys[i].name;
    if (id == KEY_COUNT) {
        const char *near = nearest_word(name, words, count);
        problems_add(&s->problems, s->file, line, "%s \"%s\": %s: no such key%s%s%s", policy_sections[section].name,
                     s->test->name, name, near ? "; did you mean " : "", near ? near : "", near ? "?" : "");
        return NULL;
    }
    if (policy_setting_of(&s->test->settings, id) != NULL) {
        problems_add(&s->problems, s->file, line, "%s \"%s\": %s: it is set already", policy_sections[section].name,
                     s->test->name, name);
        return NULL;
    }
    struct policy_setting *set = policy_settings_add(&s->test->settings, id, line);
    s->no_memory |= set == NULL;
    return set;
}

static void take_value(void *ctx, unsigned line, const char *name, const char *value, bool more)
{
    struct suite *s = ctx;
    if (s->test == NULL)
        return;
    if (!more)
        s->setting = begin_setting(s, line, name);
    if (s->setting != NULL && policy_setting_join(s->setting, value, more) != 0)
        s->no_memory = true;
}

static void take_broken(void *ctx, unsigned line, const char *expected)
{
    struct suite *s = ctx;
    problems_add(&s->problems, s->file, line, "%s", expected);
}

/* ---- running ---- */

/* The rules that spoke, as the test names them, and which of its names were met. */
struct spoken {
    const struct policy_list *expected; /* NULL: findings are not asked about */
    bool *met;
    const char *text;
    size_t seen_to, line, begin; /* up to where lines were counted, and where the line in hand begins */
    struct buf *different;
    size_t surplus;
};

/* Where a finding is, as a person counts. Findings come in the order of the text. */
static void place(struct spoken *s, size_t at, size_t *column)
{
    for (; s->seen_to < at; s->seen_to++)
        if (s->text[s->seen_to] == '\n') {
            s->line++;
            s->begin = s->seen_to + 1;
        }
    *column = 1;
    for (size_t i = s->begin; i < at; i++)
        *column += ((unsigned char)s->text[i] & 0xc0) != 0x80;
}

static int hear(void *ctx, const struct policy_finding *f)
{
    enum { SURPLUS_MOST = 10 };
    struct spoken *s = ctx;
    char whole[2 * LINES_LABEL_BYTES + 300], placed[sizeof whole + 64];
    size_t column;
    bool named = false;
    place(s, f->at, &column);
    snprintf(whole, sizeof whole, "%.200s/%s", f->rule->pack, f->rule->name);
    snprintf(placed, sizeof placed, "%s@%zu:%zu", whole, s->line, column);
    for (size_t i = 0; i < s->expected->count; i++) {
        const char *want = s->expected->items[i];
        bool here = strcmp(want, placed) == 0;
        s->met[i] |= here || strcmp(want, whole) == 0;
        named |= here || strncmp(want, whole, strlen(whole)) == 0;
    }
    if (!named && ++s->surplus <= SURPLUS_MOST)
        buf_printf(s->different, "%s%s was not expected", s->different->len ? "; " : "", placed);
    return 0;
}

static int check_findings(const struct policy *p, const struct test *t, const char *class_name, const struct facts *f,
                          const struct buf *text, struct buf *different)
{
    const struct policy_setting *findings = policy_setting_of(&t->settings, KEY_FINDINGS);
    if (findings == NULL)
        return 0;
    struct spoken s = {.expected = &findings->list, .text = text->data, .line = 1, .different = different};
    const struct policy_rule *given_up = NULL;
    s.met = calloc(findings->list.count, sizeof *s.met);
    if (s.met == NULL)
        return -ENOMEM;
    int err = policy_find(p, class_name, f, text->data, text->len, hear, &s, &given_up);
    if (err == -EILSEQ || given_up != NULL)
        buf_printf(different, "%s%s", different->len ? "; " : "",
                   given_up != NULL ? "a pattern ran into its limits" : "the text is no valid UTF-8");
    for (size_t i = 0; i < findings->list.count; i++)
        if (!s.met[i] && strcmp(findings->list.items[i], "none") != 0)
            buf_printf(different, "%s%s did not speak", different->len ? "; " : "", findings->list.items[i]);
    free(s.met);
    return err == -ENOMEM ? err : 0;
}

/* What the test takes for granted, over what was measured. */
static void set_facts(const struct test *t, struct facts *f)
{
    for (size_t i = 0; i < t->settings.count; i++) {
        const struct policy_setting *s = &t->settings.items[i];
        if (s->key->type == TYPE_COUNT) {
            memcpy((char *)f + s->key->fact, &s->range.least, sizeof s->range.least);
            f->compared |= s->key->compared;
        } else if (s->key->type == TYPE_KINDS)
            f->kinds = s->bits;
        else if (s->key->type == TYPE_FLAGS)
            f->flags = s->bits;
        else if (s->key == &policy_keys[KEY_MIME])
            snprintf(f->mime, sizeof f->mime, "%s", s->list.items[0]);
    }
}

/* Facts and text of the test. What cannot be read is a difference. */
static int gather(const struct test *t, const struct policy_test_source *from, const char *path, struct facts *f,
                  struct buf *text, struct buf *different)
{
    const struct policy_setting *inline_text = policy_setting_of(&t->settings, KEY_TEXT);
    struct error e = {0};
    int err = 0;
    if (inline_text != NULL) {
        buf_puts(text, inline_text->text);
        if (from->measure != NULL && !text->failed)
            from->measure(from->ctx, text->data != NULL ? text->data : "", text->len, path, f);
    } else if (from->read == NULL) {
        buf_puts(different, "files are not read here");
    } else {
        err = from->read(from->ctx, t->file, policy_text_of(&t->settings, KEY_FILE), f, text, &e);
        if (err != 0 && err != -ENOMEM)
            buf_printf(different, "%s", e.text);
    }
    if (text->data == NULL)
        buf_reserve(text, 1);
    if (text->data == NULL || text->failed || err == -ENOMEM)
        return -ENOMEM;
    text->data[text->len] = 0;
    set_facts(t, f);
    return 0;
}

static int run_text_test(const struct policy *p, const struct test *t, const struct policy_test_source *from,
                         struct buf *different)
{
    buf_auto text = {0};
    struct facts f = {0};
    const struct policy_setting *at = policy_setting_of(&t->settings, KEY_PATH);
    const char *path = at != NULL ? at->list.items[0] : policy_text_of(&t->settings, KEY_FILE);
    const char *as = policy_text_of(&t->settings, KEY_AS), *expect = policy_text_of(&t->settings, KEY_EXPECT);
    const struct policy_subject subject = {.path = path, .rep = ""};
    int err = gather(t, from, path, &f, &text, different);
    if (err != 0 || different->len > 0)
        return err;
    const struct policy_rule *rule = NULL;
    const char *class_name = policy_classify(p, &f, &subject, &rule, NULL, NULL);
    if (expect[0] != 0 && strcmp(expect, class_name) != 0)
        buf_printf(different, "class %s%s%s, expected %s", class_name, rule ? " by " : "", rule ? rule->name : "",
                   expect);
    return check_findings(p, t, as[0] != 0 ? as : class_name, &f, &text, different);
}

static int run_test(const struct policy *p, const struct test *t, const struct policy_test_source *from,
                    policy_test_told *told, void *ctx)
{
    buf_auto different = {0};
    int err = 0;
    if (t->section == SECTION_OPEN_TEST)
        open_test_run(p, &t->settings, &different);
    else
        err = run_text_test(p, t, from, &different);
    if (err == -ENOMEM || different.failed)
        return -ENOMEM;
    return told(ctx, &(struct policy_test_result){.file = t->file,
                                                  .line = t->line,
                                                  .name = t->name,
                                                  .held = different.len == 0,
                                                  .text = different.len > 0 ? different.data : ""});
}

static int read_tests(struct suite *s, const struct policy_file *files, size_t count)
{
    const struct lines_sink sink = {s, take_heading, take_value, take_broken};
    for (size_t i = 0; i < count; i++) {
        s->file = files[i].name;
        s->setting = NULL;
        int err = lines_read(files[i].text, files[i].len, &sink);
        finish_test(s);
        if (err != 0 || s->no_memory)
            return -ENOMEM;
    }
    return s->problems.count > 0 ? -EINVAL : 0;
}

int policy_test_run(const struct policy *p, const struct policy_file *files, size_t count,
                    const struct policy_test_source *from, policy_test_told *told, void *ctx, struct buf *problems)
{
    struct suite s = {.problems = {.to = problems}};
    int err = read_tests(&s, files, count);
    for (size_t i = 0; i < s.count && err == 0; i++)
        err = run_test(p, &s.tests[i], from, told, ctx);
    for (size_t i = 0; i < s.count; i++) {
        policy_settings_free(&s.tests[i].settings);
        free(s.tests[i].name);
    }
    free(s.tests);
    return err;
}
