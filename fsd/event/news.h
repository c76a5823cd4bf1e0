/*
 * news: what the keeper tells the teller (fsd/tell) of a version, once it is in the record; one message each over a
 * SOCK_SEQPACKET pair that never blocks. The supervisor keeps both ends open as well, so that what is said while the
 * teller is dead waits for its successor.
 *
 * The reader has more rights than the writer, so it believes nothing: neither length nor number nor byte. Who a
 * mount's rep is, it knows from fs.conf and from the folder, not from here.
 *
 *   struct news_head; path, commit, class, records, each with its NUL; then for each finding struct news_place and its
 *   strings; nothing behind them
 */
#ifndef HOLDFAST_EVENT_NEWS_H
#define HOLDFAST_EVENT_NEWS_H

#include <limits.h>
#include <stdint.h>
#include <sys/types.h>

/* What a program can be told of; the row of the table in news.c is its file's name. */
enum news_event { NEWS_ON_FINDING, NEWS_ON_SAVE, NEWS_EVENTS };
const char *news_program(enum news_event event); /* "on-finding" */

enum { NEWS_FINDINGS_MOST = 20, NEWS_MESSAGE_BYTES = 48 * 1024 };

struct news_finding {
    uint32_t level;                                                     /* enum policy_level */
    uint32_t line, column;                                              /* from 1; 0: the whole of it */
    uint32_t row, cell;                                                 /* of a table: from 1; 0: it is a text */
    const char *rule, *sheet, *excerpt, *say, *repair, *replace, *cite; /* UTF-8 without control bytes; never NULL */
};

struct news {
    uint32_t events; /* 1 << enum news_event: those that this is */
    uint32_t mount;  /* which [mount] of fs.conf, from 0 */
    uint64_t seq;
    int64_t saved_ns;
    uint32_t more;                                    /* findings that are not told here */
    const char *path;                                 /* within the mount; any bytes */
    const char *commit, *class_name, *records;        /* UTF-8 without control bytes; never NULL */
    struct news_finding findings[NEWS_FINDINGS_MOST]; /* the gravest first */
    uint32_t finding_count;
};

/* Write the message; its length, or -EMSGSIZE. Of text that is not clean the bytes are taken as '?'. */
ssize_t news_encode(const struct news *n, char to[static NEWS_MESSAGE_BYTES]);

/* The reverse: 0, or -EBADMSG and *out means nothing. Strings point into the message. */
int news_decode(struct news *out, const char *message, size_t len);

/* From the supervisor: tell what is queued, then exit. */
enum { NEWS_STOP_BYTES = 4 };
extern const char news_stop[NEWS_STOP_BYTES];

#endif
