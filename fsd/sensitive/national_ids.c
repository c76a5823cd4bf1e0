/*
 * National ids, each by the rule its country publishes: how many letters and digits, which may stand where, and the
 * checksum. Of bare digits a checksum is right by chance too often: those count only where a word names them.
 */
#include "sensitive/numbers.h"

#include <string.h>

static bool is_digit(char c) { return (unsigned char)(c - '0') < 10; }

static unsigned number(const char *digits, size_t count)
{
    unsigned value = 0;
    for (size_t i = 0; i < count; i++)
        value = value * 10 + (unsigned)(digits[i] - '0');
    return value;
}

/* The digits' sum, each by its weight. */
static int weighted(const char *digits, const signed char *weights, size_t count)
{
    int sum = 0;
    for (size_t i = 0; i < count; i++)
        sum += (digits[i] - '0') * weights[i];
    return sum;
}

static bool is_date(unsigned month, unsigned day) { return month >= 1 && month <= 12 && day >= 1 && day <= 31; }

/* US: area not 000, 666 or from 900; neither group nor serial all zero. */
static bool is_ssn(const char *t)
{
    unsigned area = number(t, 3);
    return area > 0 && area != 666 && area < 900 && number(t + 3, 2) > 0 && number(t + 5, 4) > 0;
}

/* UK: two letters of those in use, six digits, A to D. */
static bool is_nino(const char *t)
{
    static const char not_used[][3] = {"BG", "GB", "KN", "NK", "NT", "TN", "ZZ"};
    if (strchr("DFIQUV", t[0]) || strchr("DFIOQUV", t[1]))
        return false;
    for (size_t i = 0; i < sizeof not_used / sizeof *not_used; i++)
        if (memcmp(not_used[i], t, 2) == 0)
            return false;
    return true;
}

/* Germany: ISO 7064 MOD 11,10; of the first ten digits one comes twice or three times, and no other more than once. */
static bool is_german(const char *t)
{
    unsigned seen[10] = {0}, product = 10, repeated = 0;
    for (size_t i = 0; i < 10; i++) {
        unsigned d = (unsigned)(t[i] - '0'), sum = (d + product) % 10;
        repeated += ++seen[d] == 2;
        if (seen[d] > 3)
            return false;
        product = (sum == 0 ? 10 : sum) * 2 % 11;
    }
    return t[0] != '0' && repeated == 1 && (11 - product) % 10 == (unsigned)(t[10] - '0');
}

/* France: sex, year, month, department, commune, order, and 97 less the rest of all that by 97; Corsica's 2A is 19. */
static bool is_french(const char *t)
{
    char digits[13];
    uint64_t value = 0;
    unsigned month = number(t + 3, 2);
    if ((t[0] != '1' && t[0] != '2') || month == 0 || (month > 12 && (month < 20 || month > 42)))
        return false;
    memcpy(digits, t, sizeof digits);
    if (!is_digit(t[6])) {
        if (t[5] != '2' || (t[6] != 'A' && t[6] != 'B'))
            return false;
        digits[5] = '1';
        digits[6] = t[6] == 'A' ? '9' : '8';
    }
    for (size_t i = 0; i < sizeof digits; i++)
        value = value * 10 + (uint64_t)(digits[i] - '0');
    return 97 - value % 97 == number(t + 13, 2);
}

/* Spain: the letter is the number by 23; a foreigner's begins with X, Y or Z for 0, 1 or 2. */
static bool is_spanish(const char *t)
{
    static const char letters[] = "TRWAGMYFPDXBNJZSQVHLCKE";
    unsigned first = is_digit(t[0]) ? (unsigned)(t[0] - '0') : (unsigned)(t[0] - 'X');
    return letters[(first * 10000000 + number(t + 1, 7)) % 23] == t[8];
}

