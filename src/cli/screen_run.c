/* A screening as a document: what was asked of which lists, and which entries may match.
 *
 * One table for all of it, so that a run is one source with one hash.  The column `row` says what a row is: run, param,
 * rule, input, total, match.  Nothing in it depends on the clock, on a folder's name, on the order in which evidence was
 * added or on the number of threads.  The reasons of a match are its points, written so that they add up to the score.
 */
#include "cli/screen_case.h"
#include "embargo/csv.h"

#include <math.h>
#include <stdlib.h>

enum { NAME, ROW, ASKED, GIVEN, RECORDS, OF, DATASET, ENTRY, LISTED_NAME, NAME_KIND, CAPTION, LISTED_SCHEMA, PROGRAMME,
       NUMBER, LIST_SHA256, LIST_DATE, LINE, OFFSET, LENGTH, SCORE, BAND, PROBABILITY, REASONS, AGAINST, RUNNER_UP,
       RUNNER_UP_SCORE, COUNT, UNIT, TEXT, SHA256, GRADE, KNOWN, DATASETS, COLUMNS };

static const char *const names[COLUMNS] = {
        "name", "row", "asked", "given", "records", "named_in", "dataset", "entry", "listed_name", "name_kind", "caption",
        "listed_schema", "programme", "number", "list_sha256", "list_date", "line", "offset", "length", "score", "band",
        "probability", "reasons", "against", "runner_up", "runner_up_score", "count", "unit", "text", "sha256", "grade", "known",
        "datasets",
};

enum { BLOCK = 64, KEY_MOST = 80, OF_MOST = 200 };

typedef struct block { em_buf text; em_screen_counts counts; } block;

typedef struct run {
        em_screen *s;
        const em_gathered *g;
        em_str     datasets, known;     /* known: the latest day of the lists */
        block     *block; size_t blocks;
} run;

/* ---- rows ------------------------------------------------------------------------------- */

/* NUL is no text; what a list has of it becomes a blank. */
static void put_cell(em_buf *out, em_str s)
{
        size_t at = out->n;
        em_csv_put(out, s);
        for (; at < out->n; at++)
                if (!out->p[at])
                        out->p[at] = ' ';
}

static void put_row(const run *r, em_buf *out, em_str cell[COLUMNS])
{
        cell[DATASETS] = r->datasets;
        if (!cell[KNOWN].n)
                cell[KNOWN] = r->known;
        if (!cell[GRADE].n)
                cell[GRADE] = EM_S("computed");
        for (size_t i = 0; i < COLUMNS; i++) {
                if (i)
                        em_buf_ch(out, ',');
                put_cell(out, cell[i]);
        }
        em_buf_ch(out, '\n');
}

/* ---- why, in one cell ---------------------------------------------------------------------- */

static void reason(em_buf *b, double points, em_str asked, em_str listed, const char *rule, const char *more)
{
        em_buf_fmt(b, "%s%+.9f %s%s%s", b->n ? "; " : "", points, rule, *more ? " " : "", more);
        if (asked.n || listed.n)
                em_buf_fmt(b, ": %.*s | %.*s", EM_ARG(asked), EM_ARG(listed));
}

/* "+0.500000000 equal: lazarus | LAZARUS; ...": the numbers are the score. */
static em_status reasons_text(const em_match *m, em_arena *arena, em_str *ret, em_error *err)
{
        em_buf b = em_buf_make(1 << 20);
        double sum = 0;
        for (size_t i = 0; i < m->names.rows; i++) {
                const em_aligned *a = &m->names.row[i];
                reason(&b, a->points, a->query, a->listed, a->rule, "");
                sum += a->points;
        }
        for (size_t i = 0; i < m->qualifiers; i++) {
                const em_qualifier *q = &m->qualifier[i];
                reason(&b, q->points, q->query, q->listed, q->what, q->why);
                sum += q->points;
        }
        if (fabs(m->score - sum) > 1e-9)
                reason(&b, m->score - sum, m->number, (em_str){0}, m->number.n ? "the number agrees" : "held between 0 and 1", "");
        em_status s = em_buf_status(&b, err);
        if (s == EM_OK)
                s = em_str_copy(em_buf_view(&b), arena, ret, err);
        em_buf_free(&b);
        return s;
}

/* ---- a match ------------------------------------------------------------------------------- */

em_status em_screen_question(const em_case_asked *a, em_arena *arena, em_asked *ret, em_error *err)
{
        em_asked asked = {0};
        for (em_cut cut = {.tail = a->fields, .found = true}; cut.found;) {
                cut = em_str_cut(cut.tail, '\x1f');
                em_cut   field = em_str_cut(cut.head, '\x1e');
                em_error why = {0};
                em_status s = em_ask_field(field.head, field.tail, arena, &asked, &why);
                if (s == EM_NOMEM)
                        return em_fail(err, s, "out of memory");
        }
        *ret = asked;
        return EM_OK;
}

