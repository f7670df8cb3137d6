/* embargo/price.h -- what a coin cost on a day, by whose table.
 *
 * A price is what a table that the user gives says of one day (UTC), kept exactly as an integer and a
 * number of decimals, with the file and line it stands in.  A day that no table has is a missing day: no
 * price is carried forward, interpolated or guessed.
 *
 *     em_prices *prices;
 *     EM_TRY(em_prices_read(path, paths, NULL, &prices, err));
 *     const em_price *p = em_prices_on(prices, EM_S("BTC"), EM_S("USD"), day, &n);
 *     if (p && em_price_value(p, em_u256_of(value_sat), 8, &hundredths)) ...
 *     prices = em_prices_free(prices);
 *
 * Formats (CSV with a head; comma, semicolon or tab):
 *   long   day, price; and asset (a symbol, or a contract's address) and currency where they are stated.
 *          What a row does not state is empty and stands for whatever the caller asks.
 *   wide   day and one column for each currency: USD, eur, PriceUSD, ReferenceRateUSD (Coin Metrics).
 * day is YYYY-MM-DD, with a time of day behind T or a blank left aside; columns called date and time are days
 * too.  A price is digits with at most one point, above zero, of at most 18 digits without the zeros at its ends.
 * An empty price is a missing day.
 */
#ifndef EMBARGO_PRICE_H
#define EMBARGO_PRICE_H

#include "embargo/day.h"
#include "embargo/u256.h"

typedef struct em_price {
        em_day   day;
        em_str   asset, currency;       /* as stated, contracts in lower case; may be empty */
        uint64_t units;                 /* the price is units / 10^scale of the currency for one whole coin; never 0 */
        unsigned scale;                 /* 0 .. 18 */
        em_str   text;                  /* as stated */
        em_str   file;                  /* as given */
        uint64_t line;
} em_price;

typedef struct em_price_reject { em_str file; uint64_t line; em_str reason; } em_price_reject;

typedef struct em_prices em_prices;
/* Reads all files, in the order given; a row that is none is a reject and the rest goes on.  Cost: time by bytes and by
 * prices times their logarithm; memory is the bytes of the files and 104 bytes a price, twice while they are sorted.
 *
 * EM_FORMAT  a file without a day or without a price in its head
 * EM_LIMIT   more than 20 million prices and rejects; a file of over a gigabyte
 * EM_MISSING, EM_IO, EM_DENIED, EM_NOMEM */
EM_MUST em_status em_prices_read(const em_str *path, size_t paths, em_prices **ret_prices, em_error *err);
/* The same of bytes in memory; name stands for the file.  Both must outlive the prices. */
EM_MUST em_status em_prices_parse(em_str name, em_str text, em_prices **ret_prices, em_error *err);
em_prices *em_prices_free(em_prices *prices);
size_t em_prices_count(const em_prices *prices);
const em_price *em_prices_at(const em_prices *prices, size_t i);        /* by asset, currency, day; then as read */
size_t em_prices_rejects(const em_prices *prices, const em_price_reject **ret_list);
/* What the tables say of a day, in the order they were read; NULL and 0 when it is missing.  Rows that state asset and
 * currency come before rows that leave the currency open, then the asset, then both; only the first kind found is
 * given.  More than one: tables (or rows) that may differ; the first is the one to use and the rest to be shown. */
const em_price *em_prices_on(const em_prices *prices, em_str asset, em_str currency, em_day day, size_t *ret_count);
/* Rows of all four kinds: how many say something of that day. */
size_t em_prices_said(const em_prices *prices, em_str asset, em_str currency, em_day day);
/* amount / 10^decimals coins at that price, in hundredths of the currency, rounded half up, exactly: no double is
 * anywhere.  False: over 63 bits, or decimals over 77. */
bool em_price_value(const em_price *price, em_u256 amount, unsigned decimals, int64_t *ret_hundredths);
/* "1,234.50"; sep 0: none.  Returns out. */
char *em_price_text(int64_t hundredths, char sep, char out[40]);

#endif
