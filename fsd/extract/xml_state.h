/*
 * xml_state: what both readers of XML (xml.c by expat, xml_scan.c) do with an element: depth, skipping, the vocabulary,
 * and the handler's answers.
 */
#ifndef HOLDFAST_EXTRACT_XML_STATE_H
#define HOLDFAST_EXTRACT_XML_STATE_H

#include "extract/xml.h"

#include <stdbool.h>
#include <stdint.h>

enum { XML_SLOTS = 128 };

struct xml_state {
    struct xml_handler h;
    int err; /* the first there was; nothing is done behind it */
    size_t depth;
    size_t skip;     /* depth at which skipping began; 0: not skipping */
    uint64_t pushed; /* bytes */
    struct {
        uint32_t name; /* its hash */
        int tag;
    } open[XML_DEPTH];
    const struct xml_word *slots[XML_SLOTS]; /* the vocabulary by hash */
};

void xml_state_init(struct xml_state *s, const struct xml_handler *h);

/* All answer s->err. `name`: with its prefix. */
int xml_state_begin(struct xml_state *s, const char *name, const char **attrs);
int xml_state_end(struct xml_state *s);
int xml_state_text(struct xml_state *s, const char *utf8, size_t len);

/* Is this the name of the element in hand? (Two names of one hash pass for one: that loses nothing.) */
bool xml_state_is_open(const struct xml_state *s, const char *name);

#endif
