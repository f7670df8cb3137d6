/* One source: the custody form as it was filled in, the ledger entry that took it, who read it, its rows and its bytes. */
#include "embargo/csv.h"
#include "serve/evidence.h"

#include <stdio.h>

enum { FIRST_BYTES = 65536, FIRST_ROWS = 4, FIRST_LINES = 12, ASIDES_SHOWN = 20 };

static em_str digits(em_ask *ask, int64_t n) { return em_grid_text(ask->arena, "%lld", (long long)n); }

static bool is_open(const em_source *s) { return s->access.n == 0 || em_str_eq(s->access, EM_S("public")); }

/* ---- its records ------------------------------------------------------------------------------------ */

static const em_grid_column columns[] = {
        {"id", "Record", EM_AS_CODE, "/records/", NULL}, {"kind", "Kind", EM_AS_TEXT, NULL, NULL},
        {"key", "Its name there", EM_AS_TEXT, NULL, NULL}, {"what", "What", EM_AS_TEXT, NULL, NULL},
        {"class", "Class", EM_AS_TEXT, NULL, NULL},      {"who", "Who", EM_AS_TEXT, NULL, NULL},
        {"from", "From", EM_AS_DAY, NULL, NULL},         {"to", "To", EM_AS_DAY, NULL, NULL},
        {"stated", "Amount", EM_AS_TEXT, NULL, NULL},    {"unit", "Unit", EM_AS_TEXT, NULL, NULL},
        {"known", "Known", EM_AS_DAY, NULL, NULL},       {"row", NULL, EM_AS_NUMBER, NULL, NULL},
};

/* Records of one intake stand side by side, so a page of them is a range of numbers and costs what it shows. */
static const char records_sql[] =
        "select id, kind, coalesce(key, ''), coalesce(what, ''), coalesce(class, ''), coalesce(who, ''), coalesce(day_from, ''), "
        "coalesce(day_to, ''), coalesce(stated_milli, high_milli, low_milli), coalesce(unit, ''), known, row from record "
        "where record between :first and :last order by record";

static em_str cell_text(em_ask *ask, const em_rows *rows, size_t r, size_t c)
{
        const em_value *v = em_rows_at(rows, r, c);
        char            text[96];
        if (c == 8 && v->type == EM_VALUE_INT) {        /* thousandths */
                em_quantity q = {.low = v->i, .high = v->i, .stated = EM_MILLI_NONE, .quantifier = EM_QUANT_EXACT};
                return em_grid_text(ask->arena, "%s", em_quantity_text(q, text));
        }
        return v->type == EM_VALUE_INT ? digits(ask, v->i) : v->type == EM_VALUE_TEXT ? v->s : EM_S("");
}

static em_status records_grid(em_ask *ask, em_picture *now, const em_source *s, uint64_t from, uint64_t count, em_grid *ret_grid, em_error *err)
{
        em_rows       rows = {0};
        em_query_opts opts = em_query_defaults;
        em_grid       grid = em_grid_make(columns, EM_COUNT(columns), ask->arena);
        grid.empty = s->first_record ? "None of these records was known by that day." : "No map reads this file: it is held as it is, without records.";
        grid.from = from;
        grid.total = s->taken;
        *ret_grid = grid;
        if (!s->first_record || from >= s->taken)
                return EM_OK;
        int64_t  first = s->first_record + (int64_t)from, last = first + (int64_t)count - 1;
        em_param span[] = {{EM_S("first"), {.type = EM_VALUE_INT, .i = first}},
                           {EM_S("last"), {.type = EM_VALUE_INT, .i = last < s->last_record ? last : s->last_record}}};
        opts.as_known = now->known;
        EM_TRY(em_case_query(now->c, em_str_c(records_sql), span, 2, &opts, ask->arena, &rows, err));
        for (size_t r = 0; r < rows.rows; r++) {
                em_str cell[EM_COUNT(columns)];
                for (size_t c = 0; c < EM_COUNT(columns); c++)
                        cell[c] = cell_text(ask, &rows, r, c);
                EM_TRY(em_grid_add(&grid, cell, err));
        }
        *ret_grid = grid;
        return EM_OK;
}

