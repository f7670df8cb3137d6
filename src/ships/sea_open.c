/* The sea: its files, read once, asked by any number of threads. */
#include "ships/sea_rooms.h"

#include <stdlib.h>

enum { MOST_FILE = 256 << 20 };
static const size_t MOST_SEA = (size_t)4 << 30;

struct em_sea { em_arena *arena; em_coast *coast; em_harbours *harbours; };

em_sea *em_sea_close(em_sea *sea)
{
        if (sea)
                em_arena_free(sea->arena);
        free(sea);
        return NULL;
}

em_status em_sea_parse(const em_sea_texts *texts, em_sea **ret_sea, em_error *err)
{
        em_sea *sea = calloc(1, sizeof *sea);
        if (!sea || !(sea->arena = em_arena_new(MOST_SEA))) {
                em_sea_close(sea);
                return em_fail(err, EM_NOMEM, "out of memory for the sea");
        }
        em_status status = em_coast_read(texts->coast, sea->arena, &sea->coast, err);
        if (status == EM_OK)
                status = em_harbours_read(texts, sea->arena, &sea->harbours, err);
        if (status != EM_OK) {
                em_sea_close(sea);
                return status;
        }
        *ret_sea = sea;
        return EM_OK;
}

static em_status read_file(em_str dir, em_str name, bool needed, em_arena *arena, em_str *ret_text, em_error *err)
{
        em_str path = {0};
        if (!dir.n)
                return EM_OK;
        EM_TRY(em_path_join(dir, name, arena, &path, err));
        if (!needed && !em_path_exists(path))
                return EM_OK;
        return em_file_read(path, MOST_FILE, arena, ret_text, err);
}

static em_status read_files(em_str data_dir, em_str regime_dir, em_arena *arena, em_sea **ret_sea, em_error *err)
{
        em_sea_texts t = {0};
        EM_TRY(read_file(data_dir, EM_S("data/sea/coast.txt"), true, arena, &t.coast, err));
        EM_TRY(read_file(data_dir, EM_S("data/sea/ports.csv"), true, arena, &t.ports, err));
        EM_TRY(read_file(regime_dir, EM_S("ports.csv"), false, arena, &t.regime_ports, err));
        EM_TRY(read_file(regime_dir, EM_S("areas.csv"), false, arena, &t.areas, err));
        return em_sea_parse(&t, ret_sea, err);
}

em_status em_sea_open(em_str data_dir, em_str regime_dir, em_sea **ret_sea, em_error *err)
{
        em_arena *arena = em_arena_new((size_t)1 << 30);
        if (!arena)
                return em_fail(err, EM_NOMEM, "out of memory for the sea");
        em_status status = read_files(data_dir, regime_dir, arena, ret_sea, err);
        em_arena_free(arena);
        return status;
}

bool em_sea_on_land(const em_sea *sea, int32_t lon, int32_t lat)
{
        return em_coast_on_land(sea->coast, lon, lat);
}

double em_sea_coast_m(const em_sea *sea, int32_t lon, int32_t lat, double most_m)
{
        return em_coast_m(sea->coast, lon, lat, most_m);
}

bool em_sea_ring(const em_sea *sea, size_t i, em_ring *ret_ring)
{
        return em_coast_ring(sea->coast, i, ret_ring);
}

size_t em_sea_ports(const em_sea *sea, const em_port **ret_ports)
{
        return em_harbours_all(sea->harbours, ret_ports);
}

ptrdiff_t em_sea_port_near(const em_sea *sea, int32_t lon, int32_t lat, double most_m, double *ret_m)
{
        return em_harbours_near(sea->harbours, lon, lat, most_m, ret_m);
}

double em_sea_port_m(const em_sea *sea, size_t i, int32_t lon, int32_t lat)
{
        return em_harbours_m(sea->harbours, i, lon, lat);
}
