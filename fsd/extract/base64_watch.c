#include "extract/base64_watch.h"

const bool base64_of_run[256] = {
    ['A' ... 'Z'] = true, ['a' ... 'z'] = true, ['0' ... '9'] = true, ['+'] = true,
    ['/'] = true,         ['='] = true,         ['\r'] = true,        ['\n'] = true,
};

/* How many bytes of a block end at `end`, of `most` that stand before it. */
static size_t run_before(const unsigned char *end, size_t most)
{
    size_t run = 0;
    while (run < most && base64_of_run[end[-1 - (ptrdiff_t)run]])
        run++;
    return run;
}

/* Where the run in hand would be long enough, it is looked at backwards: in other text that ends after a word. */
void base64_watch_see(struct base64_watch *w, uint64_t at, const unsigned char *bytes, size_t len)
{
    if (w->found || at > w->upto || at + len <= w->upto)
        return;
    const unsigned char *next = bytes + (w->upto - at), *end = bytes + len;
    for (size_t lacks; (lacks = BASE64_BLOCK_BYTES - w->run) <= (size_t)(end - next);) {
        next += lacks;
        w->run = run_before(next, lacks);
        w->found = w->run == lacks;
        if (w->found)
            return;
    }
    size_t rest = (size_t)(end - next), run = run_before(end, rest);
    w->run = run == rest ? w->run + rest : run;
    w->upto = at + len;
}
