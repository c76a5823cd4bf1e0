/*
 * fuzz_report: any bytes as an inspector's report: refused, or read, and then clean. The head is put right
 * as far as lengths go, so that what it counts is reached.
 */
#include "base/fdio.h"
#include "contact/listing.h"
#include "analyse/report.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { HEAD_WORDS = 10, MAGIC = 0x48465233 };

static void check_listing(const struct buf *listing)
{
    struct listing_contact c;
    size_t at = 0, before = 0;
    int more;
    while ((more = listing_next(listing->data, listing->len, &at, &c)) == 1) {
        if (at <= before || at > listing->len || c.count > LISTING_VALUES_MOST)
            abort();
        for (size_t i = 0; i < c.count; i++)
            for (size_t k = 0; k < c.values[i].len; k++)
                if ((unsigned char)c.values[i].text[k] < ' ' || c.values[i].text[k] == 0x7f)
                    abort();
        before = at;
    }
    if (more != 0)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct report r = {0};
    uint32_t head[HEAD_WORDS];
    if (size < sizeof head)
        return 0;
    memcpy(head, data, sizeof head);
    uint64_t bytes = size;
    if (head[0] % 4 != 0) { /* three of four: contacts, then text, in what there is */
        uint32_t rest = (uint32_t)(size - sizeof head);
        uint32_t listing = rest > 0 ? head[4] % (rest + 1) : 0;
        const uint32_t sound[HEAD_WORDS] = {MAGIC, 0, 0, 0, listing, rest - listing, head[6] & 1};
        memcpy(head, sound, sizeof head);
    }
    fd_auto fd = memfd_create("report", MFD_CLOEXEC);
    if (fd < 0 || fd_write_all(fd, head, sizeof head) < 0 ||
        fd_write_all(fd, data + sizeof head, size - sizeof head) < 0)
        return 0;
    if (report_read(&r, fd, bytes) == 0)
        check_listing(&r.listing);
    else if (r.listing.data != NULL || r.findings != NULL)
        abort(); /* a failing call leaves it untouched */
    report_free(&r);
    return 0;
}
