/*
 * facts: what is known of a file's content, in numbers and words that no file can forge. They go into the policy
 * engine, into the trailers of a version and, field by field, into `policy explain`.
 *
 * Counts are lower bounds when FACT_CUT is set: a limit was reached, and the rest of the file was not looked at.
 */
#ifndef HOLDFAST_POLICY_FACTS_H
#define HOLDFAST_POLICY_FACTS_H

#include <stdint.h>

/* What a value can be of a contact: told by the value alone, whatever the column is called. */
enum contact_kind {
    CONTACT_EMAIL,
    CONTACT_PHONE,
    CONTACT_PROFILE, /* URL of a person's profile: LinkedIn, Xing ... */
    CONTACT_NAME,    /* a person's */
    CONTACT_COMPANY,
    CONTACT_TITLE, /* "Head of Procurement" */
    CONTACT_KINDS
};

enum fact_flag {
    FACT_UNREADABLE = 1u << 0, /* broken, or the inspector died of it */
    FACT_ENCRYPTED = 1u << 1,  /* it, or something in it */
    FACT_MISMATCH = 1u << 2,   /* its name's extension says another type than its content */
    FACT_CUT = 1u << 3,        /* a limit (bytes, depth, entries, ratio, time) was reached */
    FACT_WRAPPED = 1u << 4,    /* what is told of was found inside an archive or an encoding */
    FACT_TABLE = 1u << 5,      /* it has rows of cells, or cards */
    FACT_TEXT = 1u << 6,       /* it has running text */
    FACT_MAIL = 1u << 7,       /* it is a message or a mailbox */
    FACT_CODE = 1u << 8,       /* it is a program's source, configuration or log */
};

enum { TWIN_PERCENT = 60 };

struct facts {
    char mime[96];    /* "text/csv"; [a-z0-9.+/-] only */
    char charset[32]; /* same alphabet */
    uint32_t flags;   /* enum fact_flag */

    /* Contacts: rows or cards with at least two kinds, one of them an email, a phone or a profile. */
    uint32_t contacts;
    uint32_t rich;   /* of them: with three kinds or more */
    uint32_t kinds;  /* bit 1 << contact_kind: found in contacts */
    uint32_t rows;   /* rows with a value, the header not counted; cards */
    uint32_t emails; /* addresses anywhere, in rows or in text */

    uint32_t words; /* of the running text */
    uint32_t draft; /* 0 to 100: how much it has the shape of a post for a social network */
    uint32_t hashtags;
    uint32_t mentions; /* @name */
    uint32_t links;
    uint32_t posts; /* cells of a table that have that shape, in columns where most have: a content calendar */

    uint32_t marks;    /* "confidential", "internal only" as a mark, not as a word in a sentence */
    uint32_t cards;    /* payment card numbers (Luhn) */
    uint32_t ibans;    /* with a right checksum */
    uint32_t ids;      /* national ids with a right checksum or in an unmistakable context */
    uint32_t health;   /* a person beside a condition */
    uint32_t pipeline; /* deal, stage, quota, forecast wording, amounts beside names */

    /* What only a comparison with the company's own record tells. Where there is none to ask, compared is 0, and so are
     * these. */
    uint32_t compared;  /* 1: it was asked */
    uint32_t prospects; /* persons, companies and addresses in the text that the company's prospect lists hold */
    uint32_t shared;    /* percent of the draft that one other text of the same rep has, too: the most alike */
    uint32_t twins;     /* how many other texts of the same rep have TWIN_PERCENT of the draft, or more */
};

#endif
