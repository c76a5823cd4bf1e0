#include "analyse/detect.h"

#include <errno.h>
#include <magic.h>
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

/*
 * libmagic tries some twenty thousand rules, and on text most of them search: 2 to 4 ms for 20 kB. But the rules that
 * tell text types apart look at how the file begins, and whether it is text at all, in which charset, or CSV, JSON, tar
 * or OLE2 is found by code of libmagic's own that costs 0.05 to 0.2 ms. So there are two looks: without rules at
 * everything; then, unless that told the type, with rules: at everything if it is binary (0.5 ms), at the first 512
 * bytes if it is text (0.8 ms). That second look at a text is spared when it begins as prose does, and since people
 * save the same document again and again, its answer is remembered by those 512 bytes.
 */
enum { LOOK_BYTES = 256 * 1024, HEAD_BYTES = 512, MEMORY_SLOTS = 1024 };

struct memory_slot {
    size_t len; /* of head; 0: empty slot */
    unsigned char head[HEAD_BYTES];
    char mime[DETECT_MIME_BYTES];
};

struct type {
    char mime[DETECT_MIME_BYTES];
    char charset[DETECT_CHARSET_BYTES];
};

struct detector {
    magic_t plain; /* code only */
    magic_t rules;
    unsigned char *bytes; /* LOOK_BYTES */
    struct memory_slot slots[MEMORY_SLOTS];
};

static magic_t open_database(int flags, struct error *e)
{
    magic_t m = magic_open(flags | MAGIC_NO_CHECK_COMPRESS | MAGIC_NO_CHECK_ELF);
    if (m == NULL) {
        error_sys(e, errno, "libmagic");
        return NULL;
    }
    if (magic_load(m, NULL) < 0) {
        const char *why = magic_error(m);
        error_set(e, ENOENT, "libmagic's database (package libmagic-mgc): %s", why ? why : "cannot be loaded");
        magic_close(m);
        return NULL;
    }
    return m;
}

int detector_open(struct detector **out, struct error *e)
{
    struct detector *d = calloc(1, sizeof *d);
    if (d == NULL || (d->bytes = malloc(LOOK_BYTES)) == NULL) {
        free(d);
        return error_sys(e, ENOMEM, "inspector");
    }
    d->plain = open_database(MAGIC_MIME | MAGIC_NO_CHECK_SOFT, e);
    d->rules = d->plain ? open_database(MAGIC_MIME_TYPE | MAGIC_NO_CHECK_CSV | MAGIC_NO_CHECK_JSON, e) : NULL;
    if (d->rules == NULL) {
        detector_close(d);
        return -ENOENT;
    }
    *out = d;
    return 0;
}

void detector_close(struct detector *d)
{
    if (d == NULL)
        return;
    if (d->plain)
        magic_close(d->plain);
    if (d->rules)
        magic_close(d->rules);
    free(d->bytes);
    free(d);
}

static bool is_word_byte(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '+' || c == '/' || c == '-';
}

bool detector_clean(char *to, size_t room, const char *from, size_t len)
{
    to[0] = 0;
    if (len == 0 || len >= room)
        return false;
    for (size_t i = 0; i < len; i++) {
        char c = from[i] >= 'A' && from[i] <= 'Z' ? (char)(from[i] - 'A' + 'a') : from[i];
        if (!is_word_byte(c)) {
            to[0] = 0;
            return false;
        }
        to[i] = c;
    }
    to[len] = 0;
    return true;
}

/* "text/plain; charset=us-ascii" -> two words; what is not clean becomes the unknown type. */
static void take_answer(const char *answer, struct type *type)
{
    size_t len = strcspn(answer, ";");
    if (!detector_clean(type->mime, sizeof type->mime, answer, len) || strchr(type->mime, '/') == NULL)
        strcpy(type->mime, "application/octet-stream");
    const char *charset = strstr(answer + len, "charset=");
    charset = charset ? charset + strlen("charset=") : "";
    if (!detector_clean(type->charset, sizeof type->charset, charset, strlen(charset)))
        strcpy(type->charset, "binary");
}

