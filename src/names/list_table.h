/* names/list_table.h -- lists that are a table with a header row: columns by name. */
#ifndef NAMES_LIST_TABLE_H
#define NAMES_LIST_TABLE_H

#include "embargo/csv.h"
#include "names/list_bytes.h"
#include "names/list_make.h"

typedef struct em_list_column {
        const char *name;       /* in any case */
        em_part     part;       /* EM_PART_NONE: the reader asks for it by em_list_cell */
        const char *extra;      /* em_make_put's */
        char        each;       /* separator of several values; 0: one */
} em_list_column;

typedef struct em_list_table em_list_table;
struct em_list_table {
        em_list_reading      *r;
        const em_list_column *column; size_t columns;   /* the first must be in the header */
        char                  separator;
        bool                  short_rows;       /* a row of one field is the reader's to understand */
        em_mend_how           how;
        /* One row; p has its place and nothing else.  Puts what no column's part says, and adds it (or not). */
        em_status (*row)(em_list_table *t, em_making *m);
        void                 *ctx;
        /* set by em_list_table_read */
        em_mended             bytes;
        size_t                at[EM_CSV_MAX_FIELDS]; size_t width;      /* field to column + 1 */
        const em_csv_row     *now;
};

/* Rows before the header are given to `heading` (may be NULL); the header again in the middle is left alone. */
EM_MUST em_status em_list_table_read(em_list_table *t, void (*heading)(em_list_table *, const em_csv_row *), em_error *err);
/* A cell of the row that is being read, trimmed; empty when there is no such column. */
em_str em_list_cell(const em_list_table *t, const char *name);
/* All cells whose columns have a part. */
void em_list_put_cells(const em_list_table *t, em_making *m);
/* How many of the names stand in the first `rows` rows of a file's head, in one of them. */
size_t em_list_header_has(em_str head, char separator, size_t rows, const char *const *name, size_t names);

#endif
