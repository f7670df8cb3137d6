/* What people said of a finding, beside it: replies, alternatives, sign-offs, and what was said of the records it rests on.
 *
 * A report that prints a finding and leaves out the answer of who is named in it is not fair to him, so the words stand with
 * the finding, in full, with who wrote them down and when (the right of reply: Security Council guidance to panels of
 * experts, S/2006/997, paragraph 28).  They are quoted, never counted: a note is a source with a record like any other,
 * its own row stands among the records, and no number of the report comes out of one.
 *
 * A sign-off is of one version, by the hash of its body.  Whether that still stands is found by that hash: of the answer
 * that is printed here, or, when it was given to the finding as known on another day, of the version kept for that day.
 */
#include "report/parts.h"

#include <stdlib.h>

enum { RECORD_WORDS = 600 };    /* bytes */

/* ---- reading them -------------------------------------------------------------------- */

typedef struct em_note_key { em_str of; size_t note; } em_note_key;    /* what a note is about, or links to */

static int by_key(const void *x, const void *y)
{
        const em_note_key *a = x, *b = y;
        int sign = em_str_cmp(a->of, b->of);
        return sign ? sign : (a->note > b->note) - (a->note < b->note);
}

em_status em_load_notes(em_print *p, em_error *err)
{
        EM_TRY(em_notes(p->c, (em_str){ 0 }, p->known, p->arena, &p->note, &p->notes, err));
        p->note_key = EM_NEW_N(p->arena, em_note_key, 2 * p->notes + 1);
        if (!p->note_key)
                return em_fail(err, EM_NOMEM, "no memory for the notes");
        for (size_t i = 0; i < p->notes; i++) {
                p->note_key[p->note_keys++] = (em_note_key){ p->note[i].subject, i };
                if (p->note[i].other.n)
                        p->note_key[p->note_keys++] = (em_note_key){ p->note[i].other, i };
        }
        if (p->notes)
                qsort(p->note_key, p->note_keys, sizeof *p->note_key, by_key);
        return EM_OK;
}

/* Marks the notes whose subject, or other end, is called so. */
static void find(const em_print *p, em_str name, bool finding, bool *met)
{
        size_t low = 0, high = p->note_keys;
        while (low < high) {
                size_t mid = low + (high - low) / 2;
                if (em_str_cmp(p->note_key[mid].of, name) < 0)
                        low = mid + 1;
                else
                        high = mid;
        }
        for (; low < p->note_keys && em_str_eq(p->note_key[low].of, name); low++) {
                size_t i = p->note_key[low].note;
                met[i] |= em_str_eq(p->note[i].about, EM_S("finding")) == finding;
        }
}

em_status em_notes_of(em_print *p, const em_answer *a, const em_note ***ret_list, size_t *ret_count, em_error *err)
{
        size_t n = 0;
        *ret_count = 0;
        if (!p->notes)
                return EM_OK;
        bool *met = EM_NEW_N(p->arena, bool, p->notes);
        const em_note **list = EM_NEW_N(p->arena, const em_note *, p->notes);
        if (!met || !list)
                return em_fail(err, EM_NOMEM, "no memory for the notes");
        find(p, em_question_key(a->question), true, met);
        for (size_t i = 0; i < a->rows; i++)
                find(p, em_str_c(a->row[i].id), false, met);
        for (int of_records = 0; of_records < 2; of_records++)         /* of itself first */
                for (size_t i = 0; i < p->notes; i++)
                        if (met[i] && em_str_eq(p->note[i].about, EM_S("finding")) == !of_records)
                                list[n++] = &p->note[i];
        *ret_list = list;
        *ret_count = n;
        return EM_OK;
}

size_t em_notes_held(const em_print *p)
{
        size_t n = 0;
        for (size_t i = 0; i < p->helds && p->notes; i++)
                n += em_str_eq(p->held[i].record.kind, EM_S("note"));
        return n;
}

