/* What a hostile worker may send: any bytes are refused, or they are one record (or
 * one refusal) that packs again to exactly these bytes.
 */
#include "case/store.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
        em_buf again = em_buf_make((size_t)1 << 24);
        char *bytes = malloc(size > 0 ? size : 1);
        em_record record;
        em_reject reject;
        if (bytes == NULL)
                abort();
        if (size > 0)
                memcpy(bytes, data, size);
        em_str packed = { bytes, size };
        if (em_record_unpack(packed, &record, NULL) == EM_OK) {
                em_record_pack(&record, &again);
                em_assert(em_str_eq(em_buf_view(&again), packed));
                em_assert(record.when.from <= record.when.to && record.utc.from <= record.utc.to);
                em_assert(record.amount.low <= record.amount.high);
        }
        em_buf_clear(&again);
        if (em_reject_unpack(packed, &reject, NULL) == EM_OK) {
                em_reject_pack(&reject, &again);
                em_assert(em_str_eq(em_buf_view(&again), packed));
        }
        em_buf_free(&again);
        free(bytes);
        return 0;
}
