#include "draft/line.h"

#include <stdint.h>
#include <string.h>

static bool is_digit(char c) { return c >= '0' && c <= '9'; }
static bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
static bool is_letter(char c) { return (c | 0x20) >= 'a' && (c | 0x20) <= 'z'; }
static bool is_high(char c) { return (unsigned char)c >= 0x80; }

struct span {
    const char *at;
    size_t len;
    const struct token_counts *tokens; /* of the whole line */
};

static bool starts(struct span s, const char *with)
{
    size_t n = strlen(with);
    return s.at != NULL && s.len >= n && memcmp(s.at, with, n) == 0;
}

static bool contains(struct span s, const char *what)
{
    const char *from = s.at != NULL ? memchr(s.at, *what, s.len) : NULL; /* cheaper than memmem, and mostly NULL */
    return from != NULL && memmem(from, (size_t)(s.at + s.len - from), what, strlen(what)) != NULL;
}

/* One pass over the line, whatever the set: most lines of prose have none of what code and tables are told by. */
static bool has_any(struct span s, const char *set)
{
    bool wanted[256] = {false};
    for (; *set != 0; set++)
        wanted[(unsigned char)*set] = true;
    for (size_t i = 0; i < s.len; i++)
        if (wanted[(unsigned char)s.at[i]])
            return true;
    return false;
}

static struct span skip_indent(struct span s)
{
    while (s.len > 0 && (*s.at == ' ' || *s.at == '\t'))
        s.at++, s.len--;
    return s;
}

static unsigned count_byte(struct span s, char c)
{
    unsigned n = 0;
    for (size_t i = 0; i < s.len; i++)
        n += s.at[i] == c;
    return n;
}

/* ---- each kind has its test ---- */

static bool is_rule(struct span s)
{
    if (s.len < 3 || strchr("-=*_~#", *s.at) == NULL)
        return (starts(s, "\xe2\x80\x94\xe2\x80\x94") || starts(s, "\xe2\x94\x80\xe2\x94\x80")) && s.len % 3 == 0;
    unsigned marks = count_byte(s, *s.at);
    return marks >= 3 && marks + count_byte(s, ' ') == s.len;
}

static bool is_heading(struct span s)
{
    size_t n = 0;
    while (n < s.len && s.at[n] == '#')
        n++;
    return n > 0 && n <= 6 && n < s.len && s.at[n] == ' ';
}

/* What no sentence begins with. */
static const char *const code_openers[] = {
    "#include", "#define", "#if",       "#endif", "#pragma", "#!/",   "//",       "/*",      "*/",
    "<?",       "<!",      "</",        "<div",   "<html",   "<head", "<span",    "<p>",     "<a ",
    "<li",      "```",     "@Override", "@Test",  "$ ",      "} ",    "import {", "SELECT ", "elif ",
};
/* What a sentence may begin with, so a line that ends as sentences do is none of it, unless something is called. */
static const char *const code_words[] = {
    "def ",    "class ",   "const ",  "let ",    "var ",    "public ",   "private ", "static ", "return ",
    "struct ", "typedef ", "INSERT ", "CREATE ", "FROM ",   "WHERE ",    "sudo ",    "apt",     "pip install",
    "npm ",    "git ",     "docker ", "curl ",   "except ", "function ", "async ",   "export ", "foreach ",
    "printf",  "fn ",      "pub ",    "use ",    "impl ",   "func ",     "package ", "import ", "from ",
    "try {",   "echo ",    "exit ",   "esac",    "done",    "make",
};
static const char *const code_marks[] = {"==", "!=", "::", "&&", "||", "()", "+=", "</", "/>", "${"};

static bool starts_with_any(struct span s, const char *const *words, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (*words[i] == *s.at && starts(s, words[i]))
            return true;
    return false;
}

/* "key = value", "key: value", "key=value", where the key is one word as programs write them. */
static bool is_setting(struct span s)
{
    size_t n = 0;
    bool upper = s.len > 0 && is_upper(s.at[0]), dashed = false;
    while (n < s.len && (is_letter(s.at[n]) || is_digit(s.at[n]) || strchr("_.-\"", s.at[n]) != NULL)) {
        dashed = dashed || s.at[n] == '_' || s.at[n] == '"';
        n++;
    }
    if (n == 0 || n >= s.len)
        return false;
    size_t gap = n;
    while (gap < s.len && s.at[gap] == ' ')
        gap++;
    if (gap < s.len && s.at[gap] == '=')
        return true;
    return s.at[n] == ':' && (!upper || dashed) && (n + 1 == s.len || s.at[n + 1] == ' ');
}

