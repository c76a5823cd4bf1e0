#include "draft/sign.h"

#include <string.h>
#include <strings.h>

static bool is_digit(char c) { return c >= '0' && c <= '9'; }
static bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
static bool is_letter(char c) { return (c | 0x20) >= 'a' && (c | 0x20) <= 'z'; }
static bool is_high(char c) { return (unsigned char)c >= 0x80; }

static bool is_at(const char *line, size_t len, size_t at, const char *what)
{
    size_t n = strlen(what);
    return at <= len && len - at >= n && memcmp(line + at, what, n) == 0;
}

bool line_is_option(const char *line, size_t len)
{
    static const char key_cap[] = "\xe2\x83\xa3", variant_key_cap[] = "\xef\xb8\x8f\xe2\x83\xa3";
    size_t at = 0;
    while (at < len && strchr(" \t-*([", line[at]) != NULL)
        at++;
    bool letter = at < len && (line[at] | 0x20) >= 'a' && (line[at] | 0x20) <= 'f';
    if (at + 2 >= len || !(letter || is_digit(line[at])))
        return false;
    at++;
    if (is_at(line, len, at, key_cap) || is_at(line, len, at, variant_key_cap))
        return true;
    return strchr(").:]=", line[at]) != NULL && (line[at + 1] == ' ' || line[at + 1] == ')');
}

/* "4/5" or "8.5/10" at `slash`, which is not the line's beginning. */
static bool is_fraction(const char *line, size_t len, size_t slash)
{
    size_t from = slash, end = slash + 1;
    while (from > 0 && (is_digit(line[from - 1]) || line[from - 1] == '.' || line[from - 1] == ','))
        from--;
    while (end < len && is_digit(line[end]))
        end++;
    bool five = end == slash + 2 && line[slash + 1] == '5', ten = is_at(line, len, slash, "/10") && end == slash + 3;
    return from > 0 && slash - from > 0 && slash - from <= 3 && (five || ten) &&
           (end == len || strchr(" .,;!)", line[end]) != NULL) && strchr(" (:*", line[from - 1]) != NULL;
}

bool line_has_rating(const char *line, size_t len)
{
    unsigned stars = 0;
    for (size_t i = 0; i + 2 < len; i++) {
        if (line[i] != '/' && line[i] != '\xe2')
            continue;
        if (line[i] == '/' && is_fraction(line, len, i))
            return true;
        bool star = line[i] == '\xe2' && (is_at(line, len, i, "\xe2\x98\x85") || is_at(line, len, i, "\xe2\x98\x86") ||
                                          is_at(line, len, i, "\xe2\xad\x90"));
        if (star && ++stars >= 3)
            return true;
    }
    return false;
}

bool line_names_somebody(const char *line, size_t len)
{
    const char *space = memchr(line, ' ', len);
    if (space == NULL || space + 2 >= line + len || !is_upper(space[1]))
        return false;
    const char *rest = space + 1, *end = line + len;
    while (rest < end && (is_letter(*rest) || is_high(*rest) || *rest == '-'))
        rest++;
    return rest - space > 2 && (rest == end || strchr(" ,.!:;", *rest) != NULL);
}

bool line_is_form(const char *line, size_t len)
{
    static const bool opens[256] = {['['] = true, ['('] = true, ['_'] = true, [0xe2] = true};
    for (size_t i = 0; i + 2 < len; i++) {
        if (!opens[(unsigned char)line[i]])
            continue;
        bool box = (line[i] == '[' && line[i + 2] == ']') || (line[i] == '(' && line[i + 2] == ')');
        if ((box && line[i + 1] == ' ') || (line[i] == '_' && is_at(line, len, i, "____")) ||
            (line[i] == '\xe2' && is_at(line, len, i, "\xe2\x98\x90")))
            return true;
    }
    return false;
}

