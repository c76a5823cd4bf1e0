/*
 * input: hostile bytes, however they came: a file by its descriptor (pread only: it may shrink or change underneath,
 * and may be gigabytes), or a member of an archive, in memory.
 */
#ifndef HOLDFAST_EXTRACT_INPUT_H
#define HOLDFAST_EXTRACT_INPUT_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct base64_watch;

struct input {
    int fd;                    /* -1: memory */
    const unsigned char *data; /* the caller's */
    uint64_t size;             /* bytes in all; of a file: when it was opened */
    uint64_t at;               /* where input_read goes on */
    const char *name;          /* the file's or member's name, "" when not known: weak evidence, never a path to open */
    struct base64_watch *watch; /* sees what input_read reads; the caller's, NULL: nobody does */
};

struct input input_from_fd(int fd, uint64_t size, const char *name);
struct input input_from_memory(const void *data, size_t len, const char *name);

/* The next bytes: how many, fewer than `len` only at the end; 0 at the end; -errno. */
ssize_t input_read(struct input *in, void *to, size_t len);

/* Bytes at an offset, `at` stays. As input_read. */
ssize_t input_read_at(const struct input *in, uint64_t offset, void *to, size_t len);

static inline void input_rewind(struct input *in) { in->at = 0; }

#endif
