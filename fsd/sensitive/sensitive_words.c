#include "sensitive/sensitive_words.h"
#include "sensitive/numbers.h"
#include "words/block.h"
#include "words/wording.h"

#include <pthread.h>
#include <string.h>
#include <xxhash.h>

enum {
    OF_INTEREST = WORD_ILLNESS | WORD_PATIENT | WORD_PERSON | WORD_DEAL | WORD_DEAL_TOO | WORD_NATIONAL_ID |
                  WORD_SECRET | WORD_SECRET_TOO,
    WORD_BYTES = 40,
    BEGINNINGS = 1 << 15,
};

/*
 * Few words of a text are in any list, and folding and looking up each would cost more than all else. So a word goes on
 * only if some word of a list is as long, begins with the same three bytes and ends with the same one; and a text in
 * which no word does is not listened to at all.
 */
static uint64_t beginnings[BEGINNINGS / 64];
static pthread_once_t beginnings_once = PTHREAD_ONCE_INIT;
static bool beginnings_known; /* so that nobody has to call to be told */

static inline uint32_t beginning_of(const char *word, size_t len)
{
    uint32_t x = (uint32_t)len << 20;
    x ^= ((uint32_t)word[0] & 31) | ((uint32_t)word[len > 1] & 31) << 5;
    x ^= ((uint32_t)word[len > 2 ? 2 : 0] & 31) << 10 | ((uint32_t)word[len - 1] & 31) << 15;
    return x * UINT32_C(0x9e3779b1) >> 17;
}

static void fill_beginnings(void)
{
    for (size_t i = 0; i < word_list_count; i++) {
        size_t len = strlen(word_lists[i].words);
        for (struct word w = {0}; (word_lists[i].class & OF_INTEREST) && word_next(word_lists[i].words, len, &w);) {
            uint32_t at = beginning_of(w.text, w.len);
            beginnings[at / 64] |= UINT64_C(1) << at % 64;
        }
    }
    __atomic_store_n(&beginnings_known, true, __ATOMIC_RELEASE);
}

static bool is_letter(char c) { return (unsigned char)((c | 0x20) - 'a') < 26; }
static bool is_wide(char c) { return (c & 0x80) != 0; }

static const bool in_word[256] = {['a' ... 'z'] = true, ['A' ... 'Z'] = true, [0x80 ... 0xff] = true};
static bool is_digit(char c) { return (unsigned char)(c - '0') < 10; }
static bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }

static inline bool may_be_listed(const char *word, size_t len)
{
    uint32_t at = beginning_of(word, len);
    return (beginnings[at / 64] & UINT64_C(1) << at % 64) != 0;
}

static void hear_deal(struct hearing *h, const char *word, size_t len, uint32_t classes)
{
    uint32_t hash = (uint32_t)XXH3_64bits(word, len) | 1, worth = (classes & WORD_DEAL) ? 2 : 1;
    for (size_t i = 0; i < sizeof h->last_deals / sizeof *h->last_deals; i++) {
        if (h->last_deals[i] == hash)
            return;
        if (h->last_deals[i] == 0) {
            h->last_deals[i] = hash;
            h->deals += worth;
            return;
        }
    }
}

/* `plain`: letters of ASCII only, so that it folds to as many. */
static uint32_t hear_word(struct hearing *h, const char *word, size_t len, bool plain)
{
    char folded[WORD_BYTES];
    if (len > WORD_BYTES || (plain && !may_be_listed(word, len)))
        return 0;
    size_t got = wording_fold(word, len, folded, sizeof folded);
    uint32_t classes = word_classes(folded, got);
    h->classes |= classes & OF_INTEREST;
    if (classes & (WORD_DEAL | WORD_DEAL_TOO))
        hear_deal(h, folded, got, classes);
    return classes;
}

/* "E11.9", "C50": a letter, two digits, and perhaps a dot and up to two more. Only with a patient near it is it one. */
static bool is_code(const char *text, size_t len)
{
    size_t end = 3;
    if (len < 3 || !is_upper(text[0]) || !is_digit(text[1]) || !is_digit(text[2]))
        return false;
    if (len > 4 && text[3] == '.' && is_digit(text[4]))
        for (end = 5; end < len && end < 7 && is_digit(text[end]);)
            end++;
    return end == len || (!is_letter(text[end]) && !is_digit(text[end]));
}

void hear_words(struct hearing *h, const char *text, size_t len)
{
    bool after_capital = false;
    pthread_once(&beginnings_once, fill_beginnings);
    for (size_t at = 0, end; at < len; at = end) {
        end = at + 1;
        if (!in_word[(unsigned char)text[at]]) {
            after_capital &= text[at] == ' ' || text[at] == '.';
            continue;
        }
        char bits = text[at];
        while (end < len && in_word[(unsigned char)text[end]])
            bits |= text[end++];
        h->has_code |= end == at + 1 && is_code(text + at, len - at);
        uint32_t heard = hear_word(h, text + at, end - at, !is_wide(bits));
        bool capital = is_upper(text[at]) && end - at > 1 && !is_upper(text[end - 1]);
        bool name = capital && (heard & (WORD_ILLNESS | WORD_PATIENT | WORD_PERSON | WORD_ORG | WORD_DEAL)) == 0;
        h->is_named |= name && after_capital;
        after_capital = name;
    }
}

