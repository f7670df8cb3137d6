/* The head of an index: counts, the chain's tip, and one row for each section
 * with its length and checksum.  Everything that can be computed from the
 * counts is checked against them, so that a head and its files fit together
 * before any column is read.
 */
#include "chain/index_inside.h"

#include <stdio.h>

#define HEAD_MAGIC "EMCHAIN2"

typedef enum unit { FILES, BLOCKS, TXS, TX_GROUPS, INS, OUTS, BIGS, PAYEES, PROGRAMS, TX_BUCKETS, PAYEE_BUCKETS } unit;

/* name, bytes an element, elements, how many more, bytes of padding for readers of eight bytes */
static const struct section {
        const char *name;
        uint8_t width;
        unit of;
        uint8_t more, pad;
} sections[IX_SECTIONS] = {
        [IX_FILES]          = { "files",          1,  FILES,         0, 0 },
        [IX_BLOCK_HASH]     = { "block_hash",     32, BLOCKS,        0, 0 },
        [IX_BLOCK_TIME]     = { "block_time",     4,  BLOCKS,        0, 0 },
        [IX_BLOCK_PLACE]    = { "block_place",    16, BLOCKS,        0, 0 },
        [IX_BLOCK_FIRST_TX] = { "block_first_tx", 5,  BLOCKS,        1, 0 },
        [IX_TX_ID]          = { "tx_id",          32, TXS,           0, 0 },
        [IX_TX_PLACE]       = { "tx_place",       4,  TXS,           0, 0 },
        [IX_TX_FIRST]       = { "tx_first",       6,  TX_GROUPS,     1, 1 },
        [IX_IN_OUT]         = { "in_out",         5,  INS,           0, 3 },
        [IX_OUT_VALUE]      = { "out_value",      5,  OUTS,          0, 3 },
        [IX_BIG_VALUE]      = { "big_value",      13, BIGS,          0, 0 },
        [IX_OUT_IN]         = { "out_in",         5,  OUTS,          0, 3 },
        [IX_OUT_PAYEE]      = { "out_payee",      4,  OUTS,          0, 0 },
        [IX_PAYEE]          = { "payee",          21, PAYEES,        0, 0 },
        [IX_PROGRAM]        = { "program",        36, PROGRAMS,      0, 0 },
        [IX_PAYEE_FIRST]    = { "payee_first",    5,  PAYEES,        1, 0 },
        [IX_PAYEE_OUT]      = { "payee_out",      5,  OUTS,          0, 0 },
        [IX_TX_FIND]        = { "tx_find",        8,  TXS,           0, 0 },
        [IX_TX_BUCKET]      = { "tx_bucket",      5,  TX_BUCKETS,    1, 0 },
        [IX_PAYEE_FIND]     = { "payee_find",     8,  PAYEES,        0, 0 },
        [IX_PAYEE_BUCKET]   = { "payee_bucket",   5,  PAYEE_BUCKETS, 1, 0 },
};

const char *em_ix_name(em_ix_section section)
{
        return sections[section].name;
}

uint64_t em_ix_count(const em_ix_head *head, em_ix_section section)
{
        uint64_t count = 0;
        switch (sections[section].of) {
        case FILES:         count = head->files; break;
        case BLOCKS:        count = head->blocks; break;
        case TXS:
        case TX_GROUPS:     count = head->txs; break;
        case INS:           count = head->ins; break;
        case OUTS:          count = head->outs; break;
        case BIGS:          count = head->bigs; break;
        case PAYEES:        count = head->payees; break;
        case PROGRAMS:      count = head->programs; break;
        case TX_BUCKETS:    count = UINT64_C(1) << head->tx_bits; break;
        case PAYEE_BUCKETS: count = UINT64_C(1) << head->payee_bits; break;
        }
        return count + sections[section].more;
}

bool em_ix_length(const em_ix_head *head, em_ix_section section, uint64_t *ret_length)
{
        uint64_t count = em_ix_count(head, section);
        *ret_length = sections[section].of == TX_GROUPS ? em_ix_first_bytes(count) : count * sections[section].width;
        *ret_length += sections[section].pad;
        return sections[section].of != FILES;
}

void em_ix_head_pack(const em_ix_head *head, uint8_t out[EM_IX_HEAD_BYTES])
{
        memset(out, 0, EM_IX_HEAD_BYTES);
        memcpy(out, HEAD_MAGIC, 8);
        em_ix_put(out + 8, EM_IX_VERSION, 4);
        em_ix_put(out + 12, IX_SECTIONS, 4);
        const uint64_t words[] = {
                head->blocks, head->txs, head->ins, head->outs, head->payees, head->bigs, head->programs,
                head->coinbases, head->unknown, head->twice,
                head->files, head->bytes, head->orphans, head->cut, head->skipped, head->duplicates, head->bad,
                (uint64_t)head->first_height,
        };
        for (size_t i = 0; i < sizeof words / sizeof *words; i++)
                em_ix_put(out + 16 + 8 * i, words[i], 8);
        em_ix_put(out + 160, head->tx_bits, 4);
        em_ix_put(out + 164, head->payee_bits, 4);
        em_ix_put(out + 168, head->merkle, 4);
        memcpy(out + 176, head->net, sizeof head->net);
        memcpy(out + 200, head->tip.b, 32);
        memcpy(out + 232, head->scan.b, 32);
        for (size_t s = 0; s < IX_SECTIONS; s++) {
                uint8_t *row = out + 264 + 32 * s;
                memcpy(row, sections[s].name, strlen(sections[s].name));
                em_ix_put(row + 16, head->section[s].length, 8);
                memcpy(row + 24, head->section[s].sum, 8);
        }
        em_sha256 sum = em_sha256_of((em_str){ (const char *)out, EM_IX_HEAD_BYTES - 8 });
        memcpy(out + EM_IX_HEAD_BYTES - 8, sum.b, 8);
}

