#include "policy/literals.h"

#include <string.h>

enum { DEPTH_MOST = 10, WORK_MOST = 20000, CLASS_MOST = 16, CHARACTER_BYTES = 4 };

struct parser {
    const char *p;
    unsigned depth;
    unsigned work;  /* literals made so far */
    bool sensitive; /* in a group that tells capitals from small letters, whatever the whole does */
    bool failed;    /* something that is not understood, or too much of it */
};

/* A part of a pattern. */
struct part {
    struct literals head; /* it begins with one of these; "" open: with anything */
    struct literals best; /* it holds one of these; count 0: not known */
    size_t most;          /* bytes that it can take; LITERALS_REACH_MOST: or more */
    bool at_word;
    bool at_capital; /* it begins with a capital letter */
    bool empty;      /* it takes no characters: an assertion */
};

static void parse_alternatives(struct parser *ps, struct part *out);

/* ---- sets ---- */

static void set_one(struct literals *set, const char *bytes, size_t len, bool open)
{
    set->count = 1;
    set->items[0] = (struct literal){.len = (uint8_t)len, .open = open};
    memcpy(set->items[0].bytes, bytes, len);
}

static bool is_same(const struct literal *a, const struct literal *b)
{
    return a->len == b->len && memcmp(a->bytes, b->bytes, a->len) == 0;
}

static bool add(struct parser *ps, struct literals *set, const struct literal *l)
{
    ps->failed |= ++ps->work > WORK_MOST;
    for (size_t i = 0; i < set->count; i++) {
        struct literal *had = &set->items[i];
        if (is_same(had, l)) {
            had->open |= l->open;
            return true;
        }
    }
    if (set->count == LITERALS_MOST || ps->failed)
        return false;
    set->items[set->count++] = *l;
    return true;
}

static bool add_all(struct parser *ps, struct literals *set, const struct literals *more)
{
    for (size_t i = 0; i < more->count; i++)
        if (!add(ps, set, &more->items[i]))
            return false;
    return true;
}

static void open_all(struct literals *set)
{
    for (size_t i = 0; i < set->count; i++)
        set->items[i].open = true;
}

static bool is_open(const struct literals *set)
{
    for (size_t i = 0; i < set->count; i++)
        if (!set->items[i].open)
            return false;
    return true;
}

/* A character beyond ASCII in place of a blank is a rare sight, but alone it tells nothing. */
static size_t worth(const struct literal *l)
{
    size_t plain = 0;
    bool wide = l->len > 0 && l->bytes[l->len - 1] == LITERAL_WIDE;
    for (size_t i = 0; i < l->len; i++)
        plain += l->bytes[i] != LITERAL_BLANK && l->bytes[i] != LITERAL_WIDE;
    return wide && plain > 0 ? LITERAL_BYTES : plain;
}

size_t literals_least(const struct literals *set)
{
    size_t least = set->count > 0 ? LITERAL_BYTES : 0;
    for (size_t i = 0; i < set->count; i++) {
        size_t own = worth(&set->items[i]);
        least = own < least ? own : least;
    }
    return least;
}

bool literals_same(const struct literals *a, const struct literals *b)
{
    for (size_t i = 0; i < a->count && a->count == b->count; i++) {
        size_t k = 0;
        while (k < b->count && !is_same(&a->items[i], &b->items[k]))
            k++;
        if (k == b->count)
            return false;
    }
    return a->count == b->count;
}

unsigned char literal_test(char byte, unsigned char *mask)
{
    static const struct {
        char byte;
        unsigned char value, mask;
    } classes[] = {{LITERAL_WIDE, 0x80, 0x80}, {LITERAL_DIGIT, '0', 0xf0}, {LITERAL_BLANK, 0, 0xd0}};
    for (size_t i = 0; i < sizeof classes / sizeof classes[0]; i++)
        if (classes[i].byte == byte) {
            *mask = classes[i].mask;
            return classes[i].value;
        }
    *mask = 0xff;
    return (unsigned char)byte;
}

