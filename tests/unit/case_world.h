/* case_world.h -- a small constructed regime and its evidence, for the tests of
 * the case store.  Everything in it is invented. */
#ifndef CASE_WORLD_H
#define CASE_WORLD_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "embargo/case.h"

typedef struct world {
        char      dir[64];
        em_arena *arena;
        em_str    regime, kase, shots, links;
        em_error  err;
} world;

static const char shot_map[] =
        "kind     shot\n"
        "needs    id day what n\n"
        "key      id\n"
        "when     day\n"
        "what     what\n"
        "who      who\n"
        "known    told\n"
        "amount   n shot\n"
        "absent   not-found\n"
        "field    note note\n"
        "field    height height number\n"
        "same     who when what\n";

static const char link_map[] =
        "kind     link\n"
        "needs    key from_key to_key relation\n"
        "key      key\n"
        "known    known\n"
        "field    from_key from_key\n"
        "field    to_key to_key\n"
        "field    relation relation\n"
        "field    certainty certainty\n"
        "field    reason reason\n";

/* Rows 2 to 6: two counts of one day told at different times, a month, an empty
 * amount, and a thirteenth month, which is quarantined. */
static const char shots_csv[] =
        "id,day,what,who,n,told,note,height\n"
        "S-1,2020-01-05,alpha,A,3,2020-01-06,first,10.5\n"
        "S-2,2020-01-05,alpha,A,4,2020-03-01,told again,\n"
        "S-3,2020-02,beta,B,1,2020-02-20,a month,7\n"
        "S-4,2020-02-10,beta,B,,2020-02-11,no number,\n"
        "S-5,2020-13-01,beta,B,2,2020-02-12,no such month,\n";

/* The third waits: there is no S-9. */
static const char links_csv[] =
        "key,from_key,to_key,relation,certainty,reason,known\n"
        "L-1,S-2,S-1,same-as,certain,one day,2020-03-02\n"
        "L-2,S-3,S-4,same-as,possible,perhaps one,2020-02-21\n"
        "L-3,S-1,S-9,same-as,certain,not held yet,2020-03-02\n";

static inline em_str put_file(world *w, const char *name, const char *text, size_t n)
{
        em_str path;
        assert_int_equal(em_path_join(em_str_c(w->dir), em_str_c(name), w->arena, &path, &w->err), EM_OK);
        assert_int_equal(em_file_write(path, (em_str){ text, n }, &w->err), EM_OK);
        return path;
}

static inline void make_folder(world *w, const char *name)
{
        em_str path;
        assert_int_equal(em_path_join(em_str_c(w->dir), em_str_c(name), w->arena, &path, &w->err), EM_OK);
        assert_int_equal(em_dir_make(path, &w->err), EM_OK);
}

static inline int world_make(void **state)
{
        world *w = calloc(1, sizeof *w);
        assert_non_null(w);
        const char *tmp = getenv("TMPDIR");
        snprintf(w->dir, sizeof w->dir, "%.40s/case-XXXXXX", tmp && tmp[0] ? tmp : "/tmp");
        assert_non_null(mkdtemp(w->dir));
        w->arena = em_arena_new((size_t)256 << 20);
        make_folder(w, "regime");
        make_folder(w, "regime/maps");
        put_file(w, "regime/maps/shot.map", shot_map, strlen(shot_map));
        put_file(w, "regime/maps/links.map", link_map, strlen(link_map));
        w->shots = put_file(w, "shots.csv", shots_csv, strlen(shots_csv));
        w->links = put_file(w, "links.csv", links_csv, strlen(links_csv));
        em_path_join(em_str_c(w->dir), EM_S("regime"), w->arena, &w->regime, NULL) == EM_OK ? (void)0 : abort();
        em_path_join(em_str_c(w->dir), EM_S("kase"), w->arena, &w->kase, NULL) == EM_OK ? (void)0 : abort();
        *state = w;
        return 0;
}

static inline void remove_tree(em_arena *arena, em_str path)
{
        em_str *names, child;
        size_t count;
        if (unlink(path.p) == 0 || em_dir_list(path, arena, &names, &count, NULL) != EM_OK)
                return;
        for (size_t i = 0; i < count; i++)
                if (em_path_join(path, names[i], arena, &child, NULL) == EM_OK)
                        remove_tree(arena, child);
        rmdir(path.p);
}

