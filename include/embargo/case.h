/* embargo/case.h -- one case: sources, records, links, ledger.
 *
 * A case is a folder:
 *     case.db            SQLite; schema in src/case/schema.c, public views in doc/views.md
 *     sources/ab/abcd…   evidence as obtained, named by SHA-256, never changed
 *     report/            what was last printed
 *
 * One writer at a time (EM_BUSY otherwise), any number of readers; but who comes while
 * a table of 16 MiB or more is being added waits, and then gets EM_BUSY.  Every
 * change is one transaction that carries its ledger entry, so a kill at any
 * moment leaves the case before the change or after it.  Nothing outside
 * src/case speaks to the database; others ask through em_case_query, which is
 * read-only, sees only what was known on a given day, and cannot write, attach
 * or load anything.
 *
 *     em_case *c;
 *     EM_TRY(em_case_open(EM_S("dprk-2022"), EM_CASE_WRITE, &c, err));
 *     EM_TRY(em_case_add(c, EM_S("launches.csv"), &custody, NULL, &taken, err));
 *     c = em_case_close(c);
 */
#ifndef EMBARGO_CASE_H
#define EMBARGO_CASE_H

#include "embargo/map.h"
#include "embargo/record.h"

#define EM_CASE_APPLICATION_ID 0x454d4247       /* "EMBG" */
#define EM_CASE_SCHEMA 1

typedef struct em_case em_case;
typedef enum em_case_mode {
        EM_CASE_READ, EM_CASE_WRITE,
        EM_CASE_PROVE           /* as READ, but also opens what quick_check finds damaged: for verify */
} em_case_mode;

/* Makes an empty case in dir (created; EM_DENIED if it already holds one),
 * then takes the regime's own tables and maps into it: every *.csv in regime_dir that a map in
 * regime_dir/maps recognises becomes a source with role "regime". `author` goes into the ledger. */
EM_MUST em_status em_case_create(em_str dir, em_str regime_dir, em_str author,
                                 em_case **ret_case, em_error *err);
/* EM_MISSING no case there; EM_FORMAT not a case, damaged, or from a newer
 * embargo (an older one is migrated when opened for writing, and says so when
 * opened for reading); EM_BUSY.  A file under 64 MiB is quick_checked.  Foreign
 * triggers, views or tables in the file are refused; SQLite runs with its
 * defensive settings. */
EM_MUST em_status em_case_open(em_str dir, em_case_mode mode, em_case **ret_case, em_error *err);
em_case *em_case_close(em_case *c);

/* Keeps the case readable for a process that gives up writing: opened before, opened again after it, the first one
 * then closed.  As long as it is open, em_case_open for reading, in this process, needs to make and write no file.
 * Errors as of opening a file of SQLite's. */
typedef struct em_case_hold em_case_hold;
EM_MUST em_status em_case_hold_take(em_str dir, em_case_hold **ret_hold, em_error *err);
em_case_hold *em_case_hold_close(em_case_hold *hold);
em_str em_case_dir(const em_case *c);
/* Who the ledger names from now on; the case's own author until then.
 * EM_FORMAT: not one line of 1 to 200 bytes of UTF-8. */
EM_MUST em_status em_case_set_author(em_case *c, em_str author, em_error *err);
em_str em_case_regime_dir(const em_case *c);    /* as given at creation, absolute */
/* What the last command left undone and this open has tidied ("a copy of
 * launches.csv was stored but not recorded; add it again"), or empty. */
em_str em_case_resumed(const em_case *c);

/* ---- evidence in ------------------------------------------------------ */

typedef struct em_custody {     /* all optional; "" means not stated */
        em_str name;            /* shown name; base name of the path by default */
        em_str publisher, origin, method, terms, obtained_by;
        em_str published, obtained_on;          /* ISO days */
        em_str covers_from, covers_to;          /* ISO days: what the table claims to be complete for */
        char   reliability;     /* 'A'..'F'; 'F' (cannot be judged) when 0 */
        em_str access;          /* "public" (default) or "withheld" */
        em_str role;            /* "evidence" (default) or "regime" */
        em_str map;             /* map name; empty: recognise by header */
} em_custody;

