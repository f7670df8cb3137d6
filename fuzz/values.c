/* Any bytes as a day, a moment, a number, a hash or a word: what is accepted is
 * in its range, and written out and read again it is the same.
 */
#include "embargo/day.h"
#include "embargo/quantity.h"
#include "embargo/record.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void days(em_str s)
{
        em_span span, found;
        em_precision precision;
        em_day day, again;
        int64_t time_s;
        char text[11];
        if (em_span_parse(s, &span, &precision)) {
                em_assert(span.from <= span.to && span.from >= EM_DAY_MIN && span.to <= EM_DAY_MAX);
                em_assert(em_span_days(span) <= 366);
        }
        if (em_day_parse(s, &day)) {
                em_assert(em_day_parse(em_str_c(em_day_text(day, text)), &again) && again == day);
                em_assert(em_str_eq(s, em_str_c(text)));
        }
        if (em_time_parse(s, &time_s)) {
                int shift = em_day_korean(time_s) - em_day_utc(time_s);
                em_assert(shift == 0 || shift == 1);
        }
        if (em_day_in_text(s, &found))
                em_assert(found.from <= found.to);
}

static void numbers(em_str s)
{
        em_milli low, high, again_low, again_high, rounding;
        em_quantity q;
        char text[40];
        if (!em_milli_parse(s, &low, &high))
                return;
        em_assert(low <= high && high - low <= 1);
        em_assert(low > EM_MILLI_MIN && high < EM_MILLI_MAX);
        em_assert(em_milli_parse(em_str_c(em_milli_text(low, 0, text)), &again_low, &again_high));
        em_assert(again_low == low && again_high == low);
        if (em_milli_rounding(s, &rounding))
                em_assert(rounding >= 0);
        for (int i = 0; i < EM_QUANT_COUNT; i++)
                if (em_quantity_stated(s, (em_quantifier)i, EM_S("t"), &q))
                        em_assert(q.low <= q.high);
}

static void words(em_str s)
{
        em_sha256 hash;
        em_quantifier quantifier;
        em_state state;
        char hex[65];
        if (em_sha256_parse(s, &hash))
                em_assert(em_str_eq_nocase(s, em_str_c(em_sha256_hex(hash, hex))));
        if (em_quantifier_parse(s, &quantifier))
                em_assert(em_str_eq(s, em_str_c(em_quantifier_name(quantifier))));
        if (em_state_parse(s, &state))
                em_assert(em_str_eq(s, em_str_c(em_state_name(state))));
}

static void text(em_str s)
{
        size_t bad, at = 0, columns = em_utf8_width(s);
        char shown[64];
        em_str_show(s, shown, sizeof shown);
        for (const char *p = shown; *p; p++)
                em_assert((unsigned char)*p >= 0x20 && *p != 0x7f);
        em_assert(em_utf8_ok(em_str_c(shown), NULL));
        if (!em_utf8_ok(s, &bad)) {
                em_assert(bad < s.n && em_utf8_ok(em_str_sub(s, 0, bad), NULL));
                return;
        }
        while (at < s.n)
                em_assert(em_utf8_next(s, &at) <= 0x10ffff);
        em_assert(at == s.n && columns <= 2 * s.n);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
        char *bytes = malloc(size + 1);
        if (!bytes)
                abort();
        if (size)
                memcpy(bytes, data, size);
        em_str s = { bytes, size };
        days(s);
        numbers(s);
        words(s);
        text(s);
        free(bytes);
        return 0;
}
