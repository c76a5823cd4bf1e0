/* Control groups and users: what a rule may say of them, and which of its items takes one. */
#include "policy/subject.h"

#include "base/glob.h"

#include <stdio.h>
#include <string.h>

/* ---- control groups ---- */

/* What stands behind "flatpak:" or "snap:", or NULL. */
static const char *behind(const char *item, const char *word)
{
    size_t len = strlen(word);
    return strncmp(item, word, len) == 0 ? item + len : NULL;
}

bool subject_is_cgroup(const char *text, size_t len)
{
    static const char *const words[] = {"flatpak:", "snap:"};
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        size_t word_len = strlen(words[i]);
        if (len >= word_len && memcmp(text, words[i], word_len) == 0)
            return len > word_len && memchr(text, '/', len) == NULL && text[len - 1] != '\\';
    }
    return policy_is_glob(text, len);
}

/* systemd writes a byte that its unit names do not take as \x2d. */
static void unescape(char *text)
{
    char *to = text;
    unsigned byte;
    for (const char *p = text; *p != 0; to++) {
        bool escaped = p[0] == '\\' && p[1] == 'x' && strspn(p + 2, "0123456789abcdef") >= 2 &&
                       sscanf(p + 2, "%2x", &byte) == 1 && byte != 0;
        *to = escaped ? (char)byte : *p;
        p += escaped ? 4 : 1;
    }
    *to = 0;
}

/*
 * The id that a unit's name tells: "app-flatpak-ID-INSTANCE.scope" (older: "flatpak-ID-PID.scope"), "snap.NAME.APP...".
 * False if it is none of that kind.
 */
static bool read_id(const char *unit, bool flatpak, char id[static POLICY_ITEM_BYTES])
{
    const char *begin = behind(unit, flatpak ? "app-flatpak-" : "snap.");
    if (begin == NULL && flatpak)
        begin = behind(unit, "flatpak-");
    if (begin == NULL)
        return false;
    const char *end = flatpak ? strrchr(begin, '-') : strchr(begin, '.');
    if (end == NULL || end == begin || end - begin >= POLICY_ITEM_BYTES)
        return false;
    memcpy(id, begin, (size_t)(end - begin));
    id[end - begin] = 0;
    unescape(id);
    return true;
}

static bool unit_is(const char *glob, const char *cgroup, bool flatpak)
{
    char unit[POLICY_ITEM_BYTES], id[POLICY_ITEM_BYTES];
    for (const char *p = cgroup; *p != 0;) {
        size_t len = strcspn(p, "/");
        if (len < sizeof unit) {
            memcpy(unit, p, len);
            unit[len] = 0;
            if (read_id(unit, flatpak, id) && glob_match(glob, id))
                return true;
        }
        p += len + (p[len] == '/');
    }
    return false;
}

const char *subject_find_cgroup(const struct policy_list *items, const char *cgroup)
{
    cgroup += cgroup[0] == '/';
    for (size_t i = 0; i < items->count; i++) {
        const char *item = items->items[i], *flatpak = behind(item, "flatpak:"), *snap = behind(item, "snap:");
        bool found = flatpak != NULL ? unit_is(flatpak, cgroup, true)
                     : snap != NULL  ? unit_is(snap, cgroup, false)
                                     : glob_match(item, cgroup);
        if (found)
            return item;
    }
    return NULL;
}

/* ---- users ---- */

static bool is_number(const char *text) { return text[strspn(text, "0123456789")] == 0; }

const char *subject_find_user(const struct policy_list *items, uint32_t uid, const char *name)
{
    char number[16];
    snprintf(number, sizeof number, "%u", uid);
    for (size_t i = 0; i < items->count; i++) {
        const char *item = items->items[i];
        if (is_number(item) ? strcmp(item, number) == 0 : glob_match(item, name))
            return item;
    }
    return NULL;
}

bool subject_wants_name(const struct policy_list *items)
{
    for (size_t i = 0; i < items->count; i++)
        if (!is_number(items->items[i]))
            return true;
    return false;
}
