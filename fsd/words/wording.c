#include "words/wording.h"
#include "words/block.h"

#include <pthread.h>
#include <string.h>
#include <utf8proc.h>
#include <xxhash.h>

struct folding {
    char *out;
    size_t room, len;
    size_t word;  /* where the word in hand begins */
    size_t since; /* letters since the word's beginning or its last dot; about: what counts is one or more */
    bool full;
};

/* What stands between two words; what did not fit of the last one goes. */
static void end_word(struct folding *f)
{
    if (f->len > f->word && f->len < f->room)
        f->out[f->len++] = ' ';
    f->word = f->len;
    f->since = 0;
}

static void put(struct folding *f, const void *bytes, size_t len)
{
    if (f->room - f->len < len) {
        f->full = true;
        return;
    }
    memcpy(f->out + f->len, bytes, len);
    f->len += len;
    f->since++;
}

/* Letters that no decomposition turns into plain ones. */
static const char *plain_letter(utf8proc_int32_t c)
{
    static const struct {
        utf8proc_int32_t c;
        const char *plain;
    } letters[] = {{0xe6, "ae"}, {0xf0, "d"},  {0xf8, "o"},  {0xfe, "th"},  {0x111, "d"},
                   {0x127, "h"}, {0x131, "i"}, {0x142, "l"}, {0x153, "oe"}, {0x167, "t"}};
    for (size_t i = 0; i < sizeof letters / sizeof *letters; i++)
        if (letters[i].c == c)
            return letters[i].plain;
    return NULL;
}

static bool is_word_category(utf8proc_category_t c)
{
    return (c >= UTF8PROC_CATEGORY_LU && c <= UTF8PROC_CATEGORY_LO) ||
           (c >= UTF8PROC_CATEGORY_ND && c <= UTF8PROC_CATEGORY_NO);
}

static void fold_any(struct folding *f, utf8proc_int32_t c)
{
    utf8proc_int32_t parts[32];
    int boundary = 0;
    if (c == 0x2019 || c == 0x2bc || c == 0xb4 || c == 0x200b || c == 0xad)
        return;
    if (c >= 0xac00 && c <= 0xd7a3) { /* a Hangul syllable stays whole */
        utf8proc_uint8_t bytes[4] = {0};
        put(f, bytes, (size_t)utf8proc_encode_char(c, bytes));
        return;
    }
    utf8proc_ssize_t count = utf8proc_decompose_char(
        c, parts, 32, UTF8PROC_DECOMPOSE | UTF8PROC_COMPAT | UTF8PROC_CASEFOLD | UTF8PROC_STRIPMARK, &boundary);
    for (utf8proc_ssize_t i = 0; i < count && i < 32; i++) {
        const char *plain = plain_letter(parts[i]);
        utf8proc_uint8_t bytes[4] = {0};
        if (plain)
            put(f, plain, strlen(plain));
        else if (is_word_category(utf8proc_category(parts[i])))
            put(f, bytes, (size_t)utf8proc_encode_char(parts[i], bytes));
        else
            end_word(f);
    }
}

/* The Latin letters of Europe, folded once. */
enum { LATIN_FROM = 0xc0, LATIN_TO = 0x180 };
static struct {
    char text[6];
    unsigned char len;
} latin[LATIN_TO - LATIN_FROM];
static pthread_once_t latin_once = PTHREAD_ONCE_INIT;

static void fill_latin(void)
{
    for (utf8proc_int32_t c = LATIN_FROM; c < LATIN_TO; c++) {
        struct folding f = {.out = latin[c - LATIN_FROM].text, .room = sizeof latin[0].text};
        fold_any(&f, c);
        latin[c - LATIN_FROM].len = (unsigned char)f.len;
    }
}

static void fold_wide(struct folding *f, utf8proc_int32_t c)
{
    if (c < LATIN_FROM || c >= LATIN_TO || c == 0xd7 || c == 0xf7) {
        fold_any(f, c);
        return;
    }
    pthread_once(&latin_once, fill_latin);
    put(f, latin[c - LATIN_FROM].text, latin[c - LATIN_FROM].len);
}

enum { BYTE_DIVIDES = 0, BYTE_VANISHES = 1, BYTE_DOT = 2, BYTE_WIDE = 3 };

/* What becomes of each byte: a letter or digit itself, or one of the above. */
static const unsigned char fold_byte[256] = {
    ['\''] = BYTE_VANISHES,
    ['`'] = BYTE_VANISHES,
    ['.'] = BYTE_DOT,
    ['0'] = '0',
    ['1'] = '1',
    ['2'] = '2',
    ['3'] = '3',
    ['4'] = '4',
    ['5'] = '5',
    ['6'] = '6',
    ['7'] = '7',
    ['8'] = '8',
    ['9'] = '9',
    ['a'] = 'a',
    ['b'] = 'b',
    ['c'] = 'c',
    ['d'] = 'd',
    ['e'] = 'e',
    ['f'] = 'f',
    ['g'] = 'g',
    ['h'] = 'h',
    ['i'] = 'i',
    ['j'] = 'j',
    ['k'] = 'k',
    ['l'] = 'l',
    ['m'] = 'm',
    ['n'] = 'n',
    ['o'] = 'o',
    ['p'] = 'p',
    ['q'] = 'q',
    ['r'] = 'r',
    ['s'] = 's',
    ['t'] = 't',
    ['u'] = 'u',
    ['v'] = 'v',
    ['w'] = 'w',
    ['x'] = 'x',
    ['y'] = 'y',
    ['z'] = 'z',
    ['A'] = 'a',
    ['B'] = 'b',
    ['C'] = 'c',
    ['D'] = 'd',
    ['E'] = 'e',
    ['F'] = 'f',
    ['G'] = 'g',
    ['H'] = 'h',
    ['I'] = 'i',
    ['J'] = 'j',
    ['K'] = 'k',
    ['L'] = 'l',
    ['M'] = 'm',
    ['N'] = 'n',
    ['O'] = 'o',
    ['P'] = 'p',
    ['Q'] = 'q',
    ['R'] = 'r',
    ['S'] = 's',
    ['T'] = 't',
    ['U'] = 'u',
    ['V'] = 'v',
    ['W'] = 'w',
    ['X'] = 'x',
    ['Y'] = 'y',
    ['Z'] = 'z',
};

