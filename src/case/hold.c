/* Keeping a case readable for a process that may no longer write.
 *
 * Whoever reads a case in WAL mode must be able to make case.db-wal and case.db-shm where they are not there, and both are
 * removed by the last to close the case (sqlite.org/wal.html, section 4).  A hold is one more connection, opened while
 * writing is still allowed: it keeps both files in being, and the shared memory that it has mapped is, within one
 * process, everybody's.  Opened a second time when nothing may be written any more, and the first one
 * closed, what stays open for writing is that shared memory alone, which holds locks and no evidence.
 */
#include "case/store.h"

#include <stdlib.h>

struct em_case_hold { sqlite3 *db; };

em_status em_case_hold_take(em_str dir, em_case_hold **ret_hold, em_error *err)
{
        em_arena     *arena = em_arena_new(1 << 16);
        em_case_hold *hold = calloc(1, sizeof *hold);
        em_case       c = {.arena = arena};
        int64_t       tables;
        em_status s = hold && arena ? EM_OK : em_fail(err, EM_NOMEM, "no memory to hold a case");
        if (s == EM_OK)
                s = em_store_paths(&c, dir, err);
        if (s == EM_OK)
                s = em_store_connect(c.db_path, false, &hold->db, err);
        /* One read takes the lock by which others see that they are not the last. */
        if (s == EM_OK)
                s = em_sql_int(hold->db, "SELECT count(*) FROM sqlite_schema", (em_str){NULL, 0}, 0, &tables, err);
        em_arena_free(arena);
        if (s == EM_OK)
                *ret_hold = hold;
        else
                em_case_hold_close(hold);
        return s;
}

em_case_hold *em_case_hold_close(em_case_hold *hold)
{
        if (hold)
                sqlite3_close(hold->db);
        free(hold);
        return NULL;
}
