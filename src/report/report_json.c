/* report.json: the report as data, for who wants to compute with it.  Schema
 * "embargo-report", version 1; keys in a fixed order; the same words and numbers
 * as the page, bound to the same answers.
 */
#include "report/parts.h"

static const char *kind_name(em_mark_kind kind)
{
        static const char *const name[] = { "number", "quantifier", "not", "if", "record", "measure", "case", "said" };
        return name[kind];
}

static void put_binding(const em_print *p, em_json *j, size_t k)
{
        const em_mark *m = &p->t.mark[k];
        const em_bound *b = &p->bound[k];
        em_json_open(j, '{');
        em_json_kstr(j, "kind", em_str_c(kind_name(m->kind)));
        em_json_kstr(j, "mark", m->text);
        if (b->number) {
                char id[32];
                em_buf text = em_buf_make(64);
                em_buf_fmt(&text, "n%zu", b->number);
                memcpy(id, text.p ? text.p : "", text.n);
                em_json_kstr(j, "id", (em_str){ id, text.n });
                em_buf_free(&text);
        }
        em_json_kbool(j, "holds", b->ok);
        em_json_kstr(j, "text", b->text);
        if (b->answer) {
                em_json_kstr(j, "question", m->key);
                em_json_kstr(j, "reading", b->reading ? b->reading->name : (em_str){ 0 });
        }
        if (b->held)
                em_json_kstr(j, "record", em_str_c(b->held->name));
        em_json_close(j, '}');
}

static void put_sentence(const em_print *p, em_json *j, size_t i)
{
        const em_sentence *s = &p->t.sentence[i];
        em_json_open(j, '{');
        if (p->said[i].number)
                em_json_kint(j, "sentence", (int64_t)p->said[i].number);
        em_json_kint(j, "line", (int64_t)em_template_line(&p->t, s->text.p, NULL));
        em_json_kstr(j, "template", s->text);
        em_json_kbool(j, "printed", !p->said[i].withheld);
        if (p->said[i].withheld)
                em_json_kstr(j, "why", p->said[i].why);
        em_json_key(j, EM_S("bindings"));
        em_json_open(j, '[');
        for (size_t k = s->mark_from; k < s->mark_from + s->marks; k++)
                put_binding(p, j, k);
        em_json_close(j, ']');
        em_json_close(j, '}');
}

static void put_sentences(const em_print *p, em_json *j, const char *key, bool withheld)
{
        em_json_key(j, em_str_c(key));
        em_json_open(j, '[');
        for (size_t i = 0; i < p->t.sentences; i++)
                if (p->t.sentence[i].marks && p->said[i].withheld == withheld)
                        put_sentence(p, j, i);
        em_json_close(j, ']');
}

static em_status put_findings(em_print *p, em_json *j, em_error *err)
{
        em_json_key(j, EM_S("findings"));
        em_json_open(j, '[');
        for (size_t i = 0; i < p->listed; i++) {
                const em_answer *a = p->f->answer[p->order[i]];
                em_json_open(j, '{');
                em_json_kstr(j, "question", em_question_key(a->question));
                em_json_kint(j, "annex", (int64_t)(i + 1));
                em_json_kstr(j, "verdict", em_str_c(em_verdict_name(a->verdict)));
                em_json_kstr(j, "standard", em_str_c(em_proof_words(a->proof)));
                em_json_key(j, EM_S("answer"));
                if (a->body.n)
                        em_json_raw(j, a->body);
                else
                        em_json_null(j);
                EM_TRY(em_notes_json(p, a, j, err));
                em_json_close(j, '}');
        }
        em_json_close(j, ']');
        return EM_OK;
}

static void put_claims(const em_print *p, em_json *j)
{
        em_json_key(j, EM_S("claims"));
        em_json_open(j, '[');
        for (size_t i = 0; i < p->claims; i++) {
                const em_claim *c = &p->claim[i];
                em_json_open(j, '{');
                em_json_kstr(j, "claim", c->id);
                em_json_kstr(j, "text", c->text);
                em_json_kstr(j, "asserted_by", c->asserted_by);
                em_json_kstr(j, "verdict", em_str_c(em_verdict_name(c->verdict)));
                em_json_kstr(j, "words", em_str_c(em_verdict_words(c->verdict)));
                em_json_kstr(j, "why", c->why);
                em_json_key(j, EM_S("questions"));
                em_json_open(j, '[');
                for (size_t k = 0; k < c->questions; k++)
                        em_json_str(j, c->question[k]);
                em_json_close(j, ']');
                em_json_close(j, '}');
        }
        em_json_close(j, ']');
}

static void put_given(em_json *j, const em_regrade *r)
{
        if (!r)
                return;
        em_json_kstr(j, "came_with", (em_str){ &r->before, 1 });
        em_json_kstr(j, "graded_by", r->author);
        em_json_kstr(j, "graded_on", r->on);
        em_json_kstr(j, "graded_why", r->why);
        em_json_kstr(j, "grade_note", r->id);
}

static void put_sources(const em_print *p, em_json *j)
{
        em_json_key(j, EM_S("sources"));
        em_json_open(j, '[');
        for (size_t i = 0; i < p->sources; i++) {
                const em_source *s = &p->source[i];
                em_json_open(j, '{');
                em_json_kstr(j, "name", s->name);
                em_json_kstr(j, "sha256", em_str_c(s->sha256));
                em_json_kint(j, "bytes", (int64_t)s->bytes);
                em_json_kstr(j, "publisher", s->publisher);
                em_json_kstr(j, "reliability", (em_str){ &s->reliability, 1 });
                put_given(j, em_regrade_of(p->regrade, p->regrades, s));
                em_json_kint(j, "taken", (int64_t)s->taken);
                em_json_kint(j, "quarantined", (int64_t)s->quarantined);
                em_json_close(j, '}');
        }
        em_json_close(j, ']');
}

em_status em_report_json(em_print *p, em_buf *out, em_error *err)
{
        char day[11] = "";
        em_json j = em_json_make(out, true);
        em_json_open(&j, '{');
        em_json_kstr(&j, "schema", EM_S("embargo-report"));
        em_json_kint(&j, "version", 1);
        em_json_kstr(&j, "title", p->title);
        em_json_kstr(&j, "as_known", em_str_c(p->known == EM_DAY_NONE ? "" : em_day_text(p->known, day)));
        em_json_kstr(&j, "manifest", em_str_c(p->manifest));
        em_json_kbool(&j, "draft", p->opts.draft);
        em_json_kint(&j, "numbers", (int64_t)p->numbers);
        em_json_kint(&j, "said_unbound", (int64_t)p->spoken);
        em_json_kstr(&j, "lint", EM_S("every number in the prose is bound, of a permitted form, or counted as said"));
        put_sources(p, &j);
        put_claims(p, &j);
        put_sentences(p, &j, "sentences", false);
        put_sentences(p, &j, "withheld", true);
        EM_TRY(put_findings(p, &j, err));
        em_json_close(&j, '}');
        em_buf_ch(out, '\n');
        return em_buf_status(out, err);
}
