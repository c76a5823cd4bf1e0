#include "contact/value.h"

#include <string.h>
#include <strings.h>

static char lower(char c) { return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c; }

/* A path of "" is any first segment that is not one of the site's own. */
static const struct site {
    const char *host, *path;
} sites[] = {
    {"linkedin.com", "in/"},
    {"linkedin.com", "pub/"},
    {"linkedin.com", "sales/lead/"},
    {"linkedin.com", "sales/people/"},
    {"linkedin.com", "profile/view/"},
    {"xing.com", "profile/"},
    {"xing.com", "people/"},
    {"viadeo.com", "profile/"},
    {"facebook.com", "people/"},
    {"facebook.com", ""},
    {"fb.com", ""},
    {"x.com", ""},
    {"twitter.com", ""},
    {"instagram.com", ""},
    {"threads.net", ""},
    {"t.me", ""},
    {"vk.com", ""},
    {"crunchbase.com", "person/"},
    {"wellfound.com", "u/"},
    {"github.com", ""},
    {"about.me", ""},
    {"tiktok.com", ""},
    {"medium.com", ""},
    {"researchgate.net", "profile/"},
    {"maimai.cn", "profile/"},
    {"zoominfo.com", "p/"},
};

/* First segments that are no person. */
static const char *const own_pages[] = {
    "home",   "share", "sharer",     "intent",  "search",  "hashtag",  "i",          "login",
    "about",  "pages", "groups",     "events",  "explore", "settings", "company",    "p",
    "watch",  "help",  "legal",      "privacy", "tos",     "jobs",     "features",   "tag",
    "topics", "orgs",  "sharer.php", "plugins", "tr",      "joinchat", "marketplace"};

static bool is_own_page(const char *segment, size_t len)
{
    for (size_t i = 0; i < sizeof own_pages / sizeof *own_pages; i++)
        if (strlen(own_pages[i]) == len && strncasecmp(own_pages[i], segment, len) == 0)
            return true;
    return false;
}

/* Where the host begins: behind the scheme, "www." and a country's prefix ("de.linkedin.com"). */
static struct span skip_to_host(struct span url)
{
    static const char *const before[] = {"https://", "http://", "www.", "m.", "mobile."};
    for (size_t i = 0; i < sizeof before / sizeof *before; i++) {
        size_t len = strlen(before[i]);
        if (url.len > len && strncasecmp(url.text, before[i], len) == 0)
            url = (struct span){url.text + len, url.len - len};
    }
    if (url.len > 3 && url.text[2] == '.' && memchr(url.text + 3, '.', url.len - 3 < 20 ? url.len - 3 : 20) != NULL)
        url = (struct span){url.text + 3, url.len - 3};
    return url;
}

static const struct site *site_of(const char *host, size_t host_len, const char *path, size_t path_len)
{
    for (size_t i = 0; i < sizeof sites / sizeof *sites; i++) {
        size_t prefix = strlen(sites[i].path);
        if (strlen(sites[i].host) == host_len && strncasecmp(sites[i].host, host, host_len) == 0 && path_len > prefix &&
            strncasecmp(sites[i].path, path, prefix) == 0)
            return &sites[i];
    }
    return NULL;
}

/* The path without query and trailing slash; Facebook's people without a name are told by their query. */
static size_t path_length(const char *path, size_t len)
{
    static const char numbered[] = "profile.php?id=";
    size_t end = 0, least = 0;
    if (len > strlen(numbered) && strncasecmp(path, numbered, strlen(numbered)) == 0)
        least = end = strlen(numbered);
    while (end < len && path[end] != '?' && path[end] != '#' && path[end] != '&' && path[end] != ' ' &&
           path[end] != '"' && path[end] != '>')
        end++;
    while (end > least && path[end - 1] == '/')
        end--;
    return end;
}

size_t profile_take(const char *text, size_t len, char *out, size_t room)
{
    struct span url = span_trim(text, len);
    if (url.len < 6 || url.len > 512 || memchr(url.text, '/', url.len) == NULL)
        return 0;
    url = skip_to_host(url);
    const char *slash = memchr(url.text, '/', url.len);
    if (slash == NULL)
        return 0;
    const char *path = slash + 1;
    size_t host = (size_t)(slash - url.text), path_len = path_length(path, url.len - host - 1);
    const struct site *site = site_of(url.text, host, path, path_len);
    if (site == NULL || host + 1 + path_len > room || memchr(url.text, ' ', url.len) != NULL)
        return 0;
    const char *who = path + strlen(site->path), *next = memchr(who, '/', path_len - strlen(site->path));
    size_t who_len = next ? (size_t)(next - who) : path_len - strlen(site->path);
    if (who_len == 0 || (site->path[0] == '\0' && (next != NULL || is_own_page(who, who_len))))
        return 0;
    for (size_t i = 0; i < host + 1 + path_len; i++)
        out[i] = lower(url.text[i]);
    return host + 1 + path_len;
}
