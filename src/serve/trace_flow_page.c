/* The flow of a trace on a page, folded and opened box by box.
 *
 * Without scripts every box of the picture is a link to the picture in its next state, and a table lists the boxes with the
 * same links for those who come by the keyboard.  The island "flow" takes the same data and moves about in it.
 */
#include "serve/trace_ask.h"

enum { BOXES_MOST = 6000, STILL_BOXES = 400 };  /* of more the page has no picture of its own: it would take seconds and megabytes */

static const char *const state_fields[] = {"fold", "open", "boxes", NULL};

static int64_t boxes_asked(const em_ask *ask)
{
        int64_t boxes = 0;
        (void)em_str_int(em_form_get(ask->query, "boxes"), &boxes);
        return boxes;
}

/* fold= and open= hold ids by commas only. */
static em_status put_state(const em_ta *ta, em_ta_words *w, em_error *err)
{
        for (size_t i = 0; state_fields[i]; i++) {
                em_str value = em_form_get(ta->ask->query, state_fields[i]);
                for (size_t k = 0; k < value.n; k++)
                        if (!((value.p[k] >= 'a' && value.p[k] <= 'z') || (value.p[k] >= '0' && value.p[k] <= '9') || value.p[k] == ','))
                                return em_fail(err, EM_USAGE, "%s= holds names of boxes, with commas between them", state_fields[i]);
                if (!value.n)
                        continue;
                if (strcmp(state_fields[i], "boxes") == 0 && (boxes_asked(ta->ask) < 1 || boxes_asked(ta->ask) > BOXES_MOST))
                        return em_fail(err, EM_USAGE, "boxes= takes 1 to %d", BOXES_MOST);
                em_ta_word(w, em_grid_text(ta->ask->arena, "--%s", state_fields[i]));
                em_ta_word(w, value);
        }
        return EM_OK;
}

static em_status flow_words(const em_ta *ta, em_ta_words *w, em_error *err)
{
        EM_TRY(em_ta_trace(ta, ta->policies ? ta->policy[0] : EM_S("haircut"), w, err));
        em_ta_word(w, EM_S("--flow"));
        em_ta_word(w, EM_S("-"));
        return put_state(ta, w, err);
}

/* ---- the table of the boxes ---------------------------------------------------------------------------- */

static const struct { const char *kind, *words; } kinds[] = {
        {"source", "named as stolen"}, {"between", "on the way"}, {"service", "service"}, {"mixer", "mixer"},
        {"stopped", "not followed further"}, {"sitting", "not moved since"}};

static const char *kind_words(em_str kind)
{
        for (size_t i = 0; i < EM_COUNT(kinds); i++)
                if (em_str_eq(kind, em_str_c(kinds[i].kind)))
                        return kinds[i].words;
        return "";
}

static bool in_list(em_str list, em_str id)
{
        for (em_cut cut = {.tail = list, .found = true}; cut.found;) {
                cut = em_str_cut(cut.tail, ',');
                if (cut.head.n && em_str_eq(cut.head, id))
                        return true;
        }
        return false;
}

static void put_box(const em_ta *ta, const em_jnode *box)
{
        em_html h = ta->ask->h;
        bool    source = em_str_eq(em_jtext(em_jget(box, "kind")), EM_S("source")), end = em_ta_true(box, "end");
        em_str  id = em_jtext(em_jget(box, "id")), href = em_jtext(em_jget(box, "href"));
        bool    several = id.n && id.p[0] == '+';
        bool    folded = in_list(em_form_get(ta->ask->query, "fold"), id);
        em_html_lit(h, "<tr><td data-h=\"Kind\">");
        em_html_c(h, kind_words(em_jtext(em_jget(box, "kind"))));
        em_html_lit(h, "<td data-h=\"Box\">");
        em_html_text(h, em_jtext(em_jget(box, "name")));
        em_html_lit(h, " <small>");
        em_html_text(h, em_jtext(em_jget(box, "second")));
        em_html_lit(h, "</small><td class=\"num\" data-h=\"Received\">");
        em_html_text(h, source ? EM_S("-") : em_jtext(em_jget(box, "in_shown")));
        em_html_lit(h, "<td class=\"num\" data-h=\"Goes on\">");
        em_html_text(h, end ? EM_S("-") : em_jtext(em_jget(box, "out_shown")));
        em_html_lit(h, "<td data-h=\"State\">");
        if (!href.n)
                return;
        em_html_lit(h, "<a");
        em_ta_href(ta, href);
        em_html_lit(h, ">");
        em_html_c(h, several ? "open" : folded ? "open again" : "fold");
        em_html_lit(h, "</a>\n");
}

