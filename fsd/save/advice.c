#include "save/advice.h"

#include "base/log.h"
#include "analyse/report.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { LISTED_MOST = sizeof((struct advice *)0)->finding / sizeof "error a/b" };

/* "error finance/promissory 3:14": where there is no place, none is said; of a table, sheet and cell. */
static int put_finding(char *to, size_t room, const struct report_finding *f)
{
    const char *level = policy_level_name((enum policy_level)f->level);
    if (f->row > 0)
        return snprintf(to, room, "%s %s row %" PRIu32 " column %" PRIu32, level, f->rule, f->row, f->cell + 1);
    if (f->line > 0)
        return snprintf(to, room, "%s %s %" PRIu32 ":%" PRIu32, level, f->rule, f->line, f->column);
    return snprintf(to, room, "%s %s", level, f->rule);
}

/* The gravest first: what does not fit is what matters least. */
static void put_findings(struct advice *out, const struct report *r)
{
    const struct report_finding *worst[LISTED_MOST];
    size_t count = report_gravest(r, worst, LISTED_MOST), listed = 0, used = 0;
    const size_t most = sizeof out->finding - 32; /* for the words at the end */
    for (; listed < count; listed++) {
        char one[200];
        int len = put_finding(one, sizeof one, worst[listed]);
        if (len < 0 || (size_t)len >= sizeof one || used + (size_t)len + 2 > most)
            break;
        used += (size_t)snprintf(out->finding + used, sizeof out->finding - used, "%s%s", used > 0 ? ", " : "", one);
    }
    size_t left = r->finding_count - listed;
    if (left > 0)
        snprintf(out->finding + used, sizeof out->finding - used, "%s%zu more", used > 0 ? ", " : "", left);
}

static void pick_worst(struct advice *out, const struct report *r)
{
    const struct report_finding *worst[FACT_WORST];
    size_t count = report_gravest(r, worst, FACT_WORST);
    for (size_t i = 0; i < count; i++) {
        const struct report_finding *f = worst[i];
        struct fact_finding *to = &out->worst[i];
        bool in_table = f->row > 0;
        *to = (struct fact_finding){
            (uint8_t)f->level, in_table, in_table ? f->row : f->line, in_table ? f->cell + 1 : f->column, {0}};
        snprintf(to->rule, sizeof to->rule, "%s", f->rule);
    }
}

void advice_make(struct advice *out, const struct inspection *found)
{
    *out = (struct advice){0};
    for (size_t i = 0; i < FACT_LEVELS; i++)
        out->findings[i] = (uint16_t)(found->findings[i] < UINT16_MAX ? found->findings[i] : UINT16_MAX);
    if (found->facts.contacts > 0)
        snprintf(out->records, sizeof out->records, "%" PRIu32, found->facts.contacts);
    if (found->findings[0] + found->findings[1] + found->findings[2] == 0 || found->report_fd < 0)
        return;
    report_auto r = {0};
    int err = report_read(&r, found->report_fd, found->report_bytes);
    if (err < 0)
        log_warn("an inspector's report cannot be read: %s", strerror(-err));
    if (err < 0)
        return;
    put_findings(out, &r);
    pick_worst(out, &r);
}

void advice_put(const struct advice *a, const char *class_name, struct fact *to)
{
    memcpy(to->findings, a->findings, sizeof to->findings);
    memcpy(to->worst, a->worst, sizeof to->worst);
    snprintf(to->class_name, sizeof to->class_name, "%s", class_name == NULL ? "unclassified" : class_name);
}
