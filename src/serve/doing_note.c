/* Notes on pages: a list of all, and one form for each sort.
 *
 * The form names what was seen: a finding's version goes along, so that nobody signs off what changed between reading and
 * signing.  What is wrong with a note is told above the same form with all that was typed, for a text that is
 * lost is not written again.
 */
#include "embargo/note.h"
#include "serve/doing.h"
#include "serve/evidence.h"

/* ---- what it is about --------------------------------------------------------------- */

typedef struct subject {
        const char *kind;               /* "finding" "record" "source"; "" when nothing is called so */
        em_str      id, says, known;
        int64_t     version;
} subject;

static em_status see_finding(em_ask *ask, em_case *c, em_str name, subject *s, em_error *err)
{
        em_finding_row *row;
        size_t          count;
        EM_TRY(em_case_findings(c, ask->h.known, ask->arena, &row, &count, err));
        for (size_t i = 0; i < count; i++)
                if (em_str_eq(row[i].question, name)) {
                        s->kind = "finding";
                        s->id = row[i].question;
                        s->version = row[i].version;
                        s->known = row[i].as_known;
                        s->says = em_grid_text(ask->arena, "version %lld, %.*s", (long long)row[i].version, EM_ARG(row[i].verdict));
                }
        return EM_OK;
}

static em_status see_record(em_ask *ask, em_case *c, em_str name, subject *s, em_error *err)
{
        em_held   held;
        em_error  why = {0};
        em_status found = em_case_record_find(c, name, ask->arena, &held, &why);
        if (found == EM_MISSING || found == EM_FORMAT)
                return EM_OK;
        if (found != EM_OK && err)
                *err = why;
        EM_TRY(found);
        EM_TRY(em_evidence_lay(ask, c, &held.source, 1, err));
        s->kind = "record";
        s->id = em_grid_text(ask->arena, "%s", held.name);
        s->says = em_grid_text(ask->arena, "%.*s%s%.*s, of %.*s, grade %c%d", EM_ARG(held.record.kind), held.record.key.n ? " " : "",
                               EM_ARG(held.record.key), EM_ARG(held.source.name), held.source.reliability, held.record.credibility);
        return EM_OK;
}

static em_status see_source(em_ask *ask, em_case *c, em_str name, subject *s, em_error *err)
{
        em_source *list;
        size_t     count;
        if (name.n < 6)
                return EM_OK;
        EM_TRY(em_case_sources(c, ask->arena, &list, &count, err));
        EM_TRY(em_evidence_lay(ask, c, list, count, err));
        for (size_t i = 0; i < count; i++)
                if (em_str_starts(em_str_c(list[i].sha256), name)) {
                        s->kind = "source";
                        s->id = (em_str){list[i].sha256, 8};
                        s->says = em_grid_text(ask->arena, "%.*s, reliability %c", EM_ARG(list[i].name), list[i].reliability);
                }
        return EM_OK;
}

static em_status see_subject(em_ask *ask, em_str name, subject *ret, em_error *err)
{
        subject     s = {.kind = "", .id = name};
        em_case *c;
        *ret = s;
        if (!name.n)
                return EM_OK;
        EM_TRY(em_desk_case(ask, &c, err));     /* no question need be answered for a form */
        EM_TRY(see_finding(ask, c, name, &s, err));
        if (!s.kind[0])
                EM_TRY(see_record(ask, c, name, &s, err));
        if (!s.kind[0])
                EM_TRY(see_source(ask, c, name, &s, err));
        *ret = s;
        return EM_OK;
}

static const char *page_of(em_str kind)
{
        return em_str_eq(kind, EM_S("finding")) ? "/findings/" : em_str_eq(kind, EM_S("record")) ? "/records/"
             : em_str_eq(kind, EM_S("source")) ? "/evidence/" : NULL;
}

/* ---- the form ---------------------------------------------------------------------------- */

