/*
 * evidence_style: the rows of evidence.c that tell a kind of text by how it is said and laid out, whatever it is about:
 * how posts open and turn, and how papers, rules, reports, speeches, offers, arrangements, notes and manuals speak.
 * Each says how strongly it shows, 0 to 100.
 */
#ifndef HOLDFAST_DRAFT_EVIDENCE_STYLE_H
#define HOLDFAST_DRAFT_EVIDENCE_STYLE_H

#include "draft/evidence.h"

int style_has_takes(const struct evidence_view *v);
int style_is_rich_in_takes(const struct evidence_view *v);
int style_is_paper(const struct evidence_view *v);
int style_whole_is_paper(const struct evidence_view *v);
int style_is_duty(const struct evidence_view *v);
int style_is_report(const struct evidence_view *v);
int style_is_ceremony(const struct evidence_view *v);
int style_is_shop(const struct evidence_view *v);
int style_is_arranging(const struct evidence_view *v);
int style_is_planning(const struct evidence_view *v);
int style_is_of_posting(const struct evidence_view *v);
int style_is_manual(const struct evidence_view *v);
int style_is_formal(const struct evidence_view *v);
int style_is_telling(const struct evidence_view *v);
int style_is_foretelling(const struct evidence_view *v);
int style_has_semicolons(const struct evidence_view *v);
int style_asks_at_start(const struct evidence_view *v);
int style_opens_small(const struct evidence_view *v);
int style_has_sandwich(const struct evidence_view *v);
int style_has_plain_titles(const struct evidence_view *v);
int style_is_lone_line(const struct evidence_view *v);
int style_speaks_as_we(const struct evidence_view *v);

#endif
