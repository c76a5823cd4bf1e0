/* Open rules made ready at load: their programs, and what has to be known to ask them. */
#include "policy/rules.h"
#include "policy/when.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static const struct policy_setting *get(const struct rule *r, enum policy_key_id id)
{
    return policy_setting_of(&r->settings, id);
}

static int build_apps(struct rule *r, enum policy_key_id id, struct subject_apps **out, struct problems *problems)
{
    const struct policy_setting *s = get(r, id);
    const char *near = NULL;
    size_t unknown = 0;
    if (s == NULL)
        return 0;
    int err = subject_apps_open(out, &s->list, &unknown, &near);
    if (err != -ENOENT)
        return err;
    problems_of(problems, r, s->line, "%s: \"%.80s\": there is no such set%s%s%s", s->key->name, s->list.items[unknown],
                near != NULL ? "; did you mean @" : "; holdfast.policy(5) lists them", near != NULL ? near : "",
                near != NULL ? "?" : "");
    r->broken = true;
    return 0;
}

static unsigned wants_of(const struct rule *r)
{
    static const struct {
        enum policy_key_id key;
        unsigned wants;
    } rows[] = {
        {KEY_PARENT, POLICY_WANTS_PARENTS}, {KEY_CGROUP, POLICY_WANTS_CGROUP}, {KEY_SESSION, POLICY_WANTS_SESSION},
        {KEY_DAYS, POLICY_WANTS_TIME},      {KEY_HOURS, POLICY_WANTS_TIME},    {KEY_UNTIL, POLICY_WANTS_TIME},
    };
    const struct policy_setting *user = get(r, KEY_USER);
    unsigned wants = POLICY_WANTS_RULE;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (get(r, rows[i].key) != NULL)
            wants |= rows[i].wants;
    if (user != NULL && subject_wants_name(&user->list))
        wants |= POLICY_WANTS_USER;
    if (r->app != NULL && subject_apps_want_hash(r->app))
        wants |= POLICY_WANTS_HASH;
    return wants;
}

static void refuse(struct rule *r, const struct policy_setting *s, struct problems *problems, const char *why)
{
    problems_of(problems, r, s->line, "%s: %s", s->key->name, why);
    r->broken = true;
}

/* Keys beside which another can never hold, or means nothing. */
static void check_companions(struct rule *r, struct problems *problems)
{
    const struct policy_setting *fail = get(r, KEY_FAIL), *wait = get(r, KEY_WAIT), *stale = get(r, KEY_STALE);
    bool holds = open_action(r) == POLICY_HOLD;
    if (fail != NULL && !holds)
        refuse(r, fail, problems, "it means nothing without \"action = hold\"");
    if (wait != NULL && !holds)
        refuse(r, wait, problems, "it means nothing without \"action = hold\"");
    if (stale != NULL && holds && policy_word_of(&r->settings, KEY_STALE) == 0)
        refuse(r, stale, problems,
               "\"no\" never holds beside \"action = hold\", which waits for the newest save to be inspected");
    if (r->parent != NULL && subject_apps_want_hash(r->parent))
        refuse(r, get(r, KEY_PARENT), problems,
               "the hash of an ancestor's executable is not known; expected none here");
}

int copy_build(struct rule *r, struct problems *problems)
{
    int err = build_apps(r, KEY_APP, &r->app, problems);
    if (err == 0)
        err = build_apps(r, KEY_PARENT, &r->parent, problems);
    if (err != 0 || r->broken)
        return err;
    if (open_action(r) == POLICY_BLOCK)
        refuse(r, get(r, KEY_COPY_ACTION), problems,
               "this version sees a copy when it is finished, and cannot block it; expected quarantine");
    if (r->app != NULL && subject_apps_want_hash(r->app))
        refuse(r, get(r, KEY_APP), problems, "the hash of a program that copied is not known; expected none here");
    if (r->parent != NULL && subject_apps_want_hash(r->parent))
        refuse(r, get(r, KEY_PARENT), problems,
               "the hash of an ancestor's executable is not known; expected none here");
    return 0;
}

int open_build(struct rule *r, struct problems *problems)
{
    int err = build_apps(r, KEY_APP, &r->app, problems);
    if (err == 0)
        err = build_apps(r, KEY_PARENT, &r->parent, problems);
    if (err != 0 || r->broken)
        return err;
    check_companions(r, problems);
    r->wants = wants_of(r);
    return 0;
}
