/* holdfast policy explain FILE...: which class, by which rule, from which facts. Works on any file, without a daemon.
 */
#include "cli/findings.h"
#include "cli/look.h"
#include "cli/policy.h"
#include "cli/text.h"
#include "control/wire.h"
#include "policy/keys.h"

#include <errno.h>
#include <inttypes.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

/* ---- facts ---- */

#define AT(field) offsetof(struct facts, field)
static const struct {
    const char *name;
    size_t offset;
    const char *words; /* behind the number */
} counts[] = {
    {"contacts", AT(contacts), "contacts"},
    {"rich", AT(rich), "contacts with three kinds of value or more"},
    {"rows", AT(rows), "rows or cards"},
    {"emails", AT(emails), "email addresses"},
    {"words", AT(words), "words of text"},
    {"draft", AT(draft), "of 100: the shape of a post"},
    {"hashtags", AT(hashtags), "hashtags"},
    {"mentions", AT(mentions), "mentions"},
    {"links", AT(links), "links"},
    {"posts", AT(posts), "cells in the shape of a post"},
    {"marks", AT(marks), "confidentiality marks"},
    {"cards", AT(cards), "payment card numbers"},
    {"ibans", AT(ibans), "IBANs"},
    {"ids", AT(ids), "national ids"},
    {"health", AT(health), "places with a person beside a condition"},
    {"pipeline", AT(pipeline), "places with deal or pipeline wording"},
    {"prospects", AT(prospects), "names that the company's prospect lists hold"},
    {"shared", AT(shared), "of 100 of the draft are in another text of the rep"},
    {"twins", AT(twins), "other texts of the rep with most of the draft"},
};
#undef AT
enum { COUNTS = sizeof counts / sizeof *counts };

static const char *const kind_names[CONTACT_KINDS] = {"email", "phone", "profile", "name", "company", "title"};
static const char *const flag_names[] = {"unreadable", "encrypted", "mismatch", "cut", "wrapped",
                                         "table",      "text",      "mail",     "code"};

static uint32_t count_of(const struct facts *f, size_t i)
{
    return *(const uint32_t *)(const void *)((const char *)f + counts[i].offset);
}

/* Is it known only where there is a record to compare with? */
static bool is_compared(size_t i) { return policy_keys[policy_find_key(SECTION_CLASS, counts[i].name)].compared; }

static void put_bits(struct buf *b, const char *heading, uint32_t bits, const char *const *names, size_t count)
{
    const char *between = "";
    if (bits == 0)
        return;
    buf_printf(b, "  %-11s ", heading);
    for (size_t i = 0; i < count; i++)
        if (bits & (1u << i)) {
            buf_printf(b, "%s%s", between, names[i]);
            between = ", ";
        }
    buf_puts(b, "\n");
}

static void put_facts(struct buf *b, const struct facts *f)
{
    buf_printf(b, "  %-11s %s, %s\n", "type", f->mime, f->charset);
    put_bits(b, "it is", f->flags, flag_names, sizeof flag_names / sizeof *flag_names);
    put_bits(b, "kinds", f->kinds, kind_names, CONTACT_KINDS);
    const char *heading = "facts";
    for (size_t i = 0; i < COUNTS; i++)
        if (count_of(f, i) > 0) {
            buf_printf(b, "  %-11s %6" PRIu32 " %s\n", heading, count_of(f, i), counts[i].words);
            heading = "";
        }
    if (f->compared == 0)
        buf_printf(b, "  %-11s prospects, shared, twins: only a file in a mount is compared with the record\n",
                   "not known");
}

/* ---- the way to the class ---- */

