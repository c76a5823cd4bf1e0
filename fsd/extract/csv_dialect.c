#include "extract/csv_dialect.h"

#include <string.h>
#include <strings.h>

enum { SAMPLE_RECORDS = 64, WORDY_BYTES = 60, PREAMBLE_LINES = 8 };

/* What the sample looks like if this were the separator. */
struct shape {
    uint32_t records;                 /* that are not blank */
    uint32_t columns[SAMPLE_RECORDS]; /* of each */
    uint32_t mode, agree;             /* the most frequent count of columns, and how many records have it */
    uint32_t filled;                  /* records with two values or more */
    uint32_t cells, quoted, spaced;   /* values; those in quotes; those behind a separator and a space */
    uint32_t wordy;                   /* values of more than WORDY_BYTES outside quotes: sentences */
    uint32_t marked;                  /* records that begin or end as code, markup or lists do */
    uint32_t grouped;                 /* records with nothing but a number's comma: "12:00:01,123 INFO", "Tea 1,80" */
    bool ruled;                       /* a line of dashes and bars, as Markdown draws */
};

/* ---- measuring ---- */

static bool is_digit(char c) { return c >= '0' && c <= '9'; }
static bool is_letter(char c) { return (c & 0x80) != 0 || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z'); }

static bool is_rule(const char *line, size_t len)
{
    size_t dashes = 0;
    for (size_t i = 0; i < len; i++) {
        if (strchr("-:|+ \t\r\n", line[i]) == NULL)
            return false;
        dashes += line[i] == '-';
    }
    return dashes >= 3;
}

static bool is_marked(const char *line, size_t len, char separator)
{
    while (len > 0 && (line[len - 1] == '\n' || line[len - 1] == '\r' || line[len - 1] == ' '))
        len--;
    if (len == 0)
        return false;
    bool begins = strchr("{}[]<>#/*;\\|", line[0]) != NULL || (line[0] == ' ' && len > 1 && line[1] == ' ') ||
                  (len > 1 && strchr("->", line[0]) != NULL && line[1] == ' ');
    bool ends = strchr("{}(;\\", line[len - 1]) != NULL && line[len - 1] != separator;
    return begins || ends;
}

static bool has_letter(const struct cell *c)
{
    for (uint32_t i = 0; i < c->len; i++)
        if (is_letter(c->text[i]))
            return true;
    return false;
}

/* The comma stands in a number, between words. */
static bool is_grouped(const struct csv_record *r)
{
    if (r->columns != 2 || r->count != 2 || r->quoted > 0)
        return false;
    const struct cell *a = &r->cells[0], *b = &r->cells[1];
    return is_digit(a->text[a->len - 1]) && is_digit(b->text[0]) && b->text[-1] != ' ' &&
           (has_letter(a) || has_letter(b));
}

static void measure_record(struct shape *s, const struct csv_record *r, const char *line, size_t len, char separator)
{
    s->columns[s->records++] = r->columns;
    s->filled += r->count >= 2;
    s->quoted += r->quoted;
    s->cells += (uint32_t)r->count;
    for (size_t i = 0; i < r->count; i++) {
        const struct cell *c = &r->cells[i];
        s->wordy += c->len > WORDY_BYTES && (c->column == 0 || c->text[-1] != '"');
        s->spaced += c->column > 0 && c->text[-1] == ' ';
    }
    s->marked += is_marked(line, len, separator);
    s->grouped += is_grouped(r);
    s->ruled = s->ruled || is_rule(line, len);
}

static void find_mode(struct shape *s)
{
    for (uint32_t i = 0; i < s->records; i++) {
        uint32_t same = 0;
        for (uint32_t k = 0; k < s->records; k++)
            same += s->columns[k] == s->columns[i];
        if (same > s->agree || (same == s->agree && s->columns[i] > s->mode)) {
            s->agree = same;
            s->mode = s->columns[i];
        }
    }
}

/* Reports begin with a title and a date, mails with a word or two: lines of one value before the table. */
static void leave_out_preamble(struct shape *s)
{
    uint32_t lines = 0;
    while (lines < s->records && s->columns[lines] == 1)
        lines++;
    if (s->mode >= 2 && lines <= PREAMBLE_LINES && s->agree >= 3)
        s->records -= lines;
}

static struct shape measure(struct csv_record *r, char *text, size_t len, bool whole, char separator)
{
    struct shape s = {0};
    csv_record_set_separator(r, separator);
    for (size_t at = 0, used; at < len && s.records < SAMPLE_RECORDS; at += used) {
        used = csv_record_parse(r, text + at, len - at, whole);
        if (used == 0 && s.records == 0)
            used = csv_record_parse(r, text + at, len - at, true); /* the sample is one long record's beginning */
        if (used == 0)
            break;
        if (r->count > 0)
            measure_record(&s, r, text + at, used, separator);
    }
    find_mode(&s);
    leave_out_preamble(&s);
    return s;
}

/* ---- judging ---- */

static bool is_spaced(const struct shape *s, char separator)
{
    return separator != '|' && 2 * s->spaced > s->cells / 2;
}

/* Records of a table are in step: the fewer there are, the stricter. */
static bool agrees(const struct shape *s)
{
    if (s->records < 4)
        return s->agree == s->records && (s->records > 1 || s->mode >= 3);
    return s->agree * 10 >= s->records * 7 || (s->agree * 2 >= s->records && s->filled * 10 >= s->records * 8);
}

/* "Ann Hill, ACME, ann@acme.example": a table only if nothing speaks against it, for prose puts spaces there, too. */
static bool agrees_spaced(const struct shape *s)
{
    return s->mode >= 3 && s->records >= 3 && s->agree * 10 >= s->records * 9 && s->wordy * 8 <= s->cells;
}

static bool is_table(const struct shape *s, char separator)
{
    bool is_quoted = s->quoted * 2 > s->cells;
    bool is_narrow = s->mode == 2 || s->records == 1;
    if (s->records == 0 || s->mode < 2 || s->ruled || s->filled * 10 < s->records * (s->agree == s->records ? 3 : 6))
        return false;
    if (s->marked * 2 > s->records || s->grouped * 2 > s->records)
        return false;
    if (s->wordy * (is_narrow ? 4 : 2) > s->cells)
        return false;
    if (!agrees(s))
        return false;
    return is_quoted || !is_spaced(s, separator) || agrees_spaced(s);
}

/* Commas come in values by themselves, the others hardly: "1,5;2,25" has two columns. */
static uint32_t score(const struct shape *s, char separator)
{
    uint32_t agreeing = s->records > 0 ? s->agree * 100 / s->records : 0;
    return agreeing + 4 * (s->mode < 10 ? s->mode : 10) + (separator == ',' ? 0 : 6);
}

/* ---- detecting ---- */

static bool names_separator(struct csv_dialect *d, const char *text, size_t len)
{
    if (len < 6 || strncasecmp(text, "sep=", 4) != 0 || (text[5] != '\n' && text[5] != '\r') ||
        strchr(",;|\t:!^~ ", text[4]) == NULL || text[4] == 0)
        return false;
    d->separator = text[4];
    d->skip = text[5] == '\r' && len > 6 && text[6] == '\n' ? 7 : 6;
    return true;
}

bool csv_dialect_detect(struct csv_dialect *d, struct csv_record *r, char *text, size_t len, bool whole)
{
    static const char separators[] = {'\t', ';', ',', '|'};
    uint32_t best = 0;
    if (names_separator(d, text, len)) {
        struct shape s = measure(r, text + d->skip, len - d->skip, whole, d->separator);
        return s.mode >= 2;
    }
    d->skip = 0;
    for (size_t i = 0; i < sizeof separators; i++) {
        if (memchr(text, separators[i], len) == NULL)
            continue;
        struct shape s = measure(r, text, len, whole, separators[i]);
        uint32_t points = is_table(&s, separators[i]) ? score(&s, separators[i]) : 0;
        if (points > best) {
            best = points;
            d->separator = separators[i];
        }
    }
    return best > 0;
}
