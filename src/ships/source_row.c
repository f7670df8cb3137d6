/* A row of any table, or a line of JSON, as a fix and as what the ship said of herself.
 *
 * Where a value is empty or the standard's "not available", it is not said.  A row whose MMSI, time or place is wrong is none, with
 * its reason; a wrong speed or course is only not said, for the place is still evidence.  Rows of base stations, buoys and
 * aircraft are passed over.
 */
#include "ships/ships_inside.h"

typedef struct word { const char *text; uint8_t number; } word;

/* ITU-R M.1371-5, table 45, as the Danish Maritime Authority and others spell it; what begins so. */
static const word statuses[] = {
        {"under way using engine", 0}, {"at anchor", 1}, {"not under command", 2}, {"restricted man", 3}, {"constrained by", 4},
        {"moored", 5}, {"aground", 6}, {"engaged in fishing", 7}, {"under way sailing", 8}, {"reserved for future amendment of navigational status for hsc", 9},
        {"reserved for future amendment [hsc]", 9}, {"reserved for future amendment [wig]", 10}, {"power-driven vessel towing", 11},
        {"power-driven vessel pushing", 12}, {"ais-sart", 14},
};
/* Table 53: the tens of kinds that have them. */
static const word types[] = {
        {"wig", 20}, {"fishing", 30}, {"towing long", 32}, {"towing", 31}, {"dredging", 33}, {"diving", 34}, {"military", 35}, {"sailing", 36},
        {"pleasure", 37}, {"hsc", 40}, {"pilot", 50}, {"sar", 51}, {"tug", 52}, {"port tender", 53}, {"anti-pollution", 54},
        {"law enforcement", 55}, {"medical", 58}, {"passenger", 60}, {"cargo", 70}, {"tanker", 80}, {"other", 90},
};

static bool begins(em_str s, const char *text)
{
        em_str t = em_str_c(text);
        return s.n >= t.n && em_str_eq_nocase(em_str_sub(s, 0, t.n), t);
}

static int64_t number_or_word(em_str s, const word *list, size_t n, int64_t none)
{
        int64_t v = none;
        if (s.n == 0 || em_sh_decimal(s, 1, 1, &v))
                return v;
        for (size_t i = 0; i < n; i++)
                if (begins(s, list[i].text))
                        return list[i].number;
        return none;
}

static uint16_t scaled(const em_ship_row *r, em_ship_column c, int64_t up, int64_t below, uint16_t none)
{
        int64_t v = 0;
        if (r->value[c].n == 0 || !em_sh_decimal(r->value[c], up, r->over[c], &v) || v < 0 || v >= below)
                return none;
        return (uint16_t)v;
}

/* 1 a place, 0 none said, -1 no place on earth */
static int place_of(const em_ship_row *r, int32_t *ret_lon, int32_t *ret_lat)
{
        int64_t lon = 0, lat = 0;
        em_str  x = em_str_trim(r->value[EM_COL_LON]), y = em_str_trim(r->value[EM_COL_LAT]);
        if (x.n == 0 || y.n == 0 || begins(x, "null") || begins(y, "null"))
                return 0;
        if (!em_sh_decimal(x, EM_DEGREE, r->over[EM_COL_LON], &lon) || !em_sh_decimal(y, EM_DEGREE, r->over[EM_COL_LAT], &lat))
                return -1;
        if (lon == EM_AIS_LON_NONE || lat == EM_AIS_LAT_NONE)
                return 0;
        if (lon < -180 * EM_DEGREE || lon > 180 * EM_DEGREE || lat < -90 * EM_DEGREE || lat > 90 * EM_DEGREE)
                return -1;
        *ret_lon = (int32_t)lon;
        *ret_lat = (int32_t)lat;
        return 1;
}

/* False: not a ship's.  An unknown class is taken. */
static bool is_ship(const em_ship_row *r, int64_t message, bool *ret_class_b)
{
        em_str c = em_str_trim(r->value[EM_COL_CLASS]);
        *ret_class_b = em_str_eq_nocase(c, EM_S("B")) || begins(c, "Class B") || message == 18 || message == 19 || message == 24;
        if (begins(c, "Base Station") || begins(c, "AtoN") || begins(c, "SAR Airborne") || begins(c, "Search and Rescue Transponder") ||
            begins(c, "Man Overboard"))
                return false;
        return message == 0 || (message >= 1 && message <= 3) || message == 5 || message == 18 || message == 19 || message == 24 || message == 27;
}

