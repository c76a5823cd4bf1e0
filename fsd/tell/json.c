#include "tell/json.h"

#include "base/buf.h"
#include "base/clock.h"
#include "policy/policy.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

static bool put(json_t *to, const char *key, json_t *value) { return json_object_set_new(to, key, value) == 0; }

static bool put_text(json_t *to, const char *key, const char *text)
{
    return text[0] == 0 || put(to, key, json_string(text));
}

static bool put_number(json_t *to, const char *key, uint32_t number)
{
    return number == 0 || put(to, key, json_integer(number));
}

/* A path may be any bytes: what is not UTF-8, and what begins with a quote, is C-quoted as git does. */
static json_t *path_text(const char *path)
{
    json_t *plain = path[0] != '"' ? json_string(path) : NULL;
    if (plain != NULL)
        return plain;
    buf_auto quoted = {0};
    buf_put_quoted(&quoted, path, strlen(path));
    return quoted.failed ? NULL : json_stringn(quoted.data ? quoted.data : "", quoted.len);
}

static bool add_finding(json_t *list, const struct news_finding *f)
{
    json_t *o = json_object();
    bool good = json_array_append_new(list, o) == 0 &&
                put_text(o, "level", policy_level_name((enum policy_level)f->level)) && put_text(o, "rule", f->rule) &&
                put_number(o, "line", f->line) && put_number(o, "column", f->column) &&
                put_text(o, "sheet", f->sheet) && put_number(o, "row", f->row) && put_number(o, "cell", f->cell) &&
                put_text(o, "excerpt", f->excerpt) && put_text(o, "say", f->say) && put_text(o, "repair", f->repair) &&
                put_text(o, "replace", f->replace) && put_text(o, "cite", f->cite);
    return good;
}

static bool fill(json_t *o, const struct news *n, enum news_event event, const struct config *config)
{
    char saved[CLOCK_TEXT_BYTES];
    const struct config_mount *m = &config->mounts[n->mount];
    json_t *findings = json_array();
    bool good = put_text(o, "event", news_program(event)) && put_text(o, "mount", m->name) &&
                put(o, "path", path_text(n->path)) && put(o, "seq", json_integer((json_int_t)n->seq)) &&
                put_text(o, "commit", n->commit) && put_text(o, "rep", m->rep) &&
                put_text(o, "device", config->device_name) && put_text(o, "class", n->class_name) &&
                put_text(o, "saved", clock_format(n->saved_ns, saved)) && put_text(o, "records", n->records) &&
                put(o, "findings", json_incref(findings));
    for (uint32_t i = 0; i < n->finding_count && good; i++)
        good = add_finding(findings, &n->findings[i]);
    json_decref(findings);
    return good && put_number(o, "more", n->more);
}

char *json_of_news(const struct news *n, enum news_event event, const struct config *config)
{
    json_t *o = json_object();
    char *text = o != NULL && fill(o, n, event, config) ? json_dumps(o, JSON_COMPACT) : NULL;
    json_decref(o);
    char *line = text != NULL ? realloc(text, strlen(text) + 2) : NULL;
    if (line == NULL)
        free(text);
    else
        strcat(line, "\n");
    return line;
}