static em_str shown(const em_asked *a)
{
        return a->query.names ? a->query.name[0] : a->query.numbers ? a->query.number[0].value : EM_S("");
}

/* All that was asked beside the shown name: "imo 9114555, country kp". */
static em_status given(const em_case_asked *a, em_arena *arena, em_str *ret, em_error *err)
{
        em_str all = EM_S("");
        for (em_cut cut = {.tail = a->fields, .found = true}; cut.found;) {
                cut = em_str_cut(cut.tail, '\x1f');
                em_cut field = em_str_cut(cut.head, '\x1e');
                if (!em_str_eq(field.head, EM_S("name")))
                        EM_TRY(em_str_format(arena, &all, err, "%.*s%s%.*s %.*s", EM_ARG(all), all.n ? ", " : "",
                                             EM_ARG(field.head), EM_ARG(field.tail)));
        }
        *ret = all;
        return EM_OK;
}

static em_status key_of(em_str asked, const em_party *p, em_arena *arena, em_str *ret, em_error *err)
{
        size_t n = asked.n < KEY_MOST ? asked.n : KEY_MOST;
        while (n < asked.n && n && ((unsigned char)asked.p[n] & 0xc0) == 0x80)
                n--;
        return em_str_format(arena, ret, err, "match %.*s %.*s: %.*s", EM_ARG(p->dataset), EM_ARG(p->id), (int)n, asked.p);
}

/* The records that name the party: the first of them, parted by blanks; `records` counts all. */
static em_status of_text(const em_case_asked *a, em_arena *arena, em_str *ret, em_error *err)
{
        em_buf b = em_buf_make(1 << 16);
        for (size_t i = 0; i < a->records && i < OF_MOST; i++) {
                if (i)
                        em_buf_ch(&b, ' ');
                em_buf_str(&b, a->record[i]);
        }
        em_status s = em_buf_status(&b, err);
        if (s == EM_OK)
                s = em_str_copy(em_buf_view(&b), arena, ret, err);
        em_buf_free(&b);
        return s;
}

static em_status number_cells(const em_match *m, const em_party *p, em_arena *arena, em_str cell[COLUMNS], em_error *err)
{
        const struct { int at; uint64_t n; } whole[] = {{LINE, p->line}, {OFFSET, p->offset}, {LENGTH, p->length}};
        for (size_t i = 0; i < sizeof whole / sizeof *whole; i++)
                EM_TRY(em_str_format(arena, &cell[whole[i].at], err, "%llu", (unsigned long long)whole[i].n));
        EM_TRY(em_str_format(arena, &cell[SCORE], err, "%.9f", m->score));
        EM_TRY(em_str_format(arena, &cell[PROBABILITY], err, "%.4f", m->probability));
        if (m->runner_up.n)
                EM_TRY(em_str_format(arena, &cell[RUNNER_UP_SCORE], err, "%.9f", m->runner_up_score));
        return EM_OK;
}

static em_str later(em_str a, em_str b) { return em_str_cmp(a, b) < 0 ? b : a; }

static const char *grade_of(em_band band)
{
        return band == EM_BAND_SAME ? "high" : band == EM_BAND_LIKELY ? "medium" : "low";
}

static em_status put_match(const run *r, const em_case_asked *a, const em_asked *q, const em_match *m, em_arena *arena,
                           em_buf *out, em_error *err)
{
        em_party p = {0};
        char     day[11];
        em_str   cell[COLUMNS] = {[ROW] = EM_S("match"), [ASKED] = shown(q), [COUNT] = EM_S("1"),
                                  [UNIT] = EM_S("entry")};
        EM_TRY(em_names_party(r->s->names, m->party, arena, &p, err));
        const em_list_file *f = em_screen_list(r->s, &p);
        EM_TRY(em_screen_against(q, m, &p, arena, &cell[AGAINST], err));
        EM_TRY(reasons_text(m, arena, &cell[REASONS], err));
        EM_TRY(given(a, arena, &cell[GIVEN], err));
        EM_TRY(of_text(a, arena, &cell[OF], err));
        EM_TRY(key_of(cell[ASKED], &p, arena, &cell[NAME], err));
        EM_TRY(number_cells(m, &p, arena, cell, err));
        EM_TRY(em_str_format(arena, &cell[RECORDS], err, "%zu", a->records));
        EM_TRY(em_str_copy(em_str_c(em_day_text(f ? f->date : EM_DAY_NONE, day)), arena, &cell[LIST_DATE], err));
        cell[DATASET] = p.dataset;
        cell[ENTRY] = p.id;
        cell[LISTED_NAME] = m->name_text;
        cell[NAME_KIND] = em_str_c(m->name == UINT32_MAX ? "number" : em_name_kind_name(m->name_kind));
        cell[CAPTION] = p.names ? p.name[0].text : m->number;
        cell[LISTED_SCHEMA] = em_str_c(em_schema_name(p.schema));
        cell[PROGRAMME] = p.programmes ? p.programme[0] : EM_S("");
        cell[NUMBER] = m->number;
        cell[LIST_SHA256] = em_str_c(f ? f->sha256 : "");
        cell[BAND] = em_str_c(em_band_words(m->band));
        cell[RUNNER_UP] = m->runner_up;
        cell[GRADE] = em_str_c(grade_of(m->band));
        if (cell[LIST_DATE].n)          /* else it was known when the list came into the case */
                cell[KNOWN] = later(cell[LIST_DATE], a->known);
        put_row(r, out, cell);
        return em_buf_status(out, err);
}

