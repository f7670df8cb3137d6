/* Decoys: moves that nobody who held the coins made.
 *
 * A token's Transfer log says what its contract wants to say.  Poisoners make contracts that log transfers out of
 * other people's accounts, under the name of a coin that counts, to addresses that look like ones the victim
 * has paid before; and they send dust from such addresses (Tsuchiya and others, "Blockchain address poisoning",
 * USENIX Security 2025).  After the Bybit theft of 2025 most token rows of the thief's account were of this kind.
 *
 * The rules, first to fit; a contract on the list of true assets is only ever zero or lookalike:
 *   zero       a token log of nothing: anybody may make a token log one for any account
 *   spoofed    the contract is not on the list, and either its symbol reads like the chain's coin or like a true asset's
 *              (letters of other scripts that look like Latin ones are read as these, case and signs left
 *              out), or uses such letters to read like any other asset of the files; or the senders of its transactions are
 *              known and not one of its logs is explained: none out of the sender's own account, to the sender, or out
 *              of a contract.  (A token that many hold has such; minting says nothing either way.)
 *   lookalike  not made by the account, between it and an address that looks like another with which it has truly dealt:
 *              a log of a contract not on the list; or less than one token of a true asset coming in
 *   dust       at most a thousandth of the chain's coin, coming in from such an address
 * An address that the account itself has truly paid is no decoy, whatever it looks like: then the poison worked.
 */
#include "embargo/pattern_account.h"

#include <stdlib.h>

typedef struct judging {
        const em_moves *m;
        uint8_t *decoy;         /* [moves] */
        uint8_t *kind;          /* [accounts] em_account_kind */
        uint8_t *spoofing;      /* [assets] */
        char   (*reads)[24];    /* [assets] symbol as it reads */
        uint8_t *foreign;       /* [assets] it has letters that only look Latin */
        bool     listed;        /* there is a list of true assets */
} judging;

/* ---- what a symbol reads like ---- */

/* The Latin letter that another script's letter looks like (Unicode UTS #39, confusables.txt: Cyrillic and Greek),
 * or 0. */
static char looks_like(uint32_t c)
{
        static const struct { uint32_t c; char latin; } pairs[] = {
                { 0x391, 'a' }, { 0x392, 'b' }, { 0x395, 'e' }, { 0x396, 'z' }, { 0x397, 'h' }, { 0x399, 'i' }, { 0x39a, 'k' },
                { 0x39c, 'm' }, { 0x39d, 'n' }, { 0x39f, 'o' }, { 0x3a1, 'p' }, { 0x3a4, 't' }, { 0x3a5, 'y' }, { 0x3a7, 'x' },
                { 0x3b1, 'a' }, { 0x3b9, 'i' }, { 0x3bd, 'v' }, { 0x3bf, 'o' }, { 0x3c1, 'p' }, { 0x3c5, 'u' },
                { 0x405, 's' }, { 0x406, 'i' }, { 0x408, 'j' }, { 0x410, 'a' }, { 0x412, 'b' }, { 0x415, 'e' }, { 0x41a, 'k' },
                { 0x41c, 'm' }, { 0x41d, 'h' }, { 0x41e, 'o' }, { 0x420, 'p' }, { 0x421, 'c' }, { 0x422, 't' }, { 0x423, 'y' },
                { 0x425, 'x' }, { 0x430, 'a' }, { 0x435, 'e' }, { 0x43c, 'm' }, { 0x43d, 'h' }, { 0x43e, 'o' }, { 0x440, 'p' },
                { 0x441, 'c' }, { 0x442, 't' }, { 0x443, 'y' }, { 0x445, 'x' }, { 0x455, 's' }, { 0x456, 'i' }, { 0x458, 'j' },
                { 0x4ae, 'y' }, { 0x4bb, 'h' }, { 0x501, 'd' }, { 0x51b, 'q' }, { 0x51d, 'w' }, { 0x131, 'i' }, { 0x20ae, 't' },
        };
        for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++)
                if (pairs[i].c == c)
                        return pairs[i].latin;
        if (c >= 0xff21 && c <= 0xff3a)         /* full-width */
                return (char)('a' + (c - 0xff21));
        return c >= 0xff41 && c <= 0xff5a ? (char)('a' + (c - 0xff41)) : 0;
}

