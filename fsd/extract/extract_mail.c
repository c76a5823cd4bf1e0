/*
 * Messages and mailboxes. Read in one pass, line by line; only the part in hand is kept. Parts inside parts are
 * followed MAIL_DEPTH deep, with the boundaries of all that are open at hand, so that a part whose end is missing ends
 * where one around it does.
 */
#include "extract/mail_lines.h"
#include "extract/mail_text.h"
#include "extract/member.h"
#include "extract/transfer.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { MAIL_DEPTH = 12, TEXT_MOST = READER_BYTES / 4, PEEK_BYTES = 16 * 1024, KNOWN_LEAST = 3, NONE = -1 };

struct boundary {
    char text[HEADER_BOUNDARY_BYTES];
    size_t len;
};

/* Several ways to write one thing (multipart/alternative): HTML is read only when there is no plain text. */
struct alternative {
    struct member html;
    char charset[HEADER_WORD_BYTES];
    bool has_plain;
};

enum encoding { IDENTITY, BASE64, QUOTED_PRINTABLE };

struct decoder {
    enum encoding encoding;
    struct base64 base64;
    struct quoted_printable quoted;
    unsigned char room[MAIL_LINES_ROOM + 4];
};

struct mail {
    struct content_sink *to;
    struct limits *l;
    extract_member *member;
    void *ctx;
    struct boundary open[MAIL_DEPTH];
    int depth; /* of `open` */
    int messages;
    struct alternative *alternative; /* the outermost we are in; NULL */
    int ended_by;                    /* the boundary that ended a part; NONE: the message's end */
    bool is_last;                    /* and no other part comes before its own end */
    bool is_mbox, was_blank, has_held;
    struct mail_line held;  /* given back: the next to be taken */
    struct decoder decoder; /* of the part in hand */
    struct mail_lines lines;
};

/* ---- lines of a part ---- */

static bool is_from_line(const struct mail_line *line)
{
    return line->begins && line->len > 5 && memcmp(line->text, "From ", 5) == 0 &&
           memchr(line->text, ':', line->len) != NULL;
}

/* The boundary a line is, of those that are open; NONE. */
static int find_boundary(const struct mail *m, const struct mail_line *line, bool *is_last)
{
    if (!line->begins || line->len < 3 || line->text[0] != '-' || line->text[1] != '-')
        return NONE;
    for (int i = m->depth - 1; i >= 0; i--) {
        const struct boundary *b = &m->open[i];
        if (line->len < b->len + 2 || memcmp(line->text + 2, b->text, b->len) != 0)
            continue;
        const char *rest = line->text + 2 + b->len;
        size_t left = line->len - 2 - b->len;
        *is_last = left >= 2 && rest[0] == '-' && rest[1] == '-';
        if (left == 0 || *is_last || rest[0] == ' ' || rest[0] == '\t')
            return i;
    }
    return NONE;
}

static int next_line(struct mail *m, struct mail_line *line)
{
    if (!m->has_held) {
        int got = mail_lines_next(&m->lines, line);
        if (got == -ECANCELED)
            m->to->flag(m->to->ctx, FACT_CUT);
        return got;
    }
    *line = m->held;
    m->has_held = false;
    return 1;
}

static void give_back(struct mail *m, const struct mail_line *line)
{
    m->held = *line;
    m->has_held = true;
}

/* The next line of this part: 1; 0 at its end, and ended_by and is_last say how; -errno. */
static int next_of_part(struct mail *m, struct mail_line *line)
{
    int got = next_line(m, line);
    if (got < 0)
        return got;
    m->ended_by = NONE;
    m->is_last = true;
    if (got == 0)
        return 0;
    if (m->is_mbox && m->was_blank && is_from_line(line)) {
        give_back(m, line);
        return 0;
    }
    m->was_blank = line->begins && line->ends && line->len == 0;
    int boundary = find_boundary(m, line, &m->is_last);
    m->ended_by = boundary;
    return boundary == NONE;
}

static int skip_part(struct mail *m)
{
    struct mail_line line;
    int got;
    while ((got = next_of_part(m, &line)) > 0)
        ;
    return got;
}

/* 1: the body comes next; 0: the part ended with its header; -errno. */
static int read_header(struct mail *m, struct mail_header *h)
{
    struct mail_line line;
    int got;
    mail_header_start(h);
    while ((got = next_of_part(m, &line)) > 0) {
        if (line.begins && line.len == 0)
            return 1;
        if (!line.begins)
            mail_header_continue(h, line.text, line.len);
        else if (!mail_header_line(h, line.text, line.len)) {
            give_back(m, &line);
            return 1;
        }
    }
    return got;
}

/* ---- leaves ---- */

