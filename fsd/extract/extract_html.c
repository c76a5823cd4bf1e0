/*
 * HTML as a person sees it: white space collapsed, a line for each block, tables as rows.
 */
#include "extract/charset.h"
#include "extract/extract.h"
#include "extract/html_tokens.h"
#include "extract/link.h"
#include "extract/tables.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { HEAD_BYTES = 4 << 10, CHUNK_BYTES = 64 << 10 };

enum element { BLOCK = 1, HEADING, BREAK, LINK, TABLE, ROW, CELL, PRE };

struct html {
    struct html_tokens tokens;
    struct content_sink *to;
    struct tables tables;
    struct link link;
    unsigned headings; /* open: h1 to h6 and title */
    bool keeps_space;  /* in pre */
    bool line_open;    /* something stands on this line */
    bool space_owed;
    char chunk[CHUNK_BYTES];
};

/* In the order of strcmp. */
static const struct element_name {
    const char *name;
    enum element element;
} elements[] = {
    {"a", LINK},         {"address", BLOCK},    {"article", BLOCK}, {"aside", BLOCK},  {"blockquote", BLOCK},
    {"body", BLOCK},     {"br", BREAK},         {"caption", BLOCK}, {"center", BLOCK}, {"dd", BLOCK},
    {"details", BLOCK},  {"dialog", BLOCK},     {"div", BLOCK},     {"dl", BLOCK},     {"dt", BLOCK},
    {"fieldset", BLOCK}, {"figcaption", BLOCK}, {"figure", BLOCK},  {"footer", BLOCK}, {"form", BLOCK},
    {"h1", HEADING},     {"h2", HEADING},       {"h3", HEADING},    {"h4", HEADING},   {"h5", HEADING},
    {"h6", HEADING},     {"head", BLOCK},       {"header", BLOCK},  {"hr", BLOCK},     {"legend", BLOCK},
    {"li", BLOCK},       {"main", BLOCK},       {"nav", BLOCK},     {"ol", BLOCK},     {"option", BLOCK},
    {"p", BLOCK},        {"pre", PRE},          {"section", BLOCK}, {"select", BLOCK}, {"summary", BLOCK},
    {"table", TABLE},    {"td", CELL},          {"textarea", PRE},  {"th", CELL},      {"title", HEADING},
    {"tr", ROW},         {"ul", BLOCK},
};

static int compare(const void *key, const void *row) { return strcmp(key, ((const struct element_name *)row)->name); }

/* ---- text ---- */

static int put(struct html *h, const char *text, size_t len)
{
    link_text(&h->link, text, len);
    return tables_text(&h->tables, h->headings > 0 ? TEXT_HEADING : TEXT_BODY, text, len);
}

static int end_line(struct html *h)
{
    bool was_open = h->line_open;
    h->line_open = h->space_owed = false;
    return was_open ? put(h, "\n", 1) : 0;
}

static bool is_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

/* A run of text without white space, behind what is owed. */
static int put_word(struct html *h, const char *word, size_t len)
{
    int err = h->space_owed && h->line_open ? put(h, " ", 1) : 0;
    h->space_owed = false;
    h->line_open = true;
    return err == 0 ? put(h, word, len) : err;
}

static int html_text(void *ctx, const char *utf8, size_t len)
{
    struct html *h = ctx;
    if (h->keeps_space) {
        h->line_open = utf8[len - 1] != '\n';
        return put(h, utf8, len);
    }
    int err = 0;
    for (size_t i = 0; err == 0 && i < len;) {
        size_t start = i;
        while (i < len && !is_space(utf8[i]))
            i++;
        if (i > start)
            err = put_word(h, utf8 + start, i - start);
        for (; i < len && is_space(utf8[i]); i++)
            h->space_owed = true;
    }
    return err;
}

/* ---- elements ---- */

static int take_link(struct html *h, const struct html_tag *tag)
{
    char target[4 * LINK_BYTES + 8], shown[LINK_BYTES + 3];
    size_t len = link_end(&h->link, shown); /* links do not nest: a new one ends the one before */
    int err = len > 0 ? put(h, shown, len) : 0;
    if (!tag->is_end && html_attr(tag, "href", target, sizeof target) > 0)
        link_begin(&h->link, target);
    return err;
}

static int take_heading(struct html *h, const struct html_tag *tag)
{
    int err = end_line(h);
    if (!tag->is_end)
        h->headings++;
    else if (h->headings > 0)
        h->headings--;
    return err;
}