static const struct { em_note_sort sort; const char *words, *says, *about; } sorts[] = {
        {EM_NOTE_REPLY, "Reply", "What somebody who is named answers. It is shown with the finding, whatever you think of it.", "finding record"},
        {EM_NOTE_ALTERNATIVE, "Alternative", "Another explanation of what the finding rests on.", "finding"},
        {EM_NOTE_SIGN_OFF, "Sign off", "You have read this version and stand by it. When the finding changes, your sign-off stays with the version it was given to.", "finding"},
        {EM_NOTE_LINK, "Link", "How two records stand to each other. A link counts: questions and the report join or part records by it.", "record"},
        {EM_NOTE_GRADE, "Grade", "How far you believe it. The newest grade of a source is the one that answers use when they are asked again; the one it came with stays beside it. "
                                 "A record's is shown beside its own, and changes no answer.", "record source"},
};

static void put_sorts(em_ask *ask, const subject *s, em_note_sort chosen)
{
        em_html h = ask->h;
        em_html_lit(h, "<nav class=\"do-sorts\" aria-label=\"Sorts of note\"><ul>\n");
        for (size_t i = 0; i < EM_COUNT(sorts); i++) {
                if (s->kind[0] && !strstr(sorts[i].about, s->kind))
                        continue;
                em_html_lit(h, "<li><a href=\"/notes/new?sort=");
                em_html_c(h, em_note_sort_name(sorts[i].sort));
                em_html_lit(h, "&amp;about=");
                em_html_url(h, s->id);
                if (h.known.n) {
                        em_html_lit(h, "&amp;known=");
                        em_html_url(h, h.known);
                }
                em_html_lit(h, "\"");
                if (sorts[i].sort == chosen)
                        em_html_lit(h, " aria-current=\"page\"");
                em_html_lit(h, ">");
                em_html_c(h, sorts[i].words);
                em_html_lit(h, "</a>\n");
        }
        em_html_lit(h, "</ul></nav>\n");
}

static void put_grades(em_ask *ask, const subject *s, em_form form)
{
        static const char letters[] = "ABCDEF123456";
        em_choice_word    choice[12];
        size_t from = strcmp(s->kind, "record") == 0 ? 6 : 0, to = strcmp(s->kind, "source") == 0 ? 6 : 12;
        for (size_t i = from; i < to; i++)
                choice[i - from] = (em_choice_word){em_str_sub(em_str_c(letters), i, 1), em_grid_text(ask->arena, "%c: %s", letters[i], em_grade_words(letters[i]))};
        em_field_select(ask, "grade", from ? "Credibility of the record" : "Grade", em_form_get(form, "grade"), choice, to - from);
}

static void put_link(em_ask *ask, em_form form)
{
        static const em_choice_word relation[] = {
                {EM_S_INIT("same-as"), EM_S_INIT("is the same as")}, {EM_S_INIT("part-of"), EM_S_INIT("is part of")},
                {EM_S_INIT("contradicts"), EM_S_INIT("contradicts")}, {EM_S_INIT("restates"), EM_S_INIT("restates (takes the place of)")},
                {EM_S_INIT("replies-to"), EM_S_INIT("replies to")}};
        static const em_choice_word certainty[] = {{EM_S_INIT("certain"), EM_S_INIT("certain")}, {EM_S_INIT("possible"), EM_S_INIT("possible")}};
        em_field_select(ask, "relation", "This record", em_form_get(form, "relation"), relation, EM_COUNT(relation));
        em_field_text(ask, "other", "The other record", em_form_get(form, "other"), "text", "as 3f9ac1d2:162, or its own name");
        em_field_select(ask, "certainty", "How sure", em_form_get(form, "certainty"), certainty, 2);
}

