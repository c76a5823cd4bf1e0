/*
 * pdf_wire: what the inspector and the process that runs pdftotext for it say to each other, over a SOCK_SEQPACKET
 * pair.
 *
 *   BEGIN, BYTES..., RUN  ->
 *                         <-  TEXT..., DONE
 *
 * Only BYTES and TEXT have bytes behind the head. Neither side believes the other: what is out of form, of turn or of
 * measure ends the helper.
 */
#ifndef HOLDFAST_INSPECT_PDF_WIRE_H
#define HOLDFAST_INSPECT_PDF_WIRE_H

#include <stddef.h>
#include <stdint.h>

enum {
    PDF_PIECE_BYTES = 32 * 1024,
    PDF_FILE_MOST = 64 << 20, /* bytes of a PDF */
    PDF_TEXT_MOST = 8 << 20,  /* bytes of its text; the rest is not waited for */
    PDF_DEADLINE_MS = 20000,  /* at most, however late the inspector's own deadline is; its processor time is limited
                                 besides (pdf_sandbox.c) */
};

enum pdf_message_type {
    PDF_BEGIN = 0x48460301, /* value: until when, clock_mono_ns; 0: PDF_DEADLINE_MS from RUN */
    PDF_BYTES,
    PDF_RUN,
    PDF_TEXT,
    PDF_DONE, /* value: 0, -EBADMSG, -EFBIG or -ECANCELED, as pdf_converter has them */
};

struct pdf_message {
    uint32_t type; /* enum pdf_message_type */
    uint32_t reserved;
    int64_t value;
    char bytes[PDF_PIECE_BYTES]; /* as many as the message is longer than what is in front */
};
#define PDF_MESSAGE_HEAD offsetof(struct pdf_message, bytes)

#endif
