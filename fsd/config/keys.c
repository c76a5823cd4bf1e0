#include "config/keys.h"

#include <stdio.h>
#include <string.h>

#define OF(field)       offsetof(struct config, field)
#define OF_MOUNT(field) offsetof(struct config_mount, field)
#define OF_SINK(field)  offsetof(struct config_sink, field)

enum { DAY = 24 * 60 * 60 };
#define MIB (UINT64_C(1) << 20)
#define PIB (UINT64_C(1) << 50)

const struct config_section_row config_sections[SECTION_COUNT] = {
    [SECTION_COMPANY] = {"company", NULL, true, "Whose record this is, and where it lies."},
    [SECTION_DEVICE] = {"device", NULL, true, "This machine, which signs what it records."},
    [SECTION_STATE] = {"state", NULL, false, "Where the daemon keeps what it needs, and as whom its parts run."},
    [SECTION_MOUNT] = {"mount", "work", true,
                       "A folder whose saves are kept. There may be many. The name in quotes (letters, digits, '-' and "
                       "'_', at most 32) is the folder's name in the record."},
    [SECTION_EVENTS] = {"events", NULL, false,
                        "Programs that are told what happened, after it is in the record. No save waits for them."},
    [SECTION_GUARD] = {"guard", NULL, false,
                       "How this machine takes the [open] and [copy] rules of holdfast.policy(5): who may read what, "
                       "and what may leave."},
    [SECTION_SINK] =
        {"sink", "sticks", false,
         "A place outside the mounts to which copies may leave. There may be many. What is finished there is "
         "looked at, and the [copy] rules decide (holdfast.policy(5)); they name it by the name in quotes, "
         "as for a mount, or by its kind. A place that is several sinks is the first of them."},
};

