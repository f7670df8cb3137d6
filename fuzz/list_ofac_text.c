/* Any bytes are a list of the format ofac-sdnlist-txt: parties and rejects whose places lie in the file, never more than the file has room
 * for; the same bytes give the same again.
 */
#include "list_any.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
        list_any("ofac-sdnlist-txt", data, size);
        return 0;
}
