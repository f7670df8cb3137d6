/* case/maps.c -- the maps that come with a regime: maps/NAME.map, by name. */
#include "case/store.h"

static em_status load_one(em_str dir, em_str file, em_arena *arena, em_map **ret_map, em_error *err)
{
        em_str path, text, name = em_str_sub(file, 0, file.n - EM_S(".map").n);
        EM_TRY(em_path_join(dir, file, arena, &path, err));
        EM_TRY(em_file_read(path, EM_MAP_MAX_BYTES, arena, &text, err));
        em_status status = em_map_parse(name, text, arena, ret_map, err);
        if (status != EM_OK && err != NULL && err->file[0] != '\0')
                em_str_show(path, err->file, sizeof err->file);
        return status;
}

em_status em_maps_load(em_str regime_dir, em_arena *arena, em_map ***ret_maps, size_t *ret_count, em_error *err)
{
        em_str  dir, *names;
        size_t  count, kept = 0;
        EM_TRY(em_path_join(regime_dir, EM_S("maps"), arena, &dir, err));
        EM_TRY(em_dir_list(dir, arena, &names, &count, err));
        em_map **maps = EM_NEW_N(arena, em_map *, count);
        if (maps == NULL)
                return em_fail(err, EM_NOMEM, "no memory for the maps");
        for (size_t i = 0; i < count; i++) {
                if (names[i].n <= EM_S(".map").n || !em_str_ends(names[i], EM_S(".map")))
                        continue;
                EM_TRY(load_one(dir, names[i], arena, &maps[kept], err));
                kept++;
        }
        *ret_maps = maps;
        *ret_count = kept;
        return EM_OK;
}
