/*
 * report: what an inspection found beside the facts: findings, row keys, fingerprints of text. Too much for a message,
 * so the inspector writes it into a memory file that the asker made for this one question.
 *
 *   struct report_head, contacts (contact/listing.h), row keys (and zeroes up to a multiple of eight bytes), findings,
 * text fingerprints, hits, text: as much of each as the head says, and nothing behind them
 *
 * Contacts with their values, and the text itself, are told by the inspector of a command line only, instead of keys
 * and fingerprints (struct inspector_start says which).
 *
 * It comes from a process that read hostile bytes: the reader checks every length, every word and every number.
 */
#ifndef HOLDFAST_ANALYSE_REPORT_H
#define HOLDFAST_ANALYSE_REPORT_H

#include "base/buf.h"
#include "base/error.h"
#include "contact/contacts.h"
#include "policy/policy.h"

#include <stddef.h>
#include <stdint.h>

enum {
    REPORT_FINDINGS_MOST = 200,
    REPORT_KEYS_MOST = 4 << 20,
    REPORT_TEXT_MOST = 1 << 20,
    REPORT_LISTING_MOST = 72 << 20, /* bytes of contacts: three quarters of a million; inspect/sandbox.c counts on it */
    REPORT_DOCUMENT_MOST = 8 << 20,
    REPORT_HITS_MOST = 8,
};

/* One piece of advice; all text is UTF-8, NUL-terminated, without control bytes. */
struct report_finding {
    uint32_t level;        /* enum policy_level */
    uint32_t line, column; /* from 1, as the person sees the text; 0: the whole of it */
    uint32_t row, cell;    /* of a table: row from 1, column from 0; row 0: text */
    char sheet[64];
    char rule[96];    /* "finance/promissory" */
    char excerpt[96]; /* what it is about */
    char say[320], repair[320], replace[64], cite[96], where[32];
    uint32_t reserved;
};
_Static_assert(sizeof(struct report_finding) % sizeof(uint64_t) == 0, "keys lie behind findings");

/* Where what was sought stands (struct inspect_seek). Text as in a finding. */
struct report_hit {
    uint32_t line, column; /* from 1; 0: of a contact, or of a table */
    uint32_t row, cell;    /* of a table: row from 1, column from 0 */
    uint32_t contact;      /* 1: it is one of the file's contacts, and `excerpt` its values */
    char sheet[64];
    char excerpt[256];
};

/* Of a list there are as many as it has values, so none has a byte that says nothing. */
struct __attribute__((packed, aligned(4))) report_key {
    uint64_t key; /* analyse/fingerprint.h */
    uint32_t row; /* contacts counted from 0 */
};

struct report {
    struct report_finding *findings; /* all owned */
    size_t finding_count;
    struct report_key *keys; /* of a report being written: the last, which are not in the memory file yet */
    size_t keys_held;        /* how many those are */
    size_t key_count;        /* all */
    uint64_t *text;
    size_t text_count;
    bool text_whole;         /* a text of FINGERPRINT_SURE characters stands in the file only where `text` tells */
    struct report_hit *hits; /* the first */
    size_t hit_count;
    uint64_t hits_found; /* all */
    struct buf listing;  /* of a report being written: what is not in the memory file yet */
    uint64_t listed;     /* bytes of contacts that are in it already */
    uint64_t keyed;      /* and of keys, behind them */
    bool listing_cut;    /* there were more contacts than fit */
    bool document_cut;   /* there was more text than fits */
    struct buf document; /* the text: bytes as the file chose them */
};

/* Append; beyond the most nothing is added. -ENOMEM. */
int report_add_finding(struct report *r, const struct report_finding *f);
int report_add_text(struct report *r, uint64_t fingerprint);

int report_add_hit(struct report *r, const struct report_hit *hit);

/*
 * Keys, and contacts if they are told, are many, so they go to the memory file `fd` as they come: the same that
 * report_write is given then. Beyond the most none is added. -ENOMEM, or of writing; report_list: -EINVAL behind a key.
 */
int report_add_keys(struct report *r, int fd, const struct report_key *keys, size_t count);
int report_list(struct report *r, int fd, const struct contact_key *keys, size_t count);

void report_sort_text(struct report *r); /* ascending, each once */

/* The gravest findings, of equal ones the first: at most `most` into `out`, and how many. They stay the report's. */
size_t report_gravest(const struct report *r, const struct report_finding **out, size_t most);
void report_free(struct report *r);
#define report_auto __attribute__((cleanup(report_free))) struct report

/*
 * Write to `fd` (empty but for what report_add_keys and report_list put there): bytes written, or -errno. Text
 * fingerprints are sorted and made distinct first; `document` (may be NULL) is written and not kept.
 */
int64_t report_write(struct report *r, int fd, const char *document, size_t document_len);

/*
 * What is in it, seen in place: a list of a million contacts takes no memory of the reader's own. The file is sealed,
 * if it is not yet, so that nobody changes what was checked. -EBADMSG: not a report, or it cannot be sealed.
 */
struct report_view {
    void *map; /* NULL: an empty view */
    size_t bytes;
    const struct report_key *keys;
    size_t key_count;
    const uint64_t *text;
    size_t text_count;
    bool text_whole;
};
int report_map(struct report_view *out, int fd, uint64_t bytes);
void report_unmap(struct report_view *v);
#define report_view_auto __attribute__((cleanup(report_unmap))) struct report_view

/* Seal a memory file of MFD_ALLOW_SEALING against every change: 0; -EBADMSG. */
int report_seal(int fd);

/* Read exactly `bytes` of it into an empty *out. -EBADMSG: not a report; -ENOMEM; of reading. */
int report_read(struct report *out, int fd, uint64_t bytes);

#endif
