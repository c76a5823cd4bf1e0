#include "draft/shape.h"

#include "draft/sign.h"

#include <string.h>

/* Longer lines are taken in pieces. */
enum {
    LINE_MOST = 4096,
    GREETING_LINES = 8,
    CLOSE_LINES = 8,
    TITLE_WORDS = 8,
    HOOK_WORDS = 16,
    DATE_WORDS = 4,
    WRAPPED_LEAST = 55,
    WRAPPED_MOST = 110
};
enum { CALL_WORDS = 12, CALL_CHARS = 300, TAGS_MOST = 32 };

/* A line, and what is known of it without its neighbours. */
struct line {
    const char *text;
    size_t len;
    enum line_kind kind;
    struct token_counts tokens;
    struct phrase_counts phrases;
    uint32_t starts; /* phrase_at_start */
    bool ended;
};

struct reader {
    struct shape *shape;
    struct shape_part *part;
    struct line previous; /* in this part, not blank; len 0: none */
    uint32_t paragraph_words, paragraph_sentences;
    uint32_t part_lines; /* not blank */
    uint32_t seen;       /* lines of the text, not blank */
    uint32_t closed;     /* lines left that belong to a mail's close */
    bool after_blank, skip_paragraph;
    bool begins_paragraph; /* `previous` stands below a blank line */
    bool asked;            /* a line of this part ended in a question */
};

static size_t trim(const char *line, size_t len)
{
    while (len > 0 && (line[len - 1] == ' ' || (line[len - 1] >= '\t' && line[len - 1] <= '\r')))
        len--;
    return len;
}

/* How many bytes at the beginning are of `set`. */
static size_t skip_bytes(const char *text, size_t len, const char *set)
{
    size_t n = 0;
    while (n < len && strchr(set, text[n]) != NULL)
        n++;
    return n;
}

static bool has_start(const struct line *l, enum phrase_role role) { return (l->starts & 1u << role) != 0; }

static size_t last_word(const struct line *l, size_t len)
{
    while (len > 0 && l->text[len - 1] != ' ' && l->text[len - 1] != '\t')
        len--;
    return len;
}

static struct token_counts count_word(const struct line *l, size_t from, size_t len)
{
    struct token_counts word = {0};
    token_count(l->text + from, len - from, &word);
    return word;
}

/* The line without the tags, mentions and links at its end. */
static size_t without_tags(const struct line *l)
{
    size_t len = l->len;
    for (unsigned words = 0; words < TAGS_MOST && len > 0; words++) {
        size_t from = last_word(l, len);
        struct token_counts word = count_word(l, from, len);
        if (word.hashtags + word.mentions + word.links == 0)
            break;
        len = trim(l->text, from);
    }
    return len;
}

static struct line look_at_line(const char *text, size_t len)
{
    char folded[LINE_MOST];
    struct line l = {.text = text, .len = trim(text, len)};
    token_count(text, l.len, &l.tokens);
    l.kind = line_kind_of(text, l.len, &l.tokens);
    if (l.kind == LINE_BLANK)
        return l;
    if ((l.kind == LINE_BULLET || l.kind == LINE_POINT) && l.tokens.numbers > 0 && text[0] >= '0' && text[0] <= '9')
        l.tokens.numbers--; /* counts, says nothing */
    size_t indent = skip_bytes(text, l.len, "> \t");
    size_t n = phrase_fold(text + indent, l.len - indent, folded);
    l.starts = phrase_at_start(folded, n);
    phrase_count(folded, n, &l.phrases);
    if (l.kind == LINE_LABEL && has_start(&l, PHRASE_POST) && l.tokens.words > TITLE_WORDS)
        l.kind = LINE_PROSE; /* "Tweet 2: ...": its text stands behind its title */
    if (l.kind == LINE_LABEL && l.tokens.links > 0 && l.tokens.words > 2)
        l.kind = LINE_PROSE; /* "Register here: https://...": a call to readers rather than a field */
    size_t said = without_tags(&l);
    l.ended = said < l.len || line_is_ended(text, said) || line_is_thread_part(text, l.len);
    return l;
}

/* ---- parts ---- */

static void end_paragraph(struct reader *r)
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

static void begin_part(struct reader *r)
{
    end_paragraph(r);
    struct shape *s = r->shape;
    if (r->part_lines > 0 && s->part_count < SHAPE_PARTS)
        r->part = &s->parts[s->part_count++];
    r->part_lines = 0;
    r->asked = false;
    r->previous = (struct line){0};
}

