/*
 * holdfast policy explain --open FILE --app PROGRAM: what the [open] rules would say if it opened the file, and why.
 * Nothing is opened by the program, and nobody is told.
 */
#include "base/clock.h"
#include "base/fdio.h"
#include "cli/look.h"
#include "cli/policy.h"
#include "cli/text.h"
#include "control/wire.h"
#include "policy/open.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <linux/magic.h>
#include <openssl/evp.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statfs.h>
#include <sys/xattr.h>
#include <unistd.h>

enum { CLASS_BYTES = 65, HASH_BYTES = 65 };

/* What is asked, with the room for its strings. */
struct question {
    struct cli *cli;
    struct look *look;
    enum policy_mode fallback;
    struct policy_actor actor;
    struct policy_open open;
    char app[PATH_MAX], user[256], hash[HASH_BYTES], class_name[CLASS_BYTES];
    bool is_script, wants_hash;
    bool is_exempt; /* personal or ignored, and of no class: a mount asks nothing then */
};

/* ---- who asks ---- */

/* An executable is seen without the symlinks that lead to it; what is not there stands as it is. */
static void take_app(struct question *q, const char *app)
{
    char start[2] = "", found[PATH_MAX];
    snprintf(q->app, sizeof q->app, "%s", strchr(app, '/') != NULL && realpath(app, found) != NULL ? found : app);
    fd_auto fd = open(q->app, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    q->is_script = q->app[0] == '/' && fd >= 0 && pread(fd, start, 2, 0) == 2 && memcmp(start, "#!", 2) == 0;
    q->actor.app = q->app;
}

/* The hash stays "" if it cannot be read: a program may be asked about on another machine. */
static void hash_app(struct question *q)
{
    unsigned char piece[64 * 1024], sum[EVP_MAX_MD_SIZE];
    unsigned len = 0;
    ssize_t n = 0;
    fd_auto fd = open(q->app, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    if (fd < 0 || q->app[0] != '/')
        return;
    EVP_MD_CTX *ctx = EVP_MD_CTX_new();
    bool good = ctx != NULL && EVP_DigestInit_ex(ctx, EVP_sha256(), NULL) == 1;
    while (good && (n = read(fd, piece, sizeof piece)) > 0)
        good = EVP_DigestUpdate(ctx, piece, (size_t)n) == 1;
    good = good && n == 0 && EVP_DigestFinal_ex(ctx, sum, &len) == 1;
    EVP_MD_CTX_free(ctx);
    for (unsigned i = 0; i < len && good; i++)
        snprintf(q->hash + 2 * (size_t)i, 3, "%02x", sum[i]);
}

static void take_user(struct question *q, const char *user)
{
    bool number = user != NULL && user[0] != 0 && user[strspn(user, "0123456789")] == 0;
    uid_t uid = user == NULL ? getuid() : number ? (uid_t)strtoul(user, NULL, 10) : (uid_t)-1;
    const struct passwd *known = user == NULL || number ? getpwuid(uid) : getpwnam(user);
    snprintf(q->user, sizeof q->user, "%s", known != NULL ? known->pw_name : user != NULL && !number ? user : "");
    q->actor.uid = known != NULL ? known->pw_uid : uid;
    q->actor.user = q->user;
}

static int take_actor(struct question *q)
{
    static const char *const sessions[] = {"none", "local", "ssh"};
    const struct cli *c = q->cli;
    size_t session = 0;
    while (c->session != NULL && session < 3 && strcmp(sessions[session], c->session) != 0)
        session++;
    if (session == 3)
        return cli_complain(CLI_USAGE, "--session: \"%s\": expected none, local or ssh", c->session);
    q->actor = (struct policy_actor){
        .hash = q->hash, .cgroup = c->cgroup != NULL ? c->cgroup : "", .session = (enum policy_session)session};
    for (int i = 0; i < c->parents.count; i++)
        q->actor.parents[q->actor.parent_count++] = c->parents.words[i];
    take_app(q, c->app);
    take_user(q, c->user);
    return 0;
}

static int take_time(struct question *q)
{
    int64_t now_ns = clock_real_ns();
    if (q->cli->at != NULL && clock_parse(q->cli->at, &now_ns) != 0)
        return cli_complain(CLI_USAGE, "--at: \"%s\": expected a time such as 2026-11-22 09:30", q->cli->at);
    policy_open_at(&q->open, now_ns);
    return 0;
}

/* ---- the file ---- */

/* Where the file lies, in which mount of fs.conf. Elsewhere: its path as it was given. */
static void take_place(struct question *q, const char *path, const char *real)
{
    const struct config *c = q->cli->config;
    q->open.path = path + strspn(path, "/");
    q->open.mount = "";
    q->open.rep = q->cli->rep != NULL ? q->cli->rep : "";
    for (size_t i = 0; c != NULL && i < c->mount_count; i++) {
        size_t len = strlen(c->mounts[i].path);
        if (strncmp(real, c->mounts[i].path, len) != 0 || real[len] != '/')
            continue;
        q->open.path = real + len + 1;
        q->open.mount = c->mounts[i].name;
        q->open.rep = q->cli->rep != NULL ? q->cli->rep : c->mounts[i].rep;
    }
    q->open.departing = c != NULL && config_is_departing(c, q->open.rep);
}

/* In a mount its class is asked for without opening it, since that open would be judged, too. False: it is in none. */
static bool ask_mount(struct question *q, const char *path)
{
    struct statfs fs;
    char state[16] = "";
    if (statfs(path, &fs) != 0 || fs.f_type != FUSE_SUPER_MAGIC ||
        getxattr(path, "user.holdfast.state", state, sizeof state - 1) <= 0)
        return false;
    ssize_t len = getxattr(path, "user.holdfast.class", q->class_name, sizeof q->class_name - 1);
    q->class_name[len > 0 ? len : 0] = 0;
    if (len <= 0)
        snprintf(q->class_name, sizeof q->class_name, "unclassified");
    q->is_exempt = len <= 0 && (strcmp(state, "personal") == 0 || strcmp(state, "ignored") == 0);
    q->open.is_current = strcmp(state, "kept") == 0;
    return true;
}

static int take_class(struct question *q, const char *path, struct error *e)
{
    struct inspection found;
    report_auto report = {0};
    if (ask_mount(q, path))
        return 0;
    int err = look_at(q->look, path, &found, &report, e);
    if (err == 0)
        snprintf(q->class_name, sizeof q->class_name, "%s", found.class_name);
    q->open.is_current = true;
    return err;
}

/* ---- the answer ---- */

static void judge(const struct question *q, struct policy_verdict *v, policy_tell *tell, void *ctx)
{
    *v = (struct policy_verdict){.mode = q->fallback, .say = ""};
    if (!q->is_exempt)
        policy_judge_open(q->look->policy, &q->open, q->fallback, v, tell, ctx);
}

static bool is_blocked(const struct policy_verdict *v)
{
    return v->action == POLICY_BLOCK && v->mode == POLICY_ENFORCE;
}

/* What would become of the open. */
static void put_outcome(struct buf *b, const struct question *q, const struct policy_verdict *v)
{
    bool audit = v->mode == POLICY_AUDIT;
    if (q->is_exempt)
        buf_puts(b, "passes: it is personal or ignored, and nothing is asked");
    else if (v->rule == NULL)
        buf_puts(b, "passes: no rule speaks");
    else if (v->action == POLICY_ALLOW || v->action == POLICY_LOG)
        buf_puts(b, v->action == POLICY_LOG ? "passes, and is recorded" : "passes");
    else if (v->action == POLICY_BLOCK)
        buf_puts(b, audit ? "passes, and is recorded; with enforce it would be blocked" : "is blocked");
    else
        buf_printf(b, "%s up to %" PRId64 " ms until it is inspected, then %s",
                   audit ? "passes, and is recorded; with enforce it would wait" : "waits", v->wait_ns / NS_PER_MS,
                   v->fail == POLICY_BLOCK ? "is blocked" : "passes");
}

static void put_row(struct buf *b, const char *heading, const char *text)
{
    if (text[0] == 0)
        return;
    buf_printf(b, "  %-11s ", heading);
    text_put_line(b, text, strlen(text));
    buf_puts(b, "\n");
}

static void put_actor(struct buf *b, const struct question *q)
{
    static const char *const sessions[] = {"no login session", "a local session", "an ssh session"};
    char user[300];
    put_row(b, "program", q->app);
    put_row(b, "hash", q->hash);
    for (size_t i = 0; i < q->actor.parent_count; i++)
        put_row(b, i == 0 ? "below" : "", q->actor.parents[i]);
    snprintf(user, sizeof user, "%s (%" PRIu32 "), %s", q->user[0] != 0 ? q->user : "unknown", q->actor.uid,
             sessions[q->actor.session]);
    put_row(b, "user", user);
    put_row(b, "in", q->actor.cgroup);
    if (q->wants_hash && q->hash[0] == 0)
        put_row(b, "note", "rules ask for the program's hash, and it cannot be read here: it matches none");
    if (q->is_script)
        put_row(b, "note", "that is a script: what opens files is its interpreter");
}

static void print_text(struct question *q, const char *path)
{
    struct policy_verdict v;
    buf_auto b = {0}, reasons = {0}, rule = {0};
    struct policy_trail trail = {.text = &reasons};
    judge(q, &v, policy_trail_text, &trail);
    text_put_name(&b, path);
    buf_puts(&b, ": ");
    put_outcome(&b, q, &v);
    buf_puts(&b, "\n");
    if (v.rule != NULL)
        buf_printf(&rule, "%s/%s (%s:%u), %s, mode %s", v.rule->pack, v.rule->name, v.rule->file, v.rule->line,
                   policy_action_name(v.action), policy_mode_name(v.mode));
    put_row(&b, "decided by", rule.data != NULL ? rule.data : "");
    put_row(&b, "says", v.say);
    put_row(&b, "class", q->class_name);
    if (!q->open.is_current)
        put_row(&b, "", "of an earlier save: the newest has not been inspected");
    put_row(&b, "rep", q->open.rep);
    put_actor(&b, q);
    if (reasons.data != NULL)
        buf_puts(&b, reasons.data);
    b.failed |= reasons.failed || rule.failed;
    text_flush(&b);
}

static json_t *pack_verdict(const struct policy_verdict *v)
{
    bool ruled = v->rule != NULL;
    buf_auto name = {0};
    if (ruled)
        buf_printf(&name, "%s/%s", v->rule->pack, v->rule->name);
    json_t *rule = name.data != NULL ? wire_string(name.data) : json_null();
    return json_pack("{s:s, s:s, s:b, s:o, s:o, s:I, s:s, s:I, s:s}", "action",
                     ruled ? policy_action_name(v->action) : "none", "mode", policy_mode_name(v->mode), "blocked",
                     is_blocked(v), "rule", rule, "file", wire_string(ruled ? v->rule->file : ""), "line",
                     (json_int_t)(ruled ? v->rule->line : 0), "fail", policy_action_name(v->fail), "wait_ms",
                     (json_int_t)(v->wait_ns / NS_PER_MS), "say", v->say);
}

static void print_json(struct question *q, const char *path)
{
    static const char *const sessions[] = {"none", "local", "ssh"};
    char at[CLOCK_TEXT_BYTES];
    struct policy_verdict v;
    json_auto *rules = json_array(), *parents = json_array();
    struct policy_trail trail = {.json = rules};
    judge(q, &v, policy_trail_json, &trail);
    for (size_t i = 0; i < q->actor.parent_count; i++)
        json_array_append_new(parents, wire_string(q->actor.parents[i]));
    json_auto *json =
        json_pack("{s:o, s:s, s:b, s:o, s:b, s:o, s:s, s:O, s:o, s:I, s:s, s:o, s:s, s:O}", "path", wire_string(path),
                  "class", q->class_name, "current", q->open.is_current, "rep", wire_string(q->open.rep), "departing",
                  q->open.departing, "app", wire_string(q->app), "hash", q->hash, "parents", parents, "user",
                  wire_string(q->user), "uid", (json_int_t)q->actor.uid, "session", sessions[q->actor.session],
                  "cgroup", wire_string(q->actor.cgroup), "at", clock_format(q->open.now_ns, at), "rules", rules);
    json_auto *verdict = pack_verdict(&v);
    json_object_update(json, verdict);
    text_print_json(json);
}

static int explain(struct question *q, const char *path)
{
    struct error e = {0};
    struct policy_verdict v;
    char *real = realpath(path, NULL);
    q->is_exempt = false;
    int err = take_class(q, path, &e);
    take_place(q, path, real != NULL ? real : path);
    q->open.class_name = q->class_name;
    q->open.is_current = q->open.is_current && !q->cli->stale;
    if (err == 0) {
        q->wants_hash = (policy_open_wants(q->look->policy, q->class_name) & POLICY_WANTS_HASH) != 0;
        if (q->wants_hash && q->hash[0] == 0)
            hash_app(q);
        judge(q, &v, NULL, NULL);
        (q->cli->json ? print_json : print_text)(q, path);
    }
    free(real);
    return err != 0 ? cli_fail(CLI_USAGE, &e) : is_blocked(&v) ? CLI_FOUND : CLI_DONE;
}

int policy_explain_open(struct cli *c)
{
    struct error e = {0};
    look_auto look = {0};
    struct question q = {.cli = c, .look = &look};
    if (c->app == NULL || c->app[0] == 0)
        return cli_complain(CLI_USAGE, "policy explain --open: expected --app PROGRAM");
    q.open.actor = &q.actor;
    q.fallback = c->config != NULL ? policy_mode_named(c->config->guard_mode) : POLICY_AUDIT;
    int worst = take_actor(&q);
    if (worst == 0)
        worst = take_time(&q);
    int err = worst == 0 ? look_open(&look, c, &e) : 0;
    if (err < 0)
        return cli_fail(err == -EINVAL ? CLI_USAGE : CLI_COULD_NOT, &e);
    for (int i = 0; i < c->operand_count && look.policy != NULL; i++) {
        int status = explain(&q, c->operands[i]);
        worst = status > worst ? status : worst;
    }
    return worst;
}
