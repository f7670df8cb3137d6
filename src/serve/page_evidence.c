/* The evidence: every source with who gave it and when, what it covers, and what of it could not be taken. */
#include "serve/evidence.h"

/* ---- what these pages share --------------------------------------------------------------------- */

static bool is_hex(em_str s)
{
        for (size_t i = 0; i < s.n; i++)
                if (!((s.p[i] >= '0' && s.p[i] <= '9') || (s.p[i] >= 'a' && s.p[i] <= 'f')))
                        return false;
        return s.n >= 8 && s.n <= 64;
}

static em_status regrades(em_ask *ask, em_case *c, em_regrade **ret_list, size_t *ret_count, em_error *err)
{
        em_day known = EM_DAY_NONE;
        if (ask->h.known.n && !em_day_parse(ask->h.known, &known))
                return em_fail(err, EM_USAGE, "known=DAY takes a day like 2022-03-01");
        return em_regrades(c, known, ask->arena, ret_list, ret_count, err);
}

em_status em_evidence_lay(em_ask *ask, em_case *c, em_source *list, size_t count, em_error *err)
{
        em_regrade *given = NULL;
        size_t      givens = 0;
        EM_TRY(regrades(ask, c, &given, &givens, err));
        for (size_t i = 0; i < count; i++)
                em_regrades_lay(given, givens, &list[i]);
        return EM_OK;
}

em_status em_evidence_given(em_ask *ask, em_case *c, const em_source *source, const em_regrade **ret_given, em_error *err)
{
        em_regrade *given = NULL;
        size_t      givens = 0;
        EM_TRY(regrades(ask, c, &given, &givens, err));
        *ret_given = em_regrade_of(given, givens, source);
        return EM_OK;
}

em_status em_evidence_find(em_ask *ask, em_case *c, em_str id, em_source *ret_source, em_error *err)
{
        em_source *list = NULL;
        size_t     count = 0, hits = 0, at = 0;
        char       shown[80];
        em_str_show(id, shown, sizeof shown);
        if (!is_hex(id))
                return em_fail(err, EM_MISSING, "\"%s\" is no source: one is named by the first eight digits of its SHA-256, or by more", shown);
        EM_TRY(em_case_sources(c, ask->arena, &list, &count, err));
        for (size_t i = 0; i < count; i++)
                if (em_str_starts(em_str_c(list[i].sha256), id)) {
                        hits++;
                        at = i;
                }
        if (hits == 0)
                return em_fail(err, EM_MISSING, "no source of this case begins with %s", shown);
        if (hits > 1)
                return em_fail(err, EM_USAGE, "%zu sources begin with %s; give more digits", hits, shown);
        *ret_source = list[at];
        return em_evidence_lay(ask, c, ret_source, 1, err);
}

static bool mentions(em_str text, em_str word)
{
        for (size_t i = 0; i + word.n <= text.n; i++)
                if (em_str_eq_nocase(em_str_sub(text, i, word.n), word))
                        return true;
        return false;
}

bool em_evidence_constructed(em_str terms, em_str origin)
{
        return mentions(terms, EM_S("constructed")) || mentions(origin, EM_S("constructed"));
}

void em_evidence_say_constructed(em_html h)
{
        em_html_lit(h, "<p class=\"draft\">Constructed evidence: made up for an example or a test, by the word of its own custody. "
                       "It says nothing about anybody.</p>\n");
}

void em_evidence_fact(em_html h, const char *title, em_str text)
{
        if (!text.n)
                return;
        em_html_lit(h, "<dt>");
        em_html_c(h, title);
        em_html_lit(h, "<dd>");
        em_html_text(h, text);
        em_html_lit(h, "\n");
}

const char *em_evidence_grade(char letter)
{
        static const char *const words[] = {"A: completely reliable", "B: usually reliable", "C: fairly reliable", "D: not usually reliable",
                                            "E: unreliable", "F: reliability cannot be judged"};
        return letter >= 'A' && letter <= 'F' ? words[letter - 'A'] : "not graded";
}