/* Which of two sets is the rarer sight? */
static void keep_better(struct literals *best, const struct literals *other)
{
    size_t have = literals_least(best), offered = literals_least(other);
    if (offered > have || (offered > 0 && offered == have && other->count < best->count))
        *best = *other;
}

/* Each literal of `run` that may go on, with each of `next` behind it. */
static void append(struct parser *ps, struct literals *run, const struct literals *next)
{
    struct literals grown = {0};
    for (size_t i = 0; i < run->count; i++) {
        const struct literal *l = &run->items[i];
        bool fits = !l->open || add(ps, &grown, l);
        for (size_t k = 0; k < next->count && fits && !l->open; k++) {
            struct literal joined = *l;
            size_t room = LITERAL_BYTES - (size_t)l->len, more = next->items[k].len;
            memcpy(joined.bytes + l->len, next->items[k].bytes, more < room ? more : room);
            joined.len = (uint8_t)(l->len + (more < room ? more : room));
            joined.open = next->items[k].open || more > room;
            fits = add(ps, &grown, &joined);
        }
        if (!fits) {
            open_all(run);
            return;
        }
    }
    *run = grown;
}

/* ---- atoms ---- */

static char fold(char c) { return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c; }

static void any(struct part *out)
{
    set_one(&out->head, "", 0, true);
    out->most = CHARACTER_BYTES;
}

static void one(const struct parser *ps, struct part *out, char c)
{
    char low = fold(c);
    set_one(&out->head, &low, 1, false);
    out->most = 1;
    out->at_capital = ps->sensitive && low != c;
}

/*
 * A character beyond ASCII, at ps->p: moves over it, and adds it in both cases to the set. False if that is not simple:
 * only letters of Latin-1 whose other case is there too, and the signs and quotes that have no case.
 */
static bool take_wide(struct parser *ps, struct literals *set)
{
    const unsigned char *c = (const unsigned char *)ps->p;
    size_t len = 1;
    while ((c[len] & 0xc0) == 0x80)
        len++;
    ps->p += len;
    uint32_t letter = 0xc0u | (c[1] & 0x1f); /* the capital */
    bool is_letter = len == 2 && c[0] == 0xc3 && strchr("\xc5\xd7\xdf", (int)letter) == NULL;
    bool is_sign =
        (len == 2 && c[0] == 0xc2 && c[1] != 0xb5) || (len == 3 && c[0] == 0xe2 && c[1] >= 0x80 && c[1] <= 0x82);
    struct literal l = {.len = (uint8_t)(len < LITERAL_BYTES ? len : LITERAL_BYTES)}, other;
    memcpy(l.bytes, c, l.len);
    other = l;
    other.bytes[1] = (char)(l.bytes[1] ^ 0x20);
    return (is_letter || is_sign) && add(ps, set, &l) && (!is_letter || add(ps, set, &other));
}

/* A member of a class, or a range. False if it is more than a few plain characters. */
static bool take_member(struct parser *ps, struct literals *set)
{
    bool escaped = *ps->p == '\\';
    ps->p += escaped;
    char low = *ps->p;
    if (low == 0 || (escaped && (low == 'Q' || low == 'E')) || (!escaped && low == '[' && strchr(":.=", ps->p[1]))) {
        ps->failed = true; /* [:alpha:] and the like */
        return false;
    }
    if ((unsigned char)low >= 0x80)
        return take_wide(ps, set) && (*ps->p != '-' || ps->p[1] == ']');
    bool word = (low >= 'a' && low <= 'z') || (low >= 'A' && low <= 'Z') || (low >= '0' && low <= '9');
    bool plain = !(escaped && word);
    char high = low;
    ps->p++;
    if (*ps->p == '-' && ps->p[1] != ']' && ps->p[1] != 0) {
        high = ps->p[1];
        ps->p += high == '\\' || (unsigned char)high >= 0x80 ? 1 : 2;
        plain &= high != '\\' && high != '[';
    }
    plain &= (signed char)low > 0 && (signed char)high > 0 && high - low < CLASS_MOST;
    for (int c = (unsigned char)low; plain && c <= (unsigned char)high; c++)
        plain = add(ps, set, &(struct literal){.len = 1, .bytes = {fold((char)c)}});
    return plain;
}

