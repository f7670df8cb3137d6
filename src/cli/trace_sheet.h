/* cli/trace_sheet.h -- what the documents of both kinds of trace have in common.
 *
 * A trace of outputs (trace_run.c) and one between accounts (trace_moves_run.c) make the same document with other
 * evidence: what was asked, what it rests on, each rule's books, where coins ended.  Here are the columns of both, the
 * rows that are alike, and the cells of labels, prices and books; amounts and places are each document's own.
 * doc/format-trace.md has every column.
 *
 *     EM_TRY(em_trace_sheet_open(&sheet, t, out, err));        // close it whatever comes
 *     EM_TRY(em_trace_sheet_inputs(&sheet, err));              // hashes of labels and prices
 *     ... sheet.known, theft, index_hash, usual[RUN_NETWORK] ...
 *     EM_TRY(em_trace_sheet_begin(&sheet, columns, EM_COUNT(columns), err));
 *     ... put rows ...
 *     em_trace_sheet_close(&sheet);
 *
 * While it is open the command's arena is one for rows, which may be emptied between them.
 */
#ifndef CLI_TRACE_SHEET_H
#define CLI_TRACE_SHEET_H

#include "cli/run_sheet.h"
#include "cli/trace.h"

enum em_run_cell {
        RUN_NAME, RUN_ROW, RUN_RULE, RUN_BOOK, RUN_CATEGORY, RUN_NETWORK, RUN_COIN, RUN_THEFT, RUN_GRADE, RUN_KNOWN, RUN_TEXT,
        RUN_SHA256, RUN_PLACES, RUN_SERVICES, RUN_ADDRESS, RUN_HEIGHT, RUN_DAY, RUN_HOPS, RUN_STOP, RUN_OFFSET, RUN_LENGTH,
        RUN_PATH, RUN_LABEL, RUN_ACTOR, RUN_LABEL_SOURCE, RUN_CONFIDENCE, RUN_LABEL_FILE, RUN_LABEL_LINE, RUN_WORTH,
        RUN_CURRENCY, RUN_PRICE_FILE, RUN_PRICE_LINE,
        /* of outputs */
        RUN_SAT, RUN_OUTPUT, RUN_VALUE_SAT, RUN_COINJOIN, RUN_BLOCK_FILE,
        /* of transfers */
        RUN_ASSET, RUN_UNITS, RUN_LOW, RUN_HIGH, RUN_TRANSFER, RUN_MOVE_KIND, RUN_PAYER, RUN_VALUE_UNITS, RUN_EXPORT, RUN_LINE,
        RUN_CELLS
};

typedef struct em_trace_sheet {
        em_trace *t;
        em_sheet  sheet;
        em_str    cell[RUN_CELLS], usual[RUN_CELLS];
        em_arena *keep, *rows, *whole;          /* keep: for the whole run; whole: the command's, given back at the end */
        size_t    order[EM_POLICIES_MAX];       /* rules by name */
        em_str   *label_hash; size_t label_files;       /* in the order of --labels */
        em_str   *price_path, *price_hash; size_t price_files;
        char      known[11], theft[17], index_hash[65];
} em_trace_sheet;

EM_MUST em_status em_trace_sheet_open(em_trace_sheet *s, em_trace *t, em_buf *out, em_error *err);
void em_trace_sheet_close(em_trace_sheet *s);
/* Hashes what --labels and --prices name.  EM_IO: one cannot be read again. */
EM_MUST em_status em_trace_sheet_inputs(em_trace_sheet *s, em_error *err);
EM_MUST em_status em_trace_hash_file(em_str path, char ret_hex[65], em_error *err);
/* Which theft it is: the same coins on the same network, whatever is asked of them, are the same text. */
void em_trace_sheet_theft(em_trace_sheet *s, em_str text);
/* The titles, in this order; then rows say what was known, whose theft it is, and the network. */
EM_MUST em_status em_trace_sheet_begin(em_trace_sheet *s, const unsigned char *column, size_t columns, em_error *err);
EM_MUST em_status em_trace_sheet_put(em_trace_sheet *s, const char *row, em_str name, em_error *err);

em_str em_trace_sheet_digits(em_trace_sheet *s, uint64_t n);
em_str em_trace_sheet_rule(em_trace_sheet *s, size_t policy);

/* ---- rows of the head -------------------------------------------------------------------- */

/* The row `run`; the caller has set height and day. */
EM_MUST em_status em_trace_sheet_run(em_trace_sheet *s, em_str seeds, uint64_t places, em_error *err);
/* The index, which `index` says in words; labels, prices, and the stops that were asked for. */
EM_MUST em_status em_trace_sheet_put_inputs(em_trace_sheet *s, em_str index, em_error *err);
/* words: em_policy_text, or what says a policy in other words. */
EM_MUST em_status em_trace_sheet_put_rules(em_trace_sheet *s, char *(*words)(em_policy, char *), em_error *err);

/* ---- cells --------------------------------------------------------------------------------- */

/* The label's line in its file: the file is a source of the case by its hash. */
void em_trace_sheet_label(em_trace_sheet *s, const em_label *l);
/* A place that is told by its label is as good as the label; what is told by arithmetic over a chain is as good as the chain. */
void em_trace_sheet_grade(em_trace_sheet *s, const em_label *l);
/* What an amount of the smallest unit may be worth.  price NULL, where its day has none: the cells stay empty.  EM_LIMIT past 63 bits. */
EM_MUST em_status em_trace_sheet_worth(em_trace_sheet *s, const em_price *price, em_u256 amount, unsigned decimals, em_error *err);

/* ---- books --------------------------------------------------------------------------------- */

typedef struct em_run_part {            /* a book is divided into parts by why coins went no further */
        const char *book, *category;
        bool always;                    /* has a row even where there is nothing in it */
        bool labelled;                  /* ends at a label, so that services can be counted */
} em_run_part;

typedef struct em_run_tally { uint64_t places, services; } em_run_tally;

typedef struct em_run_book {            /* of one rule, and of one asset */
        size_t policy;
        em_str asset;                   /* in the rows' names; p NULL: there is one only */
        const em_run_part  *part; size_t parts;
        const em_run_tally *tally;      /* [parts] */
        uint64_t services;              /* all that something was deposited with */
} em_run_book;

/* A service that coins came to, by the actor, else the name, of its label. */
typedef struct em_run_service { size_t book, part; em_str name; } em_run_service;
/* Counts different ones into tally[book * parts + part] and, of parts that were deposited, into services[book]; sorts the list. */
void em_run_count_services(em_run_service *list, size_t count, const em_run_part *part, size_t parts, em_run_tally *tally,
                           uint64_t *services);

/* The rows of a book's total and of one part of it, or of what was folded of that part; the caller has set the amount. */
EM_MUST em_status em_trace_sheet_total(em_trace_sheet *s, const em_run_book *b, const char *book, em_error *err);
EM_MUST em_status em_trace_sheet_part(em_trace_sheet *s, const em_run_book *b, size_t part, em_error *err);
EM_MUST em_status em_trace_sheet_fold(em_trace_sheet *s, const em_run_book *b, size_t part, em_error *err);

#endif