static inline int world_unmake(void **state)
{
        world *w = *state;
        remove_tree(w->arena, em_str_c(w->dir));
        em_arena_free(w->arena);
        free(w);
        return 0;
}

static inline void expect(world *w, em_status status)
{
        char text[1100];
        if (status != EM_OK)
                fail_msg("%s", em_error_text(&w->err, text, sizeof text));
}

static inline em_case *create(world *w)
{
        em_case *c = NULL;
        expect(w, em_case_create(w->kase, w->regime, EM_S("A. Tester"), &c, &w->err));
        return c;
}

static inline em_case *reopen(world *w, em_case_mode mode)
{
        em_case *c = NULL;
        expect(w, em_case_open(w->kase, mode, &c, &w->err));
        return c;
}

static inline em_taken add(world *w, em_case *c, em_str path)
{
        em_taken taken = { .source = "" };
        em_custody custody = { .publisher = EM_S("The Inventor"), .published = EM_S("2020-06-01"),
                               .reliability = 'B', .covers_from = EM_S("2020-01-01"),
                               .covers_to = EM_S("2020-12-31") };
        expect(w, em_case_add(c, path, &custody, NULL, &taken, &w->err));
        return taken;
}

/* A case with both tables in it, open for reading. */
static inline em_case *full_case(world *w)
{
        em_case *c = create(w);
        add(w, c, w->shots);
        add(w, c, w->links);
        em_case_close(c);
        return reopen(w, EM_CASE_READ);
}

static inline em_rows ask_as_known(world *w, em_case *c, const char *sql, const char *day)
{
        em_rows rows = { 0 };
        em_query_opts opts = em_query_defaults;
        if (day)
                assert_true(em_day_parse(em_str_c(day), &opts.as_known));
        expect(w, em_case_query(c, em_str_c(sql), NULL, 0, &opts, w->arena, &rows, &w->err));
        return rows;
}

static inline em_rows ask(world *w, em_case *c, const char *sql)
{
        return ask_as_known(w, c, sql, NULL);
}

static inline int64_t ask_int(world *w, em_case *c, const char *sql)
{
        em_rows rows = ask(w, c, sql);
        assert_int_equal(rows.rows, 1);
        assert_int_equal(em_rows_at(&rows, 0, 0)->type, EM_VALUE_INT);
        return em_rows_at(&rows, 0, 0)->i;
}

static inline void assert_cell(const em_rows *rows, size_t row, size_t column, const char *text)
{
        char shown[256];
        const em_value *v = em_rows_at(rows, row, column);
        switch (v->type) {
        case EM_VALUE_NULL: snprintf(shown, sizeof shown, "-"); break;
        case EM_VALUE_INT:  snprintf(shown, sizeof shown, "%lld", (long long)v->i); break;
        case EM_VALUE_REAL: snprintf(shown, sizeof shown, "%g", v->r); break;
        case EM_VALUE_TEXT: snprintf(shown, sizeof shown, "%.*s", EM_ARG(v->s)); break;
        }
        assert_string_equal(shown, text);
}

/* The database as a stranger would hold it: no triggers, no defences. */
static inline sqlite3 *stranger(world *w)
{
        sqlite3 *db = NULL;
        em_str path;
        assert_int_equal(em_path_join(w->kase, EM_S("case.db"), w->arena, &path, &w->err), EM_OK);
        assert_int_equal(sqlite3_open(path.p, &db), SQLITE_OK);
        assert_int_equal(sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, NULL), SQLITE_OK);
        return db;
}

static inline void do_sql(world *w, const char *sql)
{
        sqlite3 *db = stranger(w);
        if (sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK)
                fail_msg("%s", sqlite3_errmsg(db));
        assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

/* Collects verify's sentences. */
static inline void collect(void *ctx, const char *sentence)
{
        em_buf *said = ctx;
        em_buf_c(said, sentence);
        em_buf_ch(said, '\n');
}

static inline em_status verify(world *w, size_t threads, em_verify_counts *counts, em_buf *said)
{
        em_case *c = NULL;
        em_status status = em_case_open(w->kase, EM_CASE_PROVE, &c, &w->err);
        if (status == EM_OK)
                status = em_case_verify(c, threads, collect, said, NULL, counts, &w->err);
        em_case_close(c);
        return status;
}

static inline bool says(const em_buf *said, const char *words)
{
        return em_str_find(em_buf_view(said), em_str_c(words)) >= 0;
}

#endif
