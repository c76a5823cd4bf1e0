/*
 * extract_json: what CRMs and their like export as JSON: one document, or one object a line.
 *
 * An object that stands in an array or on a line of its own is a row; its members, and those of objects inside it, are
 * cells, labelled with their keys joined by '.'. But where objects inside it are people of their own
 * ({"company": ..., "contacts": [{...}, {...}]}), each of them is a row; those that only are parts of one
 * ({"name": ..., "emails": [{"value": ..., "type": "work"}]}) are not. An array of values in an array is a row of a
 * table. Strings that belong to no row are text.
 *
 * Nothing but the innermost open row is kept: see card.h for its bounds. Levels below JSON_DEPTH are passed over.
 */
#include "extract/card.h"
#include "extract/json_scan.h"

#include <errno.h>
#include <string.h>

enum { JSON_DEPTH = 64, LABEL_BYTES = 256, FEW = 32 }; /* FEW: more than a person has addresses */

enum level_kind { LEVEL_ROOT, LEVEL_OBJECT, LEVEL_ARRAY };
enum expect { EXPECT_VALUE, EXPECT_VALUE_OR_END, EXPECT_KEY, EXPECT_KEY_OR_END, EXPECT_COLON, EXPECT_COMMA_OR_END };

struct level {
    enum level_kind kind;
    enum expect expect;
    struct card_mark mark; /* of the card, where it began */
    size_t path_len;       /* of its own label */
    uint32_t elements;     /* of an array */
    uint32_t telling;      /* values that may say who a person is */
    uint32_t records;      /* members that look like people of their own */
    bool has_address;      /* an email or a phone is among the values */
};

struct json {
    struct json_scan *from;
    struct content_sink *to;
    struct card *card;
    struct buf path;  /* label of the value at hand */
    uint32_t depth;   /* of levels[]; 0: the root */
    uint64_t beyond;  /* levels deeper than JSON_DEPTH that are open */
    uint32_t objects; /* of levels[] */
    uint32_t roots, rows;
    bool held;   /* the card is the object at the root, not known yet to be a line */
    bool pushed; /* something was */
    bool too_deep;
    struct level levels[JSON_DEPTH + 1];
};

static struct level *top(struct json *j) { return &j->levels[j->depth]; }

static void cut_path(struct json *j, size_t len)
{
    j->path.len = len;
    j->path.data[len] = 0;
}

/* ---- what values say ---- */

static bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
static bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
static bool is_digit(char c) { return c >= '0' && c <= '9'; }

static bool looks_like_address(const char *text, size_t len)
{
    size_t digits = 0;
    if (memchr(text, '@', len) != NULL)
        return true;
    for (size_t i = 0; i < len; i++) {
        digits += is_digit(text[i]);
        if (!is_digit(text[i]) && memchr("+-()/. ", text[i], 7) == NULL)
            return false;
    }
    bool is_date = len >= 10 && text[4] == '-' && text[7] == '-';
    return digits >= 7 && digits <= 15 && !is_date;
}

/* A name or something else of several words, but no "work" and no "LEAD_STATUS". */
static bool looks_like_name(const char *text, size_t len)
{
    if (len < 2)
        return false;
    return (is_upper(text[0]) && is_lower(text[1])) || (unsigned char)text[0] >= 0x80 || memchr(text, ' ', len) != NULL;
}

static bool is_kind_key(const char *path)
{
    static const char *const keys[] = {"type", "label", "kind", "rel", "primary"};
    const char *key = strrchr(path, '.');
    key = key != NULL ? key + 1 : path;
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        if (strcmp(key, keys[i]) == 0)
            return true;
    return false;
}

static void weigh(struct json *j, const struct buf *text)
{
    struct level *level = top(j);
    if (text->len == 0 || is_kind_key(j->path.data))
        return;
    bool address = looks_like_address(text->data, text->len);
    level->has_address = level->has_address || address;
    level->telling += address || looks_like_name(text->data, text->len);
}

static bool is_person(const struct level *level) { return level->telling >= 2 && level->has_address; }

/* ---- pushing ---- */

static int push_row(struct json *j, struct card_mark from)
{
    if (j->card->count == from.count) {
        card_drop(j->card, from);
        return 0;
    }
    j->pushed = true;
    return card_push(j->card, from, ++j->rows, j->to);
}

