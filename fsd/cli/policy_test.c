/* holdfast policy test: the tests beside the rules, run as the inspector would read their texts and samples. */
#include "base/fdio.h"
#include "cli/look.h"
#include "cli/policy.h"
#include "cli/text.h"
#include "control/wire.h"
#include "analyse/analyse.h"
#include "draft/draft.h"
#include "policy/policy_test.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

struct run {
    const char *folder; /* of the tests */
    struct analyser *analyser;
    bool json;
    size_t held, failed;
};

/* Samples lie beside the tests and are the admin's own: read here, without a sandbox. */
static int read_sample(void *ctx, const char *file, const char *path, struct facts *f, struct buf *text,
                       struct error *e)
{
    struct run *r = ctx;
    buf_auto full = {0};
    (void)file;
    buf_printf(&full, "%s/%s", r->folder, path);
    if (full.failed)
        return error_sys(e, ENOMEM, "%s", path);
    fd_auto fd = open(full.data, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    int err = fd < 0 ? -errno : analyser_read(r->analyser, fd, path, f, text);
    return err < 0 ? error_sys(e, err, "%s", full.data) : 0;
}

static void measure(void *ctx, const char *text, size_t len, const char *path, struct facts *f)
{
    (void)ctx;
    f->flags |= FACT_TEXT;
    draft_measure(text, len, path, f);
}

static int tell(void *ctx, const struct policy_test_result *t)
{
    struct run *r = ctx;
    buf_auto b = {0};
    r->held += t->held;
    r->failed += !t->held;
    if (r->json) {
        json_auto *json = json_pack("{s:s, s:I, s:o, s:b, s:o}", "file", t->file, "line", (json_int_t)t->line, "name",
                                    wire_string(t->name), "held", t->held, "text", wire_string(t->text));
        return json == NULL ? -ENOMEM : text_print_json(json);
    }
    if (t->held)
        return 0;
    buf_printf(&b, "%s:%u: ", t->file, t->line);
    text_put_name(&b, t->name);
    buf_puts(&b, ": ");
    text_put_line(&b, t->text, strlen(t->text));
    buf_puts(&b, "\n");
    text_flush(&b);
    return 0;
}

static int run_tests(struct run *r, const struct policy *p, const struct policy_folder *tests, struct error *e)
{
    const struct policy_test_source from = {.ctx = r, .read = read_sample, .measure = measure};
    buf_auto problems = {0};
    int err = policy_test_run(p, tests->files, tests->count, &from, tell, r, &problems);
    if (err < 0 && problems.data != NULL)
        return error_set(e, EINVAL, "%.*s", (int)strcspn(problems.data, "\n"), problems.data);
    return err < 0 ? error_sys(e, err, "policy test") : 0;
}

int policy_test_rules(struct cli *c)
{
    struct error e = {0};
    static const unsigned char no_secret[FINGERPRINT_SECRET_BYTES];
    policy_folder_auto rules = {0}, tests = {0};
    struct policy *policy = NULL;
    struct run r = {.folder = c->operand_count > 0 ? c->operands[0] : look_policy_path(c), .json = c->json};
    int err = look_read_policy(look_policy_path(c), &rules, &policy, &e);
    if (err == 0)
        err = policy_read_folder(&tests, r.folder, ".test", &e);
    if (err == 0)
        err = analyser_open(&r.analyser, NULL, no_secret, &e);
    if (err == 0)
        err = run_tests(&r, policy, &tests, &e);
    analyser_close(r.analyser);
    policy_free(policy);
    if (err < 0)
        return cli_fail(err == -EINVAL ? CLI_USAGE : CLI_COULD_NOT, &e);
    if (tests.count == 0)
        return cli_complain(CLI_USAGE, "%s: there are no *.test files", r.folder);
    if (!c->json)
        printf("%zu tests held, %zu failed\n", r.held, r.failed);
    return r.failed > 0 ? CLI_FOUND : CLI_DONE;
}
