/* One listed party: everything its list says, as the list says it, down to the bytes of its entry, and which records of the case
 * a kept screening found that may mean it.
 *
 * The bytes are shown only from a file whose hash is the index's: the case's own copy, which custody vouches for, or the
 * file that was indexed when it is still the same.
 */
#include "serve/case_words.h"
#include "serve/may_match.h"

#include <inttypes.h>
#include <stdio.h>

enum { BYTES_SHOWN = 6000, NAMED_SHOWN = 6 };
static const uint64_t HASHED_MOST = (uint64_t)256 << 20;

/* ---- facts: field, value, detail; the page and the CSV are the same rows ------------------------------------------ */

static const em_grid_column columns[] = {
        {"field", "What", EM_AS_TEXT, NULL, NULL}, {"value", "As the list has it", EM_AS_TEXT, NULL, NULL},
        {"detail", "More", EM_AS_TEXT, NULL, NULL}};

static em_status fact(em_grid *g, const char *field, em_str value, em_str detail, em_error *err)
{
        em_str cell[] = {em_str_c(field), value, detail};
        return value.n ? em_grid_add(g, cell, err) : EM_OK;
}

static em_status facts(em_grid *g, const char *field, const em_str *value, size_t count, em_error *err)
{
        for (size_t i = 0; i < count; i++)
                EM_TRY(fact(g, field, value[i], (em_str){0}, err));
        return EM_OK;
}

static em_status add_names(em_grid *g, const em_party *p, em_error *err)
{
        static const char *const kinds[EM_NAME_KINDS] = {"name", "other name", "weak alias", "former name", "name in its own script"};
        for (size_t i = 0; i < p->names; i++) {
                const em_party_name *n = &p->name[i];
                em_str detail = n->kind == EM_NAME_WEAK ? EM_S("the list itself calls it weak") : EM_S("");
                if (n->lang.n)
                        detail = em_grid_text(g->arena, "%.*s%slanguage %.*s", EM_ARG(detail), detail.n ? "; " : "", EM_ARG(n->lang));
                EM_TRY(fact(g, kinds[n->kind], n->text, detail, err));
        }
        return EM_OK;
}

static em_status add_dates(em_grid *g, const char *field, const em_party_date *date, size_t count, em_error *err)
{
        for (size_t i = 0; i < count; i++) {
                char from[11], to[11];
                em_day_text(date[i].span.from, from);
                em_day_text(date[i].span.to, to);
                em_str read = em_grid_text(g->arena, "read as %s%s%s%s", from, strcmp(from, to) ? " to " : "", strcmp(from, to) ? to : "",
                                           date[i].circa ? ", about" : "");
                EM_TRY(fact(g, field, date[i].text, em_str_eq(date[i].text, em_str_c(from)) && !date[i].circa ? EM_S("") : read, err));
        }
        return EM_OK;
}

static em_status add_numbers(em_grid *g, const em_party *p, em_error *err)
{
        for (size_t i = 0; i < p->numbers; i++) {
                const em_party_id *n = &p->number[i];
                char *type = em_arena_alloc(g->arena, n->type.n + 1);
                if (!type)
                        return em_fail(err, EM_NOMEM, "no memory for a party");
                memcpy(type, n->type.p, n->type.n);
                EM_TRY(fact(g, em_str_eq(n->type, EM_S("other")) ? "other number" : type, n->value, em_grid_text(g->arena, "%.*s%s%.*s", EM_ARG(n->country), n->country.n && n->note.n ? "; " : "",
                                                            EM_ARG(n->note)), err));
        }
        return EM_OK;
}

static em_status add_day(em_grid *g, const char *field, em_day day, em_error *err)
{
        char text[11];
        return fact(g, field, em_grid_text(g->arena, "%s", em_day_text(day, text)), (em_str){0}, err);
}

