#include "cli/findings.h"

#include "cli/text.h"
#include "control/wire.h"

#include <inttypes.h>

static void put_place(struct buf *b, const struct report_finding *f)
{
    if (f->row > 0) {
        if (f->sheet[0] != 0) {
            text_put_name(b, f->sheet);
            buf_puts(b, "!");
        }
        text_put_cell(b, f->cell, f->row);
        buf_puts(b, ":");
    } else if (f->line > 0) {
        buf_printf(b, "%" PRIu32 ":%" PRIu32 ":", f->line, f->column);
    }
}

static void put_advice(struct buf *b, const struct report_finding *f)
{
    if (f->repair[0] == 0 && f->replace[0] == 0 && f->cite[0] == 0)
        return;
    buf_puts(b, "    ");
    if (f->replace[0] != 0)
        buf_printf(b, "say \"%s\". ", f->replace);
    buf_puts(b, f->repair);
    if (f->cite[0] != 0)
        buf_printf(b, "%s(%s%s%s)", f->repair[0] != 0 ? " " : "", f->cite, f->where[0] != 0 ? ", " : "", f->where);
    buf_puts(b, "\n");
}

void findings_print(const char *path, const struct report *r, bool colour)
{
    static const enum text_style styles[] = {TEXT_DIM, TEXT_YELLOW, TEXT_RED};
    buf_auto b = {0};
    for (size_t i = 0; i < r->finding_count; i++) {
        const struct report_finding *f = &r->findings[i];
        text_put_name(&b, path);
        buf_puts(&b, ":");
        put_place(&b, f);
        buf_puts(&b, " ");
        text_style(&b, colour, styles[f->level]);
        buf_puts(&b, policy_level_name((enum policy_level)f->level));
        text_style(&b, colour, TEXT_PLAIN);
        buf_printf(&b, ": %s [%s]\n", f->say, f->rule);
        if (f->excerpt[0] != 0) {
            buf_puts(&b, "    \"");
            text_put_line(&b, f->excerpt, __builtin_strlen(f->excerpt));
            buf_puts(&b, "\"\n");
        }
        put_advice(&b, f);
    }
    text_flush(&b);
}

static json_t *pack_one(const struct report_finding *f)
{
    return json_pack("{s:o, s:s, s:I, s:I, s:I, s:I, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "rule", wire_string(f->rule),
                     "level", policy_level_name((enum policy_level)f->level), "line", (json_int_t)f->line, "column",
                     (json_int_t)f->column, "row", (json_int_t)f->row, "cell", (json_int_t)f->cell, "sheet",
                     wire_string(f->sheet), "excerpt", wire_string(f->excerpt), "say", wire_string(f->say), "repair",
                     wire_string(f->repair), "replace", wire_string(f->replace), "cite", wire_string(f->cite), "where",
                     wire_string(f->where));
}

json_t *findings_pack(const struct report *r)
{
    json_t *list = json_array();
    for (size_t i = 0; i < r->finding_count; i++)
        json_array_append_new(list, pack_one(&r->findings[i]));
    return list;
}
