/*
 * name: a file's real name and the name it has in a git tree.
 *
 * git refuses some components (`.git` and all that Windows or macOS would take for it) and looks into others
 * (`.gitmodules`, `.gitattributes`, `.gitignore`, `.mailmap` and their disguises): `git fsck --strict` and clones fail
 * on hostile ones. Such a component is stored with its first byte percent-encoded: `%2Egit`. So is one that begins with
 * '%', which keeps the mapping one to one. Windows takes a backslash for a slash and so does git fsck: each part of a
 * component between backslashes is treated as a component.
 */
#ifndef HOLDFAST_RECORD_NAME_H
#define HOLDFAST_RECORD_NAME_H

#include <stddef.h>

enum { NAME_MOST = 1023, NAME_ENCODED_BYTES = 2 * NAME_MOST + 8 };

/* The name in the tree of the component `real` of `len` bytes. Its length, or -ENAMETOOLONG, or -EINVAL for an empty
 * one. */
int name_encode(const char *real, size_t len, char to[static NAME_ENCODED_BYTES]);

/* The real name, in place. Returns its length. Anything that is not our encoding stays as it is. */
size_t name_decode(char *name);

#endif