/* Behind a '[': moves over the class, and gives its characters if they are few and plain. */
static void parse_class(struct parser *ps, struct part *out)
{
    bool plain = *ps->p != '^';
    out->at_capital = ps->sensitive && strncmp(ps->p, "A-Z]", strlen("A-Z]")) == 0;
    ps->p += !plain;
    out->head.count = 0;
    for (const char *first = ps->p; *ps->p != 0 && (*ps->p != ']' || ps->p == first) && !ps->failed;) {
        plain &= take_member(ps, &out->head);
        plain &= out->head.count <= CLASS_MOST;
        if (!plain)
            out->head.count = 0;
    }
    ps->failed |= *ps->p != ']';
    ps->p += *ps->p == ']';
    if (!plain || out->head.count == 0)
        any(out);
    out->most = CHARACTER_BYTES;
}

/* Behind a backslash. */
static void parse_escape(struct parser *ps, struct part *out)
{
    char c = *ps->p++;
    if (c != 0 && strchr("bBAzZ", c) != NULL) {
        out->empty = true;
        out->at_word = c == 'b';
    } else if (c == 'p' || c == 'P') {
        out->at_capital = ps->sensitive && c == 'p' && strncmp(ps->p, "{Lu}", strlen("{Lu}")) == 0;
        ps->p += *ps->p == '{' ? strcspn(ps->p, "}") : 0;
        ps->failed |= *ps->p == 0;
        ps->p += *ps->p != 0;
        any(out);
    } else if (c == 'd') {
        set_one(&out->head, (char[]){LITERAL_DIGIT}, 1, false);
        out->most = CHARACTER_BYTES;
    } else if (c == 's') {
        out->head.count = 2;
        out->head.items[0] = (struct literal){.len = 1, .bytes = {LITERAL_BLANK}};
        out->head.items[1] = (struct literal){.len = 1, .bytes = {LITERAL_WIDE}, .open = true};
        out->most = CHARACTER_BYTES;
    } else if (c != 0 && strchr("DwWShHvVRXtnrfea", c) != NULL) {
        any(out);
        out->most = c == 'X' ? LITERALS_REACH_MOST : CHARACTER_BYTES;
    } else if (c > ' ' && c < 0x7f && !(c >= '0' && c <= '9') && !(fold(c) >= 'a' && fold(c) <= 'z')) {
        one(ps, out, c);
    } else {
        ps->failed = true; /* \Q, \x, \1, \K, \G ... */
    }
}

/* Behind the begin of a lookaround: over its end. */
static void skip_group(struct parser *ps)
{
    struct part ignored = {0};
    for (unsigned depth = 1; depth > 0 && !ps->failed;) {
        char c = *ps->p++;
        if (c == 0 || (c == '\\' && (*ps->p == 0 || *ps->p == 'Q'))) {
            ps->failed = true;
        } else if (c == '\\') {
            ps->p++;
        } else if (c == '[') {
            parse_class(ps, &ignored);
        } else {
            depth += c == '(';
            depth -= c == ')';
        }
    }
}

/* Behind "(?": which group is it? Moves to its content. True: it is an assertion or a setting, and done with. */
static bool parse_group_kind(struct parser *ps)
{
    static const char *const looks[] = {"=", "!", "<=", "<!"};
    for (size_t i = 0; i < sizeof looks / sizeof looks[0]; i++)
        if (strncmp(ps->p, looks[i], strlen(looks[i])) == 0) {
            ps->p += strlen(looks[i]);
            skip_group(ps);
            return true;
        }
    ps->p += ps->p[0] == 'P' && ps->p[1] == '<';
    if (*ps->p == '<' || *ps->p == '\'') {
        ps->p += strcspn(ps->p + 1, ">'") + 1;
        ps->failed |= *ps->p == 0;
        ps->p += *ps->p != 0;
        return false;
    }
    if (*ps->p == '>' || *ps->p == '|') {
        ps->p++;
        return false;
    }
    ps->p += strspn(ps->p, "imsnJU-");
    ps->failed |= *ps->p != ':' && *ps->p != ')';
    ps->sensitive &= *ps->p == ':'; /* a setting: of what, is not looked at */
    return *ps->p != 0 && *ps->p++ == ')';
}

