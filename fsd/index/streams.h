/*
 * streams: whose events they are, for this folder only: the streams, and in each a root for every mount.
 */
#ifndef HOLDFAST_INDEX_STREAMS_H
#define HOLDFAST_INDEX_STREAMS_H

#include "index/entries.h"

/* Number and record of a stream (mount NULL) or root: 0; -ENOENT without words; -ENAMETOOLONG; an error. */
int streams_find(struct view *v, const struct index_stream *s, const char *mount, uint32_t *number,
                 struct stream_record *out, struct error *e);

/* The same, in a group; made if it is not there (makes room). */
int streams_make(struct index *x, const struct index_stream *s, const char *mount, uint32_t *number,
                 struct stream_record *out, struct error *e);

#endif
