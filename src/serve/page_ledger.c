/* The ledger: who did what, when, newest first.  The hash of every entry that is shown is computed anew, so that a page
 * never shows a changed entry without saying so; the whole chain, and the bytes it speaks of, are for `embargo verify`.
 */
#include "serve/evidence.h"

enum { ROWS = 50, ROWS_MOST = 500, ITEMS_SHOWN = 100, BODY_SHOWN = 4096 };

typedef struct shown {          /* an entry on the page */
        em_entry entry;
        em_str   says, before;  /* before: the hash of the entry before it */
        bool     agrees;
} shown;

typedef struct page {
        shown   *at; size_t count;
        int64_t  next;          /* the entry that the next page begins with; 0: none */
        size_t   wrong;
} page;

/* ---- reading ------------------------------------------------------------------------------------------ */

static em_str text_at(const em_rows *rows, size_t r, size_t c)
{
        const em_value *v = em_rows_at(rows, r, c);
        return v->type == EM_VALUE_TEXT ? v->s : EM_S("");
}

static void copy_hash(em_str text, char out[65])
{
        memset(out, 0, 65);
        if (text.n <= 64 && text.n)
                memcpy(out, text.p, text.n);
}

static em_status check(shown *s, em_error *err)
{
        static const char zeros[] = "0000000000000000000000000000000000000000000000000000000000000000";
        char hash[65];
        EM_TRY(em_ledger_hash(&s->entry, hash, err));
        em_str before = s->entry.seq == 1 ? em_str_c(zeros) : s->before;
        s->agrees = strcmp(hash, s->entry.hash) == 0 && em_str_eq(before, em_str_c(s->entry.previous));
        return EM_OK;
}

/* Entries from `from` downwards.  The table is ordered by seq, so a page costs what it shows unless a filter passes over much. */
static em_status read_entries(em_ask *ask, em_picture *now, int64_t from, uint64_t most, bool filtered, page *ret_page, em_error *err)
{
        em_str   action = filtered ? em_form_get(ask->query, "action") : EM_S(""), author = filtered ? em_form_get(ask->query, "author") : EM_S("");
        em_str   sql = em_grid_text(ask->arena, "select seq, at, author, action, body, previous, hash, %s, "
                                    "(select b.hash from ledger as b where b.seq = l.seq - 1) from ledger as l where seq <= :from "
                                    "and (:action = '' or action = :action) and (:author = '' or author = :author) "
                                    "order by seq desc limit :most", em_ledger_words);
        em_param param[] = {{EM_S("from"), {.type = EM_VALUE_INT, .i = from}}, {EM_S("most"), {.type = EM_VALUE_INT, .i = (int64_t)most + 1}},
                            {EM_S("action"), {.type = EM_VALUE_TEXT, .s = action}}, {EM_S("author"), {.type = EM_VALUE_TEXT, .s = author}}};
        em_rows  rows = {0};
        em_query_opts opts = em_query_defaults;
        opts.as_known = now->known;
        EM_TRY(em_case_query(now->c, sql, param, EM_COUNT(param), &opts, ask->arena, &rows, err));
        page p = {.at = EM_NEW_N(ask->arena, shown, rows.rows + 1)};
        if (!p.at)
                return em_fail(err, EM_NOMEM, "no memory for the ledger");
        for (size_t r = 0; r < rows.rows && r < most; r++) {
                shown *s = &p.at[p.count++];
                s->entry = (em_entry){.seq = em_rows_at(&rows, r, 0)->i, .at = text_at(&rows, r, 1), .author = text_at(&rows, r, 2),
                                      .action = text_at(&rows, r, 3), .body = text_at(&rows, r, 4)};
                copy_hash(text_at(&rows, r, 5), s->entry.previous);
                copy_hash(text_at(&rows, r, 6), s->entry.hash);
                s->says = text_at(&rows, r, 7);
                s->before = text_at(&rows, r, 8);
                EM_TRY(check(s, err));
                p.wrong += !s->agrees;
        }
        if (rows.rows > most)
                p.next = em_rows_at(&rows, (size_t)most, 0)->i;
        *ret_page = p;
        return EM_OK;
}

/* ---- a body as a table ----------------------------------------------------------------------------------- */

static bool is_hash(em_str s)
{
        for (size_t i = 0; i < s.n; i++)
                if (!((s.p[i] >= '0' && s.p[i] <= '9') || (s.p[i] >= 'a' && s.p[i] <= 'f')))
                        return false;
        return s.n == 64;
}

