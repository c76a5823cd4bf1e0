/*
 * html_entities: "amp", "#228", "#xE4" -> a character. The names that people's and programs' HTML has: those of HTML 4
 * for Latin-1, quotes, dashes and signs, and those of HTML 5 for what addresses are written with (WHATWG HTML 13.5).
 */
#ifndef HOLDFAST_EXTRACT_HTML_ENTITIES_H
#define HOLDFAST_EXTRACT_HTML_ENTITIES_H

#include <stddef.h>
#include <stdint.h>

enum { HTML_ENTITY_BYTES = 32 }; /* longer ones are none */

/* `name` without '&' and ';'. 0: it is none. */
uint32_t html_entity(const char *name, size_t len);

#endif
