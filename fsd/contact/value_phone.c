/*
 * A number is read once into its digits and the lengths of its groups; what it can be is then told from those.
 */
#include "contact/value.h"
#include "words/block.h"
#include "words/wording.h"

#include <string.h>

enum { GROUPS_MOST = 8, DIGITS_LEAST = 7, DIGITS_MOST = 15, VALUE_BYTES = 48 };

struct reading {
    struct phone phone;
    unsigned char groups[GROUPS_MOST];
    char seps[GROUPS_MOST]; /* before the group of that index; seps[0] is 0 */
    size_t count;           /* of groups */
    bool parens;            /* an area code in brackets: "(030) 12", "+1 (555) 12" */
    bool trunk;             /* "(0)" stood somewhere */
};

static bool is_digit(char c) { return c >= '0' && c <= '9'; }
static bool is_letter(char c) { return (c | 0x20) >= 'a' && (c | 0x20) <= 'z'; }

/* "Tel.: ", "M ", "tel:": what people write before a number. */
static size_t label_length(const char *text, size_t len)
{
    char folded[16];
    size_t word = 0, at;
    while (word < len && is_letter(text[word]))
        word++;
    if (word == 0)
        return 0;
    for (at = word; at < len && (text[at] == '.' || text[at] == ':' || text[at] == ' ' || text[at] == '\t');)
        at++;
    bool told = word == 1 ? strchr("tTmMpPfFdDcC", text[0]) != NULL && at > 1 : false;
    size_t got = wording_fold(text, word, folded, sizeof folded);
    return told || (word_classes(folded, got) & WORD_SAYS_PHONE) ? at : 0;
}

/* " ext. 12", "x12", " Durchwahl 12", "#12" at the end. */
static size_t without_extension(const char *text, size_t len)
{
    static const char *const words[] = {"ext", "x", "extension", "durchwahl", "dw", "app", "poste", "int", "#"};
    size_t digits = len, word, end;
    while (digits > 0 && len - digits < 6 && is_digit(text[digits - 1]))
        digits--;
    for (end = digits; end > 0 && (text[end - 1] == ' ' || text[end - 1] == '.' || text[end - 1] == ':');)
        end--;
    for (word = end; word > 0 && (is_letter(text[word - 1]) || text[word - 1] == '#');)
        word--;
    if (digits == len || word == end)
        return len;
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strlen(words[i]) == end - word && strncasecmp(words[i], text + word, end - word) == 0) {
            while (word > 0 && (text[word - 1] == ' ' || text[word - 1] == ','))
                word--;
            return word;
        }
    return len;
}

/* One byte of separator for each writing of it; 0: not one. Sets how many bytes it took. */
static char separator_at(const char *text, size_t len, size_t *took)
{
    *took = 1;
    static const char plain[256] = {[' '] = ' ', ['-'] = '-', ['.'] = '.', ['/'] = '/', ['('] = '(', [')'] = ')'};
    if (plain[(unsigned char)*text] != 0)
        return *text;
    *took = 2;
    if (len >= 2 && memcmp(text, "\xc2\xa0", 2) == 0)
        return ' ';
    *took = 3;
    if (len >= 3 && text[0] == '\xe2' && text[1] == '\x80' && (unsigned char)text[2] >= 0x90 &&
        (unsigned char)text[2] <= 0x95)
        return '-';
    return 0;
}

static bool add_digit(struct reading *r, char digit, char sep)
{
    if (r->phone.count == DIGITS_MOST)
        return false;
    if (sep != 0 || r->count == 0) {
        if (r->count == GROUPS_MOST)
            return false;
        r->seps[r->count] = r->count > 0 ? sep : 0;
        r->groups[r->count++] = 0;
    }
    r->groups[r->count - 1]++;
    r->phone.digits[r->phone.count++] = digit;
    return true;
}

/* "(0)" is left out; "(030)" marks an area code. *at stands on the bracket. */
static bool read_bracket(struct reading *r, const char *text, size_t len, size_t *at)
{
    const char *end = memchr(text + *at, ')', len - *at < 9 ? len - *at : 9);
    size_t inside = end ? (size_t)(end - text) - *at - 1 : 0;
    if (inside == 1 && text[*at + 1] == '0') {
        r->trunk = true;
        *at += 3;
        return true;
    }
    if (inside == 0 || inside > 6 || r->parens)
        return false;
    r->parens = text[*at + 1] != '+';
    *at += 1;
    return true;
}

