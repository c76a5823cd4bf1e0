/*
 * fuzz_seal: any bytes as the text of a seal's commit: the parser answers, and what it accepts has numbers that count
 * up.
 */
#include "record/audit_form.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text = malloc(size ? size : 1); /* exactly as long as it is: a read past its end is found */
    struct audit_form form = {0};
    if (text == NULL)
        return 0;
    memcpy(text, data, size);
    if (audit_form_parse(text, size, &form) == 0 && (form.first == 0 || form.last < form.first))
        abort();
    audit_form_free(&form);
    free(text);
    return 0;
}
