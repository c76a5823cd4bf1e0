/*
 * RTF: what a word means is in rtf_words.c; here are groups and text. Bytes beyond ASCII are of the font's charset, or
 * the document's, and are converted a run at a time, since a character may take two.
 */
#include "extract/charset.h"
#include "extract/extract.h"
#include "extract/office.h"
#include "extract/rtf.h"
#include "extract/utf8.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* ---- text ---- */

static int put_text(struct rtf *r, const char *text, size_t len)
{
    if (rtf_now(r)->destination == RTF_TO_PROPERTY) {
        const char *name = r->property ? r->property : "";
        int err = content_text(r->to, TEXT_PROPERTY, name, strlen(name));
        r->property = NULL;
        return err == 0 ? content_text(r->to, TEXT_PROPERTY, text, len) : err;
    }
    if (!r->in_table && r->tables.depth > 0 && !tables_in_row(&r->tables)) {
        int err = tables_end(&r->tables);
        if (err < 0)
            return err;
    }
    link_text(&r->link, text, len);
    if (rtf_now(r)->part != TEXT_BODY)
        return content_text(r->to, rtf_now(r)->part, text, len);
    return tables_text(&r->tables, TEXT_BODY, text, len);
}

static int flush(struct rtf *r)
{
    size_t len = r->run_len;
    char charset[16];
    bool is_ascii = r->run_is_ascii;
    r->run_len = 0;
    r->run_is_ascii = true;
    if (len == 0)
        return 0;
    if (is_ascii)
        return put_text(r, (const char *)r->run, len);
    if (rtf_now(r)->codepage == RTF_MACINTOSH)
        strcpy(charset, "macintosh");
    else
        snprintf(charset, sizeof charset, "cp%u", rtf_now(r)->codepage);
    buf_clear(&r->converted);
    charset_put(&r->converted, charset, r->run, len);
    return r->converted.failed ? -ENOMEM : put_text(r, r->converted.data, r->converted.len);
}

static int put_byte(struct rtf *r, unsigned char byte)
{
    int err = r->run_len == RTF_RUN_BYTES ? flush(r) : 0;
    r->run[r->run_len++] = byte == 0 ? ' ' : byte;
    r->run_is_ascii = r->run_is_ascii && byte < 0x80;
    return err;
}

static bool shows(const struct rtf_group *g)
{
    return (g->destination == RTF_TO_DOCUMENT || g->destination == RTF_TO_PROPERTY) && !g->deleted;
}

int rtf_put_character(struct rtf *r, uint32_t character)
{
    char bytes[4];
    if (!shows(rtf_now(r)))
        return 0;
    size_t len = utf8_put(bytes, character);
    if (len == 1)
        return put_byte(r, (unsigned char)bytes[0]);
    int err = flush(r);
    return err == 0 ? put_text(r, bytes, len) : err;
}

static int rtf_byte(void *ctx, unsigned char byte, bool escaped)
{
    (void)escaped;
    struct rtf *r = ctx;
    if (r->to_replace > 0) {
        r->to_replace--;
        return 0;
    }
    r->surrogate = 0;
    if (rtf_now(r)->destination == RTF_TO_FIELD && r->field_len < RTF_FIELD_BYTES && byte != 0)
        r->field[r->field_len++] = (char)byte;
    return shows(rtf_now(r)) ? put_byte(r, byte) : 0;
}

static int rtf_word(void *ctx, const char *word, bool has_value, int32_t value)
{
    struct rtf *r = ctx;
    int err = flush(r);
    r->to_replace = 0;
    return err == 0 ? rtf_act(r, word, has_value, value) : err;
}

/* ---- groups ---- */

static void begin_group(struct rtf *r)
{
    if (r->depth == RTF_GROUPS - 1) {
        r->too_deep++; /* it shares what its parent says */
        return;
    }
    r->groups[r->depth + 1] = r->groups[r->depth];
    r->depth++;
    rtf_now(r)->starred = rtf_now(r)->is_part = rtf_now(r)->ends_link = false;
}

/* HYPERLINK "mailto:ann@example.com" */
static void end_field(struct rtf *r)
{
    r->field[r->field_len] = 0;
    char *word = strcasestr(r->field, "HYPERLINK"), *target = word ? strchr(word, '"') : NULL;
    char *end = target ? strchr(target + 1, '"') : NULL;
    if (end != NULL)
        *end = 0;
    link_begin(&r->link, end != NULL ? target + 1 : NULL);
}

static int end_group(struct rtf *r)
{
    if (r->too_deep > 0) {
        r->too_deep--;
        return 0;
    }
    if (r->depth == 0)
        return 0;
    char shown[LINK_BYTES + 3];
    int err = 0;
    if (rtf_now(r)->is_part && (rtf_now(r)->destination != RTF_TO_PROPERTY || r->property == NULL))
        err = put_text(r, "\n", 1);
    size_t len = rtf_now(r)->ends_link ? link_end(&r->link, shown) : 0;
    if (err == 0 && len > 0)
        err = put_text(r, shown, len);
    enum rtf_destination ended = rtf_now(r)->destination;
    r->depth--;
    if (ended == RTF_TO_FIELD && rtf_now(r)->destination != RTF_TO_FIELD)
        end_field(r);
    return err;
}

static int rtf_group(void *ctx, bool begins)
{
    struct rtf *r = ctx;
    int err = flush(r);
    r->to_replace = 0;
    if (err < 0)
        return err;
    if (!begins)
        return end_group(r);
    begin_group(r);
    return 0;
}

/* ---- the file ---- */

static int read_rtf(struct rtf *r, struct input *in, const struct limits *l)
{
    ssize_t got;
    while ((got = input_read(in, r->chunk, sizeof r->chunk)) > 0) {
        if (limits_is_over(l)) {
            r->to->flag(r->to->ctx, FACT_CUT);
            return -ECANCELED;
        }
        int err = rtf_push(&r->tokens, r->chunk, (size_t)got);
        if (err < 0)
            return err;
    }
    int err = got < 0 ? (int)got : flush(r);
    if (err == 0 && (r->depth > 0 || r->too_deep > 0))
        r->to->flag(r->to->ctx, FACT_UNREADABLE); /* it ends in the middle */
    return err == 0 ? tables_finish(&r->tables) : err;
}

int extract_rtf(struct input *in, const struct extract_hints *hints, struct content_sink *to, struct limits *l)
{
    (void)hints;
    char head[5];
    ssize_t got = input_read_at(in, 0, head, sizeof head);
    if (got < 0)
        return (int)got;
    if (got < (ssize_t)sizeof head || memcmp(head, "{\\rtf", sizeof head) != 0)
        return -EBADMSG;
    struct rtf *r = calloc(1, sizeof *r);
    if (r == NULL)
        return -ENOMEM;
    r->to = to;
    r->tables.to = to;
    r->run_is_ascii = true;
    r->codepage = 1252;
    r->groups[0] = (struct rtf_group){.part = TEXT_BODY, .codepage = 1252, .replaced = 1};
    r->tokens.to = (struct rtf_events){.ctx = r, .group = rtf_group, .word = rtf_word, .byte = rtf_byte};
    int err = read_rtf(r, in, l);
    tables_free(&r->tables);
    buf_free(&r->converted);
    free(r);
    return err;
}