/* ---- at a glance ---- */

/* In pairs, then fours, then bytes: the compiler's own calls a library unless told of the processor. */
static uint32_t count_bits(uint64_t x)
{
    x -= x >> 1 & UINT64_C(0x5555555555555555);
    x = (x & UINT64_C(0x3333333333333333)) + (x >> 2 & UINT64_C(0x3333333333333333));
    x = (x + (x >> 4)) & UINT64_C(0x0f0f0f0f0f0f0f0f);
    return (uint32_t)(x * UINT64_C(0x0101010101010101) >> 56);
}

/* A letter between two that are none, and two digits behind it; what the block does not show may be a code. */
static inline bool may_have_code(const struct block *b, uint64_t firsts, uint64_t lasts, bool goes_on)
{
    uint64_t alone = firsts & lasts, unseen = goes_on ? ~block_bits_below(BLOCK_BYTES - 2) : 0;
    return (alone & ((b->digits >> 1 & b->digits >> 2) | unseen)) != 0;
}

/* A word that reaches the block's end, unless it is all of it, is left to the next: how many bytes are this one's. */
static size_t whole_words(const struct block *b)
{
    uint64_t others = ~b->letters;
    return others >> (BLOCK_BYTES - 1) != 0 || others == 0 ? BLOCK_BYTES
                                                           : BLOCK_BYTES - (size_t)__builtin_clzll(others);
}

static inline bool may_have_words(const struct block *b, const char *text, bool goes_on)
{
    uint64_t firsts = b->letters & ~(b->letters << 1), lasts = b->letters & ~(b->letters >> 1);
    if (b->wide != 0 || may_have_code(b, firsts, lasts, goes_on))
        return true;
    for (; firsts != 0; firsts &= firsts - 1, lasts &= lasts - 1) {
        size_t first = (unsigned)__builtin_ctzll(firsts), last = (unsigned)__builtin_ctzll(lasts);
        if (may_be_listed(text + first, last + 1 - first))
            return true;
    }
    return false;
}

static struct glance glance_at_long(const char *text, size_t len)
{
    struct glance g = {0};
    uint32_t digits = 0;
    for (size_t at = 0, size; at < len; at += size) {
        struct block b = block_look(text + at, len - at < BLOCK_BYTES ? len - at : BLOCK_BYTES);
        bool goes_on = len - at > BLOCK_BYTES;
        size = goes_on ? whole_words(&b) : len - at;
        b.letters &= block_bits_below(size);
        b.digits &= block_bits_below(size);
        g.words = g.words || may_have_words(&b, text + at, goes_on);
        digits += b.digits != 0 ? count_bits(b.digits) : 0;
    }
    g.numbers = digits >= NUMBER_DIGITS_LEAST;
    return g;
}

/* Nearly all cells are less than a block. */
struct glance glance_at(const char *text, size_t len)
{
    if (!__atomic_load_n(&beginnings_known, __ATOMIC_ACQUIRE))
        pthread_once(&beginnings_once, fill_beginnings);
    if (len > BLOCK_BYTES)
        return glance_at_long(text, len);
    const struct block b = block_look(text, len);
    return (struct glance){.words = may_have_words(&b, text, false),
                           .numbers = b.digits != 0 && count_bits(b.digits) >= NUMBER_DIGITS_LEAST &&
                                      count_bits(b.digits | b.letters) >= NUMBER_ALNUMS_LEAST};
}

/* ---- money ---- */

static bool is_currency_at(const char *text, size_t len)
{
    static const char *const signs[] = {"$", "\xe2\x82\xac", "\xc2\xa3", "\xc2\xa5", "%", " %", "\xe2\x82\xb9"};
    static const char *const codes[] = {"EUR", "USD", "GBP", "CHF", "SEK", "NOK",
                                        "DKK", "PLN", "JPY", "CZK", "AUD", "CAD"};
    for (size_t i = 0; i < sizeof signs / sizeof *signs; i++)
        if (strlen(signs[i]) <= len && memcmp(text, signs[i], strlen(signs[i])) == 0)
            return true;
    while (len > 0 && *text == ' ')
        text++, len--;
    for (size_t i = 0; len >= 3 && i < sizeof codes / sizeof *codes; i++)
        if (memcmp(text, codes[i], 3) == 0)
            return true;
    return len > 0 && (*text == 'k' || *text == 'K' || *text == 'M') && (len == 1 || !is_letter(text[1]));
}

