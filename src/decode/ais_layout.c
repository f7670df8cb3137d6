/* The fields of the 27 types, after ITU-R M.1371-5, annex 8, in the order of gpsd's JSON.
 *
 * Fields at the end of a table that gpsd does not print are ours, and so are those of ais_payload.c; doc/ais.md lists them.
 */
#include "ais_field.h"

static const ais_field class_a[] = {
        F_NAMED("status", 38, 4, ais_status_words), F_OF("turn", 42, 8, AIS_TURN), F_OF("speed", 50, 10, AIS_SPEED), F_BOOL("accuracy", 60),
        F_OF("lon", 61, 28, AIS_DEGREES), F_OF("lat", 89, 27, AIS_DEGREES), F_SCALE("course", 116, 12, ais_tenth), F_NUM("heading", 128, 9),
        F_NUM("second", 137, 6), F_NUM("maneuver", 143, 2), F_BOOL("raim", 148), F_NUM("radio", 149, 19),
};

static const ais_field base_station[] = {
        F_OF("timestamp", 38, 40, AIS_CLOCK), F_BOOL("accuracy", 78), F_OF("lon", 79, 28, AIS_DEGREES), F_OF("lat", 107, 27, AIS_DEGREES),
        F_NAMED("epfd", 134, 4, ais_epfd_words), F_BOOL("raim", 148), F_NUM("radio", 149, 19),
};

#define SIZE(at) \
        F_NUM("to_bow", at, 9), F_NUM("to_stern", (at) + 9, 9), F_NUM("to_port", (at) + 18, 6), F_NUM("to_starboard", (at) + 24, 6)

static const ais_field voyage[] = {
        F_NUM("imo", 40, 30), F_NUM("ais_version", 38, 2), F_TEXT("callsign", 70, 7), F_TEXT("shipname", 112, 20),
        F_NAMED("shiptype", 232, 8, ais_ship_words), SIZE(240), F_NAMED("epfd", 270, 4, ais_epfd_words), F_OF("eta", 274, 20, AIS_MONTH_TIME),
        F_SCALE("draught", 294, 8, ais_tenth), F_TEXT("destination", 302, 20), F_PAD("dte", 422, 1),
};

static const ais_field addressed[] = {
        F_NUM("seqno", 38, 2), F_NUM("dest_mmsi", 40, 30), F_BOOL("retransmit", 70), F_NUM("dac", 72, 10), F_NUM("fid", 82, 6),
};
static const ais_field broadcast[] = { F_NUM("dac", 40, 10), F_NUM("fid", 50, 6) };
static const ais_field data[] = { F_OF("data", 0, 0, AIS_DATA) };

static const ais_field acknowledge[] = {
        F_PAD("mmsi1", 40, 30), F_PAD("mmsi2", 72, 30), F_PAD("mmsi3", 104, 30), F_PAD("mmsi4", 136, 30),
        F_NUM("seqno1", 70, 2), F_NUM("seqno2", 102, 2), F_NUM("seqno3", 134, 2), F_NUM("seqno4", 166, 2),
};

static const ais_field aircraft[] = {
        F_OF("alt", 38, 12, AIS_HEIGHT), F_OF("speed", 50, 10, AIS_AIR_SPEED), F_BOOL("accuracy", 60), F_OF("lon", 61, 28, AIS_DEGREES),
        F_OF("lat", 89, 27, AIS_DEGREES), F_SCALE("course", 116, 12, ais_tenth), F_NUM("second", 128, 6), F_NUM("regional", 134, 8),
        F_NUM("dte", 142, 1), F_BOOL("raim", 147), F_NUM("radio", 148, 20), F_BOOL("assigned", 146),
};

static const ais_field inquiry[] = { F_NUM("dest_mmsi", 40, 30) };
static const ais_field safety_addressed[] = {
        F_NUM("seqno", 38, 2), F_NUM("dest_mmsi", 40, 30), F_BOOL("retransmit", 70), F_TEXT("text", 72, 0),
};
static const ais_field safety[] = { F_TEXT("text", 40, 0) };

