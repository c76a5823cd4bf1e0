/*
 * extract_plain: any text, as it is; only its charset and its line ends become the usual ones.
 */
#include "extract/charset.h"
#include "extract/extract.h"

#include <errno.h>
#include <string.h>

enum { PIECE_BYTES = 32 << 10, HEAD_BYTES = 4 << 10 };

/* Text has hardly a control byte but white space and ESC. UTF-16, which has, is known by its charset. */
static bool is_binary(const unsigned char *head, size_t len)
{
    size_t odd = 0;
    for (size_t i = 0; i < len; i++)
        odd += head[i] == 0x7f || (head[i] < ' ' && (head[i] < '\t' || head[i] > '\r') && head[i] != 0x1b);
    return odd * 50 > len;
}

/* "\r\n" and "\r" to "\n", in place. *after_return: the piece before ended in "\r". */
static size_t mend_line_ends(char *text, size_t len, bool *after_return)
{
    size_t from = *after_return && len > 0 && text[0] == '\n', to = 0;
    *after_return = len > from ? text[len - 1] == '\r' : *after_return && from == 0;
    while (from < len) {
        const char *next = memchr(text + from, '\r', len - from);
        size_t run = next != NULL ? (size_t)(next - text) - from : len - from;
        if (to != from)
            memmove(text + to, text + from, run);
        to += run;
        from += run;
        if (next == NULL)
            break;
        text[to++] = '\n';
        from += from + 1 < len && text[from + 1] == '\n' ? 2 : 1;
    }
    return to;
}

static int push_text(struct charset_reader *from, struct content_sink *to, struct limits *l)
{
    char piece[PIECE_BYTES];
    bool after_return = false;
    ssize_t got;
    while ((got = charset_read(from, piece, sizeof piece)) > 0) {
        size_t len = mend_line_ends(piece, (size_t)got, &after_return);
        int err = len > 0 ? to->text(to->ctx, TEXT_BODY, piece, len) : 0;
        if (err != 0)
            return err;
        if (limits_is_over(l)) {
            to->flag(to->ctx, FACT_CUT);
            return -ECANCELED;
        }
    }
    return (int)got;
}

int extract_plain(struct input *in, const struct extract_hints *h, struct content_sink *to, struct limits *l)
{
    unsigned char head[HEAD_BYTES];
    charset_auto *from = NULL;
    ssize_t len = input_read_at(in, 0, head, sizeof head);
    if (len < 0)
        return (int)len;
    input_rewind(in);
    int err = charset_open(&from, in, h->charset);
    if (err < 0)
        return err;
    bool is_wide = strncmp(charset_name(from), "utf-16", 6) == 0;
    if (!is_wide && is_binary(head, (size_t)len))
        return -EBADMSG;
    return push_text(from, to, l);
}
