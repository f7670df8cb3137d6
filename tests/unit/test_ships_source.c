/* Tables, JSON and sentences of ships as fixes and reports: rows as their publishers write them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <cmocka.h>

#include "ships/ships_inside.h"

typedef struct row { uint32_t mmsi; em_fix fix; } row;
typedef struct took {
        row     fix[16];
        em_said said[16];
        int64_t said_s[16];
        size_t  fixes, saids, rejects;
        char    why[16][16];
        uint64_t line[16];
} took;

static em_status take_fix(void *ctx, uint32_t mmsi, const em_fix *fix, em_error *err)
{
        took *t = ctx;
        (void)err;
        assert_true(t->fixes < 16);
        t->fix[t->fixes].mmsi = mmsi;
        t->fix[t->fixes++].fix = *fix;
        return EM_OK;
}

static em_status take_said(void *ctx, uint32_t mmsi, int64_t time_s, const em_said *said, uint64_t offset, uint32_t length, em_error *err)
{
        took *t = ctx;
        (void)mmsi, (void)offset, (void)length, (void)err;
        t->said_s[t->saids] = time_s;
        t->said[t->saids++] = *said;
        return EM_OK;
}

static em_status take_reject(void *ctx, uint64_t line, uint64_t offset, const char *why, em_error *err)
{
        took *t = ctx;
        (void)offset, (void)err;
        t->line[t->rejects] = line;
        snprintf(t->why[t->rejects++], 16, "%s", why);
        return EM_OK;
}

/* The text in pieces of `piece` bytes. */
static took read_pieces(const char *text, const char *columns, int64_t day_ms, size_t piece, em_ship_form *ret_form)
{
        took         t = {0};
        em_ship_sink sink = {&t, take_fix, take_said, take_reject};
        em_ship_reader *r = NULL;
        em_str       s = em_str_c(text);
        em_error     err = {0};
        em_ship_form form = em_ship_sniff(s, em_str_c(columns));
        assert_int_equal(em_ship_reader_open(form, em_str_c(columns), day_ms, &sink, &r, &err), EM_OK);
        for (size_t i = 0; i < s.n; i += piece)
                assert_int_equal(em_ship_reader_feed(r, s.p + i, s.n - i < piece ? s.n - i : piece, &err), EM_OK);
        assert_int_equal(em_ship_reader_end(r, &err), EM_OK);
        em_ship_reader_close(r);
        if (ret_form)
                *ret_form = form;
        return t;
}

static took read_text(const char *text, const char *columns, int64_t day_ms, em_ship_form *ret_form)
{
        took one = read_pieces(text, columns, day_ms, SIZE_MAX / 2, ret_form), many = read_pieces(text, columns, day_ms, 7, NULL);
        assert_memory_equal(&one, &many, sizeof one);
        return one;
}

#define UNITS(degrees) ((int32_t)((degrees) * 600000 + ((degrees) < 0 ? -0.5 : 0.5)))

/* Rows as the Bureau of Ocean Energy Management and NOAA publish them (MarineCadastre, 2018 on): values of a row of 2023-01-11. */
static void test_marine_cadastre_is_read(void **state)
{
        (void)state;
        em_ship_form form;
        took t = read_text("MMSI,BaseDateTime,LAT,LON,SOG,COG,Heading,VesselName,IMO,CallSign,VesselType,Status,Length,Width,Draft,Cargo,TransceiverClass\n"
                           "636021061,2023-01-11T00:00:00,26.09241,-80.04806,8.8,272.7,270.0,MSC NAISHA III,IMO9307839,5LCB4,70,8.0,208.0,30.0,8.0,70.0,A\r\n"
                           "367752440,2023-01-11T00:00:01,43.07917,-70.75733,0.0,360.0,511.0,,,,,,,,,52.0,B\n", "", INT64_MIN, &form);
        assert_int_equal(form, EM_SHIP_NOAA);
        assert_int_equal(t.fixes, 2);
        assert_int_equal(t.fix[0].mmsi, 636021061);
        assert_int_equal(t.fix[0].fix.time_s, 1673395200);      /* date -u -d 2023-01-11 +%s */
        assert_int_equal(t.fix[0].fix.lat, 15655446);           /* 26.09241 x 600000 */
        assert_int_equal(t.fix[0].fix.lon, -48028836);
        assert_int_equal(t.fix[0].fix.sog, 88);
        assert_int_equal(t.fix[0].fix.cog, 2727);
        assert_int_equal(t.fix[0].fix.heading, 270);
        assert_int_equal(t.fix[0].fix.status, 8);
        assert_int_equal(t.fix[0].fix.offset, 126);             /* the header's 125 bytes and its line end */
        assert_int_equal(t.fix[0].fix.length, 125);
        assert_int_equal(t.fix[1].fix.offset, 126 + 127);
        assert_int_equal(t.fix[1].fix.cog, EM_AIS_COG_NONE);
        assert_int_equal(t.fix[1].fix.heading, EM_AIS_HEADING_NONE);
        assert_int_equal(t.fix[1].fix.status, EM_AIS_STATUS_NONE);
        assert_int_equal(t.fix[1].fix.flags, EM_FIX_CLASS_B);
        assert_int_equal(t.saids, 1);
        assert_string_equal(t.said[0].name, "MSC NAISHA III");
        assert_int_equal(t.said[0].imo, 9307839);
        assert_string_equal(t.said[0].call_sign, "5LCB4");
        assert_int_equal(t.said[0].draught, 80);
        assert_int_equal(t.said[0].to_stern, 208);
        assert_int_equal(t.said[0].to_starboard, 30);
}

