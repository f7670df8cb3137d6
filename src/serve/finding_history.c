/* What stands beside an answer in the case: the versions that were kept, what people said of it, and which of its records
 * others contradict.
 *
 * A version says what changed in it: the verdict, or the sentence of a reading.  Bodies are canonical JSON, so two that
 * differ differ in something that can be named.
 */
#include "serve/findings.h"
#include "embargo/note.h"

enum { VERSIONS_MOST = 20, LINKS_MOST = 60 };

typedef struct version {
        em_finding_row *row;
        em_str          at, author;     /* of the ledger entry that kept it; empty: not found */
        const em_jnode *body;
} version;

typedef struct history { version *at; size_t count; bool newer; } history;

/* Which entry kept it is written in the entry. */
static em_status find_entry(em_ask *ask, em_picture *now, version *v, em_error *err)
{
        em_rows  r;
        em_str   needle = em_grid_text(ask->arena, "\"question\":\"%.*s\",\"as_known\":\"%.*s\",\"version\":%lld,", EM_ARG(v->row->question),
                                       EM_ARG(v->row->as_known), (long long)v->row->version);
        em_param param = {EM_S("needle"), {.type = EM_VALUE_TEXT, .s = needle}};
        EM_TRY(em_case_query(now->c, EM_S("select at, author from ledger where action = 'find' and instr(body, :needle) > 0 order by seq limit 1"),
                             &param, 1, NULL, ask->arena, &r, err));
        if (r.rows) {
                v->at = em_cell(ask, &r, 0, "at");
                v->author = em_cell(ask, &r, 0, "author");
        }
        return EM_OK;
}

static em_status load(em_ask *ask, const em_answer *a, history *h, em_error *err)
{
        em_picture *now;
        em_finding_row *list = NULL;
        size_t count = 0;
        EM_TRY(em_desk_take(ask, &now, err));
        EM_TRY(em_case_finding_versions(now->c, em_question_key(a->question), em_str_c(now->known_text), ask->arena, &list, &count, err));
        size_t skip = count > VERSIONS_MOST ? count - VERSIONS_MOST : 0;
        h->at = EM_NEW_N(ask->arena, version, count + 1);
        if (!h->at)
                return em_fail(err, EM_NOMEM, "no memory for the versions");
        for (size_t i = skip; i < count; i++) {
                em_jnode *body;
                version  *v = &h->at[h->count++];
                v->row = &list[i];
                EM_TRY(find_entry(ask, now, v, err));
                if (count > 1) {
                        EM_TRY(em_json_parse(ask->reader, list[i].body, ask->arena, &body, err));
                        v->body = body;
                }
        }
        h->newer = count && !em_str_eq(list[count - 1].body, a->body);
        return EM_OK;
}

/* ---- what changed ------------------------------------------------------------------------------ */

static const em_jnode *reading_of(const em_jnode *body, em_str name)
{
        const em_jnode *list = em_jget(body, "readings");
        for (const em_jnode *r = em_jis(list, EM_J_LIST) ? list->first : NULL; r; r = r->next)
                if (em_str_eq(em_jtext(em_jget(r, "name")), name))
                        return r;
        return NULL;
}

static void put_change(em_html h, em_str what, em_str before, em_str after)
{
        em_html_lit(h, "<li>");
        em_html_text(h, what);
        em_html_lit(h, ": ");
        if (before.n) {
                em_html_lit(h, "<del>");
                em_html_text(h, before);
                em_html_lit(h, "</del> ");
        }
        em_html_lit(h, "<ins>");
        em_html_text(h, after);
        em_html_lit(h, "</ins>");
}

static void put_changes(em_html h, const version *before, const version *v)
{
        const em_jnode *list = em_jget(v->body, "readings"), *rows = em_jget(v->body, "rows"), *old_rows = em_jget(before->body, "rows");
        em_html_lit(h, "<ul>");
        if (!em_str_eq(before->row->question_hash, v->row->question_hash))
                em_html_lit(h, "<li>the question itself was changed");
        if (!em_str_eq(before->row->verdict, v->row->verdict))
                put_change(h, EM_S("verdict"), before->row->verdict, v->row->verdict);
        if (!em_str_eq(before->row->standard, v->row->standard))
                put_change(h, EM_S("standard of proof"), before->row->standard, v->row->standard);
        for (const em_jnode *r = em_jis(list, EM_J_LIST) ? list->first : NULL; r; r = r->next) {
                em_str name = em_jtext(em_jget(r, "name")), says = em_jtext(em_jget(r, "says"));
                em_str old = em_jtext(em_jget(reading_of(before->body, name), "says"));
                if (!em_str_eq(old, says))
                        put_change(h, name, old, says);
        }
        if (rows && old_rows && rows->count != old_rows->count) {
                em_html_lit(h, "<li>it rests on ");
                em_html_int(h, (int64_t)rows->count);
                em_html_lit(h, " records, before on ");
                em_html_int(h, (int64_t)old_rows->count);
        }
        em_html_lit(h, "</ul>\n");
}

