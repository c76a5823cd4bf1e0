/*
 * link: a link whose target is itself contact data, behind a text that may not show it: "Write to Ann" for
 * mailto:ann@example.com. Targets of other kinds are nothing a person sees.
 */
#ifndef HOLDFAST_EXTRACT_LINK_H
#define HOLDFAST_EXTRACT_LINK_H

#include <stdbool.h>
#include <stddef.h>

enum { LINK_BYTES = 256 };

/* The address, number or profile that the target holds, into `out`; its length, 0 if it holds none (or is too long). */
size_t link_contact(const char *target, char out[static LINK_BYTES]);

/* A link while its text runs by. */
struct link {
    char contact[LINK_BYTES]; /* "": not in a link that matters */
    size_t contact_len;
    char text[LINK_BYTES]; /* how its text begins */
    size_t text_len;
};

void link_begin(struct link *k, const char *target); /* NULL: none */
void link_text(struct link *k, const char *utf8, size_t len);

/* The link ends: " (ann@example.com)" into `out`, its length; 0 if its text shows that already. */
size_t link_end(struct link *k, char out[static LINK_BYTES + 3]);

#endif
