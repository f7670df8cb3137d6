/* case/note.c -- what somebody said, made a document and taken in like any other.
 *
 * That a note is a source and not a row of a table of notes has a reason: who reads a report must be able to
 * walk from a reply or a grade to bytes with a hash, an author and a day, as from everything else.  So the whole way is that of evidence
 * (custody, the worker, one transaction with its ledger entry, verify), and only three things are particular: the map
 * is built in, it cannot be had by a file's header, and the version of the finding that a note speaks of is written
 * into it, for findings change and notes do not.
 */
#include "embargo/note.h"

#include "case/intake.h"

#include <inttypes.h>
#include <stdio.h>

static const char map_text[] =
        "# What an analyst said, as embargo note writes it (doc/format-note.md).\n"
        "kind        note\n"
        "needs       note about subject author written_on written_at text\n"
        "when        said_on else written_on\n"
        "known       written_on\n"
        "what        text\n"
        "class       note\n"
        "who         author\n"
        "field       about about\n"
        "field       subject subject\n"
        "field       as_known as_known day\n"
        "field       version version number\n"
        "field       body_hash body_hash\n"
        "field       other other\n"
        "field       relation relation\n"
        "field       certainty certainty\n"
        "field       grade grade\n"
        "field       party party\n"
        "field       said_on said_on day\n"
        "field       written_on written_on day\n"
        "field       written_at written_at\n";

em_str em_note_map_text(void) { return (em_str){ map_text, sizeof map_text - 1 }; }

/* ---- words ---------------------------------------------------------------------- */

enum { FINDING = 1, RECORD = 2, SOURCE = 4 };

static const struct { const char *name; unsigned about; const char *abouts; } sorts[EM_NOTE_SORTS] = {
        { "reply", FINDING | RECORD, "finding or record" }, { "alternative", FINDING, "finding" },
        { "link", RECORD, "record" }, { "grade", RECORD | SOURCE, "record or source" },
        { "sign-off", FINDING, "finding" },
};

const char *em_note_sort_name(em_note_sort sort)
{
        return (size_t)sort < EM_NOTE_SORTS ? sorts[sort].name : NULL;
}

bool em_note_sort_of(em_str name, em_note_sort *ret_sort)
{
        for (unsigned i = 0; i < EM_NOTE_SORTS; i++)
                if (em_str_eq(name, em_str_c(sorts[i].name))) {
                        *ret_sort = (em_note_sort)i;
                        return true;
                }
        return false;
}

const char *em_grade_words(char grade)
{
        switch (grade) {
        case 'A': return "completely reliable";
        case 'B': return "usually reliable";
        case 'C': return "fairly reliable";
        case 'D': return "not usually reliable";
        case 'E': return "unreliable";
        case 'F': return "reliability cannot be judged";
        case '1': return "confirmed by other sources";
        case '2': return "probably true";
        case '3': return "possibly true";
        case '4': return "doubtful";
        case '5': return "improbable";
        case '6': return "truth cannot be judged";
        default: return "";
        }
}

/* ---- what it is about ----------------------------------------------------------------- */

typedef struct writing {
        em_case  *c;
        em_note   n;
        em_arena *arena;
        em_error *err;
} writing;

static em_status find_finding(writing *w, bool *ret_found)
{
        em_finding_row *row;
        size_t count;
        EM_TRY(em_case_findings(w->c, w->n.as_known, w->arena, &row, &count, w->err));
        *ret_found = false;
        for (size_t i = 0; i < count && !*ret_found; i++) {
                char hex[65];
                if (!em_str_eq(row[i].question, w->n.subject))
                        continue;
                if (w->n.version && w->n.version != row[i].version)
                        return em_fail(w->err, EM_FORMAT, "version %" PRId64 " of it stands now, not %" PRId64 "; read it again first",
                                       row[i].version, w->n.version);
                em_sha256_hex(em_sha256_of(row[i].body), hex);
                w->n.version = row[i].version;
                w->n.about = EM_S("finding");
                *ret_found = true;
                EM_TRY(em_str_copy(em_str_c(hex), w->arena, &w->n.body_hash, w->err));
        }
        return EM_OK;
}

/* A name that nothing has is no error yet: it may name something else. */
static em_status find_record(writing *w, em_str name, em_str *ret_id, bool *ret_found)
{
        em_held held;
        em_status status = em_case_record_find(w->c, name, w->arena, &held, w->err);
        *ret_found = status == EM_OK;
        if (status == EM_MISSING)
                return EM_OK;
        EM_TRY(status);
        return em_str_copy(em_str_c(held.name), w->arena, ret_id, w->err);
}

