#include "contact/text.h"
#include "contact/value.h"
#include "words/block.h"

#include <stdlib.h>
#include <string.h>

enum {
    SHORT_LINE = 100, /* of a signature; a longer one stands for itself */
    BLOCK_LINES = 16,
    LINE_BYTES = 4096, /* a longer line is taken in pieces, cut between words */
    DIGITS_LEAST = 7,
};

struct contact_text {
    contact_text_found *found;
    void *ctx;
    size_t line_len;
    char line[LINE_BYTES]; /* what came of a line that has not ended */
    size_t count;
    uint16_t lens[BLOCK_LINES];
    char block[BLOCK_LINES][SHORT_LINE];
    bool has_form; /* a line of the block may hold an address, number or profile */
    struct gather g, next;
};

struct contact_text *contact_text_new(bool keyed, contact_text_found *found, void *ctx)
{
    struct contact_text *t = calloc(1, sizeof *t);
    if (t == NULL)
        return NULL;
    t->found = found;
    t->ctx = ctx;
    t->g.keyed = t->next.keyed = keyed;
    return t;
}

void contact_text_begin(struct contact_text *t)
{
    gather_clear(&t->g);
    gather_clear(&t->next);
    t->g.emails = t->next.emails = 0;
    t->line_len = t->count = 0;
    t->has_form = false;
}

void contact_text_show(struct contact_text *t) { t->g.shown = t->next.shown = true; }
void contact_text_free(struct contact_text *t) { free(t); }
uint32_t contact_text_emails(const struct contact_text *t) { return t->g.emails + t->next.emails; }

static size_t count_digits(const char *text, size_t len)
{
    size_t digits = 0;
    for (size_t at = 0; at < len && digits < DIGITS_LEAST; at += BLOCK_BYTES) {
        const struct block b = block_look(text + at, len - at < BLOCK_BYTES ? len - at : BLOCK_BYTES);
        digits += b.digits != 0 ? (size_t)__builtin_popcountll(b.digits) : 0;
    }
    return digits;
}

/* May it hold an email, a phone or a profile? Cheap, and true too often rather than too rarely. */
static bool may_have_form(const char *text, size_t len)
{
    static const struct {
        char sign; /* seldom met, so looked for first */
        const char *form;
    } forms[] = {{'@', "@"}, {'/', ".com/"}, {'(', "(at)"}, {'[', "[at]"}};
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++)
        if (memchr(text, forms[i].sign, len) != NULL && memmem(text, len, forms[i].form, strlen(forms[i].form)) != NULL)
            return true;
    return count_digits(text, len) >= DIGITS_LEAST;
}

static int tell(struct contact_text *t, struct gather *g)
{
    int stop = gather_is_contact(g) ? t->found(t->ctx, g) : 0;
    gather_clear(g);
    return stop;
}

/* Kinds and keys of a line join those of the lines above it. */
static void join(struct gather *to, const struct gather *from)
{
    to->kinds |= from->kinds;
    for (size_t i = 0; i < from->count && to->count < GATHER_KEYS; i++) {
        struct contact_key *key = &to->keys[to->count];
        *key = from->keys[i];
        key->text = memcpy(to->room[to->count], from->keys[i].text, from->keys[i].len);
        if (key->value != NULL)
            key->value = memcpy(to->values[to->count], from->keys[i].value, from->keys[i].value_len);
        to->count++;
    }
}

/* A person is over when there is a way to reach them and the next name, or a second address, comes. */
static bool begins_next(const struct gather *so_far, const struct gather *line)
{
    uint32_t again = (1u << CONTACT_NAME | 1u << CONTACT_EMAIL) & line->kinds;
    bool renamed = (again & 1u << CONTACT_NAME) != 0;
    return gather_has_form(so_far) && (renamed || (again & so_far->kinds) != 0);
}

/* Names are looked for only when there is a way to reach somebody. */
static bool block_has_form(struct contact_text *t)
{
    struct gather *probe = &t->next;
    uint32_t emails = probe->emails;
    bool found = false;
    for (size_t i = 0; t->has_form && i < t->count && !found; i++) {
        if (may_have_form(t->block[i], t->lens[i]))
            gather_line_if_form(probe, t->block[i], t->lens[i]);
        found = gather_has_form(probe);
    }
    gather_clear(probe);
    probe->emails = emails;
    return found;
}

