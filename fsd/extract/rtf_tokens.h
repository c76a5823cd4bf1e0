/*
 * rtf_tokens: groups, control words and text bytes of RTF, out of any bytes.
 */
#ifndef HOLDFAST_EXTRACT_RTF_TOKENS_H
#define HOLDFAST_EXTRACT_RTF_TOKENS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { RTF_WORD_BYTES = 32 };

/* All answer 0, or negative: what rtf_push returns. */
struct rtf_events {
    void *ctx;
    int (*group)(void *ctx, bool begins);
    /* A control word, or a control symbol ("*", "~") as a word of one byte. */
    int (*word)(void *ctx, const char *word, bool has_value, int32_t value);
    int (*byte)(void *ctx, unsigned char byte, bool escaped); /* of text; escaped: it was written \'hh */
};

enum rtf_state { RTF_TEXT, RTF_BACKSLASH, RTF_WORD, RTF_VALUE, RTF_HEX, RTF_HEX_LOW, RTF_BINARY };

struct rtf_tokens {
    struct rtf_events to;
    enum rtf_state state;
    char word[RTF_WORD_BYTES];
    size_t word_len;
    bool negative, has_value;
    int64_t value;
    unsigned char high;    /* the first digit of \'hh */
    uint64_t binary_bytes; /* that are still to come */
};

/* A zeroed struct with `to` set is ready. */
int rtf_push(struct rtf_tokens *t, const unsigned char *bytes, size_t len);

#endif
