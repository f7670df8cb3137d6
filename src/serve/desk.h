/* serve/desk.h -- what the pages of a case share: the case as it is now, the shell around a page, tables in three
 * forms, and the commands of the program as a page may ask them.
 *
 * A page computes nothing of its own.  It shows a part of the report (em_view_part), rows of the case's views
 * (em_case_query), or what a command prints (em_desk_run), so that a page, its .json and its .csv, the report and the
 * command line say the same.  A page is one answer function:
 *
 *     static em_status answer_measures(em_ask *ask, em_error *err)
 *     {
 *             em_picture *now;
 *             EM_TRY(em_desk_take(ask, &now, err));            // given back when the request ends
 *             em_grid grid = em_grid_make(columns, EM_COUNT(columns), ask->arena);
 *             ... em_grid_add ...
 *             if (ask->shape != EM_SHAPE_PAGE)
 *                     return em_grid_data(ask, "embargo.measures/1", &grid, err);
 *             em_page_open(ask, &(em_page){.title = EM_S("Measures"), .nav = "measures", .command = EM_S("status")});
 *             em_grid_html(ask->h, &grid);
 *             return em_page_close(ask, err);
 *     }
 *     const em_route em_routes_measures[] = {{"GET", "/measures", EM_FAMILY_PAGE, answer_measures, "the measures",
 *                                             NULL, params, EM_ROUTE_DATA | EM_ROUTE_KEPT}, {0}};
 */
#ifndef SERVE_DESK_H
#define SERVE_DESK_H

#include "embargo/html.h"
#include "embargo/report.h"
#include "serve/service.h"

#define EM_COUNT(array) (sizeof(array) / sizeof *(array))

/* ---- the case as it is now (picture.c) ------------------------------------------------------------------ */

/* The case as known on one day, at one state of its files, with every question answered.  Made once, by a thread of its
 * own, when the first page asks or the case has changed; locked while a request has it. */
typedef struct em_picture {
        em_case *c;             /* open for reading; for the one who has the picture */
        em_view *view;
        em_day   known;
        char     known_text[11];        /* "2022-03-01" or "" */
        uint64_t stamp;                 /* of the case's files when it was made */
        int64_t  last_seq;              /* of the ledger */
        struct em_spine *spine;         /* all records by day (spine.h) */
        em_covered *covered; size_t covereds;   /* every kind's coverage */
        struct em_once *once;           /* pieces of pages made before (case_words.h) */
        size_t   once_bytes;
        em_str   report_html, report_json;      /* once somebody has asked for it (page_report.c) */
        em_arena *arena;
} em_picture;

/* For the day that the request asks for (?known=2022-03-01; none: everything).  Waits a little for one that is being made;
 * then one of an older state, and ask->old is set; then EM_BUSY, which is answered with a page that comes back by itself.
 * EM_USAGE: no such day; what the case or its regime is wrong in is told as it is. */
EM_MUST em_status em_desk_take(em_ask *ask, em_picture **ret_picture, em_error *err);
/* The same case opened for this request alone, for what may take long (a query of somebody's own).  Closed at its end. */
EM_MUST em_status em_desk_case(em_ask *ask, em_case **ret_case, em_error *err);
em_str em_desk_dir(const em_desk *desk);        /* of the case */
bool   em_desk_writes(const em_desk *desk);
struct em_jobs *em_desk_jobs(em_desk *desk);           /* jobs.h */
struct em_doctor_keep *em_desk_doctor(em_desk *desk);  /* doctor.h */

/* What the request has taken is given back (route.c). */
void em_desk_done(em_ask *ask);

EM_MUST em_status em_desk_new(const em_service_opts *opts, em_desk **ret_desk, em_error *err);
em_desk *em_desk_free(em_desk *desk);
/* Begins the picture of the whole case, by a thread of its own, so that the first page finds it made. */
void em_desk_warm(em_desk *desk);
/* Changes when the case's files do, or those of its indexes; cheap.  Whatever a kept page shows must be in it. */
uint64_t em_desk_stamp(em_desk *desk);
em_str em_desk_regime_dir(const em_desk *desk);
/* For what a request may take long over: told to stop when nobody waits for it any more, as with pages that are made ahead when the server
 * ends.  Lives as long as the request. */
