/*
 * fuzz_news: any bytes as what the keeper tells the teller; what is understood goes back into the same bytes, and into
 * JSON.
 */
#include "event/news.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static char again[NEWS_MESSAGE_BYTES];
    struct news n;
    if (size > NEWS_MESSAGE_BYTES || news_decode(&n, (const char *)data, size) < 0)
        return 0;
    ssize_t len = news_encode(&n, again);
    if (len != (ssize_t)size || memcmp(again, data, size) != 0)
        abort();
    return 0;
}
