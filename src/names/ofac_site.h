/* names/ofac_site.h -- the score that OFAC's Sanctions List Search shows, as far as it can be read off. */
#ifndef NAMES_OFAC_SITE_H
#define NAMES_OFAC_SITE_H

#include "names/names_inside.h"

enum { EM_SITE_PARTS = 24, EM_SITE_LETTERS = 64 };      /* a name's words and letters; the rest is not looked at */

typedef struct em_site_name {           /* a name as the site takes it apart */
        em_str part[EM_SITE_PARTS]; size_t parts;
        char   whole[EM_SITE_LETTERS]; size_t letters;  /* all letters, without blanks */
} em_site_name;

typedef struct em_site_score {
        double score;                   /* 0..1 */
        bool   whole;                   /* that of all letters; else that of the parts */
        size_t asked[EM_SITE_PARTS], best[EM_SITE_PARTS], parts;        /* parts of the query that count, and the nearest of the list */
        double like[EM_SITE_PARTS];     /* how alike they are; 0 below a half */
} em_site_score;

/* parts: folded words. */
void em_site_take(const em_str *part, size_t parts, em_site_name *ret);
void em_site_compare(const em_site_name *query, const em_site_name *listed, em_site_score *ret);

/* em_names_search in this mode. */
EM_MUST em_status em_site_search(const em_names *x, const em_query *q, const em_search_opts *o, em_arena *arena,
                                 em_found *ret_found, em_error *err);

#endif