void hear_money(struct hearing *h, const char *text, size_t len)
{
    for (size_t at = 0, end; at < len; at = end) {
        end = at + 1;
        if (!is_digit(text[at]))
            continue;
        while (end < len && (is_digit(text[end]) ||
                             ((text[end] == '.' || text[end] == ',') && end + 1 < len && is_digit(text[end + 1]))))
            end++;
        size_t before = at < 4 ? at : 4;
        bool sign_before = false;
        for (size_t i = at - before; i < at && !sign_before; i++)
            sign_before = text[i] != 'k' && text[i] != 'K' && text[i] != 'M' && is_currency_at(text + i, at - i);
        h->has_money |= sign_before || is_currency_at(text + end, len - end);
        h->has_number |= end - at >= 4;
    }
}

/* ---- what was heard ---- */

bool hears_illness(const struct hearing *h)
{
    bool somebody = h->is_named || (h->classes & WORD_PERSON) != 0;
    bool patient = (h->classes & WORD_PATIENT) != 0;
    return patient && somebody && ((h->classes & WORD_ILLNESS) != 0 || h->has_code);
}

bool hears_deal(const struct hearing *h) { return h->deals >= 2 && h->has_money; }

/* ---- marks ---- */

struct mark_words {
    uint32_t words, secret, secret_too, aid, disclaimer;
    bool only; /* "only", "use", "nur": make a mark of "internal" */
};

static struct mark_words count_mark_words(const char *text, size_t len)
{
    static const char *const onlys[] = {"only",           "use",      "nur",    "gebrauch", "usage", "uso",
                                        "dienstgebrauch", "strictly", "streng", "top"};
    struct mark_words m = {0};
    char folded[160];
    size_t got = wording_fold(text, len < sizeof folded ? len : sizeof folded, folded, sizeof folded);
    for (struct word w = {0}; word_next(folded, got, &w); m.words++) {
        uint32_t classes = word_classes(w.text, w.len);
        m.secret += (classes & WORD_SECRET) != 0;
        m.secret_too += (classes & WORD_SECRET_TOO) != 0;
        m.aid += (classes & WORD_MARK) != 0 && (classes & (WORD_SECRET | WORD_SECRET_TOO)) == 0;
        m.disclaimer += (classes & WORD_DISCLAIMER) != 0;
        for (size_t i = 0; i < sizeof onlys / sizeof *onlys; i++)
            m.only |= strlen(onlys[i]) == w.len && memcmp(onlys[i], w.text, w.len) == 0;
    }
    return m;
}

/* Nothing but the words of marks. "Internal" alone is one where marks stand, "for internal use only" anywhere. */
static bool is_pure_mark(const struct mark_words *m, bool where_marks_stand)
{
    if (m->words == 0 || m->words > 12 || m->secret + m->secret_too + m->aid < m->words)
        return false;
    return m->secret > 0 || (m->secret_too > 0 && (m->only || where_marks_stand));
}

static bool has_small_letter(const char *text, size_t len)
{
    for (size_t i = 0; i < len; i++)
        if (text[i] >= 'a' && text[i] <= 'z')
            return true;
    return false;
}

static bool is_dash(const char *line, size_t len, size_t at)
{
    bool plain = line[at] == '-' && at > 0 && line[at - 1] == ' ' && (at + 1 == len || line[at + 1] == ' ');
    return plain || (at + 2 < len && memcmp(line + at, "\xe2\x80", 2) == 0 &&
                     (line[at + 2] == '\x93' || line[at + 2] == '\x94'));
}

enum { MARK_LINE = 200, MARK_WHOLE = 80 };

/* Parts of a line between brackets, bars, dashes and colons. In text they must be in capitals or brackets to stand out.
 */
static bool has_mark_part(const char *line, size_t len, bool where_marks_stand)
{
    size_t from = 0;
    bool bracket = false;
    for (size_t i = 0; i <= len; i++) {
        bool divides =
            i == len || (line[i] != '\0' && strchr("|[](){}:;,*_#<>=", line[i]) != NULL) || is_dash(line, len, i);
        if (!divides)
            continue;
        struct mark_words m = count_mark_words(line + from, i - from);
        bool stands_out = where_marks_stand || bracket || !has_small_letter(line + from, i - from);
        if (stands_out && is_pure_mark(&m, where_marks_stand))
            return true;
        bracket = i < len && (line[i] == '[' || line[i] == '(');
        from = i + 1;
    }
    return false;
}

bool is_mark(enum text_part part, const char *line, size_t len)
{
    bool where_marks_stand = part == TEXT_HEADING || part == TEXT_MARGIN || part == TEXT_PROPERTY;
    if (len < 6 || len > MARK_LINE)
        return false;
    struct mark_words whole = count_mark_words(line, len);
    if (whole.secret + whole.secret_too == 0 || whole.disclaimer > 0)
        return false;
    if (len <= MARK_WHOLE && is_pure_mark(&whole, where_marks_stand))
        return true;
    return has_mark_part(line, len, where_marks_stand);
}