static void put_fields(em_ask *ask, const subject *s, em_note_sort sort, em_form form)
{
        if (s->kind[0])
                em_field_hidden(ask, "about", s->id);
        else
                em_field_text(ask, "about", "About", s->id, "text", "a finding's key, a record such as 3f9ac1d2:162, the start of a source's hash");
        em_field_hidden(ask, "kind", em_str_c(s->kind));
        em_field_hidden(ask, "sort", em_str_c(em_note_sort_name(sort)));
        em_field_hidden(ask, "as_known", s->known);
        if (s->version)
                em_field_hidden(ask, "version", em_grid_text(ask->arena, "%lld", (long long)s->version));
        if (sort == EM_NOTE_REPLY) {
                em_field_text(ask, "party", "Who replies", em_form_get(form, "party"), "text", NULL);
                em_field_text(ask, "said_on", "Said on", em_form_get(form, "said_on"), "day", "when that is known");
        }
        if (sort == EM_NOTE_LINK)
                put_link(ask, form);
        if (sort == EM_NOTE_GRADE)
                put_grades(ask, s, form);
        em_field_area(ask, "text", sort == EM_NOTE_LINK || sort == EM_NOTE_GRADE ? "Why" : "Text", em_form_get(form, "text"),
                      sort == EM_NOTE_SIGN_OFF ? "may be empty" : NULL);
        em_html_lit(ask->h, "<label class=\"line\"><input type=\"checkbox\" name=\"withheld\" value=\"yes\"");
        if (em_form_flag(form, "withheld"))
                em_html_lit(ask->h, " checked");
        em_html_lit(ask->h, "> keep it out of what is published</label>\n");
}

static void put_author(em_ask *ask)
{
        em_str by = em_doing_author(ask);
        em_html_lit(ask->h, "<p class=\"key\">The note becomes a source of its own, with its hash in the ledger under the name of ");
        if (by.n)
                em_html_text(ask->h, by);
        else
                em_html_lit(ask->h, "the case's author");
        em_html_lit(ask->h, ". It cannot be edited or taken back; another note can be written.</p>\n");
}

static void put_about(em_ask *ask, const subject *s)
{
        em_html h = ask->h;
        if (!s->id.n)
                return;
        em_html_lit(h, "<p class=\"do-about\">About ");
        em_html_c(h, s->kind[0] ? s->kind : "something that is not in the case:");
        em_html_lit(h, " ");
        if (s->kind[0]) {
                em_html_lit(h, "<a");
                em_page_href(ask, page_of(em_str_c(s->kind)), s->id);
                em_html_lit(h, ">");
        }
        em_html_text(h, s->id);
        if (s->kind[0])
                em_html_lit(h, "</a>");
        if (s->says.n) {
                em_html_lit(h, " (");
                em_html_text(h, s->says);
                em_html_lit(h, ")");
        }
        em_html_lit(h, "</p>\n");
}

/* why: what was wrong with the note as it was sent, or empty. */
static em_status show_form(em_ask *ask, em_form form, em_str why, em_error *err)
{
        subject      s;
        em_note_sort sort = EM_NOTE_SORTS;
        EM_TRY(see_subject(ask, em_str_trim(em_form_get(form, "about")), &s, err));
        bool chosen = em_note_sort_of(em_form_get(form, "sort"), &sort);
        em_page_open(ask, &(em_page){.title = EM_S("Write a note"), .nav = "notes", .command = EM_S("note SORT SUBJECT --text TEXT")});
        if (why.n) {
                em_html_lit(ask->h, "<p class=\"draft\" role=\"alert\">Not written: ");
                em_html_text(ask->h, why);
                em_html_lit(ask->h, "</p>\n");
        }
        put_about(ask, &s);
        put_sorts(ask, &s, sort);
        for (size_t i = 0; chosen && i < EM_COUNT(sorts); i++) {
                if (sorts[i].sort != sort)
                        continue;
                em_html_lit(ask->h, "<p>");
                em_html_c(ask->h, sorts[i].says);
                em_html_lit(ask->h, "</p>\n");
                em_form_open(ask, "/notes", (em_str){0}, "", false);
                put_fields(ask, &s, sort, form);
                put_author(ask);
                em_form_close(ask, sort == EM_NOTE_SIGN_OFF ? "Sign off" : "Write it", true);
        }
        if (!chosen)
                em_html_lit(ask->h, "<p class=\"empty\">Choose what sort of note it is.</p>\n");
        return em_page_close(ask, err);
}

