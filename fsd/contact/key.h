/*
 * key: keys of names from words that are folded already.
 */
#ifndef HOLDFAST_CONTACT_KEY_H
#define HOLDFAST_CONTACT_KEY_H

#include <stddef.h>

/* contact_normalise(CONTACT_NAME ...) of what wording_fold made of a name. */
size_t key_of_name(const char *folded, size_t len, char *out, size_t room);

#endif