static int push_line(struct json *j, const char *text, size_t len)
{
    if (len == 0)
        return 0;
    j->pushed = true;
    int err = j->to->text(j->to->ctx, TEXT_BODY, text, len);
    return err != 0 ? err : j->to->text(j->to->ctx, TEXT_BODY, "\n", 1);
}

/* The card's cells are no row: each is a line of text. */
static int push_as_text(struct json *j)
{
    const struct card *c = j->card;
    int err = c->bytes.failed ? -ENOMEM : 0;
    for (uint32_t i = 0; i < c->count && err == 0; i++)
        err = push_line(j, c->bytes.data + c->slots[i].text, c->slots[i].len);
    card_drop(j->card, (struct card_mark){0});
    return err;
}

/* ---- levels ---- */

static int open_level(struct json *j, enum level_kind kind)
{
    top(j)->elements++;
    if (j->depth == JSON_DEPTH) {
        j->too_deep = true;
        j->beyond = 1;
        return 0;
    }
    j->depth++;
    j->objects += kind == LEVEL_OBJECT;
    *top(j) = (struct level){.kind = kind,
                             .expect = kind == LEVEL_OBJECT ? EXPECT_KEY_OR_END : EXPECT_VALUE_OR_END,
                             .mark = card_mark(j->card),
                             .path_len = j->path.len};
    return 0;
}

/* Is the object that just ended in `holder` a row, or a part of the one around it? */
static bool is_own_row(const struct json *j, const struct level *object, struct level *holder)
{
    if (holder->kind == LEVEL_OBJECT)
        return is_person(object) && holder->records++ > 0;
    if (j->objects == 0 || object->telling >= 2 || holder->elements > FEW || holder[-1].kind == LEVEL_ARRAY)
        return true;
    return j->objects == 1 && j->levels[1].kind == LEVEL_OBJECT && j->levels[1].telling == 0;
}

static int close_level(struct json *j)
{
    const struct level *ended = top(j);
    struct level *holder = &j->levels[--j->depth];
    j->objects -= ended->kind == LEVEL_OBJECT;
    holder->expect = holder->kind == LEVEL_ROOT ? EXPECT_VALUE : EXPECT_COMMA_OR_END;
    if (holder->kind == LEVEL_ROOT) {
        j->held = ended->kind == LEVEL_OBJECT;
        return 0;
    }
    bool is_line = ended->kind == LEVEL_ARRAY && holder->kind == LEVEL_ARRAY;
    if (is_line || (ended->kind == LEVEL_OBJECT && is_own_row(j, ended, holder)))
        return push_row(j, ended->mark);
    holder->telling += ended->telling;
    holder->has_address = holder->has_address || ended->has_address;
    return 0;
}

/* The object at the root is a line like those before or after it, or a person, or else a document. */
static int settle_root(struct json *j, bool is_last)
{
    j->held = false;
    if (is_last && j->roots == 1 && !is_person(&j->levels[1]))
        return push_as_text(j);
    return push_row(j, (struct card_mark){0});
}

/* ---- tokens ---- */

static int take_key(struct json *j, const struct buf *key)
{
    cut_path(j, top(j)->path_len);
    if (j->path.len > 0)
        buf_put(&j->path, ".", 1);
    size_t room = j->path.len < LABEL_BYTES ? LABEL_BYTES - j->path.len : 0;
    buf_put(&j->path, key->data, card_cut(key->data, key->len, room));
    top(j)->expect = EXPECT_COLON;
    return j->path.failed ? -ENOMEM : 0;
}

static int take_value(struct json *j, enum json_token token, const struct buf *text)
{
    struct level *level = top(j);
    level->elements++;
    level->expect = level->kind == LEVEL_ROOT ? EXPECT_VALUE : EXPECT_COMMA_OR_END;
    if (token == JSON_WORD)
        return 0;
    if (level->kind == LEVEL_ARRAY && level[-1].kind == LEVEL_ARRAY) {
        card_put_at(j->card, level->elements - 1, text->data, text->len);
        return 0;
    }
    bool many = level->kind == LEVEL_ARRAY && level->elements > FEW;
    if (j->objects == 0 || many)
        return token == JSON_STRING ? push_line(j, text->data, text->len) : 0;
    if (token == JSON_STRING)
        weigh(j, text);
    int err = j->depth == 1 && j->card->count > CARD_CELLS / 2 ? push_as_text(j) : 0;
    card_put(j->card, j->path.data, j->path.len, text->data, text->len);
    return err;
}

