/*
 * Text documents and slides. Both families write a paragraph as p, its text as t, and a table as tbl, tr and tc, so one
 * vocabulary reads them. Targets of links lie in parts of their own: the zip is walked twice.
 */
#include "extract/extract.h"
#include "extract/link.h"
#include "extract/office.h"
#include "extract/pairs.h"
#include "extract/tables.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

enum { PATH_BYTES = 256 };

/* What a part is to the person; slides' masters hold, beside what each slide shows, prompts that none does. */
enum part_kind { BODY, MARGIN, MASTER };

struct docx {
    struct content_sink *to;
    struct pairs targets; /* "part\nrelation" -> target, of those that are contact data */
    unsigned documents;
};

/* ---- first walk: is it one, and where do its links lead? ---- */

enum relation_tag { RELATION = 1 };

static const struct xml_word relation_words[] = {{"Relationship", RELATION}};

struct relations {
    struct docx *d;
    char part[PATH_BYTES]; /* whose relations they are */
};

static bool relation_key(char key[static 2 * PATH_BYTES], const char *part, const char *relation)
{
    return (size_t)snprintf(key, 2 * PATH_BYTES, "%s\n%s", part, relation) < 2 * PATH_BYTES;
}

static int relation_begin(void *ctx, int tag, const char **attrs)
{
    struct relations *r = ctx;
    char key[2 * PATH_BYTES], contact[LINK_BYTES];
    const char *id = xml_attr(attrs, "Id"), *target = xml_attr(attrs, "Target");
    if (tag != RELATION || id == NULL || target == NULL || link_contact(target, contact) == 0 ||
        !relation_key(key, r->part, id))
        return 0;
    return pairs_put(&r->d->targets, key, target);
}

static int relation_end(void *ctx, int tag)
{
    (void)ctx, (void)tag;
    return 0;
}

static int relation_text(void *ctx, const char *utf8, size_t len)
{
    (void)ctx, (void)utf8, (void)len;
    return 0;
}

/* "word/_rels/document.xml.rels" -> "document.xml" */
static bool part_of_relations(const char *path, char part[static PATH_BYTES])
{
    const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
    size_t len = strlen(name), suffix = strlen(".rels");
    if (len <= suffix || len - suffix >= PATH_BYTES)
        return false;
    memcpy(part, name, len - suffix);
    part[len - suffix] = 0;
    return true;
}

static int read_relations(void *ctx, struct zip *z, const char *path, int kind)
{
    (void)kind;
    struct relations r = {.d = ctx};
    struct xml_handler h = {.words = relation_words,
                            .word_count = 1,
                            .ctx = &r,
                            .begin = relation_begin,
                            .end = relation_end,
                            .text = relation_text};
    return part_of_relations(path, r.part) ? office_read_xml(z, r.d->to, &h) : 0;
}

static int note_document(void *ctx, struct zip *z, const char *path, int kind)
{
    (void)z, (void)path, (void)kind;
    ((struct docx *)ctx)->documents++;
    return 0;
}

static const struct office_part first_walk[] = {
    {"word/document*.xml", note_document, 0},
    {"ppt/presentation*.xml", note_document, 0},
    {"word/_rels/*.rels", read_relations, 0},
    {"ppt/slides/_rels/*.rels", read_relations, 0},
};

/* ---- second walk: text ---- */

enum text_tag {
    PARAGRAPH = 1,
    STYLE,
    TEXT,
    TAB,
    BREAK,
    HYPHEN,
    LINK,
    RUN_LINK,
    SKIPPED,
    TABLE,
    TABLE_ROW,
    TABLE_CELL,
    SPAN,
    SHAPE,
    PLACEHOLDER,
    WATERMARK,
};

