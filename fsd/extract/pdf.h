/*
 * pdf: who turns a PDF into text. Extracting opens no file and starts no program; where pdftotext may be run, whoever
 * can (inspect/pdf.h) says so here, before the first file.
 */
#ifndef HOLDFAST_EXTRACT_PDF_H
#define HOLDFAST_EXTRACT_PDF_H

#include "extract/input.h"

#include <stddef.h>
#include <stdint.h>

/* A piece of the text, as it comes: it may end inside a character, and nobody has looked whether it is UTF-8. Non-zero:
 * no more. */
typedef int pdf_take(void *ctx, const void *bytes, size_t len);

/*
 * 0: all of it was taken; -EBADMSG: it cannot be read to its end, or not in time (what came before was taken); -EFBIG:
 * it is larger than the converter takes; -ECANCELED: it has more text than the converter gives; -ENOTCONN: there is no
 * converter any more; or `take`'s answer.
 */
typedef int pdf_converter(void *ctx, struct input *in, int64_t until_ns, pdf_take *take, void *take_ctx);

/* For all PDFs of this process from now on; NULL: none. One thread. */
void extract_pdf_through(pdf_converter *convert, void *ctx);

#endif
