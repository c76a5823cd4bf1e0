/*
 * inspect [CASE [ROUNDS]]: how fast files are inspected, with all shipped rules on. Run it where policy/packs is.
 *
 * A line a case: its name, the median of the rounds, and what it counts. The whole chain runs in this process, from
 * the bytes of a memory file to class, findings, row keys and fingerprints; rates are bytes of the file by processor
 * time, so that what else the machine does weighs little. The two saves go to a real inspector process, and their time
 * is what the asker waits. Files are made from a seed. Build: make build/bench/inspect.
 */
#include "base/buf.h"
#include "base/clock.h"
#include "base/fdio.h"
#include "extract/extract.h"
#include "analyse/analyse.h"
#include "analyse/report.h"
#include "inspect/client.h"
#include "policy/folder.h"

#include <archive.h>
#include <archive_entry.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include <xxhash.h>

enum {
    CSV_BYTES = 16 << 20,
    TIMES =
        4, /* tables are looked at in a round: 64 MB, and 200,000 rows, of which none meets an inspector's time limit */
    TEXT_BYTES = 4 << 20, /* all that rules look at of one file: more would only flatter the figure */
    TEXTS = 5,
    SHEET_ROWS = 50000,
    SAVE_BYTES = 20000,
    SAVES = 400,
    ROUNDS_MOST = 31,
    NOBODY = 65534,
};

static struct policy *policy;
static const unsigned char secret[FINGERPRINT_SECRET_BYTES] = "no secret: this is a bench";

__attribute__((format(printf, 1, 2), noreturn)) static void die(const char *format, ...)
{
    va_list args;
    va_start(args, format);
    fputs("inspect: ", stderr);
    vfprintf(stderr, format, args);
    fputc('\n', stderr);
    va_end(args);
    exit(3);
}

/* ---- what files are made of ---- */

static uint64_t state;

static uint32_t below(uint32_t most)
{
    state = state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t)(state >> 33) % most;
}

#define ONE_OF(words) ((words)[below(sizeof(words) / sizeof *(words))])

static const char *const given[] = {"Anna",  "Jonas", "Maria",  "Peter", "Lukas",  "Sofia", "Thomas", "Claire",
                                    "Marco", "Ines",  "Tomasz", "Emma",  "Oliver", "Nina",  "Rafael", "Greta"};
static const char *const family[] = {"Keller",   "Berg",    "Novak",   "Moreau",       "Santos", "Lindqvist",
                                     "Fischer",  "Okafor",  "Rossi",   "Hartley",      "Vogel",  "Janssen",
                                     "Kowalski", "Brennan", "Sanchez", "M\xc3\xbcller"};
static const char *const firm[] = {"Hansa",     "Nordlicht", "Alpine", "Meridian",
                                   "Tidewater", "Kestrel",   "Birch",  "Orion"};
static const char *const trade[] = {"Logistics", "Systems", "Maschinenbau", "Foods", "Energy", "Textiles", "Labs"};
static const char *const form[] = {"GmbH", "Ltd", "AG", "Inc.", "S.A.", "BV"};
static const char *const title[] = {"Head of Purchasing", "CEO",           "Plant Manager", "Buyer",
                                    "IT Director",        "Office Manager"};
static const char *const city[] = {"Hamburg", "Leeds", "Lyon", "Porto", "Gdansk", "Zurich", "Malm\xc3\xb6"};
static const char *const note[] = {"met at the fair, asks for a call in spring",
                                   "",
                                   "uses a competitor until the end of the year",
                                   "prefers email",
                                   "",
                                   "wants to see a demo with her team"};

enum { COLUMNS = 9 };
static const char *const header[COLUMNS] = {"First name", "Last name", "Email", "Phone", "Company",
                                            "Title",      "City",      "Since", "Note"};

struct prospect {
    char cells[COLUMNS][64];
};

