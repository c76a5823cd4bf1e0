#include "event/facts_form.h"

#include <string.h>

/* ---- words ---- */

static uint32_t count_words(const struct facts_file *t)
{
    uint32_t count = atomic_load_explicit(&t->word_count, memory_order_acquire);
    return count < FACTS_WORDS_MOST ? count : FACTS_WORDS_MOST;
}

uint16_t facts_intern(struct facts_file *t, const char *text, bool *full)
{
    uint32_t count = count_words(t);
    size_t len = strnlen(text, sizeof t->words[0].text - 1);
    if (len == 0)
        return 0;
    for (uint32_t i = 1; i < count; i++)
        if (strncmp(t->words[i].text, text, len) == 0 && t->words[i].text[len] == 0)
            return (uint16_t)i;
    if (count == FACTS_WORDS_MOST) {
        *full = true;
        return 0;
    }
    struct facts_word *w = &t->words[count == 0 ? 1 : count];
    memset(w->text, 0, sizeof w->text);
    memcpy(w->text, text, len);
    atomic_store_explicit(&w->files, 0, memory_order_relaxed);
    atomic_store_explicit(&t->word_count, (uint32_t)(w - t->words) + 1, memory_order_release);
    return (uint16_t)(w - t->words);
}

const char *facts_word(const struct facts_file *t, uint16_t number)
{
    if (number == 0 || number >= count_words(t))
        return "";
    const char *text = t->words[number].text;
    return memchr(text, 0, sizeof t->words[0].text) != NULL ? text : "";
}

/* ---- entries ---- */

bool facts_pack(struct facts_file *t, const struct fact *from, struct facts_entry *to)
{
    bool full = false, no_class = false;
    *to = (struct facts_entry){.ino = from->ino,
                               .kept_seq = from->kept_seq,
                               .version = from->version,
                               .saved_ns = from->saved_ns,
                               .size = from->size,
                               .mtime_ns = from->mtime_ns,
                               .ctime_ns = from->ctime_ns,
                               .class_word = facts_intern(t, from->class_name, &no_class)};
    memcpy(to->oid, from->oid, sizeof to->oid);
    memcpy(to->findings, from->findings, sizeof to->findings);
    size_t used = 0;
    for (size_t i = 0; i < FACT_WORST; i++) {
        const struct fact_finding *f = &from->worst[i];
        uint16_t rule = facts_intern(t, f->rule, &full);
        if (rule != 0)
            to->worst[used++] = (struct facts_finding){f->line, f->column, rule, f->level, f->in_table};
    }
    return !no_class;
}

static void copy_word(char *to, size_t room, const char *from)
{
    size_t len = strnlen(from, room - 1);
    memcpy(to, from, len);
    to[len] = 0;
}

void facts_unpack(const struct facts_file *t, const struct facts_entry *from, struct fact *to)
{
    *to = (struct fact){.ino = from->ino,
                        .kept_seq = from->kept_seq,
                        .version = from->version,
                        .saved_ns = from->saved_ns,
                        .size = from->size,
                        .mtime_ns = from->mtime_ns,
                        .ctime_ns = from->ctime_ns};
    memcpy(to->oid, from->oid, sizeof to->oid);
    memcpy(to->findings, from->findings, sizeof to->findings);
    copy_word(to->class_name, sizeof to->class_name, facts_word(t, from->class_word));
    for (size_t i = 0; i < FACT_WORST && from->worst[i].rule != 0; i++) {
        const struct facts_finding *f = &from->worst[i];
        to->worst[i] = (struct fact_finding){f->level, f->in_table != 0, f->line, f->column, {0}};
        copy_word(to->worst[i].rule, sizeof to->worst[i].rule, facts_word(t, f->rule));
    }
}

/* ---- counts ---- */

/* There is one writer, and readers bear a number that is about to change. */
static void add_32(_Atomic uint32_t *to, int by)
{
    atomic_store_explicit(to, atomic_load_explicit(to, memory_order_relaxed) + (uint32_t)by, memory_order_relaxed);
}

static void add_64(_Atomic uint64_t *to, int by)
{
    uint64_t before = atomic_load_explicit(to, memory_order_relaxed);
    atomic_store_explicit(to, by < 0 ? before - 1 : before + 1, memory_order_relaxed);
}

void facts_tally(struct facts_file *t, const struct facts_entry *entry, int by)
{
    if (entry->class_word != 0 && entry->class_word < FACTS_WORDS_MOST)
        add_32(&t->words[entry->class_word].files, by);
    for (size_t level = FACT_LEVELS; level-- > 0;)
        if (entry->findings[level] > 0) {
            add_64(&t->levels[level], by);
            return;
        }
}

void facts_forget_tally(struct facts_file *t)
{
    for (size_t i = 0; i < FACTS_WORDS_MOST; i++)
        atomic_store_explicit(&t->words[i].files, 0, memory_order_relaxed);
    for (size_t i = 0; i < FACT_LEVELS; i++)
        atomic_store_explicit(&t->levels[i], 0, memory_order_relaxed);
}
