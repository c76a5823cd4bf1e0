/*
 * fuzz_seek: a text sought in any sheets, rows and texts: as often as a plain search finds it, and each place is told
 * in one clean line.
 *
 * The first byte says how long the text sought is, which follows; then pieces with NULs between, and what each is says
 * its first byte.
 */
#include "analyse/seek.h"
#include "tests/fuzz/sink.h"

#include <utf8proc.h>

enum { CELLS_MOST = 16, FOLD_MOST = 32, COMPARED_MOST = 1 << 22, EXCERPT_MOST = 400 };

struct folded {
    int32_t *characters;
    size_t count;
};

/* ---- the plain search ---- */

static bool is_kept(int32_t codepoint)
{
    static const unsigned kept = 1u << UTF8PROC_CATEGORY_LU | 1u << UTF8PROC_CATEGORY_LL | 1u << UTF8PROC_CATEGORY_LT |
                                 1u << UTF8PROC_CATEGORY_LM | 1u << UTF8PROC_CATEGORY_LO | 1u << UTF8PROC_CATEGORY_ND |
                                 1u << UTF8PROC_CATEGORY_NL | 1u << UTF8PROC_CATEGORY_NO;
    return kept >> utf8proc_category(codepoint) & 1;
}

static void fold(struct folded *to, const char *text, size_t len)
{
    utf8proc_int32_t codepoint, out[FOLD_MOST];
    for (size_t at = 0; at < len;) {
        utf8proc_ssize_t used =
            utf8proc_iterate((const utf8proc_uint8_t *)text + at, (utf8proc_ssize_t)(len - at), &codepoint);
        at += used > 0 ? (size_t)used : 1;
        if (used <= 0)
            continue;
        int boundary = 0;
        utf8proc_ssize_t n = utf8proc_decompose_char(
            codepoint, out, FOLD_MOST, UTF8PROC_CASEFOLD | UTF8PROC_DECOMPOSE | UTF8PROC_COMPAT | UTF8PROC_STRIPMARK,
            &boundary);
        for (utf8proc_ssize_t i = 0; i < n && i < FOLD_MOST; i++)
            if (is_kept(out[i]))
                to->characters[to->count++] = out[i];
    }
}

static size_t count_in(const struct folded *text, const struct folded *sought)
{
    size_t found = 0;
    for (size_t at = 0; at + sought->count <= text->count;)
        if (memcmp(text->characters + at, sought->characters, sought->count * sizeof *sought->characters) == 0) {
            found++;
            at += sought->count;
        } else {
            at++;
        }
    return found;
}

/* ---- both, side by side ---- */

struct trial {
    struct seek *seek;
    struct folded sought, text; /* text: of what is one text, since it was divided last */
    enum text_part part;
    uint32_t row;
    size_t expected, found;
};

static int take_hit(void *ctx, const struct seek_hit *hit)
{
    struct trial *t = ctx;
    size_t len = strlen(hit->excerpt);
    t->found++;
    if ((hit->row == 0) == (hit->line == 0) || (hit->line == 0) != (hit->column == 0) || len > EXCERPT_MOST)
        abort();
    for (size_t i = 0; i < len; i++)
        if ((unsigned char)hit->excerpt[i] < ' ' || hit->excerpt[i] == 0x7f)
            abort();
    fuzz_check_text(hit->excerpt, len);
    fuzz_check_text(hit->sheet, strlen(hit->sheet));
    return 0;
}

static void divide(struct trial *t)
{
    t->expected += count_in(&t->text, &t->sought);
    t->text.count = 0;
}

static void try_row(struct trial *t, const char *bytes, size_t len)
{
    struct cell cells[CELLS_MOST];
    struct row row = {.number = ++t->row, .cells = cells};
    if (len == 0)
        return;
    divide(t);
    for (size_t at = 0; at < len && row.count < CELLS_MOST;) {
        const char *end = memchr(bytes + at, '\t', len - at);
        size_t some = end == NULL ? len - at : (size_t)(end - bytes) - at;
        cells[row.count] = (struct cell){.text = bytes + at, .len = (uint32_t)some, .column = (uint32_t)row.count};
        fold(&t->text, bytes + at, some);
        row.count++;
        at += some + 1;
    }
    if (seek_row(t->seek, &row) != 0)
        abort();
    divide(t);
}

static void try_sheet(struct trial *t, const char *bytes, size_t len)
{
    char name[300];
    if (len >= sizeof name)
        return;
    memcpy(name, bytes, len);
    name[len] = 0;
    divide(t);
    if (seek_sheet(t->seek, name) != 0)
        abort();
}

static void try_text(struct trial *t, enum text_part part, const char *bytes, size_t len)
{
    if (part != t->part)
        divide(t);
    t->part = part;
    fold(&t->text, bytes, len);
    if (seek_text(t->seek, part, bytes, len) != 0)
        abort();
}

static void try_piece(struct trial *t, const char *bytes, size_t len)
{
    if (len == 0)
        return;
    switch (bytes[0] & 7) {
    case 0:
        try_row(t, bytes + 1, len - 1);
        break;
    case 1:
        try_sheet(t, bytes + 1, len - 1);
        break;
    case 2:
        try_text(t, TEXT_HEADING, bytes + 1, len - 1);
        break;
    default:
        try_text(t, TEXT_BODY, bytes + 1, len - 1);
    }
}

static void try_file(struct trial *t, const char *bytes, size_t len)
{
    t->part = TEXT_BODY;
    seek_begin(t->seek);
    for (size_t at = 0; at < len;) {
        const char *end = memchr(bytes + at, 0, len - at);
        size_t some = end == NULL ? len - at : (size_t)(end - bytes) - at;
        try_piece(t, bytes + at, some);
        at += some + 1;
    }
    if (seek_end(t->seek) != 0)
        abort();
    divide(t);
    if (t->found != t->expected)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char sought[256 * 16 + 1];
    size_t len = size > 0 ? (size_t)data[0] * 16 : 0;
    if (size > 0 && data[0] < 128)
        len = data[0];
    if (len + 1 > size)
        return 0;
    memcpy(sought, data + 1, len);
    sought[len] = 0;
    len = strlen(sought);
    struct trial t = {.seek = NULL};
    t.sought.characters = malloc((len + 1) * FOLD_MOST * sizeof(int32_t));
    t.text.characters = malloc((size + 1) * FOLD_MOST * sizeof(int32_t));
    if (t.sought.characters == NULL || t.text.characters == NULL)
        abort();
    fold(&t.sought, sought, len);
    int err = seek_open(&t.seek, sought, take_hit, &t);
    if (seek_count(sought) != t.sought.count ||
        (err == 0) != (t.sought.count > 0 && t.sought.count <= SEEK_CHARACTERS_MOST))
        abort();
    if (err == 0 && size * t.sought.count < COMPARED_MOST)
        for (int twice = 0; twice < 2; twice++) /* nothing of the one is left for the next */
            try_file(&t, (const char *)data + 1 + len, size - 1 - len);
    seek_close(t.seek);
    free(t.sought.characters);
    free(t.text.characters);
    return 0;
}