/* Lookbehinds that say the same as \b before a letter. */
static bool is_word_begin(const char *p)
{
    static const char *const known[] = {"(?<![\\p{L}\\p{N}_])", "(?<!\\w)"};
    return strncmp(p, known[0], strlen(known[0])) == 0 || strncmp(p, known[1], strlen(known[1])) == 0;
}

/* At a '('. */
static void parse_group(struct parser *ps, struct part *out)
{
    bool word = is_word_begin(ps->p), outside = ps->sensitive;
    bool turns = strncmp(ps->p, "(?-i:", strlen("(?-i:")) == 0, keeps = strncmp(ps->p, "(?:", strlen("(?:")) == 0;
    ps->p++;
    ps->failed |= *ps->p == '*';
    if (*ps->p == '?') {
        ps->p++;
        out->empty = parse_group_kind(ps);
        out->at_word = out->empty && word;
    }
    if (out->empty || ps->failed)
        return;
    ps->failed |= ++ps->depth > DEPTH_MOST;
    ps->sensitive = turns || (outside && keeps);
    if (!ps->failed)
        parse_alternatives(ps, out);
    ps->sensitive = outside;
    ps->depth--;
    ps->failed |= *ps->p != ')';
    ps->p += *ps->p == ')';
}

static void parse_atom(struct parser *ps, struct part *out)
{
    unsigned char c = (unsigned char)*ps->p;
    *out = (struct part){0};
    if (c == '(') {
        parse_group(ps, out);
        return;
    }
    ps->p++;
    if (c == '[') {
        parse_class(ps, out);
    } else if (c == '\\') {
        parse_escape(ps, out);
    } else if (c == '^' || c == '$') {
        out->empty = true;
    } else if (c == '.') {
        any(out);
    } else if (strchr("*+?{", c) != NULL) {
        ps->failed = true;
    } else if (c < 0x80) {
        one(ps, out, (char)c);
    } else {
        ps->p--;
        if (!take_wide(ps, &out->head))
            any(out);
        out->most = CHARACTER_BYTES;
    }
}

/* How often an atom may stand there. */
struct quantity {
    bool may_miss, may_repeat;
    size_t most;
};

/* At the digits behind a '{': the second number, or the first if there is no other. */
static size_t parse_most(const char *p)
{
    const char *comma = p + strspn(p, "0123456789");
    if (*comma == ',')
        p = comma + 1;
    if (*p < '0' || *p > '9')
        return LITERALS_REACH_MOST;
    size_t most = 0;
    for (; *p >= '0' && *p <= '9' && most < LITERALS_REACH_MOST; p++)
        most = most * 10 + (size_t)(*p - '0');
    return most;
}

static struct quantity parse_quantifier(struct parser *ps)
{
    char c = *ps->p;
    struct quantity q = {.may_miss = c == '?' || c == '*', .may_repeat = c == '*' || c == '+' || c == '{', .most = 1};
    if (q.may_repeat)
        q.most = c == '{' ? parse_most(ps->p + 1) : LITERALS_REACH_MOST;
    if (c == '{') {
        q.may_miss = ps->p[1] == '0' || ps->p[1] == ',';
        ps->failed |= !(ps->p[1] >= '0' && ps->p[1] <= '9') || (ps->p[1] == '0' && ps->p[2] >= '0' && ps->p[2] <= '9');
        ps->p += strspn(ps->p, "{0123456789,");
        ps->failed |= *ps->p != '}';
    }
    if (q.may_miss || q.may_repeat)
        ps->p += *ps->p != 0;
    if ((q.may_miss || q.may_repeat) && (*ps->p == '?' || *ps->p == '+'))
        ps->p++;
    return q;
}

