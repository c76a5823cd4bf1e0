/*
 * fuzz_draft: any bytes as a text: what is counted is no more than there can be, and the score is one.
 */
#include "draft/draft.h"

#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct facts f = {0};
    draft_measure((const char *)data, size, "Posts/draft.txt", &f);
    if (f.draft > 100 || f.words > size || f.hashtags + f.mentions + f.links > size || (f.flags & ~FACT_CODE) != 0)
        abort();
    return 0;
}
