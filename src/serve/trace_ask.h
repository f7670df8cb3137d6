/* serve/trace_ask.h -- what a page about a chain was asked, and the words of the command that answers it.
 *
 * A page about money is an address: every rule, limit, label and index stands in its query.  Here that query is read, once, for
 * all of these pages, and turned into the words of `embargo trace`, `exposure` and `cluster`.  Nothing of it reaches a command
 * unchecked: an index and a source of labels are chosen by a name out of the case, never by a path, and no word of the
 * user's begins with a dash.
 */
#ifndef SERVE_TRACE_ASK_H
#define SERVE_TRACE_ASK_H

#include "serve/desk.h"

enum { EM_TA_STARTS = 200, EM_TA_POLICIES = 16, EM_TA_LABELS = 64, EM_TA_INDEXES = 32, EM_TA_TABLES = 32, EM_TA_WORDS = 460 };

typedef struct em_ta_index { em_str name; bool accounts; } em_ta_index;
typedef struct em_ta_label { em_str source, sha256, name; int64_t rows; bool on; } em_ta_label;

/* A source that is a table of prices or a table of stops by its head; no map of a regime reads these. */
typedef struct em_ta_table { const em_source *source; em_str id; bool on; } em_ta_table;

typedef struct em_ta {
        em_ask     *ask;
        em_ta_index index[EM_TA_INDEXES]; size_t indexes;
        const em_ta_index *chosen;              /* NULL: the case has none */
        em_ta_label label[EM_TA_LABELS]; size_t labels;
        bool        labels_said;                /* labels= stands in the query */
        em_ta_table price[EM_TA_TABLES]; size_t prices;         /* all that the case holds; on: chosen by prices= */
        em_ta_table stop[EM_TA_TABLES]; size_t stops;           /* at most one is on; none: the built-in table */
        em_str      start[EM_TA_STARTS]; size_t starts;
        em_str      policy[EM_TA_POLICIES]; size_t policies;    /* none: the command's own six */
} em_ta;

/* Reads index=, labels=, start= and policy=.  EM_USAGE: what is not of the kind it should be; EM_MISSING: no such index. */
EM_MUST em_status em_ta_read(em_ask *ask, em_ta *ret, em_error *err);
/* The tables of the case (trace_tables.c); em_ta_read does it for what a page under /trace asks, and wherever one is chosen.
 * EM_MISSING: prices= or stops= names none of them. */
EM_MUST em_status em_ta_tables(em_ta *ta, em_error *err);
bool em_ta_priced(const em_ta *ta);             /* some prices are chosen */
/* The source of a path that em_ta_trace made, or NULL. */
const em_ta_table *em_ta_table_of(const em_ta *ta, em_str path);
/* EM_MISSING with the command that makes one, when the case has no index. */
EM_MUST em_status em_ta_need_index(const em_ta *ta, em_error *err);

/* Letters, digits and . : = @ _ - , with no dash at its front: fit to be a word of a command. */
bool em_ta_plain(em_str word);
/* The value of a field of the query as it may follow an option; empty when it is not given.  EM_USAGE otherwise. */
EM_MUST em_status em_ta_value(const em_ta *ta, const char *field, em_str *ret_value, em_error *err);

/* ---- a command's words --------------------------------------------------------------------------- */

typedef struct em_ta_words { em_str at[EM_TA_WORDS]; size_t n; } em_ta_words;
void em_ta_word(em_ta_words *w, em_str word);
/* CASE/sources/ab/abcd... of a source's hash. */
em_str em_ta_source_path(const em_ask *ask, em_str sha256);
/* --chain, --labels and --stops of what was chosen. */
EM_MUST em_status em_ta_chain(const em_ta *ta, em_ta_words *w, em_error *err);
/* name=VALUE of the query as --name VALUE, when it is given. */
EM_MUST em_status em_ta_option(const em_ta *ta, em_ta_words *w, const char *field, em_error *err);
void em_ta_switch(const em_ta *ta, em_ta_words *w, const char *field);
/* `trace START... ` with its rules, limits and prices; policy empty: all that are asked for. */
EM_MUST em_status em_ta_trace(const em_ta *ta, em_str policy, em_ta_words *w, em_error *err);
/* The command as a person would type it, without the case's own folder in its paths. */
EM_MUST em_status em_ta_line(const em_ta *ta, const em_ta_words *w, em_str *ret_line, em_error *err);

/* ---- addresses --------------------------------------------------------------------------------------- */

