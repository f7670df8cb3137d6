/* From an address to `embargo ships`, and the form that makes such addresses.
 *
 * Text of the address only ever stands behind "--option=", or behind "--" as a ship's name, so that nobody can put in an option
 * of his own.  The form is made of the same options, so a page's state is a command line and the other way round.
 */
#include "serve/case_words.h"
#include "serve/fleet.h"

enum { VALUE_MOST = 200, LOOK_MOST = 400000 };  /* positions that are looked through unasked: about a third of a second */

/* ---- a command -------------------------------------------------------------------------------- */

static em_status add_word(em_fleet_ask *f, em_str word, em_error *err)
{
        if (f->words == EM_FLEET_WORDS)
                return em_fail(err, EM_USAGE, "too much is asked for at once");
        f->word[f->words++] = word;
        return EM_OK;
}

em_status em_fleet_add(em_ask *ask, em_fleet_ask *f, const char *option, em_str value, em_error *err)
{
        if (value.n > VALUE_MOST)
                return em_fail(err, EM_USAGE, "%s= is over %d characters", option, VALUE_MOST);
        return add_word(f, em_grid_text(ask->arena, "--%s=%.*s", option, EM_ARG(value)), err);
}

/* An option of the address under the same name. */
static em_status take(em_ask *ask, em_fleet_ask *f, const char *option, em_error *err)
{
        em_str value = em_str_trim(em_form_get(ask->query, option));
        return value.n ? em_fleet_add(ask, f, option, value, err) : EM_OK;
}

/* A day under its own name, so that what is wrong with it is said of the field. */
static em_status take_day(em_ask *ask, em_fleet_ask *f, const char *option, em_error *err)
{
        em_day day;
        EM_TRY(em_day_asked(ask, option, &day, err));
        return take(ask, f, option, err);
}

/* kind=gap&kind=encounter, or kind=gap,encounter */
static em_status take_kinds(em_ask *ask, em_fleet_ask *f, em_error *err)
{
        em_str all = EM_S("");
        for (size_t i = 0; i < ask->query.count; i++)
                if (em_str_eq(ask->query.at[i].name, EM_S("kind")) && ask->query.at[i].value.n)
                        all = em_grid_text(ask->arena, "%.*s%s%.*s", EM_ARG(all), all.n ? "," : "", EM_ARG(ask->query.at[i].value));
        return all.n ? em_fleet_add(ask, f, "kind", all, err) : EM_OK;
}

/* rule=meet-hours=3 gap-hours=8 */
static em_status take_rules(em_ask *ask, em_fleet_ask *f, em_error *err)
{
        em_str rest = em_form_get(ask->query, "rule"), word;
        if (rest.n > VALUE_MOST)
                return em_fail(err, EM_USAGE, "rule= is over %d characters", VALUE_MOST);
        while (em_str_word(&rest, &word))
                EM_TRY(em_fleet_add(ask, f, "rule", word, err));
        return take(ask, f, "profile", err);
}

/* A ship may be called as one of the command's words; names are told apart without regard to case, those words are not. */
static em_str ship_word(em_ask *ask, em_str id)
{
        static const char *const verbs[] = {"top", "days", "find", "tracks", "series", "coast", "decode"};
        for (size_t i = 0; i < EM_COUNT(verbs); i++)
                if (em_str_eq(id, em_str_c(verbs[i])))
                        return em_grid_text(ask->arena, "%c%s", verbs[i][0] - 'a' + 'A', verbs[i] + 1);
        return id;
}

em_status em_fleet_words(em_ask *ask, const char *verb, em_str id, unsigned takes, em_fleet_ask *ret, em_error *err)
{
        *ret = (em_fleet_ask){.id = id};
        id = em_str_trim(id);
        if (!verb && (!id.n || id.n > VALUE_MOST))
                return em_fail(err, EM_USAGE, "a ship is asked for by MMSI, IMO number or name");
        EM_TRY(add_word(ret, EM_S("ships"), err));
        if (verb)
                EM_TRY(add_word(ret, em_str_c(verb), err));
        if (takes & EM_FLEET_KINDS)
                EM_TRY(take_kinds(ask, ret, err));
        if (takes & EM_FLEET_SPAN) {
                EM_TRY(take_day(ask, ret, "from", err));
                EM_TRY(take_day(ask, ret, "to", err));
        }
        if (takes & EM_FLEET_AREA)
                EM_TRY(take(ask, ret, "area", err));
        if (takes & EM_FLEET_SHIP)
                EM_TRY(take(ask, ret, "ship", err));
        if (takes & EM_FLEET_RULES)
                EM_TRY(take_rules(ask, ret, err));
        ret->id = id.n ? ship_word(ask, id) : (em_str){0};
        return EM_OK;
}

