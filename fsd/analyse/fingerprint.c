#define XXH_INLINE_ALL /* of eight bytes, a call would cost as much as the hash */
#include "analyse/fingerprint.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>
#define XXH_INLINE_ALL /* keys are short, and a call costs as much as their hash */
#include <xxhash.h>

/*
 * How a text becomes fingerprints:
 *
 *   bytes -> code points (a piece may end inside one) -> folded letters and digits -> a hash of each k of them that
 *   follow one another -> of each window of hashes the least one -> found()
 *
 * The hash of k characters is a cyclic polynomial (Cohen 1997): each character has a random word made from the secret,
 * words are rotated by their place and xored, so one step takes the oldest out and the newest in. The words hide the
 * order in which hashes win; what is given out is hashed once more with the secret, since the sum alone is linear.
 *
 * Characters are gathered and worked on by the batch, so that the loops over them are short and without calls. Before
 * a batch's words lie the last K of the batch before, before its hashes the last WINDOW.
 */
enum { K = FINGERPRINT_K, WINDOW = FINGERPRINT_WINDOW, BATCH = 512, KIND_BITS = 7, FOLD_MOST = 32, ASCII = 128 };
_Static_assert(K < 64, "no two of k places are rotated alike");
_Static_assert((int)CONTACT_KINDS <= KIND_BITS, "a kind fits into a key's low bits");

uint64_t fingerprint_key(const unsigned char secret[static FINGERPRINT_SECRET_BYTES], const struct contact_key *key)
{
    uint64_t hash = XXH3_64bits_withSecret(key->text, key->len, secret, FINGERPRINT_SECRET_BYTES);
    return (hash & ~(uint64_t)KIND_BITS) | (uint64_t)key->kind;
}

struct winnow {
    unsigned char secret[FINGERPRINT_SECRET_BYTES];
    winnow_found *found;
    void *ctx;
    uint64_t ascii[ASCII]; /* a character's word; 0: it is left out */

    unsigned char split[4]; /* the beginning of a character whose rest is to come */
    size_t split_len;

    uint64_t words[K + BATCH];
    uint64_t hashes[WINDOW + BATCH];
    size_t count;        /* of the batch */
    uint64_t characters; /* before the batch */
    uint64_t sum;        /* of the last K of them */
    size_t least;        /* the hash last chosen */
};

static uint64_t word_of(const struct winnow *w, int32_t codepoint)
{
    return XXH3_64bits_withSecret(&codepoint, sizeof codepoint, w->secret, sizeof w->secret) | 1;
}

int winnow_open(struct winnow **out, const unsigned char secret[static FINGERPRINT_SECRET_BYTES], winnow_found *found,
                void *ctx)
{
    struct winnow *w = calloc(1, sizeof *w);
    if (w == NULL)
        return -ENOMEM;
    memcpy(w->secret, secret, sizeof w->secret);
    w->found = found;
    w->ctx = ctx;
    for (int c = 0; c < ASCII; c++) {
        int folded = c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c;
        if ((folded >= 'a' && folded <= 'z') || (c >= '0' && c <= '9'))
            w->ascii[c] = word_of(w, folded);
    }
    *out = w;
    return 0;
}

void winnow_close(struct winnow *w) { free(w); }

static uint64_t rotate(uint64_t x, unsigned by) { return x << by | x >> (64 - by); }

static int tell(struct winnow *w)
{
    uint64_t hash = w->hashes[w->least];
    return w->found(w->ctx, XXH3_64bits_withSecret(&hash, sizeof hash, w->secret, sizeof w->secret));
}

/* The last of the least among the hashes from `first` to `last`. Which one is chance, so nothing branches on it. */
static size_t choose(const uint64_t *hashes, size_t first, size_t last)
{
    size_t least = last;
    uint64_t value = hashes[last];
    for (size_t i = last; i-- > first;) {
        bool is_less = hashes[i] < value;
        least = is_less ? i : least;
        value = is_less ? hashes[i] : value;
    }
    return least;
}

/* Of fewer than K characters, the words not there are 0 and change nothing. */
static void hash_batch(struct winnow *w)
{
    uint64_t sum = w->sum;
    for (size_t i = 0; i < w->count; i++) {
        sum = rotate(sum, 1) ^ w->words[K + i] ^ rotate(w->words[i], K);
        w->hashes[WINDOW + i] = sum;
    }
    w->sum = sum;
}

/* The first of the hashes from `at` on that is less than `value`; `end` if none is. */
static size_t next_less(const uint64_t *hashes, size_t at, size_t end, uint64_t value)
{
    while (at < end && hashes[at] >= value)
        at++;
    return at;
}

/* Robust winnowing: what was chosen stays so until something less comes or it leaves the window. */
static int choose_from_batch(struct winnow *w)
{
    enum { FIRST_FULL = K - 1 + WINDOW - 1 }; /* the character that fills the first window */
    size_t at = WINDOW + (w->characters < FIRST_FULL ? (size_t)(FIRST_FULL - w->characters) : 0);
    size_t end = WINDOW + w->count;
    bool is_first = w->characters <= FIRST_FULL;
    while (at < end) {
        size_t leaves = is_first ? at : w->least + WINDOW, stop = leaves < end ? leaves : end;
        at = next_less(w->hashes, at, stop, w->hashes[w->least]);
        if (at == end)
            break;
        w->least = at < leaves ? at : choose(w->hashes, at - (WINDOW - 1), at);
        is_first = false;
        int err = tell(w);
        if (err != 0)
            return err;
        at++;
    }
    return 0;
}

