/* Any bytes are the payload of an international application (DAC 1): the first byte is its function. */
#include "ais_any.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
        if (size > 0)
                fuzz_payload(1, data[0] & 63, data + 1, size - 1);
        return 0;
}
