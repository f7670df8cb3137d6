/* Where the program's data stands: regimes and examples.
 *
 * Looked for in this order: EMBARGO_DATA; the folder above the program's own
 * (a build tree), share/embargo beside its bin (a moved installation), and the
 * folder it was installed to.  Nothing is searched upwards from the current
 * folder: evidence that is being worked on must not become the program's data.
 */
#include "cli/cli.h"

#include <stdlib.h>
#include <unistd.h>

#ifndef EMBARGO_DATADIR
#define EMBARGO_DATADIR "/usr/local/share/embargo"
#endif

enum { PLACES = EM_DATA_FOLDERS / EM_DATA_KINDS };

static em_status program_folder(em_arena *arena, em_str *ret_dir, em_error *err)
{
        char    path[4096];
        ssize_t n = readlink("/proc/self/exe", path, sizeof path);
        if (n <= 0 || (size_t)n == sizeof path) {
                *ret_dir = EM_S("");
                return EM_OK;
        }
        return em_str_copy(em_path_dir((em_str){path, (size_t)n}), arena, ret_dir, err);
}

static em_status places(em_arena *arena, em_str place[PLACES], em_error *err)
{
        em_str      dir = {0};
        const char *named = getenv("EMBARGO_DATA");
        EM_TRY(program_folder(arena, &dir, err));
        place[0] = named ? em_str_c(named) : EM_S("");
        place[1] = dir.n ? em_path_dir(dir) : EM_S("");
        place[2] = EM_S("");
        if (dir.n)
                EM_TRY(em_path_join(place[1], EM_S("share/embargo"), arena, &place[2], err));
        place[3] = EM_S(EMBARGO_DATADIR);
        return EM_OK;
}

static bool holds(em_str dir, const char *mark, em_arena *arena)
{
        em_str path = {0};
        return em_path_is_dir(dir) && em_path_join(dir, em_str_c(mark), arena, &path, NULL) == EM_OK &&
               em_path_exists(path);
}

em_status em_data_find(const char *kind, em_str name, const char *mark, em_arena *arena,
                       em_str *ret_path, em_error *err)
{
        em_str place[PLACES], path = {0}, below = {0};
        char   shown[128];
        em_str_show(name, shown, sizeof shown);
        if (em_str_find(name, EM_S("/")) >= 0 || em_str_eq(name, EM_S(".")) ||
            em_str_eq(name, EM_S(".."))) {
                if (!holds(name, mark, arena))
                        return em_fail_at(err, EM_MISSING, name, 0, 0, "no folder with %s is here", mark);
                *ret_path = name;
                return EM_OK;
        }
        EM_TRY(places(arena, place, err));
        for (size_t i = 0; i < PLACES; i++) {
                if (!place[i].n)
                        continue;
                EM_TRY(em_path_join(place[i], em_str_c(kind), arena, &below, err));
                EM_TRY(em_path_join(below, name, arena, &path, err));
                if (holds(path, mark, arena)) {
                        *ret_path = path;
                        return EM_OK;
                }
        }
        return em_fail(err, EM_MISSING,
                       "%s/%s is not among the program's data; EMBARGO_DATA can name the "
                       "folder that holds %s/",
                       kind, shown, kind);
}

em_status em_data_folders(em_arena *arena, em_str ret_folder[EM_DATA_FOLDERS], size_t *ret_count, em_error *err)
{
        static const char *const kinds[EM_DATA_KINDS] = {"regimes", "examples", "assets", "data"};
        em_str place[PLACES];
        size_t n = 0;
        EM_TRY(places(arena, place, err));
        for (size_t i = 0; i < PLACES; i++)
                for (size_t k = 0; place[i].n && k < EM_DATA_KINDS; k++)
                        EM_TRY(em_path_join(place[i], em_str_c(kinds[k]), arena, &ret_folder[n++], err));
        *ret_count = n;
        return EM_OK;
}

em_status em_data_names(const char *kind, em_arena *arena, em_str **ret_names, size_t *ret_count,
                        em_error *err)
{
        em_str place[PLACES], below = {0};
        EM_TRY(places(arena, place, err));
        for (size_t i = 0; i < PLACES; i++) {
                if (!place[i].n)
                        continue;
                EM_TRY(em_path_join(place[i], em_str_c(kind), arena, &below, err));
                if (em_path_is_dir(below))
                        return em_dir_list(below, arena, ret_names, ret_count, err);
        }
        *ret_names = NULL;
        *ret_count = 0;
        return EM_OK;
}
