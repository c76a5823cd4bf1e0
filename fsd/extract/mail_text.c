#include "extract/mail_text.h"

#include "extract/charset.h"

#include <errno.h>
#include <string.h>

static int push(struct content_sink *to, enum text_part part, const char *text, size_t len)
{
    return len > 0 ? to->text(to->ctx, part, text, len) : 0;
}

static int push_subject(const struct mail_header *h, struct content_sink *to)
{
    const char *subject = mail_header_value(h, FIELD_SUBJECT);
    buf_auto text = {0};
    int err = mail_header_decode(subject, strlen(subject), &text);
    if (err < 0 || text.len == 0)
        return err;
    buf_puts(&text, "\n");
    return text.failed ? -ENOMEM : push(to, TEXT_HEADING, text.data, text.len);
}

int mail_push_head(const struct mail_header *h, struct content_sink *to)
{
    static const struct {
        enum mail_field field;
        const char *label;
    } people[] = {{FIELD_FROM, "From: "}, {FIELD_TO, "To: "}, {FIELD_CC, "Cc: "}};
    buf_auto text = {0};
    for (size_t i = 0; i < sizeof people / sizeof *people; i++) {
        const char *value = mail_header_value(h, people[i].field);
        if (value[0] == 0)
            continue;
        buf_puts(&text, text.len > 0 ? "; " : "");
        buf_puts(&text, people[i].label);
        int err = mail_header_decode(value, strlen(value), &text);
        if (err < 0)
            return err;
    }
    buf_puts(&text, text.len > 0 ? "\n" : "");
    if (text.failed)
        return -ENOMEM;
    int err = push(to, TEXT_PROPERTY, text.data, text.len);
    return err == 0 ? push_subject(h, to) : err;
}

/* Where in a text that is pushed piece by piece we are. */
struct place {
    enum text_part part;
    bool is_inside; /* of a line: its part is decided */
};

/* Push a piece, divided where lines of the body and quoted ones meet. */
static int push_divided(struct content_sink *to, struct place *p, const char *text, size_t len)
{
    size_t done = 0;
    for (size_t at = 0; at < len;) {
        if (!p->is_inside) {
            enum text_part part = text[at] == '>' ? TEXT_QUOTE : TEXT_BODY;
            int err = part != p->part ? push(to, p->part, text + done, at - done) : 0;
            if (err < 0)
                return err;
            done = part != p->part ? at : done;
            p->part = part;
        }
        const char *end = memchr(text + at, '\n', len - at);
        p->is_inside = end == NULL;
        at = end ? (size_t)(end + 1 - text) : len;
    }
    return push(to, p->part, text + done, len - done);
}

int mail_push_text(const void *bytes, size_t len, const char *charset, struct content_sink *to)
{
    struct input in = input_from_memory(bytes, len, "");
    struct charset_reader *reader = NULL;
    struct place place = {.part = TEXT_BODY};
    char piece[8192];
    int err = charset_open(&reader, &in, charset);
    while (err == 0) {
        ssize_t n = charset_read(reader, piece, sizeof piece);
        if (n <= 0) {
            err = (int)n;
            break;
        }
        err = push_divided(to, &place, piece, (size_t)n);
    }
    charset_close(reader);
    return err == 0 && place.is_inside ? push(to, place.part, "\n", 1) : err;
}