typedef struct em_taken {
        char     source[9];     /* first 8 hex digits */
        char     map[64];       /* "" when no map fits: held without records */
        uint64_t bytes, rows, taken, quarantined;
        bool     already;       /* the same bytes were held before; nothing changed */
        char     sandbox[160];  /* "landlock+seccomp", or what was missing */
        char     first_reject[512];     /* "launches.csv:118: ..." or "" */
} em_taken;

/* Takes one file into custody and its rows into records: one transaction.
 * Folders, devices, symlinks are EM_DENIED.  The reading is done by a worker
 * process without files, network or rights. */
EM_MUST em_status em_case_add(em_case *c, em_str path, const em_custody *custody,
                              const em_progress *progress, em_taken *ret_taken, em_error *err);
/* What adding a file would make of it, with nothing taken: its hash, the map that it would be read by, the first records and the
 * first rows that would go into quarantine.  The case is open for reading.  Of a table of more than most_rows rows only those
 * are read, and the counts are of them. */
typedef struct em_preview_opts { size_t shown; uint64_t most_rows; } em_preview_opts;
extern const em_preview_opts em_preview_defaults;       /* 20, 1,000,000 */
typedef struct em_preview {
        char       sha256[65];
        uint64_t   bytes;
        bool       held;        /* the case has these bytes */
        em_str     map, kind;   /* empty: none fits, or `undecided` says why there is no choice */
        em_str     undecided;
        em_str    *fits; size_t fit_count;      /* maps whose columns the header has */
        em_str    *maps; size_t map_count;      /* all that could be named */
        uint64_t   rows, taken, quarantined;
        bool       cut;         /* there are more rows */
        em_record *record; size_t records;
        em_reject *reject; size_t rejects;
        char       sandbox[160];
} em_preview;
/* custody: `map` and `published`, `obtained_on` matter; may be NULL.  Errors as em_case_add. */
EM_MUST em_status em_case_preview(em_case *c, em_str path, const em_custody *custody, const em_preview_opts *opts,
                                  em_arena *arena, const em_progress *progress, em_preview *ret_preview, em_error *err);

/* Reads a custody table (CSV: file,publisher,origin,published,obtained_on,
 * obtained_by,method,reliability,terms,access,covers_from,covers_to,map,name)
 * into *ret_list, `file` taken relative to the table's folder. */
EM_MUST em_status em_custody_read(em_str path, em_arena *arena, em_str **ret_paths,
                                  em_custody **ret_list, size_t *ret_count, em_error *err);

/* ---- asking ------------------------------------------------------------ */

typedef enum em_value_type { EM_VALUE_NULL, EM_VALUE_INT, EM_VALUE_REAL, EM_VALUE_TEXT } em_value_type;
typedef struct em_value { em_value_type type; int64_t i; double r; em_str s; } em_value;
typedef struct em_param { em_str name; em_value value; } em_param;      /* name without ':' */

typedef struct em_rows {
        size_t    columns, rows;
        em_str   *name;         /* [columns] */
        em_value *cell;         /* [rows * columns], in the arena */
        bool      cut;          /* more than max_rows: the rest was left out */
} em_rows;

typedef struct em_query_opts {
        em_day  as_known;       /* only what was known by this day; EM_DAY_NONE: everything */
        size_t  max_rows;       /* 10,000,000 */
        int64_t max_steps;      /* virtual machine steps before EM_LIMIT; 2,000,000,000 */
} em_query_opts;
extern const em_query_opts em_query_defaults;

/* Runs one SELECT over the public views (doc/views.md): source, record, link,
 * quarantine, ledger, coverage, cluster and one view for each kind of record.  Unknown
 * parameters in the SQL are EM_FORMAT. */
EM_MUST em_status em_case_query(em_case *c, em_str sql, const em_param *params, size_t param_count,
                                const em_query_opts *opts, em_arena *arena,
                                em_rows *ret_rows, em_error *err);
/* Column index by name, or -1. */
ptrdiff_t em_rows_column(const em_rows *rows, em_str name);
const em_value *em_rows_at(const em_rows *rows, size_t row, size_t column);

typedef struct em_source {
        int64_t  id;
        char     sha256[65];
        uint64_t bytes;
        em_str   name, publisher, origin, method, terms, obtained_by, published, obtained_on,
                 covers_from, covers_to, access, role, map;
        char     reliability;
        uint64_t rows, taken, quarantined;
        em_str   sandbox;
} em_source;
EM_MUST em_status em_case_sources(em_case *c, em_arena *arena, em_source **ret_list,
                                  size_t *ret_count, em_error *err);