/* ---- its entry and its first rows --------------------------------------------------------------------- */

static em_status entry_of(em_ask *ask, em_picture *now, const em_source *s, em_rows *ret_rows, em_error *err)
{
        em_param seq = {EM_S("seq"), {.type = EM_VALUE_INT, .i = s->entry}};
        return em_case_query(now->c, EM_S("select at, author, action, hash from ledger where seq = :seq"), &seq, 1, NULL, ask->arena, ret_rows, err);
}

static em_str row_text(const em_rows *rows, size_t c) { return rows->rows ? em_rows_at(rows, 0, c)->s : EM_S(""); }

static void put_cut_row(em_html h, const em_csv_row *names, const em_csv_row *row)
{
        em_html_lit(h, "<tr>");
        for (size_t i = 0; i < row->count; i++) {
                em_html_lit(h, "<td");
                em_html_attr(h, "data-h", i < names->count ? names->field[i] : EM_S("(no name)"));
                em_html_lit(h, ">");
                em_html_text(h, em_str_sub(row->field[i], 0, 300));
        }
        em_html_lit(h, "\n");
}

static void put_table(em_ask *ask, em_csv *csv, const em_csv_row *names, bool whole)
{
        em_html    h = ask->h;
        em_csv_row row;
        em_html_lit(h, "<div class=\"table wide evi-first\" tabindex=\"0\" role=\"region\" aria-label=\"First rows\"><table>\n<thead><tr>");
        for (size_t i = 0; i < names->count; i++) {
                em_html_lit(h, "<th scope=\"col\">");
                em_html_text(h, em_str_sub(names->field[i], 0, 100));
        }
        em_html_lit(h, "</thead><tbody>\n");
        for (size_t i = 0; i < FIRST_ROWS && em_csv_next(csv, ask->arena, &row); i++)
                if (!row.bad && (whole || csv->at < csv->text.n))       /* the last of a piece may be cut */
                        put_cut_row(h, names, &row);
        em_html_lit(h, "</tbody></table></div>\n");
}

static void put_lines(em_html h, em_str text)
{
        size_t n = 0;
        for (int lines = 0; n < text.n && lines < FIRST_LINES && n < 4096; n++)
                lines += text.p[n] == '\n';
        em_evidence_bytes(h, em_str_sub(text, 0, n), 0);
}

static void put_first_rows(em_ask *ask, em_case *c, const em_source *s)
{
        em_html    h = ask->h;
        em_str     text = {0};
        em_csv_row names;
        em_html_lit(h, "<h2 id=\"first\">How it begins</h2>\n");
        if (!is_open(s)) {
                em_html_lit(h, "<p>This source is withheld: what it says is for the eyes of the case alone, and its bytes are not given out here.</p>\n");
                return;
        }
        if (em_case_slice(c, s, 0, s->bytes < FIRST_BYTES ? s->bytes : FIRST_BYTES, ask->arena, &text, NULL) != EM_OK) {
                em_html_lit(h, "<p class=\"draft\">Its kept bytes cannot be read. On the command line, <code>embargo verify</code> says what is wrong.</p>\n");
                return;
        }
        em_csv csv = em_csv_make(text, NULL);
        if (s->map.n && em_csv_next(&csv, ask->arena, &names) && !names.bad)
                put_table(ask, &csv, &names, text.n == s->bytes);
        else
                put_lines(h, text);
}

/* ---- the page ------------------------------------------------------------------------------------------- */

static em_str covers_text(em_ask *ask, const em_source *s)
{
        if (!s->covers_from.n && !s->covers_to.n)
                return EM_S("it makes no claim to be complete");
        return em_grid_text(ask->arena, "it claims to be complete from %.*s to %.*s", EM_ARG(s->covers_from.n ? s->covers_from : EM_S("its beginning")),
                            EM_ARG(s->covers_to.n ? s->covers_to : EM_S("further notice")));
}

