/* question.c -- a question file into its parts.
 *
 * The header is lines of SQL comment, so the file as it stands is SQL that any
 * shell will run; a keyword nobody knows is an error with its line, because a
 * misspelt "-- reading" that is passed over would change a verdict in silence
 * (doc/format-question.md).
 */
#include "inside.h"

#include <math.h>

em_str em_question_key(const em_question *q) { return q->key; }
em_str em_question_asks(const em_question *q) { return q->asks; }
em_str em_question_hash(const em_question *q) { return q->hash; }

/* One header line, with the lines that go on from it already joined. */
typedef struct header_line { em_str keyword, value; uint64_t line; } header_line;

typedef struct reader {
        em_question *q;
        em_arena    *arena;
        em_error    *err;
        bool         has_basis, has_test, has_combine;
} reader;

static em_status line_fail(const reader *r, uint64_t line, const char *what)
{
        return em_fail_at(r->err, EM_FORMAT, r->q->file, line, 0, "%s", what);
}

static em_status add_text(reader *r, em_str text, em_str **list, size_t *count)
{
        em_str *grown = EM_NEW_N(r->arena, em_str, *count + 1);

        if (!grown)
                return em_fail(r->err, EM_NOMEM, "the question is too long");
        if (*count)
                memcpy(grown, *list, *count * sizeof *grown);
        EM_TRY(em_str_copy(text, r->arena, &grown[*count], r->err));
        *list = grown;
        (*count)++;
        return EM_OK;
}

static em_status add_words(reader *r, em_str text, em_str **list, size_t *count)
{
        em_str word;

        while (em_str_word(&text, &word))
                EM_TRY(add_text(r, word, list, count));
        return EM_OK;
}

/* ---- the keywords ---- */

static em_status take_asks(reader *r, const header_line *h)
{
        if (r->q->asks.n)
                return line_fail(r, h->line, "asks stands here a second time");
        if (!em_str_ends(h->value, EM_S("?")))
                return line_fail(r, h->line, "asks must be one sentence that ends in a question mark");
        r->q->asks = h->value;
        return EM_OK;
}

static em_status take_measure(reader *r, const header_line *h)
{
        return add_words(r, h->value, &r->q->measure, &r->q->measures);
}

static em_status take_coverage(reader *r, const header_line *h)
{
        return add_words(r, h->value, &r->q->coverage, &r->q->coverages);
}

static em_status take_when(reader *r, const header_line *h)
{
        return add_words(r, h->value, &r->q->when, &r->q->whens);
}

static em_status take_alternative(reader *r, const header_line *h)
{
        return add_text(r, h->value, &r->q->alternative, &r->q->alternatives);
}

static em_status take_missing(reader *r, const header_line *h)
{
        r->q->missing = h->value;
        return EM_OK;
}

static em_status take_main(reader *r, const header_line *h)
{
        r->q->main.name = h->value;
        return EM_OK;
}

static em_status take_unit(reader *r, const header_line *h)
{
        if (h->value.n > 40)
                return line_fail(r, h->line, "a unit has at most 40 bytes");
        r->q->main.unit = h->value;
        return EM_OK;
}

static em_status take_basis(reader *r, const header_line *h)
{
        static const char *const known[] = { "direct", "proxy", "sourced", "none" };
        em_str rest = h->value, word = { 0 };

        em_str_word(&rest, &word);
        for (size_t i = 0; i < sizeof known / sizeof *known; i++)
                if (em_str_eq(word, em_str_c(known[i]))) {
                        r->q->basis = em_str_c(known[i]);
                        r->q->basis_text = em_str_trim(rest);
                        r->has_basis = true;
                        if (i > 0 && r->q->basis_text.n == 0)
                                return line_fail(r, h->line, "this basis needs its reason in words");
                        return EM_OK;
                }
        return line_fail(r, h->line, "a basis is direct, or proxy, sourced or none with its reason");
}

static bool is_name(em_str s)
{
        if (s.n == 0 || s.n > 60 || !((s.p[0] >= 'a' && s.p[0] <= 'z') || s.p[0] == '_'))
                return false;
        for (size_t i = 0; i < s.n; i++)
                if (!((s.p[i] >= 'a' && s.p[i] <= 'z') || (s.p[i] >= '0' && s.p[i] <= '9') || s.p[i] == '_'))
                        return false;
        return true;
}

