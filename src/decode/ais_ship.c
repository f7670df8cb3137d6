/* Messages of ships into values, after ITU-R M.1371-5, annex 8, tables 48 to 81.
 *
 * A position report is three loads of eight bytes: bits 0 to 63 hold who, how and how fast, 56 to 119 where, 112 to 175 the rest.
 * Other types read field by field.  A message is refused only when it ends before what it must hold; that is its last field that is
 * neither spare nor the state of the radio link.
 */
#include "embargo/ais.h"
#include "embargo/day.h"
#include "ais_field.h"

/* Bits a message of each type must have.  5: many transmitters send 420 of 424 (E. S. Raymond, "AIVDM/AIVDO protocol decoding"); 24:
 * part A, part B is judged apart; 25 and 26: without the parts that their own bits announce. */
static const uint16_t least[28] = {
        0, 149, 149, 149, 149, 420, 88, 72, 56, 148, 70, 149, 72, 72, 40, 88, 92, 80, 148, 308, 70, 271, 145, 154, 160, 40, 60, 95,
};
/* Bits that are read of the types whose length is free; of the others the fields end by themselves. */
static const uint16_t most[28] = { [6] = 1008, [8] = 1008, [12] = 1008, [14] = 1008, [17] = 816, [25] = 168, [26] = 1064 };
#define WHOLE_RADIO  168
#define LEAST_PART_B 162

const char *em_ais_reject_name(em_ais_reject reject)
{
        static const char *const name[EM_AIS_REJECTS] = {"ok", "short", "type", "part"};
        em_assert(reject < EM_AIS_REJECTS);
        return name[reject];
}

const char *em_ais_reject_why(em_ais_reject reject)
{
        static const char *const why[EM_AIS_REJECTS] = {
                "the message is whole",
                "the message ends before the last value its type must hold",
                "there is no message type of this number (1 to 27)",
                "a message of type 24 has parts 0 and 1 only",
        };
        em_assert(reject < EM_AIS_REJECTS);
        return why[reject];
}

/* ---- letters ---- */

size_t ais_letters(const uint8_t *bits, size_t bit_count, size_t at, size_t letters, char *to)
{
        size_t whole = bit_count > at ? (bit_count - at) / 6 : 0, n = 0, end = 0;
        letters = letters < whole ? letters : whole;
        while (n < letters) {
                uint64_t word = ais_word(bits, at + 6 * n);
                size_t   stop = letters - n < 9 ? letters : n + 9;      /* nine letters in 54 of the word's 57 bits */
                for (; n < stop; n++, word <<= 6) {
                        unsigned six = (unsigned)(word >> 58);
                        if (six == 0)
                                goto cut;
                        to[n] = (char)(six < 32 ? six + 64 : six);
                        end = six == 32 ? end : n + 1;
                }
        }
cut:
        to[end] = '\0';
        return end;
}

/* ---- where ---- */

static const em_ais_position nowhere = {
        .lon = EM_AIS_LON_NONE, .lat = EM_AIS_LAT_NONE, .sog = EM_AIS_SOG_NONE, .cog = EM_AIS_COG_NONE, .heading = EM_AIS_HEADING_NONE,
        .status = EM_AIS_STATUS_NONE, .second = 60, .turn = -128, .altitude = 4095,
};

static inline void read_class_a(const uint8_t *bits, size_t bit_count, unsigned type, em_ais_position *at)
{
        uint64_t how = ais_word(bits, 0), where = ais_word(bits, 56), rest = ais_word(bits, 112);
        *at = (em_ais_position){
                .lon = ais_cut_signed(where, 5, 28), .lat = ais_cut_signed(where, 33, 27),
                .sog = (uint16_t)ais_cut(how, 50, 10), .cog = (uint16_t)ais_cut(rest, 4, 12), .heading = (uint16_t)ais_cut(rest, 16, 9),
                .status = (uint8_t)ais_cut(how, 38, 4), .second = (uint8_t)ais_cut(rest, 25, 6), .maneuver = (uint8_t)ais_cut(rest, 31, 2),
                .radio_mode = type == 3, .turn = (int16_t)ais_cut_signed(how, 42, 8), .altitude = 4095,
                .accuracy = ais_cut(how, 60, 1), .raim = ais_cut(rest, 36, 1),
                .radio = bit_count >= WHOLE_RADIO ? ais_cut(rest, 37, 19) : 0,
        };
}

