/*
 * recent: what was made of short values of late, since the companies and given names of a list come again and again.
 * The same as to make it anew, only sooner.
 */
#ifndef HOLDFAST_CONTACT_RECENT_H
#define HOLDFAST_CONTACT_RECENT_H

#include <stddef.h>

enum { RECENT_BYTES = 60 }; /* the most that is remembered; so many may be copied, whatever its length */

struct recent;

struct recent *recent_new(void); /* NULL: no memory */
void recent_free(struct recent *r);

/* The key of a company, or the folded words of a part of a name; NULL: it is not remembered. The callee's until the
 * next is noted. */
const char *recent_company(const struct recent *r, const char *text, size_t len, size_t *key_len);
const char *recent_part(const struct recent *r, const char *text, size_t len, size_t *folded_len);

/* Remember what was made of a value, unless that or the value is too long. */
void recent_note_company(struct recent *r, const char *text, size_t len, const char *key, size_t key_len);
/* Folds it, too: NULL if it is too long for that. */
const char *recent_note_part(struct recent *r, const char *text, size_t len, size_t *folded_len);

#endif