int policy_trail_text(void *ctx, const struct policy_reason *r)
{
    struct policy_trail *t = ctx;
    if (r->rule != t->rule)
        buf_printf(t->text, "  %-11s %s/%s (%s:%u)\n", t->rule == NULL ? "rules" : "", r->rule->pack, r->rule->name,
                   r->rule->file, r->rule->line);
    t->rule = r->rule;
    buf_printf(t->text, "  %-11s   %-3s %s: ", "", r->held ? "yes" : "no", r->key);
    text_put_line(t->text, r->text, strlen(r->text));
    buf_puts(t->text, "\n");
    return 0;
}

int policy_trail_json(void *ctx, const struct policy_reason *r)
{
    struct policy_trail *t = ctx;
    json_t *one = json_pack("{s:s, s:s, s:s, s:I, s:s, s:b, s:o}", "pack", r->rule->pack, "rule", r->rule->name, "file",
                            r->rule->file, "line", (json_int_t)r->rule->line, "key", r->key, "held", r->held, "text",
                            wire_string(r->text));
    return json_array_append_new(t->json, one) == 0 ? 0 : -ENOMEM;
}

/* ---- one file ---- */

static void print_text(const char *path, const struct look *l, const struct inspection *found, const struct report *r)
{
    buf_auto b = {0};
    struct policy_trail trail = {.text = &b};
    const struct policy_subject subject = {.path = path, .rep = ""};
    text_put_name(&b, path);
    buf_printf(&b, ": %s\n", found->class_name);
    if (found->rule[0] != 0)
        buf_printf(&b, "  %-11s %s\n", "decided by", found->rule);
    put_facts(&b, &found->facts);
    policy_classify(l->policy, &found->facts, &subject, NULL, policy_trail_text, &trail);
    buf_printf(&b, "  %-11s %s\n", "findings", r->finding_count == 0 ? "none" : "");
    text_flush(&b);
    findings_print(path, r, text_wants_colour());
}

static int print_json(const char *path, const struct look *l, const struct inspection *found, const struct report *r)
{
    json_auto *rules = json_array();
    struct policy_trail trail = {.json = rules};
    const struct policy_subject subject = {.path = path, .rep = ""};
    policy_classify(l->policy, &found->facts, &subject, NULL, policy_trail_json, &trail);
    json_auto *json = json_pack("{s:o, s:s, s:s, s:s, s:s, s:O, s:o}", "path", wire_string(path), "class",
                                found->class_name, "rule", found->rule, "mime", found->facts.mime, "charset",
                                found->facts.charset, "rules", rules, "findings", findings_pack(r));
    for (size_t i = 0; i < COUNTS && json != NULL; i++)
        if (!is_compared(i) || found->facts.compared != 0)
            json_object_set_new(json, counts[i].name, json_integer(count_of(&found->facts, i)));
    json_t *is = json_array();
    for (size_t i = 0; i < sizeof flag_names / sizeof *flag_names; i++)
        if (found->facts.flags & (1u << i))
            json_array_append_new(is, json_string(flag_names[i]));
    json_object_set_new(json, "is", is);
    return json == NULL ? -ENOMEM : text_print_json(json);
}

static int explain(struct cli *c, struct look *l, const char *path)
{
    struct error e = {0};
    struct inspection found;
    report_auto report = {0};
    if (look_at(l, path, &found, &report, &e) < 0)
        return cli_fail(CLI_USAGE, &e);
    if (c->json)
        print_json(path, l, &found, &report);
    else
        print_text(path, l, &found, &report);
    return CLI_DONE;
}

int policy_explain(struct cli *c)
{
    if (c->copy)
        return policy_explain_copy(c);
    struct error e = {0};
    look_auto look = {0};
    if (c->open)
        return policy_explain_open(c);
    int worst = CLI_DONE, err = look_open(&look, c, &e);
    if (err < 0)
        return cli_fail(err == -EINVAL ? CLI_USAGE : CLI_COULD_NOT, &e);
    for (int i = 0; i < c->operand_count; i++) {
        int status = explain(c, &look, c->operands[i]);
        worst = status > worst ? status : worst;
    }
    return worst;
}
