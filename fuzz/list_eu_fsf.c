/* Any bytes are a list of the formats eu-fsf-xml, eu-global-xml, eu-fsf-csv: parties and rejects whose places lie in the file, never more than the file
 * has room for; the same bytes give the same again.  The first byte chooses the format.
 */
#include "list_any.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
        static const char *const formats[] = {"eu-fsf-xml", "eu-global-xml", "eu-fsf-csv"};
        if (size == 0)
                return 0;
        list_any(formats[data[0] % 3], data + 1, size - 1);
        return 0;
}
