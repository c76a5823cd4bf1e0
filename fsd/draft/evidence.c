#include "draft/evidence_scale.h"
#include "draft/evidence_style.h"

#include <stdbool.h>
#include <string.h>

/*
 * A part of a text begins at BASE points; each piece of evidence that its shape shows adds or takes up to its weight,
 * by how strongly it shows. DRAFT_EVEN is the even chance: 50 or more is a draft.
 *
 * The weights were set by hand and then fitted by tests/accuracy/refit.py: a logistic regression over texts that people
 * wrote and some of the two generated corpora, ten points a logit, in which a weight moves from the hand's only as far
 * as texts pull it. Forests of small trees told more texts apart while there were few texts to learn from, and no more
 * once there were 250 more: what was missing was evidence. No single piece decides. What makes another kind of document
 * (records, code, a letter's frame) weighs more than any one sign of a post, since such documents are many.
 */
enum { BASE = 31, SCANT_WORDS = 7, TWEET_CHARS = 300, POST_CHARS = 3000, POST_WORDS = 520 };

static uint32_t of_shape(const struct evidence_view *v, enum line_kind kind) { return v->shape->lines[kind]; }

/* ---- for a draft ---- */

/* At the end of a text no longer than one post on X, a tag weighs as two do elsewhere. */
static int has_hashtags(const struct evidence_view *v)
{
    static const int by_count[] = {0, 55, 80, 100};
    uint32_t tags = v->part->tokens.hashtags;
    if (v->part->tags_at_end && tags > 0 && tags < 3 && v->part->chars <= TWEET_CHARS)
        tags++;
    return by_count[tags < 3 ? tags : 3];
}

static int ends_in_tags(const struct evidence_view *v) { return v->part->tags_at_end ? 100 : 0; }
static int has_mentions(const struct evidence_view *v)
{
    bool brief = v->part->tokens.mentions > 0 && v->part->chars <= TWEET_CHARS;
    return brief || (v->part->tags_at_end && v->part->tokens.mentions > 0) ? 100 : ramp(v->part->tokens.mentions, 0, 2);
}
static int has_link(const struct evidence_view *v)
{
    return v->part->tokens.links > 0 && v->part->tokens.links <= 3 ? 100 : 0;
}
static int has_emoji(const struct evidence_view *v) { return ramp(v->part->emoji, 0, 2); }
static int speaks_as_i(const struct evidence_view *v) { return ramp(per_mille_words(v, PHRASE_FIRST), 5, 40); }
static int speaks_to_you(const struct evidence_view *v) { return ramp(per_mille_words(v, PHRASE_SECOND), 0, 25); }

/* A round mail ends so, too. */
static int ends_in_link(const struct evidence_view *v)
{
    bool mail = v->shape->greets || v->shape->greets_many || v->shape->closes;
    return v->part->links_at_end && !v->part->asks_at_end && !mail ? 100 : 0;
}

static int asks_readers(const struct evidence_view *v) { return ramp(v->part->phrases.of[PHRASE_ASK], 0, 2); }
/* How much the text is somebody's and speaks to somebody. */
static int is_personal(const struct evidence_view *v)
{
    return ramp(per_mille_words(v, PHRASE_FIRST) + per_mille_words(v, PHRASE_SECOND) + per_mille_words(v, PHRASE_ASK),
                0, 30);
}

static int has_rhythm(const struct evidence_view *v)
{
    int many = ramp(v->part->paragraphs, 1, 4), brief = ramp(share(v->part->brief, v->part->paragraphs, 100), 40, 90);
    int voice = is_personal(v) > has_hashtags(v) ? is_personal(v) : has_hashtags(v);
    return many * brief / 100 * voice / 100;
}

/* One alone may be a date: "9/11". */
static int is_thread(const struct evidence_view *v) { return v->part->thread_parts < 2 ? 0 : 100; }

/* What only networks and chats have; a chat's lines are stamped. */
static int has_marks(const struct evidence_view *v)
{
    int tags = has_hashtags(v), emoji = has_emoji(v), thread = is_thread(v);
    int most = tags > emoji ? tags : emoji;
    return v->part->tags_at_end ? 100 : most > thread ? most : thread;
}
static int is_presented(const struct evidence_view *v)
{
    return v->shape->covered || v->shape->post_titles > 0 ? 100 : 0;
}

static int is_so_called(const struct evidence_view *v)
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

/* ---- for a draft, or against, as a whole text is written ---- */

