/* The flow picture as SVG, and the same lines as a table.
 *
 * Lines are drawn first, the widest at the bottom, then boxes, then words.  What ends in a kind
 * of place is told by the words in its box; the colour of its lines only repeats it.
 */
#include "draw/flow_plan.h"
#include "embargo/day.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

static const em_type name_type = {EM_FLOW_NAME, EM_INK_TEXT, "start", false, false};
static const em_type bold_type = {EM_FLOW_NAME, EM_INK_TEXT, "start", true, false};
static const em_type small_type = {EM_FLOW_SMALL, EM_INK_MUTED, "start", false, false};

typedef struct look { em_ink ink; const char *words; } look;

static const look looks[EM_FLOW_KINDS] = {
        [EM_FLOW_SEED] = {EM_INK_MUTED, "goes on"},
        [EM_FLOW_HOP] = {EM_INK_MUTED, "goes on"},
        [EM_FLOW_SERVICE] = {EM_INK_C1, "to a service"},
        [EM_FLOW_MIXER] = {EM_INK_C2, "into a mixer"},
        [EM_FLOW_STOPPED] = {EM_INK_C4, "not followed further"},
        [EM_FLOW_SITTING] = {EM_INK_C3, "not moved since"},
};

static em_ink ink_of(const em_flow_plan *p, const em_flow_line *l)
{
        const em_flow_box *to = &p->box[l->to];
        return looks[to->end ? to->kind : EM_FLOW_HOP].ink;
}

/* ---- lines ------------------------------------------------------------------------ */

static void curve(em_buf *out, double x0, double y0, double x1, double y1)
{
        double middle = (x0 + x1) / 2;
        const double at[6] = {middle, y0, middle, y1, x1, y1};
        em_buf_ch(out, 'C');
        for (size_t i = 0; i < 6; i++) {
                if (i)
                        em_buf_ch(out, ' ');
                em_pen_num(out, at[i]);
        }
}

static void level(em_buf *out, double x)
{
        em_buf_ch(out, 'H');
        em_pen_num(out, x);
}

void em_flow_line_path(em_buf *out, const em_flow_plan *p, const em_flow_line *l)
{
        const em_flow_box    *from = &p->box[l->from], *to = &p->box[l->to];
        const em_flow_column *col = &p->column[from->column];
        double                x = col->x + col->width + col->words, y = l->y0;
        em_buf_ch(out, 'M');
        em_pen_num(out, from->at.x1);
        em_buf_ch(out, ' ');
        em_pen_num(out, y);
        level(out, x);
        for (size_t c = from->column + 1; c < to->column; c++) {
                const em_flow_item *passing = &p->item[l->item + (c - from->column - 1)];
                double              level_y = passing->y + passing->height / 2;
                curve(out, x, y, p->column[c].x, level_y);
                x = p->column[c].x + p->column[c].width + p->column[c].words;
                y = level_y;
                level(out, x);
        }
        curve(out, x, y, to->at.x0 - 6.0, l->y1);
        level(out, to->at.x0);
}

static void say_line(em_buf *out, const em_flow_plan *p, const em_flow_line *l, em_arena *arena)
{
        em_str amount = em_flow_amount(p, l->amount, arena), when = em_flow_line_when(l, arena);
        em_str from = p->box[l->from].rows ? em_flow_row_name(p, &p->box[l->from].row[l->row], arena)
                                           : em_flow_name(p, &p->box[l->from], arena);
        em_str to = em_flow_name(p, &p->box[l->to], arena), text = p->flow->edges[l->edge].text;
        em_buf_fmt(out, "%.*s \xe2\x86\x92 %.*s: %.*s %.*s", EM_ARG(from), EM_ARG(to), EM_ARG(amount), EM_ARG(p->flow->unit));
        if (when.n)
                em_buf_fmt(out, ", %.*s", EM_ARG(when));
        if (text.n && l->count == 1)
                em_buf_fmt(out, "; %.*s", EM_ARG(text));
}

