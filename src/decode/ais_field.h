/* What a message holds, as tables: one row a field, in the order of the JSON.
 *
 * A row says the key, where the field begins and how it is shown; a message is a few pieces, each a table that is laid over the bits from
 * a base to an end (the payload of type 6 begins at bit 88, of type 8 at bit 56, and both hold the same payloads).  The keys stand in
 * the row with comma, quotes and colon, so that the writer copies 24 bytes and is done.
 */
#ifndef EMBARGO_AIS_FIELD_H
#define EMBARGO_AIS_FIELD_H

#include "ais_bits.h"

typedef struct ais_words { const em_str *word; unsigned count; em_str other; } ais_words;

/* Shown: (value + add) * mul / div, rounded, with so many decimals. */
typedef struct ais_scale { int32_t add; uint16_t mul, div; uint8_t decimals; } ais_scale;

typedef enum ais_kind {
        AIS_NUMBER, AIS_SIGNED, AIS_FLAG,
        AIS_NAMED,              /* the number, and its word under key_text */
        AIS_WORD,               /* its word alone */
        AIS_INLAND,             /* the number, and ais_inland_word's word under key_text */
        AIS_TEXT,               /* letters; bits 0: all to the end */
        AIS_DEGREES,            /* signed, 1/600000 degree, six decimals */
        AIS_SCALED, AIS_SCALED_SIGNED,
        AIS_QUOTED,             /* AIS_SCALED_SIGNED in quotes */
        AIS_ZERO,               /* 0, whatever the bits */
        AIS_TURN, AIS_SPEED, AIS_HEIGHT, AIS_AIR_SPEED, /* with words for the numbers that are none */
        AIS_CLOCK,              /* year 14, month 4, day 5, hour 5, minute 6, second 6 */
        AIS_MONTH_TIME,         /* month 4, day 5, hour 5, minute 6 */
        AIS_DAY_MONTH_TIME,     /* day 5, month 4, hour 5, minute 6 */
        AIS_DAY_TIME,           /* day 5, hour 5, minute 6 */
        AIS_DATE_TIME,          /* year since 2000 8, month 4, day 5; hour 5, minute 6 `extra` bits after the year's first */
        AIS_DATA,               /* all to the end as "count:hexadecimal" */
        AIS_AID_NAME,           /* type 21's name in two pieces */
        AIS_TARGET,             /* an identity of 42 bits, of the kind that the two bits before it say */
        AIS_LIST,
} ais_kind;

struct ais_list;
typedef struct ais_field {
        char     key[24], key_text[24];
        uint8_t  key_n, key_text_n, kind, bits;
        bool     padded;        /* a field that the message ends before is 0; any other is not shown */
        uint16_t at;
        int16_t  extra;
        union { const ais_words *words; const ais_scale *scale; const struct ais_list *list; } of;
} ais_field;

typedef struct ais_table { const ais_field *field; size_t count; } ais_table;
#define AIS_TABLE(rows) { (rows), sizeof(rows) / sizeof *(rows) }

typedef struct ais_list {
        ais_table common;       /* of every element */
        uint16_t  stride;
        uint8_t   most;         /* 0: as many as are whole */
        uint8_t   count_bits;   /* how many: a number in the bits before the list; 0: not said */
        uint8_t   select_bits;  /* the first bits of an element choose one of `variant` */
        uint8_t   variants;
        const ais_table *variant;
} ais_list;

#define AIS_KEY(k) .key = ",\"" k "\":", .key_n = sizeof(k) + 3
#define F_NUM(k, a, n)          { AIS_KEY(k), .kind = AIS_NUMBER, .at = (a), .bits = (n) }
#define F_PAD(k, a, n)          { AIS_KEY(k), .kind = AIS_NUMBER, .at = (a), .bits = (n), .padded = true }
#define F_INT(k, a, n)          { AIS_KEY(k), .kind = AIS_SIGNED, .at = (a), .bits = (n) }
#define F_BOOL(k, a)            { AIS_KEY(k), .kind = AIS_FLAG, .at = (a), .bits = 1 }
#define F_TEXT(k, a, letters)   { AIS_KEY(k), .kind = AIS_TEXT, .at = (a), .bits = 6 * (letters) }
#define F_OF(k, a, n, kd)       { AIS_KEY(k), .kind = (kd), .at = (a), .bits = (n) }
#define F_WORD(k, a, n, w)      { AIS_KEY(k), .kind = AIS_WORD, .at = (a), .bits = (n), .of.words = &(w) }
#define F_NAMED(k, a, n, w) \
        { AIS_KEY(k), .kind = AIS_NAMED, .at = (a), .bits = (n), .key_text = ",\"" k "_text\":", .key_text_n = sizeof(k) + 8, .of.words = &(w) }
#define F_SCALE(k, a, n, s)     { AIS_KEY(k), .kind = AIS_SCALED, .at = (a), .bits = (n), .of.scale = &(s) }
#define F_SCALE_INT(k, a, n, s) { AIS_KEY(k), .kind = AIS_SCALED_SIGNED, .at = (a), .bits = (n), .of.scale = &(s) }
#define F_QUOTED(k, a, n, s)    { AIS_KEY(k), .kind = AIS_QUOTED, .at = (a), .bits = (n), .of.scale = &(s) }
#define F_LIST(k, a, l)         { AIS_KEY(k), .kind = AIS_LIST, .at = (a), .of.list = &(l) }

/* One table over the bits base..end. */
typedef struct ais_piece { ais_table table; size_t base, end; } ais_piece;
#define AIS_PIECES 9
/* What the message holds, in the order of the JSON.  Returns how many pieces. */
size_t ais_layout(const em_ais *ais, ais_piece ret_piece[AIS_PIECES]);
/* The payload of an application in bits base..end: its table, and whether gpsd 3.22 takes it apart in messages 6 or 8 (if not, it is also
 * shown whole, as gpsd does).  False when it is not known or of no length that it can have. */
bool ais_payload(const em_ais *ais, unsigned dac, unsigned fid, size_t base, size_t end, ais_table *ret_table, bool *ret_gpsd);
/* Letters of an aid's name, its continuation behind bit 272 included; to has room for 35. */
size_t ais_aid_name(const uint8_t *bits, size_t bit_count, char *to);

/* ---- words and scales that several tables use ---- */

extern const ais_words ais_status_words, ais_epfd_words, ais_ship_words, ais_station_words, ais_aid_words, ais_signal_words, ais_route_words,
        ais_racon_words, ais_light_words, ais_rta_words, ais_berth_words, ais_trend_words, ais_rain_words, ais_ice_words,
        ais_hazard_words, ais_loaded_words, ais_emma_words, ais_emma_class_words, ais_emma_wind_words, ais_direction_words, ais_lamp_words,
        ais_target_words, ais_notice_words, ais_shape_words, ais_sensor_words, ais_owner_words, ais_datum_words, ais_quality_words;
/* The word of an inland ship's type, ERI or AIS. */
em_str ais_inland_word(uint64_t number);
extern const ais_scale ais_tenth, ais_half, ais_cent, ais_minute_tenth, ais_minute_milli, ais_minute_tenth_6;

#endif
