/*
 * OpenDocument: sheets, texts and slides are one vocabulary. A zip is one when it says so: its "mimetype", or a
 * manifest beside content.
 */
#include "extract/extract.h"
#include "extract/link.h"
#include "extract/office.h"
#include "extract/tables.h"

#include <errno.h>
#include <string.h>

struct odf {
    struct content_sink *to;
    unsigned contents;
    bool is_one; /* its mimetype or manifest says so */
    bool is_encrypted;
};

enum odf_tag {
    ENCRYPTION = 1,
    BODY_SHEETS,
    SKIPPED,
    PARAGRAPH,
    HEADING,
    SPACES,
    TAB,
    BREAK,
    LINK,
    TABLE,
    TABLE_ROW,
    CELL,
    ANNOTATION,
    MASTER,
    FIELD_OF_NOTE,
};

/* ---- first walk: is it one, is it encrypted? ---- */

static const struct xml_word manifest_words[] = {{"encryption-data", ENCRYPTION}};

static int manifest_begin(void *ctx, int tag, const char **attrs)
{
    (void)attrs;
    if (tag == ENCRYPTION)
        ((struct odf *)ctx)->is_encrypted = true;
    return 0;
}

static int manifest_end(void *ctx, int tag)
{
    (void)ctx, (void)tag;
    return 0;
}

static int manifest_text(void *ctx, const char *utf8, size_t len)
{
    (void)ctx, (void)utf8, (void)len;
    return 0;
}

static int read_manifest(void *ctx, struct zip *z, const char *path, int kind)
{
    (void)path, (void)kind;
    struct odf *o = ctx;
    struct xml_handler h = {.words = manifest_words,
                            .word_count = 1,
                            .ctx = o,
                            .begin = manifest_begin,
                            .end = manifest_end,
                            .text = manifest_text};
    o->is_one = true;
    return office_read_xml(z, o->to, &h);
}

static int read_mimetype(void *ctx, struct zip *z, const char *path, int kind)
{
    (void)path, (void)kind;
    static const char family[] = "application/vnd.oasis.opendocument.";
    const void *bytes;
    size_t len = 0;
    int got = zip_block(z, &bytes, &len);
    if (got == 1 && len > sizeof family - 1 && memcmp(bytes, family, sizeof family - 1) == 0)
        ((struct odf *)ctx)->is_one = true;
    return got < 0 && got != -EBADMSG ? got : 0;
}

static int note_content(void *ctx, struct zip *z, const char *path, int kind)
{
    (void)z, (void)path, (void)kind;
    ((struct odf *)ctx)->contents++;
    return 0;
}

static const struct office_part first_walk[] = {
    {"mimetype", read_mimetype, 0},
    {"META-INF/manifest.xml", read_manifest, 0},
    {"content.xml", note_content, 0},
    {"encrypted-package", note_content, 0},
};

/* ---- second walk ---- */

static const struct xml_word words[] = {
    {"spreadsheet", BODY_SHEETS},
    {"tracked-changes", SKIPPED}, /* holds what was deleted */
    {"forms", SKIPPED},
    {"dde-links", SKIPPED},
    {"p", PARAGRAPH},
    {"h", HEADING},
    {"s", SPACES},
    {"tab", TAB},
    {"line-break", BREAK},
    {"a", LINK},
    {"table", TABLE},
    {"table-row", TABLE_ROW},
    {"table-cell", CELL},
    {"covered-table-cell", CELL}, /* merged into another, but there */
    {"annotation", ANNOTATION},
    {"creator", FIELD_OF_NOTE},
    {"date", FIELD_OF_NOTE},
    {"date-string", FIELD_OF_NOTE},
    {"master-page", MASTER},
};

struct odf_reader {
    struct odf *o;
    struct tables tables;
    struct link link;
    unsigned paragraphs; /* open: text counts inside them only */
    unsigned notes;      /* annotations open: they lie over a cell, not in it */
    bool is_styles;      /* only what pages repeat is read */
    unsigned masters;
    bool is_heading;
    struct {
        bool held; /* the cell in hand is a number: which writing of it to show is known at its end */
        char value[40];
        char shown[64];
        size_t shown_len;
    } number;
};

static int put(struct odf_reader *r, const char *text, size_t len)
{
    if (r->is_styles)
        return r->masters > 0 ? content_text(r->o->to, TEXT_MARGIN, text, len) : 0;
    if (r->notes > 0)
        return content_text(r->o->to, TEXT_BODY, text, len);
    if (r->number.held && len <= sizeof r->number.shown - r->number.shown_len) {
        memcpy(r->number.shown + r->number.shown_len, text, len);
        r->number.shown_len += len;
        return 0;
    }
    link_text(&r->link, text, len);
    return tables_text(&r->tables, r->is_heading ? TEXT_HEADING : TEXT_BODY, text, len);
}

static int put_spaces(struct odf_reader *r, const char **attrs)
{
    static const char spaces[] = "                                ";
    return put(r, spaces, xml_attr_number(attrs, "c", 1, sizeof spaces - 1, 1));
}

/* ---- cells ---- */

static int begin_cell(struct odf_reader *r, const char **attrs)
{
    unsigned times = xml_attr_number(attrs, "number-columns-repeated", 1, UINT32_MAX, 1);
    const char *type = xml_attr(attrs, "value-type"), *value = xml_attr(attrs, "value");
    r->number.held = type != NULL && strcmp(type, "float") == 0 && value != NULL &&
                     strlen(value) < sizeof r->number.value && tables_in_row(&r->tables);
    r->number.shown_len = 0;
    if (r->number.held)
        strcpy(r->number.value, value);
    return tables_cell(&r->tables, times, times);
}