static bool read_number(struct reading *r, const char *text, size_t len)
{
    char sep = 0;
    for (size_t i = 0, took; i < len;) {
        if (is_digit(text[i])) {
            if (!add_digit(r, text[i], sep))
                return false;
            sep = 0;
            i++;
        } else if (text[i] == '+') {
            if (r->phone.count > 0 || r->phone.has_country)
                return false;
            r->phone.has_country = true;
            i++;
        } else if (text[i] == '(') {
            if (!read_bracket(r, text, len, &i))
                return false;
            sep = ' ';
        } else {
            char found = separator_at(text + i, len - i, &took);
            if (found == 0)
                return false;
            if (sep == 0 || sep == ' ' || sep == ')')
                sep = found;
            i += took;
        }
    }
    return sep == 0 || sep == ' ' || sep == ')';
}

/* ---- what else groups of digits may be ---- */

static unsigned group_value(const struct reading *r, size_t which)
{
    size_t from = 0;
    unsigned value = 0;
    for (size_t i = 0; i < which; i++)
        from += r->groups[i];
    for (size_t i = 0; i < r->groups[which] && i < 9; i++)
        value = value * 10 + (unsigned)(r->phone.digits[from + i] - '0');
    return value;
}

static bool has_groups(const struct reading *r, const char *lengths)
{
    if (strlen(lengths) != r->count)
        return false;
    for (size_t i = 0; i < r->count; i++)
        if (lengths[i] - '0' != r->groups[i])
            return false;
    return true;
}

static bool is_year(unsigned y) { return y >= 1900 && y < 2100; }
static bool is_day_and_month(unsigned a, unsigned b)
{
    return a > 0 && b > 0 && a <= 31 && b <= 31 && (a <= 12 || b <= 12);
}

/* A date may have a time behind it. */
static bool is_date(const struct reading *r)
{
    if (r->count == 2 && r->groups[0] == 4 && r->groups[1] == 4)
        return is_year(group_value(r, 0)) && is_year(group_value(r, 1));
    if (r->count < 3 || (r->seps[1] != r->seps[2] && r->count == 3))
        return false;
    unsigned a = group_value(r, 0), b = group_value(r, 1), c = group_value(r, 2);
    if (r->groups[0] == 4 && r->groups[1] <= 2 && r->groups[2] <= 2)
        return is_year(a) && is_day_and_month(b, c);
    return r->groups[0] <= 2 && r->groups[1] <= 2 && r->groups[2] == 4 && is_year(c) && is_day_and_month(a, b);
}

static bool all_separators(const struct reading *r, char c)
{
    for (size_t i = 1; i < r->count; i++)
        if (r->seps[i] != c)
            return false;
    return r->count > 1;
}

/* Also versions: 1.22.333.4444. */
static bool is_address_or_version(const struct reading *r)
{
    if (!all_separators(r, '.') || r->count < 3)
        return false;
    for (size_t i = 0; i < r->count; i++)
        if (r->groups[i] > 3 || group_value(r, i) > 255)
            return r->phone.digits[0] != '0' && !has_groups(r, "334") && r->groups[i] < 4;
    return r->count == 4 || r->phone.digits[0] != '0';
}

static bool is_thousands(const struct reading *r)
{
    if (!all_separators(r, r->seps[1]) || r->groups[0] > 3 || r->phone.digits[0] == '0')
        return false;
    for (size_t i = 1; i < r->count; i++)
        if (r->groups[i] != 3)
            return false;
    return r->seps[1] == '.' || r->groups[0] < 3;
}

/* Coordinates and measures: 52.520008. A point after an area code has a zero before it, and more than that. */
static bool is_decimal(const struct reading *r)
{
    return r->count == 2 && r->seps[1] == '.' && r->groups[0] <= 3 && (r->phone.digits[0] != '0' || r->groups[0] == 1);
}

static bool is_something_else(const struct reading *r)
{
    static const char *const others[] = {"324", "4444", "465", "54", "3333"}; /* SSN, cards, ZIP+4, grouped ids */
    bool spaced = all_separators(r, ' ') || all_separators(r, '-');
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        if (spaced && has_groups(r, others[i]) && r->phone.digits[0] != '0')
            return true;
    if (r->phone.count == 13 && memcmp(r->phone.digits, "97", 2) == 0 && r->count > 3)
        return true; /* an ISBN */
    return is_date(r) || is_address_or_version(r) || is_thousands(r) || is_decimal(r);
}

/* Groups as they are dictated: none of one digit but the first, and not too many of them. */
static bool is_grouped_well(const struct reading *r)
{
    for (size_t i = 1; i < r->count; i++)
        if (r->groups[i] < 2)
            return false;
    return r->count <= 6;
}