/* Letters and digits of ASCII, as many as come: how many. */
static size_t put_plain(struct folding *f, const char *text, size_t len)
{
    size_t fits = f->room - f->len, count = 0;
    char *to = f->out + f->len;
    for (fits = len < fits ? len : fits; count < fits; count++) {
        unsigned char byte = (unsigned char)text[count], plain = byte < 0x80 ? fold_byte[byte] : BYTE_WIDE;
        if (plain <= BYTE_WIDE)
            break;
        to[count] = (char)plain;
    }
    f->full = f->len + count == f->room && count < len && fold_byte[(unsigned char)text[count]] > BYTE_WIDE;
    f->len += count;
    f->since += count;
    return count;
}

/* Most values of lists are words of plain letters and digits, divided by single spaces: they fold byte by byte. */
static bool folds_by_bytes(const char *text, size_t len)
{
    if (len == 0 || len > BLOCK_BYTES)
        return false;
    const struct block b = block_look(text, len);
    uint64_t gaps = block_bits_below(len) & ~(b.letters | b.digits);
    uint64_t ends = UINT64_C(1) | UINT64_C(1) << (len - 1);
    return b.wide == 0 && gaps == b.spaces && (gaps & (gaps >> 1 | ends)) == 0;
}

size_t wording_fold(const char *text, size_t len, char *out, size_t room)
{
    if (len <= room && folds_by_bytes(text, len)) {
        block_lower(out, text, len);
        return len;
    }
    struct folding f = {.out = out, .room = room};
    for (size_t i = 0; i < len && !f.full;) {
        unsigned char byte = (unsigned char)text[i], to = byte < 0x80 ? fold_byte[byte] : BYTE_WIDE;
        if (to > BYTE_WIDE) {
            i += put_plain(&f, text + i, len - i);
            continue;
        } else if (to == BYTE_DIVIDES) {
            end_word(&f);
        } else if (to == BYTE_DOT) {
            if (f.since > 1)
                end_word(&f);
            f.since = 0;
        } else if (to == BYTE_WIDE) {
            utf8proc_int32_t c;
            utf8proc_ssize_t n = utf8proc_iterate((const utf8proc_uint8_t *)text + i, (utf8proc_ssize_t)(len - i), &c);
            if (n > 0)
                fold_wide(&f, c);
            i += n > 0 ? (size_t)n : 1;
            continue;
        }
        i++;
    }
    if (f.full && f.word > 0)
        f.len = f.word;
    return f.len > 0 && out[f.len - 1] == ' ' ? f.len - 1 : f.len;
}

bool word_next(const char *folded, size_t len, struct word *w)
{
    if (w->next >= len)
        return false;
    const char *from = folded + w->next, *space = memchr(from, ' ', len - w->next);
    w->text = from;
    w->len = space ? (size_t)(space - from) : len - w->next;
    w->next += w->len + 1;
    return true;
}

/* ---- the lists as one open-addressed table, made at the first question ---- */

enum { TABLE_SLOTS = 16384 };
struct slot {
    const char *word;
    uint32_t len, classes;
};
static struct slot table[TABLE_SLOTS];
static pthread_once_t table_once = PTHREAD_ONCE_INIT;
static bool table_known; /* so that nobody has to call to be told */

static struct slot *slot_of(const char *word, size_t len)
{
    size_t at = XXH3_64bits(word, len) % TABLE_SLOTS;
    while (table[at].word != NULL && (table[at].len != len || memcmp(table[at].word, word, len) != 0))
        at = (at + 1) % TABLE_SLOTS;
    return &table[at];
}

/* Of each class the lengths, a bit each, of words that begin with a byte. */
enum { CLASSES = 32, LENGTH_MOST = 31 };
static uint32_t lengths[CLASSES][256];

static void fill_table(void)
{
    for (size_t i = 0; i < word_list_count; i++) {
        size_t len = strlen(word_lists[i].words), class = (size_t)__builtin_ctz(word_lists[i].class);
        for (struct word w = {0}; word_next(word_lists[i].words, len, &w);) {
            struct slot *slot = slot_of(w.text, w.len);
            slot->word = w.text;
            slot->len = (uint32_t)w.len;
            slot->classes |= word_lists[i].class;
            lengths[class][(unsigned char)w.text[0]] |= UINT32_C(1) << (w.len < LENGTH_MOST ? w.len : LENGTH_MOST);
        }
    }
    __atomic_store_n(&table_known, true, __ATOMIC_RELEASE);
}

static inline void need_table(void)
{
    if (!__atomic_load_n(&table_known, __ATOMIC_ACQUIRE))
        pthread_once(&table_once, fill_table);
}

uint32_t word_classes(const char *folded, size_t len)
{
    need_table();
    return slot_of(folded, len)->classes;
}

bool word_is(enum word_class class, const char *folded, size_t len)
{
    if (len == 0)
        return false;
    need_table();
    uint32_t some = lengths[__builtin_ctz(class)][(unsigned char)folded[0]];
    return (some >> (len < LENGTH_MOST ? len : LENGTH_MOST) & 1) != 0 && (slot_of(folded, len)->classes & class) != 0;
}
