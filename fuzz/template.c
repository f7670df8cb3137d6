/* Any bytes are a report's template: lint passes it or says what is wrong, and
 * says the same twice.
 */
#include "embargo/report.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
        static const em_str keys[] = { EM_S_INIT("oil"), EM_S_INIT("launches") };
        char *bytes = malloc(size + 1);
        em_error err = { 0 }, again = { 0 };
        if (!bytes)
                abort();
        if (size)
                memcpy(bytes, data, size);
        em_str text = { bytes, size };
        em_status status = em_report_lint(EM_S("fuzz.md"), text, keys, 2, &err);
        em_assert(em_report_lint(EM_S("fuzz.md"), text, keys, 2, &again) == status);
        em_assert(status == EM_OK || strcmp(err.text, again.text) == 0);
        free(bytes);
        return 0;
}
