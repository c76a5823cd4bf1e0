#include "extract/formats.h"

#include <string.h>

static int unwrap_archive(struct input *in, const struct extract_hints *h, struct content_sink *to, struct limits *l,
                          extract_member *member, void *ctx)
{
    (void)h;
    return extract_archive(in, to, l, member, ctx);
}

static int unwrap_base64(struct input *in, const struct extract_hints *h, struct content_sink *to, struct limits *l,
                         extract_member *member, void *ctx)
{
    (void)h;
    return extract_base64(in, to, l, member, ctx);
}

#define OOXML "application/vnd.openxmlformats-officedocument."
#define ODF   "application/vnd.oasis.opendocument."

static const struct format csv = {.mime = "text/csv", .read = extract_csv, .has_blocks = true};
static const struct format vcard = {.mime = "text/vcard", .read = extract_vcard};
static const struct format ldif = {.mime = "text/x-ldif", .read = extract_ldif};
static const struct format json = {.mime = "application/json", .read = extract_json, .has_blocks = true};
static const struct format plain = {.mime = "text/plain", .read = extract_plain, .is_text = true, .has_blocks = true};
static const struct format html = {.mime = "text/html", .read = extract_html, .is_text = true, .has_blocks = true};
static const struct format rtf = {.mime = "text/rtf", .read = extract_rtf, .is_text = true};
static const struct format xlsx = {.mime = OOXML "spreadsheetml.sheet", .read = extract_xlsx};
static const struct format docx = {.mime = OOXML "wordprocessingml.document", .read = extract_docx};
static const struct format odf = {.mime = ODF "text", .read = extract_odf};
static const struct format ole = {.mime = "application/x-ole-storage", .read = extract_ole};
static const struct format pdf = {.mime = "application/pdf", .read = extract_pdf, .is_text = true};
static const struct format mail = {.mime = "message/rfc822", .unwrap = extract_mail};
static const struct format archive = {.mime = "application/zip", .unwrap = unwrap_archive};
static const struct format base64 = {.mime = "text/plain", .unwrap = unwrap_base64};

/* ---- routes ---- */

static const struct route text_route = {{&vcard, &mail, &rtf, &ldif, &json, &base64, &csv, &plain}, false};
static const struct route html_route = {{&mail, &html, &plain}, false};
static const struct route json_route = {{&json, &csv, &plain}, false};
static const struct route rtf_route = {{&rtf, &plain}, false};
static const struct route binary_route = {{&archive}, false};
static const struct route zip_route = {{&xlsx, &docx, &odf, &archive}, true};
static const struct route docx_route = {{&docx, &xlsx, &odf, &archive}, true};
static const struct route odf_route = {{&odf, &docx, &xlsx, &archive}, true};
static const struct route ole_route = {{&ole}, true};
static const struct route pdf_route = {{&pdf}, true};
static const struct route archive_route = {{&archive}, true};
static const struct route closed_route = {{NULL}, true}; /* archives that nobody here opens */

/* Types by their beginning; the first that fits. Whatever is not here goes by its bytes. */
static const struct {
    const char *mime;
    const struct route *route;
} routes[] = {
    {"text/html", &html_route},
    {"text/xml", &html_route},
    {"application/xhtml+xml", &html_route},
    {"text/rtf", &rtf_route},
    {"application/rtf", &rtf_route},
    {"text/", &text_route},
    {"message/", &text_route},
    {"application/mbox", &text_route},
    {"application/csv", &text_route},
    {"application/json", &json_route},
    {"application/x-ndjson", &json_route},
    {"application/pdf", &pdf_route},
    {OOXML "spreadsheetml", &zip_route},
    {OOXML, &docx_route},
    {ODF, &odf_route},
    {"application/epub+zip", &zip_route},
    {"application/java-archive", &zip_route},
    {"application/zip", &zip_route},
    {"application/x-zip", &zip_route},
    {"application/gzip", &archive_route},
    {"application/x-gzip", &archive_route},
    {"application/x-bzip2", &archive_route},
    {"application/x-xz", &archive_route},
    {"application/zstd", &archive_route},
    {"application/x-zstd", &archive_route},
    {"application/x-7z-compressed", &archive_route},
    {"application/x-tar", &archive_route},
    {"application/x-gtar", &archive_route},
    {"application/x-ustar", &archive_route},
    {"application/x-rar", &closed_route},
    {"application/vnd.rar", &closed_route},
    {"application/x-lha", &closed_route},
    {"application/x-lzh-compressed", &closed_route},
    {"application/x-arj", &closed_route},
    {"application/vnd.ms-cab-compressed", &closed_route},
    {"application/x-ole-storage", &ole_route},
    {"application/cdfv2", &ole_route},
    {"application/encrypted", &ole_route},
    {"application/msword", &ole_route},
    {"application/vnd.ms-excel", &ole_route},
    {"application/vnd.ms-powerpoint", &ole_route},
    {"application/vnd.ms-office", &ole_route},
    {"application/vnd.ms-outlook", &ole_route},
};

