/*
 * fuzz_verdict: any bytes as the strings of a verdict's record: decoding ends without a crash, and what it accepts says
 * the same when it is encoded and decoded again.
 */
#include "event/verdict_form.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

static void expect(bool holds)
{
    if (!holds)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char given[PATH_MAX], text[PATH_MAX], again[PATH_MAX], other[PATH_MAX];
    struct journal_record r = {.type = JOURNAL_VERDICT, .seq = 1, .path = "a", .path2 = given, .app = "b"}, r2;
    struct verdict v, v2;
    if (size >= sizeof given)
        return 0;
    memcpy(given, data, size);
    given[size] = 0;
    if (verdict_decode(&r, &v, text) < 0)
        return 0;
    expect(verdict_encode(&v, &r2, again) == 0 && strcmp(again, given) == 0);
    expect(verdict_decode(&r2, &v2, other) == 0 && strcmp(v.note, v2.note) == 0 && strcmp(v.say, v2.say) == 0);
    return 0;
}
