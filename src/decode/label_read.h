/* What the readers of labels share.  A reader fills an em_label as its file states it and gives it to
 * em_label_keep, which checks the address and gives it its stop; what a file says wrongly goes to em_label_refuse. */
#ifndef EMBARGO_DECODE_LABEL_READ_H
#define EMBARGO_DECODE_LABEL_READ_H

#include "embargo/label.h"

struct em_labels {
        em_arena        *arena;         /* texts of files and copies */
        em_arena        *row;           /* for one row at a time */
        em_label        *at;
        em_label_reject *reject;
        em_label_file   *file;
        size_t          *conflict;
        size_t           count, cap, rejects, reject_cap, files, conflicts, max;
        const em_label_rule *rule;
        size_t           rules;
        em_str           last_category; /* and its stop: labels of one kind stand together */
        em_label_stop    last_stop;
};

em_status em_label_keep(em_labels *l, em_label label, em_error *err);
em_status em_label_refuse(em_labels *l, em_str file, uint64_t line, em_str reason, em_error *err);

/* The readers.  EM_FORMAT: it is not of this format at all. */
em_status em_label_csv(em_labels *l, em_str file, em_str text, em_error *err);
em_status em_label_tagpack(em_labels *l, em_str file, em_str text, em_error *err);
em_status em_label_wallets(em_labels *l, em_str file, em_str text, em_error *err);

/* NULL when the address may be one of the currency ("" any), else why not; the sentence may be in arena.  A whole address
 * of another network than stated keeps its label and loses the currency: OFAC's list of 2024 has Tron's under XBT. */
const char *em_label_check(em_str address, em_str *currency, em_arena *arena);
/* One word that some chain may take for an address. */
bool   em_label_looks(em_str word);
em_str em_label_currency(em_str stated);        /* "XBT" and "Bitcoin" are BTC; others as stated */

/* A CSV category,stop,why. */
em_status em_label_rules_read(em_str path, em_arena *arena, const em_label_rule **ret_list, size_t *ret_count,
                              em_error *err);
/* By the strongest of its words; *ret_stated (may be NULL): a row names one of them. */
em_label_stop em_label_stop_of(const em_labels *l, em_str category, bool *ret_stated);

#endif
