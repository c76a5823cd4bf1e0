#include "extract/html_entities.h"

#include <stdlib.h>
#include <string.h>

struct entity {
    const char *name;
    uint16_t character;
};

/* In the order of strcmp. */
// clang-format off
static const struct entity entities[] = {
    {"AElig", 0xc6}, {"Aacute", 0xc1}, {"Acirc", 0xc2}, {"Agrave", 0xc0}, {"Aring", 0xc5},
    {"Atilde", 0xc3}, {"Auml", 0xc4}, {"Ccaron", 0x10c}, {"Ccedil", 0xc7}, {"Dagger", 0x2021},
    {"ETH", 0xd0}, {"Eacute", 0xc9}, {"Ecirc", 0xca}, {"Egrave", 0xc8}, {"Euml", 0xcb},
    {"Iacute", 0xcd}, {"Icirc", 0xce}, {"Igrave", 0xcc}, {"Iuml", 0xcf}, {"Lstrok", 0x141},
    {"NewLine", 0xa}, {"Ntilde", 0xd1}, {"OElig", 0x152}, {"Oacute", 0xd3}, {"Ocirc", 0xd4},
    {"Ograve", 0xd2}, {"Oslash", 0xd8}, {"Otilde", 0xd5}, {"Ouml", 0xd6}, {"Scaron", 0x160},
    {"THORN", 0xde}, {"Tab", 0x9}, {"Uacute", 0xda}, {"Ucirc", 0xdb}, {"Ugrave", 0xd9},
    {"Uuml", 0xdc}, {"Yacute", 0xdd}, {"Yuml", 0x178}, {"Zcaron", 0x17d}, {"aacute", 0xe1},
    {"acirc", 0xe2}, {"acute", 0xb4}, {"aelig", 0xe6}, {"agrave", 0xe0}, {"amp", 0x26},
    {"aogon", 0x105}, {"apos", 0x27}, {"aring", 0xe5}, {"ast", 0x2a}, {"asymp", 0x2248},
    {"atilde", 0xe3}, {"auml", 0xe4}, {"bdquo", 0x201e}, {"brvbar", 0xa6}, {"bull", 0x2022},
    {"cacute", 0x107}, {"ccaron", 0x10d}, {"ccedil", 0xe7}, {"cedil", 0xb8}, {"cent", 0xa2},
    {"check", 0x2713}, {"circ", 0x2c6}, {"colon", 0x3a}, {"comma", 0x2c}, {"commat", 0x40},
    {"copy", 0xa9}, {"curren", 0xa4}, {"dagger", 0x2020}, {"darr", 0x2193}, {"deg", 0xb0},
    {"divide", 0xf7}, {"dollar", 0x24}, {"eacute", 0xe9}, {"ecaron", 0x11b}, {"ecirc", 0xea},
    {"egrave", 0xe8}, {"emsp", 0x2003}, {"ensp", 0x2002}, {"eogon", 0x119}, {"equals", 0x3d},
    {"eth", 0xf0}, {"euml", 0xeb}, {"euro", 0x20ac}, {"excl", 0x21}, {"fnof", 0x192},
    {"frac12", 0xbd}, {"frac14", 0xbc}, {"frac34", 0xbe}, {"gbreve", 0x11f}, {"ge", 0x2265},
    {"gt", 0x3e}, {"harr", 0x2194}, {"hellip", 0x2026}, {"hyphen", 0x2010}, {"iacute", 0xed},
    {"icirc", 0xee}, {"iexcl", 0xa1}, {"igrave", 0xec}, {"infin", 0x221e}, {"inodot", 0x131},
    {"iquest", 0xbf}, {"iuml", 0xef}, {"laquo", 0xab}, {"larr", 0x2190}, {"ldquo", 0x201c},
    {"le", 0x2264}, {"lowbar", 0x5f}, {"lpar", 0x28}, {"lsaquo", 0x2039}, {"lsquo", 0x2018},
    {"lstrok", 0x142}, {"lt", 0x3c}, {"macr", 0xaf}, {"mdash", 0x2014}, {"micro", 0xb5},
    {"middot", 0xb7}, {"minus", 0x2212}, {"nacute", 0x144}, {"nbsp", 0xa0}, {"ndash", 0x2013},
    {"ne", 0x2260}, {"not", 0xac}, {"ntilde", 0xf1}, {"num", 0x23}, {"oacute", 0xf3},
    {"ocirc", 0xf4}, {"odblac", 0x151}, {"oelig", 0x153}, {"ograve", 0xf2}, {"ordf", 0xaa},
    {"ordm", 0xba}, {"oslash", 0xf8}, {"otilde", 0xf5}, {"ouml", 0xf6}, {"para", 0xb6},
    {"percnt", 0x25}, {"period", 0x2e}, {"permil", 0x2030}, {"plus", 0x2b}, {"plusmn", 0xb1},
    {"pound", 0xa3}, {"quest", 0x3f}, {"quot", 0x22}, {"rArr", 0x21d2}, {"raquo", 0xbb},
    {"rarr", 0x2192}, {"rcaron", 0x159}, {"rdquo", 0x201d}, {"reg", 0xae}, {"rpar", 0x29},
    {"rsaquo", 0x203a}, {"rsquo", 0x2019}, {"sacute", 0x15b}, {"sbquo", 0x201a}, {"scaron", 0x161},
    {"scedil", 0x15f}, {"sect", 0xa7}, {"semi", 0x3b}, {"shy", 0xad}, {"sol", 0x2f},
    {"sup1", 0xb9}, {"sup2", 0xb2}, {"sup3", 0xb3}, {"szlig", 0xdf}, {"thinsp", 0x2009},
    {"thorn", 0xfe}, {"tilde", 0x2dc}, {"times", 0xd7}, {"trade", 0x2122}, {"uacute", 0xfa},
    {"uarr", 0x2191}, {"ucirc", 0xfb}, {"udblac", 0x171}, {"ugrave", 0xf9}, {"uml", 0xa8},
    {"uring", 0x16f}, {"uuml", 0xfc}, {"yacute", 0xfd}, {"yen", 0xa5}, {"yuml", 0xff},
    {"zacute", 0x17a}, {"zcaron", 0x17e}, {"zdot", 0x17c}, {"zwj", 0x200d}, {"zwnj", 0x200c},
};
// clang-format on

