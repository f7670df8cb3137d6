/* case/proof.h -- the parts of em_case_verify; for verify.c and prove_*.c only. */
#ifndef CASE_PROOF_H
#define CASE_PROOF_H

#include "case/store.h"

/* What one part found, a sentence a line.  After EM_SAID_MAX sentences it only counts. */
enum { EM_SAID_MAX = 200 };
typedef struct em_said {
        em_buf   text;
        uint64_t count;
} em_said;
void em_say(em_said *said, const char *fmt, ...) EM_PRINTF(2, 3);
/* Damage that stops a part from reading on is a finding of that part; what
 * is no damage (memory, input and output) stays an error. */
EM_MUST em_status em_say_damage(em_said *said, const char *what, em_status status, em_error *err);

typedef struct em_proof_intake {
        int64_t  id, entry, known;
        int64_t  first_record, last_record, first_quarantine, last_quarantine, first_link, last_link;
        em_str   name, sha256, kind;    /* of its source */
        em_str   map_name, map_text;
        bool     records_differ, rejects_differ;
        uint64_t records, links;
        em_said  said;
} em_proof_intake;

EM_MUST em_status em_prove_intakes_load(sqlite3 *db, em_arena *arena, em_proof_intake **ret_list,
                                        size_t *ret_count, em_error *err);
/* Custody against the ledger, digests of records, quarantine and links. */
EM_MUST em_status em_prove_intake(sqlite3 *db, em_proof_intake *in, em_error *err);
/* Reads the source again and names what differs.  Starts a process, so only from the
 * thread that has no others beside it. */
EM_MUST em_status em_prove_reread(em_case *c, em_proof_intake *in, em_arena *arena, em_error *err);

/* Chain, head, and whether what entries speak of is there. */
EM_MUST em_status em_prove_ledger(sqlite3 *db, em_said *said, uint64_t *ret_entries, em_error *err);
EM_MUST em_status em_prove_maps(sqlite3 *db, em_said *said, em_error *err);
EM_MUST em_status em_prove_findings(sqlite3 *db, em_said *said, em_error *err);
EM_MUST em_status em_prove_structure(sqlite3 *db, em_said *said, em_error *err);

#endif
