#include "index/state.h"

#include "base/fdio.h"
#include "index/index.h"

#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>
#include <xxhash.h>

enum { BOOT_BYTES = 40 };
#define STATE_MAGIC UINT64_C(0x3230585844494648) /* "HFIDXX02": the last two are the layout's version */

struct state {
    uint64_t magic;
    uint32_t word;
    uint32_t edition;      /* INDEX_EDITION */
    char boot[BOOT_BYTES]; /* as /proc/sys/kernel/random/boot_id; empty: not known */
    uint64_t sum;          /* XXH3 of what is before */
};

static uint64_t sum_of(const struct state *s) { return XXH3_64bits(s, offsetof(struct state, sum)); }

static void read_boot(char boot[static BOOT_BYTES])
{
    memset(boot, 0, BOOT_BYTES);
    fd_auto fd = open("/proc/sys/kernel/random/boot_id", O_RDONLY | O_CLOEXEC);
    if (fd >= 0 && read(fd, boot, BOOT_BYTES - 1) < 0)
        memset(boot, 0, BOOT_BYTES);
}

int state_open_writer(int *fd, const char *path, struct error *e)
{
    fd_auto opened = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (opened < 0)
        return error_sys(e, errno, "%s", path);
    if (flock(opened, LOCK_EX | LOCK_NB) < 0)
        return errno == EWOULDBLOCK ? error_set(e, EBUSY, "%s: another process writes this index", path)
                                    : error_sys(e, errno, "%s", path);
    *fd = fd_steal(&opened);
    return 0;
}

int state_open_reader(int *fd, const char *path, struct error *e)
{
    int opened = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (opened < 0)
        return errno == ENOENT ? -ENOENT : error_sys(e, errno, "%s", path);
    *fd = opened;
    return 0;
}

int state_read(int fd, enum state_word *word, struct error *e)
{
    struct state s = {0};
    ssize_t got = 0;
    for (int tries = 0; tries < 3; tries++) { /* a reader may come while the writer writes */
        got = fd_pread_full(fd, &s, sizeof s, 0);
        if (got <= 0 || (got == sizeof s && s.sum == sum_of(&s)))
            break;
    }
    if (got < 0)
        return error_sys(e, (int)got, "index: state");
    if (got == 0) {
        *word = STATE_NEW;
        return 0;
    }
    if (got != sizeof s || s.sum != sum_of(&s) || s.word > STATE_MARKED)
        return error_set(e, EILSEQ, "index: its state is damaged: run `holdfast index rebuild`");
    if (s.magic != STATE_MAGIC || s.edition != INDEX_EDITION)
        return error_set(e, EILSEQ, "index: made by another version of holdfast: run `holdfast index rebuild`");
    char boot[BOOT_BYTES];
    read_boot(boot);
    if (s.word == STATE_MARKED && (boot[0] == 0 || memcmp(boot, s.boot, BOOT_BYTES) != 0))
        return error_set(e, EILSEQ, "index: the machine stopped while it was written: run `holdfast index rebuild`");
    *word = (enum state_word)s.word;
    return 0;
}

int state_write(int fd, enum state_word word, struct error *e)
{
    struct state s = {.magic = STATE_MAGIC, .word = word, .edition = INDEX_EDITION};
    read_boot(s.boot);
    s.sum = sum_of(&s);
    int err = fd_pwrite_all(fd, &s, sizeof s, 0);
    if (err == 0 && fdatasync(fd) < 0)
        err = -errno;
    return err < 0 ? error_sys(e, err, "index: state") : 0;
}
