#include "extract/member.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

size_t member_most(const struct limits *l)
{
    return (size_t)LIMIT_MEMBER >> (l->depth < LIMIT_DEPTH ? l->depth : LIMIT_DEPTH);
}

unsigned char *member_reserve(struct member *m, size_t len)
{
    if (len > m->room - m->len) {
        size_t room = m->room < 4096 ? 4096 : 2 * m->room;
        if (room < m->len + len)
            room = m->len + len;
        unsigned char *data = realloc(m->data, room);
        if (data == NULL)
            return NULL;
        m->data = data;
        m->room = room;
    }
    return m->data + m->len;
}

int member_add(struct member *m, struct limits *l, const void *bytes, size_t len)
{
    int err = limits_count(l, len);
    if (err < 0)
        return err;
    if (len > m->most - m->len) {
        len = m->most - m->len;
        m->is_cut = true;
    }
    if (len == 0)
        return 0;
    unsigned char *to = member_reserve(m, len);
    if (to == NULL)
        return -ENOMEM;
    memcpy(to, bytes, len);
    m->len += len;
    return 0;
}

void member_free(struct member *m)
{
    free(m->data);
    *m = (struct member){0};
}

int member_count(struct limits *l) { return ++l->entries > LIMIT_ENTRIES || limits_is_over(l) ? -ECANCELED : 0; }
