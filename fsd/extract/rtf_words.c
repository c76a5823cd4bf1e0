#include "extract/rtf.h"

#include <stdlib.h>
#include <string.h>

struct rtf_word {
    const char *name;
    int (*act)(struct rtf *r, const struct rtf_word *w, bool has_value, int32_t value);
    int what; /* what `act` makes of it */
};

static int act_nothing(struct rtf *r, const struct rtf_word *w, bool has_value, int32_t value)
{
    (void)r, (void)w, (void)has_value, (void)value;
    return 0;
}

static int act_character(struct rtf *r, const struct rtf_word *w, bool has_value, int32_t value)
{
    (void)has_value, (void)value;
    return rtf_put_character(r, (uint32_t)w->what);
}

static int act_unicode(struct rtf *r, const struct rtf_word *w, bool has_value, int32_t value)
{
    (void)w, (void)has_value;
    uint32_t unit = (uint32_t)(value < 0 ? value + 0x10000 : value) & 0xffff, first = r->surrogate;
    r->to_replace = rtf_now(r)->replaced;
    r->surrogate = 0;
    if (unit >= 0xd800 && unit < 0xdc00) {
        r->surrogate = unit;
        return 0;
    }
    if (first != 0 && unit >= 0xdc00 && unit < 0xe000)
        unit = 0x10000 + ((first - 0xd800) << 10) + (unit - 0xdc00);
    return rtf_put_character(r, unit);
}

static int act_replaced(struct rtf *r, const struct rtf_word *w, bool has_value, int32_t value)
{
    (void)w, (void)has_value;
    rtf_now(r)->replaced = value < 0 ? 0 : value > 16 ? 16 : (uint32_t)value;
    return 0;
}

static int act_codepage(struct rtf *r, const struct rtf_word *w, bool has_value, int32_t value)
{
    r->codepage = has_value && value > 0 ? (uint32_t)value : (uint32_t)w->what;
    rtf_now(r)->codepage = r->codepage;
    return 0;
}

static uint32_t *font_of(struct rtf *r, int32_t number) { return &r->fonts[(uint32_t)number % RTF_FONTS]; }

static int act_font(struct rtf *r, const struct rtf_word *w, bool has_value, int32_t value)
{
    (void)w, (void)has_value;
    uint32_t codepage = *font_of(r, value);
    if (rtf_now(r)->destination == RTF_TO_FONT_TABLE)
        r->font = (uint32_t)value;
    else
        rtf_now(r)->codepage = codepage != 0 ? codepage : r->codepage;
    return 0;
}

/* Windows' numbers of character sets, as fonts have them. */
static const struct {
    int32_t charset;
    uint32_t codepage;
} font_charsets[] = {
    {0, 1252},   {77, RTF_MACINTOSH}, {128, 932},  {129, 949},  {134, 936},  {136, 950}, {161, 1253}, {162, 1254},
    {163, 1258}, {177, 1255},         {178, 1256}, {186, 1257}, {204, 1251}, {222, 874}, {238, 1250}, {254, 437},
};

static int act_font_charset(struct rtf *r, const struct rtf_word *w, bool has_value, int32_t value)
{
    (void)w, (void)has_value;
    for (size_t i = 0; i < sizeof font_charsets / sizeof *font_charsets; i++)
        if (rtf_now(r)->destination == RTF_TO_FONT_TABLE && font_charsets[i].charset == value)
            *font_of(r, (int32_t)r->font) = font_charsets[i].codepage;
    return 0;
}

static int act_destination(struct rtf *r, const struct rtf_word *w, bool has_value, int32_t value)
{
    (void)has_value, (void)value;
    rtf_now(r)->destination = (enum rtf_destination)w->what;
    if (w->what == RTF_TO_FIELD)
        r->field_len = 0;
    return 0;
}

static int act_part(struct rtf *r, const struct rtf_word *w, bool has_value, int32_t value)
{
    (void)has_value, (void)value;
    rtf_now(r)->part = (enum text_part)w->what;
    rtf_now(r)->is_part = true;
    return 0;
}

/* `what`: it ends the property's line, as all do but the name of one that the user has made. */
static int act_property(struct rtf *r, const struct rtf_word *w, bool has_value, int32_t value)
{
    (void)has_value, (void)value;
    static const struct {
        const char *word, *name;
    } names[] = {{"author", "author: "},    {"category", "category: "}, {"company", "company: "},
                 {"doccomm", "comments: "}, {"keywords", "keywords: "}, {"manager", "manager: "},
                 {"staticval", ": "},       {"subject", "subject: "},   {"title", "title: "}};
    rtf_now(r)->destination = RTF_TO_PROPERTY;
    rtf_now(r)->is_part = w->what;
    r->property = NULL;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcmp(names[i].word, w->name) == 0)
            r->property = names[i].name;
    return 0;
}

static int act_result(struct rtf *r, const struct rtf_word *w, bool has_value, int32_t value)
{
    (void)w, (void)has_value, (void)value;
    rtf_now(r)->ends_link = true;
    return 0;
}

static int act_deleted(struct rtf *r, const struct rtf_word *w, bool has_value, int32_t value)
{
    rtf_now(r)->deleted = w->what && (!has_value || value != 0);
    if (!w->what)
        rtf_now(r)->codepage = r->codepage;
    return 0;
}

