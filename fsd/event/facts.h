/*
 * facts: what the keeper last kept of each file, for the mount to read without asking anybody.
 *
 * SPOOL/<mount>/facts: a file mapped by both; an open-addressing table by inode number. A cache: it can be deleted, and
 * is rebuilt from the store and the record by the next reconcile; after a power cut it is begun anew. One writer
 * (keeper), any number of readers in other processes, no locks: each entry has its own sequence count (a seqlock), and
 * a reader that finds it odd for too long (the writer died there) takes the entry as absent.
 */
#ifndef HOLDFAST_EVENT_FACTS_H
#define HOLDFAST_EVENT_FACTS_H

#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct fact {
    uint64_t ino; /* key; never 0 */
    uint64_t
        kept_seq; /* journal sequence of the newest save of this file that is in the record, durable against kill -9 */
    uint64_t version; /* the commit's Seq */
    int64_t saved_ns; /* the version's own time */
    uint64_t size;    /* of the backing file, when it was read */
    int64_t mtime_ns;
    int64_t ctime_ns;
    unsigned char oid[20]; /* blob */
    char class_name[28];   /* NUL-terminated */
};

struct fact_table;

/* Open for writing, creating or (damaged, other format) re-creating it. `dir_fd` is SPOOL/<mount>. */
int facts_open_writer(struct fact_table **out, int dir_fd, struct error *e);

/* Grows when 80 % full: into a new file, renamed over the old, which is marked as superseded. 0, or -ENOSPC, -ENOMEM
 * ...: then the table is as before. */
int facts_put(struct fact_table *f, const struct fact *fact);
void facts_remove(struct fact_table *f, uint64_t ino);
void facts_clear(struct fact_table *f); /* forget all of them: they spoke of another journal */
size_t facts_count(const struct fact_table *f);

/* Open for reading; `dir_fd` is duplicated. While there is no table yet, facts_get says false and looks again at most
 * every 5 ms. 0, -ENOMEM or -EMFILE. */
int facts_open_reader(struct fact_table **out, int dir_fd);

/* False: nothing is kept of that inode. Follows a superseded file to its successor. One thread at a time per struct
 * facts. */
bool facts_get(struct fact_table *f, uint64_t ino, struct fact *out);
void facts_close(struct fact_table *f);

#endif