/* With the form of output, and the ship last. */
static em_status run(em_ask *ask, const em_fleet_ask *fleet, const char *form, em_str *ret_text, em_error *err)
{
        em_fleet_ask f = *fleet;
        EM_TRY(add_word(&f, em_str_c(form), err));
        if (f.id.n) {
                EM_TRY(add_word(&f, EM_S("--"), err));
                EM_TRY(add_word(&f, f.id, err));
        }
        return em_desk_run(ask, f.word, f.words, 0, ret_text, err);
}

em_status em_fleet_run_json(em_ask *ask, const em_fleet_ask *fleet, const em_jnode **ret_root, em_error *err)
{
        em_str    text;
        em_jnode *root;
        EM_TRY(run(ask, fleet, "--json", &text, err));
        EM_TRY(em_json_parse(ask->reader, text, ask->arena, &root, err));
        *ret_root = root;
        return EM_OK;
}

em_status em_fleet_data(em_ask *ask, const em_fleet_ask *fleet, em_error *err)
{
        em_str text;
        bool   csv = ask->shape == EM_SHAPE_CSV;
        EM_TRY(run(ask, fleet, csv ? "--csv" : "--json", &text, err));
        ask->reply->type = csv ? "text/csv; charset=utf-8" : "application/json";
        em_buf_str(&ask->reply->body, text);
        return em_buf_status(&ask->reply->body, err);
}

/* ---- no index --------------------------------------------------------------------------------- */

em_status em_fleet_ready(em_ask *ask, bool *ret_ready, em_error *err)
{
        em_str  path;
        em_html h = ask->h;
        EM_TRY(em_path_join(em_desk_dir(ask->desk), EM_S("index/ships"), ask->arena, &path, err));
        *ret_ready = em_path_is_dir(path);
        if (*ret_ready)
                return EM_OK;
        if (ask->shape != EM_SHAPE_PAGE)
                return em_fail(err, EM_MISSING, "the case has no index of ships; embargo index ships makes one");
        em_page_open(ask, &(em_page){.title = EM_S("Ships"), .nav = "ships", .no_data = true, .command = EM_S("index ships ais/*.nmea"),
                                     .lede = EM_S("Who was where, who fell silent and who met, from what receivers heard of ships' transponders.")});
        em_html_lit(h, "<p class=\"empty\">This case has no index of ships yet.</p>\n<p>Put the files of receivers' lines, or tables of positions, "
                       "into the case and make one:</p>\n<pre>embargo --case ");
        em_html_text(h, em_path_base(em_desk_dir(ask->desk)));
        em_html_lit(h, " add ais/*.nmea --publisher NAME --grade B\nembargo --case ");
        em_html_text(h, em_path_base(em_desk_dir(ask->desk)));
        em_html_lit(h, " index ships ais/*.nmea</pre>\n<p>Then this page shows what may have happened. <code>embargo demo</code> makes a case with "
                       "a constructed transfer at sea to try it on.</p>\n");
        return em_page_close(ask, err);
}

/* ---- how large it is ------------------------------------------------------------------------------- */

em_status em_fleet_cover(em_ask *ask, const em_jnode **ret_root, em_error *err)
{
        em_fleet_ask days;
        EM_TRY(em_fleet_words(ask, "days", (em_str){0}, 0, &days, err));
        return em_fleet_run_json(ask, &days, ret_root, err);
}

bool em_fleet_looks(em_ask *ask, const em_jnode *cover)
{
        int64_t positions = 0;
        (void)em_jint(em_jget(cover, "positions"), &positions);
        return positions <= LOOK_MOST || em_form_get(ask->query, "look").n;
}

void em_fleet_say_large(em_ask *ask)
{
        em_html_lit(ask->h, "<p class=\"empty\">The index is large, so events are looked for when you ask: choose what and when, then Show.</p>\n");
}

/* ---- the form ----------------------------------------------------------------------------------- */

