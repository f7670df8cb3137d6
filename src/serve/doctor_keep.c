/* What the doctor has found of the house stays as it is until the house changes: looking at a large case takes longer than a page may.
 *
 * One lock is held while somebody looks, so that whoever asks meanwhile gets the same instead of looking himself.
 */
#include "embargo/day.h"
#include "serve/doctor.h"

#include <pthread.h>
#include <stdlib.h>

enum { KEEP_ARENA = 16 << 20 };

struct em_doctor_keep {
        pthread_mutex_t lock;
        em_arena       *arena;          /* of the checks */
        em_checks       checks;
        bool            looked;
        uint64_t        state;
        int64_t         looked_s;
};

em_doctor_keep *em_doctor_keep_new(void)
{
        em_doctor_keep *k = calloc(1, sizeof *k);
        if (k && !(k->arena = em_arena_new(KEEP_ARENA))) {
                free(k);
                return NULL;
        }
        if (k)
                pthread_mutex_init(&k->lock, NULL);
        return k;
}

em_doctor_keep *em_doctor_keep_free(em_doctor_keep *k)
{
        if (k) {
                pthread_mutex_destroy(&k->lock);
                em_arena_free(k->arena);
                free(k);
        }
        return NULL;
}

/* Names of checks and groups are the program's own; the rest is copied. */
static em_status copy_checks(const em_checks *from, em_arena *arena, em_checks *ret, em_error *err)
{
        em_checks to = *from;
        to.at = EM_NEW_N(arena, em_check, from->count + 1);
        if (!to.at)
                return em_fail(err, EM_NOMEM, "out of memory");
        for (size_t i = 0; i < from->count; i++) {
                to.at[i] = from->at[i];
                EM_TRY(em_str_copy(from->at[i].found, arena, &to.at[i].found, err));
                EM_TRY(em_str_copy(from->at[i].next, arena, &to.at[i].next, err));
        }
        *ret = to;
        return EM_OK;
}

/* Under the lock.  What is there stays when looking fails. */
static em_status look_now(em_doctor_keep *k, uint64_t state, em_doctor_look_fn *look, void *ctx, em_arena *arena, em_error *err)
{
        em_checks found;
        int64_t   now_s = em_clock_now();
        EM_TRY(look(ctx, arena, &found, err));
        k->looked = false;
        em_arena_reset(k->arena);
        EM_TRY(copy_checks(&found, k->arena, &k->checks, err));
        k->looked = true;
        k->state = state;
        k->looked_s = now_s;
        return EM_OK;
}

em_status em_doctor_kept(em_doctor_keep *k, uint64_t state, bool anew, em_doctor_look_fn *look, void *ctx, em_arena *arena,
                         em_checks *ret_checks, int64_t *ret_looked_s, em_error *err)
{
        em_status s = EM_OK;
        pthread_mutex_lock(&k->lock);
        if (anew || !k->looked || k->state != state)
                s = look_now(k, state, look, ctx, arena, err);
        if (s == EM_OK)
                s = copy_checks(&k->checks, arena, ret_checks, err);
        if (s == EM_OK)
                *ret_looked_s = k->looked_s;
        pthread_mutex_unlock(&k->lock);
        return s;
}
