/* names/letters.h -- tables that fold any script to Latin letters; made by tools/make-letters at build. */
#ifndef NAMES_LETTERS_H
#define NAMES_LETTERS_H

#include <stddef.h>
#include <stdint.h>

extern const uint8_t  em_letters_page[512];             /* code point / 256 to a block; 0 has none */
extern const uint16_t em_letters_at[][256];             /* 0 no letter, 1 dropped, else a place in the pool */
extern const char     em_letters_pool[];

typedef struct em_han { uint32_t c; uint16_t hangul[2]; uint16_t sound; } em_han;      /* ascending; 0 none */
extern const em_han em_han_table[];
extern const size_t em_han_count;
extern const char   em_han_sound[][7];                  /* Mandarin without tones */

#endif
