#include "draft/shape_reader.h"

#include "draft/sign.h"

#include <string.h>

/* "EN", "DE:": the same text in another language follows. */
static bool is_language_title(const struct line *l)
{
    bool two = l->len == 2 || (l->len == 3 && l->text[2] == ':');
    return two && l->text[0] >= 'A' && l->text[0] <= 'Z' && l->text[1] >= 'A' && l->text[1] <= 'Z';
}

static void read_line(struct reader *r, const struct line *l)
{
    struct shape *s = r->shape;
    if (frame_takes_front_matter(r, l))
        return;
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
                   (l->phrases.of[PHRASE_LEAVE] > 0 && (line_starts_with(l, PHRASE_LEAVE) || l->tokens.links > 0));
    s->addressed = s->addressed || (r->seen < 2 && line_starts_with(l, PHRASE_GREET) &&
                                    l->phrases.of[PHRASE_EVERYONE] == 0 && line_names_somebody(l->text, l->len));
    s->dateline = s->dateline || (r->seen < GREETING_LINES && line_has_dateline(l->text, l->len));
    bool language = is_language_title(l);
    if (l->kind == LINE_RULE || language || frame_is_post_title(l)) {
        s->post_titles += l->kind != LINE_RULE && !language;
        part_begin(r);
        r->closed = 0;
    } else if (!frame_takes(r, l)) {
        if (l->kind == LINE_HEADING && r->seen > 0)
            part_begin(r);
        part_add_line(r, l);
    }
    r->seen++;
    r->after_blank = false;
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
        struct line l = line_look_at(text + at, piece);
        read_line(&r, &l);
        at += piece + (piece == whole);
    }
    part_end_paragraph(&r);
    s->closes = s->closes || frame_ends_in_signature(&r);
    return len;
}