/* Italy: odd places are worth what a table says, even ones their place in the alphabet. */
static bool is_italian(const char *t)
{
    static const unsigned char odd[26] = {1,  0,  5, 7, 9, 13, 15, 17, 19, 21, 2,  4,  18,
                                          20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23};
    unsigned sum = 0;
    if (strchr("ABCDEHLMPRST", t[8]) == NULL)
        return false;
    for (size_t i = 0; i < 15; i++) {
        unsigned place = is_digit(t[i]) ? (unsigned)(t[i] - '0') : (unsigned)(t[i] - 'A');
        sum += i % 2 == 0 ? odd[place] : place;
    }
    return (char)('A' + sum % 26) == t[15];
}

static bool is_dutch(const char *t)
{
    static const signed char weights[] = {9, 8, 7, 6, 5, 4, 3, 2, -1};
    return number(t, 9) > 0 && weighted(t, weights, 9) % 11 == 0;
}

/* The month tells the century: 80, 0, 20, 40 or 60 are added. */
static bool is_polish(const char *t)
{
    static const signed char weights[] = {1, 3, 7, 9, 1, 3, 7, 9, 1, 3, 1};
    return is_date(number(t + 2, 2) % 20, number(t + 4, 2)) && weighted(t, weights, 11) % 10 == 0;
}

/* Sweden: a day above 60 is a co-ordination number's; Luhn over the last ten digits. */
static bool is_swedish_short(const char *t)
{
    unsigned sum = 0;
    for (size_t i = 0; i < 10; i++) {
        unsigned d = (unsigned)(t[i] - '0') << (i % 2 == 0);
        sum += d > 9 ? d - 9 : d;
    }
    return is_date(number(t + 2, 2), number(t + 4, 2) % 60) && sum % 10 == 0;
}
static bool is_swedish_long(const char *t)
{
    return (number(t, 2) == 19 || number(t, 2) == 20) && is_swedish_short(t + 2);
}

/* In a pattern '9' is a digit, 'A' a letter, 'X' one of X, Y, Z, 'D' a letter A to D, '*' either. */
static const struct rule {
    size_t count;
    const char *pattern;
    bool (*is)(const char *text);
    enum national_id sure;
} rules[] = {
    {9, "999999999", is_ssn, ID_IF_NAMED},
    {9, "AA999999D", is_nino, ID_IF_NAMED},
    {11, "99999999999", is_german, ID_IF_NAMED},
    {15, "999999*99999999", is_french, ID_SURE},
    {9, "99999999A", is_spanish, ID_SURE},
    {9, "X9999999A", is_spanish, ID_SURE},
    {16, "AAAAAA99A99A999A", is_italian, ID_SURE},
    {9, "999999999", is_dutch, ID_IF_NAMED},
    {11, "99999999999", is_polish, ID_IF_NAMED},
    {10, "9999999999", is_swedish_short, ID_IF_NAMED},
    {12, "999999999999", is_swedish_long, ID_IF_NAMED},
};

static bool has_pattern(const char *text, size_t count, const char *pattern)
{
    for (size_t i = 0; i < count; i++) {
        bool digit = is_digit(text[i]), fits = pattern[i] == '9'   ? digit
                                               : pattern[i] == 'A' ? !digit
                                               : pattern[i] == 'X' ? text[i] >= 'X' && text[i] <= 'Z'
                                               : pattern[i] == 'D' ? text[i] >= 'A' && text[i] <= 'D'
                                                                   : true;
        if (!fits)
            return false;
    }
    return true;
}

enum national_id number_is_national(const char *letters, size_t count)
{
    enum national_id best = ID_NONE;
    if (count < 9 || count > 16)
        return ID_NONE;
    for (size_t i = 0; i < sizeof rules / sizeof *rules; i++)
        if (rules[i].sure > best && rules[i].count == count && has_pattern(letters, count, rules[i].pattern) &&
            rules[i].is(letters))
            best = rules[i].sure;
    return best;
}
