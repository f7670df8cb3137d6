/* An index in words: what its head says, what stands in a section, a block, a transaction.
 *
 * For people who look into one, beside doc/format-chain.md.  Every value is shown as readers of the index see it, so
 * that a first input is an id and not its step from a base.
 */
#include "chain/index_inside.h"

#include <stdio.h>

typedef struct dump {
        const em_chain *c;
        void (*tell)(void *ctx, const char *name, const char *value);
        void *ctx;
        char  name[48];
} dump;

static void say(const dump *d, const char *name, const char *fmt, ...) EM_PRINTF(3, 4);
static void say(const dump *d, const char *name, const char *fmt, ...)
{
        char value[640];
        va_list args;
        va_start(args, fmt);
        vsnprintf(value, sizeof value, fmt, args);
        va_end(args);
        d->tell(d->ctx, name, value);
}

static unsigned long long big(uint64_t n)
{
        return (unsigned long long)n;
}

static char *id_text(em_id id, const char *none, char out[32])
{
        if (id == EM_ID_NONE)
                snprintf(out, 32, "%s", none);
        else
                snprintf(out, 32, "%llu", big(id));
        return out;
}

static char *hex_text(const uint8_t *p, size_t n, char *out)
{
        for (size_t i = 0; i < n; i++)
                snprintf(out + 2 * i, 3, "%02x", p[i]);
        return out;
}

static char *hash_text(const uint8_t *p, char out[65])
{
        em_hash256 h;
        memcpy(h.b, p, 32);
        return em_hash256_text(h, out);
}

/* ---- the head ---- */

static void dump_head(const dump *d)
{
        const em_ix_head *h = &d->c->head;
        char text[65];
        const struct { const char *name; uint64_t n; } counts[] = {
                { "version", EM_IX_VERSION }, { "blocks", h->blocks }, { "transactions", h->txs }, { "inputs", h->ins },
                { "outputs", h->outs }, { "payees", h->payees }, { "values above five bytes", h->bigs },
                { "programs of 32 bytes", h->programs }, { "coinbase inputs", h->coinbases },
                { "inputs with unknown outputs", h->unknown }, { "double spends", h->twice }, { "files", h->files },
                { "bytes", h->bytes }, { "blocks beside the chain", h->orphans }, { "files cut off", h->cut },
                { "bytes that are no block", h->skipped }, { "blocks found again", h->duplicates },
                { "damaged blocks", h->bad }, { "merkle roots checked", h->merkle }, { "tx_bucket, bits", h->tx_bits },
                { "payee_bucket, bits", h->payee_bits },
        };
        say(d, "network", "%s", h->net);
        say(d, "tip", "%s", hash_text(h->tip.b, text));
        say(d, "height of block 0", "%lld", (long long)h->first_height);
        for (size_t i = 0; i < sizeof counts / sizeof *counts; i++)
                say(d, counts[i].name, "%llu", big(counts[i].n));
        say(d, "what was found", "%s", hex_text(h->scan.b, 32, text));
        for (em_ix_section s = 0; s < IX_SECTIONS; s++)
                say(d, em_ix_name(s), "%llu bytes, %llu elements, checksum %s", big(h->section[s].length),
                    big(em_ix_count(h, s)), hex_text(h->section[s].sum, 8, text));
}

/* ---- sections ---- */

static void dump_of_blocks(const dump *d, em_ix_section s, const uint8_t *p)
{
        char text[65];
        if (s == IX_BLOCK_HASH)
                say(d, d->name, "%s", hash_text(p, text));
        else if (s == IX_BLOCK_TIME)
                say(d, d->name, "%llu s", big(em_le(p, 4)));
        else
                say(d, d->name, "file %llu, %llu bytes at %llu", big(em_le(p, 4)), big(em_le(p + 4, 4)), big(em_le(p + 8, 8)));
}

static void dump_of_payees(const dump *d, em_ix_section s, const uint8_t *p)
{
        char text[65];
        if (s == IX_PAYEE)
                say(d, d->name, "%s %s", em_script_kind_name((em_script_kind)p[20]), hex_text(p, 20, text));
        else
                say(d, d->name, "payee %llu: %s", big(em_le(p, 4)), hex_text(p + 4, 32, text));
}

