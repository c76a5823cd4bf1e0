/*
 * ocsf: an event of the audit log as a line of JSON, in the words of the Open Cybersecurity Schema Framework
 * (schema.ocsf.io, 1.4.0), so that a SIEM reads it without being taught.
 *
 *   an open that a rule allowed or held      File System Activity, 1001, Open
 *   one of a class, blocked or logged        Data Security Finding, 2006, Create
 *   a copy on a sink                         likewise
 *   who decides began or ended               Application Lifecycle, 6002
 *   something was not seen                   Event Log Activity, 1008, Other
 *
 * metadata.sequence is the event's number in the log. What the schema has no word for is in `unmapped`, where also
 * stands what `holdfast audit` filters by: event, action, mode, mount, rep, path, class, rule. Strings that are not
 * UTF-8 are quoted as git does (control/wire.h).
 */
#ifndef HOLDFAST_SAVE_OCSF_H
#define HOLDFAST_SAVE_OCSF_H

#include "config/config.h"
#include "event/verdict.h"

struct ocsf_event {
    uint64_t seq; /* in the log */
    const char *device;
    const struct verdict *verdict;
    const struct config_mount *mount; /* NULL: of the daemon as a whole */
    const char *policy_commit;        /* of the rules that decided; "" not known */
};

/* The line, with its newline (caller: free), or NULL: no memory. One thread (passwd.h). */
char *ocsf_line(const struct ocsf_event *e);

#endif
