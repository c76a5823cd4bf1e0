/*
 * event: what the programs here share: reading the one line of JSON on standard input, and a place for a person's
 * state. hooks/README.md documents the line. Nothing of fsd/ is used: a program of your own needs no more than this
 * either.
 */
#ifndef HOLDFAST_HOOKS_EVENT_H
#define HOLDFAST_HOOKS_EVENT_H

#include <jansson.h>
#include <stddef.h>

enum { EVENT_BYTES_MOST = 256 * 1024 };

/* The bytes on standard input, NUL-terminated (caller: free); NULL, said on standard error: none, or too many. */
char *event_read(size_t *len);

/* A string of the object; "" if there is none. */
const char *event_text(json_t *object, const char *key);

/*
 * A folder for what a person's programs remember, made if need be, open to that person alone: ENV/holdfast for the
 * first of XDG_STATE_HOME, HOME/.local/state that can be had, before them XDG_RUNTIME_DIR if `until_logout`. A
 * descriptor, or -1.
 */
int event_state_folder(int until_logout);

#endif
