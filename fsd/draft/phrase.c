#include "draft/phrase_table.h"

#include <pthread.h>
#include <stdbool.h>
#include <string.h>

/* Phrases by the hash of their first word; built once, read only afterwards. */
enum { PHRASES_MOST = 5120, BUCKETS = 8192 };

struct phrase {
    const char *text;
    uint32_t hash; /* of its first word */
    uint16_t len;
    uint8_t role; /* PHRASE_ROLES: a closed word */
    uint16_t closed;
    uint16_t next; /* in its bucket, plus 1 */
};

static struct phrase phrases[PHRASES_MOST];
static uint16_t buckets[BUCKETS];
static uint16_t marks[128]; /* closed words that are one of ASCII's marks, plus 1 */
static pthread_once_t built = PTHREAD_ONCE_INIT;

static bool is_word_byte(char c)
{
    return (c >= 'a' && c <= 'z') || (unsigned char)c >= 0x80 || c == '\'' || c == '-' || (c >= '0' && c <= '9');
}

static size_t word_len(const char *text, size_t len, uint32_t *hash)
{
    size_t n = 0;
    uint32_t h = 2166136261u; /* FNV-1a */
    for (; n < len && is_word_byte(text[n]); n++)
        h = (h ^ (unsigned char)text[n]) * 16777619u;
    *hash = h ^ h >> 15;
    return n;
}

static size_t add_phrase(size_t count, const char *text, size_t len, unsigned role, size_t closed)
{
    uint32_t hash;
    word_len(text, len, &hash);
    uint16_t *bucket = &buckets[hash % BUCKETS];
    phrases[count] = (struct phrase){text, hash, (uint16_t)len, (uint8_t)role, (uint16_t)closed, *bucket};
    *bucket = (uint16_t)++count;
    return count;
}

static size_t add_rows(const struct phrase_row *rows, size_t row_count, size_t count)
{
    for (size_t i = 0; i < row_count; i++)
        for (const char *p = rows[i].phrases; *p != 0 && count < PHRASES_MOST;) {
            size_t len = strcspn(p, "|");
            count = add_phrase(count, p, len, rows[i].role, 0);
            p += len + (p[len] == '|');
        }
    return count;
}

static void build_index(void)
{
    size_t count = add_rows(phrase_address, phrase_address_count, 0);
    count = add_rows(phrase_genre, phrase_genre_count, count);
    for (size_t i = 0; i < closed_word_count && count < PHRASES_MOST; i++) {
        const char *text = closed_words[i].text;
        if (is_word_byte(*text))
            count = add_phrase(count, text, strlen(text), PHRASE_ROLES, i);
        else
            marks[*text & 0x7f] = (uint16_t)(i + 1);
    }
}

static bool begins_with(const char *text, size_t len, uint32_t hash, const struct phrase *p)
{
    return p->hash == hash && p->len <= len && memcmp(text, p->text, p->len) == 0 &&
           (p->len == len || !is_word_byte(text[p->len]));
}

/* Where verbs need no pronoun, their endings say "we": Spanish and Portuguese "llegamos", Italian "abbiamo". */
static bool is_we_verb(const char *word, size_t len)
{
    static const char endings[][5] = {"amos", "emos", "imos", "iamo"};
    for (size_t i = 0; len >= 6 && i < sizeof endings / sizeof *endings; i++)
        if (memcmp(word + len - 4, endings[i], 4) == 0)
            return true;
    return false;
}

static void set_closed(struct phrase_counts *to, size_t row) { to->closed[row / 64] |= UINT64_C(1) << row % 64; }

static void count_one(struct phrase_counts *to, const struct phrase *p)
{
    if (p->role == PHRASE_ROLES)
        set_closed(to, p->closed);
    else
        to->of[p->role]++;
}

void phrase_count(const char *folded, size_t len, struct phrase_counts *to)
{
    pthread_once(&built, build_index);
    for (size_t at = 0; at < len; at++) {
        uint32_t hash;
        size_t word = word_len(folded + at, len - at, &hash);
        to->of[PHRASE_FIRST] += is_we_verb(folded + at, word);
        if (word > 0)
            for (unsigned p = buckets[hash % BUCKETS]; p != 0; p = phrases[p - 1].next)
                if (begins_with(folded + at, len - at, hash, &phrases[p - 1]))
                    count_one(to, &phrases[p - 1]);
        at += word;
        if (at < len && marks[folded[at] & 0x7f] > 0)
            set_closed(to, marks[folded[at] & 0x7f] - 1u);
    }
}