static em_status find_source(writing *w, bool *ret_found)
{
        em_source *list;
        size_t count, hits = 0, at = 0;
        *ret_found = false;
        if (w->n.subject.n < 6 || w->n.subject.n > 64)
                return EM_OK;
        EM_TRY(em_case_sources(w->c, w->arena, &list, &count, w->err));
        for (size_t i = 0; i < count; i++)
                if (em_str_starts(em_str_c(list[i].sha256), w->n.subject)) {
                        hits++;
                        at = i;
                }
        if (hits > 1)
                return em_fail(w->err, EM_FORMAT, "%zu sources begin so; give more digits", hits);
        *ret_found = hits == 1;
        if (hits)
                w->n.subject = (em_str){ list[at].sha256, 8 };
        return EM_OK;
}

static em_status find_subject(writing *w)
{
        unsigned about = sorts[w->n.sort].about;
        bool found = false;
        char shown[96];
        em_str_show(w->n.subject, shown, sizeof shown);
        if (about & FINDING)
                EM_TRY(find_finding(w, &found));
        if (!found && (about & RECORD)) {
                EM_TRY(find_record(w, w->n.subject, &w->n.subject, &found));
                w->n.about = EM_S("record");
        }
        if (!found && (about & SOURCE)) {
                EM_TRY(find_source(w, &found));
                w->n.about = EM_S("source");
        }
        if (found && w->n.version && !em_str_eq(w->n.about, EM_S("finding")))
                return em_fail(w->err, EM_USAGE, "only a finding has versions");
        if (found)
                return EM_OK;
        return em_fail(w->err, EM_MISSING, "no %s is called \"%s\"%s", sorts[w->n.sort].abouts, shown,
                       about & FINDING ? "; embargo find keeps the findings that a note can be about" : "");
}

static em_status find_other(writing *w)
{
        bool found;
        char shown[96];
        em_str_show(w->n.other, shown, sizeof shown);
        EM_TRY(find_record(w, w->n.other, &w->n.other, &found));
        if (!found)
                return em_fail(w->err, EM_MISSING, "no record is called \"%s\"", shown);
        if (em_str_eq(w->n.other, w->n.subject))
                return em_fail(w->err, EM_FORMAT, "a link is between two records; this is one and the same");
        return EM_OK;
}

/* ---- is it whole? ------------------------------------------------------------------------ */

/* Line ends of forms (CR LF) become those of text. */
static em_status clean(writing *w, const char *what, bool lines, size_t most, em_str *text)
{
        char *out = em_arena_alloc(w->arena, text->n + 1);
        size_t n = 0;
        if (!out)
                return em_fail(w->err, EM_NOMEM, "no memory for a note");
        em_str from = em_str_trim(*text);
        if (!em_utf8_ok(from, NULL))
                return em_fail(w->err, EM_FORMAT, "%s is not UTF-8", what);
        if (from.n > most)
                return em_fail(w->err, EM_FORMAT, "%s has at most %zu bytes", what, most);
        for (size_t i = 0; i < from.n; i++) {
                unsigned char ch = (unsigned char)from.p[i];
                bool end = ch == '\n' || ch == '\r';
                if ((ch < ' ' && !(lines && (end || ch == '\t'))) || ch == 0x7f)
                        return em_fail(w->err, EM_FORMAT, lines ? "%s holds a control byte" : "%s is one line without control bytes", what);
                if (ch == '\r' && i + 1 < from.n && from.p[i + 1] == '\n')
                        continue;
                out[n++] = ch == '\r' ? '\n' : (char)ch;
        }
        *text = (em_str){ out, n };
        return EM_OK;
}

static em_status need(writing *w, bool given, bool wanted, const char *what)
{
        if (given == wanted)
                return EM_OK;
        return em_fail(w->err, EM_USAGE, wanted ? "a%s %s needs a %s" : "a%s %s takes no %s",
                       w->n.sort == EM_NOTE_ALTERNATIVE ? "n" : "", sorts[w->n.sort].name, what);
}

static em_status check_day(writing *w, em_str text, const char *what)
{
        em_day day;
        if (text.n && !em_day_parse(text, &day))
                return em_fail(w->err, EM_FORMAT, "%s is not a day like 2022-01-31", what);
        return EM_OK;
}

static bool one_of(em_str word, const char *const *list)
{
        for (; *list; list++)
                if (em_str_eq(word, em_str_c(*list)))
                        return true;
        return false;
}

