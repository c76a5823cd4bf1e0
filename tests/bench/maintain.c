/*
 * maintain: the daemon's own full maintenance, now: maintain REPOSITORY. For the bench, which cannot wait until the
 * daemon finds the time.
 */
#include "record/record.h"

#include <stdio.h>

int main(int argc, char **argv)
{
    struct error e = {0};
    int more = 1;
    if (argc != 2)
        return 2;
    while (more > 0)
        more = record_maintain(argv[1], true, &e);
    if (more < 0)
        fprintf(stderr, "maintain: %s\n", e.text);
    return more < 0 ? 1 : 0;
}