/* A question, and short answers to choose from. */
static int has_poll(const struct evidence_view *v) { return v->part->options >= 2 && v->part->options <= 6 ? 100 : 0; }

static int has_points(const struct evidence_view *v) { return ramp(v->part->lines[LINE_POINT], 1, 3); }

/* Both, in a text that is somebody's: a story told to readers. */
static int speaks_both(const struct evidence_view *v)
{
    const struct phrase_counts *p = &v->part->phrases;
    return p->of[PHRASE_FIRST] > 0 && p->of[PHRASE_SECOND] > 0 ? 100 : 0;
}

/* A last paragraph of a few words that is a sentence, after longer ones: the line that stays. */
static int has_kicker(const struct evidence_view *v)
{
    const struct shape_part *p = v->part;
    return p->paragraphs >= 3 && p->last_is_ended && p->last_words >= 2 ? 100 - ramp(p->last_words, 10, 20) : 0;
}

/* A sentence of a few words alone, and more than that below. */
static int has_hook_of_sentence(const struct evidence_view *v)
{
    const struct shape_part *p = v->part;
    return p->hook_is_ended && p->hook_words >= 3 && p->hook_words <= 16 && p->paragraphs >= 3 ? 100 : 0;
}

static int speaks_in_public(const struct evidence_view *v)
{
    return ramp(v->part->phrases.of[PHRASE_PUBLIC] * 2, 0, 3);
}
/* In one block it is a note. */
static int opens_with_when(const struct evidence_view *v)
{
    return v->part->opens_with_when && v->part->paragraphs >= 3 ? 100 : 0;
}
static int is_of_work(const struct evidence_view *v) { return ramp(v->part->phrases.of[PHRASE_WORK], 0, 3); }

/* Sentences that stand alone, each its own paragraph. */
static int has_lone(const struct evidence_view *v)
{
    return v->part->paragraphs < 3 ? 0 : ramp(share(v->part->alone, v->part->paragraphs, 100), 10, 60);
}

/* A statement or two that fill one post on X, made to nobody by name and about nobody. */
static int is_statement(const struct evidence_view *v)
{
    const struct shape_part *p = v->part;
    const struct phrase_counts *said = &p->phrases;
    bool framed = v->shape->greets || v->shape->closes || v->shape->addressed;
    bool brief = p->chars <= TWEET_CHARS && p->paragraphs <= 2 && p->tokens.words >= SCANT_WORDS && p->last_is_ended;
    if (!brief || framed || said->of[PHRASE_REQUEST] + said->of[PHRASE_FORMULA] > 0)
        return 0;
    return said->of[PHRASE_THIRD] > said->of[PHRASE_SECOND] ? 50 : 100;
}

/* ---- against ---- */

static int has_formulas(const struct evidence_view *v) { return ramp(v->part->phrases.of[PHRASE_FORMULA], 0, 2); }

/* A share of few lines says little: one line of two may look like anything. */
static int share_of_lines(const struct evidence_view *v, uint32_t lines, uint32_t enough, uint64_t from, uint64_t to)
{
    return ramp(share(lines, v->shape->line_count, 100), from, to) * ramp(lines, 0, enough) / 100;
}

static int is_code(const struct evidence_view *v) { return share_of_lines(v, of_shape(v, LINE_CODE), 3, 12, 40); }

static int is_record(const struct evidence_view *v)
{
    uint32_t lines = of_shape(v, LINE_LABEL) + of_shape(v, LINE_STAMP) + of_shape(v, LINE_LOG) +
                     of_shape(v, LINE_TABLE) + of_shape(v, LINE_CHECK) + of_shape(v, LINE_QUOTE) +
                     of_shape(v, LINE_CODE);
    lines -= v->part->option_records;
    return lines < 2 ? 0 : share_of_lines(v, lines, 4, 18, 50);
}

/* A list that hands over to readers at its end is a post's. */
static int is_list(const struct evidence_view *v)
{
    int list = ramp(share(v->part->lines[LINE_BULLET] - v->part->option_bullets, v->shape->line_count, 100), 40, 75);
    return v->part->asks_at_end ? list / 4 : list;
}

static int is_letter(const struct evidence_view *v)
{
    int frame = (v->shape->greets ? 50 : 0) + (v->shape->closes ? 50 : 0);
    bool posted = (v->part->tags_at_end && v->part->tokens.hashtags > 0) || is_thread(v) == 100;
    return v->shape->covered || posted ? frame / 5 : frame;
}

