/* Reception worked out cell by cell, with memory that does not grow with the fleet.
 *
 * The pass leaves a record for each ship, hour and cell, and each question leaves one for each stretch in a cell: both in piles by
 * cell.  Then each cell that was asked about is loaded once; its partial sums, and the ships heard for those questions that cross cells,
 * go to piles by block of questions, whose answers are added up last.
 */
#include "ships/reception.h"

#include "ships/pile.h"
#include "ships/slab.h"

#include <math.h>
#include <stdlib.h>

#define HOUR ((int64_t)3600)
#define HOUR_ZERO ((int64_t)1 << 31)
#define DRAWN_HOURS 24                  /* a ship is taken for present through its own silences of at most */
#define ASKED_HOURS (31 * 24)

typedef struct heard {                  /* one ship in one cell and hour */
        uint32_t hour, ship;
        uint16_t count;                 /* positions; 0: only present */
        uint16_t class_b;
} heard;

typedef struct asked {                  /* one question's stretch in one cell */
        uint32_t question, ship, from, to;      /* hours, both included */
        uint16_t class_b;
        uint16_t alone;                 /* the question has no other cell */
} asked;

typedef struct partial {
        uint32_t question, hours;
        uint32_t positions, ships;
        uint32_t like_present, like_heard, all_present, all_heard;
        uint64_t ever_present, ever_heard;
} partial;

typedef struct met { uint32_t question, ship; } met;

struct em_reception {
        em_pile *heard, *asked, *partial, *met;
        uint32_t ships, questions;
        uint32_t *stamp, *present, *listened;   /* of each ship: the question that saw it last; its sums in one cell */
};

em_reception *em_reception_free(em_reception *r)
{
        if (r) {
                em_pile_free(r->heard);
                em_pile_free(r->asked);
                em_pile_free(r->partial);
                em_pile_free(r->met);
                free(r->stamp);
                free(r->present);
                free(r->listened);
                free(r);
        }
        return NULL;
}

em_status em_reception_new(const em_detecting *with, em_reception **ret_reception, em_error *err)
{
        em_reception *r = calloc(1, sizeof *r);
        if (!r)
                return em_fail(err, EM_NOMEM, "out of memory for the silences");
        em_status status = em_pile_new(sizeof(heard), with->memory / 2, with->scratch, &r->heard, err);
        if (status == EM_OK)
                status = em_pile_new(sizeof(asked), with->memory / 8, with->scratch, &r->asked, err);
        if (status == EM_OK)
                status = em_pile_new(sizeof(partial), with->memory / 8, with->scratch, &r->partial, err);
        if (status == EM_OK)
                status = em_pile_new(sizeof(met), with->memory / 8, with->scratch, &r->met, err);
        if (status != EM_OK) {
                em_reception_free(r);
                return status;
        }
        *ret_reception = r;
        return EM_OK;
}

/* ---- the pass ------------------------------------------------------------------------------------ */

static int64_t degree(int32_t v)
{
        return em_slab_floor(v, EM_DEGREE);
}

static uint32_t cell_of(int32_t lon, int32_t lat)
{
        int64_t x = degree(lon) + 180, y = degree(lat) + 90;
        x = x < 0 ? 0 : x > 359 ? x % 360 : x;
        y = y < 0 ? 0 : y > 179 ? 179 : y;
        return (uint32_t)(y * 360 + x);
}

static uint32_t hour_of(int64_t time_s)
{
        int64_t h = em_slab_floor(time_s, HOUR) + HOUR_ZERO;
        return h < 0 ? 0 : h > UINT32_MAX ? UINT32_MAX : (uint32_t)h;
}

/* The hours between two fixes in which it sent nothing that was heard. */
static em_status drawn_add(em_reception *r, const em_fix *a, const em_fix *b, heard *record, em_error *err)
{
        const int64_t from = em_slab_floor(a->time_s, HOUR) + 1, to = em_slab_floor(b->time_s, HOUR);
        if (b->time_s - a->time_s > DRAWN_HOURS * HOUR)
                return EM_OK;
        for (int64_t h = from; h < to; h++) {
                int32_t lon, lat;
                double t = (double)(h * HOUR + HOUR / 2 - a->time_s) / (double)(b->time_s - a->time_s);
                em_sphere_between(a->lon, a->lat, b->lon, b->lat, t, &lon, &lat);
                record->hour = hour_of(h * HOUR);
                record->count = 0;
                EM_TRY(em_pile_add(r->heard, cell_of(lon, lat), record, err));
        }
        return EM_OK;
}

