/*
 * form: the text of one commit, written and read by one table of trailers.
 *
 *   tree <hex>
 *   parent <hex>                                   (none: first of a volume)
 *   author <rep> <<email>> <seconds> +0000
 *   committer <device> <<device>@device.holdfast> <seconds> +0000
 *   gpgsig -----BEGIN SSH SIGNATURE----- ...
 *
 *   save Prospects/acme.csv
 *
 *   Event: save
 *   Rep: alice
 *   ...                                            (the table in form.c)
 *
 * A value stands on one line. It is C-quoted as git quotes names if it holds control or non-UTF-8 bytes, a quote
 * or a backslash, and also if it begins or ends with a blank, or is the word "none", which stands for nothing.
 */
#ifndef HOLDFAST_RECORD_FORM_H
#define HOLDFAST_RECORD_FORM_H

#include "record/record.h"

/* The Note of a rename that swapped both paths. */
#define FORM_EXCHANGED "exchanged"

/* What a rep's or a device's name may be: a component of a ref and a word in an author line. */
bool form_is_name(const char *name);

/* Same for an email: not empty, no blanks, no '<', '>' or control bytes. */
bool form_is_email(const char *email);

/* "lt-0042@device.holdfast": the committer's address, and the principal in allowed_signers. */
void form_put_device_email(struct buf *to, const char *device);

/*
 * Append the commit without signature: this is what gets signed. `parent` may be NULL. `*head_len`: length of its
 * header lines, where the signature has to be put in. v's names must have passed form_is_name.
 */
void form_put_commit(struct buf *to, const struct record_version *v, const struct record_oid *tree,
                     const struct record_oid *parent, size_t *head_len);

/* Append the commit `plain` with the armoured `signature` (lines without a last newline) as its gpgsig header. */
void form_put_signed(struct buf *to, const struct buf *plain, size_t head_len, const struct buf *signature);

struct form_commit {
    struct record_oid tree, parent;
    bool has_parent;
    struct record_version version; /* strings point into the parsed text; `commit` and `volume` are left alone */
};

/*
 * Read a commit's text (writable, `text[len]` is 0) in place. -EINVAL: it is not one of ours (its `*out` is then
 * unfinished). Unknown trailers are skipped; a value that is not what its row expects makes the commit -EINVAL.
 */
int form_parse_commit(char *text, size_t len, struct form_commit *out);

#endif
