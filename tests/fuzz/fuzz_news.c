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
    struct news n = {.events = 1};
    uint32_t head[2] = {0, (uint32_t)size}; /* what it is, and its length: right, so that the rest is looked at */
    if (size < sizeof head || size > NEWS_MESSAGE_BYTES || news_encode(&n, again) < 0)
        return 0;
    memcpy(head, again, sizeof head[0]);
    char *message = malloc(size);
    memcpy(message, data, size);
    memcpy(message, head, sizeof head);
    if (news_decode(&n, message, size) == 0 &&
        (news_encode(&n, again) != (ssize_t)size || memcmp(again, message, size) != 0))
        abort();
    free(message);
    return 0;
}
