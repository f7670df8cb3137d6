/* An index of ships whose list or one day is any bytes is refused or opens; what is opened gives hulls and is verified without leaving its files.
 *
 * The first byte says which file the rest is; a day's head and a list get right checksums, so that what lies behind them is reached.
 */
#include "ships/ships_inside.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int remove_one(const char *path, const struct stat *st, int flag, struct FTW *ftw)
{
        (void)st, (void)flag, (void)ftw;
        return remove(path);
}

static void put(const char *dir, const char *name, const void *p, size_t n)
{
        char  path[128];
        snprintf(path, sizeof path, "%s/%s", dir, name);
        FILE *f = fopen(path, "wb");
        if (!f || fwrite(p, 1, n, f) != n || fclose(f) != 0)
                abort();
}

static em_status each(void *ctx, const em_hull *hull, em_error *err)
{
        uint64_t *sum = ctx;
        (void)err;
        em_assert(hull->fixes > 0);
        for (size_t i = 0; i < hull->fixes; i++)
                *sum += (uint64_t)hull->fix[i].time_s + hull->fix[i].file;
        for (size_t i = 0; i < hull->reports; i++)
                *sum += strlen(hull->report[i].name) + strlen(hull->report[i].call_sign) + strlen(hull->report[i].destination);
        return EM_OK;
}

static void hear(void *ctx, const char *sentence)
{
        uint64_t *sum = ctx;
        *sum += strlen(sentence);
}

static void ask(const char *dir)
{
        em_ships *ships = NULL;
        uint64_t  sum = 0;
        em_error  err = {0};
        if (em_ships_open(em_str_c(dir), &ships, &err) != EM_OK)
                return;
        (void)em_ships_hulls(ships, NULL, each, &sum, &err);
        (void)em_ships_verify(ships, 8, hear, &sum, NULL, &err);
        em_ships_close(ships);
        em_assert(sum != 0x0123456789abcdef);
}

/* A list that names the day whose head this is, and a source. */
static void list_day(const char *dir, uint8_t *day, size_t n)
{
        char      text[1024], hex[65];
        em_sha256 sum = em_sha256_of((em_str){(const char *)day, EM_DAY_HEAD - 8});
        em_buf    buf = em_buf_make(1 << 16);
        uint64_t  at = em_sh_le(day + 80 + 24 * EM_DAY_FILES, 8);
        em_sha256 source = {{0}};
        memcpy(day + EM_DAY_HEAD - 8, sum.b, 8);
        if (at < n && n - at >= 32)
                memcpy(source.b, day + at, 32);
        snprintf(text, sizeof text, "embargo ships 1\nfile %s nmea 1 1 1 0 0 0 0 /nowhere\nday 2021-07-01 2021-07-01-00 %zu\n",
                 em_sha256_hex(source, hex), n);
        em_buf_c(&buf, text);
        em_buf_fmt(&buf, "sum %s\n", em_sha256_hex(em_sha256_of(em_str_c(text)), hex));
        put(dir, "ships", buf.p, buf.n);
        put(dir, "days/2021-07-01-00", day, n);
        em_buf_free(&buf);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
        char     dir[64], path[80];
        uint8_t *copy = malloc(size + 128);
        snprintf(dir, sizeof dir, "%s/embargo-fuzz-ships-XXXXXX", access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp");
        if (!copy || !mkdtemp(dir))
                abort();
        snprintf(path, sizeof path, "%s/days", dir);
        em_assert(em_dir_make(em_str_c(path), NULL) == EM_OK);
        size_t n = size ? size - 1 : 0;
        if (n)
                memcpy(copy, data + 1, n);
        if (size && data[0] == 'L') {
                char hex[65];
                em_sha256_hex(em_sha256_of((em_str){(const char *)copy, n}), hex);
                memcpy(copy + n, "sum ", 4);
                memcpy(copy + n + 4, hex, 64);
                copy[n + 68] = '\n';
                put(dir, "ships", copy, n + 69);
                ask(dir);
        } else if (n >= EM_DAY_HEAD) {
                list_day(dir, copy, n);
                ask(dir);
        }
        nftw(dir, remove_one, 8, FTW_DEPTH | FTW_PHYS);
        free(copy);
        return 0;
}
