/* Words and small pieces of markup shared by the timeline, the findings, the measures and the claims. */
#include "serve/case_words.h"

#include <stdio.h>

void em_put_verdict(em_ask *ask, em_verdict v)
{
        em_html h = ask->h;
        em_html_lit(h, "<span class=\"v v-");
        em_html_c(h, em_verdict_name(v));
        em_html_lit(h, "\">");
        em_html_c(h, em_verdict_words(v));
        em_html_lit(h, "</span>");
}

void em_put_verdict_text(em_html h, em_str verdict)
{
        em_str words = verdict;
        for (em_verdict v = 0; v <= EM_VERDICT_UNTESTABLE; v++)
                if (em_str_eq(verdict, em_str_c(em_verdict_name(v))))
                        words = em_str_c(em_verdict_words(v));
        em_html_lit(h, "<span class=\"v v-");
        em_html_id(h, "", verdict);
        em_html_lit(h, "\">");
        em_html_text(h, words);
        em_html_lit(h, "</span>");
}

void em_put_verdict_choice(em_ask *ask, bool any, em_verdict chosen)
{
        static const char *const verdicts[] = {"", "every verdict", "holds", "holds", "reading", "only under a stated reading", "fails",
                                               "does not hold", "untestable", "cannot be tested", NULL};
        em_put_choice(ask, "verdict", "Verdict", verdicts, any ? em_str_c(em_verdict_name(chosen)) : EM_S(""));
}

em_status em_put_part(em_ask *ask, const char *part, em_str args, em_error *err)
{
        em_picture *now;
        EM_TRY(em_desk_take(ask, &now, err));
        return em_view_part(now->view, em_str_c(part), args, ask->arena, &ask->reply->body, err);
}

enum { ONCE_MOST = 64 << 20 };

typedef struct em_once { struct em_once *next; em_str name, text; } em_once;

static em_status remember(em_ask *ask, em_picture *now, em_str name, size_t from, em_error *err)
{
        em_str   text = em_str_sub(em_buf_view(&ask->reply->body), from, ask->reply->body.n - from);
        em_once *o;
        if (now->once_bytes + name.n + text.n > ONCE_MOST)
                return EM_OK;
        if (!(o = EM_NEW(now->arena, em_once)))
                return em_fail(err, EM_NOMEM, "no memory for a piece of a page");
        EM_TRY(em_str_copy(name, now->arena, &o->name, err));
        EM_TRY(em_str_copy(text, now->arena, &o->text, err));
        o->next = now->once;
        now->once = o;
        now->once_bytes += name.n + text.n;
        return EM_OK;
}

em_status em_put_once(em_ask *ask, em_str name, em_put_fn *put, const void *of, em_error *err)
{
        em_picture *now;
        EM_TRY(em_desk_take(ask, &now, err));
        for (const em_once *o = now->once; o; o = o->next)
                if (em_str_eq(o->name, name)) {
                        em_buf_str(&ask->reply->body, o->text);
                        return em_buf_status(&ask->reply->body, err);
                }
        size_t from = ask->reply->body.n;
        EM_TRY(put(ask, of, err));
        EM_TRY(em_buf_status(&ask->reply->body, err));
        return remember(ask, now, name, from, err);
}

void em_put_finding_link(em_ask *ask, const em_answer *a)
{
        em_page_link(ask, "/findings/", em_question_key(a->question), em_question_asks(a->question));
}

void em_put_record_link(em_ask *ask, em_str id)
{
        em_html_lit(ask->h, "<a class=\"r\"");
        em_page_href(ask, "/records/", id);
        em_html_lit(ask->h, ">");
        em_html_text(ask->h, id);
        em_html_lit(ask->h, "</a>");
}

void em_put_h2(em_ask *ask, const char *id, const char *words)
{
        em_html_lit(ask->h, "<h2");
        em_html_attr(ask->h, "id", em_str_c(id));
        em_html_lit(ask->h, ">");
        em_html_c(ask->h, words);
        em_html_lit(ask->h, "</h2>\n");
}

em_str em_cell(em_ask *ask, const em_rows *rows, size_t row, const char *column)
{
        ptrdiff_t at = em_rows_column(rows, em_str_c(column));
        if (at < 0)
                return EM_S("");
        const em_value *v = em_rows_at(rows, row, (size_t)at);
        switch (v->type) {
        case EM_VALUE_TEXT: return v->s;
        case EM_VALUE_INT: return em_grid_text(ask->arena, "%lld", (long long)v->i);
        case EM_VALUE_REAL: return em_grid_text(ask->arena, "%.15g", v->r);
        default: return EM_S("");
        }
}

static em_milli milli_of(const em_rows *rows, size_t row, const char *column, em_milli otherwise)
{
        ptrdiff_t at = em_rows_column(rows, em_str_c(column));
        const em_value *v = at < 0 ? NULL : em_rows_at(rows, row, (size_t)at);
        return v && v->type == EM_VALUE_INT ? v->i : otherwise;
}

