/* serve/measures.h -- what the pages of the measures share; for page_measures.c and measure_*.c only. */
#ifndef SERVE_MEASURES_H
#define SERVE_MEASURES_H

#include "serve/findings.h"

typedef enum em_force { EM_FORCE_IN, EM_FORCE_NOT_YET, EM_FORCE_ENDED } em_force;

typedef struct em_provision {           /* one row of the view measure; what a regime's table lacks is empty */
        em_str  id, key, resolution, paragraph, adopted, from, to, bound, direction, kind, topic, rule, exemption, amends,
                verification, goods, goods_basis, cap_value, cap_unit, cap_period;
        em_force force;                 /* on the chosen day */
} em_provision;

typedef struct em_provisions {
        em_picture   *now;
        em_day        on;
        em_provision *at; size_t count;
} em_provisions;

/* measure_list.c */
EM_MUST em_status em_provisions_load(em_ask *ask, em_provisions *ret_p, em_error *err);
const em_provision *em_provision_of(const em_provisions *p, em_str key);
/* "2397 (2017), paragraph 5" */
em_str em_provision_cite(em_ask *ask, const em_provision *m);
/* "in force since 2018-01-01", "ended 2016-12-31", "not yet: from 2018-01-01" */
em_str em_provision_force(em_ask *ask, const em_provision *m);
void em_put_force(em_ask *ask, const em_provision *m);
bool em_bears_on(const em_answer *a, em_str measure);

/* measure_gauge.c: a gauge for every test of a cap that bears on the measure (empty: on any), with the words beside it; all
 * readings, or the main one of each question alone. */
EM_MUST em_status em_put_gauges(em_ask *ask, const em_picture *now, em_str measure, bool all_readings, size_t *ret_count, em_error *err);
/* measure_one.c */
em_status em_answer_measure(em_ask *ask, em_error *err);
EM_MUST em_status em_measures_data(em_ask *ask, const em_provisions *p, const bool *passes, em_error *err);

#endif
