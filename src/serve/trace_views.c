/* What the views of one trace share: links from each to the others, outputs, parties and cited prices as links.
 */
#include "serve/trace_ask.h"

void em_ta_put_views(const em_ta *ta, const char *now)
{
        static const struct { const char *path, *words; } views[] = {
                {"/trace", "Rules and places"}, {"/trace/flow", "The flow"}, {"/trace/patterns", "Patterns"}, {"/trace/values", "In money"},
                {"/trace/cross", "On another chain"}, {"/trace/stops", "What ends it"}};
        static const char *const but[] = {"fold", "open", "boxes", "to", "places", "run", NULL};
        static const char *const but_rules[] = {"fold", "open", "boxes", "to", "places", "run", "policy", NULL};
        em_html h = ta->ask->h;
        em_html_lit(h, "<nav class=\"flow-go\" aria-label=\"Views of this trace\">");
        for (size_t i = 0; i < EM_COUNT(views); i++) {
                /* A picture has one rule: haircut where several are asked for; from it one comes back to all side by side. */
                bool flow = strcmp(views[i].path, "/trace/flow") == 0, from_flow = strcmp(now, "/trace/flow") == 0;
                em_html_lit(h, " <a");
                em_ta_href(ta, em_ta_address(ta, views[i].path, (flow ? ta->policies != 1 : from_flow) ? but_rules : but, EM_S("")));
                if (strcmp(views[i].path, now) == 0)
                        em_html_lit(h, " aria-current=\"page\"");
                em_html_lit(h, ">");
                em_html_c(h, views[i].words);
                em_html_lit(h, "</a>");
        }
        em_html_lit(h, "</nav>\n");
}

void em_ta_put_output(const em_ta *ta, em_str name)
{
        em_html h = ta->ask->h;
        em_str  head = em_str_cut(name, ':').head;
        bool    linked = head.n >= 64 && head.n <= 66;
        bool    account = head.n == 66;         /* a page of a transaction shows one of its transfers by name */
        if (linked) {
                em_html_lit(h, "<a class=\"flow-id\"");
                em_ta_place(ta, "/tx/", account ? name : head);
                em_html_attr(h, "title", name);
                em_html_lit(h, ">");
        }
        em_html_text(h, linked ? em_ta_short(ta->ask->arena, name) : name);
        if (linked)
                em_html_lit(h, "</a>");
}

void em_ta_put_party(const em_ta *ta, em_str address, em_str label)
{
        em_html h = ta->ask->h;
        if (!address.n)
                return;
        if (label.n) {
                em_html_lit(h, "<b>");
                em_html_text(h, label);
                em_html_lit(h, "</b><br>");
        }
        if (!em_ta_plain(address)) {            /* "the protocol" */
                em_html_text(h, address);
                return;
        }
        em_html_lit(h, "<a class=\"flow-id\"");
        em_ta_place(ta, "/address/", address);
        em_html_lit(h, ">");
        em_html_text(h, address);
        em_html_lit(h, "</a>");
}

em_str em_ta_moment(em_arena *arena, int64_t time_s)
{
        char day[11];
        if (time_s <= 0)
                return EM_S("a time that is not stated");
        em_day_text(em_day_utc(time_s), day);
        return em_grid_text(arena, "%s %02lld:%02lld", day, (long long)(time_s / 3600 % 24), (long long)(time_s / 60 % 60));
}

void em_ta_put_cited(const em_ta *ta, em_str file, em_str line)
{
        em_html            h = ta->ask->h;
        const em_ta_table *t = em_ta_table_of(ta, file);
        if (t) {
                em_html_lit(h, "<a");
                em_page_href(ta->ask, "/evidence/", t->id);
                em_html_lit(h, ">");
        }
        em_html_text(h, t ? t->source->name : em_path_base(file));
        em_html_lit(h, ", line ");
        em_html_text(h, line);
        if (t)
                em_html_lit(h, "</a>");
}

em_status em_ta_pass(em_ask *ask, em_ta_words *w, em_error *err)
{
        bool   csv = ask->shape == EM_SHAPE_CSV;
        em_str text;
        em_ta_word(w, csv ? EM_S("--csv") : EM_S("--json"));
        EM_TRY(em_desk_run(ask, w->at, w->n, 0, &text, err));
        ask->reply->type = csv ? "text/csv; charset=utf-8" : "application/json";
        em_buf_str(&ask->reply->body, text);
        return em_buf_status(&ask->reply->body, err);
}

void em_ta_form_rest(const em_ta *ta, const char *const *but)
{
        static const char *const states[] = {"fold", "open", "boxes", "to", "places", "run", "token"};
        em_html h = ta->ask->h;
        for (size_t i = 0; i < ta->ask->query.count; i++) {
                const em_form_item *f = &ta->ask->query.at[i];
                bool                left = !f->value.n && !em_str_eq(f->name, EM_S("labels"));
                for (const char *const *b = but; b && *b; b++)
                        left = left || em_str_eq(f->name, em_str_c(*b));
                for (size_t k = 0; k < EM_COUNT(states); k++)
                        left = left || em_str_eq(f->name, em_str_c(states[k]));
                if (left)
                        continue;
                em_html_lit(h, "<input type=\"hidden\"");
                em_html_attr(h, "name", f->name);
                em_html_attr(h, "value", f->value);
                em_html_lit(h, ">");
        }
}
