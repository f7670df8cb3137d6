/* Whom a case's records name.
 *
 * C knows no kind of record.  The regime's parties.csv says, for each kind, in which columns parties stand and what each
 * column is: a name, an IMO number, a wallet, a flag.  One party may be named by many records; it is asked once, and
 * all that name it are kept beside it.  Parties are in the order of what is asked and records in that of their public ids, so
 * that the order in which evidence was added leaves no trace.
 */
#include "cli/screen_case.h"
#include "names/list_inside.h"

#include <stdlib.h>

enum { COLUMNS = 16, LEAST_LETTERS = 3 };

/* One mention: a party as one record names it. */
typedef struct mention { em_str fields, record, known; } mention;

typedef struct gathering {
        em_case     *c;
        em_gathered *g;
        const em_str *only; size_t onlys;
        mention     *at; size_t count, cap;
        em_str      *source; size_t sources;    /* first eight digits, as they come */
} gathering;

/* ---- the rules ---------------------------------------------------------------------------- */

static bool is_column(em_str s)
{
        if (em_str_starts(s, EM_S("=")))
                return s.n > 1;
        for (size_t i = 0; i < s.n; i++)
                if (!((s.p[i] >= 'a' && s.p[i] <= 'z') || (s.p[i] >= '0' && s.p[i] <= '9') || s.p[i] == '_'))
                        return false;
        return s.n > 0 && s.n <= 64;
}

/* A run writes its rules as words. */
static em_status check_rule(em_str path, const em_csv_row *row, const em_party_rule *r, em_error *err)
{
        em_schema schema;
        for (size_t i = 0; i < row->count; i++)
                if (em_str_find(row->field[i], EM_S(" ")) >= 0 || (!row->field[i].n && i < 4))
                        return em_fail_at(err, EM_FORMAT, path, row->line, i + 1, "one word is looked for, without a blank");
        if (!em_ask_column(r->is) || em_str_eq(r->is, EM_S("id")))
                return em_fail_at(err, EM_FORMAT, path, row->line, 0, "\"%.*s\" is nothing that can be asked", EM_ARG(r->is));
        if (!is_column(r->column))
                return em_fail_at(err, EM_FORMAT, path, row->line, 0, "\"%.*s\" is no column", EM_ARG(r->column));
        if (em_str_eq(r->is, EM_S("schema")) && em_str_starts(r->column, EM_S("=")))
                return em_ask_schema(em_str_sub(r->column, 1, r->column.n), &schema, err);
        return EM_OK;
}

em_status em_party_rules_read(em_case *c, em_arena *arena, em_party_rule **ret_list, size_t *ret_count, em_error *err)
{
        static const char *const head[] = {"kind", "party", "column", "is", "split"};
        em_str     path = {0}, text = {0};
        em_csv_row row;
        size_t     n = 0;
        EM_TRY(em_path_join(em_case_regime_dir(c), EM_S("parties.csv"), arena, &path, err));
        if (!em_path_exists(path))
                return em_fail_at(err, EM_MISSING, path, 0, 0, "the regime does not say where names stand in its records");
        EM_TRY(em_file_read(path, (uint64_t)1 << 20, arena, &text, err));
        em_csv csv = em_csv_make(text, NULL);
        em_party_rule *list = EM_NEW_N(arena, em_party_rule, text.n / 4 + 1);
        if (!list)
                return em_fail(err, EM_NOMEM, "out of memory");
        while (em_csv_next(&csv, arena, &row)) {
                if (row.bad || row.count != 5)
                        return em_fail_at(err, EM_FORMAT, path, row.line, 0, "%s", row.bad ? row.bad : "five columns are looked for");
                if (row.row == 1) {
                        for (size_t i = 0; i < 5; i++)
                                if (!em_str_eq(row.field[i], em_str_c(head[i])))
                                        return em_fail_at(err, EM_FORMAT, path, 1, i + 1, "this column is called %s", head[i]);
                        continue;
                }
                list[n] = (em_party_rule){row.field[0], row.field[1], row.field[2], row.field[3], row.field[4]};
                EM_TRY(check_rule(path, &row, &list[n], err));
                n++;
        }
        *ret_list = list;
        *ret_count = n;
        return EM_OK;
}

