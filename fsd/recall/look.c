#include "recall/look.h"

#include "base/fdio.h"
#include "base/log.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { MEMORY_MOST = 16 << 20 }; /* bytes; what is larger goes to the disk */

static int open_room(uint64_t size, const char *folder, struct error *e)
{
    int fd =
        size <= MEMORY_MOST ? memfd_create("blob", MFD_CLOEXEC) : open(folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    return fd < 0 ? error_sys(e, errno, "index: no room for a version's content") : fd;
}

static int ask(struct inspector *inspector, int fd, const char *path, struct inspection *out, struct error *e)
{
    uint64_t ticket;
    while (inspector_answer(inspector, &ticket, out) == 1)
        fd_close(&out->report_fd);
    int err = inspector_ask(inspector, fd, path, 0);
    if (err < 0)
        return error_sys(e, err, "index: the inspector cannot be asked");
    inspector_answer(inspector, &ticket, out);
    return 0;
}

/* Does it read what anybody could? */
static bool is_at_work(struct inspector *inspector)
{
    static const char plain[] = "plain text\n";
    struct inspection found = inspection_unreadable();
    fd_auto fd = memfd_create("probe", MFD_CLOEXEC);
    if (fd < 0 || fd_write_all(fd, plain, strlen(plain)) < 0 || ask(inspector, fd, "probe.txt", &found, NULL) < 0)
        return false;
    fd_close(&found.report_fd);
    return found.status == INSPECT_OK;
}

/* The blob's bytes in a file: the descriptor; -ENOENT, -EIO without words: they cannot be had. */
static int fetch(struct record_reader *reader, const char *folder, const struct record_oid *blob, struct error *e)
{
    uint64_t size;
    struct error why = {0};
    int err = record_find_blob_size(reader, blob, &size, &why);
    if (err == -ENOENT || err == -EIO)
        return err;
    fd_auto fd = err == 0 ? open_room(size, folder, &why) : -1;
    if (err == 0 && fd >= 0)
        err = record_write_blob(reader, blob, fd, &why);
    if (err == -EIO || err == -ENOENT) {
        log_warn("%s", why.text);
        return err;
    }
    if (fd < 0 || err < 0)
        return error_set(e, err < 0 ? err : fd, "%s", why.text);
    return fd_steal(&fd);
}

int look_at_blob(struct record_reader *reader, struct inspector *inspector, const char *folder,
                 const struct record_oid *blob, const char *path, struct report_view *out, struct error *e)
{
    struct inspection found = inspection_unreadable();
    *out = (struct report_view){0};
    fd_auto fd = fetch(reader, folder, blob, e);
    if (fd == -ENOENT || fd == -EIO)
        return 0;
    int err = fd < 0 ? fd : ask(inspector, fd, path, &found, e);
    if (err == 0 && found.status != INSPECT_OK && !is_at_work(inspector))
        err = error_set(e, EAGAIN, "index: no inspector answers; it goes on when one does");
    if (err == 0 && found.report_fd >= 0) {
        err = report_map(out, found.report_fd, found.report_bytes);
        if (err == -EBADMSG)
            err = 0; /* from an inspector that was turned: as unreadable */
        if (err < 0)
            error_sys(e, err, "index: a report");
    }
    fd_close(&found.report_fd);
    return err;
}
