#include "contact/columns.h"
#include "contact/column.h"
#include "contact/gather.h"
#include "contact/value.h"
#include "words/shape.h"
#include "words/short_value.h"
#include "words/wording.h"

#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

/* What one value is, wherever it stands. */
struct look {
    enum {
        IS_PHONE,
        IS_EMAIL,
        IS_PROFILE,
        IS_AROUND_ONE,
        IS_WORDS
    } form; /* around: an address within something else */
    struct phone phone;
    struct shape shape; /* of words */
};

/* Titles, cities and given names come again in a list's first rows, too: what was last seen of short values. */
enum { LOOKS = 512 };
struct known_look {
    struct short_value value;
    struct look look;
};

struct columns {
    struct column column[COLUMNS_MOST];
    uint64_t labels[COLUMNS_MOST]; /* of cards: their hashes; 0 free */
    struct column_roles roles;
    bool has_cards;
    bool header_says;    /* some word of the header is one that headers have */
    struct gather probe; /* for has_form_inside: it is large */
    struct known_look looks[LOOKS];
};

struct columns *columns_new(void) { return calloc(1, sizeof(struct columns)); }
void columns_free(struct columns *c) { free(c); }

void columns_clear(struct columns *c)
{
    memset(c->column, 0, c->roles.used * sizeof *c->column);
    memset(c->roles.of, 0, c->roles.used * sizeof *c->roles.of);
    if (c->has_cards)
        memset(c->labels, 0, sizeof c->labels);
    c->roles.used = 0;
    c->has_cards = c->header_says = false;
}

/* A label's place is where its hash finds it or a free one. COLUMNS_MOST: one too many. */
static uint32_t place_of_label(struct columns *c, const char *label)
{
    size_t len = strlen(label);
    uint64_t hash = XXH3_64bits(label, len) | 1;
    for (uint32_t i = 0, at = (uint32_t)(hash >> 32) % COLUMNS_MOST; i < 16; i++, at = (at + 1) % COLUMNS_MOST) {
        if (c->labels[at] == hash)
            return at;
        if (c->labels[at] == 0) {
            c->labels[at] = hash;
            c->has_cards = true;
            c->column[at].says = shape_header(label, len);
            c->column[at].role = ROLE_MIXED;
            c->roles.of[at] = ROLE_MIXED;
            c->roles.used = c->roles.used > at ? c->roles.used : at + 1;
            return at;
        }
    }
    return COLUMNS_MOST;
}

/* A table's column is its own place. */
static uint32_t place_of(struct columns *c, const struct cell *cell)
{
    if (cell->label != NULL)
        return place_of_label(c, cell->label);
    return cell->column < COLUMNS_MOST ? cell->column : COLUMNS_MOST;
}

static struct column *column_of(struct columns *c, const struct cell *cell)
{
    uint32_t at = place_of(c, cell);
    if (at == COLUMNS_MOST)
        return NULL;
    c->roles.used = c->roles.used > at ? c->roles.used : at + 1;
    return &c->column[at];
}

static bool has_digit(const struct cell *cell)
{
    for (size_t i = 0; i < cell->len && i < SHAPE_BYTES; i++)
        if ((unsigned char)(cell->text[i] - '0') < 10)
            return true;
    return false;
}

static bool is_header_cell(const struct cell *cell)
{
    char key[CONTACT_KEY_BYTES];
    struct shape s;
    if (cell->len > SHAPE_BYTES || email_take(cell->text, cell->len, key, sizeof key) > 0 ||
        phone_parse(cell->text, cell->len).form != PHONE_NONE ||
        profile_take(cell->text, cell->len, key, sizeof key) > 0)
        return false;
    shape_of(cell->text, cell->len, &s);
    return s.letters > 0;
}

bool columns_header(struct columns *c, const struct row *row)
{
    size_t said = 0;
    if (row->count == 0 || row->cells[0].label != NULL)
        return false;
    for (uint32_t i = 0; i < c->roles.used; i++) /* what a title above said was not said of its column */
        c->column[i].says = 0, c->column[i].has_header = false;
    for (size_t i = 0; i < row->count; i++)
        if (row->cells[i].len > 0 && !is_header_cell(&row->cells[i]))
            return false;
    for (size_t i = 0; i < row->count && i < COLUMNS_MOST; i++) {
        struct column *column = column_of(c, &row->cells[i]);
        if (column == NULL || row->cells[i].len == 0)
            continue;
        column->says = shape_header(row->cells[i].text, row->cells[i].len);
        column->has_header = !has_digit(&row->cells[i]);
        said += column->says != 0;
    }
    c->header_says = said * 3 >= row->count;
    return true;
}

/* ---- learning ---- */

/* The row's own address, to look for the words of its other cells in. */
struct beside {
    char email[EMAIL_BYTES];
    size_t len, local; /* bytes before the '@'; len 0: the row has none */
};

