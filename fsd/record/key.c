#include "record/key.h"

#include "base/fdio.h"
#include "record/record.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/rand.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define KEY_BEGIN "-----BEGIN OPENSSH PRIVATE KEY-----\n"
#define KEY_END   "-----END OPENSSH PRIVATE KEY-----"
#define KEY_MAGIC "openssh-key-v1" /* with its NUL */
#define KEY_TYPE  "ssh-ed25519"

enum { KEY_FILE_MOST = 16 * 1024, BASE64_WIDTH = 70, CIPHER_BLOCK = 8 };

/* ---- putting ---- */

void key_put_u32(struct buf *to, uint32_t value)
{
    unsigned char bytes[4] = {(unsigned char)(value >> 24), (unsigned char)(value >> 16), (unsigned char)(value >> 8),
                              (unsigned char)value};
    buf_put(to, bytes, sizeof bytes);
}

void key_put_string(struct buf *to, const void *bytes, size_t len)
{
    key_put_u32(to, (uint32_t)len);
    buf_put(to, bytes, len);
}

void key_put_public_blob(struct buf *to, const unsigned char public[static KEY_PUBLIC_BYTES])
{
    key_put_string(to, KEY_TYPE, strlen(KEY_TYPE));
    key_put_string(to, public, KEY_PUBLIC_BYTES);
}

void key_put_base64(struct buf *to, const void *bytes, size_t len, size_t width)
{
    buf_auto line = {0};
    char *room = buf_reserve(&line, (len + 2) / 3 * 4 + 1);
    if (room == NULL) {
        to->failed = true;
        return;
    }
    size_t count = (size_t)EVP_EncodeBlock((unsigned char *)room, bytes, (int)len);
    for (size_t at = 0; at < count; at += width ? width : count) {
        size_t piece = width != 0 && count - at > width ? width : count - at;
        buf_put(to, room + at, piece);
        buf_put(to, "\n", width != 0 ? 1 : 0);
    }
    OPENSSL_cleanse(room, count);
}

void key_put_public(struct buf *to, const unsigned char public[static KEY_PUBLIC_BYTES])
{
    buf_auto blob = {0};
    key_put_public_blob(&blob, public);
    buf_puts(to, KEY_TYPE " ");
    key_put_base64(to, blob.data, blob.len, 0);
}

static void put_private_section(struct buf *to, const unsigned char *seed, const unsigned char *public,
                                const char *comment, uint32_t check)
{
    unsigned char both[KEY_SEED_BYTES + KEY_PUBLIC_BYTES];
    memcpy(both, seed, KEY_SEED_BYTES);
    memcpy(both + KEY_SEED_BYTES, public, KEY_PUBLIC_BYTES);
    key_put_u32(to, check);
    key_put_u32(to, check);
    key_put_public_blob(to, public);
    key_put_string(to, both, sizeof both);
    key_put_string(to, comment, strlen(comment));
    for (char pad = 1; to->len % CIPHER_BLOCK != 0; pad++)
        buf_put(to, &pad, 1);
    OPENSSL_cleanse(both, sizeof both);
}

static void wipe(struct buf *b)
{
    if (b->data != NULL)
        OPENSSL_cleanse(b->data, b->room);
    buf_free(b);
}

int key_put_file(struct buf *to, const unsigned char seed[static KEY_SEED_BYTES], const char *comment, struct error *e)
{
    unsigned char public[KEY_PUBLIC_BYTES];
    uint32_t check;
    int err = key_public(seed, public, e);
    if (err < 0)
        return err;
    if (RAND_bytes((unsigned char *)&check, sizeof check) != 1)
        return error_set(e, EIO, "libcrypto has no random bytes");
    struct buf section = {0}, whole = {0}, blob = {0};
    put_private_section(&section, seed, public, comment, check);
    key_put_public_blob(&blob, public);
    buf_put(&whole, KEY_MAGIC, sizeof KEY_MAGIC);
    key_put_string(&whole, "none", 4); /* cipher */
    key_put_string(&whole, "none", 4); /* key derivation */
    key_put_string(&whole, "", 0);
    key_put_u32(&whole, 1); /* keys */
    key_put_string(&whole, blob.data, blob.len);
    key_put_string(&whole, section.data, section.len);
    buf_puts(to, KEY_BEGIN);
    key_put_base64(to, whole.data, whole.len, BASE64_WIDTH);
    buf_puts(to, KEY_END "\n");
    bool failed = to->failed || whole.failed || section.failed || blob.failed;
    wipe(&section);
    wipe(&whole);
    wipe(&blob);
    return failed ? error_set(e, ENOMEM, "out of memory") : 0;
}

/* ---- keys ---- */

int key_generate(unsigned char seed[static KEY_SEED_BYTES], struct error *e)
{
    return RAND_priv_bytes(seed, KEY_SEED_BYTES) == 1 ? 0 : error_set(e, EIO, "libcrypto has no random bytes");
}

int key_public(const unsigned char seed[static KEY_SEED_BYTES], unsigned char public[static KEY_PUBLIC_BYTES],
               struct error *e)
{
    size_t len = KEY_PUBLIC_BYTES;
    EVP_PKEY *key = EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, NULL, seed, KEY_SEED_BYTES);
    int ok = key != NULL && EVP_PKEY_get_raw_public_key(key, public, &len) == 1;
    EVP_PKEY_free(key);
    return ok ? 0 : error_set(e, EIO, "libcrypto cannot make an Ed25519 key");
}

/* ---- reading ---- */

