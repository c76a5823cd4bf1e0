/*
 * fuzz_words: names quoted as git does come back the same; any text as a time or a quoted name ends well.
 */
#include "base/buf.h"
#include "base/clock.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

static char *text_of(const uint8_t *data, size_t size)
{
    char *text = malloc(size + 1);
    if (text == NULL)
        abort();
    memcpy(text, data, size);
    text[size] = '\0';
    return text;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text = text_of(data, size);
    int64_t when = 7;
    if (clock_parse(text, &when) < 0 && when != 7)
        abort();
    buf_unquote(text);
    free(text);

    buf_auto quoted = {0};
    if (memchr(data, 0, size) != NULL)
        return 0;
    buf_put_quoted(&quoted, (const char *)data, size);
    char *back = text_of((const uint8_t *)quoted.data, quoted.len);
    if (quoted.len > 0 && back[0] == '"') {
        int len = buf_unquote(back);
        if (len < 0 || (size_t)len != size || memcmp(back, data, size) != 0)
            abort();
    }
    free(back);
    return 0;
}
