#include "extract/extract.h"

#include "base/utf8.h"
#include "extract/base64_watch.h"
#include "extract/formats.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

enum { HEAD_BYTES = 4096, NAME_BYTES = 128 };

/* One file, from its outermost bytes to its innermost. */
struct walk {
    extract_detect *detect;
    void *detect_ctx;
    struct content_sink *to;
    struct limits *l;
};

struct type {
    char mime[96], charset[32];
};

static int read_input(struct walk *w, struct input *in, const char *charset, struct type *type);

static void flag(struct walk *w, uint32_t flags) { w->to->flag(w->to->ctx, flags); }

/* ---- members ---- */

/* A member's name as a sheet's: such as may be shown. */
static int name_sheet(struct walk *w, const char *name)
{
    char clean[NAME_BYTES + 1];
    size_t len = strnlen(name, NAME_BYTES);
    memcpy(clean, name, len);
    clean[len] = 0;
    utf8_make_plain(clean, len);
    return w->to->sheet(w->to->ctx, clean);
}

static int read_member(void *ctx, struct input *member, const struct extract_hints *h)
{
    struct walk *w = ctx;
    if (w->l->depth >= LIMIT_DEPTH) {
        flag(w, FACT_CUT);
        return 0;
    }
    w->l->depth++;
    struct type type;
    int err = name_sheet(w, member->name);
    if (err == 0)
        err = read_input(w, member, h->charset, &type);
    w->l->depth--;
    return err;
}

/* ---- one input ---- */

/* One format's try. What a wrapper holds is flagged as such by whoever read it. */
static int try_format(struct walk *w, const struct format *f, struct input *in, const struct extract_hints *h)
{
    input_rewind(in);
    if (f->unwrap)
        return f->unwrap(in, h, w->to, w->l, read_member, w);
    struct base64_watch watch = {0};
    in->watch = f->has_blocks ? &watch : NULL;
    int err = f->read(in, h, w->to, w->l);
    in->watch = NULL;
    if (err == -EBADMSG)
        return err;
    if (w->l->depth > 0)
        flag(w, FACT_WRAPPED);
    if (err == 0 && f->is_text && w->l->depth > 0)
        err = w->to->text(w->to->ctx, TEXT_BODY, "\n", 1); /* the next member is not its last line's end */
    if (err == 0 && f->has_blocks && !base64_watch_is_clear(&watch, in->size))
        err = extract_embedded(in, w->to, w->l, read_member, w);
    return err;
}

/* What it is: by libmagic, and by the wrapper's word for the charset where libmagic has none. */
static int look(struct walk *w, const struct input *in, const char *charset, struct type *type)
{
    *type = (struct type){0};
    int err = w->detect(w->detect_ctx, in, type->mime, type->charset);
    if (err == -EIO) /* libmagic gives up on it: its bytes still tell whether it is text */
        err = 0;
    if (charset[0] != 0 && strcmp(type->charset, "binary") != 0 && strncmp(type->charset, "utf-", 4) != 0)
        snprintf(type->charset, sizeof type->charset, "%s", charset);
    return err;
}

/*
 * Push what an input holds, `type` becomes what it turned out to be. 0; -EBADMSG: nobody reads such bytes; -ECANCELED:
 * enough; or -errno.
 */
static int read_input(struct walk *w, struct input *in, const char *charset, struct type *type)
{
    unsigned char head[HEAD_BYTES];
    int err = look(w, in, charset, type);
    ssize_t len = err < 0 ? err : input_read_at(in, 0, head, sizeof head);
    if (len <= 0)
        return (int)len;
    const struct extract_hints hints = {.mime = type->mime, .charset = type->charset};
    const struct route *route = format_find_route(type->mime, type->charset, head, (size_t)len);
    err = -EBADMSG;
    for (const struct format *const *f = route->formats; *f != NULL && err == -EBADMSG; f++) {
        err = try_format(w, *f, in, &hints);
        if (err != -EBADMSG && format_is_vague(type->mime))
            strcpy(type->mime, (*f)->mime);
    }
    if (err == -EBADMSG && route->is_sure)
        flag(w, FACT_UNREADABLE);
    return err;
}

int extract_any(struct input *in, extract_detect *detect, void *detect_ctx, struct content_sink *to, struct limits *l)
{
    struct walk w = {.detect = detect, .detect_ctx = detect_ctx, .to = to, .l = l};
    struct type type;
    if (l->packed == 0)
        l->packed = in->size;
    int err = read_input(&w, in, "", &type);
    if (format_contradicts(in->name, type.mime))
        flag(&w, FACT_MISMATCH);
    if ((err == 0 || err == -EBADMSG || err == -ECANCELED) && to->type)
        to->type(to->ctx, type.mime);
    return err == -EBADMSG || err == -ECANCELED ? 0 : err;
}
