/*
 * fuzz_passage: wherever a long piece of a file is found in that file by reading, its fingerprints are in the file's
 * report, or the report says that its text is not whole there.
 *
 * The input: where the piece begins (two bytes) and its length in eights, then the file.
 */
#include "analyse/analyse.c"

#include "analyse/passage.h"
#include "base/fdio.h"

#include <sys/mman.h>

enum { IN_FRONT = 3, FILE_MOST = 8192 };

static const unsigned char key[FINGERPRINT_SECRET_BYTES] = "any bytes will do";

static struct analyser *open_one(void)
{
    struct analyser *a = NULL;
    if (analyser_open(&a, NULL, key, NULL) < 0)
        abort();
    return a;
}

static int look(struct analyser *a, int fd, size_t size, uint64_t *bytes)
{
    struct inspection found = inspection_unreadable();
    int report = memfd_create("report", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    if (report < 0 || analyser_look(a, fd, size, "file", report, &found) < 0)
        abort();
    *bytes = found.report_bytes;
    return report;
}

static bool is_found(struct analyser *seeker, const char *piece, int fd, size_t size)
{
    const struct inspect_seek seek = {.text = piece};
    struct report r = {0};
    uint64_t bytes;
    seek_close(seeker->seek);
    seeker->seek = NULL;
    if (analyser_seek(seeker, &seek) < 0)
        abort();
    fd_auto report = look(seeker, fd, size, &bytes);
    if (report_read(&r, report, bytes) < 0)
        abort();
    bool found = r.hits_found > 0;
    report_free(&r);
    return found;
}

static bool is_ruled_out(struct analyser *reader, const char *piece, int fd, size_t size)
{
    uint64_t prints[PASSAGE_PRINTS_MOST], bytes;
    report_view_auto view = {0};
    fd_auto report = look(reader, fd, size, &bytes);
    if (report_map(&view, report, bytes) < 0)
        abort();
    int count = passage_prints(key, piece, prints), had = 0;
    for (int i = 0; i < count; i++)
        for (size_t k = 0; k < view.text_count; k++)
            had += view.text[k] == prints[i];
    return view.text_whole && had < count;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct analyser *reader, *seeker;
    if (reader == NULL) {
        reader = open_one();
        seeker = open_one();
    }
    if (size < IN_FRONT + 1 || size > FILE_MOST)
        return 0;
    const uint8_t *file = data + IN_FRONT;
    size_t len = size - IN_FRONT, at = (size_t)(data[0] << 8 | data[1]) % len, wanted = data[2] * 8u;
    char piece[256 * 8];
    wanted = wanted > len - at ? len - at : wanted;
    memcpy(piece, file + at, wanted);
    piece[wanted] = 0;
    if (seek_count(piece) < FINGERPRINT_SURE || seek_count(piece) > SEEK_CHARACTERS_MOST)
        return 0;
    fd_auto fd = memfd_create("file", MFD_CLOEXEC);
    if (fd < 0 || fd_write_all(fd, file, len) < 0)
        abort();
    if (is_found(seeker, piece, fd, len) && is_ruled_out(reader, piece, fd, len))
        abort();
    return 0;
}
