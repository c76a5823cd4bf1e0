#include "inspect/draft.h"

#include "inspect/draft_shape.h"

#include <stdbool.h>
#include <string.h>

/*
 * A part of a text begins at BASE points; each piece of evidence that its shape shows adds or takes up to its weight,
 * by how strongly it shows. DRAFT_EVEN is the even chance: 50 or more is a draft.
 *
 * No single piece decides. The strongest for a draft (hashtags) still needs a text around it; a post without hashtag,
 * link or emoji gets there by rhythm, person and a question to its readers. What makes another kind of document
 * (records, code, a letter's frame) weighs more than any one sign of a post, since such documents are many.
 */
enum { BASE = 18, SCANT_WORDS = 7, TWEET_CHARS = 300, POST_CHARS = 3000, POST_WORDS = 520 };

/* What the strength of evidence is read from. */
struct view {
    const struct shape *shape;
    const struct shape_part *part;
    const char *path;
};

/* 0 up to `from`, 100 at `to` and beyond, straight between. */
static int ramp(uint64_t value, uint64_t from, uint64_t to)
{
    return value <= from ? 0 : value >= to ? 100 : (int)((value - from) * 100 / (to - from));
}

static uint64_t share(uint64_t some, uint64_t all, uint64_t scale) { return all > 0 ? some * scale / all : 0; }

static uint64_t per_mille_words(const struct view *v, enum phrase_role role)
{
    return share(v->part->phrases.of[role], v->part->tokens.words, 1000);
}

static uint32_t of_shape(const struct view *v, enum line_kind kind) { return v->shape->lines[kind]; }

/* ---- for a draft ---- */

/* At the end of a text no longer than one post on X, a tag weighs as two do elsewhere. */
static int has_hashtags(const struct view *v)
{
    static const int by_count[] = {0, 55, 80, 100};
    uint32_t tags = v->part->tokens.hashtags;
    if (v->part->tags_at_end && tags > 0 && tags < 3 && v->part->chars <= TWEET_CHARS)
        tags++;
    return by_count[tags < 3 ? tags : 3];
}

static int ends_in_tags(const struct view *v) { return v->part->tags_at_end ? 100 : 0; }
static int has_mentions(const struct view *v)
{
    return v->part->tags_at_end && v->part->tokens.mentions > 0 ? 100 : ramp(v->part->tokens.mentions, 0, 2);
}
static int has_link(const struct view *v) { return v->part->tokens.links > 0 && v->part->tokens.links <= 3 ? 100 : 0; }
static int has_emoji(const struct view *v) { return ramp(v->part->emoji, 0, 2); }
static int speaks_as_i(const struct view *v) { return ramp(per_mille_words(v, PHRASE_FIRST), 5, 40); }
static int speaks_to_you(const struct view *v) { return ramp(per_mille_words(v, PHRASE_SECOND), 0, 25); }
static int ends_in_question(const struct view *v) { return v->part->asks_at_end ? 100 : 0; }

/* A round mail ends so, too. */
static int ends_in_link(const struct view *v)
{
    bool mail = v->shape->greets || v->shape->greets_many || v->shape->closes;
    return v->part->links_at_end && !v->part->asks_at_end && !mail ? 100 : 0;
}

static int asks_readers(const struct view *v) { return ramp(v->part->phrases.of[PHRASE_ASK], 0, 2); }
static int has_hook(const struct view *v)
{
    bool alone = v->part->hook_words >= 2 && v->part->hook_words <= 16;
    return !alone ? 0 : v->part->hook_is_ended ? 100 : 40;
}

/* How much the text is somebody's and speaks to somebody. */
static int is_personal(const struct view *v)
{
    return ramp(per_mille_words(v, PHRASE_FIRST) + per_mille_words(v, PHRASE_SECOND) + per_mille_words(v, PHRASE_ASK),
                0, 30);
}

static int has_rhythm(const struct view *v)
{
    int many = ramp(v->part->paragraphs, 1, 4), brief = ramp(share(v->part->brief, v->part->paragraphs, 100), 40, 90);
    int voice = is_personal(v) > has_hashtags(v) ? is_personal(v) : has_hashtags(v);
    return many * brief / 100 * voice / 100;
}

static int is_thread(const struct view *v) { return ramp(v->part->thread_parts, 0, 2); }

/* What only networks and chats have; a chat's lines are stamped. */
static int has_marks(const struct view *v)
{
    int tags = has_hashtags(v), emoji = has_emoji(v), thread = is_thread(v);
    int most = tags > emoji ? tags : emoji;
    return v->part->tags_at_end ? 100 : most > thread ? most : thread;
}
static int is_presented(const struct view *v) { return v->shape->covered || v->shape->post_titles > 0 ? 100 : 0; }
static int greets_many(const struct view *v) { return v->shape->greets_many ? 100 : 0; }

