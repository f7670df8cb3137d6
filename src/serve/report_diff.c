/* Two reports beside each other: which sentences came, went or changed, which numbers in them, and which records made it so.
 *
 * A sentence is the same when its template is: the words stay, the numbers are bound anew.  What made the difference is
 * read off the answers, each of which names the rows it rests on: rows that only one of the two has.
 */
#include "serve/case_words.h"
#include "serve/report_page.h"

#include <stdlib.h>

enum { RECORDS_SHOWN = 6 };

typedef enum change_kind { CHANGED, CAME, WENT, KINDS } change_kind;

typedef struct rows { const em_jnode **at; size_t count; } rows;        /* of an answer, by id, each once */

typedef struct change {
        change_kind     kind;
        const em_jnode *then, *now;     /* sentences; NULL on the side that has none */
        em_str          why;            /* it did not stand on that side */
        rows            came, went;     /* records */
        bool            covers;         /* no record came or went, but the coverage is another */
} change;

typedef struct diff {
        em_ask         *ask;
        const em_jnode *then, *now;     /* report.json */
        em_str          then_words, now_words, then_short, now_short;
        change         *at; size_t count, of[KINDS], same;
} diff;

static em_str text_of(const em_jnode *node, const char *key) { return em_jtext(em_jget(node, key)); }
static const em_jnode *first_of(const em_jnode *node, const char *key)
{
        const em_jnode *list = em_jget(node, key);
        return list ? list->first : NULL;
}

/* ---- the two sides ------------------------------------------------------------------------------------ */

/* The report as known on a day.  Pictures are kept, so a day that was asked for before costs its printing alone. */
static em_status side_of_day(em_ask *ask, em_str day, const em_jnode **ret_root, em_error *err)
{
        em_form_item known = {EM_S("known"), day};
        em_form      asked = ask->query;
        em_picture  *now;
        em_jnode    *root;
        em_str       html, json;
        bool         old = ask->old;
        em_desk_done(ask);              /* one picture at a time */
        ask->query = (em_form){&known, day.n ? 1 : 0};
        em_status s = em_desk_take(ask, &now, err);
        ask->query = asked;
        EM_TRY(s);
        ask->old |= old;
        EM_TRY(em_report_of(ask, now, &html, &json, err));
        EM_TRY(em_json_parse(ask->reader, json, ask->arena, &root, err));
        *ret_root = root;
        return EM_OK;
}

static em_status check_day(em_str text, const char *name, em_day *ret_day, em_error *err)
{
        *ret_day = EM_DAY_MAX;
        if (text.n && !em_day_parse(text, ret_day))
                return em_fail(err, EM_USAGE, "%s= takes a day such as 2022-03-01", name);
        return EM_OK;
}

static em_str words_of_day(em_ask *ask, em_str day)
{
        return day.n ? em_grid_text(ask->arena, "as known on %.*s", EM_ARG(day)) : EM_S("now, with everything on file");
}

static em_status load_sides(diff *d, em_str from, em_str to, const em_jnode *kept, em_error *err)
{
        em_ask *ask = d->ask;
        em_day  first = EM_DAY_MIN, last;
        bool    from_kept = em_str_eq(from, EM_S("kept"));
        if (!from_kept)
                EM_TRY(check_day(from, "from", &first, err));
        EM_TRY(check_day(to, "to", &last, err));
        if (first > last)
                return em_fail(err, EM_USAGE, "from= is later than to=");
        if (from_kept && !kept)
                return em_fail(err, EM_MISSING, "no report was printed into this case yet; embargo report prints one");
        d->then = kept;
        d->then_words = from_kept ? em_grid_text(ask->arena, "as last printed%s%.*s", text_of(kept, "as_known").n ? ", as known on " : "",
                                                 EM_ARG(text_of(kept, "as_known")))
                                  : words_of_day(ask, from);
        d->now_words = words_of_day(ask, to);
        d->then_short = from_kept ? EM_S("printed") : from;
        d->now_short = to.n ? to : EM_S("now");
        if (!from_kept)
                EM_TRY(side_of_day(ask, from, &d->then, err));
        return side_of_day(ask, to, &d->now, err);
}

/* ---- what made the difference --------------------------------------------------------------------------- */

static int by_id(const void *x, const void *y)
{
        return em_str_cmp(text_of(*(const em_jnode *const *)x, "id"), text_of(*(const em_jnode *const *)y, "id"));
}

