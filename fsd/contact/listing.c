#include "contact/listing.h"

#include "base/utf8.h"

#include <errno.h>
#include <string.h>

enum { HEAD_BYTES = 3 };
_Static_assert(CONTACT_KEY_BYTES <= UINT8_MAX, "lengths of values and keys fit into a byte");

static void put_value(struct buf *to, const struct contact_key *k)
{
    bool own = k->value_len == k->len && memcmp(k->value, k->text, k->len) == 0;
    const unsigned char head[HEAD_BYTES] = {(unsigned char)k->kind, (unsigned char)k->value_len,
                                            own ? 0 : (unsigned char)k->len};
    buf_put(to, head, sizeof head);
    buf_put(to, k->value, k->value_len);
    if (!own)
        buf_put(to, k->text, k->len);
}

int listing_put(struct buf *to, const struct contact_key *keys, size_t count)
{
    count = count < LISTING_VALUES_MOST ? count : LISTING_VALUES_MOST;
    const unsigned char head = (unsigned char)count;
    buf_put(to, &head, 1);
    for (size_t i = 0; i < count; i++)
        put_value(to, &keys[i]);
    return to->failed ? -ENOMEM : 0;
}

static bool take_value(const char *bytes, size_t len, size_t *at, struct listing_value *out)
{
    if (len - *at < HEAD_BYTES)
        return false;
    const unsigned char *head = (const unsigned char *)bytes + *at;
    size_t value = head[1], key = head[2];
    *at += HEAD_BYTES;
    if (head[0] >= CONTACT_KINDS || value + key > len - *at)
        return false;
    const char *text = bytes + *at;
    *out = (struct listing_value){.kind = (enum contact_kind)head[0],
                                  .text = text,
                                  .len = value,
                                  .key = key > 0 ? text + value : text,
                                  .key_len = key > 0 ? key : value};
    *at += value + key;
    return true;
}

int listing_next(const char *bytes, size_t len, size_t *at, struct listing_contact *out)
{
    if (*at >= len)
        return 0;
    size_t count = (unsigned char)bytes[(*at)++];
    if (count > LISTING_VALUES_MOST)
        return -EBADMSG;
    out->count = count;
    for (size_t i = 0; i < count; i++)
        if (!take_value(bytes, len, at, &out->values[i]))
            return -EBADMSG;
    return 1;
}

static bool is_clean(const char *text, size_t len)
{
    for (size_t at = 0; at < len;) {
        size_t n = utf8_length(text + at, len - at);
        if (n == 0 || (unsigned char)text[at] < ' ' || text[at] == 0x7f)
            return false;
        at += n;
    }
    return true;
}

bool listing_is_sound(const char *bytes, size_t len)
{
    struct listing_contact c;
    size_t at = 0;
    int more;
    while ((more = listing_next(bytes, len, &at, &c)) == 1)
        for (size_t i = 0; i < c.count; i++)
            if (!is_clean(c.values[i].text, c.values[i].len))
                return false;
    return more == 0;
}