static void put_field(em_ask *ask, const char *name, const char *label, const char *type, const char *hint)
{
        em_html h = ask->h;
        em_html_lit(h, "<label>");
        em_html_c(h, label);
        em_html_lit(h, " <input name=\"");
        em_html_c(h, name);
        em_html_lit(h, "\" type=\"");
        em_html_c(h, type);
        em_html_lit(h, "\"");
        if (hint)
                em_html_attr(h, "placeholder", em_str_c(hint));
        em_html_attr(h, "value", em_form_get(ask->query, name));
        em_html_lit(h, "></label>\n");
}

static bool asked_kind(em_ask *ask, const char *kind)
{
        for (size_t i = 0; i < ask->query.count; i++) {
                if (!em_str_eq(ask->query.at[i].name, EM_S("kind")))
                        continue;
                for (em_cut cut = {.tail = ask->query.at[i].value, .found = true}; cut.found;) {
                        cut = em_str_cut(cut.tail, ',');
                        if (em_str_eq(cut.head, em_str_c(kind)))
                                return true;
                }
        }
        return false;
}

static void put_kinds(em_ask *ask)
{
        em_html h = ask->h;
        em_html_lit(h, "<fieldset class=\"fleet-kinds\"><legend>Only these (none: all)</legend>\n");
        for (size_t k = 0; k < EM_EVENT_KINDS; k++) {
                const char *name = em_event_kind_name((em_event_kind)k);
                em_html_lit(h, "<label><input type=\"checkbox\" name=\"kind\"");
                em_html_attr(h, "value", em_str_c(name));
                if (asked_kind(ask, name))
                        em_html_lit(h, " checked");
                em_html_lit(h, "> ");
                em_html_c(h, em_fleet_kind_words(em_str_c(name)));
                em_html_lit(h, "</label>\n");
        }
        em_html_lit(h, "</fieldset>\n");
}

static void put_rules(em_ask *ask)
{
        em_html h = ask->h;
        bool    gfw = em_str_eq(em_form_get(ask->query, "profile"), EM_S("gfw"));
        em_html_lit(h, "<label>Rules <select name=\"profile\"><option value=\"\">embargo</option><option value=\"gfw\"");
        if (gfw)
                em_html_lit(h, " selected");
        em_html_lit(h, ">Global Fishing Watch\xe2\x80\x99s, as published</option></select></label>\n");
        put_field(ask, "rule", "with these changed", "text", "meet-hours=3 gap-hours=8");
}

void em_fleet_form(em_ask *ask, em_str action, unsigned takes)
{
        em_html h = ask->h;
        em_html_lit(h, "<form class=\"fleet-form\" method=\"get\"");
        em_html_attr(h, "action", action);
        em_html_lit(h, ">");
        em_page_known(ask);
        em_html_lit(h, "<div class=\"fleet-fields\">\n");
        if (takes & EM_FLEET_WHO)
                put_field(ask, "who", "Ship", "search", "name, IMO or MMSI");
        if (takes & EM_FLEET_SPAN) {
                em_put_field(ask, "from", "From", "day", em_form_get(ask->query, "from"));
                em_put_field(ask, "to", "to", "day", em_form_get(ask->query, "to"));
        }
        if (takes & EM_FLEET_SHIP)
                put_field(ask, "ship", "Ship", "search", "name, IMO or MMSI");
        if (takes & EM_FLEET_AREA)
                put_field(ask, "area", "Area", "text", "west,south,east,north");
        if (takes & EM_FLEET_RULES)
                put_rules(ask);
        em_html_lit(h, "</div>\n");
        if (takes & EM_FLEET_KINDS)
                put_kinds(ask);
        em_html_lit(h, "<input type=\"hidden\" name=\"look\" value=\"yes\"><button class=\"main\">Show</button></form>\n");
}

void em_fleet_query(em_ask *ask, em_html h)
{
        static const char *const names[] = {"kind", "from", "to", "area", "ship", "profile", "rule", "known", "look"};
        bool first = true;
        for (size_t i = 0; i < ask->query.count; i++) {
                bool ours = false;
                for (size_t k = 0; k < EM_COUNT(names); k++)
                        ours |= em_str_eq(ask->query.at[i].name, em_str_c(names[k]));
                if (!ours || !ask->query.at[i].value.n)
                        continue;
                em_html_c(h, first ? "?" : "&amp;");
                first = false;
                em_html_url(h, ask->query.at[i].name);
                em_html_lit(h, "=");
                em_html_url(h, ask->query.at[i].value);
        }
}
