/*
 * folder: a folder of its own for each test, contacts to fill an index with, and what is asked of it.
 */
#ifndef HOLDFAST_TESTS_INDEX_FOLDER_H
#define HOLDFAST_TESTS_INDEX_FOLDER_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "index/index.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { EMAIL = 0, PHONE = 1, NAME = 3, COMPANY = 4, ROW_KEYS = 4 };

static char folder[64], index_path[80];

static int make_folder(void **state)
{
    (void)state;
    strcpy(folder, "/tmp/test_index.XXXXXX");
    if (mkdtemp(folder) == NULL)
        return -1;
    snprintf(index_path, sizeof index_path, "%s/index", folder);
    return 0;
}

static int remove_folder(void **state)
{
    (void)state;
    index_remove(index_path, NULL);
    rmdir(index_path);
    return rmdir(folder);
}

static inline uint64_t mixed(uint64_t x)
{
    x = (x ^ x >> 31) * UINT64_C(0x7fb5d329728ea185);
    x = (x ^ x >> 27) * UINT64_C(0x81dadef4bc2dd44d);
    return x ^ x >> 33;
}

static inline uint64_t key_of(unsigned kind, uint64_t value)
{
    return (mixed(value * 8 + kind + 1) & ~UINT64_C(7)) | kind;
}

/* Contact number `who`: an email, a phone and a name of its own, and one of a hundred companies. */
static inline size_t put_contact(struct index_row_key *keys, uint32_t row, uint64_t who)
{
    static const unsigned kinds[ROW_KEYS] = {EMAIL, PHONE, NAME, COMPANY};
    for (size_t i = 0; i < ROW_KEYS; i++)
        keys[i] = (struct index_row_key){.key = key_of(kinds[i], kinds[i] == COMPANY ? who % 100 : who), .row = row};
    return ROW_KEYS;
}

static inline struct index_row_key *contacts_from(uint64_t first, size_t count)
{
    struct index_row_key *keys = malloc(count * ROW_KEYS * sizeof *keys);
    assert_non_null(keys);
    for (size_t i = 0; i < count; i++)
        put_contact(keys + i * ROW_KEYS, (uint32_t)i, first + i);
    return keys;
}

static inline struct index_version version_named(uint64_t lineage, uint64_t number)
{
    struct index_version v = {.lineage = lineage, .number = number};
    uint64_t word = mixed(lineage * 1000003 + number);
    memcpy(v.blob, &word, sizeof word);
    return v;
}

static inline struct index *open_writer(void)
{
    struct index *x = NULL;
    struct error e = {0};
    if (index_open_writer(&x, index_path, &e) != 0)
        fail_msg("%s", e.text);
    return x;
}

static inline void begin(struct index *x)
{
    struct error e = {0};
    if (index_begin(x, &e) != 0)
        fail_msg("%s", e.text);
}

static inline void commit(struct index *x)
{
    struct error e = {0};
    if (index_commit(x, &e) != 0)
        fail_msg("%s", e.text);
}

static inline void add(struct index *x, uint64_t lineage, uint64_t number, const struct index_row_key *keys,
                       size_t count)
{
    struct error e = {0};
    struct index_version v = version_named(lineage, number);
    if (index_add(x, &v, keys, count, NULL, 0, &e) != 0)
        fail_msg("%s", e.text);
}

static inline void add_contacts(struct index *x, uint64_t lineage, uint64_t number, uint64_t first, size_t count)
{
    struct index_row_key *keys = contacts_from(first, count);
    add(x, lineage, number, keys, count * ROW_KEYS);
    free(keys);
}

/* "5:1-3 7:2-" : lineage 5 from version 1 until 3, lineage 7 from 2 on. */
static int note_holding(void *ctx, const struct index_holding *h)
{
    char *to = ctx;
    struct index_version v = version_named(h->since.lineage, h->since.number);
    assert_memory_equal(v.blob, h->since.blob, sizeof v.blob);
    to += strlen(to);
    to += sprintf(to, "%llu:%llu-", (unsigned long long)h->since.lineage, (unsigned long long)h->since.number);
    sprintf(to, h->until ? "%llu " : " ", (unsigned long long)h->until);
    return 0;
}

static inline void expect_holdings(struct index *x, uint64_t key, const char *expected)
{
    char got[4096] = "";
    struct error e = {0};
    if (index_find(x, key, note_holding, got, &e) != 0)
        fail_msg("%s", e.text);
    assert_string_equal(got, expected);
}

#endif