static const struct xml_word words[] = {
    {"p", PARAGRAPH},
    {"pStyle", STYLE},
    {"t", TEXT},
    {"tab", TAB},
    {"br", BREAK},
    {"cr", BREAK},
    {"noBreakHyphen", HYPHEN},
    {"hyperlink", LINK},
    {"hlinkClick", RUN_LINK},
    {"del", SKIPPED},
    {"moveFrom", SKIPPED},
    {"Fallback", SKIPPED},
    {"tabs", SKIPPED},
    {"tabLst", SKIPPED},
    {"tbl", TABLE},
    {"tr", TABLE_ROW},
    {"tc", TABLE_CELL},
    {"gridSpan", SPAN},
    {"sp", SHAPE},
    {"ph", PLACEHOLDER},
    {"textpath", WATERMARK},
};

struct text_reader {
    struct docx *d;
    struct tables tables;
    struct link link;
    enum part_kind kind;
    enum text_part part; /* of the paragraph in hand */
    enum text_part shape_part;
    bool in_text;
    bool run_link;         /* the link in hand ends with the text in hand */
    bool is_prompt;        /* the shape in hand shows its text to nobody */
    char name[PATH_BYTES]; /* of the part, without folders */
};

static enum text_part usual_part(const struct text_reader *r) { return r->kind == BODY ? TEXT_BODY : TEXT_MARGIN; }

static int put(struct text_reader *r, const char *text, size_t len)
{
    if (r->is_prompt)
        return 0;
    link_text(&r->link, text, len);
    return tables_text(&r->tables, r->part, text, len);
}

static void begin_link(struct text_reader *r, const char **attrs)
{
    char key[2 * PATH_BYTES];
    const char *id = xml_attr(attrs, "id");
    bool has_key = id != NULL && relation_key(key, r->name, id);
    link_begin(&r->link, has_key ? pairs_find(&r->d->targets, key) : NULL);
}

static int end_link(struct text_reader *r)
{
    char shown[LINK_BYTES + 3];
    size_t len = link_end(&r->link, shown);
    return len > 0 ? put(r, shown, len) : 0;
}

static bool begins_with(const char *text, const char *prefix)
{
    return text != NULL && strncasecmp(text, prefix, strlen(prefix)) == 0;
}

static void begin_placeholder(struct text_reader *r, const char **attrs)
{
    const char *type = xml_attr(attrs, "type");
    bool is_title = begins_with(type, "title") || begins_with(type, "ctrTitle");
    bool is_margin = begins_with(type, "ftr") || begins_with(type, "hdr");
    if (r->kind == MASTER)
        r->is_prompt = !is_margin;
    else if (is_title || is_margin)
        r->shape_part = is_title ? TEXT_HEADING : TEXT_MARGIN;
}

static int put_watermark(struct text_reader *r, const char **attrs)
{
    const char *text = xml_attr(attrs, "string");
    int err = text ? content_text(r->d->to, TEXT_MARGIN, text, strlen(text)) : 0;
    return text && err == 0 ? content_text(r->d->to, TEXT_MARGIN, "\n", 1) : err;
}

static void begin_style(struct text_reader *r, const char **attrs)
{
    const char *style = xml_attr(attrs, "val");
    if (r->kind == BODY && (begins_with(style, "heading") || begins_with(style, "title")))
        r->part = TEXT_HEADING;
}

static void begin_shape(struct text_reader *r)
{
    r->shape_part = usual_part(r);
    r->is_prompt = false;
}

static int begin_of_table(struct text_reader *r, int tag, const char **attrs)
{
    switch (tag) {
    case TABLE:
        return tables_begin(&r->tables, "");
    case TABLE_ROW:
        return tables_row(&r->tables, 1);
    case TABLE_CELL:
        return tables_cell(&r->tables, 1, 1);
    case SPAN:
        tables_widen(&r->tables, xml_attr_number(attrs, "val", 1, LIMIT_COLUMNS, 1));
        return 0;
    }
    return 0;
}

static int text_begin(void *ctx, int tag, const char **attrs)
{
    struct text_reader *r = ctx;
    switch (tag) {
    case SKIPPED:
        return XML_SKIP;
    case TEXT:
        r->in_text = true;
        return 0;
    case PARAGRAPH:
        r->part = r->shape_part;
        return 0;
    case STYLE:
        begin_style(r, attrs);
        return 0;
    case TAB:
        return put(r, "\t", 1);
    case BREAK:
        return put(r, "\n", 1);
    case HYPHEN:
        return put(r, "-", 1);
    case LINK:
    case RUN_LINK:
        begin_link(r, attrs);
        r->run_link = tag == RUN_LINK;
        return 0;
    case SHAPE:
        begin_shape(r);
        return 0;
    case PLACEHOLDER:
        begin_placeholder(r, attrs);
        return 0;
    case WATERMARK:
        return put_watermark(r, attrs);
    }
    return begin_of_table(r, tag, attrs);
}

