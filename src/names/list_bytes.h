/* names/list_bytes.h -- lists whose bytes are not the text they say they are.
 *
 * Publishers and those who re-save their lists leave raw Latin-1 bytes in files that say UTF-8, control
 * bytes in XML, and the 0x1A that ends a file of CP/M.  A mended copy can be read; every place in it can be told as
 * the place in the file, because that is what a reject and a party state.
 */
#ifndef NAMES_LIST_BYTES_H
#define NAMES_LIST_BYTES_H

#include "names/list_inside.h"

typedef enum em_mend_how {
        EM_MEND_MARK,           /* a byte that is no text becomes U+FFFD: what it was is not known */
        EM_MEND_LATIN,          /* ... becomes the letter that Windows-1252 has there: the format says Latin-1 */
} em_mend_how;

typedef struct em_mend_place { uint64_t offset, mended, line; } em_mend_place;      /* of one byte: in the file, in text */

typedef struct em_mended {
        em_str         text;            /* the file's own bytes when nothing had to be mended */
        em_mend_place *place; size_t places;    /* ascending */
} em_mended;

/* xml: bytes and code points that XML 1.0 forbids are mended too.  O(bytes). EM_NOMEM. */
EM_MUST em_status em_mend(em_str bytes, em_mend_how how, bool xml, em_arena *arena, em_mended *ret, em_error *err);
/* The place in the file of a place in the mended text.  O(log places). */
uint64_t em_mended_offset(const em_mended *m, uint64_t at);
/* The first mended place in the file in [from, from + length), and how many there are. */
size_t em_mended_within(const em_mended *m, uint64_t from, uint64_t length, const em_mend_place **ret_first);

#endif