/* Where the state of the radio link stands with the bit that selects its kind before it: types 9 and 18. */
static void read_radio(const uint8_t *bits, size_t bit_count, em_ais_position *at)
{
        if (bit_count < WHOLE_RADIO)
                return;
        at->radio_mode = (uint8_t)ais_bits(bits, 148, 1);
        at->radio = (uint32_t)ais_bits(bits, 149, 19);
}

static void read_class_b(const uint8_t *bits, size_t bit_count, unsigned type, em_ais_position *at)
{
        *at = nowhere;
        at->sog = (uint16_t)ais_bits(bits, 46, 10);
        at->accuracy = ais_bits(bits, 56, 1);
        at->lon = (int32_t)ais_signed(bits, 57, 28);
        at->lat = (int32_t)ais_signed(bits, 85, 27);
        at->cog = (uint16_t)ais_bits(bits, 112, 12);
        at->heading = (uint16_t)ais_bits(bits, 124, 9);
        at->second = (uint8_t)ais_bits(bits, 133, 6);
        at->class_b = true;
        if (type == 18) {
                at->assigned = ais_bits(bits, 146, 1);
                at->raim = ais_bits(bits, 147, 1);
                read_radio(bits, bit_count, at);
        } else {
                at->raim = ais_bits(bits, 305, 1);
                at->assigned = ais_bits(bits, 307, 1);
        }
}

static void read_aircraft(const uint8_t *bits, size_t bit_count, em_ais_position *at)
{
        *at = nowhere;
        at->altitude = (uint16_t)ais_bits(bits, 38, 12);
        at->sog = (uint16_t)ais_bits(bits, 50, 10);
        at->accuracy = ais_bits(bits, 60, 1);
        at->lon = (int32_t)ais_signed(bits, 61, 28);
        at->lat = (int32_t)ais_signed(bits, 89, 27);
        at->cog = (uint16_t)ais_bits(bits, 116, 12);
        at->second = (uint8_t)ais_bits(bits, 128, 6);
        at->assigned = ais_bits(bits, 146, 1);
        at->raim = ais_bits(bits, 147, 1);
        read_radio(bits, bit_count, at);
}

static void read_base(const uint8_t *bits, size_t bit_count, em_ais_position *at)
{
        *at = nowhere;
        at->second = (uint8_t)ais_bits(bits, 72, 6);
        at->accuracy = ais_bits(bits, 78, 1);
        at->lon = (int32_t)ais_signed(bits, 79, 28);
        at->lat = (int32_t)ais_signed(bits, 107, 27);
        at->raim = ais_bits(bits, 148, 1);
        at->radio = bit_count >= WHOLE_RADIO ? (uint32_t)ais_bits(bits, 149, 19) : 0;
}

static void read_aid(const uint8_t *bits, em_ais_position *at)
{
        *at = nowhere;
        at->accuracy = ais_bits(bits, 163, 1);
        at->lon = (int32_t)ais_signed(bits, 164, 28);
        at->lat = (int32_t)ais_signed(bits, 192, 27);
        at->second = (uint8_t)ais_bits(bits, 253, 6);
        at->raim = ais_bits(bits, 268, 1);
        at->assigned = ais_bits(bits, 270, 1);
}

static void read_long_range(const uint8_t *bits, em_ais_position *at)
{
        *at = nowhere;
        at->accuracy = ais_bits(bits, 38, 1);
        at->raim = ais_bits(bits, 39, 1);
        at->status = (uint8_t)ais_bits(bits, 40, 4);
        at->lon = 1000 * (int32_t)ais_signed(bits, 44, 18);
        at->lat = 1000 * (int32_t)ais_signed(bits, 62, 17);
        unsigned knots = (unsigned)ais_bits(bits, 79, 6), degrees = (unsigned)ais_bits(bits, 85, 9);
        at->sog = knots == 63 ? EM_AIS_SOG_NONE : (uint16_t)(10 * knots);
        at->cog = degrees == 511 ? EM_AIS_COG_NONE : (uint16_t)(10 * degrees);
}

