/* Flow pictures, tested by their geometry and by their sums: nothing stands on anything
 * else, every line ends at its boxes, and folding loses no amount. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "draw/flow_plan.h"

#define COUNT(a) (sizeof(a) / sizeof *(a))

static size_t occurrences(em_str s, const char *needle)
{
        size_t count = 0;
        for (ptrdiff_t at; (at = em_str_find(s, em_str_c(needle))) >= 0; count++)
                s = em_str_sub(s, (size_t)at + strlen(needle), s.n);
        return count;
}

/* Every tag is closed in order and no attribute holds a bare sign. */
static void assert_well_formed(em_str s)
{
        size_t depth = 0;
        for (size_t i = 0; i < s.n; i++) {
                if (s.p[i] != '<')
                        continue;
                size_t end = i;
                bool   quoted = false;
                for (; end < s.n && (quoted || s.p[end] != '>'); end++) {
                        assert_true(end == i || s.p[end] != '<');
                        quoted ^= s.p[end] == '"';
                }
                assert_true(end < s.n && !quoted);
                if (s.p[i + 1] == '/') {
                        assert_true(depth > 0);
                        depth--;
                } else if (s.p[i + 1] != '?' && s.p[end - 1] != '/') {
                        depth++;
                }
                i = end;
        }
        assert_int_equal(depth, 0);
}

static em_str draw(const em_flow *flow, const em_flow_opts *opts, em_buf *out)
{
        em_error err = {0};
        *out = em_buf_make((size_t)1 << 28);
        if (em_flow_svg(flow, opts, out, &err) != EM_OK)
                fail_msg("%s", err.text);
        assert_well_formed(em_buf_view(out));
        return em_buf_view(out);
}

/* ---- worlds --------------------------------------------------------------------------- */

typedef struct world {
        em_flow       flow;
        em_flow_node *node;
        em_flow_edge *edge;
        char        (*name)[24];
} world;

static uint64_t step(uint64_t *x)       /* xorshift64 */
{
        *x ^= *x << 13;
        *x ^= *x >> 7;
        return *x ^= *x << 17;
}

static world world_make(size_t nodes, size_t edges)
{
        world w = {.node = calloc(nodes + 1, sizeof *w.node), .edge = calloc(edges + 1, sizeof *w.edge),
                   .name = calloc(nodes + 1, sizeof *w.name)};
        assert_true(w.node && w.edge && w.name);
        w.flow = (em_flow){.caption = {.id = EM_S("f"), .title = EM_S("A flow")}, .unit = EM_S("BTC"), .decimals = 8,
                           .hop = EM_S("transaction"), .hops = EM_S("transactions"), .nodes = w.node,
                           .node_count = nodes, .edges = w.edge, .edge_count = edges};
        return w;
}

static void world_free(world *w)
{
        free(w->node);
        free(w->edge);
        free(w->name);
}

/* Sources, hops that pay later hops, ends; edges among them at random, never backwards. */
static world random_world(uint64_t seed, size_t nodes, size_t edges)
{
        world  w = world_make(nodes, edges);
        size_t sources = 1 + nodes / 50, hops = nodes * 6 / 10;
        for (size_t i = 0; i < nodes; i++) {
                w.node[i].kind = i < sources ? EM_FLOW_SEED : i < hops ? EM_FLOW_HOP
                                 : (em_flow_kind)(EM_FLOW_SERVICE + step(&seed) % 4);
                snprintf(w.name[i], sizeof w.name[i], "%016llx", (unsigned long long)step(&seed));
                w.node[i].name = em_str_c(w.name[i]);
                w.node[i].second = EM_S("block 700000");
        }
        for (size_t i = 0; i < edges; i++) {
                size_t from = step(&seed) % hops, far = step(&seed) % 3 ? 20 : nodes;
                size_t to = from + 1 + step(&seed) % far;
                to = to < sources ? sources : to >= nodes ? nodes - 1 - step(&seed) % (nodes - hops) : to;
                w.edge[i] = (em_flow_edge){from, to, (int64_t)(step(&seed) % 1000000000000 >> step(&seed) % 40),
                                           1700000000 + (int64_t)from * 600, {0}};
        }
        return w;
}

