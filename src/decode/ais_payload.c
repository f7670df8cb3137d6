/* What applications put into the binary messages, by area code (DAC) and function (FID).
 *
 * International ones are IMO SN.1/Circ.236 (FID 11 to 16, superseded but in use) and 289 (17 to 32), and those of M.1371 itself (0 to 5,
 * 40); 200 is Inland AIS; 235 and 250 the British and Irish aids to navigation (IALA A-126).  An area code and function say little: other
 * programs use the same numbers, so a payload whose length is none that its layout allows is not taken apart.
 */
#include "ais_field.h"

#define PLACE(at)       F_SCALE_INT("lon", at, 25, ais_minute_milli), F_SCALE_INT("lat", (at) + 25, 24, ais_minute_milli)
#define LAT_LON(at)     F_SCALE_INT("lat", at, 24, ais_minute_milli), F_SCALE_INT("lon", (at) + 24, 25, ais_minute_milli)

/* ---- of M.1371 itself ---- */

static const ais_field text_telegram[] = { F_BOOL("ack_required", 0), F_NUM("text_seqno", 1, 11), F_TEXT("text", 12, 0) };
static const ais_field ask_function[] = { F_NUM("asked_dac", 0, 10), F_NUM("asked_fid", 10, 6) };
static const ais_field ask_capability[] = { F_NUM("asked_dac", 0, 10) };
static const ais_field application_ack[] = {
        F_NUM("acked_dac", 0, 10), F_NUM("acked_fid", 10, 6), F_NUM("text_seqno", 16, 11), F_BOOL("available", 27), F_NUM("response", 28, 3),
};
static const ais_field persons[] = { F_NUM("persons", 0, 13) };

/* ---- IMO circular 236 ---- */

static const ais_scale air_236 = {.add = -600, .mul = 1, .div = 1, .decimals = 1};
static const ais_scale dew_236 = {.add = -200, .mul = 1, .div = 1, .decimals = 1};
static const ais_scale water_236 = {.add = -100, .mul = 1, .div = 1, .decimals = 1};
static const ais_scale pressure_236 = {.add = 800, .mul = 1, .div = 1};

#define CURRENTS_AND_SWELL(at) \
        F_SCALE("cspeed", at, 8, ais_tenth), F_NUM("cdir", (at) + 8, 9), F_SCALE("cspeed2", (at) + 17, 8, ais_tenth), \
        F_NUM("cdir2", (at) + 25, 9), F_NUM("cdepth2", (at) + 34, 5), F_SCALE("cspeed3", (at) + 39, 8, ais_tenth), \
        F_NUM("cdir3", (at) + 47, 9), F_NUM("cdepth3", (at) + 56, 5), F_SCALE("waveheight", (at) + 61, 8, ais_tenth), \
        F_NUM("waveperiod", (at) + 69, 6), F_NUM("wavedir", (at) + 75, 9), F_SCALE("swellheight", (at) + 84, 8, ais_tenth), \
        F_NUM("swellperiod", (at) + 92, 6), F_NUM("swelldir", (at) + 98, 9), F_NUM("seastate", (at) + 107, 4)

static const ais_field weather_236[] = {
        LAT_LON(0), F_OF("timestamp", 49, 16, AIS_DAY_TIME), F_NUM("wspeed", 65, 7), F_NUM("wgust", 72, 7), F_NUM("wdir", 79, 9),
        F_NUM("wgustdir", 88, 9), F_NUM("humidity", 108, 7), F_SCALE("airtemp", 97, 11, air_236), F_SCALE("dewpoint", 115, 10, dew_236),
        F_SCALE("pressure", 125, 9, pressure_236), F_WORD("pressuretend", 134, 2, ais_trend_words), F_SCALE("visibility", 136, 8, ais_tenth),
        F_SCALE("waterlevel", 144, 9, water_236), F_WORD("leveltrend", 153, 2, ais_trend_words), CURRENTS_AND_SWELL(155),
        F_SCALE("watertemp", 266, 10, water_236), F_NAMED("preciptype", 276, 3, ais_rain_words), F_SCALE("salinity", 279, 9, ais_tenth),
        F_NAMED("ice", 288, 2, ais_ice_words),
};

