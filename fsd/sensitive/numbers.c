#include "sensitive/numbers.h"
#include "sensitive/sensitive.h"
#include "words/block.h"

#include <string.h>

enum { IBAN_MOST = 34, CARD_LEAST = 13, CARD_MOST = 19, RUN_MOST = 34, GROUPS_MOST = 12, VALUE_LEAST = 9 };

static bool is_digit(char c) { return (unsigned char)(c - '0') < 10; }
static bool is_letter(char c) { return (unsigned char)((c | 0x20) - 'a') < 26; }
static bool is_alnum(char c) { return is_digit(c) || is_letter(c); }
static char upper(char c) { return c >= 'a' && c <= 'z' ? (char)(c - 32) : c; }

/* ---- cards (ISO/IEC 7812): prefixes and lengths as the networks publish them ---- */

static const struct network {
    unsigned from, to; /* of the first four digits */
    unsigned char least, most;
} networks[] = {
    {4000, 4999, 13, 19},                                             /* Visa */
    {5100, 5599, 16, 16}, {2221, 2720, 16, 16},                       /* Mastercard */
    {3400, 3499, 15, 15}, {3700, 3799, 15, 15},                       /* American Express */
    {3000, 3059, 14, 14}, {3600, 3699, 14, 19}, {3800, 3999, 14, 19}, /* Diners */
    {6011, 6011, 16, 19}, {6440, 6599, 16, 19},                       /* Discover */
    {3528, 3589, 16, 19},                                             /* JCB */
    {6200, 6299, 16, 19},                                             /* UnionPay */
    {5018, 5018, 16, 19}, {5020, 5020, 16, 19}, {5038, 5038, 16, 19}, {6304, 6304, 16, 19}, {6759, 6763, 16, 19},
};

static bool has_luhn(const char *digits, size_t count)
{
    unsigned sum = 0;
    for (size_t i = 0; i < count; i++) {
        unsigned d = (unsigned)(digits[count - 1 - i] - '0') << (i % 2);
        sum += d > 9 ? d - 9 : d;
    }
    return sum % 10 == 0;
}

bool number_is_card(const char *digits, size_t count)
{
    unsigned prefix = 0;
    if (count < CARD_LEAST || count > CARD_MOST || !has_luhn(digits, count))
        return false;
    for (size_t i = 0; i < 4; i++)
        prefix = prefix * 10 + (unsigned)(digits[i] - '0');
    for (size_t i = 0; i < sizeof networks / sizeof *networks; i++)
        if (prefix >= networks[i].from && prefix <= networks[i].to)
            return count >= networks[i].least && count <= networks[i].most;
    return false;
}

/* ---- IBAN (ISO 13616): lengths from the registry ---- */

static const char iban_lengths[][5] = {
    "AD24", "AE23", "AL28", "AT20", "AZ28", "BA20", "BE16", "BG22", "BH22", "BI27", "BR29", "BY28", "CH21",
    "CR22", "CY28", "CZ24", "DE22", "DJ27", "DK18", "DO28", "EE20", "EG29", "ES24", "FI18", "FK18", "FO18",
    "FR27", "GB22", "GE22", "GI23", "GL18", "GR27", "GT28", "HN28", "HR21", "HU28", "IE22", "IL23", "IQ23",
    "IS26", "IT27", "JO30", "KW30", "KZ20", "LB28", "LC32", "LI21", "LT20", "LU20", "LV21", "LY25", "MC27",
    "MD24", "ME22", "MK19", "MN20", "MR27", "MT31", "MU30", "NI28", "NL18", "NO15", "OM23", "PK24", "PL28",
    "PS29", "PT25", "QA29", "RO24", "RS22", "RU33", "SA24", "SC31", "SD18", "SE24", "SI19", "SK24", "SM27",
    "SO23", "ST25", "SV28", "TL23", "TN24", "TR26", "UA29", "VA22", "VG24", "XK20", "YE30",
};

static size_t iban_length(const char *letters)
{
    for (size_t i = 0; i < sizeof iban_lengths / sizeof *iban_lengths; i++)
        if (memcmp(iban_lengths[i], letters, 2) == 0)
            return (size_t)(iban_lengths[i][2] - '0') * 10 + (size_t)(iban_lengths[i][3] - '0');
    return 0;
}

