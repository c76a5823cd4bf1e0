/*
 * inspection: what was found out about one file, and what may be asked for besides.
 */
#ifndef HOLDFAST_ANALYSE_INSPECTION_H
#define HOLDFAST_ANALYSE_INSPECTION_H

#include "contact/contacts.h"
#include "policy/facts.h"

#include <stdint.h>

/* How long an asker waits for what a file is: a daemon, and somebody who asked for one large file. */
enum { INSPECT_DEADLINE_MS = 30000, INSPECT_PATIENT_MS = 120000 };

enum inspect_status { INSPECT_OK = 0, INSPECT_UNREADABLE };

/* What an inspector says of a file. All words are clean: [a-z0-9.+/-] in types and classes, no control bytes in rules.
 */
struct inspection {
    enum inspect_status status;
    uint32_t findings[3];  /* by enum policy_level */
    struct facts facts;    /* mime is "application/octet-stream" when unknown */
    char class_name[64];   /* no rule matched: "encrypted" or "unreadable" if it is, else "unclassified" */
    char rule[96];         /* "sales-intelligence/prospect-list", which decided the class; "" */
    uint64_t report_bytes; /* of the report behind it (analyse/report.h); 0: there is none */
    int report_fd;         /* the asker's, who closes it; sealed: nobody can change it any more; -1: none */
};

/* Of a file that no inspector could look at. */
struct inspection inspection_unreadable(void);

/* What a report tells of the content itself, with enum values or'ed. A daemon's inspectors are never told to, so
 * nothing that asks them can make them. */
enum inspect_tell {
    INSPECT_TELL_CONTACTS = 1u << 0, /* with their values, instead of row keys and fingerprints */
    INSPECT_TELL_TEXT = 1u << 1,     /* the file's text as a person reads it, rows as lines */
};

/* What a command line's own inspector looks for; then it does nothing else, and its report tells the hits. */
struct inspect_seek {
    const char *text;           /* in whatever stands in the file (analyse/seek.h); NULL: none */
    struct contact_key contact; /* among its contacts; len 0: none */
};

#endif