/* "open(path)", "for (x in y):": a bracket right behind a word, and closed at the end. */
static bool ends_call(struct span s)
{
    while (s.len > 0 && strchr(":;,", s.at[s.len - 1]) != NULL)
        s.len--;
    const char *open = memchr(s.at, '(', s.len);
    return s.len > 3 && s.at[s.len - 1] == ')' && open != NULL && open > s.at && is_letter(open[-1]);
}

static bool is_code(struct span line, struct span s)
{
    char last = s.at[s.len - 1];
    bool called = memchr(s.at, '(', s.len) != NULL || memchr(s.at, '=', s.len) != NULL;
    if (last == '{' || last == '}' || (last == ';' && called) || (s.len <= 2 && strchr("{}()[];", *s.at) != NULL))
        return true;
    if (*s.at == '[' && last == ']' && s.len < 60 && line.tokens->words <= 3 && s.len > 3 && !contains(s, ". ") &&
        !contains(s, ": ") && !contains(s, ", "))
        return true;
    if (starts_with_any(s, code_openers, sizeof code_openers / sizeof *code_openers))
        return true;
    if (starts_with_any(s, code_words, sizeof code_words / sizeof *code_words) &&
        (called || (s.len < 60 && !line_is_ended(s.at, s.len))))
        return true;
    if ((*s.at == '"' || *s.at == '{') && contains(s, "\": ")) /* JSON; within a sentence it is a quotation */
        return true;
    for (size_t i = 0; has_any(s, "=:&|(+</$") && i < sizeof code_marks / sizeof *code_marks; i++)
        if (contains(s, code_marks[i]))
            return true;
    if (called && ((last == ':' && line.at < s.at) || ends_call(s)))
        return true;
    return is_setting(s);
}

/* "2026-03-01 10:22", "10:32 Ann", "[12.03.26, 10:32]", "192.168.0.1 - -": two groups of digits, at least. */
static bool is_stamp(struct span s)
{
    while (s.len > 0 && (*s.at == '[' || *s.at == '(' || *s.at == '*'))
        s.at++, s.len--;
    if (s.len == 0 || !is_digit(*s.at))
        return false;
    unsigned groups = 0, digits = 0;
    bool in_group = false;
    for (size_t i = 0; i < s.len && i < 24; i++) {
        if (is_digit(s.at[i])) {
            groups += !in_group;
            digits++;
            in_group = true;
        } else if (in_group && strchr("-/.:", s.at[i]) != NULL) {
            in_group = false;
        } else {
            break;
        }
    }
    return groups >= 2 && digits >= 3;
}

/* "Mar  3 10:11:12 host" */
static bool is_syslog(struct span s)
{
    return s.len > 15 && is_upper(s.at[0]) && is_letter(s.at[2]) && s.at[3] == ' ' && s.at[6] == ' ' && s.at[9] == ':';
}

static bool is_log(struct span s)
{
    static const char *const words[] = {"INFO",   "WARN",     "ERROR",  "DEBUG",   "FATAL",
                                        "TRACE",  "NOTICE",   "HTTP/",  "[error]", "[info]",
                                        "[warn]", "[notice]", " info ", " error ", " warn "};
    if (is_syslog(s))
        return true;
    if (!is_stamp(s))
        return false;
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (contains(s, words[i]))
            return true;
    return false;
}

/* An emoji, an arrow or a digit in a key cap in front. */
static bool is_point(struct span s)
{
    struct span behind = {s.at + 1, s.len - 1, NULL};
    if (is_digit(*s.at) && (starts(behind, "\xef\xb8\x8f\xe2\x83\xa3") || starts(behind, "\xe2\x83\xa3")))
        return true;
    return line_count_emoji(s.at, s.len < 4 ? s.len : 4) > 0 || starts(s, "-> ") || starts(s, "=> ") ||
           starts(s, ">> ");
}

/* Separators with a cell right behind them; no decimal commas. */
static unsigned count_tight(struct span s, char separator)
{
    unsigned n = 0;
    const char *end = s.at + s.len, *p = s.at;
    while ((p = memchr(p, separator, (size_t)(end - p))) != NULL && ++p < end)
        n += *p != ' ' && !(p - 2 >= s.at && is_digit(p[-2]) && is_digit(*p));
    return n;
}

/* Runs of three spaces and more. */
static unsigned count_gaps(struct span s)
{
    unsigned n = 0;
    const char *end = s.at + s.len, *p = s.at;
    while ((p = memmem(p, (size_t)(end - p), "   ", 3)) != NULL) {
        n++;
        while (p < end && *p == ' ')
            p++;
    }
    return n;
}

