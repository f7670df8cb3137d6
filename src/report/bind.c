/* What each mark says, and which sentences stand.  A sentence is code that can
 * fail: one mark in it whose quantifier does not hold, or whose number is not there, and the
 * whole sentence is withheld with its reason.  A question or reading that does
 * not exist is a fault of the template and stops the report, since no evidence
 * could ever mend it.
 */
#include "report/parts.h"

static em_status fail_mark(em_print *p, const em_mark *m, em_error *err, const char *what, em_str shown)
{
        char safe[128];
        bool inside = m->text.p >= p->t.text.p && m->text.p < p->t.text.p + p->t.text.n;
        uint64_t line = inside ? em_template_line(&p->t, m->text.p, NULL) : 0;
        return em_fail_at(err, EM_FORMAT, inside ? p->t.name : EM_S("chart"), line, 0, "%s \"%s\"", what,
                          em_str_show(shown, safe, sizeof safe));
}

static em_status find_reading(em_print *p, const em_mark *m, em_bound *b, em_error *err)
{
        b->answer = em_findings_get(p->f, m->key);
        if (!b->answer)
                return fail_mark(p, m, err, "there is no question", m->key);
        const em_answer *a = b->answer;
        b->reading = a->readings ? &a->reading[0] : NULL;
        if (m->reading.n == 0)
                return EM_OK;
        for (size_t i = 0; i < a->readings; i++)
                if (em_str_eq(a->reading[i].name, m->reading)) {
                        b->reading = &a->reading[i];
                        return EM_OK;
                }
        return fail_mark(p, m, err, "the question has no reading", m->reading);
}

/* The names that the reading does have, for who wrote the wrong one. */
static em_status no_number(em_print *p, const em_mark *m, em_bound *b, em_error *err)
{
        if (b->reading && b->reading->verdict == EM_VERDICT_UNTESTABLE && b->reading->says.n)
                return em_str_format(p->arena, &b->why, err, "%.*s cannot be tested: %.*s", EM_ARG(m->key),
                                     EM_ARG(b->reading->says));
        em_buf has = em_buf_make(4096);
        for (size_t i = 0; b->reading && i < b->reading->numbers; i++) {
                em_buf_c(&has, i ? ", " : "");
                em_buf_str(&has, b->reading->number[i].name);
        }
        em_status status = em_str_format(p->arena, &b->why, err,
                "the answer to %.*s gives no \"%.*s\"; it gives: %.*s", EM_ARG(m->key), EM_ARG(m->name),
                has.n ? (int)has.n : 7, has.n ? has.p : "nothing");
        em_buf_free(&has);
        return status;
}

static em_status bind_number(em_print *p, const em_mark *m, em_bound *b, em_error *err)
{
        const em_answer *a = b->answer;
        b->ok = true;
        if (em_str_eq(m->name, EM_S("verdict"))) {
                em_verdict v = m->reading.n && b->reading ? b->reading->verdict : a->verdict;
                b->text = em_str_c(em_verdict_words(v));
                return EM_OK;
        }
        if (em_str_eq(m->name, EM_S("proof"))) {
                b->text = em_str_c(em_proof_words(a->proof));
                return EM_OK;
        }
        const em_number *n = em_answer_number(a, m->reading, m->name);
        b->ok = n && n->text.n > 0;
        if (!b->ok)
                return no_number(p, m, b, err);
        b->text = n->text;
        return EM_OK;
}

/* Why a quantifier does not stand, and which reading would let it. */
static em_status explain(em_print *p, const em_mark *m, em_bound *b, const char *failed, em_error *err)
{
        em_buf other = em_buf_make(4096);
        for (size_t i = 0; i < b->answer->readings; i++) {
                const em_reading *r = &b->answer->reading[i];
                if (r == b->reading || !em_answer_phrase(b->answer, r->name, m->name))
                        continue;
                em_buf_c(&other, other.n ? "; " : "");
                em_buf_str(&other, r->name);
        }
        em_str name = b->reading ? b->reading->name : EM_S("any reading");
        em_str says = b->reading ? b->reading->says : b->answer->missing;
        em_status status = em_str_format(p->arena, &b->why, err,
                "\"%.*s\" %s under the reading \"%.*s\" (%.*s)%s%.*s", EM_ARG(m->name), failed, EM_ARG(name),
                EM_ARG(says), other.n ? "; it would hold under: " : "", (int)other.n, other.n ? other.p : "");
        em_buf_free(&other);
        return status;
}

