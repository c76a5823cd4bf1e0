#include "guard/watch.h"

#include "base/fdio.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/fanotify.h>
#include <sys/vfs.h>
#include <unistd.h>

enum { BATCH_BYTES = 64 * 1024, ALIGN = 4 };

struct watch {
    int fd;
    char *batch; /* owned; aligned as malloc does */
};

static const struct {
    uint64_t mask;
    unsigned what;
} meanings[] = {
    {FAN_CLOSE_WRITE, WATCH_WRITTEN},
    {FAN_MOVED_TO, WATCH_MOVED},
    {FAN_CREATE, WATCH_NAMED},
    {FAN_ONDIR, WATCH_FOLDER},
};

int watch_open(struct watch **out, struct error *e)
{
    struct watch *w = calloc(1, sizeof *w);
    if (w == NULL || (w->batch = malloc(BATCH_BYTES)) == NULL) {
        free(w);
        return error_sys(e, ENOMEM, "guard");
    }
    w->fd =
        fanotify_init(FAN_CLASS_NOTIF | FAN_CLOEXEC | FAN_NONBLOCK | FAN_REPORT_DFID_NAME_TARGET, O_RDONLY | O_CLOEXEC);
    if (w->fd < 0) {
        int err = error_sys(e, errno, "fanotify");
        watch_close(w);
        return err;
    }
    *out = w;
    return 0;
}

void watch_close(struct watch *w)
{
    if (w == NULL)
        return;
    fd_close(&w->fd);
    free(w->batch);
    free(w);
}

int watch_fd(const struct watch *w) { return w->fd; }

static uint64_t number_of(const void *fsid)
{
    uint64_t number;
    memcpy(&number, fsid, sizeof number);
    return number;
}

int watch_mark(struct watch *w, int fd, uint64_t *filesystem)
{
    uint64_t mask = 0;
    struct statfs st;
    if (fstatfs(fd, &st) < 0)
        return -errno;
    _Static_assert(sizeof st.f_fsid == sizeof *filesystem, "a file system's number is 64 bits");
    if (number_of(&st.f_fsid) == 0)
        return -ENODEV; /* newer kernels would mark it, and then nothing else in this group */
    for (size_t i = 0; i < sizeof meanings / sizeof *meanings; i++)
        mask |= meanings[i].mask;
    if (fanotify_mark(w->fd, FAN_MARK_ADD | FAN_MARK_FILESYSTEM, mask, fd, ".") < 0)
        return -errno;
    *filesystem = number_of(&st.f_fsid);
    return 0;
}

/* ---- events ---- */

static unsigned what_of(uint64_t mask)
{
    unsigned what = 0;
    for (size_t i = 0; i < sizeof meanings / sizeof *meanings; i++)
        what |= mask & meanings[i].mask ? meanings[i].what : 0;
    return what;
}

/* One piece of an event: a handle, and behind it perhaps a name. False: it does not fit in its own length. */
static bool take_info(const char *at, size_t len, struct watch_event *ev)
{
    const struct fanotify_event_info_fid *info = (const void *)at;
    const size_t head = offsetof(struct fanotify_event_info_fid, handle);
    if (len < head + sizeof(struct file_handle))
        return false;
    const struct file_handle *handle = (const void *)(at + head);
    size_t end = head + sizeof *handle + handle->handle_bytes;
    if (handle->handle_bytes > MAX_HANDLE_SZ || end > len)
        return false;
    ev->filesystem = number_of(&info->fsid);
    if (info->hdr.info_type == FAN_EVENT_INFO_TYPE_FID) {
        ev->file = handle;
    } else if (info->hdr.info_type == FAN_EVENT_INFO_TYPE_DFID_NAME) {
        ev->folder = handle;
        if (memchr(at + end, 0, len - end) == NULL)
            return false;
        ev->name = at + end;
    }
    return true;
}

static bool take_infos(const char *at, const char *end, struct watch_event *ev)
{
    while ((size_t)(end - at) >= sizeof(struct fanotify_event_info_header)) {
        const struct fanotify_event_info_header *head = (const void *)at;
        if (head->len < sizeof *head || head->len > (size_t)(end - at) || head->len % ALIGN != 0 ||
            !take_info(at, head->len, ev))
            return false;
        at += head->len;
    }
    return true;
}

void watch_decode(const char *bytes, size_t len, void (*each)(void *ctx, const struct watch_event *ev), void *ctx)
{
    const char *at = bytes, *end = bytes + len;
    while ((size_t)(end - at) >= FAN_EVENT_METADATA_LEN) {
        struct fanotify_event_metadata event; /* it stands at a multiple of 4 only */
        memcpy(&event, at, sizeof event);
        if (event.event_len < FAN_EVENT_METADATA_LEN || event.event_len > (size_t)(end - at) ||
            event.event_len % ALIGN != 0 || event.metadata_len % ALIGN != 0)
            return;
        struct watch_event ev = {.what = what_of(event.mask), .pid = event.pid};
        if (event.mask & FAN_Q_OVERFLOW)
            each(ctx, &(struct watch_event){.what = WATCH_LOST});
        else if (event.metadata_len <= event.event_len &&
                 take_infos(at + event.metadata_len, at + event.event_len, &ev) && ev.folder != NULL)
            each(ctx, &ev);
        at += event.event_len;
    }
}

int watch_read(struct watch *w, void (*each)(void *ctx, const struct watch_event *ev), void *ctx)
{
    ssize_t len = read(w->fd, w->batch, BATCH_BYTES);
    if (len < 0)
        return errno == EAGAIN || errno == EINTR ? 0 : -errno;
    watch_decode(w->batch, (size_t)len, each, ctx);
    return (int)len;
}
