#include "index/rows.h"

#include <errno.h>

enum { BITS = 7, MORE = 1 << BITS, SHIFT_MOST = 28 };

int rows_next(struct rows_reader *r, uint32_t *row)
{
    if (r->at == r->end)
        return 0;
    uint64_t step = 0;
    for (unsigned shift = 0;; shift += BITS) {
        if (r->at == r->end || shift > SHIFT_MOST)
            return -EILSEQ;
        unsigned char byte = *r->at++;
        step |= (uint64_t)(byte & (MORE - 1)) << shift;
        if (!(byte & MORE))
            break;
    }
    if (step == 0 || step > UINT32_MAX - r->last)
        return -EILSEQ;
    *row = r->last += (uint32_t)step;
    return 1;
}

void rows_put(struct buf *to, uint32_t *last, uint32_t row)
{
    unsigned char bytes[5];
    size_t len = 0;
    uint32_t step = row - *last;
    for (; step >= MORE; step >>= BITS)
        bytes[len++] = (unsigned char)(step | MORE);
    bytes[len++] = (unsigned char)step;
    buf_put(to, bytes, len);
    *last = row;
}