static void put_boxes(const em_ta *ta, const em_jnode *root)
{
        em_html h = ta->ask->h;
        em_html_lit(h, "<h2 id=\"boxes\">The boxes</h2>\n<div class=\"table wide\"><table><thead><tr><th scope=\"col\">Kind<th scope=\"col\">Box"
                       "<th scope=\"col\" class=\"num\">Received, ");
        em_html_text(h, em_jtext(em_jget(root, "unit")));
        em_html_lit(h, "<th scope=\"col\" class=\"num\">Goes on<th scope=\"col\">State</thead><tbody>\n");
        const em_jnode *boxes = em_jget(root, "boxes");
        for (const em_jnode *b = boxes ? boxes->first : NULL; b; b = b->next)
                put_box(ta, b);
        em_html_lit(h, "</table></div>\n");
}

/* ---- around the picture ------------------------------------------------------------------------------------ */

static void put_rules(const em_ta *ta, em_str now)
{
        static const char *const rules[] = {"haircut", "fifo", "lifo", "tiho", "seniority", "dirty-first", "pure-dirty-first", "poison"};
        static const char *const but[] = {"policy", "fold", "open", NULL};
        em_html h = ta->ask->h;
        em_html_lit(h, "<nav class=\"flow-go\" aria-label=\"Rule\">By the rule");
        for (size_t i = 0; i < EM_COUNT(rules); i++) {
                em_html_lit(h, " <a");
                em_ta_href(ta, em_ta_address(ta, "/trace/flow", but, em_grid_text(ta->ask->arena, "policy=%s", rules[i])));
                if (em_str_eq(now, em_str_c(rules[i])))
                        em_html_lit(h, " aria-current=\"true\"");
                em_html_lit(h, ">");
                em_html_c(h, rules[i]);
                em_html_lit(h, "</a>");
        }
        em_html_lit(h, "</nav>\n");
}

static void put_ways(const em_ta *ta)
{
        static const char *const but[] = {"fold", "open", "boxes", NULL}, *const sizes[] = {"30", "60", "200", "1000", "5000"};
        static const char *const but_boxes[] = {"boxes", NULL};
        em_html h = ta->ask->h;
        em_html_lit(h, "<p class=\"flow-go\"><a");
        em_ta_href(ta, em_ta_address(ta, "/trace/flow", but, EM_S("")));
        em_html_lit(h, ">As at first</a> At most");
        for (size_t i = 0; i < EM_COUNT(sizes); i++) {
                em_html_lit(h, " <a");
                em_ta_href(ta, em_ta_address(ta, "/trace/flow", but_boxes, em_grid_text(ta->ask->arena, "boxes=%s", sizes[i])));
                em_html_lit(h, ">");
                em_html_c(h, sizes[i]);
                em_html_lit(h, "</a>");
        }
        em_html_lit(h, " boxes; the address of this page is its state.</p>\n");
}

/* The still picture with its links, and the boxes as a table; the island takes the place of the former. */
static em_status put_still(const em_ta *ta, const em_ta_words *w, const em_jnode **ret_root, em_error *err)
{
        em_ask     *ask = ta->ask;
        em_ta_words picture = *w;
        em_ta_word(&picture, EM_S("--links"));
        em_ta_word(&picture, em_ta_address(ta, "/trace/flow", (const char *const[]){"fold", "open", NULL}, EM_S("")));
        return em_desk_run_json(ask, picture.at, picture.n, 0, ret_root, err);
}

static void put_island(const em_ta *ta, em_str svg)
{
        em_ask *ask = ta->ask;
        em_html h = ask->h;
        em_html_lit(h, "<div id=\"flow\" class=\"flow\"");
        em_html_attr(h, "data-src", em_ta_address(ta, "/trace/flow.json", (const char *const[]){"fold", "open", NULL}, EM_S("")));
        em_html_attr(h, "data-page", em_ta_address(ta, "/trace/flow", (const char *const[]){"fold", "open", NULL}, EM_S("")));
        em_html_attr(h, "data-fold", em_form_get(ask->query, "fold"));
        em_html_attr(h, "data-open", em_form_get(ask->query, "open"));
        em_html_lit(h, "><div class=\"flow-still\" tabindex=\"0\" role=\"region\" aria-label=\"The flow; it scrolls\">");
        if (svg.n) {
                em_buf_str(&ask->reply->body, svg);     /* of the drawing module */
        } else {
                em_html_lit(h, "<p>So many boxes are drawn by a script. Without it: <a");
                em_ta_href(ta, em_ta_address(ta, "/trace/picture", NULL, EM_S("")));
                em_html_lit(h, ">the picture as an SVG</a>, or fewer boxes.</p>");
        }
        em_html_lit(h, "</div></div>\n");
}