static int end_block(struct contact_text *t)
{
    int stop = 0;
    bool form = block_has_form(t);
    for (size_t i = 0; form && i < t->count && stop == 0; i++) {
        gather_line(&t->next, t->block[i], t->lens[i]);
        if (begins_next(&t->g, &t->next))
            stop = tell(t, &t->g);
        join(&t->g, &t->next);
        gather_clear(&t->next);
    }
    t->count = 0;
    t->has_form = false;
    return stop ? stop : tell(t, &t->g);
}

static int take_piece(struct contact_text *t, struct span line, bool form)
{
    if (line.len > 0 && line.len <= SHORT_LINE && t->count < BLOCK_LINES) {
        memcpy(t->block[t->count], line.text, line.len);
        t->lens[t->count++] = (uint16_t)line.len;
        t->has_form |= form;
        return 0;
    }
    int stop = end_block(t);
    if (stop != 0 || !form)
        return stop;
    gather_line_if_form(&t->g, line.text, line.len);
    return tell(t, &t->g);
}

/* Behind the first recipient of several, as a mail program shows them: "Ann Hill <ann@x>; Bo ..."; NULL: there is but
 * one, or none. */
static const char *find_next_recipient(const char *text, size_t len)
{
    const char *end = text + len;
    for (const char *at = text; (at = memchr(at, '>', (size_t)(end - at))) != NULL;) {
        at++;
        while (at < end && *at == ' ')
            at++;
        if (at < end && (*at == ';' || *at == ','))
            return at + 1;
    }
    return NULL;
}

/* Recipients in one line are as many lines. */
static int take_line(struct contact_text *t, const char *text, size_t len)
{
    struct span line = span_trim(text, len);
    bool form = may_have_form(line.text, line.len);
    const char *next;
    int stop = 0;
    while (form && stop == 0 && (next = find_next_recipient(line.text, line.len)) != NULL) {
        const struct span piece = span_trim(line.text, (size_t)(next - 1 - line.text));
        stop = take_piece(t, piece, true);
        line = span_trim(next, line.len - (size_t)(next - line.text));
    }
    return stop ? stop : take_piece(t, line, form);
}

/* Cut behind the last space, so that no address is torn; without one there is none worth keeping. */
static int cut_line(struct contact_text *t)
{
    const char *space = memrchr(t->line, ' ', t->line_len);
    size_t cut = space ? (size_t)(space - t->line) + 1 : t->line_len;
    int stop = take_line(t, t->line, cut);
    t->line_len -= cut;
    memmove(t->line, t->line + cut, t->line_len);
    return stop;
}

static int keep_begun(struct contact_text *t, const char *utf8, size_t len)
{
    int stop = 0;
    while (len > 0 && stop == 0) {
        size_t fits = sizeof t->line - t->line_len;
        fits = len < fits ? len : fits;
        memcpy(t->line + t->line_len, utf8, fits);
        t->line_len += fits;
        utf8 += fits;
        len -= fits;
        if (t->line_len == sizeof t->line)
            stop = cut_line(t);
    }
    return stop;
}

int contact_text_put(struct contact_text *t, const char *utf8, size_t len)
{
    int stop = 0;
    for (const char *end = utf8 + len, *line_end; utf8 < end && stop == 0; utf8 = line_end + 1) {
        line_end = memchr(utf8, '\n', (size_t)(end - utf8));
        if (line_end == NULL)
            return keep_begun(t, utf8, (size_t)(end - utf8));
        if (t->line_len > 0 || line_end - utf8 > LINE_BYTES) {
            stop = keep_begun(t, utf8, (size_t)(line_end - utf8));
            if (stop == 0)
                stop = take_line(t, t->line, t->line_len);
            t->line_len = 0;
        } else {
            stop = take_line(t, utf8, (size_t)(line_end - utf8));
        }
    }
    return stop;
}

int contact_text_end(struct contact_text *t)
{
    int stop = t->line_len > 0 ? take_line(t, t->line, t->line_len) : 0;
    t->line_len = 0;
    return stop ? stop : end_block(t);
}