static bool said_of(const em_ship_row *r, em_said *ret)
{
        static const em_said none;
        em_said s = none;
        int64_t imo = 0;
        em_str  number = em_str_trim(r->value[EM_COL_IMO]);
        if (begins(number, "IMO"))
                number = em_str_trim(em_str_sub(number, 3, number.n - 3));
        if (em_sh_decimal(number, 1, 1, &imo) && imo > 0 && imo < (1 << 30))
                s.imo = (uint32_t)imo;
        em_sh_text(r->value[EM_COL_NAME], s.name, sizeof s.name);
        em_sh_text(r->value[EM_COL_CALL_SIGN], s.call_sign, sizeof s.call_sign);
        em_sh_text(r->value[EM_COL_DESTINATION], s.destination, sizeof s.destination);
        if (begins(em_str_c(s.call_sign), "Unknown"))
                memset(s.call_sign, 0, sizeof s.call_sign);
        if (begins(em_str_c(s.destination), "Unknown"))
                memset(s.destination, 0, sizeof s.destination);
        int64_t type = number_or_word(r->value[EM_COL_TYPE], types, sizeof types / sizeof *types, 0);
        s.ship_type = (uint8_t)(type > 0 && type < 256 ? type : 0);
        s.draught = (uint8_t)scaled(r, EM_COL_DRAUGHT, 10, 256, 0);
        s.to_bow = scaled(r, EM_COL_BOW, 1, 512, 0);
        s.to_stern = scaled(r, EM_COL_STERN, 1, 512, 0);
        s.to_port = (uint8_t)scaled(r, EM_COL_PORT, 1, 64, 0);
        s.to_starboard = (uint8_t)scaled(r, EM_COL_STARBOARD, 1, 64, 0);
        /* Size alone: the aerial is anywhere, which the standard writes as nothing to bow and port. */
        if (s.to_bow == 0 && s.to_stern == 0)
                s.to_stern = scaled(r, EM_COL_LENGTH, 1, 1023, 0);
        if (s.to_port == 0 && s.to_starboard == 0)
                s.to_starboard = (uint8_t)scaled(r, EM_COL_WIDTH, 1, 127, 0);
        *ret = s;
        return memcmp(&s, &none, sizeof s) != 0;
}

static em_fix fix_of(const em_ship_row *r, int64_t time_s, int64_t message, bool class_b)
{
        int64_t status = number_or_word(r->value[EM_COL_STATUS], statuses, sizeof statuses / sizeof *statuses, EM_AIS_STATUS_NONE);
        em_fix  f = {.time_s = time_s, .offset = r->offset, .length = r->length};
        f.sog = scaled(r, EM_COL_SOG, 10, EM_AIS_SOG_NONE, EM_AIS_SOG_NONE);
        f.cog = scaled(r, EM_COL_COG, 10, EM_AIS_COG_NONE, EM_AIS_COG_NONE);
        f.heading = scaled(r, EM_COL_HEADING, 1, 360, EM_AIS_HEADING_NONE);
        f.status = (uint8_t)(status >= 0 && status < 16 ? status : EM_AIS_STATUS_NONE);
        f.flags = (uint8_t)((message == 27 ? EM_FIX_LONG_RANGE : 0) | (class_b ? EM_FIX_CLASS_B : 0) |
                            (em_str_eq(em_str_trim(r->value[EM_COL_ACCURACY]), EM_S("1")) ? EM_FIX_ACCURATE : 0) |
                            (begins(r->value[EM_COL_RECEIVER], "satellite") ? EM_FIX_SATELLITE : 0));
        return f;
}

em_status em_ship_row_take(const em_ship_row *r, const em_ship_sink *sink, const char **ret_why, em_error *err)
{
        int64_t mmsi = 0, message = 0, time_s = 0;
        bool    class_b = false, undated = false;
        em_said said;
        *ret_why = NULL;
        if (r->value[EM_COL_MESSAGE].n && !em_sh_decimal(r->value[EM_COL_MESSAGE], 1, 1, &message))
                *ret_why = "type of message";
        else if (!is_ship(r, message, &class_b))
                return EM_OK;
        else if (!em_sh_decimal(r->value[EM_COL_MMSI], 1, r->over[EM_COL_MMSI], &mmsi) || mmsi <= 0 || mmsi > EM_SHIPS_MMSI_MAX)
                *ret_why = "mmsi";
        else if (!em_sh_time(r->value[EM_COL_TIME], INT64_MIN, &time_s) &&
                 !(undated = em_sh_time(r->value[EM_COL_TIME], r->day_ms, &time_s)))
                *ret_why = "time";
        if (*ret_why)
                return EM_OK;
        em_fix fix = fix_of(r, time_s, message, class_b);
        fix.flags |= undated ? EM_FIX_UNDATED : 0;
        int place = place_of(r, &fix.lon, &fix.lat);
        if (place < 0) {
                *ret_why = "place";
                return EM_OK;
        }
        if (place)
                EM_TRY(sink->fix(sink->ctx, (uint32_t)mmsi, &fix, err));
        return said_of(r, &said) ? sink->said(sink->ctx, (uint32_t)mmsi, time_s, &said, r->offset, r->length, err) : EM_OK;
}