/* A source, a chain of hops that each pay one place and the next, and the rest at the end. */
static world peel_world(size_t steps, int64_t start, int64_t peel)
{
        world   w = world_make(2 * steps + 2, 2 * steps + 1);
        int64_t left = start;
        w.node[0] = (em_flow_node){.kind = EM_FLOW_SEED, .name = EM_S("source")};
        w.edge[0] = (em_flow_edge){0, 1, start, 0, {0}};
        for (size_t i = 1; i <= steps; i++) {
                snprintf(w.name[i], sizeof w.name[i], "hop %zu", i);
                w.node[i] = (em_flow_node){.kind = EM_FLOW_HOP, .name = em_str_c(w.name[i])};
                w.node[steps + i] = (em_flow_node){.kind = EM_FLOW_SITTING, .name = EM_S("place")};
                left -= peel + (int64_t)i;
                w.edge[2 * i - 1] = (em_flow_edge){i, steps + i, peel + (int64_t)i, 0, {0}};
                w.edge[2 * i] = (em_flow_edge){i, i < steps ? i + 1 : 2 * steps + 1, left, 0, {0}};
        }
        w.node[2 * steps + 1] = (em_flow_node){.kind = EM_FLOW_SITTING, .name = EM_S("rest")};
        return w;
}

typedef struct drawn { em_flow_plan plan; em_arena *arena; } drawn;

static drawn plan_of(const em_flow *flow, const em_flow_opts *opts)
{
        drawn    d = {.arena = em_arena_new((size_t)1 << 30)};
        em_error err = {0};
        assert_non_null(d.arena);
        if (em_flow_plan_make(flow, opts, 40.0, d.arena, &d.plan, &err) != EM_OK)
                fail_msg("%s", err.text);
        return d;
}

/* ---- geometry --------------------------------------------------------------------------- */

static bool meet(em_box a, em_box b)
{
        return fmin(a.x1, b.x1) - fmax(a.x0, b.x0) > 0.01 && fmin(a.y1, b.y1) - fmax(a.y0, b.y0) > 0.01;
}

static em_box words_box(const drawn *d, const em_flow_line *l)
{
        em_str amount = em_flow_amount(&d->plan, l->amount, d->arena), when = em_flow_line_when(l, d->arena);
        double x = d->plan.box[l->from].at.x1 + 7.0, y = l->y0 - l->width / 2 - 3.5;
        double width = em_text_width(amount, EM_FLOW_NAME, true) + 6.0 + em_text_width(when, EM_FLOW_SMALL, false);
        return (em_box){x, y - 9.0, x + width, y + 2.5};        /* of digits and small letters at this size */
}

static void assert_apart(const drawn *d)
{
        const em_flow_plan *p = &d->plan;
        size_t              n = p->boxes + p->lines, at = 0;
        em_box             *all = calloc(n + 1, sizeof *all);
        assert_non_null(all);
        for (size_t i = 0; i < p->boxes; i++)
                all[at++] = p->box[i].at;
        for (size_t i = 0; i < p->lines; i++)
                all[at++] = words_box(d, &p->line[i]);
        for (size_t i = 0; i < n; i++)
                for (size_t k = i + 1; k < n; k++)
                        assert_false(meet(all[i], all[k]));
        for (size_t i = p->boxes; i < p->items; i++) {  /* lines that pass */
                const em_flow_line *l = &p->line[p->item[i].line];
                size_t              c = p->box[l->from].column + 1 + (i - l->item);
                const em_flow_column *col = &p->column[c];
                em_box strip = {col->x, p->item[i].y, col->x + col->width + col->words, p->item[i].y + l->width};
                for (size_t k = 0; k < n; k++)
                        assert_false(meet(strip, all[k]));
        }
        free(all);
}

