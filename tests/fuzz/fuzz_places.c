/*
 * fuzz_places: any bytes as a person's settings, as mountinfo and as the kernel's events: no crash, and what is told is
 * an absolute path without a way up, a mount with a path, an event with a name that ends.
 */
#include "guard/mountinfo.h"
#include "guard/settings.h"
#include "guard/watch.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

static void expect(bool holds)
{
    if (!holds)
        abort();
}

static void take_path(void *ctx, const char *path)
{
    (void)ctx;
    expect(path[0] == '/' && path[1] != 0 && strstr(path, "/../") == NULL && strlen(path) < PATH_MAX);
}

static void take_mount(void *ctx, const struct mountinfo *m)
{
    (void)ctx;
    expect(m->path[0] == '/' && m->type[0] != 0);
}

static void take_event(void *ctx, const struct watch_event *ev)
{
    size_t *sum = ctx;
    expect(ev->what == WATCH_LOST || (ev->folder != NULL && ev->name != NULL));
    if (ev->name != NULL)
        *sum += strlen(ev->name) + ev->folder->handle_bytes;
    for (size_t i = 0; ev->file != NULL && i < ev->file->handle_bytes; i++)
        *sum += ev->file->f_handle[i];
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    size_t sum = 0;
    char *copy = malloc(size + 1); /* aligned, and its end is its own */
    if (copy == NULL)
        return 0;
    memcpy(copy, data, size);
    settings_read_user_dirs(copy, size, "/home/a", take_path, NULL);
    settings_read_dropbox(copy, size, "/home/a", take_path, NULL);
    settings_read_nextcloud(copy, size, "/home/a", take_path, NULL);
    settings_read_onedrive(copy, size, "/home/a", take_path, NULL);
    mountinfo_each(copy, size, take_mount, NULL);
    watch_decode(copy, size, take_event, &sum);
    free(copy);
    return 0;
}