const struct config_key config_keys[] = {
    {.section = SECTION_COMPANY,
     .name = "name",
     .type = TYPE_TEXT,
     .offset = OF(company_name),
     .required = true,
     .sample = "Northwind Sales",
     .sentence = "The company's name, as reports show it."},
    {.section = SECTION_COMPANY,
     .name = "repository",
     .type = TYPE_PATH,
     .offset = OF(repository),
     .fallback = "/var/lib/holdfast/company.git",
     .sentence = "The git repository of the record. It is made by `holdfast init`."},
    {.section = SECTION_COMPANY,
     .name = "remote",
     .type = TYPE_REMOTE,
     .offset = OF(remote),
     .fallback = "none",
     .sample = "ssh://git@records.example.com/northwind.git",
     .sentence = "The repository on the company's server. With none the record stays here. This version does not push "
                 "by itself yet."},
    {.section = SECTION_COMPANY,
     .name = "volume",
     .type = TYPE_WORD,
     .offset = OF(volume),
     .fallback = "quarter",
     .words = "quarter month year",
     .sentence = "How long one branch of the record goes on before the next begins."},

    {.section = SECTION_COMPANY,
     .name = "secret",
     .type = TYPE_PATH,
     .offset = OF(secret),
     .fallback = "/etc/holdfast/company.secret",
     .sentence = "The secret by which contacts and texts are known again without being stored, readable by root only. "
                 "`holdfast "
                 "init` makes one; machines that are to know each other's lists need the same file."},

    {.section = SECTION_DEVICE,
     .name = "name",
     .type = TYPE_NAME,
     .offset = OF(device_name),
     .required = true,
     .sample = "lt-0042",
     .sentence = "This machine's name, as it stands in the record. No two machines of a company may share one."},
    {.section = SECTION_DEVICE,
     .name = "key",
     .type = TYPE_PATH,
     .offset = OF(device_key),
     .fallback = "/etc/holdfast/device.key",
     .sentence =
         "The key that signs every version: OpenSSH, Ed25519, without a passphrase, readable by root only. It is "
         "made by `holdfast init`."},

    {.section = SECTION_STATE,
     .name = "spool",
     .type = TYPE_PATH,
     .offset = OF(spool),
     .fallback = "/var/lib/holdfast/spool",
     .sentence = "Where saves wait that are not in the record yet. Best on the same file system as the mounts' files, "
                 "which makes copies free where it can clone."},
    {.section = SECTION_STATE,
     .name = "limit",
     .type = TYPE_SIZE,
     .offset = OF(spool_limit_bytes),
     .fallback = "10G",
     .least = 16 * MIB,
     .most = PIB,
     .sentence = "How large the spool may grow. At the limit saves slow down; none is dropped."},
    {.section = SECTION_STATE,
     .name = "index",
     .type = TYPE_PATH,
     .offset = OF(index),
     .fallback = "/var/lib/holdfast/index",
     .sentence =
         "The folder of the index: which versions hold which contacts and texts, as keyed hashes. It is made from the "
         "record, and made anew by itself or by `holdfast index rebuild`."},
    {.section = SECTION_STATE,
     .name = "run",
     .type = TYPE_PATH,
     .offset = OF(run),
     .fallback = "/run/holdfast",
     .sentence = "The folder of control socket and pid file."},
    {.section = SECTION_STATE,
     .name = "policy",
     .type = TYPE_PATH,
     .offset = OF(policy),
     .fallback = "/etc/holdfast/policy.d",
     .sentence = "The folder of rules: each *.policy file in it, in the order of their names. SIGHUP or `holdfast "
                 "policy reload` reads "
                 "them again."},
    {.section = SECTION_STATE,
     .name = "user",
     .type = TYPE_USER,
     .offset = OF(user),
     .fallback = "holdfast",
     .sentence =
         "The system user who owns the record and writes it. Members of the group of that name see every mount."},
    {.section = SECTION_STATE,
     .name = "inspector",
     .type = TYPE_USER,
     .offset = OF(inspector),
     .fallback = "holdfast-inspect",
     .sentence = "The system user as whom files are inspected. It owns nothing."},

    {.section = SECTION_MOUNT,
     .name = "path",
     .type = TYPE_PATH,
     .offset = OF_MOUNT(path),
     .required = true,
     .sample = "/home/alice/Work",
     .sentence = "The folder the rep works in. It must be there when the daemon starts."},
    {.section = SECTION_MOUNT,
     .name = "store",
     .type = TYPE_PATH,
     .offset = OF_MOUNT(store),
     .sample = "/var/lib/holdfast/store/work",
     .sentence =
         "The folder that holds the files. Left out: the folder at path itself, hidden underneath while mounted."},
    {.section = SECTION_MOUNT,
     .name = "rep",
     .type = TYPE_NAME,
     .offset = OF_MOUNT(rep),
     .required = true,
     .sample = "alice",
     .sentence = "Who works here: the author of the versions, and the name of the branch."},
    {.section = SECTION_MOUNT,
     .name = "email",
     .type = TYPE_EMAIL,
     .offset = OF_MOUNT(email),
     .required = true,
     .sample = "alice@northwind.example",
     .sentence = "The rep's address, as it stands in the record."},
    {.section = SECTION_MOUNT,
     .name = "personal",
     .type = TYPE_GLOBS,
     .offset = OF_MOUNT(personal),
     .sample = "Private/**",
     .sentence =
         "What is the rep's own: never recorded, never read. Globs relative to the mount, separated by commas; * "
         "and ? stay within a folder's name, ** does not. A glob without a slash holds at any depth. What lies "
         "below a folder that matches, matches."},
    {.section = SECTION_MOUNT,
     .name = "ignore",
     .type = TYPE_GLOBS,
     .offset = OF_MOUNT(ignore),
     .sample = "node_modules, *.iso",
     .sentence = "What is not worth recording. Globs as above. `holdfast status` counts what this leaves out."},
    {.section = SECTION_MOUNT,
     .name = "interval",
     .type = TYPE_DURATION,
     .offset = OF_MOUNT(interval_s),
     .fallback = "60s",
     .least = 1,
     .most = DAY,
     .sentence = "A file that is kept open and goes on changing gets a version this often."},

    {.section = SECTION_EVENTS,
     .name = "hooks",
     .type = TYPE_PATH,
     .offset = OF(hooks),
     .fallback = "/etc/holdfast/hooks",
     .sentence = "The folder of programs: on-finding is started for each save of a file on which there is advice, "
                 "on-save for each save. The event is one line of JSON on standard input. Folder and programs have to "
                 "be root's and writable by nobody else; what is not there is not started."},
    {.section = SECTION_EVENTS,
     .name = "run-as",
     .type = TYPE_WORD,
     .offset = OF(hooks_run_as),
     .fallback = "rep",
     .words = "rep keeper",
     .sentence = "As whom they run: the owner of the mounted folder, or the user who owns the record. The second can "
                 "change the record."},
    {.section = SECTION_EVENTS,
     .name = "limit",
     .type = TYPE_DURATION,
     .offset = OF(hooks_limit_s),
     .fallback = "10s",
     .least = 1,
     .most = DAY,
     .sentence = "A program that runs for longer is killed, with all that it started."},

    {.section = SECTION_GUARD,
     .name = "mode",
     .type = TYPE_WORD,
     .offset = OF(guard_mode),
     .fallback = "audit",
     .words = "audit enforce",
     .sentence = "What holds for a rule that names no mode. With audit every open passes and every copy stays, and it "
                 "is recorded what "
                 "enforce would have done."},
    {.section = SECTION_GUARD,
     .name = "departing",
     .type = TYPE_NAMES,
     .offset = OF(guard_departing),
     .sample = "bob, carol",
     .sentence = "The reps who are leaving the company: rules with departing = yes are about them. One list may serve "
                 "all machines; names that no mount here has are passed over."},
    {.section = SECTION_GUARD,
     .name = "quarantine",
     .type = TYPE_PATH,
     .offset = OF(guard_quarantine),
     .fallback = "/var/lib/holdfast/quarantine",
     .sentence = "The folder, root's own, to which copies are moved by rules with action = quarantine."},

    {.section = SECTION_SINK,
     .name = "kind",
     .type = TYPE_WORD,
     .offset = OF_SINK(kind),
     .words = "removable network sync downloads temporary",
     .sample = "removable",
     .sentence =
         "What to find by itself, now and as it appears: file systems on removable and USB devices, network file "
         "systems, the folders that Dropbox, OneDrive, and Nextcloud keep in step (by their own "
         "settings, of the reps), the reps' download folders (by user-dirs.dirs, else Downloads), /tmp and "
         "/var/tmp. A sink has a kind or a path."},
    {.section = SECTION_SINK,
     .name = "path",
     .type = TYPE_PATH,
     .offset = OF_SINK(path),
     .sample = "/srv/outbox",
     .sentence = "A folder, with all below it and all that is mounted there. It may appear later. Its kind is folder."},
    {.section = SECTION_SINK,
     .name = "loop",
     .type = TYPE_WORD,
     .offset = OF_SINK(loop),
     .fallback = "no",
     .words = "yes no",
     .sentence = "Of kind removable: do file systems in files (loop devices) count as well?"},
};
const size_t config_key_count = sizeof config_keys / sizeof config_keys[0];

