/*
 * hooks: the folder of programs that are told of events. Whoever can write there acts in every rep's name, so all of it
 * has to be root's and writable by nobody else: each folder on the way, and the program. No symbolic link is followed.
 */
#ifndef HOLDFAST_TELL_HOOKS_H
#define HOLDFAST_TELL_HOOKS_H

#include "base/error.h"

/* A descriptor (O_PATH) of the folder: the caller's; -ENOENT: there is none; -EPERM, -ELOOP ... with the reason. */
int hooks_open_folder(const char *path, struct error *e);

/* The same of a program in it. -ENOENT: none of that name; -EPERM: one that may not be run. */
int hooks_open_program(int folder_fd, const char *name, struct error *e);

#endif
