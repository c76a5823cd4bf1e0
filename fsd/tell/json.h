/*
 * json: an event as its program reads it: one line of JSON. hooks/README.md documents it.
 */
#ifndef HOLDFAST_TELL_JSON_H
#define HOLDFAST_TELL_JSON_H

#include "config/config.h"
#include "event/news.h"

/* The line, with its newline (caller: free), or NULL: no memory. */
char *json_of_news(const struct news *n, enum news_event event, const struct config *config);

#endif