em_progress em_desk_watch(em_ask *ask);

/* ---- pages made ahead (ahead.c) ---------------------------------------------------------------------------- */

/* A thread that waits until the case has been read, asks every route of EM_ROUTE_AHEAD for its page as it is without parameters, and the
 * report for each of its templates, one after the other; and again when the case has changed and has been read anew because somebody
 * asked.  It waits while a job runs, and leaves off when the case changes: it never has the case read itself. */
typedef struct em_ahead em_ahead;
em_ahead *em_ahead_begin(em_service *service, em_desk *desk, em_made_fn *made, void *ctx); /* NULL: there was no thread to be had */
/* Stops it in the middle of a page.  NULL is allowed. */
em_ahead *em_ahead_end(em_ahead *ahead);
/* Waits until there is a picture of the whole case of another stamp than *stamp, and sets it; false: nothing more is to be made ahead. */
bool em_desk_await(em_desk *desk, uint64_t *stamp);
/* Waits while jobs run; false: the case is no longer that of stamp, or nothing more is to be made ahead. */
bool em_desk_calm(em_desk *desk, uint64_t stamp);
void em_desk_hush(em_desk *desk);       /* from now on both are false */

/* ---- commands (picture.c) ---------------------------------------------------------------------------------- */

/* Runs `embargo WORD...` on this case inside the server and gives what it prints on stdout.  Only commands that read, unless
 * the route is one that writes; words are arguments, never parsed from one string.  A command that ends with EM_DIFF has said
 * so in its data and counts as done.  What it prints for a route of EM_ROUTE_KEPT is kept for this state of the case: pages that show
 * parts of the same have it run once.  EM_INTERRUPTED: it took longer than seconds (0: 20). */
EM_MUST em_status em_desk_run(em_ask *ask, const em_str *word, size_t words, unsigned seconds, em_str *ret_text, em_error *err);
/* ... with --json, read into a tree. */
EM_MUST em_status em_desk_run_json(em_ask *ask, const em_str *word, size_t words, unsigned seconds,
                                   const em_jnode **ret_root, em_error *err);
/* "embargo trace --fifo 'A B'", as somebody would type it; for em_page.command. */
EM_MUST em_status em_desk_line(em_ask *ask, const em_str *word, size_t words, em_str *ret_line, em_error *err);

/* ---- the shell of a page (shell.c) --------------------------------------------------------------------------- */

typedef struct em_page {
        em_str      title;      /* of the window and the heading */
        em_str      lede;       /* a sentence under the heading, or empty */
        const char *nav;        /* which entry of the bar is this one: "measures" */
        em_str      command;    /* the command that prints the same, without "embargo --case DIR", or empty */
        const char *island;     /* name of a script in ui/: "screen"; left out when the build has none */
        unsigned    refresh_s;  /* the page comes back by itself; 0: no */
        bool        wide;       /* no measure of text: tables, maps, flows */
        bool        no_data;    /* no link to .json and .csv even though the route has them */
} em_page;

/* Writes everything up to the content into ask->h: head, bar, as-known-on, heading. */
void em_page_open(em_ask *ask, const em_page *page);
/* The foot, and the reply's type.  The manifest, the command and the links to the same as data stand in it. */
EM_MUST em_status em_page_close(em_ask *ask, em_error *err);
/* A page that says one thing: an error, an empty case, that nothing was found.  what: a heading; why and next: sentences. */
void em_page_say(em_ask *ask, unsigned status, em_str what, em_str why, em_str next);

/* The heading of an error: "There is no such page", "The request is not right" ... */
const char *em_page_what(em_status status);