/* ---- does what was signed still stand? --------------------------------------------------- */

em_status em_note_stands(em_print *p, const em_answer *a, const em_note *n, em_note_state *ret_state, em_error *err)
{
        char hex[65], day[11] = "";
        em_finding_row *row = NULL;
        size_t count = 0;
        *ret_state = EM_NOTE_STANDS;
        if (!em_str_eq(n->about, EM_S("finding")) || !n->body_hash.n)
                return EM_OK;
        em_sha256_hex(em_sha256_of(a->body), hex);
        if (em_str_eq(em_str_c(hex), n->body_hash))
                return EM_OK;
        if (p->known != EM_DAY_NONE)
                em_day_text(p->known, day);
        *ret_state = EM_NOTE_CHANGED;
        if (em_str_eq(n->as_known, em_str_c(day)))
                return EM_OK;
        EM_TRY(em_case_finding_versions(p->c, n->subject, n->as_known, p->arena, &row, &count, err));
        if (count && em_str_eq(em_str_c(em_sha256_hex(em_sha256_of(row[count - 1].body), hex)), n->body_hash))
                *ret_state = EM_NOTE_OTHER_DAY;
        return EM_OK;
}

/* ---- printing them ------------------------------------------------------------------------------ */

/* "2026-01-01 at 09:30:00 UTC" of "2026-01-01T09:30:00Z". */
static void put_moment(em_html h, em_str at)
{
        em_cut cut = em_str_cut(at, 'T');
        em_html_text(h, cut.head);
        if (!em_str_ends(cut.tail, EM_S("Z")))
                return;
        em_html_lit(h, " at ");
        em_html_text(h, em_str_sub(cut.tail, 0, cut.tail.n - 1));
        em_html_lit(h, " UTC");
}

static void put_id(const em_print *p, em_html h, em_str id)
{
        for (size_t i = 0; i < p->helds; i++)
                if (em_str_eq(em_str_c(p->held[i].name), id)) {
                        em_piece_record(h, &p->held[i], id);
                        return;
                }
        em_html_text(h, id);
}

static void put_version(const em_note *n, em_note_state state, em_html h)
{
        em_html_lit(h, ", of version ");
        em_html_int(h, n->version);
        em_html_lit(h, " <code>");
        em_html_text(h, em_str_sub(n->body_hash, 0, 12));
        em_html_lit(h, "</code>");
        if (n->as_known.n) {
                em_html_lit(h, " as known on ");
                em_html_text(h, n->as_known);
        }
        if (state == EM_NOTE_CHANGED)
                em_html_lit(h, "; <strong>the finding has changed since</strong>");
        if (state == EM_NOTE_OTHER_DAY)
                em_html_lit(h, ", which is not the version printed here");
}

/* "reply of The Mission, said on 2022-03-01": what sort of saying it is, in words. */
static void put_sort(const em_print *p, const em_note *n, em_html h)
{
        static const char *const words[EM_NOTE_SORTS] = { "Reply", "Another explanation", "Link", "Grade", "Signed off" };
        em_html_lit(h, "<b>");
        em_html_c(h, words[n->sort]);
        em_html_lit(h, "</b>");
        if (n->withheld)
                return;
        if (n->party.n) {
                em_html_lit(h, " of ");
                em_html_text(h, n->party);
        }
        if (n->said_on.n) {
                em_html_lit(h, ", said on ");
                em_html_text(h, n->said_on);
        }
        if (n->sort == EM_NOTE_GRADE) {
                em_html_lit(h, " ");
                em_html_text(h, n->grade);
                em_html_lit(h, ", ");
                em_html_c(h, em_grade_words(n->grade.n ? n->grade.p[0] : '\0'));
        }
        if (em_str_eq(n->about, EM_S("finding")))
                return;
        em_html_c(h, n->sort == EM_NOTE_LINK ? ": " : n->sort == EM_NOTE_GRADE ? ", of " : ", about ");
        put_id(p, h, n->subject);
        if (n->sort != EM_NOTE_LINK)
                return;
        em_html_lit(h, " ");
        em_html_text(h, n->relation);
        em_html_lit(h, " ");
        put_id(p, h, n->other);
        em_html_lit(h, " (");
        em_html_text(h, n->certainty);
        em_html_lit(h, ")");
}