/* Letters and digits of a symbol as a hurried reader sees them.  Returns whether any only looks Latin. */
static bool read_symbol(em_str symbol, char out[24])
{
        bool foreign = false;
        size_t n = 0;
        if (!em_utf8_ok(symbol, NULL))
                symbol.n = 0;
        for (size_t at = 0; at < symbol.n && n < 23;) {
                uint32_t c = em_utf8_next(symbol, &at);
                char latin = looks_like(c);
                if (c >= 'A' && c <= 'Z')
                        latin = (char)(c - 'A' + 'a');
                else if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'))
                        latin = (char)c;
                else if (latin)
                        foreign = true;
                else if (c >= 0x80)
                        latin = '?';    /* some other letter: reads like nothing else */
                if (latin)
                        out[n++] = latin;
        }
        out[n] = '\0';
        return foreign;
}

static em_str symbol_of(const em_move_asset *asset)
{
        size_t n = 0;
        while (n < sizeof asset->symbol && asset->symbol[n])
                n++;
        em_str s = { asset->symbol, n };
        while (s.n > 0 && !em_utf8_ok(s, NULL))         /* cut within a character */
                s.n--;
        return s;
}

/* By what they read like: sorted, so that a chain with a million tokens is read once. */
typedef struct reading { const char *reads; uint64_t asset; } reading;

static int by_reading(const void *a, const void *b)
{
        const reading *x = a, *y = b;
        int by = strcmp(x->reads, y->reads);
        return by ? by : x->asset < y->asset ? -1 : x->asset > y->asset;
}

static em_status find_counterfeits(judging *j, em_error *err)
{
        const em_moves *m = j->m;
        reading *r = malloc((m->assets + 1) * sizeof *r);
        char coin[24];
        if (!r)
                return em_fail(err, EM_NOMEM, "Out of memory while looking for decoys.");
        (void)read_symbol(em_str_c(m->coin), coin);
        for (uint64_t i = 0; i < m->assets; i++) {
                j->foreign[i] = i > 0 && read_symbol(symbol_of(&m->asset[i]), j->reads[i]);
                j->listed = j->listed || (i > 0 && m->asset[i].known);
                r[i] = (reading){ j->reads[i], i };
        }
        qsort(r, m->assets, sizeof *r, by_reading);
        for (size_t i = 0, end; i < m->assets; i = end) {
                bool known = r[i].reads[0] && strcmp(r[i].reads, coin) == 0, plain = false;
                for (end = i; end < m->assets && strcmp(r[end].reads, r[i].reads) == 0; end++) {
                        known = known || (r[end].asset && m->asset[r[end].asset].known);
                        plain = plain || (r[end].asset && !j->foreign[r[end].asset]);
                }
                for (size_t k = i; k < end && r[i].reads[0]; k++)
                        if (r[k].asset && !m->asset[r[k].asset].known && (known || (plain && j->foreign[r[k].asset])))
                                j->spoofing[r[k].asset] = 1;
        }
        free(r);
        return EM_OK;
}

/* ---- logs without an explanation ---- */

static uint32_t sender_of(const em_moves *m, const em_move *v)
{
        return m->tx[v->tx].sender;
}

/* A log says 1 for its contract, 2 against it, 0 nothing. */
static int speaks(const judging *j, const em_move *v)
{
        uint32_t sender = sender_of(j->m, v);
        if (v->kind != EM_MOVE_TOKEN || v->from == 0 || sender == UINT32_MAX || (!v->wide && !v->low && !v->high))
                return 0;
        return v->from == sender || v->to == sender || j->kind[v->from] == EM_ACCOUNT_CONTRACT ? 1 : 2;
}

