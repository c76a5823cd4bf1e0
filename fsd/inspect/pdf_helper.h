/*
 * pdf_helper: the process that runs pdftotext for an inspector. It looks at no byte of a PDF: they go from its socket
 * into a file in memory, which is the program's standard input, and what the program writes goes back.
 */
#ifndef HOLDFAST_INSPECT_PDF_HELPER_H
#define HOLDFAST_INSPECT_PDF_HELPER_H

#include "base/error.h"

struct pdf_program {
    const char *path;
    char *const *arguments; /* NULL-terminated, the name first */
};

/*
 * The child's main: becomes the user, closes its sandbox, says it is ready (one empty DONE message), and serves until
 * its socket closes. Every descriptor but `socket` is closed. Returns the exit status.
 */
int pdf_helper_main(int socket, const struct pdf_program *program, unsigned uid, unsigned gid);

#endif
