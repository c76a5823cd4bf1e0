/*
 * Matching globs without recursion. A '*' is left where it stands and stretched by one byte whenever what follows it
 * fails; only the newest '*' and the newest "**" ever need stretching (an earlier one would only reach a place that the
 * newer one reaches as well), so the work stays polynomial and small, whatever a hostile name looks like.
 */
#include "base/glob.h"

#include <string.h>

/* One character of the name: '?' takes a whole UTF-8 sequence. */
static const char *skip_character(const char *t)
{
    t++;
    while (((unsigned char)*t & 0xc0) == 0x80)
        t++;
    return t;
}

/* [abc], [a-z], [!a-z] at *p against `c`. Moves *p behind the ']'. An unclosed '[' is an ordinary character. */
static bool match_set(const char **p, char c)
{
    const char *s = *p + 1;
    bool negated = *s == '!' || *s == '^', found = false;
    s += negated;
    const char *first = s;
    for (; *s != 0 && (*s != ']' || s == first); s++) {
        char low = *s, high = low;
        if (s[1] == '-' && s[2] != 0 && s[2] != ']') {
            high = s[2];
            s += 2;
        }
        found |= (unsigned char)c >= (unsigned char)low && (unsigned char)c <= (unsigned char)high;
    }
    if (*s == 0) {
        *p += 1;
        return c == '[';
    }
    *p = s + 1;
    return found != negated;
}

/* One pattern element that is no star, against the name at *t. Moves both on success. */
static bool match_one(const char **p, const char **t)
{
    if (**t == 0)
        return false;
    if (**p == '?' && **t != '/') {
        *p += 1;
        *t = skip_character(*t);
        return true;
    }
    if (**p == '[' && **t != '/') {
        const char *rest = *p;
        if (!match_set(&rest, **t))
            return false;
        *p = rest;
        *t += 1;
        return true;
    }
    const char *literal = **p == '\\' && (*p)[1] != 0 ? *p + 1 : *p;
    if (*literal != **t || **p == '?')
        return false;
    *p = literal + 1;
    *t += 1;
    return true;
}

struct stretch {
    const char *pattern; /* what follows the star; NULL: no such star yet */
    const char *name;    /* where that was last tried */
    bool whole;          /* a "**" and its slash: takes whole components only */
};

/* Let the star take one more byte (or component). False if it cannot. */
static bool stretch_star(struct stretch *s, bool crosses)
{
    if (s->pattern == NULL || *s->name == 0 || (!crosses && *s->name == '/'))
        return false;
    if (s->whole) {
        const char *slash = strchr(s->name, '/');
        if (slash == NULL)
            return false;
        s->name = slash + 1;
        return true;
    }
    s->name++;
    return true;
}

/* Take the stars at *p, and remember what follows them. */
static void meet_star(const char *glob, const char **p, const char *t, struct stretch *one, struct stretch *many)
{
    size_t stars = strspn(*p, "*");
    bool starts = *p == glob || (*p)[-1] == '/';
    *p += stars;
    if (stars == 1) {
        *one = (struct stretch){*p, t, false};
        return;
    }
    bool whole = starts && **p == '/';
    *p += whole;
    *many = (struct stretch){*p, t, whole};
    one->pattern = NULL;
}

/* Does the glob match the name, or a folder that the name lies below? */
static bool match_from(const char *glob, const char *name)
{
    struct stretch one = {0}, many = {0};
    const char *p = glob, *t = name;
    for (;;) {
        if (*p == 0 && (*t == 0 || *t == '/'))
            return true;
        if (*p == '*') {
            meet_star(glob, &p, t, &one, &many);
            continue;
        }
        if (*p != 0 && match_one(&p, &t))
            continue;
        if (stretch_star(&one, false)) {
            p = one.pattern;
            t = one.name;
        } else if (stretch_star(&many, true)) {
            one.pattern = NULL;
            p = many.pattern;
            t = many.name;
        } else {
            return false;
        }
    }
}

static bool match_any_depth(const char *glob, const char *path)
{
    for (const char *name = path; name != NULL; name = strchr(name, '/')) {
        name += *name == '/';
        if (match_from(glob, name))
            return true;
    }
    return false;
}

bool glob_match(const char *glob, const char *path)
{
    if (path[0] == 0)
        return false;
    return strchr(glob, '/') != NULL ? match_from(glob, path) : match_any_depth(glob, path);
}