static const em_jnode *answer_of(const em_jnode *root, em_str question)
{
        for (const em_jnode *f = first_of(root, "findings"); f; f = f->next)
                if (em_str_eq(text_of(f, "question"), question))
                        return em_jget(f, "answer");
        return NULL;
}

/* Adds the rows that count of an answer, if it is there. */
static em_status gather(em_ask *ask, const em_jnode *answer, rows *r, em_error *err)
{
        const em_jnode *list = em_jget(answer, "rows");
        size_t          more = list ? list->count : 0;
        const em_jnode **at = EM_NEW_N(ask->arena, const em_jnode *, r->count + more + 1);
        if (!at)
                return em_fail(err, EM_NOMEM, "no memory for the records");
        if (r->count)
                memcpy(at, r->at, r->count * sizeof *at);
        r->at = at;
        for (const em_jnode *row = list ? list->first : NULL; row; row = row->next)
                if (!em_str_starts(text_of(row, "role"), EM_S("set aside")))
                        r->at[r->count++] = row;
        return EM_OK;
}

/* Rows of a that b does not have, each once. */
static em_status beyond(em_ask *ask, rows a, rows b, rows *ret, em_error *err)
{
        ret->at = EM_NEW_N(ask->arena, const em_jnode *, a.count + 1);
        if (!ret->at)
                return em_fail(err, EM_NOMEM, "no memory for the records");
        for (size_t i = 0, k = 0; i < a.count; i++) {
                if (i && by_id(&a.at[i], &a.at[i - 1]) == 0)
                        continue;
                while (k < b.count && by_id(&b.at[k], &a.at[i]) < 0)
                        k++;
                if (k == b.count || by_id(&b.at[k], &a.at[i]) != 0)
                        ret->at[ret->count++] = a.at[i];
        }
        return EM_OK;
}

static bool same_coverage(const em_jnode *a, const em_jnode *b)
{
        const em_jnode *x = first_of(a, "coverage"), *y = first_of(b, "coverage");
        for (; x && y; x = x->next, y = y->next)
                if (!em_str_eq(text_of(x, "text"), text_of(y, "text")))
                        return false;
        return !x && !y;
}

/* The questions of a sentence whose words differ; all of them when the sentence came or went. */
static em_status explain(diff *d, change *c, em_error *err)
{
        const em_jnode *other = c->kind == CHANGED ? first_of(c->then, "bindings") : NULL;
        rows            then = {0}, now = {0};
        for (const em_jnode *b = first_of(c->now ? c->now : c->then, "bindings"); b; b = b->next) {
                bool moved = !other || !em_str_eq(text_of(b, "text"), text_of(other, "text"));
                other = other ? other->next : NULL;
                em_str question = text_of(b, "question");
                if (!moved || !question.n)
                        continue;
                const em_jnode *x = answer_of(d->then, question), *y = answer_of(d->now, question);
                EM_TRY(gather(d->ask, x, &then, err));
                EM_TRY(gather(d->ask, y, &now, err));
                c->covers |= !same_coverage(x, y);
        }
        if (then.count)
                qsort(then.at, then.count, sizeof *then.at, by_id);
        if (now.count)
                qsort(now.at, now.count, sizeof *now.at, by_id);
        EM_TRY(beyond(d->ask, now, then, &c->came, err));
        return beyond(d->ask, then, now, &c->went, err);
}

/* ---- sentences --------------------------------------------------------------------------------------------- */

/* The n-th sentence of the list with these words; template texts may stand twice. */
static const em_jnode *twin(const em_jnode *root, const char *list, const em_jnode *of, size_t n)
{
        for (const em_jnode *s = first_of(root, list); s; s = s->next)
                if (em_str_eq(text_of(s, "template"), text_of(of, "template")) && n-- == 0)
                        return s;
        return NULL;
}

static size_t nth(const em_jnode *root, const em_jnode *of)
{
        size_t n = 0;
        for (const em_jnode *s = first_of(root, "sentences"); s && s != of; s = s->next)
                n += em_str_eq(text_of(s, "template"), text_of(of, "template"));
        return n;
}

static em_status add_change(diff *d, change c, em_error *err)
{
        EM_TRY(explain(d, &c, err));
        d->of[c.kind]++;
        d->at[d->count++] = c;
        return EM_OK;
}