static const ais_field interrogation[] = {
        F_NUM("mmsi1", 40, 30), F_NUM("type1_1", 70, 6), F_NUM("offset1_1", 76, 12), F_PAD("type1_2", 90, 6), F_PAD("offset1_2", 96, 12),
        F_PAD("mmsi2", 110, 30), F_PAD("type2_1", 140, 6), F_PAD("offset2_1", 146, 12),
};

static const ais_field assignment[] = {
        F_NUM("mmsi1", 40, 30), F_NUM("offset1", 70, 12), F_NUM("increment1", 82, 10),
        F_PAD("mmsi2", 92, 30), F_PAD("offset2", 122, 12), F_PAD("increment2", 134, 10),
};

/* Table 67 of M.1371-5: the head of the corrections, which are RTCM 2's. */
static const ais_scale z_count = {.mul = 6, .div = 1, .decimals = 1};
static const ais_field correction_place[] = {
        F_SCALE_INT("lon", 40, 18, ais_minute_tenth), F_SCALE_INT("lat", 58, 17, ais_minute_tenth),
};
static const ais_field correction[] = {
        F_NUM("dgnss_type", 0, 6), F_NUM("station_id", 6, 10), F_SCALE("z_count", 16, 13, z_count), F_NUM("dgnss_seqno", 29, 3),
        F_NUM("words", 32, 5), F_NUM("health", 37, 3),
};

#define CLASS_B \
        F_NUM("reserved", 38, 8), F_SCALE("speed", 46, 10, ais_tenth), F_BOOL("accuracy", 56), F_OF("lon", 57, 28, AIS_DEGREES), \
        F_OF("lat", 85, 27, AIS_DEGREES), F_SCALE("course", 112, 12, ais_tenth), F_NUM("heading", 124, 9), F_NUM("second", 133, 6)

static const ais_field class_b[] = {
        CLASS_B, F_NUM("regional", 139, 2), F_BOOL("cs", 141), F_BOOL("display", 142), F_BOOL("dsc", 143), F_BOOL("band", 144),
        F_BOOL("msg22", 145), F_BOOL("raim", 147), F_NUM("radio", 148, 20), F_BOOL("assigned", 146),
};

static const ais_field class_b_extended[] = {
        CLASS_B, F_NUM("regional", 139, 4), F_TEXT("shipname", 143, 20), F_NAMED("shiptype", 263, 8, ais_ship_words), SIZE(271),
        F_NAMED("epfd", 301, 4, ais_epfd_words), F_BOOL("raim", 305), F_NUM("dte", 306, 1), F_BOOL("assigned", 307),
};

#define SLOTS(n, at) \
        F_PAD("offset" n, at, 12), F_PAD("number" n, (at) + 12, 4), F_PAD("timeout" n, (at) + 16, 3), F_PAD("increment" n, (at) + 19, 11)
static const ais_field link_management[] = { SLOTS("1", 40), SLOTS("2", 70), SLOTS("3", 100), SLOTS("4", 130) };

static const ais_field aid[] = {
        F_NAMED("aid_type", 38, 5, ais_aid_words), F_OF("name", 43, 0, AIS_AID_NAME), F_OF("lon", 164, 28, AIS_DEGREES),
        F_OF("lat", 192, 27, AIS_DEGREES), F_BOOL("accuracy", 163), SIZE(219), F_NAMED("epfd", 249, 4, ais_epfd_words), F_NUM("second", 253, 6),
        F_NUM("regional", 260, 8), F_BOOL("off_position", 259), F_BOOL("raim", 268), F_BOOL("virtual_aid", 269), F_BOOL("assigned", 270),
};

#define AREA(at) \
        F_QUOTED("ne_lon", at, 18, ais_minute_tenth_6), F_QUOTED("ne_lat", (at) + 18, 17, ais_minute_tenth_6), \
        F_QUOTED("sw_lon", (at) + 35, 18, ais_minute_tenth_6), F_QUOTED("sw_lat", (at) + 53, 17, ais_minute_tenth_6)
