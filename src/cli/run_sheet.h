/* cli/run_sheet.h -- the document of a run, a row at a time.
 *
 * A run that a case can keep is one table, so that it is one source with one hash.  The first two columns are `name`, which
 * nobody else's row has, and `row`, which says what the row is (run, param, input ...).  A row is made by setting cells and
 * putting it; what was not set has what that column usually says, or nothing.
 *
 *     enum { NAME, ROW, TEXT, GRADE, COLUMNS };
 *     em_str   cell[COLUMNS] = {{0}}, usual[COLUMNS] = {[GRADE] = EM_S("computed")};
 *     em_sheet sheet = {.cli = cli, .out = out, .title = titles, .columns = COLUMNS, .cell = cell, .usual = usual};
 *     EM_TRY(em_sheet_begin(&sheet, err));
 *     cell[TEXT] = text;
 *     EM_TRY(em_sheet_put(&sheet, "run", EM_S("run"), err));
 *
 * RFC 4180, with a line feed as the end of a line.  Slices in cells need live only until the row is put.
 */
#ifndef CLI_RUN_SHEET_H
#define CLI_RUN_SHEET_H

#include "cli/cli.h"

typedef struct em_sheet {
        em_cli *cli;
        em_buf *out;
        const char *const   *title;     /* of each cell */
        const unsigned char *order;     /* which cells are columns, in their order; NULL: all of them, as they stand */
        size_t  columns;
        em_str *cell, *usual;           /* cell[0] and [1] are the name and the row */
} em_sheet;

/* The line of titles. */
EM_MUST em_status em_sheet_begin(const em_sheet *sheet, em_error *err);
/* Writes the row and empties its cells. */
EM_MUST em_status em_sheet_put(em_sheet *sheet, const char *row, em_str name, em_error *err);

/* The whole document to --out, else to stdout, and the line that ends the command. */
EM_MUST em_status em_sheet_deliver(em_cli *cli, const em_buf *text, em_error *err);

/* "param NAME", with what it was as `text`, the cell of that number. */
EM_MUST em_status em_sheet_param(em_sheet *sheet, size_t text, const char *name, em_str value, em_error *err);
/* The program and its version. */
EM_MUST em_status em_sheet_program(em_sheet *sheet, size_t text, em_error *err);
/* Of these options those that were given: the value, or of a switch "yes".  Both lists end in NULL. */
EM_MUST em_status em_sheet_options(em_sheet *sheet, size_t text, const char *const *valued, const char *const *switches,
                                   em_error *err);

#endif
