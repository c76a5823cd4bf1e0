/*
 * fuzz_commit: any bytes as a commit's text: the parser answers, and never reads past its end.
 */
#include "record/form.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text = malloc(size + 1);
    if (text == NULL)
        return 0;
    memcpy(text, data, size);
    text[size] = '\0';
    struct form_commit commit;
    if (form_parse_commit(text, size, &commit) == 0 && commit.version.path != NULL &&
        strlen(commit.version.path) > size)
        abort();
    free(text);
    return 0;
}
