#include "contact/gather.h"
#include "contact/key.h"
#include "contact/recent.h"
#include "contact/value.h"
#include "words/shape.h"
#include "words/wording.h"

#include "base/utf8.h"

#include <string.h>

enum { NAMES = WORD_GIVEN | WORD_PARTICLE };
enum { FORMS = 1u << CONTACT_EMAIL | 1u << CONTACT_PHONE | 1u << CONTACT_PROFILE };

bool gather_has_form(const struct gather *g) { return (g->kinds & FORMS) != 0; }
bool gather_is_contact(const struct gather *g) { return gather_has_form(g) && (g->kinds & (g->kinds - 1)) != 0; }

/* Whole characters, as many as fit; what is none, and control bytes, as blanks. */
static size_t copy_value(char *to, size_t room, const char *from, size_t len)
{
    size_t at = 0, taken = 0;
    while (taken < len) {
        size_t n = utf8_length(from + taken, len - taken);
        if (at + (n ? n : 1) > room)
            break;
        bool plain = n > 1 || (n == 1 && (unsigned char)from[taken] >= ' ' && from[taken] != 0x7f);
        if (plain)
            memcpy(to + at, from + taken, n);
        else
            to[at] = ' ';
        at += n ? n : 1;
        taken += n ? n : 1;
    }
    return at;
}

/* The key just made gets the value that it was made of. */
static void show_value(struct gather *g, const char *text, size_t len)
{
    struct contact_key *key = &g->keys[g->count - 1];
    struct span value = span_trim(text, len);
    key->value = g->values[g->count - 1];
    key->value_len = (uint32_t)copy_value(g->values[g->count - 1], CONTACT_KEY_BYTES, value.text, value.len);
}

static size_t make_key(enum contact_kind kind, const char *text, size_t len, char *out)
{
    if (kind == CONTACT_TITLE)
        return wording_fold(text, len, out, CONTACT_KEY_BYTES);
    return contact_normalise(kind, text, len, out, CONTACT_KEY_BYTES);
}

static void add_key(struct gather *g, enum contact_kind kind, size_t key_len, const char *text, size_t len)
{
    g->keys[g->count] = (struct contact_key){.kind = kind, .text = g->room[g->count], .len = (uint32_t)key_len};
    g->count++;
    if (g->shown)
        show_value(g, text, len);
}

/* Is the kind all that is wanted of a value? */
static bool wants_kind_only(const struct gather *g, enum contact_kind kind)
{
    return (kind == CONTACT_TITLE && !g->shown) || g->count == GATHER_KEYS || (!g->keyed && kind >= CONTACT_NAME);
}

bool gather_value(struct gather *g, enum contact_kind kind, const char *text, size_t len)
{
    if (wants_kind_only(g, kind)) {
        g->kinds |= 1u << kind;
        return true;
    }
    size_t got = make_key(kind, text, len, g->room[g->count]);
    if (got == 0 && kind != CONTACT_TITLE)
        return false;
    g->kinds |= 1u << kind;
    if (got > 0)
        add_key(g, kind, got, text, len);
    return true;
}

void gather_key(struct gather *g, enum contact_kind kind, const char *key, size_t key_len, const char *text, size_t len)
{
    g->kinds |= 1u << kind;
    if (wants_kind_only(g, kind))
        return;
    memcpy(g->room[g->count], key, RECENT_BYTES);
    add_key(g, kind, key_len, text, len);
}

/* Words folded apart are those folded together: a space divides them either way. */
static void add_folded(struct gather *g, const char *folded, size_t len)
{
    if (folded == NULL || len + 1 > sizeof g->folded - g->folded_len) {
        g->folded_is_whole = false;
        return;
    }
    if (g->folded_len > 0 && len > 0)
        g->folded[g->folded_len++] = ' ';
    size_t room = sizeof g->folded - g->folded_len;
    if (room >= RECENT_BYTES)
        memcpy(g->folded + g->folded_len, folded, RECENT_BYTES); /* sooner than to look how many there are */
    else
        memcpy(g->folded + g->folded_len, folded, len);
    g->folded_len += len;
}

