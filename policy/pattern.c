#define PCRE2_CODE_UNIT_WIDTH 8
#include "policy/pattern.h"

#include <ctype.h>
#include <errno.h>
#include <pcre2.h>
#include <stdlib.h>
#include <string.h>

enum {
    WINDOW_BYTES = 4096, /* begins of matches that one call looks for; what a match may take follows */
    MATCH_LIMIT = 20000,
    DEPTH_LIMIT = 1000,
    HEAP_LIMIT_KIB = 4096,
    JIT_STACK_LEAST = 32 << 10,
    JIT_STACK_MOST = 512 << 10,
    PATTERN_TEXT_MOST = 16 << 10,
};

struct pattern {
    pcre2_code *code, *anchored;
    bool at_capitals; /* `anchored` is there, and matches nowhere else */
    char *text;
    uint32_t options;
};

struct pattern_room {
    pcre2_match_data *data;
    pcre2_match_context *context;
    pcre2_jit_stack *stack;
};

int pattern_room_open(struct pattern_room **out)
{
    struct pattern_room *room = calloc(1, sizeof *room);
    if (room == NULL)
        return -ENOMEM;
    room->data = pcre2_match_data_create(PATTERN_GROUPS + 1, NULL);
    room->context = pcre2_match_context_create(NULL);
    room->stack = pcre2_jit_stack_create(JIT_STACK_LEAST, JIT_STACK_MOST, NULL);
    if (room->data == NULL || room->context == NULL) {
        pattern_room_close(room);
        return -ENOMEM;
    }
    pcre2_set_match_limit(room->context, MATCH_LIMIT);
    pcre2_set_depth_limit(room->context, DEPTH_LIMIT);
    pcre2_set_heap_limit(room->context, HEAP_LIMIT_KIB);
    if (room->stack != NULL)
        pcre2_jit_stack_assign(room->context, NULL, room->stack);
    *out = room;
    return 0;
}

void pattern_room_close(struct pattern_room *room)
{
    if (room == NULL)
        return;
    pcre2_match_data_free(room->data);
    pcre2_match_context_free(room->context);
    pcre2_jit_stack_free(room->stack);
    free(room);
}

/* ---- compiling ---- */

static pcre2_code *compile(const char *text, uint32_t options, int *code, size_t *offset)
{
    pcre2_code *made = pcre2_compile((PCRE2_SPTR)text, PCRE2_ZERO_TERMINATED, options, code, offset, NULL);
    if (made != NULL)
        pcre2_jit_compile(made, PCRE2_JIT_COMPLETE); /* refused: it is interpreted, with the same limits */
    return made;
}

static int count_callout(pcre2_callout_enumerate_block *block, void *ctx)
{
    (void)block;
    *(bool *)ctx = true;
    return 1;
}

/* What PCRE2 takes and a rule may not have. NULL: nothing. */
static const char *objection(const pcre2_code *code)
{
    bool calls_out = false;
    uint32_t matches_nothing = 0;
    pcre2_callout_enumerate(code, count_callout, &calls_out);
    pcre2_pattern_info(code, PCRE2_INFO_MATCHEMPTY, &matches_nothing);
    if (calls_out)
        return "it calls out, which no rule may";
    return matches_nothing ? "it can match nothing at all, and so matches everywhere" : NULL;
}

int pattern_compile(struct pattern **out, const char *text, bool caseless, struct error *e)
{
    uint32_t options = PCRE2_UTF | PCRE2_UCP | PCRE2_MULTILINE | PCRE2_NEVER_BACKSLASH_C | PCRE2_USE_OFFSET_LIMIT;
    int code = 0;
    size_t offset = 0;
    if (strlen(text) > PATTERN_TEXT_MOST)
        return error_set(e, EINVAL, "it is longer than %d bytes", PATTERN_TEXT_MOST);
    if (text[0] == '(' && text[1] == '*' && isupper((unsigned char)text[2]))
        return error_set(e, EINVAL, "settings such as (*UTF) are not for rules");
    struct pattern *p = calloc(1, sizeof *p);
    if (p == NULL || (p->text = strdup(text)) == NULL) {
        pattern_free(p);
        return error_sys(e, ENOMEM, "pattern");
    }
    p->options = options | (caseless ? PCRE2_CASELESS : 0);
    p->code = compile(text, p->options, &code, &offset);
    const char *why = p->code != NULL ? objection(p->code) : NULL;
    if (p->code != NULL && why == NULL) {
        *out = p;
        return 0;
    }
    char said[160] = "";
    if (why == NULL)
        pcre2_get_error_message(code, (PCRE2_UCHAR *)said, sizeof said);
    pattern_free(p);
    return why != NULL ? error_set(e, EINVAL, "%s", why) : error_set(e, EINVAL, "at character %zu: %s", offset, said);
}

