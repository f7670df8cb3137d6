/* Blocks of an account chain out of a node, as the answers stand, one a line.
 *
 * For each block: eth_getBlockByNumber with its transactions, eth_getBlockReceipts (or
 * eth_getLogs where the node has no such method) and trace_block where it has that. A line's id is four
 * times the block's number and what it is, so the file itself says how far it is.
 *
 * A block whose parent is not the block before it means that the chain has turned: what was left moves to
 * replaced.ndjson and is asked anew.  That does not happen below the block that the node calls final, where a
 * run ends unless told otherwise.  Hashes of blocks are not computed here: that needs each fork's header.
 */
#include "cli/fetch.h"

#include <inttypes.h>
#include <stdio.h>

enum { BLOCK, RECEIPTS, LOGS, TRACES, KINDS };
static const size_t small_most = (size_t)4 << 20, answer_most = (size_t)1 << 30;
static const char   file_name[] = "answers.ndjson", aside_name[] = "replaced.ndjson";

typedef struct hash { char p[67]; } hash;       /* "0x" and 64 digits; "": not known */

typedef struct walk {
        em_fetch     *f;
        em_answers lines;
        em_arena     *scratch;          /* of one line of the file */
        bool          has[KINDS];
        hash          last;             /* of the block before the next */
        uint64_t      next;
        em_fetched    done;
} walk;

/* ---- small readers ------------------------------------------------------------------------------ */

static bool read_quantity(const em_jnode *node, uint64_t *ret)
{
        em_str   text = em_jtext(node);
        uint64_t v = 0;
        if (!em_jis(node, EM_J_STRING) || text.n < 3 || text.n > 18 || text.p[0] != '0' || text.p[1] != 'x')
                return false;
        for (size_t i = 2; i < text.n; i++) {
                char c = text.p[i];
                int  d = c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
                if (d < 0)
                        return false;
                v = v << 4 | (uint64_t)d;
        }
        *ret = v;
        return true;
}

static bool read_hash(const em_jnode *node, hash *ret)
{
        em_str text = em_jtext(node);
        if (text.n != 66 || !em_str_starts(text, EM_S("0x")) || strspn(text.p + 2, "0123456789abcdef") < 64)
                return false;
        memcpy(ret->p, text.p, 66);
        ret->p[66] = '\0';
        return true;
}

static em_status odd(const walk *w, const char *what, uint64_t number, em_error *err)
{
        char host[200];
        return em_fail(err, EM_FORMAT, "%s: %s of block %llu is not what was asked for",
                       em_str_show(w->f->host, host, sizeof host), what, (unsigned long long)number);
}

static const char *const methods[KINDS] = {"eth_getBlockByNumber", "eth_getBlockReceipts", "eth_getLogs", "trace_block"};

static em_status ask(walk *w, int kind, uint64_t number, const em_jnode **ret_result, em_error *err)
{
        char params[120];
        if (kind == BLOCK)
                snprintf(params, sizeof params, "[\"0x%" PRIx64 "\",true]", number);
        else if (kind == LOGS)
                snprintf(params, sizeof params, "[{\"fromBlock\":\"0x%" PRIx64 "\",\"toBlock\":\"0x%" PRIx64 "\"}]", number,
                         number);
        else
                snprintf(params, sizeof params, "[\"0x%" PRIx64 "\"]", number);
        return em_fetch_call(w->f, methods[kind], params, 4 * number + (uint64_t)kind, answer_most, ret_result, err);
}

/* ---- what the node has ------------------------------------------------------------------------------ */

static em_status last_block(walk *w, const char *tag, uint64_t *ret_number, em_error *err)
{
        char            params[60];
        const em_jnode *block = NULL;
        snprintf(params, sizeof params, "[\"%s\",false]", tag);
        EM_TRY(em_fetch_call(w->f, methods[BLOCK], params, 1, small_most, &block, err));
        return read_quantity(em_jget(block, "number"), ret_number) ? EM_OK : em_fail(err, EM_FORMAT, "the node gives no %s block", tag);
}

static em_status probe(walk *w, int kind, uint64_t number, em_error *err)
{
        const em_jnode *result = NULL;
        em_error        why = {0};
        em_status       s = ask(w, kind, number, &result, &why);
        w->has[kind] = s == EM_OK;
        if (s != EM_OK && s != EM_MISSING && s != EM_FORMAT) {
                if (err)
                        *err = why;
                return s;
        }
        return EM_OK;
}

