#include "draft/shape_reader.h"

#include "draft/sign.h"

#include <string.h>

enum { DATE_WORDS = 4, OPENER_WORDS = 3, PAPER_WORDS = 3, CALL_WORDS = 12, CALL_CHARS = 300 };

void part_end_paragraph(struct reader *r)
{
    if (r->paragraph_words > 0) {
        r->part->paragraphs++;
        r->part->brief += r->paragraph_words <= BRIEF_WORDS;
        r->part->alone += r->paragraph_sentences == 1 && r->paragraph_words <= ALONE_WORDS && r->previous.ended &&
                          r->previous.kind == LINE_PROSE;
        if (r->previous.kind != LINE_TAGS) {
            r->part->last_words = r->paragraph_words;
            r->part->last_is_ended = r->previous.ended;
        }
    }
    r->paragraph_words = r->paragraph_sentences = 0;
}

void part_begin(struct reader *r)
{
    part_end_paragraph(r);
    struct shape *s = r->shape;
    if (r->part_lines > 0 && s->part_count < SHAPE_PARTS)
        r->part = &s->parts[s->part_count++];
    r->part_lines = 0;
    r->asked = false;
    r->previous = (struct line){0};
}

static uint32_t count_chars(const char *text, size_t len)
{
    uint32_t n = 0;
    for (size_t i = 0; i < len; i++)
        n += ((unsigned char)text[i] & 0xc0) != 0x80;
    return n;
}

/* A line that could be the title of what is below it. */
static bool is_title(const struct line *l)
{
    return (l->kind == LINE_PROSE || l->kind == LINE_BULLET) && (!l->ended || l->text[l->len - 1] == '?') &&
           l->tokens.words <= TITLE_WORDS && l->tokens.hashtags == 0;
}

/* `first`: the part's first line, when the second is read. */
static void measure_hook(struct reader *r, const struct line *first)
{
    struct shape_part *p = r->part;
    bool ended = line_without_tags(first) < first->len || line_is_ended(first->text, first->len); /* no "9/11" */
    if ((r->after_blank || ended) && (first->kind == LINE_PROSE || first->kind == LINE_LABEL)) {
        p->hook_words = first->tokens.words;
        p->hook_is_ended = ended;
    }
    p->hook_has_number = !ended && first->tokens.words <= DATE_WORDS && first->tokens.numbers > 0;
}

static void measure_breaks(struct reader *r, const struct line *l)
{
    struct shape_part *p = r->part;
    const struct line *before = &r->previous;
    bool joined = before->len > 0 && !r->after_blank && line_goes_on(before, l);
    if (!joined)
        part_end_paragraph(r);
    if (before->len > 0 && before->kind == LINE_PROSE && !joined) {
        bool comma = before->text[before->len - 1] == ',';
        p->fragments += !before->ended;
        p->broken += (comma || !before->ended) && !r->after_blank && before->len < WRAPPED_LEAST;
    }
    if (r->part_lines == 1)
        measure_hook(r, before);
    if (r->part_lines > 1 && is_title(before) && (r->begins_paragraph || before->text[before->len - 1] != '?') &&
        l->ended && l->tokens.words > TITLE_WORDS)
        p->titles++;
    r->begins_paragraph = r->after_blank;
    r->paragraph_words += l->tokens.words;
}

static bool asks(const struct line *l)
{
    static const char wide[] = "\xef\xbc\x9f"; /* the question mark of Chinese and Japanese */
    size_t len = line_without_tags(l), from = len > 8 ? len - 8 : 0;
    return memchr(l->text + from, '?', len - from) != NULL ||
           memmem(l->text + from, len - from, wide, sizeof wide - 1) != NULL;
}