static void find_beside(const struct row *row, struct beside *b)
{
    b->len = 0;
    for (size_t i = 0; i < row->count && i < COLUMNS_MOST && b->len == 0; i++)
        if (memchr(row->cells[i].text, '@', row->cells[i].len) != NULL)
            b->len = email_take(row->cells[i].text, row->cells[i].len, b->email, sizeof b->email);
    const char *at = b->len > 0 ? memchr(b->email, '@', b->len) : NULL;
    b->local = at ? (size_t)(at - b->email) : 0;
}

static void learn_beside(struct column *column, const struct shape *s, const struct beside *b)
{
    bool local = false, domain = false, latin = false;
    for (struct word w = {0}; word_next(s->folded, s->folded_len, &w);) {
        bool plain = (w.text[0] & 0x80) == 0;
        latin |= plain;
        if (w.len < 3 || !plain || (word_classes(w.text, w.len) & (WORD_LEGAL | WORD_COMMON | WORD_HONORIFIC)))
            continue;
        local = local || memmem(b->email, b->local, w.text, w.len) != NULL;
        domain = domain || memmem(b->email + b->local, b->len - b->local, w.text, w.len) != NULL;
    }
    column->beside += latin;
    column->in_local += local;
    column->in_domain += domain && !local;
}

static void learn_shape(struct column *column, const struct shape *s, const struct beside *b)
{
    column->prose += s->prose || s->words > 8;
    if (s->prose || s->letters == 0)
        return;
    bool company = shape_is_company(s), title = !company && shape_is_title(s);
    column->words += s->letters >= 2 && s->capital + s->caseless > 0;
    column->companies += company;
    column->titles += title;
    column->persons += !company && !title && shape_is_person(s);
    column->singles += !company && !title && shape_is_single(s);
    column->givens += s->given > 0 && !company;
    column->honorifics += s->honorific > 0 && !s->odd;
    if (b->len > 0)
        learn_beside(column, s, b);
}

/* Articles end with a check digit: EAN-13, UPC-A. */
static bool has_article_check(const struct phone *p)
{
    unsigned sum = 0;
    if (p->count != 12 && p->count != 13)
        return false;
    for (uint32_t i = 0; i < p->count; i++)
        sum += (unsigned)(p->digits[p->count - 1 - i] - '0') * (i % 2 ? 3 : 1);
    return sum % 10 == 0;
}

static bool begins_with_country(const struct phone *p)
{
    static const char codes[][3] = {"49", "44", "33", "39", "34", "31", "32", "41",
                                    "43", "45", "46", "47", "48", "91", "55"};
    if (p->count == 11 && (p->digits[0] == '1' || p->digits[0] == '7'))
        return p->digits[1] > '1';
    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++)
        if (p->count >= 11 && memcmp(codes[i], p->digits, 2) == 0)
            return true;
    return false;
}

static void learn_phone(struct column *column, const struct phone *p)
{
    uint64_t number = 0;
    column->sure += p->form == PHONE_SURE;
    column->likely += p->form == PHONE_LIKELY;
    if (p->form != PHONE_BARE)
        return;
    for (uint32_t i = 0; i < p->count; i++)
        number = number * 10 + (uint64_t)(p->digits[i] - '0');
    column->least_digits = column->bare == 0 || p->count < column->least_digits ? p->count : column->least_digits;
    column->most_digits = p->count > column->most_digits ? p->count : column->most_digits;
    column->bare++;
    column->bare_zero += p->digits[0] == '0' && (p->digits[1] != '0' || (p->count > 11 && p->digits[2] != '0'));
    column->bare_country += begins_with_country(p);
    column->bare_article += has_article_check(p);
    column->rising += number > column->last_number;
    column->last_number = number;
}

static void learn_distinct(struct column *column, const struct cell *cell)
{
    uint64_t hash = XXH3_64bits(cell->text, cell->len), bit = UINT64_C(1) << (hash & 63);
    column->distinct += (column->seen[hash >> 62] & bit) == 0;
    column->seen[hash >> 62] |= bit;
}

/* An address, number or profile within something else. */
static bool has_form_inside(struct gather *probe, const struct cell *cell)
{
    size_t digits = 0;
    for (size_t i = 0; i < cell->len && i < GATHER_LINE; i++)
        digits += (unsigned char)(cell->text[i] - '0') < 10;
    if (digits < 7 && memchr(cell->text, '@', cell->len) == NULL && memchr(cell->text, '/', cell->len) == NULL)
        return false;
    gather_clear(probe);
    probe->emails = 0;
    gather_line(probe, cell->text, cell->len);
    return gather_has_form(probe) || probe->emails > 0;
}

