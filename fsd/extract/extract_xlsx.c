/*
 * A workbook: its names and shared strings may lie behind its sheets, so the zip is walked twice.
 */
#include "extract/extract.h"
#include "extract/pairs.h"
#include "extract/xlsx.h"

#include <errno.h>
#include <fnmatch.h>
#include <strings.h>
#include <string.h>

struct workbook {
    struct content_sink *to;
    struct xlsx_strings strings;
    struct pairs sheets;  /* relation -> name */
    struct pairs targets; /* relation -> part */
    struct pairs names;   /* part, small letters, as from the workbook's folder -> name */
    unsigned workbooks;
};

/* ---- first walk: names and strings ---- */

enum workbook_tag { SHEET = 1, RELATION };

static const struct xml_word words[] = {{"sheet", SHEET}, {"Relationship", RELATION}};

static int workbook_begin(void *ctx, int tag, const char **attrs)
{
    struct workbook *w = ctx;
    const char *key = xml_attr(attrs, tag == RELATION ? "Id" : "id");
    const char *value = xml_attr(attrs, tag == RELATION ? "Target" : "name");
    if (tag == XML_OTHER || key == NULL || value == NULL)
        return 0;
    return pairs_put(tag == SHEET ? &w->sheets : &w->targets, key, value);
}

static int nothing_at_end(void *ctx, int tag)
{
    (void)ctx, (void)tag;
    return 0;
}

static int no_text(void *ctx, const char *utf8, size_t len)
{
    (void)ctx, (void)utf8, (void)len;
    return 0;
}

static int read_names(void *ctx, struct zip *z, const char *path, int kind)
{
    (void)path;
    struct workbook *w = ctx;
    struct xml_handler h = {.words = words,
                            .word_count = sizeof words / sizeof *words,
                            .ctx = w,
                            .begin = workbook_begin,
                            .end = nothing_at_end,
                            .text = no_text};
    w->workbooks += kind == SHEET;
    return office_read_xml(z, w->to, &h);
}

static int read_strings(void *ctx, struct zip *z, const char *path, int kind)
{
    (void)path, (void)kind;
    struct workbook *w = ctx;
    return xlsx_read_strings(&w->strings, z, w->to);
}

static const struct office_part first_walk[] = {
    {"xl/workbook*.xml", read_names, SHEET},
    {"xl/_rels/workbook*.xml.rels", read_names, RELATION},
    {"xl/sharedstrings*.xml", read_strings, 0},
};

/* ---- which sheet has which name ---- */

enum { PART_BYTES = 256 };

/* "/xl/worksheets/Sheet1.xml" and "worksheets/sheet1.xml" are the same part. */
static bool part_key(const char *path, char key[static PART_BYTES])
{
    if (*path == '/')
        path++;
    if (strncasecmp(path, "xl/", 3) == 0)
        path += 3;
    size_t len = strlen(path);
    if (len >= PART_BYTES)
        return false;
    for (size_t i = 0; i <= len; i++)
        key[i] = path[i] >= 'A' && path[i] <= 'Z' ? (char)(path[i] | 0x20) : path[i];
    return true;
}

static int name_parts(struct workbook *w)
{
    pairs_sort(&w->sheets);
    for (size_t i = 0; i < w->targets.count; i++) {
        char key[PART_BYTES];
        const char *name = pairs_find(&w->sheets, pairs_key(&w->targets, i));
        if (name == NULL || !part_key(pairs_value(&w->targets, i), key))
            continue;
        int err = pairs_put(&w->names, key, name);
        if (err == -ENOMEM)
            return err;
    }
    pairs_sort(&w->names);
    return 0;
}

/* ---- second walk: what a person sees ---- */

static int read_sheet(void *ctx, struct zip *z, const char *path, int kind)
{
    (void)kind;
    struct workbook *w = ctx;
    char key[PART_BYTES];
    const char *name = part_key(path, key) ? pairs_find(&w->names, key) : NULL;
    return xlsx_read_sheet(&w->strings, z, w->to, name ? name : "");
}

enum text_tag { TEXT = 1, PARAGRAPH };

static const struct xml_word text_words[] = {
    {"t", TEXT}, {"text", TEXT}, {"comment", PARAGRAPH}, {"threadedComment", PARAGRAPH}, {"p", PARAGRAPH}};

struct text_reader {
    struct content_sink *to;
    bool in_text;
};

static int text_begin(void *ctx, int tag, const char **attrs)
{
    (void)attrs;
    ((struct text_reader *)ctx)->in_text = tag == TEXT;
    return 0;
}

static int text_end(void *ctx, int tag)
{
    struct text_reader *r = ctx;
    r->in_text = false;
    return tag == PARAGRAPH ? content_text(r->to, TEXT_BODY, "\n", 1) : 0;
}

static int text_text(void *ctx, const char *utf8, size_t len)
{
    struct text_reader *r = ctx;
    return r->in_text ? content_text(r->to, TEXT_BODY, utf8, len) : 0;
}

/* Comments, and boxes with text that lie over a sheet. */
static int read_text(void *ctx, struct zip *z, const char *path, int kind)
{
    (void)path, (void)kind;
    struct workbook *w = ctx;
    struct text_reader r = {.to = w->to};
    struct xml_handler h = {.words = text_words,
                            .word_count = sizeof text_words / sizeof *text_words,
                            .ctx = &r,
                            .begin = text_begin,
                            .end = text_end,
                            .text = text_text};
    return office_read_xml(z, w->to, &h);
}

static int read_properties(void *ctx, struct zip *z, const char *path, int kind)
{
    (void)path, (void)kind;
    return office_read_properties(z, ((struct workbook *)ctx)->to);
}

static const struct office_part second_walk[] = {
    {"xl/worksheets/*.xml", read_sheet, 0},     {"xl/chartsheets/*.xml", read_sheet, 0},
    {"xl/comments*.xml", read_text, 0},         {"xl/threadedComments/*.xml", read_text, 0},
    {"xl/drawings/drawing*.xml", read_text, 0}, {"docProps/*.xml", read_properties, 0},
};

static int read_workbook(struct workbook *w, struct zip *z)
{
    int err = office_walk(z, w->to, first_walk, sizeof first_walk / sizeof *first_walk, w);
    if (err < 0)
        return err;
    if (w->workbooks == 0)
        return -EBADMSG;
    err = name_parts(w);
    if (err == 0)
        err = zip_rewind(z);
    if (err == 0)
        err = office_walk(z, w->to, second_walk, sizeof second_walk / sizeof *second_walk, w);
    return err;
}

int extract_xlsx(struct input *in, const struct extract_hints *h, struct content_sink *to, struct limits *l)
{
    (void)h;
    zip_auto *z = NULL;
    struct workbook w = {.to = to};
    int err = zip_open(&z, in, to, l);
    if (err == 0)
        err = read_workbook(&w, z);
    xlsx_strings_free(&w.strings);
    pairs_free(&w.sheets);
    pairs_free(&w.targets);
    pairs_free(&w.names);
    return err;
}
