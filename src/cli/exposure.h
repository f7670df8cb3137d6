/* cli/exposure.h -- the exposure of an address: what was asked, and the rows that answer it.
 *
 * cmd_exposure.c reads the command line and walks; exposure_label.c is all that knows how labels are
 * kept; exposure_print.c and exposure_data.c show; exposure_path.c writes the evidence of one path.
 */
#ifndef CLI_EXPOSURE_H
#define CLI_EXPOSURE_H

#include "cli/trace.h"
#include "embargo/exposure.h"

typedef struct em_said { em_str label, category, source, confidence; } em_said;

/* Origins of one name: labels of several addresses of one service are one row. */
typedef struct em_exposed {
        em_origin_kind kind;
        em_said  said;                  /* for kinds other than LABEL only .label: the kind in words */
        int64_t  direct_sat, indirect_sat;
        uint32_t hops;
        uint64_t arrivals;
        size_t   origin;                /* whose one path brings most */
} em_exposed;

typedef struct em_expose {
        em_trace   t;                   /* chain, labels, coins as text */
        em_str    *address;  size_t addresses;          /* as asked */
        size_t     absent;              /* of them never paid in this chain */
        uint32_t  *own;      size_t owns;
        em_id     *out;      size_t outs;
        em_exposure_opts opts;
        em_str     min_text, to;
        em_exposure *x;                 /* under the policy in hand */
        em_exposed *row;     size_t rows;
} em_expose;

/* Reads the labels for this chain.  Everything about how labels are kept is behind these five. */
EM_MUST em_status em_expose_labels(em_expose *e, em_error *err);
uint32_t em_expose_stops_at(void *ctx, uint32_t payee); /* for em_exposure_opts; ctx is the em_expose */
em_said  em_expose_said(const em_expose *e, uint32_t label);
/* By label, category, actor or address. */
bool     em_expose_named(const em_expose *e, uint32_t label, em_str name);
bool     em_expose_known(const em_expose *e, em_str name);

/* Rows of e->x, most first; those that end nothing but the walk come last. */
EM_MUST em_status em_expose_rows(em_expose *e, em_error *err);
/* "12.34 %" of what did not come from itself, rounded to the nearest. */
em_str  em_expose_share(const em_expose *e, int64_t sat);
int64_t em_expose_others(const em_expose *e);           /* received, less what came from itself */
int64_t em_expose_open(const em_expose *e);             /* of unknown origin: mixed, unknown, limits */
bool    em_expose_asked_for(const em_expose *e, const em_exposed *row);         /* by --to */

EM_MUST em_status em_expose_print(em_expose *e, em_error *err);
EM_MUST em_status em_expose_json(em_expose *e, em_json *j, em_error *err);
EM_MUST em_status em_expose_csv(em_expose *e, bool head, em_error *err);
/* The evidence of the path that brings most from what is named, as a file for embargo trace check. */
EM_MUST em_status em_expose_path(em_expose *e, em_str name, em_error *err);

#endif