/* "1.56E+10" is how a narrow column shows 15550100123. */
static int show_number(struct odf_reader *r)
{
    if (!r->number.held)
        return 0;
    const char *shown = r->number.shown;
    size_t len = r->number.shown_len;
    bool is_short = len == 0 || (shown[0] >= '0' && shown[0] <= '9' && memmem(shown, len, "E+", 2) != NULL);
    r->number.held = false;
    return is_short ? put(r, r->number.value, strlen(r->number.value)) : put(r, shown, len);
}

static int end_cell(struct odf_reader *r)
{
    int err = show_number(r);
    return err == 0 ? tables_cell_end(&r->tables) : err;
}

/* ---- elements ---- */

static int end_link(struct odf_reader *r)
{
    char shown[LINK_BYTES + 3];
    size_t len = link_end(&r->link, shown);
    return len > 0 ? put(r, shown, len) : 0;
}

static int begin_of_table(struct odf_reader *r, int tag, const char **attrs)
{
    const char *name;
    switch (tag) {
    case BODY_SHEETS:
        r->tables.sheets = true;
        return 0;
    case TABLE:
        name = r->tables.sheets ? xml_attr(attrs, "name") : NULL;
        return tables_begin(&r->tables, name ? name : "");
    case TABLE_ROW:
        return tables_row(&r->tables, xml_attr_number(attrs, "number-rows-repeated", 1, UINT32_MAX, 1));
    case CELL:
        return begin_cell(r, attrs);
    }
    return 0;
}

static int odf_begin(void *ctx, int tag, const char **attrs)
{
    struct odf_reader *r = ctx;
    switch (tag) {
    case SKIPPED:
        return XML_SKIP;
    case FIELD_OF_NOTE:
        return r->notes > 0 ? XML_SKIP : 0;
    case PARAGRAPH:
    case HEADING:
        r->paragraphs++;
        r->is_heading = tag == HEADING;
        return 0;
    case SPACES:
        return put_spaces(r, attrs);
    case TAB:
        return put(r, "\t", 1);
    case BREAK:
        return put(r, "\n", 1);
    case LINK:
        link_begin(&r->link, xml_attr(attrs, "href"));
        return 0;
    case ANNOTATION:
        r->notes++;
        return 0;
    case MASTER:
        r->masters++;
        return 0;
    }
    return begin_of_table(r, tag, attrs);
}

static int end_paragraph(struct odf_reader *r)
{
    int err = put(r, "\n", 1);
    r->paragraphs--;
    r->is_heading = false;
    return err;
}

static int odf_end(void *ctx, int tag)
{
    struct odf_reader *r = ctx;
    switch (tag) {
    case PARAGRAPH:
    case HEADING:
        return end_paragraph(r);
    case LINK:
        return end_link(r);
    case ANNOTATION:
        r->notes--;
        return 0;
    case MASTER:
        r->masters--;
        return 0;
    case CELL:
        return end_cell(r);
    case TABLE_ROW:
        return tables_row_end(&r->tables);
    case TABLE:
        return tables_end(&r->tables);
    }
    return 0;
}

static int odf_text(void *ctx, const char *utf8, size_t len)
{
    struct odf_reader *r = ctx;
    return r->paragraphs > 0 ? put(r, utf8, len) : 0;
}

/* ---- parts ---- */

enum part_kind { CONTENT, STYLES };

static int read_part(void *ctx, struct zip *z, const char *path, int kind)
{
    (void)path;
    struct odf *o = ctx;
    struct odf_reader r = {.o = o, .tables = {.to = o->to}, .is_styles = kind == STYLES};
    struct xml_handler h = {.words = words,
                            .word_count = sizeof words / sizeof *words,
                            .ctx = &r,
                            .begin = odf_begin,
                            .end = odf_end,
                            .text = odf_text};
    int err = office_read_large_xml(z, o->to, &h);
    if (err == 0)
        err = tables_finish(&r.tables);
    tables_free(&r.tables);
    return err;
}

static int read_properties(void *ctx, struct zip *z, const char *path, int kind)
{
    (void)path, (void)kind;
    return office_read_properties(z, ((struct odf *)ctx)->to);
}

static const struct office_part second_walk[] = {
    {"content.xml", read_part, CONTENT},
    {"styles.xml", read_part, STYLES},
    {"meta.xml", read_properties, 0},
};

static int read_document(struct odf *o, struct zip *z)
{
    int err = office_walk(z, o->to, first_walk, sizeof first_walk / sizeof *first_walk, o);
    if (err < 0)
        return err;
    if (!o->is_one || o->contents == 0)
        return -EBADMSG;
    if (o->is_encrypted) {
        o->to->flag(o->to->ctx, FACT_ENCRYPTED);
        return 0;
    }
    err = zip_rewind(z);
    return err == 0 ? office_walk(z, o->to, second_walk, sizeof second_walk / sizeof *second_walk, o) : err;
}

int extract_odf(struct input *in, const struct extract_hints *h, struct content_sink *to, struct limits *l)
{
    (void)h;
    zip_auto *z = NULL;
    struct odf o = {.to = to};
    int err = zip_open(&z, in, to, l);
    return err == 0 ? read_document(&o, z) : err;
}
