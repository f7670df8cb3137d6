/* Any bytes are a CSV text: rows come in order and inside the text, lines never go
 * back, and a row read again from its own bytes alone gives the same fields.
 * The first byte chooses small limits, so that they are reached in short inputs.
 */
#include "embargo/csv.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void same_row(const em_csv_row *a, const em_csv_row *b, size_t length)
{
        em_assert(a->count == b->count && b->length == length);
        em_assert(!a->bad == !b->bad && a->bad_column == b->bad_column);
        em_assert(!a->bad || strcmp(a->bad, b->bad) == 0);
        for (size_t i = 0; i < a->count; i++)
                em_assert(em_str_eq(a->field[i], b->field[i]));
}

/* A blank line goes in front, because a byte order mark counts at the start only. */
static void read_again(em_str text, const em_csv_row *row, const em_csv_opts *opts,
                       em_arena *arena)
{
        size_t n = (size_t)row->length;
        char *copy = malloc(n + 1);
        em_csv_row again, none;
        if (!copy)
                return;
        copy[0] = '\n';
        memcpy(copy + 1, text.p + row->offset, n);
        em_csv csv = em_csv_make((em_str){ copy, n + 1 }, opts);
        em_assert(em_csv_next(&csv, arena, &again));
        same_row(row, &again, n);
        em_assert(!em_csv_next(&csv, arena, &none));
        free(copy);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
        em_csv_opts opts = em_csv_defaults;
        if (size == 0)
                return 0;
        if (data[0] & 1)
                opts.max_fields = 1u + (data[0] >> 4);
        if (data[0] & 2)
                opts.max_row = 1u + (data[0] >> 2);
        if (data[0] & 4)
                opts.separator = ';';
        em_arena *arena = em_arena_new((size_t)1 << 24);
        char *bytes = malloc(size);
        if (!arena || !bytes)
                abort();
        memcpy(bytes, data + 1, size - 1);
        em_str text = { bytes, size - 1 };
        em_csv csv = em_csv_make(text, &opts);
        em_csv_row row;
        uint64_t rows = 0, line = 0, end = 0;
        while (em_csv_next(&csv, arena, &row)) {
                em_assert(row.row == ++rows && row.line > line && row.length > 0);
                em_assert(row.offset >= end && row.offset + row.length <= text.n);
                em_assert(row.bad || (row.length <= opts.max_row && row.count > 0));
                em_assert(row.count <= opts.max_fields);
                em_assert(csv.line > row.line || csv.at == text.n);
                line = row.line;
                end = row.offset + row.length;
                read_again(text, &row, &opts, arena);
                em_arena_reset(arena);
        }
        em_assert(csv.at == text.n);
        free(bytes);
        em_arena_free(arena);
        return 0;
}