/* How many words, divided by single spaces; of letters only. 0 if anything else is in it. */
static unsigned count_plain_words(const char *line, size_t len)
{
    unsigned n = 1;
    for (size_t i = 0; i < len; i++) {
        if (!is_letter(line[i]) && !is_high(line[i]) && strchr(" .'-", line[i]) == NULL)
            return 0;
        n += line[i] == ' ';
    }
    return len > 0 ? n : 0;
}

/* Does the last word begin with a capital? Other alphabets have some that we do not know. */
static bool ends_in_name(const char *line, size_t len)
{
    size_t from = len;
    while (from > 0 && line[from - 1] != ' ')
        from--;
    return from < len && len - from > 1 && is_upper(line[from]);
}

/* "Welcome aboard, Diane!" */
static bool hails_somebody(const char *line, size_t len)
{
    const char *comma = memrchr(line, ',', len);
    if (comma == NULL || line[len - 1] != '!' || comma[1] != ' ' || !is_upper(comma[2]))
        return false;
    unsigned words = count_plain_words(line, (size_t)(comma - line));
    return words >= 1 && words <= 6 && count_plain_words(comma + 2, (size_t)(line + len - 1 - comma - 2)) == 1;
}

bool line_is_salutation(const char *line, size_t len)
{
    if (len > 4 && hails_somebody(line, len))
        return true;
    if (len < 4 || line[len - 1] != ',')
        return false;
    unsigned words = count_plain_words(line, len - 1);
    return words >= 2 && words <= 4 && ends_in_name(line, len - 1);
}

/* "The Forecastle team", "Dein Kranich-Team" */
static bool signs_as_team(const char *line, size_t len)
{
    unsigned words = is_upper(line[0]) ? count_plain_words(line, len) : 0;
    return words >= 2 && words <= 5 && len > 4 && line[len - 4] != '\'' && strncasecmp(line + len - 4, "team", 4) == 0;
}

bool line_is_signature(const char *line, size_t len)
{
    if (signs_as_team(line, len))
        return true;
    const char *comma = memchr(line, ',', len);
    if (comma == NULL) {
        unsigned words = len > 0 && is_upper(line[0]) ? count_plain_words(line, len) : 0;
        return words >= 1 && words <= 2;
    }
    if (comma + 2 >= line + len || comma[1] != ' ')
        return false;
    unsigned before = count_plain_words(line, (size_t)(comma - line));
    unsigned after = count_plain_words(comma + 2, (size_t)(line + len - comma - 2));
    return before >= 1 && before <= 3 && after >= 1 && after <= 2 && line[len - 1] != '.' && ends_in_name(line, len);
}

static bool is_stop(char c) { return c == '.' || c == '!' || c == '?'; }

/* Behind a stop: the line's end, or brackets and quotation marks and then a space; "a.m. and" goes on in small letters.
 */
static bool is_sentence_end(const char *line, size_t len, size_t at)
{
    bool full_stop = line[at - 1] == '.';
    while (at < len && (strchr("\"')]*_", line[at]) != NULL || is_high(line[at])))
        at++;
    if (at == len)
        return true;
    bool goes_on = full_stop && at + 1 < len && line[at + 1] >= 'a' && line[at + 1] <= 'z';
    return (line[at] == ' ' || line[at] == '\t') && !goes_on;
}

enum { SENTENCE_LEAST = 4 }; /* bytes: a stop nearer to the last one ends a number or an abbreviation */

uint32_t line_count_sentences(const char *line, size_t len)
{
    uint32_t n = 0;
    size_t from = 0;
    for (size_t at = 0; at < len; at++) {
        if (!is_stop(line[at]))
            continue;
        while (at + 1 < len && is_stop(line[at + 1]))
            at++;
        if (at - from >= SENTENCE_LEAST && is_sentence_end(line, len, at + 1)) {
            n++;
            from = at + 1;
        }
    }
    return n + (n == 0 || len - from > 2 * SENTENCE_LEAST);
}
