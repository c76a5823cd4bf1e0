/*
 * zip: the members of a zip, one after the other, as office documents keep their parts in one.
 *
 * By libarchive: through the central directory where there is one, else as the bytes come, so that what a truncated
 * file still holds is read. Members come in the file's order; a reader that needs them in another walks twice
 * (zip_rewind). Encrypted members are passed over and FACT_ENCRYPTED flagged. What comes out is counted with
 * limits_count; when a limit is reached, FACT_CUT is flagged.
 */
#ifndef HOLDFAST_EXTRACT_ZIP_H
#define HOLDFAST_EXTRACT_ZIP_H

#include "extract/extract.h"

struct zip;

/*
 * libarchive lets the C library open files: a time zone's, and those of iconv. Call this once before the sandbox
 * closes, and it opens none afterwards. Sets the process's time zone to UTC: nobody's clock should show in what a file
 * is.
 */
void zip_prepare(void);

/* `in`, `to` and `l` stay the caller's and must outlive it. Reads nothing yet. -ENOMEM. */
int zip_open(struct zip **out, const struct input *in, struct content_sink *to, struct limits *l);

/*
 * The next member: 1, with its path until the next call ("" if it cannot be told); 0 at the end; -EBADMSG: no zip, or
 * broken from here; -ECANCELED: too many members, or out of time; -ENOMEM; of input_read_at.
 */
int zip_next(struct zip *z, const char **path);
bool zip_is_one(const struct zip *z); /* has there been a member? */

/*
 * The next bytes of the member in hand: 1 with *bytes and *len until the next call, 0 at its end; -EBADMSG: broken;
 * -ECANCELED: a limit is reached; -ENOMEM.
 */
int zip_block(struct zip *z, const void **bytes, size_t *len);

int zip_rewind(struct zip *z); /* before the first member again. -ENOMEM */
void zip_close(struct zip *z);

static inline void zip_close_at(struct zip **z) { zip_close(*z); }
#define zip_auto __attribute__((cleanup(zip_close_at))) struct zip

#endif
