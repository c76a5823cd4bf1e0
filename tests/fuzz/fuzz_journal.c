/*
 * fuzz_journal: any bytes as the newest segment: the reader and the writer's recovery end without a crash, and what is
 * appended afterwards is read back.
 */
#include "event/journal.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

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

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char path[] = "/dev/shm/fuzz-journal.XXXXXX";
    int dir = fresh_dir(path);
    int fd = openat(dir, "journal/0000000000000001.seg", O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    bool written = write(fd, data, size) == (ssize_t)size;
    close(fd);
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
