/*
 * check: is the structure of data.mdb sound? LMDB trusts its file: an offset, a page number or a depth that is wrong
 * ends in a crash. So before LMDB follows them, they are all looked at, in time and memory linear in the pages.
 *
 * Knows LMDB's file format, version 1 (all of 0.9), as its mdb.c describes it: two head pages, of which the one with
 * the higher transaction holds; B+ trees of branch pages, leaf pages, packed leaves for sorted sets, and runs of
 * overflow pages.
 */
#ifndef HOLDFAST_INDEX_CHECK_H
#define HOLDFAST_INDEX_CHECK_H

#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>

/* The two heads, all that LMDB reads as it opens. 0; -EILSEQ; of reading. */
int check_heads(const char *path, struct error *e);

/*
 * All pages of that transaction's trees: each in bounds, of the kind that its level wants, its keys in order, and used
 * once. `with_free`: the list of free pages, too, as a writer needs it. Somebody must hold the transaction open.
 * -EAGAIN without words: its head is gone already, try a newer one; -EILSEQ; -ENOMEM; of reading.
 */
int check_snapshot(const char *path, size_t transaction, bool with_free, struct error *e);

#endif
