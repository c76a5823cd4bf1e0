/*
 * listing: contacts with their values, one behind the other as bytes. The inspector of a command line lists them into
 * its report (analyse/report.h); a daemon's never does.
 *
 * A contact is the count of its values, then each: kind, length of the value, length of its key (0: the value is its
 * own key), a byte each; the value; the key.
 */
#ifndef HOLDFAST_CONTACT_LISTING_H
#define HOLDFAST_CONTACT_LISTING_H

#include "base/buf.h"
#include "contact/contacts.h"

#include <stddef.h>

enum { LISTING_VALUES_MOST = 12 };

struct listing_value {
    enum contact_kind kind;
    const char *text; /* as the file has it: UTF-8 without control bytes; not terminated. Points into the listing */
    size_t len;
    const char *key; /* two writings of the same value have the same key (contact/contacts.h) */
    size_t key_len;
};

struct listing_contact {
    size_t count;
    struct listing_value values[LISTING_VALUES_MOST];
};

/* Append one contact; `keys` have values (contacts_show). Values beyond the most are left out. -ENOMEM. */
int listing_put(struct buf *to, const struct contact_key *keys, size_t count);

/* Take the contact at *at, which then stands behind it: 1; 0: there are no more; -EBADMSG: it is no listing. */
int listing_next(const char *bytes, size_t len, size_t *at, struct listing_contact *out);

/* Is it one from end to end, with clean text and known kinds? */
bool listing_is_sound(const char *bytes, size_t len);

#endif
