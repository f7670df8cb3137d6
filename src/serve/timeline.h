/* serve/timeline.h -- the parts of the home page; for page_timeline.c and timeline_*.c only. */
#ifndef SERVE_TIMELINE_H
#define SERVE_TIMELINE_H

#include "serve/case_words.h"

/* What the address asks for. */
typedef struct em_timeline {
        em_picture    *now;
        em_spine_ask   ask;
        em_spine_found found;
        em_rows        words;           /* of the records found, in no order */
        bool           bare;            /* nothing is asked for: the first visit */
} em_timeline;

/* timeline_rows.c: the found records as rows. */
EM_MUST em_status em_timeline_grid(em_ask *ask, em_timeline *t, em_grid *ret_grid, em_error *err);
/* timeline_intro.c: what this case is, its findings, what to do, what to trust. */
EM_MUST em_status em_timeline_intro(em_ask *ask, const em_timeline *t, em_error *err);
/* timeline_news.c: the ledger's end, and what is new since the last report. */
EM_MUST em_status em_timeline_news(em_ask *ask, const em_timeline *t, em_error *err);
/* timeline_chart.c: how many records speak of each month or year, by kind. */
EM_MUST em_status em_timeline_chart(em_ask *ask, const em_timeline *t, em_error *err);

#endif
