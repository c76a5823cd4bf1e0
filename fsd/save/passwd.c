#include "save/passwd.h"

#include <pwd.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

enum { REMEMBERED = 16, NAME_ROOM = 64 };

static struct remembered {
    bool used;
    uint32_t uid;
    char name[NAME_ROOM];
} remembered[REMEMBERED];

static void look_up(uint32_t uid, char to[static NAME_ROOM])
{
    FILE *f = fopen("/etc/passwd", "re");
    to[0] = 0;
    for (struct passwd *p; f != NULL && (p = fgetpwent(f)) != NULL;)
        if (p->pw_uid == uid) {
            snprintf(to, NAME_ROOM, "%s", p->pw_name);
            break;
        }
    if (f != NULL)
        fclose(f);
}

const char *passwd_name(uint32_t uid)
{
    struct remembered *r = &remembered[uid % REMEMBERED];
    if (!r->used || r->uid != uid) {
        look_up(uid, r->name);
        r->uid = uid;
        r->used = true;
    }
    return r->name;
}