static em_status compare(diff *d, em_error *err)
{
        const em_jnode *a = em_jget(d->then, "sentences"), *b = em_jget(d->now, "sentences");
        d->at = EM_NEW_N(d->ask->arena, change, (a ? a->count : 0) + (b ? b->count : 0) + 1);
        if (!d->at)
                return em_fail(err, EM_NOMEM, "no memory for the sentences");
        for (const em_jnode *s = b ? b->first : NULL; s; s = s->next) {
                const em_jnode *was = twin(d->then, "sentences", s, nth(d->now, s));
                if (was && em_str_eq(em_report_said(d->ask, was), em_report_said(d->ask, s)))
                        d->same++;
                else
                        EM_TRY(add_change(d, (change){.kind = was ? CHANGED : CAME, .then = was, .now = s,
                                                      .why = was ? EM_S("") : text_of(twin(d->then, "withheld", s, 0), "why")}, err));
        }
        for (const em_jnode *s = a ? a->first : NULL; s; s = s->next)
                if (!twin(d->now, "sentences", s, nth(d->then, s)))
                        EM_TRY(add_change(d, (change){.kind = WENT, .then = s, .why = text_of(twin(d->now, "withheld", s, 0), "why")}, err));
        return EM_OK;
}

/* ---- on a page ------------------------------------------------------------------------------------------------ */

/* The sentence with what is bound differently on the other side marked. */
static void put_sentence(em_ask *ask, const em_jnode *s, const em_jnode *other)
{
        em_html         h = ask->h;
        em_str          rest = text_of(s, "template");
        const em_jnode *o = first_of(other, "bindings");
        for (const em_jnode *b = first_of(s, "bindings"); b; b = b->next, o = o ? o->next : NULL) {
                em_str    mark = text_of(b, "mark"), text = text_of(b, "text");
                ptrdiff_t at = mark.n ? em_str_find(rest, mark) : -1;
                if (at < 0)
                        continue;
                em_html_text(h, em_str_sub(rest, 0, (size_t)at));
                rest = em_str_sub(rest, (size_t)at + mark.n, rest.n);
                if (em_str_eq(text_of(b, "kind"), EM_S("if")))
                        continue;
                bool moved = o && !em_str_eq(text_of(o, "text"), text);
                if (moved)
                        em_html_lit(h, "<mark>");
                em_html_text(h, text);
                if (moved)
                        em_html_lit(h, "</mark>");
        }
        em_html_text(h, rest);
}

static em_str known_of(em_ask *ask, em_str id)
{
        em_held held;
        char    day[11];
        if (!ask->picture || em_case_record_find(ask->picture->c, id, ask->arena, &held, NULL) != EM_OK || held.record.known == EM_DAY_NONE)
                return EM_S("");
        return em_grid_text(ask->arena, "%s", em_day_text(held.record.known, day));
}

static void put_records(em_ask *ask, const char *words, rows r)
{
        em_html h = ask->h;
        if (!r.count)
                return;
        em_html_lit(h, "<p class=\"diff-why\">");
        em_html_c(h, words);
        em_html_lit(h, "</p>\n<ul>");
        for (size_t i = 0; i < r.count && i < RECORDS_SHOWN; i++) {
                em_str id = text_of(r.at[i], "id"), label = text_of(r.at[i], "label"), known = known_of(ask, id);
                em_html_lit(h, "<li>");
                em_put_record_link(ask, id);
                em_html_lit(h, " ");
                em_html_text(h, label.n ? label : text_of(r.at[i], "key"));
                em_html_lit(h, " <small>");
                em_html_text(h, text_of(r.at[i], "publisher"));
                if (known.n) {
                        em_html_lit(h, ", known ");
                        em_html_text(h, known);
                }
                em_html_lit(h, "</small>\n");
        }
        if (r.count > RECORDS_SHOWN) {
                em_html_lit(h, "<li>and ");
                em_html_int(h, (int64_t)(r.count - RECORDS_SHOWN));
                em_html_lit(h, " more\n");
        }
        em_html_lit(h, "</ul>\n");
}

static void put_side(em_ask *ask, em_str words, const em_jnode *s, const em_jnode *other, em_str why)
{
        em_html h = ask->h;
        em_html_lit(h, "<div><dt>");
        em_html_text(h, words);
        em_html_lit(h, "<dd>");
        if (s)
                put_sentence(ask, s, other);
        else if (why.n) {
                em_html_lit(h, "<i>left out: ");
                em_html_text(h, why);
                em_html_lit(h, "</i>");
        } else {
                em_html_lit(h, "<i>not in the report</i>");
        }
        em_html_lit(h, "</div>\n");
}