/* Wrapped by an editor at some column, a paragraph goes on in the next line. */
static bool goes_on(const struct line *previous, const struct line *next)
{
    bool small = next->text[0] >= 'a' && next->text[0] <= 'z';
    return previous->kind == LINE_PROSE && next->kind == LINE_PROSE && previous->len >= WRAPPED_LEAST &&
           previous->len <= WRAPPED_MOST && (!previous->ended || small);
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
    bool ended = without_tags(first) < first->len || line_is_ended(first->text, first->len); /* no "9/11" */
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
    bool joined = before->len > 0 && !r->after_blank && goes_on(before, l);
    if (!joined)
        end_paragraph(r);
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
    size_t len = without_tags(l), from = len > 8 ? len - 8 : 0;
    return memchr(l->text + from, '?', len - from) != NULL ||
           memmem(l->text + from, len - from, wide, sizeof wide - 1) != NULL;
}

static void measure_end(struct shape_part *p, const struct line *l, bool question)
{
    struct token_counts last = count_word(l, without_tags(l), l->len);
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

static void add_line(struct reader *r, const struct line *l)
{
    struct shape_part *p = r->part;
    measure_breaks(r, l);
    if (r->part_lines == 0)
        p->opens_with_when =
            has_start(l, PHRASE_WHEN) || (l->phrases.of[PHRASE_WHEN] > 0 && l->tokens.words <= HOOK_WORDS);
    token_add(&p->tokens, &l->tokens);
    phrase_add(&p->phrases, &l->phrases);
    p->lines[l->kind]++;
    p->chars += count_chars(l->text, l->len) + 1;
    p->emoji += line_count_emoji(l->text, l->len);
    p->thread_parts += line_is_thread_part(l->text, l->len) || (has_start(l, PHRASE_POST) && l->tokens.numbers > 0);
    bool question = asks(l);
    p->questions += question;
    p->ratings += line_has_rating(l->text, l->len) || (l->phrases.of[PHRASE_STARS] > 0 && l->tokens.numbers > 0);
    p->forms += line_is_form(l->text, l->len);
    measure_options(r, l, question);
    measure_end(p, l, question);
    r->paragraph_sentences += l->tokens.words <= ALONE_WORDS ? line_count_sentences(l->text, l->len) : 2;
    r->part_lines++;
    r->previous = *l;
}

/* ---- the frame of a mail ---- */

static bool is_greeting(const struct reader *r, const struct line *l)
{
    bool known = r->seen < GREETING_LINES && has_start(l, PHRASE_GREET) && l->tokens.words <= 7 &&
                 strchr(",:!.", l->text[l->len - 1]) != NULL;
    return known || (r->seen == 0 && line_is_salutation(l->text, l->len));
}

/* "Thanks," and a name below, or a line that says no more than the close itself. */
static bool is_close(const struct line *l)
{
    char last = l->text[l->len - 1];
    return has_start(l, PHRASE_CLOSE) && l->tokens.words <= 6 && last != '?' && last != ':' &&
           l->tokens.hashtags == 0 &&
           (last == ',' || !l->ended || (last != '.' && l->tokens.words <= 4) || l->tokens.words <= 2);
}

/* A note about the draft, not a line of it: it hands over, or asks back. */
static bool is_cover(const struct reader *r, const struct line *l)
{
    return l->phrases.of[PHRASE_COVER] > 0 && l->tokens.hashtags == 0 && l->tokens.words <= 80 &&
           (r->shape->greets || r->seen == 0 || r->shape->covered || l->text[l->len - 1] == ':' ||
            l->text[l->len - 1] == '?');
}

/* "Can you look at this before it goes on LinkedIn?": the line below a greeting names a post. */
static bool is_first_cover(const struct reader *r, const struct line *l)
{
    char last = l->text[l->len - 1];
    return r->seen == 1 && r->shape->greets && l->phrases.of[PHRASE_POST] > 0 && l->tokens.hashtags == 0 &&
           l->tokens.words <= 40 && (last == '?' || last == ':');
}

/* "Hi Sam, here is the post for Thursday, can you look it over?": one line greets, names a post and hands it over. */
static bool is_greeting_cover(const struct reader *r, const struct line *l)
{
    char last = l->text[l->len - 1];
    return r->seen < GREETING_LINES && has_start(l, PHRASE_GREET) && l->phrases.of[PHRASE_POST] > 0 &&
           l->tokens.hashtags == 0 && l->tokens.words <= 40 && (last == '?' || last == ':');
}

static bool is_frame(struct reader *r, const struct line *l)
{
    struct shape *s = r->shape;
    if (is_greeting(r, l)) {
        bool many = l->phrases.of[PHRASE_EVERYONE] > 0;
        s->greets = s->greets || !many;
        s->greets_many = s->greets_many || many;
        return !many;
    }
    if (is_cover(r, l) || is_first_cover(r, l) || is_greeting_cover(r, l)) {
        s->covered = true;
        r->skip_paragraph = true;
        return true;
    }
    if (is_close(l)) {
        s->closes = true;
        r->closed = CLOSE_LINES;
        return true;
    }
    if (r->closed > 0 && l->tokens.words <= 8) {
        r->closed--;
        return true;
    }
    r->closed = 0;
    return r->skip_paragraph && !r->after_blank && s->greets && goes_on(&r->previous, l);
}

/* "Post 2", "## Draft B:", "Tweet 1 of 3": few words that name a post, and a number or letter or colon. */
static bool is_post_title(const struct line *l)
{
    size_t at = skip_bytes(l->text, l->len, "#* ");
    if (l->kind == LINE_BULLET || l->kind == LINE_CHECK || l->tokens.words > 6 || l->tokens.words == 0 ||
        at >= l->len || l->phrases.of[PHRASE_POST] == 0 || l->tokens.hashtags > 0)
        return false;
    char last = l->text[trim(l->text, l->len) - 1];
    return at > 0 || last == ':' || last == '*' || (!l->ended && l->tokens.words <= 4) || l->tokens.numbers > 0;
}

static void read_line(struct reader *r, const struct line *l)
{
    struct shape *s = r->shape;
    if (l->kind == LINE_BLANK) {
        r->after_blank = true;
        r->skip_paragraph = false;
        return;
    }
    s->lines[l->kind]++;
    s->line_count++;
    phrase_add(&s->phrases, &l->phrases);
    token_add(&s->tokens, &l->tokens);
    s->mass_mail = s->mass_mail || l->phrases.of[PHRASE_BULK] > 0 ||
                   (l->phrases.of[PHRASE_LEAVE] > 0 && (has_start(l, PHRASE_LEAVE) || l->tokens.links > 0));
    s->addressed = s->addressed || (r->seen < 2 && has_start(l, PHRASE_GREET) && l->phrases.of[PHRASE_EVERYONE] == 0 &&
                                    line_names_somebody(l->text, l->len));
    s->dateline = s->dateline || (r->seen < GREETING_LINES && line_has_dateline(l->text, l->len));
    if (l->kind == LINE_RULE || is_post_title(l)) {
        s->post_titles += l->kind != LINE_RULE;
        begin_part(r);
        r->closed = 0;
    } else if (!is_frame(r, l)) {
        if (l->kind == LINE_HEADING && r->seen > 0)
            begin_part(r);
        add_line(r, l);
    }
    r->seen++;
    r->after_blank = false;
}

/* A name or two in the last line: a mail without a formula ends so. */
static bool is_signature(const struct reader *r)
{
    const struct line *l = &r->previous;
    return r->part_lines > 1 && l->kind == LINE_PROSE && !l->ended && l->tokens.hashtags + l->tokens.mentions == 0 &&
           line_is_signature(l->text, l->len);
}

/* Where to cut what is longer than `most`: behind the last white space, so that no word becomes two. */
static size_t cut_at_space(const char *text, size_t len, size_t most)
{
    if (len <= most)
        return len;
    size_t at = most;
    while (at > 0 && text[at - 1] != ' ' && (text[at - 1] < '\t' || text[at - 1] > '\r'))
        at--;
    return at > 0 ? at : most;
}

size_t shape_read(struct shape *s, const char *text, size_t len)
{
    memset(s, 0, sizeof *s);
    s->part_count = 1;
    struct reader r = {.shape = s, .part = &s->parts[0]};
    len = cut_at_space(text, len, SHAPE_BYTES);
    for (size_t at = 0; at < len;) {
        const char *end = memchr(text + at, '\n', len - at);
        size_t whole = end != NULL ? (size_t)(end - (text + at)) : len - at;
        size_t piece = cut_at_space(text + at, whole, LINE_MOST);
        struct line l = look_at_line(text + at, piece);
        read_line(&r, &l);
        at += piece + (piece == whole);
    }
    end_paragraph(&r);
    s->closes = s->closes || is_signature(&r);
    return len;
}
