#include "analyse/seek.h"

#include "base/buf.h"
#include "base/utf8.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

/*
 * Each folded character of the file moves the automaton on. Where each of the last `count` of them stood is kept in a
 * ring, so a whole match knows where it began. What was read of late is kept for the excerpt; a hit waits until enough
 * has come behind it.
 */
enum {
    FOLD_MOST = 32,
    ASCII = 128,
    RECENT_BYTES = 16384,
    KEEP_BYTES = 4096,
    BEFORE = 40,
    BEHIND = 60,
    SHEET_BYTES = 64
};

struct spot {
    uint64_t at; /* byte, counted from the begin of the part in hand */
    uint32_t line, column, row, cell;
};

struct seek {
    seek_found *found;
    void *ctx;
    size_t count;     /* characters sought */
    int32_t *sought;  /* owned */
    uint32_t *border; /* owned: how far to fall back */
    size_t matched;
    struct spot *ring; /* owned: of the last `count` characters */
    uint64_t seen;

    char ascii[ASCII]; /* folded; 0: left out */
    char sheet[SHEET_BYTES];
    enum text_part part;
    struct spot here;
    struct buf recent; /* bytes of the part up to `here`, with blanks for control bytes */
    uint64_t recent_at;
    bool has_hit;
    struct spot hit;
    uint64_t hit_end;
};

/* ---- folding ---- */

static bool is_kept(int32_t codepoint)
{
    utf8proc_category_t c = utf8proc_category(codepoint);
    return (c >= UTF8PROC_CATEGORY_LU && c <= UTF8PROC_CATEGORY_LO) ||
           (c >= UTF8PROC_CATEGORY_ND && c <= UTF8PROC_CATEGORY_NO);
}

/* The letters and digits of the character at `text`; *took is its bytes. */
static size_t fold(const char *text, size_t left, int32_t out[static FOLD_MOST], size_t *took)
{
    utf8proc_int32_t codepoint, folded[FOLD_MOST];
    utf8proc_ssize_t used = utf8proc_iterate((const utf8proc_uint8_t *)text, (utf8proc_ssize_t)left, &codepoint);
    int boundary = 0;
    size_t kept = 0;
    *took = used > 0 ? (size_t)used : 1;
    if (used <= 0)
        return 0;
    utf8proc_ssize_t count = utf8proc_decompose_char(
        codepoint, folded, FOLD_MOST, UTF8PROC_CASEFOLD | UTF8PROC_DECOMPOSE | UTF8PROC_COMPAT | UTF8PROC_STRIPMARK,
        &boundary);
    for (utf8proc_ssize_t i = 0; i < count && i < FOLD_MOST; i++)
        if (is_kept(folded[i]))
            out[kept++] = folded[i];
    return kept;
}

size_t seek_count(const char *text)
{
    int32_t folded[FOLD_MOST];
    size_t count = 0;
    for (size_t at = 0, took, len = strlen(text); at < len; at += took)
        count += fold(text + at, len - at, folded, &took);
    return count;
}

/* ---- the automaton ---- */

static void fold_sought(struct seek *s, const char *text)
{
    int32_t folded[FOLD_MOST];
    size_t at = 0, took, len = strlen(text);
    for (size_t put = 0; at < len; at += took) {
        size_t kept = fold(text + at, len - at, folded, &took);
        memcpy(s->sought + put, folded, kept * sizeof *folded);
        put += kept;
    }
    for (size_t i = 1, k = 0; i < s->count; i++) {
        while (k > 0 && s->sought[i] != s->sought[k])
            k = s->border[k - 1];
        k += s->sought[i] == s->sought[k];
        s->border[i] = (uint32_t)k;
    }
}

static void fill_ascii(struct seek *s)
{
    for (int c = 0; c < ASCII; c++) {
        int folded = c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c;
        if ((folded >= 'a' && folded <= 'z') || (c >= '0' && c <= '9'))
            s->ascii[c] = (char)folded;
    }
}

int seek_open(struct seek **out, const char *text, seek_found *found, void *ctx)
{
    size_t count = seek_count(text);
    if (count == 0 || count > SEEK_CHARACTERS_MOST)
        return -EINVAL;
    struct seek *s = calloc(1, sizeof *s);
    if (s == NULL)
        return -ENOMEM;
    s->found = found;
    s->ctx = ctx;
    s->count = count;
    s->sought = calloc(count, sizeof *s->sought);
    s->border = calloc(count, sizeof *s->border);
    s->ring = calloc(count, sizeof *s->ring);
    if (s->sought == NULL || s->border == NULL || s->ring == NULL || buf_reserve(&s->recent, RECENT_BYTES) == NULL) {
        seek_close(s);
        return -ENOMEM;
    }
    fold_sought(s, text);
    fill_ascii(s);
    seek_begin(s);
    *out = s;
    return 0;
}

void seek_close(struct seek *s)
{
    if (s == NULL)
        return;
    free(s->sought);
    free(s->border);
    free(s->ring);
    buf_free(&s->recent);
    free(s);
}

/* ---- hits ---- */

static size_t forward(const struct seek *s, size_t at)
{
    while (at < s->recent.len && ((unsigned char)s->recent.data[at] & 0xc0) == 0x80)
        at++;
    return at;
}

