/*
 * What files show of a post, for refit.py. Reads paths from standard input, one a line; for each part of each file's
 * running text prints the path, the words of the part, its score and the strength of each piece of evidence, divided by
 * tabs, and then whether it has each closed word. `--names` prints their names instead.
 *
 * The running text is what the inspector measures, so that a DOCX or a mail shows what it shows there: the program is
 * linked with --wrap=draft_measure.
 */
#include "analyse/analyse.h"
#include "draft/draft.h"
#include "draft/evidence.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

void __wrap_draft_measure(const char *text, size_t len, const char *path, struct facts *f);

static const char *current;

void __wrap_draft_measure(const char *text, size_t len, const char *path, struct facts *f)
{
    (void)f;
    static struct shape shape;
    shape_read(&shape, text, len);
    for (size_t i = 0; i < shape.part_count; i++) {
        struct evidence_view v = {&shape, &shape.parts[i], path};
        printf("%s\t%u\t%d", current, shape.parts[i].tokens.words, evidence_score(&v));
        for (size_t row = 0; row < evidence_count(); row++)
            printf("\t%d", evidence_strength(row, &v));
        for (size_t row = 0; row < phrase_closed_count(); row++)
            printf("\t%d", phrase_has_closed(&shape.parts[i].phrases, row) ? 100 : 0);
        putchar('\n');
    }
}

static int print_file(struct analyser *a, const char *path)
{
    struct facts f;
    struct buf text = {0};
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        perror(path);
        return 1;
    }
    current = path;
    int err = analyser_read(a, fd, "", &f, &text); /* the name is weak evidence, and never fitted */
    close(fd);
    buf_free(&text);
    if (err < 0)
        fprintf(stderr, "%s: %s\n", path, strerror(-err));
    return 0;
}

static int print_names(void)
{
    for (size_t row = 0; row < evidence_count(); row++)
        puts(evidence_name(row));
    for (size_t row = 0; row < phrase_closed_count(); row++)
        printf("word %s\n", phrase_closed_word(row));
    return 0;
}

int main(int argc, char **argv)
{
    static const unsigned char no_secret[FINGERPRINT_SECRET_BYTES];
    if (argc > 1 && strcmp(argv[1], "--names") == 0)
        return print_names();
    struct error e = {0};
    struct analyser *a;
    if (analyser_open(&a, NULL, no_secret, &e) < 0) {
        fprintf(stderr, "no analyser\n");
        return 1;
    }
    char path[4096];
    int err = 0;
    while (err == 0 && fgets(path, sizeof path, stdin) != NULL) {
        path[strcspn(path, "\n")] = 0;
        err = print_file(a, path);
    }
    analyser_close(a);
    return err;
}
