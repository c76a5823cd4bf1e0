/* The repository, the device's key and allowed_signers: made if they are not there, made whole if they are half there.
 */
#include "base/fdio.h"
#include "record/form.h"
#include "record/git.h"
#include "record/key.h"
#include "record/odb.h"
#include "record/volume.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <git2.h>
#include <openssl/crypto.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { SIGNERS_MOST = 1024 * 1024 };

static void say(struct buf *done, const char *what, const char *path)
{
    if (done != NULL)
        buf_printf(done, "%s %s\n", what, path);
}

/* ---- folders and files ---- */

/* Every folder of `path`, like mkdir -p. */
static int make_folders(const char *path, mode_t mode, bool *made, struct error *e)
{
    char *copy = strdup(path);
    if (copy == NULL)
        return error_set(e, ENOMEM, "out of memory");
    int err = 0;
    for (char *at = copy + 1; err == 0 && at != NULL;) {
        at = strchr(at, '/');
        if (at != NULL)
            *at = 0;
        if (mkdir(copy, mode) == 0)
            *made = true;
        else if (errno != EEXIST)
            err = error_sys(e, errno, "%s: cannot be made", copy);
        if (at != NULL)
            *at++ = '/';
    }
    free(copy);
    return err;
}

/* A new file with all its bytes on disk, or none: written beside and linked in. 1: made; 0: it was there. */
static int make_file(const char *path, const void *bytes, size_t len, mode_t mode, struct error *e)
{
    struct stat st;
    buf_auto beside = {0};
    if (lstat(path, &st) == 0 && S_ISREG(st.st_mode) && st.st_size > 0)
        return 0;
    buf_printf(&beside, "%s.new", path);
    if (beside.failed)
        return error_set(e, ENOMEM, "out of memory");
    unlink(beside.data);
    fd_auto fd = open(beside.data, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode);
    int err = fd < 0 ? -errno : fd_write_all(fd, bytes, len);
    if (err == 0 && (fsync(fd) < 0 || rename(beside.data, path) < 0))
        err = -errno;
    if (err < 0) {
        unlink(beside.data);
        return error_sys(e, err, "%s: cannot be made", path);
    }
    return 1;
}

/* ---- the key ---- */

static int make_key(const struct record_setup *s, const char *email, unsigned char *seed, struct buf *done,
                    struct error *e)
{
    struct stat st;
    struct buf file = {0};
    buf_auto comment = {0};
    if (lstat(s->device_key, &st) == 0 && st.st_size > 0)
        return record_read_key(s->device_key, seed, e);
    form_put_device_email(&comment, s->device);
    if (email != NULL && *email != 0)
        buf_printf(&comment, " (%s)", email);
    int err = key_generate(seed, e);
    if (err == 0)
        err = comment.failed ? error_set(e, ENOMEM, "out of memory") : key_put_file(&file, seed, comment.data, e);
    if (err == 0)
        err = make_file(s->device_key, file.data, file.len, 0600, e);
    if (file.data != NULL)
        OPENSSL_cleanse(file.data, file.room);
    buf_free(&file);
    if (err < 0)
        return err;
    say(done, "made device key", s->device_key);
    return 0;
}

/* ---- allowed_signers ---- */

/* `lt-0042@device.holdfast namespaces="git" ssh-ed25519 AAAA...` */
static int put_signer(struct buf *to, const char *device, const unsigned char *seed, struct error *e)
{
    unsigned char public[KEY_PUBLIC_BYTES];
    int err = key_public(seed, public, e);
    if (err < 0)
        return err;
    form_put_device_email(to, device);
    buf_puts(to, " namespaces=\"git\" ");
    key_put_public(to, public);
    buf_puts(to, "\n");
    return to->failed ? error_set(e, ENOMEM, "out of memory") : 0;
}

static bool has_line(const char *text, const char *line)
{
    for (const char *at = strstr(text, line); at != NULL; at = strstr(at + 1, line))
        if (at == text || at[-1] == '\n')
            return true;
    return false;
}

/* Add the line unless it is there; keys of other devices and earlier keys of this one stay. */
static int allow_signer(const char *path, const struct buf *line, struct buf *done, struct error *e)
{
    buf_auto text = {0};
    fd_auto fd = open(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0644);
    char *room = fd < 0 ? NULL : buf_reserve(&text, SIGNERS_MOST);
    if (room == NULL)
        return error_sys(e, fd < 0 ? errno : ENOMEM, "%s: cannot be written", path);
    ssize_t len = fd_pread_full(fd, room, SIGNERS_MOST, 0);
    if (len < 0)
        return error_sys(e, (int)len, "%s: cannot be read", path);
    room[len] = 0;
    if (has_line(room, line->data))
        return 0;
    int err = len > 0 && room[len - 1] != '\n' ? fd_write_all(fd, "\n", 1) : 0;
    if (err == 0)
        err = fd_write_all(fd, line->data, line->len);
    if (err < 0)
        return error_sys(e, err, "%s: cannot be written", path);
    say(done, "allowed the device's signatures in", path);
    return 0;
}

static int allow_signers(const struct record_setup *s, const unsigned char *seed, struct buf *done, struct error *e)
{
    buf_auto line = {0}, beside = {0}, within = {0};
    const char *slash = strrchr(s->device_key, '/');
    buf_printf(&beside, "%.*sallowed_signers", slash ? (int)(slash + 1 - s->device_key) : 0, s->device_key);
    buf_printf(&within, "%s/allowed_signers", s->repository);
    if (beside.failed || within.failed)
        return error_set(e, ENOMEM, "out of memory");
    int err = put_signer(&line, s->device, seed, e);
    if (err == 0)
        err = allow_signer(beside.data, &line, done, e);
    return err < 0 ? err : allow_signer(within.data, &line, done, e);
}

