/* Helpers of the tests of lists: fixtures of tests/data/lists, and the lists as published in the shared data folder.
 *
 * $EMBARGO_SHARED, else ../shared beside the project; where it is absent the test is skipped, and says so.
 */
#ifndef TEST_LIST_REAL_H
#define TEST_LIST_REAL_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "embargo/party.h"

static em_arena *real_arena;

static inline int real_setup(void **state)
{
        (void)state;
        real_arena = em_arena_new((size_t)1 << 32);
        return real_arena ? 0 : -1;
}

static inline int real_teardown(void **state)
{
        (void)state;
        real_arena = em_arena_free(real_arena);
        return 0;
}

/* Bytes of a shared list, unpacked; skips the test when it is not there. */
static inline em_str real_bytes(const char *name)
{
        const char *root = getenv("EMBARGO_SHARED");
        char   path[512];
        size_t n = 0, cap = (size_t)8 << 20;
        int    packed = snprintf(path, sizeof path, "%s/data/lists/%s.zst", root ? root : "../shared", name);
        if (access(path, R_OK) != 0)
                path[packed - 4] = 0;
        if (access(path, R_OK) != 0) {
                print_message("SKIPPED: %s is not there (set EMBARGO_SHARED)\n", path);
                skip();
        }
        char *p = em_arena_alloc(real_arena, cap);
        int   ends[2], code;
        assert_non_null(p);
        assert_int_equal(pipe(ends), 0);
        pid_t child = fork();
        if (child == 0) {
                (void)dup2(ends[1], 1);
                (void)close(ends[0]);
                if (path[packed - 4])
                        execlp("zstd", "zstd", "-dqc", path, (char *)NULL);
                else
                        execlp("cat", "cat", path, (char *)NULL);
                _exit(127);
        }
        (void)close(ends[1]);
        for (ssize_t k; (k = read(ends[0], p + n, cap - n)) > 0;)
                n += (size_t)k;
        (void)close(ends[0]);
        assert_true(waitpid(child, &code, 0) == child && code == 0);
        assert_true(n > 0 && n < cap);
        return (em_str){p, n};
}

static inline em_list *real_parse(em_str bytes, const char *name, const char *format)
{
        em_list_opts opts = {.format = em_str_c(format), .date = EM_DAY_NONE};
        em_error     err = {0};
        em_list     *l = NULL;
        if (em_list_parse(bytes, em_str_c(name), format ? &opts : NULL, &l, &err) != EM_OK)
                fail_msg("%s: %s", name, err.text);
        return l;
}

static inline em_list *real_list(const char *name)
{
        em_str bytes = real_bytes(name);
        return real_parse(bytes, name, NULL);
}

/* Fixtures lie in tests/data/lists, seen from the project's root. */
static inline em_str data_bytes(const char *name)
{
        em_str path, bytes;
        assert_int_equal(em_str_format(real_arena, &path, NULL, "tests/data/lists/%s", name), EM_OK);
        em_error err = {0};
        if (em_file_read(path, 1 << 26, real_arena, &bytes, &err) != EM_OK)
                fail_msg("%s: %s", name, err.text);
        return bytes;
}

static inline em_list *data_list(const char *name)
{
        em_str bytes = data_bytes(name);
        return real_parse(bytes, name, NULL);
}

static inline const em_party *party_of(const em_list *l, const char *id)
{
        for (size_t i = 0; i < em_list_count(l); i++)
                if (em_str_eq(em_list_at(l, i)->id, em_str_c(id)))
                        return em_list_at(l, i);
        fail_msg("no party %s", id);
        return NULL;
}

static inline size_t count_schema(const em_list *l, em_schema schema)
{
        size_t n = 0;
        for (size_t i = 0; i < em_list_count(l); i++)
                n += em_list_at(l, i)->schema == schema;
        return n;
}

static inline size_t count_programme(const em_list *l, const char *programme, em_schema schema)
{
        size_t n = 0;
        for (size_t i = 0; i < em_list_count(l); i++) {
                const em_party *p = em_list_at(l, i);
                for (size_t k = 0; k < p->programmes; k++)
                        if (em_str_eq(p->programme[k], em_str_c(programme)) && (schema == EM_SCHEMA_SCHEMAS || p->schema == schema)) {
                                n++;
                                break;
                        }
        }
        return n;
}

static inline size_t count_names(const em_list *l, em_name_kind kind)
{
        size_t n = 0;
        for (size_t i = 0; i < em_list_count(l); i++)
                for (size_t k = 0; k < em_list_at(l, i)->names; k++)
                        n += em_list_at(l, i)->name[k].kind == kind;
        return n;
}

static inline size_t count_numbers(const em_list *l, const char *type)
{
        size_t n = 0;
        for (size_t i = 0; i < em_list_count(l); i++)
                for (size_t k = 0; k < em_list_at(l, i)->numbers; k++)
                        n += em_str_eq(em_list_at(l, i)->number[k].type, em_str_c(type));
        return n;
}

static inline size_t rejects_of(const em_list *l)
{
        const em_list_reject *r;
        return em_list_rejects(l, &r);
}