int pattern_compile_anchored(struct pattern *p)
{
    int code;
    size_t offset;
    /* What helps a search (is there the last letter anywhere ahead?) costs a try more than it saves. */
    uint32_t options = p->options | PCRE2_ANCHORED | PCRE2_NO_START_OPTIMIZE;
    p->anchored = compile(p->text, options, &code, &offset);
    return p->anchored != NULL ? 0 : -ENOMEM;
}

int pattern_begin_at_capitals(struct pattern *p)
{
    int err = pattern_compile_anchored(p);
    p->at_capitals = err == 0;
    return err;
}

void pattern_free(struct pattern *p)
{
    if (p == NULL)
        return;
    pcre2_code_free(p->code);
    pcre2_code_free(p->anchored);
    free(p->text);
    free(p);
}

const char *pattern_text(const struct pattern *p) { return p->text; }

/* ---- matching ---- */

size_t pattern_character(const char *text, size_t len, size_t at)
{
    if (at >= len)
        return len;
    while (at > 0 && ((unsigned char)text[at] & 0xc0) == 0x80)
        at--;
    return at;
}

/* A match that begins from `from` to `last`. */
static int run(const pcre2_code *code, struct pattern_room *room, const char *text, size_t end, bool cut, size_t from,
               size_t last, struct pattern_match *match)
{
    pcre2_set_offset_limit(room->context, last);
    uint32_t options = cut ? PCRE2_NOTEOL : 0;
    int rc = pcre2_jit_match(code, (PCRE2_SPTR)text, end, from, options, room->data, room->context);
    if (rc == PCRE2_ERROR_JIT_BADOPTION) /* it was not compiled for it */
        rc = pcre2_match(code, (PCRE2_SPTR)text, end, from, options | PCRE2_NO_UTF_CHECK, room->data, room->context);
    if (rc == PCRE2_ERROR_NOMATCH)
        return 0;
    if (rc == PCRE2_ERROR_NOMEMORY)
        return -ENOMEM;
    if (rc < 0)
        return -ELOOP;
    size_t *ends = pcre2_get_ovector_pointer(room->data);
    if (ends[1] < ends[0]) /* \K in a lookahead can put the begin behind the end */
        return 0;
    *match = (struct pattern_match){.at = ends[0], .len = ends[1] - ends[0], .group = rc > 0 ? (unsigned)rc - 1 : 0};
    return 1;
}

static bool may_be_capital(unsigned char c) { return (c >= 'A' && c <= 'Z') || c >= 0xc0; }

/* As run(), where only some characters are worth a try. */
static int run_at_capitals(const struct pattern *p, struct pattern_room *room, const char *text, size_t end, bool cut,
                           size_t from, size_t last, struct pattern_match *match)
{
    for (size_t at = from; at <= last; at++) {
        int found = may_be_capital((unsigned char)text[at]) ? run(p->anchored, room, text, end, cut, at, at, match) : 0;
        if (found != 0)
            return found;
    }
    return 0;
}

int pattern_search(const struct pattern *p, struct pattern_room *room, const char *text, size_t len, size_t from,
                   size_t until, struct pattern_match *match)
{
    while (from < until) {
        size_t next = pattern_character(text, until, from + WINDOW_BYTES);
        size_t end = pattern_character(text, len, next + PATTERN_BYTES);
        struct pattern_match m;
        int found = p->at_capitals ? run_at_capitals(p, room, text, end, end < len, from, next - 1, &m)
                                   : run(p->code, room, text, end, end < len, from, next - 1, &m);
        if (found < 0)
            return found;
        if (found == 0) {
            from = next;
        } else if (m.at >= next) { /* a lookahead's \K put it there; another window sees all of what follows it */
            from = next;
        } else if (m.len > PATTERN_BYTES || m.len == 0) {
            from = m.at + m.len > from ? m.at + m.len : pattern_character(text, len, from + 4);
        } else {
            *match = m;
            return 1;
        }
    }
    return 0;
}

int pattern_try(const struct pattern *p, struct pattern_room *room, const char *text, size_t len, size_t at,
                struct pattern_match *match)
{
    size_t end = pattern_character(text, len, at + PATTERN_BYTES);
    struct pattern_match m;
    int found = run(p->anchored, room, text, end, end < len, at, at, &m);
    if (found == 1 && m.len == 0)
        return 0;
    if (found == 1)
        *match = m;
    return found;
}
