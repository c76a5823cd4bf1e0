/*
 * fuzz_known: any bytes as a table of what is known, and as a text that names somebody. A table that is taken answers
 * every question; a text read twice names the same.
 */
#include "tests/unit/analyse/lists.h"

#include "base/fdio.h"
#include "analyse/alike.h"
#include "analyse/naming.h"

#include <sys/mman.h>
#include <unistd.h>

static const unsigned char secret[FINGERPRINT_SECRET_BYTES] = "any bytes will do";
static const struct listed lists[] = {
    {CONTACT_COMPANY, "Northwind"}, {CONTACT_COMPANY, "A b"}, {CONTACT_NAME, "Ann Hill"}};
static struct known names;

static void read_table(const uint8_t *data, size_t size)
{
    known_auto as_names = {0}, as_texts = {0};
    uint64_t prints[64] = {0};
    struct facts f = {0};
    fd_auto fd = memfd_create("table", MFD_CLOEXEC);
    memcpy(prints, data, size < sizeof prints ? size : sizeof prints);
    if (fd < 0 || fd_write_all(fd, data, size) < 0)
        return;
    if (known_map(&as_names, fd, KNOWN_NAMES) == 0)
        for (size_t i = 0; i < 64; i++)
            known_has_name(&as_names, prints[i]);
    if (known_map(&as_texts, fd, KNOWN_TEXTS) == 0 && alike_measure(&as_texts, 1, prints, 64, &f) == 0 &&
        (f.shared > 64 * 100 || f.twins > 64 * KNOWN_ALIKE_MOST))
        abort();
}

static uint32_t count_names(const char *text, size_t len, bool cell)
{
    struct naming *n = NULL;
    if (naming_open(&n, secret, &names) < 0)
        abort();
    (cell ? naming_cell : naming_text)(n, text, len);
    uint32_t count = naming_count(n);
    naming_close(n);
    return count;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (names.map == NULL) {
        fd_auto fd = make_names(secret, lists, sizeof lists / sizeof lists[0]);
        if (known_map(&names, fd, KNOWN_NAMES) < 0)
            abort();
    }
    read_table(data, size);
    for (int cell = 0; cell < 2; cell++) {
        uint32_t count = count_names((const char *)data, size, cell);
        if (count > sizeof lists / sizeof lists[0] || count != count_names((const char *)data, size, cell))
            abort();
    }
    return 0;
}
