/* case/intake.h -- which map a table fits; for src/case only. */
#ifndef CASE_INTAKE_H
#define CASE_INTAKE_H

#include "case/store.h"

/* Reads the header of a kept source in a worker: ret_fits[i] is em_map_fits of
 * maps[i], 0 for all when there is no header.  note as em_reading.sandbox. */
EM_MUST em_status em_intake_recognise(em_str path, em_str shown_name, em_map *const *maps, size_t count,
                                      uint32_t *ret_fits, char note[160], em_error *err);

/* The regime's maps, which of them fit a file, and the one to read it by: custody->map, or by the header.  When two fit
 * equally well, or there is none of that name, everything but the map is given with the error. */
typedef struct em_choice {
        em_map  **maps; size_t count;
        uint32_t *fits;                 /* em_map_fits of each */
        em_map   *map;                  /* NULL: none fits */
        char      sandbox[160];
} em_choice;
EM_MUST em_status em_intake_choose(em_case *c, em_str path, const em_custody *custody, em_arena *arena,
                                   em_choice *ret_choice, em_error *err);

/* Opens what may be taken into custody: a regular file that is no link. */
EM_MUST em_status em_evidence_open(em_str path, em_arena *arena, int *ret_fd, em_error *err);

/* As em_case_add, of a document that we made ourselves, by a map that need not be the regime's. */
EM_MUST em_status em_intake_text(em_case *c, em_str text, const em_custody *custody, em_map *map,
                                 em_taken *ret_taken, em_error *err);

/* The built-in map of notes (note.c); no other may make records of its kind. */
em_str em_note_map_text(void);

#endif
