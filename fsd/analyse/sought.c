/* When something is sought, nothing else is done: what the readers push goes to who seeks, and hits into the report. */
#include "analyse/state.h"

#include <string.h>

static int take_sheet(void *ctx, const char *name)
{
    struct analyser *a = ctx;
    int err = a->sought.len > 0 ? contacts_sheet(a->contacts) : 0;
    return err == 0 && a->seek != NULL ? seek_sheet(a->seek, name) : err;
}

static int take_row(void *ctx, const struct row *row)
{
    struct analyser *a = ctx;
    int err = a->sought.len > 0 ? contacts_row(a->contacts, row) : 0;
    return err == 0 && a->seek != NULL ? seek_row(a->seek, row) : err;
}

static int take_text(void *ctx, enum text_part part, const char *utf8, size_t len)
{
    struct analyser *a = ctx;
    int err = a->sought.len > 0 && part != TEXT_PROPERTY ? contacts_text(a->contacts, utf8, len) : 0;
    return err == 0 && a->seek != NULL ? seek_text(a->seek, part, utf8, len) : err;
}

int sought_hit(void *ctx, const struct seek_hit *hit)
{
    struct analyser *a = ctx;
    struct report_hit r = {.line = hit->line, .column = hit->column, .row = hit->row, .cell = hit->cell};
    document_copy(r.sheet, sizeof r.sheet, hit->sheet, strlen(hit->sheet));
    document_copy(r.excerpt, sizeof r.excerpt, hit->excerpt, strlen(hit->excerpt));
    return report_add_hit(&a->report, &r);
}

/* The contact's values, name first, as the excerpt. */
int sought_contact(struct analyser *a, const struct contact_key *keys, size_t count)
{
    struct report_hit r = {.contact = 1};
    buf_auto line = {0};
    bool found = false;
    for (size_t i = 0; i < count; i++)
        found |= keys[i].kind == a->sought.kind && keys[i].len == a->sought.len &&
                 memcmp(keys[i].text, a->sought.text, keys[i].len) == 0;
    for (size_t pass = 0; pass < 2 && found; pass++)
        for (size_t i = 0; i < count; i++)
            if ((keys[i].kind == CONTACT_NAME) == (pass == 0)) {
                buf_puts(&line, line.len > 0 ? ", " : "");
                buf_put(&line, keys[i].value, keys[i].value_len);
            }
    if (line.data != NULL)
        document_copy(r.excerpt, sizeof r.excerpt, line.data, line.len);
    return found ? report_add_hit(&a->report, &r) : 0;
}

struct content_sink sought_sink(struct analyser *a)
{
    struct content_sink sink = heard_sink(a);
    sink.sheet = take_sheet;
    sink.row = take_row;
    sink.text = take_text;
    return sink;
}
