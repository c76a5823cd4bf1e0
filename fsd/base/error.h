/*
 * error: one failure, told once, by the place that knows.
 *
 * A function that can fail returns 0 or -errno and takes a struct error *. The place that meets the
 * failure fills it; everybody above passes it on and never overwrites it. NULL is allowed wherever the
 * caller does not care for the words.
 */
#ifndef HOLDFAST_BASE_ERROR_H
#define HOLDFAST_BASE_ERROR_H

enum { ERROR_TEXT_BYTES = 512 };

struct error {
    int code;                    /* errno, positive; 0: nothing went wrong yet */
    char text[ERROR_TEXT_BYTES]; /* what happened to what, and what to do; no newline */
};

/*
 * Fill `e` unless it is already filled. `code` is an errno, of either sign. Returns -code, so that
 * `return error_set(e, ENOSPC, "...")` is the usual last line.
 */
int error_set(struct error *e, int code, const char *format, ...) __attribute__((format(printf, 3, 4)));

/* The same, with ": <strerror(code)>" put behind the text. */
int error_sys(struct error *e, int code, const char *format, ...) __attribute__((format(printf, 3, 4)));

#endif