bool number_is_iban(const char *letters, size_t count)
{
    unsigned rest = 0;
    if (count < 15 || count > IBAN_MOST || !is_digit(letters[2]) || !is_digit(letters[3]) ||
        iban_length(letters) != count)
        return false;
    for (size_t i = 0; i < count; i++) {
        char c = letters[(i + 4) % count];
        if (!is_alnum(c))
            return false;
        rest = is_digit(c) ? rest * 10 + (unsigned)(c - '0') : rest * 100 + (unsigned)(upper(c) - 'A') + 10;
        rest %= 97;
    }
    return rest == 1;
}

/* ---- runs: letters and digits, in groups that single spaces or hyphens divide ---- */

struct run {
    char text[RUN_MOST]; /* upper case */
    size_t count;
    struct {
        size_t count, end; /* characters up to the group's end, in `text` and in the line */
    } groups[GROUPS_MOST];
    size_t group_count;
    size_t digits;
    bool dashed; /* some '-' divides */
    bool cut;    /* it goes on, or a longer number does */
};

/* A word of letters behind it belongs to the sentence; only "WEST" and the like are parts of numbers. */
static bool is_divider(const char *text, size_t len, size_t at)
{
    size_t letters = 0;
    if ((text[at] != ' ' && text[at] != '-' && text[at] != '.') || at + 1 == len || !is_alnum(text[at + 1]))
        return false;
    while (at + 1 + letters < len && letters < 5 && is_letter(text[at + 1 + letters]))
        letters++;
    return letters < 5;
}

static void read_run(const char *text, size_t len, size_t at, struct run *r)
{
    r->count = r->group_count = r->digits = 0;
    r->dashed = r->cut = false;
    for (; at < len; at++) {
        if (is_alnum(text[at]) && r->count < RUN_MOST) {
            r->digits += is_digit(text[at]);
            r->text[r->count++] = upper(text[at]);
            continue;
        }
        r->cut = is_alnum(text[at]);
        if (r->cut || r->group_count == GROUPS_MOST)
            return;
        r->groups[r->group_count].count = r->count;
        r->groups[r->group_count++].end = at;
        if (!is_divider(text, len, at))
            return;
        r->dashed |= text[at] == '-';
    }
    if (r->group_count < GROUPS_MOST) {
        r->groups[r->group_count].count = r->count;
        r->groups[r->group_count++].end = at;
    }
}

static bool all_digits(const char *text, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (!is_digit(text[i]))
            return false;
    return count > 0;
}

/* Groups of four (the last may be shorter), of 4-6-5 or 4-6-4, or one alone. */
static bool is_grouped_as_card(const struct run *r, size_t groups)
{
    if (groups == 3 && r->groups[0].count == 4 && r->groups[1].count == 10)
        return true;
    for (size_t i = 0; i + 1 < groups; i++)
        if (r->groups[i].count != 4 * (i + 1))
            return false;
    return true;
}

typedef bool run_test(const struct run *r, size_t groups, bool named);

static bool run_is_card(const struct run *r, size_t groups, bool named)
{
    (void)named;
    size_t count = r->groups[groups - 1].count;
    return count >= CARD_LEAST && count <= CARD_MOST && all_digits(r->text, count) && is_grouped_as_card(r, groups) &&
           number_is_card(r->text, count);
}

static bool run_is_iban(const struct run *r, size_t groups, bool named)
{
    (void)named;
    return r->groups[groups - 1].count >= 15 && number_is_iban(r->text, r->groups[groups - 1].count);
}

/* An SSN has no checksum: its hyphens make it one. Other ids may be grouped as one likes. */
static bool run_is_national(const struct run *r, size_t groups, bool named)
{
    size_t count = r->groups[groups - 1].count;
    enum national_id id = number_is_national(r->text, count);
    bool as_ssn = groups == 3 && count == 9 && r->dashed && r->groups[0].count == 3 && r->groups[1].count == 5;
    bool as_swedish = groups == 2 && r->dashed && count - r->groups[0].count == 4 && (count == 10 || count == 12);
    bool as_nino = groups > 2 && count == 9 && is_letter(r->text[0]) && is_letter(r->text[1]);
    return id == ID_SURE || (id == ID_IF_NAMED && (named || as_ssn || as_swedish || as_nino));
}

