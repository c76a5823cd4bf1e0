#include "save/upkeep.h"

#include "base/clock.h"
#include "base/fdio.h"
#include "base/log.h"
#include "record/record.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Of the repository folder: its time is that of the last full repack. */
static const char stamp_name[] = "holdfast-repacked";

#define FULL_APART_NS (INT64_C(24) * 3600 * NS_PER_SEC)

/* ioprio_set(2) has no header in the C library. */
enum { IOPRIO_WHO_THIS_THREAD = 1, IOPRIO_IDLE = 3 << 13 };

static int open_folder(const char *path) { return open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC); }

static size_t count_packs(int repository_fd, int64_t *bytes)
{
    int fd = openat(repository_fd, "objects/pack", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *dir = fd < 0 ? NULL : fdopendir(fd);
    size_t packs = 0;
    struct stat st;
    *bytes = 0;
    if (dir == NULL) {
        fd_close(&fd);
        return 0;
    }
    for (struct dirent *entry; (entry = readdir(dir)) != NULL;) {
        size_t len = strlen(entry->d_name);
        if (len <= 5 || strcmp(entry->d_name + len - 5, ".pack") != 0)
            continue;
        packs++;
        *bytes += fstatat(fd, entry->d_name, &st, AT_SYMLINK_NOFOLLOW) == 0 ? st.st_size : 0;
    }
    closedir(dir);
    return packs;
}

bool upkeep_is_due(const struct upkeep *u, int64_t mono_now_ns, int64_t idle_ms, bool *full)
{
    struct stat st;
    if (atomic_load(&u->running) || idle_ms < UPKEEP_IDLE_MS ||
        (u->last_ns != 0 && mono_now_ns - u->last_ns < UPKEEP_APART_MS * NS_PER_MS))
        return false;
    fd_auto fd = open_folder(u->repository);
    if (fd < 0)
        return false;
    int64_t bytes;
    size_t packs = count_packs(fd, &bytes);
    bool stamped = fstatat(fd, stamp_name, &st, AT_SYMLINK_NOFOLLOW) == 0;
    *full = packs > 1 && bytes <= UPKEEP_FULL_MOST_BYTES &&
            (!stamped || clock_real_ns() - clock_from_timespec(st.st_mtim) > FULL_APART_NS);
    return packs > UPKEEP_PACKS;
}

static void put_stamp(const char *repository)
{
    fd_auto dir = open_folder(repository);
    fd_auto fd = dir < 0 ? -1 : openat(dir, stamp_name, O_WRONLY | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0644);
    if (fd >= 0)
        futimens(fd, NULL);
}

struct job {
    struct upkeep *upkeep;
    bool full;
};

static void *work(void *arg)
{
    struct job job = *(struct job *)arg;
    struct error e = {0};
    free(arg);
    setpriority(PRIO_PROCESS, (id_t)gettid(), 19); /* of this thread, and of what it starts */
    syscall(SYS_ioprio_set, IOPRIO_WHO_THIS_THREAD, 0, IOPRIO_IDLE);
    int more = record_maintain(job.upkeep->repository, job.full, &e);
    if (more < 0)
        log_warn("repacking: %s", e.text);
    else if (job.full && more == 0)
        put_stamp(job.upkeep->repository);
    atomic_store(&job.upkeep->running, false);
    return NULL;
}

void upkeep_start(struct upkeep *u, int64_t mono_now_ns, bool full)
{
    pthread_t thread;
    struct job *job = malloc(sizeof *job);
    u->last_ns = mono_now_ns;
    if (job == NULL)
        return;
    *job = (struct job){u, full};
    atomic_store(&u->running, true);
    if (pthread_create(&thread, NULL, work, job) == 0) {
        pthread_detach(thread);
        return;
    }
    atomic_store(&u->running, false);
    free(job);
}
