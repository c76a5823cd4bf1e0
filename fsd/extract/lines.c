#include "extract/lines.h"

#include "extract/card.h"
#include "extract/charset.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { WINDOW_BYTES = 2 * LINE_MOST };

struct lines {
    struct charset_reader *from;
    struct limits *limits;
    size_t at, len;
    bool ended;
    bool cut;
    bool behind; /* `at` is at the end of a line that was handed out, not past it */
    bool inside; /* and that line goes on past the window */
    char window[WINDOW_BYTES];
};

int lines_open(struct lines **out, struct input *in, const char *charset, struct limits *l)
{
    struct lines *s = malloc(sizeof *s);
    if (s == NULL)
        return -ENOMEM;
    memset(s, 0, offsetof(struct lines, window));
    s->limits = l;
    input_rewind(in);
    int err = charset_open(&s->from, in, charset);
    if (err < 0) {
        free(s);
        return err;
    }
    *out = s;
    return 0;
}

void lines_close(struct lines **s)
{
    if (*s != NULL)
        charset_close((*s)->from);
    free(*s);
    *s = NULL;
}

bool lines_were_cut(const struct lines *s) { return s->cut; }

static int fill(struct lines *s)
{
    memmove(s->window, s->window + s->at, s->len - s->at);
    s->len -= s->at;
    s->at = 0;
    if (limits_is_over(s->limits)) {
        s->cut = true;
        return -ECANCELED;
    }
    while (!s->ended && WINDOW_BYTES - s->len >= 64) {
        ssize_t got = charset_read(s->from, s->window + s->len, WINDOW_BYTES - s->len);
        if (got < 0)
            return (int)got;
        s->ended = got == 0;
        s->len += (size_t)got;
    }
    return 0;
}

static size_t find_end(const struct lines *s, size_t at)
{
    while (at < s->len && s->window[at] != '\n' && s->window[at] != '\r')
        at++;
    return at;
}

/* Pass over the rest of a line that went past the window. */
static int skip_rest(struct lines *s)
{
    while ((s->at = find_end(s, s->at)) == s->len && !s->ended) {
        int err = fill(s);
        if (err < 0)
            return err;
    }
    s->inside = false;
    return 0;
}

/* Behind a line: its end. "\r\n" may be cut by the window's end, so more is read first. */
static int pass_end(struct lines *s)
{
    int err = s->inside ? skip_rest(s) : 0;
    if (err == 0 && s->behind && s->at + 1 >= s->len && !s->ended)
        err = fill(s);
    if (err < 0 || !s->behind || s->at == s->len)
        return err;
    s->at += s->window[s->at] == '\r' && s->at + 1 < s->len && s->window[s->at + 1] == '\n' ? 2 : 1;
    s->behind = false;
    return 0;
}

int lines_next(struct lines *s, const char **text, size_t *len)
{
    int err = pass_end(s);
    if (err < 0)
        return err;
    size_t end = find_end(s, s->at);
    if (end == s->len && !s->ended) {
        if ((err = fill(s)) < 0)
            return err;
        end = find_end(s, s->at);
    }
    if (s->at == s->len)
        return 0;
    *text = s->window + s->at;
    *len = card_cut(*text, end - s->at, LINE_MOST);
    s->cut = s->cut || *len < end - s->at;
    s->inside = end == s->len && !s->ended;
    s->behind = true;
    s->at = end;
    return 1;
}

/* The byte that the next line begins with: 1; 0: there is none. */
static int peek(struct lines *s, char *first)
{
    int err = pass_end(s);
    if (err == 0 && s->at == s->len && !s->ended)
        err = fill(s);
    if (err < 0 || s->at == s->len)
        return err;
    *first = s->window[s->at];
    return 1;
}

static void append(struct lines *s, struct buf *to, const char *text, size_t len)
{
    size_t fits = card_cut(text, len, LINE_MOST - to->len);
    s->cut = s->cut || fits < len;
    buf_put(to, text, fits);
}

int lines_next_unfolded(struct lines *s, struct buf *to)
{
    const char *text;
    size_t len;
    char first = 0;
    buf_clear(to);
    int got = lines_next(s, &text, &len);
    if (got <= 0)
        return got;
    append(s, to, text, len);
    while (to->len > 0 && (got = peek(s, &first)) > 0 && (first == ' ' || first == '\t')) {
        if ((got = lines_next(s, &text, &len)) <= 0)
            break;
        append(s, to, text + 1, len - 1);
    }
    if (got < 0)
        return got;
    return to->failed ? -ENOMEM : 1;
}
