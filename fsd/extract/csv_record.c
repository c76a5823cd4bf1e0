#include "extract/csv_record.h"

#include <string.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

void csv_record_set_separator(struct csv_record *r, char separator)
{
    r->separator = separator;
    memset(r->ends_cell, 0, sizeof r->ends_cell);
    r->ends_cell[(unsigned char)separator] = true;
    r->ends_cell['\n'] = r->ends_cell['\r'] = true;
}

/* Most cells are shorter than a register, so one step finds their end. Behind `end` a '\n' stands, and nothing else is
 * read there. */
static inline const char *find_cell_end(const struct csv_record *r, const char *p, const char *end)
{
#ifdef __SSE2__
    const __m128i separator = _mm_set1_epi8(r->separator), feed = _mm_set1_epi8('\n'), back = _mm_set1_epi8('\r');
    for (; end - p >= (ptrdiff_t)sizeof separator; p += sizeof separator) {
        __m128i bytes = _mm_loadu_si128((const __m128i *)(const void *)p);
        __m128i line_end = _mm_or_si128(_mm_cmpeq_epi8(bytes, feed), _mm_cmpeq_epi8(bytes, back));
        int ends = _mm_movemask_epi8(_mm_or_si128(_mm_cmpeq_epi8(bytes, separator), line_end));
        if (ends != 0)
            return p + __builtin_ctz((unsigned)ends);
    }
#endif
    (void)end;
    while (!r->ends_cell[(unsigned char)*p])
        p++;
    return p;
}

/* ---- quotes ---- */

struct quoted {
    const char *end; /* the closing quote; NULL: there is none */
    uint32_t lines;
    bool doubled;
    bool unfinished; /* it may be closed by what is not read yet */
};

/* `p` is behind the opening quote. A '\n' stands at `end`, so the inner loop needs to look for bytes only. */
static struct quoted find_closing_quote(const char *p, const char *end, bool last)
{
    struct quoted q = {0};
    const char *most = end - p > CSV_QUOTED_MOST ? p + CSV_QUOTED_MOST : end;
    while (p < most) {
        while (*p != '"' && *p != '\n' && *p != '\r')
            p++;
        if (p >= most)
            break;
        if (*p != '"') {
            q.lines += *p == '\n' || p[1] != '\n';
            p++;
        } else if (p + 1 < end && p[1] == '"') {
            q.doubled = true;
            p += 2;
        } else {
            q.end = p;
            q.unfinished = p + 1 == end && !last;
            return q;
        }
    }
    q.unfinished = most == end && !last;
    return q;
}

/* "" is ", a single " in the middle of a cell is nothing. */
static uint32_t undo_quotes(char *text, uint32_t len)
{
    char *to = text;
    const char *from = text, *end = text + len;
    for (const char *quote; (quote = memchr(from, '"', (size_t)(end - from))) != NULL;) {
        size_t run = (size_t)(quote - from);
        memmove(to, from, run);
        to += run;
        from = quote + 1;
        if (from < end && *from == '"') {
            *to++ = '"';
            from++;
        }
    }
    memmove(to, from, (size_t)(end - from));
    return (uint32_t)(to - text) + (uint32_t)(end - from);
}

void csv_record_finish(struct csv_record *r)
{
    for (size_t i = 0; i < r->to_undo; i++) {
        struct cell *c = &r->cells[r->doubled[i]];
        c->len = undo_quotes((char *)(uintptr_t)c->text, c->len);
    }
    r->to_undo = 0;
}

/* ---- cells ---- */

static size_t cut_cell(const char *text)
{
    size_t len = LIMIT_CELL;
    while (len > 0 && ((unsigned char)text[len] & 0xc0) == 0x80)
        len--;
    return len;
}

static void add_cell(struct csv_record *r, const char *text, const char *end, bool doubled)
{
    uint32_t column = r->columns++;
    while (end > text && end[-1] == ' ')
        end--;
    size_t len = (size_t)(end - text);
    if (len == 0)
        return;
    if (column >= LIMIT_COLUMNS) {
        r->cut = true;
        return;
    }
    if (len > LIMIT_CELL) {
        len = cut_cell(text);
        r->cut = true;
    }
    if (doubled)
        r->doubled[r->to_undo++] = (uint16_t)r->count;
    r->cells[r->count++] = (struct cell){.text = text, .len = (uint32_t)len, .column = column};
}

