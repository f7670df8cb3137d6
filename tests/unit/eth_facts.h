/* Facts of a text or of a file of the shared data, kept in a list for a test to look at. */
#ifndef TESTS_ETH_FACTS_H
#define TESTS_ETH_FACTS_H

#include "embargo/ethereum.h"

#include <stdio.h>
#include <stdlib.h>

typedef struct ef_list {
        em_eth_fact *fact;
        size_t       facts, cap;
        em_eth_reject first;            /* the first reject */
        em_eth_read_counts counts;
} ef_list;

static em_status ef_fact(void *ctx, const em_eth_fact *fact, em_error *err)
{
        ef_list *l = ctx;
        (void)err;
        if (l->facts == l->cap) {
                l->cap = l->cap ? 2 * l->cap : 64;
                l->fact = realloc(l->fact, l->cap * sizeof *l->fact);
                assert_non_null(l->fact);
        }
        l->fact[l->facts++] = *fact;
        return EM_OK;
}

static em_status ef_reject(void *ctx, const em_eth_reject *reject, em_error *err)
{
        ef_list *l = ctx;
        (void)err;
        if (l->first.line == 0)
                l->first = *reject;
        return EM_OK;
}

static ef_list ef_read(em_str text)
{
        ef_list     l = { 0 };
        em_error    err = { 0 };
        em_eth_sink sink = { .ctx = &l, .fact = ef_fact, .reject = ef_reject };
        if (em_eth_read(text, &sink, &l.counts, &err) != EM_OK)
                fail_msg("%s", err.text);
        assert_int_equal(l.facts, l.counts.facts);
        return l;
}

static inline void ef_drop(ef_list *l)
{
        free(l->fact);
        *l = (ef_list){ 0 };
}

/* A path in the shared data, or the test is skipped and says so. */
static em_str ef_shared(em_arena *arena, const char *name)
{
        const char *root = getenv("EMBARGO_SHARED");
        em_str      path;
        assert_int_equal(em_str_format(arena, &path, NULL, "%s/data/chain/%s", root ? root : "../shared", name), EM_OK);
        if (!em_path_exists(path)) {
                print_message("SKIPPED: %.*s is not there (set EMBARGO_SHARED)\n", EM_ARG(path));
                skip();
        }
        return path;
}

static inline em_str ef_bytes(em_arena *arena, const char *name)
{
        em_str bytes;
        assert_int_equal(em_file_read(ef_shared(arena, name), 1 << 26, arena, &bytes, NULL), EM_OK);
        return bytes;
}

static inline ef_list ef_file(em_arena *arena, const char *name)
{
        return ef_read(ef_bytes(arena, name));
}

static inline const em_eth_fact *ef_of(const ef_list *l, em_eth_kind kind, size_t nth)
{
        for (size_t i = 0; i < l->facts; i++)
                if (l->fact[i].kind == kind && nth-- == 0)
                        return &l->fact[i];
        return NULL;
}

static inline size_t ef_count(const ef_list *l, em_eth_kind kind)
{
        size_t n = 0;
        for (size_t i = 0; i < l->facts; i++)
                n += l->fact[i].kind == kind;
        return n;
}

#endif
