#include "analyse/passage.h"

#include "analyse/seek.h"

#include <string.h>

struct prints {
    uint64_t *prints;
    int count;
};

static int take_print(void *ctx, uint64_t print)
{
    struct prints *p = ctx;
    for (int i = 0; i < p->count; i++)
        if (p->prints[i] == print)
            return 0;
    p->prints[p->count++] = print;
    return p->count == PASSAGE_PRINTS_MOST;
}

int passage_prints(const unsigned char secret[static FINGERPRINT_SECRET_BYTES], const char *text,
                   uint64_t out[static PASSAGE_PRINTS_MOST])
{
    struct prints p = {.prints = out};
    struct winnow *w;
    if (seek_count(text) < FINGERPRINT_SURE)
        return 0;
    int err = winnow_open(&w, secret, take_print, &p);
    if (err < 0)
        return err;
    err = winnow_text(w, text, strlen(text));
    if (err == 0)
        winnow_end(w);
    winnow_close(w);
    return p.count;
}