/* ---- who ---- */

static void read_size(const uint8_t *bits, size_t at, em_ais_static *ship)
{
        ship->to_bow = (uint16_t)ais_bits(bits, at, 9);
        ship->to_stern = (uint16_t)ais_bits(bits, at + 9, 9);
        ship->to_port = (uint8_t)ais_bits(bits, at + 18, 6);
        ship->to_starboard = (uint8_t)ais_bits(bits, at + 24, 6);
}

static void read_voyage(const uint8_t *bits, size_t bit_count, em_ais_static *ship)
{
        *ship = (em_ais_static){0};
        ship->imo = (uint32_t)ais_bits(bits, 40, 30);
        ais_letters(bits, bit_count, 70, 7, ship->call_sign);
        ais_letters(bits, bit_count, 112, 20, ship->name);
        ship->ship_type = (uint8_t)ais_bits(bits, 232, 8);
        read_size(bits, 240, ship);
        ship->epfd = (uint8_t)ais_bits(bits, 270, 4);
        ship->month = (uint8_t)ais_bits(bits, 274, 4);
        ship->day = (uint8_t)ais_bits(bits, 278, 5);
        ship->hour = (uint8_t)ais_bits(bits, 283, 5);
        ship->minute = (uint8_t)ais_bits(bits, 288, 6);
        ship->draught = (uint8_t)ais_bits(bits, 294, 8);
        ais_letters(bits, bit_count, 302, 20, ship->destination);
        ship->dte = bit_count > 422 && ais_bits(bits, 422, 1);
}

static void read_extended_b(const uint8_t *bits, size_t bit_count, em_ais_static *ship)
{
        *ship = (em_ais_static){0};
        ais_letters(bits, bit_count, 143, 20, ship->name);
        ship->ship_type = (uint8_t)ais_bits(bits, 263, 8);
        read_size(bits, 271, ship);
        ship->epfd = (uint8_t)ais_bits(bits, 301, 4);
        ship->dte = ais_bits(bits, 306, 1);
}

/* The name goes on behind bit 272 when its first twenty letters are all used. */
size_t ais_aid_name(const uint8_t *bits, size_t bit_count, char *to)
{
        size_t used = 0, kept = ais_letters(bits, bit_count, 43, 20, to);
        while (used < 20 && ais_bits(bits, 43 + 6 * used, 6) != 0)
                used++;
        if (used < 20 || bit_count <= 272)
                return kept;
        memset(to + kept, ' ', 20 - kept);
        size_t more = ais_letters(bits, bit_count, 272, 14, to + 20);
        kept = more ? 20 + more : kept;
        to[kept] = '\0';
        return kept;
}

static void read_aid_static(const uint8_t *bits, size_t bit_count, em_ais_static *ship)
{
        *ship = (em_ais_static){0};
        ship->ship_type = (uint8_t)ais_bits(bits, 38, 5);
        ais_aid_name(bits, bit_count, ship->name);
        read_size(bits, 219, ship);
        ship->epfd = (uint8_t)ais_bits(bits, 249, 4);
}

static void read_parts(const uint8_t *bits, size_t bit_count, uint32_t mmsi, em_ais_static *ship)
{
        *ship = (em_ais_static){0};
        ship->part = (uint8_t)ais_bits(bits, 38, 2);
        if (ship->part == 0) {
                ais_letters(bits, bit_count, 40, 20, ship->name);
                return;
        }
        ship->ship_type = (uint8_t)ais_bits(bits, 40, 8);
        ais_letters(bits, bit_count, 48, 7, ship->vendor);
        ais_letters(bits, bit_count, 90, 7, ship->call_sign);
        if (mmsi / 10000000 == 98)
                ship->mothership = (uint32_t)ais_bits(bits, 132, 30);
        else
                read_size(bits, 132, ship);
        ship->epfd = bit_count >= 166 ? (uint8_t)ais_bits(bits, 162, 4) : 0;
}

/* ---- whole messages ---- */