static em_status find_unexplained(judging *j, em_error *err)
{
        const em_moves *m = j->m;
        uint8_t *said = calloc(m->assets + 1, 1);
        if (!said)
                return em_fail(err, EM_NOMEM, "Out of memory while looking for decoys.");
        for (uint64_t i = 0; i < m->moves; i++)
                said[m->move[i].asset] |= (uint8_t)speaks(j, &m->move[i]);
        for (uint64_t i = 1; i < m->assets; i++)
                if (said[i] == 2 && !m->asset[i].known)
                        j->spoofing[i] = 1;
        free(said);
        for (uint64_t i = 0; i < m->moves; i++) {
                const em_move *v = &m->move[i];
                j->decoy[i] = EM_DECOY_NONE;
                if (v->kind == EM_MOVE_TOKEN && !v->wide && !v->low && !v->high)
                        j->decoy[i] = EM_DECOY_ZERO;
                else if (v->kind == EM_MOVE_TOKEN && j->spoofing[v->asset])
                        j->decoy[i] = EM_DECOY_SPOOFED;
        }
        return EM_OK;
}

/* ---- look-alikes ---- */

typedef struct dealing {        /* one move of an account with another */
        uint32_t key, other;    /* key: the digits that a look-alike must share */
        uint64_t move;
        uint8_t  really, paid;  /* a true move; one that the account itself made */
} dealing;

static int by_key(const void *a, const void *b)
{
        const dealing *x = a, *y = b;
        if (x->key != y->key)
                return x->key < y->key ? -1 : 1;
        if (x->other != y->other)
                return x->other < y->other ? -1 : 1;
        return x->move < y->move ? -1 : x->move > y->move;
}

static em_u256 ten_to(unsigned power)
{
        em_u256 n = em_u256_of(1);
        while (power-- > 0)
                if (!em_u256_mul(n, em_u256_of(10), &n))
                        break;
        return n;
}

/* Too little to be meant: at most a thousandth of the coin; less than one token. */
static bool is_dust(const em_moves *m, const em_move *v)
{
        unsigned decimals = v->asset ? m->asset[v->asset].decimals : m->coin_decimals;
        em_u256 x = em_move_amount(m, v);
        if (decimals == 255)
                return false;
        if (v->asset)
                return em_u256_cmp(x, ten_to(decimals)) < 0;
        return em_u256_cmp(x, ten_to(decimals < 3 ? 0 : decimals - 3)) <= 0;
}

/* A move of a coin that counts. */
static bool is_real(const judging *j, uint64_t i)
{
        const em_moves *m = j->m;
        const em_move *v = &m->move[i];
        if (j->decoy[i] != EM_DECOY_NONE || m->tx[v->tx].failed == 1)
                return false;
        if (v->kind == EM_MOVE_TOKEN)
                return j->listed ? m->asset[v->asset].known : sender_of(m, v) == v->from;
        return v->kind == EM_MOVE_NATIVE || v->kind == EM_MOVE_INTERNAL;
}

static dealing dealing_of(const judging *j, uint32_t account, uint64_t i)
{
        const em_moves *m = j->m;
        const em_move *v = &m->move[i];
        uint32_t other = v->from == account ? v->to : v->from, sender = sender_of(m, v);
        const uint8_t *b = m->account[other].b;
        bool real = is_real(j, i), mine = v->from == account && (sender == account || sender == UINT32_MAX);
        return (dealing){ .key = (uint32_t)b[0] << 24 | (uint32_t)b[1] << 16 | (uint32_t)b[18] << 8 | b[19],
                          .other = other, .move = i, .really = real && (mine || !is_dust(m, v)), .paid = real && mine };
}