static em_status take_period(reader *r, const header_line *h)
{
        em_setup *s = &r->q->main;
        em_period *grown = EM_NEW_N(r->arena, em_period, s->periods + 1);
        em_str rest = h->value, name = { 0 };
        em_span span;

        if (!grown)
                return em_fail(r->err, EM_NOMEM, "the question is too long");
        em_str_word(&rest, &name);
        if (!is_name(name))
                return line_fail(r, h->line, "a period's name is of small letters, digits and _");
        for (size_t i = 0; i < s->periods; i++)
                if (em_str_eq(s->period[i].name, name))
                        return line_fail(r, h->line, "this period is there already");
        EM_TRY(em_setup_span(em_str_trim(rest), &span, r->q->file, h->line, r->err));
        if (s->periods)
                memcpy(grown, s->period, s->periods * sizeof *grown);
        grown[s->periods++] = (em_period){ name, span };
        s->period = grown;
        return EM_OK;
}

static em_status take_param(reader *r, const header_line *h)
{
        em_setup *s = &r->q->main;
        em_ask_param *grown = EM_NEW_N(r->arena, em_ask_param, s->params + 1);
        em_str rest = h->value, name = { 0 }, value;

        if (!grown)
                return em_fail(r->err, EM_NOMEM, "the question is too long");
        em_str_word(&rest, &name);
        if (!is_name(name))
                return line_fail(r, h->line, "a parameter's name is of small letters, digits and _");
        for (size_t i = 0; i < s->params; i++)
                if (em_str_eq(s->param[i].name, name))
                        return line_fail(r, h->line, "this parameter is there already");
        if (!em_str_word(&rest, &value))
                return line_fail(r, h->line, "a parameter needs a default (\"\" for an empty one)");
        if (s->params)
                memcpy(grown, s->param, s->params * sizeof *grown);
        grown[s->params++] = (em_ask_param){ name, value };
        s->param = grown;
        return EM_OK;
}

static em_status take_combine(reader *r, const header_line *h)
{
        r->has_combine = true;
        return em_setup_combine(&r->q->main, h->value, r->q->file, h->line, r->err);
}

static em_status take_test(reader *r, const header_line *h)
{
        if (r->has_test)
                return line_fail(r, h->line, "test stands here a second time");
        r->has_test = true;
        return em_test_parse(h->value, r->arena, &r->q->main.test, r->q->file, h->line, r->err);
}

static em_status take_factor(reader *r, const header_line *h)
{
        return em_setup_factor(&r->q->main, h->value, r->q->file, h->line, r->err);
}

/* A share in [0,1], as a decimal. */
static bool share(em_str s, double *ret_share)
{
        em_milli low, high;

        if (!em_milli_parse(s, &low, &high) || low < 0 || high > 1000)
                return false;
        *ret_share = em_milli_real(low);
        return true;
}

static em_status take_likelihood(reader *r, const header_line *h)
{
        em_str rest = h->value, low = { 0 }, high = { 0 };
        em_question *q = r->q;

        em_str_word(&rest, &low);
        em_str_word(&rest, &high);
        q->likely_why = em_str_trim(rest);
        if (!share(low, &q->likely_low) || !share(high, &q->likely_high)
            || q->likely_low > q->likely_high || q->likely_why.n == 0)
                return line_fail(r, h->line, "a likelihood is two shares between 0 and 1, in order, and a reason");
        return EM_OK;
}

/* "key=value; key=value" */
static em_status variant_settings(reader *r, em_variant *v, em_str text)
{
        size_t room = 1;

        for (size_t i = 0; i < text.n; i++)
                room += text.p[i] == ';';
        v->set = EM_NEW_N(r->arena, em_setting, room);
        if (!v->set)
                return em_fail(r->err, EM_NOMEM, "the question is too long");
        while (text.n) {
                em_cut part = em_str_cut(text, ';');
                em_cut pair = em_str_cut(part.head, '=');

                text = part.tail;
                if (em_str_trim(part.head).n == 0)
                        continue;
                if (!pair.found)
                        return line_fail(r, v->line, "a reading's settings are key=value, with ; between them");
                v->set[v->sets++] = (em_setting){ em_str_trim(pair.head), em_str_trim(pair.tail) };
        }
        if (v->sets == 0)
                return line_fail(r, v->line, "a reading must change something: NAME: key=value");
        return EM_OK;
}

