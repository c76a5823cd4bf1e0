#include "cli/text.h"

#include "base/clock.h"
#include "base/utf8.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <wchar.h>

void text_put_name(struct buf *b, const char *name) { buf_put_quoted(b, name, strlen(name)); }

void text_put_line(struct buf *b, const char *text, size_t len)
{
    for (size_t i = 0; i < len;) {
        size_t order = text[i] == '\t' ? 0 : utf8_order_length(text + i, len - i);
        size_t step = utf8_step(text + i, len - i);
        for (size_t k = 0; k < order; k++)
            buf_printf(b, "\\%03o", (unsigned char)text[i + k]);
        if (order == 0)
            buf_put(b, text + i, step);
        i += step;
    }
}

size_t text_width(const char *text)
{
    size_t width = 0;
    mbstate_t state = {0};
    while (*text != 0) {
        wchar_t c;
        size_t len = mbrtowc(&c, text, MB_CUR_MAX, &state);
        if (len == (size_t)-1 || len == (size_t)-2 || len == 0) {
            memset(&state, 0, sizeof state);
            width += ((unsigned char)*text & 0xc0) != 0x80; /* another locale: count UTF-8 characters */
            text++;
            continue;
        }
        int columns = wcwidth(c);
        width += columns > 0 ? (size_t)columns : 0;
        text += len;
    }
    return width;
}

void text_pad(struct buf *b, size_t start, size_t width)
{
    for (size_t used = b->data && start < b->len ? text_width(b->data + start) : 0; used < width; used++)
        buf_puts(b, " ");
}

void text_style(struct buf *b, bool colour, enum text_style style)
{
    static const char *const codes[] = {"\033[0m", "\033[2m", "\033[32m", "\033[33m", "\033[31m"};
    if (colour)
        buf_puts(b, codes[style]);
}

bool text_wants_colour(void)
{
    const char *no = getenv("NO_COLOR"), *term = getenv("TERM");
    return isatty(STDOUT_FILENO) && (no == NULL || no[0] == 0) && term != NULL && strcmp(term, "dumb") != 0;
}

void text_put_time(struct buf *b, int64_t real_ns)
{
    time_t seconds = (time_t)(real_ns / NS_PER_SEC);
    struct tm tm;
    char text[64];
    if (localtime_r(&seconds, &tm) == NULL || strftime(text, sizeof text, "%Y-%m-%d %H:%M:%S", &tm) == 0)
        snprintf(text, sizeof text, "%lld", (long long)seconds);
    buf_puts(b, text);
}

void text_put_size(struct buf *b, uint64_t bytes)
{
    static const char *const units[] = {"KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
    if (bytes < 1024) {
        buf_printf(b, "%u B", (unsigned)bytes);
        return;
    }
    double value = (double)bytes / 1024;
    size_t unit = 0;
    while (value >= 1023.95 && unit + 1 < sizeof units / sizeof units[0]) {
        value /= 1024;
        unit++;
    }
    buf_printf(b, "%.1f %s", value, units[unit]);
}

void text_put_cell(struct buf *b, uint32_t column, uint32_t row)
{
    char letters[8];
    size_t count = 0;
    for (uint64_t left = (uint64_t)column + 1; left > 0 && count < sizeof letters; left = (left - 1) / 26)
        letters[count++] = (char)('A' + (left - 1) % 26);
    while (count > 0)
        buf_put(b, &letters[--count], 1);
    buf_printf(b, "%" PRIu32, row);
}

void text_flush(struct buf *b)
{
    if (b->len > 0)
        fwrite(b->data, 1, b->len, stdout);
    buf_clear(b);
}

/* In JSON only strings hold such characters, and there they can be written by their numbers. */
static void put_json(struct buf *b, const char *text, size_t len)
{
    for (size_t i = 0; i < len;) {
        const unsigned char *p = (const unsigned char *)text + i;
        size_t order = utf8_order_length(text + i, len - i), step = utf8_step(text + i, len - i);
        if (order == 1)
            buf_printf(b, "\\u%04x", p[0]);
        else if (order == 2)
            buf_printf(b, "\\u%04x", (p[0] & 0x1fu) << 6 | (p[1] & 0x3fu));
        else if (order == 3)
            buf_printf(b, "\\u%04x", (p[0] & 0xfu) << 12 | (p[1] & 0x3fu) << 6 | (p[2] & 0x3fu));
        else
            buf_put(b, p, step);
        i += step;
    }
}

int text_print_json(const json_t *json)
{
    char *plain = json_dumps(json, JSON_COMPACT | (isatty(STDOUT_FILENO) ? JSON_ENSURE_ASCII : 0));
    if (plain == NULL)
        return -ENOMEM;
    buf_auto b = {0};
    put_json(&b, plain, strlen(plain));
    free(plain);
    buf_puts(&b, "\n");
    return b.failed ? -ENOMEM : fwrite(b.data, 1, b.len, stdout) == b.len ? 0 : -EPIPE;
}
