#include "draft/shape_reader.h"

#include <string.h>

enum { TAGS_MOST = 32, WRAPPED_MOST = 110 };

size_t line_trim(const char *line, size_t len)
{
    while (len > 0 && (line[len - 1] == ' ' || (line[len - 1] >= '\t' && line[len - 1] <= '\r')))
        len--;
    return len;
}

size_t line_skip(const char *text, size_t len, const char *set)
{
    size_t n = 0;
    while (n < len && strchr(set, text[n]) != NULL)
        n++;
    return n;
}

bool line_starts_with(const struct line *l, enum phrase_role role) { return (l->starts & UINT64_C(1) << role) != 0; }

static size_t last_word(const struct line *l, size_t len)
{
    while (len > 0 && l->text[len - 1] != ' ' && l->text[len - 1] != '\t')
        len--;
    return len;
}

struct token_counts line_count_word(const struct line *l, size_t from, size_t len)
{
    struct token_counts word = {0};
    token_count(l->text + from, len - from, &word);
    return word;
}

size_t line_without_tags(const struct line *l)
{
    size_t len = l->len;
    for (unsigned words = 0; words < TAGS_MOST && len > 0; words++) {
        size_t from = last_word(l, len);
        struct token_counts word = line_count_word(l, from, len);
        if (word.hashtags + word.mentions + word.links == 0)
            break;
        len = line_trim(l->text, from);
    }
    return len;
}

struct line line_look_at(const char *text, size_t len)
{
    char folded[LINE_MOST];
    struct line l = {.text = text, .len = line_trim(text, len)};
    token_count(text, l.len, &l.tokens);
    l.kind = line_kind_of(text, l.len, &l.tokens);
    if (l.kind == LINE_BLANK)
        return l;
    if ((l.kind == LINE_BULLET || l.kind == LINE_POINT) && l.tokens.numbers > 0 && text[0] >= '0' && text[0] <= '9')
        l.tokens.numbers--; /* counts, says nothing */
    size_t indent = line_skip(text, l.len, "> \t");
    size_t n = phrase_fold(text + indent, l.len - indent, folded);
    size_t marked = line_skip(folded, n, "#*_ ");
    l.starts = phrase_at_start(folded + marked, n - marked);
    phrase_count(folded, n, &l.phrases);
    if (l.kind == LINE_LABEL && line_starts_with(&l, PHRASE_POST) && l.tokens.words > TITLE_WORDS)
        l.kind = LINE_PROSE; /* "Tweet 2: ...": its text stands behind its title */
    if (l.kind == LINE_LABEL && l.tokens.links > 0 && l.tokens.words > 2)
        l.kind = LINE_PROSE; /* "Register here: https://...": a call to readers rather than a field */
    size_t said = line_without_tags(&l);
    l.ended = said < l.len || line_is_ended(text, said) || line_is_thread_part(text, l.len);
    return l;
}

bool line_goes_on(const struct line *previous, const struct line *next)
{
    bool small = next->text[0] >= 'a' && next->text[0] <= 'z';
    return previous->kind == LINE_PROSE && next->kind == LINE_PROSE && previous->len >= WRAPPED_LEAST &&
           previous->len <= WRAPPED_MOST && (!previous->ended || small);
}
