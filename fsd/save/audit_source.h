/*
 * audit_source: one mount's journal of verdicts, as the keeper reads it for the audit log.
 *
 * How far it is sealed stands in the record, and nowhere else. What is missing (the journal is another one, its
 * beginning was trimmed, it is damaged) comes out as a verdict of kind GAP with seq 0, made up here.
 */
#ifndef HOLDFAST_SAVE_AUDIT_SOURCE_H
#define HOLDFAST_SAVE_AUDIT_SOURCE_H

#include "config/config.h"
#include "event/verdict.h"
#include "record/record.h"

struct audit_source {
    const struct config_mount *mount;
    int spool_fd;                  /* SPOOL/<mount>; not owned */
    struct verdict_reader *reader; /* NULL: there is no journal yet, or it could not be opened */
    char id[VERDICT_ID_BYTES];
    uint64_t read_seq;          /* what was handed out */
    uint64_t sealed_seq;        /* of these, in the record */
    struct verdict held;        /* read, but a gap goes before it; kind 0: none */
    char gap[ERROR_TEXT_BYTES]; /* to be told before the next verdict; "" */
    bool gap_was_told;          /* `gap` is the caller's until the next call */
    bool gap_is_due;            /* at once: it does not wait for a verdict behind it */
    int last_err;               /* of opening or reading, so that it is logged once */
};

/* 1: *out is the next verdict, whose strings hold until the next call; 0: none now. `state`: what the record says. */
int audit_source_next(struct audit_source *s, const struct record_audit_state *state, struct verdict *out);

/* `v`, which came from the last call, could not be taken: it comes again. */
void audit_source_rewind(struct audit_source *s, const struct verdict *v);

/* Before a seal: what was read survives a power cut, and its position goes into `state`. 0 or -errno. */
int audit_source_prepare(struct audit_source *s, struct record_audit_state *state);

/* It is sealed: trim. */
void audit_source_settle(struct audit_source *s);

void audit_source_close(struct audit_source *s);

#endif
