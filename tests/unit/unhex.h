/* Constants of standards are written in hexadecimal; tests need their bytes. */
#ifndef EMBARGO_TESTS_UNHEX_H
#define EMBARGO_TESTS_UNHEX_H

#include "embargo/base.h"

#include <stdlib.h>

/* A heap copy of exactly the bytes that are written, for a sanitizer to see any
 * byte read past; blanks in between are skipped.  The test frees p. */
static inline em_str unhex(const char *hex)
{
        static const char digits[] = "0123456789abcdef";
        char *bytes = malloc(strlen(hex) / 2 + 1);
        size_t n = 0;
        assert_non_null(bytes);
        for (; *hex; hex += 2) {
                while (*hex == ' ')
                        hex++;
                const char *high = strchr(digits, hex[0]), *low = strchr(digits, hex[1]);
                assert_true(hex[0] && hex[1] && high && low);
                bytes[n++] = (char)((high - digits) << 4 | (low - digits));
        }
        char *fitted = realloc(bytes, n ? n : 1);
        assert_non_null(fitted);
        return (em_str){ fitted, n };
}

static inline void unhex_free(em_str s)
{
        union { const char *p; void *q; } gone = { .p = s.p };
        free(gone.q);
}

/* Lower-case digits and a NUL into out[2 * s.n + 1]. */
static inline char *hex_of(em_str s, char *out)
{
        for (size_t i = 0; i < s.n; i++) {
                out[2 * i] = "0123456789abcdef"[(unsigned char)s.p[i] >> 4];
                out[2 * i + 1] = "0123456789abcdef"[(unsigned char)s.p[i] & 15];
        }
        out[2 * s.n] = '\0';
        return out;
}

#endif
