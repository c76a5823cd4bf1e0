/*
 * text: contacts in running text. Lines that hold two kinds, and blocks of short lines (a signature) that do so
 * together. Streaming, bounded: a block is at most a few kilobytes.
 */
#ifndef HOLDFAST_CONTACT_TEXT_H
#define HOLDFAST_CONTACT_TEXT_H

#include "contact/gather.h"

struct contact_text;

/* One contact; then *g is cleared for the next. Non-zero stops. */
typedef int contact_text_found(void *ctx, struct gather *g);

struct contact_text *contact_text_new(bool keyed, contact_text_found *found, void *ctx); /* NULL: no memory */
void contact_text_begin(struct contact_text *t); /* another text; what was of the last one goes */
void contact_text_show(struct contact_text *t);  /* contacts_show */
int contact_text_put(struct contact_text *t, const char *utf8, size_t len);
int contact_text_end(struct contact_text *t);
uint32_t contact_text_emails(const struct contact_text *t); /* addresses so far */
void contact_text_free(struct contact_text *t);

#endif