static em_status bind_quantifier(em_print *p, const em_mark *m, em_bound *b, em_error *err)
{
        const char *phrase = b->reading ? em_answer_phrase(b->answer, m->reading, m->name) : NULL;
        if (m->kind == EM_MARK_QUANTIFIER) {
                b->ok = phrase != NULL;
                b->text = em_str_c(phrase);
                return b->ok ? EM_OK : explain(p, m, b, "does not hold", err);
        }
        b->ok = !phrase && b->reading && b->reading->verdict == EM_VERDICT_FAILS;
        b->text = EM_S("not");
        return b->ok ? EM_OK : explain(p, m, b, "was to fail, and does not,", err);
}

static em_status bind_condition(em_print *p, const em_mark *m, em_bound *b, em_error *err)
{
        em_verdict v = m->reading.n && b->reading ? b->reading->verdict : b->answer->verdict;
        b->ok = em_str_eq(m->name, em_str_c(em_verdict_name(v)));
        if (b->ok)
                return EM_OK;
        return em_str_format(p->arena, &b->why, err, "it asks that %.*s be \"%.*s\", and the verdict is \"%s\"",
                             EM_ARG(m->key), EM_ARG(m->name), em_verdict_name(v));
}

static em_str state_text(const em_held *h, em_arena *arena)
{
        char text[96];
        em_str copy = { 0 };
        if (h->record.amount.low == EM_MILLI_NONE)
                return EM_S("no amount");
        if (em_str_copy(em_str_c(em_quantity_text(h->record.amount, text)), arena, &copy, NULL) != EM_OK)
                return (em_str){ 0 };
        return copy;
}

static em_str day_text(em_day day, em_arena *arena)
{
        char text[20];
        em_str copy = { 0 };
        if (day == EM_DAY_NONE ||
            em_str_copy(em_str_c(em_day_long(day, text)), arena, &copy, NULL) != EM_OK)
                return (em_str){ 0 };
        return copy;
}

static em_str held_field(const em_held *h, em_str name, em_arena *arena)
{
        const em_record *r = &h->record;
        const struct { em_str name, value; } plain[] = {
                { EM_S("key"), r->key }, { EM_S("what"), r->what }, { EM_S("class"), r->klass },
                { EM_S("who"), r->who }, { EM_S("place"), r->place }, { EM_S("unit"), r->amount.unit },
                { EM_S("publisher"), h->source.publisher }, { EM_S("source"), h->source.name },
                { EM_S("id"), em_str_c(h->name) },
        };
        for (size_t i = 0; i < sizeof plain / sizeof *plain; i++)
                if (em_str_eq(plain[i].name, name))
                        return plain[i].value;
        if (em_str_eq(name, EM_S("day")))
                return day_text(r->when.from, arena);
        if (em_str_eq(name, EM_S("known")))
                return day_text(r->known, arena);
        if (em_str_eq(name, EM_S("amount")))
                return state_text(h, arena);
        return (em_str){ 0 };
}

static em_status bind_source(em_print *p, const em_mark *m, em_bound *b, em_error *err)
{
        em_held *held = EM_NEW(p->arena, em_held);
        if (!held)
                return em_fail(err, EM_NOMEM, "no memory for a record");
        em_status status = em_case_record_find(p->c, m->key, p->arena, held, err);
        if (status == EM_MISSING)
                return fail_mark(p, m, err, "no record in the case is", m->key);
        if (status != EM_OK)
                return status;
        em_regrades_lay(p->regrade, p->regrades, &held->source);
        b->held = held;
        b->ok = p->known == EM_DAY_NONE || held->record.known == EM_DAY_NONE || held->record.known <= p->known;
        if (!b->ok)
                return em_str_format(p->arena, &b->why, err, "record %.*s was not known on that day", EM_ARG(m->key));
        b->text = held_field(held, m->name, p->arena);
        b->ok = b->text.n > 0;
        if (!b->ok)
                return em_str_format(p->arena, &b->why, err, "record %.*s says nothing for \"%.*s\"",
                                     EM_ARG(m->key), EM_ARG(m->name));
        return EM_OK;
}