/* What is said of a finding stands there once and whole; of a record, with every finding that rests on it, so a long text is cut. */
static void put_words(const em_note *n, em_html h)
{
        size_t most = em_str_eq(n->about, EM_S("finding")) ? n->text.n : RECORD_WORDS;
        bool   cut = n->text.n > most;
        for (; cut && most > 0 && ((unsigned char)n->text.p[most] & 0xc0) == 0x80; most--)
                ;
        em_html_lit(h, "<blockquote>");
        em_html_text(h, em_str_sub(n->text, 0, most));
        if (cut)
                em_html_lit(h, "\xe2\x80\xa6 (the whole stands in the note's own row)");
        em_html_lit(h, "</blockquote>");
}

static void put_note(em_print *p, const em_note *n, em_note_state state, em_html h)
{
        bool sign_off = n->sort == EM_NOTE_SIGN_OFF;
        em_html_lit(h, "<li><p>");
        put_sort(p, n, h);
        if (sign_off) {
                em_html_lit(h, " by ");
                em_html_text(h, n->author);
                em_html_lit(h, " on ");
        } else {
                em_html_lit(h, " <small>written by ");
                em_html_text(h, n->author);
                em_html_lit(h, " on ");
        }
        put_moment(h, n->written_at.n ? n->written_at : n->written_on);
        if (n->version)
                put_version(n, state, h);
        if (sign_off)
                em_html_lit(h, " <small>(note ");
        else
                em_html_lit(h, " (note ");
        put_id(p, h, n->id);
        em_html_lit(h, ")</small></p>");
        if (n->withheld)
                em_html_lit(h, "<p>Withheld: its hash is printed, its words are not.</p>");
        else if (n->text.n)
                put_words(n, h);
        em_html_lit(h, "\n");
}

static bool has_card(const em_print *p, em_str key)
{
        for (size_t i = 0; i < p->t.blocks; i++) {
                em_str rest = p->t.block[i].args, word;
                while (p->t.block[i].directive && em_str_eq(p->t.block[i].name, EM_S("finding")) && em_str_word(&rest, &word))
                        if (em_str_eq(word, key))
                                return true;
        }
        return false;
}

em_status em_notes_render(em_print *p, const em_answer *a, bool in_annex, em_html h, em_error *err)
{
        const em_note **note = NULL;
        size_t count = 0;
        em_note_state state;
        em_str key = em_question_key(a->question);
        EM_TRY(em_notes_of(p, a, &note, &count, err));
        if (count == 0)
                return EM_OK;
        if (in_annex && has_card(p, key)) {
                em_html_lit(h, "<p class=\"back\">");
                em_html_int(h, (int64_t)count);
                em_html_c(h, count == 1 ? " note of what was said of it stands with " : " notes of what was said of it stand with ");
                em_html_lit(h, "<a");
                em_html_to(h, "f-", key);
                em_html_lit(h, ">the finding</a></p>\n");
                return EM_OK;
        }
        em_html_lit(h, "<div class=\"said-of\"><h4>What was said of it</h4><ul>\n");
        for (size_t i = 0; i < count; i++) {
                EM_TRY(em_note_stands(p, a, note[i], &state, err));
                put_note(p, note[i], state, h);
        }
        em_html_lit(h, "</ul></div>\n");
        return EM_OK;
}

/* ---- with a record ----------------------------------------------------------------------------------- */

