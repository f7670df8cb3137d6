/* Listed vessels that a hull may be.
 *
 * Everything that the hull said is asked of the index: its numbers exactly, each of its names by em_names_search. What comes back is put together by party, and
 * each party is asked what speaks against it.  The weights are ours, chosen so that a number alone is "likely" or more, a name alone "review", and
 * a name against another valid IMO number nothing; doc/ships-cargo.md gives them as a table.
 */
#include "cli/ships_match.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

static const double IMO = 0.96, IMO_BROKEN = 0.70, MMSI = 0.86, CALL_SIGN = 0.78, NAME = 0.75, NAME_LEAST = 0.85, FURTHER = 0.1;
static const double OTHER_IMO = -0.35, OTHER_NAME = -0.03, FLAG = 0.02, OTHER_FLAG = -0.05, SIZE = 0.02, OTHER_SIZE = -0.15,
                    NOT_BUILT = -0.15;
enum { MOST_TEXTS = 64, MOST_FOUND = 1000, MOST_REASONS = 16, NAMES_EACH = 5 };

typedef struct text { em_str value; const em_ship_report *report; } text;
typedef struct texts { text at[MOST_TEXTS]; size_t count; } texts;      /* distinct */

typedef struct matching {
        const em_names     *names;
        const em_hull_said *hull;
        em_arena           *arena;
        texts  imo, call_sign, name;
        em_str mmsi;
        const em_ship_report *sized;    /* the last that gave a size */
        em_listed_ship *list;
        size_t  count;
        em_error *err;
} matching;

/* ---- what the hull said ------------------------------------------------------------------------ */

static void keep(texts *t, em_str value, const em_ship_report *report)
{
        value = em_str_trim(value);
        for (size_t i = 0; i < t->count; i++)
                if (em_str_eq_nocase(t->at[i].value, value))
                        return;
        if (value.n && t->count < MOST_TEXTS)
                t->at[t->count++] = (text){ value, report };
}

static em_str bounded(const char *at, size_t room)
{
        return (em_str){ at, strnlen(at, room) };
}

static em_status number_text(matching *m, uint32_t number, int digits, em_str *ret)
{
        char out[16];
        snprintf(out, sizeof out, "%0*u", digits, number);
        return em_str_copy(em_str_c(out), m->arena, ret, m->err);
}

static em_status gather(matching *m)
{
        for (size_t i = 0; i < m->hull->reports; i++) {
                const em_ship_report *r = &m->hull->report[i];
                em_str imo = {0};
                if (r->imo) {
                        EM_TRY(number_text(m, r->imo, 7, &imo));
                        keep(&m->imo, imo, r);
                }
                keep(&m->call_sign, bounded(r->call_sign, sizeof r->call_sign), r);
                keep(&m->name, bounded(r->name, sizeof r->name), r);
                if (r->to_bow + r->to_stern > 0 && r->to_port + r->to_starboard > 0)
                        m->sized = r;
        }
        return number_text(m, m->hull->mmsi, 9, &m->mmsi);
}

/* ---- what agrees ------------------------------------------------------------------------------- */

static em_status listed_of(matching *m, uint32_t party, em_listed_ship **ret)
{
        for (size_t i = 0; i < m->count; i++)
                if (m->list[i].party == party) {
                        *ret = &m->list[i];
                        return EM_OK;
                }
        em_party p;
        *ret = NULL;
        if (m->count == MOST_FOUND)
                return EM_OK;
        EM_TRY(em_names_party(m->names, party, m->arena, &p, m->err));
        if (p.schema != EM_SCHEMA_VESSEL && p.schema != EM_SCHEMA_THING)
                return EM_OK;
        em_listed_reason *reason = EM_NEW_N(m->arena, em_listed_reason, MOST_REASONS);
        if (!reason)
                return em_fail(m->err, EM_NOMEM, "out of memory for the reasons");
        m->list[m->count] = (em_listed_ship){ .party = party, .id = p.id, .dataset = p.dataset, .listed = p.listed,
                                              .name = p.names ? p.name[0].text : EM_S(""), .reason = reason };
        *ret = &m->list[m->count++];
        return EM_OK;
}

static void add(em_listed_ship *s, em_listed_reason r)
{
        if (s && s->reasons < MOST_REASONS)
                s->reason[s->reasons++] = r;
}

static bool has(const em_listed_ship *s, const char *what)
{
        for (size_t i = 0; i < s->reasons; i++)
                if (!strcmp(s->reason[i].what, what) && s->reason[i].points > 0)
                        return true;
        return false;
}

