/*
 * columns: what each column of a table, or each field of cards, holds. Learned from the first rows: by the share of
 * their values that look like something, by how the words beside an address recur in it ("Ann Hill" in
 * "ann.hill@acme.example", "ACME GmbH" behind its '@'), and by what the header says, which never decides alone against
 * the values.
 */
#ifndef HOLDFAST_CONTACT_COLUMNS_H
#define HOLDFAST_CONTACT_COLUMNS_H

#include "extract/content.h"

#include <stdbool.h>
#include <stdint.h>

enum { COLUMNS_MOST = 512 }; /* of a table; the values of further ones are told by their form */

enum column_role {
    ROLE_OTHER, /* nothing of a contact's; an address in it is still found */
    ROLE_EMAIL,
    ROLE_PHONE,
    ROLE_PROFILE,
    ROLE_REACH, /* addresses and numbers by turns: how to reach somebody */
    ROLE_NAME,
    ROLE_PART, /* of a name: first, last */
    ROLE_COMPANY,
    ROLE_TITLE,
    ROLE_MIXED, /* various: each value by itself */
    ROLES
};

/* Of the columns of a table, by their place; that of others is ROLE_MIXED. */
struct column_roles {
    uint32_t used;
    unsigned char of[COLUMNS_MOST]; /* enum column_role */
};

struct columns;

struct columns *columns_new(void); /* NULL: no memory */
void columns_free(struct columns *c);
void columns_clear(struct columns *c);

/* Is the row a header rather than the first of the values: words only? It is remembered for columns_decide. */
bool columns_header(struct columns *c, const struct row *row);
void columns_learn(struct columns *c, const struct row *row);

/* Enough is learned. Says whether what columns_header took for a header was one. */
bool columns_decide(struct columns *c);
const struct column_roles *columns_roles(const struct columns *c); /* as they are now and will be; the callee's */
enum column_role columns_role_of(struct columns *c, const struct cell *cell);

#endif
