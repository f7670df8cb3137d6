/* What bench/chain measures, without the rest of the program:
 *
 *     chain_index parse FILE...                     every block parsed with its txids and merkle root
 *     chain_index build BLOCKS INDEX MIB THREADS    em_chain_build
 *     chain_index verify INDEX BLOCKS SAMPLE        em_chain_verify
 *     chain_index pass INDEX                        every input and output read once, beside a scan of the same bytes
 *
 * Prints what was done as `name value` lines; the build's phases and the peak of
 * anonymous memory as it goes.
 */
#include "embargo/chain.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static double now_s(void)
{
        struct timespec t;
        clock_gettime(CLOCK_MONOTONIC, &t);
        return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static int fail(const em_error *err)
{
        char text[1200];
        fprintf(stderr, "chain_index: %s\n", em_error_text(err, text, sizeof text));
        return 1;
}

static int parse_files(int files, char **names)
{
        em_arena *arena = em_arena_new((size_t)1 << 30);
        uint64_t bytes = 0, txs = 0, blocks = 0;
        double began = now_s();
        for (int i = 0; i < files; i++) {
                em_mapping map;
                em_error err;
                em_str block;
                uint64_t offset;
                bool cut;
                em_btc_block parsed;
                if (em_mapping_open(em_str_c(names[i]), &map, &err) != EM_OK)
                        return fail(&err);
                const uint8_t none[8] = { 0 };
                em_blk blk = em_blk_make((em_str){ map.p, map.n }, (const uint8_t *)map.p, none);
                while (em_arena_reset(arena), em_blk_next(&blk, arena, &block, &offset, &cut)) {
                        if (em_btc_block_parse(block, NULL, arena, &parsed, &err) != EM_OK)
                                return fail(&err);
                        txs += parsed.txs;
                        blocks++;
                }
                bytes += map.n;
                em_mapping_close(&map);
        }
        double s = now_s() - began;
        printf("parse_blocks %" PRIu64 "\nparse_txs %" PRIu64 "\nparse_seconds %.3f\nparse_MB_per_s %.0f\n",
               blocks, txs, s, (double)bytes / 1e6 / s);
        em_arena_free(arena);
        return 0;
}

/* Anonymous memory: what the bound is about; the mapped files are the page cache's. */
static uint64_t anonymous_kib(void)
{
        char line[256];
        uint64_t kib = 0;
        FILE *in = fopen("/proc/self/status", "r");
        while (in && fgets(line, sizeof line, in))
                if (strncmp(line, "RssAnon:", 8) == 0)
                        kib = strtoull(line + 8, NULL, 10);
        if (in)
                fclose(in);
        return kib;
}

typedef struct watch { char what[64]; double since; uint64_t peak; } watch;

static bool tell(void *ctx, const char *what, uint64_t done, uint64_t of)
{
        watch *w = ctx;
        uint64_t kib = anonymous_kib();
        (void)done, (void)of;
        if (kib > w->peak)
                w->peak = kib;
        if (strcmp(what, w->what) != 0) {
                if (w->what[0])
                        printf("phase %.2f s  %s\n", now_s() - w->since, w->what);
                snprintf(w->what, sizeof w->what, "%s", what);
                w->since = now_s();
        }
        return true;
}

static int build(char **arg)
{
        em_chain_opts opts = em_chain_defaults;
        watch w = { .what = "" };
        em_progress progress = { tell, &w };
        em_chain_built b;
        em_error err;
        opts.memory = strtoull(arg[2], NULL, 10) << 20;
        opts.threads = (size_t)strtoull(arg[3], NULL, 10);
        double began = now_s();
        if (em_chain_build(em_str_c(arg[0]), em_str_c(arg[1]), &opts, &progress, &b, &err) != EM_OK)
                return fail(&err);
        tell(&w, "", 0, 0);
        double s = now_s() - began;
        printf("build_seconds %.3f\nbuild_MB_per_s %.0f\n", s, (double)b.bytes / 1e6 / s);
        printf("anonymous_MiB %.0f\n", (double)w.peak / 1024);
        printf("files %" PRIu64 "\nbytes %" PRIu64 "\nblocks %" PRIu64 "\norphans %" PRIu64 "\nduplicates %" PRIu64
               "\ndamaged %" PRIu64 "\ncut %" PRIu64 "\nskipped_bytes %" PRIu64 "\n",
               b.files, b.bytes, b.blocks, b.orphans, b.duplicates, b.damaged, b.cut, b.skipped_bytes);
        printf("txs %" PRIu64 "\nins %" PRIu64 "\nouts %" PRIu64 "\npayees %" PRIu64 "\ncoinbases %" PRIu64
               "\nunknown_prevouts %" PRIu64 "\ndouble_spends %" PRIu64 "\nheight %" PRId64 "\n",
               b.txs, b.ins, b.outs, b.payees, b.coinbases, b.unknown_prevouts, b.double_spends, b.height);
        return 0;
}

static void say(void *ctx, const char *sentence)
{
        (void)ctx;
        printf("%s\n", sentence);
}

static int verify(char **arg)
{
        em_chain *chain;
        em_error err;
        double began = now_s();
        if (em_chain_open(em_str_c(arg[0]), &chain, &err) != EM_OK)
                return fail(&err);
        printf("open_seconds %.3f\n", now_s() - began);
        began = now_s();
        em_status status = em_chain_verify(chain, em_str_c(arg[1]), strtoull(arg[2], NULL, 10), say, NULL, &err);
        printf("verify_seconds %.3f\n", now_s() - began);
        em_chain_close(chain);
        return status == EM_OK ? 0 : fail(&err);
}

/* ---- the linear pass ---- */

/* Of one thread, so that others on the machine do not count. */
static double processor_s(void)
{
        struct timespec t;
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
        return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

enum { TURNS = 7, COLUMNS = 4 };

typedef struct piece { const uint8_t *p; uint64_t n; } piece;

/* What no reader of these bytes avoids: each of them once, eight at a time, in four sums. */
static uint64_t scan(const piece *column)
{
        uint64_t sum[4] = { 0 };
        for (size_t c = 0; c < COLUMNS; c++)
                for (uint64_t at = 0; at + 32 <= column[c].n; at += 32)
                        for (size_t k = 0; k < 4; k++) {
                                uint64_t word;
                                memcpy(&word, column[c].p + at + 8 * k, 8);
                                sum[k] += word;
                        }
        return sum[0] + sum[1] + sum[2] + sum[3];
}

/* What every input spends; what every output holds, whom it pays and who spends it; column by column. */
static uint64_t pass(const em_graph *g)
{
        uint64_t spends = 0, unspent = 0, payees = 0, sat = 0;
        for (em_id in = 0; in < g->ins; in++)
                spends += em_graph_spent(g, in) != EM_ID_NONE;
        for (em_id out = 0; out < g->outs; out++)
                sat += (uint64_t)em_graph_value(g, out);
        for (em_id out = 0; out < g->outs; out++)
                unspent += em_graph_spender(g, out) == EM_ID_NONE;
        for (em_id out = 0; out < g->outs; out++)
                payees += em_graph_payee(g, out);
        return spends + unspent + payees + sat;
}

static int by_size(const void *a, const void *b)
{
        double x = *(const double *)a, y = *(const double *)b;
        return x < y ? -1 : x > y;
}

static const char *const column_name[COLUMNS] = { "in_out", "out_value", "out_in", "out_payee" };

/* The columns mapped anew; evicted: out of the page cache, so that they come from the disk. */
static int map_columns(const char *dir, bool evicted, em_mapping *map, em_graph *g)
{
        const uint8_t **column[COLUMNS] = { &g->in_out, &g->out_value, &g->out_in, &g->out_payee };
        for (size_t c = 0; c < COLUMNS; c++) {
                char path[4096];
                em_error err;
                snprintf(path, sizeof path, "%s/%s", dir, column_name[c]);
                if (em_mapping_open(em_str_c(path), &map[c], &err) != EM_OK)
                        return fail(&err);
                if (evicted)
                        (void)posix_fadvise(map[c].fd, 0, 0, POSIX_FADV_DONTNEED);
                *column[c] = (const uint8_t *)map[c].p;
        }
        return 0;
}

typedef struct timed { double scan[TURNS], pass[TURNS]; } timed;

/* Scan and pass take turns; seconds by the clock given. */
static int take_turns(const char *dir, em_graph g, bool evicted, double (*clock)(void), timed *t)
{
        volatile uint64_t sink = 0;
        for (size_t turn = 0; turn < 2 * TURNS; turn++) {
                em_mapping map[COLUMNS];
                piece column[COLUMNS];
                if (map_columns(dir, evicted, map, &g) != 0)
                        return 1;
                for (size_t c = 0; c < COLUMNS; c++)
                        column[c] = (piece){ (const uint8_t *)map[c].p, map[c].n };
                if (!evicted)
                        sink += scan(column);           /* page tables too */
                double began = clock();
                sink += turn % 2 ? pass(&g) : scan(column);
                *(turn % 2 ? &t->pass[turn / 2] : &t->scan[turn / 2]) = clock() - began;
                for (size_t c = 0; c < COLUMNS; c++)
                        em_mapping_close(&map[c]);
        }
        qsort(t->scan, TURNS, sizeof *t->scan, by_size);
        qsort(t->pass, TURNS, sizeof *t->pass, by_size);
        return 0;
}

static int pass_over(char **arg)
{
        em_chain *chain;
        em_error err;
        timed warm, cold;
        if (em_chain_open(em_str_c(arg[0]), &chain, &err) != EM_OK)
                return fail(&err);
        em_graph g = *em_chain_graph(chain);
        em_chain_built counts = em_chain_counts(chain);
        static uint8_t bigs[(size_t)1 << 26];
        em_assert(13 * g.bigs <= sizeof bigs);
        memcpy(bigs, g.big_value, (size_t)(13 * g.bigs));
        g.big_value = bigs;
        em_chain_close(chain);
        if (take_turns(arg[0], g, false, processor_s, &warm) != 0 || take_turns(arg[0], g, true, now_s, &cold) != 0)
                return 1;
        printf("pass_bytes %" PRIu64 "\n", 5 * counts.ins + 14 * counts.outs);
        printf("warm_scan %.4f\nwarm_pass %.4f\n", warm.scan[TURNS / 2], warm.pass[TURNS / 2]);
        printf("cold_scan %.4f\ncold_pass %.4f\n", cold.scan[TURNS / 2], cold.pass[TURNS / 2]);
        return 0;
}

int main(int argc, char **argv)
{
        if (argc >= 3 && strcmp(argv[1], "parse") == 0)
                return parse_files(argc - 2, argv + 2);
        if (argc == 6 && strcmp(argv[1], "build") == 0)
                return build(argv + 2);
        if (argc == 5 && strcmp(argv[1], "verify") == 0)
                return verify(argv + 2);
        if (argc == 3 && strcmp(argv[1], "pass") == 0)
                return pass_over(argv + 2);
        fprintf(stderr, "usage: chain_index parse FILE... | build BLOCKS INDEX MIB THREADS | verify INDEX BLOCKS SAMPLE"
                        " | pass INDEX\n");
        return 2;
}