static const ais_field channel_head[] = {
        F_NUM("channel_a", 40, 12), F_NUM("channel_b", 52, 12), F_NUM("txrx", 64, 4), F_BOOL("power", 68),
};
static const ais_field channel_area[] = { AREA(69) };
static const ais_field channel_ships[] = { F_NUM("dest1", 69, 30), F_NUM("dest2", 104, 30) };
static const ais_field channel_tail[] = {
        F_BOOL("addressed", 139), F_BOOL("band_a", 140), F_BOOL("band_b", 141), F_NUM("zonesize", 142, 3),
};

static const ais_field group[] = {
        AREA(40), F_NAMED("stationtype", 110, 4, ais_station_words), F_NAMED("shiptype", 114, 8, ais_ship_words), F_NUM("interval", 146, 4),
        F_NUM("quiet", 150, 4), F_NUM("txrx", 144, 2),
};

static const em_str part_names[] = { EM_S_INIT("A"), EM_S_INIT("B") };
static const ais_words parts = { part_names, 2, EM_S_INIT("") };
static const ais_field part_a[] = { F_WORD("part", 38, 2, parts), F_TEXT("shipname", 40, 20) };
static const ais_field part_b[] = {
        F_WORD("part", 38, 2, parts), F_NAMED("shiptype", 40, 8, ais_ship_words), F_TEXT("vendorid", 48, 7), F_NUM("model", 66, 4),
        F_NUM("serial", 70, 20), F_TEXT("callsign", 90, 7),
};
static const ais_field part_b_size[] = { SIZE(132) };
static const ais_field part_b_mother[] = { F_NUM("mothership_mmsi", 132, 30) };
static const ais_field part_b_tail[] = { F_NAMED("epfd", 162, 4, ais_epfd_words) };

static const ais_field binary_flags[] = { F_BOOL("addressed", 38), F_BOOL("structured", 39) };
static const ais_field binary_ship[] = { F_NUM("dest_mmsi", 40, 30) };
static const ais_field binary_no_ship[] = { F_OF("dest_mmsi", 0, 0, AIS_ZERO) };
static const ais_field binary_application[] = { F_NUM("app_id", 0, 16) };
static const ais_field binary_no_application[] = { F_OF("app_id", 0, 0, AIS_ZERO) };
static const ais_field binary_radio[] = { F_NUM("radio", 0, 20) };
static const ais_field binary_split[] = { F_NUM("dac", 0, 10), F_NUM("fid", 10, 6) };

static const ais_field long_range[] = {
        F_WORD("status", 40, 4, ais_status_words), F_BOOL("accuracy", 38), F_SCALE_INT("lon", 44, 18, ais_minute_tenth),
        F_SCALE_INT("lat", 62, 17, ais_minute_tenth), F_NUM("speed", 79, 6), F_NUM("course", 85, 9), F_BOOL("raim", 39), F_BOOL("gnss", 94),
        F_NUM("status_number", 40, 4),
};

/* Types that are one table from the first bit to the last. */
static const ais_table plain[28] = {
        [1] = AIS_TABLE(class_a), [2] = AIS_TABLE(class_a), [3] = AIS_TABLE(class_a), [4] = AIS_TABLE(base_station), [5] = AIS_TABLE(voyage),
        [7] = AIS_TABLE(acknowledge), [9] = AIS_TABLE(aircraft), [10] = AIS_TABLE(inquiry), [11] = AIS_TABLE(base_station),
        [12] = AIS_TABLE(safety_addressed), [13] = AIS_TABLE(acknowledge), [14] = AIS_TABLE(safety), [15] = AIS_TABLE(interrogation),
        [18] = AIS_TABLE(class_b), [19] = AIS_TABLE(class_b_extended), [20] = AIS_TABLE(link_management),
        [21] = AIS_TABLE(aid), [23] = AIS_TABLE(group), [27] = AIS_TABLE(long_range),
};

/* ---- types of several pieces ---- */

typedef struct pieces { ais_piece *piece; size_t count; } pieces;

