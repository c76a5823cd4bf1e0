/*
 * value: single values that their own form tells: an e-mail address, a phone number, a person's profile.
 */
#ifndef HOLDFAST_CONTACT_VALUE_H
#define HOLDFAST_CONTACT_VALUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct span {
    const char *text;
    size_t len;
};

/* Without white space (no-break space too), quotes and angle brackets around it. */
struct span span_trim(const char *text, size_t len);

/* ---- e-mail ---- */

enum { EMAIL_BYTES = 254, EMAIL_LOCAL_BYTES = 64, EMAIL_LABEL_BYTES = 63 };

/*
 * Is the whole value one address: "Ann@acme.example", "<ann@acme.example>", "mailto:ann@acme.example", or one written
 * for people only, when nothing else can be meant: "ann at acme dot example", "ann(at)acme.example"? Its length in
 * `out`, lower case; 0 if not.
 */
size_t email_take(const char *text, size_t len, char *out, size_t room);

/* The next address with an '@' at or after *at, which then stands behind it. Linear over all calls. */
bool email_next(const char *text, size_t len, size_t *at, struct span *found);

/* ---- phone ---- */

/* How sure can one be of a phone number by its writing alone? */
enum phone_form {
    PHONE_NONE,
    PHONE_BARE,   /* nothing but 7 to 15 digits: an id as well as a number */
    PHONE_LIKELY, /* digits in groups as a phone's may be: "912 345 678", "555-0101" */
    PHONE_SURE,   /* "+49 (0)30 1234-567", "030/1234567", "(555) 010-1234", "555-010-1234" */
};

struct phone {
    enum phone_form form;
    uint32_t count;   /* of the digits: 7 to 15 */
    char digits[15];  /* without extension and "(0)", with "00" */
    bool has_country; /* a '+' stood before */
};

/* The whole value, "Tel.: " and an extension apart. */
struct phone phone_parse(const char *text, size_t len);

/* ---- profile ---- */

/* Is the whole value the address of a person's profile, with or without scheme? Its key in `out`; 0 if not. */
size_t profile_take(const char *text, size_t len, char *out, size_t room);

#endif
