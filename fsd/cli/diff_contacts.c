#include "cli/diff.h"
#include "cli/match.h"
#include "cli/text.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { COLUMN_MOST = 48, WIDTH_SAMPLE = 1000 };

static const char *const kind_names[CONTACT_KINDS] = {
    [CONTACT_EMAIL] = "email", [CONTACT_PHONE] = "phone",     [CONTACT_PROFILE] = "profile",
    [CONTACT_NAME] = "name",   [CONTACT_COMPANY] = "company", [CONTACT_TITLE] = "title",
};

/* ---- is it a list? ---- */

/* A list is a table of mostly contacts and little else to read; a letter with a signature is none. */
static bool is_list(const struct diff_side *s)
{
    enum { WORDS_EACH = 8 };
    const struct facts *f = &s->found.facts;
    return s->looked && (f->flags & FACT_TABLE) && f->contacts > 0 && f->contacts >= f->rows / 2 &&
           f->words / WORDS_EACH <= f->contacts;
}

static bool is_empty(const struct diff_side *s)
{
    enum { HEADER_WORDS = 20 };
    const struct facts *f = &s->found.facts;
    return !diff_has_content(s) || (s->looked && f->contacts == 0 && f->rows <= 1 && f->words <= HEADER_WORDS);
}

bool diff_is_of_contacts(const struct diff *d)
{
    bool before = is_list(&d->before), after = is_list(&d->after);
    return (before && (after || is_empty(&d->after))) || (after && is_empty(&d->before));
}

/* ---- words for one contact ---- */

static void put_text(struct buf *b, const struct listing_value *v) { text_put_line(b, v->text, v->len); }

/* All values of a kind, divided by commas. False if there is none. */
static bool put_kind(struct buf *b, const struct listing_contact *c, enum contact_kind kind, const char *before,
                     const char *behind)
{
    bool any = false;
    for (size_t i = 0; i < c->count; i++) {
        if (c->values[i].kind != kind)
            continue;
        buf_puts(b, any ? ", " : before);
        put_text(b, &c->values[i]);
        any = true;
    }
    buf_puts(b, any ? behind : "");
    return any;
}

/* "Ann Hill <ann@acme.example>", or what else names the contact best. */
static void put_who(struct buf *b, const struct listing_contact *c)
{
    bool name = put_kind(b, c, CONTACT_NAME, "", "");
    bool email = put_kind(b, c, CONTACT_EMAIL, name ? " <" : "", name ? ">" : "");
    if (!name && !email && !put_kind(b, c, CONTACT_PROFILE, "", ""))
        put_kind(b, c, CONTACT_PHONE, "", "");
}

static bool is_named_by_phone(const struct listing_contact *c)
{
    for (size_t i = 0; i < c->count; i++)
        if (c->values[i].kind == CONTACT_NAME || c->values[i].kind == CONTACT_EMAIL ||
            c->values[i].kind == CONTACT_PROFILE)
            return false;
    return true;
}

static void put_rest(struct buf *b, const struct listing_contact *c)
{
    put_kind(b, c, CONTACT_COMPANY, "", "  ");
    put_kind(b, c, CONTACT_TITLE, "", "  ");
    while (b->len > 0 && b->data[b->len - 1] == ' ')
        b->len--;
}

/* ---- lines ---- */

struct widths {
    size_t who, phone;
};

static size_t width_of(const struct buf *b)
{
    size_t width = b->len > 0 ? text_width(b->data) : 0;
    return width > COLUMN_MOST ? COLUMN_MOST : width;
}

static void widen(struct widths *w, const struct listing_contact *c)
{
    buf_auto who = {0}, phone = {0};
    put_who(&who, c);
    put_kind(&phone, c, CONTACT_PHONE, "", "");
    w->who = width_of(&who) > w->who ? width_of(&who) : w->who;
    w->phone = width_of(&phone) > w->phone ? width_of(&phone) : w->phone;
}

