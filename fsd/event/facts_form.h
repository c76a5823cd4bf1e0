/*
 * facts_form: how a table of facts lies in its file. For facts.c and facts_*.c only.
 *
 * A head, then words, then slots. Names of classes and rules are few and long, files many: a slot says them by number.
 * A word once written stays as it is while the file lives; a larger file, or one made because the words ran out, has
 * those that are still in use.
 */
#ifndef HOLDFAST_EVENT_FACTS_FORM_H
#define HOLDFAST_EVENT_FACTS_FORM_H

#include "event/facts.h"

#include <stdatomic.h>

#define FACTS_MAGIC UINT64_C(0x3230535443414648) /* "HFACTS02" */

enum {
    FACTS_BOOT_BYTES = 40,   /* /proc/sys/kernel/random/boot_id */
    FACTS_WORDS_MOST = 1024, /* word 0 is "" */
    FACTS_FIRST_BITS = 10,   /* slots of a new table: 2^10 */
    FACTS_MOST_BITS = 32,    /* and never more than that */
};
#define FACTS_NAME      "facts"
#define FACTS_TOMBSTONE UINT64_MAX

struct facts_finding {
    uint32_t line, column;
    uint16_t rule; /* a word; 0: no finding */
    uint8_t level;
    uint8_t in_table;
};

struct facts_entry {
    uint64_t ino, kept_seq, version;
    int64_t saved_ns;
    uint64_t size;
    int64_t mtime_ns, ctime_ns;
    unsigned char oid[20];
    uint16_t class_word;
    uint16_t findings[FACT_LEVELS];
    struct facts_finding worst[FACT_WORST];
};
enum { FACTS_ENTRY_WORDS = sizeof(struct facts_entry) / sizeof(uint64_t) };
_Static_assert(sizeof(struct facts_entry) == 120, "no padding in an entry, and whole words");

/* word[0] is the inode: 0 free, FACTS_TOMBSTONE removed. It changes while `lock` is odd, as all the words do. */
struct facts_slot {
    _Atomic uint64_t lock;
    _Atomic uint64_t word[FACTS_ENTRY_WORDS];
};
_Static_assert(sizeof(struct facts_slot) == 128, "two lines of a processor's cache");

struct facts_word {
    _Atomic uint32_t files; /* of that class */
    char text[100];
};

struct facts_file {
    uint64_t magic;
    uint32_t slot_bytes;
    uint32_t bits;               /* slots: 2^bits */
    char boot[FACTS_BOOT_BYTES]; /* the kernel under which it is, or was, written */
    _Atomic uint32_t clean;
    _Atomic uint32_t superseded; /* a larger one is there, or will be in a moment */
    _Atomic uint32_t word_count;
    uint32_t reserved0;
    _Atomic uint64_t levels[FACT_LEVELS]; /* files with advice, by the gravest of it */
    unsigned char reserved[4096 - 96];
    struct facts_word words[FACTS_WORDS_MOST];
    struct facts_slot slots[];
};
_Static_assert(offsetof(struct facts_file, words) == 4096 && offsetof(struct facts_file, slots) % 4096 == 0,
               "words and slots begin on a page");

/* One process's hold on it. */
struct fact_table {
    int dir_fd;
    bool writer;
    struct facts_file *table; /* NULL: a reader that found none yet */
    size_t mapped_bytes;
    size_t used;          /* entries; writer only */
    size_t taken;         /* entries and tombstones; writer only */
    unsigned char *marks; /* owned; a bit a slot, while a sweep is under way; or NULL */
    int64_t tried_ns;
};

/* ---- the file (facts_file.c) ---- */

/* The slot of `ino`, or NULL; then *free_slot is where it would go (NULL: the table is full). */
struct facts_slot *facts_find_slot(struct facts_file *t, uint64_t ino, struct facts_slot **free_slot);
void facts_write_slot(struct facts_slot *s, const struct facts_entry *entry);
bool facts_read_slot(const struct facts_slot *s, struct facts_entry *out); /* false: somebody writes there, or died */

struct facts_file *facts_map(int fd, bool writer, size_t *bytes); /* NULL: it is none, or of another format */
bool facts_is_of_this_boot(const struct facts_file *t);
void facts_read_boot(char to[static FACTS_BOOT_BYTES]);

/* An empty one beside the other, until it is put in its place. 0 or -errno. */
int facts_create(int dir_fd, uint32_t bits, struct facts_file **out, size_t *bytes);
void facts_discard(int dir_fd, struct facts_file *fresh, size_t bytes);
int facts_put_in_place(int dir_fd);

/* ---- words and entries (facts_form.c) ---- */

/* The number of a word, which is written if it is new; 0 for "", and when there is no room (*full is set then). The
 * writer only. */
uint16_t facts_intern(struct facts_file *t, const char *text, bool *full);

/* Never fails: a number that is none is "". */
const char *facts_word(const struct facts_file *t, uint16_t number);

/* Into the file's words. False: they have no room for its class; a rule that finds none is left out. */
bool facts_pack(struct facts_file *t, const struct fact *from, struct facts_entry *to);
void facts_unpack(const struct facts_file *t, const struct facts_entry *from, struct fact *to);

/* Count an entry in (by 1) or out (by -1). The writer only. */
void facts_tally(struct facts_file *t, const struct facts_entry *entry, int by);
void facts_forget_tally(struct facts_file *t);

#endif
