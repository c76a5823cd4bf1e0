/*
 * audit_form: the text of a seal, written and read: a subject and git trailers.
 *
 *   audit 1-17
 *
 *   Event: audit
 *   Device: lt-0042
 *   Seq: 1-17                                        numbers of the first and the last event
 *   Events: 17
 *   Segment: 2026/11/22/0000000000000001.jsonl       the file that this commit adds
 *   Oldest: 2026-11-22T03:13:07.000000000Z           times of its events lie from here
 *   Newest: ...                                      to here
 *   Saved: ...
 *   Session: 2026-11-22T03:13:00.000000000Z running  start of the daemon; "stopped": it ended in order
 *   Journal: work 0123456789abcdef 17                a mount's journal of verdicts: its id, and how far it is sealed
 *   Tip: refs/heads/rep/alice/lt-0042/2026Q4 <hex>   each other branch of the device
 */
#ifndef HOLDFAST_RECORD_AUDIT_FORM_H
#define HOLDFAST_RECORD_AUDIT_FORM_H

#include "record/refs.h"

enum { AUDIT_SEGMENT_BYTES = 64 };

/* A seal as its commit tells it. Begin with {0}; audit_form_free. */
struct audit_form {
    struct record_oid tree, parent;
    bool has_parent;
    uint64_t first, last;
    int64_t oldest_ns, newest_ns;
    char segment[AUDIT_SEGMENT_BYTES];
    struct record_audit_state state; /* its seq is `last`; `tip` is left alone */
};
void audit_form_free(struct audit_form *f);
#define audit_form_auto __attribute__((cleanup(audit_form_free))) struct audit_form

/* Where a segment of that time with that first number lies. */
void audit_form_name_segment(int64_t saved_ns, uint64_t first, char to[static AUDIT_SEGMENT_BYTES]);

/* Append the message. `refs`: those of the repository; only the device's other branches are named. */
void audit_form_put(struct buf *to, const struct audit_form *f, const char *device, const struct ref_list *refs);

/* Read a commit's text. -EINVAL: it is not a seal. -ENOMEM. */
int audit_form_parse(const char *text, size_t len, struct audit_form *out);

#endif
