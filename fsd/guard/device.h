/*
 * device: what sysfs knows of the block device under a file system: whether a person can carry it away, and what it
 * calls itself. Names come from the device: any bytes, made plain.
 */
#ifndef HOLDFAST_GUARD_DEVICE_H
#define HOLDFAST_GUARD_DEVICE_H

#include <stdbool.h>

enum { DEVICE_TEXT_BYTES = 80 };

struct device {
    bool removable; /* its medium can be taken out, or it hangs on USB */
    bool loop;      /* it is a file */
    char vendor[DEVICE_TEXT_BYTES], model[DEVICE_TEXT_BYTES], serial[DEVICE_TEXT_BYTES]; /* "" where not known */
};

/* `sys_fd` is /sys. False: there is no such block device; *out is all zero then. */
bool device_read(int sys_fd, unsigned major, unsigned minor, struct device *out);

#endif