static em_status bind_measure(em_print *p, const em_mark *m, em_bound *b, em_error *err)
{
        const em_measure *x = em_print_measure(p, m->key);
        em_error none;
        em_held  later;
        if (!x && p->known != EM_DAY_NONE && em_case_record_find(p->c, m->key, p->arena, &later, &none) == EM_OK) {
                b->ok = false;
                return em_str_format(p->arena, &b->why, err, "measure %.*s was not known on that day", EM_ARG(m->key));
        }
        if (!x)
                return fail_mark(p, m, err, "no measure in the case is", m->key);
        EM_TRY(em_load_held(p, x->record, &b->held, err));
        b->ok = true;
        if (m->name.n) {
                const struct { em_str name, value; } field[] = {
                        { EM_S("rule"), x->rule }, { EM_S("topic"), x->topic }, { EM_S("exemption"), x->exemption },
                        { EM_S("period"), x->cap_period }, { EM_S("adopted"), x->adopted },
                };
                for (size_t i = 0; i < sizeof field / sizeof *field; i++)
                        if (em_str_eq(field[i].name, m->name))
                                b->text = field[i].value;
                b->ok = b->text.n > 0;
                if (!b->ok)
                        return em_str_format(p->arena, &b->why, err, "measure %.*s says nothing for \"%.*s\"",
                                             EM_ARG(m->key), EM_ARG(m->name));
                return EM_OK;
        }
        return em_str_format(p->arena, &b->text, err, "%.*s%s%.*s%s, paragraph %.*s [%.*s]", EM_ARG(x->resolution),
                             x->adopted.n >= 4 ? " (" : "", EM_ARG(em_str_sub(x->adopted, 0, 4)),
                             x->adopted.n >= 4 ? ")" : "", EM_ARG(x->paragraph), EM_ARG(x->verification));
}

/* {claims|count}, {claims|holds} and so on */
static em_status bind_claims(em_print *p, const em_mark *m, em_bound *b, em_error *err)
{
        size_t n = 0;
        bool known = em_str_eq(m->name, EM_S("count"));
        for (int v = 0; v < 4; v++)
                known = known || em_str_eq(m->name, em_str_c(em_verdict_name((em_verdict)v)));
        if (!known)
                return fail_mark(p, m, err, "claims are counted as count, holds, reading, fails or untestable, not", m->name);
        for (size_t i = 0; i < p->claims; i++)
                n += em_str_eq(m->name, EM_S("count")) ||
                     em_str_eq(m->name, em_str_c(em_verdict_name(p->claim[i].verdict)));
        return em_str_format(p->arena, &b->text, err, "%zu", n);
}

static em_status bind_case(em_print *p, const em_mark *m, em_bound *b, em_error *err)
{
        b->ok = true;
        if (em_str_eq(m->key, EM_S("claims")))
                return bind_claims(p, m, b, err);
        if (em_str_eq(m->name, EM_S("known")))
                b->text = p->known_text;
        else if (em_str_eq(m->name, EM_S("manifest")))
                b->text = em_str_sub(em_str_c(p->manifest), 0, 12);
        else if (em_str_eq(m->name, EM_S("sources")))
                return em_str_format(p->arena, &b->text, err, "%zu", p->sources);
        else
                return fail_mark(p, m, err, "a case has no field", m->name);
        return EM_OK;
}

em_status em_mark_bind(em_print *p, const em_mark *m, em_bound *ret_bound, em_error *err)
{
        em_bound b = { 0 };
        if (m->kind <= EM_MARK_IF)
                EM_TRY(find_reading(p, m, &b, err));
        switch (m->kind) {
        case EM_MARK_NUMBER:     EM_TRY(bind_number(p, m, &b, err)); break;
        case EM_MARK_QUANTIFIER:
        case EM_MARK_NOT:        EM_TRY(bind_quantifier(p, m, &b, err)); break;
        case EM_MARK_IF:         EM_TRY(bind_condition(p, m, &b, err)); break;
        case EM_MARK_SOURCE:     EM_TRY(bind_source(p, m, &b, err)); break;
        case EM_MARK_MEASURE:    EM_TRY(bind_measure(p, m, &b, err)); break;
        case EM_MARK_CASE:       EM_TRY(bind_case(p, m, &b, err)); break;
        case EM_MARK_SAY:        b.text = m->name; b.ok = true; break;
        }
        *ret_bound = b;
        return EM_OK;
}