static bool is_table(struct span s)
{
    unsigned gaps = count_gaps(s), commas = count_tight(s, ',') + count_tight(s, ';');
    if (commas >= 3 || gaps >= 2 || memchr(s.at, '\t', s.len) != NULL || count_byte(s, '|') >= 2)
        return true;
    const struct token_counts *t = s.tokens;
    return t->words >= 3 && t->numbers * 2 >= t->words && t->links + t->hashtags == 0;
}

static bool is_check(struct span s)
{
    if (starts(s, "- ") || starts(s, "* "))
        s.at += 2, s.len -= 2;
    return starts(s, "[ ]") || starts(s, "[x]") || starts(s, "[X]") || starts(s, "\xe2\x98\x90") ||
           starts(s, "\xe2\x98\x91") || starts(s, "\xe2\x98\x92") || starts(s, "TODO");
}

static bool is_bullet(struct span s)
{
    if (s.len < 3)
        return false;
    if (strchr("-*+", *s.at) != NULL && s.at[1] == ' ')
        return true;
    if (starts(s, "\xe2\x80\xa2") || starts(s, "\xe2\x80\x93 ") || starts(s, "\xc2\xb7"))
        return true;
    size_t n = 0;
    while (n < 2 && is_digit(s.at[n]))
        n++;
    return n > 0 && (s.at[n] == '.' || s.at[n] == ')') && s.len > n + 1 && s.at[n + 1] == ' ';
}

static bool is_clause(struct span s)
{
    if (starts(s, "\xc2\xa7") || starts(s, "Article ") || starts(s, "ARTICLE ") || starts(s, "Section ") ||
        starts(s, "Artikel ") ||
        starts(s, "Art\xc3\xad"
                  "culo ") ||
        starts(s, "Art. "))
        return s.len > 3;
    if (s.len > 4 && s.at[0] == '(' && s.at[2] == ')' && s.at[3] == ' ')
        return true;
    return s.len > 4 && is_digit(s.at[0]) && s.at[1] == '.' && is_digit(s.at[2]) && (s.at[3] == ' ' || s.at[3] == '.');
}

static bool is_capitalised(struct span words)
{
    for (size_t i = 0; i < words.len; i++)
        if ((i == 0 || words.at[i - 1] == ' ') && words.at[i] >= 'a' && words.at[i] <= 'z')
            return false;
    return true;
}

/*
 * A name of at most four words, a colon, and a value of few. Sentences have colons, too ("My lesson: ask first."): then
 * it is a label only if it is written as a name is, as in a chat.
 */
static bool is_label(struct span s)
{
    const char *colon = memchr(s.at, ':', s.len < 40 ? s.len : 40);
    if (colon == NULL || colon == s.at || (colon + 1 < s.at + s.len && colon[1] != ' '))
        return false;
    struct span label = {s.at, (size_t)(colon - s.at), NULL};
    bool named = is_upper(*label.at) || is_high(*label.at) || *label.at == '*';
    if (!named || contains(label, ". ") || contains(label, ", "))
        return false;
    struct token_counts l = {0};
    token_count(label.at, label.len, &l);
    uint32_t value_words = s.tokens->words > l.words ? s.tokens->words - l.words : 0;
    struct span value = {colon + 1, (size_t)(s.at + s.len - colon - 1), NULL};
    if (l.words <= 4 && (starts(value, " \"") || starts(value, " \xe2\x80\x9c") || starts(value, " \xe2\x80\x9e")))
        return true;                                    /* who says what: scripts, interviews */
    if (value_words >= 4 && line_is_ended(s.at, s.len)) /* "Slide 2: ..." counts, and names nothing */
        return l.words <= 2 && is_capitalised(label) && !is_digit(colon[-1]);
    return value_words > 0 && (l.words <= 2 || (l.words <= 4 && value_words <= 10));
}

static bool is_tags(struct span s)
{
    uint32_t tags = s.tokens->hashtags + s.tokens->mentions + s.tokens->links;
    return tags > 0 && s.tokens->words <= tags + 1;
}

