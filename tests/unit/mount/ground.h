/* What the mount's unit tests stand on: a table in shared memory that may be opened anew, as after a death, and a
 * folder as a store. */
#ifndef TESTS_MOUNT_GROUND_H
#define TESTS_MOUNT_GROUND_H

#include "mount/backing.h"
#include "mount/handle.h"
#include "mount/mount.h"
#include "mount/node.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include <cmocka.h>

struct ground {
    int table_fd;
    struct shared *shared;
    struct nodes nodes;
    struct handles handles;
};

static const struct stat ground_root = {.st_dev = 1, .st_ino = 2, .st_mode = S_IFDIR | 0755};

static void ground_index(struct ground *g)
{
    static const struct journal_handle none;
    g->shared = shared_map(g->table_fd);
    assert_non_null(g->shared);
    assert_int_equal(nodes_open(&g->nodes, g->shared, &ground_root, &none), 0);
    assert_int_equal(handles_open(&g->handles, g->shared, &g->nodes), 0);
}

static void ground_forget_private(struct ground *g)
{
    names_close(g->nodes.names);
    free(g->nodes.hash);
    free(g->nodes.free);
    munmap(g->nodes.use, sizeof *g->nodes.use * NODES_MOST);
    free(g->handles.free);
    munmap(g->handles.fds, sizeof *g->handles.fds * HANDLES_MOST);
    munmap(g->shared, sizeof *g->shared);
}

/* The child dies: all that it had worked out is gone, its successor begins with the shared memory alone. */
static inline void ground_die(struct ground *g)
{
    ground_forget_private(g);
    ground_index(g);
}

static int ground_set_up(void **state)
{
    struct ground *g = calloc(1, sizeof *g);
    g->table_fd = mount_create_table();
    assert_true(g->table_fd >= 0);
    ground_index(g);
    *state = g;
    return 0;
}

static int ground_tear_down(void **state)
{
    struct ground *g = *state;
    ground_forget_private(g);
    close(g->table_fd);
    free(g);
    return 0;
}

static void ground_no_handle(void *ctx, struct journal_handle *out)
{
    (void)ctx;
    *out = (struct journal_handle){0};
}

static inline uint32_t ground_look_up(struct ground *g, uint32_t parent, const char *name, uint64_t ino, mode_t type)
{
    struct stat st = {.st_dev = 1, .st_ino = ino, .st_mode = type};
    return node_lookup(&g->nodes, parent, name, &st, ground_no_handle, NULL);
}

/* As the mount does when the kernel forgets. True: nothing refers to it any more. */
static inline bool ground_forget(struct ground *g, uint32_t node, uint64_t count)
{
    struct node_record last;
    bool gone = node_forget(&g->nodes, node, count, &last);
    if (gone)
        node_free_if_unused(&g->nodes, node);
    return gone;
}

static inline void ground_expect_path(struct ground *g, uint32_t node, const char *expected)
{
    buf_auto path = {0};
    bool named = node_path(&g->nodes, node, &path);
    assert_int_equal(named, expected != NULL);
    if (named)
        assert_string_equal(path.data ? path.data : "", expected);
}

#endif
