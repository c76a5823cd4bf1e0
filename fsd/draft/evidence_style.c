#include "draft/evidence_style.h"

#include "draft/evidence_scale.h"

int style_has_takes(const struct evidence_view *v) { return ramp(v->part->phrases.of[PHRASE_TAKE], 0, 3); }
int style_is_rich_in_takes(const struct evidence_view *v) { return ramp(per_mille_words(v, PHRASE_TAKE), 0, 60); }
int style_is_paper(const struct evidence_view *v) { return ramp(v->part->papers, 0, 2); }
int style_whole_is_paper(const struct evidence_view *v) { return ramp(v->shape->parts[0].papers, 0, 1); }
int style_is_duty(const struct evidence_view *v) { return ramp(per_mille_words(v, PHRASE_DUTY), 10, 50); }
int style_is_report(const struct evidence_view *v) { return ramp(per_mille_words(v, PHRASE_REPORTED), 5, 40); }
int style_is_ceremony(const struct evidence_view *v) { return ramp(v->part->phrases.of[PHRASE_CEREMONY], 0, 2); }
int style_is_shop(const struct evidence_view *v) { return ramp(per_mille_words(v, PHRASE_SHOP), 5, 50); }
int style_is_arranging(const struct evidence_view *v) { return ramp(per_mille_words(v, PHRASE_ARRANGE), 0, 60); }
int style_is_planning(const struct evidence_view *v) { return ramp(per_mille_words(v, PHRASE_PLAN), 5, 50); }
int style_is_of_posting(const struct evidence_view *v) { return ramp(v->part->phrases.of[PHRASE_META], 0, 3); }
int style_is_manual(const struct evidence_view *v) { return ramp(per_mille_words(v, PHRASE_MANUAL), 10, 70); }
int style_is_formal(const struct evidence_view *v) { return ramp(per_mille_words(v, PHRASE_FORMAL), 5, 50); }
int style_is_telling(const struct evidence_view *v) { return ramp(per_mille_words(v, PHRASE_PAST), 10, 80); }
int style_is_foretelling(const struct evidence_view *v) { return ramp(per_mille_words(v, PHRASE_WILL), 5, 50); }
int style_has_semicolons(const struct evidence_view *v) { return ramp(v->part->semicolons, 0, 2); }
int style_asks_at_start(const struct evidence_view *v)
{
    return v->part->asks_at_start && v->part->paragraphs > 1 ? 100 : 0;
}
int style_opens_small(const struct evidence_view *v) { return v->part->opens_small ? 100 : 0; }
int style_has_sandwich(const struct evidence_view *v) { return v->part->has_intro && v->part->has_outro ? 100 : 0; }
int style_has_plain_titles(const struct evidence_view *v)
{
    return ramp(share(v->part->stubs, v->shape->line_count, 100), 10, 50);
}
/* One line that is a sentence or a few: a post on X, or a note. */
int style_is_lone_line(const struct evidence_view *v)
{
    const struct shape_part *p = v->part;
    bool alone = v->shape->line_count == 1 && p->last_is_ended;
    return alone ? ramp(p->tokens.words, 4, 8) * (100 - ramp(p->tokens.words, 25, 60)) / 100 : 0;
}

int style_speaks_as_we(const struct evidence_view *v)
{
    const struct phrase_counts *p = &v->part->phrases;
    uint64_t we = p->of[PHRASE_FIRST] > p->of[PHRASE_SELF] ? p->of[PHRASE_FIRST] - p->of[PHRASE_SELF] : 0;
    return ramp(share(we, v->part->tokens.words, 1000), 5, 40);
}
