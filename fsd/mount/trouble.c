#include "mount/trouble.h"

#include <stdarg.h>
#include <stdio.h>

/* The board wants one writer at a time. */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static _Atomic int now = TROUBLE_NONE;

void trouble_report(struct mount *m, enum trouble_kind kind, const char *format, ...)
{
    char text[sizeof m->board->mount.trouble.text];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    pthread_mutex_lock(&lock);
    now = (int)kind;
    board_set_trouble(&m->board->mount.trouble, "%s", text);
    pthread_mutex_unlock(&lock);
}

void trouble_end(struct mount *m, enum trouble_kind kind)
{
    if (now != (int)kind)
        return;
    pthread_mutex_lock(&lock);
    if (now == (int)kind) {
        now = TROUBLE_NONE;
        board_set_trouble(&m->board->mount.trouble, NULL);
    }
    pthread_mutex_unlock(&lock);
}
