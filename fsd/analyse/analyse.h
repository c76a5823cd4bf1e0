/*
 * analyse: all that is done with one file inside the inspector, in one place:
 *
 *   bytes -> extract (rows, text) -> contacts, sensitive values, shape of a draft, fingerprints -> facts -> class ->
 * findings
 *
 * Made before the sandbox closes, since libmagic, the policy and character sets come from files; then used for file
 * after file.
 */
#ifndef HOLDFAST_ANALYSE_ANALYSE_H
#define HOLDFAST_ANALYSE_ANALYSE_H

#include "analyse/fingerprint.h"
#include "analyse/inspection.h"
#include "analyse/known.h"
#include "base/buf.h"
#include "policy/policy.h"

struct analyser;

/* `policy` stays the caller's. -ENOENT: no libmagic database; -ENOMEM. */
int analyser_open(struct analyser **out, const struct policy *policy,
                  const unsigned char secret[static FINGERPRINT_SECRET_BYTES], struct error *e);

/* Reports tell of the content, too, or instead: enum inspect_tell. */
void analyser_tell(struct analyser *a, unsigned tell);
/* Take the time that a large file needs, up to INSPECT_PATIENT_MS less a second. */
void analyser_be_patient(struct analyser *a);
bool analyser_is_patient(const struct analyser *a);
/* Look for this only: no class, no findings. `seek` stays the caller's. -EINVAL: nothing to look for; -ENOMEM. */
int analyser_seek(struct analyser *a, const struct inspect_seek *seek);

/* What files are compared with until it is set anew; NULL: nothing, and the facts that need it stay unknown. The
 * caller's. */
struct analyser_known {
    const struct known *names, *texts;
    uint64_t draft; /* the next file's own number in the texts */
};
void analyser_set_known(struct analyser *a, const struct analyser_known *known);

/*
 * What are the `size` bytes of `fd` (read by pread only)? `path` is where it lies in its mount, or its name, or "":
 * weak evidence. Fills *out but for report_fd; what does not fit there goes to `report_fd` (analyse/report.h; -1: not
 * wanted). 0, or -errno if the file cannot be read.
 */
int analyser_look(struct analyser *a, int fd, uint64_t size, const char *path, int report_fd, struct inspection *out);
/*
 * Facts and text of a file that is trusted: a sample beside rules. No class, no findings. Only for processes that are
 * not given hostile bytes.
 */
int analyser_read(struct analyser *a, int fd, const char *path, struct facts *facts, struct buf *text);
void analyser_close(struct analyser *a);

#endif