/* The fixes of one hour and cell are told by six compares each. */
em_status em_reception_hull(em_reception *r, const em_hull *hull, em_error *err)
{
        heard record = { .ship = r->ships++ };
        for (size_t i = 0; i < hull->fixes;) {
                const em_fix *first = &hull->fix[i], *fix = first, *end = hull->fix + hull->fixes;
                const int64_t until = (em_slab_floor(first->time_s, HOUR) + 1) * HOUR;
                const int64_t west = degree(first->lon) * EM_DEGREE, south = degree(first->lat) * EM_DEGREE;
                while (fix < end && fix->time_s < until && fix->lon >= west && fix->lon < west + EM_DEGREE && fix->lat >= south
                       && fix->lat < south + EM_DEGREE)
                        fix++;
                const size_t count = (size_t)(fix - first);
                record.hour = hour_of(first->time_s);
                record.count = (uint16_t)(count < UINT16_MAX ? count : UINT16_MAX);
                record.class_b = (first->flags & EM_FIX_CLASS_B) != 0;
                EM_TRY(em_pile_add(r->heard, cell_of(first->lon, first->lat), &record, err));
                if (fix < end && fix->time_s - until >= HOUR)
                        EM_TRY(drawn_add(r, fix - 1, fix, &record, err));
                i += count;
        }
        return EM_OK;
}

em_status em_reception_ask(em_reception *r, const em_fix *a, const em_fix *b, em_error *err)
{
        int64_t from = em_slab_floor(a->time_s, HOUR) + 1, to = em_slab_floor(b->time_s, HOUR) - 1;
        if (to - from >= ASKED_HOURS)
                to = from + ASKED_HOURS - 1;
        asked q = { .question = r->questions++, .ship = r->ships - 1, .class_b = (a->flags & EM_FIX_CLASS_B) != 0, .alone = true };
        uint32_t cell = UINT32_MAX;
        for (int64_t h = from; h <= to; h++) {
                int32_t lon, lat;
                double t = (double)(h * HOUR + HOUR / 2 - a->time_s) / (double)(b->time_s - a->time_s);
                em_sphere_between(a->lon, a->lat, b->lon, b->lat, t, &lon, &lat);
                uint32_t now = cell_of(lon, lat), hour = hour_of(h * HOUR);
                if (now != cell && cell != UINT32_MAX) {
                        q.alone = false;
                        EM_TRY(em_pile_add(r->asked, cell, &q, err));
                }
                if (now != cell)
                        q.from = hour;
                q.to = hour;
                cell = now;
        }
        return cell == UINT32_MAX ? EM_OK : em_pile_add(r->asked, cell, &q, err);
}

/* ---- a cell ---------------------------------------------------------------------------------------- */

static int by_hour(const void *left, const void *right)
{
        const heard *a = left, *b = right;
        if (a->hour != b->hour)
                return a->hour < b->hour ? -1 : 1;
        return a->ship < b->ship ? -1 : a->ship > b->ship;
}

/* Of one ship in one hour first what was heard. */
static int by_hour_heard(const void *left, const void *right)
{
        const heard *a = left, *b = right;
        int c = by_hour(a, b);
        return c ? c : (b->count > a->count) - (b->count < a->count);
}

static size_t hour_from(const heard *record, size_t count, uint32_t hour)
{
        size_t low = 0, high = count;
        while (low < high) {
                size_t mid = low + (high - low) / 2;
                if (record[mid].hour < hour)
                        low = mid + 1;
                else
                        high = mid;
        }
        return low;
}

static em_status stretch_answer(em_reception *r, const asked *q, const heard *record, size_t count, partial *p, em_error *err)
{
        for (size_t i = hour_from(record, count, q->from); i < count && record[i].hour <= q->to; i++) {
                const heard *h = &record[i];
                if (h->ship == q->ship)
                        continue;
                p->positions += h->count;
                if (i && by_hour(h - 1, h) == 0)        /* it went out and came back */
                        continue;
                const bool like = h->class_b == q->class_b, was_heard = h->count > 0;
                p->all_present++;
                p->all_heard += was_heard;
                p->like_present += like;
                p->like_heard += like && was_heard;
                if (!was_heard || r->stamp[h->ship] == q->question + 1)
                        continue;
                r->stamp[h->ship] = q->question + 1;
                if (q->alone)
                        p->ships++;
                else
                        EM_TRY(em_pile_add(r->met, q->question / EM_RECEPTION_BLOCK, &(met){ q->question, h->ship }, err));
        }
        return EM_OK;
}