static int is_so_called(const struct view *v)
{
    char folded[512];
    struct phrase_counts named = {0};
    size_t len = strlen(v->path);
    if (len >= sizeof folded)
        return 0;
    len = phrase_fold(v->path, len, folded);
    for (size_t i = 0; i < len; i++)
        if (strchr("-_./0123456789", folded[i]) != NULL)
            folded[i] = ' ';
    phrase_count(folded, len, &named);
    return named.of[PHRASE_POST] > 0 ? 100 : 0;
}

/* ---- against ---- */

/* A share of few lines says little: one line of two may look like anything. */
static int share_of_lines(const struct view *v, uint32_t lines, uint32_t enough, uint64_t from, uint64_t to)
{
    return ramp(share(lines, v->shape->line_count, 100), from, to) * ramp(lines, 0, enough) / 100;
}

static int is_code(const struct view *v) { return share_of_lines(v, of_shape(v, LINE_CODE), 3, 12, 40); }

static int is_record(const struct view *v)
{
    uint32_t lines = of_shape(v, LINE_LABEL) + of_shape(v, LINE_STAMP) + of_shape(v, LINE_LOG) +
                     of_shape(v, LINE_TABLE) + of_shape(v, LINE_CHECK) + of_shape(v, LINE_QUOTE) +
                     of_shape(v, LINE_CODE);
    return lines < 2 ? 0 : share_of_lines(v, lines, 4, 18, 50);
}

/* A list that hands over to readers at its end is a post's. */
static int is_list(const struct view *v)
{
    int list = ramp(share(v->part->lines[LINE_BULLET], v->shape->line_count, 100), 40, 75);
    return v->part->asks_at_end ? list / 4 : list;
}

static int is_letter(const struct view *v)
{
    int frame = (v->shape->greets ? 50 : 0) + (v->shape->closes ? 50 : 0);
    bool posted = (v->part->tags_at_end && v->part->tokens.hashtags > 0) || is_thread(v) == 100;
    return v->shape->covered || posted ? frame / 5 : frame;
}

static int is_mass_mail(const struct view *v) { return v->shape->mass_mail ? 100 : 0; }

static int is_release(const struct view *v)
{
    return ramp(v->shape->phrases.of[PHRASE_RELEASE] + (v->shape->dateline ? 1 : 0), 0, 1);
}

static int is_contract(const struct view *v)
{
    int clauses = ramp(share(of_shape(v, LINE_CLAUSE), v->shape->line_count, 100), 5, 30);
    int words = ramp(per_mille_words(v, PHRASE_LEGAL), 4, 20);
    return clauses > words ? clauses : words;
}

static int is_long(const struct view *v)
{
    int chars = ramp(v->part->chars, POST_CHARS, POST_CHARS * 4 / 3);
    int words = ramp(v->part->tokens.words, POST_WORDS, POST_WORDS * 4 / 3);
    return v->part->thread_parts > 2 ? 0 : chars > words ? chars : words;
}

static int is_scant(const struct view *v)
{
    bool marked = v->part->tokens.hashtags + v->part->tokens.mentions + v->part->emoji > 0;
    uint32_t least = marked ? SCANT_WORDS / 2 : SCANT_WORDS;
    return 100 - ramp(v->part->tokens.words, least, least * 3);
}

/* Some never write a stop; in notes nobody speaks, and there is no air between the lines. */
static int is_fragments(const struct view *v)
{
    uint32_t lines = v->part->lines[LINE_PROSE] + v->part->lines[LINE_BULLET];
    int open = v->part->fragments < 3 ? 0 : ramp(share(v->part->fragments, lines, 100), 35, 80);
    return open * (100 - has_rhythm(v) / 2) / 100;
}

static int is_verse(const struct view *v)
{
    return v->part->broken < 2 ? 0 : ramp(share(v->part->broken, v->part->lines[LINE_PROSE], 100), 20, 60);
}

/* Of a text with a post's marks it says nothing: it may be a firm's, or in a language whose pronouns we do not know. */
static int is_impersonal(const struct view *v) { return (100 - is_personal(v)) * (100 - has_marks(v)) / 100; }

/* Neither somebody's own nor handed over to readers: notices and advertising say "we" and "you", too. */
static int is_official(const struct view *v)
{
    const struct shape_part *p = v->part;
    uint32_t own = p->phrases.of[PHRASE_SELF] + p->tokens.hashtags + p->emoji + p->thread_parts;
    return own == 0 && !p->asks_at_end && !p->tags_at_end ? 100 : 0;
}

static int is_about_others(const struct view *v)
{
    const struct phrase_counts *p = &v->part->phrases;
    return p->of[PHRASE_THIRD] > p->of[PHRASE_SECOND] ? ramp(per_mille_words(v, PHRASE_THIRD), 10, 60) : 0;
}

