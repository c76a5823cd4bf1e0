/*
 * recent: what was made of short values of late, since the companies and given names of a list come again and again.
 * The same as to make it anew, only sooner.
 */
#ifndef HOLDFAST_CONTACT_RECENT_H
#define HOLDFAST_CONTACT_RECENT_H

#include <stddef.h>

struct recent;

struct recent *recent_new(void); /* NULL: no memory */
void recent_free(struct recent *r);

/* contact_normalise(CONTACT_COMPANY ...). */
size_t recent_company(struct recent *r, const char *text, size_t len, char *out, size_t room);
/* wording_fold, of all of it: NULL if the value or its words are too long to be remembered. The callee's until the next
 * call. */
const char *recent_fold(struct recent *r, const char *text, size_t len, size_t *folded_len);

#endif
