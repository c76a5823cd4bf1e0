/*
 * board: one page of shared memory a mount, on which each process chalks up its own numbers and reads the others'.
 *
 * Made by the supervisor (memfd), mapped by every child. Each field has one writer, named below; all are
 * single aligned words or seqlocked text, so a writer may die at any instruction. It holds counts for `status`, the
 * bell that spares the keeper from polling, and two facts that the mount relies on: `journal_kept` (what it may change
 * without a copy) and `reconciled` (whether changes of before the start are accounted for). Both only rise while the
 * board lives, and a new one begins at the safe end, 0.
 */
#ifndef HOLDFAST_EVENT_BOARD_H
#define HOLDFAST_EVENT_BOARD_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

/* What is wrong now, and since when. */
struct board_trouble {
    _Atomic uint32_t lock;    /* seqlock; odd: being written */
    _Atomic int64_t since_ns; /* realtime; 0: all is well */
    char text[236];
};

struct board_mount { /* written by the mount child */
    _Atomic int32_t pid;
    _Atomic uint32_t passthrough; /* 1: offered; 0: not, `passthrough_why` says why */
    char passthrough_why[96];
    _Atomic uint32_t store_gone; /* the store answered an error that says it is away */
    _Atomic uint64_t requests;   /* FUSE requests served */
    _Atomic uint64_t resent;     /* of them: re-sent by the kernel after a death */
    _Atomic uint64_t saves;      /* save records written */
    _Atomic uint64_t clones;     /* clones made */
    _Atomic uint64_t clone_bytes;
    _Atomic uint64_t journal_head; /* newest sequence number */
    _Atomic uint64_t nodes;        /* known inodes */
    _Atomic uint64_t open_handles;
    _Atomic uint64_t personal;      /* events on personal paths, not recorded */
    _Atomic uint64_t ignored;       /* events on ignored paths, not recorded */
    _Atomic uint64_t slowed;        /* opens that waited for room in the spool */
    _Atomic uint64_t opens_judged;  /* opens of a class of which rules speak */
    _Atomic uint64_t opens_told;    /* of them: put into the audit log */
    _Atomic uint64_t opens_refused; /* answered EACCES by a rule */
    _Atomic uint64_t opens_held;    /* made to wait for an inspection */
    _Atomic uint64_t verdicts_lost; /* that could not be written down */
    struct board_trouble trouble;
};

struct board_keeper {              /* written by the keeper */
    _Atomic uint64_t journal_kept; /* newest sequence number in the record */
    _Atomic uint64_t versions;     /* commits written since the start */
    _Atomic uint64_t spool_bytes;  /* journal and clones now */
    _Atomic uint32_t reconciling;  /* 1 while a scan runs */
    _Atomic uint32_t
        reconciled; /* 1 once the scan of the start is through: all that is in the store is accounted for */
    _Atomic uint64_t unreadable;   /* saves whose inspection failed */
    _Atomic uint64_t news_dropped; /* events that the teller had no room for */
    struct board_trouble trouble;
};

struct board_teller {         /* written by the teller */
    _Atomic uint32_t wants;   /* 1 << enum news_event: there is a program for it */
    _Atomic uint64_t told;    /* programs that ended well */
    _Atomic uint64_t failed;  /* those that did not, were killed, or could not be started */
    _Atomic uint64_t dropped; /* events that found too many before them */
};

struct board_guard {              /* written by the guard, on each mount's board alike, but for what is of the mount */
    _Atomic int32_t pid;          /* 0: there is no [sink] */
    _Atomic uint64_t sinks;       /* places that are watched now */
    _Atomic uint64_t unwatched;   /* of them: those that cannot be */
    _Atomic uint64_t looked;      /* finished files looked at */
    _Atomic uint64_t waiting;     /* heard of and not looked at yet */
    _Atomic uint64_t gaps;        /* times when something was not seen, and looked for afterwards */
    _Atomic uint64_t logged;      /* of this mount: copies that a rule spoke of and that stay */
    _Atomic uint64_t quarantined; /* of this mount: copies that were taken away */
    struct board_trouble trouble;
};

struct board_supervisor { /* written by the supervisor */
    _Atomic uint64_t mount_restarts;
    _Atomic uint64_t keeper_restarts;
    _Atomic uint64_t inspector_restarts;
    _Atomic uint64_t teller_restarts;
    _Atomic uint64_t guard_restarts;
    _Atomic int64_t started_ns;
    /* This mount's process, the keeper, the inspector or the teller keeps dying, or the mount was taken away by
     * somebody. */
    struct board_trouble trouble;
};

struct board {
    uint32_t magic, version;
    _Atomic uint32_t bell;          /* futex: bumped by the mount when the keeper sleeps and there is a record */
    _Atomic uint32_t keeper_sleeps; /* put up by the keeper before it waits on the bell, taken down by whoever rings */
    _Atomic uint64_t spool_limit;   /* bytes, from fs.conf */
    struct board_supervisor supervisor;
    struct board_mount mount;
    struct board_keeper keeper;
    struct board_teller teller;
    struct board_guard guard;
};

enum { BOARD_BYTES = 4096 };
_Static_assert(sizeof(struct board) <= BOARD_BYTES, "the board is one page");

/* Make one (memfd, sealed against shrinking): the descriptor, or -errno. Map one: the board, or NULL with errno. */
int board_create(void);
struct board *board_map(int fd);

/* The mount, after a record: ring if the keeper sleeps (one load when it does not). */
void board_ring(struct board *b);

/*
 * The keeper: sleep until the bell of one of the boards (64 at most are heard) rings or `timeout_ms` passed. Returns at
 * once if `has_work(ctx)` (may be NULL) says so after the sign "keeper sleeps" was put up. May wake for nothing.
 */
void board_wait(struct board *const *boards, int count, int timeout_ms, bool (*has_work)(void *), void *ctx);

/*
 * Chalk up trouble (NULL: all is well again; a second text keeps the first one's time), and read it: true, with the
 * text copied, if there is any. A writer that died in the middle is reported as such, until somebody writes again.
 */
void board_set_trouble(struct board_trouble *t, const char *format, ...) __attribute__((format(printf, 2, 3)));
void board_clear_trouble(struct board_trouble *t);
bool board_get_trouble(struct board_trouble *t, char text[static 236], int64_t *since_ns);

#endif
