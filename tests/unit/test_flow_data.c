/* The flow as data, and boxes that keep their own place: what a page that folds and opens rests on. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "draw/flow_plan.h"
#include "embargo/json.h"

#define COUNT(a) (sizeof(a) / sizeof *(a))

/* A source pays one hop, that pays many places: place i receives i + 1. */
enum { PLACES = 200 };
typedef struct star { em_flow_node node[PLACES + 2]; em_flow_edge edge[PLACES + 1]; char id[PLACES + 2][16]; em_flow flow; } star;

static void make_star(star *s)
{
        int64_t all = 0;
        *s = (star){.flow = {.caption = {.title = EM_S("A star")}, .unit = EM_S("BTC"), .nodes = s->node, .node_count = PLACES + 2,
                             .edges = s->edge, .edge_count = PLACES + 1}};
        for (size_t i = 0; i < PLACES + 2; i++) {
                snprintf(s->id[i], sizeof s->id[i], "n%zu", i);
                s->node[i] = (em_flow_node){.kind = i == 0 ? EM_FLOW_SEED : i == 1 ? EM_FLOW_HOP : EM_FLOW_SITTING, .name = EM_S("a place"),
                                            .id = em_str_c(s->id[i])};
        }
        for (size_t i = 0; i < PLACES; i++) {
                s->edge[i + 1] = (em_flow_edge){1, i + 2, (int64_t)i + 1, 0, {0}};
                all += (int64_t)i + 1;
        }
        s->edge[0] = (em_flow_edge){0, 1, all, 0, {0}};
}

typedef struct read { em_buf text; em_arena *arena; em_json_doc *doc; em_jnode *root; } read_data;

static read_data data_of(const em_flow *flow, const em_flow_opts *opts)
{
        read_data r = {.text = em_buf_make((size_t)1 << 28), .arena = em_arena_new((size_t)1 << 30), .doc = em_json_reader()};
        em_error  err = {0};
        assert_true(r.arena && r.doc);
        if (em_flow_json(flow, opts, &r.text, &err) != EM_OK || em_json_parse(r.doc, em_buf_view(&r.text), r.arena, &r.root, &err) != EM_OK)
                fail_msg("%s", err.text);
        return r;
}

static void data_free(read_data *r)
{
        em_json_reader_free(r->doc);
        em_arena_free(r->arena);
        em_buf_free(&r->text);
}

static const em_jnode *box_called(const read_data *r, const char *id)
{
        for (const em_jnode *b = em_jget(r->root, "boxes")->first; b; b = b->next)
                if (em_str_eq(em_jtext(em_jget(b, "id")), em_str_c(id)))
                        return b;
        return NULL;
}

static void a_small_box_that_is_to_have_its_own_place_is_not_folded(void **state)
{
        (void)state;
        static star  s;
        em_flow_opts opts = {.boxes = 20};
        make_star(&s);
        read_data r = data_of(&s.flow, &opts);
        assert_null(box_called(&r, "n2"));              /* of 200 places the smallest is folded */
        data_free(&r);
        s.node[2].own = true;
        r = data_of(&s.flow, &opts);
        assert_non_null(box_called(&r, "n2"));
        assert_true(em_jget(r.root, "boxes")->count <= 20);
        data_free(&r);
}

static void a_fold_lists_its_largest_boxes_first(void **state)
{
        (void)state;
        static star  s;
        em_flow_opts opts = {.boxes = 20};
        make_star(&s);
        read_data       r = data_of(&s.flow, &opts);
        const em_jnode *fold = NULL;
        for (const em_jnode *b = em_jget(r.root, "boxes")->first; b; b = b->next)
                if (em_jtext(em_jget(b, "id")).p[0] == '+')
                        fold = b;
        assert_non_null(fold);
        int64_t members = 0, kept = (int64_t)em_jget(r.root, "boxes")->count - 3;       /* beside source, hop and fold */
        assert_true(em_jint(em_jget(fold, "members"), &members));
        assert_int_equal(members, PLACES - kept);
        const em_jnode *nodes = em_jget(fold, "nodes");
        assert_int_equal(nodes->count, EM_FLOW_LISTED);
        /* Place i is node i + 2 and receives i + 1: the largest that are not kept are nodes 201 - kept, and down. */
        int64_t at = PLACES + 1 - kept;
        for (const em_jnode *n = nodes->first; n; n = n->next, at--) {
                char want[16];
                snprintf(want, sizeof want, "n%lld", (long long)at);
                assert_true(em_str_eq(em_jtext(n), em_str_c(want)));
        }
        data_free(&r);
}