static void put_version(em_ask *ask, const history *all, size_t i)
{
        em_html h = ask->h;
        const version *v = &all->at[i];
        em_html_lit(h, "<li><p><b>Version ");
        em_html_int(h, v->row->version);
        em_html_lit(h, "</b> ");
        em_put_verdict_text(h, v->row->verdict);
        if (v->at.n) {
                em_html_lit(h, " kept <time");
                em_html_attr(h, "datetime", v->at);
                em_html_lit(h, ">");
                em_html_text(h, em_str_sub(v->at, 0, 10));
                em_html_lit(h, "</time> by ");
                em_html_text(h, v->author);
        }
        em_html_lit(h, ", question <code>");
        em_html_text(h, em_str_sub(v->row->question_hash, 0, 12));
        em_html_lit(h, "</code></p>\n");
        if (i > 0)
                put_changes(h, &all->at[i - 1], v);
}

em_status em_finding_history(em_ask *ask, const em_answer *a, em_error *err)
{
        history all = {0};
        em_html h = ask->h;
        EM_TRY(load(ask, a, &all, err));
        if (!all.count) {
                em_html_lit(h, "<p>No version of it is kept");
                em_html_c(h, h.known.n ? " as known on this day" : "");
                em_html_lit(h, ". The answer shown is live: <code>embargo find ");
                em_html_text(h, em_question_key(a->question));
                em_html_lit(h, "</code> keeps it as version 1, with its hash in the ledger.</p>\n");
                return EM_OK;
        }
        if (all.newer)
                em_html_lit(h, "<p class=\"draft\">The answer shown is newer than every version kept: the evidence or the question has changed since. "
                               "<code>embargo find</code> keeps it.</p>\n");
        em_html_lit(h, "<ol class=\"history\" reversed>\n");
        for (size_t i = all.count; i-- > 0;)
                put_version(ask, &all, i);
        em_html_lit(h, "</ol>\n");
        return em_buf_status(h.out, err);
}

em_status em_finding_history_json(em_ask *ask, const em_answer *a, em_error *err)
{
        history  all = {0};
        em_json *j = &ask->j;
        EM_TRY(load(ask, a, &all, err));
        em_json_open(j, '[');
        for (size_t i = 0; i < all.count; i++) {
                em_json_open(j, '{');
                em_json_kint(j, "version", all.at[i].row->version);
                em_json_kstr(j, "verdict", all.at[i].row->verdict);
                em_json_kstr(j, "kept_at", all.at[i].at);
                em_json_kstr(j, "author", all.at[i].author);
                em_json_kstr(j, "question_hash", all.at[i].row->question_hash);
                em_json_close(j, '}');
        }
        em_json_close(j, ']');
        return em_buf_status(&ask->reply->body, err);
}

/* ---- notes ------------------------------------------------------------------------------------------ */

static void put_note(em_ask *ask, const em_note *n, int64_t latest)
{
        em_html h = ask->h;
        em_html_lit(h, "<li><p><b>");
        em_html_c(h, em_note_sort_name(n->sort));
        em_html_lit(h, "</b>");
        if (n->party.n) {
                em_html_lit(h, " of ");
                em_html_text(h, n->party);
        }
        if (n->said_on.n) {
                em_html_lit(h, ", said on ");
                em_html_text(h, n->said_on);
        }
        em_html_lit(h, " <small>written ");
        em_html_text(h, n->written_on);
        em_html_lit(h, " by ");
        em_html_text(h, n->author);
        if (n->version) {
                em_html_lit(h, ", of version ");
                em_html_int(h, n->version);
                em_html_c(h, latest && n->version != latest ? ", which is no longer the latest" : "");
        }
        em_html_lit(h, ", ");
        em_page_link(ask, "/records/", n->id, n->id);
        em_html_lit(h, "</small></p>\n");
        if (n->withheld)
                em_html_lit(h, "<p>Withheld: its words are not shown.</p>\n");
        else if (n->text.n) {
                em_html_lit(h, "<blockquote>");
                em_html_text(h, n->text);
                em_html_lit(h, "</blockquote>\n");
        }
}

