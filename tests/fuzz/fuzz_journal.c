/*
 * fuzz_journal: any bytes as the newest segment, or a sound one in which some bytes are others: the reader and the
 * writer's recovery end without a crash, and what is appended afterwards is read back.
 */
#include "event/journal.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

/* The same size without the pages: what is tried here is what stands in a segment, and not whether the disk is full. */
int posix_fallocate(int fd, off_t offset, off_t len)
{
    struct stat st;
    return fstat(fd, &st) == 0 && (st.st_size >= offset + len || ftruncate(fd, offset + len) == 0) ? 0 : EIO;
}

static int fresh_dir(char *path)
{
    if (mkdtemp(path) == NULL)
        abort();
    int dir = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (mkdirat(dir, "journal", 0700) < 0)
        abort();
    return dir;
}

static void remove_dir(int dir, const char *path)
{
    DIR *journal = fdopendir(openat(dir, "journal", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (journal == NULL)
        abort();
    for (struct dirent *entry; (entry = readdir(journal)) != NULL;)
        unlinkat(dirfd(journal), entry->d_name, 0);
    closedir(journal);
    if (unlinkat(dir, "journal", AT_REMOVEDIR) < 0 || close(dir) < 0 || rmdir(path) < 0)
        abort();
}

static void read_all(int dir)
{
    struct journal_reader *reader;
    struct journal_record record;
    if (journal_open_reader(&reader, dir, 1, NULL) < 0)
        return;
    for (int i = 0; i < 1000 && journal_read(reader, &record, NULL) > 0; i++)
        if (record.path == NULL || record.path2 == NULL || record.app == NULL)
            abort();
    journal_close_reader(reader);
}

static const char newest[] = "journal/0000000000000001.seg";

static bool write_raw(int dir, const uint8_t *data, size_t size)
{
    int fd = openat(dir, newest, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    bool written = write(fd, data, size) == (ssize_t)size;
    close(fd);
    return written;
}

/* 0x80, how many records, then by threes: where a byte is changed, and by what. Any bytes would never have a right
 * checksum. */
static bool write_damaged(int dir, const uint8_t *data, size_t size)
{
    struct journal *journal;
    if (journal_open_writer(&journal, dir, NULL) < 0)
        return false;
    for (int i = 0; i < data[1] % 16 + 1; i++) {
        struct journal_record r = {
            .type = i % 2 ? JOURNAL_RENAME : JOURNAL_SAVE, .path = "a/b", .path2 = "c", .app = "vim"};
        journal_append(journal, &r);
    }
    journal_close(journal);
    int fd = openat(dir, newest, O_RDWR | O_CLOEXEC);
    for (size_t at = 2; fd >= 0 && at + 3 <= size; at += 3) {
        off_t where = data[at] << 8 | data[at + 1];
        uint8_t byte = 0;
        if (pread(fd, &byte, 1, where) == 1) {
            byte ^= data[at + 2];
            if (pwrite(fd, &byte, 1, where) != 1)
                abort();
        }
    }
    return fd >= 0 && close(fd) == 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char path[] = "/dev/shm/fuzz-journal.XXXXXX";
    int dir = fresh_dir(path);
    bool is_sound = size >= 2 && data[0] == 0x80;
    bool written = is_sound ? write_damaged(dir, data, size) : write_raw(dir, data, size);
    if (written) {
        read_all(dir);
        struct journal *journal;
        if (journal_open_writer(&journal, dir, NULL) == 0) {
            struct journal_record record = {.type = JOURNAL_SAVE, .path = "a", .path2 = "", .app = ""};
            journal_append(journal, &record);
            journal_close(journal);
            read_all(dir);
        }
    }
    remove_dir(dir, path);
    return 0;
}
