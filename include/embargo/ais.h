/* embargo/ais.h -- the 27 messages of ITU-R M.1371-5, and the binary payloads that are common, into values.
 *
 *     em_ais ais;
 *     if (em_ais_decode(bits, bit_count, &ais) == EM_AIS_OK) use(&ais);
 *
 * Total over any bits: a message that is too short for what it must hold is a reject with its reason; one that is longer than its
 * type is read to its type's length.  Values stay as sent (integers in the standard's units, see each field); "not available" stays the
 * standard's number and has a name here.  Nothing is corrected, nothing guessed.
 *
 * Sources: ITU-R M.1371-5 (annex 8); IMO SN.1/Circ.289 and 236 and the regional applications as published by E. S. Raymond, "AIVDM/AIVDO
 * protocol decoding" (gpsd.gitlab.io), whose names of fields the JSON uses.
 */
#ifndef EMBARGO_AIS_H
#define EMBARGO_AIS_H

#include "embargo/base.h"

#define EM_AIS_LON_NONE (181 * 600000)
#define EM_AIS_LAT_NONE (91 * 600000)
#define EM_AIS_SOG_NONE 1023            /* 0.1 knots; 1022: 102.2 or more */
#define EM_AIS_COG_NONE 3600            /* 0.1 degrees */
#define EM_AIS_HEADING_NONE 511
#define EM_AIS_STATUS_NONE 15

typedef enum em_ais_reject { EM_AIS_OK, EM_AIS_SHORT, EM_AIS_TYPE /* 0, or above 27 */, EM_AIS_PART /* type 24 part above 1 */, EM_AIS_REJECTS } em_ais_reject;
const char *em_ais_reject_why(em_ais_reject reject);

/* Names and call signs come as the standard's six-bit letters, '@' and what follows it and blanks at the end cut; NUL-terminated. */
typedef struct em_ais_position {        /* types 1 2 3 9 18 19 27, 4 11 21 in part */
        int32_t  lon, lat;              /* 1/600000 degree (type 27's tenths of minutes multiplied up) */
        uint16_t sog, cog, heading;     /* 0.1 kn (type 9: knots, type 27: knots times ten), 0.1 degree, degree */
        uint8_t  status, second, maneuver, radio_mode;  /* second: 0..59, 60 none, 61.. as M.1371 */
        int16_t  turn;                  /* as sent, -128 none */
        uint16_t altitude;              /* type 9 */
        bool     accuracy, raim, assigned, class_b;
        uint32_t radio;
} em_ais_position;

typedef struct em_ais_static {          /* types 5 19 24, 21's size */
        uint32_t imo;                   /* 0: none */
        char     call_sign[8], name[35], destination[21], vendor[8];
        uint8_t  ship_type;
        uint16_t to_bow, to_stern;
        uint8_t  to_port, to_starboard;
        uint8_t  epfd, month, day, hour, minute, draught;       /* draught 0.1 m, 0 none */
        bool     dte;
        uint8_t  part;                  /* type 24: 0 or 1 */
        uint32_t mothership;            /* type 24 of auxiliary craft */
} em_ais_static;

/* The whole message: what every type has, then a union by type.  The owner of src/decode/ais_*.c completes the union for every type. */
typedef struct em_ais {
        uint8_t  type, repeat;
        uint32_t mmsi;
        bool     has_position, has_static;
        em_ais_position position;
        em_ais_static   ship;
        int64_t  utc_s;                 /* types 4, 11: the base station's clock; INT64_MIN none */
        const uint8_t *bits;            /* of the rest the JSON writer and em_ais_field read straight from the bits */
        size_t   bit_count;
} em_ais;

em_ais_reject em_ais_decode(const uint8_t *bits, size_t bit_count, em_ais *ret_ais);
/* Only what a track needs (has_position, has_static and what they hold); a few ns. Same rejects. */
em_ais_reject em_ais_decode_ship(const uint8_t *bits, size_t bit_count, em_ais *ret_ais);
/* One line of JSON with gpsd's names and scaled values as gpsdecode prints them, binary payloads of types 6, 8, 17, 25, 26 taken apart. */
void em_ais_json(const em_ais *ais, em_buf *out);

#endif
