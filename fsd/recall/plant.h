/*
 * plant: where an index begins in the middle of a history: at a volume's first commit whose history before is not here,
 * each file of its tree is put into the index as that commit has it.
 */
#ifndef HOLDFAST_RECALL_PLANT_H
#define HOLDFAST_RECALL_PLANT_H

#include "recall/state.h"

struct plant;

/* `stream`'s strings and `reader` have to last. -ENOMEM. */
int plant_open(struct plant **out, struct recall *r, struct record_reader *reader, const struct index_stream *stream,
               const struct record_version *v, struct error *e);

/* The next file: 1; 0: all are in, and the stream has the commit; errors as recall_step's. */
int plant_next(struct plant *p, struct inspector *inspector, struct error *e);
void plant_close(struct plant *p);

#endif
