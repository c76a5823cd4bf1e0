/*
 * fuzz_odf: any bytes as the parts of an OpenDocument file, and as the file itself.
 */
#include "content_check.h"

static const char *const paths[] = {"content.xml", "META-INF/manifest.xml", "styles.xml", "meta.xml", NULL};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size >= 4 && memcmp(data, "PK\3\4", 4) == 0)
        check_content(extract_odf, data, size);
    else
        check_zip(extract_odf, paths, data, size);
    return 0;
}
