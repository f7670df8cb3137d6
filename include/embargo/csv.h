/* embargo/csv.h -- CSV text (RFC 4180) into rows, total over any bytes; and a field into text.
 *
 *     em_csv csv = em_csv_make(text, NULL);
 *     while (em_csv_next(&csv, arena, &row)) ...
 *
 * Fields are slices of the text; only those with doubled quotes are copied into
 * the arena.  Accepted: LF, CRLF and lone CR line ends, a UTF-8 byte order mark, a
 * missing last line end, quotes around any field, line ends in quoted fields, a
 * quote as an ordinary byte inside an unquoted field.  What is not CSV is given
 * as a row with `bad` set and the fields before the bad one, and the reader goes
 * on at the next line: it never stops before the end of the text, never guesses,
 * and costs O(bytes).
 */
#ifndef EMBARGO_CSV_H
#define EMBARGO_CSV_H

#include "embargo/base.h"

#define EM_CSV_MAX_FIELDS 1024                  /* more: the row is bad */
#define EM_CSV_MAX_ROW    (1u << 20)            /* bytes; longer: the row is bad */

typedef struct em_csv_opts {
        char   separator;       /* ',' */
        size_t max_fields;      /* EM_CSV_MAX_FIELDS */
        size_t max_row;         /* EM_CSV_MAX_ROW */
} em_csv_opts;
extern const em_csv_opts em_csv_defaults;

typedef struct em_csv {
        em_str      text;
        size_t      at;         /* next unread byte */
        uint64_t    line;       /* physical line of `at`, from 1 */
        uint64_t    row;        /* rows given so far */
        em_csv_opts opts;
        size_t      width;      /* fields in the row before: a guess at the next */
} em_csv;

typedef struct em_csv_row {
        em_str  *field;         /* count fields; in the arena */
        size_t   count;
        uint64_t row;           /* 1-based, the header is row 1; blank lines are not rows */
        uint64_t line;          /* physical line it starts on, from 1 */
        uint64_t offset;        /* byte offset of its first byte in the text */
        uint64_t length;        /* bytes without the line end */
        const char *bad;        /* NULL, or one sentence why this is no row: "quote not closed",
                                 * "over 1024 fields", "over 1048576 bytes", "NUL byte",
                                 * "not UTF-8", "text after a closing quote", "out of memory" */
        size_t   bad_column;    /* 1-based field where it went wrong */
} em_csv_row;

em_csv em_csv_make(em_str text, const em_csv_opts *opts);       /* NULL: defaults */
/* The next row into *ret_row; false at the end of the text.  The caller resets the
 * arena between rows. */
bool em_csv_next(em_csv *csv, em_arena *arena, em_csv_row *ret_row);

/* A field as RFC 4180 has it written: in quotes only where it holds a comma, a quote or a line end; every byte as it is.
 * The commas between fields and the line ends are the caller's. */
void em_csv_put(em_buf *out, em_str field);

#endif