/* "00000a2f  43 4e 53 ...  CNS-161," */
static void put_dump_line(em_html h, em_str bytes, uint64_t offset)
{
        static const char digit[] = "0123456789abcdef";
        char line[100];
        size_t n = 0;
        for (int shift = 36; shift >= 0; shift -= 4)
                line[n++] = digit[offset >> shift & 15];
        line[n++] = ' ';
        for (size_t i = 0; i < 16; i++) {
                unsigned char b = i < bytes.n ? (unsigned char)bytes.p[i] : 0;
                line[n++] = ' ';
                line[n++] = i < bytes.n ? digit[b >> 4] : ' ';
                line[n++] = i < bytes.n ? digit[b & 15] : ' ';
        }
        line[n++] = ' ';
        line[n++] = ' ';
        for (size_t i = 0; i < bytes.n; i++)
                line[n++] = bytes.p[i] >= ' ' && bytes.p[i] < 0x7f ? bytes.p[i] : '.';
        em_html_text(h, (em_str){line, n});
        em_html_lit(h, "\n");
}

/* What is long enough to be scrolled can be reached by the keyboard. */
void em_evidence_text(em_html h, em_str text)
{
        em_html_lit(h, "<pre tabindex=\"0\" class=\"evi-row\">");     /* on a narrow page any row may have to be moved */
        em_html_text(h, text);
        em_html_lit(h, "</pre>\n");
}

/* Control bytes are half of a transaction: as text it would say nothing. */
void em_evidence_dump(em_html h, em_str bytes, uint64_t first)
{
        enum { DUMP_MOST = 4096 };
        em_html_lit(h, "<pre class=\"evi-hex\" tabindex=\"0\">");
        for (size_t at = 0; at < bytes.n && at < DUMP_MOST; at += 16)
                put_dump_line(h, em_str_sub(bytes, at, 16), first + at);
        if (bytes.n > DUMP_MOST) {
                em_html_lit(h, "... and ");
                em_html_int(h, (int64_t)(bytes.n - DUMP_MOST));
                em_html_lit(h, " bytes more\n");
        }
        em_html_lit(h, "</pre>");
}

void em_evidence_bytes(em_html h, em_str bytes, uint64_t first)
{
        enum { TEXT_MOST = 16384 };
        bool odd = em_utf8_odd(bytes);
        em_evidence_text(h, em_str_sub(bytes, 0, TEXT_MOST));
        if (bytes.n > TEXT_MOST)
                em_html_lit(h, "<p class=\"key\">The text is cut here; the bytes in the file go on.</p>\n");
        em_html_lit(h, "<details class=\"evi-dump\"");
        if (odd)
                em_html_lit(h, " open");
        em_html_lit(h, "><summary>");
        em_html_c(h, odd ? "The same bytes in hex: some of them are not shown as text" : "The same bytes in hex");
        em_html_lit(h, "</summary>\n");
        em_evidence_dump(h, bytes, first);
        em_html_lit(h, "</details>\n");
}

static int hex_value(char c) { return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1; }

em_str em_evidence_unhex(em_arena *arena, em_str hex)
{
        char  *out = em_arena_alloc(arena, hex.n / 2 + 1);
        size_t n = 0;
        for (size_t i = 0; out && i + 1 < hex.n; i += 2) {
                int high = hex_value(hex.p[i]), low = hex_value(hex.p[i + 1]);
                if (high < 0 || low < 0)
                        break;
                out[n++] = (char)(high << 4 | low);
        }
        return out ? (em_str){out, n} : EM_S("");
}

/* ---- /evidence ------------------------------------------------------------------------------------ */

