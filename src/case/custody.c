/* case/custody.c -- the custody table that stands beside a folder of evidence.
 *
 * One row for each file: where it is from, who obtained it, when and how, how
 * far it can be relied on (A-F of the Admiralty system, NATO AJP-2.1), and
 * which days it claims to be complete for.  What a column does not say is left
 * empty; what it says wrongly is an error, since custody is written by the user
 * and is not evidence that could be quarantined.
 */
#include "embargo/case.h"

#include <stddef.h>

enum { CUSTODY_MAX_BYTES = 4 << 20, CUSTODY_MAX_ROWS = 10000 };

typedef struct em_custody_column {
        const char *name;
        size_t      at;                 /* of the em_str in em_custody */
        bool        is_day;
} em_custody_column;

#define COLUMN(field, day) { #field, offsetof(em_custody, field), day }
static const em_custody_column texts[] = {
        COLUMN(name, false), COLUMN(publisher, false), COLUMN(origin, false),
        COLUMN(method, false), COLUMN(terms, false), COLUMN(obtained_by, false),
        COLUMN(published, true), COLUMN(obtained_on, true),
        COLUMN(covers_from, true), COLUMN(covers_to, true),
        COLUMN(access, false), COLUMN(role, false), COLUMN(map, false),
};
#undef COLUMN

static em_status wrong(em_error *err, em_str path, const em_csv_row *row, size_t column, const char *why)
{
        return em_fail_at(err, EM_FORMAT, path, row->line, column + 1, "%s", why);
}

static em_status read_reliability(em_str path, const em_csv_row *row, size_t column, em_str cell,
                                  em_custody *custody, em_error *err)
{
        if (cell.n == 0)
                return EM_OK;
        if (cell.n != 1 || cell.p[0] < 'A' || cell.p[0] > 'F')
                return wrong(err, path, row, column, "a reliability is one letter, A to F");
        custody->reliability = cell.p[0];
        return EM_OK;
}

/* One cell; a column that the table has and we do not know is an error, since
 * it may be a misspelt one. */
static em_status read_cell(em_str path, const em_csv_row *row, size_t column, em_str name, em_arena *arena,
                           em_custody *custody, em_error *err)
{
        em_str cell = em_str_trim(row->field[column]);
        em_day day;
        if (em_str_eq(name, EM_S("file")))
                return EM_OK;
        if (em_str_eq(name, EM_S("reliability")))
                return read_reliability(path, row, column, cell, custody, err);
        for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
                if (!em_str_eq(name, em_str_c(texts[i].name)))
                        continue;
                if (texts[i].is_day && cell.n > 0 && !em_day_parse(cell, &day))
                        return wrong(err, path, row, column, "not a day like 2022-01-31");
                if (em_str_eq(name, EM_S("access")) && cell.n > 0 &&
                    !em_str_eq(cell, EM_S("public")) && !em_str_eq(cell, EM_S("withheld")))
                        return wrong(err, path, row, column, "access is public or withheld");
                if (em_str_eq(name, EM_S("role")) && cell.n > 0 &&
                    !em_str_eq(cell, EM_S("evidence")) && !em_str_eq(cell, EM_S("regime")))
                        return wrong(err, path, row, column, "role is evidence or regime");
                return em_str_copy(cell, arena, (em_str *)(void *)((char *)custody + texts[i].at), err);
        }
        return wrong(err, path, row, column, "custody tables have no such column");
}

/* The file is taken by its name inside the table's own folder: a custody table
 * from a stranger must not reach out of it. */
static em_status read_file(em_str path, const em_csv_row *row, size_t column, em_arena *arena,
                           em_str *ret_path, em_error *err)
{
        em_str cell = em_str_trim(row->field[column]);
        if (cell.n == 0)
                return wrong(err, path, row, column, "a row without a file");
        if (cell.p[0] == '/' || em_str_eq(cell, EM_S("..")) || em_str_starts(cell, EM_S("../")) ||
            em_str_find(cell, EM_S("/../")) >= 0 || em_str_ends(cell, EM_S("/..")))
                return wrong(err, path, row, column, "a file stands in the folder of its custody table");
        return em_path_join(em_path_dir(path), cell, arena, ret_path, err);
}

static em_status read_row(em_str path, const em_csv_row *header, const em_csv_row *row, em_arena *arena,
                          em_str *ret_path, em_custody *ret_custody, em_error *err)
{
        em_custody custody = { .reliability = 0 };
        bool has_file = false;
        if (row->bad != NULL)
                return wrong(err, path, row, row->bad_column, row->bad);
        if (row->count != header->count)
                return wrong(err, path, row, 0, "not as many fields as the header has");
        for (size_t i = 0; i < row->count; i++) {
                em_str name = em_str_trim(header->field[i]);
                EM_TRY(read_cell(path, row, i, name, arena, &custody, err));
                if (em_str_eq(name, EM_S("file"))) {
                        EM_TRY(read_file(path, row, i, arena, ret_path, err));
                        has_file = true;
                }
        }
        if (!has_file)
                return em_fail_at(err, EM_FORMAT, path, 1, 0, "a custody table has a column \"file\"");
        *ret_custody = custody;
        return EM_OK;
}

em_status em_custody_read(em_str path, em_arena *arena, em_str **ret_paths,
                          em_custody **ret_list, size_t *ret_count, em_error *err)
{
        em_str text;
        em_csv_row header, row;
        EM_TRY(em_file_read(path, CUSTODY_MAX_BYTES, arena, &text, err));
        em_csv csv = em_csv_make(text, NULL), ahead;
        if (!em_csv_next(&csv, arena, &header))
                return em_fail_at(err, EM_FORMAT, path, 0, 0, "a custody table needs a header");
        if (header.bad != NULL)
                return wrong(err, path, &header, header.bad_column, header.bad);
        size_t count = 0;
        for (ahead = csv; em_csv_next(&ahead, arena, &row);)
                count++;
        if (count > CUSTODY_MAX_ROWS)
                return em_fail_at(err, EM_LIMIT, path, 0, 0, "a custody table has at most 10000 rows");
        em_str *paths = EM_NEW_N(arena, em_str, count);
        em_custody *list = EM_NEW_N(arena, em_custody, count);
        if (paths == NULL || list == NULL)
                return em_fail(err, EM_NOMEM, "no memory for the custody table");
        for (size_t i = 0; i < count && em_csv_next(&csv, arena, &row); i++)
                EM_TRY(read_row(path, &header, &row, arena, &paths[i], &list[i], err));
        *ret_paths = paths;
        *ret_list = list;
        *ret_count = count;
        return EM_OK;
}
