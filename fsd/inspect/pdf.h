/*
 * pdf: the text of PDF files, by the distribution's pdftotext, behind a sandbox as strict as the inspector's own.
 *
 * The inspector can start nothing once its sandbox is closed. So it starts a helper (pdf_helper.h) before: a small
 * process in a sandbox that leaves it the program and its libraries, with which the inspector talks over a socket. Each
 * PDF is a fresh run of the program, with limits on memory and time. The extract module knows of all this only the
 * function that it is given (extract/pdf.h).
 */
#ifndef HOLDFAST_INSPECT_PDF_H
#define HOLDFAST_INSPECT_PDF_H

#include "base/error.h"
#include "extract/pdf.h"
#include "inspect/pdf_helper.h"

/*
 * Before sandbox_drop_user, whose limits forbid new processes: start the helper as that user, and have extract_pdf go
 * through it. 0, also where there is no pdftotext or no Landlock: every PDF is then FACT_UNREADABLE. -errno otherwise.
 */
int extract_pdf_prepare(unsigned uid, unsigned gid, struct error *e);

/* The helper leaves by itself when its socket closes, and is init's or the supervisor's to reap if nobody waits. */
void extract_pdf_close(void);

/* ---- what they are made of ---- */

struct pdf_client;

/* Start a helper for a program. -ENOENT: it is not there; -ENOSYS: no Landlock; -EPROTO: the helper did not begin. */
int pdf_client_open(struct pdf_client **out, const struct pdf_program *program, unsigned uid, unsigned gid,
                    struct error *e);
/* Speak to the helper at the other end of this socket, which is the client's from now on. -EPROTO: it did not begin. */
int pdf_client_open_on(struct pdf_client **out, int socket);
pdf_converter pdf_client_convert; /* ctx: the client */
void pdf_client_close(struct pdf_client *c);

#endif