static void put_value(em_ask *ask, const em_jnode *v, bool of_source)
{
        em_html h = ask->h;
        em_str  text = v->kind == EM_J_NULL ? EM_S("nothing") : v->text;
        bool    source = of_source && em_str_eq(v->key, EM_S("sha256")) && is_hash(text), question = em_str_eq(v->key, EM_S("question"));
        if (source || question) {
                em_html_lit(h, "<a");
                if (source)
                        em_page_href(ask, "/evidence/", text);
                else
                        em_page_href(ask, "/findings/", text);
                em_html_lit(h, ">");
        }
        if (is_hash(text)) {
                em_html_lit(h, "<code>");
                em_html_text(h, text);
                em_html_lit(h, "</code>");
        } else {
                em_html_text(h, em_str_sub(text, 0, BODY_SHOWN));
        }
        if (source || question)
                em_html_lit(h, "</a>");
}

/* An item of a list on one line: its own members, and how many there are of what lies deeper. */
static void put_item(em_ask *ask, const em_jnode *item)
{
        em_html h = ask->h;
        em_html_lit(h, "<li>");
        if (!item->first && item->count == 0)
                put_value(ask, item, false);
        bool any = false;
        for (const em_jnode *m = item->first; m; m = m->next) {
                if (m->kind == EM_J_NULL || (m->kind == EM_J_STRING && !m->text.n))
                        continue;
                if (any)
                        em_html_lit(h, ", ");
                any = true;
                em_html_text(h, m->key);
                if (m->key.n)
                        em_html_lit(h, " ");
                if (em_jis(m, EM_J_LIST) || em_jis(m, EM_J_OBJECT)) {
                        em_html_lit(h, "(");
                        em_html_int(h, (int64_t)m->count);
                        em_html_lit(h, ")");
                } else {
                        put_value(ask, m, false);
                }
        }
        em_html_lit(h, "\n");
}

static void put_member(em_ask *ask, const em_jnode *m, bool of_source)
{
        em_html h = ask->h;
        size_t  n = 0;
        em_html_lit(h, "<dt>");
        em_html_text(h, m->key);
        em_html_lit(h, "<dd>");
        if (!em_jis(m, EM_J_LIST) && !em_jis(m, EM_J_OBJECT)) {
                put_value(ask, m, of_source);
                em_html_lit(h, "\n");
                return;
        }
        em_html_int(h, (int64_t)m->count);
        em_html_c(h, m->count == 1 ? " entry" : " entries");
        if (m->count)
                em_html_lit(h, "<ul>");
        for (const em_jnode *item = m->first; item && n < ITEMS_SHOWN; item = item->next, n++)
                put_item(ask, item);
        if (m->count > ITEMS_SHOWN) {
                em_html_lit(h, "<li>and ");
                em_html_int(h, (int64_t)(m->count - ITEMS_SHOWN));
                em_html_lit(h, " more");
        }
        if (m->count)
                em_html_lit(h, "</ul>\n");
}

static void put_body(em_ask *ask, const em_entry *e)
{
        em_jnode *root = NULL;
        if (em_json_parse(ask->reader, e->body, ask->arena, &root, NULL) != EM_OK || !em_jis(root, EM_J_OBJECT)) {
                em_evidence_bytes(ask->h, e->body, 0);
                return;
        }
        em_html_lit(ask->h, "<dl class=\"facts led-body\">");
        for (const em_jnode *m = root->first; m; m = m->next)
                put_member(ask, m, em_str_eq(e->action, EM_S("add")));
        em_html_lit(ask->h, "</dl>\n");
}

/* ---- an entry ---------------------------------------------------------------------------------------------- */

static void put_hashes(em_html h, const shown *s)
{
        em_html_lit(h, "<p class=\"hash\">Hash <code>");
        em_html_c(h, s->entry.hash);
        em_html_lit(h, "</code><br>Before <code>");
        em_html_c(h, s->entry.previous);
        em_html_lit(h, "</code></p>\n");
        if (!s->agrees)
                em_html_lit(h, "<p class=\"draft\" role=\"alert\">This entry does not agree: its hash is not that of what stands here, or it does not "
                               "name the entry before it. On the command line, <code>embargo verify</code> says what is wrong.</p>\n");
}

