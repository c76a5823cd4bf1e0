#include "base/glob.h"
#include "config/keys.h"

#include <stdlib.h>
#include <string.h>

static void free_globs(struct config_globs *g)
{
    for (size_t i = 0; i < g->count; i++)
        free(g->globs[i]);
    free(g->globs);
}

static void free_key(const struct config_key *key, void *field)
{
    if (key->type == TYPE_GLOBS || key->type == TYPE_NAMES)
        free_globs(field);
    else if (key->type != TYPE_SIZE && key->type != TYPE_DURATION)
        free(*(char **)field);
}

void *config_section_base(struct config *c, enum config_section section, size_t item)
{
    return section == SECTION_MOUNT  ? (void *)&c->mounts[item]
           : section == SECTION_SINK ? (void *)&c->sinks[item]
                                     : (void *)c;
}

size_t config_section_items(const struct config *c, enum config_section section)
{
    return section == SECTION_MOUNT ? c->mount_count : section == SECTION_SINK ? c->sink_count : 1;
}

void config_free(struct config *c)
{
    if (c == NULL)
        return;
    for (size_t i = 0; i < config_key_count; i++) {
        const struct config_key *key = &config_keys[i];
        for (size_t k = 0; k < config_section_items(c, key->section); k++)
            free_key(key, (char *)config_section_base(c, key->section, k) + key->offset);
    }
    for (size_t k = 0; k < c->mount_count; k++)
        free(c->mounts[k].name);
    for (size_t k = 0; k < c->sink_count; k++)
        free(c->sinks[k].name);
    free(c->mounts);
    free(c->sinks);
    free(c->path);
    free(c);
}

const struct config_mount *config_find_mount(const struct config *c, const char *name)
{
    for (size_t i = 0; i < c->mount_count; i++)
        if (strcmp(c->mounts[i].name, name) == 0)
            return &c->mounts[i];
    return NULL;
}

bool config_is_departing(const struct config *c, const char *rep)
{
    for (size_t i = 0; i < c->guard_departing.count; i++)
        if (strcmp(c->guard_departing.globs[i], rep) == 0)
            return true;
    return false;
}

const struct config_sink *config_find_sink(const struct config *c, const char *name)
{
    for (size_t i = 0; i < c->sink_count; i++)
        if (strcmp(c->sinks[i].name, name) == 0)
            return &c->sinks[i];
    return NULL;
}

bool config_globs_match(const struct config_globs *g, const char *path)
{
    for (size_t i = 0; i < g->count; i++)
        if (glob_match(g->globs[i], path))
            return true;
    return false;
}