static const ais_field dangerous_236[] = {
        F_TEXT("lastport", 0, 5), F_OF("departure", 30, 20, AIS_MONTH_TIME), F_TEXT("nextport", 50, 5), F_OF("eta", 80, 20, AIS_MONTH_TIME),
        F_TEXT("dangerous", 100, 20), F_TEXT("imdcat", 220, 4), F_NUM("unid", 244, 13), F_NUM("amount", 257, 10), F_NUM("unit", 267, 2),
};

static const ais_field fairway_closed[] = {
        F_TEXT("reason", 0, 20), F_TEXT("closefrom", 120, 20), F_TEXT("closeto", 240, 20), F_NUM("radius", 360, 10), F_NUM("extunit", 370, 2),
        F_OF("from", 372, 20, AIS_DAY_MONTH_TIME), F_OF("to", 392, 20, AIS_DAY_MONTH_TIME),
};

#define TIDE_TIMES(at) \
        F_NUM("from_hour", at, 5), F_NUM("from_min", (at) + 5, 6), F_NUM("to_hour", (at) + 11, 5), F_NUM("to_min", (at) + 16, 6), \
        F_NUM("cdir", (at) + 22, 9)
static const ais_field tide_236[] = {
        F_OF("lon", 27, 28, AIS_DEGREES), F_OF("lat", 0, 27, AIS_DEGREES), TIDE_TIMES(55), F_SCALE("cspeed", 86, 7, ais_tenth),
};
static const ais_list tides_236 = {.common = AIS_TABLE(tide_236), .stride = 93, .most = 3};
static const ais_field tidal_236[] = { F_NUM("month", 0, 4), F_NUM("day", 4, 5), F_LIST("tidals", 9, tides_236) };

static const ais_field air_draught[] = { F_NUM("airdraught", 0, 11) };

/* ---- IMO circular 289 ---- */

static const ais_scale pressure_289 = {.add = 799, .mul = 1, .div = 1};
static const ais_scale level_289 = {.add = -1000, .mul = 1, .div = 1, .decimals = 2};

static const ais_field weather_289[] = {
        F_SCALE_INT("lat", 25, 24, ais_minute_milli), F_SCALE_INT("lon", 0, 25, ais_minute_milli), F_BOOL("accuracy", 49),
        F_OF("timestamp", 50, 16, AIS_DAY_TIME), F_NUM("wspeed", 66, 7), F_NUM("wgust", 73, 7), F_NUM("wdir", 80, 9), F_NUM("wgustdir", 89, 9),
        F_NUM("humidity", 109, 7), F_SCALE_INT("airtemp", 98, 11, ais_tenth), F_SCALE_INT("dewpoint", 116, 10, ais_tenth),
        F_SCALE("pressure", 126, 9, pressure_289), F_WORD("pressuretend", 135, 2, ais_trend_words), F_BOOL("visgreater", 137),
        F_SCALE("visibility", 138, 7, ais_tenth), F_SCALE("waterlevel", 145, 12, level_289), F_WORD("leveltrend", 157, 2, ais_trend_words),
        CURRENTS_AND_SWELL(159), F_SCALE_INT("watertemp", 270, 10, ais_tenth), F_WORD("preciptype", 280, 3, ais_rain_words),
        F_SCALE("salinity", 283, 9, ais_tenth), F_WORD("ice", 292, 2, ais_ice_words),
};

static const ais_field target[] = {
        F_NAMED("idtype", 0, 2, ais_target_words), F_OF("", 2, 42, AIS_TARGET), LAT_LON(48), F_NUM("course", 97, 9), F_NUM("second", 106, 6),
        F_NUM("speed", 112, 10),
};
static const ais_list target_list = {.common = AIS_TABLE(target), .stride = 122};
static const ais_field targets[] = { F_LIST("targets", 0, target_list) };

static const ais_field clearance[] = {
        F_NUM("linkage", 0, 10), F_OF("arrival", 10, 20, AIS_MONTH_TIME), F_TEXT("portname", 30, 20), F_TEXT("destination", 150, 5), PLACE(180),
};

static const ais_field traffic_signal[] = {
        F_NUM("linkage", 0, 10), F_TEXT("station", 10, 20), PLACE(130), F_NUM("status", 179, 2), F_NAMED("signal", 181, 5, ais_signal_words),
        F_NUM("hour", 186, 5), F_NUM("minute", 191, 6), F_NAMED("nextsignal", 197, 5, ais_signal_words),
};