static em_status ask_one(const run *r, const em_case_asked *a, em_arena *arena, block *b, em_error *err)
{
        em_asked q = {0};
        em_found found = {0};
        EM_TRY(em_screen_question(a, arena, &q, err));
        if (!q.query.names && !q.query.numbers)
                return EM_OK;
        b->counts.asked++;
        em_status s = em_names_search(r->s->names, &q.query, &r->s->opts, arena, &found, err);
        if (s == EM_FORMAT || s == EM_LIMIT) {  /* a name that no list could hold either */
                if (err)
                        *err = (em_error){0};
                return EM_OK;
        }
        EM_TRY(s);
        b->counts.matched += found.matches > 0;
        for (size_t i = 0; i < found.matches; i++, b->counts.matches++)
                EM_TRY(put_match(r, a, &q, &found.match[i], arena, &b->text, err));
        return EM_OK;
}

static em_status ask_block(void *ctx, size_t i, em_error *err)
{
        run      *r = ctx;
        em_arena *arena = em_arena_new((size_t)256 << 20);
        em_status s = arena ? EM_OK : em_fail(err, EM_NOMEM, "out of memory");
        for (size_t k = i * BLOCK; k < (i + 1) * BLOCK && k < r->g->count && s == EM_OK; k++) {
                em_arena_reset(arena);
                s = ask_one(r, &r->g->asked[k], arena, &r->block[i], err);
        }
        em_arena_free(arena);
        return s;
}

/* ---- the head --------------------------------------------------------------------------------- */

static void put_word(const run *r, em_buf *out, const char *row, em_str name, em_str text)
{
        em_str cell[COLUMNS] = {[NAME] = name, [ROW] = em_str_c(row), [TEXT] = text};
        put_row(r, out, cell);
}

static void put_params(const run *r, em_buf *out)
{
        em_cli *cli = r->s->cli;
        em_str  sets = EM_S("");
        for (size_t i = 0; i < r->s->opts.datasets; i++)
                sets = em_cli_text(cli, "%.*s%s%.*s", EM_ARG(sets), i ? "," : "", EM_ARG(r->s->opts.dataset[i]));
        put_word(r, out, "param", EM_S("param program"), EM_S("embargo " EMBARGO_VERSION));
        put_word(r, out, "param", EM_S("param least"), em_cli_text(cli, "%.3f", r->s->opts.least));
        put_word(r, out, "param", EM_S("param limit"), em_cli_text(cli, "%zu", r->s->opts.limit));
        if (sets.n)
                put_word(r, out, "param", EM_S("param dataset"), sets);
        if (r->s->opts.exhaustive)
                put_word(r, out, "param", EM_S("param exhaustive"), EM_S("yes"));
        for (size_t i = 0; i < r->g->rules; i++) {
                const em_party_rule *u = &r->g->rule[i];
                put_word(r, out, "rule", em_cli_text(cli, "rule %zu", i + 1),
                         em_cli_text(cli, "%.*s %.*s %.*s %.*s %.*s", EM_ARG(u->kind), EM_ARG(u->party), EM_ARG(u->column),
                                     EM_ARG(u->is), EM_ARG(u->split)));
        }
}

