/*
 * world: a repository with a few versions in it, a configuration of two mounts, and a control server, in a scratch
 * folder.
 */
#ifndef HOLDFAST_TESTS_CONTROL_WORLD_H
#define HOLDFAST_TESTS_CONTROL_WORLD_H

#include "base/clock.h"
#include "base/fdio.h"
#include "control/client.h"
#include "control/control.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cmocka.h>

#define T0 INT64_C(1795312800000000000) /* 2026-11-22T02:00:00Z */

enum { ALICE_UID = 54321, BOB_UID = 54322 };

struct world {
    char folder[64];
    struct config *config;
    struct record_writer *writer;
    struct board *boards[2];
    struct control_mount mounts[2];
    struct control_host host;
    struct control_server *server;
    int listen_fd;
    int synced;
};

static inline void must(int err, const struct error *e)
{
    if (err < 0)
        fail_msg("%d: %s", err, e->text);
}

static inline int world_sync(void *ctx, struct error *e)
{
    (void)e;
    ((struct world *)ctx)->synced++;
    return 0;
}

static inline void world_write_conf(struct world *w)
{
    char path[128];
    snprintf(path, sizeof path, "%s/fs.conf", w->folder);
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    fprintf(f,
            "[company]\nname = N\nrepository = %1$s/company.git\n[device]\nname = lt-1\nkey = %1$s/device.key\n"
            "[state]\nrun = %1$s/run\nspool = %1$s/spool\nindex = %1$s/index\npolicy = %1$s/policy.d\n"
            "[mount \"work\"]\npath = %1$s/Work\nrep = alice\nemail = alice@n.example\n"
            "[mount \"desk\"]\npath = %1$s/Desk\nrep = bob\nemail = bob@n.example\n",
            w->folder);
    assert_int_equal(fclose(f), 0);
    struct error e = {0};
    must(config_load(&w->config, path, &e), &e);
}

static inline struct record_setup world_setup(const struct world *w)
{
    return (struct record_setup){.repository = w->config->repository,
                                 .device = w->config->device_name,
                                 .device_key = w->config->device_key,
                                 .volume = "quarter"};
}

/* Commit one version; `text` NULL: a delete. `from`: a rename (then `text` is not read). */
static inline void world_commit(struct world *w, int mount, enum record_event event, const char *path, const char *from,
                                const char *text, int64_t saved_ns)
{
    struct error e = {0};
    struct record_batch *b = NULL;
    struct record_content content;
    const struct config_mount *m = &w->config->mounts[mount];
    struct record_version v = {.event = event,
                               .rep = m->rep,
                               .email = m->email,
                               .device = w->config->device_name,
                               .mount = m->name,
                               .path = path,
                               .from = from,
                               .mode = event == RECORD_SYMLINK ? S_IFLNK | 0777 : S_IFREG | 0640,
                               .app = "/usr/bin/vim.basic",
                               .pid = 77,
                               .uid = 1000,
                               .session = 3,
                               .saved_ns = saved_ns};
    must(record_batch_begin(w->writer, &b, &e), &e);
    if (text != NULL) {
        must(record_batch_add_bytes(b, text, strlen(text), &content, &e), &e);
        v.has_content = true;
        v.bytes = content.bytes;
        v.xxh3 = content.xxh3;
        v.blob = content.blob;
        v.mime = "text/csv";
        v.charset = "utf-8";
        memcpy(v.sha256, content.sha256, sizeof v.sha256);
    }
    must(record_batch_commit(b, &v, &e), &e);
    must(record_batch_finish(b, &e), &e);
}

static inline void world_fill_record(struct world *w)
{
    struct error e = {0};
    struct record_setup setup = world_setup(w);
    must(record_init(&setup, NULL, NULL, &e), &e);
    must(record_open_writer(&w->writer, &setup, &e), &e);
    int64_t minute = 60 * NS_PER_SEC;
    world_commit(w, 0, RECORD_SAVE, "Prospects/acme.csv", NULL, "a\nb\nc\n", T0);
    world_commit(w, 0, RECORD_SAVE, "Prospects/acme.csv", NULL, "a\nB\nc\nd\n", T0 + minute);
    world_commit(w, 0, RECORD_SAVE, "odd\n\"\xff.txt", NULL, "odd", T0 + 2 * minute);
    world_commit(w, 0, RECORD_SYMLINK, "link", "Prospects/acme.csv", "Prospects/acme.csv", T0 + 3 * minute);
    world_commit(w, 0, RECORD_DELETE, "odd\n\"\xff.txt", NULL, NULL, T0 + 4 * minute);
    world_commit(w, 1, RECORD_SAVE, "Prospects/acme.csv", NULL, "bob's\n", T0 + 5 * minute);
}

static inline void world_listen(struct world *w)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    snprintf(address.sun_path, sizeof address.sun_path, "%s/control.sock", w->config->run);
    assert_int_equal(mkdir(w->config->run, 0755), 0);
    w->listen_fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(bind(w->listen_fd, (struct sockaddr *)&address, sizeof address), 0);
    assert_int_equal(chmod(address.sun_path, 0666), 0);
    assert_int_equal(listen(w->listen_fd, 64), 0);
}

static inline void world_serve(struct world *w)
{
    struct error e = {0};
    for (int i = 0; i < 2; i++) {
        int fd = board_create();
        w->boards[i] = board_map(fd);
        assert_non_null(w->boards[i]);
        close(fd);
        atomic_store(&w->boards[i]->mount.pid, 1234);
        w->mounts[i] = (struct control_mount){
            .mount = &w->config->mounts[i], .board = w->boards[i], .owner_uid = i == 0 ? ALICE_UID : BOB_UID};
    }
    w->host =
        (struct control_host){.config = w->config, .mounts = w->mounts, .mount_count = 2, .sync = world_sync, .ctx = w};
    world_listen(w);
    must(control_start(&w->server, w->listen_fd, &w->host, &e), &e);
}

static inline void world_open(struct world *w)
{
    *w = (struct world){.listen_fd = -1};
    strcpy(w->folder, "/tmp/holdfast-control-XXXXXX");
    assert_non_null(mkdtemp(w->folder));
    assert_int_equal(chmod(w->folder, 0755), 0);
    world_write_conf(w);
    world_fill_record(w);
}

static inline void world_close(struct world *w)
{
    char command[160];
    control_stop(w->server);
    fd_close(&w->listen_fd);
    if (w->writer != NULL)
        record_close_writer(w->writer);
    config_free(w->config);
    snprintf(command, sizeof command, "rm -rf -- %s", w->folder);
    assert_int_equal(system(command), 0);
}

#endif
