/* Bits of AIS messages for tests: taken from sentences by the plainest means (one bit at a time), or written field by field.
 *
 * Bits lie on the heap with exactly the eight zero bytes behind them that the decoder may read, so that a sanitizer sees one more.
 */
#ifndef TEST_AIS_SENTENCE_H
#define TEST_AIS_SENTENCE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>

#include "embargo/ais.h"

typedef struct ais_made { uint8_t *bits; size_t count; } ais_made;

static inline void made_free(ais_made *made)
{
        free(made->bits);
        *made = (ais_made){0};
}

static inline void made_bit(ais_made *made, unsigned bit)
{
        if (made->count % 8 == 0) {
                made->bits = realloc(made->bits, made->count / 8 + 1 + 8);
                assert_non_null(made->bits);
                memset(made->bits + made->count / 8, 0, 9);
        }
        if (bit)
                made->bits[made->count / 8] |= (uint8_t)(128 >> made->count % 8);
        made->count++;
}

/* count bits of value, the highest first; a negative value in two's complement. */
static inline void made_add(ais_made *made, int64_t value, unsigned count)
{
        while (count-- > 0)
                made_bit(made, (unsigned)((uint64_t)value >> count) & 1);
}

/* Letters of M.1371-5, table 47, filled up with '@'. */
static inline void made_text(ais_made *made, const char *text, unsigned letters)
{
        for (unsigned i = 0; i < letters; i++) {
                unsigned char c = i < strlen(text) ? (unsigned char)text[i] : '@';
                assert_true(c >= 32 && c < 96);
                made_add(made, c >= 64 ? c - 64 : c, 6);
        }
}

/* What a letter of a payload stands for (IEC 61162-1, table 7). */
static inline unsigned made_six(char letter)
{
        unsigned c = (unsigned char)letter - 48U;
        return c > 40 ? c - 8 : c;
}

/* Of sentences "!AIVDM,2,1,3,A,payload,0*hh\n!AIVDM,2,2,..." of one message; the fill bits of each part are left off. */
static inline ais_made made_of(const char *lines)
{
        ais_made made = {0};
        while (lines && *lines) {
                const char *field = lines;
                for (int comma = 0; comma < 5; comma++) {
                        field = strchr(field, ',');
                        assert_non_null(field);
                        field++;
                }
                size_t   n = strcspn(field, ",");
                unsigned fill = (unsigned)(field[n + 1] - '0');
                assert_true(fill < 6);
                for (size_t i = 0; i < n; i++) {
                        unsigned gone = i + 1 == n ? fill : 0;
                        made_add(&made, made_six(field[i]) >> gone, 6 - gone);
                }
                lines = strchr(field, '\n');
                lines = lines ? lines + 1 : NULL;
        }
        return made;
}

#endif