/* Links stand in the card already, as all links do. */
em_status em_record_noted(em_print *p, const em_held *held, em_html h, em_error *err)
{
        bool *met = EM_NEW_N(p->arena, bool, p->notes + 1);
        if (!met)
                return em_fail(err, EM_NOMEM, "no memory for the notes");
        find(p, em_str_c(held->name), false, met);
        for (size_t i = 0; i < p->notes; i++) {
                if (!met[i] || p->note[i].sort == EM_NOTE_LINK)
                        continue;
                em_html_lit(h, "<p class=\"link\">");
                put_sort(p, &p->note[i], h);
                em_html_lit(h, ", by ");
                em_html_text(h, p->note[i].author);
                em_html_lit(h, " (note ");
                put_id(p, h, p->note[i].id);
                em_html_lit(h, ")</p>");
        }
        return EM_OK;
}

/* ---- among the replies -------------------------------------------------------------------------------- */

bool em_replies_noted(const em_print *p)
{
        for (size_t i = 0; i < p->notes; i++)
                if (p->note[i].sort == EM_NOTE_REPLY)
                        return true;
        return false;
}

void em_replies_noted_render(em_print *p, em_html h)
{
        em_html_lit(h, "<p>Replies that were written down in this case:</p>\n<ul>\n");
        for (size_t i = 0; i < p->notes; i++) {
                const em_note *n = &p->note[i];
                const em_answer *a = em_str_eq(n->about, EM_S("finding")) ? em_findings_get(p->f, n->subject) : NULL;
                if (n->sort != EM_NOTE_REPLY)
                        continue;
                em_html_lit(h, "<li>");
                put_sort(p, n, h);
                if (a && em_print_place(p, a)) {
                        em_html_lit(h, " to ");
                        em_piece_place(h, p, a);
                        em_html_lit(h, ", where its words stand");
                } else if (a) {
                        em_html_lit(h, " to ");
                        em_html_text(h, n->subject);
                }
                em_html_lit(h, " (note ");
                put_id(p, h, n->id);
                em_html_lit(h, ")\n");
        }
        em_html_lit(h, "</ul>\n");
}

/* ---- as data ----------------------------------------------------------------------------------------------- */

static void put_text(em_json *j, const char *key, em_str text)
{
        if (text.n)
                em_json_kstr(j, key, text);
}

static void put_json(em_json *j, const em_note *n, em_note_state state)
{
        em_json_open(j, '{');
        em_json_kstr(j, "id", n->id);
        em_json_kstr(j, "note", em_str_c(em_note_sort_name(n->sort)));
        em_json_kstr(j, "about", n->about);
        em_json_kstr(j, "subject", n->subject);
        em_json_kstr(j, "author", n->author);
        em_json_kstr(j, "written_at", n->written_at);
        if (n->version) {
                em_json_kint(j, "version", n->version);
                put_text(j, "as_known", n->as_known);
                em_json_kstr(j, "body_hash", n->body_hash);
                em_json_kbool(j, "changed", state == EM_NOTE_CHANGED);
        }
        em_json_kbool(j, "withheld", n->withheld);
        if (!n->withheld) {
                put_text(j, "other", n->other);
                put_text(j, "relation", n->relation);
                put_text(j, "certainty", n->certainty);
                put_text(j, "grade", n->grade);
                put_text(j, "party", n->party);
                put_text(j, "said_on", n->said_on);
                put_text(j, "text", n->text);
        }
        em_json_close(j, '}');
}

em_status em_notes_json(em_print *p, const em_answer *a, em_json *j, em_error *err)
{
        const em_note **note = NULL;
        size_t count = 0;
        em_note_state state;
        EM_TRY(em_notes_of(p, a, &note, &count, err));
        if (count == 0)
                return EM_OK;
        em_json_key(j, EM_S("notes"));
        em_json_open(j, '[');
        for (size_t i = 0; i < count; i++) {
                EM_TRY(em_note_stands(p, a, note[i], &state, err));
                put_json(j, note[i], state);
        }
        em_json_close(j, ']');
        return EM_OK;
}