/* What a move with a look-alike is. */
static em_decoy judge(const judging *j, uint32_t account, uint64_t i)
{
        const em_moves *m = j->m;
        const em_move *v = &m->move[i];
        bool in = v->to == account;
        if (j->decoy[i] != EM_DECOY_NONE)
                return (em_decoy)j->decoy[i];
        if (v->kind == EM_MOVE_TOKEN && !m->asset[v->asset].known)
                return in || sender_of(m, v) != account ? EM_DECOY_LOOKALIKE : EM_DECOY_NONE;
        if (!in || !is_dust(m, v))
                return EM_DECOY_NONE;
        return v->kind == EM_MOVE_TOKEN ? EM_DECOY_LOOKALIKE : EM_DECOY_DUST;
}

/* One run of dealings whose others share a key: those that look like one that is true, and were never paid. */
static void judge_run(judging *j, uint32_t account, const dealing *d, size_t count)
{
        const em_moves *m = j->m;
        for (size_t i = 0, end; i < count; i = end) {
                bool paid = false, fake = false;
                for (end = i; end < count && d[end].other == d[i].other; end++)
                        paid = paid || d[end].paid;
                for (size_t k = 0; k < count && !fake && !paid; k++)
                        fake = d[k].really && d[k].other != d[i].other
                               && em_account_lookalike(m->account[d[k].other], m->account[d[i].other]);
                for (size_t k = i; k < end && fake; k++)
                        j->decoy[d[k].move] = (uint8_t)judge(j, account, d[k].move);
        }
}

static em_status judge_account(judging *j, uint32_t account, dealing **d, size_t *cap, em_error *err)
{
        const em_moves *m = j->m;
        size_t count = (size_t)(m->of_first[account + 1] - m->of_first[account]), n = 0;
        if (count < 2)
                return EM_OK;
        if (count > *cap) {
                dealing *more = realloc(*d, 2 * count * sizeof *more);
                if (!more)
                        return em_fail(err, EM_NOMEM, "Out of memory while looking for decoys.");
                *d = more;
                *cap = 2 * count;
        }
        for (uint64_t at = m->of_first[account]; at < m->of_first[account + 1]; at++) {
                const em_move *v = &m->move[m->of[at]];
                if (v->from != v->to && v->from != 0 && v->to != 0 && v->kind != EM_MOVE_GAS)
                        (*d)[n++] = dealing_of(j, account, m->of[at]);
        }
        qsort(*d, n, sizeof **d, by_key);
        for (size_t i = 0, end; i < n; i = end) {
                for (end = i; end < n && (*d)[end].key == (*d)[i].key; end++) {}
                if ((*d)[end - 1].other != (*d)[i].other)
                        judge_run(j, account, *d + i, end - i);
        }
        return EM_OK;
}

static em_status judge_all(judging *j, em_error *err)
{
        dealing *d = NULL;
        size_t cap = 0;
        EM_TRY(em_accounts_kinds(j->m, j->kind, err));
        EM_TRY(find_counterfeits(j, err));
        EM_TRY(find_unexplained(j, err));
        em_status s = EM_OK;
        for (uint32_t a = 1; a < j->m->accounts && s == EM_OK; a++)
                s = judge_account(j, a, &d, &cap, err);
        free(d);
        return s;
}

em_status em_decoys_judge(const em_moves *m, uint8_t *ret_decoy, em_error *err)
{
        judging j = { .m = m };
        j.decoy = calloc(m->moves + 1, 1);
        j.kind = calloc(m->accounts + 1, 1);
        j.spoofing = calloc(m->assets + 1, 1);
        j.foreign = calloc(m->assets + 1, 1);
        j.reads = calloc(m->assets + 1, sizeof *j.reads);
        em_status s = j.decoy && j.kind && j.spoofing && j.foreign && j.reads
                ? judge_all(&j, err) : em_fail(err, EM_NOMEM, "Out of memory while looking for decoys.");
        if (s == EM_OK && m->moves > 0)
                memcpy(ret_decoy, j.decoy, m->moves);
        free(j.decoy);
        free(j.kind);
        free(j.spoofing);
        free(j.foreign);
        free(j.reads);
        return s;
}