static void assert_lines_end_at_boxes(const em_flow_plan *p)
{
        for (size_t i = 0; i < p->lines; i++) {
                const em_flow_line *l = &p->line[i];
                const em_flow_box  *from = &p->box[l->from], *to = &p->box[l->to];
                assert_true(from->column < to->column);
                assert_true(from->at.x1 < to->at.x0);
                assert_true(l->y0 - l->width / 2 >= from->at.y0 - 0.01 && l->y0 + l->width / 2 <= from->at.y1 + 0.01);
                assert_true(l->y1 - l->width / 2 >= to->at.y0 - 0.01 && l->y1 + l->width / 2 <= to->at.y1 + 0.01);
        }
}

static void nothing_stands_on_anything_else(void **state)
{
        (void)state;
        static const size_t size[][2] = {{2, 1}, {5, 4}, {12, 30}, {40, 60}, {60, 90}, {300, 900}, {10000, 30000}};
        for (uint64_t seed = 1; seed <= 5; seed++)
                for (size_t i = 0; i < COUNT(size); i++) {
                        world w = random_world(seed * 77773, size[i][0], size[i][1]);
                        drawn d = plan_of(&w.flow, NULL);
                        assert_apart(&d);
                        assert_lines_end_at_boxes(&d.plan);
                        em_arena_free(d.arena);
                        world_free(&w);
                }
}

static void the_width_of_a_line_is_the_square_root_of_its_amount(void **state)
{
        (void)state;
        world w = world_make(3, 2);
        w.node[0].kind = EM_FLOW_SEED;
        w.node[1].kind = w.node[2].kind = EM_FLOW_SITTING;
        w.edge[0] = (em_flow_edge){0, 1, 400, 0, {0}};
        w.edge[1] = (em_flow_edge){0, 2, 100, 0, {0}};
        drawn d = plan_of(&w.flow, NULL);
        assert_true(fabs(d.plan.line[0].width - 2 * d.plan.line[1].width) < 1e-9);
        em_arena_free(d.arena);
        world_free(&w);
}

/* a pays d and b pays c: drawn with c above d the lines cross, so d goes above. */
static void lines_that_need_not_cross_do_not(void **state)
{
        (void)state;
        world w = world_make(4, 2);
        w.node[0].kind = w.node[1].kind = EM_FLOW_SEED;
        w.node[2].kind = w.node[3].kind = EM_FLOW_SERVICE;
        w.edge[0] = (em_flow_edge){0, 3, 5, 0, {0}};
        w.edge[1] = (em_flow_edge){1, 2, 5, 0, {0}};
        drawn d = plan_of(&w.flow, NULL);
        const em_flow_box *b = d.plan.box;
        assert_true((b[0].at.y0 < b[1].at.y0) == (b[3].at.y0 < b[2].at.y0));
        em_arena_free(d.arena);
        world_free(&w);
}

static void ends_stand_in_the_last_column_kind_by_kind(void **state)
{
        (void)state;
        world w = random_world(4242, 50, 80);
        drawn d = plan_of(&w.flow, NULL);
        const em_flow_column *last = &d.plan.column[d.plan.columns - 1];
        em_flow_kind          kind = EM_FLOW_SEED;
        for (size_t i = 0; i < last->items; i++) {
                const em_flow_box *b = &d.plan.box[last->item[i]];
                assert_true(b->end && b->kind >= kind);
                kind = b->kind;
        }
        for (size_t i = 0; i < d.plan.boxes; i++)
                assert_true(d.plan.box[i].end == (d.plan.box[i].column + 1 == d.plan.columns));
        em_arena_free(d.arena);
        world_free(&w);
}

/* ---- folding ------------------------------------------------------------------------------ */

/* What enters ends of a kind, by the input. */
static int64_t paid_to(const world *w, em_flow_kind kind)
{
        int64_t sum = 0;
        for (size_t i = 0; i < w->flow.edge_count; i++)
                sum += w->node[w->edge[i].to].kind == kind ? w->edge[i].amount : 0;
        return sum;
}