static void put_questions(em_ask *ask, const em_jnode *s)
{
        em_html h = ask->h;
        em_str  before = {0};
        bool    any = false;
        for (const em_jnode *b = first_of(s, "bindings"); b; b = b->next) {
                em_str question = text_of(b, "question");
                if (!question.n || em_str_eq(question, before))
                        continue;
                em_html_c(h, any ? " " : "Answered by ");
                em_page_link(ask, "/findings/", question, question);
                before = question;
                any = true;
        }
}

static void put_change(const diff *d, const change *c)
{
        em_ask *ask = d->ask;
        em_html h = ask->h;
        em_html_lit(h, "<section class=\"diff-change\">\n<dl>");
        put_side(ask, d->then_short, c->then, c->now, c->why);
        put_side(ask, d->now_short, c->now, c->then, c->why);
        em_html_lit(h, "</dl>\n");
        put_records(ask, "It rests besides on:", c->came);
        put_records(ask, "It rests no longer on:", c->went);
        if (!c->came.count && !c->went.count && c->covers)
                em_html_lit(h, "<p class=\"diff-why\">It rests on the same records; what is claimed to be covered is another.</p>\n");
        em_html_lit(h, "<p class=\"diff-why\">");
        put_questions(ask, c->now ? c->now : c->then);
        em_html_lit(h, "</p></section>\n");
}

static void put_verdicts(diff *d)
{
        em_html h = d->ask->h;
        bool    any = false;
        for (const em_jnode *f = first_of(d->now, "findings"); f; f = f->next) {
                const em_jnode *was = NULL;
                for (const em_jnode *o = first_of(d->then, "findings"); o && !was; o = o->next)
                        if (em_str_eq(text_of(o, "question"), text_of(f, "question")))
                                was = o;
                if (!was || em_str_eq(text_of(was, "verdict"), text_of(f, "verdict")))
                        continue;
                if (!any)
                        em_html_lit(h, "<h2 id=\"verdicts\">Findings with another verdict</h2>\n<ul>");
                any = true;
                em_html_lit(h, "<li>");
                em_page_link(d->ask, "/findings/", text_of(f, "question"), text_of(f, "question"));
                em_html_lit(h, ": ");
                em_put_verdict_text(h, text_of(was, "verdict"));
                em_html_lit(h, " then ");
                em_put_verdict_text(h, text_of(f, "verdict"));
                em_html_lit(h, "\n");
        }
        if (any)
                em_html_lit(h, "</ul>\n");
}

static void put_changes(diff *d)
{
        static const char *const heading[KINDS] = {"Sentences that changed", "Sentences that came", "Sentences that went"};
        em_html h = d->ask->h;
        em_html_lit(h, "<p class=\"tally\">");
        const struct { size_t n; const char *words; } counts[] = {{d->of[CHANGED], "changed"}, {d->of[CAME], "came"}, {d->of[WENT], "went"}, {d->same, "stayed"}};
        for (size_t i = 0; i < EM_COUNT(counts); i++) {
                em_html_lit(h, "<span><b>");
                em_html_int(h, (int64_t)counts[i].n);
                em_html_lit(h, "</b> ");
                em_html_c(h, counts[i].words);
                em_html_lit(h, "</span>\n");
        }
        em_html_lit(h, "</p>\n");
        if (!d->same && !d->of[CHANGED] && d->of[CAME] && d->of[WENT])
                em_html_lit(h, "<p class=\"draft\">The two have no sentence in common: they were written from different templates.</p>\n");
        if (!d->count)
                em_html_lit(h, "<p>Every sentence is the same, with the same numbers.</p>\n");
        put_verdicts(d);
        for (int k = 0; k < KINDS; k++) {
                if (!d->of[k])
                        continue;
                em_html_lit(h, "<h2>");
                em_html_c(h, heading[k]);
                em_html_lit(h, "</h2>\n");
                for (size_t i = 0; i < d->count; i++)
                        if ((int)d->at[i].kind == k)
                                put_change(d, &d->at[i]);
        }
}

/* from=kept is a day too, but none that stands in a field. */
static void put_day(em_ask *ask, const char *name, const char *words)
{
        em_str value = em_form_get(ask->query, name);
        em_day day;
        em_put_field(ask, name, words, "day", em_day_parse(value, &day) ? value : EM_S(""));
}