static void put_inputs(const run *r, em_buf *out)
{
        em_cli             *cli = r->s->cli;
        const em_list_file *file = NULL;
        size_t              n = em_names_files(r->s->names, &file);
        char                day[11];
        for (size_t i = 0; i < n; i++) {
                em_str cell[COLUMNS] = {[NAME] = em_cli_text(cli, "input list %zu", i + 1), [ROW] = EM_S("input"),
                                        [TEXT] = em_path_base(file[i].path), [SHA256] = em_str_c(file[i].sha256),
                                        [DATASET] = file[i].dataset, [COUNT] = em_cli_digits(cli, (int64_t)file[i].parties),
                                        [UNIT] = EM_S("entry"),
                                        [LIST_DATE] = em_cli_text(cli, "%s", em_day_text(file[i].date, day))};
                put_row(r, out, cell);
        }
        for (size_t i = 0; i < r->g->sources; i++) {
                em_str cell[COLUMNS] = {[NAME] = em_cli_text(cli, "input evidence %zu", i + 1), [ROW] = EM_S("input"),
                                        [SHA256] = r->g->source[i]};
                put_row(r, out, cell);
        }
}

static void put_totals(const run *r, const em_screen_counts *n, em_buf *out)
{
        em_cli *cli = r->s->cli;
        const struct { const char *name, *unit; uint64_t count; } total[] = {
                {"total asked", "name", n->asked}, {"total records", "record", r->g->records},
                {"total may match", "name", n->matched}, {"total matches", "entry", n->matches},
        };
        for (size_t i = 0; i < sizeof total / sizeof *total; i++) {
                em_str cell[COLUMNS] = {[NAME] = em_str_c(total[i].name), [ROW] = EM_S("total"),
                                        [COUNT] = em_cli_digits(cli, (int64_t)total[i].count), [UNIT] = em_str_c(total[i].unit)};
                put_row(r, out, cell);
        }
}

static int by_text(const void *a, const void *b) { return em_str_cmp(*(const em_str *)a, *(const em_str *)b); }

/* "un,us-sdn": which lists a run speaks for, and so which older run it takes the place of. */
static em_status name_datasets(run *r, em_error *err)
{
        const em_list_file *file = NULL;
        em_cli *cli = r->s->cli;
        size_t  n = em_names_files(r->s->names, &file), k = 0;
        em_str *set = EM_NEW_N(cli->arena, em_str, n + 1);
        char    day[11];
        if (!set)
                return em_fail(err, EM_NOMEM, "out of memory");
        for (size_t i = 0; i < n; i++) {
                bool wanted = !r->s->opts.datasets;
                for (size_t d = 0; d < r->s->opts.datasets; d++)
                        wanted |= em_str_eq(r->s->opts.dataset[d], file[i].dataset);
                if (wanted)
                        set[k++] = file[i].dataset;
                r->known = later(r->known, em_cli_text(cli, "%s", em_day_text(file[i].date, day)));
        }
        qsort(set, k, sizeof *set, by_text);
        for (size_t i = 0; i < k; i++)
                if (!i || !em_str_eq(set[i], set[i - 1]))
                        r->datasets = em_cli_text(cli, "%.*s%s%.*s", EM_ARG(r->datasets), i ? "," : "", EM_ARG(set[i]));
        return EM_OK;
}

em_status em_screen_run_text(em_screen *s, const em_gathered *g, em_buf *out, em_screen_counts *ret_counts, em_error *err)
{
        run r = {.s = s, .g = g, .blocks = (g->count + BLOCK - 1) / BLOCK};
        em_screen_counts all = {0};
        EM_TRY(name_datasets(&r, err));
        r.block = EM_NEW_N(s->cli->arena, block, r.blocks + 1);
        if (!r.block)
                return em_fail(err, EM_NOMEM, "out of memory");
        for (size_t i = 0; i < r.blocks; i++)
                r.block[i].text = em_buf_make((size_t)1 << 30);
        em_status st = em_parallel(r.blocks, s->cli->threads, ask_block, &r, err);
        for (size_t i = 0; i < r.blocks; i++) {
                all.asked += r.block[i].counts.asked;
                all.matched += r.block[i].counts.matched;
                all.matches += r.block[i].counts.matches;
        }
        for (size_t i = 0; i < COLUMNS; i++)
                em_buf_fmt(out, "%s%s", i ? "," : "", names[i]);
        em_buf_ch(out, '\n');
        put_word(&r, out, "run", EM_S("run"), EM_S("names, numbers and wallets of the case's records, asked of sanctions lists"));
        put_params(&r, out);
        put_inputs(&r, out);
        put_totals(&r, &all, out);
        for (size_t i = 0; i < r.blocks; i++) {
                em_buf_str(out, em_buf_view(&r.block[i].text));
                em_buf_free(&r.block[i].text);
        }
        if (st == EM_OK)
                st = em_buf_status(out, err);
        if (st == EM_OK)
                *ret_counts = all;
        return st;
}