/* What stands around the hit, from a character's begin to one's end. */
static int tell(struct seek *s)
{
    enum { EXCERPT = BEFORE + BEHIND + 80 };
    uint64_t begin = s->hit.at < s->recent_at + BEFORE ? s->recent_at : s->hit.at - BEFORE;
    size_t from = forward(s, (size_t)(begin - s->recent_at));
    size_t end = (size_t)(s->hit_end + BEHIND - s->recent_at);
    end = forward(s, end < s->recent.len ? end : s->recent.len);
    if (end - from > EXCERPT)
        end = forward(s, from + EXCERPT);
    while (from < end && s->recent.data[from] == ' ')
        from++;
    while (end > from && s->recent.data[end - 1] == ' ')
        end--;
    s->has_hit = false;
    char *excerpt = strndup(s->recent.data + from, end - from);
    if (excerpt == NULL)
        return -ENOMEM;
    const struct spot *at = &s->hit;
    const struct seek_hit hit = {.line = at->row ? 0 : at->line,
                                 .column = at->row ? 0 : at->column,
                                 .row = at->row,
                                 .cell = at->cell,
                                 .sheet = at->row ? s->sheet : "",
                                 .excerpt = excerpt};
    int stop = s->found(s->ctx, &hit);
    free(excerpt);
    return stop;
}

/* One folded character that stands at `here`. */
static int step(struct seek *s, int32_t character)
{
    s->ring[s->seen++ % s->count] = s->here;
    while (s->matched > 0 && s->sought[s->matched] != character)
        s->matched = s->border[s->matched - 1];
    s->matched += s->sought[s->matched] == character;
    if (s->matched < s->count)
        return 0;
    int stop = s->has_hit ? tell(s) : 0;
    s->matched = 0;
    s->has_hit = true;
    s->hit = s->ring[s->seen % s->count];
    s->hit_end = s->here.at;
    return stop;
}

/* ---- bytes ---- */

static void remember(struct seek *s, const char *bytes, size_t len)
{
    if (s->recent.len + len > RECENT_BYTES) {
        size_t drop = s->recent.len - KEEP_BYTES;
        memmove(s->recent.data, s->recent.data + drop, KEEP_BYTES);
        s->recent.len = KEEP_BYTES;
        s->recent_at += drop;
    }
    bool control = len == 1 && ((unsigned char)*bytes < ' ' || *bytes == 0x7f);
    memcpy(s->recent.data + s->recent.len, control ? " " : bytes, len);
    s->recent.len += len;
}

static int take_character(struct seek *s, const char *text, size_t left, size_t *took)
{
    int32_t folded[FOLD_MOST];
    unsigned char first = (unsigned char)*text;
    int stop = 0;
    *took = 1;
    s->here.column += (first & 0xc0) != 0x80;
    if (first < ASCII) {
        remember(s, text, 1);
        return s->ascii[first] != 0 ? step(s, s->ascii[first]) : 0;
    }
    size_t kept = fold(text, left, folded, took);
    bool whole = *took > 1;
    remember(s, whole ? text : "?", *took);
    for (size_t i = 0; i < kept && stop == 0; i++)
        stop = step(s, folded[i]);
    return stop;
}

static int take(struct seek *s, const char *text, size_t len)
{
    int stop = 0;
    for (size_t at = 0, took; at < len && stop == 0; at += took) {
        stop = take_character(s, text + at, len - at, &took);
        s->here.at += took;
        if (text[at] == '\n' && s->here.row == 0) {
            s->here.line++;
            s->here.column = 0;
        }
        if (stop == 0 && s->has_hit && s->here.at > s->hit_end + BEHIND)
            stop = tell(s);
    }
    return stop;
}

/* What follows is apart from what came: another row, sheet or part. */
static int divide(struct seek *s)
{
    int stop = s->has_hit ? tell(s) : 0;
    s->matched = 0;
    s->here.at = s->recent_at = 0;
    s->recent.len = 0;
    return stop;
}

void seek_begin(struct seek *s)
{
    s->has_hit = false;
    s->matched = 0;
    s->sheet[0] = 0;
    s->part = TEXT_BODY;
    s->here = (struct spot){.line = 1};
    s->recent.len = 0;
    s->recent_at = 0;
}

int seek_end(struct seek *s) { return divide(s); }

int seek_sheet(struct seek *s, const char *name)
{
    int stop = divide(s);
    size_t at = 0;
    for (size_t len = strlen(name), n; at < len; at += n) {
        n = utf8_length(name + at, len - at);
        if (n == 0 || at + n >= sizeof s->sheet || (unsigned char)name[at] < ' ' || name[at] == 0x7f)
            break;
        memcpy(s->sheet + at, name + at, n);
    }
    s->sheet[at] = 0;
    return stop;
}

int seek_row(struct seek *s, const struct row *row)
{
    struct spot text = s->here;
    int stop = divide(s);
    for (size_t i = 0; i < row->count && stop == 0; i++) {
        const struct cell *c = &row->cells[i];
        s->here.row = row->number > 0 ? row->number : 1;
        s->here.cell = c->column;
        if (i > 0) {
            remember(s, " ", 1);
            s->here.at++;
        }
        stop = take(s, c->text, c->len);
    }
    if (stop == 0)
        stop = divide(s);
    s->here = (struct spot){.line = text.line, .column = text.column};
    return stop;
}

int seek_text(struct seek *s, enum text_part part, const char *utf8, size_t len)
{
    int stop = 0;
    if (part != s->part) {
        stop = divide(s);
        if (s->here.column > 0) {
            s->here.line++;
            s->here.column = 0;
        }
        s->part = part;
    }
    return stop == 0 ? take(s, utf8, len) : stop;
}
