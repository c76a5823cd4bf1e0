#include "mount/login.h"

#include "base/fdio.h"

#include <fcntl.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { REMEMBERED = 256 };

static _Atomic uint32_t by_ssh[REMEMBERED]; /* audit sessions + 1, each at the place that it names; 0: none */

static bool is_sshd(const char *path)
{
    static const char *const names[] = {"sshd", "sshd-session", "sshd-auth"};
    const char *slash = strrchr(path, '/');
    for (size_t i = 0; slash != NULL && i < sizeof names / sizeof *names; i++)
        if (strcmp(slash + 1, names[i]) == 0)
            return true;
    return false;
}

static bool is_below_sshd(const char *const *parents, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (is_sshd(parents[i]))
            return true;
    return false;
}

/* systemd-logind numbers its sessions as the kernel's audit does. */
static bool systemd_says_ssh(uint32_t login)
{
    char path[64], text[2048];
    snprintf(path, sizeof path, "/run/systemd/sessions/%u", login);
    fd_auto fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    ssize_t len = fd < 0 ? 0 : read(fd, text, sizeof text - 1);
    text[len > 0 ? len : 0] = 0;
    return strstr(text, "\nSERVICE=sshd\n") != NULL;
}

enum policy_session login_kind(uint32_t login, const char *const *parents, size_t count)
{
    bool has_number = login != UINT32_MAX;
    _Atomic uint32_t *memory = &by_ssh[login % REMEMBERED];
    if (has_number && *memory == login + 1)
        return SESSION_SSH;
    if (is_below_sshd(parents, count) || (has_number && systemd_says_ssh(login))) {
        if (has_number)
            *memory = login + 1;
        return SESSION_SSH;
    }
    return has_number ? SESSION_LOCAL : SESSION_NONE;
}
