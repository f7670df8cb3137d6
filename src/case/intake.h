/* case/intake.h -- which map a table fits; for src/case only. */
#ifndef CASE_INTAKE_H
#define CASE_INTAKE_H

#include "case/store.h"

/* Reads the header of a kept source in a worker: ret_fits[i] is em_map_fits of
 * maps[i], 0 for all when there is no header.  note as em_reading.sandbox. */
EM_MUST em_status em_intake_recognise(em_str path, em_str shown_name, em_map *const *maps, size_t count,
                                      uint32_t *ret_fits, char note[160], em_error *err);

#endif