/* The columns of the older releases (2009 to 2014, as exported), in another order, and of the newest (lower case). */
static void test_older_and_newer_marine_cadastre_is_read(void **state)
{
        (void)state;
        em_ship_form form;
        took old = read_text("X,Y,SOG,COG,Heading,ROT,BaseDateTime,Status,VoyageID,MMSI,ReceiverType,ReceiverID\n"
                             "-70.5,41.25,12,-55,87,128,2012-02-03 11:12:13,0,7,366123450,r,003669987\n", "", INT64_MIN, &form);
        assert_int_equal(form, EM_SHIP_NOAA);
        assert_int_equal(old.fixes, 1);
        assert_int_equal(old.fix[0].fix.lon, UNITS(-70.5));
        assert_int_equal(old.fix[0].fix.time_s, 1328267533);
        assert_int_equal(old.fix[0].fix.cog, EM_AIS_COG_NONE);  /* a course below 0 is none */
        took now = read_text("mmsi,base_date_time,longitude,latitude,sog,cog,heading,vessel_name,imo,call_sign,vessel_type,status,length,width,draft,cargo,transceiver\n"
                             "366123450,2024-02-03 11:12:13,-70.5,41.25,12.3,359.9,87,A B,,,70,0,,,,,A\n", "", INT64_MIN, &form);
        assert_int_equal(form, EM_SHIP_NOAA);
        assert_int_equal(now.fix[0].fix.lat, UNITS(41.25));
        assert_int_equal(now.fix[0].fix.cog, 3599);
}

/* The 26 columns of web.ais.dk's daily files; days first, decimal points. */
static void test_the_danish_table_is_read_and_only_ships_of_it(void **state)
{
        (void)state;
        em_ship_form form;
        took t = read_text("# Timestamp,Type of mobile,MMSI,Latitude,Longitude,Navigational status,ROT,SOG,COG,Heading,IMO,Callsign,Name,Ship type,Cargo type,Width,"
                           "Length,Type of position fixing device,Draught,Destination,ETA,Data source type,A,B,C,D\n"
                           "01/03/2022 23:59:59,Class A,219000123,56.0,11.5,At anchor,0.0,0.1,134.2,240,9000003,OXYZ2,NORDISK,Tanker,,20,120,GPS,7.3,SKAGEN,,AIS,100,20,12,8\n"
                           "01/03/2022 23:59:59,Base Station,2190045,55.1,12.1,Unknown value,,,,,Unknown,Unknown,,Undefined,,,,,,,,AIS,,,,\n"
                           "02/03/2022 00:00:00,Class B,219000124,91.0,0.0,Unknown value,,,,,Unknown,Unknown,,Undefined,,,,,,Unknown,,AIS,,,,\n", "", INT64_MIN, &form);
        assert_int_equal(form, EM_SHIP_DMA);
        assert_int_equal(t.fixes, 1);
        assert_int_equal(t.fix[0].fix.time_s, 1646179199);      /* date -u -d '2022-03-01 23:59:59' +%s */
        assert_int_equal(t.fix[0].fix.status, 1);
        assert_int_equal(t.saids, 1);
        assert_int_equal(t.said[0].ship_type, 80);
        assert_int_equal(t.said[0].to_bow, 100);
        assert_int_equal(t.said[0].to_stern, 20);
        assert_int_equal(t.said[0].to_port, 12);
        assert_int_equal(t.said[0].to_starboard, 8);
        assert_int_equal(t.said[0].draught, 73);
        assert_int_equal(t.rejects, 0);
}

