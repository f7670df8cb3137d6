/* cli/export.h -- how an export walks the case; for cmd_export.c and its forms. */
#ifndef CLI_EXPORT_H
#define CLI_EXPORT_H

#include "cli/cli.h"

typedef struct em_export {
        em_cli   *cli;
        em_case  *c;
        em_str    kind;                 /* --kind, or empty */
        bool      withheld, formula_safe;
        FILE     *out;
        em_arena *page;                 /* reset after each page of rows */
        uint64_t  rows, statements, left_out;
} em_export;

/* Runs a SELECT with the parameters :after and :upto, which bound the column
 * `record`, over the whole case, so that an export of any size takes the memory
 * of one page.  each is told every page that has rows, and the first. */
EM_MUST em_status em_export_pages(em_export *x, em_str sql,
                                  em_status (*each)(em_export *x, const em_rows *rows, void *ctx,
                                                    em_error *err),
                                  void *ctx, em_error *err);
/* A cell as text: digits, shortest decimal, or "" for NULL; in x->page. */
em_str em_export_text(em_export *x, const em_value *v);
/* " and source not in (withheld ones)", or nothing. */
const char *em_export_open_only(const em_export *x);
bool em_export_has_kind(em_export *x, em_str kind);

EM_MUST em_status em_export_ftm(em_export *x, em_error *err);

#endif