/* Columns as wide as the first contacts to be shown need. */
static struct widths measure(const struct match_list *before, const struct match_list *after)
{
    const struct match_list *lists[] = {before, after};
    struct widths w = {0};
    for (size_t l = 0; l < 2; l++)
        for (uint32_t i = 0, seen = 0; i < lists[l]->count && seen < WIDTH_SAMPLE; i++) {
            struct listing_contact c;
            if (lists[l]->entries[i].partner != MATCH_NONE)
                continue;
            match_get(lists[l], i, &c);
            widen(&w, &c);
            seen++;
        }
    return w;
}

static void print_line(const struct diff *d, const char *sign, enum text_style style, const struct buf *line)
{
    buf_auto b = {0};
    text_style(&b, d->colour, style);
    buf_puts(&b, sign);
    buf_put(&b, line->data, line->len);
    text_style(&b, d->colour, TEXT_PLAIN);
    buf_puts(&b, "\n");
    text_flush(&b);
}

/* What only one of the lists has, in that list's order. */
static void print_lone(const struct diff *d, const struct match_list *l, const char *sign, enum text_style style,
                       const struct widths *w)
{
    for (uint32_t i = 0; i < l->count; i++) {
        struct listing_contact c;
        buf_auto line = {0};
        if (l->entries[i].partner != MATCH_NONE)
            continue;
        match_get(l, i, &c);
        put_who(&line, &c);
        text_pad(&line, 0, w->who);
        size_t phone = line.len + 2;
        buf_puts(&line, "  ");
        if (!is_named_by_phone(&c))
            put_kind(&line, &c, CONTACT_PHONE, "", "");
        text_pad(&line, phone, w->phone);
        buf_puts(&line, w->phone > 0 ? "  " : "");
        put_rest(&line, &c);
        print_line(d, sign, style, &line);
    }
}

/* The values of a kind that `c` has and `other` has not. False if there are none. */
static bool put_missing(struct buf *b, const struct listing_contact *c, const struct listing_contact *other,
                        enum contact_kind kind, const char *before)
{
    bool any = false;
    for (size_t i = 0; i < c->count; i++) {
        if (c->values[i].kind != kind || match_has(other, &c->values[i]))
            continue;
        buf_puts(b, any ? ", " : before);
        put_text(b, &c->values[i]);
        any = true;
    }
    return any;
}

/* "phone 555 0199 -> 555 0102; title + Head of Sales" */
static void put_changes(struct buf *b, const struct listing_contact *was, const struct listing_contact *is)
{
    static const enum contact_kind order[] = {CONTACT_NAME,    CONTACT_EMAIL,   CONTACT_PHONE,
                                              CONTACT_PROFILE, CONTACT_COMPANY, CONTACT_TITLE};
    bool any = false;
    for (size_t i = 0; i < sizeof order / sizeof *order; i++) {
        buf_auto gone = {0}, come = {0};
        bool has_gone = put_missing(&gone, was, is, order[i], ""), has_come = put_missing(&come, is, was, order[i], "");
        if (!has_gone && !has_come)
            continue;
        buf_printf(b, "%s%s %s", any ? "; " : "", kind_names[order[i]], has_gone ? (has_come ? "" : "- ") : "+ ");
        buf_put(b, gone.data, gone.len);
        buf_puts(b, has_gone && has_come ? " -> " : "");
        buf_put(b, come.data, come.len);
        any = true;
    }
}

static void print_changed(const struct diff *d, const struct match *m)
{
    for (uint32_t i = 0; i < m->after.count; i++) {
        struct listing_contact was, is;
        buf_auto line = {0};
        const struct match_entry *entry = &m->after.entries[i];
        if (entry->partner >= MATCH_TWIN || entry->equal)
            continue;
        match_get(&m->before, entry->partner, &was);
        match_get(&m->after, i, &is);
        put_who(&line, &was);
        buf_puts(&line, ": ");
        put_changes(&line, &was, &is);
        print_line(d, "~ ", TEXT_YELLOW, &line);
    }
}