static void draw_line(em_buf *out, const em_flow_plan *p, const em_flow_line *l, em_arena *arena)
{
        em_buf said = em_buf_make(1 << 20);
        say_line(&said, p, l, arena);
        em_buf_c(out, "<g><title>");
        em_pen_escape(out, em_buf_view(&said));
        em_buf_c(out, "</title>");
        em_buf_c(out, "<path d=\"");
        em_flow_line_path(out, p, l);
        em_buf_ch(out, '"');
        em_pen_paint(out, EM_INK_NONE, ink_of(p, l));
        em_pen_attr(out, "stroke-width", l->width);
        em_buf_c(out, " stroke-opacity=\"0.5\"/></g>\n");
        em_buf_free(&said);
}

static void line_words(em_buf *out, const em_flow_plan *p, const em_flow_line *l, em_arena *arena)
{
        em_str amount = em_flow_amount(p, l->amount, arena), when = em_flow_line_when(l, arena);
        double x = p->box[l->from].at.x1 + 7.0, y = l->y0 - l->width / 2 - 3.5;
        em_pen_words(out, amount, x, y, bold_type);
        if (when.n)
                em_pen_words(out, when, x + em_text_width(amount, EM_FLOW_NAME, true) + 6.0, y, small_type);
}

typedef struct wide { double width; size_t line; } wide;

static int by_width(const void *a, const void *b)
{
        const wide *x = a, *y = b;
        if (x->width < y->width || x->width > y->width)
                return x->width > y->width ? -1 : 1;
        return x->line < y->line ? -1 : x->line > y->line;
}

static em_status draw_lines(em_buf *out, const em_flow_plan *p, em_arena *arena, em_error *err)
{
        wide *order = EM_NEW_N(arena, wide, p->lines);
        if (!order)
                return em_fail(err, EM_NOMEM, "out of memory while drawing a flow");
        for (size_t i = 0; i < p->lines; i++)
                order[i] = (wide){p->line[i].width, i};
        qsort(order, p->lines, sizeof *order, by_width);
        for (size_t i = 0; i < p->lines; i++)
                draw_line(out, p, &p->line[order[i].line], arena);
        return EM_OK;
}

/* ---- boxes -------------------------------------------------------------------------- */

/* Ends and folds are told apart by their edge too: services strong, mixers and folds dashed. */
static void frame(em_buf *out, const em_flow_box *b)
{
        bool   fold = b->members > 1 && !b->rows;
        em_ink edge = b->end ? looks[b->kind].ink : b->kind == EM_FLOW_SEED ? EM_INK_TEXT : EM_INK_MUTED;
        em_buf_c(out, "<rect");
        em_pen_attr(out, "x", b->at.x0);
        em_pen_attr(out, "y", b->at.y0);
        em_pen_attr(out, "width", b->at.x1 - b->at.x0);
        em_pen_attr(out, "height", b->at.y1 - b->at.y0);
        em_buf_c(out, " rx=\"3\"");
        em_pen_paint(out, EM_INK_PAPER, edge);
        em_pen_attr(out, "stroke-width", b->kind == EM_FLOW_SEED || (b->end && b->kind == EM_FLOW_SERVICE) ? 2.0 : 1.0);
        if (fold || b->kind == EM_FLOW_MIXER)
                em_buf_c(out, " stroke-dasharray=\"4 3\"");
        em_buf_c(out, "/>\n");
}

static void draw_row(em_buf *out, const em_flow_plan *p, const em_flow_box *b, size_t r, em_arena *arena)
{
        const em_flow_row  *row = &b->row[r];
        const em_flow_node *node = &p->flow->nodes[row->node];
        em_str              name = em_flow_row_name(p, row, arena);
        double              x = b->at.x0 + EM_FLOW_PAD, y = b->at.y0 + row->y + 10.0;
        em_lines            lines = em_text_wrap(name, EM_FLOW_SMALL, false, b->at.x1 - b->at.x0 - 2 * EM_FLOW_PAD, 1);
        bool                whole = p->opts && p->opts->link;     /* the ladder is one link then */
        bool                linked = em_pen_open_link(out, row->steps == 1 && !whole ? node->href : EM_S(""), node->text);
        em_pen_lines(out, &lines, name, x, y, EM_FLOW_LEADING, small_type);
        em_pen_close_link(out, linked);
        if (r + 1 < b->rows)
                em_pen_words(out, em_flow_row_on(p, row, arena), x + 14.0, y + EM_FLOW_LEADING, name_type);
}

