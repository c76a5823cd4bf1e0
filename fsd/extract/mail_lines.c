#include "extract/mail_lines.h"

#include <errno.h>
#include <string.h>

/* Move what is left to the front and read behind it: how many bytes came. */
static ssize_t fill(struct mail_lines *s)
{
    if (limits_is_over(s->l))
        return -ECANCELED;
    memmove(s->room, s->room + s->at, s->len - s->at);
    s->len -= s->at;
    s->at = 0;
    ssize_t n = input_read(s->in, s->room + s->len, sizeof s->room - s->len);
    if (n > 0)
        s->len += (size_t)n;
    return n;
}

int mail_lines_next(struct mail_lines *s, struct mail_line *out)
{
    char *end = memchr(s->room + s->at, '\n', s->len - s->at);
    if (end == NULL && (s->at > 0 || s->len == 0)) {
        size_t had = s->len - s->at;
        ssize_t n = fill(s);
        if (n < 0)
            return (int)n;
        end = memchr(s->room + had, '\n', s->len - had);
    }
    size_t len = end ? (size_t)(end - (s->room + s->at)) : s->len - s->at;
    if (len == 0 && end == NULL)
        return 0;
    *out = (struct mail_line){.text = s->room + s->at, .len = len, .begins = !s->is_inside, .ends = end != NULL};
    s->at += len + (end != NULL);
    s->is_inside = end == NULL;
    if (end != NULL && len > 0 && out->text[len - 1] == '\r')
        out->len--;
    return 1;
}