/* ---- one record ---------------------------------------------------------------------------- */

static em_status add_mention(gathering *x, em_str fields, em_str record, em_str known, em_error *err)
{
        if (x->count == x->cap) {
                size_t   cap = x->cap ? 2 * x->cap : 1024;
                mention *more = realloc(x->at, cap * sizeof *more);
                if (!more)
                        return em_fail(err, EM_NOMEM, "the records name too many for memory");
                x->at = more;
                x->cap = cap;
        }
        x->at[x->count++] = (mention){fields, record, known};
        return EM_OK;
}

static em_status value_text(const em_value *v, em_arena *arena, em_str *ret, em_error *err)
{
        if (v->type == EM_VALUE_TEXT)
                *ret = em_str_trim(v->s);
        else if (v->type == EM_VALUE_INT)
                return em_str_format(arena, ret, err, "%lld", (long long)v->i);
        else if (v->type == EM_VALUE_REAL)
                return em_str_format(arena, ret, err, "%.0f", v->r);
        return EM_OK;
}

static bool splits(em_str split, char c)
{
        for (size_t i = 0; i < split.n; i++)
                if (split.p[i] == c)
                        return true;
        return false;
}

/* A country is no party: "DPRK (Lazarus)" names one, not two. */
static bool is_party(em_str name) { return name.n >= LEAST_LETTERS && !em_country_code(name).n; }

/* What all names of a record share, put behind each of them. */
static em_status add_named(gathering *x, em_str name, em_str shared, em_str record, em_str known, em_error *err)
{
        em_str fields = shared;
        if (name.n)
                EM_TRY(em_str_format(x->g->arena, &fields, err, "name\x1e%.*s%s%.*s", EM_ARG(name), shared.n ? "\x1f" : "",
                                     EM_ARG(shared)));
        return add_mention(x, fields, record, known, err);
}

static em_status cut_names(gathering *x, const em_party_rule *r, em_str cell, em_str shared, em_str record, em_str known,
                           em_error *err)
{
        size_t from = 0;
        for (size_t i = 0; i <= cell.n; i++) {
                if (i < cell.n && !splits(r->split, cell.p[i]))
                        continue;
                em_str name = em_str_trim(em_str_sub(cell, from, i - from));
                from = i + 1;
                if (is_party(name))
                        EM_TRY(add_named(x, name, shared, record, known, err));
        }
        return EM_OK;
}

/* cell[i] belongs to rule[i].  Names first: every name of the record is asked with all else that it says of the party. */
static em_status take_record(gathering *x, const em_party_rule *rule, size_t rules, const em_str *cell, em_str record,
                             em_str known, em_error *err)
{
        em_arena *a = x->g->arena;
        em_str    shared = EM_S("");
        bool      named = false, numbered = false;
        for (size_t i = 0; i < rules; i++) {
                const char *what = em_ask_column(rule[i].is);
                if (!cell[i].n || strcmp(what, "name") == 0)
                        continue;
                EM_TRY(em_str_format(a, &shared, err, "%.*s%s%.*s\x1e%.*s", EM_ARG(shared), shared.n ? "\x1f" : "",
                                     EM_ARG(rule[i].is), EM_ARG(cell[i])));
                numbered |= strcmp(what, "schema") != 0 && strcmp(what, "country") != 0 && strcmp(what, "born") != 0 &&
                            strcmp(what, "gender") != 0;
        }
        for (size_t i = 0; i < rules; i++)
                if (cell[i].n && strcmp(em_ask_column(rule[i].is), "name") == 0) {
                        size_t was = x->count;
                        EM_TRY(cut_names(x, &rule[i], cell[i], shared, record, known, err));
                        named |= x->count > was;
                }
        return named || !numbered ? EM_OK : add_named(x, EM_S(""), shared, record, known, err);
}

/* ---- one rule ------------------------------------------------------------------------------- */