em_status em_doing_note_form(em_ask *ask, em_error *err)
{
        return show_form(ask, ask->query, (em_str){0}, err);
}

/* ---- writing it ---------------------------------------------------------------------------------- */

/* What stands as an operand must not be read as an option. */
static em_status operand(em_words *w, em_str word, const char *what, em_error *err)
{
        word = em_str_trim(word);
        if (!word.n || word.p[0] == '-')
                return em_fail(err, EM_USAGE, "%s is missing, or begins with a hyphen", what);
        em_words_add(w, word);
        return EM_OK;
}

static em_status note_words(em_ask *ask, em_words *w, em_error *err)
{
        static const struct { const char *field, *option; } texts[] = {
                {"text", "--text"}, {"party", "--party"}, {"said_on", "--said-on"}, {"grade", "--grade"}, {"certainty", "--certainty"},
                {"as_known", "--as-known-on"}, {"version", "--of-version"}};
        em_form      f = ask->posted;
        em_note_sort sort;
        if (!em_note_sort_of(em_form_get(f, "sort"), &sort))
                return em_fail(err, EM_USAGE, "there is no such sort of note");
        em_words_add(w, EM_S("note"));
        em_words_add(w, em_str_c(em_note_sort_name(sort)));
        EM_TRY(operand(w, em_form_get(f, "about"), "what it is about", err));
        if (sort == EM_NOTE_LINK) {
                EM_TRY(operand(w, em_form_get(f, "relation"), "the relation", err));
                EM_TRY(operand(w, em_form_get(f, "other"), "the other record", err));
        }
        for (size_t i = 0; i < EM_COUNT(texts); i++)
                em_words_option(w, texts[i].option, em_form_get(f, texts[i].field));
        em_words_option(w, "--by", em_doing_author(ask));
        if (em_form_flag(f, "withheld"))
                em_words_add(w, EM_S("--withheld"));
        return EM_OK;
}

em_status em_doing_note_write(em_ask *ask, em_error *err)
{
        em_words  w = {0};
        em_error  why = {0};
        em_str    text, about = em_str_trim(em_form_get(ask->posted, "about"));
        em_status s = note_words(ask, &w, &why);
        if (s == EM_OK)
                s = em_desk_run(ask, w.at, w.n, 0, &text, &why);
        if (s != EM_OK) {
                char shown[1100];
                em_error_text(&why, shown, sizeof shown);
                EM_TRY(show_form(ask, ask->posted, em_grid_text(ask->arena, "%s", shown), err));
                ask->reply->status = s == EM_BUSY ? 409 : s == EM_MISSING ? 404 : s == EM_IO || s == EM_NOMEM || s == EM_BUG ? 500 : 400;
                return EM_OK;
        }
        const char *page = page_of(em_form_get(ask->posted, "kind"));
        em_doing_go(ask, page ? page : "/notes", page ? about : (em_str){0});
        return EM_OK;
}

/* ---- the list ---------------------------------------------------------------------------------------- */

enum { SAYS = 14 };

/* What somebody said, as against who noted it, of what and when: the part that is kept out of what is published. */
static bool said(const char *key)
{
        static const char *const keys[] = {"other", "relation", "certainty", "grade", "party", "said_on", "says", "text"};
        for (size_t i = 0; i < EM_COUNT(keys); i++)
                if (strcmp(keys[i], key) == 0)
                        return true;
        return false;
}

