#include "policy/lines.h"

#include <errno.h>
#include <ini.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NAME_MOST = 48 };

struct reader {
    const char *at, *end; /* the next line */
    unsigned line;        /* the line that inih works on */
    const char *text;     /* that line: what inih was given may be cut */
    size_t len;           /* without comment and blanks at its end */
    bool indented, after_value;
    char *value; /* as long as the longest line */
    const struct lines_sink *to;
};

static bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r'; }

/* Length of a line without its comment and without blanks at its end. */
static size_t bare_length(const char *line, size_t len)
{
    size_t first = 0;
    while (first < len && is_blank(line[first]))
        first++;
    if (first < len && (line[first] == '#' || line[first] == ';'))
        return 0;
    for (size_t i = 1; i < len; i++)
        if (line[i] == ';' && is_blank(line[i - 1]))
            len = i;
    while (len > 0 && is_blank(line[len - 1]))
        len--;
    return len;
}

/* "[word]" or "[word "label"]". */
static void take_heading(struct reader *r)
{
    char line[2 * LINES_LABEL_BYTES], name[32], label[LINES_LABEL_BYTES] = "";
    int end = 0;
    snprintf(line, sizeof line, "%.*s", (int)(r->len < sizeof line ? r->len : sizeof line - 1), r->text);
    bool labelled = sscanf(line, "[%31[a-zA-Z_-] \"%79[^\"]\"]%n", name, label, &end) == 2 && end > 0;
    if (!labelled)
        label[0] = 0;
    if ((!labelled && sscanf(line, "[%31[a-zA-Z_-]]%n", name, &end) != 1) || end == 0 || (size_t)end != r->len)
        r->to->broken(r->to->ctx, r->line, "expected a section such as [class \"prospect-list\"]");
    else
        r->to->heading(r->to->ctx, r->line, name, label);
}

/* "name =": inih would take a ':' for the '=', and must see the '=' in what it is given of the line. */
static bool begins_with_name(const struct reader *r)
{
    const char *equals = memchr(r->text, '=', r->len < NAME_MOST ? r->len : NAME_MOST);
    return equals != NULL && equals > r->text && memchr(r->text, ':', (size_t)(equals - r->text)) == NULL;
}

/* What inih shall see of the line in hand; nothing of a line that it would not understand. */
static size_t judge_line(struct reader *r)
{
    bool has_name = begins_with_name(r);
    if (r->len == 0)
        return 0;
    if (r->indented) {
        if (!r->after_value)
            r->to->broken(r->to->ctx, r->line, "an indented line goes on with a value, and there is none before it");
        return r->after_value ? r->len : 0;
    }
    r->after_value = has_name && r->text[0] != '[';
    if (r->text[0] == '[')
        take_heading(r);
    else if (!has_name)
        r->to->broken(r->to->ctx, r->line, "expected \"key = value\", a [section] or a comment");
    return r->text[0] == '[' || has_name ? r->len : 0;
}

/* inih's reader: the next line into `to`, or NULL at the end. */
static char *next_line(char *to, int room, void *ctx)
{
    struct reader *r = ctx;
    if (r->at == r->end)
        return NULL;
    const char *newline = memchr(r->at, '\n', (size_t)(r->end - r->at));
    size_t whole = newline != NULL ? (size_t)(newline - r->at) : (size_t)(r->end - r->at);
    r->text = r->at;
    r->len = bare_length(r->at, whole);
    r->indented = r->len > 0 && is_blank(r->text[0]);
    r->at += whole + (newline != NULL);
    r->line++;
    size_t shown = judge_line(r), most = (size_t)room - 2;
    snprintf(to, (size_t)room, "%.*s\n", (int)(shown < most ? shown : most), r->text);
    return to;
}

/* inih's handler: one value, which is taken from the line, whole. */
static int take_value(void *ctx, const char *section, const char *name, const char *cut)
{
    struct reader *r = ctx;
    (void)section;
    (void)cut;
    const char *from = r->text, *end = r->text + r->len;
    if (!r->indented)
        from = (const char *)memchr(from, '=', r->len) + 1;
    while (from < end && is_blank(*from))
        from++;
    memcpy(r->value, from, (size_t)(end - from));
    r->value[end - from] = 0;
    r->to->value(r->to->ctx, r->line, name, r->value, r->indented);
    return 1;
}

int lines_read(const char *text, size_t len, const struct lines_sink *to)
{
    bool marked = len >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0; /* a byte order mark, as some editors put it */
    struct reader r = {.at = text + (marked ? 3 : 0), .end = text + len, .to = to};
    if (memchr(text, 0, len) != NULL || len > LINES_TEXT_BYTES) {
        to->broken(to->ctx, 1, "expected text of at most 1 MiB, without NUL bytes");
        return 0;
    }
    r.value = malloc(len + 1);
    if (r.value == NULL)
        return -ENOMEM;
    ini_parse_stream(next_line, &r, take_value, &r);
    free(r.value);
    return 0;
}

void lines_unescape(char *text)
{
    char *to = text;
    for (const char *p = text; *p != 0; p++) {
        if (*p == '\\' && (p[1] == '#' || p[1] == ';' || p[1] == '\\'))
            p++;
        *to++ = *p;
    }
    *to = 0;
}
