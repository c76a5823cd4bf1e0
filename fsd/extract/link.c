#include "extract/link.h"

#include <string.h>
#include <strings.h>

static const char *const schemes[] = {"mailto:", "tel:", "callto:", "sms:"};

/* Where the networks keep a person's page. */
static const char *const profiles[] = {"linkedin.com/in/",           "linkedin.com/pub/", "linkedin.com/sales/lead/",
                                       "linkedin.com/sales/people/", "xing.com/profile/", "xing.com/profiles/"};

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c |= 0x20;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* An address ends where its parameters begin; %40 is '@'. Only printable ASCII comes out. */
static size_t copy_address(const char *from, char out[static LINK_BYTES])
{
    size_t len = 0;
    while (*from != 0 && *from != '?') {
        char c = *from++;
        if (c == '%' && hex_digit(from[0]) >= 0 && hex_digit(from[1]) >= 0) {
            c = (char)(hex_digit(from[0]) << 4 | hex_digit(from[1]));
            from += 2;
        }
        if (len == LINK_BYTES - 1)
            return 0;
        if (c >= ' ' && c < 0x7f)
            out[len++] = c;
    }
    return len;
}

static bool is_profile(const char *target)
{
    for (size_t i = 0; i < sizeof profiles / sizeof *profiles; i++)
        if (strcasestr(target, profiles[i]) != NULL)
            return true;
    return false;
}

size_t link_contact(const char *target, char out[static LINK_BYTES])
{
    if (strnlen(target, 4 * LINK_BYTES) == 4 * LINK_BYTES)
        return 0;
    for (size_t i = 0; i < sizeof schemes / sizeof *schemes; i++)
        if (strncasecmp(target, schemes[i], strlen(schemes[i])) == 0)
            return copy_address(target + strlen(schemes[i]), out);
    return is_profile(target) ? copy_address(target, out) : 0;
}

void link_begin(struct link *k, const char *target)
{
    k->text_len = 0;
    k->contact_len = target != NULL ? link_contact(target, k->contact) : 0;
}

void link_text(struct link *k, const char *utf8, size_t len)
{
    size_t room = sizeof k->text - k->text_len;
    if (k->contact_len == 0)
        return;
    memcpy(k->text + k->text_len, utf8, len < room ? len : room);
    k->text_len += len < room ? len : room;
}

size_t link_end(struct link *k, char out[static LINK_BYTES + 3])
{
    size_t len = k->contact_len;
    k->contact_len = 0;
    if (len == 0 || memmem(k->text, k->text_len, k->contact, len) != NULL)
        return 0;
    memcpy(out, " (", 2);
    memcpy(out + 2, k->contact, len);
    out[2 + len] = ')';
    return len + 3;
}