static void put_entry(em_ask *ask, const shown *s, bool open)
{
        em_html h = ask->h;
        em_html_lit(h, "<li class=\"led-entry\"><p class=\"led-head\"><a");
        em_page_href(ask, "/ledger/", em_grid_text(ask->arena, "%lld", (long long)s->entry.seq));
        em_html_lit(h, "><b>");
        em_html_int(h, s->entry.seq);
        em_html_lit(h, "</b>");
        em_html_text(h, s->entry.action);
        em_html_lit(h, "</a> <span class=\"led-says\">");
        em_html_text(h, em_str_sub(s->says, 0, 300));
        em_html_lit(h, "</span> <span class=\"led-by\">");
        em_html_text(h, s->entry.at);
        em_html_lit(h, ", ");
        em_html_text(h, s->entry.author);
        em_html_lit(h, "</span> <code>");
        em_html_text(h, em_str_sub(em_str_c(s->entry.hash), 0, 12));
        em_html_lit(h, "</code></p>\n<details");
        if (open || !s->agrees)
                em_html_lit(h, " open");
        em_html_lit(h, "><summary>Its body and hashes</summary>\n");
        put_body(ask, &s->entry);
        put_hashes(h, s);
        em_html_lit(h, "</details></li>\n");
}

static void put_check(em_html h, const page *p)
{
        if (!p->count)
                return;
        if (p->wrong) {
                em_html_lit(h, "<p class=\"draft\" role=\"alert\">");
                em_html_int(h, (int64_t)p->wrong);
                em_html_lit(h, " of the entries shown do not agree with their hashes. On the command line, <code>embargo verify</code> says what is wrong.</p>\n");
                return;
        }
        if (p->count == 1) {
                em_html_lit(h, "<p class=\"key led-check\">Its hash was computed anew: it agrees, and it names the hash of the entry before.</p>\n");
                return;
        }
        em_html_lit(h, "<p class=\"key led-check\">The hashes of the ");
        em_html_int(h, (int64_t)p->count);
        em_html_lit(h, " entries shown were computed anew: all agree, and each names the hash of the entry before it.</p>\n");
}

/* ---- choosing -------------------------------------------------------------------------------------------------- */

static em_status put_choice(em_ask *ask, em_picture *now, const char *name, const char *label, const char *sql, em_error *err)
{
        em_html h = ask->h;
        em_rows rows = {0};
        em_str  chosen = em_form_get(ask->query, name);
        em_query_opts opts = em_query_defaults;
        opts.as_known = now->known;
        EM_TRY(em_case_query(now->c, em_str_c(sql), NULL, 0, &opts, ask->arena, &rows, err));
        em_html_lit(h, "<label>");
        em_html_c(h, label);
        em_html_lit(h, " <select");
        em_html_attr(h, "name", em_str_c(name));
        em_html_lit(h, "><option value=\"\">all");
        for (size_t r = 0; r < rows.rows; r++) {
                em_html_lit(h, "<option");
                em_html_attr(h, "value", text_at(&rows, r, 0));
                if (em_str_eq(text_at(&rows, r, 0), chosen))
                        em_html_lit(h, " selected");
                em_html_lit(h, ">");
                em_html_text(h, text_at(&rows, r, 0));
                em_html_lit(h, " (");
                em_html_int(h, em_rows_at(&rows, r, 1)->i);
                em_html_lit(h, ")");
        }
        em_html_lit(h, "</select></label> ");
        return EM_OK;
}

static em_status put_choices(em_ask *ask, em_picture *now, em_error *err)
{
        em_html_lit(ask->h, "<form class=\"led-form\" method=\"get\" action=\"/ledger\">");
        em_page_known(ask);
        EM_TRY(put_choice(ask, now, "action", "Action", "select action, count(*) from ledger group by action order by action", err));
        EM_TRY(put_choice(ask, now, "author", "Author", "select author, count(*) from ledger group by author order by author limit 200", err));
        em_html_lit(ask->h, "<button>Show</button></form>\n");
        return EM_OK;
}

/* "/ledger?before=N" with everything else that was asked. */
static void put_turn(em_ask *ask, const char *words, int64_t before)
{
        em_html h = ask->h;
        em_html_lit(h, " <a href=\"/ledger");
        if (before) {
                em_html_lit(h, "?before=");
                em_html_int(h, before);
        }
        em_page_query(ask, "before", before ? '&' : '?');
        em_html_lit(h, "\">");
        em_html_c(h, words);
        em_html_lit(h, "</a>");
}

