#include "mount/shared.h"

#include "base/fdio.h"
#include "mount/mount.h"

#include <errno.h>
#include <sys/mman.h>
#include <unistd.h>

enum { SHARED_MAGIC = 0x48464e54 };

int mount_create_table(void)
{
    fd_auto fd = memfd_create("holdfast-nodes", MFD_CLOEXEC);
    if (fd < 0 || ftruncate(fd, sizeof(struct shared)) < 0)
        return -errno;
    uint32_t head[2] = {SHARED_MAGIC, SHARED_VERSION};
    int err = fd_pwrite_all(fd, head, sizeof head, 0);
    return err < 0 ? err : fd_steal(&fd);
}

struct shared *shared_map(int fd)
{
    struct shared *s = mmap(NULL, sizeof *s, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_NORESERVE, fd, 0);
    if (s == MAP_FAILED)
        return NULL;
    if (s->magic != SHARED_MAGIC || s->version != SHARED_VERSION) {
        munmap(s, sizeof *s);
        errno = EBADMSG;
        return NULL;
    }
    return s;
}

bool mount_can_replace(int table_fd)
{
    struct shared *s = shared_map(table_fd);
    if (s == NULL)
        return false;
    bool can = atomic_load(&s->init_bytes) == 0 || atomic_load(&s->can_resend) != 0;
    munmap(s, sizeof *s);
    return can;
}