/* 'PATH?start=...&policy=...' with all that was asked but for the fields in but (a list that ends with NULL), and with more
 * (already escaped, or empty) behind it; an address, not yet escaped for HTML. */
em_str em_ta_address(const em_ta *ta, const char *path, const char *const *but, em_str more);
/* A value escaped for a query. */
em_str em_ta_escaped(const em_ask *ask, em_str value);
/* ' href="..."' */
void em_ta_href(const em_ta *ta, em_str address);
/* ' href="/address/ID?index=..."' and the like. */
void em_ta_place(const em_ta *ta, const char *path, em_str id);

/* ---- fields of forms ----------------------------------------------------------------------------------- */

/* The choice of index and labels. */
void em_ta_form_chain(const em_ta *ta);
/* The choice of prices with their currency; of the table of stops. */
void em_ta_form_prices(const em_ta *ta);
void em_ta_form_stops(const em_ta *ta);
/* All else that was asked, as hidden fields; but: the form's own, and the list ends with NULL. */
void em_ta_form_rest(const em_ta *ta, const char *const *but);
/* <label>words <input name=...></label>, with what was asked in it. */
void em_ta_form_text(const em_ta *ta, const char *field, const char *words, const char *hint, unsigned width);
void em_ta_form_check(const em_ta *ta, const char *field, const char *value, const char *words, bool on);

/* ---- words and amounts ----------------------------------------------------------------------------------- */

/* "123456" in units of 10^-decimals as "0.00123456", thousands by commas. */
em_str em_ta_coins(em_arena *arena, em_str digits, unsigned decimals);
em_str em_ta_node_coins(const em_ask *ask, const em_jnode *node, const char *key);
bool em_ta_true(const em_jnode *node, const char *key);
/* part of whole in percent, rounded to hundredths: "12.34"; empty when whole is 0. */
em_str em_ta_share(em_arena *arena, em_str part, em_str whole);
/* "7a055c7f...:0": a long id shortened to read; the whole stands in the title of its link. */
em_str em_ta_short(em_arena *arena, em_str id);
/* "Exchange A (exchange); a tag list; confidence high" of the array `labels` of node. */
void em_ta_put_labels(em_ask *ask, const em_jnode *labels);

/* ---- one trace, many views (trace_views.c) ------------------------------------------------------------------- */

/* The links from one view of a trace to the others; now: "/trace/flow". */
void em_ta_put_views(const em_ta *ta, const char *now);
/* "in 2f8c...:0" as a link to its transaction, "0xab...:native" likewise; the whole id in its title. */
void em_ta_put_output(const em_ta *ta, em_str name);
/* An address as a link, with its label where there is one. */
void em_ta_put_party(const em_ta *ta, em_str address, em_str label);
/* The moment of a number of seconds: "2024-03-06 11:00". */
em_str em_ta_moment(em_arena *arena, int64_t time_s);
/* "prices.csv, line 3", which leads to its source. */
void em_ta_put_cited(const em_ta *ta, em_str file, em_str line);
/* The command's own --json or --csv, as the reply. */
EM_MUST em_status em_ta_pass(em_ask *ask, em_ta_words *w, em_error *err);

/* ---- the pages (page_trace.c lists them) --------------------------------------------------------------------- */

em_status em_answer_trace(em_ask *ask, em_error *err);
em_status em_answer_trace_flow(em_ask *ask, em_error *err);
em_status em_answer_trace_picture(em_ask *ask, em_error *err);
em_status em_answer_trace_path(em_ask *ask, em_error *err);
em_status em_answer_trace_patterns(em_ask *ask, em_error *err);
em_status em_answer_trace_values(em_ask *ask, em_error *err);
em_status em_answer_trace_cross(em_ask *ask, em_error *err);
em_status em_answer_trace_stops(em_ask *ask, em_error *err);
em_status em_answer_exposure(em_ask *ask, em_error *err);
em_status em_answer_cluster(em_ask *ask, em_error *err);
em_status em_answer_clusters(em_ask *ask, em_error *err);
em_status em_answer_address(em_ask *ask, em_error *err);
em_status em_answer_tx(em_ask *ask, em_error *err);
/* The same two in an index of accounts (trace_look_account.c); w: the words of `trace look`. */
em_status em_answer_account(const em_ta *ta, em_ta_words *w, em_error *err);
em_status em_answer_account_tx(const em_ta *ta, em_ta_words *w, em_error *err);
/* Records of the case that name an address or a transaction. */
EM_MUST em_status em_ta_put_records(em_ask *ask, em_str of, em_error *err);

#endif