static em_status begin(walk *w, em_error *err)
{
        const em_jnode *id = NULL;
        uint64_t        chain = 0, to = 0;
        em_error        why = {0};
        char            host[200];
        EM_TRY(em_fetch_call(w->f, "eth_chainId", "[]", 1, small_most, &id, err));
        if (!read_quantity(id, &chain))
                return em_fail(err, EM_FORMAT, "%s: the node does not say which chain it is of",
                               em_str_show(w->f->host, host, sizeof host));
        w->done.chain = em_cli_text(w->f->cli, "account chain %llu", (unsigned long long)chain).p;
        EM_TRY(last_block(w, "latest", &to, err));
        w->done.to = w->f->to;
        if (w->f->to < 0 && last_block(w, "finalized", &to, &why) != EM_OK && why.code == EM_INTERRUPTED)
                return em_fail(err, EM_INTERRUPTED, "%s", why.text);
        if (w->f->to < 0 || (uint64_t)w->f->to > to)
                w->done.to = (int64_t)to;
        w->has[BLOCK] = true;
        EM_TRY(probe(w, RECEIPTS, (uint64_t)w->done.to, err));
        if (!w->has[RECEIPTS])
                EM_TRY(probe(w, LOGS, (uint64_t)w->done.to, err));
        EM_TRY(probe(w, TRACES, (uint64_t)w->done.to, err));
        w->done.note = em_cli_text(w->f->cli, "%s%s", w->has[RECEIPTS] ? "" : "the node gives no receipts: fees are unknown",
                                   w->has[TRACES] ? "" : w->has[RECEIPTS] ? "the node gives no traces: internal transfers are unknown"
                                                                          : ", and no traces: internal transfers are unknown");
        return EM_OK;
}

/* ---- where the file ends ----------------------------------------------------------------------------- */

static em_status read_line(walk *w, em_str line, uint64_t *ret_id, const em_jnode **ret_result, em_error *err)
{
        em_jnode *root = NULL;
        int64_t   id = -1;
        em_status s = em_json_parse(w->f->doc, line, w->scratch, &root, NULL);
        if (s != EM_OK || !em_jint(em_jget(root, "id"), &id) || id < 0 || id % 4 >= KINDS)
                return em_fail_at(err, EM_FORMAT, w->lines.path, 0, 0, "a line of it was not written by fetch; take another folder");
        *ret_id = (uint64_t)id;
        *ret_result = em_jget(root, "result");
        return EM_OK;
}

/* The last block of the file before end: its number, hash and where its lines begin. */
static em_status block_before(walk *w, uint64_t end, uint64_t *ret_number, hash *ret_hash, uint64_t *ret_start,
                              int *ret_last_kind, em_error *err)
{
        uint64_t at = end, number = 0;
        for (bool first = true; at; first = false) {
                em_str          line = {0};
                uint64_t        id = 0;
                const em_jnode *result = NULL;
                em_arena_reset(w->scratch);
                EM_TRY(em_answers_before(&w->lines, at, w->scratch, &line, &at, err));
                EM_TRY(read_line(w, line, &id, &result, err));
                if (first) {
                        number = id / 4;
                        *ret_last_kind = (int)(id % 4);
                }
                if (id / 4 != number)
                        break;
                if (id % 4 != BLOCK)
                        continue;
                if (!read_hash(em_jget(result, "hash"), ret_hash))
                        break;
                *ret_number = number;
                *ret_start = at;
                return EM_OK;
        }
        return em_fail_at(err, EM_FORMAT, w->lines.path, 0, 0, "its last lines are not those of a block; take another folder");
}

/* Gives up the lines from start on; the next block is number. */
static em_status retreat(walk *w, uint64_t start, uint64_t number, em_error *err)
{
        uint64_t before = 0, at = 0;
        int      kind = 0;
        EM_TRY(em_answers_retreat(&w->lines, start, em_str_c(aside_name), w->f->cli->arena, err));
        w->next = number;
        w->last.p[0] = '\0';
        return start ? block_before(w, start, &before, &w->last, &at, &kind, err) : EM_OK;
}

static em_status check_from(walk *w, em_error *err)
{
        em_str          line = {0};
        uint64_t        id = 0;
        const em_jnode *result = NULL;
        EM_TRY(em_answers_first(&w->lines, w->scratch, &line, err));
        EM_TRY(read_line(w, line, &id, &result, err));
        if (w->f->from >= 0 && ((uint64_t)w->f->from < id / 4 || (uint64_t)w->f->from > w->next))
                return em_fail(err, EM_USAGE, "the folder holds blocks %llu to %llu; --from may stand in or right behind "
                                              "them, or take another folder", (unsigned long long)(id / 4),
                               (unsigned long long)(w->next - 1));
        w->done.from = (int64_t)(id / 4);
        return EM_OK;
}

static em_status resume(walk *w, em_error *err)
{
        uint64_t start = 0, number = 0;
        int      kind = 0, last = w->has[TRACES] ? TRACES : w->has[RECEIPTS] ? RECEIPTS : LOGS;
        w->done.from = w->f->from < 0 ? 0 : w->f->from;
        w->next = (uint64_t)w->done.from;
        w->done.cut = w->lines.cut;
        if (!w->lines.size)
                return EM_OK;
        EM_TRY(block_before(w, w->lines.size, &number, &w->last, &start, &kind, err));
        w->next = number + 1;
        EM_TRY(check_from(w, err));
        if (kind < last)
                EM_TRY(retreat(w, start, number, err));
        w->done.held = w->next - (uint64_t)w->done.from;
        return EM_OK;
}

