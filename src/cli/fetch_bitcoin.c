/* Blocks of Bitcoin and its kin out of a node, into a folder of framed blocks.
 *
 * For each height the node is asked which block stands there; one that the folder holds is passed
 * over, so a second run only asks.  A block is kept when it is the one that was asked for (the
 * double SHA-256 of its header) and its merkle root is that of its transactions.
 *
 * When a block's parent is not in the folder, the chain has turned since the height below was asked:
 * the walk goes down until a parent is there, and up again.  Blocks of the branch
 * that was left stay, and the index finds the chain with most work.
 */
#include "cli/fetch.h"

#include <stdio.h>

static const size_t small_most = (size_t)4 << 20, block_most = (size_t)512 << 20;

typedef struct walk {
        em_fetch   *f;
        bool        rest;
        const em_btc_net *net;
        int64_t     tip;
        em_store    store;
        em_arena   *block;              /* of one block */
        em_fetched  done;
} walk;

static em_status no_answer(const em_fetch *f, const char *what, long code, em_error *err)
{
        char host[200];
        return em_fail(err, code == 404 ? EM_MISSING : EM_FORMAT, "%s: %s: HTTP %ld", em_str_show(f->host, host, sizeof host),
                       what, code);
}

/* ---- three questions, by REST or RPC --------------------------------------------------------- */

static em_status ask_chain(walk *w, const em_jnode **ret_info, em_error *err)
{
        long      code = 0;
        em_jnode *root = NULL;
        if (!w->rest)
                return em_fetch_call(w->f, "getblockchaininfo", "[]", w->f->requests + 1, small_most, ret_info, err);
        EM_TRY(em_fetch_http(w->f, "/rest/chaininfo.json", EM_S(""), small_most, &code, err));
        if (code != 200)
                return no_answer(w->f, "the node has no REST interface, or it is off", code, err);
        em_arena_reset(w->f->answer);
        EM_TRY(em_json_parse(w->f->doc, em_buf_view(&w->f->body), w->f->answer, &root, err));
        *ret_info = root;
        return EM_OK;
}

static em_status read_hash(const walk *w, em_str text, em_hash256 *ret_hash, em_error *err)
{
        char host[200];
        if (em_hash256_parse(em_str_trim(text), ret_hash))
                return EM_OK;
        return em_fail(err, EM_FORMAT, "%s: it gives no block hash", em_str_show(w->f->host, host, sizeof host));
}

/* EM_MISSING: the chain is not that high. */
static em_status ask_hash(walk *w, int64_t height, em_hash256 *ret_hash, em_error *err)
{
        char            text[80];
        long            code = 0;
        const em_jnode *result = NULL;
        if (w->rest) {
                snprintf(text, sizeof text, "/rest/blockhashbyheight/%lld.hex", (long long)height);
                EM_TRY(em_fetch_http(w->f, text, EM_S(""), small_most, &code, err));
                if (code != 200)
                        return no_answer(w->f, "the node gives no block of this height", code, err);
                return read_hash(w, em_buf_view(&w->f->body), ret_hash, err);
        }
        snprintf(text, sizeof text, "[%lld]", (long long)height);
        EM_TRY(em_fetch_call(w->f, "getblockhash", text, w->f->requests + 1, small_most, &result, err));
        return read_hash(w, em_jtext(result), ret_hash, err);
}

