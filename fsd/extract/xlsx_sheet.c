#include "extract/row_build.h"
#include "extract/xlsx.h"

#include <errno.h>
#include <string.h>

enum sheet_tag { ROW = 1, CELL, VALUE, TEXT, SKIPPED, MARGIN };
enum { MARGIN_BYTES = 4 << 10 };

static const struct xml_word words[] = {
    {"row", ROW},
    {"c", CELL},
    {"v", VALUE},
    {"t", TEXT},
    {"f", SKIPPED},   /* a formula; its value is beside it */
    {"rPh", SKIPPED}, /* how to pronounce it */
    {"oddHeader", MARGIN},
    {"oddFooter", MARGIN},
    {"evenHeader", MARGIN},
    {"evenFooter", MARGIN},
    {"firstHeader", MARGIN},
    {"firstFooter", MARGIN},
};

enum cell_type { NUMBER, SHARED, BOOLEAN, STRING };

struct sheet_reader {
    const struct xlsx_strings *strings;
    struct content_sink *to;
    struct row_build row;
    uint32_t number; /* of the row in hand */
    uint32_t column; /* of the next cell that does not say its own */
    enum cell_type type;
    int in; /* the element whose text is wanted; 0: none */
    bool has_cell;
    size_t value_len; /* of what was kept of a value */
    char value[64];   /* numbers and indices fit */
    struct buf margin;
};

/* ---- numbers ---- */

struct decimal {
    char digits[24];
    size_t count;
    long point; /* digits before the decimal point */
    bool negative;
};

static bool is_digit(char c) { return c >= '0' && c <= '9'; }

/* A sign and at most nine digits; nothing else. */
static bool read_exponent(const char *p, const char *end, long *out)
{
    bool negative = p < end && *p == '-';
    if (p < end && (*p == '-' || *p == '+'))
        p++;
    if (p == end || end - p > 9)
        return false;
    long value = 0;
    for (; p < end; p++) {
        if (!is_digit(*p))
            return false;
        value = value * 10 + (*p - '0');
    }
    *out = negative ? -value : value;
    return true;
}

static bool read_decimal(const char *p, const char *end, struct decimal *d)
{
    bool seen_point = false;
    long exponent = 0;
    *d = (struct decimal){.negative = p < end && *p == '-'};
    if (d->negative)
        p++;
    for (; p < end && (is_digit(*p) || (*p == '.' && !seen_point)); p++) {
        if (*p == '.') {
            seen_point = true;
            continue;
        }
        if (d->count == sizeof d->digits)
            return false;
        d->digits[d->count++] = *p;
        d->point += !seen_point;
    }
    if (d->count == 0 || p == end || (*p != 'e' && *p != 'E') || !read_exponent(p + 1, end, &exponent))
        return false;
    d->point += exponent;
    return true;
}

size_t xlsx_plain_number(const char *text, size_t len, char *out)
{
    struct decimal d;
    if (!read_decimal(text, text + len, &d) || d.point < 1 || d.point > 24)
        return 0;
    while (d.count > 1 && d.digits[d.count - 1] == '0')
        d.count--;
    size_t at = 0, whole = (size_t)d.point;
    if (d.negative)
        out[at++] = '-';
    for (size_t i = 0; i < whole; i++)
        out[at++] = i < d.count ? d.digits[i] : '0';
    /* a fraction behind a whole number that needed an exponent is noise beyond what is shown */
    return at;
}

/* ---- cells ---- */

/* "BC12" -> 54; `none` if there are no letters. What is far beyond any limit stays there. */
static uint32_t column_of(const char *reference, uint32_t none)
{
    uint32_t column = 0;
    const char *p = reference;
    for (; p != NULL && ((*p | 0x20) >= 'a' && (*p | 0x20) <= 'z'); p++)
        column = column < LIMIT_COLUMNS ? column * 26 + (uint32_t)((*p | 0x20) - 'a' + 1) : column;
    return column > 0 ? column - 1 : none;
}

static enum cell_type type_of(const char *type)
{
    if (type == NULL || strcmp(type, "n") == 0)
        return NUMBER;
    if (strcmp(type, "s") == 0)
        return SHARED;
    return strcmp(type, "b") == 0 ? BOOLEAN : STRING;
}

static int begin_cell(struct sheet_reader *r, const char **attrs)
{
    uint32_t column = r->column;
    r->type = NUMBER;
    for (; attrs[0] != NULL; attrs += 2) {
        if (strcmp(attrs[0], "r") == 0)
            column = column_of(attrs[1], column);
        else if (strcmp(attrs[0], "t") == 0)
            r->type = type_of(attrs[1]);
    }
    r->column = column < LIMIT_COLUMNS ? column + 1 : column;
    r->value_len = 0;
    return row_build_cell(&r->row, column);
}

static uint64_t index_of(const struct sheet_reader *r)
{
    uint64_t index = 0;
    if (r->value_len == 0 || r->value_len > 18)
        return UINT64_MAX;
    for (size_t i = 0; i < r->value_len; i++) {
        if (!is_digit(r->value[i]))
            return UINT64_MAX;
        index = index * 10 + (uint64_t)(r->value[i] - '0');
    }
    return index;
}

static void put_number(struct sheet_reader *r)
{
    char plain[XLSX_NUMBER_BYTES];
    size_t len = memchr(r->value, 'E', r->value_len) || memchr(r->value, 'e', r->value_len)
                     ? xlsx_plain_number(r->value, r->value_len, plain)
                     : 0;
    row_build_put(&r->row, len > 0 ? plain : r->value, len > 0 ? len : r->value_len);
}