/* ' href="/path/ID?known=..."': path is a literal of ours, id is escaped and may be empty; the day that is asked for goes along. */
void em_page_href(em_ask *ask, const char *path, em_str id);
/* <a href="that">words</a> */
void em_page_link(em_ask *ask, const char *path, em_str id, em_str words);
/* "&amp;known=..." in an address that has a query already, when a day is asked for. */
void em_page_and_known(em_ask *ask);
/* The query of this request again, without what is called so: "?name=value&amp;..."; first is '?' or '&'. */
void em_page_query(em_ask *ask, const char *without, char first);
/* The hidden field that every form of method post must hold. */
void em_page_token(em_ask *ask);
/* <form method="get"> fields keep the day: the hidden field for it, when one is asked for. */
void em_page_known(em_ask *ask);

/* ---- tables in three forms (grid.c) ----------------------------------------------------------------------------- */

typedef enum em_cell_as {
        EM_AS_TEXT, EM_AS_NUMBER,       /* digits, right-aligned, with thin spaces on the page */
        EM_AS_DAY, EM_AS_CODE, EM_AS_VERDICT    /* "holds" ... */
} em_cell_as;

typedef struct em_grid_column {
        const char *key;        /* in .json and .csv */
        const char *title;      /* on the page; NULL: only as data */
        em_cell_as  as;
        const char *path;       /* the cell links to path + its own text, or + the text of column `id` */
        const char *id;
} em_grid_column;

typedef struct em_grid {
        const em_grid_column *column; size_t columns;
        em_str   *at; size_t rows, cap;         /* rows * columns */
        em_arena *arena;
        const char *empty;      /* the sentence of a table without rows */
        const char *label;      /* what a screen reader calls it; NULL: the words of the heading it stands under */
        uint64_t  total, from;  /* of a page of many: all there are, and the first that is shown; total 0: all are shown */
} em_grid;

em_grid em_grid_make(const em_grid_column *column, size_t columns, em_arena *arena);
/* cell: one for each column; slices live as long as the grid. */
EM_MUST em_status em_grid_add(em_grid *grid, const em_str *cell, em_error *err);
void em_grid_html(em_ask *ask, const em_grid *grid);         /* with links to the pages before and after */
/* The reply of a .json or .csv: {"schema", "as_known_on", "total", "from", "rows": [...]}, or RFC 4180. */
EM_MUST em_status em_grid_data(em_ask *ask, const char *schema, const em_grid *grid, em_error *err);
/* ?from= and ?rows= of the request: rows at most most. */
EM_MUST em_status em_grid_window(em_ask *ask, uint64_t rows, uint64_t most, uint64_t *ret_from, uint64_t *ret_rows, em_error *err);
/* Text of the arena, from printf's format; for cells. */
em_str em_grid_text(em_arena *arena, const char *fmt, ...) EM_PRINTF(2, 3);

/* ---- files of the pages (assets.c, made by tools/make-assets) --------------------------------------------------------- */

typedef struct em_asset { const char *name, *type; const unsigned char *bytes; size_t n; } em_asset;
const em_asset *em_assets(size_t *ret_count);
const em_asset *em_asset_find(em_str name);     /* "screen.js"; NULL: this build has none */

/* ---- replies that are kept (kept.c) --------------------------------------------------------------------------------------- */

/* Whole replies of routes with EM_ROUTE_KEPT, by address and state of the case; at most most bytes, the longest unused goes. */
typedef struct em_kept em_kept;
em_kept *em_kept_new(size_t most);
em_kept *em_kept_free(em_kept *kept);
/* Copies body, type and tag into *reply. */
bool em_kept_get(em_kept *kept, em_str key, uint64_t stamp, em_reply *reply);
void em_kept_put(em_kept *kept, em_str key, uint64_t stamp, const em_reply *reply);
/* Whoever makes a reply says so, that no other makes it at the same time: true, and em_kept_made must follow.  false: another was at it,
 * and is done now; what he made is kept, unless it failed. */
bool em_kept_making(em_kept *kept, em_str key, uint64_t stamp);
void em_kept_made(em_kept *kept, em_str key, uint64_t stamp);

#endif