static void put_turns(em_ask *ask, const page *p, bool first)
{
        if (first && !p->next)
                return;
        em_html_lit(ask->h, "<p class=\"turns\">");
        if (!first)
                put_turn(ask, "the newest", 0);
        if (p->next)
                put_turn(ask, "older entries", p->next);
        em_html_lit(ask->h, "</p>\n");
}

/* ---- verify ---------------------------------------------------------------------------------------------------- */

static em_status put_verify(em_ask *ask, em_picture *now, em_error *err)
{
        em_html h = ask->h;
        em_rows rows = {0};
        em_query_opts opts = em_query_defaults;
        opts.as_known = now->known;
        EM_TRY(em_case_query(now->c, EM_S("select seq, at, author from ledger where action = 'verify' order by seq desc limit 1"), NULL, 0, &opts,
                             ask->arena, &rows, err));
        em_html_lit(h, "<h2 id=\"verify\">The whole proof</h2>\n<p>On the command line, <code>embargo verify</code> hashes every kept source anew, reads "
                       "again the records whose digests differ, walks this ledger from its first entry to its head, compares custody with it, asks every "
                       "question and repeats every run that the case keeps. It tells each difference in a sentence and writes nothing.</p>\n<p>");
        if (rows.rows) {
                em_html_lit(h, "It was last noted here on ");
                em_html_text(h, text_at(&rows, 0, 1));
                em_html_lit(h, " by ");
                em_html_text(h, text_at(&rows, 0, 2));
                em_html_lit(h, ".</p>\n");
        } else {
                em_html_lit(h, "This ledger notes no verification: the command leaves no trace in the case, so only who ran it knows when.</p>\n");
        }
        return EM_OK;
}

/* ---- the pages --------------------------------------------------------------------------------------------------- */

static const em_grid_column columns[] = {
        {"seq", "Entry", EM_AS_NUMBER, NULL, NULL}, {"at", "At", EM_AS_TEXT, NULL, NULL},      {"author", "Author", EM_AS_TEXT, NULL, NULL},
        {"action", "Action", EM_AS_TEXT, NULL, NULL}, {"what", "What", EM_AS_TEXT, NULL, NULL}, {"agrees", "Agrees", EM_AS_TEXT, NULL, NULL},
        {"previous", NULL, EM_AS_CODE, NULL, NULL}, {"hash", NULL, EM_AS_CODE, NULL, NULL},    {"body", NULL, EM_AS_TEXT, NULL, NULL}};

static em_status answer_data(em_ask *ask, const page *p, int64_t total, em_error *err)
{
        em_grid grid = em_grid_make(columns, EM_COUNT(columns), ask->arena);
        for (size_t i = 0; i < p->count; i++) {
                const em_entry *e = &p->at[i].entry;
                EM_TRY(em_grid_add(&grid, (em_str[]){em_grid_text(ask->arena, "%lld", (long long)e->seq), e->at, e->author, e->action, p->at[i].says,
                                                     p->at[i].agrees ? EM_S("yes") : EM_S("no"), em_str_c(e->previous), em_str_c(e->hash), e->body}, err));
        }
        grid.total = (uint64_t)total;
        return em_grid_data(ask, "embargo.ledger/1", &grid, err);
}

static em_status answer_ledger(em_ask *ask, em_error *err)
{
        em_picture *now;
        page        p;
        uint64_t    from, rows;
        int64_t     before = INT64_MAX;
        em_str      asked = em_form_get(ask->query, "before");
        if (asked.n && (!em_str_int(asked, &before) || before < 1))
                return em_fail(err, EM_USAGE, "before= takes the number of an entry");
        EM_TRY(em_grid_window(ask, ROWS, ROWS_MOST, &from, &rows, err));
        EM_TRY(em_desk_take(ask, &now, err));
        EM_TRY(read_entries(ask, now, before, rows, true, &p, err));
        if (ask->shape != EM_SHAPE_PAGE)
                return answer_data(ask, &p, now->last_seq, err);
        em_page head = {.title = EM_S("Ledger"), .nav = "ledger", .command = EM_S("log"), .wide = true,
                        .lede = em_grid_text(ask->arena, "Every change of this case is one of %lld entries, and each carries the hash of the one before, "
                                             "so that nothing can be taken out or put in unseen. Newest first; times are UTC.", (long long)now->last_seq)};
        em_page_open(ask, &head);
        EM_TRY(put_choices(ask, now, err));
        put_check(ask->h, &p);
        if (!p.count)
                em_html_lit(ask->h, "<p class=\"empty\">No entry is like that.</p>\n");
        em_html_lit(ask->h, "<ol class=\"led-list wide\" reversed>\n");
        for (size_t i = 0; i < p.count; i++)
                put_entry(ask, &p.at[i], false);
        em_html_lit(ask->h, "</ol>\n");
        put_turns(ask, &p, !asked.n);
        EM_TRY(put_verify(ask, now, err));
        return em_page_close(ask, err);
}