static void draw_ladder(em_buf *out, const em_flow_plan *p, const em_flow_box *b, em_arena *arena)
{
        double x = b->at.x0 + EM_FLOW_PAD;
        em_pen_words(out, em_flow_name(p, b, arena), x, b->at.y0 + 15.0, bold_type);
        for (size_t r = 0; r < b->rows; r++) {
                if (r)
                        em_pen_line(out, x, b->at.y0 + b->row[r].y - 2.0, b->at.x1 - EM_FLOW_PAD,
                                    b->at.y0 + b->row[r].y - 2.0, EM_INK_RULE, 1.0, NULL);
                draw_row(out, p, b, r, arena);
        }
}

static void draw_words(em_buf *out, const em_flow_plan *p, const em_flow_box *b, em_arena *arena)
{
        em_flow_words w = em_flow_words_of(p, b, arena);
        double        x = b->at.x0 + EM_FLOW_PAD;
        double        y = (b->at.y0 + b->at.y1 - w.height) / 2 + 15.0;
        bool          large = b->end || b->kind != EM_FLOW_HOP || b->members > 1;
        em_pen_lines(out, &w.name, em_flow_name(p, b, arena), x, y, EM_FLOW_LEADING, large ? bold_type : name_type);
        y += EM_FLOW_LEADING * (double)w.name.count;
        em_pen_lines(out, &w.second, em_flow_second(p, b, arena), x, y - 0.5, EM_FLOW_LEADING, small_type);
        y += EM_FLOW_LEADING * (double)w.second.count;
        if (w.sum.n)
                em_pen_words(out, w.sum, x, y, bold_type);
}

em_str em_flow_href(const em_flow_plan *p, const em_flow_box *b, em_arena *arena)
{
        if (b->members == 1)
                return p->flow->nodes[b->node].href;
        bool linked = p->opts && p->opts->link && b->lists;
        return linked ? p->opts->link(p->opts->link_ctx, b->listed, b->lists, arena) : EM_S("");
}

static void draw_box(em_buf *out, const em_flow_plan *p, const em_flow_box *b, em_arena *arena)
{
        const em_flow_node *node = &p->flow->nodes[b->node];
        bool                one = b->members == 1;
        em_buf              said = em_buf_make(1 << 20);
        em_str              second = em_flow_second(p, b, arena);
        em_buf_str(&said, em_flow_name(p, b, arena));
        if (second.n)
                em_buf_fmt(&said, "; %.*s", EM_ARG(second));
        if (one && node->text.n)
                em_buf_fmt(&said, "; %.*s", EM_ARG(node->text));
        bool linked = em_pen_open_link(out, em_flow_href(p, b, arena), em_buf_view(&said));
        frame(out, b);
        if (b->rows)
                draw_ladder(out, p, b, arena);
        else
                draw_words(out, p, b, arena);
        em_pen_close_link(out, linked);
        em_buf_free(&said);
}

/* ---- legend and foot ------------------------------------------------------------------- */

#define LEGEND_HEIGHT 26.0

/* The largest of 1, 2, 5 times a power of ten that is not above amount; 0 when there is none. */
static int64_t round_down(int64_t amount)
{
        int64_t best = 0;
        for (int64_t ten = 1; ten <= amount; ten *= 10) {
                for (int64_t k = 1; k <= 5; k += k == 1 ? 1 : 3)
                        best = ten <= amount / k ? ten * k : best;
                if (ten > INT64_MAX / 10)
                        break;
        }
        return best;
}

static double swatch(em_buf *out, double x, double y, em_ink ink, double width, em_str words)
{
        em_pen_line(out, x, y - 3.5, x + 26.0, y - 3.5, ink, width, NULL);
        em_pen_words(out, words, x + 32.0, y, small_type);
        return x + 32.0 + em_text_width(words, EM_FLOW_SMALL, false) + 18.0;
}

