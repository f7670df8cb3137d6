/* The list of checks, one after the other: a check that cannot be made says so and the next one is made. */
#include "serve/doctor.h"

#include "serve/desk.h"

#include <stdio.h>

static const struct { const char *name, *words; unsigned part; } groups[] = {
        {"case", "The case", EM_DOCTOR_HOUSE}, {"evidence", "Its evidence and findings", EM_DOCTOR_HOUSE}, {"indexes", "Indexes", EM_DOCTOR_HOUSE},
        {"machine", "This machine", EM_DOCTOR_AROUND}, {"server", "This server", EM_DOCTOR_AROUND}};

const char *em_doctor_group(size_t i, const char **ret_words)
{
        if (i >= EM_COUNT(groups))
                return NULL;
        if (ret_words)
                *ret_words = groups[i].words;
        return groups[i].name;
}

const char *em_check_word(em_check_state state)
{
        static const char *const word[] = {"fine", "look", "wrong", "unknown"};
        return word[state];
}

em_status em_doctor_says(em_doctor *d, em_check_state state, const char *next, const char *fmt, ...)
{
        char    text[1024];
        va_list args;
        va_start(args, fmt);
        int n = vsnprintf(text, sizeof text, fmt, args);
        va_end(args);
        d->check->state = state;
        d->check->next = em_str_c(next ? next : "");
        d->check->found = n < 0 ? EM_S("") : em_grid_text(d->arena, "%s", text);
        return EM_OK;
}

em_str em_doctor_many(em_doctor *d, uint64_t n, const char *one, const char *many)
{
        char digits[32], text[48];
        int  length = snprintf(digits, sizeof digits, "%llu", (unsigned long long)n), at = 0;
        for (int i = 0; i < length; i++) {
                if (i && (length - i) % 3 == 0)
                        text[at++] = ',';
                text[at++] = digits[i];
        }
        text[at] = '\0';
        return em_grid_text(d->arena, "%s %s", text, n == 1 ? one : many);
}

em_status em_doctor_number(em_doctor *d, const char *sql, int64_t *ret_n, em_error *err)
{
        em_rows rows;
        EM_TRY(em_case_query(d->opts->c, em_str_c(sql), NULL, 0, NULL, d->arena, &rows, err));
        *ret_n = rows.rows && em_rows_at(&rows, 0, 0)->type == EM_VALUE_INT ? em_rows_at(&rows, 0, 0)->i : 0;
        return EM_OK;
}

static em_status make(em_doctor *d, const em_doctor_row *row, em_checks *checks, em_error *err)
{
        em_error why = {0};
        char     text[1024];
        bool     opens = d->opts->c || d->opts->parts == EM_DOCTOR_AROUND;
        if ((row->needs_case && !opens) || (row->needs_server && !d->opts->served) ||
            (d->opts->only.n && !em_str_eq(d->opts->only, em_str_c(row->group))))
                return EM_OK;
        d->check = &checks->at[checks->count++];
        *d->check = (em_check){.id = row->id, .group = row->group, .title = row->title, .state = EM_CHECK_UNKNOWN};
        em_status s = row->look(d, &why);
        if (s == EM_NOMEM || s == EM_INTERRUPTED) {
                if (err)
                        *err = why;
                return s;
        }
        if (s != EM_OK)
                s = em_doctor_says(d, EM_CHECK_UNKNOWN, "", "%s", em_error_text(&why, text, sizeof text));
        checks->tally[d->check->state]++;
        return s;
}

em_status em_doctor_look(const em_doctor_opts *opts, em_arena *arena, em_checks *ret_checks, em_error *err)
{
        enum { MOST = 64 };
        const em_doctor_row *const table[] = {em_doctor_case, em_doctor_index, em_doctor_machine};
        em_doctor d = {.opts = opts, .arena = arena};
        em_checks checks = {.at = EM_NEW_N(arena, em_check, MOST)};
        if (!checks.at)
                return em_fail(err, EM_NOMEM, "out of memory");
        for (size_t g = 0; g < EM_COUNT(groups); g++)
                for (size_t t = 0; t < EM_COUNT(table); t++)
                        for (const em_doctor_row *row = table[t]; row->id; row++)
                                if ((!opts->parts || (opts->parts & groups[g].part)) && strcmp(row->group, groups[g].name) == 0 && checks.count < MOST)
                                        EM_TRY(make(&d, row, &checks, err));
        *ret_checks = checks;
        return EM_OK;
}