typedef struct em_held {        /* a record with its place in custody */
        int64_t   id;           /* the integer that views call `record` */
        char      name[32];     /* public id "3f9ac1d2:162" */
        em_record record;
        em_source source;
} em_held;
EM_MUST em_status em_case_record(em_case *c, int64_t id, em_arena *arena, em_held *ret_held, em_error *err);
/* By public id, or by key ("CNS-161", "CA-05") when exactly one record has it
 * (EM_MISSING none, EM_FORMAT several: the sentence lists them). */
EM_MUST em_status em_case_record_find(em_case *c, em_str id_or_key, em_arena *arena,
                                      em_held *ret_held, em_error *err);
/* The bytes of a record's row, and of the source's header row, as they stand in the kept file. */
EM_MUST em_status em_case_excerpt(em_case *c, const em_held *held, em_arena *arena,
                                  em_str *ret_header, em_str *ret_row, em_error *err);

typedef struct em_link {
        int64_t id, from, to;   /* records */
        em_str  relation;       /* same-as part-of contradicts restates replies-to */
        em_str  certainty;      /* certain | possible */
        em_str  reason, author; /* author "map:petroleum_deliveries", "table:links", or a person */
        em_day  known;
} em_link;
EM_MUST em_status em_case_links(em_case *c, int64_t record, em_arena *arena,
                                em_link **ret_list, size_t *ret_count, em_error *err);

/* ---- ledger ------------------------------------------------------------- */

typedef struct em_entry {
        int64_t seq;
        em_str  at;             /* 2026-01-31T10:00:00Z */
        em_str  author, action, body;   /* body: JSON */
        char    previous[65], hash[65];
} em_entry;
/* hash = SHA-256(previous \n seq \n at \n author \n action \n body), hex in and out;
 * the first previous is 64 zeros. */
EM_MUST em_status em_case_log(em_case *c, int64_t from_seq, em_arena *arena,
                              em_entry **ret_list, size_t *ret_count, em_error *err);
/* Appends one entry in its own transaction (or in the open one). */
EM_MUST em_status em_case_note(em_case *c, em_str action, em_str body_json, em_error *err);
/* SHA-256 over the sorted hashes of all evidence and regime sources and maps:
 * what a report's manifest number is.  Independent of order and of time. */
EM_MUST em_status em_case_manifest(em_case *c, char ret_hex[65], em_error *err);

/* ---- what was found ------------------------------------------------------ */

/* Findings are kept as canonical JSON by (question, as_known); a changed body
 * gets the next version, an unchanged one keeps its version (idempotent).
 * records: the rows it rests on. All in one transaction with a ledger entry. */
typedef struct em_finding_row {
        em_str   question, as_known;    /* as_known "" = everything */
        em_str   question_hash, verdict, standard, body;
        const int64_t *records; size_t record_count;
        int64_t  version;               /* out */
} em_finding_row;
EM_MUST em_status em_case_findings_put(em_case *c, em_finding_row *rows, size_t count, em_error *err);
EM_MUST em_status em_case_findings(em_case *c, em_str as_known, em_arena *arena,
                                   em_finding_row **ret_list, size_t *ret_count, em_error *err);
/* Anchors of the last report: number "n17", sentence "s4" -> what it is bound to. */
typedef struct em_anchor { em_str name, kind, ref, text; } em_anchor;   /* ref: "question@reading|field" or ids separated by blanks */
EM_MUST em_status em_case_anchors_put(em_case *c, const em_anchor *list, size_t count, em_error *err);
EM_MUST em_status em_case_anchor(em_case *c, em_str name, em_arena *arena, em_anchor *ret_anchor, em_error *err);

/* ---- proof ---------------------------------------------------------------- */

/* Rehashes every source, rereads records whose digest differs, walks the
 * ledger, checks custody against it, and SQLite's own integrity.  Each difference is told in
 * one sentence that names the source, record (row, column) or ledger entry.
 * EM_OK none, EM_DIFF some. */
typedef struct em_verify_counts { uint64_t sources, bytes, records, entries, links, differences; } em_verify_counts;
EM_MUST em_status em_case_verify(em_case *c, size_t threads,
                                 void (*tell)(void *ctx, const char *sentence), void *ctx,
                                 const em_progress *progress,
                                 em_verify_counts *ret_counts, em_error *err);

#endif