static void make_prospect(struct prospect *p)
{
    const char *first = ONE_OF(given), *last = ONE_OF(family), *plain = (last[1] & 0x80) != 0 ? "mueller" : last;
    const char *house = ONE_OF(firm), *trades = ONE_OF(trade);
    char number[8] = "";
    if (below(8) == 0)
        snprintf(number, sizeof number, "%u", 1 + below(99));
    snprintf(p->cells[0], 64, "%s", first);
    snprintf(p->cells[1], 64, "%s", last);
    snprintf(p->cells[2], 64, "%s.%s%s@%s-%s.example", first, plain, number, house, trades);
    for (char *c = p->cells[2]; *c != 0; c++)
        *c = *c >= 'A' && *c <= 'Z' ? (char)(*c + 32) : *c;
    snprintf(p->cells[3], 64, "+49 %u %u", 30 + below(800), 100000 + below(9000000));
    snprintf(p->cells[4], 64, "%s %s %s", house, trades, ONE_OF(form));
    snprintf(p->cells[5], 64, "%s", ONE_OF(title));
    snprintf(p->cells[6], 64, "%s", ONE_OF(city));
    snprintf(p->cells[7], 64, "20%02u-%02u-%02u", 10 + below(16), 1 + below(12), 1 + below(28));
    snprintf(p->cells[8], 64, "%s", ONE_OF(note));
}

static void make_csv(struct buf *to, size_t bytes, uint64_t seed)
{
    state = seed;
    for (int i = 0; i < COLUMNS; i++)
        buf_printf(to, "%s%c", header[i], i + 1 < COLUMNS ? ',' : '\n');
    while (to->len < bytes) {
        struct prospect p;
        make_prospect(&p);
        for (int i = 0; i < COLUMNS; i++)
            buf_printf(to, strchr(p.cells[i], ',') ? "\"%s\"%c" : "%s%c", p.cells[i], i + 1 < COLUMNS ? ',' : '\n');
    }
}

/* Words of sales people, by turns common and rare; some sentences say what rules look for. */
static const char *const words[] = {
    "the",      "customer", "we",       "told",    "me",      "about",   "their",     "plan",     "for",     "a",
    "new",      "plant",    "in",       "spring",  "and",     "asked",   "whether",   "our",      "team",    "could",
    "show",     "it",       "again",    "before",  "budget",  "is",      "decided",   "because",  "last",    "year",
    "delivery", "was",      "late",     "twice",   "nobody",  "called",  "back",      "which",    "I",       "find",
    "fair",     "to",       "say",      "openly",  "when",    "someone", "asks",      "you",      "learn",   "more",
    "from",     "one",      "honest",   "meeting", "than",    "ten",     "slides",    "machines", "that",    "run",
    "quietly",  "while",    "people",   "talk",    "over",    "coffee",  "warehouse", "shift",    "numbers", "simple",
    "small",    "steps",    "each",     "week",    "help",    "us",      "keep",      "promise",  "we've",   "made",
    "price",    "quality",  "training", "service", "not",     "only",    "on",        "paper",    "but",     "every",
    "day",      "with",     "good",     "reasons", "written", "down",    "together",  "after",    "visit",   "there",
};
static const char *const sayings[] = {
    "Guaranteed savings for everyone who signs this week!",
    "I work for Northwind, and this is my own opinion.",
    "Comment below what you think \xe2\x80\x94 I read them all.",
    "Call Ann Hill on +44 20 7946 0018 or write to ann.hill@meridian.example.",
    "The patient was diagnosed with diabetes, she said.",
    "We will close the deal at 45,000 EUR in the second quarter.",
    "Find more at https://northwind.example/spring.",
};

/* One of so many is a saying; 0: none. */
static void make_sentence(struct buf *to, uint32_t sayings_each)
{
    if (sayings_each > 0 && below(sayings_each) == 0) {
        buf_printf(to, "%s ", ONE_OF(sayings));
        return;
    }
    for (uint32_t left = 6 + below(14), first = left; left > 0; left--) {
        const char *word = ONE_OF(words);
        char begin = left == first && word[0] >= 'a' ? (char)(word[0] - 32) : word[0];
        buf_printf(to, "%c%s%s", begin, word + 1, left > 1 ? (below(12) == 0 ? ", " : " ") : ". ");
    }
}

static void make_text(struct buf *to, size_t bytes, uint64_t seed)
{
    state = seed;
    for (uint32_t paragraph = 0; to->len < bytes; paragraph++) {
        if (paragraph % 12 == 0)
            buf_printf(to, "## What we learned in week %u\n\n", paragraph / 12 + 1);
        for (uint32_t i = 2 + below(3); i > 0; i--)
            make_sentence(to, 25);
        buf_printf(to, paragraph % 7 == 6 ? "\n\n#sales #service\n\n" : "\n\n");
    }
    to->len = bytes;
}

