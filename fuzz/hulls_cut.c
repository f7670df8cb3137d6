/* Any fixes are cut: every one is of a hull that is counted or of none, hulls are numbered by their first fix, and the same again is the same. */
#include "embargo/ships.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
        enum { ROW = 14, MOST = 4096 };
        size_t    n = size / ROW < MOST ? size / ROW : MOST;
        em_arena *arena = em_arena_new((size_t)256 << 20);
        em_fix   *fix = arena ? em_arena_array(arena, n + 1, sizeof *fix) : NULL;
        uint32_t *part = arena ? em_arena_array(arena, 2 * n + 1, sizeof *part) : NULL, parts = 0, again = 0, next = 0;
        int64_t   t = 0;
        if (!fix || !part)
                abort();
        for (size_t i = 0; i < n; i++) {
                const uint8_t *p = data + i * ROW;
                int32_t lon, lat;
                memcpy(&lon, p, 4);
                memcpy(&lat, p + 4, 4);
                t += p[8] < 128 ? p[8] : (p[8] - 128) * 600;
                fix[i] = (em_fix){.time_s = t, .lon = lon % (180 * EM_DEGREE), .lat = lat % (90 * EM_DEGREE), .sog = (uint16_t)(p[9] | p[10] << 8),
                                  .cog = (uint16_t)(p[11] | p[12] << 8), .heading = EM_AIS_HEADING_NONE};
        }
        if (n == 0) {
                em_arena_free(arena);
                return 0;
        }
        em_assert(em_hulls_cut(fix, n, NULL, arena, part, &parts, NULL) == EM_OK);
        em_assert(em_hulls_cut(fix, n, NULL, arena, part + n, &again, NULL) == EM_OK && parts == again);
        em_assert(memcmp(part, part + n, n * sizeof *part) == 0);
        for (size_t i = 0; i < n; i++) {
                em_assert(part[i] == EM_CUT_NOISE || part[i] < parts);
                if (part[i] != EM_CUT_NOISE && part[i] >= next) {
                        em_assert(part[i] == next);
                        next++;
                }
        }
        em_assert(next == parts);
        em_arena_free(arena);
        return 0;
}
