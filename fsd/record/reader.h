/*
 * reader: what the parts of reading share (read.c, find.c, blob.c); nobody outside record/ includes it.
 */
#ifndef HOLDFAST_RECORD_READER_H
#define HOLDFAST_RECORD_READER_H

#include "record/follow.h"
#include "record/odb.h"
#include "record/refs.h"

struct record_reader {
    int repo_fd;   /* the git directory */
    char *objects; /* path of its objects */
    struct git_odb *odb;
};

/* As record_log, and says how each version concerns q->path. */
typedef int reader_version_cb(void *ctx, const struct record_version *v, enum follow_match match);
int reader_each_version(struct record_reader *r, const struct record_query *q, reader_version_cb *cb, void *ctx,
                        struct error *e);

#endif
