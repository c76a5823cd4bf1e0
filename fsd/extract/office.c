#include "extract/office.h"
#include "base/buf.h"
#include "extract/utf8.h"

#include <errno.h>
#include <fnmatch.h>
#include <string.h>

enum { PROPERTY_BYTES = 16 << 10 };

static const struct office_part *find_part(const struct office_part *parts, size_t count, const char *path)
{
    for (size_t i = 0; i < count; i++)
        if (fnmatch(parts[i].pattern, path, FNM_CASEFOLD) == 0)
            return &parts[i];
    return NULL;
}

int office_walk(struct zip *z, struct content_sink *to, const struct office_part *parts, size_t count, void *ctx)
{
    const char *path = NULL;
    int got;
    while ((got = zip_next(z, &path)) == 1) {
        const struct office_part *part = find_part(parts, count, path);
        if (part == NULL)
            continue;
        int err = part->read(ctx, z, path, part->kind);
        if (err < 0)
            return err;
    }
    if (got == -EBADMSG && zip_is_one(z)) {
        to->flag(to->ctx, FACT_UNREADABLE);
        return 0;
    }
    return got;
}

static int judge(const struct content_sink *to, int err)
{
    if (err != -EBADMSG && err != -E2BIG)
        return err;
    to->flag(to->ctx, err == -E2BIG ? FACT_CUT : FACT_UNREADABLE);
    return 0;
}

/* `got`, `bytes` and `len`: what the first zip_block said. */
static int read_by_expat(struct zip *z, const struct xml_handler *h, int got, const void *bytes, size_t len)
{
    xml_auto *x = NULL;
    int err = xml_open(&x, h);
    for (; err == 0 && got == 1; got = err == 0 ? zip_block(z, &bytes, &len) : got)
        err = xml_push(x, bytes, len);
    if (err == 0)
        err = got < 0 ? got : xml_finish(x);
    return err;
}

static int read_by_scan(struct zip *z, const struct xml_handler *h, int got, const void *bytes, size_t len)
{
    struct xml_scan *x = NULL;
    int err = xml_scan_open(&x, h);
    for (; err == 0 && got == 1; got = err == 0 ? zip_block(z, &bytes, &len) : got)
        err = xml_scan_push(x, bytes, len);
    if (err == 0)
        err = got < 0 ? got : xml_scan_finish(x);
    xml_scan_close(x);
    return err;
}

int office_read_xml(struct zip *z, struct content_sink *to, const struct xml_handler *h)
{
    const void *bytes = NULL;
    size_t len = 0;
    int got = zip_block(z, &bytes, &len);
    return judge(to, read_by_expat(z, h, got, bytes, len));
}

int office_read_large_xml(struct zip *z, struct content_sink *to, const struct xml_handler *h)
{
    const void *bytes = NULL;
    size_t len = 0;
    int got = zip_block(z, &bytes, &len);
    bool can = got == 1 && xml_scan_can(bytes, len);
    return judge(to, can ? read_by_scan(z, h, got, bytes, len) : read_by_expat(z, h, got, bytes, len));
}

/* ---- properties ---- */

/* What people fill in or a labelling tool does; counts and the program's name say nothing of the content. */
enum { NAMED_PROPERTY = 20 }; /* its name is an attribute; of the others, it is the element's */

static const struct xml_word property_words[] = {
    {"title", 1},
    {"subject", 2},
    {"creator", 3},
    {"initial-creator", 4},
    {"keywords", 5},
    {"keyword", 6},
    {"description", 7},
    {"category", 8},
    {"contentStatus", 9},
    {"Company", 10},
    {"Manager", 11},
    {"lastModifiedBy", 12},
    {"property", NAMED_PROPERTY},
    {"user-defined", NAMED_PROPERTY},
};

struct properties {
    struct content_sink *to;
    struct buf line;
    size_t value; /* where the value begins in `line`; 0: not in a property */
};

static void put_bounded(struct buf *line, const char *text, size_t len)
{
    size_t room = line->len < PROPERTY_BYTES ? PROPERTY_BYTES - line->len : 0;
    buf_put(line, text, len <= room ? len : utf8_floor(text, room));
}

static const char *property_name(int tag, const char **attrs)
{
    const char *name = tag == NAMED_PROPERTY ? xml_attr(attrs, "name") : property_words[tag - 1].name;
    return name ? name : "property";
}

static int property_begin(void *ctx, int tag, const char **attrs)
{
    struct properties *p = ctx;
    if (tag == XML_OTHER || p->value > 0)
        return 0;
    const char *name = property_name(tag, attrs);
    buf_clear(&p->line);
    put_bounded(&p->line, name, strlen(name));
    buf_puts(&p->line, ": ");
    p->value = p->line.len;
    return 0;
}

static int property_end(void *ctx, int tag)
{
    struct properties *p = ctx;
    if (tag == XML_OTHER || p->value == 0)
        return 0;
    bool has_value = p->line.len > p->value;
    p->value = 0;
    if (!has_value)
        return 0;
    buf_puts(&p->line, "\n");
    if (p->line.failed)
        return -ENOMEM;
    return content_text(p->to, TEXT_PROPERTY, p->line.data, p->line.len);
}

static int property_text(void *ctx, const char *utf8, size_t len)
{
    struct properties *p = ctx;
    if (p->value > 0)
        put_bounded(&p->line, utf8, len);
    return 0;
}

int office_read_properties(struct zip *z, struct content_sink *to)
{
    struct properties p = {.to = to};
    struct xml_handler h = {.words = property_words,
                            .word_count = sizeof property_words / sizeof *property_words,
                            .ctx = &p,
                            .begin = property_begin,
                            .end = property_end,
                            .text = property_text};
    int err = office_read_xml(z, to, &h);
    buf_free(&p.line);
    return err;
}
