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

#include "embargo/nmea.h"

#define EM_AIS_BITS 1064                /* of the longest message (type 26); what follows is not read */
#define EM_AIS_LON_NONE (181 * 600000)
#define EM_AIS_LAT_NONE (91 * 600000)
#define EM_AIS_SOG_NONE 1023            /* 0.1 knots; 1022: 102.2 or more */
#define EM_AIS_COG_NONE 3600            /* 0.1 degrees */
#define EM_AIS_HEADING_NONE 511
#define EM_AIS_STATUS_NONE 15

typedef enum em_ais_reject { EM_AIS_OK, EM_AIS_SHORT, EM_AIS_TYPE /* 0, or above 27 */, EM_AIS_PART /* type 24 part above 1 */, EM_AIS_REJECTS } em_ais_reject;
const char *em_ais_reject_name(em_ais_reject reject);   /* "short" */
const char *em_ais_reject_why(em_ais_reject reject);    /* one sentence */

/* Names and call signs come as the standard's six-bit letters, '@' and what follows it and blanks at the end cut; NUL-terminated. */
typedef struct em_ais_position {        /* types 1 2 3 9 18 19 27, 4 11 21 in part; what a type does not say is the none of its field */
        int32_t  lon, lat;              /* 1/600000 degree (type 27's tenths of minutes multiplied up) */
        uint16_t sog, cog, heading;     /* 0.1 kn (type 9: knots, 1023 none; type 27: knots times ten), 0.1 degree, degree */
        uint8_t  status, second, maneuver, radio_mode;  /* second: 0..59, 60 none, 61.. as M.1371; radio_mode: 0 SOTDMA, 1 ITDMA */
        int16_t  turn;                  /* as sent, -128 none */
        uint16_t altitude;              /* type 9, metres; 4095 none, 4094 that or more */
        bool     accuracy, raim, assigned, class_b;
        uint32_t radio;                 /* the communication state, without the bit that selects its kind */
} em_ais_position;

typedef struct em_ais_static {          /* types 5 19 24, 21's name and size; what a type does not say is 0 or "" */
        uint32_t imo;                   /* 0: none */
        char     call_sign[8], name[35], destination[21], vendor[8];
        uint8_t  ship_type;             /* type 21: the kind of aid */
        uint16_t to_bow, to_stern;
        uint8_t  to_port, to_starboard;
        uint8_t  epfd, month, day, hour, minute, draught;       /* draught 0.1 m, 0 none; month and day 0, hour 24, minute 60: none */
        bool     dte;                   /* as sent: true is not ready */
        uint8_t  part;                  /* type 24: 0 or 1 */
        uint32_t mothership;            /* type 24 of auxiliary craft (MMSI 98.......), in place of the size */
} em_ais_static;

/* The whole message: what every type has, what ships say of themselves, and the bits, from which the JSON reads the rest. */
typedef struct em_ais {
        uint8_t  type, repeat;
        uint32_t mmsi;
        bool     has_position, has_static;      /* the type says where, who; with types 4, 11 and 21 it is not a ship that says it */
        em_ais_position position;
        em_ais_static   ship;
        int64_t  utc_s;                 /* types 4, 11: the sender's clock; INT64_MIN none, or no such moment */
        const uint8_t *bits;            /* borrowed from the caller */
        size_t   bit_count;             /* not above EM_AIS_BITS */
} em_ais;

/* bits: most significant first, with 8 readable bytes behind the last.  On a reject *ret_ais holds nothing. */
em_ais_reject em_ais_decode(const uint8_t *bits, size_t bit_count, em_ais *ret_ais);
/* Only what a track needs, in a few ns: same rejects; position only where has_position, ship only where has_static is true (else they
 * are not written at all), utc_s never. */
em_ais_reject em_ais_decode_ship(const uint8_t *bits, size_t bit_count, em_ais *ret_ais);

/* The place is one on the globe: given, and not beyond 180 or 90 degrees. */
static inline bool em_ais_placed(const em_ais_position *at)
{
        return at->lon >= -180 * 600000 && at->lon <= 180 * 600000 && at->lat >= -90 * 600000 && at->lat <= 90 * 600000;
}

/* One object of JSON with gpsd's names and scaled values as gpsdecode prints them, binary payloads of types 6, 8, 17, 25, 26 taken apart.
 * No line end.  ais: what em_ais_decode or em_ais_decode_ship accepted, its bits still there.  doc/ais.md says what is in it, and where and
 * why it is not what gpsdecode prints. */
void em_ais_json(const em_ais *ais, em_buf *out);
/* The same of a message of em_nmea_next, with a line end, and three keys of ours at its end: "time" (UTC, milliseconds; null when not
 * known), "time_from" (em_time_from_name) and "line" (of its first part).
 *
 * EM_FORMAT  the bits are no message (em_ais_decode says why); nothing is written
 * EM_NOMEM   out is full */
EM_MUST em_status em_ais_json_line(const em_ais_message *message, em_buf *out);

#endif