em_str em_amount_words(em_ask *ask, const em_rows *rows, size_t row)
{
        em_str   state = em_cell(ask, rows, row, "state"), unit = em_cell(ask, rows, row, "unit");
        em_milli low = milli_of(rows, row, "low_milli", EM_MILLI_NONE), high = milli_of(rows, row, "high_milli", EM_MILLI_NONE);
        char a[40], b[40];
        if (em_str_eq(state, EM_S("not-reported")))
                return EM_S("not reported");
        if (em_str_eq(state, EM_S("not-found")))
                return EM_S("not found");
        if (em_str_eq(state, EM_S("no-amount")) || (low == EM_MILLI_NONE && high == EM_MILLI_NONE))
                return EM_S("");
        if (high == EM_MILLI_NONE)
                return em_grid_text(ask->arena, "%s %s %.*s", em_str_eq(em_cell(ask, rows, row, "quantifier"), EM_S("more-than"))
                                    ? "more than" : "at least", em_milli_text(low, ',', a), EM_ARG(unit));
        if (low == EM_MILLI_NONE)
                return em_grid_text(ask->arena, "up to %s %.*s", em_milli_text(high, ',', b), EM_ARG(unit));
        if (low == high)
                return em_grid_text(ask->arena, "%s %.*s", em_milli_text(low, ',', a), EM_ARG(unit));
        return em_grid_text(ask->arena, "%s to %s %.*s", em_milli_text(low, ',', a), em_milli_text(high, ',', b), EM_ARG(unit));
}

em_str em_when_words(em_ask *ask, em_span when, em_str precision)
{
        char from[11], to[11];
        if (when.from == EM_DAY_NONE)
                return EM_S("");
        em_day_text(when.from, from);
        em_day_text(when.to, to);
        if (em_str_eq(precision, EM_S("month")))
                return em_grid_text(ask->arena, "%.7s", from);
        if (em_str_eq(precision, EM_S("year")))
                return em_grid_text(ask->arena, "%.4s", from);
        if (when.to == EM_DAY_MAX)
                return em_grid_text(ask->arena, "since %s", from);
        if (when.to == when.from || when.to == EM_DAY_NONE)
                return em_grid_text(ask->arena, "%s", from);
        return em_grid_text(ask->arena, "%s to %s", from, to);
}

em_str em_count_words(em_ask *ask, uint64_t n)
{
        char text[40];
        return em_grid_text(ask->arena, "%s", em_milli_text((em_milli)n * 1000, ',', text));
}

em_status em_day_asked(em_ask *ask, const char *name, em_day *ret_day, em_error *err)
{
        em_str text = em_form_get(ask->query, name);
        char   shown[40];
        *ret_day = EM_DAY_NONE;
        if (text.n && !em_day_parse(text, ret_day))
                return em_fail(err, EM_USAGE, "%s=%s is not a day such as 2022-03-01", name, em_str_show(text, shown, sizeof shown));
        return EM_OK;
}

em_status em_verdict_asked(em_ask *ask, em_verdict *ret_verdict, bool *ret_any, em_error *err)
{
        em_str text = em_form_get(ask->query, "verdict");
        char   shown[40];
        *ret_any = text.n > 0;
        for (int v = 0; text.n && v <= EM_VERDICT_UNTESTABLE; v++)
                if (em_str_eq(text, em_str_c(em_verdict_name((em_verdict)v)))) {
                        *ret_verdict = (em_verdict)v;
                        return EM_OK;
                }
        if (!text.n)
                return EM_OK;
        return em_fail(err, EM_USAGE, "verdict=%s: a verdict is holds, reading, fails or untestable", em_str_show(text, shown, sizeof shown));
}

void em_put_choice(em_ask *ask, const char *name, const char *label, const char *const *choice, em_str chosen)
{
        em_html h = ask->h;
        em_html_lit(h, "<label>");
        em_html_c(h, label);
        em_html_lit(h, " <select");
        em_html_attr(h, "name", em_str_c(name));
        em_html_lit(h, ">");
        for (; *choice; choice += 2) {
                em_html_lit(h, "<option");
                em_html_attr(h, "value", em_str_c(choice[0]));
                if (em_str_eq(em_str_c(choice[0]), chosen))
                        em_html_lit(h, " selected");
                em_html_lit(h, ">");
                em_html_c(h, choice[1]);
        }
        em_html_lit(h, "</select></label>\n");
}

void em_put_day_marks(em_ask *ask)
{
        em_html_lit(ask->h, " size=\"10\" maxlength=\"10\" placeholder=\"2022-03-01\" pattern=\"[0-9]{4}-[0-9]{2}-[0-9]{2}\" "
                            "title=\"a day such as 2022-03-01\"");
}

void em_put_field(em_ask *ask, const char *name, const char *label, const char *type, em_str value)
{
        em_html h = ask->h;
        em_html_lit(h, "<label>");
        em_html_c(h, label);
        em_html_lit(h, " <input");
        if (strcmp(type, "day") == 0)
                em_put_day_marks(ask);
        else
                em_html_attr(h, "type", em_str_c(type));
        em_html_attr(h, "name", em_str_c(name));
        em_html_attr(h, "value", value);
        em_html_lit(h, "></label>\n");
}