static bool begins(const char *text, const char *with) { return strncmp(text, with, strlen(with)) == 0; }

/* How many of every second byte, from `first`, are NUL. */
static size_t count_nuls(const unsigned char *bytes, size_t len, size_t first)
{
    size_t nuls = 0;
    for (size_t i = first; i < len; i += 2)
        nuls += bytes[i] == 0;
    return nuls;
}

bool format_is_text(const unsigned char *head, size_t len)
{
    size_t even = count_nuls(head, len, 0), odd = count_nuls(head, len, 1), half = len / 2, control = 0;
    if (half > 0 && ((even * 10 >= half * 6 && odd * 20 <= half) || (odd * 10 >= half * 6 && even * 20 <= half)))
        return true;
    for (size_t i = 0; i < len; i++)
        control += (head[i] < ' ' && (head[i] < '\t' || head[i] > '\r')) || head[i] == 0x7f;
    return control * 20 <= len;
}

const struct route *format_find_route(const char *mime, const char *charset, const unsigned char *head, size_t len)
{
    for (size_t i = 0; i < sizeof routes / sizeof *routes; i++)
        if (begins(mime, routes[i].mime))
            return routes[i].route;
    if (len >= 4 && memcmp(head, "PK\003\004", 4) == 0) /* torn, or of a maker that libmagic has not met */
        return &zip_route;
    bool is_text = charset[0] != 0 && strcmp(charset, "binary") != 0;
    bool is_media = begins(mime, "image/") || begins(mime, "audio/") || begins(mime, "video/") || begins(mime, "font/");
    return is_text || (!is_media && format_is_text(head, len)) ? &text_route : &binary_route;
}

/* ---- names ---- */

enum kind {
    TEXT = 1 << 0,
    RTF = 1 << 1,
    SHEET = 1 << 2, /* OOXML's, and what else is a word or slide of it */
    WORDS = 1 << 3,
    OPEN = 1 << 4, /* OpenDocument */
    OLE = 1 << 5,
    PDF = 1 << 6,
    ZIP = 1 << 7,
    GZIP = 1 << 8,
    XZ = 1 << 9,
    BZIP2 = 1 << 10,
    ZSTD = 1 << 11,
    SEVEN = 1 << 12,
    TAR = 1 << 13,
    MEDIA = 1 << 14, /* images, sound, films */
    RAR = 1 << 15,
    OTHER = 1 << 16, /* known, and none of the above: a program, a font */
    UNKNOWN = 1 << 17,
};

