/* What can be told of a case at a glance: everything that costs no reading of evidence.  embargo verify reads it all;
 * this is for whoever asks each day whether the house still stands.
 *
 * The kernel is asked for its walls without putting one up: Landlock has a call for its version (kernel
 * documentation, userspace-api/landlock), and seccomp refuses a filter at address 0 with EFAULT where it
 * knows filters, with EINVAL where not (seccomp(2)).
 */
#include "case/proof.h"

#include <errno.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { SAID_MOST = 1 << 20, LANDLOCK_VERSION = 1 };

static em_status look_at_ledger(em_case *c, em_arena *arena, em_glance *g, em_error *err)
{
        em_said said = {.text = em_buf_make(SAID_MOST)};
        em_status s = em_prove_ledger(c->db, &said, &g->entries, err);
        g->breaks = said.count;
        if (s == EM_OK && said.count)
                s = em_str_copy(em_str_cut(em_buf_view(&said.text), '\n').head, arena, &g->first_break, err);
        em_buf_free(&said.text);
        return s;
}

static bool file_size(em_str path, uint64_t *ret_bytes)
{
        struct stat st;
        if (lstat(path.p, &st) != 0 || !S_ISREG(st.st_mode))
                return false;
        *ret_bytes = (uint64_t)st.st_size;
        return true;
}

static em_status look_at_sources(em_case *c, em_arena *arena, em_glance *g, em_error *err)
{
        em_source *source = NULL;
        size_t     count = 0;
        EM_TRY(em_case_sources(c, arena, &source, &count, err));
        g->sources = count;
        for (size_t i = 0; i < count; i++) {
                em_str   path;
                uint64_t bytes = 0;
                EM_TRY(em_store_path(c, source[i].sha256, arena, &path, err));
                bool here = file_size(path, &bytes);
                g->missing += !here;
                g->resized += here && bytes != source[i].bytes;
                if ((!here || bytes != source[i].bytes) && !g->first_gone.n)
                        g->first_gone = source[i].name;
        }
        return EM_OK;
}

/* All files below sources/, less those that are sources. */
static em_status count_stray(em_case *c, em_arena *arena, em_glance *g, em_error *err)
{
        em_str  dir, *shelf = NULL, *file = NULL;
        size_t  shelves = 0, files = 0;
        uint64_t all = 0;
        EM_TRY(em_path_join(em_case_dir(c), EM_S("sources"), arena, &dir, err));
        if (em_path_is_dir(dir))
                EM_TRY(em_dir_list(dir, arena, &shelf, &shelves, err));
        for (size_t i = 0; i < shelves; i++) {
                em_str path;
                EM_TRY(em_path_join(dir, shelf[i], arena, &path, err));
                files = 1;
                if (em_path_is_dir(path))
                        EM_TRY(em_dir_list(path, arena, &file, &files, err));
                all += files;
        }
        uint64_t owned = g->sources - g->missing;
        g->stray = all > owned ? all - owned : 0;
        return EM_OK;
}

em_status em_case_glance(em_case *c, em_arena *arena, em_glance *ret_glance, em_error *err)
{
        em_glance g = {0};
        uint64_t  bytes = 0;
        EM_TRY(look_at_ledger(c, arena, &g, err));
        EM_TRY(look_at_sources(c, arena, &g, err));
        EM_TRY(count_stray(c, arena, &g, err));
        g.checked = file_size(c->db_path, &bytes) && bytes < EM_QUICK_CHECK_MAX;
        *ret_glance = g;
        return EM_OK;
}

em_walls em_walls_offered(void)
{
        long version = syscall(__NR_landlock_create_ruleset, NULL, (size_t)0, LANDLOCK_VERSION);
        bool filters = prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, NULL, 0, 0) != 0 && errno == EFAULT;
        return (em_walls){.landlock = version > 0 ? (int)version : 0, .seccomp = filters};
}