/* The first test that some of the run's groups pass is counted. Where to go on. */
static size_t count_run(const struct run *r, bool named, struct facts *f)
{
    struct {
        run_test *test;
        uint32_t *count;
    } tests[] = {{run_is_card, &f->cards}, {run_is_iban, &f->ibans}, {run_is_national, &f->ids}};
    for (size_t groups = r->group_count; groups > 0; groups--)
        for (size_t i = 0; i < sizeof tests / sizeof *tests; i++)
            if (tests[i].test(r, groups, named)) {
                ++*tests[i].count;
                return r->groups[groups - 1].end;
            }
    return 0;
}

static size_t next_digit(const char *text, size_t len, size_t at)
{
    while (at < len && !is_digit(text[at]))
        at++;
    return at;
}

/* Where the word of a digit begins; an IBAN's or NINO's two letters may stand apart in front of it. */
static size_t run_start(const char *text, size_t least, size_t at)
{
    while (at > least && is_alnum(text[at - 1]))
        at--;
    if (at >= least + 3 && text[at - 1] == ' ' && is_letter(text[at - 2]) && is_letter(text[at - 3]) &&
        (at == least + 3 || !is_alnum(text[at - 4])))
        return at - 3;
    return at;
}

/* Part of something longer: a phone with its '+', a decimal, an identifier. */
static bool is_inside(const char *text, size_t at)
{
    if (at == 0)
        return false;
    return text[at - 1] == '+' || text[at - 1] == '_' || (text[at - 1] & 0x80) != 0 ||
           (at > 1 && (text[at - 1] == '.' || text[at - 1] == '-') && is_digit(text[at - 2]));
}

/* All of it one run behind a '+', digits in groups that single signs divide, so that the walk over it would count
 * nothing. */
static bool is_plain_phone(const char *text, size_t len)
{
    if (text[0] != '+' || len > RUN_MOST)
        return false;
    const struct block b = block_look(text, len);
    uint64_t signs = block_bits_below(len) & ~b.digits, last = UINT64_C(1) << (len - 1);
    if ((signs & ~(b.spaces | b.hyphens | b.dots)) != 1 || (signs & (signs >> 1 | last)) != 0)
        return false;
    size_t groups = 0;
    for (; signs != 0; signs &= signs - 1)
        groups++;
    return groups < GROUPS_MOST;
}

void numbers_count(const char *text, size_t len, bool named, struct facts *f)
{
    if (len < VALUE_LEAST || is_plain_phone(text, len))
        return;
    for (size_t least = 0, at; (at = next_digit(text, len, least)) < len;) {
        struct run r;
        size_t from = run_start(text, least, at), end = 0;
        bool phone = from > 0 && text[from - 1] == '+';
        for (least = at + 1; least < len && is_alnum(text[least]);)
            least++;
        if (len - from < VALUE_LEAST || (is_inside(text, from) && !phone))
            continue;
        read_run(text, len, from, &r);
        if (phone && r.group_count > 0)
            end = r.groups[r.group_count - 1].end;
        else if (r.digits >= NUMBER_DIGITS_LEAST && r.group_count > 0)
            end = count_run(&r, named, f);
        least = end > least ? end : least;
    }
}

/* ---- single values ---- */

static size_t gather_alnum(const char *text, size_t len, char to[static RUN_MOST])
{
    size_t count = 0;
    for (size_t i = 0; i < len; i++) {
        if (is_alnum(text[i])) {
            if (count == RUN_MOST)
                return 0;
            to[count++] = upper(text[i]);
        } else if (text[i] != ' ' && text[i] != '-' && text[i] != '.') {
            return 0;
        }
    }
    return count;
}

bool sensitive_is_card(const char *text, size_t len)
{
    char digits[RUN_MOST];
    size_t count = gather_alnum(text, len, digits);
    return all_digits(digits, count) && number_is_card(digits, count);
}

bool sensitive_is_iban(const char *text, size_t len)
{
    char letters[RUN_MOST];
    size_t count = gather_alnum(text, len, letters);
    return count >= 15 && number_is_iban(letters, count);
}
