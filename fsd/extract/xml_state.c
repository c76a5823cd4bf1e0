#include "extract/xml_state.h"

#include <errno.h>
#include <string.h>

/* FNV-1a of a name behind its prefix; *local is where that begins. */
static uint32_t hash_name(const char *name, const char **local)
{
    const uint32_t basis = 2166136261u;
    uint32_t hash = basis;
    *local = name;
    for (const char *p = name; *p != 0; p++) {
        if (*p == ':') {
            hash = basis;
            *local = p + 1;
        } else {
            hash = (hash ^ (unsigned char)*p) * 16777619u;
        }
    }
    return hash ^ hash >> 15;
}

static void learn_words(struct xml_state *s)
{
    for (size_t i = 0; i < s->h.word_count && i < XML_WORDS; i++) {
        const char *local;
        uint32_t slot = hash_name(s->h.words[i].name, &local) % XML_SLOTS;
        while (s->slots[slot] != NULL)
            slot = (slot + 1) % XML_SLOTS;
        s->slots[slot] = &s->h.words[i];
    }
}

static int find_tag(const struct xml_state *s, const char *local, uint32_t hash)
{
    uint32_t slot = hash % XML_SLOTS;
    for (; s->slots[slot] != NULL; slot = (slot + 1) % XML_SLOTS)
        if (strcmp(s->slots[slot]->name, local) == 0)
            return s->slots[slot]->tag;
    return XML_OTHER;
}

void xml_state_init(struct xml_state *s, const struct xml_handler *h)
{
    s->h = *h;
    learn_words(s);
}

static int stop(struct xml_state *s, int err)
{
    if (s->err == 0 && err < 0)
        s->err = err;
    return s->err;
}

int xml_state_begin(struct xml_state *s, const char *name, const char **attrs)
{
    if (s->err < 0)
        return s->err;
    if (s->depth == XML_DEPTH)
        return stop(s, -EBADMSG);
    const char *local;
    uint32_t hash = hash_name(name, &local);
    int tag = s->skip > 0 ? XML_OTHER : find_tag(s, local, hash);
    s->open[s->depth].name = hash;
    s->open[s->depth++].tag = tag;
    if (s->skip > 0)
        return 0;
    int answer = s->h.begin(s->h.ctx, tag, attrs);
    if (answer == XML_SKIP)
        s->skip = s->depth;
    return stop(s, answer);
}

int xml_state_end(struct xml_state *s)
{
    if (s->err < 0)
        return s->err;
    int tag = s->open[--s->depth].tag;
    if (s->skip == 0)
        return stop(s, s->h.end(s->h.ctx, tag));
    if (s->depth < s->skip)
        s->skip = 0;
    return 0;
}

int xml_state_text(struct xml_state *s, const char *utf8, size_t len)
{
    if (s->err < 0 || s->skip > 0)
        return s->err;
    return stop(s, s->h.text(s->h.ctx, utf8, len));
}

bool xml_state_is_open(const struct xml_state *s, const char *name)
{
    const char *local;
    return s->depth > 0 && s->open[s->depth - 1].name == hash_name(name, &local);
}
