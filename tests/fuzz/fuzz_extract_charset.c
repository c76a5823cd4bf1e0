/*
 * fuzz_extract_charset: any bytes in any charset: what comes out is valid UTF-8 without NUL, ends, and is the same
 * whatever the room was. The first byte chooses the hint.
 */
#include "extract/charset.h"
#include "extract/charset_codec.h"

#include <stdlib.h>
#include <string.h>

static void expect_utf8(const char *text, size_t len)
{
    const unsigned char *p = (const unsigned char *)text, *end = p + len;
    while (p < end) {
        int n = charset_utf8_length(p, end);
        if (n < 1 || *p == 0)
            abort();
        p += n;
    }
}

static void read_all(struct buf *all, const uint8_t *data, size_t size, const char *hint, size_t room)
{
    struct input in = input_from_memory(data, size, "");
    charset_auto *c = NULL;
    char piece[1024];
    ssize_t got;
    if (charset_open(&c, &in, hint) < 0)
        abort();
    while ((got = charset_read(c, piece, room)) > 0) {
        expect_utf8(piece, (size_t)got);
        buf_put(all, piece, (size_t)got);
    }
    if (got < 0)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const hints[] = {"",          "utf-16",      "utf-16be", "windows-1250", "iso-8859-15",
                                        "shift_jis", "iso-2022-jp", "gb18030",  "big5",         "euc-kr",
                                        "koi8-r",    "cp1255"};
    static int fetched;
    if (fetched == 0)
        fetched = charset_prepare();
    if (size == 0)
        return 0;
    const char *hint = hints[data[0] % (sizeof hints / sizeof *hints)];
    struct buf small = {0}, large = {0}, whole = {0};
    read_all(&small, data + 1, size - 1, hint, 64);
    read_all(&large, data + 1, size - 1, hint, 1024);
    if (small.len != large.len || (small.len > 0 && memcmp(small.data, large.data, small.len) != 0))
        abort();
    charset_put(&whole, hint, data + 1, size - 1);
    expect_utf8(whole.data, whole.len);
    buf_free(&small);
    buf_free(&large);
    buf_free(&whole);
    return 0;
}
