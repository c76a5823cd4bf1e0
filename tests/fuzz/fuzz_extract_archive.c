/*
 * fuzz_extract_archive: any bytes as an archive. What comes out keeps within the limits.
 */
#include "extract/extract.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static void flag(void *ctx, uint32_t flags) { *(uint32_t *)ctx |= flags; }

static int take_member(void *ctx, struct input *member, const struct extract_hints *h)
{
    (void)ctx;
    unsigned char last;
    if (member->size > LIMIT_MEMBER || strlen(h->mime) > 96)
        abort();
    if (member->size > 0 && input_read_at(member, member->size - 1, &last, 1) != 1)
        abort();
    return strlen(member->name) % 3 == 2 ? -EBADMSG : 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct input in = input_from_memory(data, size, "list.csv.gz");
    uint32_t flags = 0;
    struct content_sink sink = {.ctx = &flags, .flag = flag};
    struct limits l = {.packed = size};
    int err = extract_archive(&in, &sink, &l, take_member, NULL);
    if (err != 0 && err != -EBADMSG && err != -ECANCELED && err != -ENOMEM)
        abort();
    if (err == -ECANCELED && (flags & FACT_CUT) == 0)
        abort();
    return 0;
}
