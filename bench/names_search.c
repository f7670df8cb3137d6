/* Measures screening: lists read and indexed, the index opened, names asked on one core.
 *
 *     names_search build INDEX LIST...
 *     names_search ask INDEX <NAMES          lines of schema and name, parted by a tab
 *     names_search persons LIST...           for others to search: a line for each name of each person, of entry and name
 *     names_search answer INDEX LEAST <QUESTIONS     lines of anything and a person's name; for each a line of microseconds,
 *                                            then entry and score of the best five from LEAST
 *
 * Times are the thread's own (CLOCK_THREAD_CPUTIME_ID), so that a busy machine does not count; of "answer" wall time, as
 * the others' are.
 */
#include "embargo/names.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>

enum { LISTS = 256 };

static double clock_of(clockid_t id)
{
        struct timespec t = {0};
        (void)clock_gettime(id, &t);
        return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static double now(void) { return clock_of(CLOCK_THREAD_CPUTIME_ID); }

static double memory_mib(void)
{
        struct rusage use = {0};
        (void)getrusage(RUSAGE_SELF, &use);
        return (double)use.ru_maxrss / 1024;
}

static int build(em_str index, char **path, size_t paths, em_error *err)
{
        em_str         list[LISTS];
        em_list       *l = NULL;
        em_names_built b;
        for (size_t i = 0; i < paths && i < LISTS; i++)
                list[i] = em_str_c(path[i]);
        double began = now();
        if (em_list_read(list, paths < LISTS ? paths : LISTS, NULL, &l, err) != EM_OK)
                return 1;
        double read = now();
        if (em_names_build((const em_list *const *)&l, 1, index, NULL, &b, err) != EM_OK)
                return 1;
        printf("entries %llu\nnames %llu\nread_seconds %.3f\nbuild_seconds %.3f\nbuild_mib %.0f\n", (unsigned long long)b.parties,
               (unsigned long long)b.names, read - began, now() - read, memory_mib());
        em_list_free(l);
        return 0;
}

static int by_time(const void *a, const void *b)
{
        const double *x = a, *y = b;
        return *x < *y ? -1 : *x > *y;
}

static int ask(em_str index, em_error *err)
{
        char           line[4096];
        em_names      *x = NULL;
        em_arena      *arena = em_arena_new((size_t)1 << 28);
        double        *took = calloc(1 << 20, sizeof *took), sum = 0, began = now();
        size_t         n = 0, hit = 0, likely = 0;
        em_search_opts o = em_search_defaults;
        o.reasons = false;
        if (!arena || !took || em_names_open(index, &x, err) != EM_OK)
                return 1;
        printf("open_ms %.2f\n", 1e3 * (now() - began));
        while (n < 1 << 20 && fgets(line, sizeof line, stdin)) {
                em_cut   cut = em_str_cut(em_str_trim(em_str_c(line)), '\t');
                em_query q = {.name = &cut.tail, .names = 1};
                em_found f;
                (void)em_schema_parse(cut.head, &q.schema);
                em_arena_reset(arena);
                double start = now();
                if (em_names_search(x, &q, &o, arena, &f, err) != EM_OK)
                        return 1;
                took[n++] = now() - start;
                hit += f.matches > 0;
                likely += f.matches > 0 && f.match[0].score >= 0.85;
        }
        qsort(took, n, sizeof *took, by_time);
        for (size_t i = 0; i < n; i++)
                sum += took[i];
        if (n)
                printf("asked %zu\nper_second %.0f\nmean_us %.1f\np50_us %.1f\np99_us %.1f\nmost_us %.1f\nover_70 %zu\nover_85 %zu\nask_mib %.0f\n",
                       n, (double)n / sum, 1e6 * sum / (double)n, 1e6 * took[n / 2], 1e6 * took[n * 99 / 100], 1e6 * took[n - 1], hit,
                       likely, memory_mib());
        em_names_close(x);
        em_arena_free(arena);
        free(took);
        return 0;
}

static void print_entry(const em_party *p)
{
        printf("%.*s:%.*s", (int)p->dataset.n, p->dataset.p, (int)p->id.n, p->id.p);
}

/* Without ships and companies, which no question of the comparison is for: it makes the others faster and rings fewer alarms. */
static int persons(char **path, size_t paths, em_error *err)
{
        em_str   list[LISTS];
        em_list *l = NULL;
        for (size_t i = 0; i < paths && i < LISTS; i++)
                list[i] = em_str_c(path[i]);
        if (em_list_read(list, paths < LISTS ? paths : LISTS, NULL, &l, err) != EM_OK)
                return 1;
        for (size_t i = 0; i < em_list_count(l); i++) {
                const em_party *p = em_list_at(l, i);
                for (size_t k = 0; k < p->names && p->schema == EM_SCHEMA_PERSON; k++) {
                        print_entry(p);
                        putchar('\t');
                        for (size_t c = 0; c < p->name[k].text.n; c++)
                                putchar((unsigned char)p->name[k].text.p[c] < ' ' ? ' ' : p->name[k].text.p[c]);
                        putchar('\n');
                }
        }
        em_list_free(l);
        return 0;
}

static int answer(em_str index, const char *least, em_error *err)
{
        char      line[4096];
        em_names *x = NULL;
        em_arena *arena = em_arena_new((size_t)1 << 28);
        em_search_opts o = em_search_defaults;
        o.reasons = false;
        o.least = strtod(least, NULL);
        if (!arena || em_names_open(index, &x, err) != EM_OK)
                return 1;
        while (fgets(line, sizeof line, stdin)) {
                em_cut   cut = em_str_cut(em_str_trim(em_str_c(line)), '\t');
                em_query q = {.name = &cut.tail, .names = 1, .schema = EM_SCHEMA_PERSON};
                em_found f;
                em_arena_reset(arena);
                double start = clock_of(CLOCK_MONOTONIC);
                if (em_names_search(x, &q, &o, arena, &f, err) != EM_OK)
                        return 1;
                printf("%.1f", 1e6 * (clock_of(CLOCK_MONOTONIC) - start));
                for (size_t i = 0; i < f.matches; i++) {
                        em_party p;
                        if (em_names_party(x, f.match[i].party, arena, &p, err) != EM_OK)
                                return 1;
                        putchar('\t');
                        print_entry(&p);
                        printf("\t%.6f", f.match[i].score);
                }
                putchar('\n');
        }
        em_names_close(x);
        em_arena_free(arena);
        return 0;
}

int main(int count, char **word)
{
        em_error err = {0};
        char     text[1024];
        int      code = 2;
        if (count > 3 && strcmp(word[1], "build") == 0)
                code = build(em_str_c(word[2]), word + 3, (size_t)count - 3, &err);
        else if (count == 3 && strcmp(word[1], "ask") == 0)
                code = ask(em_str_c(word[2]), &err);
        else if (count > 2 && strcmp(word[1], "persons") == 0)
                code = persons(word + 2, (size_t)count - 2, &err);
        else if (count == 4 && strcmp(word[1], "answer") == 0)
                code = answer(em_str_c(word[2]), word[3], &err);
        if (code)
                fprintf(stderr, "names_search: %s\n", code == 2 ? "build INDEX LIST..., ask INDEX, persons LIST... or answer INDEX" : em_error_text(&err, text, sizeof text));
        return code;
}
