#include "policy/open_test.h"

#include "base/clock.h"

#include <stdlib.h>
#include <string.h>

/* An open as a test tells it. */
struct told {
    char app[POLICY_ITEM_BYTES]; /* without the hash behind it */
    struct policy_actor actor;
    struct policy_open open;
};

static const struct policy_setting *get(const struct policy_settings *s, enum policy_key_id id)
{
    return policy_setting_of(s, id);
}

/* ---- mistakes ---- */

static const struct {
    enum policy_key_id key;
    size_t most; /* items */
    bool plain;  /* no glob and no set */
    const char *expected;
} limits[] = {
    {KEY_CLASS, 1, true, "one class"},
    {KEY_APP, 1, true, "one program, without globs and sets"},
    {KEY_PARENT, POLICY_PARENTS_MOST, true, "at most 16 programs, the nearest first, without globs, sets and hashes"},
    {KEY_USER, 2, true, "a name, a number or both"},
    {KEY_REP, 1, true, "one rep"},
    {KEY_PATH, 1, false, "one path"},
    {KEY_CGROUP, 1, false, "one path"},
};

static bool is_plain(const char *item, bool hashed)
{
    size_t len;
    return item[0] != '@' && strpbrk(item, "*?[") == NULL && (hashed || subject_app_hash(item, &len)[0] == 0);
}

static bool keeps_limit(const struct policy_list *l, size_t row)
{
    for (size_t i = 0; i < l->count && limits[row].plain; i++)
        if (!is_plain(l->items[i], limits[row].key == KEY_APP))
            return false;
    return l->count <= limits[row].most;
}

const struct policy_setting *open_test_mistake(const struct policy_settings *s, const char **expected)
{
    const struct policy_setting *session = get(s, KEY_SESSION);
    for (size_t i = 0; i < sizeof limits / sizeof limits[0]; i++) {
        const struct policy_setting *one = get(s, limits[i].key);
        if (one == NULL || keeps_limit(&one->list, i))
            continue;
        *expected = limits[i].expected;
        return one;
    }
    *expected = "one of none, local or ssh";
    return session != NULL && (session->bits & (session->bits - 1)) != 0 ? session : NULL;
}

/* ---- the open ---- */

static const char *first_of(const struct policy_settings *s, enum policy_key_id id)
{
    const struct policy_setting *one = get(s, id);
    return one != NULL ? one->list.items[0] : "";
}

static void take_user(struct policy_actor *actor, const struct policy_setting *user)
{
    actor->uid = UINT32_MAX;
    for (size_t i = 0; user != NULL && i < user->list.count; i++) {
        const char *item = user->list.items[i];
        if (item[strspn(item, "0123456789")] == 0)
            actor->uid = (uint32_t)strtoul(item, NULL, 10);
        else
            actor->user = item;
    }
}

static void take_actor(struct told *t, const struct policy_settings *s)
{
    const struct policy_setting *parents = get(s, KEY_PARENT), *session = get(s, KEY_SESSION);
    const char *app = first_of(s, KEY_APP);
    size_t len;
    t->actor = (struct policy_actor){.app = t->app, .user = "", .hash = subject_app_hash(app, &len)};
    t->actor.cgroup = first_of(s, KEY_CGROUP);
    memcpy(t->app, app, len); /* an item is shorter than POLICY_ITEM_BYTES */
    t->app[len] = 0;
    for (size_t i = 0; parents != NULL && i < parents->list.count; i++)
        t->actor.parents[t->actor.parent_count++] = parents->list.items[i];
    take_user(&t->actor, get(s, KEY_USER));
    t->actor.session = session == NULL ? SESSION_NONE : (enum policy_session)__builtin_ctz(session->bits);
}

static void take_open(struct told *t, const struct policy_settings *s)
{
    const struct policy_setting *departing = get(s, KEY_DEPARTING), *stale = get(s, KEY_STALE),
                                *at = get(s, KEY_OPEN_AT);
    take_actor(t, s);
    t->open = (struct policy_open){
        .class_name = first_of(s, KEY_CLASS),
        .path = first_of(s, KEY_PATH),
        .mount = "",
        .rep = first_of(s, KEY_REP),
        .departing = departing != NULL && departing->number != 0,
        .is_current = stale == NULL || stale->number == 0,
        .actor = &t->actor,
        .now_ns = INT64_C(978350400) * NS_PER_SEC, /* 2001-01-01 12:00 UTC, a Monday */
        .minute = 12 * 60,
    };
    if (at != NULL)
        policy_open_at(&t->open, at->time_ns);
}

/* ---- what is made of it ---- */

static bool is_class(const struct policy *p, const char *name)
{
    const char *names[POLICY_CLASSES_MOST];
    size_t count = policy_list_classes(p, names);
    for (size_t i = 0; i < count; i++)
        if (strcmp(names[i], name) == 0)
            return true;
    return false;
}

void open_test_run(const struct policy *p, const struct policy_settings *s, struct buf *different)
{
    struct told t;
    struct policy_verdict v;
    const char *rule = policy_text_of(s, KEY_OPEN_RULE);
    uint32_t expected = get(s, KEY_OPEN_EXPECT)->number; /* "none" comes before the actions */
    buf_auto decided = {0};
    take_open(&t, s);
    if (!is_class(p, t.open.class_name)) {
        buf_printf(different, "no rule gives the class %s", t.open.class_name);
        return;
    }
    policy_judge_open(p, &t.open, POLICY_ENFORCE, &v, NULL, NULL);
    uint32_t action = v.rule == NULL ? 0 : 1 + (uint32_t)v.action;
    if (v.rule != NULL)
        buf_printf(&decided, "%s/%s", v.rule->pack, v.rule->name);
    const char *by = decided.data != NULL ? decided.data : "";
    size_t len = 0;
    const char *word = policy_word_at(policy_keys[KEY_OPEN_EXPECT].words, expected, &len);
    if (action != expected || (rule[0] != 0 && strcmp(rule, by) != 0))
        buf_printf(different, "%s%s%s, expected %.*s%s%s",
                   v.rule == NULL ? "no rule speaks" : policy_action_name(v.action), v.rule != NULL ? " by " : "", by,
                   (int)len, word, rule[0] != 0 ? " by " : "", rule);
    different->failed |= decided.failed;
}
