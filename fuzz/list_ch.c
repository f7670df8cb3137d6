/* Any bytes are a list of the format ch-xml: parties and rejects whose places lie in the file, never more than the file
 * has room for; the same bytes give the same again.
 */
#include "list_any.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
        static const char *const formats[] = {"ch-xml"};
        list_any(formats[0], data, size);
        return 0;
}