static int end_text(struct text_reader *r)
{
    bool link_ends = r->run_link;
    r->in_text = r->run_link = false;
    return link_ends ? end_link(r) : 0;
}

static int end_paragraph(struct text_reader *r)
{
    int err = put(r, "\n", 1);
    r->part = r->shape_part;
    return err;
}

static int text_end(void *ctx, int tag)
{
    struct text_reader *r = ctx;
    switch (tag) {
    case TEXT:
        return end_text(r);
    case PARAGRAPH:
        return end_paragraph(r);
    case LINK:
        return end_link(r);
    case SHAPE:
        begin_shape(r);
        return 0;
    case TABLE_CELL:
        return tables_cell_end(&r->tables);
    case TABLE_ROW:
        return tables_row_end(&r->tables);
    case TABLE:
        return tables_end(&r->tables);
    }
    return 0;
}

static int text_text(void *ctx, const char *utf8, size_t len)
{
    struct text_reader *r = ctx;
    return r->in_text ? put(r, utf8, len) : 0;
}

static int read_part(struct text_reader *r, struct zip *z)
{
    struct xml_handler h = {.words = words,
                            .word_count = sizeof words / sizeof *words,
                            .ctx = r,
                            .begin = text_begin,
                            .end = text_end,
                            .text = text_text};
    int err = office_read_xml(z, r->d->to, &h);
    return err == 0 ? tables_finish(&r->tables) : err;
}

static int read_text(void *ctx, struct zip *z, const char *path, int kind)
{
    struct docx *d = ctx;
    const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
    struct text_reader r = {.d = d, .kind = (enum part_kind)kind, .tables = {.to = d->to}};
    r.part = r.shape_part = usual_part(&r);
    snprintf(r.name, sizeof r.name, "%.*s", PATH_BYTES - 1, name);
    int err = read_part(&r, z);
    tables_free(&r.tables);
    return err;
}

static int read_properties(void *ctx, struct zip *z, const char *path, int kind)
{
    (void)path, (void)kind;
    return office_read_properties(z, ((struct docx *)ctx)->to);
}

static const struct office_part second_walk[] = {
    {"word/document*.xml", read_text, BODY},       {"word/header*.xml", read_text, MARGIN},
    {"word/footer*.xml", read_text, MARGIN},       {"word/footnotes*.xml", read_text, BODY},
    {"word/endnotes*.xml", read_text, BODY},       {"word/comments.xml", read_text, BODY},
    {"ppt/slides/*.xml", read_text, BODY},         {"ppt/notesSlides/*.xml", read_text, BODY},
    {"ppt/comments/*.xml", read_text, BODY},       {"ppt/slideMasters/*.xml", read_text, MASTER},
    {"ppt/slideLayouts/*.xml", read_text, MASTER}, {"docProps/*.xml", read_properties, 0},
};

static int read_document(struct docx *d, struct zip *z)
{
    int err = office_walk(z, d->to, first_walk, sizeof first_walk / sizeof *first_walk, d);
    if (err < 0)
        return err;
    if (d->documents == 0)
        return -EBADMSG;
    pairs_sort(&d->targets);
    err = zip_rewind(z);
    return err == 0 ? office_walk(z, d->to, second_walk, sizeof second_walk / sizeof *second_walk, d) : err;
}

int extract_docx(struct input *in, const struct extract_hints *h, struct content_sink *to, struct limits *l)
{
    (void)h;
    zip_auto *z = NULL;
    struct docx d = {.to = to};
    int err = zip_open(&z, in, to, l);
    if (err == 0)
        err = read_document(&d, z);
    pairs_free(&d.targets);
    return err;
}
