/* An index is mapped and believed only after every number in it was checked once against what it
 * points to: a truncated or hostile file is refused here and cannot misbehave later.
 */
#include "chain/moves_inside.h"

#include <stdlib.h>

struct em_moves_index {
        em_mapping  map;
        em_mv_head  head;
        em_moves    view;
        em_arena   *arena;
        em_str     *file;
        const uint32_t    *account_find, *tx_find;
        const em_mv_place *place;
        uint64_t    found_txs;
};

static const void *column(const em_moves_index *x, em_mv_section section)
{
        return x->map.p + x->head.section[section].offset;
}

static em_status bad(em_error *err, const char *name, uint64_t at, const char *why)
{
        return em_fail(err, EM_FORMAT, "the index's column \"%s\": entry %llu %s", name, (unsigned long long)at, why);
}

/* ---- checks, column by column ---- */

static em_status check_blocks(const em_moves *v, em_error *err)
{
        for (uint64_t b = 0; b <= v->blocks; b++) {
                uint64_t first = v->block[b].first_tx;
                if (b == 0 ? first != 0 : first < v->block[b - 1].first_tx)
                        return bad(err, "block", b, "does not begin where the one before it ends");
                if (b == v->blocks ? first != v->txs : b > 0 && v->block[b].number <= v->block[b - 1].number)
                        return bad(err, "block", b, "is out of order");
        }
        return EM_OK;
}

static bool account_or_none(const em_moves *v, uint32_t account)
{
        return account < v->accounts || account == UINT32_MAX;
}

static em_status check_txs(const em_moves *v, em_error *err)
{
        uint64_t b = 0;
        for (uint64_t t = 0; t <= v->txs; t++) {
                const em_move_tx *x = &v->tx[t];
                if (t == 0 ? x->first_move != 0 : x->first_move < x[-1].first_move)
                        return bad(err, "tx", t, "does not begin where the one before it ends");
                if (t == v->txs)
                        return x->first_move == v->moves ? EM_OK : bad(err, "tx", t, "does not end with the moves");
                while (b < v->blocks && v->block[b + 1].first_tx <= t)
                        b++;
                if (x->block != b)
                        return bad(err, "tx", t, "names another block than it stands in");
                if (!account_or_none(v, x->sender) || !account_or_none(v, x->to) || x->failed > 2)
                        return bad(err, "tx", t, "names an account that is not there");
        }
        return EM_OK;
}

static em_status check_moves(const em_moves *v, uint64_t *ret_touches, em_error *err)
{
        uint64_t t = 0, touches = 0;
        for (uint64_t m = 0; m < v->moves; m++) {
                const em_move *x = &v->move[m];
                while (v->tx[t + 1].first_move <= m)
                        t++;
                if (x->tx != t)
                        return bad(err, "move", m, "names another transaction than it stands in");
                if (x->from >= v->accounts || x->to >= v->accounts || x->asset >= v->assets)
                        return bad(err, "move", m, "names an account or asset that is not there");
                if (x->kind >= EM_MOVE_KINDS || x->decoy >= EM_DECOYS || x->wide > 1 ||
                    (x->wide && (x->low >= v->wides || x->high)))
                        return bad(err, "move", m, "is of no kind or has no amount");
                touches += x->from == x->to ? 1 : 2;
        }
        *ret_touches = touches;
        return EM_OK;
}

static em_status check_of(const em_moves *v, uint64_t count, uint64_t touches, em_error *err)
{
        if (count != touches)
                return em_fail(err, EM_FORMAT, "the index's column \"of\" has not every move of every account");
        for (uint64_t a = 0; a <= v->accounts; a++)
                if (a == 0 ? v->of_first[a] != 0 : v->of_first[a] < v->of_first[a - 1] || v->of_first[a] > count)
                        return bad(err, "of_first", a, "is out of order");
        if (v->of_first[v->accounts] != count)
                return bad(err, "of_first", v->accounts, "does not end with the moves of accounts");
        for (uint64_t a = 0; a < v->accounts; a++)
                for (uint64_t i = v->of_first[a]; i < v->of_first[a + 1]; i++) {
                        uint64_t m = v->of[i];
                        if (m >= v->moves || (i > v->of_first[a] && m <= v->of[i - 1]))
                                return bad(err, "of", i, "is out of order");
                        if (v->move[m].from != a && v->move[m].to != a)
                                return bad(err, "of", i, "is a move of others");
                }
        return EM_OK;
}

static em_status check_assets(const em_moves *v, em_error *err)
{
        static const em_account zeros;
        if (memcmp(&v->account[0], &zeros, sizeof zeros) != 0)
                return bad(err, "account", 0, "is not the protocol");
        if (memcmp(&v->asset[0].contract, &zeros, sizeof zeros) != 0)
                return bad(err, "asset", 0, "is not the chain's coin");
        for (uint64_t a = 0; a < v->assets; a++)
                if (v->asset[a].symbol[sizeof v->asset[a].symbol - 1] || !em_utf8_ok(em_str_c(v->asset[a].symbol), NULL) ||
                    (v->asset[a].decimals > 77 && v->asset[a].decimals != 255) || v->asset[a].known > 1)
                        return bad(err, "asset", a, "is no asset");
        return EM_OK;
}