static em_status rule_sql(const em_party_rule *rule, size_t rules, em_buf *sql, em_error *err)
{
        static const char *const plain[] = {"key", "what", "class", "who", "place"};
        em_buf_c(sql, "select id, source, coalesce(known, '')");
        for (size_t i = 0; i < rules; i++) {
                bool own = false;
                for (size_t k = 0; k < sizeof plain / sizeof *plain; k++)
                        own |= em_str_eq(rule[i].column, em_str_c(plain[k]));
                if (em_str_starts(rule[i].column, EM_S("=")))
                        em_buf_c(sql, ", null");
                else
                        em_buf_fmt(sql, own ? ", %.*s" : ", fields ->> '$.%.*s'", EM_ARG(rule[i].column));
        }
        em_buf_c(sql, " from record where kind = :kind order by record");
        return em_buf_status(sql, err);
}

static bool is_wanted(const gathering *x, em_str source)
{
        for (size_t i = 0; i < x->onlys; i++)
                if (em_str_starts(x->only[i], source))
                        return true;
        return !x->only;
}

static em_status note_source(gathering *x, em_str source, em_error *err)
{
        for (size_t i = x->sources; i-- > 0;)
                if (em_str_eq(x->source[i], source))
                        return EM_OK;
        if (x->sources == 4096)
                return em_fail(err, EM_LIMIT, "records of over 4096 sources name parties");
        x->source[x->sources++] = source;
        return EM_OK;
}

static em_status ask_rule(gathering *x, const em_party_rule *rule, size_t rules, em_error *err)
{
        em_arena *a = x->g->arena;
        em_rows   rows = {0};
        em_param  kind = {EM_S("kind"), {.type = EM_VALUE_TEXT, .s = rule->kind}};
        em_buf    sql = em_buf_make(1 << 16);
        em_status s = rule_sql(rule, rules, &sql, err);
        if (s == EM_OK)
                s = em_case_query(x->c, em_buf_view(&sql), &kind, 1, NULL, a, &rows, err);
        em_buf_free(&sql);
        EM_TRY(s);
        for (size_t i = 0; i < rows.rows; i++) {
                em_str cell[COLUMNS] = {{0}}, source = em_rows_at(&rows, i, 1)->s;
                size_t was = x->count;
                if (!is_wanted(x, source))
                        continue;
                for (size_t k = 0; k < rules; k++)
                        if (em_str_starts(rule[k].column, EM_S("=")))
                                cell[k] = em_str_sub(rule[k].column, 1, rule[k].column.n);
                        else
                                EM_TRY(value_text(em_rows_at(&rows, i, 3 + k), a, &cell[k], err));
                EM_TRY(take_record(x, rule, rules, cell, em_rows_at(&rows, i, 0)->s, em_rows_at(&rows, i, 2)->s, err));
                x->g->records += rule == x->g->rule || !em_str_eq(rule[-1].kind, rule->kind);
                if (x->count > was)
                        EM_TRY(note_source(x, source, err));
        }
        return EM_OK;
}

/* ---- all ------------------------------------------------------------------------------------------ */

/* "3f9ac1d2:9" before "3f9ac1d2:10". */
static int id_cmp(em_str a, em_str b)
{
        em_cut  x = em_str_cut(a, ':'), y = em_str_cut(b, ':');
        int     source = em_str_cmp(x.head, y.head);
        if (source)
                return source;
        return x.tail.n != y.tail.n ? (x.tail.n < y.tail.n ? -1 : 1) : em_str_cmp(x.tail, y.tail);
}

static int by_fields(const void *a, const void *b)
{
        const mention *x = a, *y = b;
        int order = em_str_cmp(x->fields, y->fields);
        return order ? order : id_cmp(x->record, y->record);
}