static em_status add_facts(em_grid *g, const em_party *p, em_error *err)
{
        bool person = p->schema == EM_SCHEMA_PERSON;
        EM_TRY(add_names(g, p, err));
        EM_TRY(fact(g, "kind", em_str_c(em_may_schema(p->schema)), (em_str){0}, err));
        EM_TRY(facts(g, "programme", p->programme, p->programmes, err));
        EM_TRY(add_day(g, "listed", p->listed, err));
        EM_TRY(add_day(g, "changed", p->changed, err));
        EM_TRY(fact(g, "delisted", p->delisted ? EM_S("the entry says that it is no longer listed") : EM_S(""), (em_str){0}, err));
        EM_TRY(add_dates(g, person ? "born" : "built or founded", p->born, p->borns, err));
        EM_TRY(facts(g, "place of birth", p->place_of_birth, p->places_of_birth, err));
        EM_TRY(add_dates(g, "died", p->died, p->dieds, err));
        EM_TRY(fact(g, "gender", p->gender, (em_str){0}, err));
        EM_TRY(facts(g, person ? "nationality" : "country", p->country, p->countries, err));
        EM_TRY(add_numbers(g, p, err));
        EM_TRY(facts(g, "title or position", p->title, p->titles, err));
        EM_TRY(facts(g, "linked to", p->linked, p->linkeds, err));
        EM_TRY(facts(g, "address", p->address, p->addresses, err));
        EM_TRY(fact(g, "remarks", p->remarks, (em_str){0}, err));
        return fact(g, "reason", p->reason, (em_str){0}, err);
}

/* ---- the entry's bytes --------------------------------------------------------------------------------------------------- */

typedef struct entry { em_str bytes, held; bool cut; const char *why; } entry;  /* held: where; why: not shown because */

static bool same_hash(const em_mapping *map, const char *hex)
{
        char       got[65];
        em_hasher *h = em_hasher_new();
        if (!h)
                return false;
        em_hasher_add(h, map->p, map->n);
        em_sha256_hex(em_hasher_done(h), got);
        em_hasher_free(h);
        return strcmp(got, hex) == 0;
}

static em_status cut_out(em_ask *ask, const em_mapping *map, const em_party *p, entry *e, em_error *err)
{
        if (p->offset >= map->n) {
                e->why = "its place lies outside the file";
                return EM_OK;
        }
        size_t n = p->length < BYTES_SHOWN ? (size_t)p->length : BYTES_SHOWN;
        e->cut = p->length > BYTES_SHOWN;
        return em_str_copy(em_str_sub((em_str){map->p, map->n}, (size_t)p->offset, n), ask->arena, &e->bytes, err);
}

/* The list in the case's custody; empty: it is not there. */
static em_str case_copy(em_ask *ask, const em_list_file *f)
{
        em_str hash = em_str_c(f->sha256);
        if (!ask->desk || hash.n != 64)
                return EM_S("");
        em_str path = em_grid_text(ask->arena, "%.*s/sources/%.*s/%.*s", EM_ARG(em_desk_dir(ask->desk)), EM_ARG(em_str_sub(hash, 0, 2)), EM_ARG(hash));
        return em_path_exists(path) ? path : EM_S("");
}

static em_status read_entry(em_ask *ask, const em_party *p, const em_list_file *f, entry *e, em_error *err)
{
        em_mapping map = {0};
        *e = (entry){0};
        if (!f || p->length == 0) {
                e->why = "in this format an entry stands in several places of the file";
                return EM_OK;
        }
        em_str path = case_copy(ask, f);
        bool   held = path.n > 0;
        if (!held && f->bytes > HASHED_MOST) {
                e->why = "the file is too large to check it for a page, and the case does not hold it; embargo add takes it into custody";
                return EM_OK;
        }
        if (em_mapping_open(held ? path : f->path, &map, NULL) != EM_OK) {
                e->why = "the file that was indexed is not there, and the case does not hold it; embargo add takes a list into custody";
                return EM_OK;
        }
        em_status s = EM_OK;
        if (!held && (map.n != f->bytes || !same_hash(&map, f->sha256)))
                e->why = "the file has changed since it was indexed, and the case does not hold the old one";
        else
                s = cut_out(ask, &map, p, e, err);
        e->held = held ? EM_S("the case holds the list") : EM_S("from the file that was indexed; the case does not hold it");
        em_mapping_close(&map);
        return s;
}

/* ---- records of the case that may mean it ----------------------------------------------------------------------------------- */

/* A run that a later one restates is left out, as the report leaves it out. */
static const char records_sql[] =
        "select r.id as id, r.what as asked, json_extract(r.fields, '$.score') as score, json_extract(r.fields, '$.band') as band, "
        "json_extract(r.fields, '$.listed_name') as listed_name, json_extract(r.fields, '$.named_in') as named_in, "
        "json_extract(r.fields, '$.against') as against "
        "from record as r where r.kind = 'screen' and r.class = 'match' and json_extract(r.fields, '$.dataset') = :dataset "
        "and json_extract(r.fields, '$.entry') = :entry and not exists "
        "(select 1 from link join record as run on run.record = link.to_record "
        "where link.relation = 'restates' and run.kind = 'screen' and run.class = 'run' and run.source = r.source) "
        "order by score desc, id limit 100";