void gather_part(struct gather *g, const char *text, size_t len, const char *folded, size_t folded_len)
{
    g->kinds |= 1u << CONTACT_NAME;
    if (g->part_count == GATHER_PARTS || len + 1 > CONTACT_KEY_BYTES - g->part_len)
        return;
    g->part_len += len + (g->part_count > 0);
    g->parts[g->part_count++] = (struct gather_part){.text = text, .len = len};
    if (g->folded_is_whole)
        add_folded(g, folded, folded_len);
}

static size_t join_parts(const struct gather *g, char out[static CONTACT_KEY_BYTES])
{
    size_t len = 0;
    for (size_t i = 0; i < g->part_count; i++) {
        if (i > 0)
            out[len++] = ' ';
        memcpy(out + len, g->parts[i].text, g->parts[i].len);
        len += g->parts[i].len;
    }
    return len;
}

/* A given name alone says too little to be a key. */
static bool is_one_word(const struct gather *g)
{
    return g->part_count == 0 || (g->part_count == 1 && memchr(g->parts[0].text, ' ', g->parts[0].len) == NULL);
}

void gather_name(struct gather *g)
{
    char joined[CONTACT_KEY_BYTES];
    if (is_one_word(g))
        return;
    bool is_folded = g->folded_is_whole && !wants_kind_only(g, CONTACT_NAME);
    size_t len = is_folded && !g->shown ? 0 : join_parts(g, joined);
    if (!is_folded) {
        gather_value(g, CONTACT_NAME, joined, len);
        return;
    }
    size_t got = key_of_name(g->folded, g->folded_len, g->room[g->count], CONTACT_KEY_BYTES);
    if (got > 0)
        add_key(g, CONTACT_NAME, got, joined, len);
}

/* ---- lines ---- */

static void blank(char *line, const char *text, struct span found)
{
    memset(line + (found.text - text), '\n', found.len);
}

static void take_addresses(struct gather *g, const char *text, size_t len, char *line)
{
    struct span found;
    for (size_t at = 0; email_next(text, len, &at, &found); g->emails++)
        if (line != NULL) {
            gather_value(g, CONTACT_EMAIL, found.text, found.len);
            blank(line, text, found);
        }
}

enum { BLANK = 1, NUMBER = 2, DIVIDER = 4 };
static const unsigned char class_of[256] = {
    [' '] = BLANK | NUMBER,   ['\n'] = BLANK | DIVIDER, ['\t'] = BLANK | DIVIDER, ['<'] = BLANK | DIVIDER,
    ['>'] = BLANK | DIVIDER,  [','] = BLANK | DIVIDER,  [';'] = DIVIDER,          ['|'] = DIVIDER,
    ['('] = NUMBER | DIVIDER, [')'] = NUMBER | DIVIDER, ['['] = DIVIDER,          [']'] = DIVIDER,
    [':'] = DIVIDER,          ['*'] = DIVIDER,          ['0' ... '9'] = NUMBER,   ['+'] = NUMBER,
    ['-'] = NUMBER,           ['.'] = NUMBER,           ['/'] = NUMBER,           [0xc2] = NUMBER,
    [0xa0] = NUMBER,
};
static bool is_in(char c, unsigned class) { return (class_of[(unsigned char)c] & class) != 0; }

static void take_profiles(struct gather *g, char *line, size_t len)
{
    if (memchr(line, '/', len) == NULL)
        return;
    for (size_t at = 0, end; at < len; at = end + 1) {
        for (end = at; end < len && !is_in(line[end], BLANK);)
            end++;
        if (end - at > 6 && memchr(line + at, '/', end - at) != NULL &&
            gather_value(g, CONTACT_PROFILE, line + at, end - at))
            memset(line + at, '\n', end - at);
    }
}

/* "Tel" and the like before a number make it one, however it is grouped. */
static bool is_labelled(const char *line, size_t at)
{
    size_t end = at, from;
    while (end > 0 && (line[end - 1] == ' ' || line[end - 1] == ':' || line[end - 1] == '.'))
        end--;
    for (from = end; from > 0 && (line[from - 1] | 0x20) >= 'a' && (line[from - 1] | 0x20) <= 'z';)
        from--;
    return end > from && end - from < 16 && (shape_header(line + from, end - from) & WORD_SAYS_PHONE) != 0;
}

