/* embargo/label.h -- whose address this may be, by whose word.
 *
 * A label is what one source says of one address.  It keeps the source, its confidence and its date
 * as they stand, and the file and line it was read from.  Two sources may contradict each other:
 * both stay, and the contradiction is shown.
 *
 *     em_labels *labels;
 *     EM_TRY(em_labels_read(path, paths, NULL, &labels, err));
 *     size_t n;
 *     const em_label *l = em_labels_of(labels, address, &n);
 *
 * Formats, sniffed by content: CSV (address, label; then category, source, confidence, date, currency,
 * actor), GraphSense TagPack (YAML), plain wallet lists (one address a line; OFAC's by asset, from the
 * name of the file), Etherscan-like address,name tables.
 */
#ifndef EMBARGO_LABEL_H
#define EMBARGO_LABEL_H

#include "embargo/base.h"

/* What ends a trace is said by the category, and the table below is only the default: a CSV of
 * category,stop,why replaces it (em_labels_opts.stops). */
typedef enum em_label_stop { EM_LABEL_GOES_ON, EM_LABEL_SERVICE, EM_LABEL_EXCHANGE, EM_LABEL_MIXER, EM_LABEL_BRIDGE,
                             EM_LABEL_STOPS } em_label_stop;
const char *em_label_stop_name(em_label_stop stop);     /* "exchange" */

typedef struct em_label {
        em_str   address;       /* canonical: hex and bech32 in lower case, base58 as it is */
        em_str   shown;         /* as in the file */
        em_str   currency;      /* "BTC", "ETH", "TRX"; empty: not stated */
        em_str   label, category, actor, abuse, source, confidence, date;       /* as stated; may be empty */
        em_str   file;          /* as given */
        uint64_t line;
        em_label_stop stop;     /* by its category */
} em_label;

typedef struct em_label_reject { em_str file; uint64_t line; em_str reason; } em_label_reject;

typedef struct em_labels_opts {
        em_str stops;           /* path of a CSV category,stop,why; empty: the built-in table */
        size_t max;             /* labels; 0: 20 million */
} em_labels_opts;

typedef struct em_labels em_labels;
/* Reads all files, in the order given; a row that cannot be read is a reject and the rest goes on.
 * EM_FORMAT: a file that is none of the formats (which and where); EM_MISSING, EM_LIMIT, EM_NOMEM. */
EM_MUST em_status em_labels_read(const em_str *path, size_t paths, const em_labels_opts *opts,
                                 em_labels **ret_labels, em_error *err);
em_labels *em_labels_free(em_labels *labels);
size_t em_labels_count(const em_labels *labels);
const em_label *em_labels_at(const em_labels *labels, size_t i);        /* by address, then file order */
/* All that is said of an address in any writing; count 0 and NULL when nothing is. */
const em_label *em_labels_of(const em_labels *labels, em_str address, size_t *ret_count);
/* The surest of those that end a trace; NULL when none does.  Order: exchange, mixer, bridge, service; then
 * confidence; then file order. */
const em_label *em_labels_stop(const em_labels *labels, em_str address);
size_t em_labels_rejects(const em_labels *labels, const em_label_reject **ret_list);
/* Addresses of which two sources name different actors, or one ends a trace and another does not:
 * ascending places of the first label of each. */
size_t em_labels_conflicts(const em_labels *labels, const size_t **ret_first);
/* Canonical writing into out (as long as address at most). */
em_str em_label_canonical(em_str address, char *out, size_t room);
/* GraphSense's words in order of certainty ("ownership" 100 ... "unknown" 5), "high" "medium" "low", or a number 0..100;
 * -1 when it is none of these. */
int em_label_confidence(em_str word);

#endif