/* Numbers 128 to 159 mean what Windows-1252 has there; 0: nothing. */
static const uint16_t windows[32] = {
    0x20ac, 0,      0x201a, 0x0192, 0x201e, 0x2026, 0x2020, 0x2021, 0x02c6, 0x2030, 0x0160,
    0x2039, 0x0152, 0,      0x017d, 0,      0,      0x2018, 0x2019, 0x201c, 0x201d, 0x2022,
    0x2013, 0x2014, 0x02dc, 0x2122, 0x0161, 0x203a, 0x0153, 0,      0x017e, 0x0178,
};

static int compare(const void *key, const void *row) { return strcmp(key, ((const struct entity *)row)->name); }

static int digit_of(char c, uint32_t base)
{
    int digit = c >= '0' && c <= '9' ? c - '0' : (c | 0x20) >= 'a' && (c | 0x20) <= 'f' ? (c | 0x20) - 'a' + 10 : 99;
    return digit < (int)base ? digit : -1;
}

static uint32_t number_of(const char *text, size_t len)
{
    uint32_t base = len > 0 && (text[0] | 0x20) == 'x' ? 16 : 10, value = 0;
    size_t i = base == 16;
    if (i == len)
        return 0;
    for (; i < len; i++) {
        int digit = digit_of(text[i], base);
        if (digit < 0)
            return 0;
        value = value > 0x10ffff ? value : value * base + (uint32_t)digit;
    }
    if (value >= 128 && value < 160 && windows[value - 128] != 0)
        return windows[value - 128];
    return value == 0 || value > 0x10ffff ? 0xfffd : value;
}

uint32_t html_entity(const char *name, size_t len)
{
    char key[HTML_ENTITY_BYTES + 1];
    if (len == 0 || len > HTML_ENTITY_BYTES)
        return 0;
    if (name[0] == '#')
        return number_of(name + 1, len - 1);
    memcpy(key, name, len);
    key[len] = 0;
    const struct entity *found = bsearch(key, entities, sizeof entities / sizeof *entities, sizeof *entities, compare);
    return found != NULL ? found->character : 0;
}