static void take_phones(struct gather *g, char *line, size_t len)
{
    for (size_t at = 0, end; at < len; at = end) {
        end = at + 1;
        bool begins = line[at] == '+' || line[at] == '(' || (line[at] >= '0' && line[at] <= '9');
        if (!begins || (at > 0 && line[at - 1] > ' ' && strchr(":(|,;/", line[at - 1]) == NULL))
            continue;
        for (end = at + 1; end < len && is_in(line[end], NUMBER);)
            end++;
        size_t last = end;
        while (last > at + 1 && (line[last - 1] < '0' || line[last - 1] > '9'))
            last--;
        if (end < len && (line[end] == ':' || ((line[end] | 0x20) >= 'a' && (line[end] | 0x20) <= 'z' && last == end)))
            continue;
        enum phone_form form = phone_parse(line + at, last - at).form;
        if ((form == PHONE_SURE || (form != PHONE_NONE && is_labelled(line, at))) &&
            gather_value(g, CONTACT_PHONE, line + at, last - at))
            memset(line + at, '\n', last - at);
    }
}

/*
 * "Ashworth" beside "s.ashworth@acme.example": whoever it is, the address is theirs. A word that is all of the local
 * part says nothing ("Sales, sales@acme.example").
 */
static bool is_in_address(const struct gather *g, const struct shape *s)
{
    const struct contact_key *email = &g->keys[0];
    if (g->count == 0 || email->kind != CONTACT_EMAIL || s->odd || s->words > 3 || s->capital < s->words)
        return false;
    const char *at = memchr(email->text, '@', email->len);
    size_t local = at != NULL ? (size_t)(at - email->text) : 0;
    for (struct word w = {0}; word_next(s->folded, s->folded_len, &w);)
        if (w.len >= 3 && w.len < local && (word_classes(w.text, w.len) | NAMES) == NAMES &&
            memmem(email->text, local, w.text, w.len) != NULL)
            return true;
    return false;
}

static void take_segment(struct gather *g, const char *text, size_t len)
{
    struct shape s;
    struct span segment = span_trim(text, len);
    if (segment.len < 3 || segment.len > SHAPE_BYTES)
        return;
    shape_of(segment.text, segment.len, &s);
    if (s.words == 0 || s.said == s.words)
        return;
    enum contact_kind kind = shape_is_company(&s)  ? CONTACT_COMPANY
                             : shape_is_title(&s)  ? CONTACT_TITLE
                             : shape_is_person(&s) ? CONTACT_NAME
                                                   : CONTACT_KINDS;
    if (kind != CONTACT_KINDS && (g->kinds & (1u << kind)) == 0)
        gather_value(g, kind, segment.text, segment.len);
    else if (kind == CONTACT_KINDS && is_in_address(g, &s))
        g->kinds |= 1u << CONTACT_NAME;
}

/* "Hill, Ann" is one segment only if nothing else is: lists with commas are far more common. */
static void take_segments(struct gather *g, const char *line, size_t len)
{
    size_t from = 0;
    for (size_t i = 0; i <= len; i++) {
        bool dash = i + 2 < len && i > 0 && line[i] == '-' && line[i - 1] == ' ' && line[i + 1] == ' ';
        if (i < len && !dash && !is_in(line[i], DIVIDER))
            continue;
        take_segment(g, line + from, i - from);
        from = i + 1;
    }
}

static void take_line(struct gather *g, const char *text, size_t len, bool always)
{
    char line[GATHER_LINE];
    if (len > GATHER_LINE) {
        take_addresses(g, text, len, NULL);
        return;
    }
    memcpy(line, text, len);
    if (memchr(text, '@', len) != NULL)
        take_addresses(g, text, len, line);
    take_profiles(g, line, len);
    take_phones(g, line, len);
    if (always || gather_has_form(g))
        take_segments(g, line, len);
}

void gather_line(struct gather *g, const char *text, size_t len) { take_line(g, text, len, true); }
void gather_line_if_form(struct gather *g, const char *text, size_t len) { take_line(g, text, len, false); }
