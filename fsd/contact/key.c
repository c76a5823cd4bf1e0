#include "contact/key.h"
#include "contact/contacts.h"
#include "contact/value.h"
#include "words/block.h"
#include "words/wording.h"

#include <string.h>

enum { KEY_DIGITS = 9, NAME_WORDS = 8, TITLE_INSIDE = 4 }; /* "Hill, Dr. Ann": long titles stand first */

enum contact_kind contact_kind_of(const char *text, size_t len)
{
    char key[CONTACT_KEY_BYTES];
    if (email_take(text, len, key, sizeof key) > 0)
        return CONTACT_EMAIL;
    if (phone_parse(text, len).form == PHONE_SURE)
        return CONTACT_PHONE;
    return profile_take(text, len, key, sizeof key) > 0 ? CONTACT_PROFILE : CONTACT_KINDS;
}

static size_t phone_key(const char *text, size_t len, char *out, size_t room)
{
    struct phone phone = phone_parse(text, len);
    size_t count = phone.count < KEY_DIGITS ? phone.count : KEY_DIGITS;
    if (phone.count < 7 || count > room)
        return 0;
    block_copy(out, phone.digits + phone.count - count, count);
    return count;
}

static int compare_words(const struct word *a, const struct word *b)
{
    if (a->text[0] != b->text[0])
        return (unsigned char)a->text[0] < (unsigned char)b->text[0] ? -1 : 1;
    int order = memcmp(a->text, b->text, a->len < b->len ? a->len : b->len);
    return order ? order : (a->len > b->len) - (a->len < b->len);
}

static size_t join_words(const struct word *words, size_t count, char *out, size_t room)
{
    size_t len = 0;
    for (size_t i = 0; i < count; i++) {
        if (len + words[i].len + (i > 0) > room)
            break;
        if (i > 0)
            out[len++] = ' ';
        block_copy(out + len, words[i].text, words[i].len);
        len += words[i].len;
    }
    return len;
}

/* "Dr. Ann-Marie O'Neill", "O'NEILL, Ann Marie": the words sorted, without titles. */
size_t key_of_name(const char *folded, size_t len, char *out, size_t room)
{
    struct word words[NAME_WORDS];
    size_t count = 0;
    for (struct word w = {0}; count < NAME_WORDS && word_next(folded, len, &w);) {
        bool may_be_title = w.text == folded || w.len <= TITLE_INSIDE;
        if (may_be_title && word_is(WORD_HONORIFIC, w.text, w.len))
            continue;
        size_t at = count++;
        for (; at > 0 && compare_words(&w, &words[at - 1]) < 0; at--)
            words[at] = words[at - 1];
        words[at] = w;
    }
    return join_words(words, count, out, room);
}

static size_t name_key(const char *text, size_t len, char *out, size_t room)
{
    char folded[CONTACT_KEY_BYTES];
    return key_of_name(folded, wording_fold(text, len, folded, sizeof folded), out, room);
}

/* "ACME Maschinenbau GmbH & Co. KG": without its legal form, unless nothing else is left. */
static size_t company_key(const char *text, size_t len, char *out, size_t room)
{
    char folded[CONTACT_KEY_BYTES];
    size_t folded_len = wording_fold(text, len, folded, sizeof folded), kept = 0;
    struct word words[CONTACT_KEY_BYTES / 2];
    for (struct word w = {0}; word_next(folded, folded_len, &w);)
        words[kept++] = w;
    while (kept > 1 && word_is(WORD_LEGAL, words[kept - 1].text, words[kept - 1].len))
        kept--;
    return join_words(words, kept, out, room);
}

typedef size_t key_maker(const char *text, size_t len, char *out, size_t room);

size_t contact_normalise(enum contact_kind kind, const char *text, size_t len, char *out, size_t room)
{
    static key_maker *const makers[CONTACT_KINDS] = {
        [CONTACT_EMAIL] = email_take, [CONTACT_PHONE] = phone_key,     [CONTACT_PROFILE] = profile_take,
        [CONTACT_NAME] = name_key,    [CONTACT_COMPANY] = company_key,
    };
    if (kind >= CONTACT_KINDS || makers[kind] == NULL)
        return 0;
    return makers[kind](text, len, out, room < CONTACT_KEY_BYTES ? room : CONTACT_KEY_BYTES);
}
