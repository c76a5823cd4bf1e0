#include "extract/pdf.h"

#include "extract/charset.h"
#include "extract/member.h"

#include <errno.h>
#include <string.h>

enum { TEXT_MOST = READER_BYTES / 2, HEAD_BYTES = 1024, PIECE_BYTES = 16 * 1024 };

static struct {
    pdf_converter *convert;
    void *ctx;
} converter;

void extract_pdf_through(pdf_converter *convert, void *ctx)
{
    converter.convert = convert;
    converter.ctx = ctx;
}

struct gathering {
    struct member text;
    struct limits *l;
};

static int take(void *ctx, const void *bytes, size_t len)
{
    struct gathering *g = ctx;
    int err = member_add(&g->text, g->l, bytes, len);
    return err == 0 && g->text.is_cut ? -ECANCELED : err;
}

static int push(const struct member *text, struct content_sink *to)
{
    struct input in = input_from_memory(text->data, text->len, "");
    struct charset_reader *reader = NULL;
    char piece[PIECE_BYTES];
    int err = charset_open(&reader, &in, "utf-8");
    ssize_t n = 0;
    while (err == 0 && (n = charset_read(reader, piece, sizeof piece)) > 0)
        err = to->text(to->ctx, TEXT_BODY, piece, (size_t)n);
    charset_close(reader);
    return err < 0 ? err : (int)n;
}

/* Is the word anywhere in the file? Pieces overlap by its length. */
static bool holds(const struct input *in, const char *word)
{
    char piece[PIECE_BYTES];
    size_t len = strlen(word);
    ssize_t n;
    for (uint64_t at = 0; (n = input_read_at(in, at, piece, sizeof piece)) >= (ssize_t)len; at += (size_t)n - len + 1)
        if (memmem(piece, (size_t)n, word, len) != NULL)
            return true;
    return false;
}

/* What a converter that failed means: without any text, a file that speaks of encryption is a locked one. */
static uint32_t flags_of(int err, const struct input *in, const struct member *text)
{
    switch (err) {
    case 0:
        return 0;
    case -ECANCELED:
    case -EFBIG:
        return FACT_CUT;
    default:
        return text->len == 0 && err == -EBADMSG && holds(in, "/Encrypt") ? FACT_ENCRYPTED : FACT_UNREADABLE;
    }
}

int extract_pdf(struct input *in, const struct extract_hints *h, struct content_sink *to, struct limits *l)
{
    (void)h;
    char head[HEAD_BYTES];
    ssize_t len = input_read_at(in, 0, head, sizeof head);
    if (len < 0 || memmem(head, (size_t)len, "%PDF-", 5) == NULL)
        return len < 0 ? (int)len : -EBADMSG;
    struct gathering g = {.text = {.most = TEXT_MOST}, .l = l};
    int err = converter.convert ? converter.convert(converter.ctx, in, l->until_ns, take, &g) : -ENOTCONN;
    uint32_t flags = err == -ENOMEM ? 0 : flags_of(err, in, &g.text);
    if (flags != 0)
        to->flag(to->ctx, flags);
    if (err != -ENOMEM)
        err = push(&g.text, to);
    member_free(&g.text);
    return err;
}
