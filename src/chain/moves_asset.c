/* What is known of contracts: first the list of true assets, then what the files claim.  An asset is its
 * contract; a symbol is text that anybody can choose, kept to be shown.
 */
#include "chain/moves_inside.h"

#include "embargo/csv.h"

#include <stdlib.h>

#define CLAIMS_MOST ((size_t)1 << 22)   /* contracts that the files may name; later symbols are not kept */

static size_t slot_of(const em_mv_asset *slot, size_t slots, const uint8_t contract[20])
{
        uint64_t a, b;
        memcpy(&a, contract, 8);
        memcpy(&b, contract + 12, 8);
        uint64_t h = (a ^ b * UINT64_C(0x9E3779B97F4A7C15)) * UINT64_C(0xff51afd7ed558ccd);
        size_t   at = (size_t)(h ^ h >> 32) & (slots - 1);
        while (slot[at].used && memcmp(slot[at].contract, contract, 20) != 0)
                at = (at + 1) & (slots - 1);
        return at;
}

static em_status grow(em_mv_assets *a, em_error *err)
{
        size_t       slots = a->slots ? 2 * a->slots : 256;
        em_mv_asset *more = calloc(slots, sizeof *more);
        if (!more)
                return em_fail(err, EM_NOMEM, "no memory for the names of assets");
        for (size_t i = 0; i < a->slots; i++)
                if (a->slot[i].used)
                        more[slot_of(more, slots, a->slot[i].contract)] = a->slot[i];
        free(a->slot);
        a->slot = more;
        a->slots = slots;
        return EM_OK;
}

const em_mv_asset *em_mv_assets_find(const em_mv_assets *a, const uint8_t contract[20])
{
        if (a->slots == 0)
                return NULL;
        const em_mv_asset *hit = &a->slot[slot_of(a->slot, a->slots, contract)];
        return hit->used ? hit : NULL;
}

static em_status entry(em_mv_assets *a, const uint8_t contract[20], em_mv_asset **ret, em_error *err)
{
        if (2 * a->count >= a->slots)
                EM_TRY(grow(a, err));
        em_mv_asset *at = &a->slot[slot_of(a->slot, a->slots, contract)];
        if (!at->used) {
                memcpy(at->contract, contract, 20);
                at->used = 1;
                at->decimals = 255;
                a->count++;
        }
        *ret = at;
        return EM_OK;
}

em_status em_mv_assets_claim(em_mv_assets *a, const em_eth_fact *fact, em_error *err)
{
        em_mv_asset *at = NULL;
        if (a->count >= CLAIMS_MOST && !em_mv_assets_find(a, fact->contract))
                return EM_OK;
        EM_TRY(entry(a, fact->contract, &at, err));
        if (at->known)
                return EM_OK;
        if (at->decimals == 255)
                at->decimals = fact->decimals;
        if (!at->symbol[0])
                memcpy(at->symbol, fact->symbol, sizeof at->symbol);
        return EM_OK;
}

/* contract,symbol,decimals,source: ours to keep right, so that a bad line is an error. */
em_status em_mv_assets_list(em_mv_assets *a, em_str csv, em_error *err)
{
        em_csv     rows = em_csv_make(csv, NULL);
        em_csv_row row;
        em_arena  *arena = em_arena_new((size_t)4 << 20);
        em_status  status = arena ? EM_OK : em_fail(err, EM_NOMEM, "no memory for the list of assets");
        while (status == EM_OK && em_csv_next(&rows, arena, &row)) {
                uint8_t      contract[20];
                int64_t      decimals = 0;
                em_mv_asset *at = NULL;
                if (row.row == 1)
                        continue;
                bool good = !row.bad && row.count >= 3 && row.field[1].n && row.field[1].n < EM_ETH_SYMBOL &&
                            (em_eth_address(row.field[0], contract) || em_tron_address(row.field[0], contract)) &&
                            em_str_int(row.field[2], &decimals) && decimals >= 0 && decimals <= 77;
                if (!good)
                        status = em_fail_at(err, EM_FORMAT, EM_S("the list of assets"), row.line, 0,
                                            "not a contract, its symbol and its decimals (0 to 77)");
                else
                        status = entry(a, contract, &at, err);
                if (status == EM_OK) {
                        at->known = 1;
                        at->decimals = (uint8_t)decimals;
                        memset(at->symbol, 0, sizeof at->symbol);
                        memcpy(at->symbol, row.field[1].p, row.field[1].n);
                }
        }
        em_arena_free(arena);
        return status;
}