/* A file of posts, each as long as people write them; no longer text is taken for a draft. */
static void make_drafts(struct buf *to, size_t bytes, uint64_t seed)
{
    static const char *const hooks[] = {"I lost the deal that I was proud of.", "Nobody reads your slides.",
                                        "Ten years in sales taught me one thing.", "I was wrong about our customers."};
    static const char *const asks[] = {"What do you think? Tell me in the comments.", "How do you handle it?",
                                       "What would you have done?", "Do you agree?"};
    state = seed;
    while (to->len < bytes) {
        buf_printf(to, "%s\n\n", ONE_OF(hooks));
        for (uint32_t i = 4 + below(4); i > 0; i--) {
            buf_printf(to, "I told you that my team and I will show it. ");
            make_sentence(to, 0);
            buf_printf(to, below(9) == 0 ? "We promise guaranteed results for all of you!\n\n" : "\n\n");
        }
        buf_printf(to, "%s\n\n#sales #b2b #service\n\n---\n\n", ONE_OF(asks));
    }
}

/* ---- office files ---- */

static void put_member(struct archive *zip, const char *name, const struct buf *bytes)
{
    struct archive_entry *entry = archive_entry_new();
    archive_entry_set_pathname(entry, name);
    archive_entry_set_filetype(entry, AE_IFREG);
    archive_entry_set_perm(entry, 0644);
    archive_entry_set_size(entry, (int64_t)bytes->len);
    if (archive_write_header(zip, entry) != ARCHIVE_OK || archive_write_data(zip, bytes->data, bytes->len) < 0)
        die("%s: %s", name, archive_error_string(zip));
    archive_entry_free(entry);
}

static void put_text(struct archive *zip, const char *name, const char *text)
{
    buf_auto b = {0};
    buf_printf(&b, "%s", text);
    put_member(zip, name, &b);
}

static struct archive *begin_zip(int fd)
{
    struct archive *zip = archive_write_new();
    if (archive_write_set_format_zip(zip) != ARCHIVE_OK || archive_write_open_fd(zip, fd) != ARCHIVE_OK)
        die("zip: %s", archive_error_string(zip));
    return zip;
}

/*
 * Cells name their place. What recurs stands once in the part for shared strings; what does not stands in its cell,
 * since a reader keeps only so many shared strings (8 MiB).
 */
enum { SHARED = 1 << 14 };
struct shared {
    char text[64];
    unsigned index;
};

static unsigned share_string(struct shared *table, struct buf *strings, unsigned *count, const char *text)
{
    size_t at = XXH3_64bits(text, strlen(text)) % SHARED;
    while (table[at].text[0] != 0 && strcmp(table[at].text, text) != 0)
        at = (at + 1) % SHARED;
    if (table[at].text[0] == 0) {
        snprintf(table[at].text, sizeof table[at].text, "%s", text);
        table[at].index = (*count)++;
        buf_printf(strings, "<si><t>%s</t></si>", text);
    }
    return table[at].index;
}