static const em_grid_column columns[] = {
        {"name", "Source", EM_AS_TEXT, "/evidence/", "source"}, {"source", NULL, EM_AS_CODE, NULL, NULL},
        {"publisher", "Publisher", EM_AS_TEXT, NULL, NULL},     {"reliability", "Grade", EM_AS_TEXT, NULL, NULL},
        {"obtained_on", "Obtained", EM_AS_DAY, NULL, NULL},     {"published", NULL, EM_AS_DAY, NULL, NULL},
        {"hash12", "SHA-256", EM_AS_CODE, NULL, NULL},          {"taken", "Taken", EM_AS_NUMBER, NULL, NULL},
        {"aside", "Aside", EM_AS_NUMBER, NULL, NULL}, {"role", "Role", EM_AS_TEXT, NULL, NULL},
        {"access", "Access", EM_AS_TEXT, NULL, NULL},           {"origin", "Origin", EM_AS_TEXT, NULL, NULL},
        {"map", NULL, EM_AS_TEXT, NULL, NULL},                  {"method", NULL, EM_AS_TEXT, NULL, NULL},
        {"terms", NULL, EM_AS_TEXT, NULL, NULL},                {"obtained_by", NULL, EM_AS_TEXT, NULL, NULL},
        {"covers_from", NULL, EM_AS_DAY, NULL, NULL},           {"covers_to", NULL, EM_AS_DAY, NULL, NULL},
        {"bytes", NULL, EM_AS_NUMBER, NULL, NULL},              {"sandbox", NULL, EM_AS_TEXT, NULL, NULL},
        {"ledger_entry", NULL, EM_AS_NUMBER, NULL, NULL},       {"sha256", NULL, EM_AS_CODE, NULL, NULL},
};

static em_str number_cell(em_ask *ask, uint64_t n) { return em_grid_text(ask->arena, "%llu", (unsigned long long)n); }

static em_status add_source(em_ask *ask, em_grid *grid, const em_source *s, em_error *err)
{
        em_str hash = em_str_c(s->sha256);
        return em_grid_add(grid, (em_str[]){
                s->name, em_str_sub(hash, 0, 8), s->publisher, em_grid_text(ask->arena, "%c", s->reliability), s->obtained_on, s->published,
                em_str_sub(hash, 0, 12), number_cell(ask, s->taken), number_cell(ask, s->quarantined), s->role, s->access, s->origin,
                s->map, s->method, s->terms, s->obtained_by, s->covers_from, s->covers_to, number_cell(ask, s->bytes), s->sandbox,
                number_cell(ask, (uint64_t)s->entry), hash}, err);
}

static em_str lede_of(em_ask *ask, const em_source *list, size_t count)
{
        uint64_t taken = 0, aside = 0, withheld = 0, regime = 0;
        for (size_t i = 0; i < count; i++) {
                taken += list[i].taken;
                aside += list[i].quarantined;
                withheld += em_str_eq(list[i].access, EM_S("withheld"));
                regime += em_str_eq(list[i].role, EM_S("regime"));
        }
        return em_grid_text(ask->arena, "%zu sources, %llu of them the regime's own tables; %llu records taken, %llu rows kept aside, %llu %s withheld. "
                            "Each is kept as it was obtained, under its SHA-256, and never changed.",
                            count, (unsigned long long)regime, (unsigned long long)taken, (unsigned long long)aside,
                            (unsigned long long)withheld, withheld == 1 ? "source" : "sources");
}

static void put_asides_note(em_ask *ask, const em_source *list, size_t count)
{
        em_html  h = ask->h;
        uint64_t aside = 0;
        for (size_t i = 0; i < count; i++)
                aside += list[i].quarantined;
        em_html_lit(h, "<h2 id=\"quarantine\">Kept aside</h2>\n<p>");
        if (!aside) {
                em_html_lit(h, "Every row of every source could be taken. A row that cannot be read would stand here with its reason and its bytes.</p>\n");
                return;
        }
        em_html_int(h, (int64_t)aside);
        em_html_c(h, aside == 1 ? " row could not be taken and is kept aside, " : " rows could not be taken and are kept aside, ");
        em_html_lit(h, "each with the place, the reason and its bytes: <a");
        em_page_href(ask, "/quarantine", (em_str){0});
        em_html_lit(h, ">the rows kept aside</a>.</p>\n");
}