static void test_a_map_names_the_columns_of_any_table(void **state)
{
        (void)state;
        em_ship_form form;
        took t = read_text("OBJECT_ID,VID,SEQUENCE_DTTM,LAT,LON,SPEED_OVER_GROUND,COURSE_OVER_GROUND\n1,100008,14:00:00,36.90685,-76.089022,1,1641\n",
                           "mmsi=VID time=SEQUENCE_DTTM lon=LON lat=LAT sog=SPEED_OVER_GROUND/10 cog=COURSE_OVER_GROUND/10", INT64_C(1577836800000), &form);
        assert_int_equal(form, EM_SHIP_MAPPED);
        assert_int_equal(t.fixes, 1);
        assert_int_equal(t.fix[0].fix.time_s, 1577836800 + 14 * 3600);
        assert_int_equal(t.fix[0].fix.sog, 1);
        assert_int_equal(t.fix[0].fix.flags, EM_FIX_UNDATED);
        assert_int_equal(t.fix[0].fix.cog, 1641);
        took bare = read_text("5 23.48402 37.35515 1722468684\n1 23.52378 38.04168 1722470412\n", "mmsi=#1 lon=#2 lat=#3 time=#4", INT64_MIN, NULL);
        assert_int_equal(bare.fixes, 2);
        assert_int_equal(bare.fix[0].mmsi, 5);
        assert_int_equal(bare.fix[1].fix.time_s, 1722470412);
        assert_int_equal(bare.fix[1].fix.lon, UNITS(23.52378));
}

static void test_lines_of_json_are_read(void **state)
{
        (void)state;
        em_ship_form form;
        took t = read_text("{\"ssvid\":\"412331104\",\"msgid\":\"x\",\"timestamp\":1704378820,\"lat\":45.4,\"lon\":80.6,\"speed\":3.2,\"course\":10}\n"
                           "{\"ssvid\":\"412331104\",\"timestamp\":\"2024-01-01 10:00:00 UTC\",\"receiver_type\":\"satellite\",\"lat\":45.4,\"lon\":80.6}\n"
                           "{\"ssvid\":\"412331104\",\"timestamp\":1704412120,\"lat\":null,\"lon\":null}\n{\"ssvid\":\n", "", INT64_MIN, &form);
        assert_int_equal(form, EM_SHIP_JSON);
        assert_int_equal(t.fixes, 2);
        assert_int_equal(t.fix[0].fix.sog, 32);
        assert_int_equal(t.fix[1].fix.time_s, 1704103200);
        assert_int_equal(t.fix[1].fix.flags, EM_FIX_SATELLITE);
        assert_int_equal(t.rejects, 1);
        assert_string_equal(t.why[0], "json");
        assert_int_equal(t.line[0], 4);
}

static void test_what_is_wrong_has_its_reason_and_its_line_and_the_rest_goes_on(void **state)
{
        (void)state;
        took t = read_text("mmsi,time,lat,lon,sog\n"
                           "0,1704378820,1,1,1\n"               /* line 2 */
                           "219000123,yesterday,1,1,1\n"
                           "219000123,1704378820,90.01,1,1\n"
                           "219000123,1704378820\n"
                           "219000123,1704378820,\"1,1,1\n"
                           "\n"
                           "219000123,1704378820,1,1,fast\n"
                           "1000000000,1704378820,1,1,1\n", "", INT64_MIN, NULL);
        assert_int_equal(t.fixes, 1);
        assert_int_equal(t.fix[0].fix.sog, EM_AIS_SOG_NONE);
        static const char *const why[] = {"mmsi", "time", "place", "fields", "quote", "mmsi"};
        static const uint64_t    line[] = {2, 3, 4, 5, 6, 9};
        assert_int_equal(t.rejects, 6);
        for (size_t i = 0; i < 6; i++) {
                assert_string_equal(t.why[i], why[i]);
                assert_int_equal(t.line[i], line[i]);
        }
}

static void test_times_of_many_tables_are_the_same_second(void **state)
{
        (void)state;
        static const char *const same[] = {"2021-07-01T18:51:51Z", "2021-07-01 18:51:51", "2021-07-01 18:51:51.999", "2021-07-01 18:51:51 UTC", "01/07/2021 18:51:51",
                                           "20210701_185151", "2021-07-01T20:51:51+02:00", "1625165511", "1625165511.75", "1625165511999", "1625165511000000000",
                                           " 2021/07/01 18:51:51 "};
        int64_t t = 0;
        for (size_t i = 0; i < sizeof same / sizeof *same; i++) {
                assert_true(em_sh_time(em_str_c(same[i]), INT64_MIN, &t));
                assert_int_equal(t, 1625165511);                /* date -u -d '2021-07-01 18:51:51' +%s */
        }
        static const char *const none[] = {"", "2021-02-29", "2021-13-01", "24:00:00", "18:51:51", "now", "-5", "2021-07-01T25:00:00", "2021-07-01 18:51:51 CEST"};
        for (size_t i = 0; i < sizeof none / sizeof *none; i++)
                assert_false(em_sh_time(em_str_c(none[i]), INT64_MIN, &t));
}

