/*
 * entries: events of the audit log, picked out of its lines, newest first: for the daemon's answers and for whoever
 * reads a clone by himself.
 *
 * An entry is the event as save/ocsf.c wrote it. What is picked by stands in its `unmapped`, raw bytes as wire_string
 * has them.
 */
#ifndef HOLDFAST_CONTROL_ENTRIES_H
#define HOLDFAST_CONTROL_ENTRIES_H

#include "control/wire.h"

struct entries_query {
    struct record_query query; /* rep, device, mount, class_name, path (a file, or a folder and all below), times */
    const char *rule;          /* "pack/name", or the name alone; NULL: any */
    const char *own_device;    /* with the next two, which speak of its log only; NULL: they do not count */
    uint64_t after, before;    /* only events later than `after`, and earlier than `before` (0: no end) */
};

/* `device`: whose log the entry stands in. Non-zero stops, and is returned. */
typedef int entries_cb(void *ctx, const char *device, json_t *entry);

/* -EUCLEAN: a line is no event. */
int entries_each_line(const char *device, const char *lines, size_t len, const struct entries_query *q, entries_cb *cb,
                      void *ctx, struct error *e);

/* What is sealed, in every log of the repository. Errors as record_each_segment too. */
int entries_each_sealed(struct record_reader *r, const struct entries_query *q, entries_cb *cb, void *ctx,
                        struct error *e);

/* A word of `unmapped` ("event", "action", "mount" ...); "" if it has none. The entry's. */
const char *entries_word(const json_t *entry, const char *key);

/* A string further down: "actor.process.file.path". "" if it is not there. */
const char *entries_at(const json_t *entry, const char *path);

uint64_t entries_seq(const json_t *entry); /* its number; 0: it has none */
int64_t entries_time_ns(const json_t *entry);

#endif
