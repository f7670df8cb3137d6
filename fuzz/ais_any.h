/* What must hold of any bits that are given as an AIS message: refused for a reason, or JSON that reads; both decoders agree.
 *
 * Bits lie on the heap with the eight bytes behind them that may be read, and no more.
 */
#ifndef FUZZ_AIS_ANY_H
#define FUZZ_AIS_ANY_H

#include "embargo/ais.h"
#include "embargo/json.h"

#include <stdlib.h>

static inline void fuzz_ais(const uint8_t *bytes, size_t size, size_t bit_count)
{
        static em_arena    *arena;
        static em_json_doc *reader;
        arena = arena ? arena : em_arena_new((size_t)16 << 20);
        reader = reader ? reader : em_json_reader();
        uint8_t *bits = calloc(size + 8, 1);
        em_ais   ais, ship;
        em_assert(arena && reader && bits && bit_count <= 8 * size);
        if (size)
                memcpy(bits, bytes, size);
        em_ais_reject reject = em_ais_decode(bits, bit_count, &ais);
        em_assert(reject == em_ais_decode_ship(bits, bit_count, &ship));
        em_assert(em_ais_reject_why(reject)[0] && em_ais_reject_name(reject)[0]);
        if (reject == EM_AIS_OK) {
                em_buf    out = em_buf_make(1 << 16);
                em_jnode *root;
                int64_t   mmsi;
                em_assert(ais.mmsi == ship.mmsi && ais.has_position == ship.has_position && ais.has_static == ship.has_static);
                em_ais_json(&ais, &out);
                em_arena_reset(arena);
                em_assert(em_buf_status(&out, NULL) == EM_OK && em_json_parse(reader, em_buf_view(&out), arena, &root, NULL) == EM_OK);
                em_assert(em_jint(em_jget(root, "mmsi"), &mmsi) && mmsi == ais.mmsi);
                em_buf_free(&out);
        }
        free(bits);
}

/* A payload of an application in each message that can carry it. */
static inline void fuzz_payload(unsigned dac, unsigned fid, const uint8_t *payload, size_t size)
{
        static const unsigned types[] = {6, 8, 25, 26};
        uint8_t bytes[160] = {0};
        for (size_t t = 0; t < 4; t++) {
                size_t   at = types[t] == 6 ? 72 : 40;         /* 25 and 26: to all, structured */
                unsigned id = dac << 6 | fid;
                size = size < 140 ? size : 140;
                memset(bytes, 0, sizeof bytes);
                bytes[0] = (uint8_t)(types[t] << 2);
                bytes[4] = types[t] > 8;
                bytes[at / 8] = (uint8_t)(id >> 8);
                bytes[at / 8 + 1] = (uint8_t)id;
                if (size)
                        memcpy(bytes + at / 8 + 2, payload, size);
                size_t bits = at + 16 + 8 * size;
                fuzz_ais(bytes, (bits + 7) / 8 + 3, bits + (types[t] == 26 ? 20 : 0));
        }
}

#endif