static int is_mass_mail(const struct evidence_view *v) { return v->shape->mass_mail ? 100 : 0; }

static int is_release(const struct evidence_view *v)
{
    return ramp(v->shape->phrases.of[PHRASE_RELEASE] + (v->shape->dateline ? 1 : 0), 0, 1);
}

static int is_contract(const struct evidence_view *v)
{
    int clauses = ramp(share(of_shape(v, LINE_CLAUSE), v->shape->line_count, 100), 5, 30);
    int words = ramp(per_mille_words(v, PHRASE_LEGAL), 4, 20);
    return clauses > words ? clauses : words;
}

static int is_long(const struct evidence_view *v)
{
    int chars = ramp(v->part->chars, POST_CHARS, POST_CHARS * 4 / 3);
    int words = ramp(v->part->tokens.words, POST_WORDS, POST_WORDS * 4 / 3);
    return v->part->thread_parts > 2 ? 0 : chars > words ? chars : words;
}

static int is_scant(const struct evidence_view *v)
{
    bool marked = v->part->tokens.hashtags + v->part->tokens.mentions + v->part->emoji > 0;
    uint32_t least = marked ? SCANT_WORDS / 2 : SCANT_WORDS;
    return 100 - ramp(v->part->tokens.words, least, least * 3);
}

/* Some never write a stop; in notes nobody speaks, and there is no air between the lines. */
static int is_fragments(const struct evidence_view *v)
{
    uint32_t lines = v->part->lines[LINE_PROSE] + v->part->lines[LINE_BULLET];
    int open = v->part->fragments < 3 ? 0 : ramp(share(v->part->fragments, lines, 100), 35, 80);
    return open * (100 - has_rhythm(v) / 2) / 100;
}

static int is_verse(const struct evidence_view *v)
{
    return v->part->broken < 2 ? 0 : ramp(share(v->part->broken, v->part->lines[LINE_PROSE], 100), 20, 60);
}

/* Of a text with a post's marks it says nothing: it may be a firm's, or in a language whose pronouns we do not know. */
static int is_impersonal(const struct evidence_view *v) { return (100 - is_personal(v)) * (100 - has_marks(v)) / 100; }

/* Neither somebody's own nor handed over to readers: notices and advertising say "we" and "you", too. */
static int is_official(const struct evidence_view *v)
{
    const struct shape_part *p = v->part;
    uint32_t own = p->phrases.of[PHRASE_SELF] + p->tokens.hashtags + p->emoji + p->thread_parts;
    return own == 0 && !p->asks_at_end && !p->tags_at_end ? 100 : 0;
}

static int is_about_others(const struct evidence_view *v)
{
    const struct phrase_counts *p = &v->part->phrases;
    return p->of[PHRASE_THIRD] > p->of[PHRASE_SECOND] ? ramp(per_mille_words(v, PHRASE_THIRD), 10, 60) : 0;
}

static int is_figures(const struct evidence_view *v)
{
    uint32_t counters = v->part->thread_parts, numbers = v->part->tokens.numbers;
    numbers = numbers > counters + 2 ? numbers - counters - 2 : 0; /* a date and a time are no figures */
    return numbers < 2 ? 0 : ramp(share(numbers, v->part->tokens.words, 1000), 60, 180);
}

static int is_chaptered(const struct evidence_view *v)
{
    int marked = v->shape->post_titles > 0 ? 0 : ramp(of_shape(v, LINE_HEADING), 1, 3);
    int plain = ramp(v->part->titles, 0, 3);
    return marked > plain ? marked : plain;
}

static bool is_posted(const struct evidence_view *v)
{
    return v->part->tags_at_end || v->part->tokens.hashtags > 0 || v->shape->covered;
}

static int has_rating(const struct evidence_view *v) { return v->part->ratings > 0 && !is_posted(v) ? 100 : 0; }
static int names_somebody(const struct evidence_view *v) { return v->shape->addressed && !is_posted(v) ? 100 : 0; }

/* An address of mail or web that nobody can click: signatures, notices, imprints. */
static int has_addresses(const struct evidence_view *v) { return ramp(v->part->tokens.addresses, 0, 2); }

/* Long paragraphs: articles, stories, reports. */
static int is_dense(const struct evidence_view *v)
{
    return ramp(share(v->part->tokens.words, v->part->paragraphs, 1), 35, 90);
}

