#include "proc/pins.h"

#include "base/fdio.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* Index of the first pin whose number is not below `number`. */
static size_t find(const struct pins *p, uint64_t number)
{
    size_t low = 0, high = p->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (p->list[middle].number < number)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static int grow(struct pins *p)
{
    size_t room = p->room ? p->room * 2 : 16;
    struct pin *list = reallocarray(p->list, room, sizeof *list);
    if (list == NULL)
        return -ENOMEM;
    p->list = list;
    p->room = room;
    return 0;
}

int pins_add(struct pins *p, uint64_t number, int fd)
{
    size_t at = find(p, number);
    if (at < p->count && p->list[at].number == number) {
        fd_close(&p->list[at].fd);
        p->list[at].fd = fd;
        return 0;
    }
    if (p->count == p->room && grow(p) < 0) {
        fd_close(&fd);
        return -ENOMEM;
    }
    memmove(p->list + at + 1, p->list + at, (p->count - at) * sizeof *p->list);
    p->list[at] = (struct pin){number, fd};
    p->count++;
    return 0;
}

void pins_remove(struct pins *p, uint64_t number)
{
    size_t at = find(p, number);
    if (at == p->count || p->list[at].number != number)
        return;
    fd_close(&p->list[at].fd);
    p->count--;
    memmove(p->list + at, p->list + at + 1, (p->count - at) * sizeof *p->list);
}

void pins_free(struct pins *p)
{
    for (size_t i = 0; i < p->count; i++)
        fd_close(&p->list[i].fd);
    free(p->list);
    *p = (struct pins){0};
}
