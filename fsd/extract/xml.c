#include "extract/xml_state.h"

#include <errno.h>
#include <expat.h>
#include <malloc.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>

enum { PIECE_BYTES = 64 << 10 };

struct xml {
    XML_Parser parser;
    struct xml_state state;
};

/* ---- memory: expat keeps every new name it meets, and a file may hold nothing but new names ---- */

static __thread struct {
    size_t held;
    bool refused;
} memory;

static bool may_hold(size_t more)
{
    if (more <= XML_BYTES && memory.held <= XML_BYTES - more)
        return true;
    memory.refused = true;
    return false;
}

static void *hold(size_t size)
{
    void *p = may_hold(size) ? malloc(size) : NULL;
    memory.held += malloc_usable_size(p);
    return p;
}

static void *hold_again(void *p, size_t size)
{
    size_t before = malloc_usable_size(p);
    void *q = size <= before || may_hold(size - before) ? realloc(p, size) : NULL;
    if (q != NULL)
        memory.held += malloc_usable_size(q) - before;
    return q;
}

static void let_go(void *p)
{
    memory.held -= malloc_usable_size(p);
    free(p);
}

static const XML_Memory_Handling_Suite suite = {hold, hold_again, let_go};

/* ---- expat's callbacks ---- */

static void go_on(struct xml *x, int err)
{
    if (err < 0)
        XML_StopParser(x->parser, XML_FALSE);
}

static void on_begin(void *user, const XML_Char *name, const XML_Char **attrs)
{
    struct xml *x = user;
    go_on(x, xml_state_begin(&x->state, name, attrs));
}

static void on_end(void *user, const XML_Char *name)
{
    (void)name;
    struct xml *x = user;
    go_on(x, xml_state_end(&x->state));
}

static void on_text(void *user, const XML_Char *text, int len)
{
    struct xml *x = user;
    go_on(x, xml_state_text(&x->state, text, (size_t)len));
}

static void on_doctype(void *user, const XML_Char *name, const XML_Char *system, const XML_Char *public, int internal)
{
    (void)name, (void)system, (void)public, (void)internal;
    struct xml *x = user;
    x->state.err = -EBADMSG;
    go_on(x, -EBADMSG);
}

/* Expat would ask the kernel, which the sandbox may forbid; each process has these from its start. */
static unsigned long random_salt(void)
{
    const unsigned char *random = (const unsigned char *)(uintptr_t)getauxval(AT_RANDOM);
    unsigned long salt = 0;
    if (random != NULL)
        memcpy(&salt, random, sizeof salt);
    return salt | 1;
}

int xml_open(struct xml **out, const struct xml_handler *h)
{
    struct xml *x = calloc(1, sizeof *x);
    if (x == NULL)
        return -ENOMEM;
    memory.refused = false;
    x->parser = XML_ParserCreate_MM(NULL, &suite, NULL);
    if (x->parser == NULL) {
        free(x);
        return -ENOMEM;
    }
    xml_state_init(&x->state, h);
    XML_SetHashSalt(x->parser, random_salt());
    XML_SetUserData(x->parser, x);
    XML_SetElementHandler(x->parser, on_begin, on_end);
    XML_SetCharacterDataHandler(x->parser, on_text);
    XML_SetStartDoctypeDeclHandler(x->parser, on_doctype);
    *out = x;
    return 0;
}

void xml_close(struct xml *x)
{
    if (x == NULL)
        return;
    XML_ParserFree(x->parser);
    free(x);
}

static int parse(struct xml *x, const void *bytes, size_t len, bool last)
{
    if (x->state.err < 0)
        return x->state.err;
    enum XML_Status status = XML_Parse(x->parser, bytes, (int)len, last);
    if (x->state.err == 0 && status != XML_STATUS_OK) {
        bool starved = XML_GetErrorCode(x->parser) == XML_ERROR_NO_MEMORY;
        x->state.err = !starved ? -EBADMSG : memory.refused ? -E2BIG : -ENOMEM;
    }
    x->state.pushed += len;
    XML_Index event = XML_GetCurrentByteIndex(x->parser);
    if (x->state.err == 0 && event >= 0 && x->state.pushed - (uint64_t)event > XML_TAG_BYTES)
        x->state.err = -E2BIG; /* a tag that does not end is read again with every piece */
    return x->state.err;
}

int xml_push(struct xml *x, const void *bytes, size_t len)
{
    const char *from = bytes;
    int err = 0;
    while (len > 0 && err == 0) {
        size_t piece = len < PIECE_BYTES ? len : PIECE_BYTES;
        err = parse(x, from, piece, false);
        from += piece;
        len -= piece;
    }
    return err;
}

int xml_finish(struct xml *x) { return parse(x, "", 0, true); }

/* ---- attributes ---- */

const char *xml_attr(const char **attrs, const char *name)
{
    for (; attrs[0] != NULL; attrs += 2) {
        const char *colon = strchr(attrs[0], ':');
        if (strcmp(colon ? colon + 1 : attrs[0], name) == 0)
            return attrs[1];
    }
    return NULL;
}

unsigned xml_attr_number(const char **attrs, const char *name, unsigned least, unsigned most, unsigned none)
{
    const char *text = xml_attr(attrs, name);
    if (text == NULL || *text < '0' || *text > '9')
        return none;
    uint64_t value = 0;
    for (; *text >= '0' && *text <= '9' && value <= most; text++)
        value = value * 10 + (uint64_t)(*text - '0');
    return value < least ? least : value > most ? most : (unsigned)value;
}
