#include "words/phrase.h"

#include "words/wording.h"

#include <string.h>
#include <utf8proc.h>

/* ---- characters ---- */

enum { WORD, SPACE, ENDS, LINE };

static const unsigned char plain_class[128] = {
    [0 ... 9] = SPACE, [11 ... 12] = SPACE, [14 ... ' '] = SPACE, ['\n'] = LINE, ['\r'] = LINE, [','] = ENDS,
    [';'] = ENDS,      [':'] = ENDS,        ['!'] = ENDS,         ['?'] = ENDS,  ['('] = ENDS,  [')'] = ENDS,
    ['['] = ENDS,      [']'] = ENDS,        ['{'] = ENDS,         ['}'] = ENDS,  ['<'] = ENDS,  ['>'] = ENDS,
    ['"'] = ENDS,      ['|'] = ENDS,        ['/'] = ENDS,         ['\\'] = ENDS, ['*'] = ENDS,  ['_'] = ENDS,
    ['='] = ENDS,      ['~'] = ENDS,        ['^'] = ENDS,
};

/* What a character does to a phrase: what ends one stands in no name. */
static int class_of(utf8proc_int32_t c)
{
    if (c < 0x80)
        return plain_class[c];
    if (c == 0x2028 || c == 0x2029)
        return LINE;
    if (c == 0xa0 || c == 0x202f || (c >= 0x2000 && c <= 0x200a))
        return SPACE;
    if (c == 0x2019 || c == 0x200b || c == 0x200d)
        return WORD;
    utf8proc_category_t category = utf8proc_category(c);
    return (category >= UTF8PROC_CATEGORY_PD && category <= UTF8PROC_CATEGORY_PO) || category == UTF8PROC_CATEGORY_SO
               ? ENDS
               : WORD;
}

static size_t take_character(const char *text, size_t len, utf8proc_int32_t *c)
{
    *c = (unsigned char)text[0];
    if (*c < 0x80)
        return 1;
    utf8proc_ssize_t n = utf8proc_iterate((const utf8proc_uint8_t *)text, (utf8proc_ssize_t)len, c);
    if (n > 0)
        return (size_t)n;
    *c = '"'; /* what is no character ends a phrase */
    return 1;
}

/* ---- words ---- */

enum { NO_LETTER, SMALL, CAPITAL, CASELESS };

static int letter_of(utf8proc_int32_t c)
{
    if (c < 0x80)
        return c >= 'a' && c <= 'z' ? SMALL : c >= 'A' && c <= 'Z' ? CAPITAL : NO_LETTER;
    utf8proc_category_t category = utf8proc_category(c);
    return category == UTF8PROC_CATEGORY_LU || category == UTF8PROC_CATEGORY_LT   ? CAPITAL
           : category == UTF8PROC_CATEGORY_LO                                     ? CASELESS
           : category == UTF8PROC_CATEGORY_LL || category == UTF8PROC_CATEGORY_LM ? SMALL
                                                                                  : NO_LETTER;
}

static void look_at_letters(struct phrase_word *w)
{
    size_t letters = 0, capitals = 0;
    utf8proc_int32_t c;
    for (size_t i = 0; i < w->len;) {
        i += take_character(w->text + i, w->len - i, &c);
        int letter = letter_of(c);
        w->capital |= letters == 0 && letter >= CAPITAL;
        letters += letter != NO_LETTER;
        capitals += letter == CAPITAL;
    }
    w->odd |= capitals > 1 && letters > 2;
}

/* "Northwind's", "Northwind’s" */
static uint32_t stem_of(const struct phrase_word *w)
{
    static const char *const endings[] = {"'s", "\xe2\x80\x99s"};
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
        uint32_t len = (uint32_t)strlen(endings[i]);
        if (w->len > len && memcmp(w->text + w->len - len, endings[i], len) == 0)
            return w->len - len;
    }
    return w->len;
}

/* Is it a full stop, and not the dot of "Dr.", "Inc." or "J."? */
static bool ends_sentence(const struct phrase_word *w)
{
    if (w->text[w->len - 1] != '.')
        return false;
    return w->len > 2 && (w->classes & (WORD_HONORIFIC | WORD_LEGAL)) == 0;
}

enum { JOINING = 4 }; /* bytes of a small word that joins others, at most */

static uint32_t classes_of(const struct phrase_word *w)
{
    char folded[PHRASE_WORD_BYTES * 2];
    return word_classes(folded, wording_fold(w->text, w->len, folded, sizeof folded));
}