static int end_batch(struct winnow *w)
{
    hash_batch(w);
    int err = choose_from_batch(w);
    memmove(w->words, w->words + w->count, K * sizeof w->words[0]);
    memmove(w->hashes, w->hashes + w->count, WINDOW * sizeof w->hashes[0]);
    w->least = w->least > w->count ? w->least - w->count : 0;
    w->characters += w->count;
    w->count = 0;
    return err;
}

static int put_word(struct winnow *w, uint64_t word)
{
    w->words[K + w->count++] = word;
    return w->count < BATCH ? 0 : end_batch(w);
}

static bool is_kept(int32_t codepoint)
{
    utf8proc_category_t c = utf8proc_category(codepoint);
    return (c >= UTF8PROC_CATEGORY_LU && c <= UTF8PROC_CATEGORY_LO) ||
           (c >= UTF8PROC_CATEGORY_ND && c <= UTF8PROC_CATEGORY_NO);
}

/* Accents, ligatures and widths are ways to write the same letters, and an export may change them. */
static int put_codepoint(struct winnow *w, int32_t codepoint)
{
    utf8proc_int32_t folded[FOLD_MOST];
    int boundary = 0;
    utf8proc_ssize_t count = utf8proc_decompose_char(
        codepoint, folded, FOLD_MOST, UTF8PROC_CASEFOLD | UTF8PROC_DECOMPOSE | UTF8PROC_COMPAT | UTF8PROC_STRIPMARK,
        &boundary);
    for (utf8proc_ssize_t i = 0; i < count && i < FOLD_MOST; i++) {
        uint64_t word = folded[i] < ASCII ? w->ascii[folded[i]] : is_kept(folded[i]) ? word_of(w, folded[i]) : 0;
        int err = word ? put_word(w, word) : 0;
        if (err != 0)
            return err;
    }
    return 0;
}

/* Length of the character that begins with this byte; 1 also for what begins none. */
static size_t character_length(unsigned char first)
{
    return first >= 0xf0 && first < 0xf8   ? 4
           : first >= 0xe0 && first < 0xf0 ? 3
           : first >= 0xc2 && first < 0xe0 ? 2
                                           : 1;
}

/* One character from these bytes; what is none is left out. Sets how many bytes it took. */
static int put_character(struct winnow *w, const unsigned char *bytes, size_t len, size_t *took)
{
    utf8proc_int32_t codepoint;
    utf8proc_ssize_t used = utf8proc_iterate(bytes, (utf8proc_ssize_t)len, &codepoint);
    *took = used > 0 ? (size_t)used : 1;
    return used > 0 ? put_codepoint(w, codepoint) : 0;
}

/* A character that the piece before began. Sets how many bytes of this piece it took. */
static int put_split(struct winnow *w, const unsigned char *bytes, size_t len, size_t *took)
{
    *took = 0;
    while (w->split_len > 0) {
        size_t want = character_length(w->split[0]), own = w->split_len, used;
        while (w->split_len < want && *took < len)
            w->split[w->split_len++] = bytes[(*took)++];
        if (w->split_len < want)
            return 0;
        int err = put_character(w, w->split, w->split_len, &used);
        /* Not a character after all: its first byte is gone, what follows may begin another. */
        w->split_len -= used;
        memmove(w->split, w->split + used, w->split_len);
        if (used >= own || w->split_len == 0) {
            *took -= w->split_len;
            w->split_len = 0;
        }
        if (err != 0)
            return err;
    }
    return 0;
}

/* ASCII up to the batch's end: how many bytes. Without a branch for what is left out, which nobody could foresee. */
static size_t put_ascii(struct winnow *w, const unsigned char *bytes, size_t len)
{
    size_t at = 0, count = w->count;
    for (; at < len && count < BATCH && bytes[at] < ASCII; at++) {
        uint64_t word = w->ascii[bytes[at]];
        w->words[K + count] = word;
        count += word != 0;
    }
    w->count = count;
    return at;
}

int winnow_text(struct winnow *w, const char *utf8, size_t len)
{
    const unsigned char *bytes = (const unsigned char *)utf8;
    size_t at = 0, took;
    int err = put_split(w, bytes, len, &at);
    while (at < len && err == 0) {
        if (bytes[at] < ASCII) {
            at += put_ascii(w, bytes + at, len - at);
            err = w->count == BATCH ? end_batch(w) : 0;
        } else if (len - at < character_length(bytes[at])) {
            w->split_len = len - at;
            memcpy(w->split, bytes + at, w->split_len);
            break;
        } else {
            err = put_character(w, bytes + at, len - at, &took);
            at += took;
        }
    }
    return err;
}

/* A text too short for a window has the least of what hashes there are: the last of those that are kept. */
int winnow_end(struct winnow *w)
{
    int err = end_batch(w);
    size_t hashes = w->characters >= K ? (size_t)(w->characters - (K - 1)) : 0;
    if (err == 0 && hashes > 0 && hashes < WINDOW) {
        w->least = choose(w->hashes, WINDOW - hashes, WINDOW - 1);
        err = tell(w);
    }
    memset(w->words, 0, sizeof w->words);
    w->characters = 0;
    w->sum = 0;
    w->least = 0;
    w->split_len = 0;
    return err;
}