static void make_xlsx(int fd)
{
    struct archive *zip = begin_zip(fd);
    static struct shared table[SHARED];
    buf_auto sheet = {0}, strings = {0};
    memset(table, 0, sizeof table);
    state = 3;
    buf_printf(&sheet, "<?xml version=\"1.0\" encoding=\"UTF-8\"?><worksheet "
                       "xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"><sheetData>");
    buf_printf(&strings, "<?xml version=\"1.0\" encoding=\"UTF-8\"?><sst "
                         "xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\">");
    for (unsigned row = 1, count = 0; row <= SHEET_ROWS; row++) {
        struct prospect p;
        make_prospect(&p);
        buf_printf(&sheet, "<row r=\"%u\">", row);
        for (int i = 0; i < COLUMNS; i++) {
            const char *text = row == 1 ? header[i] : p.cells[i];
            if (row > 1 && (i == 2 || i == 3))
                buf_printf(&sheet, "<c r=\"%c%u\" t=\"inlineStr\"><is><t>%s</t></is></c>", 'A' + i, row, text);
            else if (*text != 0)
                buf_printf(&sheet, "<c r=\"%c%u\" t=\"s\"><v>%u</v></c>", 'A' + i, row,
                           share_string(table, &strings, &count, text));
        }
        buf_printf(&sheet, "</row>");
    }
    buf_printf(&sheet, "</sheetData></worksheet>");
    buf_printf(&strings, "</sst>");
    put_text(zip, "[Content_Types].xml",
             "<?xml version=\"1.0\"?><Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\">"
             "<Override PartName=\"/xl/workbook.xml\" ContentType="
             "\"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml\"/></Types>");
    put_text(zip, "_rels/.rels",
             "<?xml version=\"1.0\"?><Relationships "
             "xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"><Relationship Id=\"r1\" Type="
             "\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument\" "
             "Target=\"xl/workbook.xml\"/></Relationships>");
    put_text(zip, "xl/workbook.xml",
             "<?xml version=\"1.0\"?><workbook xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\" "
             "xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\"><sheets>"
             "<sheet name=\"Prospects\" sheetId=\"1\" r:id=\"r1\"/></sheets></workbook>");
    put_text(zip, "xl/_rels/workbook.xml.rels",
             "<?xml version=\"1.0\"?><Relationships "
             "xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"><Relationship Id=\"r1\" Type="
             "\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet\" "
             "Target=\"worksheets/sheet1.xml\"/></Relationships>");
    put_member(zip, "xl/sharedStrings.xml", &strings);
    put_member(zip, "xl/worksheets/sheet1.xml", &sheet);
    archive_write_free(zip);
}

static void make_ods(int fd)
{
    struct archive *zip = begin_zip(fd);
    buf_auto content = {0};
    state = 4;
    buf_printf(&content, "<?xml version=\"1.0\" encoding=\"UTF-8\"?><office:document-content "
                         "xmlns:office=\"urn:oasis:names:tc:opendocument:xmlns:office:1.0\" "
                         "xmlns:table=\"urn:oasis:names:tc:opendocument:xmlns:table:1.0\" "
                         "xmlns:text=\"urn:oasis:names:tc:opendocument:xmlns:text:1.0\"><office:body>"
                         "<office:spreadsheet><table:table table:name=\"Prospects\">");
    for (unsigned row = 1; row <= SHEET_ROWS; row++) {
        struct prospect p;
        make_prospect(&p);
        buf_printf(&content, "<table:table-row>");
        for (int i = 0; i < COLUMNS; i++)
            buf_printf(&content,
                       "<table:table-cell office:value-type=\"string\"><text:p>%s</text:p></table:table-cell>",
                       row == 1 ? header[i] : p.cells[i]);
        buf_printf(&content, "</table:table-row>");
    }
    buf_printf(&content, "</table:table></office:spreadsheet></office:body></office:document-content>");
    archive_write_zip_set_compression_store(zip);
    put_text(zip, "mimetype", "application/vnd.oasis.opendocument.spreadsheet");
    archive_write_zip_set_compression_deflate(zip);
    put_member(zip, "content.xml", &content);
    archive_write_free(zip);
}

/* ---- measuring ---- */

static int new_file(void)
{
    int fd = memfd_create("bench", MFD_CLOEXEC);
    if (fd < 0)
        die("no memory file");
    return fd;
}

static int file_of(void (*make)(struct buf *to, size_t bytes, uint64_t seed), size_t bytes, uint64_t seed)
{
    buf_auto b = {0};
    int fd = new_file();
    make(&b, bytes, seed);
    if (b.failed || fd_write_all(fd, b.data, b.len) < 0)
        die("no memory for the file");
    return fd;
}

static int64_t clock_ns(clockid_t clock)
{
    struct timespec ts;
    clock_gettime(clock, &ts);
    return clock_from_timespec(ts);
}

static int64_t cpu_ns(void) { return clock_ns(CLOCK_PROCESS_CPUTIME_ID); }

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static void look(struct analyser *a, int fd, const char *path, uint32_t rows)
{
    struct inspection found;
    fd_auto report = new_file();
    if (analyser_look(a, fd, (uint64_t)lseek(fd, 0, SEEK_END), path, report, &found) < 0)
        die("%s: could not be looked at", path);
    if (rows > 0 && found.facts.rows != rows)
        die("%s: %u of %u rows: the machine is too busy for its time limit", path, found.facts.rows, rows);
}

static struct analyser *new_analyser(void)
{
    struct analyser *a;
    struct error e = {0};
    if (analyser_open(&a, policy, secret, &e) < 0)
        die("%s", e.text);
    return a;
}

static void print_rate(const char *name, double *rates, unsigned rounds)
{
    qsort(rates, rounds, sizeof *rates, compare);
    printf("%s %.1f MB/s\n", name, rates[rounds / 2]);
}

static void print_rate_of(const char *name, int fd, const char *path, unsigned rounds, uint32_t rows)
{
    double rates[ROUNDS_MOST], bytes = (double)lseek(fd, 0, SEEK_END);
    struct analyser *a = new_analyser();
    for (unsigned r = 0; r < rounds; r++) {
        int64_t since = cpu_ns();
        for (unsigned i = 0; i < TIMES; i++)
            look(a, fd, path, rows);
        rates[r] = bytes * TIMES / 1e6 / ((double)(cpu_ns() - since) / 1e9);
    }
    analyser_close(a);
    print_rate(name, rates, rounds);
}

static void run_csv(const char *name, unsigned rounds)
{
    buf_auto csv = {0};
    make_csv(&csv, CSV_BYTES, 1);
    fd_auto fd = new_file();
    if (csv.failed || fd_write_all(fd, csv.data, csv.len) < 0)
        die("no memory for the file");
    uint32_t lines = 0;
    for (const char *p = csv.data, *end = p + csv.len; (p = memchr(p, '\n', (size_t)(end - p))) != NULL; p++)
        lines++;
    print_rate_of(name, fd, "Prospects/spring.csv", rounds, lines - 1);
}

/* A text as long as this is no draft, and rules for drafts would pass it by: so it goes through them once more. */
static int count_finding(void *ctx, const struct policy_finding *f) { return (void)f, ++*(unsigned *)ctx, 0; }

static void find_all(const struct buf *text)
{
    static const struct facts none;
    unsigned count = 0;
    if (policy_find(policy, "post-draft", &none, text->data, text->len, count_finding, &count, NULL) < 0 || count == 0)
        die("no findings");
}

static void run_text(const char *name, unsigned rounds)
{
    double rates[ROUNDS_MOST];
    buf_auto text = {0};
    make_text(&text, TEXT_BYTES, 2);
    fd_auto fd = new_file();
    if (text.failed || fd_write_all(fd, text.data, text.len) < 0)
        die("no memory for the file");
    struct analyser *a = new_analyser();
    for (unsigned r = 0; r < rounds; r++) {
        int64_t since = cpu_ns();
        for (unsigned i = 0; i < TEXTS; i++) {
            look(a, fd, "Notes/what-we-learned.md", 0);
            find_all(&text);
        }
        rates[r] = (double)TEXT_BYTES * TEXTS / 1e6 / ((double)(cpu_ns() - since) / 1e9);
    }
    analyser_close(a);
    print_rate(name, rates, rounds);
}

static void run_xlsx(const char *name, unsigned rounds)
{
    fd_auto fd = new_file();
    make_xlsx(fd);
    print_rate_of(name, fd, "Prospects/spring.xlsx", rounds, SHEET_ROWS - 1);
}

static void run_ods(const char *name, unsigned rounds)
{
    fd_auto fd = new_file();
    make_ods(fd);
    print_rate_of(name, fd, "Prospects/spring.ods", rounds, SHEET_ROWS - 1);
}

/* The CSV reader alone, into a sink that drops what it is given: what the machine gives today. */
static int drop_sheet(void *ctx, const char *name) { return (void)ctx, (void)name, 0; }
static int drop_row(void *ctx, const struct row *row) { return (void)ctx, (void)row, 0; }
static int drop_text(void *ctx, enum text_part part, const char *utf8, size_t len)
{
    return (void)ctx, (void)part, (void)utf8, (void)len, 0;
}
static void drop_flag(void *ctx, uint32_t flags) { (void)ctx, (void)flags; }

static void run_reader(const char *name, unsigned rounds)
{
    double rates[ROUNDS_MOST];
    fd_auto fd = file_of(make_csv, CSV_BYTES, 1);
    uint64_t bytes = (uint64_t)lseek(fd, 0, SEEK_END);
    for (unsigned r = 0; r < rounds; r++) {
        struct input in = input_from_fd(fd, bytes, "spring.csv");
        struct limits limits = {.packed = bytes};
        struct content_sink sink = {.sheet = drop_sheet, .row = drop_row, .text = drop_text, .flag = drop_flag};
        int64_t since = cpu_ns();
        if (extract_csv(&in, &(struct extract_hints){"text/csv", "utf-8"}, &sink, &limits) < 0)
            die("no table");
        rates[r] = (double)bytes / 1e6 / ((double)(cpu_ns() - since) / 1e9);
    }
    print_rate(name, rates, rounds);
}

/* ---- a save, asked of a process ---- */

static pid_t start_inspector(int theirs, int ours)
{
    pid_t pid = fork();
    if (pid != 0)
        return pid;
    bool root = geteuid() == 0;
    close(ours);
    const struct inspector_start start = {
        .socket = theirs, .uid = root ? NOBODY : getuid(), .gid = root ? NOBODY : getgid(), .policy = policy};
    _exit(inspector_main(&start));
}

static void no_kill(void *ctx)
{
    (void)ctx;
    die("the inspector hangs");
}

static double ask_ms(struct inspector *client, int fd, const char *path, const char *class_name)
{
    struct inspection found;
    uint64_t ticket;
    int64_t since = clock_mono_ns();
    if (inspector_ask(client, fd, path, 1) < 0 || inspector_answer(client, &ticket, &found) != 1)
        die("no answer");
    double ms = (double)(clock_mono_ns() - since) / 1e6;
    fd_close(&found.report_fd);
    if (found.status != INSPECT_OK)
        die("%s: unreadable", path);
    if (strcmp(found.class_name, class_name) != 0)
        die("%s: it is taken for a %s", path, found.class_name);
    return ms;
}

static void time_saves(const char *name, void (*make)(struct buf *to, size_t bytes, uint64_t seed), const char *path,
                       const char *class_name)
{
    static double times[SAVES];
    struct inspector *client;
    struct error e = {0};
    int ends[2];
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) < 0 ||
        inspector_open(&client, ends[0], no_kill, NULL, &e) < 0)
        die("no channel");
    pid_t pid = start_inspector(ends[1], ends[0]);
    close(ends[1]);
    clockid_t clock;
    int64_t since = 0;
    if (clock_getcpuclockid(pid, &clock) != 0)
        die("no clock of the inspector");
    for (int i = -20; i < SAVES; i++) {
        if (i == 0)
            since = clock_ns(clock);
        fd_auto fd = file_of(make, SAVE_BYTES, (uint64_t)i + 1000);
        double ms = ask_ms(client, fd, path, class_name);
        if (i >= 0)
            times[i] = ms;
    }
    double cpu_ms = (double)(clock_ns(clock) - since) / SAVES / 1e6;
    inspector_close(client);
    close(ends[0]);
    kill(pid, SIGTERM);
    waitpid(pid, NULL, 0);
    qsort(times, SAVES, sizeof *times, compare);
    printf("%s %.3f ms; 99 of 100 in %.3f ms; %.3f of processor\n", name, times[SAVES / 2], times[SAVES * 99 / 100],
           cpu_ms);
}

