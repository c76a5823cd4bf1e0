#include "draft/shape_reader.h"

#include "draft/sign.h"

#include <string.h>
#include <strings.h>

enum { CLOSE_LINES = 8, FRONT_LINES = 16 };

/* "Tom, did you ...": one name, and what is said to its bearer. */
static bool calls_somebody(const struct line *l)
{
    const char *comma = memchr(l->text, ',', l->len < 24 ? l->len : 24);
    size_t name = comma != NULL ? (size_t)(comma - l->text) : 0;
    return name >= 2 && name + 2 < l->len && comma[1] == ' ' && memchr(l->text, ' ', name) == NULL &&
           l->text[0] >= 'A' && l->text[0] <= 'Z' && (l->starts == 0) &&
           (l->phrases.of[PHRASE_SECOND] + l->phrases.of[PHRASE_REQUEST] > 0);
}

static bool is_greeting(const struct reader *r, const struct line *l)
{
    bool known = r->seen < GREETING_LINES && line_starts_with(l, PHRASE_GREET) && l->tokens.words <= 7 &&
                 strchr(",:!.", l->text[l->len - 1]) != NULL;
    return known || (r->seen == 0 && line_is_salutation(l->text, l->len));
}

/* "Thanks," and a name below, or a line that says no more than the close itself. */
static bool is_close(const struct line *l)
{
    char last = l->text[l->len - 1];
    if (last == '!' && l->phrases.of[PHRASE_PUBLIC] > 0)
        return false; /* "See you there!": to all */
    return line_starts_with(l, PHRASE_CLOSE) && l->tokens.words <= 6 && last != '?' && last != ':' &&
           l->tokens.hashtags == 0 &&
           (last == ',' || !l->ended || (last != '.' && l->tokens.words <= 4) || l->tokens.words <= 2);
}

/* A note about the draft, not a line of it: it hands over, or asks back. */
static bool is_cover(const struct reader *r, const struct line *l)
{
    return l->phrases.of[PHRASE_COVER] > 0 && l->tokens.hashtags == 0 && l->tokens.words <= 80 &&
           (r->shape->greets || r->seen == 0 || r->shape->covered || l->text[l->len - 1] == ':' ||
            l->text[l->len - 1] == '?' || (r->seen == 1 && calls_somebody(l))); /* below a mail's subject */
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
    return r->seen < GREETING_LINES && line_starts_with(l, PHRASE_GREET) && l->phrases.of[PHRASE_POST] > 0 &&
           l->tokens.hashtags == 0 && l->tokens.words <= 40 && (last == '?' || last == ':');
}

bool frame_takes(struct reader *r, const struct line *l)
{
    struct shape *s = r->shape;
    if (is_greeting(r, l) && l->phrases.of[PHRASE_COVER] == 0) {
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
    return r->skip_paragraph && !r->after_blank && s->greets && line_goes_on(&r->previous, l);
}

bool frame_is_post_title(const struct line *l)
{
    size_t at = line_skip(l->text, l->len, "#* ");
    if (l->kind == LINE_BULLET || l->kind == LINE_CHECK || l->tokens.words > 6 || l->tokens.words == 0 ||
        at >= l->len || l->phrases.of[PHRASE_POST] == 0 || l->tokens.hashtags > 0)
        return false;
    char last = l->text[line_trim(l->text, l->len) - 1];
    return at > 0 || last == ':' || last == '*' || (!l->ended && l->tokens.words <= 4) || l->tokens.numbers > 0;
}

bool frame_takes_front_matter(struct reader *r, const struct line *l)
{
    static const char *const keys[] = {"channel:", "platform:", "network:", "status:", "kanal:",       "plattform:",
                                       "canal:",   "status :",  "estado:",  "stato:",  "kana\xc5\x82:"};
    bool rule = l->kind == LINE_RULE && l->len == 3 && *l->text == '-';
    if (rule && r->seen == 0 && !r->front_matter)
        return r->front_matter = true;
    if (!r->front_matter)
        return false;
    r->front_matter = !rule && ++r->front_lines < FRONT_LINES;
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        r->shape->covered = r->shape->covered || strncasecmp(l->text, keys[i], strlen(keys[i])) == 0;
    return true;
}

bool frame_ends_in_signature(const struct reader *r)
{
    const struct line *l = &r->previous;
    return r->part_lines > 1 && l->kind == LINE_PROSE && !l->ended && l->tokens.hashtags + l->tokens.mentions == 0 &&
           line_is_signature(l->text, l->len);
}