#define SERVICE(k, i)   F_NUM(k, 51 + 2 * (i), 2)
static const ais_field berthing[] = {
        F_NUM("linkage", 0, 10), F_NUM("berth_length", 10, 9), F_NAMED("position", 27, 3, ais_berth_words),
        F_OF("arrival", 30, 20, AIS_MONTH_TIME), F_NUM("availability", 50, 1), SERVICE("agent", 0), SERVICE("fuel", 1), SERVICE("chandler", 2),
        SERVICE("stevedore", 3), SERVICE("electrical", 4), SERVICE("water", 5), SERVICE("customs", 6), SERVICE("cartage", 7),
        SERVICE("crane", 8), SERVICE("lift", 9), SERVICE("medical", 10), SERVICE("navrepair", 11), SERVICE("provisions", 12),
        SERVICE("shiprepair", 13), SERVICE("surveyor", 14), SERVICE("steam", 15), SERVICE("tugs", 16), SERVICE("solidwaste", 17),
        SERVICE("liquidwaste", 18), SERVICE("hazardouswaste", 19), SERVICE("ballast", 20), SERVICE("additional", 21), SERVICE("regional1", 22),
        SERVICE("regional2", 23), SERVICE("future1", 24), SERVICE("future2", 25), F_TEXT("berth_name", 103, 20),
        F_SCALE_INT("berth_lon", 223, 25, ais_minute_milli), F_SCALE_INT("berth_lat", 248, 24, ais_minute_milli),
        F_SCALE("berth_depth", 19, 8, ais_tenth),
};

static const ais_field cargo[] = { F_NUM("code", 0, 4), F_NUM("subtype", 4, 13) };
static const ais_list cargo_list = {.common = AIS_TABLE(cargo), .stride = 17, .most = 28};
static const ais_field dangerous_289[] = { F_NUM("unit", 0, 2), F_NUM("amount", 2, 10), F_LIST("cargos", 12, cargo_list) };

static const ais_field waypoint[] = { F_OF("lon", 0, 28, AIS_DEGREES), F_OF("lat", 28, 27, AIS_DEGREES) };
static const ais_list waypoint_list = {.common = AIS_TABLE(waypoint), .stride = 55, .most = 16, .count_bits = 5};
static const ais_field route[] = {
        F_NUM("linkage", 0, 10), F_NUM("sender", 10, 3), F_NAMED("rtype", 13, 5, ais_route_words), F_OF("start", 18, 20, AIS_MONTH_TIME),
        F_NUM("duration", 38, 18), F_LIST("waypoints", 61, waypoint_list),
};

static const ais_field description[] = { F_NUM("linkage", 0, 10), F_TEXT("text", 10, 0) };

static const ais_field tide_289[] = { PLACE(0), TIDE_TIMES(49), F_SCALE("cspeed", 80, 8, ais_tenth) };
static const ais_list tides_289 = {.common = AIS_TABLE(tide_289), .stride = 88, .most = 3};
static const ais_field tidal_289[] = { F_NUM("month", 0, 4), F_NUM("day", 4, 5), F_LIST("tidals", 9, tides_289) };

/* Area notice: pieces of an area, each of one shape.  Lengths are times ten to the power of scale, in metres. */
static const ais_field shape_head[] = { F_NAMED("shape", 0, 3, ais_shape_words) };
static const ais_field circle[] = { F_NUM("scale", 3, 2), PLACE(5), F_NUM("precision", 54, 3), F_NUM("radius", 57, 12) };
static const ais_field rectangle[] = {
        F_NUM("scale", 3, 2), PLACE(5), F_NUM("precision", 54, 3), F_NUM("east", 57, 8), F_NUM("north", 65, 8), F_NUM("orientation", 73, 9),
};
static const ais_field sector[] = {
        F_NUM("scale", 3, 2), PLACE(5), F_NUM("precision", 54, 3), F_NUM("radius", 57, 12), F_NUM("left", 69, 9), F_NUM("right", 78, 9),
};
static const ais_field leg[] = { F_SCALE("bearing", 0, 10, ais_half), F_NUM("distance", 10, 10) };
static const ais_list legs = {.common = AIS_TABLE(leg), .stride = 20, .most = 4};
static const ais_field polyline[] = { F_NUM("scale", 3, 2), F_LIST("waypoints", 5, legs) };
static const ais_field polygon[] = { F_NUM("scale", 3, 2), F_LIST("vertices", 5, legs) };
static const ais_field area_text[] = { F_TEXT("text", 3, 14) };
static const ais_table shapes[] = {
        AIS_TABLE(circle), AIS_TABLE(rectangle), AIS_TABLE(sector), AIS_TABLE(polyline), AIS_TABLE(polygon), AIS_TABLE(area_text),
};
static const ais_list subareas = {
        .common = AIS_TABLE(shape_head), .stride = 87, .most = 10, .select_bits = 3, .variants = 6, .variant = shapes,
};
static const ais_field area_notice[] = {
        F_NUM("linkage", 0, 10), F_NAMED("notice", 10, 7, ais_notice_words), F_OF("start", 17, 20, AIS_MONTH_TIME), F_NUM("duration", 37, 18),
        F_LIST("subareas", 55, subareas),
};

