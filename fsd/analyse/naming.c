#include "analyse/naming.h"

#include "contact/value.h"
#include "words/phrase.h"
#include "words/wording.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { SLOTS = 2048, WORDS_MOST = 5, PERSON_WORDS_LEAST = 2, PERSON_WORDS_MOST = 4, CELL_BYTES = 96 };
_Static_assert((int)NAMING_MOST < SLOTS, "the table of what was found is never full");

struct naming {
    const unsigned char *secret;
    const struct known *names;
    uint32_t cells; /* looked at */
    uint32_t count;
    uint64_t found[SLOTS]; /* 0: free */
};

/* ---- what is known ---- */

static uint64_t key_of(const struct naming *n, enum contact_kind kind, const char *text, size_t len, char *room,
                       size_t *key_len)
{
    struct contact_key key = {.kind = kind, .text = room};
    *key_len = contact_normalise(kind, text, len, room, CONTACT_KEY_BYTES);
    key.len = (uint32_t)*key_len;
    return *key_len > 0 ? fingerprint_key(n->secret, &key) : 0;
}

static void note(struct naming *n, uint64_t key)
{
    size_t at = key >> 32 & (SLOTS - 1);
    while (n->found[at] != 0 && n->found[at] != key)
        at = (at + 1) & (SLOTS - 1);
    if (n->found[at] == key || n->count == NAMING_MOST)
        return;
    n->found[at] = key;
    n->count++;
}

/* ---- is it meant as a name? ---- */

/* What a key's words say. */
struct weight {
    uint32_t words;
    uint32_t own;      /* in no list of words */
    uint32_t ordinary; /* of daily speech */
    uint32_t org;      /* of companies' names: "bank", "solutions" */
};

static struct weight weigh(const char *key, size_t len)
{
    struct weight weight = {0};
    for (struct word w = {0}; word_next(key, len, &w); weight.words++) {
        uint32_t classes = word_classes(w.text, w.len);
        weight.own += classes == 0 && w.len >= 3 && (w.text[0] < '0' || w.text[0] > '9');
        weight.ordinary += (classes & (WORD_ORDINARY | WORD_COMMON)) != 0;
        weight.org += (classes & WORD_ORG) != 0;
    }
    return weight;
}

static bool is_company(const struct phrase_run *run, const char *key, size_t len, bool nouns_have_capitals)
{
    struct weight w = weigh(key, len);
    if (run->count > 1)
        return w.own > 0 || run->has_legal_form || (w.org > 0 && !run->begins);
    return w.own > 0 && (run->is_odd || (!run->begins && !nouns_have_capitals));
}

static bool is_person(const struct phrase_run *run, const char *key, size_t len)
{
    struct weight w = weigh(key, len);
    return w.words >= PERSON_WORDS_LEAST && w.ordinary < w.words && !(run->begins && run->first_is_ordinary);
}

/* Does this run stand in the lists, and as a name? `len` may leave out an ending of it ("'s"). */
static bool take_run(struct naming *n, const struct phrase_run *run, size_t len, bool nouns_have_capitals)
{
    char room[CONTACT_KEY_BYTES];
    size_t key_len;
    uint64_t key = key_of(n, CONTACT_COMPANY, run->text, len, room, &key_len);
    bool is_known = key != 0 && known_has_name(n->names, key) && is_company(run, room, key_len, nouns_have_capitals);
    if (!is_known && run->count >= PERSON_WORDS_LEAST && run->count <= PERSON_WORDS_MOST) {
        key = key_of(n, CONTACT_NAME, run->text, len, room, &key_len);
        is_known = key != 0 && known_has_name(n->names, key) && is_person(run, room, key_len);
    }
    if (is_known)
        note(n, key);
    return is_known;
}

/* The longest known run that begins here: how many words it has, or 0. */
static size_t take_longest(struct naming *n, const struct phrase *p, size_t first)
{
    struct phrase_run run;
    for (size_t count = WORDS_MOST; count > 0; count--) {
        if (!phrase_run(p, first, count, &run))
            continue;
        if (take_run(n, &run, run.len, p->nouns_have_capitals) ||
            (run.stem_len < run.len && take_run(n, &run, run.stem_len, p->nouns_have_capitals)))
            return count;
    }
    return 0;
}

static void take_address(struct naming *n, const char *text, size_t len)
{
    char room[CONTACT_KEY_BYTES];
    size_t key_len;
    uint64_t key = key_of(n, CONTACT_EMAIL, text, len, room, &key_len);
    if (key != 0 && known_has_name(n->names, key))
        note(n, key);
}

/* ---- what others call ---- */

int naming_open(struct naming **out, const unsigned char secret[static FINGERPRINT_SECRET_BYTES],
                const struct known *names)
{
    struct naming *n = calloc(1, sizeof *n);
    if (n == NULL)
        return -ENOMEM;
    n->secret = secret;
    n->names = names;
    *out = n;
    return 0;
}

void naming_text(struct naming *n, const char *utf8, size_t len)
{
    struct span found;
    struct phrase p;
    len = len < NAMING_TEXT_BYTES ? len : NAMING_TEXT_BYTES;
    for (size_t at = 0; email_next(utf8, len, &at, &found);)
        take_address(n, found.text, found.len);
    phrase_begin(&p, utf8, len);
    while (phrase_next(&p))
        for (size_t i = 0; i < p.count;) {
            size_t taken = take_longest(n, &p, i);
            i += taken > 0 ? taken : 1;
        }
}

/* A cell's capital is its writer's choice, and a comma in it ("Hill, Ann") divides nothing. */
void naming_cell(struct naming *n, const char *utf8, size_t len)
{
    char folded[CELL_BYTES * 2];
    struct phrase_run run = {.text = utf8, .len = len, .stem_len = len};
    if (len == 0 || len > CELL_BYTES || n->cells == NAMING_CELLS)
        return;
    n->cells++;
    if (memchr(utf8, '@', len) != NULL)
        take_address(n, utf8, len);
    if (utf8[0] >= 'a' && utf8[0] <= 'z')
        return;
    size_t folded_len = wording_fold(utf8, len, folded, sizeof folded);
    for (struct word w = {0}; word_next(folded, folded_len, &w); run.count++)
        run.has_legal_form = run.count > 0 && (word_classes(w.text, w.len) & WORD_LEGAL) != 0;
    if (run.count > 0 && run.count <= WORDS_MOST + 1)
        take_run(n, &run, len, false);
}

uint32_t naming_count(const struct naming *n) { return n->count; }
void naming_close(struct naming *n) { free(n); }