static void folding_loses_no_amount_and_keeps_the_ceilings(void **state)
{
        (void)state;
        static const size_t size[][2] = {{30, 60}, {200, 600}, {10000, 30000}};
        const em_flow_opts  opts = {.boxes = 25, .columns = 6, .steps = 5, .lines = 50};
        for (size_t i = 0; i < COUNT(size); i++) {
                world   w = random_world(99991 + i, size[i][0], size[i][1]);
                drawn   d = plan_of(&w.flow, &opts);
                int64_t got[EM_FLOW_KINDS] = {0};
                size_t  members = 0;
                for (size_t k = 0; k < d.plan.lines; k++)
                        got[d.plan.box[d.plan.line[k].to].kind] += d.plan.line[k].amount;
                for (int kind = EM_FLOW_SERVICE; kind < EM_FLOW_KINDS; kind++)
                        assert_int_equal(got[kind], paid_to(&w, (em_flow_kind)kind));
                for (size_t k = 0; k < d.plan.boxes; k++)
                        members += d.plan.box[k].members;
                assert_int_equal(members, size[i][0]);
                assert_true(d.plan.boxes <= 25 && d.plan.columns <= 6 && d.plan.lines <= 50);
                em_arena_free(d.arena);
                world_free(&w);
        }
}

static void a_fold_says_how_many_and_how_large(void **state)
{
        (void)state;
        /* ten services; eight boxes at most, so the smallest become one: 10 of 1 .. 10, source 55.
         * Seven keep theirs (the source and 10 9 8 7 6 5), four are folded: 4 3 2 1. */
        const em_flow_opts opts = {.boxes = 8};
        em_buf out;
        world  w = world_make(11, 10);
        w.node[0] = (em_flow_node){.kind = EM_FLOW_SEED, .name = EM_S("source")};
        for (size_t i = 1; i <= 10; i++) {
                w.node[i] = (em_flow_node){.kind = EM_FLOW_SERVICE, .name = EM_S("service")};
                w.edge[i - 1] = (em_flow_edge){0, i, (int64_t)i * 100000000, 0, {0}};
        }
        em_str s = draw(&w.flow, &opts, &out);
        assert_int_equal(occurrences(s, ">+ 4 more services<"), 1);
        assert_int_equal(occurrences(s, ">each at most 4 BTC<"), 1);
        /* the largest service, the legend, and the fold's one line: 1 + 2 + 3 + 4 */
        assert_int_equal(occurrences(s, ">10<"), 3);
        assert_int_equal(occurrences(s, ">4 payments<"), 1);
        assert_int_equal(occurrences(s, "4 small boxes are folded into 1."), 1);
        em_buf_free(&out);
        world_free(&w);
}

static void a_peel_chain_becomes_a_ladder(void **state)
{
        (void)state;
        world w = peel_world(12, 1000000, 1000);
        drawn d = plan_of(&w.flow, NULL);
        const em_flow_box *ladder = &d.plan.box[1];
        assert_int_equal(ladder->rows, 12);
        assert_int_equal(d.plan.columns, 3);
        /* the first step pays 1,001 away: 998,999 go on */
        assert_int_equal(ladder->row[0].on, 998999);
        assert_int_equal(ladder->row[11].on, 0);
        assert_apart(&d);
        em_arena_free(d.arena);
        world_free(&w);
}

static void a_long_ladder_keeps_its_ends_and_its_largest_payments(void **state)
{
        (void)state;
        world w = peel_world(5000, INT64_C(1000000000000), 1000);
        w.edge[2 * 2500 - 1].amount = 777777;           /* the step in the middle pays most */
        drawn   d = plan_of(&w.flow, NULL);
        size_t  steps = 0, largest = 0;
        int64_t peeled = 0, expected = 0;
        const em_flow_box *ladder = &d.plan.box[1];
        for (size_t i = 0; i < ladder->rows; i++) {
                steps += ladder->row[i].steps;
                largest += ladder->row[i].steps == 1 && ladder->row[i].node == 2500;
        }
        assert_true(ladder->rows <= 14);
        assert_int_equal(steps, 5000);
        assert_int_equal(largest, 1);
        assert_int_equal(ladder->row[0].node, 1);
        assert_int_equal(ladder->row[0].steps, 1);
        assert_int_equal(ladder->row[ladder->rows - 1].node, 5000);
        for (size_t i = 0; i < d.plan.lines; i++)
                peeled += d.plan.line[i].from == 1 ? d.plan.line[i].amount : 0;
        for (size_t i = 0; i < w.flow.edge_count; i++)
                expected += w.node[w.edge[i].to].kind == EM_FLOW_SITTING ? w.edge[i].amount : 0;
        assert_int_equal(peeled, expected);
        em_arena_free(d.arena);
        world_free(&w);
}