static enum encoding encoding_of(const struct mail_header *h)
{
    char word[HEADER_WORD_BYTES];
    mail_header_word(mail_header_value(h, FIELD_ENCODING), word);
    return strcmp(word, "base64") == 0 ? BASE64 : strcmp(word, "quoted-printable") == 0 ? QUOTED_PRINTABLE : IDENTITY;
}

static int add_bytes(struct mail *m, struct decoder *d, struct member *part, const char *text, size_t len)
{
    if (d->encoding == IDENTITY)
        return member_add(part, m->l, text, len);
    size_t out = d->encoding == BASE64 ? base64_decode(&d->base64, text, len, d->room)
                                       : quoted_printable_decode(&d->quoted, text, len, d->room);
    return member_add(part, m->l, d->room, out);
}

/* Decode the body of a part. */
static int gather(struct mail *m, enum encoding encoding, struct member *part)
{
    struct mail_line line;
    int got, err = 0;
    struct decoder *d = &m->decoder;
    d->encoding = encoding;
    d->base64 = (struct base64){0};
    d->quoted = (struct quoted_printable){0};
    while ((got = next_of_part(m, &line)) > 0 && err == 0) {
        err = add_bytes(m, d, part, line.text, line.len);
        if (err == 0 && line.ends && encoding != BASE64)
            err = add_bytes(m, d, part, "\n", 1);
    }
    if (part->is_cut || err == -ECANCELED)
        m->to->flag(m->to->ctx, FACT_CUT);
    return err < 0 ? err : got;
}

static int push_html(struct mail *m, const struct member *part, const char *charset)
{
    struct input in = input_from_memory(part->data, part->len, "");
    const struct extract_hints hints = {.mime = "text/html", .charset = charset};
    int err = extract_html(&in, &hints, m->to, m->l);
    return err == -EBADMSG ? mail_push_text(part->data, part->len, charset, m->to) : err;
}

static bool is_blank(const struct member *part)
{
    for (size_t i = 0; i < part->len; i++)
        if (part->data[i] > ' ')
            return false;
    return true;
}

static int read_text(struct mail *m, const struct mail_header *h, bool is_html)
{
    member_auto part = {.most = TEXT_MOST};
    char charset[HEADER_WORD_BYTES];
    mail_header_param(mail_header_value(h, FIELD_TYPE), "charset", charset, sizeof charset);
    int err = gather(m, encoding_of(h), &part);
    if (err < 0 || is_blank(&part))
        return err;
    struct alternative *a = m->alternative;
    if (!is_html) {
        if (a)
            a->has_plain = true;
        return mail_push_text(part.data, part.len, charset, m->to);
    }
    if (a == NULL)
        return push_html(m, &part, charset);
    if (a->html.len == 0) {
        a->html = part;
        part = (struct member){0};
        memcpy(a->charset, charset, sizeof charset);
    }
    return 0;
}

static int read_attachment(struct mail *m, const struct mail_header *h, const char *mime, const char *name)
{
    member_auto part = {.most = member_most(m->l)};
    char charset[HEADER_WORD_BYTES];
    mail_header_param(mail_header_value(h, FIELD_TYPE), "charset", charset, sizeof charset);
    int err = gather(m, encoding_of(h), &part);
    if (err == 0 && part.len > 0 && (err = member_count(m->l)) < 0)
        m->to->flag(m->to->ctx, FACT_CUT);
    if (err < 0 || part.len == 0)
        return err;
    struct input in = input_from_memory(part.data, part.len, name);
    err = m->member(m->ctx, &in, &(struct extract_hints){.mime = mime, .charset = charset});
    return err == -EBADMSG ? 0 : err;
}

/* ---- parts and messages ---- */

static int read_message(struct mail *m);
static int read_entity(struct mail *m, const struct mail_header *h);

static int read_parts(struct mail *m, const char *boundary)
{
    int level = m->depth++;
    struct boundary *b = &m->open[level];
    b->len = strlen(boundary);
    memcpy(b->text, boundary, b->len + 1);
    int err = skip_part(m);
    while (err == 0 && m->ended_by == level && !m->is_last) {
        mail_header_auto h;
        err = read_header(m, &h);
        if (err > 0)
            err = read_entity(m, &h);
    }
    m->depth = level;
    return err == 0 && m->ended_by == level ? skip_part(m) : err;
}

static int read_alternative(struct mail *m, const char *boundary)
{
    struct alternative *a = calloc(1, sizeof *a);
    if (a == NULL)
        return -ENOMEM;
    m->alternative = a;
    int err = read_parts(m, boundary);
    m->alternative = NULL;
    if (err == 0 && !a->has_plain && a->html.len > 0)
        err = push_html(m, &a->html, a->charset);
    member_free(&a->html);
    free(a);
    return err;
}