/* What must be there beyond the least of the type. */
static em_ais_reject judge(const uint8_t *bits, size_t bit_count, unsigned type)
{
        if (type == 24) {
                unsigned part = (unsigned)ais_bits(bits, 38, 2);
                return part > 1 ? EM_AIS_PART : part == 1 && bit_count < LEAST_PART_B ? EM_AIS_SHORT : EM_AIS_OK;
        }
        if (type < 25 || type > 26)
                return EM_AIS_OK;
        unsigned addressed = (unsigned)ais_bits(bits, 38, 1), structured = (unsigned)ais_bits(bits, 39, 1);
        return bit_count < least[type] + 30 * addressed + 16 * structured ? EM_AIS_SHORT : EM_AIS_OK;
}

em_ais_reject em_ais_decode_ship(const uint8_t *bits, size_t bit_count, em_ais *ret_ais)
{
        if (bit_count < 6)
                return EM_AIS_SHORT;
        uint64_t head = ais_word(bits, 0);
        unsigned type = ais_cut(head, 0, 6);
        if (type == 0 || type > 27)
                return EM_AIS_TYPE;
        if (bit_count < least[type])
                return EM_AIS_SHORT;
        ret_ais->type = (uint8_t)type;
        ret_ais->repeat = (uint8_t)ais_cut(head, 6, 2);
        ret_ais->mmsi = ais_cut(head, 8, 30);
        ret_ais->bits = bits;
        size_t limit = most[type] ? most[type] : EM_AIS_BITS;
        ret_ais->bit_count = bit_count < limit ? bit_count : limit;
        ret_ais->has_static = false;
        ret_ais->has_position = true;
        switch (type) {
        case 1: case 2: case 3:
                read_class_a(bits, bit_count, type, &ret_ais->position);
                return EM_AIS_OK;
        case 4: case 11:
                read_base(bits, bit_count, &ret_ais->position);
                return EM_AIS_OK;
        case 9:
                read_aircraft(bits, bit_count, &ret_ais->position);
                return EM_AIS_OK;
        case 18:
                read_class_b(bits, bit_count, type, &ret_ais->position);
                return EM_AIS_OK;
        case 19:
                read_class_b(bits, bit_count, type, &ret_ais->position);
                read_extended_b(bits, bit_count, &ret_ais->ship);
                ret_ais->has_static = true;
                return EM_AIS_OK;
        case 21:
                read_aid(bits, &ret_ais->position);
                read_aid_static(bits, bit_count, &ret_ais->ship);
                ret_ais->has_static = true;
                return EM_AIS_OK;
        case 27:
                read_long_range(bits, &ret_ais->position);
                return EM_AIS_OK;
        default:
                break;
        }
        ret_ais->has_position = false;
        em_ais_reject reject = judge(bits, bit_count, type);
        if (reject == EM_AIS_OK && (type == 5 || type == 24)) {
                ret_ais->has_static = true;
                if (type == 5)
                        read_voyage(bits, bit_count, &ret_ais->ship);
                else
                        read_parts(bits, bit_count, ret_ais->mmsi, &ret_ais->ship);
        }
        return reject;
}

static int64_t read_clock(const uint8_t *bits)
{
        em_day  day = em_day_make((int)ais_bits(bits, 38, 14), (int)ais_bits(bits, 52, 4), (int)ais_bits(bits, 56, 5));
        int64_t hour = (int64_t)ais_bits(bits, 61, 5), minute = (int64_t)ais_bits(bits, 66, 6), second = (int64_t)ais_bits(bits, 72, 6);
        bool none = day == EM_DAY_NONE || hour > 23 || minute > 59 || second > 59;
        return none ? INT64_MIN : ((int64_t)day * 24 + hour) * 3600 + minute * 60 + second;
}

em_ais_reject em_ais_decode(const uint8_t *bits, size_t bit_count, em_ais *ret_ais)
{
        em_ais_reject reject = em_ais_decode_ship(bits, bit_count, ret_ais);
        if (reject != EM_AIS_OK)
                return reject;
        if (!ret_ais->has_position)
                ret_ais->position = nowhere;
        if (!ret_ais->has_static)
                ret_ais->ship = (em_ais_static){0};
        ret_ais->utc_s = ret_ais->type == 4 || ret_ais->type == 11 ? read_clock(bits) : INT64_MIN;
        return EM_AIS_OK;
}