static void put_reading(em_ask *ask, const em_source *s)
{
        em_html h = ask->h;
        if (s->map.n) {
                em_evidence_fact(h, "Read by", em_grid_text(ask->arena, "map %.*s (%.12s): %llu records taken, %llu rows kept aside", EM_ARG(s->map),
                                                            s->map_hash.n >= 12 ? s->map_hash.p : "no hash", (unsigned long long)s->taken,
                                                            (unsigned long long)s->quarantined));
                em_evidence_fact(h, "Read in", s->sandbox.n ? em_grid_text(ask->arena, "a process held by %.*s", EM_ARG(s->sandbox))
                                                            : EM_S("a process of which the case does not say what held it"));
        } else {
                em_evidence_fact(h, "Read by", EM_S("no map: it is held as it is, without records"));
        }
}

/* "raised from F by J. Doe on 2022-03-01: why (note)", and where one's own is given. */
static void put_given(em_ask *ask, const em_source *s, const em_regrade *given)
{
        em_html h = ask->h;
        em_str  words;
        bool    write = em_desk_writes(ask->desk);
        if (!given && !write)
                return;
        em_html_lit(h, "<dt>Graded later<dd>");
        if (given && em_regrade_words(given, ask->arena, &words, NULL) == EM_OK) {
                em_html_text(h, words);
                em_html_lit(h, " <a");
                em_page_href(ask, "/records/", given->id);
                em_html_lit(h, ">note</a> ");
        }
        if (write) {
                em_html_lit(h, "<a href=\"/notes/new?sort=grade&amp;about=");
                em_html_url(h, em_str_sub(em_str_c(s->sha256), 0, 8));
                em_html_lit(h, "\">Give it a grade</a>");
        }
        em_html_lit(h, "\n");
}

static void put_custody(em_ask *ask, const em_source *s, const em_regrade *given, const em_rows *entry)
{
        em_html h = ask->h;
        em_html_lit(h, "<h2 id=\"custody\">Custody</h2>\n<dl class=\"facts evi-facts\">");
        const struct { const char *title; em_str text; } facts[] = {
                {"Publisher", s->publisher}, {"Origin", s->origin}, {"Published", s->published}, {"Obtained", s->obtained_on},
                {"Obtained by", s->obtained_by}, {"Method", s->method}, {"Terms", s->terms}, {"Covers", covers_text(ask, s)},
                {"Reliability", em_str_c(em_evidence_grade(s->reliability))}, {"Role", s->role},
                {"Access", is_open(s) ? EM_S("public") : EM_S("withheld: kept out of what is published")},
        };
        for (size_t i = 0; i < EM_COUNT(facts); i++)
                em_evidence_fact(h, facts[i].title, facts[i].text.n ? facts[i].text : EM_S("not stated"));
        put_given(ask, s, given);
        put_reading(ask, s);
        em_html_lit(h, "<dt>SHA-256<dd><code>");
        em_html_c(h, s->sha256);
        em_html_lit(h, "</code>\n");
        em_evidence_fact(h, "Bytes", em_grid_text(ask->arena, "%llu, kept in sources/%.2s/%.8s...", (unsigned long long)s->bytes, s->sha256, s->sha256));
        if (entry->rows) {
                em_html_lit(h, "<dt>Ledger<dd><a");
                em_page_href(ask, "/ledger/", digits(ask, s->entry));
                em_html_lit(h, ">entry ");
                em_html_int(h, s->entry);
                em_html_lit(h, "</a>, ");
                em_html_text(h, row_text(entry, 0));
                em_html_lit(h, ", by ");
                em_html_text(h, row_text(entry, 1));
                em_html_lit(h, ", hash <code>");
                em_html_text(h, em_str_sub(row_text(entry, 3), 0, 12));
                em_html_lit(h, "</code>\n");
        }
        em_html_lit(h, "</dl>\n");
}

