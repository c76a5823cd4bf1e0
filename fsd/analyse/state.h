/*
 * state: one file on its way through the chain, shared by the steps: what readers push (heard.c), what is looked for
 * instead (sought.c), class and findings (judge.c), and the chain itself (analyse.c).
 */
#ifndef HOLDFAST_ANALYSE_STATE_H
#define HOLDFAST_ANALYSE_STATE_H

#include "analyse/analyse.h"
#include "analyse/cover.h"
#include "analyse/detect.h"
#include "analyse/document.h"
#include "analyse/naming.h"
#include "analyse/report.h"
#include "analyse/seek.h"
#include "base/buf.h"
#include "contact/contacts.h"
#include "draft/calendar.h"
#include "extract/content.h"
#include "sensitive/sensitive.h"

struct analyser {
    struct detector *detector;
    const struct policy *policy;
    unsigned char secret[FINGERPRINT_SECRET_BYTES];
    struct document *document;
    unsigned tell;                      /* enum inspect_tell */
    struct contact_key sought;          /* len 0: no contact is sought */
    struct seek *seek;                  /* NULL: no text is sought */
    bool seeks;                         /* one or both, and nothing else */
    const struct analyser_known *known; /* the caller's; NULL: nothing is */
    bool patient;
    struct quiet quiet; /* of all files so far */
    struct contacts *contacts;

    /* of the file in hand */
    struct winnow *winnow;
    struct calendar *calendar;
    struct naming *naming;     /* NULL: there is nothing to compare with */
    const struct input *whole; /* the file itself, not what is in it: its type is told in the facts before it is read */
    struct facts facts;
    struct report report;
    int report_fd;             /* the asker's; -1: no report is wanted */
    struct cover cover;        /* what its fingerprints say nothing of */
    enum text_part cover_part; /* of the text that came last */
    struct buf prose;          /* its running text without rows, so that the shape of a draft shows */
    enum text_part prose_part; /* of what was put last */
    struct buf line;           /* the line that is not whole yet */
    enum text_part line_part;
};

/* ---- heard.c ---- */

/* What readers push goes to all who look for something in it. */
struct content_sink heard_sink(struct analyser *a);
void heard_end(struct analyser *a); /* the last line has no end */

/* ---- sought.c ---- */

/* What readers push goes to nobody but who seeks. */
struct content_sink sought_sink(struct analyser *a);
int sought_hit(void *analyser, const struct seek_hit *hit);                           /* seek_found */
int sought_contact(struct analyser *a, const struct contact_key *keys, size_t count); /* a hit, if it is the one */

/* ---- judge.c ---- */

/* Class and rule into *out, findings into the report and their numbers into *out. */
int judge_file(struct analyser *a, const char *path, struct inspection *out);

#endif
