/* embargo/record.h -- one fact that one source states at one place in it.
 *
 * A record is what an intake takes out of one row of evidence: who, what, when,
 * where, how much; when it was true and when it was known; and where exactly
 * it stands.  It is never edited.  What the evidence leaves out is said by
 * `state`: an empty cell is never zero.
 *
 * A record's public id is "<first 8 hex digits of its source's SHA-256>:<row>",
 * for example "3f9ac1d2:162"; row 1 is the header line.  It is the same in
 * every case that holds the same bytes.
 */
#ifndef EMBARGO_RECORD_H
#define EMBARGO_RECORD_H

#include "embargo/day.h"
#include "embargo/quantity.h"

typedef enum em_state {
        EM_STATE_VALUE,         /* the evidence gives it */
        EM_STATE_ZERO,          /* the evidence declares zero */
        EM_STATE_NOT_REPORTED,  /* the reporter is known to have said nothing */
        EM_STATE_NOT_FOUND,     /* we did not find what was said */
        EM_STATE_NO_AMOUNT      /* this kind of row carries no amount */
} em_state;
const char *em_state_name(em_state s);                  /* "not-reported" */
bool em_state_parse(em_str name, em_state *ret_state);

#define EM_COORD_NONE INT32_MIN
#define EM_MOMENT_NONE  INT64_MIN

typedef struct em_record {
        /* the place in the source */
        uint64_t row;           /* CSV row, header is 1 */
        uint64_t line;          /* physical line, from 1 */
        uint64_t offset, length;/* bytes in the source */
        /* the fact */
        em_str   kind;          /* "launch"; [a-z][a-z0-9_]* */
        em_str   key;           /* the source's own name for it ("CNS-161"), or empty */
        em_str   what, klass;   /* "Hwasong-12", "IRBM" (column "class") */
        em_str   who;           /* reporter, supplier, asserter, addressee: the map says */
        em_str   place;
        int32_t  lat_e7, lon_e7;        /* EM_COORD_NONE when not given */
        em_span  when;          /* true when, in the map's calendar; EM_DAY_NONE both if undated */
        em_span  utc;           /* the same in UTC */
        int64_t  time_s;        /* UTC seconds, or EM_MOMENT_NONE */
        em_precision precision;
        em_day   known;         /* first day it is shown to have been known; EM_DAY_NONE: day the source was published */
        em_state state;
        em_quantity amount;     /* main amount; none: low == EM_MILLI_NONE */
        int      credibility;   /* 1 confirmed .. 6 cannot be judged */
        em_str   fields;        /* JSON object, keys in the map's order: everything else.
                                 * A further amount NAME stands as four keys: NAME (stated number),
                                 * NAME_low_milli, NAME_high_milli (null: unbounded), NAME_unit */
} em_record;

/* A row that could not be taken. */
typedef struct em_reject {
        uint64_t row, line, offset, length;
        em_str   column;        /* column name, or empty */
        em_str   reason;        /* one sentence */
} em_reject;

/* Serialised form used between the intake worker and its parent, and as the
 * input of the record digest: little-endian, described in src/case/wire.c. */
void em_record_pack(const em_record *record, em_buf *out);
/* Reads one packed record; strings point into bytes.  Checks everything that a
 * hostile worker could get wrong: lengths, enums, UTF-8, day and coordinate
 * ranges, low <= high, kind's alphabet, control bytes in names of units. */
EM_MUST em_status em_record_unpack(em_str bytes, em_record *ret_record, em_error *err);

#endif