/* Ship's own weather; bit 0 says which of two layouts. */
static const ais_field weather_ship[] = {
        F_BOOL("wmo", 0), F_TEXT("location", 1, 20), PLACE(121), F_OF("timestamp", 170, 16, AIS_DAY_TIME), F_NUM("weather", 186, 4),
        F_BOOL("vislimit", 190), F_SCALE("visibility", 191, 7, ais_tenth), F_NUM("humidity", 198, 7), F_NUM("wspeed", 205, 7),
        F_NUM("wdir", 212, 9), F_SCALE("pressure", 221, 9, pressure_289), F_NUM("pressuretend", 230, 4),
        F_SCALE_INT("airtemp", 234, 11, ais_tenth), F_SCALE("watertemp", 245, 10, water_236), F_NUM("waveperiod", 255, 6),
        F_SCALE("waveheight", 261, 8, ais_tenth), F_NUM("wavedir", 269, 9), F_SCALE("swellheight", 278, 8, ais_tenth),
        F_NUM("swelldir", 286, 9), F_NUM("swellperiod", 295, 6),
};

static const ais_scale by_5 = {.mul = 5, .div = 1}, by_10 = {.mul = 10, .div = 1}, by_45 = {.mul = 45, .div = 1};
static const ais_scale wmo_lon = {.add = -18000, .mul = 1, .div = 1, .decimals = 2}, wmo_lat = {.add = -9000, .mul = 1, .div = 1, .decimals = 2};
static const ais_scale wmo_pressure = {.add = 9000, .mul = 1, .div = 1, .decimals = 1}, wmo_delta = {.add = -500, .mul = 1, .div = 1, .decimals = 1};
static const ais_scale wmo_air = {.add = 2230, .mul = 1, .div = 1, .decimals = 1}, wmo_sea = {.add = 2680, .mul = 1, .div = 1, .decimals = 1};
static const ais_field weather_wmo[] = {
        F_BOOL("wmo", 0), F_SCALE("lon", 1, 16, wmo_lon), F_SCALE("lat", 17, 15, wmo_lat), F_NUM("month", 32, 4), F_NUM("day", 36, 6),
        F_NUM("hour", 42, 5), F_SCALE("minute", 47, 3, by_10), F_SCALE("course", 50, 7, by_5), F_SCALE("speed", 57, 5, ais_half),
        F_SCALE("heading", 62, 7, by_5), F_SCALE("pressure", 69, 11, wmo_pressure), F_SCALE("pdelta", 80, 10, wmo_delta), F_NUM("ptend", 90, 4),
        F_SCALE("twinddir", 94, 7, by_5), F_SCALE("twindspeed", 101, 8, ais_half), F_SCALE("rwinddir", 109, 7, by_5),
        F_SCALE("rwindspeed", 116, 8, ais_half), F_SCALE("mgustspeed", 124, 8, ais_half), F_SCALE("mgustdir", 132, 7, by_5),
        F_SCALE("airtemp", 139, 10, wmo_air), F_NUM("humidity", 149, 7), F_SCALE("surftemp", 156, 9, wmo_sea), F_NUM("visibility", 165, 6),
        F_NUM("weather", 171, 9), F_NUM("pweather1", 180, 5), F_NUM("pweather2", 185, 5), F_SCALE("totalcloud", 190, 4, by_10),
        F_NUM("lowclouda", 194, 4), F_NUM("lowcloudt", 198, 6), F_NUM("midcloudt", 204, 6), F_NUM("highcloudt", 210, 6),
        F_NUM("cloudbase", 216, 7), F_NUM("wwperiod", 223, 5), F_SCALE("wwheight", 228, 6, ais_half), F_SCALE("swelldir1", 234, 6, by_10),
        F_NUM("swperiod1", 240, 5), F_SCALE("swheight1", 245, 6, ais_half), F_SCALE("swelldir2", 251, 6, by_10), F_NUM("swperiod2", 257, 5),
        F_SCALE("swheight2", 262, 6, ais_half), F_NUM("icedeposit", 268, 7), F_NUM("icerate", 275, 3), F_NUM("icecause", 278, 3),
        F_NUM("seaice", 281, 5), F_NUM("icetype", 286, 4), F_NUM("icestate", 290, 5), F_NUM("icedevel", 295, 5),
        F_SCALE("icebearing", 300, 4, by_45),
};

