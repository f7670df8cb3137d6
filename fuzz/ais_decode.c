/* Any bits are an AIS message of any of the 27 types: the first byte says how many bits of the last are none. */
#include "ais_any.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
        if (size > 1)
                fuzz_ais(data + 1, size - 1, 8 * (size - 1) - (data[0] & 7));
        return 0;
}
