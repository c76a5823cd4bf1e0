/*
 * known: what the company's own record holds of names and drafts, handed to the inspector, which can open nothing.
 *
 * Two tables, each a sealed memory file that the keeper makes and the inspector maps to be read:
 *
 *   names   struct known_head, then the keys (analyse/fingerprint.h) of persons, companies and addresses of the
 *           company's prospect lists, ascending, each once
 *   texts   struct known_head, then struct known_text: fingerprints of the texts of one rep, ascending, each with the
 *           number of a text that has it
 *
 * No plain value is in them: keys and fingerprints are hashes with the company's secret. Being hashes they are evenly
 * spread, so a key's place is guessed from its value, and a look-up touches a page or two however long the table is.
 */
#ifndef HOLDFAST_ANALYSE_KNOWN_H
#define HOLDFAST_ANALYSE_KNOWN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum known_kind { KNOWN_NAMES = 0x4b4e4d31, KNOWN_TEXTS = 0x4b545831 };

/* So a table of names has 32 MiB at most, one of texts 16. What does not fit is left out. */
enum { KNOWN_NAMES_MOST = 4 << 20, KNOWN_TEXTS_MOST = 1 << 20 };

struct known_head {
    uint32_t kind; /* enum known_kind */
    uint32_t reserved;
    uint64_t count; /* of what follows */
    uint64_t whole; /* below this key nothing was left out; UINT64_MAX: nothing was at all */
};

struct known_text {
    uint64_t print;
    uint64_t draft; /* any number that names a draft */
};

/* ---- making one: a few pages of memory, whatever the table's length ---- */

struct known_writer;

int known_begin(struct known_writer **out, enum known_kind kind); /* -ENOMEM; of memfd_create */

/*
 * Keys ascending, else -EINVAL, and of texts the same one's together. What is there already is left out. Beyond the
 * most nothing is added, and 1 returned: being hashes, the low ones are a fair sample of all. 0; -errno of writing.
 */
int known_add_name(struct known_writer *w, uint64_t key);
int known_add_text(struct known_writer *w, uint64_t print, uint64_t draft);

/* The table, sealed; the caller closes it. -errno: the writer is still to be dropped. */
int known_seal(struct known_writer *w);
void known_drop(struct known_writer *w);

/* ---- reading one ---- */

struct known {
    void *map; /* owned; NULL: there is no table */
    size_t bytes;
    size_t count;
    uint64_t whole; /* as in the head */
};

/* -EBADMSG: no such table, or not as long as it says. The descriptor may be closed after it. */
int known_map(struct known *out, int fd, enum known_kind kind);
void known_unmap(struct known *k);
#define known_auto __attribute__((cleanup(known_unmap))) struct known

bool known_has_name(const struct known *k, uint64_t key);
/* Those with this fingerprint: how many, at most KNOWN_ALIKE_MOST, and the first of them. */
enum { KNOWN_ALIKE_MOST = 256 };
size_t known_find_text(const struct known *k, uint64_t print, const struct known_text **first);

#endif
