/* case/map_rules.h -- a parsed map; for map.c and map_apply.c only. */
#ifndef CASE_MAP_RULES_H
#define CASE_MAP_RULES_H

#include "embargo/map.h"

enum {
        EM_MAP_MAX_LINES  = 512,
        EM_MAP_MAX_WORDS  = 64,         /* on one line */
        EM_MAP_MAX_PICKS  = 8,          /* "else" alternatives */
        EM_MAP_MAX_FIELDS = 128,
        EM_MAP_MAX_NAME   = 64,         /* bytes of a kind, field, unit or map name */
};

/* COLUMN [else COLUMN...] or = "constant": the first that is not empty. */
typedef struct em_pick {
        em_str column[EM_MAP_MAX_PICKS];
        size_t count;
        em_str constant;
        bool   is_constant;
} em_pick;

/* One alternative of `amount`, or the one of `also`. */
typedef struct em_amount_rule {
        em_str low, high;               /* columns; high is empty when there is no "to" */
        em_str constant;
        bool   is_constant;
        em_str unit;                    /* a word, or a column's name */
        bool   unit_is_column;
} em_amount_rule;

typedef enum em_known_how { EM_KNOWN_COLUMN, EM_KNOWN_DATE_IN, EM_KNOWN_WHEN } em_known_how;
typedef struct em_known_rule {
        em_known_how how;
        em_pick      columns;
} em_known_rule;

typedef struct em_word_rule { em_str word; em_quantifier quantifier; } em_word_rule;
typedef struct em_grade_rule { em_str word; int credibility; } em_grade_rule;
typedef struct em_absent_rule { em_state state; em_str column, contains; } em_absent_rule;

/* A cell of column that says word is empty. */
typedef struct em_empty_rule { em_str word, column; } em_empty_rule;

/* What `field` and `also` put into em_record.fields, in the map's order. */
typedef struct em_put_rule {
        bool           is_amount;
        em_str         name, column;    /* of a field */
        em_field_type  type;
        em_amount_rule amount;          /* of a further amount */
        em_str         worded;          /* its own quantifier column, or empty */
} em_put_rule;

struct em_map {
        em_str    name, text;
        em_sha256 hash;

        em_str    kind;
        em_str   *needs;          size_t need_count;
        em_str    key[EM_MAP_MAX_PICKS]; size_t key_count;

        em_pick   when;
        em_str    when_to;              /* column after "to", or empty */
        em_calendar calendar;
        em_pick   utc;
        em_str    time, precision;
        em_known_rule known[EM_MAP_MAX_PICKS]; size_t known_count;

        em_pick   what, klass, who, place;
        em_str    lat, lon;

        em_amount_rule amount[EM_MAP_MAX_PICKS]; size_t amount_count;
        em_str    quantifier;
        em_word_rule  *word;      size_t word_count;      /* longest first */
        em_str    grade;
        int       grade_constant;       /* 0: none */
        em_grade_rule *grades;    size_t grade_count;
        em_absent_rule absent[EM_MAP_MAX_PICKS]; size_t absent_count; /* default last */
        bool      zero_declared;
        em_empty_rule empty[EM_MAP_MAX_WORDS]; size_t empty_count;

        em_put_rule  *put;        size_t put_count;
        em_map_field *field;      size_t field_count;
        em_str    same[EM_MAP_MAX_PICKS]; size_t same_count;
        em_str    same_relation;
};

#endif
