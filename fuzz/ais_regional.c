/* Any bytes are the payload of a regional application: the first two bytes are area code and function, or one of those we take apart. */
#include "ais_any.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
        static const struct { unsigned dac, fid; } known[] = {
                {200, 10}, {200, 21}, {200, 22}, {200, 23}, {200, 24}, {200, 40}, {200, 55}, {235, 10}, {250, 10},
        };
        if (size < 2)
                return 0;
        unsigned pick = data[0];
        if (pick < sizeof known / sizeof *known)
                fuzz_payload(known[pick].dac, known[pick].fid, data + 1, size - 1);
        else
                fuzz_payload(pick << 2 | data[1] >> 6, data[1] & 63, data + 2, size - 2);
        return 0;
}
