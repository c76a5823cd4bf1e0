#include "analyse/alike.h"

#include <errno.h>
#include <stdlib.h>

/* Per draft that shares something, how many fingerprints: an open-addressed table that grows. */
struct tally {
    struct tally_slot {
        uint64_t draft;
        uint32_t shared; /* 0: the slot is free */
    } * slots;
    size_t room, used; /* room: a power of two */
};

static struct tally_slot *slot_of(struct tally *t, uint64_t draft)
{
    size_t at = (size_t)(draft * UINT64_C(0x9e3779b97f4a7c15) >> 32) & (t->room - 1);
    while (t->slots[at].shared > 0 && t->slots[at].draft != draft)
        at = (at + 1) & (t->room - 1);
    return &t->slots[at];
}

static int grow(struct tally *t)
{
    struct tally wider = {.room = t->room == 0 ? 64 : t->room * 2, .used = t->used};
    wider.slots = calloc(wider.room, sizeof *wider.slots);
    if (wider.slots == NULL)
        return -ENOMEM;
    for (size_t i = 0; i < t->room; i++)
        if (t->slots[i].shared > 0)
            *slot_of(&wider, t->slots[i].draft) = t->slots[i];
    free(t->slots);
    *t = wider;
    return 0;
}

static int count_one(struct tally *t, uint64_t draft)
{
    int err = t->used * 2 >= t->room ? grow(t) : 0;
    if (err < 0)
        return err;
    struct tally_slot *slot = slot_of(t, draft);
    t->used += slot->shared == 0;
    slot->draft = draft;
    slot->shared++;
    return 0;
}

static void tell(const struct tally *t, size_t of, struct facts *f)
{
    for (size_t i = 0; i < t->room; i++) {
        uint32_t percent = (uint32_t)((uint64_t)t->slots[i].shared * 100 / of);
        f->shared = percent > f->shared ? percent : f->shared;
        f->twins += percent >= TWIN_PERCENT;
    }
}

int alike_measure(const struct known *texts, uint64_t own, const uint64_t *prints, size_t count, struct facts *f)
{
    struct tally t = {0};
    int err = 0;
    while (count > 0 && prints[count - 1] >= texts->whole)
        count--; /* of these the table does not hold all */
    if (count < ALIKE_LEAST)
        return 0;
    count = count < ALIKE_MOST ? count : ALIKE_MOST;
    for (size_t i = 0; i < count && err == 0; i++) {
        const struct known_text *at = NULL;
        size_t found = known_find_text(texts, prints[i], &at);
        for (size_t k = 0; k < found && err == 0; k++)
            err = at[k].draft != own ? count_one(&t, at[k].draft) : 0;
    }
    if (err == 0)
        tell(&t, count, f);
    free(t.slots);
    return err;
}