static void a_split_in_the_middle_of_a_chain_does_not_hide_in_a_ladder(void **state)
{
        (void)state;
        /* 0 -> 1 -> 2 -> 3 -> 4 and 5 also pays 3: nothing enters a ladder but at its head */
        world w = world_make(6, 5);
        for (size_t i = 0; i < 6; i++)
                w.node[i].kind = EM_FLOW_HOP;
        for (size_t i = 0; i < 4; i++)
                w.edge[i] = (em_flow_edge){i, i + 1, 100, 0, {0}};
        w.edge[4] = (em_flow_edge){5, 3, 100, 0, {0}};
        drawn d = plan_of(&w.flow, NULL);
        for (size_t i = 0; i < d.plan.boxes; i++)
                if (d.plan.box[i].rows)
                        assert_true(d.plan.box[i].node + d.plan.box[i].rows <= 3);
        em_arena_free(d.arena);
        world_free(&w);
}

/* ---- words ---------------------------------------------------------------------------------- */

static void every_amount_stands_in_the_picture_once(void **state)
{
        (void)state;
        /* 1001 1002 .. are paid away, 20000 less all of them goes on */
        world w = peel_world(4, 20000, 1000);
        em_buf out;
        w.flow.decimals = 0;
        em_str s = draw(&w.flow, NULL, &out);
        static const char *const once[] = {
                ">20\xe2\x80\xaf""000<", ">1\xe2\x80\xaf""001<", ">1\xe2\x80\xaf""002<", ">1\xe2\x80\xaf""003<",
                ">1\xe2\x80\xaf""004<", "\x93 18\xe2\x80\xaf""999<", "\x93 17\xe2\x80\xaf""997<", "\x93 16\xe2\x80\xaf""994<",
                ">15\xe2\x80\xaf""990<",
        };
        for (size_t i = 0; i < COUNT(once); i++)
                assert_int_equal(occurrences(s, once[i]), 1 + (i == 0));        /* 20 000 is in the legend too */
        em_buf_free(&out);
        world_free(&w);
}

static void amounts_are_exact_and_days_are_of_utc(void **state)
{
        (void)state;
        em_arena    *arena = em_arena_new(1 << 20);
        em_flow      flow = {.decimals = 8};
        em_flow_plan p = {.flow = &flow};
        assert_string_equal(em_flow_amount(&p, 1, arena).p, "0.00000001");
        assert_string_equal(em_flow_amount(&p, 0, arena).p, "0");
        assert_string_equal(em_flow_amount(&p, 123456700000000, arena).p, "1\xe2\x80\xaf""234\xe2\x80\xaf""567");
        assert_string_equal(em_flow_amount(&p, INT64_MAX, arena).p,
                            "92\xe2\x80\xaf""233\xe2\x80\xaf""720\xe2\x80\xaf""368.54775807");
        flow.decimals = 18;
        assert_string_equal(em_flow_amount(&p, INT64_MAX, arena).p, "9.223372036854775807");
        /* date -u -d @1709719200: 2024-03-06 10:00 */
        assert_string_equal(em_flow_when(1709719200, 1709719200, arena).p, "2024-03-06 10:00");
        assert_string_equal(em_flow_when(1709719200, 1709719300, arena).p, "2024-03-06");
        assert_string_equal(em_flow_when(1709719200, 1709719200 + 86400, arena).p, "2024-03-06 to 2024-03-07");
        assert_int_equal(em_flow_when(0, 0, arena).n, 0);
        assert_int_equal(em_flow_when(INT64_MAX, INT64_MAX, arena).n, 0);
        em_arena_free(arena);
}

