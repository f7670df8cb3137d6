/* The one place that asks what time it is, so that a build or a test can fix the
 * answer (https://reproducible-builds.org/specs/source-date-epoch/).
 */
#include "embargo/base.h"

#include <stdlib.h>
#include <time.h>

int64_t em_clock_now(void)
{
        int64_t fixed;
        const char *epoch = getenv("SOURCE_DATE_EPOCH");
        if (epoch && em_str_int(em_str_c(epoch), &fixed))
                return fixed;
        return (int64_t)time(NULL);
}
