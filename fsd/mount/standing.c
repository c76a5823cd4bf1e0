#include "mount/standing.h"

#include "base/clock.h"
#include "base/fdio.h"
#include "mount/gate.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

static bool get_fact(struct mount *m, uint64_t ino, struct fact *out)
{
    pthread_mutex_lock(&m->facts_lock);
    bool known = m->facts != NULL && facts_get(m->facts, ino, out);
    pthread_mutex_unlock(&m->facts_lock);
    return known;
}

/* Created through us, and what is known of its number is of a file that had it before. */
static bool is_of_a_former(const struct node_record *r, const struct fact *fact)
{
    return r->flags & NODE_BORN || (r->born_seq != 0 && fact->kept_seq < r->born_seq);
}

static void set_class(char to[static FACT_CLASS_BYTES], const char *name)
{
    snprintf(to, FACT_CLASS_BYTES, "%s", name);
}

static void copy_inherited(struct mount *m, uint32_t node, char class_name[static FACT_CLASS_BYTES])
{
    pthread_mutex_lock(&m->nodes.lock);
    const char *inherited = names_get(m->nodes.names, node_at(&m->nodes, node)->heir);
    set_class(class_name, inherited[0] ? inherited : STANDING_NO_CLASS);
    pthread_mutex_unlock(&m->nodes.lock);
}

void standing_look(struct mount *m, uint32_t node, struct standing *out)
{
    const struct node_record *r = node_at(&m->nodes, node);
    out->is_known = get_fact(m, r->ino, &out->fact) && !is_of_a_former(r, &out->fact);
    if (out->is_known)
        set_class(out->class_name, out->fact.class_name[0] ? out->fact.class_name : STANDING_NO_CLASS);
    else
        copy_inherited(m, node, out->class_name);
}

/* Neither changed since, as far as its times say, nor about to be. A rename or chmod moves the ctime alone, and while
 * we look on nobody changes bytes and puts the mtime back unnoticed. */
static bool is_as_kept(struct mount *m, const struct fact *fact, const struct stat *st)
{
    return fact->size == (uint64_t)st->st_size && fact->mtime_ns == clock_from_timespec(st->st_mtim) &&
           (fact->ctime_ns == clock_from_timespec(st->st_ctim) || m->board->keeper.reconciled);
}

bool standing_is_current(struct mount *m, uint32_t node, const struct standing *s, uint64_t *size)
{
    struct stat st;
    const struct node_record *r = node_at(&m->nodes, node);
    fd_auto fd = backing_open(&m->backing, node, O_PATH | O_NOFOLLOW);
    if (fd < 0 || fstat(fd, &st) < 0)
        return false;
    *size = (uint64_t)st.st_size;
    return s->is_known && node_writers(&m->nodes, node) == 0 && !(r->flags & NODE_TOUCHED) &&
           gate_is_kept(m, r->ino, r->save_seq) && is_as_kept(m, &s->fact, &st);
}

bool standing_of_replaced(struct mount *m, uint64_t dev, uint64_t ino, char class_name[static FACT_CLASS_BYTES])
{
    struct standing s;
    uint32_t node = node_find(&m->nodes, dev, ino);
    if (node != 0)
        standing_look(m, node, &s);
    else
        set_class(s.class_name, get_fact(m, ino, &s.fact) ? s.fact.class_name : STANDING_NO_CLASS);
    memcpy(class_name, s.class_name, FACT_CLASS_BYTES);
    return class_name[0] != 0 && strcmp(class_name, STANDING_NO_CLASS) != 0;
}

void standing_inherit(struct mount *m, uint32_t node, const char *class_name)
{
    struct node_record *r = node_at(&m->nodes, node);
    pthread_mutex_lock(&m->nodes.lock);
    uint32_t before = r->heir, now = names_put(m->nodes.names, class_name);
    if (now != 0) { /* else it stays what it was: there is no room for names, and nothing else works either */
        r->heir = now;
        names_free(m->nodes.names, before);
    }
    pthread_mutex_unlock(&m->nodes.lock);
}

void standing_keep(struct mount *m, uint32_t node)
{
    struct standing s;
    standing_look(m, node, &s);
    if (s.is_known && strcmp(s.class_name, STANDING_NO_CLASS) != 0)
        standing_inherit(m, node, s.class_name);
}
