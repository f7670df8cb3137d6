/* Tables with a header row: the header is found, its columns are bound to parts, each row becomes a party. */
#include "names/list_table.h"

static size_t column_of(const em_list_table *t, em_str name)
{
        for (size_t i = 0; i < t->columns; i++)
                if (em_str_eq_nocase(em_str_trim(name), em_str_c(t->column[i].name)))
                        return i + 1;
        return 0;
}

static bool is_header(const em_list_table *t, const em_csv_row *row)
{
        for (size_t i = 0; !row->bad && i < row->count; i++)
                if (em_str_eq_nocase(em_str_trim(row->field[i]), em_str_c(t->column[0].name)))
                        return true;
        return false;
}

static void bind(em_list_table *t, const em_csv_row *row)
{
        t->width = row->count;
        for (size_t i = 0; i < row->count; i++)
                t->at[i] = column_of(t, row->field[i]);
}

em_str em_list_cell(const em_list_table *t, const char *name)
{
        for (size_t i = 0; i < t->width && i < t->now->count; i++)
                if (t->at[i] && em_str_eq_nocase(em_str_c(t->column[t->at[i] - 1].name), em_str_c(name)))
                        return em_str_trim(t->now->field[i]);
        return (em_str){0};
}

void em_list_put_cells(const em_list_table *t, em_making *m)
{
        for (size_t i = 0; i < t->width && i < t->now->count; i++) {
                const em_list_column *c = t->at[i] ? &t->column[t->at[i] - 1] : NULL;
                if (c && c->each)
                        em_make_each(m, c->part, c->extra, t->now->field[i], c->each);
                else if (c)
                        em_make_put(m, c->part, c->extra, t->now->field[i]);
        }
}

static em_status one_row(em_list_table *t, const em_csv_row *row, em_error *err)
{
        uint64_t  offset = em_mended_offset(&t->bytes, row->offset);
        em_party  p = {.listed = EM_DAY_NONE, .changed = EM_DAY_NONE, .line = row->line, .offset = offset,
                       .length = em_mended_offset(&t->bytes, row->offset + row->length) - offset};
        em_making m = {.r = t->r, .p = &p, .err = err};
        if (row->bad)
                return em_list_reject_row(t->r, EM_S(""), row->line, offset, err, "%s", row->bad);
        if (row->count == 1 && t->width > 1 && !t->short_rows)
                return em_list_reject_row(t->r, EM_S(""), row->line, offset, err, "%zu fields instead of %zu", row->count, t->width);
        t->now = row;
        EM_TRY(t->row(t, &m));
        return m.s;
}

em_status em_list_table_read(em_list_table *t, void (*heading)(em_list_table *, const em_csv_row *), em_error *err)
{
        em_csv_opts opts = em_csv_defaults;
        em_csv_row  row;
        em_arena   *scratch = em_arena_new(1 << 24);
        em_status   s = scratch ? em_mend(t->r->bytes, t->how, false, t->r->arena, &t->bytes, err)
                                : em_fail(err, EM_NOMEM, "no memory left for a list");
        opts.separator = t->separator ? t->separator : ',';
        em_csv csv = em_csv_make(t->bytes.text, &opts);
        while (s == EM_OK && em_csv_next(&csv, scratch, &row)) {
                if (is_header(t, &row))
                        bind(t, &row);
                else if (t->width)
                        s = one_row(t, &row, err);
                else if (heading)
                        heading(t, &row);
                em_arena_reset(scratch);
        }
        em_arena_free(scratch);
        return s;
}

size_t em_list_header_has(em_str head, char separator, size_t rows, const char *const *name, size_t names)
{
        em_csv_opts opts = em_csv_defaults;
        em_arena   *arena = em_arena_new(1 << 20);
        em_csv_row  row;
        size_t      best = 0;
        opts.separator = separator;
        em_csv csv = em_csv_make(head, &opts);
        for (size_t k = 0; arena && k < rows && em_csv_next(&csv, arena, &row); k++) {
                size_t n = 0;
                for (size_t i = 0; i < row.count; i++)
                        for (size_t j = 0; j < names; j++)
                                n += em_str_eq_nocase(em_str_trim(row.field[i]), em_str_c(name[j]));
                best = n > best ? n : best;
        }
        em_arena_free(arena);
        return best;
}