const struct config_later config_laters[] = {
    {"mount", "notice", "this version does not show notices"},
    {NULL, NULL, NULL},
};

/* "quarter, month or year" of "quarter month year". */
static void put_choice(char *to, size_t room, const char *words)
{
    size_t used = 0;
    for (const char *p = words; *p != 0 && used + 5 < room; p++) {
        bool last = *p == ' ' && strchr(p + 1, ' ') == NULL;
        if (*p == ' ')
            used += (size_t)snprintf(to + used, room - used, last ? " or " : ", ");
        else
            to[used++] = *p;
    }
    to[used] = 0;
}

const char *config_expected(const struct config_key *key, char to[static CONFIG_EXPECTED_BYTES])
{
    static const char *const fixed[] = {
        [TYPE_TEXT] = "some words, without control characters",
        [TYPE_PATH] = "an absolute path without \".\" or \"..\", such as /var/lib/holdfast",
        [TYPE_NAME] =
            "a name of letters, digits, '-', '_' and single dots inside, at most 64, such as alice or lt-0042",
        [TYPE_EMAIL] = "an address such as alice@northwind.example",
        [TYPE_REMOTE] = "what git push takes, such as ssh://git@records.example.com/northwind.git, or none",
        [TYPE_USER] = "the name of a system user other than root, such as holdfast",
        [TYPE_SIZE] = "a size from 16M to 1024T, such as 500M or 10G",
        [TYPE_DURATION] = "a duration from 1s to 1d, such as 90s, 5m or 1h",
        [TYPE_GLOBS] = "globs relative to the mount, separated by commas, such as Private/**, *.iso",
        [TYPE_NAMES] = "names of reps, separated by commas, such as bob, carol",
    };
    if (key->type == TYPE_WORD)
        put_choice(to, CONFIG_EXPECTED_BYTES, key->words);
    else
        snprintf(to, CONFIG_EXPECTED_BYTES, "%s", fixed[key->type]);
    return to;
}