#define STATE(k, i)     F_NUM(k "_state", 113 + 2 * (i), 2)
static const ais_field extended_ship[] = {
        F_NUM("linkage", 0, 10), F_SCALE("airdraught", 10, 13, ais_tenth), F_TEXT("lastport", 23, 5), F_TEXT("nextport", 53, 5),
        F_TEXT("secondport", 83, 5), STATE("ais", 0), STATE("ata", 1), STATE("bnwas", 2), STATE("ecdisb", 3), STATE("chart", 4),
        STATE("sounder", 5), STATE("epaid", 6), STATE("steer", 7), STATE("gnss", 8), STATE("gyro", 9), STATE("lrit", 10), STATE("magcomp", 11),
        STATE("navtex", 12), STATE("arpa", 13), STATE("sband", 14), STATE("xband", 15), STATE("hfradio", 16), STATE("inmarsat", 17),
        STATE("mfradio", 18), STATE("vhfradio", 19), STATE("grndlog", 20), STATE("waterlog", 21), STATE("thd", 22), STATE("tcs", 23),
        STATE("vdr", 24), F_NUM("iceclass", 165, 4), F_NUM("horsepower", 169, 18), F_NUM("vhfchan", 187, 12), F_TEXT("lshiptype", 199, 7),
        F_NUM("tonnage", 241, 18), F_NUM("lading", 259, 2), F_NUM("heavyoil", 261, 2), F_NUM("lightoil", 263, 2), F_NUM("dieseloil", 265, 2),
        F_NUM("totaloil", 267, 14), F_NUM("persons", 281, 13),
};

/* Environmental: records of sensors, each of one kind; its own fields begin at bit 27. */
static const ais_field sensor_head[] = {
        F_NAMED("sensor", 0, 4, ais_sensor_words), F_OF("timestamp", 4, 16, AIS_DAY_TIME), F_NUM("site", 20, 7),
};
static const ais_field sensor_site[] = {
        F_OF("lon", 27, 28, AIS_DEGREES), F_OF("lat", 55, 27, AIS_DEGREES), F_SCALE("alt", 82, 11, ais_tenth),
        F_NAMED("owner", 93, 4, ais_owner_words), F_NUM("timeout", 97, 3),
};
static const ais_field sensor_station[] = { F_TEXT("name", 27, 14) };
static const ais_field sensor_wind[] = {
        F_NUM("wspeed", 27, 7), F_NUM("wgust", 34, 7), F_NUM("wdir", 41, 9), F_NUM("wgustdir", 50, 9),
        F_NAMED("sensortype", 59, 3, ais_quality_words), F_NUM("fwspeed", 62, 7), F_NUM("fwgust", 69, 7), F_NUM("fwdir", 76, 9),
        F_OF("forecast", 85, 16, AIS_DAY_TIME), F_NUM("duration", 101, 8),
};
static const ais_field sensor_level[] = {
        F_BOOL("absolute", 27), F_SCALE_INT("level", 28, 16, ais_cent), F_NUM("leveltrend", 44, 2),
        F_NAMED("datum", 46, 5, ais_datum_words), F_NAMED("sensortype", 51, 3, ais_quality_words), F_BOOL("fabsolute", 54),
        F_SCALE_INT("flevel", 55, 16, ais_cent), F_OF("forecast", 71, 16, AIS_DAY_TIME), F_NUM("duration", 87, 8),
};
#define FLOW(n, at)     F_SCALE("cspeed" n, at, 8, ais_tenth), F_NUM("cdir" n, (at) + 8, 9), F_NUM("cdepth" n, (at) + 17, 9)
static const ais_field sensor_flow[] = { FLOW("1", 27), FLOW("2", 53), FLOW("3", 79), F_NAMED("sensortype", 105, 3, ais_quality_words) };
#define VECTOR(n, at) \
        F_SCALE("cnorth" n, at, 8, ais_tenth), F_SCALE("ceast" n, (at) + 8, 8, ais_tenth), F_SCALE("cup" n, (at) + 16, 8, ais_tenth), \
        F_NUM("cdepth" n, (at) + 24, 9)
