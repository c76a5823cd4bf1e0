#include "record/follow.h"

#include "base/path.h"
#include "record/form.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void follow_begin(struct follow *f, const char *path)
{
    *f = (struct follow){0};
    if (path == NULL || *path == 0)
        return;
    f->path = strdup(path);
    f->failed = f->path == NULL;
    for (size_t len = f->path ? strlen(f->path) : 0; len > 1 && f->path[len - 1] == '/'; len--)
        f->path[len - 1] = 0; /* "Prospects/" is Prospects */
}

void follow_end(struct follow *f)
{
    free(f->path);
    *f = (struct follow){0};
}

bool follow_is_removal(const struct record_version *v)
{
    bool found = v->event == RECORD_UNATTENDED || v->event == RECORD_RECOVERED;
    return v->event == RECORD_DELETE || (found && !v->has_content);
}

static void go_by(struct follow *f, const char *folder, const char *rest)
{
    char *path;
    if (asprintf(&path, "%s%s", folder, rest) < 0) {
        f->failed = true;
        return;
    }
    free(f->path);
    f->path = path;
}

static enum follow_match step_rename(struct follow *f, const struct record_version *v)
{
    bool exchanged = record_is_exchange(v);
    const char *rest = path_below(f->path, v->path);
    const char *left = path_below(f->path, v->from);
    if (rest != NULL || (left != NULL && exchanged)) {
        enum follow_match match = *(rest ? rest : left) == 0 ? FOLLOW_SELF : FOLLOW_ABOVE;
        go_by(f, rest ? v->from : v->path, rest ? rest : left);
        return match;
    }
    if (left != NULL)
        return FOLLOW_AWAY;
    return path_below(v->path, f->path) || path_below(v->from, f->path) ? FOLLOW_BELOW : FOLLOW_NOT;
}

enum follow_match follow_step(struct follow *f, const struct record_version *v)
{
    if (f->path == NULL)
        return FOLLOW_SELF;
    if (v->path == NULL)
        return FOLLOW_NOT;
    if (v->event == RECORD_RENAME && v->from != NULL)
        return step_rename(f, v);
    if (strcmp(v->path, f->path) == 0)
        return FOLLOW_SELF;
    if (path_below(v->path, f->path))
        return FOLLOW_BELOW;
    return follow_is_removal(v) && path_below(f->path, v->path) ? FOLLOW_ABOVE : FOLLOW_NOT;
}