static em_status group(gathering *x, em_error *err)
{
        em_gathered *g = x->g;
        em_str *record = EM_NEW_N(g->arena, em_str, x->count + 1);
        g->asked = EM_NEW_N(g->arena, em_case_asked, x->count + 1);
        if (!record || !g->asked)
                return em_fail(err, EM_NOMEM, "the records name too many for memory");
        if (x->count)
                qsort(x->at, x->count, sizeof *x->at, by_fields);
        for (size_t i = 0; i < x->count; i++) {
                const mention *m = &x->at[i];
                em_case_asked *a = g->count ? &g->asked[g->count - 1] : NULL;
                if (!a || !em_str_eq(a->fields, m->fields)) {
                        a = &g->asked[g->count++];
                        *a = (em_case_asked){.fields = m->fields, .record = &record[i], .known = m->known};
                }
                bool again = a->records && em_str_eq(a->record[a->records - 1], m->record);
                if (!again)
                        a->record[a->records++] = m->record;
                if (m->known.n && (!a->known.n || em_str_cmp(m->known, a->known) < 0))
                        a->known = m->known;
        }
        return EM_OK;
}

static int by_hash(const void *a, const void *b) { return em_str_cmp(*(const em_str *)a, *(const em_str *)b); }

/* Eight digits name a source in views; a run names it in full. */
static em_status full_hashes(gathering *x, em_error *err)
{
        em_source *list = NULL;
        size_t     count = 0;
        EM_TRY(em_case_sources(x->c, x->g->arena, &list, &count, err));
        x->g->source = EM_NEW_N(x->g->arena, em_str, x->sources + 1);
        if (!x->g->source)
                return em_fail(err, EM_NOMEM, "out of memory");
        for (size_t i = 0; i < x->sources; i++)
                for (size_t k = 0; k < count; k++)
                        if (em_str_starts(em_str_c(list[k].sha256), x->source[i])) {
                                x->g->source[x->g->sources++] = em_str_c(list[k].sha256);
                                break;
                        }
        if (x->g->sources)
                qsort(x->g->source, x->g->sources, sizeof *x->g->source, by_hash);
        return EM_OK;
}

static em_status silent_kinds(gathering *x, em_error *err)
{
        em_rows rows = {0};
        EM_TRY(em_case_query(x->c, EM_S("select distinct record.kind from record join source on source.source = record.source and "
                                        "source.kind = record.kind where role = 'evidence' and record.kind not in ('screen', 'link', 'note') "
                                        "order by 1"),
                             NULL, 0, NULL, x->g->arena, &rows, err));
        x->g->silent = EM_NEW_N(x->g->arena, em_str, rows.rows + 1);
        if (!x->g->silent)
                return em_fail(err, EM_NOMEM, "out of memory");
        for (size_t i = 0; i < rows.rows; i++) {
                bool spoken = false;
                for (size_t k = 0; k < x->g->rules; k++)
                        spoken |= em_str_eq(x->g->rule[k].kind, em_rows_at(&rows, i, 0)->s);
                if (!spoken)
                        x->g->silent[x->g->silents++] = em_rows_at(&rows, i, 0)->s;
        }
        return EM_OK;
}

em_status em_screen_gather(em_case *c, const em_str *only, size_t onlys, em_gathered *g, em_error *err)
{
        gathering x = {.c = c, .g = g, .only = only, .onlys = onlys, .source = EM_NEW_N(g->arena, em_str, 4096)};
        em_status s = x.source ? EM_OK : em_fail(err, EM_NOMEM, "out of memory");
        for (size_t i = 0, end; i < g->rules && s == EM_OK; i = end) {
                for (end = i + 1; end < g->rules && em_str_eq(g->rule[end].kind, g->rule[i].kind) &&
                                  em_str_eq(g->rule[end].party, g->rule[i].party);)
                        end++;
                if (end - i > COLUMNS)
                        s = em_fail(err, EM_LIMIT, "over %d columns of one party of %.*s", COLUMNS, EM_ARG(g->rule[i].kind));
                else
                        s = ask_rule(&x, &g->rule[i], end - i, err);
        }
        if (s == EM_OK)
                s = group(&x, err);
        if (s == EM_OK)
                s = full_hashes(&x, err);
        if (s == EM_OK && !only)
                s = silent_kinds(&x, err);
        free(x.at);
        return s;
}
