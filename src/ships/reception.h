/* How well ships were heard, where and when: from the same data that a silence is found in.
 *
 * Cells of one degree, hours of the clock.  A ship is *present* in a cell and hour when its track passes there, drawn also through its own
 * silences of up to a day, and *heard* when a position of it came.  Heard over present, of other ships, is the rate at which
 * a ship that sends is heard there in an hour; a silence of T whole hours then has a chance of exp(-rate T).  Ship-hours are counted and not positions,
 * since positions come in bursts and their number says little of the hours without any.
 */
#ifndef EMBARGO_SHIPS_RECEPTION_H
#define EMBARGO_SHIPS_RECEPTION_H

#include "ships/detect.h"

typedef struct em_reception em_reception;

EM_MUST em_status em_reception_new(const em_detecting *with, em_reception **ret_reception, em_error *err);
em_reception *em_reception_free(em_reception *reception);
/* The next hull: its number is one more than that of the last. */
EM_MUST em_status em_reception_hull(em_reception *reception, const em_hull *hull, em_error *err);
/* Asks about the way from a to b, both fixes of the last hull; questions are numbered from 0. */
EM_MUST em_status em_reception_ask(em_reception *reception, const em_fix *a, const em_fix *b, em_error *err);

typedef struct em_heard {               /* of ships like it (class A or B), and of all */
        double present, heard;          /* ship-hours */
} em_heard;

typedef struct em_reception_answer {
        uint32_t hours;                 /* whole hours asked about; at most a month */
        uint64_t positions, ships;      /* of others, there and then */
        em_heard like, all;             /* there and then */
        em_heard ever;                  /* in the same cells at any time; all classes */
} em_reception_answer;

/* After the last hull: works everything out; then the answers of a block of questions. */
#define EM_RECEPTION_BLOCK 4096
EM_MUST em_status em_reception_work(em_reception *reception, em_error *err);
EM_MUST em_status em_reception_answers(em_reception *reception, uint32_t block, em_reception_answer ret_answer[EM_RECEPTION_BLOCK],
                                       em_error *err);

/* The hour's cells hold enough to say something. */
#define EM_RECEPTION_ENOUGH 12          /* ship-hours */
/* heard / present of the narrowest that is enough: ships like it, all, the cells at any time; *ret_basis says which, -1 when none is. */
double em_reception_rate(const em_reception_answer *answer, const char **ret_basis);

#endif