size_t phrase_closed_count(void) { return closed_word_count; }
const char *phrase_closed_word(size_t row) { return closed_words[row].text; }
int phrase_closed_weight(size_t row) { return closed_words[row].weight; }

bool phrase_has_closed(const struct phrase_counts *counts, size_t row)
{
    return (counts->closed[row / 64] >> row % 64 & 1) != 0;
}

void phrase_add(struct phrase_counts *to, const struct phrase_counts *more)
{
    for (size_t i = 0; i < PHRASE_ROLES; i++)
        to->of[i] += more->of[i];
    for (size_t i = 0; i < PHRASE_CLOSED_MOST / 64; i++)
        to->closed[i] |= more->closed[i];
}

uint64_t phrase_at_start(const char *folded, size_t len)
{
    pthread_once(&built, build_index);
    uint32_t hash;
    uint64_t roles = 0;
    if (word_len(folded, len, &hash) == 0)
        return 0;
    for (unsigned p = buckets[hash % BUCKETS]; p != 0; p = phrases[p - 1].next)
        if (phrases[p - 1].role < PHRASE_ROLES && begins_with(folded, len, hash, &phrases[p - 1]))
            roles |= UINT64_C(1) << phrases[p - 1].role;
    return roles;
}

/* ---- folding ---- */

struct folded {
    char *to;
    size_t len;
};

static void put_space(struct folded *f)
{
    if (f->len > 0 && f->to[f->len - 1] != ' ')
        f->to[f->len++] = ' ';
}

static void put(struct folded *f, const char *text, size_t len)
{
    memcpy(f->to + f->len, text, len);
    f->len += len;
}

/* Latin Extended-A, U+0100 to U+017F: a capital stands before its small letter; from some on the odd ones are capitals.
 */
static void put_extended(struct folded *f, unsigned char lead, unsigned char next)
{
    unsigned code = (lead & 0x1fu) << 6 | (next & 0x3fu);
    bool odd = (code >= 0x139 && code <= 0x148) || code >= 0x179;
    code += (code & 1) == odd && code != 0x138 && code != 0x149 && code < 0x17f;
    char both[2] = {(char)(0xc0 | code >> 6), (char)(0x80 | (code & 0x3f))};
    put(f, both, sizeof both);
}

/* U+2000 to U+2BFF and what lies above U+10000, of which people write marks and pictures. */
static void put_mark(struct folded *f, const char *c, size_t len)
{
    unsigned last = len > 2 ? (unsigned char)c[2] : 0;
    bool general = len == 3 && (unsigned char)c[1] == 0x80;
    if (general && (last == 0x98 || last == 0x99))
        put(f, "'", 1);
    else if (general && last >= 0x9c && last <= 0x9f)
        put(f, "\"", 1);
    else if (general && last >= 0x90 && last <= 0x95)
        put(f, " - ", 3);
    else if (general && last == 0xa6)
        put(f, "...", 3);
    else
        put_space(f);
}

/* One character of two bytes. */
static void put_two(struct folded *f, const char *c)
{
    unsigned char lead = (unsigned char)c[0], next = (unsigned char)c[1];
    if (lead == 0xc3 && next >= 0x80 && next <= 0x9e && next != 0x97)
        put(f, (const char[]){c[0], (char)(next | 0x20)}, 2);
    else if (lead == 0xc4 || lead == 0xc5)
        put_extended(f, lead, next);
    else if (lead == 0xc2 && (next == 0xab || next == 0xbb))
        put(f, "\"", 1);
    else if (lead == 0xc2 && next == 0xa0)
        put_space(f);
    else if (lead != 0xc2 || (next != 0xbf && next != 0xa1))
        put(f, c, 2);
}

/* How long the character at `c` is; 1 if it is none that is folded. */
static size_t fold_len(const char *c, size_t len)
{
    unsigned char lead = (unsigned char)*c;
    size_t n = lead >= 0xc2 && lead <= 0xc5 ? 2 : lead == 0xe2 ? 3 : lead == 0xf0 ? 4 : 1;
    return n <= len ? n : 1;
}

size_t phrase_fold(const char *line, size_t len, char *to)
{
    struct folded f = {to, 0};
    for (size_t i = 0, n; i < len; i += n) {
        char c = line[i];
        n = fold_len(line + i, len - i);
        if (n == 2)
            put_two(&f, line + i);
        else if (n > 2)
            put_mark(&f, line + i, n);
        else if ((unsigned char)c <= ' ')
            put_space(&f);
        else
            f.to[f.len++] = c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : c;
    }
    while (f.len > 0 && to[f.len - 1] == ' ')
        f.len--;
    return f.len;
}