/* The cell at `p` is added: where the byte stands that ends it; NULL: it is unfinished. */
static const char *parse_cell(struct csv_record *r, const char *p, const char *end, bool last)
{
    while (*p == ' ' && p < end)
        p++;
    if (*p != '"' || p == end) {
        const char *stop = find_cell_end(r, p, end);
        if (stop < end || last)
            add_cell(r, p, stop, false);
        return stop == end && !last ? NULL : stop;
    }
    p++;
    struct quoted q = find_closing_quote(p, end, last);
    if (q.unfinished)
        return NULL;
    const char *stop = find_cell_end(r, q.end != NULL ? q.end + 1 : p, end);
    if (stop == end && !last)
        return NULL;
    const char *behind = q.end;
    for (; behind != NULL && behind + 1 < stop && behind[1] == ' '; behind++)
        ;
    bool clean = behind != NULL && behind + 1 == stop;
    r->lines += q.end != NULL ? q.lines : 0;
    r->quoted += clean;
    add_cell(r, p, clean ? q.end : stop, q.doubled || !clean);
    return stop;
}

/* ---- many cells at a time ---- */

enum { BLOCK_BYTES = 64 };

/* Which bytes of a block end a cell, a bit a byte. */
static inline uint64_t ends_in_block(const struct csv_record *r, const char *p)
{
    uint64_t bits = 0;
#ifdef __SSE2__
    const __m128i separator = _mm_set1_epi8(r->separator), feed = _mm_set1_epi8('\n'), back = _mm_set1_epi8('\r');
    for (size_t i = 0; i < BLOCK_BYTES; i += sizeof separator) {
        __m128i bytes = _mm_loadu_si128((const __m128i *)(const void *)(p + i));
        __m128i line_end = _mm_or_si128(_mm_cmpeq_epi8(bytes, feed), _mm_cmpeq_epi8(bytes, back));
        int ends = _mm_movemask_epi8(_mm_or_si128(_mm_cmpeq_epi8(bytes, separator), line_end));
        bits |= (uint64_t)(unsigned)ends << i;
    }
#else
    for (size_t i = 0; i < BLOCK_BYTES; i++)
        bits |= (uint64_t)r->ends_cell[(unsigned char)p[i]] << i;
#endif
    return bits;
}

static inline bool is_plain(char first) { return first != ' ' && first != '"'; }

/*
 * Short cells without quotes and spaces around them, as nearly all are, are added as long as they come. True: *at
 * stands on the end of the line; false: on the beginning of a cell that is to be looked at closer.
 */
static bool add_plain_cells(struct csv_record *r, const char **at, const char *end)
{
    const char *p = *at, *stop = NULL;
    struct cell *to = r->cells + r->count;
    uint32_t column = r->columns;
    bool is_end = false, is_odd = false;
    while (!is_end && !is_odd && is_plain(*p) && end - p >= BLOCK_BYTES && column <= LIMIT_COLUMNS - BLOCK_BYTES) {
        const char *block = p;
        uint64_t ends = ends_in_block(r, block);
        is_odd = ends == 0;
        for (; ends != 0 && !is_end; ends &= ends - 1) {
            stop = block + __builtin_ctzll(ends);
            is_odd = stop > p && (!is_plain(*p) || stop[-1] == ' ');
            if (is_odd)
                break;
            *to = (struct cell){.text = p, .len = (uint32_t)(stop - p), .column = column};
            to += stop > p;
            column++;
            is_end = *stop != r->separator;
            p = is_end ? stop : stop + 1;
        }
    }
    r->count = (size_t)(to - r->cells);
    r->columns = column;
    *at = p;
    return is_end;
}

size_t csv_record_parse(struct csv_record *r, char *text, size_t len, bool last)
{
    const char *p = text, *end = text + len;
    text[len] = '\n';
    r->count = r->to_undo = 0;
    r->columns = r->quoted = 0;
    r->lines = 1;
    r->cut = false;
    for (;; p++) {
        if (!add_plain_cells(r, &p, end) && (p = parse_cell(r, p, end, last)) == NULL)
            return 0;
        if (p == end)
            return len;
        if (*p == '\n')
            return (size_t)(p + 1 - text);
        if (*p != '\r')
            continue;
        if (p + 1 == end && !last)
            return 0;
        return (size_t)(p + 1 - text) + (p + 1 < end && p[1] == '\n');
    }
}
