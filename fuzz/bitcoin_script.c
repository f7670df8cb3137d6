/* Any bytes are a script with one kind, one payee and one name; an address given for it
 * reads back as a script of the same payee in every network.
 */
#include "embargo/bitcoin.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void in_network(em_str script, const em_btc_net *net, em_arena *arena)
{
        char text[128], again[128];
        em_str back;
        em_payee payee = em_script_payee(script);
        em_script_address(script, net, text);
        em_assert(strlen(text) < sizeof text);
        em_payee_address(payee, script, net, again);
        em_assert(script.n == 0 || strcmp(text, again) == 0);   /* empty means: not at hand */
        em_payee_address(payee, (em_str){ NULL, 0 }, net, again);
        em_assert(strncmp(again, "script:", 7) == 0 || strcmp(text, again) == 0);
        if (strncmp(text, "script:", 7) == 0)
                return;
        em_assert(em_address_parse(em_str_c(text), net, arena, &back, NULL) == EM_OK);
        em_payee of_back = em_script_payee(back);
        em_assert(memcmp(payee.b, of_back.b, sizeof payee.b) == 0);
        em_script_address(back, net, again);
        em_assert(strcmp(text, again) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
        em_arena *arena = em_arena_new((size_t)1 << 20);
        char *copy = malloc(size ? size : 1);
        if (!arena || !copy)
                abort();
        if (size)
                memcpy(copy, data, size);
        em_str script = { copy, size }, payee;
        em_script_kind kind = em_script_read(script, &payee);
        em_assert(payee.n <= 65 && strlen(em_script_kind_name(kind)) > 0);
        em_assert(payee.n == 0 || (payee.p >= copy && payee.p + payee.n <= copy + size));
        em_assert((payee.n == 0) == (kind == EM_SCRIPT_OTHER || kind == EM_SCRIPT_MULTISIG
                                     || kind == EM_SCRIPT_NULLDATA));
        const em_btc_net *net;
        for (size_t i = em_btc_nets(&net); i > 0; i--, net++)
                in_network(script, net, arena);
        free(copy);
        em_arena_free(arena);
        return 0;
}