static void measure_end(struct shape_part *p, const struct line *l, bool question)
{
    struct token_counts last = line_count_word(l, line_without_tags(l), l->len);
    bool only_tags = l->kind == LINE_TAGS;
    p->tags_at_end = last.hashtags + last.mentions > 0 || (only_tags && l->tokens.hashtags > 0) ||
                     (p->tags_at_end && (only_tags || l->tokens.words <= 3));
    if (only_tags)
        return;
    p->asks_at_end = question || l->phrases.of[PHRASE_ASK] > 0;
    p->links_at_end = last.links > 0 && (l->tokens.words <= CALL_WORDS || p->chars <= CALL_CHARS);
}

/* What stands below a question in short lines, each with its letter, number or mark, is what it lets choose from. */
static void measure_options(struct reader *r, const struct line *l, bool question)
{
    struct shape_part *p = r->part;
    if (question) {
        r->asked = true;
        p->options = p->option_records = p->option_bullets = 0;
        return;
    }
    bool marked =
        l->kind == LINE_BULLET || l->kind == LINE_POINT || l->kind == LINE_CHECK || line_is_option(l->text, l->len);
    if (!r->asked || !marked || l->tokens.words > OPTION_WORDS)
        return;
    p->options++;
    p->option_bullets += l->kind == LINE_BULLET;
    p->option_records += l->kind == LINE_LABEL || l->kind == LINE_CHECK || l->kind == LINE_CODE ||
                         l->kind == LINE_TABLE || l->kind == LINE_STAMP;
}

/* "# Minutes", "Next steps", "**Goal:** ...": a title that names a paper or a chapter of one. */
static bool is_of_paper(const struct reader *r, const struct line *l)
{
    bool title = l->kind == LINE_HEADING || l->kind == LINE_LABEL || l->text[0] == '*' ||
                 (!l->ended && (l->tokens.words <= TITLE_WORDS || r->seen == 0));
    bool named =
        line_starts_with(l, PHRASE_PAPER) || (l->phrases.of[PHRASE_PAPER] > 0 && l->tokens.words <= PAPER_WORDS);
    return title && named && l->tokens.hashtags == 0;
}

static void measure_style(struct reader *r, const struct line *l, bool question)
{
    struct shape_part *p = r->part;
    bool listed = l->kind == LINE_BULLET || l->kind == LINE_POINT;
    if (r->part_lines == 0) {
        p->asks_at_start = question;
        p->opens_small = l->text[0] >= 'a' && l->text[0] <= 'z' && l->tokens.words >= OPENER_WORDS;
        p->has_intro = !listed;
    }
    p->has_outro = !listed && l->ended && p->lines[LINE_BULLET] + p->lines[LINE_POINT] >= 2;
    p->papers += is_of_paper(r, l);
    p->stubs += !l->ended && l->tokens.words <= TITLE_WORDS && l->kind == LINE_PROSE;
    p->semicolons += memchr(l->text, ';', l->len) != NULL;
}

void part_add_line(struct reader *r, const struct line *l)
{
    struct shape_part *p = r->part;
    measure_breaks(r, l);
    if (r->part_lines == 0)
        p->opens_with_when =
            line_starts_with(l, PHRASE_WHEN) || (l->phrases.of[PHRASE_WHEN] > 0 && l->tokens.words <= HOOK_WORDS);
    token_add(&p->tokens, &l->tokens);
    phrase_add(&p->phrases, &l->phrases);
    p->lines[l->kind]++;
    p->chars += count_chars(l->text, l->len) + 1;
    p->emoji += line_count_emoji(l->text, l->len);
    p->thread_parts +=
        line_is_thread_part(l->text, l->len) || (line_starts_with(l, PHRASE_POST) && l->tokens.numbers > 0);
    bool question = asks(l);
    p->questions += question;
    measure_style(r, l, question);
    p->ratings += line_has_rating(l->text, l->len) || (l->phrases.of[PHRASE_STARS] > 0 && l->tokens.numbers > 0);
    p->forms += line_is_form(l->text, l->len);
    measure_options(r, l, question);
    measure_end(p, l, question);
    r->paragraph_sentences += l->tokens.words <= ALONE_WORDS ? line_count_sentences(l->text, l->len) : 2;
    r->part_lines++;
    r->previous = *l;
}