static bool has_telling_type(const struct type *type)
{
    return strcmp(type->mime, "text/plain") != 0 && strcmp(type->mime, "application/octet-stream") != 0;
}

static int look_by_rules(struct detector *d, size_t len, char mime[static 96])
{
    const char *answer = magic_buffer(d->rules, d->bytes, len);
    if (answer == NULL)
        return -EIO;
    struct type type = {0};
    take_answer(answer, &type);
    if (has_telling_type(&type))
        strcpy(mime, type.mime);
    return 0;
}

/* "Subject: ...", "BEGIN:VCARD": does the line begin with a word and a colon, as headers do, or as a mailbox does? */
static bool is_header(const char *line, size_t len)
{
    size_t word = 0;
    while (word < len && ((line[word] | 0x20) >= 'a' && (line[word] | 0x20) <= 'z'))
        word++;
    while (word > 0 && word < len && line[word] == '-')
        for (word++; word < len && ((line[word] | 0x20) >= 'a' && (line[word] | 0x20) <= 'z');)
            word++;
    return (word > 0 && word < len && line[word] == ':') || (len > 5 && memcmp(line, "From ", 5) == 0);
}

/*
 * Words, numbers and their punctuation, in lines that begin with a letter or a digit: no rule makes more of that than
 * text/plain. Anything that code, markup or a format could be told by is not prose.
 */
static bool is_prose(const char *head, size_t len)
{
    for (size_t at = 0; at < len;) {
        const char *line = head + at, *end = memchr(line, '\n', len - at);
        size_t line_len = end ? (size_t)(end - line) : len - at;
        bool begins_well = line_len == 0 || line[0] == '\r' || line[0] == ' ' || (line[0] & 0x80) != 0 ||
                           (line[0] >= '0' && line[0] <= '9') || ((line[0] | 0x20) >= 'a' && (line[0] | 0x20) <= 'z');
        if (!begins_well || is_header(line, line_len))
            return false;
        for (size_t i = 0; i < line_len; i++)
            if (strchr("<>{}[]\\%$#=;|^~`_*&", line[i]) != NULL || ((unsigned char)line[i] < ' ' && line[i] != '\r'))
                return false;
        at += line_len + 1;
    }
    return true;
}

static int look_at_text(struct detector *d, size_t len, char mime[static 96])
{
    size_t head = len < HEAD_BYTES ? len : HEAD_BYTES;
    if (is_prose((const char *)d->bytes, head))
        return 0;
    struct memory_slot *slot = &d->slots[XXH3_64bits(d->bytes, head) % MEMORY_SLOTS];
    if (slot->len == head && memcmp(slot->head, d->bytes, head) == 0) {
        strcpy(mime, slot->mime);
        return 0;
    }
    int err = look_by_rules(d, head, mime);
    if (err < 0)
        return err;
    slot->len = head;
    memcpy(slot->head, d->bytes, head);
    strcpy(slot->mime, mime);
    return 0;
}

int detector_look(struct detector *d, const struct input *in, char mime[static DETECT_MIME_BYTES],
                  char charset[static DETECT_CHARSET_BYTES])
{
    ssize_t got = input_read_at(in, 0, d->bytes, LOOK_BYTES);
    if (got < 0)
        return (int)got;
    size_t len = (size_t)got;
    const char *answer = magic_buffer(d->plain, d->bytes, len);
    if (answer == NULL)
        return -EIO;
    struct type found = {0};
    take_answer(answer, &found);
    int err = 0;
    if (!has_telling_type(&found))
        err =
            strcmp(found.charset, "binary") == 0 ? look_by_rules(d, len, found.mime) : look_at_text(d, len, found.mime);
    if (err < 0)
        return err;
    memcpy(mime, found.mime, sizeof found.mime);
    memcpy(charset, found.charset, sizeof found.charset);
    return 0;
}
