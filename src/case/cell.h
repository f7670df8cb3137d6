/* case/cell.h -- one cell of a table as a value.  Total over any bytes; nothing
 * here allocates.  Cells come trimmed. */
#ifndef CASE_CELL_H
#define CASE_CELL_H

#include "embargo/day.h"

/* Everything em_span_parse takes, and the ways in which tables print periods:
 * "202103" (a month), "2019-2021", "2018/19" (two years that follow each
 * other), and two of the above with a slash between: "2009-06/2010-05". */
bool em_cell_period(em_str cell, em_span *ret_span, em_precision *ret_precision);

/* Decimal degrees within +-limit, to the nearest ten-millionth. */
bool em_cell_degrees(em_str cell, int32_t limit, int32_t *ret_e7);

/* True when cell is a decimal number that JSON can hold as it stands once
 * *ret_number has lost its leading zeros: no exponent, no separators. */
bool em_cell_number(em_str cell, em_str *ret_number);

/* yes/no, true/false, y/n, 1/0. */
bool em_cell_flag(em_str cell, bool *ret_flag);

/* True when the text has no control bytes: one line, fit for a name. */
bool em_cell_is_line(em_str cell);

/* cell as a JSON string with its quotes: the bytes it takes, and the writing. */
size_t em_cell_json_size(em_str cell);
char  *em_cell_json_write(char *out, em_str cell);      /* returns the end */

#endif
