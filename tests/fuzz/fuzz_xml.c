/*
 * fuzz_xml: what expat takes for well-formed, the scanner takes too, and tells the same of it but for white space,
 * which only expat normalises.
 */
#include "base/buf.h"
#include "extract/xml.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { WORD = 1, LEFT_OUT };

static const struct xml_word words[] = {{"p", WORD}, {"skip", LEFT_OUT}};

static void tell(struct buf *told, const char *text, size_t len)
{
    for (size_t i = 0; i < len; i++)
        if (strchr(" \t\r\n", text[i]) == NULL)
            buf_put(told, text + i, 1);
}

static int tell_begin(void *ctx, int tag, const char **attrs)
{
    buf_printf(ctx, "<%d", tag);
    for (; *attrs != NULL; attrs++)
        tell(ctx, *attrs, strlen(*attrs));
    return tag == LEFT_OUT ? XML_SKIP : 0;
}

static int tell_end(void *ctx, int tag)
{
    buf_printf(ctx, "</%d", tag);
    return 0;
}

static int tell_text(void *ctx, const char *utf8, size_t len)
{
    tell(ctx, utf8, len);
    return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct buf by_expat = {0}, by_scan = {0};
    struct xml_handler h = {words, sizeof words / sizeof *words, &by_expat, tell_begin, tell_end, tell_text};
    struct xml *x;
    struct xml_scan *s;
    if (!xml_scan_can(data, size) || xml_open(&x, &h) < 0)
        return 0;
    int expat = xml_push(x, data, size);
    expat = expat == 0 ? xml_finish(x) : expat;
    xml_close(x);
    h.ctx = &by_scan;
    if (xml_scan_open(&s, &h) < 0)
        return 0;
    size_t half = size / 2;
    int scan = xml_scan_push(s, data, half);
    scan = scan == 0 ? xml_scan_push(s, data + half, size - half) : scan;
    scan = scan == 0 ? xml_scan_finish(s) : scan;
    xml_scan_close(s);
    if (expat == 0 && scan == 0 &&
        (by_expat.len != by_scan.len || memcmp(by_expat.data, by_scan.data, by_scan.len) != 0))
        abort();
    if (expat == 0 && scan != 0 && scan != -E2BIG)
        abort();
    buf_free(&by_expat);
    buf_free(&by_scan);
    return 0;
}
