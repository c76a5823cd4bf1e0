#include "words/shape.h"
#include "words/wording.h"

#include <string.h>
#include <utf8proc.h>

static void count_classes(struct shape *s)
{
    for (struct word w = {0}; word_next(s->folded, s->folded_len, &w); s->words++) {
        uint32_t classes = word_classes(w.text, w.len);
        s->honorific += (classes & WORD_HONORIFIC) != 0;
        s->particle += (classes & WORD_PARTICLE) != 0;
        s->legal += (classes & WORD_LEGAL) != 0;
        s->org += (classes & WORD_ORG) != 0;
        s->title += (classes & WORD_TITLE) != 0;
        s->given += (classes & WORD_GIVEN) != 0;
        s->common += (classes & WORD_COMMON) != 0 && (classes & (WORD_PARTICLE | WORD_GIVEN)) == 0;
        s->classes |= classes;
        s->says |= classes & WORD_SAYS;
        s->said += (classes & WORD_SAYS) != 0;
    }
}

static utf8proc_category_t ascii_category(char c)
{
    if (c >= 'a' && c <= 'z')
        return UTF8PROC_CATEGORY_LL;
    return c >= 'A' && c <= 'Z' ? UTF8PROC_CATEGORY_LU : UTF8PROC_CATEGORY_PO;
}

/* How the words are written; only a first letter counts, so a dot or hyphen inside a word does not make another. */
static void count_letters(const char *text, size_t len, struct shape *s)
{
    bool inside = false;
    for (size_t i = 0; i < len;) {
        utf8proc_int32_t c = (unsigned char)text[i];
        utf8proc_category_t category = c < 0x80 ? ascii_category((char)c) : UTF8PROC_CATEGORY_CN;
        utf8proc_ssize_t n = 1;
        if (c >= 0x80) {
            n = utf8proc_iterate((const utf8proc_uint8_t *)text + i, (utf8proc_ssize_t)(len - i), &c);
            category = n > 0 ? utf8proc_category(c) : UTF8PROC_CATEGORY_CN;
        }
        i += n > 0 ? (size_t)n : 1;
        bool letter = category >= UTF8PROC_CATEGORY_LU && category <= UTF8PROC_CATEGORY_ME;
        if (letter && !inside) {
            s->capital += category == UTF8PROC_CATEGORY_LU || category == UTF8PROC_CATEGORY_LT;
            s->lower += category == UTF8PROC_CATEGORY_LL;
            s->caseless += category == UTF8PROC_CATEGORY_LO;
        }
        s->letters += letter;
        inside = letter || (inside && (c == '\'' || c == 0x2019 || c == '-'));
        s->odd |= c < 0x80 ? !letter && c != ' ' && c != '.' && c != ',' && c != '\'' && c != '-'
                           : category >= UTF8PROC_CATEGORY_ND && category <= UTF8PROC_CATEGORY_NO;
    }
}

void shape_of(const char *text, size_t len, struct shape *s)
{
    *s = (struct shape){.prose = len > SHAPE_BYTES};
    if (s->prose)
        return;
    s->folded_len = wording_fold(text, len, s->folded, sizeof s->folded);
    count_classes(s);
    count_letters(text, len, s);
}

/* Words as written, titles apart: "Jean-Luc" is one, though it folds to two. */
static uint32_t written_names(const struct shape *s)
{
    uint32_t written = s->capital + s->lower + s->caseless;
    return written > s->honorific ? written - s->honorific : 0;
}

/* Names are written with capitals; without, only a known given name tells. Particles may be small. */
bool shape_is_person(const struct shape *s)
{
    uint32_t names = written_names(s);
    if (s->prose || s->odd || s->common > 0 || s->org > s->given || s->title > s->given || names > 6)
        return false;
    if (s->legal > 0 && s->given == 0 && s->legal > s->particle)
        return false;
    if (s->caseless > 0 && s->capital + s->lower == 0)
        return names >= 2 ? names <= 4 : s->letters >= 2 && s->letters <= 6 && s->caseless == 1;
    return names >= 2 && (s->lower <= s->particle || (s->capital == 0 && s->given > 0));
}

bool shape_is_single(const struct shape *s)
{
    return !s->prose && !s->odd && written_names(s) == 1 && s->letters >= 2 && s->common == 0 &&
           s->capital + s->caseless > 0;
}

/* "北京科技有限公司": where words are not divided, the legal form is the end or the beginning. */
static bool has_joined_legal_form(const struct shape *s)
{
    static const char *const forms[] = {"公司", "株式会社", "合同会社", "주식회사"};
    for (size_t i = 0; s->caseless > 0 && i < sizeof forms / sizeof *forms; i++)
        if (memmem(s->folded, s->folded_len, forms[i], strlen(forms[i])) != NULL)
            return true;
    return false;
}

bool shape_is_company(const struct shape *s)
{
    if (!s->prose && has_joined_legal_form(s))
        return true;
    return !s->prose && s->capital + s->caseless > 0 && s->lower <= 2 &&
           ((s->legal > s->particle && s->words > s->legal) || (s->org > 0 && s->title <= s->org && s->words > 1));
}

bool shape_is_title(const struct shape *s)
{
    return !s->prose && s->title > 0 && s->legal == 0 && s->words <= 8 && s->title >= s->org && s->capital > 0;
}

uint32_t shape_header(const char *text, size_t len)
{
    char spaced[SHAPE_BYTES * 2];
    struct shape s;
    size_t to = 0;
    for (size_t i = 0; i < len && to + 2 < sizeof spaced; i++) {
        bool hump = i > 0 && text[i] >= 'A' && text[i] <= 'Z' && text[i - 1] >= 'a' && text[i - 1] <= 'z';
        if (hump)
            spaced[to++] = ' ';
        spaced[to++] = text[i];
    }
    shape_of(spaced, to < SHAPE_BYTES ? to : SHAPE_BYTES, &s);
    if (s.words == 0 || s.words > 6)
        return 0;
    if (s.says & (WORD_SAYS_COMPANY | WORD_SAYS_PART))
        s.says &= ~(uint32_t)WORD_SAYS_NAME;
    if ((s.says & WORD_SAYS_COMPANY) && s.words > 1)
        s.says &= ~(uint32_t)WORD_SAYS_PART;
    return s.says;
}