static void put_word(struct phrase *p, const char *text, size_t len)
{
    struct phrase_word w = {.text = text, .begins = p->may_begin};
    if (len > 1 && (text[0] == '#' || text[0] == '@')) {
        w.text++;
        len--;
        w.odd = w.capital = true;
    }
    w.len = (uint32_t)len;
    look_at_letters(&w);
    w.stem_len = stem_of(&w);
    if (w.capital || w.len <= JOINING)
        w.classes = classes_of(&w);
    p->may_begin = text[len - 1] == '.';
    p->words[p->count++] = w;
}

/* A piece between blanks. True: the phrase ends with it. */
static bool take_piece(struct phrase *p, const char *text, size_t len)
{
    if (len == 1 && strchr("&+", text[0]) != NULL)
        return false; /* stands in names, and in no key */
    if (len == 1 && strchr("-.'#@$%", text[0]) != NULL) {
        p->may_begin = true;
        return p->count > 0;
    }
    if (len > PHRASE_WORD_BYTES)
        return p->count > 0;
    put_word(p, text, len);
    return p->count == PHRASE_WORDS || ends_sentence(&p->words[p->count - 1]);
}

bool phrase_next(struct phrase *p)
{
    size_t begin = p->next, at = p->next, size;
    bool over = false;
    p->count = 0;
    while (!over && at < p->len) {
        utf8proc_int32_t c;
        size = take_character(p->text + at, p->len - at, &c);
        int class = class_of(c);
        if (class != WORD && at > begin)
            over = take_piece(p, p->text + begin, at - begin);
        at += size;
        if (class == WORD)
            continue;
        begin = at;
        p->may_begin |= class == LINE || (class == ENDS && c != ',');
        over |= class != SPACE && p->count > 0;
    }
    if (!over && at > begin)
        take_piece(p, p->text + begin, at - begin);
    p->next = at;
    return p->count > 0;
}

/* ---- the language ---- */

/* German is told by its small words; nothing else that is written with Latin letters puts capitals to all nouns. */
static bool is_german(const char *text, size_t len)
{
    enum { LOOKED_AT = 4096, ONE_IN = 12 };
    static const char small[] = " der die das und ist nicht ein eine einen wir mit auf dem den im zu von sich auch sie "
                                "ich es wie bei aus nach als oder wenn aber fur uber uns ihr sind haben ";
    char folded[LOOKED_AT];
    size_t folded_len = wording_fold(text, len < LOOKED_AT ? len : LOOKED_AT, folded, sizeof folded);
    size_t words = 0, german = 0;
    for (struct word w = {0}; word_next(folded, folded_len, &w); words++) {
        char piece[8] = " ";
        if (w.len + 3 > sizeof piece)
            continue;
        memcpy(piece + 1, w.text, w.len);
        piece[w.len + 1] = ' ';
        german += strstr(small, piece) != NULL;
    }
    return german > 1 && german * ONE_IN >= words;
}

void phrase_begin(struct phrase *p, const char *utf8, size_t len)
{
    p->text = utf8;
    p->len = len;
    p->next = p->count = 0;
    p->may_begin = true;
    p->nouns_have_capitals = is_german(utf8, len);
}

/* ---- runs ---- */

/* Small words that stand inside names of people and companies. */
static bool joins(const struct phrase_word *w)
{
    return w->len <= JOINING && (w->classes & (WORD_PARTICLE | WORD_COMMON)) != 0;
}

bool phrase_run(const struct phrase *p, size_t first, size_t count, struct phrase_run *out)
{
    if (count > p->count - first || !p->words[first].capital || !p->words[first + count - 1].capital)
        return false;
    for (size_t i = 1; i + 1 < count; i++)
        if (!p->words[first + i].capital && !joins(&p->words[first + i]))
            return false;
    const struct phrase_word *begin = &p->words[first], *end = &p->words[first + count - 1];
    *out = (struct phrase_run){
        .text = begin->text,
        .len = (size_t)(end->text + end->len - begin->text),
        .stem_len = (size_t)(end->text + end->stem_len - begin->text),
        .count = count,
        .begins = begin->begins,
        .is_odd = begin->odd,
        .first_is_ordinary = (begin->classes & (WORD_ORDINARY | WORD_COMMON)) != 0,
        .has_legal_form = count > 1 && (end->classes & WORD_LEGAL) != 0,
    };
    return true;
}