static void put_bytes_link(em_ask *ask, const em_source *s)
{
        em_html h = ask->h;
        if (!is_open(s)) {
                em_html_lit(h, "<p>Its bytes are not given out: the source is withheld.</p>\n");
                return;
        }
        em_html_lit(h, "<p><a href=\"/evidence/");
        em_html_url(h, em_str_sub(em_str_c(s->sha256), 0, 8));
        em_html_lit(h, "/bytes\">Its bytes as they were obtained</a> <small>(saved as a file, never opened here)</small></p>\n");
}

static em_status put_asides(em_ask *ask, em_case *c, const em_source *s, em_error *err)
{
        em_html h = ask->h;
        if (!s->quarantined)
                return EM_OK;
        em_html_lit(h, "<h2 id=\"aside\">Kept aside</h2>\n");
        EM_TRY(em_evidence_aside_html(ask, c, s, 0, ASIDES_SHOWN, err));
        if (s->quarantined > ASIDES_SHOWN) {
                em_html_lit(h, "<p><a href=\"/quarantine?source=");
                em_html_url(h, em_str_sub(em_str_c(s->sha256), 0, 8));
                em_html_lit(h, "\">All ");
                em_html_int(h, (int64_t)s->quarantined);
                em_html_lit(h, " rows kept aside</a></p>\n");
        }
        return EM_OK;
}

/* ---- as data ----------------------------------------------------------------------------------------------- */

static void write_custody(em_json *j, const em_source *s, const em_rows *entry)
{
        const struct { const char *key; em_str text; } facts[] = {
                {"sha256", em_str_c(s->sha256)}, {"name", s->name}, {"publisher", s->publisher}, {"origin", s->origin}, {"published", s->published},
                {"obtained_on", s->obtained_on}, {"obtained_by", s->obtained_by}, {"method", s->method}, {"terms", s->terms},
                {"covers_from", s->covers_from}, {"covers_to", s->covers_to}, {"reliability", {&s->reliability, 1}}, {"role", s->role},
                {"access", s->access}, {"map", s->map}, {"map_hash", s->map_hash}, {"sandbox", s->sandbox},
                {"ledger_at", row_text(entry, 0)}, {"ledger_author", row_text(entry, 1)}, {"ledger_hash", row_text(entry, 3)},
        };
        for (size_t i = 0; i < EM_COUNT(facts); i++)
                em_json_kstr(j, facts[i].key, facts[i].text);
        em_json_kint(j, "bytes", (int64_t)s->bytes);
        em_json_kint(j, "taken", (int64_t)s->taken);
        em_json_kint(j, "aside", (int64_t)s->quarantined);
        em_json_kint(j, "ledger_entry", s->entry);
}

static void write_rows(em_json *j, const char *name, const em_grid *grid)
{
        em_json_key(j, em_str_c(name));
        em_json_open(j, '[');
        for (size_t r = 0; r < grid->rows; r++) {
                em_json_open(j, '{');
                for (size_t c = 0; c < grid->columns; c++)
                        em_json_kstr(j, grid->column[c].key, grid->at[r * grid->columns + c]);
                em_json_close(j, '}');
        }
        em_json_close(j, ']');
}

static void write_given(em_json *j, const em_regrade *r)
{
        if (!r)
                return;
        em_json_kstr(j, "came_with", (em_str){&r->before, 1});
        em_json_kstr(j, "graded_by", r->author);
        em_json_kstr(j, "graded_on", r->on);
        em_json_kstr(j, "graded_why", r->why);
        em_json_kstr(j, "grade_note", r->id);
}

static em_status answer_json(em_ask *ask, em_picture *now, const em_source *s, const em_regrade *given, const em_rows *entry,
                             const em_grid *records, em_error *err)
{
        em_json *j = &ask->j;
        em_grid  asides;
        EM_TRY(em_evidence_aside_grid(ask, now->c, s, 0, 500, &asides, err));
        ask->reply->type = "application/json";
        em_json_open(j, '{');
        em_json_kstr(j, "schema", EM_S("embargo.source/1"));
        em_json_kstr(j, "as_known_on", ask->h.known);
        write_custody(j, s, entry);
        write_given(j, given);
        em_json_kint(j, "from", (int64_t)records->from);
        write_rows(j, "records", records);
        write_rows(j, "kept_aside", &asides);
        em_json_close(j, '}');
        return em_buf_status(&ask->reply->body, err);
}