static void dump_element(const dump *d, em_ix_section s, uint64_t i)
{
        const em_graph *g = &d->c->graph;
        const uint8_t *p = em_ix_column(d->c, s);
        char text[65];
        switch (s) {
        case IX_FILES:      say(d, d->name, "%.*s", EM_ARG(d->c->file[i])); break;
        case IX_BLOCK_HASH: dump_of_blocks(d, s, p + 32 * i); break;
        case IX_BLOCK_TIME: dump_of_blocks(d, s, p + 4 * i); break;
        case IX_BLOCK_PLACE: dump_of_blocks(d, s, p + 16 * i); break;
        case IX_TX_ID:      say(d, d->name, "%s", hash_text(p + 32 * i, text)); break;
        case IX_TX_PLACE:   say(d, d->name, "%llu", big(em_le(p + 4 * i, 4))); break;
        case IX_TX_FIRST:   say(d, d->name, "input %llu, output %llu", big(em_graph_first_in(g, i)),
                                big(em_graph_first_out(g, i))); break;
        case IX_IN_OUT:     say(d, d->name, "output %s", id_text(em_graph_spent(g, i), "none", text)); break;
        case IX_OUT_VALUE:  say(d, d->name, "%lld sat", (long long)em_graph_value(g, i)); break;
        case IX_BIG_VALUE:  say(d, d->name, "output %llu: %llu sat", big(em_le5(p + 13 * i)), big(em_le(p + 13 * i + 5, 8)));
                            break;
        case IX_OUT_IN:     say(d, d->name, "input %s", id_text(em_graph_spender(g, i), "none", text)); break;
        case IX_OUT_PAYEE:  say(d, d->name, "payee %llu", big(em_graph_payee(g, i))); break;
        case IX_PAYEE:      dump_of_payees(d, s, p + 21 * i); break;
        case IX_PROGRAM:    dump_of_payees(d, s, p + 36 * i); break;
        case IX_TX_FIND:
        case IX_PAYEE_FIND: say(d, d->name, "tag %06llx, id %llu", big(em_ix_u64(p + 8 * i) >> 40),
                                big(em_ix_u64(p + 8 * i) & EM_ID_NONE)); break;
        case IX_BLOCK_FIRST_TX: case IX_PAYEE_FIRST: case IX_PAYEE_OUT: case IX_TX_BUCKET: case IX_PAYEE_BUCKET:
                say(d, d->name, "%llu", big(em_le5(p + 5 * i)));
                break;
        case IX_SECTIONS:   break;
        }
}

static em_status dump_section(dump *d, em_ix_section s, uint64_t from, uint64_t count, em_error *err)
{
        uint64_t of = em_ix_count(&d->c->head, s);
        if (from >= of)
                return em_fail(err, EM_MISSING, "section %s has %llu elements, so none of number %llu", em_ix_name(s),
                               big(of), big(from));
        for (uint64_t i = from; i < of && i - from < count; i++) {
                snprintf(d->name, sizeof d->name, "%s %llu", em_ix_name(s), big(i));
                dump_element(d, s, i);
        }
        return EM_OK;
}

/* ---- blocks and transactions ---- */

static em_status dump_block(const dump *d, em_id b, em_error *err)
{
        const em_chain *c = d->c;
        const uint8_t *place = em_ix_column(c, IX_BLOCK_PLACE) + 16 * b;
        char text[65];
        if (b >= c->head.blocks)
                return em_fail(err, EM_MISSING, "the chain has no block of number %llu", big(b));
        em_id first = em_graph_block_first_tx(&c->graph, b), end = em_graph_block_first_tx(&c->graph, b + 1);
        say(d, "block", "%llu", big(b));
        say(d, "height", "%lld", (long long)em_chain_height(c, b));
        say(d, "hash", "%s", hash_text(em_ix_column(c, IX_BLOCK_HASH) + 32 * b, text));
        say(d, "time", "%llu s", big(em_graph_block_time(&c->graph, b)));
        say(d, "file", "%.*s", EM_ARG(c->file[em_le(place, 4)]));
        say(d, "place", "%llu bytes at %llu", big(em_le(place + 4, 4)), big(em_le(place + 8, 8)));
        say(d, "transactions", "%llu: %llu to %llu", big(end - first), big(first), big(end - 1));
        return EM_OK;
}

