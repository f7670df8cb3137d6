/* Wallet addresses: "ticker,address" rows, or one address a line; and the table of Israel's NBCTF.
 *
 * Source: github.com/0xB10C/ofac-sanctioned-digital-currency-addresses for the first; its tickers are OFAC's (XBT for bitcoin).
 * The NBCTF's orders have Hebrew headers; rows between them name the order.
 */
#include "names/list_table.h"

enum { LEAST = 20, MOST = 128 };        /* letters of an address of any coin */

static bool letters_only(em_str s, size_t least, size_t most)
{
        for (size_t i = 0; i < s.n; i++)
                if (!((s.p[i] >= '0' && s.p[i] <= '9') || (s.p[i] >= 'a' && s.p[i] <= 'z') || (s.p[i] >= 'A' && s.p[i] <= 'Z')))
                        return false;
        return s.n >= least && s.n <= most;
}

static bool is_address(em_str s)
{
        bool digit = false;
        for (size_t i = 0; i < s.n; i++)
                digit = digit || (s.p[i] >= '0' && s.p[i] <= '9');
        em_cut cut = em_str_cut(s, ':');        /* "bitcoincash:qpf2..." */
        return digit && letters_only(cut.found ? cut.tail : s, LEAST, MOST) && (!cut.found || letters_only(cut.head, 2, LEAST));
}

/* "XBT,12Qt..." or "12Qt..."; false when it is neither. */
static bool cut_line(em_str line, em_str *ret_ticker, em_str *ret_address)
{
        em_cut cut = em_str_cut(em_str_trim(line), ',');
        *ret_ticker = cut.found ? em_str_trim(cut.head) : (em_str){0};
        *ret_address = em_str_trim(cut.found ? cut.tail : cut.head);
        return is_address(*ret_address) && (!cut.found || letters_only(*ret_ticker, 2, 8));
}

static int is_wallets(em_str head)
{
        em_str ticker, address;
        return cut_line(em_str_cut(head, '\n').head, &ticker, &address) ? 1 : 0;
}

static em_status add_wallet(em_list_reading *r, em_str ticker, em_str address, em_party *p, em_error *err)
{
        em_making m = {.r = r, .p = p, .err = err};
        p->schema = EM_SCHEMA_WALLET;
        em_make_number(&m, "wallet", address, EM_S(""), ticker);
        EM_TRY(m.s);
        /* One address may be listed under several tickers. */
        EM_TRY(em_str_format(r->arena, &p->id, err, "%.*s%s%.*s", EM_ARG(ticker), ticker.n ? ":" : "", EM_ARG(address)));
        return em_list_add(r, p, err);
}

static em_status read_wallets(em_list_reading *r, em_error *err)
{
        uint64_t line = 0, at = 0;
        em_str   text = r->bytes;
        if (em_str_starts(text, EM_S("\xef\xbb\xbf")))
                at = 3;
        while (at < r->bytes.n) {
                em_cut   cut = em_str_cut(em_str_sub(text, (size_t)at, text.n), '\n');
                em_party p = {.listed = EM_DAY_NONE, .changed = EM_DAY_NONE, .line = ++line, .offset = at, .length = cut.head.n};
                em_str   ticker, address;
                char     shown[100];
                if (cut_line(cut.head, &ticker, &address))
                        EM_TRY(add_wallet(r, ticker, address, &p, err));
                else if (em_str_trim(cut.head).n)
                        EM_TRY(em_list_reject_row(r, EM_S(""), line, at, err, "\"%s\" is no wallet address",
                                                  em_str_show(cut.head, shown, sizeof shown)));
                at += cut.head.n + 1;
        }
        return EM_OK;
}

const em_list_reader em_list_wallets = {"wallets", "wallets", "wallet addresses, one a line, with or without \"ticker,\"", is_wallets,
                                        read_wallets, 0};

/* ---- Israel ----------------------------------------------------------------------------------------------- */

