/* Records of one size set aside by bucket, in memory while it lasts and then in one unnamed file.
 *
 * em_pile_load gives a bucket's records in the order in which they were added, spilled or not, so the memory never
 * shows in what is made of them.
 */
#ifndef EMBARGO_SHIPS_PILE_H
#define EMBARGO_SHIPS_PILE_H

#include "embargo/base.h"

typedef struct em_pile em_pile;

/* scratch: the folder of the file; empty: past `memory` an add is EM_LIMIT. */
EM_MUST em_status em_pile_new(size_t record, uint64_t memory, em_str scratch, em_pile **ret_pile, em_error *err);
em_pile *em_pile_free(em_pile *pile);
EM_MUST em_status em_pile_add(em_pile *pile, uint32_t bucket, const void *record, em_error *err);
/* Numbers of the buckets that hold something, rising.  No more adds after it. */
EM_MUST em_status em_pile_seal(em_pile *pile, const uint32_t **ret_bucket, size_t *ret_count, em_error *err);
/* Lives until the next load; the caller may sort it.  A bucket that is not there has none. */
EM_MUST em_status em_pile_load(em_pile *pile, uint32_t bucket, void **ret_record, size_t *ret_count, em_error *err);

#endif
