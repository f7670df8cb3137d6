/* The flow picture as data: places, words and paths, for a program that draws them itself.
 *
 * The same plan as the SVG's, so that what a page draws and what the file shows are one picture.  Amounts are
 * text, because a reader's numbers may have 53 bits.
 */
#include "draw/flow_plan.h"

#include <math.h>

const char *em_flow_kind_name(em_flow_kind kind)
{
        static const char *const name[EM_FLOW_KINDS] = {
                [EM_FLOW_SEED] = "source", [EM_FLOW_HOP] = "between", [EM_FLOW_SERVICE] = "service",
                [EM_FLOW_MIXER] = "mixer", [EM_FLOW_STOPPED] = "stopped", [EM_FLOW_SITTING] = "sitting",
        };
        return kind < EM_FLOW_KINDS ? name[kind] : "";
}

/* Tenths of a pixel: whole numbers, so that no double is written as text. */
static void tenths(em_json *j, double v) { em_json_int(j, (int64_t)floor(10.0 * v + 0.5)); }

static void put_digits(em_json *j, const char *key, int64_t amount)
{
        em_buf text = em_buf_make(64);
        em_buf_fmt(&text, "%lld", (long long)amount);
        em_json_kstr(j, key, em_buf_view(&text));
        em_buf_free(&text);
}

static void put_time(em_json *j, const char *key, int64_t time_s)
{
        em_json_key(j, em_str_c(key));
        if (time_s)
                em_json_int(j, time_s);
        else
                em_json_null(j);
}

static void put_nodes(em_json *j, const em_flow_plan *p, const em_flow_box *b)
{
        em_json_key(j, EM_S("nodes"));
        em_json_open(j, '[');
        for (size_t i = 0; i < b->lists; i++)
                em_json_str(j, p->flow->nodes[b->listed[i]].id);
        em_json_close(j, ']');
}

static void put_rows(em_json *j, const em_flow_plan *p, const em_flow_box *b, em_arena *arena)
{
        em_json_key(j, EM_S("rows"));
        em_json_open(j, '[');
        for (size_t r = 0; r < b->rows; r++) {
                em_json_open(j, '[');
                em_json_str(j, em_flow_row_name(p, &b->row[r], arena));
                em_json_str(j, r + 1 < b->rows ? em_flow_row_on(p, &b->row[r], arena) : EM_S(""));
                tenths(j, b->row[r].y);
                em_json_close(j, ']');
        }
        em_json_close(j, ']');
}

static void put_id(em_json *j, const em_flow_plan *p, const em_flow_box *b)
{
        em_buf id = em_buf_make(1 << 10);
        bool   several = b->members > 1;
        em_buf_fmt(&id, "%s%.*s", several ? "+" : "", EM_ARG(p->flow->nodes[several ? b->listed[0] : b->node].id));
        em_json_kstr(j, "id", em_buf_view(&id));
        em_buf_free(&id);
}

static void put_box(em_json *j, const em_flow_plan *p, const em_flow_box *b, int64_t out, em_arena *arena)
{
        const em_flow_node *node = &p->flow->nodes[b->node];
        em_json_open(j, '{');
        put_id(j, p, b);
        em_json_kstr(j, "kind", em_str_c(em_flow_kind_name(b->kind)));
        em_json_kbool(j, "end", b->end);
        em_json_kstr(j, "name", em_flow_name(p, b, arena));
        em_json_kstr(j, "second", em_flow_second(p, b, arena));
        em_json_kstr(j, "text", b->members == 1 ? node->text : EM_S(""));
        em_json_kstr(j, "href", em_flow_href(p, b, arena));
        em_json_kbool(j, "folds", b->members == 1 && node->folds);
        em_json_key(j, EM_S("box"));
        em_json_open(j, '[');
        tenths(j, b->at.x0);
        tenths(j, b->at.y0);
        tenths(j, b->at.x1 - b->at.x0);
        tenths(j, b->at.y1 - b->at.y0);
        em_json_close(j, ']');
        em_json_kint(j, "column", (int64_t)b->column);
        em_json_kint(j, "members", (int64_t)b->members);
        put_digits(j, "in", b->in);
        em_json_kstr(j, "in_shown", em_flow_amount(p, b->in, arena));
        put_digits(j, "out", out);
        em_json_kstr(j, "out_shown", em_flow_amount(p, out, arena));
        put_nodes(j, p, b);
        put_rows(j, p, b, arena);
        em_json_close(j, '}');
}