static void run_csv_save(const char *name, unsigned rounds)
{
    (void)rounds;
    time_saves(name, make_csv, "Prospects/spring.csv", "prospect-list");
}

static void run_draft_save(const char *name, unsigned rounds)
{
    (void)rounds;
    time_saves(name, make_drafts, "Posts/drafts.md", "post-draft");
}

/* ---- */

static void load_policy(void)
{
    policy_folder_auto folder = {0};
    buf_auto problems = {0};
    struct error e = {0};
    if (policy_read_folder(&folder, "policy/packs", ".policy", &e) < 0)
        die("%s", e.text);
    if (folder.count == 0 || policy_load(&policy, folder.files, folder.count, &problems) < 0)
        die("policy/packs: %s", folder.count == 0 ? "no rules there" : "refused");
}

int main(int argc, char **argv)
{
    static const struct {
        const char *name;
        void (*run)(const char *name, unsigned rounds);
    } cases[] = {{"csv_reader", run_reader},
                 {"csv", run_csv},
                 {"text", run_text},
                 {"xlsx", run_xlsx},
                 {"ods", run_ods},
                 {"csv_save", run_csv_save},
                 {"draft_save", run_draft_save}};
    unsigned rounds = argc > 2 ? (unsigned)atoi(argv[2]) : 5;
    rounds = rounds < 1 ? 1 : rounds > ROUNDS_MOST ? ROUNDS_MOST : rounds;
    load_policy();
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        if (argc < 2 || strcmp(argv[1], "all") == 0 || strcmp(argv[1], cases[i].name) == 0)
            cases[i].run(cases[i].name, rounds);
    policy_free(policy);
    return 0;
}
