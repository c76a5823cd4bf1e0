#include "mount/rulebook.h"

#include "base/fdio.h"
#include "policy/folder.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

/*
 * The memory file: a head, then for each file its two lengths (the name's with its NUL), name and text, unpadded. It
 * never leaves this machine or this build.
 */
struct packed_head {
    uint32_t magic, count;
    char id[RULEBOOK_ID_BYTES];
};
struct packed_file {
    uint32_t name_len, text_len;
};

enum { MAGIC = 0x4846524c, NAME_MOST = 256 };
#define PACKED_MOST ((uint64_t)POLICY_FILES_MOST * (POLICY_FILE_BYTES_MOST + NAME_MOST + sizeof(struct packed_file)))
#define SEALS       (F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE)

/* ---- packing ---- */

static int put_all(int fd, const struct policy_file *files, size_t count, const char *id)
{
    struct packed_head head = {.magic = MAGIC, .count = (uint32_t)count};
    buf_auto out = {0};
    strncpy(head.id, id, sizeof head.id - 1);
    buf_put(&out, &head, sizeof head);
    for (size_t i = 0; i < count; i++) {
        struct packed_file file = {(uint32_t)strlen(files[i].name) + 1, (uint32_t)files[i].len};
        buf_put(&out, &file, sizeof file);
        buf_put(&out, files[i].name, file.name_len);
        buf_put(&out, files[i].text, file.text_len);
    }
    if (out.failed)
        return -ENOMEM;
    for (size_t at = 0; at < out.len;) {
        ssize_t put = write(fd, out.data + at, out.len - at);
        if (put < 0)
            return -errno;
        at += (size_t)put;
    }
    return 0;
}

int rulebook_pack(const struct policy_file *files, size_t count, const char *id)
{
    fd_auto fd = memfd_create("holdfast-rules", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    int err = fd < 0 ? -errno : put_all(fd, files, count, id);
    if (err == 0 && fcntl(fd, F_ADD_SEALS, SEALS | F_SEAL_SEAL) < 0)
        err = -errno;
    return err < 0 ? err : fd_steal(&fd);
}

/* ---- unpacking ---- */

struct reading {
    const char *at, *end;
};

static const char *take(struct reading *r, size_t len)
{
    const char *at = r->at;
    if ((size_t)(r->end - r->at) < len)
        return NULL;
    r->at += len;
    return at;
}

static bool take_file(struct reading *r, struct policy_file *out)
{
    struct packed_file file;
    const char *head = take(r, sizeof file);
    if (head == NULL)
        return false;
    memcpy(&file, head, sizeof file);
    out->name = file.name_len > 0 && file.name_len <= NAME_MOST ? take(r, file.name_len) : NULL;
    if (out->name == NULL || memchr(out->name, 0, file.name_len) != out->name + file.name_len - 1)
        return false;
    out->len = file.text_len;
    out->text = take(r, file.text_len);
    return out->text != NULL;
}

static int load(struct rulebook *r, const struct policy_file *files, size_t count, struct error *e)
{
    buf_auto problems = {0};
    int err = policy_load(&r->own, files, count, &problems);
    r->policy = r->own;
    if (err < 0 && problems.data != NULL)
        return error_set(e, err, "%.*s", (int)strcspn(problems.data, "\n"), problems.data);
    return err < 0 ? error_sys(e, err, "rules") : 0;
}

static int read_packed(struct rulebook *r, struct reading in, struct error *e)
{
    struct packed_head head;
    const char *at = take(&in, sizeof head);
    if (at == NULL)
        return error_set(e, EPROTO, "rules that were cut off");
    memcpy(&head, at, sizeof head);
    if (head.magic != MAGIC || head.count > POLICY_FILES_MOST || head.id[sizeof head.id - 1] != 0)
        return error_set(e, EPROTO, "rules of another form");
    struct policy_file *files = calloc(head.count + 1, sizeof *files);
    if (files == NULL)
        return error_sys(e, ENOMEM, "rules");
    bool sound = true;
    for (uint32_t i = 0; i < head.count && sound; i++)
        sound = take_file(&in, &files[i]);
    int err = sound && in.at == in.end ? load(r, files, head.count, e) : error_set(e, EPROTO, "rules that are torn");
    memcpy(r->id, head.id, sizeof r->id);
    free(files);
    return err;
}

int rulebook_unpack(int fd, struct rulebook **out, struct error *e)
{
    struct stat st;
    int seals = fcntl(fd, F_GET_SEALS);
    if (seals < 0 || (seals & SEALS) != SEALS || fstat(fd, &st) < 0 || st.st_size <= 0 ||
        (uint64_t)st.st_size > PACKED_MOST)
        return error_set(e, EPROTO, "rules that are no sealed memory, or too many");
    size_t len = (size_t)st.st_size;
    char *packed = mmap(NULL, len, PROT_READ, MAP_PRIVATE, fd, 0);
    if (packed == MAP_FAILED)
        return error_sys(e, errno, "rules");
    struct rulebook *r = calloc(1, sizeof *r);
    int err = r == NULL ? error_sys(e, ENOMEM, "rules") : read_packed(r, (struct reading){packed, packed + len}, e);
    munmap(packed, len);
    if (err < 0)
        free(r);
    else
        *out = r;
    return err;
}

/* ---- the one in force ---- */

struct rulebook_shelf {
    pthread_mutex_t lock; /* around `in_force` and every `users` */
    struct rulebook *in_force;
};

static void discard(struct rulebook *r)
{
    policy_free(r->own);
    free(r);
}

struct rulebook_shelf *rulebook_open_shelf(const struct policy *policy, const char *id)
{
    struct rulebook_shelf *s = calloc(1, sizeof *s);
    struct rulebook *first = calloc(1, sizeof *first);
    if (s == NULL || first == NULL) {
        free(s);
        free(first);
        return NULL;
    }
    first->policy = policy;
    strncpy(first->id, id ? id : "", sizeof first->id - 1);
    first->users = 1; /* the shelf itself */
    pthread_mutex_init(&s->lock, NULL);
    s->in_force = first;
    return s;
}

void rulebook_put_in_force(struct rulebook_shelf *s, struct rulebook *next)
{
    pthread_mutex_lock(&s->lock);
    struct rulebook *before = s->in_force;
    next->users = 1;
    s->in_force = next;
    pthread_mutex_unlock(&s->lock);
    rulebook_give_back(s, before);
}

struct rulebook *rulebook_hold(struct rulebook_shelf *s)
{
    pthread_mutex_lock(&s->lock);
    struct rulebook *r = s->in_force;
    r->users++;
    pthread_mutex_unlock(&s->lock);
    return r;
}

void rulebook_give_back(struct rulebook_shelf *s, struct rulebook *r)
{
    pthread_mutex_lock(&s->lock);
    bool last = --r->users == 0;
    pthread_mutex_unlock(&s->lock);
    if (last)
        discard(r);
}