static inline const em_list_file *file_of(const em_list *l)
{
        const em_list_file *f;
        assert_true(em_list_files(l, &f) > 0);
        return f;
}

static inline em_day day_of(const char *text)
{
        em_day d;
        assert_true(em_day_parse(em_str_c(text), &d));
        return d;
}

static inline void assert_text(em_str got, const char *want)
{
        if (!em_str_eq(got, em_str_c(want)))
                fail_msg("\"%.*s\" instead of \"%s\"", EM_ARG(got), want);
}

/* One party on one page of text: everything that a reader may set, one line a value.  For comparing with what was read by eye. */
static inline em_str party_text(const em_party *p)
{
        em_buf out = em_buf_make(1 << 20);
        char   d[11];
        em_buf_fmt(&out, "%s %.*s/%.*s\n", em_schema_name(p->schema), EM_ARG(p->dataset), EM_ARG(p->id));
        for (size_t i = 0; i < p->names; i++) {
                em_buf_fmt(&out, "%s: %.*s", em_name_kind_name(p->name[i].kind), EM_ARG(p->name[i].text));
                if (p->name[i].family.n)
                        em_buf_fmt(&out, " [family %.*s]", EM_ARG(p->name[i].family));
                em_buf_fmt(&out, "%s%.*s%s\n", p->name[i].lang.n ? " (" : "", EM_ARG(p->name[i].lang), p->name[i].lang.n ? ")" : "");
        }
        for (size_t i = 0; i < p->borns; i++) {
                em_buf_fmt(&out, "born: %.*s = %s", EM_ARG(p->born[i].text), em_day_text(p->born[i].span.from, d));
                em_buf_fmt(&out, "/%s%s\n", em_day_text(p->born[i].span.to, d), p->born[i].circa ? " circa" : "");
        }
        for (size_t i = 0; i < p->dieds; i++)
                em_buf_fmt(&out, "died: %.*s\n", EM_ARG(p->died[i].text));
        for (size_t i = 0; i < p->numbers; i++)
                em_buf_fmt(&out, "%.*s: %.*s|%.*s|%.*s\n", EM_ARG(p->number[i].type), EM_ARG(p->number[i].value), EM_ARG(p->number[i].country),
                           EM_ARG(p->number[i].note));
        const struct { const char *what; const em_str *at; size_t n; } many[] = {
                {"country", p->country, p->countries}, {"address", p->address, p->addresses},
                {"birthplace", p->place_of_birth, p->places_of_birth}, {"programme", p->programme, p->programmes},
                {"title", p->title, p->titles}, {"linked", p->linked, p->linkeds}};
        for (size_t k = 0; k < sizeof many / sizeof *many; k++)
                for (size_t i = 0; i < many[k].n; i++)
                        em_buf_fmt(&out, "%s: %.*s\n", many[k].what, EM_ARG(many[k].at[i]));
        const struct { const char *what; em_str text; } one[] = {{"gender", p->gender}, {"remarks", p->remarks}, {"reason", p->reason}};
        for (size_t k = 0; k < 3; k++)
                if (one[k].text.n)
                        em_buf_fmt(&out, "%s: %.*s\n", one[k].what, EM_ARG(one[k].text));
        if (p->listed != EM_DAY_NONE)
                em_buf_fmt(&out, "listed: %s\n", em_day_text(p->listed, d));
        if (p->changed != EM_DAY_NONE)
                em_buf_fmt(&out, "changed: %s\n", em_day_text(p->changed, d));
        if (p->delisted)
                em_buf_fmt(&out, "delisted\n");
        em_str copy;
        assert_int_equal(em_str_copy(em_buf_view(&out), real_arena, &copy, NULL), EM_OK);
        em_buf_free(&out);
        return copy;
}

static inline void assert_party(const em_list *l, const char *id, const char *want)
{
        em_str got = party_text(party_of(l, id));
        if (!em_str_eq(got, em_str_c(want)))
                fail_msg("\n%.*s--- instead of ---\n%s", EM_ARG(got), want);
}

/* A file cut at each of `places` places ends in parties and rejects; parties are never more than of the whole
 * file and the one that was cut.  Returns how many cuts told of a reject. */
static inline size_t assert_cuts(em_str all, const char *format, size_t places)
{
        em_list *whole = real_parse(all, "whole", format);
        size_t   told = 0, most = em_list_count(whole);
        em_list_free(whole);
        for (size_t i = 0; i < places; i++) {
                size_t       n = all.n * i / places;
                char        *copy = malloc(n ? n : 1);  /* the very bytes: a sanitizer sees a step behind them */
                em_list_opts opts = {.format = em_str_c(format), .date = EM_DAY_NONE};
                em_list     *l = NULL;
                em_error     err = {0};
                assert_non_null(copy);
                memcpy(copy, all.p, n);
                if (em_list_parse((em_str){copy, n}, EM_S("cut"), &opts, &l, &err) != EM_OK) {
                        fail_msg("cut at %zu of %zu: %s", n, all.n, err.text);
                        return 0;
                }
                assert_true(em_list_count(l) <= most + 1);      /* a number that is cut may look like another party's */
                told += rejects_of(l) > 0;
                em_list_free(l);
                free(copy);
        }
        return told;
}

#endif