static em_status note_rows(em_ask *ask, em_grid *grid, em_error *err)
{
        em_words        w = {0};
        const em_jnode *root;
        em_words_add(&w, EM_S("note"));
        em_words_add(&w, EM_S("list"));
        em_words_option(&w, "--as-known-on", ask->h.known);
        em_str about = em_str_trim(em_form_get(ask->query, "about"));
        if (about.n)
                EM_TRY(operand(&w, about, "what they are about", err));
        EM_TRY(em_desk_run_json(ask, w.at, w.n, 0, &root, err));
        const em_jnode *notes = em_jget(root, "notes");
        for (const em_jnode *n = notes ? notes->first : NULL; n; n = n->next) {
                em_str cell[20] = {{0}};
                bool   hide = em_jtext(em_jget(n, "withheld")).n > 0;
                for (size_t c = 0; c < grid->columns; c++)
                        cell[c] = hide && said(grid->column[c].key) ? EM_S("") : em_jtext(em_jget(n, grid->column[c].key));
                if (hide)
                        cell[SAYS] = EM_S("withheld: its words are not shown");
                EM_TRY(em_grid_add(grid, cell, err));
        }
        return EM_OK;
}

/* Where one's own is written: a form when the pages may change the case, else the command, and how they could. */
static void put_how(em_ask *ask)
{
        em_html h = ask->h;
        em_str  base = em_path_base(em_desk_dir(ask->desk));
        if (em_desk_writes(ask->desk)) {
                em_html_lit(h, "<p><a href=\"/notes/new\">Write a note</a>, or begin at a finding: each leads to its forms.</p>\n");
                return;
        }
        em_html_lit(h, "<p>These pages are for reading. A note is written with <code>embargo --case ");
        em_html_text(h, base);
        em_html_lit(h, " note reply FINDING --party NAME --text TEXT</code>, or <code>alternative</code>, <code>link</code>, <code>grade</code>, "
                       "<code>sign-off</code> (<code>embargo help note</code>); or here, once the pages are served with <code>embargo --case ");
        em_html_text(h, base);
        em_html_lit(h, " serve --write</code>.</p>\n");
}

em_status em_doing_notes(em_ask *ask, em_error *err)
{
        static const em_grid_column columns[] = {
                {"id", "Note", EM_AS_CODE, "/records/", NULL}, {"note", "Sort", EM_AS_TEXT, NULL, NULL},
                {"about", NULL, EM_AS_TEXT, NULL, NULL}, {"subject", "About", EM_AS_TEXT, "/why/", NULL},
                {"as_known", NULL, EM_AS_DAY, NULL, NULL}, {"version", "Version", EM_AS_NUMBER, NULL, NULL},
                {"version_now", "Now", EM_AS_NUMBER, NULL, NULL}, {"body_hash", NULL, EM_AS_CODE, NULL, NULL},
                {"other", NULL, EM_AS_TEXT, NULL, NULL}, {"relation", NULL, EM_AS_TEXT, NULL, NULL}, {"certainty", NULL, EM_AS_TEXT, NULL, NULL},
                {"grade", NULL, EM_AS_TEXT, NULL, NULL}, {"party", NULL, EM_AS_TEXT, NULL, NULL}, {"said_on", NULL, EM_AS_DAY, NULL, NULL},
                {"says", "Says", EM_AS_TEXT, NULL, NULL}, {"author", "By", EM_AS_TEXT, NULL, NULL}, {"written_on", "On", EM_AS_DAY, NULL, NULL},
                {"written_at", NULL, EM_AS_TEXT, NULL, NULL}, {"text", NULL, EM_AS_TEXT, NULL, NULL}, {"withheld", NULL, EM_AS_TEXT, NULL, NULL}};
        em_grid grid = em_grid_make(columns, EM_COUNT(columns), ask->arena);
        grid.empty = "Nobody has written a note yet: no reply, no alternative, no link, no grade and no sign-off.";
        EM_TRY(note_rows(ask, &grid, err));
        if (ask->shape != EM_SHAPE_PAGE)
                return em_grid_data(ask, "embargo.notes/1", &grid, err);
        em_page_open(ask, &(em_page){.title = EM_S("Notes"), .nav = "notes", .command = EM_S("note list"), .wide = true,
                                     .lede = EM_S("What people said of this case: replies, alternatives, links, grades and sign-offs. Each is a source with "
                                                  "its hash, and is never edited.")});
        em_grid_html(ask, &grid);
        put_how(ask);
        return em_page_close(ask, err);
}