static em_status check_words(writing *w)
{
        static const char *const relations[] = { "same-as", "part-of", "contradicts", "restates", "replies-to", NULL };
        static const char *const certainties[] = { "certain", "possible", NULL };
        em_note *n = &w->n;
        if (n->sort == EM_NOTE_LINK && !n->certainty.n)
                n->certainty = EM_S("certain");
        if (n->relation.n && !one_of(n->relation, relations))
                return em_fail(w->err, EM_FORMAT, "a relation is same-as, part-of, contradicts, restates or replies-to");
        if (n->certainty.n && !one_of(n->certainty, certainties))
                return em_fail(w->err, EM_FORMAT, "a link is certain or possible");
        EM_TRY(check_day(w, n->said_on, "the day it was said"));
        return check_day(w, n->as_known, "as known on");
}

static em_status check(writing *w)
{
        em_note *n = &w->n;
        bool link = n->sort == EM_NOTE_LINK, of_finding = sorts[n->sort].about & FINDING;
        EM_TRY(clean(w, "the text of a note", true, EM_NOTE_TEXT_MAX, &n->text));
        EM_TRY(clean(w, "the name of who replies", false, 200, &n->party));
        EM_TRY(clean(w, "what a note is about", false, 200, &n->subject));
        EM_TRY(need(w, n->subject.n > 0, true, "subject"));
        if (n->sort != EM_NOTE_SIGN_OFF)
                EM_TRY(need(w, n->text.n > 0, true, "text"));
        EM_TRY(need(w, n->party.n > 0, n->sort == EM_NOTE_REPLY, "party"));
        if (n->said_on.n)
                EM_TRY(need(w, true, n->sort == EM_NOTE_REPLY, "day on which it was said"));
        if (n->as_known.n)
                EM_TRY(need(w, true, of_finding, "day as known on"));
        EM_TRY(need(w, n->other.n > 0, link, "second record"));
        EM_TRY(need(w, n->relation.n > 0, link, "relation"));
        if (n->certainty.n)
                EM_TRY(need(w, true, link, "certainty"));
        EM_TRY(need(w, n->grade.n > 0, n->sort == EM_NOTE_GRADE, "grade"));
        return check_words(w);
}

/* A source's grade says how it has proved before, a record's how likely this one is. */
static em_status check_grade(writing *w)
{
        if (w->n.sort != EM_NOTE_GRADE)
                return EM_OK;
        char g = w->n.grade.p[0];
        bool source = em_str_eq(w->n.about, EM_S("source"));
        if (w->n.grade.n != 1 || (source ? g < 'A' || g > 'F' : g < '1' || g > '6'))
                return em_fail(w->err, EM_FORMAT, source ? "the grade of a source is a letter from A to F"
                                                         : "the grade of a record is a number from 1 to 6");
        return EM_OK;
}

/* ---- the document --------------------------------------------------------------------------- */

static void put_cell(em_buf *csv, em_str cell, bool last)
{
        em_buf_ch(csv, '"');
        for (size_t i = 0; i < cell.n; i++) {
                if (cell.p[i] == '"')
                        em_buf_ch(csv, '"');
                em_buf_ch(csv, cell.p[i]);
        }
        em_buf_c(csv, last ? "\"\n" : "\",");
}

static em_status write_document(writing *w, em_buf *csv)
{
        em_note *n = &w->n;
        char version[24] = "";
        if (n->version)
                snprintf(version, sizeof version, "%" PRId64, n->version);
        const struct { const char *name; em_str value; } cells[] = {
                { "note", em_str_c(sorts[n->sort].name) }, { "about", n->about }, { "subject", n->subject },
                { "as_known", n->as_known }, { "version", em_str_c(version) }, { "body_hash", n->body_hash },
                { "other", n->other }, { "relation", n->relation }, { "certainty", n->certainty },
                { "grade", n->grade }, { "party", n->party }, { "said_on", n->said_on }, { "author", n->author },
                { "written_on", n->written_on }, { "written_at", n->written_at }, { "text", n->text },
        };
        size_t count = sizeof cells / sizeof cells[0];
        for (size_t i = 0; i < count; i++) {
                em_buf_c(csv, cells[i].name);
                em_buf_c(csv, i + 1 < count ? "," : "\n");
        }
        for (size_t i = 0; i < count; i++)
                put_cell(csv, cells[i].value, i + 1 == count);
        return em_buf_status(csv, w->err);
}

static em_status take(writing *w, em_str csv, em_taken *ret_taken)
{
        em_map *map;
        em_str name;
        EM_TRY(em_map_parse(EM_S("note"), em_note_map_text(), w->arena, &map, w->err));
        EM_TRY(em_str_format(w->arena, &name, w->err, "%s on %.*s by %.*s", sorts[w->n.sort].name, EM_ARG(w->n.subject), EM_ARG(w->n.author)));
        em_custody k = { .name = name, .publisher = w->n.author, .method = EM_S("written with embargo note"),
                         .obtained_by = w->n.author, .obtained_on = w->n.written_on, .published = w->n.written_on,
                         .access = w->n.withheld ? EM_S("withheld") : EM_S("") };
        EM_TRY(em_intake_text(w->c, csv, &k, map, ret_taken, w->err));
        if (ret_taken->quarantined || (!ret_taken->already && ret_taken->taken != 1))
                return em_fail(w->err, EM_BUG, "the note is held but could not be read: %s", ret_taken->first_reject);
        return EM_OK;
}