static int is_figures(const struct view *v)
{
    uint32_t counters = v->part->thread_parts, numbers = v->part->tokens.numbers;
    numbers = numbers > counters ? numbers - counters : 0;
    return numbers < 3 ? 0 : ramp(share(numbers, v->part->tokens.words, 1000), 60, 180);
}

static int is_chaptered(const struct view *v)
{
    int marked = v->shape->post_titles > 0 ? 0 : ramp(of_shape(v, LINE_HEADING), 1, 3);
    int plain = ramp(v->part->titles, 0, 3);
    return marked > plain ? marked : plain;
}

static const struct evidence {
    int (*strength)(const struct view *v);
    int weight;
} evidence[] = {
    {has_hashtags, 34},  /* nothing else that people write has them */
    {ends_in_tags, 12},  /* or a mention: where posts keep them; an article about hashtags has them in its sentences */
    {has_mentions, 8},   /* chats and tickets have them, too */
    {has_link, 5},       /* so has nearly everything; a heap of links is no post */
    {has_emoji, 10},     /* posts, but chats and mails as well */
    {speaks_as_i, 14},   /* a post is somebody's; so are letters and CVs */
    {speaks_to_you, 12}, /* and is addressed to its readers; so are manuals and advertising */
    {ends_in_question, 18}, /* posts end by handing over to the readers */
    {ends_in_link, 12},     /* "Register here: https://..." */
    {asks_readers, 10},     /* comment, share, tell me: few other texts ask for it */
    {has_hook, 8},          /* a line alone, before "see more"; titles are that, too */
    {has_rhythm, 22},       /* brief paragraphs, air between them: the strongest sign of a post in plain words */
    {is_thread, 36},        /* "2/7" */
    {is_presented, 22},     /* somebody hands it over as a draft, or titles it as one */
    {greets_many, 8},       /* "Hello network" */
    {is_so_called, 5},      /* the path: never enough to decide */

    {is_code, -120},        /* no sign of a post outweighs this: comments speak to readers, decorators are mentions */
    {is_record, -80},       /* invoices, tickets, chats, minutes, logs: lines with fields */
    {is_list, -35},         /* agendas and to-do lists; a post has sentences around its list */
    {is_letter, -60},       /* to one person; in the frame of a cover note it says little */
    {is_mass_mail, -80},    /* newsletters are posts in all but this */
    {is_release, -80},      /* they begin and end in fixed forms */
    {is_contract, -70},     /* numbered clauses, binding words */
    {is_long, -80},         /* networks cut there */
    {is_scant, -60},        /* a line or a title alone shows no shape */
    {is_fragments, -35},    /* notes */
    {is_verse, -40},        /* poems, addresses */
    {is_impersonal, -30},   /* recipes, manuals, catalogues, reports */
    {is_official, -20},     /* memos, product pages */
    {is_about_others, -14}, /* call notes, references */
    {is_figures, -40},      /* statements, price lists */
    {is_chaptered, -45},    /* articles, READMEs */
};

static int score_part(const struct view *v)
{
    int points = BASE * 100;
    for (size_t i = 0; i < sizeof evidence / sizeof *evidence; i++)
        points += evidence[i].strength(v) * evidence[i].weight;
    points /= 100;
    return points < 0 ? 0 : points > 100 ? 100 : points;
}

/* The best part, if what is like it is a good share of the text: one chapter of a manual may look like a post. */
static int score_parts(const struct shape *s, const char *path)
{
    uint64_t words = 0, draft_words = 0;
    int best = 0;
    for (size_t i = 0; i < s->part_count; i++) {
        int score = score_part(&(struct view){s, &s->parts[i], path});
        words += s->parts[i].tokens.words;
        if (score >= DRAFT_EVEN)
            draft_words += s->parts[i].tokens.words;
        if (score > best)
            best = score;
    }
    return best >= DRAFT_EVEN && draft_words * 3 < words ? DRAFT_EVEN - 5 : best;
}

enum { CODE_SHARE = 40, LOG_LINES = 3 };

static bool is_program(const struct shape *s)
{
    return share(s->lines[LINE_CODE], s->line_count, 100) >= CODE_SHARE ||
           (s->lines[LINE_LOG] >= LOG_LINES && share(s->lines[LINE_LOG], s->line_count, 100) >= CODE_SHARE);
}

void draft_measure(const char *text, size_t len, const char *path, struct facts *f)
{
    struct shape shape;
    size_t seen = shape_read(&shape, text, len);
    struct token_counts all = shape.tokens;
    token_count(text + seen, len - seen, &all);
    f->words = all.words;
    f->hashtags = all.hashtags;
    f->mentions = all.mentions;
    f->links = all.links;
    if (is_program(&shape))
        f->flags |= FACT_CODE;
    int score = score_parts(&shape, path);
    f->draft = seen < len && score >= DRAFT_EVEN ? DRAFT_EVEN - 5 : (uint32_t)score;
}
