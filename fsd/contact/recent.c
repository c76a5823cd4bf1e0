#include "contact/recent.h"
#include "words/short_value.h"
#include "words/wording.h"

#include <stdlib.h>

enum {
    PLACES = 2048,
    FOLDED_MOST = SHORT_VALUE_BYTES * 18, /* no character folds to more than eighteen, nor to a byte of its own more */
};

struct result {
    struct short_value value;
    uint32_t len;
    char text[RECENT_BYTES];
};

struct recent {
    struct result companies[PLACES], parts[PLACES];
};

struct recent *recent_new(void) { return calloc(1, sizeof(struct recent)); }
void recent_free(struct recent *r) { free(r); }

static const char *find(const struct result *results, const char *text, size_t len, size_t *result_len)
{
    if (len == 0 || len > SHORT_VALUE_BYTES)
        return NULL;
    const struct short_value value = short_value_of(text, len);
    const struct result *at = &results[short_value_place(&value, PLACES)];
    *result_len = at->len;
    return short_value_is(&at->value, &value) ? at->text : NULL;
}

static const char *note(struct result *results, const char *text, size_t len, const char *result, size_t result_len)
{
    if (len == 0 || len > SHORT_VALUE_BYTES || result_len > RECENT_BYTES)
        return NULL;
    const struct short_value value = short_value_of(text, len);
    struct result *at = &results[short_value_place(&value, PLACES)];
    at->value = value;
    at->len = (uint32_t)result_len;
    return memcpy(at->text, result, result_len);
}

const char *recent_company(const struct recent *r, const char *text, size_t len, size_t *key_len)
{
    return find(r->companies, text, len, key_len);
}

const char *recent_part(const struct recent *r, const char *text, size_t len, size_t *folded_len)
{
    return find(r->parts, text, len, folded_len);
}

void recent_note_company(struct recent *r, const char *text, size_t len, const char *key, size_t key_len)
{
    note(r->companies, text, len, key, key_len);
}

const char *recent_note_part(struct recent *r, const char *text, size_t len, size_t *folded_len)
{
    char folded[FOLDED_MOST];
    if (len > SHORT_VALUE_BYTES)
        return NULL;
    *folded_len = wording_fold(text, len, folded, sizeof folded);
    return note(r->parts, text, len, folded, *folded_len);
}
