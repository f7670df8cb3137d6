/* embargo/names.h -- screening: which listed party could this be, and why.
 *
 * `embargo index names` reads lists (party.h) and leaves one file, names.idx, built aside and mapped;
 * a query asks it and gets the parties that may match, each with reasons that add up to its score.
 *
 *     em_names *names;
 *     EM_TRY(em_names_open(EM_S("names.idx"), &names, err));
 *     em_query q = { .name = &name, .names = 1, .schema = EM_SCHEMA_PERSON };
 *     EM_TRY(em_names_search(names, &q, NULL, arena, &found, err));
 *
 * Stages: identifiers by exact hash; tokens, then tokens one or two deletions away, then the Korean key; when
 * nothing meets, trigrams.  Candidates by summed rarity; those that may reach `least` are compared exactly, the best few hundred.
 * `exhaustive` compares every name: the oracle of the tests.  What stands first is the same; below, one result in thirty
 * is another (doc/names-scores.md).
 *
 * The format is described in doc/format-names.md.
 */
#ifndef EMBARGO_NAMES_H
#define EMBARGO_NAMES_H

#include "embargo/name.h"

typedef struct em_names_built { uint64_t parties, names, tokens, ids, bytes; } em_names_built;
/* Same lists, same bytes.  Memory: about 700 bytes a name beside the lists. */
EM_MUST em_status em_names_build(const em_list *const *list, size_t lists, em_str path,
                                 const em_progress *progress, em_names_built *ret_built, em_error *err);

typedef struct em_names em_names;
/* Maps the file and checks every section and offset a reader rests on.  EM_FORMAT names the section. */
EM_MUST em_status em_names_open(em_str path, em_names **ret_names, em_error *err);
em_names *em_names_close(em_names *names);
em_names_built em_names_counts(const em_names *names);
size_t em_names_files(const em_names *names, const em_list_file **ret_files);
/* Party i as the list had it; strings point into the map or the arena. */
EM_MUST em_status em_names_party(const em_names *names, uint32_t party, em_arena *arena, em_party *ret_party, em_error *err);
/* EM_MISSING: no party has this dataset and id (dataset empty: any). */
EM_MUST em_status em_names_find(const em_names *names, em_str dataset, em_str id, uint32_t *ret_party, em_error *err);

typedef struct em_query {               /* who is asked for; everything but one name or number is optional */
        const em_str *name; size_t names;
        em_schema     schema;           /* THING: any */
        const em_party_id *number; size_t numbers;
        const em_span *born; size_t borns;
        const em_str  *country; size_t countries;       /* alpha-2 */
        em_str        gender;
} em_query;

typedef enum em_algorithm {
        EM_ALGORITHM_EMBARGO,
        EM_ALGORITHM_OFAC_SITE          /* the score of OFAC's Sanctions List Search: names alone, every name compared */
} em_algorithm;
const char *em_algorithm_name(em_algorithm algorithm);          /* "embargo", "ofac-site" */
bool        em_algorithm_named(em_str name, em_algorithm *ret_algorithm);

typedef struct em_search_opts {
        em_algorithm algorithm;
        double least;                   /* 0.70: results below are left out */
        size_t limit;                   /* 5 */
        size_t candidates;              /* 300: compared exactly */
        bool   exhaustive;
        const em_str *dataset; size_t datasets;         /* none: all */
        bool   reasons;                 /* fill rows */
} em_search_opts;
extern const em_search_opts em_search_defaults;

typedef struct em_qualifier {           /* one thing beside the name */
        const char *what;               /* "birth date" "country" "gender" "kind" "number"; static */
        em_str query, listed;
        double points;                  /* added to the score; may be below 0 */
        const char *why;                /* "same day", "years apart", "overlap"; static */
} em_qualifier;

typedef enum em_band { EM_BAND_NO, EM_BAND_REVIEW, EM_BAND_LIKELY, EM_BAND_SAME } em_band;
const char *em_band_words(em_band band);                /* "may be the same", "likely", "review", "no" */
em_band     em_band_of(double score);                   /* .95 .85 .70 */
double      em_names_probability(double score);         /* calibrated; curve and data in doc/names-scores.md */

typedef struct em_match {
        uint32_t party;
        double   score, probability;    /* probability: 0 where none is known, as for another algorithm's score */
        em_band  band;
        uint32_t name;                  /* which of its names */
        em_str   name_text;
        em_name_kind name_kind;
        em_comparison names;            /* rows when asked for */
        em_qualifier *qualifier; size_t qualifiers;     /* score == names.score (or the number's) + their points, held in 0..1 */
        em_str   number;                /* the number that agreed, or empty */
        em_str   runner_up; double runner_up_score;     /* its next best name */
} em_match;

typedef struct em_found { em_match *match; size_t matches; uint64_t compared; bool trigrams; } em_found;
/* Ordered by score, then party.  Thread-safe; cost by candidates.  EM_NOMEM. */
EM_MUST em_status em_names_search(const em_names *names, const em_query *query, const em_search_opts *opts,
                                  em_arena *arena, em_found *ret_found, em_error *err);

/* ---- a match in words (match_words.c) ---- */

/* The file that a party was read from, or NULL. */
const em_list_file *em_names_list_of(const em_names *names, const em_party *party);
/* What speaks against a match, a clause each: words that differ, facts that differ, facts that were not asked; none: nothing
 * that was asked or that the list says.  Clauses hold text of the list.  EM_NOMEM. */
EM_MUST em_status em_match_against(const em_query *asked, const em_match *m, const em_party *p, em_arena *arena,
                                   em_str **ret_clause, size_t *ret_count, em_error *err);
/* What the list says of the party and nobody has asked yet: "another date of birth than 1960".  Each would tell the two apart. */
EM_MUST em_status em_match_rules_out(const em_query *asked, const em_party *p, em_arena *arena,
                                     em_str **ret_clause, size_t *ret_count, em_error *err);
/* Clauses as one text, parted by "; ". */
EM_MUST em_status em_match_joined(const em_str *clause, size_t count, em_arena *arena, em_str *ret, em_error *err);
/* Which of its names it is: "primary", "weak" ...; "number" when none is. */
em_str em_match_kind(const em_match *m);
/* The match as members of a JSON object, without the braces: score, entry, reasons, against. */
EM_MUST em_status em_match_members(const em_names *names, const em_query *asked, const em_match *m, const em_party *p,
                                   em_arena *arena, em_json *j, em_error *err);

#endif
