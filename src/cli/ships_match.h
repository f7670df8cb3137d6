/* Which listed vessels a hull may be: by numbers, call sign and names, with what speaks against it.
 *
 * A transponder says what somebody typed.  A number that agrees is a strong reason, a name a weak one (thousands of ships share names), and an IMO number
 * can be borrowed with its check digit, so size, flag and years are asked too.  The score is the sum of the points of the reasons, held in 0..1:
 * the strongest reason for counts whole, each further one a tenth.
 */
#ifndef EMBARGO_CLI_SHIPS_MATCH_H
#define EMBARGO_CLI_SHIPS_MATCH_H

#include "embargo/names.h"
#include "embargo/sea.h"

typedef struct em_hull_said {           /* what is known of one hull */
        uint32_t mmsi, part;
        int64_t  first_s, last_s;       /* heard from, to */
        const em_ship_report *report; size_t reports;
} em_hull_said;

typedef struct em_listed_reason {
        const char *what;               /* "IMO number" "MMSI" "call sign" "name" "flag" "size" "year built" */
        em_str   said, listed;
        double   points;                /* added to the score; below 0: speaks against */
        const char *why;                /* "agrees", "agrees, but its check digit does not hold", ... */
        const em_ship_report *report;   /* that said it; NULL: the MMSI or the fixes did */
} em_listed_reason;

typedef struct em_listed_ship {
        uint32_t party;                 /* em_names_party */
        em_str   id, dataset, name;     /* its caption */
        em_day   listed;                /* EM_DAY_NONE: the list does not say */
        double   score;
        em_listed_reason *reason; size_t reasons;
} em_listed_ship;

/* Listed vessels with a score of `least` or more, ordered by score, then party.  EM_NOMEM. */
EM_MUST em_status em_ships_match(const em_names *names, const em_hull_said *hull, double least, em_arena *arena,
                                 em_listed_ship **ret_list, size_t *ret_count, em_error *err);

#endif
