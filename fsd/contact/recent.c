#include "contact/recent.h"
#include "contact/contacts.h"
#include "words/short_value.h"
#include "words/wording.h"

#include <stdlib.h>

enum {
    PLACES = 512,
    RESULT_BYTES = 60,
    FOLDED_MOST = SHORT_VALUE_BYTES * 18, /* no character folds to more than eighteen, nor to a byte of its own more */
};

struct result {
    struct short_value value;
    uint32_t len;
    char text[RESULT_BYTES];
};

struct recent {
    struct result companies[PLACES], folded[PLACES];
};

struct recent *recent_new(void) { return calloc(1, sizeof(struct recent)); }
void recent_free(struct recent *r) { free(r); }

static void keep(struct result *at, const struct short_value *value, const char *text, size_t len)
{
    at->value = *value;
    at->len = (uint32_t)len;
    memcpy(at->text, text, len);
}

size_t recent_company(struct recent *r, const char *text, size_t len, char *out, size_t room)
{
    if (len == 0 || len > SHORT_VALUE_BYTES || room < CONTACT_KEY_BYTES)
        return contact_normalise(CONTACT_COMPANY, text, len, out, room);
    const struct short_value value = short_value_of(text, len);
    struct result *at = &r->companies[short_value_place(&value, PLACES)];
    if (short_value_is(&at->value, &value)) {
        memcpy(out, at->text, sizeof at->text);
        return at->len;
    }
    size_t got = contact_normalise(CONTACT_COMPANY, text, len, out, room);
    if (got <= RESULT_BYTES)
        keep(at, &value, out, got);
    return got;
}

const char *recent_fold(struct recent *r, const char *text, size_t len, size_t *folded_len)
{
    char folded[FOLDED_MOST];
    if (len == 0 || len > SHORT_VALUE_BYTES)
        return NULL;
    const struct short_value value = short_value_of(text, len);
    struct result *at = &r->folded[short_value_place(&value, PLACES)];
    if (!short_value_is(&at->value, &value)) {
        size_t got = wording_fold(text, len, folded, sizeof folded);
        if (got > RESULT_BYTES)
            return NULL;
        keep(at, &value, folded, got);
    }
    *folded_len = at->len;
    return at->text;
}
