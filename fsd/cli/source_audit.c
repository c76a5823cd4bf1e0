/* Where `holdfast audit` gets its events: the daemon, which knows of those not sealed yet, or the repository. */
#include "cli/source.h"

#include "control/client.h"
#include "control/entries.h"

#include <errno.h>
#include <unistd.h>

static int listen_to_daemon(struct control_client *client, const struct source_audit_listener *l, struct error *e)
{
    for (;;) {
        json_auto *line = NULL;
        if (control_wait(client, STDOUT_FILENO, -1) < 0)
            return -EPIPE;
        int more = control_next(client, &line, e);
        if (more <= 0)
            return more;
        json_t *entry = json_object_get(line, "entry");
        int stop = 0;
        if (json_is_true(json_object_get(line, "mark")))
            stop = l->mark(l->ctx);
        else if (json_is_object(entry))
            stop = l->entry(l->ctx, entry, json_is_true(json_object_get(line, "sealed")));
        else
            stop = error_set(e, EPROTO, "the daemon's answer is no event of the audit log");
        if (stop != 0)
            return stop;
    }
}

struct sealed {
    const struct source_audit_listener *listener;
    size_t left; /* how many more are wanted */
};

static int take_sealed(void *ctx, const char *device, json_t *entry)
{
    struct sealed *s = ctx;
    (void)device;
    if (s->left == 0)
        return 1;
    int stop = s->listener->entry(s->listener->ctx, entry, true);
    return stop != 0 ? stop : --s->left == 0;
}

static int read_repository(struct source *s, const struct wire_request *r, const struct source_audit_listener *l,
                           struct error *e)
{
    const struct entries_query q = {.query = r->query, .rule = r->rule};
    struct sealed sealed = {l, r->query.most ? r->query.most : SIZE_MAX};
    int answer = entries_each_sealed(s->reader, &q, take_sealed, &sealed, e);
    return answer < 0 ? answer : 0;
}

int source_audit(struct source *s, const struct wire_request *request, const struct source_audit_listener *listener,
                 struct error *e)
{
    if (s->reader != NULL && request->follow)
        return error_set(e, EOPNOTSUPP, "--follow needs the daemon: without it nothing new is decided");
    if (s->reader != NULL)
        return read_repository(s, request, listener, e);
    control_client_auto *client = NULL;
    int err = source_ask(s, request, &client, e);
    return err ? err : listen_to_daemon(client, listener, e);
}
