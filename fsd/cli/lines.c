#include "cli/lines.h"

#include <errno.h>
#include <git2.h>

enum { CONTEXT_LINES = 3 };

struct teller {
    int (*cb)(void *ctx, const struct lines_line *l);
    void *ctx;
    int answer;
};

static int tell(const git_diff_delta *delta, const git_diff_hunk *hunk, const git_diff_line *line, void *ctx)
{
    (void)delta;
    (void)hunk;
    struct teller *t = ctx;
    struct lines_line l = {.old_number = line->old_lineno,
                           .new_number = line->new_lineno,
                           .text = line->content,
                           .len = line->content_len};
    switch (line->origin) {
    case GIT_DIFF_LINE_CONTEXT:
    case GIT_DIFF_LINE_ADDITION:
    case GIT_DIFF_LINE_DELETION:
        l.op = line->origin;
        break;
    case GIT_DIFF_LINE_HUNK_HDR:
        l.op = '@';
        break;
    default: /* file headers, and notes on a missing newline, which the text itself shows */
        return 0;
    }
    t->answer = t->cb(t->ctx, &l);
    return t->answer;
}

static int run(const struct buf *before, const struct buf *after, bool *binary, struct teller *t, struct error *e)
{
    git_diff_options options;
    git_patch *patch = NULL;
    git_diff_options_init(&options, GIT_DIFF_OPTIONS_VERSION);
    options.context_lines = CONTEXT_LINES;
    int err = git_patch_from_buffers(&patch, before->data ? before->data : "", before->len, "before",
                                     after->data ? after->data : "", after->len, "after", &options);
    if (err == 0) {
        *binary = (git_patch_get_delta(patch)->flags & GIT_DIFF_FLAG_BINARY) != 0;
        if (!*binary)
            err = git_patch_print(patch, tell, t);
        git_patch_free(patch);
    }
    if (t->answer != 0)
        return t->answer;
    const git_error *why = git_error_last();
    return err == 0 ? 0 : error_set(e, EIO, "comparing: %s", why ? why->message : "out of memory");
}

int lines_compare(const struct buf *before, const struct buf *after, bool *binary,
                  int (*cb)(void *ctx, const struct lines_line *l), void *ctx, struct error *e)
{
    struct teller t = {.cb = cb, .ctx = ctx};
    git_libgit2_init();
    int err = run(before, after, binary, &t, e);
    git_libgit2_shutdown();
    return err;
}
