/*
 * look: a blob of the record, shown to an inspector.
 */
#ifndef HOLDFAST_RECALL_LOOK_H
#define HOLDFAST_RECALL_LOOK_H

#include "analyse/report.h"
#include "recall/recall.h"

/*
 * What an inspector reports of a blob, known by `path`; a large one lies in a nameless file in `folder` meanwhile. An
 * empty view: there is nothing to index in it; so, too, if the record has it no more (it was disposed of), or it cannot
 * be read (by the inspector, which reads others). -EAGAIN: no inspector answers at all; -ENOSPC and the like: try
 * later.
 */
int look_at_blob(struct record_reader *reader, struct inspector *inspector, const char *folder,
                 const struct record_oid *blob, const char *path, struct report_view *out, struct error *e);

#endif