static void payments_of_a_circle_are_left_out_and_said(void **state)
{
        (void)state;
        world w = world_make(3, 4);
        em_buf out;
        w.node[0].kind = EM_FLOW_SEED;
        w.node[1].kind = w.node[2].kind = EM_FLOW_HOP;
        w.edge[0] = (em_flow_edge){0, 1, 700000000, 0, {0}};
        w.edge[1] = (em_flow_edge){1, 2, 600000000, 0, {0}};
        w.edge[2] = (em_flow_edge){2, 1, 500000000, 0, {0}};    /* back */
        w.edge[3] = (em_flow_edge){2, 2, 300000000, 0, {0}};    /* to itself */
        em_str s = draw(&w.flow, NULL, &out);
        assert_int_equal(occurrences(s, "2 payments that would lead back to an earlier box are not drawn: 8 BTC."), 1);
        em_buf_free(&out);
        world_free(&w);
}

static void hostile_and_huge_text_stays_text(void **state)
{
        (void)state;
        em_str evil = EM_S("\"><script>alert(1)</script>\xff\xe2\x80\xae");
        world  w = random_world(7, 20, 40);
        char  *huge = malloc(200001);
        em_buf out;
        assert_non_null(huge);
        memset(huge, 'W', 200000);
        memcpy(huge, "<b>", 3);
        for (size_t i = 0; i < 20; i++)
                w.node[i].name = w.node[i].second = w.node[i].text = w.node[i].href = i % 2 ? evil : (em_str){huge, 200000};
        for (size_t i = 0; i < 40; i++)
                w.edge[i].text = evil;
        w.flow.caption = (em_caption){evil, evil, evil, evil, evil};
        w.flow.unit = w.flow.hop = w.flow.hops = evil;
        em_str s = draw(&w.flow, NULL, &out);
        assert_int_equal(occurrences(s, "<script"), 0);
        assert_int_equal(occurrences(s, "<b>"), 0);
        assert_int_equal(occurrences(s, "href="), 0);
        drawn d = plan_of(&w.flow, NULL);
        for (size_t i = 0; i < d.plan.boxes; i++)
                assert_true(d.plan.box[i].at.x1 - d.plan.box[i].at.x0 < 400.0);
        assert_apart(&d);
        em_buf_clear(&out);
        assert_int_equal(em_flow_table(&w.flow, NULL, &out, NULL), EM_OK);
        assert_well_formed(em_buf_view(&out));
        assert_int_equal(occurrences(em_buf_view(&out), "<script"), 0);
        em_arena_free(d.arena);
        em_buf_free(&out);
        free(huge);
        world_free(&w);
}

/* ---- extremes ---------------------------------------------------------------------------------- */

static void nothing_and_one_box_are_pictures_too(void **state)
{
        (void)state;
        em_buf out;
        world  w = world_make(1, 0);
        w.node[0] = (em_flow_node){.kind = EM_FLOW_SITTING, .name = EM_S("alone")};
        em_str s = draw(&w.flow, NULL, &out);
        assert_int_equal(occurrences(s, ">alone</text>"), 1);
        em_buf_free(&out);
        w.flow.node_count = 0;
        s = draw(&w.flow, NULL, &out);
        assert_int_equal(occurrences(s, "There is nothing to draw."), 1);
        em_buf_free(&out);
        world_free(&w);
}

static void flows_of_nothing_are_thin_lines(void **state)
{
        (void)state;
        world w = random_world(11, 30, 50);
        for (size_t i = 0; i < 50; i++)
                w.edge[i].amount = 0;
        drawn d = plan_of(&w.flow, NULL);
        for (size_t i = 0; i < d.plan.lines; i++)
                assert_true(d.plan.line[i].width >= 1.0 && d.plan.line[i].width <= 2.0);
        assert_apart(&d);
        em_arena_free(d.arena);
        world_free(&w);
}

