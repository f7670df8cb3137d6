/* names/korean.h -- the folding key of Korean names. */
#ifndef NAMES_KOREAN_H
#define NAMES_KOREAN_H

#include "embargo/name.h"

/* Key of one folded word; returns its syllables, 0 when it cannot be Korean or the key does not fit. */
size_t em_korean_key(em_str latin, char *out, size_t room);
/* One syllable that is a usual family name in some writing. */
bool   em_korean_family(em_str latin);

#endif