static em_status cell_answer(em_reception *r, const asked *question, size_t questions, heard *record, size_t count, em_error *err)
{
        uint64_t present = 0, listened = 0;
        if (count)
                qsort(record, count, sizeof *record, by_hour_heard);
        memset(r->stamp, 0, r->ships * sizeof *r->stamp);
        for (size_t i = 0; i < count; i++)
                r->present[record[i].ship] = r->listened[record[i].ship] = 0;
        for (size_t i = 0; i < count; i++) {
                if (i && by_hour(&record[i - 1], &record[i]) == 0)
                        continue;
                r->present[record[i].ship]++;
                r->listened[record[i].ship] += record[i].count > 0;
                present++;
                listened += record[i].count > 0;
        }
        for (size_t i = 0; i < questions; i++) {
                const asked *q = &question[i];
                partial p = { .question = q->question, .hours = q->to - q->from + 1 };
                EM_TRY(stretch_answer(r, q, record, count, &p, err));
                p.ever_present = present - r->present[q->ship];
                p.ever_heard = listened - r->listened[q->ship];
                EM_TRY(em_pile_add(r->partial, q->question / EM_RECEPTION_BLOCK, &p, err));
        }
        for (size_t i = 0; i < count; i++)
                r->present[record[i].ship] = r->listened[record[i].ship] = 0;
        return EM_OK;
}

em_status em_reception_work(em_reception *r, em_error *err)
{
        const uint32_t *cell;
        size_t cells;
        r->stamp = calloc(r->ships + 1, sizeof *r->stamp);
        r->present = calloc(r->ships + 1, sizeof *r->present);
        r->listened = calloc(r->ships + 1, sizeof *r->listened);
        if (!r->stamp || !r->present || !r->listened)
                return em_fail(err, EM_NOMEM, "out of memory for the silences");
        EM_TRY(em_pile_seal(r->asked, &cell, &cells, err));
        for (size_t i = 0; i < cells; i++) {
                void *question, *record;
                size_t questions, count;
                EM_TRY(em_pile_load(r->asked, cell[i], &question, &questions, err));
                EM_TRY(em_pile_load(r->heard, cell[i], &record, &count, err));
                EM_TRY(cell_answer(r, question, questions, record, count, err));
        }
        return EM_OK;
}

/* ---- a block of questions ------------------------------------------------------------------------- */

static int by_question(const void *left, const void *right)
{
        const met *a = left, *b = right;
        if (a->question != b->question)
                return a->question < b->question ? -1 : 1;
        return a->ship < b->ship ? -1 : a->ship > b->ship;
}

em_status em_reception_answers(em_reception *r, uint32_t block, em_reception_answer ret_answer[EM_RECEPTION_BLOCK], em_error *err)
{
        void *part, *ship;
        size_t parts, ships;
        EM_TRY(em_pile_load(r->partial, block, &part, &parts, err));
        EM_TRY(em_pile_load(r->met, block, &ship, &ships, err));
        memset(ret_answer, 0, EM_RECEPTION_BLOCK * sizeof *ret_answer);
        for (size_t i = 0; i < parts; i++) {
                const partial *p = (const partial *)part + i;
                em_reception_answer *a = &ret_answer[p->question % EM_RECEPTION_BLOCK];
                a->hours += p->hours;
                a->positions += p->positions;
                a->ships += p->ships;
                a->like.present += p->like_present;
                a->like.heard += p->like_heard;
                a->all.present += p->all_present;
                a->all.heard += p->all_heard;
                a->ever.present += (double)p->ever_present;
                a->ever.heard += (double)p->ever_heard;
        }
        met *m = ship;
        if (ships)
                qsort(m, ships, sizeof *m, by_question);
        for (size_t i = 0; i < ships; i++)
                if (!i || by_question(&m[i - 1], &m[i]) != 0)
                        ret_answer[m[i].question % EM_RECEPTION_BLOCK].ships++;
        return EM_OK;
}

double em_reception_rate(const em_reception_answer *a, const char **ret_basis)
{
        static const char *const basis[] = { "by ships like it there and then", "by all ships there and then", "there at any time" };
        const em_heard *from[] = { &a->like, &a->all, &a->ever };
        for (size_t i = 0; i < 3; i++) {
                /* one ship alone is no measure, and the cells at any time must say more */
                bool enough = from[i]->present >= (i == 2 ? 4 : 1) * EM_RECEPTION_ENOUGH && (i == 2 || a->ships >= 2);
                if (!enough)
                        continue;
                *ret_basis = basis[i];
                return from[i]->heard / from[i]->present;
        }
        *ret_basis = "";
        return -1;
}