/* ---- sequences ---- */

/* What is gathered from left to right. */
struct sequence {
    struct literals run; /* what the characters in a row can be, so far */
    bool begun;          /* the run at the begin has ended */
};

static void end_run(struct sequence *s, struct part *out)
{
    if (!s->begun)
        out->head = s->run;
    s->begun = true;
    keep_better(&out->best, &s->run);
    set_one(&s->run, "", 0, false);
}

/* A run that began with a blank would be told by every letter beyond ASCII. */
static bool is_blank(const struct literals *set)
{
    for (size_t i = 0; i < set->count; i++)
        if (set->items[i].len > 0 && set->items[i].bytes[0] == LITERAL_BLANK)
            return true;
    return false;
}

static size_t at_most(size_t bytes) { return bytes < LITERALS_REACH_MOST ? bytes : LITERALS_REACH_MOST; }

static void take_atom(struct parser *ps, struct sequence *s, struct part *atom, const struct quantity *q,
                      struct part *out)
{
    out->most = at_most(out->most + at_most(atom->most * q->most));
    if (q->may_repeat)
        open_all(&atom->head);
    if (q->may_miss) {
        const struct literal nothing = {.open = q->may_repeat};
        if (!add(ps, &atom->head, &nothing))
            any(atom);
    } else {
        keep_better(&out->best, &atom->best);
    }
    if (s->run.items[0].len == 0 && is_blank(&atom->head))
        any(atom);
    append(ps, &s->run, &atom->head);
    if (is_open(&s->run))
        end_run(s, out);
}

static void parse_sequence(struct parser *ps, struct part *out)
{
    struct sequence s = {0};
    struct part atom;
    bool first = true, at_begin = true;
    *out = (struct part){0};
    set_one(&s.run, "", 0, false);
    while (!ps->failed && *ps->p != 0 && *ps->p != '|' && *ps->p != ')') {
        parse_atom(ps, &atom);
        const struct quantity q = parse_quantifier(ps);
        if (first)
            out->at_word = atom.at_word && !q.may_miss;
        first = false;
        if (atom.empty || ps->failed)
            continue;
        if (at_begin)
            out->at_capital = atom.at_capital && !q.may_miss;
        at_begin = false;
        take_atom(ps, &s, &atom, &q, out);
    }
    if (!s.begun)
        out->head = s.run;
    keep_better(&out->best, &s.run);
}

static void parse_alternatives(struct parser *ps, struct part *out)
{
    struct part branch;
    parse_sequence(ps, out);
    bool has_best = out->best.count > 0;
    while (*ps->p == '|' && !ps->failed) {
        ps->p++;
        parse_sequence(ps, &branch);
        if (!add_all(ps, &out->head, &branch.head))
            any(out);
        has_best = has_best && branch.best.count > 0 && add_all(ps, &out->best, &branch.best);
        out->at_word = out->at_word && branch.at_word;
        out->at_capital = out->at_capital && branch.at_capital;
        out->most = branch.most > out->most ? branch.most : out->most;
    }
    if (!has_best)
        out->best.count = 0;
}

void literals_find(const char *pattern, struct literals_found *out)
{
    struct parser ps = {.p = pattern};
    struct part whole;
    parse_alternatives(&ps, &whole);
    *out = (struct literals_found){.reach = LITERALS_REACH_MOST};
    if (ps.failed || *ps.p != 0)
        return;
    out->at_word = whole.at_word;
    out->at_capital = whole.at_capital;
    out->reach = whole.most;
    if (literals_least(&whole.head) > 0)
        out->prefix = whole.head;
    if (literals_least(&whole.best) > 0)
        out->inside = whole.best;
    for (size_t i = 0; i < out->prefix.count; i++) {
        char c = out->prefix.items[i].bytes[0];
        out->at_word &= (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == LITERAL_DIGIT;
    }
}