static const ais_field sensor_flow_3d[] = { VECTOR("1", 27), VECTOR("2", 60), F_NAMED("sensortype", 93, 3, ais_quality_words) };
#define ACROSS(n, at) \
        F_NUM("bearing" n, at, 9), F_NUM("distance" n, (at) + 9, 7), F_SCALE("speed" n, (at) + 16, 8, ais_tenth), \
        F_NUM("direction" n, (at) + 24, 9), F_NUM("depth" n, (at) + 33, 9)
static const ais_field sensor_across[] = { ACROSS("1", 27), ACROSS("2", 69) };
static const ais_field sensor_sea[] = {
        F_SCALE("swheight", 27, 8, ais_tenth), F_NUM("swperiod", 35, 6), F_NUM("swelldir", 41, 9), F_NUM("seastate", 50, 4),
        F_NAMED("swelltype", 54, 3, ais_quality_words), F_SCALE("watertemp", 57, 10, water_236), F_SCALE("distance1", 67, 7, ais_tenth),
        F_NAMED("depthtype", 74, 3, ais_quality_words), F_SCALE("waveheight", 77, 8, ais_tenth), F_NUM("waveperiod", 85, 6),
        F_NUM("wavedir", 91, 9), F_NAMED("wavetype", 100, 3, ais_quality_words), F_SCALE("salinity", 103, 9, ais_tenth),
};
static const ais_field sensor_salt[] = {
        F_SCALE("watertemp", 27, 10, water_236), F_SCALE("conductivity", 37, 10, ais_cent), F_SCALE("pressure", 47, 16, ais_tenth),
        F_SCALE("salinity", 63, 9, ais_tenth), F_NUM("salinitytype", 72, 2), F_NAMED("sensortype", 74, 3, ais_quality_words),
};
static const ais_field sensor_weather[] = {
        F_SCALE_INT("temperature", 27, 11, ais_tenth), F_NAMED("sensortype", 38, 3, ais_quality_words), F_NUM("preciptype", 41, 2),
        F_SCALE("visibility", 43, 8, ais_tenth), F_SCALE_INT("dewpoint", 51, 10, ais_tenth), F_NAMED("dewtype", 61, 3, ais_quality_words),
        F_SCALE("pressure", 64, 9, pressure_289), F_NUM("pressuretend", 73, 2), F_NAMED("pressuretype", 75, 3, ais_quality_words),
        F_SCALE("salinity", 78, 9, ais_tenth),
};
static const ais_field sensor_air_gap[] = {
        F_SCALE("airdraught", 27, 13, ais_cent), F_SCALE("airgap", 40, 13, ais_cent), F_NUM("gaptrend", 53, 2),
        F_SCALE("fairgap", 55, 13, ais_cent), F_OF("forecast", 68, 16, AIS_DAY_TIME),
};
static const ais_table sensors[] = {
        AIS_TABLE(sensor_site), AIS_TABLE(sensor_station), AIS_TABLE(sensor_wind), AIS_TABLE(sensor_level), AIS_TABLE(sensor_flow),
        AIS_TABLE(sensor_flow_3d), AIS_TABLE(sensor_across), AIS_TABLE(sensor_sea), AIS_TABLE(sensor_salt), AIS_TABLE(sensor_weather),
        AIS_TABLE(sensor_air_gap),
};
static const ais_list sensor_list = {
        .common = AIS_TABLE(sensor_head), .stride = 112, .most = 8, .select_bits = 4, .variants = 11, .variant = sensors,
};
static const ais_field environment[] = { F_LIST("reports", 0, sensor_list) };

/* ---- Inland AIS ---- */

