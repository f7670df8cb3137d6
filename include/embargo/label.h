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
 *     labels = em_labels_free(labels);
 *
 * Formats, sniffed by content:
 *   csv      a table with a head: address, label; then category, source, confidence, date, currency,
 *            actor, abuse; also what others call these (Etherscan's name and family, chain, network,
 *            blockchain, role, note, lastmod ...).  Separated by comma, semicolon or tab.  Without a
 *            head: address,name or network,address,word, told by which cell is an address.
 *   tagpack  GraphSense TagPack (YAML or JSON): what a tag does not state it takes from the pack's head.
 *            Anchors are followed for single values only, so that nothing can grow.
 *   wallets  one address a line; "#" begins a comment.  The asset is the tail of the file's name
 *            (..._XBT.txt).  The label is the file's name, and the category is "sanctioned" only where
 *            that name says so (sanctioned_...): a bare list states nothing more.  Comments of the form
 *            "# category: mixer" (label, category, source, confidence, date, currency, actor, abuse)
 *            state it for the lines that follow.
 *
 * Every address is checked as far as it is known how: hexadecimal by its length, those of Bitcoin,
 * Litecoin and Bitcoin Cash by their checksum, others are kept as they are.  What fails is a reject; what is
 * whole but of another network than stated keeps its label and loses the currency.
 */
#ifndef EMBARGO_LABEL_H
#define EMBARGO_LABEL_H

#include "embargo/base.h"

/* What ends a trace is said by the category, and the built-in table is only the default: a CSV of
 * category,stop,why replaces it (em_labels_opts.stops). */
typedef enum em_label_stop { EM_LABEL_GOES_ON, EM_LABEL_SERVICE, EM_LABEL_EXCHANGE, EM_LABEL_MIXER, EM_LABEL_BRIDGE,
                             EM_LABEL_STOPS } em_label_stop;
const char *em_label_stop_name(em_label_stop stop);     /* "goes-on" "service" "exchange" "mixer" "bridge" */

/* A row of the table of stops.  A category that no row names is silent: it goes on, and contradicts
 * nothing; one with a row that goes on says that the coins are still one holder's. */
typedef struct em_label_rule { em_str category; em_label_stop stop; em_str why; } em_label_rule;
size_t em_label_rules(const em_label_rule **ret_list);  /* the built-in table */

typedef struct em_label {
        em_str   address;       /* canonical: hex and bech32 in lower case, base58 as it is */
        em_str   shown;         /* as in the file */
        em_str   currency;      /* "BTC", "ETH", "TRX"; empty: not stated */
        em_str   label, category, actor, abuse, source, confidence, date;       /* as stated; may be empty */
        em_str   context;       /* a TagPack's, as stated */
        bool     definer;       /* a TagPack says that it stands for the whole cluster of the address */
        em_str   file;          /* as given */
        uint64_t line;
        em_label_stop stop;     /* by its category */
} em_label;

typedef struct em_label_reject { em_str file; uint64_t line; em_str reason; } em_label_reject;

typedef enum em_label_format { EM_LABEL_CSV, EM_LABEL_TAGPACK, EM_LABEL_WALLETS } em_label_format;
const char *em_label_format_name(em_label_format format);       /* "csv" "tagpack" "wallets" */
typedef struct em_label_file { em_str file; em_label_format format; size_t labels, rejects; } em_label_file;

typedef struct em_labels_opts {
        em_str stops;           /* path of a CSV category,stop,why; empty: the built-in table */
        size_t max;             /* labels and rejects together; 0: 20 million */
} em_labels_opts;

typedef struct em_labels em_labels;
/* Reads all files, in the order given; a row that cannot be read is a reject and the rest goes on.
 * Cost: time by bytes, and by labels times their logarithm; memory is the bytes of tables and lists and, for
 * TagPacks, of the values in them, and 216 bytes a label (twice that while they are sorted).
 *
 * EM_FORMAT   a file that is none of the formats, or a table of stops that is wrong (which and where)
 * EM_LIMIT    more than max labels; a file of over a gigabyte
 * EM_MISSING, EM_IO, EM_DENIED, EM_NOMEM */
EM_MUST em_status em_labels_read(const em_str *path, size_t paths, const em_labels_opts *opts,
                                 em_labels **ret_labels, em_error *err);
/* The same of bytes in memory; name stands for the file.  Both must outlive the labels. */
EM_MUST em_status em_labels_parse(em_str name, em_str text, const em_labels_opts *opts, em_labels **ret_labels,
                                  em_error *err);
em_labels *em_labels_free(em_labels *labels);
size_t em_labels_count(const em_labels *labels);
const em_label *em_labels_at(const em_labels *labels, size_t i);        /* by address, then as read */
/* All that is said of an address in any writing; count 0 and NULL when nothing is. */
const em_label *em_labels_of(const em_labels *labels, em_str address, size_t *ret_count);
/* The surest of those that end a trace; NULL when none does.  Order: exchange, mixer, bridge, service; then
 * confidence; then as read. */
const em_label *em_labels_stop(const em_labels *labels, em_str address);
/* Whether a ends a trace and comes before b in that order; b may be NULL. */
bool em_label_surer(const em_label *a, const em_label *b);
size_t em_labels_files(const em_labels *labels, const em_label_file **ret_list);        /* as given */
size_t em_labels_rejects(const em_labels *labels, const em_label_reject **ret_list);    /* as read */
/* Addresses of which two labels contradict each other: ascending places of the first label of each.
 * They do when
 *   - both state an actor and these differ, or both end a trace and who they name differs (the actor
 *     or, where none is stated, the label; "Binance 14" agrees with "binance": letters and digits of
 *     one are in the other's);
 *   - one ends a trace and the other's category goes on by a row of the table;
 *   - one is an exchange, a mixer or a bridge and the other is another of these. */
size_t em_labels_conflicts(const em_labels *labels, const size_t **ret_first);
/* Canonical writing into out (as long as address at most; "bitcoincash:" is left off); address itself when
 * room is too small. */
em_str em_label_canonical(em_str address, char *out, size_t room);
/* GraphSense's words in order of certainty ("ownership" 100 ... "unknown" 5, as tagpack-tool 25.8.1 lists them),
 * "high" 80, "medium" 50, "low" 20, or a number 0..100; -1 when it is none of these. */
int em_label_confidence(em_str word);

#endif