static em_status find_records(em_ask *ask, const em_party *p, em_rows *ret, em_error *err)
{
        em_picture *now;
        em_param    params[] = {{EM_S("dataset"), {.type = EM_VALUE_TEXT, .s = p->dataset}}, {EM_S("entry"), {.type = EM_VALUE_TEXT, .s = p->id}}};
        em_query_opts opts = em_query_defaults;
        *ret = (em_rows){0};
        if (!ask->desk)
                return EM_OK;
        EM_TRY(em_desk_take(ask, &now, err));
        opts.as_known = now->known;
        return em_case_query(now->c, em_str_c(records_sql), params, 2, &opts, ask->arena, ret, err);
}

static em_str text_of(em_ask *ask, const em_rows *rows, size_t r, size_t c)
{
        const em_value *v = em_rows_at(rows, r, c);
        return v->type == EM_VALUE_REAL ? em_grid_text(ask->arena, "%.3f", v->r) : v->type == EM_VALUE_INT ? em_grid_text(ask->arena, "%" PRId64, v->i)
               : v->type == EM_VALUE_TEXT ? v->s : EM_S("");
}

static void put_named(em_ask *ask, em_str rest)
{
        em_html h = ask->h;
        em_str  id;
        for (size_t i = 0; i < NAMED_SHOWN && em_str_word(&rest, &id); i++) {
                if (i)
                        em_html_lit(h, ", ");
                em_put_record_link(ask, id);
        }
}

static void put_records(em_ask *ask, const em_rows *rows)
{
        em_html h = ask->h;
        em_html_lit(h, "<h2>Records of the case that may mean it</h2>\n");
        if (!ask->desk) {
                em_html_lit(h, "<p class=\"empty\">No case is served here.</p>\n");
                return;
        }
        if (!rows->rows) {
                em_html_lit(h, "<p class=\"empty\">No kept screening of this case found one. <code>embargo --case ");
                em_html_text(h, em_path_base(em_desk_dir(ask->desk)));
                em_html_lit(h, " screen</code> asks for everybody whom its records name, and keeps what may match.</p>\n");
                return;
        }
        em_html_lit(h, "<ul class=\"may-records\">\n");
        for (size_t r = 0; r < rows->rows; r++) {
                em_html_lit(h, "<li><b>");
                em_html_text(h, text_of(ask, rows, r, 1));
                em_html_lit(h, "</b>, named in ");
                put_named(ask, text_of(ask, rows, r, 5));
                em_html_lit(h, ", may match ");
                em_html_text(h, text_of(ask, rows, r, 4));
                em_html_lit(h, ": ");
                em_html_text(h, text_of(ask, rows, r, 2));
                em_html_lit(h, ", ");
                em_html_text(h, text_of(ask, rows, r, 3));
                em_html_lit(h, ". Against: ");
                em_str against = text_of(ask, rows, r, 6);
                em_html_text(h, against.n ? against : EM_S("nothing that the evidence or the list says"));
                em_html_lit(h, ". <a");
                em_page_href(ask, "/records/", text_of(ask, rows, r, 0));
                em_html_lit(h, ">The match with its reasons</a></li>\n");
        }
        em_html_lit(h, "</ul>\n");
}

/* ---- the page -------------------------------------------------------------------------------------------------------------------- */

static void put_list(em_ask *ask, const em_party *p, const em_list_file *f, const entry *e)
{
        em_html h = ask->h;
        em_html_lit(h, "<h2>Its entry in the list</h2>\n<p>List <b>");
        em_html_text(h, p->dataset);
        em_html_lit(h, "</b>, entry <b>");
        em_html_text(h, p->id);
        em_html_lit(h, "</b>, file <code>");
        em_html_text(h, em_path_base(p->file));
        em_html_lit(h, "</code>, line ");
        em_html_int(h, (int64_t)p->line);
        if (p->length) {
                em_html_lit(h, ", ");
                em_html_int(h, (int64_t)p->length);
                em_html_lit(h, " bytes from byte ");
                em_html_int(h, (int64_t)p->offset);
        }
        if (f) {
                em_html_lit(h, ", SHA-256 <code>");
                em_html_text(h, em_str_c(f->sha256));
                em_html_lit(h, "</code>");
        }
        em_html_lit(h, ".</p>\n");
        if (e->why) {
                em_html_lit(h, "<p class=\"empty\">Its bytes are not shown: ");
                em_html_c(h, e->why);
                em_html_lit(h, ".</p>\n");
                return;
        }
        em_html_lit(h, "<p class=\"key\">As it stands there (");
        em_html_text(h, e->held);
        em_html_c(h, e->cut ? "), its beginning:" : "):");
        em_html_lit(h, "</p>\n<pre class=\"may-bytes\" tabindex=\"0\"><code>");
        em_html_text(h, em_str_trim(e->bytes));
        em_html_lit(h, "</code></pre>\n");
}

