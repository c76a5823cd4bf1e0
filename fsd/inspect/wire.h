/*
 * wire: what client and inspector say to each other over their SOCK_SEQPACKET pair. One message is one struct, exactly.
 *
 * Messages are taken in the order sent, one at a time, so whatever is answered after a question proves that the
 * question was taken. Hence a dead inspector's file is found without guessing: its successor says HELLO, the client
 * asks it to ECHO, and what is still unanswered when the echo comes back was in the dead one's hands.
 */
#ifndef HOLDFAST_INSPECT_WIRE_H
#define HOLDFAST_INSPECT_WIRE_H

#include "inspect/client.h"

#include <stdint.h>

enum wire_type {
    /* client -> inspector */
    /* With two descriptors: what is the first? What is too much for an answer goes to the second. Or with four: the
     * third and fourth are what is known already (analyse/known.h), names and then texts. */
    WIRE_ASK = 0x48460001,
    WIRE_ECHO, /* answer WIRE_ECHOED */
    /* inspector -> client */
    WIRE_HELLO = 0x48460101, /* a new inspector is at work */
    WIRE_ECHOED,
    WIRE_FACTS,
};

enum { WIRE_PATH_BYTES = 512, WIRE_FDS = 4 };

struct wire_question {
    uint32_t type; /* enum wire_type */
    uint32_t reserved;
    uint64_t id;                /* rises with every question, over restarts of the client too */
    uint64_t size;              /* of the file; the inspector may not even ask for that */
    uint64_t draft;             /* the file's own number in what is known */
    char path[WIRE_PATH_BYTES]; /* NUL-terminated; the end of a longer one */
};

struct wire_answer {
    uint32_t type;
    uint32_t reserved;
    uint64_t id;             /* of the question; HELLO: 0 */
    struct inspection found; /* report_fd has no meaning here */
};

#endif