void em_report_diff_form(em_ask *ask, bool kept)
{
        em_html_lit(ask->h, "<form class=\"led-form\" method=\"get\" action=\"/report/diff\">");
        put_day(ask, "from", "From");
        put_day(ask, "to", "to (empty: now)");
        em_html_lit(ask->h, "<button>Compare</button>");
        if (kept)
                em_html_lit(ask->h, " <a href=\"/report/diff?from=kept\">From the last printed one to now</a>");
        em_html_lit(ask->h, "</form>\n");
}

/* ---- as data --------------------------------------------------------------------------------------------------- */

static const em_grid_column columns[] = {
        {"change", "Change", EM_AS_TEXT, NULL, NULL}, {"then", "Then", EM_AS_TEXT, NULL, NULL}, {"now", "Now", EM_AS_TEXT, NULL, NULL},
        {"why", "Why", EM_AS_TEXT, NULL, NULL}, {"numbers", "Numbers", EM_AS_TEXT, NULL, NULL}, {"records_came", "Came", EM_AS_TEXT, NULL, NULL},
        {"records_went", "Went", EM_AS_TEXT, NULL, NULL}};

static em_str ids_of(em_ask *ask, rows r)
{
        em_buf text = em_buf_make((size_t)1 << 22);
        em_str out = {0};
        for (size_t i = 0; i < r.count; i++) {
                em_buf_c(&text, i ? " " : "");
                em_buf_str(&text, text_of(r.at[i], "id"));
        }
        if (em_str_copy(em_buf_view(&text), ask->arena, &out, NULL) != EM_OK)
                out = EM_S("");
        em_buf_free(&text);
        return out;
}

/* "{january-2022-record|value}: 6 to 9; ..." */
static em_str numbers_of(em_ask *ask, const change *c)
{
        em_str          all = EM_S("");
        const em_jnode *o = first_of(c->then, "bindings");
        for (const em_jnode *b = c->kind == CHANGED ? first_of(c->now, "bindings") : NULL; b; b = b->next, o = o ? o->next : NULL)
                if (o && !em_str_eq(text_of(b, "text"), text_of(o, "text")))
                        all = em_grid_text(ask->arena, "%.*s%s%.*s: %.*s to %.*s", EM_ARG(all), all.n ? "; " : "", EM_ARG(text_of(b, "mark")),
                                           EM_ARG(text_of(o, "text")), EM_ARG(text_of(b, "text")));
        return all;
}

static em_status answer_data(diff *d, em_error *err)
{
        static const char *const names[KINDS] = {"changed", "came", "went"};
        em_ask *ask = d->ask;
        em_grid grid = em_grid_make(columns, EM_COUNT(columns), ask->arena);
        for (size_t i = 0; i < d->count; i++) {
                const change *c = &d->at[i];
                EM_TRY(em_grid_add(&grid, (em_str[]){em_str_c(names[c->kind]), c->then ? em_report_said(ask, c->then) : EM_S(""),
                                                     c->now ? em_report_said(ask, c->now) : EM_S(""), c->why, numbers_of(ask, c), ids_of(ask, c->came),
                                                     ids_of(ask, c->went)}, err));
        }
        return em_grid_data(ask, "embargo.report-diff/1", &grid, err);
}

/* ---- /report/diff ------------------------------------------------------------------------------------------------- */

em_status em_report_answer_diff(em_ask *ask, em_error *err)
{
        diff            d = {.ask = ask};
        em_str          from = em_form_get(ask->query, "from"), to = em_form_get(ask->query, "to");
        const em_jnode *kept;
        EM_TRY(em_report_kept(ask, &kept, err));
        bool asked = from.n || to.n || kept;
        if (asked) {
                EM_TRY(load_sides(&d, from.n ? from : EM_S("kept"), to, kept, err));
                EM_TRY(compare(&d, err));
        }
        if (ask->shape != EM_SHAPE_PAGE)
                return answer_data(&d, err);
        em_page page = {.title = EM_S("What changed in the report"), .nav = "report",
                        .lede = asked ? em_grid_text(ask->arena, "First %.*s; then %.*s.", EM_ARG(d.then_words), EM_ARG(d.now_words))
                                      : EM_S("Choose two days: what was known on the one, and what on the other.")};
        em_page_open(ask, &page);
        em_report_diff_form(ask, kept != NULL);
        if (asked)
                put_changes(&d);
        return em_page_close(ask, err);
}
