#include "cli/listing.h"

#include "cli/values.h"

enum { FOLLOW_SHOWS = 10 }; /* of what was there before, if nobody says how many */

int listing_request(struct source *s, const char *ask, struct target *t, struct wire_request *r, struct error *e)
{
    const struct cli *c = s->cli;
    *r = (struct wire_request){.ask = ask, .follow = c->follow};
    int err = c->operand_count > 0 ? source_find_target(s, c->operands[0], t, e) : 0;
    if (c->operand_count > 0)
        r->query = target_query(t);
    else
        r->query = (struct record_query){.rep = c->rep, .device = c->device, .mount = c->mount};
    r->query.class_name = c->class_name;
    if (err == 0)
        err = values_time("since", c->since, &r->query.since_ns, e);
    if (err == 0)
        err = values_time("until", c->until, &r->query.until_ns, e);
    if (err == 0)
        err = values_number("number", c->most, &r->query.most, e);
    if (err != 0)
        return err;
    bool none = c->most != NULL && r->query.most == 0;
    r->only_new = none && c->follow;
    if (c->follow && c->most == NULL)
        r->query.most = FOLLOW_SHOWS;
    return !none || c->follow;
}