static em_status add_variant(reader *r, const header_line *h, bool decides)
{
        em_question *q = r->q;
        em_variant *grown = EM_NEW_N(r->arena, em_variant, q->variants + 1);
        em_cut cut = em_str_cut(h->value, ':');
        em_variant v = { .name = em_str_trim(cut.head), .written = em_str_trim(cut.tail),
                         .decides = decides, .line = h->line };

        if (!grown)
                return em_fail(r->err, EM_NOMEM, "the question is too long");
        if (!cut.found || v.name.n == 0)
                return line_fail(r, h->line, "a reading is NAME: key=value; key=value");
        for (size_t i = 0; i < q->variants; i++)
                if (em_str_eq(q->variant[i].name, v.name))
                        return line_fail(r, h->line, "a reading of this name is there already");
        if (q->variants + 2 > EM_READINGS_MAX)
                return line_fail(r, h->line, "a question has at most 32 readings");
        EM_TRY(variant_settings(r, &v, v.written));
        if (q->variants)
                memcpy(grown, q->variant, q->variants * sizeof *grown);
        grown[q->variants++] = v;
        q->variant = grown;
        return EM_OK;
}

static em_status take_reading(reader *r, const header_line *h) { return add_variant(r, h, true); }
static em_status take_beside(reader *r, const header_line *h) { return add_variant(r, h, false); }

static const struct keyword {
        const char *name;
        em_status (*take)(reader *r, const header_line *h);
} keywords[] = {
        { "asks", take_asks },           { "measure", take_measure },   { "unit", take_unit },
        { "basis", take_basis },         { "period", take_period },     { "combine", take_combine },
        { "test", take_test },           { "param", take_param },       { "factor", take_factor },
        { "coverage", take_coverage },   { "reading", take_reading },   { "beside", take_beside },
        { "main", take_main },           { "likelihood", take_likelihood },
        { "alternative", take_alternative }, { "missing", take_missing },
        { "when", take_when },
};

static em_status take_line(reader *r, const header_line *h)
{
        char shown[80];

        if (h->keyword.n == 0)
                return EM_OK;
        for (size_t i = 0; i < sizeof keywords / sizeof *keywords; i++) {
                if (!em_str_eq(h->keyword, em_str_c(keywords[i].name)))
                        continue;
                if (h->value.n == 0)
                        return line_fail(r, h->line, "this keyword needs something after it");
                return keywords[i].take(r, h);
        }
        return em_fail_at(r->err, EM_FORMAT, r->q->file, h->line, 0,
                          "no header keyword is called \"%s\"", em_str_show(h->keyword, shown, sizeof shown));
}

/* ---- lines ---- */

/* Reads header lines until the SQL begins; *at is left there. */
static em_status read_header(reader *r, em_str text, size_t *at)
{
        header_line h = { .line = 0 };
        uint64_t line = 0;

        while (*at < text.n) {
                em_cut cut = em_str_cut(em_str_sub(text, *at, text.n), '\n');
                em_str body = em_str_sub(cut.head, 2, cut.head.n);
                bool comment = em_str_starts(cut.head, EM_S("--"));

                line++;
                if (!comment && em_str_trim(cut.head).n)
                        break;
                *at += cut.head.n + (cut.found ? 1 : 0);
                if (em_str_trim(body).n == 0 || !comment)
                        continue;
                if (em_str_starts(body, EM_S("  "))) {
                        if (h.keyword.n == 0)
                                return line_fail(r, line, "there is no line above that this one could go on from");
                        EM_TRY(em_str_format(r->arena, &h.value, r->err, "%.*s %.*s", EM_ARG(h.value),
                                             EM_ARG(em_str_trim(body))));
                        continue;
                }
                EM_TRY(take_line(r, &h));
                body = em_str_trim(body);
                h = (header_line){ .line = line };
                em_str_word(&body, &h.keyword);
                h.value = em_str_trim(body);
        }
        return take_line(r, &h);
}