static void add(pieces *p, ais_table table, size_t base, size_t end)
{
        p->piece[p->count++] = (ais_piece){ table, base, end };
}
#define ADD(p, rows, base, end) add(p, (ais_table)AIS_TABLE(rows), base, end)

/* What gpsd takes apart it does not show whole. */
static void add_payload(pieces *p, const em_ais *ais, unsigned dac, unsigned fid, size_t base, size_t end)
{
        ais_table inside;
        bool      gpsd = false, known = ais_payload(ais, dac, fid, base, end, &inside, &gpsd);
        if (!gpsd)
                ADD(p, data, base, end);
        if (known)
                add(p, inside, base, end);
}

/* Types 25 and 26: a destination and an application where their bits say so, then data; 26 ends in the state of the radio link. */
static void add_binary(pieces *p, const em_ais *ais)
{
        bool   to_ship = ais_bits(ais->bits, 38, 1), structured = ais_bits(ais->bits, 39, 1);
        size_t end = ais->type == 26 ? ais->bit_count - 20 : ais->bit_count, application = to_ship ? 70 : 40;
        size_t base = application + (structured ? 16 : 0);
        ADD(p, binary_flags, 0, end);
        if (to_ship)
                ADD(p, binary_ship, 0, end);
        else
                ADD(p, binary_no_ship, 0, end);
        if (structured)
                ADD(p, binary_application, application, end);
        else
                ADD(p, binary_no_application, 0, end);
        ADD(p, data, base, end);
        if (ais->type == 26)
                ADD(p, binary_radio, end, ais->bit_count);
        if (!structured)
                return;
        ADD(p, binary_split, application, end);
        ais_table inside;
        bool      gpsd;
        if (ais_payload(ais, (unsigned)ais_bits(ais->bits, application, 10), (unsigned)ais_bits(ais->bits, application + 10, 6), base, end,
                        &inside, &gpsd))
                add(p, inside, base, end);
}

static void add_channel(pieces *p, const em_ais *ais)
{
        size_t end = ais->bit_count;
        ADD(p, channel_head, 0, end);
        if (ais_bits(ais->bits, 139, 1))
                ADD(p, channel_ships, 0, end);
        else
                ADD(p, channel_area, 0, end);
        ADD(p, channel_tail, 0, end);
}

static void add_parts(pieces *p, const em_ais *ais)
{
        size_t end = ais->bit_count;
        if (ais_bits(ais->bits, 38, 2) == 0) {
                ADD(p, part_a, 0, end);
                return;
        }
        ADD(p, part_b, 0, end);
        if (ais->mmsi / 10000000 == 98)
                ADD(p, part_b_mother, 0, end);
        else
                ADD(p, part_b_size, 0, end);
        ADD(p, part_b_tail, 0, end);
}

size_t ais_layout(const em_ais *ais, ais_piece ret_piece[AIS_PIECES])
{
        pieces p = { ret_piece, 0 };
        size_t end = ais->bit_count;
        em_assert(ais->type >= 1 && ais->type <= 27);
        switch (ais->type) {
        case 6:
                ADD(&p, addressed, 0, end);
                add_payload(&p, ais, (unsigned)ais_bits(ais->bits, 72, 10), (unsigned)ais_bits(ais->bits, 82, 6), 88, end);
                break;
        case 8:
                ADD(&p, broadcast, 0, end);
                add_payload(&p, ais, (unsigned)ais_bits(ais->bits, 40, 10), (unsigned)ais_bits(ais->bits, 50, 6), 56, end);
                break;
        case 17:
                ADD(&p, correction_place, 0, end);
                ADD(&p, data, 80, end);
                ADD(&p, correction, 80, end);
                break;
        case 22:
                add_channel(&p, ais);
                break;
        case 24:
                add_parts(&p, ais);
                break;
        case 25: case 26:
                add_binary(&p, ais);
                break;
        case 16:        /* the second assignment is whole or none: a message to one ship is filled up to 96 bits */
                ADD(&p, assignment, 0, end < 144 ? 92 : end);
                break;
        default:
                add(&p, plain[ais->type], 0, end);
        }
        return p.count;
}
