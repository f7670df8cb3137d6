/* embargo/name.h -- one name made ready for comparing, and two names compared with every reason.
 *
 * A name is prepared once: normalised, cut into tokens, each token folded to Latin letters with its
 * kind; names in Hangul, Hanja, Chinese, Cyrillic, Arabic and other scripts give several Latin forms.
 * Comparing aligns the tokens of two prepared names and adds up to one score between 0 and 1; each
 * part of the sum is in the answer.
 *
 *     em_name q, l;
 *     EM_TRY(em_name_prepare(EM_S("Ri Son Gwon"), EM_SCHEMA_PERSON, arena, &q, err));
 *     EM_TRY(em_name_prepare(EM_S("리선권"), EM_SCHEMA_PERSON, arena, &l, err));
 *     EM_TRY(em_name_compare(&q, &l, &em_name_weights_default, arena, &c, err));
 *     printf("%.3f\n", c.score);
 *
 * Sources: notes with each table; Christen, Data Matching (2012); Damerau 1964; Levenshtein 1966; Ukkonen 1985;
 * Kuhn 1955 for the assignment.
 */
#ifndef EMBARGO_NAME_H
#define EMBARGO_NAME_H

#include "embargo/party.h"

typedef enum em_writing { EM_WRITING_LATIN, EM_WRITING_HANGUL, EM_WRITING_HAN, EM_WRITING_KANA, EM_WRITING_CYRILLIC,
                         EM_WRITING_ARABIC, EM_WRITING_GREEK, EM_WRITING_HEBREW, EM_WRITING_OTHER } em_writing;

typedef enum em_token_kind {
        EM_TOKEN_NAME,
        EM_TOKEN_INITIAL,       /* one letter */
        EM_TOKEN_NUMBER,        /* digits, Roman numerals and ordinals by value: symbol is the value */
        EM_TOKEN_CLASS,         /* legal form: symbol is its class ("llc", "gmbh" and "ooo" share one) */
        EM_TOKEN_COMMON,        /* trading, company, general, bank: words that many bear */
        EM_TOKEN_STOP,          /* the, of, and, for, de, la */
        EM_TOKEN_TITLE,         /* Mr, Dr, General, Haji */
        EM_TOKEN_LINK           /* al-, bin, von, van: joins, weighs little */
} em_token_kind;

typedef struct em_token {
        em_str   text;          /* Latin a-z and digits */
        em_str   form;          /* as written */
        uint32_t hash;          /* of text */
        uint32_t symbol;
        em_token_kind kind;
        em_writing writing;     /* that it was read in: Han read as Korean is EM_WRITING_HANGUL */
        const struct em_spelling *spelling;     /* NULL: made when comparing asks for it (src/names/edit.h) */
} em_token;

enum { EM_NAME_TOKENS = 24, EM_NAME_FORMS = 12 };

typedef struct em_name_form {   /* one Latin writing of the name */
        em_token *token; size_t tokens;         /* EM_NAME_TOKENS at most; the rest is left out */
        const char *rule;       /* "as written", "DPRK 2012 romanisation", "McCune-Reischauer", "pinyin" ...; static */
} em_name_form;

typedef struct em_name {
        em_str       text;      /* as given */
        em_schema    schema;
        em_name_form form[EM_NAME_FORMS]; size_t forms; /* the first is the nearest to the text */
        em_str       korean[4]; size_t koreans;         /* folding keys of a Korean reading, sorted; none when it cannot be one */
        bool         cut;       /* had more tokens than fit */
} em_name;

/* Never fails on text: bytes that are not UTF-8 become U+FFFD and are dropped.  EM_NOMEM: the arena is full. */
EM_MUST em_status em_name_prepare(em_str text, em_schema schema, em_arena *arena, em_name *ret_name, em_error *err);
/* Folds any text to Latin a-z, digits and single blanks, as the tokens are (first form only). */
EM_MUST em_status em_name_fold(em_str text, em_arena *arena, em_str *ret_text, em_error *err);
/* The Korean folding key of one Latin or Hangul name in the order given (names_korean.c), without blanks.
 * Ri, Lee, Yi and Rhee meet, Pak and Park, Jong, Jung and Jeong. */
em_str em_name_korean_key(em_str latin, char *out, size_t room);

/* ---- comparing ---- */

typedef struct em_name_weights {        /* all in one place; the shipped ones are tuned on labelled cases (doc/names-scores.md) */
        double (*idf)(void *ctx, uint32_t token_hash);  /* 1.0 for an average token; NULL: all 1 */
        void   *idf_ctx;
        /* what a token weighs, by its kind; an ordinary part of a name weighs 1 */
        double number, common, class_, stop, title, link, initial;
        /* what unmatched tokens weigh: where both sides have some they contradict each other */
        double conflict, extra_query, extra_listed;
        double slope;           /* cost of an edit, as a share of the word, times this */
        double most;            /* an edit over this share of the word is another word */
        double first;           /* added to the edit when the first letters differ */
        double nick, initial_cost, skeleton, korean, korean_near, acronym;      /* costs of these rules */
        double number_cap;      /* the most when numbers differ */
        double alike_cap;       /* of what is no person, the most when no distinctive word agrees well */
        double one_cap;         /* the most when a single name agrees and another is left over (of what is no person: asked for) */
        double common_cap;      /* the most when nothing but common words, numbers and forms agree */
} em_name_weights;
extern const em_name_weights em_name_weights_default;

typedef struct em_aligned {             /* one row of the reasons */
        em_str query, listed;           /* as written; one is empty: unmatched */
        const char *rule;               /* "equal", "one edit", "Korean key", "initial", "joined", "legal form", "unmatched" ... static */
        double cost;                    /* 0 equal .. 1 nothing in common */
        double weight;                  /* share of the whole: weights add up to 1 over all rows */
        double points;                  /* what it adds to the score; the points add up to it within 1e-6 */
} em_aligned;

typedef struct em_comparison {
        double      score;              /* 0..1 */
        em_aligned *row; size_t rows;
        uint8_t     query_form, listed_form;    /* places in form[] */
        const char *capped;             /* why the score was held down ("numbers differ", "only a common word agrees"), or NULL */
} em_comparison;
/* The best over all pairs of forms.  Symmetric but for what extra tokens weigh.  EM_NOMEM. */
EM_MUST em_status em_name_compare(const em_name *query, const em_name *listed, const em_name_weights *weights,
                                  em_arena *arena, em_comparison *ret, em_error *err);
/* Only the number, without reasons and without memory: the same score. */
double em_name_score(const em_name *query, const em_name *listed, const em_name_weights *weights);
/* The score, 0 to 1, that OFAC's Sanctions List Search would show, for names as the site prints them (src/names/ofac_site.c). */
double em_name_like_ofac_site(em_str query, em_str listed, em_arena *arena);

#endif
