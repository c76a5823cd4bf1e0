/*
 * literals: plain words that a pattern cannot match without, so that most patterns need not run over most texts.
 *
 * A set is read from the pattern's own text, with care: what is not understood (conditions, recursion, settings inside)
 * gives no set, and the pattern then runs in full. Literals are ASCII in lower case; a text has to be looked at in
 * lower case, too. Blanks and digits, of which a pattern takes any, stand in a literal as one byte that no UTF-8 has:
 * so "our client" is looked for, and not "our". A text with other characters that PCRE2 takes for ASCII ones (U+017F is
 * an s, U+212A a k, and \d has the digits of every script) cannot be looked at by literals: see prose_is_utf8.
 */
#ifndef HOLDFAST_POLICY_LITERALS_H
#define HOLDFAST_POLICY_LITERALS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { LITERAL_BYTES = 8, LITERALS_MOST = 256, LITERALS_REACH_MOST = 2048 };

#define LITERAL_WIDE  '\xfd' /* a byte of a character beyond ASCII */
#define LITERAL_DIGIT '\xfe' /* a digit of ASCII */
#define LITERAL_BLANK '\xff' /* white space of ASCII */

struct literal {
    uint8_t len;
    bool open; /* something that is not in `bytes` may follow in the match */
    char bytes[LITERAL_BYTES];
};

struct literals {
    size_t count; /* 0: nothing is known */
    struct literal items[LITERALS_MOST];
};

struct literals_found {
    struct literals prefix; /* each match begins with one of these */
    bool at_word;           /* and what stands before is no letter, digit or '_' */
    bool at_capital;        /* each match begins with a capital of ASCII, or a character beyond it */
    struct literals inside; /* each match has one of these in it */
    size_t reach;           /* bytes that a match can take, in a text as above; LITERALS_REACH_MOST: not known */
};

/* How telling the least telling is: its bytes that are not LITERAL_BLANK; 0 if there is none. */
size_t literals_least(const struct literals *set);
bool literals_same(const struct literals *a, const struct literals *b); /* whatever the order */

/*
 * A byte of a literal as a test of a text's byte in lower case: (byte & *mask) equals what is returned. What it says is
 * there passes; of LITERAL_BLANK and LITERAL_DIGIT some punctuation, too.
 */
unsigned char literal_test(char byte, unsigned char *mask);

/* Fills *out; all counts 0 and the widest reach if nothing is known. */
void literals_find(const char *pattern, struct literals_found *out);

#endif