static void put_line(em_json *j, const em_flow_plan *p, const em_flow_line *l, em_arena *arena)
{
        em_buf path = em_buf_make(1 << 20);
        em_json_open(j, '{');
        em_json_kint(j, "from", (int64_t)l->from);
        em_json_kint(j, "to", (int64_t)l->to);
        em_json_kint(j, "row", (int64_t)l->row);
        put_digits(j, "amount", l->amount);
        em_json_kstr(j, "shown", em_flow_amount(p, l->amount, arena));
        em_json_kint(j, "count", (int64_t)l->count);
        put_time(j, "first", l->first_s);
        put_time(j, "last", l->last_s);
        em_json_kstr(j, "when", em_flow_line_when(l, arena));
        em_json_key(j, EM_S("width"));
        tenths(j, l->width);
        em_flow_line_path(&path, p, l);
        em_json_kstr(j, "path", em_buf_view(&path));
        em_json_key(j, EM_S("at"));
        em_json_open(j, '[');
        tenths(j, p->box[l->from].at.x1 + 7.0);
        tenths(j, l->y0 - l->width / 2 - 3.5);
        em_json_close(j, ']');
        em_json_close(j, '}');
        em_buf_free(&path);
}

static void put_head(em_json *j, const em_flow_plan *p, em_arena *arena)
{
        const em_flow *flow = p->flow;
        em_json_kstr(j, "title", flow->caption.title);
        em_json_kstr(j, "subtitle", flow->caption.subtitle);
        em_json_kstr(j, "foot", flow->caption.foot);
        em_json_kstr(j, "unit", flow->unit);
        em_json_kint(j, "decimals", flow->decimals);
        em_json_key(j, EM_S("width"));
        tenths(j, p->x1);
        em_json_key(j, EM_S("height"));
        tenths(j, p->y1);
        em_json_kint(j, "nodes", (int64_t)flow->node_count);
        em_json_kint(j, "payments", (int64_t)flow->edge_count);
        em_json_kint(j, "folded", (int64_t)p->folded);
        em_json_kint(j, "joined", (int64_t)p->joined);
        em_json_kint(j, "cuts", (int64_t)p->net.cuts);
        em_json_kstr(j, "cut_shown", em_flow_amount(p, p->net.cut_amount, arena));
}

static em_status put_picture(em_json *j, em_flow_plan *p, em_arena *arena, em_error *err)
{
        em_buf    svg = em_buf_make((size_t)1 << 28);
        em_status s = em_flow_draw(p, arena, &svg, err);
        if (s == EM_OK)
                em_json_kstr(j, "svg", em_buf_view(&svg));
        em_buf_free(&svg);
        return s;
}

static em_status put_all(em_flow_plan *p, em_arena *arena, em_buf *out, em_error *err)
{
        em_json  j = em_json_make(out, false);
        int64_t *goes_on = EM_NEW_N(arena, int64_t, p->boxes + 1);
        if (!goes_on)
                return em_fail(err, EM_NOMEM, "out of memory while drawing a flow");
        for (size_t i = 0; i < p->lines; i++)
                goes_on[p->line[i].from] += p->line[i].amount;
        em_json_open(&j, '{');
        em_json_kstr(&j, "schema", EM_S("embargo.flow.1"));
        put_head(&j, p, arena);
        em_json_key(&j, EM_S("boxes"));
        em_json_open(&j, '[');
        for (size_t i = 0; i < p->boxes; i++)
                put_box(&j, p, &p->box[i], goes_on[i], arena);
        em_json_close(&j, ']');
        em_json_key(&j, EM_S("lines"));
        em_json_open(&j, '[');
        for (size_t i = 0; i < p->lines; i++)
                put_line(&j, p, &p->line[i], arena);
        em_json_close(&j, ']');
        if (p->opts && p->opts->picture)
                EM_TRY(put_picture(&j, p, arena, err));
        em_json_close(&j, '}');
        return em_buf_status(out, err);
}

em_status em_flow_json(const em_flow *flow, const em_flow_opts *opts, em_buf *out, em_error *err)
{
        em_assert(flow && out);
        em_flow_plan plan = {0};
        em_arena    *arena = em_arena_new((size_t)4 << 30);
        if (!arena)
                return em_fail(err, EM_NOMEM, "out of memory while drawing a flow");
        em_status s = em_flow_plan_make(flow, opts, 0, arena, &plan, err);
        if (s == EM_OK)
                s = put_all(&plan, arena, out, err);
        em_arena_free(arena);
        return s;
}