#define FULL_NAME "\xd7\xa9\xd7\x9d \xd7\x9e\xd7\x9c\xd7\x90"
#define IDENTITY  "\xd7\xaa\xd7\xa2\xd7\x95\xd7\x93\xd7\xaa \xd7\x96\xd7\x94\xd7\x95\xd7\xaa"
#define PASSPORT  "\xd7\x93\xd7\xa8\xd7\x9b\xd7\x95\xd7\x9f"
#define BIRTH     "\xd7\xaa\xd7\x90\xd7\xa8\xd7\x99\xd7\x9a \xd7\x9c\xd7\x99\xd7\x93\xd7\x94"
#define WALLET    "\xd7\x9e\xd7\xa1\xd7\xa4\xd7\xa8 \xd7\x96\xd7\x99\xd7\x94\xd7\x95\xd7\x99 \xd7\x94\xd7\x90\xd7\xa8\xd7\xa0\xd7\xa7 \xd7\x94\xd7\x90\xd7\x9c\xd7\xa7\xd7\x98\xd7\xa8\xd7\x95\xd7\xa0\xd7\x99/ \xd7\x99\xd7\x95\xd7\x96\xd7\xa8"
#define COIN      "\xd7\x9e\xd7\x98\xd7\x91\xd7\xa2"

static const em_list_column nbctf[] = {
        {WALLET, EM_PART_NONE, NULL, 0}, {FULL_NAME, EM_PART_NAME, "he", 0}, {IDENTITY, EM_PART_NUMBER, "national-id", 0},
        {PASSPORT, EM_PART_NUMBER, "passport", 0}, {BIRTH, EM_PART_BORN, NULL, 0}, {COIN, EM_PART_NONE, NULL, 0},
};

static int is_nbctf(em_str head) { return em_str_starts(head, EM_S(FULL_NAME ",")) ? 2 : 0; }

#define ORDER     "\xd7\xa6.\xd7\xaa"       /* "S.T.", seizure order */

typedef struct nbctf_state { em_str order, last; } nbctf_state;

/* Rows without a wallet name the order for those behind them, or say more of the party before: another name or number. */
static em_status nbctf_more(em_list_table *t, em_making *m, em_str name)
{
        nbctf_state *x = t->ctx;
        em_making    more = *m;
        if (em_str_starts(name, EM_S(ORDER))) {
                x->order = em_make_copy(m, name);
                return m->s;
        }
        more.p = x->last.n ? em_list_find(t->r, t->r->file->dataset, x->last) : NULL;
        if (!more.p)
                return em_list_add(t->r, m->p, m->err);         /* a reject */
        em_list_put_cells(t, &more);
        if (name.n && em_make_last(&more) && more.p->names > 1)
                em_make_last(&more)->kind = EM_NAME_ALIAS;
        return more.s;
}

static em_status nbctf_row(em_list_table *t, em_making *m)
{
        em_str       wallet = em_list_cell(t, WALLET), name = em_list_cell(t, FULL_NAME);
        nbctf_state *x = t->ctx;
        if (!wallet.n)
                return nbctf_more(t, m, name);
        m->p->schema = name.n ? EM_SCHEMA_PERSON : EM_SCHEMA_WALLET;
        em_list_put_cells(t, m);
        em_make_put(m, EM_PART_ID, NULL, wallet);
        em_make_number(m, "wallet", wallet, EM_S(""), em_list_cell(t, COIN));
        em_make_put(m, EM_PART_PROGRAMME, NULL, x->order);
        x->last = m->p->id;
        EM_TRY(m->s);
        return em_list_add(t->r, m->p, m->err);
}

static em_status read_nbctf(em_list_reading *r, em_error *err)
{
        nbctf_state   order = {0};
        em_list_table t = {.r = r, .column = nbctf, .columns = sizeof nbctf / sizeof *nbctf, .row = nbctf_row,
                           .short_rows = true, .ctx = &order};
        return em_list_table_read(&t, NULL, err);
}

const em_list_reader em_list_il_wallets = {"il-nbctf-csv", "il-nbctf", "wallets seized by Israel's NBCTF, CSV", is_nbctf, read_nbctf, 0};