static em_status ask_number(matching *m, const char *type, const char *what, em_str value, double points, const char *why,
                            const em_ship_report *report)
{
        em_party_id    id = { .type = em_str_c(type), .value = value };
        em_query       q = { .schema = EM_SCHEMA_VESSEL, .number = &id, .numbers = 1 };
        em_search_opts opts = em_search_defaults;
        em_found       found;
        opts.limit = 50;
        EM_TRY(em_names_search(m->names, &q, &opts, m->arena, &found, m->err));
        for (size_t i = 0; i < found.matches; i++) {
                em_listed_ship *s;
                EM_TRY(listed_of(m, found.match[i].party, &s));
                if (s && !has(s, what))
                        add(s, (em_listed_reason){ what, value, found.match[i].number, points, why, report });
        }
        return EM_OK;
}

static em_status ask_name(matching *m, const text *t)
{
        em_query       q = { .name = &t->value, .names = 1, .schema = EM_SCHEMA_VESSEL };
        em_search_opts opts = em_search_defaults;
        em_found       found;
        opts.limit = NAMES_EACH;
        opts.least = NAME_LEAST;
        EM_TRY(em_names_search(m->names, &q, &opts, m->arena, &found, m->err));
        for (size_t i = 0; i < found.matches; i++) {
                const em_match *f = &found.match[i];
                em_listed_ship *s;
                EM_TRY(listed_of(m, f->party, &s));
                if (s && !has(s, "name"))
                        add(s, (em_listed_reason){ "name", t->value, f->name_text, NAME * f->score,
                                                   f->name_kind == EM_NAME_FORMER ? "agrees with a former name" : f->score >= 0.999 ? "agrees" : "is alike",
                                                   t->report });
        }
        return EM_OK;
}

static em_status ask_all(matching *m)
{
        for (size_t i = 0; i < m->imo.count; i++) {
                const text *t = &m->imo.at[i];
                bool ok = em_imo_ok(t->report->imo);
                EM_TRY(ask_number(m, "imo", "IMO number", t->value, ok ? IMO : IMO_BROKEN,
                                  ok ? "agrees" : "agrees, but its check digit does not hold", t->report));
        }
        EM_TRY(ask_number(m, "mmsi", "MMSI", m->mmsi, MMSI, "agrees; numbers are given to another ship at times", NULL));
        for (size_t i = 0; i < m->call_sign.count; i++)
                EM_TRY(ask_number(m, "call-sign", "call sign", m->call_sign.at[i].value, CALL_SIGN, "agrees", m->call_sign.at[i].report));
        for (size_t i = 0; i < m->name.count; i++)
                EM_TRY(ask_name(m, &m->name.at[i]));
        return EM_OK;
}

/* ---- what speaks against it -------------------------------------------------------------------- */

static void judge_imo(const matching *m, em_listed_ship *s, const em_party *p)
{
        for (size_t i = 0; i < p->numbers && !has(s, "IMO number"); i++) {
                char room[64];
                int  valid = 0;
                if (!em_str_eq(p->number[i].type, EM_S("imo")))
                        continue;
                (void)em_id_canonical(p->number[i].type, p->number[i].value, room, sizeof room, &valid);
                for (size_t k = 0; valid == 1 && k < m->imo.count; k++)
                        if (em_imo_ok(m->imo.at[k].report->imo)) {
                                add(s, (em_listed_reason){ "IMO number", m->imo.at[k].value, p->number[i].value, OTHER_IMO,
                                                           "is another, and both are valid", m->imo.at[k].report });
                                return;
                        }
        }
}

static void judge_name(const matching *m, em_listed_ship *s)
{
        if (m->name.count && !has(s, "name"))
                add(s, (em_listed_reason){ "name", m->name.at[m->name.count - 1].value, s->name, OTHER_NAME,
                                           "is none of the listed; names are changed", m->name.at[m->name.count - 1].report });
}

static void judge_flag(const matching *m, em_listed_ship *s, const em_party *p)
{
        em_str said = em_mmsi_country(m->hull->mmsi), other = {0};
        for (size_t i = 0; i < p->countries && said.n; i++) {
                if (em_str_eq(p->country[i], said)) {
                        add(s, (em_listed_reason){ "flag", said, p->country[i], FLAG, "the MMSI's country is listed", NULL });
                        return;
                }
                other = p->country[i].n == 2 ? p->country[i] : other;
        }
        if (other.n && said.n)
                add(s, (em_listed_reason){ "flag", said, other, OTHER_FLAG, "the MMSI is of another country; flags are changed", NULL });
}

/* "tonnage 3,434" as em_list_read words it; 0: none. */
static double listed_tonnage(const em_party *p, em_str *ret_text)
{
        for (size_t i = 0; i < p->titles; i++) {
                double t = 0;
                if (!em_str_starts(p->title[i], EM_S("tonnage ")))
                        continue;
                for (size_t k = 8; k < p->title[i].n; k++) {
                        char c = p->title[i].p[k];
                        if (c >= '0' && c <= '9' && t < 1e8)
                                t = t * 10 + (c - '0');
                        else if (c != ',')
                                break;
                }
                *ret_text = p->title[i];
                return t;
        }
        return 0;
}