/* ---- the whole ---- */

struct counts {
    size_t added, removed, changed, same;
};

static struct counts count(const struct match *m)
{
    struct counts n = {0};
    for (uint32_t i = 0; i < m->before.count; i++)
        n.removed += m->before.entries[i].partner == MATCH_NONE;
    for (uint32_t i = 0; i < m->after.count; i++) {
        const struct match_entry *e = &m->after.entries[i];
        n.added += e->partner == MATCH_NONE;
        n.same += e->partner < MATCH_TWIN && e->equal;
        n.changed += e->partner < MATCH_TWIN && !e->equal;
    }
    return n;
}

static void print_summary(const struct diff *d, const struct counts *n)
{
    buf_auto b = {0};
    const struct record_version *after = &d->after.version.v;
    text_put_name(&b, after->path && after->path[0] ? after->path : d->path);
    buf_puts(&b, "  version ");
    if (!d->before.absent)
        buf_printf(&b, "%" PRIu64 " -> ", d->before.version.v.seq);
    buf_printf(&b, "%" PRIu64 ": %zu added, %zu removed, %zu changed, %zu the same\n", after->seq, n->added, n->removed,
               n->changed, n->same);
    if (n->added + n->removed + n->changed == 0)
        buf_puts(&b, "no contact differs: what does is order, layout or other cells (--lines shows them)\n");
    text_flush(&b);
}

int diff_print_contacts(const struct diff *d, struct error *e)
{
    match_auto m = {0};
    int err = match_make(&m, &d->before.report.listing, &d->after.report.listing);
    if (err < 0)
        return error_sys(e, err, "comparing contacts");
    struct counts n = count(&m);
    struct widths w = measure(&m.before, &m.after);
    print_summary(d, &n);
    print_lone(d, &m.after, "+ ", TEXT_GREEN, &w);
    print_lone(d, &m.before, "- ", TEXT_RED, &w);
    print_changed(d, &m);
    return 0;
}

/* ---- JSON ---- */

/* {"email": ["..."], "name": ["..."]}: the kinds it has. */
static json_t *pack_contact(const struct match_list *l, uint32_t index)
{
    struct listing_contact c;
    json_t *all = json_object();
    match_get(l, index, &c);
    for (size_t i = 0; i < c.count; i++) {
        const char *kind = kind_names[c.values[i].kind];
        if (json_object_get(all, kind) == NULL)
            json_object_set_new(all, kind, json_array());
        json_array_append_new(json_object_get(all, kind), json_stringn(c.values[i].text, c.values[i].len));
    }
    return all;
}

static json_t *pack_lone(const struct match_list *l)
{
    json_t *all = json_array();
    for (uint32_t i = 0; i < l->count; i++)
        if (l->entries[i].partner == MATCH_NONE)
            json_array_append_new(all, pack_contact(l, i));
    return all;
}

static json_t *pack_changed(const struct match *m)
{
    json_t *all = json_array();
    for (uint32_t i = 0; i < m->after.count; i++) {
        const struct match_entry *e = &m->after.entries[i];
        if (e->partner < MATCH_TWIN && !e->equal)
            json_array_append_new(all, json_pack("{s:o, s:o}", "from", pack_contact(&m->before, e->partner), "to",
                                                 pack_contact(&m->after, i)));
    }
    return all;
}

json_t *diff_pack_contacts(const struct diff *d)
{
    match_auto m = {0};
    if (match_make(&m, &d->before.report.listing, &d->after.report.listing) < 0)
        return NULL;
    return json_pack("{s:o, s:o, s:o, s:I}", "added", pack_lone(&m.after), "removed", pack_lone(&m.before), "changed",
                     pack_changed(&m), "same", (json_int_t)count(&m).same);
}