em_status em_text_bind(em_print *p, em_str text, em_str *ret_text, bool *ret_holds, em_error *err)
{
        em_buf out = em_buf_make(1 << 16);
        em_status status = EM_OK;
        bool holds = true;
        for (size_t i = 0; i < text.n && status == EM_OK;) {
                em_mark m;
                em_bound b = { .ok = true };
                const char *why = NULL;
                if (text.p[i] != '{') {
                        em_buf_ch(&out, text.p[i++]);
                        continue;
                }
                if (!em_mark_parse(em_str_sub(text, i, text.n), &m, &why)) {
                        status = em_fail(err, EM_FORMAT, "%s", why);
                        break;
                }
                status = em_mark_bind(p, &m, &b, err);
                holds = holds && b.ok;
                em_buf_str(&out, b.text);
                i += m.text.n;
        }
        em_str copy = { 0 };
        if (status == EM_OK)
                status = em_buf_status(&out, err);
        if (status == EM_OK)
                status = em_str_copy(em_buf_view(&out), p->arena, &copy, err);
        em_buf_free(&out);
        if (status == EM_OK) {
                *ret_text = copy;
                *ret_holds = holds;
        }
        return status;
}

static void judge_sentence(em_print *p, size_t i)
{
        const em_sentence *s = &p->t.sentence[i];
        for (size_t k = 0; k < s->marks; k++) {
                const em_bound *b = &p->bound[s->mark_from + k];
                if (b->ok)
                        continue;
                p->said[i].uncalled = p->said[i].uncalled || p->t.mark[s->mark_from + k].kind == EM_MARK_IF;
                if (!p->said[i].withheld)
                        p->said[i].why = b->why;
                p->said[i].withheld = true;
        }
}

/* A table row with one cell missing would say something else: it goes whole. */
static void withhold_rows(em_print *p)
{
        for (size_t i = 0; i < p->t.units; i++) {
                const em_unit *u = &p->t.unit[i];
                if (u->kind != EM_UNIT_CELL || !p->said[u->sentence_from].withheld)
                        continue;
                for (size_t k = 0; k < p->t.units; k++) {
                        em_said *said = &p->said[p->t.unit[k].sentence_from];
                        if (p->t.unit[k].row.p != u->row.p || said->withheld)
                                continue;
                        said->withheld = true;
                        said->uncalled = p->said[u->sentence_from].uncalled;
                        said->why = EM_S("another cell of its table row does not stand");
                }
        }
}

static void number_sentence(em_print *p, size_t i)
{
        const em_sentence *s = &p->t.sentence[i];
        bool bound = false;
        for (size_t k = 0; k < s->marks; k++) {
                const em_mark *m = &p->t.mark[s->mark_from + k];
                p->spoken += m->kind == EM_MARK_SAY;
                if (m->kind == EM_MARK_SAY || m->kind == EM_MARK_CASE)
                        continue;
                if (m->kind == EM_MARK_IF)
                        continue;
                bound = true;
                p->bound[s->mark_from + k].number = ++p->numbers;
        }
        if (bound)
                p->said[i].number = ++p->sentences;
}

em_status em_marks_bind(em_print *p, em_error *err)
{
        p->bound = EM_NEW_N(p->arena, em_bound, p->t.marks);
        p->said = EM_NEW_N(p->arena, em_said, p->t.sentences);
        if (!p->bound || !p->said)
                return em_fail(err, EM_NOMEM, "no memory for the sentences");
        for (size_t i = 0; i < p->t.marks; i++)
                EM_TRY(em_mark_bind(p, &p->t.mark[i], &p->bound[i], err));
        for (size_t i = 0; i < p->t.sentences; i++)
                judge_sentence(p, i);
        withhold_rows(p);
        for (size_t i = 0; i < p->t.sentences; i++) {
                p->withheld += p->said[i].withheld;
                p->uncalled += p->said[i].uncalled;
                if (!p->said[i].withheld)
                        number_sentence(p, i);
        }
        return EM_OK;
}
