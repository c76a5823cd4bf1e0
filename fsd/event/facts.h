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

/* The gravest advice on a file, as it stands in the version's Finding trailer. */
struct fact_finding {
    uint8_t level;         /* enum policy_level */
    bool in_table;         /* `line` is a row, `column` that of its cell, both from 1 */
    uint32_t line, column; /* from 1, as the person sees the text; 0: the whole of it */
    char rule[100];        /* "finance/promissory"; "" is no finding */
};

enum { FACT_LEVELS = 3, FACT_WORST = 3, FACT_CLASS_BYTES = 64 };

struct fact {
    uint64_t ino; /* key; never 0 */
    uint64_t
        kept_seq; /* journal sequence of the newest save of this file that is in the record, durable against kill -9 */
    uint64_t version; /* the commit's Seq */
    int64_t saved_ns; /* the version's own time */
    uint64_t size;    /* of the backing file, when it was read */
    int64_t mtime_ns;
    int64_t ctime_ns;
    unsigned char oid[20];                 /* blob */
    uint16_t findings[FACT_LEVELS];        /* by enum policy_level; what is more than fits is UINT16_MAX */
    struct fact_finding worst[FACT_WORST]; /* gravest first; those behind the last have no rule */
    char class_name[FACT_CLASS_BYTES];     /* NUL-terminated */
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

/*
 * A walk over all the files there are ends with no fact of one that is not: what was neither marked nor put between
 * begin and end is removed, if the walk was complete; the end says how many. -ENOMEM: nothing will be. An end without a
 * beginning does nothing.
 */
int facts_begin_sweep(struct fact_table *f);
void facts_mark(struct fact_table *f, uint64_t ino);
size_t facts_end_sweep(struct fact_table *f, bool complete);

/* Open for reading; `dir_fd` is duplicated. While there is no table yet, facts_get says false and looks again at most
 * every 5 ms. 0, -ENOMEM or -EMFILE. */
int facts_open_reader(struct fact_table **out, int dir_fd);

/* False: nothing is kept of that inode. Follows a superseded file to its successor. One thread at a time per struct
 * facts. */
bool facts_get(struct fact_table *f, uint64_t ino, struct fact *out);

/* The first file found whose content is this blob. Walks the whole table: a millisecond for some 50,000 files. */
bool facts_find_blob(struct fact_table *f, const unsigned char oid[static 20], struct fact *out);

/* How many of the files have a class; those with advice, by the gravest of it. */
struct fact_counts {
    struct fact_class {
        char name[FACT_CLASS_BYTES];
        uint64_t files;
    } * classes; /* owned; by name */
    size_t class_count;
    uint64_t levels[FACT_LEVELS];
};

/* As they are now, kept by the writer at each change, so that nobody walks the table. False: there is none, or no
 * memory. */
bool facts_get_counts(struct fact_table *f, struct fact_counts *out);
void facts_free_counts(struct fact_counts *c);
#define fact_counts_auto __attribute__((cleanup(facts_free_counts))) struct fact_counts

void facts_close(struct fact_table *f);

#endif
