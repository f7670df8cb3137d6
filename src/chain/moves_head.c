/* The head of an account chain's index: what it counts, where its sections lie. */
#include "chain/index_inside.h"
#include "chain/moves_inside.h"

#include <stdio.h>

#define MAGIC    "EMMOVES1"
#define VERSION  1
#define COUNTS   16             /* offsets in the head; doc/format-moves.md */
#define NAMES    (COUNTS + 20 * 8)
#define SECTIONS 208
#define SECTION  40
#define SUM      (EM_MV_HEAD_BYTES - 8)
#define MOST     ((uint64_t)1 << 44)    /* of anything counted */

static const struct { const char *name; size_t width; } sections[MV_SECTIONS] = {
        [MV_MOVE] = {"move", sizeof(em_move)}, [MV_TX] = {"tx", sizeof(em_move_tx)},
        [MV_BLOCK] = {"block", sizeof(em_move_block)}, [MV_ASSET] = {"asset", sizeof(em_move_asset)},
        [MV_ACCOUNT] = {"account", sizeof(em_account)}, [MV_WIDE] = {"wide", sizeof(em_u256)},
        [MV_OF_FIRST] = {"of_first", 8}, [MV_OF] = {"of", 8}, [MV_ACCOUNT_FIND] = {"account_find", 4},
        [MV_TX_FIND] = {"tx_find", 4}, [MV_PLACE] = {"place", sizeof(em_mv_place)}, [MV_FILES] = {"files", 1},
        [MV_REJECTS] = {"rejects", 1},
};

_Static_assert(sizeof(em_move) == 40 && sizeof(em_move_tx) == 64 && sizeof(em_move_block) == 16 &&
               sizeof(em_move_asset) == 64 && sizeof(em_account) == 20 && sizeof(em_mv_place) == 24,
               "the columns are arrays of these");

const char *em_mv_name(em_mv_section section)
{
        return sections[section].name;
}

size_t em_mv_width(em_mv_section section)
{
        return sections[section].width;
}

uint64_t em_mv_count(const em_mv_head *h, em_mv_section section)
{
        switch (section) {
        case MV_MOVE: case MV_PLACE: return h->built.moves;
        case MV_TX: return h->built.txs + 1;
        case MV_BLOCK: return h->built.blocks + 1;
        case MV_ASSET: return h->built.assets;
        case MV_ACCOUNT: case MV_ACCOUNT_FIND: return h->built.accounts;
        case MV_OF_FIRST: return h->built.accounts + 1;
        case MV_WIDE: return h->wides;
        default: return UINT64_MAX;
        }
}

/* The counts in the order of the head. */
static void counts_of(em_mv_head *h, uint64_t *out[20])
{
        em_moves_built *b = &h->built;
        uint64_t *const list[] = {
                &b->files, &b->bytes, &b->rows, &b->rejected, &b->duplicates, &b->moves, &b->txs, &b->blocks,
                &b->accounts, &b->assets, &b->failed, &b->fees_unknown, &b->nfts, &b->other, &h->wides,
                &b->decoys[0], &b->decoys[1], &b->decoys[2], &b->decoys[3], &b->decoys[4],
        };
        _Static_assert(sizeof list / sizeof *list == 20 && EM_DECOYS == 5, "twenty counts");
        memcpy(out, list, sizeof list);
}

void em_mv_sum(em_hasher *hasher, em_str bytes, uint8_t ret[8])
{
        if (bytes.n)
                em_hasher_add(hasher, bytes.p, bytes.n);
        memcpy(ret, em_hasher_done(hasher).b, 8);
}

void em_mv_head_pack(const em_mv_head *head, uint8_t out[EM_MV_HEAD_BYTES])
{
        em_mv_head copy = *head;
        uint64_t  *count[20];
        counts_of(&copy, count);
        memset(out, 0, EM_MV_HEAD_BYTES);
        memcpy(out, MAGIC, 8);
        em_ix_put(out + 8, VERSION, 4);
        em_ix_put(out + 12, MV_SECTIONS, 4);
        for (size_t i = 0; i < 20; i++)
                em_ix_put(out + COUNTS + 8 * i, *count[i], 8);
        memcpy(out + NAMES, head->network, 16);
        memcpy(out + NAMES + 16, head->coin, 8);
        em_ix_put(out + NAMES + 24, head->coin_decimals, 4);
        for (size_t i = 0; i < MV_SECTIONS; i++) {
                uint8_t *p = out + SECTIONS + SECTION * i;
                memcpy(p, sections[i].name, strlen(sections[i].name));
                em_ix_put(p + 16, head->section[i].offset, 8);
                em_ix_put(p + 24, head->section[i].length, 8);
                memcpy(p + 32, head->section[i].sum, 8);
        }
        em_sha256 sum = em_sha256_of((em_str){ (const char *)out, SUM });
        memcpy(out + SUM, sum.b, 8);
}