static void dump_input(dump *d, em_id first, em_id in)
{
        const em_graph *g = &d->c->graph;
        em_id out = em_graph_spent(g, in);
        char text[65], address[128];
        snprintf(d->name, sizeof d->name, "input %llu", big(in - first));
        if (out == EM_ID_NONE) {
                say(d, d->name, "number %llu: of a coinbase, unknown, or spent before", big(in));
                return;
        }
        em_id tx = em_graph_tx_of_out(g, out);
        say(d, d->name, "number %llu: %lld sat of %s:%llu (output %llu), %s", big(in), (long long)em_graph_value(g, out),
            hash_text(em_ix_column(d->c, IX_TX_ID) + 32 * tx, text), big(out - em_graph_first_out(g, tx)), big(out),
            em_chain_address(d->c, em_graph_payee(g, out), address));
}

static void dump_output(dump *d, em_id first, em_id out)
{
        const em_graph *g = &d->c->graph;
        em_id in = em_graph_spender(g, out);
        char text[65] = "", address[128], spent[128] = "unspent";
        if (in != EM_ID_NONE) {
                em_id tx = em_graph_tx_of_in(g, in);
                snprintf(spent, sizeof spent, "spent by input %llu of %s", big(in - em_graph_first_in(g, tx)),
                         hash_text(em_ix_column(d->c, IX_TX_ID) + 32 * tx, text));
        }
        snprintf(d->name, sizeof d->name, "output %llu", big(out - first));
        say(d, d->name, "number %llu: %lld sat to %s, %s", big(out), (long long)em_graph_value(g, out),
            em_chain_address(d->c, em_graph_payee(g, out), address), spent);
}

static em_status dump_tx(dump *d, em_id tx, em_error *err)
{
        const em_chain *c = d->c;
        const em_graph *g = &c->graph;
        char text[65];
        if (tx >= g->txs)
                return em_fail(err, EM_MISSING, "the chain has no transaction of number %llu", big(tx));
        em_id block = em_graph_block_of_tx(g, tx);
        const uint8_t *place = em_ix_column(c, IX_BLOCK_PLACE) + 16 * block;
        uint64_t at = em_le(em_ix_column(c, IX_TX_PLACE) + 4 * tx, 4);
        say(d, "transaction", "%llu", big(tx));
        say(d, "txid", "%s", hash_text(em_ix_column(c, IX_TX_ID) + 32 * tx, text));
        say(d, "block", "%llu, height %lld", big(block), (long long)em_chain_height(c, block));
        say(d, "place", "%.*s at %llu", EM_ARG(c->file[em_le(place, 4)]), big(em_le(place + 8, 8) + at));
        for (em_id i = em_graph_first_in(g, tx); i < em_graph_first_in(g, tx + 1); i++)
                dump_input(d, em_graph_first_in(g, tx), i);
        for (em_id o = em_graph_first_out(g, tx); o < em_graph_first_out(g, tx + 1); o++)
                dump_output(d, em_graph_first_out(g, tx), o);
        return EM_OK;
}

size_t em_chain_sections(const char *ret_names[EM_CHAIN_SECTIONS])
{
        for (em_ix_section s = 0; s < IX_SECTIONS; s++)
                ret_names[s] = em_ix_name(s);
        return IX_SECTIONS;
}

em_status em_chain_dump(const em_chain *chain, em_str what, uint64_t from, uint64_t count,
                        void (*tell)(void *ctx, const char *name, const char *value), void *ctx, em_error *err)
{
        dump d = { .c = chain, .tell = tell, .ctx = ctx };
        char shown[64];
        if (em_str_eq(what, EM_S("block")))
                return dump_block(&d, from, err);
        if (em_str_eq(what, EM_S("tx")))
                return dump_tx(&d, from, err);
        if (em_str_eq(what, EM_S("head"))) {
                dump_head(&d);
                return EM_OK;
        }
        for (em_ix_section s = 0; s < IX_SECTIONS; s++)
                if (em_str_eq(what, em_str_c(em_ix_name(s))))
                        return dump_section(&d, s, from, count, err);
        return em_fail(err, EM_USAGE, "the index has no section \"%s\"", em_str_show(what, shown, sizeof shown));
}