static void end_value(struct sheet_reader *r)
{
    size_t len = 0;
    const char *text = NULL;
    switch (r->type) {
    case NUMBER:
        put_number(r);
        break;
    case SHARED:
        text = xlsx_string(r->strings, index_of(r), &len);
        if (text != NULL)
            row_build_put(&r->row, text, len);
        else if (r->strings->full)
            r->row.cut = true;
        break;
    case BOOLEAN:
        text = r->value_len == 1 && r->value[0] == '1' ? "TRUE" : "FALSE";
        row_build_put(&r->row, text, strlen(text));
        break;
    case STRING:
        break; /* its text was taken as it came */
    }
    r->value_len = 0;
}

/* Inline text may be escaped as shared strings are. */
static void end_cell(struct sheet_reader *r)
{
    if (r->type == STRING && r->row.open && !r->row.text.failed) {
        struct cell *cell = &r->row.cells[r->row.count - 1];
        uint32_t start = r->row.starts[r->row.count - 1];
        if (cell->len > 0) {
            cell->len = (uint32_t)xlsx_unescape(r->row.text.data + start, cell->len);
            r->row.text.len = start + cell->len;
        }
    }
    row_build_cell_end(&r->row);
}

static int end_row(struct sheet_reader *r)
{
    struct row row;
    int err = row_build_finish(&r->row, r->to, r->number, &row);
    if (err == 0 && row.count > 0)
        err = r->to->row(r->to->ctx, &row);
    row_build_clear(&r->row);
    return err;
}

/* ---- header and footer ---- */

/* Bytes of the code at `p`, which begins with '&': "&L", "&"Arial,Bold"", "&14", "&K01+000"; "&&" is not one. */
static size_t code_length(const char *p, size_t left)
{
    if (left < 2 || (p[1] & 0x80) != 0)
        return 1;
    size_t i = 1;
    if (p[1] == '"') {
        const char *quote = memchr(p + 2, '"', left - 2);
        return quote ? (size_t)(quote - p) + 1 : left;
    }
    while (i < left && is_digit(p[i]))
        i++;
    if (i > 1)
        return i;
    return p[1] == 'K' && left >= 8 ? 8 : 2;
}

static int end_margin(struct sheet_reader *r)
{
    struct buf *m = &r->margin;
    size_t to = 0;
    for (size_t i = 0; i < m->len;) {
        if (m->data[i] != '&') {
            m->data[to++] = m->data[i++];
            continue;
        }
        if (i + 1 < m->len && m->data[i + 1] == '&') {
            m->data[to++] = '&';
            i += 2;
            continue;
        }
        bool divides = i + 1 < m->len && strchr("LCR", m->data[i + 1]) != NULL;
        if (divides && to > 0)
            m->data[to++] = '\n';
        i += code_length(m->data + i, m->len - i);
    }
    if (to == 0)
        return 0;
    m->data[to++] = '\n'; /* in the place of the code, or of the NUL */
    int err = content_text(r->to, TEXT_MARGIN, m->data, to);
    buf_clear(m);
    return err;
}

static int margin_text(struct sheet_reader *r, const char *utf8, size_t len)
{
    if (r->margin.len + len > MARGIN_BYTES)
        return 0;
    buf_put(&r->margin, utf8, len);
    return r->margin.failed ? -ENOMEM : 0;
}

/* ---- the sheet ---- */

static int sheet_begin(void *ctx, int tag, const char **attrs)
{
    struct sheet_reader *r = ctx;
    switch (tag) {
    case SKIPPED:
        return XML_SKIP;
    case ROW:
        row_build_clear(&r->row);
        r->number = xml_attr_number(attrs, "r", 1, UINT32_MAX, r->number < UINT32_MAX ? r->number + 1 : r->number);
        r->column = 0;
        return 0;
    case CELL:
        return begin_cell(r, attrs);
    case VALUE:
    case TEXT:
        r->in = tag;
        return 0;
    case MARGIN:
        buf_clear(&r->margin);
        r->in = tag;
        return 0;
    }
    return 0;
}

static int sheet_end(void *ctx, int tag)
{
    struct sheet_reader *r = ctx;
    r->in = 0;
    switch (tag) {
    case ROW:
        return end_row(r);
    case CELL:
        end_cell(r);
        return 0;
    case VALUE:
        end_value(r);
        return 0;
    case MARGIN:
        return end_margin(r);
    }
    return 0;
}

static int sheet_text(void *ctx, const char *utf8, size_t len)
{
    struct sheet_reader *r = ctx;
    if (r->in == 0)
        return 0;
    if (r->in == MARGIN)
        return margin_text(r, utf8, len);
    if (r->in == TEXT || r->type == STRING) {
        row_build_put(&r->row, utf8, len);
    } else if (len <= sizeof r->value - r->value_len) {
        memcpy(r->value + r->value_len, utf8, len);
        r->value_len += len;
    }
    return 0;
}

int xlsx_read_sheet(const struct xlsx_strings *s, struct zip *z, struct content_sink *to, const char *name)
{
    struct sheet_reader r = {.strings = s, .to = to};
    struct xml_handler h = {.words = words,
                            .word_count = sizeof words / sizeof *words,
                            .ctx = &r,
                            .begin = sheet_begin,
                            .end = sheet_end,
                            .text = sheet_text};
    int err = to->sheet(to->ctx, name);
    if (err == 0)
        err = office_read_large_xml(z, to, &h);
    row_build_free(&r.row);
    buf_free(&r.margin);
    return err;
}
