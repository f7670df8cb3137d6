/* The words of a flow picture, and the room they take.  A sentence that finds no memory is
 * left empty: the drawing's own buffer fails then too, and that is reported.
 */
#include "draw/flow_plan.h"
#include "embargo/day.h"

#include <math.h>
#include <stdio.h>

static em_str text_of(em_arena *arena, const char *fmt, ...) EM_PRINTF(2, 3);
static em_str text_of(em_arena *arena, const char *fmt, ...)
{
        char    room[512];
        em_str  copy = {0};
        va_list args;
        va_start(args, fmt);
        int n = vsnprintf(room, sizeof room, fmt, args);
        va_end(args);
        em_str whole = {room, n < 0 ? 0 : (size_t)n < sizeof room ? (size_t)n : sizeof room - 1};
        return em_str_copy(whole, arena, &copy, NULL) == EM_OK ? copy : EM_S("");
}

/* Digits with thin-space thousands; out has room for 48.  Returns the bytes. */
static size_t group(uint64_t number, char *out)
{
        char   digits[24];
        size_t at = 0;
        int    n = snprintf(digits, sizeof digits, "%llu", (unsigned long long)number);
        for (int i = 0; i < n; i++) {
                if (i && (n - i) % 3 == 0) {
                        memcpy(out + at, "\xe2\x80\xaf", 3);
                        at += 3;
                }
                out[at++] = digits[i];
        }
        return at;
}

/* Exact, without zeros at the end: "1 000", "0.00000001". */
em_str em_flow_amount(const em_flow_plan *plan, int64_t amount, em_arena *arena)
{
        char     digits[64], whole[48];
        size_t   fraction = 0;
        uint64_t unit = 1;
        for (int i = 0; i < plan->flow->decimals; i++)
                unit *= 10;
        size_t   n = group((uint64_t)amount / unit, whole);
        uint64_t rest = (uint64_t)amount % unit;
        if (rest) {
                fraction = (size_t)snprintf(digits, sizeof digits, "%0*llu", plan->flow->decimals, (unsigned long long)rest);
                while (digits[fraction - 1] == '0')
                        fraction--;
        }
        return text_of(arena, "%.*s%s%.*s", (int)n, whole, rest ? "." : "", (int)fraction, rest ? digits : "");
}

static bool day_of(int64_t time_s, char out[11])
{
        int64_t days = time_s / 86400 - (time_s % 86400 < 0);
        if (days < EM_DAY_MIN || days > EM_DAY_MAX)
                return false;
        em_day_text((em_day)days, out);
        return true;
}

em_str em_flow_when(int64_t first_s, int64_t last_s, em_arena *arena)
{
        char    a[11], b[11];
        int64_t minute = ((first_s % 86400) + 86400) % 86400 / 60;
        if (!first_s || !day_of(first_s, a) || !day_of(last_s, b))
                return EM_S("");
        if (first_s == last_s)
                return text_of(arena, "%s %02d:%02d", a, (int)(minute / 60), (int)(minute % 60));
        return strcmp(a, b) == 0 ? text_of(arena, "%s", a) : text_of(arena, "%s to %s", a, b);
}

em_str em_flow_line_when(const em_flow_line *line, em_arena *arena)
{
        em_str when = em_flow_when(line->first_s, line->last_s, arena);
        if (line->count < 2)
                return when;
        return text_of(arena, "%.*s%s%zu payments", EM_ARG(when), when.n ? ", " : "", line->count);
}

em_str em_flow_counted(const em_flow_plan *plan, em_flow_kind kind, size_t n, em_arena *arena)
{
        static const char *const words[EM_FLOW_KINDS][2] = {
                [EM_FLOW_SEED] = {"source", "sources"},
                [EM_FLOW_HOP] = {"step", "steps"},
                [EM_FLOW_SERVICE] = {"service", "services"},
                [EM_FLOW_MIXER] = {"mixer", "mixers"},
                [EM_FLOW_STOPPED] = {"place not followed further", "places not followed further"},
                [EM_FLOW_SITTING] = {"place not moved since", "places not moved since"},
        };
        em_str own = n == 1 ? plan->flow->hop : plan->flow->hops;
        em_str word = kind == EM_FLOW_HOP && own.n ? own : em_str_c(words[kind][n != 1]);
        char   number[48];
        return text_of(arena, "%.*s %.*s", (int)group(n, number), number, EM_ARG(em_str_sub(word, 0, 100)));
}

static bool is_fold(const em_flow_box *b)
{
        return b->members > 1 && !b->rows;
}

em_str em_flow_name(const em_flow_plan *plan, const em_flow_box *box, em_arena *arena)
{
        em_str counted = em_flow_counted(plan, box->kind, box->members, arena);
        if (box->rows)
                return text_of(arena, "a chain of %.*s", EM_ARG(counted));
        if (!is_fold(box))
                return plan->flow->nodes[box->node].name;
        em_cut cut = em_str_cut(counted, ' ');
        return text_of(arena, "+ %.*s more %.*s", EM_ARG(cut.head), EM_ARG(cut.tail));
}

em_str em_flow_second(const em_flow_plan *plan, const em_flow_box *box, em_arena *arena)
{
        if (box->rows)
                return EM_S("");
        if (!is_fold(box))
                return plan->flow->nodes[box->node].second;
        return text_of(arena, "each at most %.*s %.*s", EM_ARG(em_flow_amount(plan, box->largest, arena)),
                       EM_ARG(em_str_sub(plan->flow->unit, 0, 40)));
}

em_str em_flow_row_name(const em_flow_plan *plan, const em_flow_row *row, em_arena *arena)
{
        const em_flow_node *node = &plan->flow->nodes[row->node];
        if (row->steps > 1) {
                em_cut cut = em_str_cut(em_flow_counted(plan, EM_FLOW_HOP, row->steps, arena), ' ');
                return text_of(arena, "+ %.*s more %.*s", EM_ARG(cut.head), EM_ARG(cut.tail));
        }
        return text_of(arena, "%.*s%s%.*s", EM_ARG(em_str_sub(node->name, 0, 200)), node->second.n ? ", " : "",
                       EM_ARG(em_str_sub(node->second, 0, 200)));
}

em_str em_flow_row_on(const em_flow_plan *plan, const em_flow_row *row, em_arena *arena)
{
        return text_of(arena, "\xe2\x86\x93 %.*s", EM_ARG(em_flow_amount(plan, row->on, arena)));
}

em_flow_words em_flow_words_of(const em_flow_plan *plan, const em_flow_box *box, em_arena *arena)
{
        bool          large = box->end || is_fold(box) || box->kind != EM_FLOW_HOP;
        double        most = large ? 208.0 : 150.0;
        em_flow_words w = {.name = em_text_wrap(em_flow_name(plan, box, arena), EM_FLOW_NAME, large, most, 3),
                           .second = em_text_wrap(em_flow_second(plan, box, arena), EM_FLOW_SMALL, false, most, large ? 4 : 2)};
        if (box->lines_in > 1 && !box->rows)
                w.sum = text_of(arena, "%.*s in all", EM_ARG(em_flow_amount(plan, box->in, arena)));
        w.width = fmax(60.0, fmax(w.name.width, w.second.width));
        w.width = fmax(w.width, em_text_width(w.sum, EM_FLOW_NAME, true));
        w.height = EM_FLOW_LEADING * (double)(w.name.count + w.second.count + (w.sum.n != 0)) + 9.0;
        return w;
}
