/*
 * fuzz_extract_mail: any bytes as a message or a mailbox. All that is pushed is valid UTF-8 without NUL.
 */
#include "extract/extract.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

static int take_text(void *ctx, enum text_part part, const char *utf8, size_t len)
{
    (void)ctx;
    if (part > TEXT_QUOTE || len == 0)
        abort();
    for (size_t at = 0; at < len;) {
        utf8proc_int32_t c;
        utf8proc_ssize_t n = utf8proc_iterate((const utf8proc_uint8_t *)utf8 + at, (utf8proc_ssize_t)(len - at), &c);
        if (n <= 0 || c == 0)
            abort();
        at += (size_t)n;
    }
    return 0;
}

static int take_sheet(void *ctx, const char *name)
{
    (void)ctx;
    return strlen(name) < 4096 ? 0 : -ECANCELED;
}

static int take_row(void *ctx, const struct row *row)
{
    (void)ctx;
    return row->count > 0 ? 0 : -ECANCELED;
}

static void flag(void *ctx, uint32_t flags) { *(uint32_t *)ctx |= flags; }

static int take_member(void *ctx, struct input *member, const struct extract_hints *h)
{
    (void)ctx;
    if (member->size > LIMIT_MEMBER || strlen(member->name) > 255)
        abort();
    return h->mime[0] == 'a' ? -EBADMSG : 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct input in = input_from_memory(data, size, "a.eml");
    uint32_t flags = 0;
    struct content_sink sink = {.ctx = &flags, .sheet = take_sheet, .row = take_row, .text = take_text, .flag = flag};
    struct limits l = {.packed = size};
    int err = extract_mail(&in, &(struct extract_hints){.mime = "", .charset = ""}, &sink, &l, take_member, NULL);
    if (err != 0 && err != -EBADMSG && err != -ECANCELED)
        abort();
    if (err == -EBADMSG && flags != 0)
        abort();
    return 0;
}