static const ais_field inland_ship[] = {
        F_TEXT("vin", 0, 8), F_NUM("length", 48, 13), F_NUM("beam", 61, 10),
        { AIS_KEY("shiptype"), .kind = AIS_INLAND, .at = 71, .bits = 14, .key_text = ",\"shiptype_text\":", .key_text_n = 17 },
        F_NAMED("hazard", 85, 3, ais_hazard_words), F_NUM("draught", 88, 11), F_NAMED("loaded", 99, 2, ais_loaded_words),
        F_BOOL("speed_q", 101), F_BOOL("course_q", 102), F_BOOL("heading_q", 103),
};

#define INLAND_PLACE \
        F_TEXT("country", 0, 2), F_TEXT("locode", 12, 3), F_TEXT("section", 30, 5), F_TEXT("terminal", 60, 5), F_TEXT("hectometre", 90, 5), \
        F_OF("eta", 120, 20, AIS_MONTH_TIME)
static const ais_field inland_eta[] = { INLAND_PLACE, F_NUM("tugs", 140, 3), F_NUM("airdraught", 143, 12) };
static const ais_field inland_rta[] = { INLAND_PLACE, F_NAMED("status", 140, 2, ais_rta_words) };
static const ais_field inland_persons[] = { F_NUM("crew", 0, 8), F_NUM("passengers", 8, 13), F_NUM("personnel", 21, 8) };

static const ais_field inland_warning[] = {
        { AIS_KEY("start"), .kind = AIS_DATE_TIME, .at = 0, .bits = 17, .extra = 34 },
        { AIS_KEY("end"), .kind = AIS_DATE_TIME, .at = 17, .bits = 17, .extra = 28 },
        F_OF("start_lon", 56, 28, AIS_DEGREES), F_OF("start_lat", 84, 27, AIS_DEGREES), F_OF("end_lon", 111, 28, AIS_DEGREES),
        F_OF("end_lat", 139, 27, AIS_DEGREES), F_NAMED("type", 166, 4, ais_emma_words), F_INT("min", 170, 9), F_INT("max", 179, 9),
        F_NAMED("class", 188, 2, ais_emma_class_words), F_NAMED("wind", 190, 4, ais_emma_wind_words),
};

static const ais_field gauge[] = { F_NUM("id", 0, 11), F_INT("level", 11, 14) };
static const ais_list gauge_list = {.common = AIS_TABLE(gauge), .stride = 25, .most = 4};
static const ais_field inland_levels[] = { F_TEXT("country", 0, 2), F_LIST("gauges", 12, gauge_list) };

static const ais_field inland_signal[] = {
        F_OF("lon", 0, 28, AIS_DEGREES), F_OF("lat", 28, 27, AIS_DEGREES), F_NUM("form", 55, 4), F_NUM("facing", 59, 9),
        F_NAMED("direction", 68, 3, ais_direction_words), F_NAMED("status", 71, 30, ais_lamp_words),
};

/* ---- aids to navigation of Great Britain and Ireland ---- */

static const ais_scale volt_20 = {.mul = 5, .div = 1, .decimals = 2};
static const ais_field aid_monitor[] = {
        F_BOOL("off_pos", 43), F_BOOL("alarm", 34), F_NUM("stat_ext", 35, 8), F_SCALE("ana_int", 0, 10, volt_20),
        F_SCALE("ana_ext1", 10, 10, volt_20), F_SCALE("ana_ext2", 20, 10, volt_20), F_NAMED("racon", 30, 2, ais_racon_words),
        F_NAMED("light", 32, 2, ais_light_words),
};

/* ---- which is which ---- */

#define IN_6 1U
#define IN_8 2U
#define IN_BOTH (IN_6 | IN_8)