/* A first line that is a title, and no more than that. */
static int is_titled(const struct evidence_view *v)
{
    return v->part->hook_words > 0 && !v->part->hook_is_ended ? 100 : 0;
}

/* Question after question: interviews, surveys, pages of answers. */
static int is_questionnaire(const struct evidence_view *v)
{
    uint32_t lines = v->shape->line_count;
    return ramp(v->part->questions, 1, 4) * ramp(share(v->part->questions, lines, 100), 15, 40) / 100;
}

static int is_form(const struct evidence_view *v) { return ramp(v->part->forms, 0, 2); }

/* A short first line with a number that is no sentence: "14 November", "Visit 9/11". */
static int is_dated(const struct evidence_view *v) { return v->part->hook_has_number ? 100 : 0; }

static int has_requests(const struct evidence_view *v) { return ramp(v->part->phrases.of[PHRASE_REQUEST], 0, 2); }

/* Nothing of work in it, nothing said in public, and no mark of a network but emoji. */
static int is_private(const struct evidence_view *v)
{
    const struct shape_part *p = v->part;
    return p->tokens.hashtags + p->tokens.mentions + p->tokens.links + p->thread_parts + p->options +
                       p->phrases.of[PHRASE_WORK] + p->phrases.of[PHRASE_PUBLIC] + p->phrases.of[PHRASE_ASK] ==
                   0
               ? 100
               : 0;
}

/* All in one paragraph, without a mark of a network: questions in forums, notes, mails without a frame. */
static int is_block(const struct evidence_view *v)
{
    const struct shape_part *p = v->part;
    bool marked = p->tokens.hashtags + p->tokens.mentions > 0;
    return p->paragraphs <= 2 && !marked ? ramp(p->tokens.words, 25, 50) : 0;
}