/* ---- tables: a cell's text stands before the word that ends it ---- */

enum { ROW_BEGINS, CELL_TEXT, NO_TABLE, CELL_ENDS, ROW_ENDS };

static int open_cell(struct rtf *r)
{
    int err = r->tables.depth == 0 ? tables_begin(&r->tables, "") : 0;
    if (err == 0 && !tables_in_row(&r->tables))
        err = tables_row(&r->tables, 1);
    return err == 0 && !tables_in_cell(&r->tables) ? tables_cell(&r->tables, 1, 1) : err;
}

static int act_table(struct rtf *r, const struct rtf_word *w, bool has_value, int32_t value)
{
    (void)has_value, (void)value;
    int err;
    if (rtf_now(r)->destination != RTF_TO_DOCUMENT)
        return 0;
    switch (w->what) {
    case NO_TABLE:
        r->in_table = false;
        return 0;
    case ROW_ENDS:
        return tables_row_end(&r->tables);
    case CELL_ENDS:
        err = open_cell(r);
        return err == 0 ? tables_cell(&r->tables, 1, 1) : err;
    }
    r->in_table = true;
    return open_cell(r);
}

/* In the order of strcmp. */
static const struct rtf_word words[] = {
    {"-", act_nothing, 0},
    {"_", act_character, '-'},
    {"ansi", act_codepage, 1252},
    {"ansicpg", act_codepage, 1252},
    {"author", act_property, 1},
    {"bullet", act_character, 0x2022},
    {"category", act_property, 1},
    {"cell", act_table, CELL_ENDS},
    {"colortbl", act_destination, RTF_TO_SKIPPED},
    {"company", act_property, 1},
    {"deleted", act_deleted, 1},
    {"doccomm", act_property, 1},
    {"emdash", act_character, 0x2014},
    {"endash", act_character, 0x2013},
    {"f", act_font, 0},
    {"fcharset", act_font_charset, 0},
    {"filetbl", act_destination, RTF_TO_SKIPPED},
    {"fldinst", act_destination, RTF_TO_FIELD},
    {"fldrslt", act_result, 0},
    {"fonttbl", act_destination, RTF_TO_FONT_TABLE},
    {"footer", act_part, TEXT_MARGIN},
    {"footerf", act_part, TEXT_MARGIN},
    {"footerl", act_part, TEXT_MARGIN},
    {"footerr", act_part, TEXT_MARGIN},
    {"header", act_part, TEXT_MARGIN},
    {"headerf", act_part, TEXT_MARGIN},
    {"headerl", act_part, TEXT_MARGIN},
    {"headerr", act_part, TEXT_MARGIN},
    {"intbl", act_table, CELL_TEXT},
    {"keywords", act_property, 1},
    {"ldblquote", act_character, 0x201c},
    {"line", act_character, '\n'},
    {"lquote", act_character, 0x2018},
    {"mac", act_codepage, RTF_MACINTOSH},
    {"manager", act_property, 1},
    {"nestcell", act_character, '\t'},
    {"nestrow", act_character, '\n'},
    {"nesttableprops", act_nothing, 0},
    {"nonesttables", act_destination, RTF_TO_SKIPPED},
    {"nonshppict", act_destination, RTF_TO_SKIPPED},
    {"page", act_character, '\n'},
    {"par", act_character, '\n'},
    {"pard", act_table, NO_TABLE},
    {"pc", act_codepage, 437},
    {"pca", act_codepage, 850},
    {"pict", act_destination, RTF_TO_SKIPPED},
    {"plain", act_deleted, 0},
    {"propname", act_property, 0},
    {"rdblquote", act_character, 0x201d},
    {"row", act_table, ROW_ENDS},
    {"rquote", act_character, 0x2019},
    {"rxe", act_destination, RTF_TO_SKIPPED},
    {"sect", act_character, '\n'},
    {"shpinst", act_nothing, 0},
    {"shptxt", act_nothing, 0},
    {"sp", act_destination, RTF_TO_SKIPPED},
    {"staticval", act_property, 1},
    {"stylesheet", act_destination, RTF_TO_SKIPPED},
    {"subject", act_property, 1},
    {"tab", act_character, '\t'},
    {"tc", act_destination, RTF_TO_SKIPPED},
    {"title", act_property, 1},
    {"trowd", act_table, ROW_BEGINS},
    {"u", act_unicode, 0},
    {"uc", act_replaced, 0},
    {"userprops", act_nothing, 0},
    {"xe", act_destination, RTF_TO_SKIPPED},
    {"~", act_character, ' '},
};

static int compare(const void *key, const void *row) { return strcmp(key, ((const struct rtf_word *)row)->name); }

int rtf_act(struct rtf *r, const char *word, bool has_value, int32_t value)
{
    bool starred = rtf_now(r)->starred;
    rtf_now(r)->starred = strcmp(word, "*") == 0;
    if (rtf_now(r)->destination == RTF_TO_SKIPPED || rtf_now(r)->starred)
        return 0;
    const struct rtf_word *found = bsearch(word, words, sizeof words / sizeof *words, sizeof *words, compare);
    if (found != NULL)
        return found->act(r, found, has_value, value);
    if (starred)
        rtf_now(r)->destination = RTF_TO_SKIPPED;
    return 0;
}
