#include "guard/stub.h"

#include "base/buf.h"
#include "base/fdio.h"
#include "base/log.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define STUB_ENDING ".holdfast.txt"

static void write_text(struct buf *b, const char *name, const struct verdict *v, const char *id)
{
    buf_put_quoted(b, name, strlen(name));
    buf_puts(b, " was taken away from here by Holdfast.\n\nIt holds ");
    if (v->records > 0)
        buf_printf(b, "%" PRIu32 " record%s", v->records, v->records == 1 ? "" : "s");
    else
        buf_puts(b, "text");
    buf_printf(b, " of the company's (%s), which may not be copied to this place.\n", v->class_name);
    buf_printf(b, "Rule: %s\n", v->rule);
    if (v->say != NULL && v->say[0] != 0)
        buf_printf(b, "\n%s\n", v->say);
    buf_printf(b, "\nNothing is lost: it is kept as %s.\n", id);
}

void stub_leave(int dir_fd, const char *name, const struct stat *st, const struct verdict *v, const char *id)
{
    char stub[NAME_MAX + 1];
    buf_auto text = {0};
    snprintf(stub, sizeof stub, "%.*s" STUB_ENDING, (int)(NAME_MAX - strlen(STUB_ENDING)), name);
    write_text(&text, name, v, id);
    fd_auto fd = openat(dir_fd, stub, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0644);
    int err = fd < 0 ? -errno : text.failed ? -ENOMEM : 0;
    if (err == 0 && fchown(fd, st->st_uid, st->st_gid) < 0 && errno != EPERM && errno != EINVAL)
        err = -errno; /* a file system without owners refuses that */
    if (err == 0)
        err = fd_write_all(fd, text.data, text.len);
    if (err < 0 && err != -EEXIST)
        log_warn("%s: the note about it: %s", stub, strerror(-err));
}
