/* serve/doctor.h -- is the house in order?  Set-up, health and security of a case, of the machine it lies on and of the
 * server, as checks that each say what was found and what to do.
 *
 * For the page /doctor and for `embargo doctor`, which print the same list.  Nothing is written, nobody is kept
 * waiting, and no evidence is read: what needs that is embargo verify, and the list says so.
 *
 * fine   as it should be, or a fact that needs nothing
 * look   works, but somebody should know, or do the named thing some day
 * wrong  something is damaged, open to others or about to fail
 * unknown  could not be found out; the reason stands in found
 */
#ifndef SERVE_DOCTOR_H
#define SERVE_DOCTOR_H

#include "embargo/case.h"
#include "embargo/serve.h"

typedef enum em_check_state { EM_CHECK_FINE, EM_CHECK_LOOK, EM_CHECK_WRONG, EM_CHECK_UNKNOWN } em_check_state;
const char *em_check_word(em_check_state state);

typedef struct em_check {
        const char    *id, *group, *title;      /* "ledger", "case", "The ledger's chain" */
        em_check_state state;
        em_str         found;                   /* one sentence, of ours, with names out of the case in it */
        em_str         next;                    /* what to do, or empty */
} em_check;

typedef struct em_checks {
        em_check *at; size_t count;
        size_t    tally[EM_CHECK_UNKNOWN + 1];
} em_checks;

/* Groups in their order: case, evidence, indexes, machine, server; NULL past the last. */
const char *em_doctor_group(size_t i, const char **ret_words);

typedef struct em_doctor_opts {
        em_str   case_dir;
        em_case *c;                             /* NULL: it could not be opened ... */
        const em_error *refused;                /* ... because of this */
        const em_service_opts *served;          /* NULL: nobody is served here */
        const char *cage;                       /* what holds the server (em_cage_words); NULL with no server */
        em_str   only;                          /* one group, or empty */
        unsigned parts;                         /* EM_DOCTOR_...; 0: all */
} em_doctor_opts;

enum {
        EM_DOCTOR_HOUSE = 1,                    /* case, evidence, indexes: the same until one of them changes, and dear to look at */
        EM_DOCTOR_AROUND = 2                    /* machine, server: cheap, and another at any moment; the case is then taken to open */
};

/* A check that fails in itself is "unknown"; only memory ends the whole.  Cost: em_case_glance, a few queries, and the
 * opening of the case's indexes; half a second for a million records, hardly any of it for EM_DOCTOR_AROUND. */
EM_MUST em_status em_doctor_look(const em_doctor_opts *opts, em_arena *arena, em_checks *ret_checks, em_error *err);

/* What was found of EM_DOCTOR_HOUSE for one state of it, and when; for any number of threads. */
typedef struct em_doctor_keep em_doctor_keep;
em_doctor_keep *em_doctor_keep_new(void);
em_doctor_keep *em_doctor_keep_free(em_doctor_keep *keep);
/* As kept for that state, or looked at now by look, while others wait; anew: in any case.  The texts are the arena's. */
typedef em_status em_doctor_look_fn(void *ctx, em_arena *arena, em_checks *ret_checks, em_error *err);
EM_MUST em_status em_doctor_kept(em_doctor_keep *keep, uint64_t state, bool anew, em_doctor_look_fn *look, void *ctx, em_arena *arena,
                                 em_checks *ret_checks, int64_t *ret_looked_s, em_error *err);

/* ---- between the files of doctor_*.c ------------------------------------------------------------------------------ */

typedef struct em_doctor {
        const em_doctor_opts *opts;
        em_arena *arena;
        em_check *check;                        /* that is being made */
        em_glance glance;
        bool      glanced;
} em_doctor;

typedef struct em_doctor_row {
        const char *id, *group, *title;
        em_status (*look)(em_doctor *d, em_error *err);
        bool        needs_case, needs_server;
} em_doctor_row;

extern const em_doctor_row em_doctor_case[], em_doctor_index[], em_doctor_machine[];  /* end with a NULL id */

/* What the check found; next: what to do, or NULL. */
em_status em_doctor_says(em_doctor *d, em_check_state state, const char *next, const char *fmt, ...) EM_PRINTF(4, 5);
/* "1 row", "245 rows" */
em_str em_doctor_many(em_doctor *d, uint64_t n, const char *one, const char *many);
/* The first number of the first row of a query; 0 when there is none. */
EM_MUST em_status em_doctor_number(em_doctor *d, const char *sql, int64_t *ret_n, em_error *err);

#endif
