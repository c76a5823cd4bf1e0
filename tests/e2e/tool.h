/*
 * tool: system calls and loads that a shell lacks, for the end-to-end tests. One program, a table of commands.
 *
 * Each command gets its own words (argv[0] is its name), prints what it found, and answers with the exit status: 0, or
 * 1 after a line on standard error.
 */
#ifndef HOLDFAST_TESTS_TOOL_H
#define HOLDFAST_TESTS_TOOL_H

#include <stddef.h>
#include <stdint.h>

/* Print "what: strerror(errno)" and end with status 1. */
_Noreturn void die(const char *what);

double now_s(void); /* monotonic seconds */

/* A small generator (xorshift64*), the same everywhere: runs repeat by their seed. */
uint64_t random_next(uint64_t *state);

/* Write all of it or die. */
void write_whole(int fd, const void *bytes, size_t len);

/* tool_load.c */
int cmd_saver(int argc, char **argv);
int cmd_work(int argc, char **argv);

#endif
