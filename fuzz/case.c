/* Any bytes are a stranger's case: it is opened, asked and verified, or refused.
 *
 * A whole database is long and most of its bytes are ballast, so the input is
 * a list of changes to a sound one: three bytes of offset, one of value.  After
 * an 'r' as the first byte the rest is the file as it stands; after a 't' two
 * bytes say in which block it is cut off.  The folder is in memory.
 */
#include "embargo/case.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static char folder[64], file[96];
static em_arena *keep;
static em_str sound;

static void must(em_status status, const em_error *err)
{
        if (status != EM_OK) {
                fprintf(stderr, "fuzz/case: %s\n", err->text);
                abort();
        }
}

static void put(const char *name, em_str bytes)
{
        em_error err;
        char path[128];
        snprintf(path, sizeof path, "%s/%s", folder, name);
        must(em_file_write(em_str_c(path), bytes, &err), &err);
}

static int take_away(const char *path, const struct stat *st, int type, struct FTW *at)
{
        (void)st;
        (void)type;
        (void)at;
        return remove(path);
}

static void tidy(void)
{
        em_arena_free(keep);
        (void)nftw(folder, take_away, 16, FTW_DEPTH | FTW_PHYS);
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
        (void)argc;
        (void)argv;
        em_error err;
        em_case *c;
        char path[128];
        snprintf(folder, sizeof folder, "/dev/shm/embargo-fuzz-%ld", (long)getpid());
        snprintf(path, sizeof path, "%s/regime/maps", folder);
        snprintf(file, sizeof file, "%s/case/case.db", folder);
        must(em_dir_make(em_str_c(path), &err), &err);
        put("regime/maps/port.map", EM_S("kind port\nneeds port lat\nkey port\nwhat port\nlat lat\nlon lon\n"
                                         "field note note\n"));
        put("regime/ports.csv", EM_S("port,lat,lon,note\nNampo,38.7,125.4,a\nWonsan,39.2,127.4,b\n,,,\n"));
        snprintf(path, sizeof path, "%s/case", folder);
        em_str dir = em_str_c(path);
        char regime[96];
        snprintf(regime, sizeof regime, "%s/regime", folder);
        must(em_case_create(dir, em_str_c(regime), EM_S("fuzz"), &c, &err), &err);
        em_case_close(c);
        keep = em_arena_new((size_t)16 << 20);
        must(em_file_read(em_str_c(file), (uint64_t)8 << 20, keep, &sound, &err), &err);
        atexit(tidy);
        return 0;
}

static void write_db(const uint8_t *data, size_t size)
{
        size_t n = sound.n;
        char *bytes = malloc(n + size);
        if (!bytes)
                abort();
        memcpy(bytes, sound.p, n);
        if (size && data[0] == 'r') {
                n = size - 1;
                memcpy(bytes, data + 1, n);
        } else if (size > 2 && data[0] == 't') {
                n = ((size_t)data[1] << 8 | data[2]) % (n / 512) * 512 + data[2];
        } else {
                for (size_t i = 0; i + 4 <= size; i += 4)
                        bytes[((size_t)data[i] << 16 | (size_t)data[i + 1] << 8 | data[i + 2]) % n] =
                                (char)data[i + 3];
        }
        FILE *out = fopen(file, "wb");
        if (!out || fwrite(bytes, 1, n, out) != n || fclose(out) != 0)
                abort();
        free(bytes);
}

static void said(void *ctx, const char *sentence)
{
        for (const char *p = sentence; *p; p++)
                em_assert((unsigned char)*p >= 0x20 && *p != 0x7f);
        ++*(uint64_t *)ctx;
}

static void use(em_case *c)
{
        em_arena *arena = em_arena_new((size_t)64 << 20);
        em_rows rows;
        em_source *sources;
        em_entry *entries;
        em_verify_counts counts;
        em_error err;
        size_t n;
        uint64_t told = 0;
        em_query_opts opts = em_query_defaults;
        opts.max_steps = 100000;
        (void)!em_case_query(c, EM_S("select * from record"), NULL, 0, &opts, arena, &rows, &err);
        (void)!em_case_sources(c, arena, &sources, &n, &err);
        (void)!em_case_log(c, 1, arena, &entries, &n, &err);
        em_status status = em_case_verify(c, 1, said, &told, NULL, &counts, &err);
        em_assert(status != EM_DIFF || told > 0);
        em_arena_free(arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
        em_case *c;
        em_error err = { 0 };
        char dir[96];
        snprintf(dir, sizeof dir, "%s/case", folder);
        for (int mode = EM_CASE_READ; mode <= EM_CASE_WRITE; mode++) {
                write_db(data, size);
                if (em_case_open(em_str_c(dir), (em_case_mode)mode, &c, &err) == EM_OK) {
                        use(c);
                        em_case_close(c);
                } else {
                        em_assert(err.code != EM_OK && err.text[0] != '\0');
                }
        }
        return 0;
}