static em_status as_json(em_ask *ask, const em_party *p, const em_list_file *f, const entry *e, const em_rows *rows, em_error *err)
{
        static const char *const keys[] = {"record", "asked", "score", "band", "listed_name", "named_in", "against"};
        em_json *j = &ask->j;
        ask->reply->type = "application/json";
        em_json_open(j, '{');
        em_json_kstr(j, "schema", EM_S("embargo.party/1"));
        em_json_key(j, EM_S("entity"));
        em_json_open(j, '{');
        EM_TRY(em_entity_members(ask, p, true, err));
        em_json_close(j, '}');
        em_json_key(j, EM_S("entry"));
        em_json_open(j, '{');
        em_json_kstr(j, "file", em_path_base(p->file));
        em_json_kstr(j, "sha256", em_str_c(f ? f->sha256 : ""));
        em_json_kint(j, "line", (int64_t)p->line);
        em_json_kint(j, "offset", (int64_t)p->offset);
        em_json_kint(j, "length", (int64_t)p->length);
        em_json_kstr(j, "bytes", e->bytes);
        em_json_kstr(j, "not_shown", em_str_c(e->why));
        em_json_close(j, '}');
        em_json_key(j, EM_S("records"));
        em_json_open(j, '[');
        for (size_t r = 0; r < rows->rows; r++) {
                em_json_open(j, '{');
                for (size_t c = 0; c < EM_COUNT(keys); c++)
                        em_json_kstr(j, keys[c], text_of(ask, rows, r, c));
                em_json_close(j, '}');
        }
        em_json_close(j, ']');
        em_json_close(j, '}');
        return EM_OK;
}

static void put_facts(em_ask *ask, const em_grid *g)
{
        em_html h = ask->h;
        em_html_lit(h, "<div class=\"table wide\" tabindex=\"0\" role=\"region\" aria-label=\"What the list says\"><table class=\"short may-facts\"><tbody>\n");
        for (size_t r = 0; r < g->rows; r++) {
                const em_str *cell = g->at + r * g->columns;
                em_html_lit(h, "<tr><th scope=\"row\">");
                em_html_text(h, cell[0]);
                em_html_lit(h, "</th><td>");
                em_html_text(h, cell[1]);
                if (cell[2].n) {
                        em_html_lit(h, " <small>");
                        em_html_text(h, cell[2]);
                        em_html_lit(h, "</small>");
                }
                em_html_lit(h, "</td></tr>\n");
        }
        em_html_lit(h, "</tbody></table></div>\n");
}

static void put_ways(em_ask *ask, const em_party *p)
{
        em_html h = ask->h;
        em_html_lit(h, "<p class=\"charts-out\"><a href=\"/screen?q=");
        em_html_url(h, p->names ? em_str_sub(p->name[0].text, 0, 1000) : p->id);
        em_page_and_known(ask);
        em_html_lit(h, "\">Who else of the lists is called so</a></p>\n");
}

em_status em_answer_party(em_ask *ask, em_error *err)
{
        em_party p;
        uint32_t at;
        em_rows  rows;
        entry    e;
        em_grid  grid = em_grid_make(columns, EM_COUNT(columns), ask->arena);
        EM_TRY(em_entity_find(ask, ask->part, &at, err));
        EM_TRY(em_names_party(ask->index->names, at, ask->arena, &p, err));
        EM_TRY(add_facts(&grid, &p, err));
        if (ask->shape == EM_SHAPE_CSV)
                return em_grid_data(ask, "embargo.party/1", &grid, err);
        const em_list_file *f = em_names_list_of(ask->index->names, &p);
        EM_TRY(read_entry(ask, &p, f, &e, err));
        EM_TRY(find_records(ask, &p, &rows, err));
        if (ask->shape == EM_SHAPE_JSON)
                return as_json(ask, &p, f, &e, &rows, err);
        em_page_open(ask, &(em_page){.title = p.names ? p.name[0].text : p.id, .nav = "screen", .wide = true,
                .lede = EM_S("What a list says of one listed party, in the list's own words. Whether anybody met elsewhere is this party is not said here.")});
        put_facts(ask, &grid);
        put_ways(ask, &p);
        put_records(ask, &rows);
        put_list(ask, &p, f, &e);
        return em_page_close(ask, err);
}