static void test_decimals_are_rounded_once_and_exactly(void **state)
{
        (void)state;
        int64_t v = 0;
        assert_true(em_sh_decimal(EM_S("0.00000083"), 600000, 1, &v) && v == 0);        /* 0.498 */
        assert_true(em_sh_decimal(EM_S("0.00000084"), 600000, 1, &v) && v == 1);        /* 0.504 */
        assert_true(em_sh_decimal(EM_S("-179.999999999999999999"), 600000, 1, &v) && v == -108000000);
        assert_true(em_sh_decimal(EM_S("+12"), 10, 1, &v) && v == 120);
        assert_true(em_sh_decimal(EM_S("125"), 10, 10, &v) && v == 125);
        static const char *const none[] = {"", ".", "-", "1e5", "0x1", "1.2.3", "99999999999999999999", "1 2"};
        for (size_t i = 0; i < sizeof none / sizeof *none; i++)
                assert_false(em_sh_decimal(em_str_c(none[i]), 600000, 1, &v));
}

static void test_names_are_made_printable_and_end_between_letters(void **state)
{
        (void)state;
        char out[8];
        em_sh_text(EM_S("  A\tB\x1b[2J  "), out, sizeof out);
        assert_string_equal(out, "A?B?[2J");
        em_sh_text(EM_S("\xC3\xA6\xC3\xA6\xC3\xA6\xC3\xA6\xC3\xA6"), out, sizeof out);
        assert_string_equal(out, "\xC3\xA6\xC3\xA6\xC3\xA6");
        em_sh_text(EM_S("\xC3"), out, sizeof out);
        assert_string_equal(out, "?");
}

/* A position of gpsd's documentation ("AIVDM/AIVDO protocol decoding": !AIVDM,1,1,,B,177KQJ5000G?tO`K>RA1wUbN0TKH,0*5C): MMSI 477553000, moored, at
 * 47.58283333 N 122.34583333 W, course 51.0, heading 181; with a tag block's time before it. */
static void test_sentences_are_read_with_their_clock_and_place_in_the_file(void **state)
{
        (void)state;
        em_ship_form form;
        took t = read_text("# log\n\\c:1625165511*5E\\!AIVDM,1,1,,B,177KQJ5000G?tO`K>RA1wUbN0TKH,0*5C\r\n!AIVDM,1,1,,B,177KQJ5000G?tO`K>RA1wUbN0TKH,0*5D\n", "", INT64_MIN, &form);
        assert_int_equal(form, EM_SHIP_NMEA);
        assert_int_equal(t.fixes, 1);
        assert_int_equal(t.fix[0].mmsi, 477553000);
        assert_int_equal(t.fix[0].fix.time_s, 1625165511);
        assert_int_equal(t.fix[0].fix.lat, 28549700);           /* 47 degrees 34.97 minutes */
        assert_int_equal(t.fix[0].fix.lon, -73407500);          /* 122 degrees 20.75 minutes */
        assert_int_equal(t.fix[0].fix.cog, 510);
        assert_int_equal(t.fix[0].fix.heading, 181);
        assert_int_equal(t.fix[0].fix.status, 5);
        assert_int_equal(t.fix[0].fix.offset, 6);
        assert_int_equal(t.fix[0].fix.length, 64);
        assert_int_equal(t.rejects, 1);
        assert_string_equal(t.why[0], "checksum");
        assert_int_equal(t.line[0], 3);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_marine_cadastre_is_read),
                cmocka_unit_test(test_older_and_newer_marine_cadastre_is_read),
                cmocka_unit_test(test_the_danish_table_is_read_and_only_ships_of_it),
                cmocka_unit_test(test_a_map_names_the_columns_of_any_table),
                cmocka_unit_test(test_lines_of_json_are_read),
                cmocka_unit_test(test_what_is_wrong_has_its_reason_and_its_line_and_the_rest_goes_on),
                cmocka_unit_test(test_times_of_many_tables_are_the_same_second),
                cmocka_unit_test(test_decimals_are_rounded_once_and_exactly),
                cmocka_unit_test(test_names_are_made_printable_and_end_between_letters),
                cmocka_unit_test(test_sentences_are_read_with_their_clock_and_place_in_the_file),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
