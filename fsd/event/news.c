#include "event/news.h"

#include "base/utf8.h"

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#define NEWS_MAGIC UINT32_C(0x31574e48) /* "HNW1" */

enum { TEXT_MOST = 512, LEVELS = 3 };

const char news_stop[NEWS_STOP_BYTES] = {'s', 't', 'o', 'p'};

struct news_head {
    uint32_t magic, len; /* of the whole message */
    uint32_t events, mount;
    uint64_t seq;
    int64_t saved_ns;
    uint32_t more, findings;
};

struct news_place {
    uint32_t level, line, column, row, cell;
};

const char *news_program(enum news_event event)
{
    static const char *const names[NEWS_EVENTS] = {[NEWS_ON_FINDING] = "on-finding", [NEWS_ON_SAVE] = "on-save"};
    return names[event];
}

/* ---- the strings, in the order in which they travel ---- */

struct text_row {
    size_t offset, most;
    bool is_raw; /* any bytes */
};

static const struct text_row head_texts[] = {{offsetof(struct news, path), PATH_MAX - 1, true},
                                             {offsetof(struct news, commit), 64, false},
                                             {offsetof(struct news, class_name), 64, false},
                                             {offsetof(struct news, records), 64, false}};
static const struct text_row finding_texts[] = {{offsetof(struct news_finding, rule), TEXT_MOST, false},
                                                {offsetof(struct news_finding, sheet), TEXT_MOST, false},
                                                {offsetof(struct news_finding, excerpt), TEXT_MOST, false},
                                                {offsetof(struct news_finding, say), TEXT_MOST, false},
                                                {offsetof(struct news_finding, repair), TEXT_MOST, false},
                                                {offsetof(struct news_finding, replace), TEXT_MOST, false},
                                                {offsetof(struct news_finding, cite), TEXT_MOST, false}};
enum {
    HEAD_TEXTS = sizeof head_texts / sizeof *head_texts,
    FINDING_TEXTS = sizeof finding_texts / sizeof *finding_texts,
};

/* ---- writing ---- */

struct out {
    char *bytes;
    size_t len;
    bool full;
};

static void put(struct out *o, const void *bytes, size_t len)
{
    o->full = o->full || len > NEWS_MESSAGE_BYTES - o->len;
    if (o->full)
        return;
    memcpy(o->bytes + o->len, bytes, len);
    o->len += len;
}

/* Cut before the character that does not fit. */
static void put_clean(struct out *o, const char *text, size_t most)
{
    size_t len = strlen(text);
    for (size_t i = 0, n; i < len; i += n) {
        size_t valid = utf8_plain_length(text + i, len - i);
        n = valid > 0 ? valid : 1;
        if (i + n > most)
            break;
        put(o, valid > 0 ? text + i : "?", n);
    }
}

static void put_texts(struct out *o, const void *from, const struct text_row *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const char *text = *(const char *const *)((const char *)from + rows[i].offset);
        text = text == NULL ? "" : text;
        if (rows[i].is_raw)
            put(o, text, strnlen(text, rows[i].most));
        else
            put_clean(o, text, rows[i].most);
        put(o, "", 1);
    }
}

ssize_t news_encode(const struct news *n, char to[static NEWS_MESSAGE_BYTES])
{
    struct out o = {.bytes = to};
    struct news_head head = {.magic = NEWS_MAGIC,
                             .events = n->events,
                             .mount = n->mount,
                             .seq = n->seq,
                             .saved_ns = n->saved_ns,
                             .more = n->more,
                             .findings = n->finding_count};
    if (n->finding_count > NEWS_FINDINGS_MOST)
        return -EMSGSIZE;
    put(&o, &head, sizeof head);
    put_texts(&o, n, head_texts, HEAD_TEXTS);
    for (uint32_t i = 0; i < n->finding_count; i++) {
        const struct news_finding *f = &n->findings[i];
        const struct news_place place = {f->level, f->line, f->column, f->row, f->cell};
        put(&o, &place, sizeof place);
        put_texts(&o, f, finding_texts, FINDING_TEXTS);
    }
    if (o.full)
        return -EMSGSIZE;
    head.len = (uint32_t)o.len;
    memcpy(to, &head, sizeof head);
    return (ssize_t)o.len;
}

/* ---- reading ---- */

struct in {
    const char *at, *end;
};

static bool take(struct in *in, void *to, size_t len)
{
    if ((size_t)(in->end - in->at) < len)
        return false;
    memcpy(to, in->at, len);
    in->at += len;
    return true;
}

static bool take_texts(struct in *in, void *to, const struct text_row *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const char *text = in->at, *nul = in->at < in->end ? memchr(text, 0, (size_t)(in->end - text)) : NULL;
        if (nul == NULL || (size_t)(nul - text) > rows[i].most ||
            (!rows[i].is_raw && !utf8_is_plain(text, (size_t)(nul - text))))
            return false;
        *(const char **)((char *)to + rows[i].offset) = text;
        in->at = nul + 1;
    }
    return true;
}

static bool take_finding(struct in *in, struct news_finding *out)
{
    struct news_place p;
    if (!take(in, &p, sizeof p) || p.level >= LEVELS)
        return false;
    *out = (struct news_finding){.level = p.level, .line = p.line, .column = p.column, .row = p.row, .cell = p.cell};
    return take_texts(in, out, finding_texts, FINDING_TEXTS);
}

int news_decode(struct news *out, const char *message, size_t len)
{
    struct in in = {message, message + len};
    struct news_head head;
    if (!take(&in, &head, sizeof head) || head.magic != NEWS_MAGIC || head.len != len || head.events == 0 ||
        head.events >> NEWS_EVENTS != 0 || head.findings > NEWS_FINDINGS_MOST)
        return -EBADMSG;
    *out = (struct news){.events = head.events,
                         .mount = head.mount,
                         .seq = head.seq,
                         .saved_ns = head.saved_ns,
                         .more = head.more,
                         .finding_count = head.findings};
    if (!take_texts(&in, out, head_texts, HEAD_TEXTS))
        return -EBADMSG;
    for (uint32_t i = 0; i < head.findings; i++)
        if (!take_finding(&in, &out->findings[i]))
            return -EBADMSG;
    return in.at == in.end ? 0 : -EBADMSG;
}
