/* factor.c -- a conversion as a record: named, cited, and wide enough.
 *
 * 17,877 tonnes of 2020 were printed as 134,000 barrels and as 149,000: the
 * factor is a choice, so it is evidence like any other.  A factor stated the
 * other way round (t_per_bbl for tonnes into barrels) is turned round with
 * both ends outward.
 */
#include "inside.h"

#include <stdio.h>

/* A decimal into millionths, outward. */
static bool parse_micro(em_str s, int64_t *ret_low, int64_t *ret_high)
{
        int64_t value = 0;
        size_t decimals = 0;
        bool point = false, beyond = false;

        for (size_t i = 0; i < s.n; i++) {
                if (s.p[i] == '.' && !point && i > 0) {
                        point = true;
                        continue;
                }
                if (s.p[i] < '0' || s.p[i] > '9' || value > INT64_C(100000000000000))
                        return false;
                if (decimals == 6) {
                        beyond = beyond || s.p[i] != '0';
                        continue;
                }
                value = value * 10 + (s.p[i] - '0');
                decimals += point;
        }
        for (; decimals < 6; decimals++)
                value *= 10;
        *ret_low = value;
        *ret_high = value + beyond;
        return s.n > 0 && value > 0;
}

static bool read_micro(const em_rows *rows, em_str per, em_str one, em_arena *arena,
                       int64_t *ret_low, int64_t *ret_high)
{
        char name[128], digits[40];
        ptrdiff_t column;
        const em_value *cell;

        snprintf(name, sizeof name, "%.*s_per_%.*s", EM_ARG(em_str_sub(per, 0, 40)), EM_ARG(em_str_sub(one, 0, 40)));
        column = em_rows_column(rows, em_str_c(name));
        if (column < 0)
                return false;
        cell = em_rows_at(rows, 0, (size_t)column);
        if (cell->type == EM_VALUE_REAL) {
                snprintf(digits, sizeof digits, "%.9f", cell->r);
                return parse_micro(em_str_c(digits), ret_low, ret_high);
        }
        return parse_micro(em_cell_text(cell, arena), ret_low, ret_high);
}

em_status em_factor_read(const em_rows *rows, const em_factor_ref *ref, em_arena *arena,
                         em_factor *ret_factor, int64_t *ret_record, em_error *err)
{
        const int64_t one = INT64_C(1000000000000);     /* 1 as millionths of millionths */
        em_factor f = { .key = ref->key, .from = ref->from, .to = ref->to };
        ptrdiff_t record = em_rows_column(rows, EM_S("record"));
        int64_t low, high;

        if (rows->rows != 1 || record < 0)
                return em_fail(err, EM_MISSING, "%zu records are a factor called %.*s; there must be one",
                               rows->rows, EM_ARG(ref->key));
        if (read_micro(rows, ref->to, ref->from, arena, &low, &high)) {
                f.low_micro = low;
                f.high_micro = high;
        } else if (read_micro(rows, ref->from, ref->to, arena, &low, &high)) {
                f.low_micro = one / high;
                f.high_micro = (one + low - 1) / low;
        } else {
                return em_fail(err, EM_MISSING, "the factor %.*s does not give %.*s per %.*s",
                               EM_ARG(ref->key), EM_ARG(ref->to), EM_ARG(ref->from));
        }
        *ret_factor = f;
        *ret_record = em_rows_at(rows, 0, (size_t)record)->i;
        return EM_OK;
}