static em_status check_whole(reader *r)
{
        em_question *q = r->q;
        bool silent = em_str_eq(q->basis, EM_S("none"));

        if (q->asks.n == 0)
                return line_fail(r, 1, "the question does not say what it asks");
        if (!r->has_test)
                return line_fail(r, 1, "the question names no test");
        if (q->sql.n == 0 && !silent)
                return line_fail(r, 1, "there is no SELECT below the header");
        for (size_t i = 0; i < q->variants; i++) {
                em_setup trial;

                if (em_str_eq(q->variant[i].name, q->main.name))
                        return line_fail(r, q->variant[i].line, "this is the name of the main reading");
                EM_TRY(em_setup_make(q, &q->variant[i], r->arena, &trial, r->err));
        }
        return EM_OK;
}

static em_status check_bytes(em_str key, em_str text, em_str file, em_error *err)
{
        size_t bad = 0;

        if (key.n == 0 || key.n > 100)
                return em_fail(err, EM_FORMAT, "a question's name has 1 to 100 bytes");
        if (text.n > EM_QUESTION_MAX_BYTES)
                return em_fail_at(err, EM_LIMIT, file, 0, 0, "a question file has at most %u bytes",
                                  EM_QUESTION_MAX_BYTES);
        if (!em_utf8_ok(text, &bad) || (text.n && memchr(text.p, '\0', text.n)))
                return em_fail_at(err, EM_FORMAT, file, 0, 0, "the file is not UTF-8 text");
        return EM_OK;
}

em_status em_question_parse(em_str key, em_str text, em_arena *arena,
                            em_question **ret_question, em_error *err)
{
        em_question *q = EM_NEW(arena, em_question);
        reader r = { .q = q, .arena = arena, .err = err };
        char hex[65];
        size_t at = 0;

        if (!q)
                return em_fail(err, EM_NOMEM, "no room for a question");
        EM_TRY(em_str_format(arena, &q->file, err, "%.*s.sql", EM_ARG(key)));
        EM_TRY(check_bytes(key, text, q->file, err));
        EM_TRY(em_str_copy(key, arena, &q->key, err));
        EM_TRY(em_str_copy(text, arena, &text, err));
        EM_TRY(em_str_copy(em_str_c(em_sha256_hex(em_sha256_of(text), hex)), arena, &q->hash, err));
        q->basis = EM_S("direct");
        q->likely_low = q->likely_high = NAN;
        q->main = (em_setup){ .question = q, .name = EM_S("as asked"), .decides = true,
                              .unit = EM_S("record"), .combine = EM_COMBINE_COUNT };
        EM_TRY(read_header(&r, text, &at));
        q->sql = em_str_trim(em_str_sub(text, at, text.n));
        while (em_str_ends(q->sql, EM_S(";")))
                q->sql = em_str_trim(em_str_sub(q->sql, 0, q->sql.n - 1));
        EM_TRY(check_whole(&r));
        *ret_question = q;
        return EM_OK;
}

em_status em_questions_load(em_str regime_dir, em_arena *arena, em_question ***ret_list,
                            size_t *ret_count, em_error *err)
{
        em_str dir, *name, path, text;
        em_question **list;
        size_t names, count = 0;

        EM_TRY(em_path_join(regime_dir, EM_S("questions"), arena, &dir, err));
        EM_TRY(em_dir_list(dir, arena, &name, &names, err));
        list = EM_NEW_N(arena, em_question *, names);
        if (!list)
                return em_fail(err, EM_NOMEM, "no room for %zu questions", names);
        for (size_t i = 0; i < names; i++) {
                if (!em_str_ends(name[i], EM_S(".sql")) || em_str_starts(name[i], EM_S(".")))
                        continue;
                EM_TRY(em_path_join(dir, name[i], arena, &path, err));
                EM_TRY(em_file_read(path, EM_QUESTION_MAX_BYTES, arena, &text, err));
                EM_TRY(em_question_parse(em_str_sub(name[i], 0, name[i].n - 4), text, arena,
                                         &list[count++], err));
        }
        /* By key: "a-b.sql" stands before "a.sql", but "a" before "a-b". */
        for (size_t i = 1; i < count; i++)
                for (size_t j = i; j > 0 && em_str_cmp(list[j - 1]->key, list[j]->key) > 0; j--) {
                        em_question *other = list[j];

                        list[j] = list[j - 1];
                        list[j - 1] = other;
                }
        *ret_list = list;
        *ret_count = count;
        return EM_OK;
}