static void the_data_and_the_picture_are_one_plan(void **state)
{
        (void)state;
        static star  s;
        em_flow_opts opts = {.boxes = 20};
        em_flow_plan plan = {0};
        em_error     err = {0};
        make_star(&s);
        em_arena *arena = em_arena_new((size_t)1 << 30);
        assert_int_equal(em_flow_plan_make(&s.flow, &opts, 0, arena, &plan, &err), EM_OK);
        read_data r = data_of(&s.flow, &opts);
        assert_int_equal(em_jget(r.root, "boxes")->count, plan.boxes);
        assert_int_equal(em_jget(r.root, "lines")->count, plan.lines);
        int64_t sum = 0, amount;
        for (const em_jnode *l = em_jget(r.root, "lines")->first; l; l = l->next) {
                em_str digits = em_jtext(em_jget(l, "amount"));
                assert_true(em_str_int(digits, &amount));
                sum += amount;
        }
        assert_int_equal(sum, PLACES * (PLACES + 1));   /* 1 + 2 + ... + 200, once into the hop and once out of it */
        data_free(&r);
        em_arena_free(arena);
}

static em_str link_to(void *ctx, const size_t *node, size_t nodes, em_arena *arena)
{
        size_t *calls = ctx;
        em_str  text = {0};
        assert_true(nodes >= 1 && nodes <= EM_FLOW_LISTED && node[0] < PLACES + 2);
        ++*calls;
        assert_int_equal(em_str_format(arena, &text, NULL, "/flow?open=%zu", node[0]), EM_OK);
        return text;
}

static void a_fold_leads_where_the_caller_says(void **state)
{
        (void)state;
        static star  s;
        size_t       calls = 0;
        em_flow_opts opts = {.boxes = 20, .link = link_to, .link_ctx = &calls};
        em_buf       out = em_buf_make((size_t)1 << 24);
        make_star(&s);
        assert_int_equal(em_flow_svg(&s.flow, &opts, &out, NULL), EM_OK);
        assert_int_equal(calls, 1);
        assert_true(em_str_find(em_buf_view(&out), EM_S("<a href=\"/flow?open=")) >= 0);
        em_buf_free(&out);
}

/* A chain of hops that each keep most of what came. */
static void a_ladder_parts_at_a_box_of_its_own(void **state)
{
        (void)state;
        em_flow_node node[11];
        em_flow_edge edge[10];
        char         id[11][8];
        em_flow      flow = {.unit = EM_S("BTC"), .nodes = node, .node_count = 11, .edges = edge, .edge_count = 10};
        for (size_t i = 0; i < 11; i++) {
                snprintf(id[i], sizeof id[i], "h%zu", i);
                node[i] = (em_flow_node){.kind = i == 0 ? EM_FLOW_SEED : i == 10 ? EM_FLOW_SITTING : EM_FLOW_HOP, .id = em_str_c(id[i])};
                if (i < 10)
                        edge[i] = (em_flow_edge){i, i + 1, 100, 0, {0}};
        }
        read_data r = data_of(&flow, NULL);
        assert_int_equal(em_jget(r.root, "boxes")->count, 3);           /* source, nine hops as one, end */
        data_free(&r);
        node[5].own = true;
        r = data_of(&flow, NULL);
        assert_int_equal(em_jget(r.root, "boxes")->count, 5);           /* source, four, the one, four, end */
        assert_non_null(box_called(&r, "h5"));
        data_free(&r);
}

static void the_picture_goes_along_when_it_is_asked_for(void **state)
{
        (void)state;
        static star  s;
        em_flow_opts opts = {.boxes = 20, .picture = true};
        em_buf       out = em_buf_make((size_t)1 << 24);
        make_star(&s);
        read_data r = data_of(&s.flow, &opts);
        assert_int_equal(em_flow_svg(&s.flow, &opts, &out, NULL), EM_OK);
        assert_true(em_str_eq(em_jtext(em_jget(r.root, "svg")), em_buf_view(&out)));
        em_buf_free(&out);
        data_free(&r);
}

static void hostile_names_stay_text(void **state)
{
        (void)state;
        static star s;
        make_star(&s);
        s.node[2].name = EM_S("\"}</script><b>\x1b\\");
        read_data r = data_of(&s.flow, &(em_flow_opts){.boxes = 300, .lines = 300});
        assert_true(em_str_eq(em_jtext(em_jget(box_called(&r, "n2"), "name")), s.node[2].name));
        data_free(&r);
}

static void what_is_no_flow_is_refused(void **state)
{
        (void)state;
        em_flow_edge edge[] = {{0, 7, 1, 0, {0}}};
        em_flow_node node[] = {{.kind = EM_FLOW_SEED}};
        em_flow      flow = {.nodes = node, .node_count = COUNT(node), .edges = edge, .edge_count = COUNT(edge)};
        em_buf       out = em_buf_make(1 << 16);
        assert_int_equal(em_flow_json(&flow, NULL, &out, NULL), EM_FORMAT);
        assert_int_equal(em_buf_view(&out).n, 0);
        em_buf_free(&out);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(a_small_box_that_is_to_have_its_own_place_is_not_folded),
                cmocka_unit_test(a_fold_lists_its_largest_boxes_first),
                cmocka_unit_test(the_data_and_the_picture_are_one_plan),
                cmocka_unit_test(a_fold_leads_where_the_caller_says),
                cmocka_unit_test(a_ladder_parts_at_a_box_of_its_own),
                cmocka_unit_test(the_picture_goes_along_when_it_is_asked_for),
                cmocka_unit_test(hostile_names_stay_text),
                cmocka_unit_test(what_is_no_flow_is_refused),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