static void the_same_flow_gives_the_same_bytes(void **state)
{
        (void)state;
        world  w = random_world(31337, 10000, 20000);
        em_buf a, b;
        const em_flow_opts opts = {.standalone = true};
        assert_true(em_str_eq(draw(&w.flow, &opts, &a), draw(&w.flow, &opts, &b)));
        em_buf_free(&a);
        em_buf_free(&b);
        world_free(&w);
}

static void what_is_no_flow_is_refused(void **state)
{
        (void)state;
        em_buf   out = em_buf_make(1 << 20);
        em_error err = {0};
        world    w = world_make(2, 2);
        w.edge[0] = (em_flow_edge){0, 1, INT64_MAX, 0, {0}};
        w.edge[1] = (em_flow_edge){0, 1, 1, 0, {0}};
        assert_int_equal(em_flow_svg(&w.flow, NULL, &out, &err), EM_LIMIT);
        w.edge[0].amount = -1;
        assert_int_equal(em_flow_svg(&w.flow, NULL, &out, &err), EM_FORMAT);
        w.edge[0].amount = 1;
        w.edge[0].to = 2;
        assert_int_equal(em_flow_svg(&w.flow, NULL, &out, &err), EM_FORMAT);
        w.edge[0].to = 1;
        w.flow.decimals = 19;
        assert_int_equal(em_flow_svg(&w.flow, NULL, &out, &err), EM_FORMAT);
        w.flow.decimals = 8;
        w.node[0].kind = EM_FLOW_KINDS;
        assert_int_equal(em_flow_svg(&w.flow, NULL, &out, &err), EM_FORMAT);
        w.node[0].kind = EM_FLOW_SEED;
        w.flow.node_count = EM_FLOW_NODES_MAX + 1;
        assert_int_equal(em_flow_svg(&w.flow, NULL, &out, &err), EM_LIMIT);
        w.flow.node_count = 2;
        em_buf small = em_buf_make(100);
        assert_int_equal(em_flow_svg(&w.flow, NULL, &small, &err), EM_NOMEM);
        em_buf_free(&small);
        em_buf_free(&out);
        world_free(&w);
}

static void the_table_has_a_row_for_each_line(void **state)
{
        (void)state;
        world  w = peel_world(12, 1000000, 1000);
        em_buf out = em_buf_make(1 << 20);
        assert_int_equal(em_flow_table(&w.flow, NULL, &out, NULL), EM_OK);
        /* the source's, 12 peels, the rest, and 11 within the ladder; the head is a row too */
        assert_int_equal(occurrences(em_buf_view(&out), "<tr>"), 1 + 1 + 12 + 1 + 11);
        em_buf_free(&out);
        world_free(&w);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(nothing_stands_on_anything_else),
                cmocka_unit_test(the_width_of_a_line_is_the_square_root_of_its_amount),
                cmocka_unit_test(lines_that_need_not_cross_do_not),
                cmocka_unit_test(ends_stand_in_the_last_column_kind_by_kind),
                cmocka_unit_test(folding_loses_no_amount_and_keeps_the_ceilings),
                cmocka_unit_test(a_fold_says_how_many_and_how_large),
                cmocka_unit_test(a_peel_chain_becomes_a_ladder),
                cmocka_unit_test(a_long_ladder_keeps_its_ends_and_its_largest_payments),
                cmocka_unit_test(a_split_in_the_middle_of_a_chain_does_not_hide_in_a_ladder),
                cmocka_unit_test(every_amount_stands_in_the_picture_once),
                cmocka_unit_test(amounts_are_exact_and_days_are_of_utc),
                cmocka_unit_test(payments_of_a_circle_are_left_out_and_said),
                cmocka_unit_test(hostile_and_huge_text_stays_text),
                cmocka_unit_test(nothing_and_one_box_are_pictures_too),
                cmocka_unit_test(flows_of_nothing_are_thin_lines),
                cmocka_unit_test(the_same_flow_gives_the_same_bytes),
                cmocka_unit_test(what_is_no_flow_is_refused),
                cmocka_unit_test(the_table_has_a_row_for_each_line),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