static em_status stamp(writing *w)
{
        char at[32], day[11];
        int64_t now = em_clock_now();
        EM_TRY(em_str_copy(em_str_c(em_time_text(now, at)), w->arena, &w->n.written_at, w->err));
        return em_str_copy(em_str_c(em_day_text(em_day_utc(now), day)), w->arena, &w->n.written_on, w->err);
}

em_status em_note_write(em_case *c, const em_note *note, em_arena *arena, em_taken *ret_taken, em_error *err)
{
        em_assert(c->mode == EM_CASE_WRITE && (size_t)note->sort < EM_NOTE_SORTS);
        writing w = { .c = c, .n = *note, .arena = arena, .err = err };
        em_taken taken = { 0 };
        EM_TRY(check(&w));
        if (w.n.author.n)
                EM_TRY(em_case_set_author(c, w.n.author, err));
        w.n.author = c->author;
        EM_TRY(find_subject(&w));
        EM_TRY(check_grade(&w));
        if (w.n.sort == EM_NOTE_LINK)
                EM_TRY(find_other(&w));
        EM_TRY(stamp(&w));
        em_buf csv = em_buf_make((size_t)1 << 20);
        em_status status = write_document(&w, &csv);
        if (status == EM_OK)
                status = take(&w, em_buf_view(&csv), &taken);
        em_buf_free(&csv);
        EM_TRY(status);
        *ret_taken = taken;
        return EM_OK;
}

/* ---- reading -------------------------------------------------------------------------------- */

static const char notes_sql[] =
        "select class, what, who, id, fields ->> 'subject', fields ->> 'other', fields ->> 'relation', "
        "fields ->> 'certainty', fields ->> 'grade', fields ->> 'party', fields ->> 'said_on', "
        "fields ->> 'as_known', fields ->> 'about', fields ->> 'body_hash', fields ->> 'written_on', "
        "fields ->> 'written_at', fields ->> 'version', record, source in (select source from source "
        "where access not in ('', 'public')) from record where kind = 'note' and (:subject = '' "
        "or fields ->> 'subject' = :subject or fields ->> 'other' = :subject) order by record";

static em_str text_at(const em_rows *rows, size_t row, size_t column)
{
        const em_value *v = em_rows_at(rows, row, column);
        return v->type == EM_VALUE_TEXT ? v->s : EM_S("");
}

static void read_note(const em_rows *rows, size_t row, em_note *n)
{
        em_str *const to[] = { &n->text, &n->author, &n->id, &n->subject, &n->other, &n->relation, &n->certainty, &n->grade, &n->party,
                               &n->said_on, &n->as_known, &n->about, &n->body_hash, &n->written_on, &n->written_at };
        for (size_t i = 0; i < sizeof to / sizeof to[0]; i++)
                *to[i] = text_at(rows, row, i + 1);
        const em_value *v = em_rows_at(rows, row, 16);
        n->version = v->type == EM_VALUE_INT ? v->i : 0;
        if (v->type == EM_VALUE_TEXT && !em_str_int(v->s, &n->version))
                n->version = 0;
        n->record = em_rows_at(rows, row, 17)->i;
        v = em_rows_at(rows, row, 18);
        n->withheld = v->type == EM_VALUE_INT && v->i != 0;
}

em_status em_notes(em_case *c, em_str subject, em_day as_known, em_arena *arena,
                   em_note **ret_list, size_t *ret_count, em_error *err)
{
        em_rows rows;
        em_query_opts opts = em_query_defaults;
        em_param param = { EM_S("subject"), { .type = EM_VALUE_TEXT, .s = subject.p ? subject : EM_S("") } };
        opts.as_known = as_known;
        EM_TRY(em_case_query(c, em_str_c(notes_sql), &param, 1, &opts, arena, &rows, err));
        em_note *list = EM_NEW_N(arena, em_note, rows.rows + 1);
        size_t count = 0;
        if (!list)
                return em_fail(err, EM_NOMEM, "no memory for the notes");
        for (size_t i = 0; i < rows.rows; i++)
                if (em_note_sort_of(text_at(&rows, i, 0), &list[count].sort))
                        read_note(&rows, i, &list[count++]);
        *ret_list = list;
        *ret_count = count;
        return EM_OK;
}
