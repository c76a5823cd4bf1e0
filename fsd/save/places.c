#include "save/places.h"

#include "base/path.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

static char *join(const char *folder, const char *rest)
{
    size_t len = strlen(folder), more = strlen(rest) + 1;
    char *path = malloc(len + more);
    if (path != NULL) {
        memcpy(path, folder, len);
        memcpy(path + len, rest, more);
    }
    return path;
}

/*
 * The name that `path` had before the batch moved folders (caller frees), or NULL: nothing that is there now can have
 * been in the record under a name of its own, or out of memory (*err).
 */
static char *name_before(const struct places *p, const char *path, int *err)
{
    char *name = strdup(path);
    for (size_t i = p->move_count; name != NULL && i-- > 0;) {
        const struct folder_move *m = &p->moves[i];
        const char *rest = path_below(name, m->to), *away = path_below(name, m->from);
        char *earlier = NULL;
        if (rest != NULL)
            earlier = join(m->from, rest);
        else if (away != NULL && m->both_ways)
            earlier = join(m->to, away);
        else if (away == NULL)
            continue;
        free(name);
        name = earlier;
        if (name == NULL && (rest != NULL || m->both_ways))
            *err = -ENOMEM;
        if (name == NULL)
            return NULL;
    }
    if (name == NULL)
        *err = -ENOMEM;
    return name;
}

static int fill_place(struct places *p, struct place *new, const char *path, uint64_t hash)
{
    int err = 0;
    char *before = name_before(p, path, &err);
    *new = (struct place){.path = strdup(path), .hash = hash, .vacated_by = -1, .file = no_file};
    new->known = before != NULL && p->known(p->ctx, before);
    free(before);
    return new->path == NULL ? -ENOMEM : err;
}

struct place *places_at(struct places *p, const char *path)
{
    uint64_t hash = XXH3_64bits(path, strlen(path));
    for (size_t i = 0; i < p->count; i++)
        if (p->list[i].hash == hash && strcmp(p->list[i].path, path) == 0)
            return &p->list[i];
    if (p->count == p->room) {
        size_t room = p->room ? p->room * 2 : 64;
        struct place *grown = reallocarray(p->list, room, sizeof *grown);
        if (grown == NULL)
            return NULL;
        p->list = grown;
        p->room = room;
    }
    struct place *new = &p->list[p->count];
    if (fill_place(p, new, path, hash) < 0) {
        free(new->path);
        return NULL;
    }
    p->count++;
    return new;
}

static int rename_place(struct place *at, const char *folder, const char *rest)
{
    char *path = join(folder, rest);
    if (path == NULL)
        return -ENOMEM;
    free(at->path);
    at->path = path;
    at->hash = XXH3_64bits(path, strlen(path));
    return 0;
}

static int note_move(struct places *p, const char *from, const char *to, bool both_ways)
{
    if (p->move_count == p->move_room) {
        size_t room = p->move_room ? p->move_room * 2 : 8;
        struct folder_move *grown = reallocarray(p->moves, room, sizeof *grown);
        if (grown == NULL)
            return -ENOMEM;
        p->moves = grown;
        p->move_room = room;
    }
    p->moves[p->move_count++] = (struct folder_move){from, to, both_ways};
    return 0;
}

/* What was at or below the new name of a folder is replaced by it; only empty folders can be. */
static void forget_below(struct places *p, const char *folder)
{
    for (size_t i = 0; i < p->count;) {
        if (path_below(p->list[i].path, folder) == NULL) {
            i++;
            continue;
        }
        free(p->list[i].path);
        p->list[i] = p->list[--p->count];
    }
}

int places_move_folder(struct places *p, const char *from, const char *to, bool both_ways)
{
    int err = note_move(p, from, to, both_ways);
    if (err == 0 && !both_ways)
        forget_below(p, to);
    for (size_t i = 0; i < p->count && err == 0; i++) {
        struct place *at = &p->list[i];
        const char *rest = path_below(at->path, from), *back = path_below(at->path, to);
        if (rest != NULL)
            err = rename_place(at, to, rest);
        else if (back != NULL && both_ways)
            err = rename_place(at, from, back);
    }
    return err;
}

void places_free(struct places *p)
{
    for (size_t i = 0; i < p->count; i++)
        free(p->list[i].path);
    free(p->list);
    free(p->moves);
    *p = (struct places){0};
}