static em_status check_section(const em_mv_head *h, em_mv_section s, const uint8_t *p, uint64_t *at, uint64_t end,
                               em_error *err)
{
        char     name[16] = { 0 };
        uint64_t offset = h->section[s].offset, length = h->section[s].length, count = em_mv_count(h, s);
        memcpy(name, sections[s].name, strlen(sections[s].name));
        if (memcmp(p, name, 16) != 0)
                return em_fail(err, EM_FORMAT, "the index's head has another section where \"%s\" belongs", sections[s].name);
        if (offset % 64 != 0 || offset < *at || offset > end || length > end - offset)
                return em_fail(err, EM_FORMAT, "the index's section \"%s\" lies outside the file", sections[s].name);
        if (count == UINT64_MAX ? length % sections[s].width != 0 : length != count * sections[s].width)
                return em_fail(err, EM_FORMAT, "the index's section \"%s\" has not the length that the head counts",
                               sections[s].name);
        *at = offset + length;
        return EM_OK;
}

static em_status check_head(const em_mv_head *h, const uint8_t *p, uint64_t end, em_error *err)
{
        uint64_t at = EM_MV_HEAD_BYTES;
        const em_moves_built *b = &h->built;
        if (b->moves > MOST || h->wides > b->moves || b->txs >= UINT32_MAX || b->blocks >= UINT32_MAX ||
            b->accounts == 0 || b->accounts >= UINT32_MAX || b->assets == 0 || b->assets >= UINT32_MAX ||
            b->files >= UINT32_MAX)
                return em_fail(err, EM_FORMAT, "the index's head counts more than can be");
        if (h->network[15] || h->coin[7] || !h->network[0] || h->coin_decimals > 77 ||
            !em_utf8_ok(em_str_c(h->network), NULL) || !em_utf8_ok(em_str_c(h->coin), NULL))
                return em_fail(err, EM_FORMAT, "the index's head names no network");
        for (size_t i = 0; i < MV_SECTIONS; i++)
                EM_TRY(check_section(h, (em_mv_section)i, p + SECTIONS + SECTION * i, &at, end, err));
        return EM_OK;
}

em_status em_mv_head_unpack(em_str file, em_mv_head *ret_head, em_error *err)
{
        const uint8_t *p = (const uint8_t *)file.p;
        em_mv_head     h = { 0 };
        uint64_t      *count[20];
        const uint16_t one = 1;
        uint8_t        low;
        memcpy(&low, &one, 1);
        if (low != 1)
                return em_fail(err, EM_BUG, "indexes are read on little-endian machines only");
        if (file.n < 16 || memcmp(p, MAGIC, 8) != 0)
                return em_fail(err, EM_FORMAT, "not an index of an account chain");
        if (p[8] != VERSION || p[9] || p[10] || p[11])
                return em_fail(err, EM_FORMAT, "an index of another version of the format; build it anew");
        if (file.n < EM_MV_HEAD_BYTES || p[12] != MV_SECTIONS || p[13] || p[14] || p[15])
                return em_fail(err, EM_FORMAT, "the index's head is cut off");
        em_sha256 sum = em_sha256_of((em_str){ file.p, SUM });
        if (memcmp(sum.b, p + SUM, 8) != 0)
                return em_fail(err, EM_FORMAT, "the index's head does not match its checksum");
        counts_of(&h, count);
        for (size_t i = 0; i < 20; i++)
                *count[i] = em_ix_u64(p + COUNTS + 8 * i);
        memcpy(h.network, p + NAMES, 16);
        memcpy(h.coin, p + NAMES + 16, 8);
        memcpy(&h.coin_decimals, p + NAMES + 24, 4);
        for (size_t i = 0; i < MV_SECTIONS; i++) {
                const uint8_t *s = p + SECTIONS + SECTION * i;
                h.section[i].offset = em_ix_u64(s + 16);
                h.section[i].length = em_ix_u64(s + 24);
                memcpy(h.section[i].sum, s + 32, 8);
        }
        EM_TRY(check_head(&h, p, file.n, err));
        *ret_head = h;
        return EM_OK;
}