enum line_kind line_kind_of(const char *text, size_t len, const struct token_counts *t)
{
    static const struct {
        enum line_kind kind;
        bool (*is)(struct span);
    } tests[] = {
        {LINE_RULE, is_rule},   {LINE_HEADING, is_heading}, {LINE_CHECK, is_check}, {LINE_TAGS, is_tags},
        {LINE_LOG, is_log},     {LINE_STAMP, is_stamp},     {LINE_POINT, is_point}, {LINE_CLAUSE, is_clause},
        {LINE_TABLE, is_table}, {LINE_BULLET, is_bullet},   {LINE_LABEL, is_label},
    };
    struct span line = {text, len, t}, s = skip_indent(line);
    if (s.len == 0)
        return LINE_BLANK;
    if (*s.at == '>' && !is_point(s))
        return LINE_QUOTE;
    if (!is_rule(s) && !is_check(s) && is_code(line, s))
        return LINE_CODE;
    for (size_t i = 0; i < sizeof tests / sizeof *tests; i++)
        if (tests[i].is(s))
            return tests[i].kind;
    return LINE_PROSE;
}

bool line_is_ended(const char *line, size_t len)
{
    while (len > 0 && strchr(" \"')]*_", line[len - 1]) != NULL)
        len--;
    if (len == 0)
        return false;
    if (strchr(".!?:;,", line[len - 1]) != NULL)
        return true;
    if (!is_high(line[len - 1]))
        return false;
    const char *tail = line + (len > 6 ? len - 6 : 0);
    struct span end = {tail, (size_t)(line + len - tail), NULL};
    return contains(end, "\xe3\x80\x82") || contains(end, "\xef\xbc\x81") || contains(end, "\xef\xbc\x9f") ||
           contains(end, "\xe2\x80\xa6") || contains(end, "\xe2\x80\x9c") || contains(end, "\xe2\x80\x9d") ||
           contains(end, "\xc2\xbb") || line_count_emoji(end.at, end.len) > 0;
}

static size_t thread_mark(struct span s)
{
    size_t n = 0;
    unsigned part = 0, parts = 0;
    for (; n < s.len && n < 2 && is_digit(s.at[n]); n++)
        part = part * 10 + (unsigned)(s.at[n] - '0');
    if (n == 0 || n >= s.len || s.at[n] != '/')
        return 0;
    size_t slash = n++;
    for (; n < s.len && n < slash + 3 && is_digit(s.at[n]); n++)
        parts = parts * 10 + (unsigned)(s.at[n] - '0');
    bool ends = n == s.len || strchr(" ):\t", s.at[n]) != NULL;
    return ends && part > 0 && (parts == 0 || part <= parts) ? n : 0;
}

bool line_is_thread_part(const char *line, size_t len)
{
    struct span s = {line, len, NULL};
    for (size_t sign = 0; sign < 8 && s.len > 0 && (is_high(*s.at) || *s.at == ' '); sign++)
        s.at++, s.len--; /* an emoji in front */
    if (s.len > 0 && (*s.at == '(' || *s.at == '['))
        s.at++, s.len--;
    if (thread_mark(s) > 0)
        return true;
    struct span tail = {line + len, 0, NULL};
    while (tail.at > line && tail.len < 7 && tail.at[-1] != ' ')
        tail.at--, tail.len++;
    if (tail.len > 0 && (*tail.at == '(' || *tail.at == '['))
        tail.at++, tail.len--;
    return tail.at > line && thread_mark(tail) > 0;
}

bool line_has_dateline(const char *line, size_t len)
{
    struct span head = {line, len < 70 ? len : 70, NULL};
    const char *dash = memmem(head.at, head.len, " - ", 3);
    if (dash == NULL)
        dash = memmem(head.at, head.len, "\xe2\x80\x93 ", 4);
    if (dash == NULL)
        dash = memmem(head.at, head.len, "\xe2\x80\x94", 3);
    if (dash == NULL || !is_letter(*line) || len < 100)
        return false;
    struct span before = {line, (size_t)(dash - line), NULL};
    unsigned digits = 0;
    for (size_t i = 0; i < before.len; i++)
        digits += is_digit(before.at[i]);
    return digits >= 1 && digits <= 8 &&
           (memchr(line, ',', before.len) != NULL || memchr(line, '(', before.len) != NULL);
}

unsigned line_count_emoji(const char *line, size_t len)
{
    unsigned n = 0;
    for (size_t i = 0; i + 2 < len; i++) {
        unsigned char a = (unsigned char)line[i], b = (unsigned char)line[i + 1], c = (unsigned char)line[i + 2];
        if (a < 0xe2)
            continue;
        if (a == 0xf0 && b == 0x9f && c >= 0x84)
            n++; /* U+1F100 and up */
        else if (a == 0xe2 && ((b >= 0x98 && b <= 0x9f) || b == 0x86 || b == 0x87 || b == 0xac || b == 0xad))
            n++; /* arrows, symbols, dingbats, stars */
        else if (a == 0xe2 && b == 0x96 && (c == 0xb6 || c == 0xba))
            n++; /* triangles that point at something */
    }
    return n;
}