/* A hull of length L and beam B carries about 0.21 L B B tonnes: draught B/2.6, block 0.75, three quarters of it cargo.  Ships of one
 * deadweight differ by half; only a threefold difference says something. */
static em_status judge_size(matching *m, em_listed_ship *s, const em_party *p)
{
        em_str listed = {0}, said = {0};
        double dwt = listed_tonnage(p, &listed);
        if (!m->sized || dwt < 100)
                return EM_OK;
        unsigned length = m->sized->to_bow + m->sized->to_stern, beam = (unsigned)m->sized->to_port + m->sized->to_starboard;
        double ratio = 1.025 * 0.75 * 0.72 / 2.6 * length * beam * beam / dwt;
        if (ratio > 1 / 1.6 && ratio < 1.6) {
                EM_TRY(em_str_format(m->arena, &said, m->err, "%u by %u m", length, beam));
                add(s, (em_listed_reason){ "size", said, listed, SIZE, "fits", m->sized });
        } else if (ratio > 3 || ratio < 1 / 3.0) {
                EM_TRY(em_str_format(m->arena, &said, m->err, "%u by %u m", length, beam));
                add(s, (em_listed_reason){ "size", said, listed, OTHER_SIZE, ratio > 3 ? "is far too large for it" : "is far too small for it", m->sized });
        }
        return EM_OK;
}

static em_status judge_years(matching *m, em_listed_ship *s, const em_party *p)
{
        char day[11];
        em_str said = {0};
        if (!p->borns || p->born[0].span.from == EM_DAY_NONE || em_day_utc(m->hull->first_s) >= p->born[0].span.from)
                return EM_OK;
        EM_TRY(em_str_copy(em_str_c(em_day_text(em_day_utc(m->hull->first_s), day)), m->arena, &said, m->err));
        add(s, (em_listed_reason){ "year built", said, p->born[0].text, NOT_BUILT, "it was heard before the listed one was built", NULL });
        return EM_OK;
}

static em_status judge(matching *m, em_listed_ship *s)
{
        em_party p;
        EM_TRY(em_names_party(m->names, s->party, m->arena, &p, m->err));
        judge_imo(m, s, &p);
        judge_name(m, s);
        judge_flag(m, s, &p);
        EM_TRY(judge_size(m, s, &p));
        return judge_years(m, s, &p);
}

/* ---- the sum ----------------------------------------------------------------------------------- */

static bool identifies(const em_listed_reason *r)
{
        return r->points >= 0.5;
}

static int by_points(const void *left, const void *right)
{
        const em_listed_reason *a = left, *b = right;
        int c = (a->points < b->points) - (a->points > b->points);
        return c ? c : strcmp(a->what, b->what);
}

static void weigh(em_listed_ship *s)
{
        qsort(s->reason, s->reasons, sizeof *s->reason, by_points);
        for (size_t i = 0; i < s->reasons; i++) {
                em_listed_reason *r = &s->reason[i];
                if (i > 0 && identifies(r))
                        r->points *= FURTHER;
                double sum = s->score + r->points;
                if (sum > 1 || sum < 0)
                        r->points = (sum > 1 ? 1 : 0) - s->score;
                s->score += r->points;
        }
}

static int by_score(const void *left, const void *right)
{
        const em_listed_ship *a = left, *b = right;
        int c = (a->score < b->score) - (a->score > b->score);
        return c ? c : (a->party > b->party) - (a->party < b->party);
}

em_status em_ships_match(const em_names *names, const em_hull_said *hull, double least, em_arena *arena, em_listed_ship **ret_list,
                         size_t *ret_count, em_error *err)
{
        matching *m = EM_NEW(arena, matching);
        if (!m || !(m->list = EM_NEW_N(arena, em_listed_ship, MOST_FOUND)))
                return em_fail(err, EM_NOMEM, "out of memory for the listed ships");
        m->names = names;
        m->hull = hull;
        m->arena = arena;
        m->err = err;
        EM_TRY(gather(m));
        EM_TRY(ask_all(m));
        size_t kept = 0;
        for (size_t i = 0; i < m->count; i++) {
                EM_TRY(judge(m, &m->list[i]));
                weigh(&m->list[i]);
                if (m->list[i].score >= least)
                        m->list[kept++] = m->list[i];
        }
        if (kept)
                qsort(m->list, kept, sizeof *m->list, by_score);
        *ret_list = m->list;
        *ret_count = kept;
        return EM_OK;
}
