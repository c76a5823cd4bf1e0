/*
 * pdf_sandbox: what the process that runs pdftotext gives up, and pdftotext itself. Both may read the program, its
 * libraries, and fonts, and nothing else; no file can be written, nothing mounted or traced, no network reached. A
 * forbidden system call is answered EPERM: a program of the distribution does more than one thing that it can do
 * without.
 */
#ifndef HOLDFAST_INSPECT_PDF_SANDBOX_H
#define HOLDFAST_INSPECT_PDF_SANDBOX_H

#include "base/error.h"

/*
 * The helper's own: it may also start and kill children and pass messages on the socket it has. `program` and the
 * dynamic linker are all that can be executed. 0; -ENOSYS: a kernel without Landlock, which alone keeps other files
 * from being read; or -errno.
 */
int pdf_sandbox_close_helper(const char *program, struct error *e);

/* In a child of it, before the program is run: limits on memory, time, files and processes, and the narrower filter. */
int pdf_sandbox_close_program(struct error *e);

#endif