static void legend(em_buf *out, const em_flow_plan *p, double y, em_arena *arena)
{
        bool    seen[EM_FLOW_KINDS] = {false};
        double  x = 0;
        int64_t amount = round_down(p->most);
        for (size_t i = 0; i < p->lines; i++) {
                const em_flow_box *to = &p->box[p->line[i].to];
                seen[to->end ? to->kind : EM_FLOW_HOP] = true;
        }
        for (size_t k = 0; k < EM_FLOW_KINDS; k++)
                if (seen[k])
                        x = swatch(out, x, y, looks[k].ink, 3.0, em_str_c(looks[k].words));
        for (int i = 0; i < 3 && amount > 0; i++, amount /= 10) {
                double width = fmax(1.2, 16.0 * sqrt((double)amount / (double)p->most));
                x = swatch(out, x, y, EM_INK_RULE, width, em_flow_amount(p, amount, arena));
        }
}

static void foot(em_buf *out, const em_flow_plan *p, em_arena *arena)
{
        const em_flow_net *net = &p->net;
        if (p->lines)
                em_buf_c(out, "The width of a line grows with the square root of its amount. ");
        if (p->folded) {
                size_t folds = 0;
                for (size_t i = 0; i < p->boxes; i++)
                        folds += p->box[i].members > 1 && !p->box[i].rows;
                em_buf_fmt(out, "%zu small boxes are folded into %zu. ", p->folded, folds);
        }
        if (p->joined)
                em_buf_fmt(out, "%zu %s drawn together with others between the same two boxes. ", p->joined,
                           p->joined == 1 ? "payment is" : "payments are");
        if (net->cuts)
                em_buf_fmt(out, "%zu %s that would lead back to an earlier box %s not drawn: %.*s %.*s. ", net->cuts,
                           net->cuts == 1 ? "payment" : "payments", net->cuts == 1 ? "is" : "are",
                           EM_ARG(em_flow_amount(p, net->cut_amount, arena)), EM_ARG(p->flow->unit));
        if (!p->boxes)
                em_buf_c(out, "There is nothing to draw. ");
}

/* ---- all ----------------------------------------------------------------------------------- */

em_status em_flow_plan_make(const em_flow *flow, const em_flow_opts *opts, double top, em_arena *arena,
                            em_flow_plan *ret_plan, em_error *err)
{
        em_flow_plan plan = {.flow = flow, .opts = opts};
        EM_TRY(em_flow_net_make(flow, arena, &plan.net, err));
        EM_TRY(em_flow_fold(&plan, opts, arena, err));
        EM_TRY(em_flow_order(&plan, arena, err));
        EM_TRY(em_flow_place(&plan, top, arena, err));
        *ret_plan = plan;
        return EM_OK;
}

static em_status draw_plan(const em_flow_plan *p, const em_sheet *sheet, em_arena *arena, em_buf *out, em_error *err)
{
        em_buf more = em_buf_make(1 << 16);
        foot(&more, p, arena);
        double height = p->y1 + LEGEND_HEIGHT + 14.0 + em_sheet_foot_height(sheet, em_buf_view(&more));
        em_sheet_open(out, sheet, height);
        em_status s = draw_lines(out, p, arena, err);
        for (size_t i = 0; i < p->boxes && s == EM_OK; i++)
                draw_box(out, p, &p->box[i], arena);
        for (size_t i = 0; i < p->lines && s == EM_OK; i++)
                line_words(out, p, &p->line[i], arena);
        if (p->lines)
                legend(out, p, p->y1 + LEGEND_HEIGHT, arena);
        em_sheet_close(out, sheet, height, em_buf_view(&more));
        if (s == EM_OK)
                s = em_buf_status(&more, err);
        em_buf_free(&more);
        return s == EM_OK ? em_buf_status(out, err) : s;
}

/* The plan is as wide as it must be, and the head above it is broken to that width: so it is placed
 * first below nothing, and then moved below the head. */