/* ---- the repository ---- */

static const struct setting {
    const char *name, *value; /* NULL: the path of allowed_signers */
} settings[] = {
    {"core.repositoryformatversion", "0"},
    {"core.bare", "true"},
    {"core.logAllRefUpdates", "false"},
    {"core.bigFileThreshold", "8m"}, /* large content is stored as it is: read and repacked in little memory */
    {"gc.auto", "0"},
    {"maintenance.auto", "false"},
    {"gc.pruneExpire", "never"},
    {"receive.autoGC", "false"},
    {"receive.denyDeletes", "true"},
    {"receive.denyNonFastForwards", "true"},
    {"gpg.format", "ssh"},
    {"gpg.ssh.allowedSignersFile", NULL},
};

static int set_one(git_config *config, const char *name, const char *value, bool *changed)
{
    git_buf old = {0};
    bool same = git_config_get_string_buf(&old, config, name) == 0 && strcmp(old.ptr, value) == 0;
    git_buf_dispose(&old);
    if (same)
        return 0;
    *changed = true;
    return git_config_set_string(config, name, value);
}

static int set_config(const char *repository, struct buf *done, struct error *e)
{
    buf_auto path = {0}, signers = {0};
    git_config *config = NULL;
    bool changed = false;
    char *real = realpath(repository, NULL);
    buf_printf(&path, "%s/config", repository);
    buf_printf(&signers, "%s/allowed_signers", real ? real : repository);
    free(real);
    if (path.failed || signers.failed)
        return error_set(e, ENOMEM, "out of memory");
    git_libgit2_init();
    int code = git_config_open_ondisk(&config, path.data);
    for (size_t i = 0; i < sizeof settings / sizeof *settings && code >= 0; i++)
        code = set_one(config, settings[i].name, settings[i].value ? settings[i].value : signers.data, &changed);
    const git_error *why = code < 0 ? git_error_last() : NULL;
    if (code < 0)
        error_set(e, EIO, "%s: cannot be set: %s", path.data, why ? why->message : "no reason given");
    git_config_free(config);
    git_libgit2_shutdown();
    if (code >= 0 && changed)
        say(done, "set", path.data);
    return code < 0 ? -EIO : 0;
}

/* A folder with something in it, and nothing of a bare repository, is somebody else's: a name mistyped. */
static int refuse_others_folder(const char *path, struct error *e)
{
    static const char *const parts[] = {"HEAD", "config", "description", "objects", "refs", "holdfast.lock"};
    fd_auto fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *dir = fd < 0 ? NULL : fdopendir(fcntl(fd, F_DUPFD_CLOEXEC, 3));
    bool other = false, ours = false;
    for (struct dirent *entry; dir != NULL && (entry = readdir(dir)) != NULL;) {
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
            continue;
        other = true;
        for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
            ours = ours || strcmp(entry->d_name, parts[i]) == 0;
    }
    if (dir != NULL)
        closedir(dir);
    if (!other || ours)
        return 0;
    return error_set(e, EINVAL, "%s: holds other things and is no bare git repository: name a folder of its own", path);
}

static int make_repository(const struct record_setup *s, struct buf *done, struct error *e)
{
    static const char *const folders[] = {"", "/objects/info", "/objects/pack", "/refs/heads", "/refs/tags"};
    static const struct {
        const char *name, *text;
    } files[] = {
        {"/HEAD", GIT_HEAD},
        {"/description",
         "Holdfast: the versions that the company's reps saved. One branch a rep, device and volume below rep/.\n"},
    };
    bool made = false;
    int err = refuse_others_folder(s->repository, e);
    for (size_t i = 0; i < sizeof folders / sizeof *folders && err == 0; i++) {
        buf_auto path = {0};
        buf_printf(&path, "%s%s", s->repository, folders[i]);
        err = path.failed ? error_set(e, ENOMEM, "out of memory") : make_folders(path.data, 0755, &made, e);
    }
    for (size_t i = 0; i < sizeof files / sizeof *files && err == 0; i++) {
        buf_auto path = {0};
        buf_printf(&path, "%s%s", s->repository, files[i].name);
        int state = path.failed ? error_set(e, ENOMEM, "out of memory")
                                : make_file(path.data, files[i].text, strlen(files[i].text), 0644, e);
        made = made || state == 1;
        err = state < 0 ? state : 0;
    }
    if (err == 0 && made)
        say(done, "made repository", s->repository);
    return err < 0 ? err : set_config(s->repository, done, e);
}

int record_init(const struct record_setup *s, const char *email, struct buf *done, struct error *e)
{
    unsigned char seed[KEY_SEED_BYTES];
    bool made = false;
    if (s->repository == NULL || *s->repository == 0 || s->device_key == NULL || *s->device_key == 0)
        return error_set(e, EINVAL, "no repository or no device key is named");
    if (!form_is_name(s->device))
        return error_set(e, EINVAL, "\"%s\" cannot be a device's name", s->device ? s->device : "");
    int err = make_repository(s, done, e);
    char *folder = strdup(s->device_key);
    char *slash = folder ? strrchr(folder, '/') : NULL;
    if (slash != NULL && slash != folder) {
        *slash = 0;
        err = err < 0 ? err : make_folders(folder, 0755, &made, e);
    }
    free(folder);
    if (err == 0)
        err = make_key(s, email, seed, done, e);
    if (err == 0)
        err = allow_signers(s, seed, done, e);
    OPENSSL_cleanse(seed, sizeof seed);
    return err;
}
