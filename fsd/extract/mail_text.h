/*
 * mail_text: what a person reads of a message: its head, and the text of its body.
 */
#ifndef HOLDFAST_EXTRACT_MAIL_TEXT_H
#define HOLDFAST_EXTRACT_MAIL_TEXT_H

#include "extract/content.h"
#include "extract/mail_header.h"

#include <stddef.h>

/*
 * The subject as a heading; the addresses of From, To and Cc as one line of TEXT_PROPERTY: a message to six people is
 * no list of six. 0, -ENOMEM, or the sink's answer.
 */
int mail_push_head(const struct mail_header *h, struct content_sink *to);

/* Text of a body, in a charset: lines that begin with '>' are quotes. As above. */
int mail_push_text(const void *bytes, size_t len, const char *charset, struct content_sink *to);

#endif