static void put_neighbours(em_ask *ask, int64_t seq, int64_t last)
{
        em_html h = ask->h;
        em_html_lit(h, "<p class=\"turns\">");
        for (int step = -1; step <= 1; step += 2) {
                if (seq + step < 1 || seq + step > last)
                        continue;
                em_html_lit(h, "<a");
                em_page_href(ask, "/ledger/", em_grid_text(ask->arena, "%lld", (long long)(seq + step)));
                em_html_lit(h, ">");
                em_html_c(h, step < 0 ? "the entry before" : "the entry after");
                em_html_lit(h, "</a> ");
        }
        em_html_lit(h, "<a");
        em_page_href(ask, "/ledger", (em_str){0});
        em_html_lit(h, ">the whole ledger</a></p>\n");
}

static em_status answer_entry(em_ask *ask, em_error *err)
{
        em_picture *now;
        page        p;
        int64_t     seq = 0;
        char        shown_id[40];
        if (!em_str_int(ask->part, &seq) || seq < 1)
                return em_fail(err, EM_MISSING, "\"%s\" is no number of an entry", em_str_show(ask->part, shown_id, sizeof shown_id));
        EM_TRY(em_desk_take(ask, &now, err));
        EM_TRY(read_entries(ask, now, seq, 1, false, &p, err));
        if (!p.count || p.at[0].entry.seq != seq)
                return em_fail(err, EM_MISSING, "the ledger has no entry %lld; its last is %lld", (long long)seq, (long long)now->last_seq);
        if (ask->shape != EM_SHAPE_PAGE)
                return answer_data(ask, &p, 1, err);
        const shown *s = &p.at[0];
        em_page head = {.title = em_grid_text(ask->arena, "Entry %lld: %.*s", (long long)seq, EM_ARG(s->entry.action)), .nav = "ledger", .wide = true,
                        .lede = em_grid_text(ask->arena, "%.*s, by %.*s.", EM_ARG(s->entry.at), EM_ARG(s->entry.author)),
                        .command = em_grid_text(ask->arena, "log --from %lld", (long long)seq)};
        em_page_open(ask, &head);
        em_html_lit(ask->h, "<p>");
        em_html_text(ask->h, em_str_sub(s->says, 0, 2000));
        em_html_lit(ask->h, "</p>\n");
        put_check(ask->h, &p);
        em_html_lit(ask->h, "<h2>Its body</h2>\n");
        put_body(ask, &s->entry);
        em_html_lit(ask->h, "<h2>Its place in the chain</h2>\n<p>The hash is SHA-256 over the hash before, the number, the time, the author, the action "
                            "and the body, each on a line of its own; it can be made again with sha256sum.</p>\n");
        put_hashes(ask->h, s);
        put_neighbours(ask, seq, now->last_seq);
        return em_page_close(ask, err);
}

static const em_route_param list_params[] = {{"action", "string", "only entries of this action"}, {"author", "string", "only this author's"},
                                             {"before", "integer", "begin with this entry and go back"}, {"rows", "integer", "how many; 50, at most 500"}, {0}};

const em_route em_routes_ledger[] = {
        {"GET", "/ledger", EM_FAMILY_PAGE, answer_ledger, "who did what, when, with the hashes computed anew", NULL, list_params,
         EM_ROUTE_CASE | EM_ROUTE_DATA | EM_ROUTE_KEPT},
        {"GET", "/ledger/{id}", EM_FAMILY_PAGE, answer_entry, "one entry of the ledger", NULL, NULL, EM_ROUTE_CASE | EM_ROUTE_DATA | EM_ROUTE_KEPT},
        {0},
};
