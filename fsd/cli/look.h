/*
 * look: files inspected by the command line itself, without a daemon: the same inspector in the same sandbox, as
 * whoever asks (as root: as the inspectors' user of fs.conf, or nobody).
 */
#ifndef HOLDFAST_CLI_LOOK_H
#define HOLDFAST_CLI_LOOK_H

#include "cli/command.h"
#include "inspect/client.h"
#include "analyse/report.h"
#include "policy/folder.h"

#include <sys/types.h>

struct look {
    struct policy_folder folder;
    struct policy *policy;
    struct inspector_start start;
    int ends[2];
    pid_t pid;   /* of the inspector; 0: none */
    int life_fd; /* its pidfd, while pid is not 0; or -1 */
    struct inspector *client;
};

/*
 * The rules (--policy, else the folder of fs.conf), and an inspector with them. -EINVAL: the rules are not in order;
 * each problem has been told on standard error. look_close is due in any case.
 */
int look_open(struct look *l, const struct cli *c, struct error *e);
/* An inspector without rules, for what its report says; with the secret of fingerprints. */
int look_open_plain(struct look *l, const struct cli *c, const unsigned char secret[static FINGERPRINT_SECRET_BYTES],
                    struct error *e);
/* An inspector without rules that tells of the content itself: `tell` is enum inspect_tell, or'ed. */
int look_open_telling(struct look *l, const struct cli *c, unsigned tell, struct error *e);
/* One that looks for something, and does nothing else; `seek` stays the caller's while it is open. */
int look_open_seeking(struct look *l, const struct cli *c, const struct inspect_seek *seek, struct error *e);
void look_close(struct look *l);
#define look_auto __attribute__((cleanup(look_close))) struct look

/* Commands that work on a machine without fs.conf take it where there is one: 0, or an exit status after saying what is
 * wrong. */
int look_load_config(struct cli *c);

/* Do the [copy] rules name sinks that fs.conf has? Each that does not is told of. 0; -EINVAL; -ENOMEM. */
int look_check_sinks(const struct config *config, const struct policy *policy, struct error *e);

/* The rules alone, of a folder; problems are told as above. */
int look_read_policy(const char *path, struct policy_folder *folder, struct policy **policy, struct error *e);
const char *look_policy_path(const struct cli *c);

/* What is the file? *report is filled with its findings (report_free). -EISDIR, -EINVAL: no plain file; others of
 * opening it. */
int look_at(struct look *l, const char *path, struct inspection *out, struct report *report, struct error *e);

/* The same of a file that is open; `path` is its name, for what that tells. */
int look_at_open(struct look *l, int fd, const char *path, struct inspection *out, struct report *report,
                 struct error *e);

#endif
