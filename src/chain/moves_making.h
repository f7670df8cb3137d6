/* A build of an account chain's index, between its phases. */
#ifndef EMBARGO_CHAIN_MOVES_MAKING_H
#define EMBARGO_CHAIN_MOVES_MAKING_H

#include "chain/index_inside.h"
#include "chain/moves_inside.h"

typedef struct em_mv_making {
        const em_str *file;
        size_t        files;
        em_str        aside;            /* the folder of what is in the making */
        const em_progress *progress;
        em_arena     *arena;
        uint64_t      memory, bytes;    /* bytes: of all files */
        em_mv_head    head;
        em_mv_assets  assets;
        bool          tron;
        em_sorter    *rows;             /* facts, for the blocks */
        em_sorter    *account, *asset;  /* who is named, and at which reference */
        uint64_t      account_refs, asset_refs;
        em_ix_out     rejects;
        bool          rejecting;        /* the file of rejects is open */
} em_mv_making;

EM_MUST em_status em_mv_path(const em_mv_making *k, const char *name, em_str *ret_path, em_error *err);
EM_MUST em_status em_mv_sorter(const em_mv_making *k, const char *name, size_t width, size_t key, em_sorter **ret,
                               em_error *err);
/* The file of one section, or of something that becomes one. */
EM_MUST em_status em_mv_out(const em_mv_making *k, const char *name, em_ix_out *ret_out, em_error *err);
EM_MUST em_status em_mv_reject(em_mv_making *k, uint32_t file, uint64_t line, const char *reason, em_error *err);

EM_MUST em_status em_mv_make_blocks(em_mv_making *k, em_error *err);    /* moves_columns.c */
EM_MUST em_status em_mv_make_numbers(em_mv_making *k, em_error *err);
EM_MUST em_status em_mv_seal(em_mv_making *k, em_str dir, em_error *err);       /* moves_seal.c */

#endif