static em_status check_finds(const em_moves_index *x, em_error *err)
{
        const em_moves *v = &x->view;
        static const uint8_t zeros[32];
        uint64_t named = 0;
        for (uint64_t i = 0; i < v->accounts; i++) {
                const uint32_t *f = x->account_find + i;
                if (*f >= v->accounts || (i > 0 && memcmp(&v->account[f[-1]], &v->account[*f], sizeof(em_account)) >= 0))
                        return bad(err, "account_find", i, "is out of order");
        }
        for (uint64_t i = 0; i < x->found_txs; i++) {
                const uint32_t *f = x->tx_find + i;
                int c = *f < v->txs && i > 0 ? memcmp(v->tx[f[-1]].hash, v->tx[*f].hash, 32) : -1;
                if (*f >= v->txs || c > 0 || (c == 0 && f[-1] >= *f))
                        return bad(err, "tx_find", i, "is out of order");
        }
        for (uint64_t t = 0; t < v->txs; t++)
                named += memcmp(v->tx[t].hash, zeros, 32) != 0;
        if (named != x->found_txs || (named && memcmp(v->tx[x->tx_find[0]].hash, zeros, 32) == 0))
                return em_fail(err, EM_FORMAT, "the index's column \"tx_find\" has not every transaction");
        return EM_OK;
}

static em_status read_names(em_moves_index *x, em_error *err)
{
        em_str   text = { column(x, MV_FILES), (size_t)x->head.section[MV_FILES].length };
        uint64_t n = 0, files = x->head.built.files;
        if (files > text.n)
                return em_fail(err, EM_FORMAT, "the index's column \"files\" has not as many names as files");
        x->file = EM_NEW_N(x->arena, em_str, files);
        if (!x->file)
                return em_fail(err, EM_NOMEM, "no memory for the names of files");
        while (text.n > 0) {
                em_cut cut = em_str_cut(text, '\0');
                if (!cut.found || n == files)
                        return em_fail(err, EM_FORMAT, "the index's column \"files\" has not as many names as files");
                x->file[n++] = cut.head;
                text = cut.tail;
        }
        if (n != files)
                return em_fail(err, EM_FORMAT, "the index's column \"files\" has not as many names as files");
        return EM_OK;
}

static em_status check_places(const em_moves_index *x, em_error *err)
{
        for (uint64_t m = 0; m < x->view.moves; m++)
                if (x->place[m].file >= x->head.built.files)
                        return bad(err, "place", m, "names a file that is not there");
        return EM_OK;
}

static em_status check(em_moves_index *x, em_error *err)
{
        uint64_t touches = 0;
        EM_TRY(check_blocks(&x->view, err));
        EM_TRY(check_txs(&x->view, err));
        EM_TRY(check_moves(&x->view, &touches, err));
        EM_TRY(check_of(&x->view, x->head.section[MV_OF].length / 8, touches, err));
        EM_TRY(check_assets(&x->view, err));
        EM_TRY(check_finds(x, err));
        return check_places(x, err);
}

/* ---- open ---- */

static void look(em_moves_index *x)
{
        const em_mv_head *h = &x->head;
        x->view = (em_moves){
                .moves = h->built.moves, .accounts = h->built.accounts, .assets = h->built.assets, .txs = h->built.txs,
                .blocks = h->built.blocks, .wides = h->wides, .move = column(x, MV_MOVE), .tx = column(x, MV_TX),
                .block = column(x, MV_BLOCK), .asset = column(x, MV_ASSET), .account = column(x, MV_ACCOUNT),
                .wide = column(x, MV_WIDE), .of_first = column(x, MV_OF_FIRST), .of = column(x, MV_OF),
                .network = h->network, .coin = h->coin, .coin_decimals = h->coin_decimals,
        };
        x->account_find = column(x, MV_ACCOUNT_FIND);
        x->tx_find = column(x, MV_TX_FIND);
        x->found_txs = h->section[MV_TX_FIND].length / 4;
        x->place = column(x, MV_PLACE);
}

static em_status open_file(em_moves_index *x, em_str dir, em_sound *sound, em_error *err)
{
        em_sha256 state;
        em_str    path;
        em_error  why = { 0 };
        EM_TRY(em_path_join(dir, EM_S(EM_MV_FILE), x->arena, &path, err));
        EM_TRY(em_mapping_open(path, &x->map, err));
        em_status status = em_mv_head_unpack((em_str){ x->map.p, x->map.n }, &x->head, &why);
        if (status == EM_OK) {
                look(x);
                status = read_names(x, &why);
        }
        if (status == EM_OK && !em_sound_known(sound, &x->map, 1, &state)) {
                status = check(x, &why);
                if (status == EM_OK)
                        em_sound_note(sound, &state);
        }
        return status == EM_OK ? EM_OK : em_fail_at(err, status, path, 0, 0, "%s", why.text);
}