static bool is_expected(const struct json *j, enum json_token token)
{
    enum {
        VALUE = 1 << JSON_OBJECT | 1 << JSON_ARRAY | 1 << JSON_STRING | 1 << JSON_NUMBER | 1 << JSON_WORD,
    };
    static const unsigned expected[] = {
        [EXPECT_VALUE] = VALUE,           [EXPECT_VALUE_OR_END] = VALUE | 1 << JSON_ARRAY_END,
        [EXPECT_KEY] = 1 << JSON_STRING,  [EXPECT_KEY_OR_END] = 1 << JSON_STRING | 1 << JSON_OBJECT_END,
        [EXPECT_COLON] = 1 << JSON_COLON, [EXPECT_COMMA_OR_END] = 1 << JSON_COMMA,
    };
    const struct level *level = &j->levels[j->depth];
    if (level->kind == LEVEL_ROOT && j->roots == 0)
        return token == JSON_OBJECT || token == JSON_ARRAY;
    unsigned more = 0;
    if (level->expect == EXPECT_COMMA_OR_END)
        more = level->kind == LEVEL_OBJECT ? 1 << JSON_OBJECT_END : 1 << JSON_ARRAY_END;
    return ((expected[level->expect] | more) & 1u << token) != 0;
}

static int take(struct json *j, enum json_token token, const struct buf *text)
{
    struct level *level = top(j);
    int err = j->held ? settle_root(j, false) : 0;
    if (err != 0)
        return err;
    if (level->kind == LEVEL_ROOT) {
        j->roots++;
        cut_path(j, 0);
    }
    if (level->kind == LEVEL_ARRAY)
        cut_path(j, level->path_len);
    switch (token) {
    case JSON_OBJECT:
    case JSON_ARRAY:
        return open_level(j, token == JSON_OBJECT ? LEVEL_OBJECT : LEVEL_ARRAY);
    case JSON_OBJECT_END:
    case JSON_ARRAY_END:
        return close_level(j);
    case JSON_COMMA:
        level->expect = level->kind == LEVEL_OBJECT ? EXPECT_KEY : EXPECT_VALUE;
        return 0;
    case JSON_COLON:
        level->expect = EXPECT_VALUE;
        return 0;
    default:
        if (level->kind == LEVEL_OBJECT && level->expect != EXPECT_VALUE)
            return take_key(j, text);
        return take_value(j, token, text);
    }
}

/* Levels that are too deep: only their ends are looked for. */
static void pass_over(struct json *j, enum json_token token)
{
    j->beyond += token == JSON_OBJECT || token == JSON_ARRAY;
    j->beyond -= token == JSON_OBJECT_END || token == JSON_ARRAY_END;
    if (j->beyond == 0)
        top(j)->expect = EXPECT_COMMA_OR_END;
}

/* It is no JSON; or none from here on, as if all that is open were closed. */
static int end_broken(struct json *j)
{
    int err = 0;
    if (!j->pushed)
        return -EBADMSG;
    j->to->flag(j->to->ctx, FACT_UNREADABLE);
    while (err == 0 && j->depth > 0)
        err = close_level(j);
    return err == 0 && j->held ? settle_root(j, false) : err;
}

static int read_tokens(struct json *j)
{
    for (;;) {
        const struct buf *text;
        int token = json_scan_next(j->from, &text), err = 0;
        if (token < 0)
            return token;
        if (token == JSON_END && j->depth == 0 && j->roots > 0)
            return j->held ? settle_root(j, true) : 0;
        if (token == JSON_END || token == JSON_BROKEN)
            return end_broken(j);
        if (j->beyond > 0)
            pass_over(j, (enum json_token)token);
        else if (!is_expected(j, (enum json_token)token))
            return end_broken(j);
        else
            err = take(j, (enum json_token)token, text);
        if (err != 0)
            return err;
    }
}

int extract_json(struct input *in, const struct extract_hints *h, struct content_sink *to, struct limits *l)
{
    json_scan_auto *from = NULL;
    card_auto *card = card_new();
    int err = card == NULL ? -ENOMEM : json_scan_open(&from, in, h->charset, l);
    if (err < 0)
        return err;
    struct json j = {.from = from, .to = to, .card = card};
    buf_put(&j.path, "", 0);
    err = j.path.failed ? -ENOMEM : read_tokens(&j);
    if ((json_scan_was_cut(from) || j.too_deep) && err != -EBADMSG)
        to->flag(to->ctx, FACT_CUT);
    buf_free(&j.path);
    return err;
}