/* A message inside a message: its own head, its own alternatives. */
static int read_forwarded(struct mail *m)
{
    struct alternative *outer = m->alternative;
    m->alternative = NULL;
    m->messages++;
    int err = read_message(m);
    m->messages--;
    m->alternative = outer;
    return err;
}

static bool find_name(const struct mail_header *h, char *name, size_t room)
{
    return mail_header_param(mail_header_value(h, FIELD_DISPOSITION), "filename", name, room) ||
           mail_header_param(mail_header_value(h, FIELD_TYPE), "name", name, room);
}

/* A part behind its header. At its end ended_by and is_last say how it ended. */
static int read_entity(struct mail *m, const struct mail_header *h)
{
    const char *type = mail_header_value(h, FIELD_TYPE);
    char mime[HEADER_WORD_BYTES], disposition[HEADER_WORD_BYTES], name[HEADER_WORD_BYTES];
    char boundary[HEADER_BOUNDARY_BYTES];
    mail_header_word(type, mime);
    mail_header_word(mail_header_value(h, FIELD_DISPOSITION), disposition);
    bool is_named = find_name(h, name, sizeof name);
    if (strncmp(mime, "multipart/", 10) == 0 && m->depth < MAIL_DEPTH &&
        mail_header_param(type, "boundary", boundary, sizeof boundary) && boundary[0] != 0) {
        bool is_choice = strcmp(mime, "multipart/alternative") == 0 && m->alternative == NULL;
        return is_choice ? read_alternative(m, boundary) : read_parts(m, boundary);
    }
    if (strcmp(mime, "message/rfc822") == 0 && encoding_of(h) == IDENTITY && m->messages < MAIL_DEPTH)
        return read_forwarded(m);
    bool is_html = strcmp(mime, "text/html") == 0;
    bool is_text = is_html || mime[0] == 0 || strcmp(mime, "text/plain") == 0;
    if (is_text && !is_named && strcmp(disposition, "attachment") != 0)
        return read_text(m, h, is_html);
    return read_attachment(m, h, mime, name);
}

static int read_message(struct mail *m)
{
    mail_header_auto h;
    int got = read_header(m, &h);
    if (got < 0)
        return got;
    if (h.is_cut)
        m->to->flag(m->to->ctx, FACT_CUT);
    int err = mail_push_head(&h, m->to);
    return err == 0 && got > 0 ? read_entity(m, &h) : err;
}

static int read_mailbox(struct mail *m)
{
    struct mail_line line;
    int got;
    while ((got = next_line(m, &line)) > 0) {
        if (!is_from_line(&line)) /* what stands before the first message */
            continue;
        int err = read_message(m);
        if (err < 0)
            return err;
    }
    return got;
}

/* ---- is it mail at all? ---- */

/* By the header: fields that only mail has, or enough that it mostly has, and nothing else among them. 0, -EBADMSG, or
 * of reading. */
static int peek(struct mail_lines *s, bool *is_mbox)
{
    mail_header_auto h;
    struct mail_line line;
    mail_header_start(&h);
    bool is_first = true, is_good = true;
    *is_mbox = false;
    for (size_t seen = 0; seen < PEEK_BYTES && is_good; seen += line.len + 1) {
        int got = mail_lines_next(s, &line);
        if (got < 0)
            return got;
        if (got == 0 || (line.len == 0 && line.begins))
            break;
        if (is_first && is_from_line(&line))
            *is_mbox = true;
        else if (line.begins)
            is_good = mail_header_line(&h, line.text, line.len);
        is_first = false;
    }
    return is_good && h.known >= KNOWN_LEAST ? 0 : -EBADMSG;
}

/* Most files are no mail, and what is only room is not cleared for them. */
static struct mail *new_mail(void)
{
    struct mail *m = malloc(sizeof *m);
    if (m == NULL)
        return NULL;
    memset(m, 0, offsetof(struct mail, decoder));
    memset(&m->decoder, 0, offsetof(struct decoder, room));
    memset(&m->lines, 0, offsetof(struct mail_lines, room));
    return m;
}

int extract_mail(struct input *in, const struct extract_hints *h, struct content_sink *to, struct limits *l,
                 extract_member *member, void *ctx)
{
    (void)h;
    struct mail *m = new_mail();
    if (m == NULL)
        return -ENOMEM;
    m->lines.in = in;
    m->lines.l = l;
    int err = peek(&m->lines, &m->is_mbox);
    if (err == -ECANCELED)
        to->flag(to->ctx, FACT_CUT);
    if (err == 0) {
        input_rewind(in);
        m->lines.at = m->lines.len = 0;
        m->lines.is_inside = false;
        m->to = to;
        m->l = l;
        m->member = member;
        m->ctx = ctx;
        to->flag(to->ctx, FACT_MAIL);
        err = m->is_mbox ? read_mailbox(m) : read_message(m);
    }
    free(m);
    return err;
}
