/*
 * wire: what goes over the control socket, as JSON and as structs.
 *
 * One request a connection: the client sends one line, the server answers with lines and closes:
 *
 *   {"ask": "log", "mount": "work", "path": "Prospects/acme.csv", "most": 20}
 *   {"version": {"event": "save", "seq": 412, ...}}      any number of them, newest first
 *   {"mark": true}                                       --follow only: what was there is told; more comes as it is
 * made
 *   {"status": {...}}
 *   {"holding": {"rep", "device", "mount", "since", "until"}}   any number of them: runs of versions of one file that
 *       hold the contact, as the index knows; by Seq, `until` 0 if the newest does
 *   {"without": ["da39a3ee...", ...]}                    any number of them: contents (blobs) in which the text does
 *       certainly not stand, as the index knows
 *   {"entry": {...}, "sealed": true}                     any number of them, newest first: an event of the audit log
 * (save/ocsf.c), and whether it is in the record
 *   {"index": {"versions": 412, "behind": 0, "in_step": true, ...}}
 *   {"done": true}                                       the last line when all went well
 *   {"error": {"code": 2, "text": "..."}}                the last line otherwise; `code` is an errno
 *
 * "show", and "content" of one commit, answer with a version's line, then its bytes raw until the connection ends (no
 * "done").
 *
 * A version's keys are the trailers' words in lower case. A string that is not UTF-8, or that begins with a quote, is
 * C-quoted as git does (base/buf.h): nothing is lost, and a string that begins with a quote is always such a one.
 */
#ifndef HOLDFAST_CONTROL_WIRE_H
#define HOLDFAST_CONTROL_WIRE_H

#include "base/error.h"
#include "record/record.h"

#include <jansson.h>
#include <stdbool.h>

enum {
    WIRE_REQUEST_BYTES = 64 * 1024, /* the longest request */
    WIRE_ANSWER_BYTES = 512 * 1024, /* the longest line of an answer */
    WIRE_STRINGS_MOST = 24,
};

struct wire_request {
    const char *ask;           /* "status", "sync", "log", "find", "show", "content", "holdings", "without", "index",
                                "index-rebuild" or "audit" */
    struct record_query query; /* after_seq does not travel */
    const char *rule;          /* audit: of this rule */
    const char *kind, *key;    /* holdings: "email", "phone" or "profile", and the value's key (contact/contacts.h).
                                  without: key is the text, of FINGERPRINT_SURE characters or more */
    const char *at;            /* find, show: which version; NULL: the newest. content: a commit */
    bool follow;               /* log, audit: go on with versions as they are made */
    bool only_new;             /* log and audit, with follow: leave out what is there already */
};

/* Strings that an unpacked struct points at. */
struct wire_hold {
    char *strings[WIRE_STRINGS_MOST];
    size_t count;
};
void wire_release(struct wire_hold *hold);
#define wire_hold_auto __attribute__((cleanup(wire_release))) struct wire_hold

/* A new object (caller: json_decref), or NULL when memory ran out. */
json_t *wire_pack_request(const struct wire_request *request);
json_t *wire_pack_version(const struct record_version *v);

/* The reverse; strings go to *hold (empty before). -EINVAL: not such an object (says what is wrong); -ENOMEM. */
int wire_unpack_request(json_t *from, struct wire_request *out, struct wire_hold *hold, struct error *e);
int wire_unpack_version(json_t *from, struct record_version *out, struct wire_hold *hold, struct error *e);

/* A JSON string of raw bytes: plain, or C-quoted. NULL when memory ran out. */
json_t *wire_string(const char *bytes);

static inline void json_free(json_t **json) { json_decref(*json); }
#define json_auto __attribute__((cleanup(json_free))) json_t

#endif