/* What is left of the wire form while it is read; `ok` turns false at the first thing that does not fit. */
struct wire {
    const unsigned char *at;
    size_t left;
    bool ok;
};

static uint32_t take_u32(struct wire *w)
{
    if (!w->ok || w->left < 4) {
        w->ok = false;
        return 0;
    }
    const unsigned char *p = w->at;
    w->at += 4;
    w->left -= 4;
    return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

static struct wire take_string(struct wire *w)
{
    uint32_t len = take_u32(w);
    if (!w->ok || len > w->left) {
        w->ok = false;
        return (struct wire){0};
    }
    struct wire s = {w->at, len, true};
    w->at += len;
    w->left -= len;
    return s;
}

static bool wire_is(const struct wire *s, const char *text)
{
    return s->ok && s->left == strlen(text) && memcmp(s->at, text, s->left) == 0;
}

static int bad_key(struct error *e, const char *what)
{
    return error_set(e, EINVAL, "not a usable device key: %s", what);
}

static int read_private_section(struct wire *section, unsigned char *seed, struct error *e)
{
    uint32_t check = take_u32(section);
    if (take_u32(section) != check || !section->ok)
        return bad_key(e, "it is damaged");
    struct wire type = take_string(section);
    if (!wire_is(&type, KEY_TYPE))
        return bad_key(e, "it is not of type Ed25519; make one by `holdfast init` or ssh-keygen -t ed25519 -N ''");
    struct wire public = take_string(section), private = take_string(section);
    unsigned char derived[KEY_PUBLIC_BYTES];
    if (!section->ok || public.left != KEY_PUBLIC_BYTES || private.left != KEY_SEED_BYTES + KEY_PUBLIC_BYTES)
        return bad_key(e, "it is damaged");
    int err = key_public(private.at, derived, e);
    if (err < 0)
        return err;
    if (memcmp(derived, public.at, sizeof derived) != 0)
        return bad_key(e, "its halves do not belong together");
    memcpy(seed, private.at, KEY_SEED_BYTES);
    return 0;
}

static int read_wire(struct wire *w, unsigned char *seed, struct error *e)
{
    if (w->left < sizeof KEY_MAGIC || memcmp(w->at, KEY_MAGIC, sizeof KEY_MAGIC) != 0)
        return bad_key(e, "it does not begin with " KEY_MAGIC);
    w->at += sizeof KEY_MAGIC;
    w->left -= sizeof KEY_MAGIC;
    struct wire cipher = take_string(w);
    take_string(w); /* key derivation and its options: nothing without a cipher */
    take_string(w);
    if (w->ok && !wire_is(&cipher, "none"))
        return bad_key(e, "it has a passphrase, which a daemon cannot type");
    uint32_t keys = take_u32(w);
    take_string(w);
    struct wire section = take_string(w);
    if (!w->ok || keys != 1)
        return bad_key(e, "it is damaged");
    return read_private_section(&section, seed, e);
}

/* The base64 letters between the two marks; NULL-terminated. */
static int collect_letters(const char *text, size_t len, struct buf *letters, struct error *e)
{
    size_t begin = strlen(KEY_BEGIN);
    if (len < begin || memcmp(text, KEY_BEGIN, begin) != 0)
        return bad_key(e, "it does not begin with -----BEGIN OPENSSH PRIVATE KEY-----");
    const char *end = memmem(text, len, KEY_END, strlen(KEY_END));
    if (end == NULL || end < text + begin)
        return bad_key(e, "its end is missing");
    for (const char *p = text + begin; p < end; p++)
        if (*p != '\n' && *p != '\r')
            buf_put(letters, p, 1);
    if (letters->failed)
        return error_set(e, ENOMEM, "out of memory");
    return letters->len % 4 == 0 && letters->len > 0 ? 0 : bad_key(e, "it is damaged");
}

int key_parse(const char *text, size_t len, unsigned char seed[static KEY_SEED_BYTES], struct error *e)
{
    struct buf letters = {0}, bytes = {0};
    int err = collect_letters(text, len, &letters, e);
    char *room = err == 0 ? buf_reserve(&bytes, letters.len) : NULL;
    if (err == 0 && room == NULL)
        err = error_set(e, ENOMEM, "out of memory");
    if (err == 0) {
        int count = EVP_DecodeBlock((unsigned char *)room, (unsigned char *)letters.data, (int)letters.len);
        struct wire w = {(unsigned char *)room, count < 0 ? 0 : (size_t)count, true};
        err = read_wire(&w, seed, e);
    }
    wipe(&letters);
    wipe(&bytes);
    return err;
}

int record_read_key(const char *path, unsigned char seed[static 32], struct error *e)
{
    char text[KEY_FILE_MOST];
    struct stat st;
    fd_auto fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    if (fd < 0 || fstat(fd, &st) < 0)
        return error_sys(e, errno, "%s: the device key cannot be read", path);
    if (!S_ISREG(st.st_mode))
        return error_set(e, EINVAL, "%s: the device key is not a file", path);
    if (st.st_mode & (S_IRWXG | S_IRWXO))
        return error_set(e, EPERM, "%s: others can read the device key: chmod 600 it, and change it if they did", path);
    ssize_t len = fd_pread_full(fd, text, sizeof text, 0);
    if (len < 0)
        return error_sys(e, (int)len, "%s: the device key cannot be read", path);
    struct error why = {0};
    int err = key_parse(text, (size_t)len, seed, &why);
    OPENSSL_cleanse(text, sizeof text);
    return err < 0 ? error_set(e, err, "%s: %s", path, why.text) : 0;
}
