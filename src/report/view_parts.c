/* Parts that only pages show: the pieces of one question's block in the annex, each by itself, so that a page can put
 * headings between them and leave the long ones for another address.
 */
#include "report/parts.h"

static em_status answer_of(em_print *p, em_str *args, const em_answer **ret_answer, em_error *err)
{
        em_str key = { 0 };
        char   shown[64];
        (void)em_str_word(args, &key);
        *ret_answer = em_findings_get(p->f, key);
        if (*ret_answer)
                return EM_OK;
        return em_fail(err, EM_FORMAT, "there is no question \"%s\"", em_str_show(key, shown, sizeof shown));
}

static em_status part_facts(em_print *p, const em_answer *a, em_str rest, em_html h, em_error *err)
{
        (void)rest;
        em_annex_facts(p, a, h);
        return em_buf_status(h.out, err);
}

static em_status part_readings(em_print *p, const em_answer *a, em_str rest, em_html h, em_error *err)
{
        (void)p, (void)rest;
        em_piece_readings(h, a);
        return em_buf_status(h.out, err);
}

static em_status part_rows(em_print *p, const em_answer *a, em_str rest, em_html h, em_error *err)
{
        (void)rest;
        return em_annex_rows(p, a, false, h, err);
}

static em_status part_used(em_print *p, const em_answer *a, em_str rest, em_html h, em_error *err)
{
        (void)rest;
        em_annex_used(p, a, h);
        return em_buf_status(h.out, err);
}

static em_status part_hash(em_print *p, const em_answer *a, em_str rest, em_html h, em_error *err)
{
        (void)p, (void)rest;
        em_annex_hash(a, h);
        return em_buf_status(h.out, err);
}

/* A record stands once, however many rows speak of it. */
static bool met_before(const em_answer *a, size_t row)
{
        for (size_t i = 0; i < row; i++)
                if (a->row[i].record == a->row[row].record)
                        return true;
        return false;
}

static em_status part_cards(em_print *p, const em_answer *a, em_str rest, em_html h, em_error *err)
{
        em_str  word;
        int64_t from = 0, count = 12;
        if (em_str_word(&rest, &word) && !em_str_int(word, &from))
                return em_fail(err, EM_USAGE, "the first card is a whole number");
        if (em_str_word(&rest, &word) && !em_str_int(word, &count))
                return em_fail(err, EM_USAGE, "how many cards is a whole number");
        for (size_t i = from < 0 ? 0 : (size_t)from; i < a->rows && count-- > 0; i++) {
                const em_held *held = em_print_held(p, a->row[i].record), *own = held;
                if (met_before(a, i))
                        continue;
                if (!own)
                        EM_TRY(em_load_held(p, a->row[i].record, &own, err));
                EM_TRY(em_record_card(p, own, h, err));
        }
        return em_buf_status(h.out, err);
}

/* Any record of the case by its public id, whether an answer rests on it or not. */
static em_status part_record(em_print *p, em_str args, em_html h, em_error *err)
{
        em_held *held = EM_NEW(p->arena, em_held);
        if (!held)
                return em_fail(err, EM_NOMEM, "no memory for a record");
        EM_TRY(em_case_record_find(p->c, em_str_trim(args), p->arena, held, err));
        em_regrades_lay(p->regrade, p->regrades, &held->source);
        EM_TRY(em_record_card(p, held, h, err));
        return em_buf_status(h.out, err);
}

static const struct {
        em_str name;
        em_status (*render)(em_print *p, const em_answer *a, em_str rest, em_html h, em_error *err);
} parts[] = {
        { EM_S_INIT("facts"), part_facts }, { EM_S_INIT("readings"), part_readings }, { EM_S_INIT("rows"), part_rows },
        { EM_S_INIT("cards"), part_cards }, { EM_S_INIT("used"), part_used },         { EM_S_INIT("hash"), part_hash },
};

em_status em_page_part_render(em_print *p, em_str name, em_str args, em_html h, em_error *err)
{
        const em_answer *a;
        if (em_str_eq(name, EM_S("record")))
                return part_record(p, args, h, err);
        for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
                if (!em_str_eq(parts[i].name, name))
                        continue;
                EM_TRY(answer_of(p, &args, &a, err));
                return parts[i].render(p, a, args, h, err);
        }
        return em_fail(err, EM_MISSING, "there is no such part of a report");
}