em_status em_moves_open(em_str dir, em_moves_index **ret_index, em_error *err) { return em_moves_open_sound(dir, NULL, ret_index, err); }

em_status em_moves_open_sound(em_str dir, em_sound *sound, em_moves_index **ret_index, em_error *err)
{
        em_moves_index *x = calloc(1, sizeof *x);
        if (!x)
                return em_fail(err, EM_NOMEM, "no memory for an index");
        x->map.fd = -1;
        x->arena = em_arena_new((size_t)1 << 30);
        em_status status = x->arena ? open_file(x, dir, sound, err) : em_fail(err, EM_NOMEM, "no memory for an index");
        if (status == EM_OK)
                *ret_index = x;
        else
                em_moves_close(x);
        return status;
}

em_moves_index *em_moves_close(em_moves_index *x)
{
        if (!x)
                return NULL;
        em_mapping_close(&x->map);
        em_arena_free(x->arena);
        free(x);
        return NULL;
}

bool em_moves_is(em_str dir)
{
        em_arena *arena = em_arena_new(1 << 16);
        em_str    path;
        bool      is = arena && em_path_join(dir, EM_S(EM_MV_FILE), arena, &path, NULL) == EM_OK && em_path_exists(path);
        em_arena_free(arena);
        return is;
}

const em_moves *em_moves_view(const em_moves_index *x)
{
        return &x->view;
}

em_moves_built em_moves_counts(const em_moves_index *x)
{
        return x->head.built;
}

em_str em_moves_rejects(const em_moves_index *x)
{
        return (em_str){ column(x, MV_REJECTS), (size_t)x->head.section[MV_REJECTS].length };
}

em_status em_moves_seal(const em_moves_index *x, em_sha256 *ret_seal, em_error *err)
{
        em_hasher *hasher = em_hasher_new();
        if (!hasher)
                return em_fail(err, EM_NOMEM, "no memory for a hasher");
        for (size_t i = 0; i < MV_SECTIONS; i++)
                if (i != MV_FILES && i != MV_REJECTS)   /* these name folders */
                        em_hasher_add(hasher, x->head.section[i].sum, 8);
        em_hasher_add(hasher, x->view.network, strlen(x->view.network));
        *ret_seal = em_hasher_done(hasher);
        em_hasher_free(hasher);
        return EM_OK;
}

em_status em_moves_verify(const em_moves_index *x, em_error *err)
{
        em_hasher *hasher = em_hasher_new();
        em_status  status = hasher ? EM_OK : em_fail(err, EM_NOMEM, "no memory for a hasher");
        for (size_t i = 0; status == EM_OK && i < MV_SECTIONS; i++) {
                uint8_t sum[8];
                em_mv_sum(hasher, (em_str){ column(x, (em_mv_section)i), (size_t)x->head.section[i].length }, sum);
                if (memcmp(sum, x->head.section[i].sum, 8) != 0)
                        status = em_fail(err, EM_FORMAT, "the index's column \"%s\" does not match its checksum",
                                         em_mv_name((em_mv_section)i));
        }
        em_hasher_free(hasher);
        return status;
}

/* ---- questions ---- */

em_status em_moves_find_account(const em_moves_index *x, em_account account, uint32_t *ret, em_error *err)
{
        uint64_t low = 0, high = x->view.accounts;
        char     text[EM_ACCOUNT_TEXT];
        while (low < high) {
                uint64_t mid = low + (high - low) / 2;
                int c = memcmp(&x->view.account[x->account_find[mid]], &account, sizeof account);
                if (c == 0) {
                        *ret = x->account_find[mid];
                        return EM_OK;
                }
                if (c < 0)
                        low = mid + 1;
                else
                        high = mid;
        }
        return em_fail(err, EM_MISSING, "account %s is not in the indexed files",
                       em_account_text(&x->view, account, text));
}

em_status em_moves_find_tx(const em_moves_index *x, const uint8_t hash[32], uint32_t *ret_tx, em_error *err)
{
        uint64_t  low = 0, high = x->found_txs;
        em_sha256 shown;
        char      text[65];
        while (low < high) {
                uint64_t mid = low + (high - low) / 2;
                if (memcmp(x->view.tx[x->tx_find[mid]].hash, hash, 32) < 0)
                        low = mid + 1;
                else
                        high = mid;
        }
        if (low < x->found_txs && memcmp(x->view.tx[x->tx_find[low]].hash, hash, 32) == 0) {
                *ret_tx = x->tx_find[low];
                return EM_OK;
        }
        memcpy(shown.b, hash, 32);
        return em_fail(err, EM_MISSING, "transaction 0x%s is not in the indexed files", em_sha256_hex(shown, text));
}

em_status em_moves_place_of(const em_moves_index *x, uint64_t move, em_arena *arena, em_move_place *ret_place,
                            em_error *err)
{
        em_assert(move < x->view.moves);
        const em_mv_place *p = &x->place[move];
        em_move_place      place = { .line = p->line, .offset = p->offset, .length = p->length };
        EM_TRY(em_str_copy(x->file[p->file], arena, &place.file, err));
        *ret_place = place;
        return EM_OK;
}
