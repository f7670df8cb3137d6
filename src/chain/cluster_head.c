/* The head of a cluster index: how it was made, from which chain, and where its sections lie. */
#include "chain/cluster_inside.h"

#define MAGIC "EMCLUST1"

_Static_assert((int)EM_COINJOIN_KINDS <= EM_CL_KINDS, "the head has room for fifteen kinds of CoinJoin");
_Static_assert((int)EM_CHANGE_KINDS <= 24, "a union has room for twenty-four heuristics");

const char *em_cl_name(em_cl_section section)
{
        static const char *const name[CL_SECTIONS] = { "clusters of payees", "first members", "members", "unions",
                                                       "transactions left out" };
        return name[section];
}

uint64_t em_cl_layout(em_cl_head *head)
{
        const em_cluster_made *m = &head->made;
        const uint64_t length[CL_SECTIONS] = { 4 * m->payees, 4 * (m->clusters + 1), 4 * m->payees,
                                               EM_CL_UNION * m->unions, 5 * m->named };
        uint64_t at = EM_CL_PAGE;
        for (int s = 0; s < CL_SECTIONS; s++) {
                head->section[s].at = at;
                head->section[s].length = length[s];
                at += (length[s] + EM_CL_PAGE - 1) / EM_CL_PAGE * EM_CL_PAGE;
        }
        return at;
}

static size_t words_of(em_cluster_made *m, uint64_t *least, uint64_t *list[13 + EM_COINJOIN_KINDS])
{
        uint64_t *const plain[] = { &m->blocks, &m->txs, &m->ins, &m->payees, &m->clusters, &m->largest,
                                    &m->unions, &m->by_change, &m->unknown, &m->stonewalls, &m->changes, least,
                                    &m->named };
        size_t n = sizeof plain / sizeof *plain;
        memcpy(list, plain, sizeof plain);
        for (int k = 0; k < EM_COINJOIN_KINDS; k++)
                list[n++] = &m->joins[k];
        return n;
}

void em_cl_pack(const em_cl_head *head, uint8_t out[EM_CL_HEAD_BYTES])
{
        em_cluster_made made = head->made;
        uint64_t least = (uint64_t)head->least, *word[13 + EM_COINJOIN_KINDS];
        size_t n = words_of(&made, &least, word);
        memset(out, 0, EM_CL_HEAD_BYTES);
        memcpy(out, MAGIC, 8);
        em_ix_put(out + 8, EM_CL_VERSION, 4);
        em_ix_put(out + 12, CL_SECTIONS, 4);
        for (size_t i = 0; i < n; i++)
                em_ix_put(out + 16 + 8 * i, *word[i], 8);
        memcpy(out + 240, head->chain.b, 32);
        memcpy(out + 272, head->change, EM_CHANGE_TEXT);
        for (int s = 0; s < CL_SECTIONS; s++) {
                em_ix_put(out + 528 + 16 * s, head->section[s].length, 8);
                memcpy(out + 528 + 16 * s + 8, head->section[s].sum, 8);
        }
        em_sha256 sum = em_sha256_of((em_str){ (const char *)out, EM_CL_HEAD_BYTES - 8 });
        memcpy(out + EM_CL_HEAD_BYTES - 8, sum.b, 8);
}

static em_status check_counts(const em_cl_head *h, em_error *err)
{
        const em_cluster_made *m = &h->made;
        bool fit = m->payees < UINT32_MAX && m->clusters <= m->payees && m->unions == m->payees - m->clusters &&
                   m->by_change <= m->unions && m->largest <= m->payees && m->txs < EM_ID_NONE && m->named <= m->txs && m->blocks < UINT32_MAX;
        if (!fit || h->least < 0 || h->least > 1000 || !em_utf8_ok(em_str_c(h->change), NULL))
                return em_fail(err, EM_FORMAT, "the cluster index's counts cannot be");
        return EM_OK;
}

em_status em_cl_unpack_head(em_str bytes, em_cl_head *ret_head, em_error *err)
{
        em_cl_head h = { 0 };
        const uint8_t *p = (const uint8_t *)bytes.p;
        uint64_t least = 0, *word[13 + EM_COINJOIN_KINDS];
        if (bytes.n < 16 || memcmp(p, MAGIC, 8) != 0)
                return em_fail(err, EM_FORMAT, "not a cluster index");
        if (em_le(p + 8, 4) != EM_CL_VERSION)
                return em_fail(err, EM_FORMAT, "a cluster index of another version of the format; build it anew");
        if (bytes.n < EM_CL_PAGE || em_le(p + 12, 4) != CL_SECTIONS)
                return em_fail(err, EM_FORMAT, "the cluster index's head is cut off");
        em_sha256 sum = em_sha256_of((em_str){ bytes.p, EM_CL_HEAD_BYTES - 8 });
        if (memcmp(p + EM_CL_HEAD_BYTES - 8, sum.b, 8) != 0)
                return em_fail(err, EM_FORMAT, "the cluster index's head does not match its checksum");
        size_t n = words_of(&h.made, &least, word);
        for (size_t i = 0; i < n; i++)
                *word[i] = em_le(p + 16 + 8 * i, 8);
        h.least = least > 1000 ? -1 : (int)least;
        memcpy(h.chain.b, p + 240, 32);
        memcpy(h.change, p + 272, EM_CHANGE_TEXT);
        EM_TRY(check_counts(&h, err));
        uint64_t length = em_cl_layout(&h);
        for (int s = 0; s < CL_SECTIONS; s++) {
                if (em_le(p + 528 + 16 * s, 8) != h.section[s].length)
                        return em_fail(err, EM_FORMAT, "the cluster index's section of %s has not the length of its count",
                                       em_cl_name((em_cl_section)s));
                memcpy(h.section[s].sum, p + 528 + 16 * s + 8, 8);
        }
        if (length != bytes.n)
                return em_fail(err, EM_FORMAT, "the cluster index is not of the length that its head says");
        *ret_head = h;
        return EM_OK;
}

em_sha256 em_cl_tie(const em_chain *chain)
{
        uint8_t head[EM_IX_HEAD_BYTES];
        em_ix_head_pack(&chain->head, head);
        return em_sha256_of((em_str){ (const char *)head, sizeof head });
}

em_script_kind em_cl_kind(void *chain, uint32_t payee)
{
        return (em_script_kind)em_chain_payee(chain, payee).b[20];
}