static void look_at(struct columns *c, const struct cell *cell, struct look *out)
{
    char key[CONTACT_KEY_BYTES];
    out->phone = phone_parse(cell->text, cell->len);
    if (out->phone.form != PHONE_NONE)
        out->form = IS_PHONE;
    else if (email_take(cell->text, cell->len, key, sizeof key) > 0)
        out->form = IS_EMAIL;
    else if (profile_take(cell->text, cell->len, key, sizeof key) > 0)
        out->form = IS_PROFILE;
    else
        out->form = has_form_inside(&c->probe, cell) ? IS_AROUND_ONE : IS_WORDS;
    if (out->form == IS_WORDS)
        shape_of(cell->text, cell->len, &out->shape);
}

/* As look_at, or what is known; `room` is for what is too long to be. */
static const struct look *look_of(struct columns *c, const struct cell *cell, struct look *room)
{
    if (cell->len > SHORT_VALUE_BYTES) {
        look_at(c, cell, room);
        return room;
    }
    const struct short_value value = short_value_of(cell->text, cell->len);
    struct known_look *known = &c->looks[short_value_place(&value, LOOKS)];
    if (!short_value_is(&known->value, &value)) {
        look_at(c, cell, &known->look);
        known->value = value;
    }
    return &known->look;
}

static void learn_cell(struct column *column, const struct cell *cell, const struct look *look, const struct beside *b)
{
    column->values++;
    column->numeric += has_digit(cell);
    learn_distinct(column, cell);
    column->emails += look->form == IS_EMAIL;
    column->profiles += look->form == IS_PROFILE;
    column->inside += look->form == IS_AROUND_ONE;
    if (look->form == IS_PHONE)
        learn_phone(column, &look->phone);
    else if (look->form == IS_WORDS)
        learn_shape(column, &look->shape, b);
}

void columns_learn(struct columns *c, const struct row *row)
{
    struct beside b;
    struct look room;
    find_beside(row, &b);
    for (size_t i = 0; i < row->count && i < COLUMNS_MOST; i++) {
        struct column *column = row->cells[i].len > 0 ? column_of(c, &row->cells[i]) : NULL;
        if (column != NULL)
            learn_cell(column, &row->cells[i], look_of(c, &row->cells[i], &room), &b);
    }
}

/* ---- deciding ---- */

/* Of two columns of names (the contact's, and the rep who owns it) only the better one is the contact's. */
static void keep_best(struct columns *c, enum column_role role, const double *scores)
{
    uint32_t best = COLUMNS_MOST;
    for (uint32_t i = 0; i < c->roles.used; i++)
        if (c->column[i].role == role && (best == COLUMNS_MOST || scores[i] > scores[best]))
            best = i;
    for (uint32_t i = 0; i < c->roles.used; i++)
        if (c->column[i].role == role && i != best)
            c->column[i].role = ROLE_OTHER;
}

/*
 * Profiles, and numbers that do not repeat, belong to somebody. If no column was told to say to whom, because no
 * header, address or known name helped, then those do that look like names and seldom repeat. States and regions are
 * few. Addresses say themselves whose they are.
 */
static void name_owners(struct columns *c)
{
    bool numbers = false, named = false;
    for (uint32_t i = 0; i < c->roles.used; i++) {
        enum column_role role = c->column[i].role;
        numbers |= role == ROLE_PROFILE || (role == ROLE_PHONE && column_is_various_phones(&c->column[i]));
        named |= role == ROLE_EMAIL || role == ROLE_REACH || (role >= ROLE_NAME && role <= ROLE_TITLE);
    }
    for (uint32_t i = 0; numbers && !named && i < c->roles.used; i++)
        if (c->column[i].role == ROLE_OTHER)
            c->column[i].role = column_owner(&c->column[i]);
}

bool columns_decide(struct columns *c)
{
    double scores[COLUMNS_MOST] = {0};
    bool contrast = false;
    for (uint32_t i = 0; i < c->roles.used; i++) {
        enum column_role role = column_decide(&c->column[i], &scores[i]);
        c->column[i].role = role;
        bool numeric = c->column[i].values > 0 && c->column[i].numeric * 5 >= c->column[i].values * 4;
        contrast |= c->column[i].has_header && ((role >= ROLE_EMAIL && role <= ROLE_REACH) || numeric);
    }
    name_owners(c);
    keep_best(c, ROLE_NAME, scores);
    keep_best(c, ROLE_COMPANY, scores);
    for (uint32_t i = 0; i < c->roles.used; i++)
        c->roles.of[i] = (unsigned char)c->column[i].role;
    return contrast || c->header_says;
}

const struct column_roles *columns_roles(const struct columns *c) { return &c->roles; }

enum column_role columns_role_of(struct columns *c, const struct cell *cell)
{
    uint32_t place = place_of(c, cell);
    return place < c->roles.used ? c->roles.of[place] : ROLE_MIXED;
}