static const struct evidence {
    const char *name;
    int (*strength)(const struct evidence_view *v);
    int weight;
} evidence[] = {
    {"hashtags", has_hashtags, 30},       /* nothing else that people write has them */
    {"ends in tags", ends_in_tags, 22},   /* or a mention; articles about hashtags have them in their sentences */
    {"mentions", has_mentions, 1},        /* chats and tickets have them, too */
    {"link", has_link, 18},               /* so has nearly everything; a heap of links is no post */
    {"emoji", has_emoji, 7},              /* posts, but chats and mails as well */
    {"speaks as i", speaks_as_i, 1},      /* a post is somebody's; so are letters and CVs */
    {"speaks to you", speaks_to_you, 13}, /* and is addressed to its readers; so are manuals and advertising */
    {"ends in link", ends_in_link, 18},   /* "Register here: https://..." */
    {"asks readers", asks_readers, 12},   /* comment, share, tell me: few other texts ask for it */
    {"rhythm", has_rhythm, 11}, /* brief paragraphs, air between them: the strongest sign of a post in plain words */
    {"thread", is_thread, 42},  /* "2/7" */
    {"presented", is_presented, 30}, /* somebody hands it over as a draft, or titles it as one */
    {"so called", is_so_called, 4},  /* the path: never enough to decide */

    {"kicker", has_kicker, 7},                        /* stories told to readers end so; letters end in a name */
    {"hook of a sentence", has_hook_of_sentence, 10}, /* and begin so */
    {"speaks in public", speaks_in_public, 17},       /* thanks, congratulates, announces, invites: letters do, too */
    {"opens with when", opens_with_when, 42},         /* "Today ..." */
    {"of work", is_of_work, 21},                      /* private texts are not; most papers of a firm are */
    {"poll", has_poll, 19},                           /* a question and its answers; questionnaires have many */
    {"points", has_points, 10},                       /* lines led by emoji or arrows */
    {"lone", has_lone, 10},                           /* sentences alone in their paragraphs: how posts are told */
    {"statement", is_statement, 14},                  /* a post on X may be no more than this; so may a note */
    {"speaks both", speaks_both, -3},                 /* I and you in one text: mails do, too */

    {"code", is_code, -111}, /* no sign of a post outweighs this: comments speak to readers, decorators are mentions */
    {"record", is_record, -60},               /* invoices, tickets, chats, minutes, logs: lines with fields */
    {"list", is_list, -24},                   /* agendas and to-do lists; a post has sentences around its list */
    {"letter", is_letter, -78},               /* to one person; in the frame of a cover note it says little */
    {"mass mail", is_mass_mail, -93},         /* newsletters are posts in all but this */
    {"release", is_release, -80},             /* they begin and end in fixed forms */
    {"contract", is_contract, -70},           /* numbered clauses, binding words */
    {"long", is_long, -80},                   /* networks cut there */
    {"scant", is_scant, -8},                  /* a line or a title alone shows no shape */
    {"fragments", is_fragments, -30},         /* notes */
    {"verse", is_verse, -46},                 /* poems, addresses */
    {"impersonal", is_impersonal, -14},       /* recipes, manuals, catalogues, reports */
    {"official", is_official, -2},            /* memos, product pages */
    {"about others", is_about_others, -3},    /* call notes, references */
    {"figures", is_figures, -43},             /* statements, price lists */
    {"chaptered", is_chaptered, -54},         /* articles, READMEs */
    {"rating", has_rating, -30},              /* reviews judge; a post rarely does, and then has its tags */
    {"names somebody", names_somebody, -10},  /* the first words greet one person by name */
    {"addresses", has_addresses, -16},        /* signatures, notices, imprints */
    {"dense", is_dense, -8},                  /* articles, stories, reports */
    {"titled", is_titled, -13},               /* articles; a hook is a sentence */
    {"questionnaire", is_questionnaire, -22}, /* interviews, surveys, pages of answers */
    {"form", is_form, -30},                   /* places to fill in */
    {"dated", is_dated, -23},                 /* diaries, minutes, notes */
    {"block", is_block, -19},                 /* posts have air */
    {"requests", has_requests, -12},          /* mails, notices, tickets ask one person; posts ask all */
    {"formulas", has_formulas, -3},           /* mails without a frame still say "please find" and "Mr" */
    {"private", is_private, -7},              /* diaries, stories, messages to friends */

    {"takes", style_has_takes, 9},                 /* posts open, turn and close in phrases of their own */
    {"rich in takes", style_is_rich_in_takes, 24}, /* in a short one, that is most of it */
    {"paper", style_is_paper, -30},                /* minutes, reports, manuals name themselves and their chapters */
    {"whole is paper", style_whole_is_paper, -11}, /* and so does what stands above */
    {"duty", style_is_duty, -16},                  /* rules bind: must, employees */
    {"report", style_is_report, -3},               /* articles and notes say who said what */
    {"ceremony", style_is_ceremony, -27},          /* speeches */
    {"shop", style_is_shop, -32},                  /* offers and reviews */
    {"arranging", style_is_arranging, -16},        /* messages to somebody: running late */
    {"planning", style_is_planning, -10},          /* notes on work: follow up */
    {"formal", style_is_formal, -5},               /* papers join their sentences so */
    {"telling", style_is_telling, 6},              /* stories are told in the past, by all */
    {"foretelling", style_is_foretelling, -13},    /* announcements and plans */
    {"semicolons", style_has_semicolons, -17},     /* who writes them writes no posts */
    {"asks at start", style_asks_at_start, -5},    /* interviews, forums */
    {"opens small", style_opens_small, 5},         /* tweets */
    {"sandwich", style_has_sandwich, 21},          /* a list with a sentence before and behind */
    {"plain titles", style_has_plain_titles, -7},  /* short lines that are no sentences: outlines */
    {"lone line", style_is_lone_line, 19},         /* a sentence or a few, no more: the shortest posts */
    {"speaks as we", style_speaks_as_we, 6},       /* firms do */
    {"manual", style_is_manual, -24},              /* click, install, step */
    {"of posting", style_is_of_posting, -29},      /* rules and plans for posts speak of posts; posts do not */
};

size_t evidence_count(void) { return sizeof evidence / sizeof *evidence; }
const char *evidence_name(size_t row) { return evidence[row].name; }
int evidence_strength(size_t row, const struct evidence_view *v) { return evidence[row].strength(v); }

/* In tenths of a point: what the closed words of the part weigh together. */
static int weigh_closed(const struct evidence_view *v)
{
    int tenths = 0;
    for (size_t i = 0; i < phrase_closed_count(); i++)
        tenths += phrase_has_closed(&v->part->phrases, i) ? phrase_closed_weight(i) : 0;
    return tenths;
}

int evidence_score(const struct evidence_view *v)
{
    int points = BASE * 100 + weigh_closed(v) * 10;
    for (size_t i = 0; i < sizeof evidence / sizeof *evidence; i++)
        points += evidence[i].strength(v) * evidence[i].weight;
    points /= 100;
    return points < 0 ? 0 : points > 100 ? 100 : points;
}