/* Where one's own is written: a form, when the pages may change the case; else the command. */
static void put_ways_to_write(em_ask *ask, em_str key)
{
        static const struct { const char *sort, *words; } ways[] = {
                {"reply", "write down a reply"}, {"alternative", "explain it otherwise"}, {"sign-off", "sign it off"}};
        em_html h = ask->h;
        if (!em_desk_writes(ask->desk)) {
                em_html_lit(h, "<p class=\"key\">Written down with <code>embargo note reply ");
                em_html_text(h, key);
                em_html_lit(h, "</code>, or <code>alternative</code>, or <code>sign-off</code>.</p>\n");
                return;
        }
        em_html_lit(h, "<p class=\"ways\">");
        for (size_t i = 0; i < EM_COUNT(ways); i++) {
                em_html_lit(h, "<a href=\"/notes/new?about=");
                em_html_url(h, key);
                em_html_lit(h, "&amp;sort=");
                em_html_c(h, ways[i].sort);
                em_html_lit(h, "\">");
                em_html_c(h, ways[i].words);
                em_html_lit(h, "</a> ");
        }
        em_html_lit(h, "</p>\n");
}

em_status em_finding_notes(em_ask *ask, const em_answer *a, em_error *err)
{
        em_picture     *now;
        em_note        *note = NULL;
        em_finding_row *versions = NULL;
        size_t          notes = 0, count = 0;
        em_str          key = em_question_key(a->question);
        em_html         h = ask->h;
        EM_TRY(em_desk_take(ask, &now, err));
        EM_TRY(em_notes(now->c, key, now->known, ask->arena, &note, &notes, err));
        EM_TRY(em_case_finding_versions(now->c, key, em_str_c(now->known_text), ask->arena, &versions, &count, err));
        if (!notes)
                em_html_lit(h, "<p class=\"empty\">Nobody has replied to it, explained it otherwise or signed it off.</p>\n");
        else
                em_html_lit(h, "<ul class=\"said-of\">\n");
        for (size_t i = 0; i < notes; i++)
                put_note(ask, &note[i], count ? versions[count - 1].version : 0);
        if (notes)
                em_html_lit(h, "</ul>\n");
        put_ways_to_write(ask, key);
        return em_buf_status(h.out, err);
}

/* ---- links ---------------------------------------------------------------------------------------------- */

static em_str link_sql(em_ask *ask, const em_answer *a)
{
        em_buf sql = em_buf_make(1 << 20);
        em_str text = {0};
        for (int side = 0; side < 2; side++) {
                em_buf_fmt(&sql, "%sselect link, from_id, to_id, relation, certainty, reason, author from link where %s in (",
                           side ? " union " : "", side ? "to_record" : "from_record");
                for (size_t i = 0; i < a->rows; i++)
                        em_buf_fmt(&sql, "%s%lld", i ? "," : "", (long long)a->row[i].record);
                em_buf_c(&sql, ")");
        }
        em_buf_c(&sql, " order by relation, link limit 61");
        if (em_buf_status(&sql, NULL) == EM_OK && em_str_copy(em_buf_view(&sql), ask->arena, &text, NULL) != EM_OK)
                text = (em_str){0};
        em_buf_free(&sql);
        return text;
}

em_status em_finding_links(em_ask *ask, const em_answer *a, em_error *err)
{
        em_picture *now;
        em_rows     r;
        em_html     h = ask->h;
        em_query_opts opts = em_query_defaults;
        em_str      sql = a->rows ? link_sql(ask, a) : EM_S("");
        if (!sql.n)
                return EM_OK;
        EM_TRY(em_desk_take(ask, &now, err));
        opts.as_known = now->known;
        EM_TRY(em_case_query(now->c, sql, NULL, 0, &opts, ask->arena, &r, err));
        if (!r.rows)
                return EM_OK;
        em_html_lit(h, "<h3>Contradicted, restated, joined</h3>\n<ul class=\"links\">");
        for (size_t i = 0; i < r.rows && i < LINKS_MOST; i++) {
                em_html_lit(h, "<li>");
                em_put_record_link(ask, em_cell(ask, &r, i, "from_id"));
                em_html_lit(h, " ");
                em_html_text(h, em_cell(ask, &r, i, "relation"));
                em_html_lit(h, " ");
                em_put_record_link(ask, em_cell(ask, &r, i, "to_id"));
                em_html_lit(h, " (");
                em_html_text(h, em_cell(ask, &r, i, "certainty"));
                em_html_lit(h, "; ");
                em_html_text(h, em_cell(ask, &r, i, "author"));
                em_html_lit(h, ") ");
                em_html_text(h, em_cell(ask, &r, i, "reason"));
        }
        if (r.rows > LINKS_MOST)
                em_html_lit(h, "<li>and more; the records say them all");
        em_html_lit(h, "</ul>\n");
        return em_buf_status(h.out, err);
}
