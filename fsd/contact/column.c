#include "contact/column.h"
#include "words/wording.h"

static double share(uint32_t of, uint32_t all) { return all > 0 ? (double)of / all : 0; }
static double says(const struct column *c, uint32_t what) { return (c->says & what) ? 1 : 0; }

/*
 * Digits without any grouping are as often ids, articles and amounts. A leading zero, or one country code on all of
 * them, make numbers of them, unless they count up or have the check digits of articles.
 */
static bool is_bare_phones(const struct column *c)
{
    double bare = share(c->bare, c->values), sure = share(c->sure, c->values);
    if (says(c, WORD_SAYS_PHONE))
        return share(c->bare + c->likely + c->sure, c->values) >= 0.5;
    if (c->bare < 3 || bare + sure + share(c->likely, c->values) < 0.8 || says(c, WORD_SAYS_OTHER))
        return false;
    if (c->least_digits < 9 || c->most_digits > 13 || c->most_digits - c->least_digits > 3)
        return false;
    if (share(c->rising, c->bare) > 0.9 || share(c->bare_article, c->bare) > 0.4)
        return false;
    if (sure >= 0.2)
        return true; /* the others are written as only phones are */
    return share(c->bare_zero, c->bare) >= 0.8 || share(c->bare_country, c->bare) >= 0.9;
}

static bool is_phones(const struct column *c)
{
    double sure = share(c->sure, c->values), grouped = share(c->sure + c->likely, c->values);
    if (is_bare_phones(c))
        return true;
    if (says(c, WORD_SAYS_OTHER) && !says(c, WORD_SAYS_PHONE))
        return sure >= 0.8;
    return (grouped >= 0.6 && sure >= 0.2) || (grouped >= 0.8 && share(c->distinct, c->values) > 0.8 && c->values >= 3);
}

/* "Contact": an address here, a number there. Among those, digits in groups are a number, too. */
static bool is_reach(const struct column *c)
{
    uint32_t numbers = c->sure + c->likely + c->bare;
    return c->sure > 0 && share(c->emails, c->values) >= 0.1 && share(numbers, c->values) >= 0.1 &&
           share(c->emails + c->profiles + numbers, c->values) >= 0.9;
}

/* Words of a row's address that recur here are worth most: they depend on no list. That none ever does counts, too. */
static double score_name(const struct column *c)
{
    double persons = share(c->persons, c->values);
    if (persons < 0.5)
        return 0;
    double none = c->beside >= 3 && c->in_local == 0 && c->in_domain == 0 && c->givens == 0 ? 1 : 0;
    double various = c->values >= 2 && share(c->distinct, c->values < 150 ? c->values : 150) > 0.7 ? 1 : 0;
    return 0.9 * persons + 0.1 * various + 0.9 * share(c->givens, c->values) + 1.2 * share(c->in_local, c->beside) +
           0.8 * share(c->honorifics, c->values) + 0.6 * says(c, WORD_SAYS_NAME | WORD_SAYS_PART) -
           2 * share(c->companies, c->values) - 1.2 * share(c->titles, c->values) -
           0.9 * share(c->in_domain, c->beside) - 0.3 * none - 0.2 * says(c, WORD_SAYS_COMPANY | WORD_SAYS_TITLE) -
           0.6 * says(c, WORD_SAYS_OTHER);
}

static double score_part(const struct column *c)
{
    double singles = share(c->singles, c->values);
    if (singles < 0.6)
        return 0;
    return 0.6 * singles + 0.9 * share(c->givens, c->values) + 1.0 * share(c->in_local, c->beside) +
           0.6 * says(c, WORD_SAYS_PART | WORD_SAYS_NAME) - 0.8 * share(c->in_domain, c->beside) -
           0.6 * says(c, WORD_SAYS_OTHER) - 0.6 * says(c, WORD_SAYS_COMPANY | WORD_SAYS_TITLE);
}

static double score_company(const struct column *c)
{
    return 0.3 * share(c->words, c->values) + 1.8 * share(c->companies, c->values) +
           1.4 * share(c->in_domain, c->beside) + 0.7 * says(c, WORD_SAYS_COMPANY) - 0.8 * share(c->givens, c->values) -
           0.8 * share(c->titles, c->values) - 0.5 * share(c->in_local, c->beside) - 0.6 * says(c, WORD_SAYS_OTHER) -
           share(c->prose, c->values);
}

static double score_title(const struct column *c)
{
    return 0.3 * share(c->words, c->values) + 1.4 * share(c->titles, c->values) + 0.7 * says(c, WORD_SAYS_TITLE) -
           share(c->companies, c->values) - 0.5 * share(c->givens, c->values) - 0.5 * share(c->in_local, c->beside) -
           0.6 * says(c, WORD_SAYS_OTHER) - share(c->prose, c->values);
}

static enum column_role decide_words(const struct column *c, double *score)
{
    static const struct {
        enum column_role role;
        double (*score)(const struct column *c);
    } ways[] = {
        {ROLE_NAME, score_name}, {ROLE_PART, score_part}, {ROLE_COMPANY, score_company}, {ROLE_TITLE, score_title}};
    enum column_role best = ROLE_OTHER;
    *score = 0.95;
    for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
        double got = ways[i].score(c);
        if (got >= *score) {
            *score = got;
            best = ways[i].role;
        }
    }
    return best;
}

enum column_role column_decide(const struct column *c, double *score)
{
    uint32_t forms = c->emails + c->profiles + c->sure + c->inside;
    *score = 1;
    if (c->values == 0)
        return ROLE_MIXED;
    if (is_reach(c))
        return ROLE_REACH;
    if (share(c->emails, c->values) >= 0.5)
        return ROLE_EMAIL;
    if (share(c->profiles, c->values) >= 0.5)
        return ROLE_PROFILE;
    if (is_phones(c))
        return ROLE_PHONE;
    if (share(forms, c->values) >= 0.15)
        return ROLE_MIXED;
    enum column_role role = decide_words(c, score);
    return role == ROLE_OTHER && forms > 0 ? ROLE_MIXED : role;
}

/* `distinct` ends at 256. */
static double distinct_share(const struct column *c) { return share(c->distinct, c->values < 200 ? c->values : 200); }

bool column_is_various_phones(const struct column *c)
{
    return share(c->sure, c->values) >= 0.2 && distinct_share(c) >= 0.6;
}

enum column_role column_owner(const struct column *c)
{
    double least = c->distinct >= 8 ? 0.1 : c->distinct >= 5 ? 0.5 : 0.8;
    if (says(c, WORD_SAYS_OTHER) || c->values < 3 || distinct_share(c) < least ||
        share(c->titles + c->companies, c->values) > 0.1)
        return ROLE_OTHER;
    if (share(c->persons, c->values) >= 0.7)
        return ROLE_NAME;
    return share(c->singles + c->persons, c->values) >= 0.7 ? ROLE_PART : ROLE_OTHER;
}