static enum phone_form form_of(const struct reading *r)
{
    const struct phone *p = &r->phone;
    bool zero = p->digits[0] == '0', zeros = zero && p->digits[1] == '0';
    if (p->has_country)
        return p->count >= 8 && p->digits[0] != '0' ? PHONE_SURE : PHONE_NONE;
    if (r->count == 1)
        return PHONE_BARE;
    if (r->parens)
        return r->groups[0] == p->count ? PHONE_NONE : PHONE_SURE;
    if (is_something_else(r))
        return PHONE_NONE;
    if (zeros)
        return p->count >= 10 && p->digits[2] != '0' ? PHONE_SURE : PHONE_NONE;
    if (zero && r->groups[0] <= 6 && is_grouped_well(r))
        return p->count >= 9 && !has_groups(r, "54") && !has_groups(r, "444") ? PHONE_SURE : PHONE_LIKELY;
    if ((has_groups(r, "334") || (has_groups(r, "1334") && p->digits[0] == '1')) && r->seps[r->count - 1] != ' ')
        return PHONE_SURE;
    return is_grouped_well(r) && r->groups[0] <= 4 ? PHONE_LIKELY : PHONE_NONE;
}

/* Japanese writes digits and signs as wide as its characters, too: U+FF01 to U+FF3F are ASCII's '!' to '_'. */
static struct span narrow(struct span value, char room[static VALUE_BYTES])
{
    size_t n = 0;
    if (memchr(value.text, 0xef, value.len) == NULL)
        return value;
    for (size_t i = 0; i < value.len; i++) {
        const char *c = value.text + i;
        bool wide = i + 2 < value.len && c[0] == '\xef' && c[1] == '\xbc' && (unsigned char)c[2] > 0x80;
        room[n++] = wide ? (char)((unsigned char)c[2] - 0x60) : *c;
        i += wide ? 2 : 0;
    }
    return (struct span){room, n};
}

/* Nearly all numbers of a list are written alike: a '+', and digits with one sign between their groups. False: look
 * closer. */
static bool read_plain(struct phone *phone, const char *text, size_t len)
{
    enum { STEP = 16 }; /* bytes copied of a group, which seldom has as many */
    char copy[VALUE_BYTES + STEP], digits[VALUE_BYTES + STEP];
    size_t count = 0, groups = 0;
    if (len < DIGITS_LEAST || len > VALUE_BYTES || text[0] != '+')
        return false;
    const struct block b = block_look(text, len);
    uint64_t signs = block_bits_below(len) & ~b.digits, ends = UINT64_C(3) | UINT64_C(1) << (len - 1);
    if ((signs & ~(b.spaces | b.dots | b.hyphens)) != 1 || (signs & (signs >> 1 | ends)) != 1)
        return false;
    memset(copy + len, 0, STEP);
    block_copy(copy, text, len);
    for (uint64_t left = signs | UINT64_C(1) << len; (left & (left - 1)) != 0; groups++) {
        size_t from = (size_t)__builtin_ctzll(left) + 1;
        left &= left - 1;
        memcpy(digits + count, copy + from, STEP);
        count += (size_t)__builtin_ctzll(left) - from;
    }
    if (count <= DIGITS_LEAST || count > DIGITS_MOST || groups > GROUPS_MOST || digits[0] == '0')
        return false;
    *phone = (struct phone){.form = PHONE_SURE, .count = (uint32_t)count, .has_country = true};
    block_copy(phone->digits, digits, count);
    return true;
}

struct phone phone_parse(const char *text, size_t len)
{
    struct phone plain;
    if (read_plain(&plain, text, len))
        return plain;
    char room[VALUE_BYTES];
    struct reading r = {.count = 0};
    struct span value = span_trim(text, len);
    if (value.len < DIGITS_LEAST || value.len > VALUE_BYTES)
        return r.phone;
    value = narrow(value, room);
    size_t label = is_letter(value.text[0]) ? label_length(value.text, value.len) : 0;
    value = (struct span){value.text + label, value.len - label};
    if (value.len > 0 && (is_letter(value.text[0]) || value.text[0] == '-' || value.text[0] == '.'))
        return r.phone;
    value.len = without_extension(value.text, value.len);
    if (!read_number(&r, value.text, value.len) || r.phone.count < DIGITS_LEAST)
        return (struct phone){.form = PHONE_NONE};
    r.phone.form = form_of(&r);
    return r.phone.form != PHONE_NONE ? r.phone : (struct phone){.form = PHONE_NONE};
}