em_status em_evidence_answer_source(em_ask *ask, em_error *err)
{
        em_picture *now;
        em_source   s;
        em_rows     entry = {0};
        em_grid     records;
        uint64_t    from, rows;
        const em_regrade *given;
        EM_TRY(em_grid_window(ask, 100, 500, &from, &rows, err));
        EM_TRY(em_desk_take(ask, &now, err));
        EM_TRY(em_evidence_find(ask, now->c, ask->part, &s, err));
        EM_TRY(em_evidence_given(ask, now->c, &s, &given, err));
        EM_TRY(entry_of(ask, now, &s, &entry, err));
        EM_TRY(records_grid(ask, now, &s, from, rows, &records, err));
        if (ask->shape == EM_SHAPE_JSON)
                return answer_json(ask, now, &s, given, &entry, &records, err);
        if (ask->shape == EM_SHAPE_CSV)
                return em_grid_data(ask, "embargo.source/1", &records, err);
        em_page page = {.title = s.name, .nav = "evidence", .wide = true, .command = em_grid_text(ask->arena, "why %.8s", s.sha256),
                        .lede = em_grid_text(ask->arena, "Source %.8s%s%.*s.", s.sha256, s.publisher.n ? ", published by " : "", EM_ARG(s.publisher))};
        em_page_open(ask, &page);
        if (em_evidence_constructed(s.terms, s.origin))
                em_evidence_say_constructed(ask->h);
        put_custody(ask, &s, given, &entry);
        put_bytes_link(ask, &s);
        put_first_rows(ask, now->c, &s);
        em_html_lit(ask->h, "<h2 id=\"records\">Its records</h2>\n<div class=\"evi-list wide\">\n");
        em_grid_html(ask, &records);
        em_html_lit(ask->h, "</div>\n");
        EM_TRY(put_asides(ask, now->c, &s, err));
        return em_page_close(ask, err);
}

/* ---- its bytes ------------------------------------------------------------------------------------------------- */

/* A name for a file that no system takes for anything but a name; never one that begins with a dot. */
static void safe_name(const em_source *s, char *out, size_t cap)
{
        size_t n = 0;
        for (size_t i = 0; i < s->name.n && n + 20 < cap; i++) {
                char c = s->name.p[i];
                bool fit = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || (n && (c == '-' || c == '_' || c == '.'));
                if (fit)
                        out[n++] = c;
        }
        snprintf(out + n, cap - n, "%s%.8s.bin", n ? "-" : "", s->sha256);
}

/* The very bytes, as a file to be saved: no browser makes a page of them (type, nosniff, attachment). */
em_status em_evidence_answer_bytes(em_ask *ask, em_error *err)
{
        em_case  *c;
        em_source s;
        em_str    bytes;
        char      hash[65];
        EM_TRY(em_desk_case(ask, &c, err));
        EM_TRY(em_evidence_find(ask, c, ask->part, &s, err));
        if (!is_open(&s))
                return em_fail(err, EM_DENIED, "this source is withheld; its bytes are not given out by pages");
        if (s.bytes >= ask->reply->body.max)
                return em_fail(err, EM_LIMIT, "this file is too large for a page; it lies in the case's folder as sources/%.2s/%s", s.sha256, s.sha256);
        EM_TRY(em_case_slice(c, &s, 0, s.bytes, ask->arena, &bytes, err));
        if (strcmp(em_sha256_hex(em_sha256_of(bytes), hash), s.sha256) != 0)
                return em_fail(err, EM_FORMAT, "the kept bytes are not those that were taken; embargo verify says more");
        em_buf_str(&ask->reply->body, bytes);
        ask->reply->type = "application/octet-stream";
        safe_name(&s, ask->reply->file, sizeof ask->reply->file);
        return em_buf_status(&ask->reply->body, err);
}
