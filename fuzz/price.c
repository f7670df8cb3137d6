/* Any bytes are a table of prices, with a head that we know and with their own; what is kept is found again, and its value
 * for one whole coin is the price itself, to the hundredth. */
#include "embargo/price.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void judge(const em_prices *p)
{
        for (size_t i = 0; i < em_prices_count(p); i++) {
                const em_price *a = em_prices_at(p, i);
                size_t          n = 0;
                int64_t         value = 0;
                const em_price *found = em_prices_on(p, a->asset, a->currency, a->day, &n);
                em_assert(found && found <= a && a < found + n);
                em_assert(a->units > 0 && a->scale <= 18 && a->line > 1);
                uint64_t over = 1;
                for (unsigned k = 0; k < a->scale; k++)
                        over *= 10;
                if (em_price_value(a, em_u256_of(100000000), 8, &value))
                        em_assert((uint64_t)value / 100 - a->units / over <= 1);
                char text[40];
                em_assert(strlen(em_price_text(value, ',', text)) >= 4);
        }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
        static const char *const prefix[] = {"", "day,price\n", "day,asset,currency,price\n", "time;USD;PriceEUR;asset\n"};
        for (size_t i = 0; i < 4; i++) {
                size_t     before = strlen(prefix[i]);
                char      *text = malloc(before + size + 1);
                em_prices *p = NULL;
                em_error   err = {0};
                if (!text)
                        abort();
                memcpy(text, prefix[i], before);
                if (size)
                        memcpy(text + before, data, size);
                if (em_prices_parse(EM_S("p.csv"), (em_str){text, before + size}, &p, &err) == EM_OK)
                        judge(p);
                else
                        em_assert(!p && err.text[0] && i == 0);
                em_prices_free(p);
                free(text);
        }
        return 0;
}
