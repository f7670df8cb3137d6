/* names/candidates.h -- the names of the index that a query's form may be like, without comparing them. */
#ifndef NAMES_CANDIDATES_H
#define NAMES_CANDIDATES_H

#include "names/names_inside.h"

typedef struct em_asking {
        const em_names *x;
        em_name_form   *form;           /* its tokens' spellings are filled in */
        em_schema       schema;
        bool            trigrams;       /* instead of near words */
        double          least;          /* rows that cannot reach it are left out */
        size_t          most;           /* rows at most: those that share the rarest words */
} em_asking;

typedef struct em_may { uint32_t row; float most; } em_may;     /* most: no score can be more */
/* Rows of the index that may reach `least`, each once, by most.  ret_hits: words of the index that were near one of the
 * form's.  EM_NOMEM. */
EM_MUST em_status em_candidates(const em_asking *a, em_arena *arena, const em_may **ret_list, size_t *ret_count,
                                size_t *ret_hits, em_error *err);
/* One may be the other, as far as what they are goes. */
bool em_schema_fits(em_schema asked, em_schema listed);

#endif