static em_status put_page(const em_ta *ta, const em_ta_words *w, em_error *err)
{
        em_ask         *ask = ta->ask;
        em_str          line, rule = ta->policies ? ta->policy[0] : EM_S("haircut");
        const em_jnode *root = NULL;
        EM_TRY(em_ta_line(ta, w, &line, err));
        if (boxes_asked(ask) <= STILL_BOXES)
                EM_TRY(put_still(ta, w, &root, err));
        em_page_open(ask, &(em_page){.title = EM_S("The flow"), .nav = "trace", .wide = true, .command = line, .island = "flow",
                                     .lede = EM_S("Money runs from left to right. A box on the way folds what only its coins reach; a dashed box of "
                                                  "several opens.")});
        em_ta_put_views(ta, "/trace/flow");
        put_rules(ta, rule);
        put_ways(ta);
        put_island(ta, em_jtext(em_jget(root, "svg")));
        if (root)
                put_boxes(ta, root);
        return em_page_close(ask, err);
}

em_status em_answer_trace_picture(em_ask *ask, em_error *err)
{
        em_ta       ta;
        em_ta_words w = {.n = 0};
        em_str      svg;
        EM_TRY(em_ta_read(ask, &ta, err));
        EM_TRY(flow_words(&ta, &w, err));
        EM_TRY(em_desk_run(ask, w.at, w.n, 0, &svg, err));
        ask->reply->type = "image/svg+xml";
        em_buf_str(&ask->reply->body, svg);
        return em_buf_status(&ask->reply->body, err);
}

/* ---- the lines as a table -------------------------------------------------------------------------------------- */

static em_str name_at(const em_jnode *const *box, size_t boxes, int64_t i)
{
        return i >= 0 && (size_t)i < boxes ? em_jtext(em_jget(box[i], "name")) : EM_S("");
}

static em_status put_csv(em_ask *ask, const em_jnode *root, em_error *err)
{
        static const em_grid_column columns[] = {
                {"from", "From", EM_AS_TEXT, NULL, NULL}, {"to", "To", EM_AS_TEXT, NULL, NULL}, {"amount", "Amount", EM_AS_NUMBER, NULL, NULL},
                {"payments", "Payments", EM_AS_NUMBER, NULL, NULL}, {"when", "When", EM_AS_TEXT, NULL, NULL}};
        em_grid          grid = em_grid_make(columns, EM_COUNT(columns), ask->arena);
        const em_jnode  *boxes = em_jget(root, "boxes"), *lines = em_jget(root, "lines");
        size_t           n = 0;
        for (const em_jnode *b = boxes ? boxes->first : NULL; b; b = b->next)
                n++;
        const em_jnode **box = EM_NEW_N(ask->arena, const em_jnode *, n + 1);
        if (!box)
                return em_fail(err, EM_NOMEM, "no memory for a table");
        n = 0;
        for (const em_jnode *b = boxes ? boxes->first : NULL; b; b = b->next)
                box[n++] = b;
        for (const em_jnode *l = lines ? lines->first : NULL; l; l = l->next) {
                int64_t from = -1, to = -1;
                (void)em_jint(em_jget(l, "from"), &from);
                (void)em_jint(em_jget(l, "to"), &to);
                const em_str cell[] = {name_at(box, n, from), name_at(box, n, to), em_jtext(em_jget(l, "amount")), em_jtext(em_jget(l, "count")),
                                       em_jtext(em_jget(l, "when"))};
                EM_TRY(em_grid_add(&grid, cell, err));
        }
        return em_grid_data(ask, "embargo.flow.lines/1", &grid, err);
}

em_status em_answer_trace_flow(em_ask *ask, em_error *err)
{
        em_ta           ta;
        em_ta_words     w = {.n = 0};
        em_str          text;
        const em_jnode *root;
        EM_TRY(em_ta_read(ask, &ta, err));
        EM_TRY(flow_words(&ta, &w, err));
        if (ask->shape == EM_SHAPE_PAGE)
                return put_page(&ta, &w, err);
        if (ask->shape == EM_SHAPE_CSV) {
                EM_TRY(em_desk_run_json(ask, w.at, w.n, 0, &root, err));
                return put_csv(ask, root, err);
        }
        em_ta_word(&w, EM_S("--json"));
        EM_TRY(em_desk_run(ask, w.at, w.n, 0, &text, err));
        ask->reply->type = "application/json";
        em_buf_str(&ask->reply->body, text);
        return em_buf_status(&ask->reply->body, err);
}