static int digit(char c)
{
        return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* Into the arena of the answer. */
static em_status unhex(walk *w, em_str hex, em_str *ret_bytes, em_error *err)
{
        char   *bytes = em_arena_alloc(w->f->answer, hex.n / 2);
        char    host[200];
        em_str_show(w->f->host, host, sizeof host);
        if (!bytes)
                return em_fail(err, EM_NOMEM, "out of memory");
        for (size_t i = 0; i + 1 < hex.n; i += 2) {
                int high = digit(hex.p[i]), low = digit(hex.p[i + 1]);
                if (high < 0 || low < 0)
                        return em_fail(err, EM_FORMAT, "%s: getblock: the block is not in hex", host);
                bytes[i / 2] = (char)(high << 4 | low);
        }
        if (!hex.n || hex.n % 2)
                return em_fail(err, EM_FORMAT, "%s: getblock: the block is not in hex", host);
        *ret_bytes = (em_str){bytes, hex.n / 2};
        return EM_OK;
}

static em_status ask_block(walk *w, em_hash256 hash, em_str *ret_bytes, em_error *err)
{
        char            text[120], hex[65];
        long            code = 0;
        const em_jnode *result = NULL;
        em_hash256_text(hash, hex);
        if (w->rest) {
                snprintf(text, sizeof text, "/rest/block/%s.bin", hex);
                EM_TRY(em_fetch_http(w->f, text, EM_S(""), block_most, &code, err));
                if (code != 200)
                        return no_answer(w->f, "the node gives no bytes of a block (pruned?)", code, err);
                *ret_bytes = em_buf_view(&w->f->body);
                return EM_OK;
        }
        snprintf(text, sizeof text, "[\"%s\",0]", hex);
        EM_TRY(em_fetch_call(w->f, "getblock", text, w->f->requests + 1, block_most, &result, err));
        return unhex(w, em_jtext(result), ret_bytes, err);
}

/* ---- the walk ------------------------------------------------------------------------------------ */

static em_status begin(walk *w, em_error *err)
{
        static const char *const core[][2] = {{"test", "test3"}, {"testnet4", "test4"}};
        const em_jnode *info = NULL;
        char            shown[80], host[200];
        EM_TRY(ask_chain(w, &info, err));
        em_str name = em_jtext(em_jget(info, "chain"));
        for (size_t i = 0; i < sizeof core / sizeof *core; i++)
                if (em_str_eq(name, em_str_c(core[i][0])))
                        name = em_str_c(core[i][1]);
        em_str_show(w->f->host, host, sizeof host);
        w->net = em_btc_net_find(name);
        if (!w->net)
                return em_fail(err, EM_FORMAT, "%s: the node is of the network \"%s\", which is not known here", host,
                               em_str_show(name, shown, sizeof shown));
        if (!em_jint(em_jget(info, "blocks"), &w->tip) || w->tip < 0)
                return em_fail(err, EM_FORMAT, "%s: the node does not say how high its chain is", host);
        w->done.chain = w->net->name;
        w->done.from = w->f->from < 0 ? 0 : w->f->from;
        w->done.to = w->f->to < 0 || w->f->to > w->tip ? w->tip : w->f->to;
        return EM_OK;
}

static em_status take_block(walk *w, em_hash256 hash, em_hash256 *ret_prev, em_error *err)
{
        char         hex[65];
        em_str       bytes = {0};
        em_error     why = {0};
        em_btc_block block = {0};
        EM_TRY(ask_block(w, hash, &bytes, err));
        em_arena_reset(w->block);
        em_hash256_text(hash, hex);
        em_status s = em_btc_block_parse(bytes, NULL, w->block, &block, &why);
        if (s == EM_NOMEM)
                return em_fail(err, EM_NOMEM, "block %s needs too much memory", hex);
        if (s != EM_OK)
                return em_fail(err, EM_FORMAT, "block %s as the node gives it is damaged: %s", hex, why.text);
        if (memcmp(block.hash.b, hash.b, sizeof hash.b) != 0)
                return em_fail(err, EM_FORMAT, "the node gives another block for %s", hex);
        EM_TRY(em_store_blocks_add(&w->store, hash, bytes, err));
        w->done.blocks++;
        w->done.bytes += bytes.n;
        *ret_prev = block.prev;
        return EM_OK;
}

static em_status visit(walk *w, int64_t *height, em_error *err)
{
        em_hash256 hash = {0}, prev = {0};
        em_status  s = ask_hash(w, *height, &hash, err);
        if (s == EM_MISSING && *height > w->done.from && !w->f->no_method) {
                w->done.to = *height - 1;       /* the chain became shorter */
                return EM_OK;
        }
        EM_TRY(s);
        if (em_store_blocks_has(&w->store, hash)) {
                w->done.held++;
                ++*height;
                return EM_OK;
        }
        EM_TRY(take_block(w, hash, &prev, err));
        if (*height > w->done.from && !em_store_blocks_has(&w->store, prev)) {
                w->done.replaced++;
                --*height;
        } else {
                ++*height;
        }
        return EM_OK;
}

static em_status go(walk *w, em_error *err)
{
        int64_t height = w->done.from;
        /* a node that turns its chain for ever is not followed for ever */
        uint64_t most = 4 * (uint64_t)(w->done.to - w->done.from + 1) + 1000;
        for (uint64_t i = 0; height <= w->done.to; i++) {
                if (i > most)
                        return em_fail(err, EM_LIMIT, "the node's chain turns faster than its blocks can be fetched");
                if (!em_progress_tell(&w->f->cli->progress, "blocks", (uint64_t)(height - w->done.from),
                                      (uint64_t)(w->done.to - w->done.from + 1)))
                        return em_fail(err, EM_INTERRUPTED, "interrupted; the same command goes on");
                EM_TRY(visit(w, &height, err));
        }
        return EM_OK;
}

em_status em_fetch_bitcoin(em_fetch *f, bool rest, em_fetched *ret_done, em_error *err)
{
        walk w = {.f = f, .rest = rest};
        EM_TRY(begin(&w, err));
        EM_TRY(em_store_blocks_open(f->folder, w.net, f->cli->arena, &w.store, err));
        w.done.cut = w.store.cut;
        w.done.holds = f->folder;
        w.block = em_arena_new((size_t)2 << 30);
        em_status s = w.block ? go(&w, err) : em_fail(err, EM_NOMEM, "out of memory");
        em_arena_free(w.block);
        em_error  late = {0};
        em_status closed = em_store_blocks_close(&w.store, s == EM_OK ? err : &late);
        *ret_done = w.done;
        return s == EM_OK ? closed : s;
}