static const struct {
    const char *mime; /* its beginning */
    unsigned kind;
} kinds[] = {
    {"text/rtf", RTF},
    {"application/rtf", RTF},
    {"text/", TEXT},
    {"message/", TEXT},
    {"application/json", TEXT},
    {"application/x-ndjson", TEXT},
    {"application/csv", TEXT},
    {"application/mbox", TEXT},
    {"application/javascript", TEXT},
    {"application/xhtml+xml", TEXT},
    {"application/pgp", TEXT},
    {OOXML "spreadsheetml", SHEET},
    {OOXML, WORDS},
    {ODF, OPEN},
    {"application/x-ole-storage", OLE},
    {"application/cdfv2", OLE},
    {"application/encrypted", OLE},
    {"application/msword", OLE},
    {"application/vnd.ms-", OLE},
    {"application/pdf", PDF},
    {"application/zip", ZIP},
    {"application/x-zip", ZIP},
    {"application/java-archive", ZIP},
    {"application/epub+zip", ZIP},
    {"application/gzip", GZIP},
    {"application/x-gzip", GZIP},
    {"application/x-xz", XZ},
    {"application/x-bzip2", BZIP2},
    {"application/zstd", ZSTD},
    {"application/x-zstd", ZSTD},
    {"application/x-7z-compressed", SEVEN},
    {"application/x-tar", TAR},
    {"application/x-gtar", TAR},
    {"application/x-ustar", TAR},
    {"application/x-rar", RAR},
    {"application/vnd.rar", RAR},
    {"image/", MEDIA},
    {"audio/", MEDIA},
    {"video/", MEDIA},
    {"application/octet-stream", UNKNOWN},
};

/* What may be behind an extension. An encrypted OOXML file is an OLE container; an old Word writes RTF as .doc. */
static const struct {
    const char *extension;
    unsigned kinds;
} extensions[] = {
    {"csv", TEXT},
    {"tsv", TEXT},
    {"txt", TEXT},
    {"md", TEXT},
    {"log", TEXT},
    {"html", TEXT},
    {"htm", TEXT},
    {"xml", TEXT},
    {"json", TEXT},
    {"jsonl", TEXT},
    {"ndjson", TEXT},
    {"vcf", TEXT},
    {"vcard", TEXT},
    {"ldif", TEXT},
    {"eml", TEXT},
    {"mbox", TEXT},
    {"ini", TEXT},
    {"yaml", TEXT},
    {"yml", TEXT},
    {"rtf", RTF},
    {"xlsx", SHEET | OLE},
    {"xlsm", SHEET | OLE},
    {"docx", WORDS | OLE},
    {"docm", WORDS | OLE},
    {"pptx", WORDS | OLE},
    {"ods", OPEN},
    {"odt", OPEN},
    {"odp", OPEN},
    {"xls", OLE},
    {"doc", OLE | RTF},
    {"ppt", OLE},
    {"msg", OLE},
    {"pdf", PDF},
    {"zip", ZIP | SHEET | WORDS | OPEN},
    {"gz", GZIP},
    {"tgz", GZIP},
    {"xz", XZ},
    {"txz", XZ},
    {"bz2", BZIP2},
    {"zst", ZSTD},
    {"7z", SEVEN},
    {"tar", TAR},
    {"rar", RAR},
    {"jpg", MEDIA | UNKNOWN},
    {"jpeg", MEDIA | UNKNOWN},
    {"png", MEDIA | UNKNOWN},
    {"gif", MEDIA | UNKNOWN},
    {"bmp", MEDIA | UNKNOWN},
    {"tif", MEDIA | UNKNOWN},
    {"tiff", MEDIA | UNKNOWN},
    {"webp", MEDIA | UNKNOWN},
    {"heic", MEDIA | UNKNOWN},
    {"mp3", MEDIA | UNKNOWN},
    {"wav", MEDIA | UNKNOWN},
    {"mp4", MEDIA | UNKNOWN},
    {"mov", MEDIA | UNKNOWN},
};

static unsigned kind_of(const char *mime)
{
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (begins(mime, kinds[i].mime))
            return kinds[i].kind;
    return OTHER;
}

bool format_contradicts(const char *name, const char *mime)
{
    const char *slash = strrchr(name, '/'), *dot = strrchr(slash ? slash : name, '.');
    if (dot == NULL || mime[0] == 0 || strstr(mime, "x-empty") != NULL)
        return false;
    for (size_t i = 0; i < sizeof extensions / sizeof *extensions; i++)
        if (strcasecmp(dot + 1, extensions[i].extension) == 0)
            return (extensions[i].kinds & kind_of(mime)) == 0;
    return false;
}

bool format_is_vague(const char *mime)
{
    return mime[0] == 0 || strcmp(mime, "text/plain") == 0 || strcmp(mime, "application/octet-stream") == 0 ||
           strcmp(mime, "application/zip") == 0;
}
