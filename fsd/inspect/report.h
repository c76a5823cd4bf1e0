/*
 * report: what an inspection found beside the facts: findings, row keys, fingerprints of text. Too much for a message,
 * so the inspector writes it into a memory file that the asker made for this one question.
 *
 *   struct report_head, findings, row keys, text fingerprints: as many of each as the head says, and nothing behind
 * them
 *
 * It comes from a process that read hostile bytes: the reader checks every length, every word and every number.
 */
#ifndef HOLDFAST_INSPECT_REPORT_H
#define HOLDFAST_INSPECT_REPORT_H

#include "base/error.h"
#include "policy/policy.h"

#include <stddef.h>
#include <stdint.h>

enum { REPORT_FINDINGS_MOST = 200, REPORT_KEYS_MOST = 4 << 20, REPORT_TEXT_MOST = 1 << 20 };

/* One piece of advice; all text is UTF-8, NUL-terminated, without control bytes. */
struct report_finding {
    uint32_t level;        /* enum policy_level */
    uint32_t line, column; /* from 1, as the person sees the text; 0: the whole of it */
    uint32_t row, cell;    /* of a table: row from 1, column from 0; row 0: text */
    char sheet[64];
    char rule[96];    /* "social-posts/promissory" */
    char excerpt[96]; /* what it is about */
    char say[320], repair[320], replace[64], cite[96], where[32];
    uint32_t reserved;
};
_Static_assert(sizeof(struct report_finding) % sizeof(uint64_t) == 0, "keys lie behind findings");

struct report_key {
    uint64_t key; /* inspect/fingerprint.h */
    uint32_t row; /* contacts counted from 0 */
    uint32_t reserved;
};

struct report {
    struct report_finding *findings; /* all owned */
    size_t finding_count;
    struct report_key *keys;
    size_t key_count;
    uint64_t *text;
    size_t text_count;
};

/* Append; beyond the most nothing is added. -ENOMEM. */
int report_add_finding(struct report *r, const struct report_finding *f);
int report_add_key(struct report *r, uint64_t key, uint32_t row);
int report_add_text(struct report *r, uint64_t fingerprint);

void report_sort_text(struct report *r); /* ascending, each once */
void report_free(struct report *r);
#define report_auto __attribute__((cleanup(report_free))) struct report

/* Write to `fd` from its start: bytes written, or -errno. Text fingerprints are sorted and made distinct first. */
int64_t report_write(struct report *r, int fd);

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
};
int report_map(struct report_view *out, int fd, uint64_t bytes);
void report_unmap(struct report_view *v);
#define report_view_auto __attribute__((cleanup(report_unmap))) struct report_view

/* Seal a memory file of MFD_ALLOW_SEALING against every change: 0; -EBADMSG. */
int report_seal(int fd);

/* Read exactly `bytes` of it into an empty *out. -EBADMSG: not a report; -ENOMEM; of reading. */
int report_read(struct report *out, int fd, uint64_t bytes);

#endif