em_status em_flow_draw(em_flow_plan *plan, em_arena *arena, em_buf *out, em_error *err)
{
        em_draw_opts sheet_opts = {.width = (int)fmax(760.0, ceil(plan->x1)), .standalone = plan->opts && plan->opts->standalone};
        em_sheet     sheet = em_sheet_make(&plan->flow->caption, &sheet_opts);
        EM_TRY(em_flow_place(plan, sheet.top + 6.0, arena, err));
        return draw_plan(plan, &sheet, arena, out, err);
}

em_status em_flow_svg(const em_flow *flow, const em_flow_opts *opts, em_buf *out, em_error *err)
{
        em_assert(flow && out);
        em_flow_plan plan = {0};
        em_arena    *arena = em_arena_new((size_t)4 << 30);
        if (!arena)
                return em_fail(err, EM_NOMEM, "out of memory while drawing a flow");
        em_status s = em_flow_plan_make(flow, opts, 0, arena, &plan, err);
        if (s == EM_OK)
                s = em_flow_draw(&plan, arena, out, err);
        em_arena_free(arena);
        return s;
}

/* ---- the table ------------------------------------------------------------------------------- */

static void cell(em_buf *out, const char *open, em_str words)
{
        em_buf_c(out, open);
        em_pen_escape(out, words);
        em_buf_c(out, "</td>");
}

static void table_row(em_buf *out, const em_flow_plan *p, em_str from, em_str to, int64_t amount, size_t count,
                      em_str when, em_arena *arena)
{
        char number[24];
        em_buf_c(out, "<tr>");
        cell(out, "<td>", from);
        cell(out, "<td>", to);
        cell(out, "<td class=\"n\">", em_flow_amount(p, amount, arena));
        snprintf(number, sizeof number, "%zu", count);
        cell(out, "<td class=\"n\">", em_str_c(number));
        cell(out, "<td>", when);
        em_buf_c(out, "</tr>\n");
}

static em_str line_from(const em_flow_plan *p, const em_flow_line *l, em_arena *arena)
{
        const em_flow_box *b = &p->box[l->from];
        return b->rows ? em_flow_row_name(p, &b->row[l->row], arena) : em_flow_name(p, b, arena);
}

static void table_rows(em_buf *out, const em_flow_plan *p, em_arena *arena)
{
        for (size_t i = 0; i < p->boxes; i++)
                for (size_t r = 0; r + 1 < p->box[i].rows; r++) {
                        const em_flow_row *row = &p->box[i].row[r];
                        table_row(out, p, em_flow_row_name(p, row, arena), em_flow_row_name(p, row + 1, arena), row->on, 1,
                                  em_flow_when(row->on_s, row->on_s, arena), arena);
                }
        for (size_t i = 0; i < p->lines; i++) {
                const em_flow_line *l = &p->line[i];
                table_row(out, p, line_from(p, l, arena), em_flow_name(p, &p->box[l->to], arena), l->amount, l->count,
                          em_flow_when(l->first_s, l->last_s, arena), arena);
        }
}

em_status em_flow_table(const em_flow *flow, const em_flow_opts *opts, em_buf *out, em_error *err)
{
        em_assert(flow && out);
        em_flow_plan plan = {0};
        em_arena    *arena = em_arena_new((size_t)4 << 30);
        if (!arena)
                return em_fail(err, EM_NOMEM, "out of memory while drawing a flow");
        em_status s = em_flow_plan_make(flow, opts, 0, arena, &plan, err);
        if (s == EM_OK) {
                em_buf_c(out, "<table class=\"em-data\"><caption>");
                em_pen_escape(out, flow->caption.title);
                em_buf_c(out, "</caption><thead><tr><th scope=\"col\">From</th><th scope=\"col\">To</th>"
                         "<th scope=\"col\" class=\"n\">");
                em_pen_escape(out, flow->unit.n ? flow->unit : EM_S("Amount"));
                em_buf_c(out, "</th><th scope=\"col\" class=\"n\">Payments</th><th scope=\"col\">When (UTC)</th></tr></thead>\n"
                         "<tbody>\n");
                table_rows(out, &plan, arena);
                em_buf_c(out, "</tbody></table>\n");
                s = em_buf_status(out, err);
        }
        em_arena_free(arena);
        return s;
}
