#include "base/buf.h"

#include "base/utf8.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

char *buf_reserve(struct buf *b, size_t more)
{
    if (b->failed)
        return NULL;
    if (more >= SIZE_MAX / 2 - b->len) {
        b->failed = true;
        return NULL;
    }
    if (b->len + more + 1 > b->room) {
        size_t room = b->room ? b->room : 64;
        while (room < b->len + more + 1)
            room *= 2;
        char *data = realloc(b->data, room);
        if (data == NULL) {
            b->failed = true;
            return NULL;
        }
        b->data = data;
        b->room = room;
    }
    return b->data + b->len;
}

void buf_put(struct buf *b, const void *bytes, size_t len)
{
    char *to = buf_reserve(b, len);
    if (to == NULL)
        return;
    if (len > 0)
        memcpy(to, bytes, len);
    b->len += len;
    b->data[b->len] = 0;
}

void buf_puts(struct buf *b, const char *text) { buf_put(b, text, strlen(text)); }

void buf_printf(struct buf *b, const char *format, ...)
{
    va_list args, again;
    va_start(args, format);
    va_copy(again, args);
    int len = vsnprintf(NULL, 0, format, args);
    va_end(args);
    char *to = len < 0 ? NULL : buf_reserve(b, (size_t)len);
    if (to != NULL) {
        vsnprintf(to, (size_t)len + 1, format, again);
        b->len += (size_t)len;
    }
    va_end(again);
}

void buf_clear(struct buf *b)
{
    b->len = 0;
    if (b->data != NULL)
        b->data[0] = 0;
}

void buf_free(struct buf *b)
{
    int saved = errno;
    free(b->data);
    *b = (struct buf){0};
    errno = saved;
}

char *buf_steal(struct buf *b)
{
    char *data = b->data;
    *b = (struct buf){0};
    return data;
}

static bool is_plain(const unsigned char *p, size_t len)
{
    for (size_t i = 0; i < len;) {
        size_t step = utf8_length((const char *)p + i, len - i);
        if (step == 0 || utf8_order_length((const char *)p + i, len - i) > 0 || p[i] == '"' || p[i] == '\\')
            return false;
        i += step;
    }
    return true;
}

static const char escapes[] = "\aa\bb\tt\nn\vv\ff\rr\"\"\\\\"; /* pairs: the byte, then its letter */

static char escape_letter(unsigned char byte)
{
    for (const char *e = escapes; *e != 0; e += 2)
        if ((unsigned char)e[0] == byte)
            return e[1];
    return 0;
}

void buf_put_quoted(struct buf *b, const char *name, size_t len)
{
    const unsigned char *p = (const unsigned char *)name;
    if (is_plain(p, len)) {
        buf_put(b, name, len);
        return;
    }
    buf_puts(b, "\"");
    for (size_t i = 0; i < len;) {
        size_t step = utf8_length((const char *)p + i, len - i);
        size_t order = step == 0 ? 1 : utf8_order_length((const char *)p + i, len - i);
        char letter = escape_letter(p[i]);
        if (letter != 0)
            buf_printf(b, "\\%c", letter);
        else if (order == 0)
            buf_put(b, p + i, step);
        for (size_t k = 0; k < order && letter == 0; k++)
            buf_printf(b, "\\%03o", p[i + k]);
        i += step ? step : 1;
    }
    buf_puts(b, "\"");
}

static bool is_octal(char c) { return c >= '0' && c <= '7'; }

int buf_unquote(char *name)
{
    size_t len = strlen(name);
    if (len < 2 || name[0] != '"' || name[len - 1] != '"')
        return (int)len;
    size_t to = 0, last = len - 1;
    for (size_t i = 1; i < last;) {
        if (name[i] != '\\') {
            name[to++] = name[i++];
            continue;
        }
        if (i + 3 < last && is_octal(name[i + 1]) && is_octal(name[i + 2]) && is_octal(name[i + 3])) {
            int byte = (name[i + 1] - '0') << 6 | (name[i + 2] - '0') << 3 | (name[i + 3] - '0');
            if (byte == 0 || byte > 0xff) /* a name has no NUL */
                return -EINVAL;
            name[to++] = (char)byte;
            i += 4;
            continue;
        }
        const char *e = escapes;
        while (*e != 0 && (i + 1 >= last || e[1] != name[i + 1]))
            e += 2;
        if (*e == 0)
            return -EINVAL;
        name[to++] = *e;
        i += 2;
    }
    name[to] = 0;
    return (int)to;
}