static em_status answer_evidence(em_ask *ask, em_error *err)
{
        em_picture *now;
        em_source  *list = NULL;
        size_t      count = 0;
        EM_TRY(em_desk_take(ask, &now, err));
        EM_TRY(em_case_sources(now->c, ask->arena, &list, &count, err));
        EM_TRY(em_evidence_lay(ask, now->c, list, count, err));
        em_grid grid = em_grid_make(columns, EM_COUNT(columns), ask->arena);
        grid.empty = "There is no evidence yet: embargo add FILE takes a file into custody.";
        for (int regime = 0; regime < 2; regime++)
                for (size_t i = 0; i < count; i++)
                        if (em_str_eq(list[i].role, EM_S("regime")) == (regime == 1))
                                EM_TRY(add_source(ask, &grid, &list[i], err));
        if (ask->shape != EM_SHAPE_PAGE)
                return em_grid_data(ask, "embargo.evidence/1", &grid, err);
        em_page page = {.title = EM_S("Evidence"), .lede = lede_of(ask, list, count), .nav = "evidence", .command = EM_S("status"), .wide = true};
        em_page_open(ask, &page);
        em_html_lit(ask->h, "<p class=\"evi-places\"><a href=\"#sources\">Sources</a> <a href=\"#coverage\">What is covered, and what is not</a> "
                            "<a href=\"#quarantine\">Kept aside</a></p>\n<div class=\"evi-list wide\" id=\"sources\">\n");
        em_grid_html(ask, &grid);
        em_html_lit(ask->h, "</div>\n");
        em_evidence_cover(ask, now);
        put_asides_note(ask, list, count);
        return em_page_close(ask, err);
}

static const em_route_param window[] = {{"from", "integer", "the first row that is shown; 0"}, {"rows", "integer", "how many; 100, at most 500"},
                                        {"known", "string", "the day as known on which all is shown"}, {0}};
static const em_route_param aside_window[] = {{"source", "string", "of this source alone"}, {"from", "integer", "the first row that is shown; 0"},
                                              {"rows", "integer", "how many; 50, at most 500"}, {0}};
static const em_route_param known_only[] = {{"known", "string", "the day as known on which all is shown"}, {0}};
static const em_route_param chain_params[] = {{"known", "string", "the day as known on which all is shown"},
                                              {"all", "boolean", "every record, not only the first of each group"}, {0}};
enum { PAGE = EM_ROUTE_CASE | EM_ROUTE_DATA | EM_ROUTE_KEPT };

const em_route em_routes_evidence[] = {
        {"GET", "/evidence", EM_FAMILY_PAGE, answer_evidence, "the sources, what they cover, what could not be taken", NULL, known_only, PAGE},
        {"GET", "/evidence/{id}", EM_FAMILY_PAGE, em_evidence_answer_source, "one source: custody, ledger entry, rows", NULL, window, PAGE},
        {"GET", "/evidence/{id}/bytes", EM_FAMILY_PAGE, em_evidence_answer_bytes, "its bytes as obtained, when it is public", NULL, NULL, EM_ROUTE_CASE},
        {"GET", "/quarantine", EM_FAMILY_PAGE, em_evidence_answer_aside, "rows that could not be taken, with reason and bytes", NULL, aside_window, PAGE},
        {"GET", "/records/{id}", EM_FAMILY_PAGE, em_evidence_answer_record, "one record down to its bytes", NULL, chain_params, PAGE},
        {"GET", "/why/{id}", EM_FAMILY_PAGE, em_evidence_answer_why, "from a sentence or number of the report down to the bytes", NULL, chain_params, PAGE},
        {0},
};
