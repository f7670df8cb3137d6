/* Any bytes give facts and rejects with places inside the text, the same twice; what is sniffed as
 * nothing is refused.
 */
#include "embargo/ethereum.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

typedef struct seen { size_t size; uint64_t facts, rejects; uint64_t sum; } seen;

static void place(const seen *s, uint64_t line, uint64_t offset, uint64_t length)
{
        em_assert(line >= 1 && offset <= s->size && length <= s->size - offset);
}

static em_status fact(void *ctx, const em_eth_fact *f, em_error *err)
{
        seen *s = ctx;
        (void)err;
        place(s, f->line, f->offset, f->length);
        em_assert((unsigned)f->kind < EM_ETH_KINDS && f->path_n <= EM_ETH_PATH && f->status <= 2);
        em_assert(f->symbol[EM_ETH_SYMBOL - 1] == '\0' && em_utf8_ok(em_str_c(f->symbol), NULL));
        em_assert(f->decimals <= 77 || f->decimals == 255);
        em_assert(f->kind == EM_ETH_ASSET || f->kind == EM_ETH_BLOCK || (f->has & EM_ETH_HAS_HASH) ||
                  (f->has & (EM_ETH_HAS_TO | EM_ETH_HAS_INDEX)));
        for (size_t i = 0; i < 4; i++)
                s->sum = s->sum * 31 + f->value.w[i];
        s->sum = s->sum * 31 + f->block + f->seq + f->has;
        s->facts++;
        return EM_OK;
}

static em_status reject(void *ctx, const em_eth_reject *r, em_error *err)
{
        seen *s = ctx;
        (void)err;
        place(s, r->line, r->offset, r->length);
        em_assert(r->reason[0]);
        s->rejects++;
        return EM_OK;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
        em_eth_read_counts counts = { 0 };
        seen  first = { .size = size }, second = first;
        char *exact = malloc(size ? size : 1);
        if (!exact)
                abort();
        if (size)
                memcpy(exact, data, size);
        em_str      text = { exact, size };
        em_eth_sink sink = { .ctx = &first, .fact = fact, .reject = reject };
        em_eth_form form = em_eth_sniff(text);
        em_status   status = em_eth_read(text, &sink, &counts, NULL);
        em_assert((status == EM_OK) == (form != EM_ETH_FORM_NONE));
        em_assert(status != EM_OK || (counts.facts == first.facts && counts.rejected == first.rejects));
        sink.ctx = &second;
        em_assert(em_eth_read(text, &sink, &counts, NULL) == status);
        em_assert(first.facts == second.facts && first.rejects == second.rejects && first.sum == second.sum);
        free(exact);
        return 0;
}