static int take_cell(struct html *h, const struct html_tag *tag)
{
    char span[16];
    long columns = html_attr(tag, "colspan", span, sizeof span) > 0 ? strtol(span, NULL, 10) : 1;
    h->headings = 0; /* one that was not closed ends here */
    if (tag->is_end)
        return tables_cell_end(&h->tables);
    return tables_cell(&h->tables, 1, columns < 1 ? 1 : columns > LIMIT_COLUMNS ? LIMIT_COLUMNS : (uint32_t)columns);
}

static int take_of_table(struct html *h, const struct html_tag *tag, enum element element)
{
    h->line_open = h->space_owed = false;
    if (element == CELL)
        return take_cell(h, tag);
    if (element == ROW)
        return tag->is_end ? tables_row_end(&h->tables) : tables_row(&h->tables, 1);
    return tag->is_end ? tables_end(&h->tables) : tables_begin(&h->tables, "");
}

static int html_tag(void *ctx, const struct html_tag *tag)
{
    struct html *h = ctx;
    const struct element_name *found =
        bsearch(tag->name, elements, sizeof elements / sizeof *elements, sizeof *elements, compare);
    if (found == NULL)
        return 0;
    int err = 0;
    switch (found->element) {
    case LINK:
        return take_link(h, tag);
    case BREAK:
        h->line_open = h->space_owed = false;
        return put(h, "\n", 1);
    case HEADING:
        return take_heading(h, tag);
    case TABLE:
    case ROW:
    case CELL:
        err = found->element == TABLE ? end_line(h) : 0;
        return err == 0 ? take_of_table(h, tag, found->element) : err;
    case PRE:
        h->keeps_space = !tag->is_end;
        return end_line(h);
    case BLOCK:
        return end_line(h);
    }
    return 0;
}

/* ---- the file ---- */

/* Is there a tag, and which charset does a meta say? false: this is no HTML. */
static bool look_at_head(const struct input *in, char charset[static 32], int *err)
{
    char head[HEAD_BYTES + 1];
    ssize_t got = input_read_at(in, 0, head, HEAD_BYTES);
    *err = got < 0 ? (int)got : 0;
    size_t len = got < 0 ? 0 : (size_t)got, to = 0;
    bool is_wide = len >= 2 && (memcmp(head, "\xff\xfe", 2) == 0 || memcmp(head, "\xfe\xff", 2) == 0);
    for (size_t i = 0; i < len; i++)
        head[i] = head[i] == 0 ? ' ' : head[i];
    head[len] = 0;
    const char *p = strcasestr(head, "charset=");
    if (p != NULL)
        for (p += strlen("charset="); *p == '"' || *p == '\'' || *p == ' ';)
            p++;
    while (p != NULL && to < 31 && ((*p | 0x20) >= 'a' || *p == '-' || *p == '_' || (*p >= '0' && *p <= '9')))
        charset[to++] = *p++;
    charset[to] = 0;
    for (const char *less = strchr(head, '<'); less != NULL; less = strchr(less + 1, '<'))
        if (is_wide || less[1] == '!' || less[1] == '/' || less[1] == '?' ||
            ((less[1] | 0x20) >= 'a' && (less[1] | 0x20) <= 'z'))
            return true;
    return false;
}

static int read_html(struct html *h, struct charset_reader *c, const struct limits *l)
{
    ssize_t got;
    while ((got = charset_read(c, h->chunk, sizeof h->chunk)) > 0) {
        if (limits_is_over(l)) {
            h->to->flag(h->to->ctx, FACT_CUT);
            return -ECANCELED;
        }
        int err = html_push(&h->tokens, h->chunk, (size_t)got);
        if (err < 0)
            return err;
    }
    int err = got < 0 ? (int)got : html_finish(&h->tokens);
    if (err == 0)
        err = end_line(h);
    return err == 0 ? tables_finish(&h->tables) : err;
}

int extract_html(struct input *in, const struct extract_hints *hints, struct content_sink *to, struct limits *l)
{
    char charset[32];
    int err;
    if (!look_at_head(in, charset, &err))
        return err < 0 ? err : -EBADMSG;
    struct html *h = calloc(1, sizeof *h);
    if (h == NULL)
        return -ENOMEM;
    h->to = to;
    h->tables.to = to;
    h->tokens.to = (struct html_events){.ctx = h, .tag = html_tag, .text = html_text};
    charset_auto *c = NULL;
    err = charset_open(&c, in, charset[0] != 0 ? charset : hints->charset);
    if (err == 0)
        err = read_html(h, c, l);
    tables_free(&h->tables);
    free(h);
    return err;
}
