/*
 * fuzz_request: any line as what a client asks over the control socket.
 */
#include "control/wire.h"

#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    json_auto *object = json_loadb((const char *)data, size, 0, NULL);
    if (object == NULL)
        return 0;
    struct wire_request request;
    wire_hold_auto hold = {0};
    wire_unpack_request(object, &request, &hold, NULL);
    struct record_version version;
    wire_hold_auto other = {0};
    wire_unpack_version(object, &version, &other, NULL);
    return 0;
}