/* ---- the walk ------------------------------------------------------------------------------------------ */

/* Every member of the list that names its block names this one. */
static bool is_of(const em_jnode *list, const char *hash_text)
{
        for (const em_jnode *n = list ? list->first : NULL; n; n = n->next) {
                em_str named = em_jtext(em_jget(n, "blockHash"));
                if (named.n && !em_str_eq(named, em_str_c(hash_text)))
                        return false;
        }
        return em_jis(list, EM_J_LIST);
}

/* Asks and keeps what else belongs to the block; false: the chain turned meanwhile. */
static em_status take_rest(walk *w, uint64_t number, const hash *own, bool *ret_same, em_error *err)
{
        *ret_same = true;
        for (int kind = RECEIPTS; kind < KINDS && *ret_same; kind++) {
                const em_jnode *list = NULL;
                if (!w->has[kind])
                        continue;
                EM_TRY(ask(w, kind, number, &list, err));
                if (!list)
                        return odd(w, methods[kind], number, err);
                *ret_same = is_of(list, own->p);
                if (*ret_same)
                        EM_TRY(em_answers_add(&w->lines, em_buf_view(&w->f->body), err));
        }
        return EM_OK;
}

static em_status turn_back(walk *w, em_error *err)
{
        uint64_t start = 0, number = 0;
        int      kind = 0;
        EM_TRY(block_before(w, w->lines.size, &number, &w->last, &start, &kind, err));
        w->done.replaced++;
        return retreat(w, start, number, err);
}

static em_status visit(walk *w, em_error *err)
{
        const em_jnode *block = NULL;
        uint64_t        number = 0, start = w->lines.size;
        hash            own, parent;
        bool            same = true;
        EM_TRY(ask(w, BLOCK, w->next, &block, err));
        if (!block) {
                w->done.to = (int64_t)w->next - 1;      /* the chain became shorter */
                return EM_OK;
        }
        if (!read_quantity(em_jget(block, "number"), &number) || number != w->next ||
            !read_hash(em_jget(block, "hash"), &own) || !read_hash(em_jget(block, "parentHash"), &parent))
                return odd(w, methods[BLOCK], w->next, err);
        if (w->last.p[0] && strcmp(parent.p, w->last.p) != 0)
                return turn_back(w, err);
        EM_TRY(em_answers_add(&w->lines, em_buf_view(&w->f->body), err));
        EM_TRY(take_rest(w, number, &own, &same, err));
        if (!same) {
                w->done.replaced++;
                return retreat(w, start, number, err);
        }
        w->done.blocks++;
        w->done.bytes += w->lines.size - start;
        w->last = own;
        w->next++;
        return EM_OK;
}

/* The last block held may have left the chain since. */
static em_status check_last(walk *w, em_error *err)
{
        while (w->next > (uint64_t)w->done.from && w->lines.size) {
                const em_jnode *block = NULL;
                hash            now;
                EM_TRY(ask(w, BLOCK, w->next - 1, &block, err));
                if (block && read_hash(em_jget(block, "hash"), &now) && strcmp(now.p, w->last.p) == 0)
                        return EM_OK;
                EM_TRY(turn_back(w, err));
                w->done.held = w->next - (uint64_t)w->done.from;
        }
        return EM_OK;
}

static em_status go(walk *w, em_error *err)
{
        EM_TRY(resume(w, err));
        EM_TRY(check_last(w, err));
        uint64_t first = w->next;
        for (uint64_t tries = 0; (int64_t)w->next <= w->done.to; tries++) {
                uint64_t of = (uint64_t)w->done.to - (first < w->next ? first : w->next) + 1;
                if (tries > 4 * of + 1000)
                        return em_fail(err, EM_LIMIT, "the node's chain turns faster than its blocks can be fetched");
                if (!em_progress_tell(&w->f->cli->progress, "blocks", w->next > first ? w->next - first : 0, of))
                        return em_fail(err, EM_INTERRUPTED, "interrupted; the same command goes on");
                EM_TRY(visit(w, err));
        }
        return EM_OK;
}

em_status em_fetch_ethereum(em_fetch *f, em_fetched *ret_done, em_error *err)
{
        walk w = {.f = f};
        EM_TRY(begin(&w, err));
        EM_TRY(em_answers_open(f->folder, em_str_c(file_name), f->cli->arena, &w.lines, err));
        w.done.holds = w.lines.path;
        w.scratch = em_arena_new((size_t)4 << 30);
        em_status s = w.scratch ? go(&w, err) : em_fail(err, EM_NOMEM, "out of memory");
        em_arena_free(w.scratch);
        em_error  late = {0};
        em_status closed = em_answers_close(&w.lines, s == EM_OK ? err : &late);
        *ret_done = w.done;
        return s == EM_OK ? closed : s;
}