/* least and most: bits of payload. gpsd: in which messages gpsd 3.22 takes it apart. */
static const struct payload { uint16_t dac, fid, least, most; uint8_t in, gpsd; ais_table table; } payloads[] = {
        {1, 0, 18, 920, IN_BOTH, 0, AIS_TABLE(text_telegram)},
        {1, 2, 16, 80, IN_6, 0, AIS_TABLE(ask_function)},
        {1, 3, 10, 80, IN_6, 0, AIS_TABLE(ask_capability)},
        {1, 5, 31, 80, IN_6, 0, AIS_TABLE(application_ack)},
        {1, 11, 276, 304, IN_BOTH, IN_8, AIS_TABLE(weather_236)},
        {1, 12, 269, 280, IN_6, IN_6, AIS_TABLE(dangerous_236)},
        {1, 13, 412, 424, IN_8, IN_8, AIS_TABLE(fairway_closed)},
        {1, 14, 102, 304, IN_6, IN_6, AIS_TABLE(tidal_236)},
        {1, 15, 11, 24, IN_BOTH, IN_BOTH, AIS_TABLE(air_draught)},
        {1, 16, 13, 48, IN_BOTH, IN_6, AIS_TABLE(persons)},
        {1, 17, 122, 920, IN_BOTH, IN_8, AIS_TABLE(targets)},
        {1, 18, 229, 280, IN_6, IN_6, AIS_TABLE(clearance)},
        {1, 19, 202, 312, IN_8, IN_8, AIS_TABLE(traffic_signal)},
        {1, 20, 272, 280, IN_6, IN_6, AIS_TABLE(berthing)},
        {1, 21, 304, 312, IN_8, 0, AIS_TABLE(weather_ship)},
        {1, 22, 142, 952, IN_BOTH, 0, AIS_TABLE(area_notice)},
        {1, 23, 142, 952, IN_6, 0, AIS_TABLE(area_notice)},
        {1, 24, 294, 312, IN_8, 0, AIS_TABLE(extended_ship)},
        {1, 25, 29, 512, IN_6, IN_6, AIS_TABLE(dangerous_289)},
        {1, 26, 112, 952, IN_BOTH, 0, AIS_TABLE(environment)},
        {1, 27, 61, 952, IN_BOTH, IN_8, AIS_TABLE(route)},
        {1, 28, 61, 952, IN_6, IN_6, AIS_TABLE(route)},
        {1, 29, 16, 952, IN_8, IN_8, AIS_TABLE(description)},
        {1, 30, 16, 952, IN_6, IN_6, AIS_TABLE(description)},
        {1, 31, 294, 312, IN_BOTH, IN_8, AIS_TABLE(weather_289)},
        {1, 32, 97, 304, IN_6, IN_6, AIS_TABLE(tidal_289)},
        {1, 40, 13, 24, IN_BOTH, 0, AIS_TABLE(persons)},
        {200, 10, 112, 112, IN_8, IN_8, AIS_TABLE(inland_ship)},
        {200, 21, 160, 160, IN_6, IN_6, AIS_TABLE(inland_eta)},
        {200, 22, 144, 144, IN_6, IN_6, AIS_TABLE(inland_rta)},
        {200, 23, 200, 200, IN_8, IN_8, AIS_TABLE(inland_warning)},
        {200, 24, 112, 112, IN_8, IN_8, AIS_TABLE(inland_levels)},
        {200, 40, 112, 112, IN_8, IN_8, AIS_TABLE(inland_signal)},
        {200, 55, 80, 80, IN_BOTH, IN_6, AIS_TABLE(inland_persons)},
        {235, 10, 48, 48, IN_6, IN_6, AIS_TABLE(aid_monitor)},
        {250, 10, 48, 48, IN_6, IN_6, AIS_TABLE(aid_monitor)},
};

/* Numbers that no ship can mean say that other bits stand there. */
static bool plausible(const em_ais *ais, const struct payload *p, size_t base, size_t bits)
{
        if (p->dac == 200 && p->fid == 10)
                return ais_bits(ais->bits, base + 85, 3) <= 5;  /* blue cones; and see gpsd's test load for one that is none */
        if (p->dac == 1 && p->fid == 16)
                return bits <= 24 || bits == 48;
        return true;
}

bool ais_payload(const em_ais *ais, unsigned dac, unsigned fid, size_t base, size_t end, ais_table *ret_table, bool *ret_gpsd)
{
        size_t   bits = end > base ? end - base : 0;
        bool     to_ship = ais->type == 6 || (ais->type > 8 && ais_bits(ais->bits, 38, 1));
        unsigned in = to_ship ? IN_6 : IN_8;
        for (size_t i = 0; i < sizeof payloads / sizeof *payloads; i++) {
                const struct payload *p = &payloads[i];
                if (p->dac != dac || p->fid != fid)
                        continue;
                if (!(p->in & in) || bits < p->least || bits > p->most || !plausible(ais, p, base, bits))
                        return false;
                *ret_gpsd = p->gpsd & in;
                bool wmo = dac == 1 && fid == 21 && ais_bits(ais->bits, base, 1);
                *ret_table = wmo ? (ais_table)AIS_TABLE(weather_wmo) : p->table;
                return true;
        }
        return false;
}
