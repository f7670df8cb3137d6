/* Any text is an address of a network or is none; one that is gives a script whose own
 * address reads back as the same script.
 */
#include "embargo/bitcoin.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void in_network(em_str text, const em_btc_net *net, em_arena *arena)
{
        em_str script = { NULL, 0 }, again;
        em_error err = { 0 };
        char own[128];
        if (em_address_parse(text, net, arena, &script, &err) != EM_OK) {
                em_assert(script.p == NULL && err.code == EM_FORMAT);
                em_assert(em_utf8_ok(em_str_c(err.text), NULL));
                return;
        }
        em_assert(script.n >= 4 && script.n <= 42);
        em_script_address(script, net, own);
        em_assert(em_address_parse(em_str_c(own), net, arena, &again, NULL) == EM_OK);
        em_assert(em_str_eq(script, again));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
        em_arena *arena = em_arena_new((size_t)1 << 20);
        char *copy = malloc(size ? size : 1);
        if (!arena || !copy)
                abort();
        if (size)
                memcpy(copy, data, size);
        const em_btc_net *net;
        for (size_t i = em_btc_nets(&net); i > 0; i--, net++)
                in_network((em_str){ copy, size }, net, arena);
        free(copy);
        em_arena_free(arena);
        return 0;
}
