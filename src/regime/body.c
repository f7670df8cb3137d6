/* body.c -- an answer as canonical JSON: what is kept, hashed and compared.
 *
 * The same answer must give the same bytes on every machine and in whatever
 * order its sources were added: keys in one order, amounts as decimal text,
 * ratios and chances as the words that are printed (the last bits of a logarithm
 * are not a finding), records by their public ids.
 */
#include "inside.h"

#define BODY_MAX ((size_t)256 << 20)

static void amount(em_json *j, const char *key, em_milli a)
{
        char digits[40];

        em_json_key(j, em_str_c(key));
        if (a == EM_MILLI_NONE)
                em_json_null(j);
        else if (a == EM_MILLI_MIN || a == EM_MILLI_MAX)
                em_json_str(j, EM_S("unbounded"));
        else
                em_json_str(j, em_str_c(em_milli_text(a, 0, digits)));
}

static void day(em_json *j, const char *key, em_day d)
{
        char text[11];

        em_json_key(j, em_str_c(key));
        if (d == EM_DAY_NONE)
                em_json_null(j);
        else
                em_json_str(j, em_str_c(em_day_text(d, text)));
}

static void group(em_json *j, const em_group *g)
{
        em_json_open(j, '{');
        em_json_kstr(j, "name", g->name);
        em_json_kstr(j, "shown", g->shown);
        day(j, "from", g->span.from);
        day(j, "to", g->span.to);
        em_json_kint(j, "rows", (int64_t)g->rows);
        amount(j, "low", g->low);
        amount(j, "high", g->high);
        amount(j, "stated", g->stated);
        em_json_kbool(j, "open", g->low_open);
        em_json_close(j, '}');
}

static void reading(em_json *j, const em_reading *r)
{
        em_json_open(j, '{');
        em_json_kstr(j, "name", r->name);
        em_json_kbool(j, "decides", r->decides);
        em_json_kstr(j, "setting", r->setting);
        em_json_kstr(j, "test", r->test);
        em_json_kstr(j, "verdict", em_str_c(em_verdict_name(r->verdict)));
        em_json_kstr(j, "says", r->says);
        em_json_kstr(j, "unit", r->unit);
        em_json_key(j, EM_S("groups"));
        em_json_open(j, '[');
        for (size_t i = 0; i < r->groups; i++)
                group(j, &r->group[i]);
        em_json_close(j, ']');
        em_json_key(j, EM_S("numbers"));
        em_json_open(j, '[');
        for (size_t i = 0; i < r->numbers; i++) {
                em_json_open(j, '{');
                em_json_kstr(j, "name", r->number[i].name);
                em_json_kstr(j, "text", r->number[i].text);
                em_json_kstr(j, "unit", r->number[i].unit);
                em_json_close(j, '}');
        }
        em_json_close(j, ']');
        em_json_close(j, '}');
}

static void row(em_json *j, const em_answer_row *r)
{
        em_json_open(j, '{');
        em_json_kstr(j, "id", em_str_c(r->id));
        em_json_kstr(j, "key", r->key);
        em_json_kstr(j, "label", r->label);
        em_json_kstr(j, "group", r->group);
        em_json_kstr(j, "role", r->role);
        day(j, "from", r->when.from);
        day(j, "to", r->when.to);
        amount(j, "low", r->low);
        amount(j, "high", r->high);
        em_json_kstr(j, "unit", r->unit);
        em_json_kstr(j, "publisher", r->publisher);
        em_json_kstr(j, "reliability", (em_str){ &r->reliability, r->reliability ? 1 : 0 });
        em_json_kint(j, "credibility", r->credibility);
        em_json_key(j, EM_S("readings"));
        em_json_open(j, '[');
        for (int i = 0; i < EM_READINGS_MAX; i++)
                if (r->readings & (UINT32_C(1) << i))
                        em_json_int(j, i);
        em_json_close(j, ']');
        em_json_close(j, '}');
}

static void head(em_json *j, const em_answer *a)
{
        em_json_kstr(j, "question", em_question_key(a->question));
        em_json_kstr(j, "question_hash", em_question_hash(a->question));
        em_json_kstr(j, "asks", em_question_asks(a->question));
        day(j, "as_known", a->as_known);
        em_json_kstr(j, "verdict", em_str_c(em_verdict_name(a->verdict)));
        em_json_kstr(j, "proof", em_str_c(em_proof_words(a->proof)));
        em_json_kstr(j, "confidence", a->confidence);
        em_json_kstr(j, "likelihood", a->likelihood);
        em_json_kstr(j, "basis", a->basis);
        em_json_kstr(j, "basis_text", a->basis_text);
        em_json_kstr(j, "why", a->why);
        em_json_kstrs(j, "measures", a->measure, a->measures);
}

static void tail(em_json *j, const em_answer *a)
{
        em_json_key(j, EM_S("coverage"));
        em_json_open(j, '[');
        for (size_t i = 0; i < a->coverages; i++) {
                em_json_open(j, '{');
                em_json_kstr(j, "kind", a->coverage[i].kind);
                em_json_kstr(j, "text", a->coverage[i].text);
                day(j, "from", a->coverage[i].span.from);
                day(j, "to", a->coverage[i].span.to);
                em_json_close(j, '}');
        }
        em_json_close(j, ']');
        em_json_kstrs(j, "alternatives", a->alternative, a->alternatives);
        em_json_kstr(j, "missing", a->missing);
}

em_status em_body_write(em_answer *a, em_arena *arena, em_error *err)
{
        em_buf out = em_buf_make(BODY_MAX);
        em_json j = em_json_make(&out, false);
        em_status status;

        em_json_open(&j, '{');
        head(&j, a);
        em_json_key(&j, EM_S("readings"));
        em_json_open(&j, '[');
        for (size_t i = 0; i < a->readings; i++)
                reading(&j, &a->reading[i]);
        em_json_close(&j, ']');
        em_json_key(&j, EM_S("rows"));
        em_json_open(&j, '[');
        for (size_t i = 0; i < a->rows; i++)
                row(&j, &a->row[i]);
        em_json_close(&j, ']');
        tail(&j, a);
        em_json_close(&j, '}');
        status = em_buf_status(&out, err);
        if (status == EM_OK)
                status = em_str_copy(em_buf_view(&out), arena, &a->body, err);
        em_buf_free(&out);
        return status;
}