static em_status check_counts(const em_ix_head *h, em_error *err)
{
        const uint64_t most = EM_ID_NONE;
        bool counts = h->blocks < UINT32_MAX && h->txs < most && h->ins < most && h->outs < most &&
                      h->payees <= UINT32_MAX && h->payees <= h->outs && h->blocks <= h->txs &&
                      h->bigs <= h->outs && h->programs <= h->payees && h->files < UINT32_MAX;
        if (!counts || h->tx_bits > 32 || h->payee_bits > 32 || h->merkle > 1)
                return em_fail(err, EM_FORMAT, "the index's counts cannot be");
        if (h->first_height < -1 || h->first_height > UINT32_MAX || memchr(h->net, 0, sizeof h->net) == NULL)
                return em_fail(err, EM_FORMAT, "the index's height or network cannot be");
        return EM_OK;
}

em_status em_ix_head_fits(const em_ix_head *h, em_error *err)
{
        for (em_ix_section s = 0; s < IX_SECTIONS; s++) {
                uint64_t length;
                if (em_ix_length(h, s, &length) && length != h->section[s].length)
                        return em_fail(err, EM_FORMAT, "the index's section %s has not the length of its count",
                                       sections[s].name);
        }
        return EM_OK;
}

em_status em_ix_head_unpack(em_str bytes, em_ix_head *ret_head, em_error *err)
{
        const uint8_t *p = (const uint8_t *)bytes.p;
        if (bytes.n < 16 || memcmp(p, HEAD_MAGIC, 7) != 0)
                return em_fail(err, EM_FORMAT, "not a chain index");
        if (p[7] != HEAD_MAGIC[7] || em_le(p + 8, 4) != EM_IX_VERSION)
                return em_fail(err, EM_FORMAT, "a chain index of another version of the format; build it anew");
        if (bytes.n != EM_IX_HEAD_BYTES || em_le(p + 12, 4) != IX_SECTIONS)
                return em_fail(err, EM_FORMAT, "the chain index's head is cut off");
        em_sha256 sum = em_sha256_of((em_str){ bytes.p, EM_IX_HEAD_BYTES - 8 });
        if (memcmp(p + EM_IX_HEAD_BYTES - 8, sum.b, 8) != 0)
                return em_fail(err, EM_FORMAT, "the chain index's head does not match its checksum");
        em_ix_head h = { 0 };
        uint64_t *const words[] = {
                &h.blocks, &h.txs, &h.ins, &h.outs, &h.payees, &h.bigs, &h.programs,
                &h.coinbases, &h.unknown, &h.twice,
                &h.files, &h.bytes, &h.orphans, &h.cut, &h.skipped, &h.duplicates, &h.bad,
        };
        size_t count = sizeof words / sizeof *words;
        for (size_t i = 0; i < count; i++)
                *words[i] = em_le(p + 16 + 8 * i, 8);
        h.first_height = (int64_t)em_le(p + 16 + 8 * count, 8);
        h.tx_bits = (uint32_t)em_le(p + 160, 4);
        h.payee_bits = (uint32_t)em_le(p + 164, 4);
        h.merkle = (uint32_t)em_le(p + 168, 4);
        memcpy(h.net, p + 176, sizeof h.net);
        memcpy(h.tip.b, p + 200, 32);
        memcpy(h.scan.b, p + 232, 32);
        for (size_t s = 0; s < IX_SECTIONS; s++) {
                h.section[s].length = em_le(p + 264 + 32 * s + 16, 8);
                memcpy(h.section[s].sum, p + 264 + 32 * s + 24, 8);
        }
        EM_TRY(check_counts(&h, err));
        *ret_head = h;
        return EM_OK;
}

em_chain_built em_ix_counts(const em_ix_head *h)
{
        return (em_chain_built){
                .files = h->files, .bytes = h->bytes, .blocks = h->blocks, .orphans = h->orphans, .cut = h->cut,
                .skipped_bytes = h->skipped, .duplicates = h->duplicates, .damaged = h->bad, .txs = h->txs,
                .ins = h->ins, .outs = h->outs, .payees = h->payees, .coinbases = h->coinbases,
                .unknown_prevouts = h->unknown, .double_spends = h->twice,
                .height = h->first_height < 0 ? -1 : h->first_height + (int64_t)h->blocks - 1,
        };
}
