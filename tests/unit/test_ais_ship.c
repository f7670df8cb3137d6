/* What ships say, against messages that others decoded: the values stand beside the sentences in gpsd's test load (test/sample.aivdm,
 * Copyright (c) 2010 by the GPSD project, BSD terms; "dump was attached", noaadata, the Maritec and Kanaton decoders). */
#include "ais_sentence.h"

static em_ais decoded(const char *lines, ais_made *made)
{
        em_ais ais, ship;
        *made = made_of(lines);
        assert_int_equal(em_ais_decode(made->bits, made->count, &ais), EM_AIS_OK);
        memset(&ship, 0xa5, sizeof ship);
        assert_int_equal(em_ais_decode_ship(made->bits, made->count, &ship), EM_AIS_OK);
        assert_int_equal(ship.mmsi, ais.mmsi);
        assert_int_equal(ship.has_position, ais.has_position);
        assert_int_equal(ship.has_static, ais.has_static);
        return ais;
}

static void assert_near(double is, double want, double by)
{
        if (!(is - want <= by && want - is <= by))
                fail_msg("%.9f is not %.9f", is, want);
}

static void assert_place(const em_ais *ais, double lon, double lat)
{
        assert_true(ais->has_position);
        assert_near(ais->position.lon / 600000.0, lon, 1e-6);
        assert_near(ais->position.lat / 600000.0, lat, 1e-6);
}

static void a_class_a_report_is_read_as_noaadata_and_maritec_read_it(void **state)
{
        (void)state;
        ais_made made;
        em_ais ais = decoded("!AIVDM,1,1,,A,15RTgt0PAso;90TKcjM8h6g208CQ,0*4A", &made);
        assert_int_equal(ais.type, 1);
        assert_int_equal(ais.repeat, 0);
        assert_int_equal(ais.mmsi, 371798000);
        assert_int_equal(ais.position.status, 0);
        assert_int_equal(ais.position.turn, -127);
        assert_int_equal(ais.position.sog, 123);
        assert_true(ais.position.accuracy);
        assert_place(&ais, -123.395383333, 48.38163333333);
        assert_int_equal(ais.position.cog, 2240);
        assert_int_equal(ais.position.heading, 215);
        assert_int_equal(ais.position.second, 33);
        assert_false(ais.position.raim);
        /* sync state 0, slot time-out 2, slot 1249: SOTDMA, M.1371-5, annex 2, 3.3.7.2.1 */
        assert_int_equal(ais.position.radio, 2 << 14 | 1249);
        assert_false(ais.has_static);
        made_free(&made);

        ais = decoded("!AIVDM,1,1,,B,25Cjtd0Oj;Jp7ilG7=UkKBoB0<06,0*60", &made);
        assert_int_equal(ais.mmsi, 356302000);
        assert_int_equal(ais.position.turn, 127);
        assert_int_equal(ais.position.sog, 139);
        assert_place(&ais, -71.62614333333333, 40.39235833333333);
        assert_int_equal(ais.position.cog, 877);
        assert_int_equal(ais.position.heading, 91);
        assert_int_equal(ais.position.radio, 3 << 14 | 6);
        made_free(&made);

        ais = decoded("!AIVDM,1,1,,A,38Id705000rRVJhE7cl9n;160000,0*40", &made);
        assert_int_equal(ais.mmsi, 563808000);
        assert_int_equal(ais.position.status, 5);
        assert_int_equal(ais.position.turn, 0);
        assert_place(&ais, -76.32753333333333, 36.91);
        assert_int_equal(ais.position.radio_mode, 1);
        made_free(&made);
}

static void a_base_station_says_its_place_and_the_time(void **state)
{
        (void)state;
        ais_made made;
        em_ais ais = decoded("!AIVDM,1,1,,A,403OviQuMGCqWrRO9>E6fE700@GO,0*4D", &made);
        assert_int_equal(ais.mmsi, 3669702);
        assert_int_equal(ais.utc_s, 1179172659);        /* date -ud '2007-05-14 19:57:39' +%s */
        assert_place(&ais, -76.352361666667, 36.883766666667);
        made_free(&made);
        ais = decoded("!AIVDM,1,1,,B,;4R33:1uUK2F`q?mOt@@GoQ00000,0*5D", &made);
        assert_int_equal(ais.mmsi, 304137000);
        assert_int_equal(ais.utc_s, 1242958960);        /* 2009-05-22 02:22:40; the receiver's own stamp is 1242958962 */
        assert_place(&ais, -94.40768333333333, 28.40911666666667);
        made_free(&made);
}

static void a_voyage_report_gives_identity_size_draught_and_destination(void **state)
{
        (void)state;
        ais_made made;
        em_ais ais = decoded("!AIVDM,2,1,1,A,55?MbV02;H;s<HtKR20EHE:0@T4@Dn2222222216L961O5Gf0NSQEp6ClRp8,0*1C\n"
                             "!AIVDM,2,2,1,A,88888888880,2*25", &made);
        assert_true(ais.has_static && !ais.has_position);
        assert_int_equal(ais.mmsi, 351759000);
        assert_int_equal(ais.ship.imo, 9134270);
        assert_string_equal(ais.ship.call_sign, "3FOF8");
        assert_string_equal(ais.ship.name, "EVER DIADEM");
        assert_int_equal(ais.ship.ship_type, 70);
        assert_int_equal(ais.ship.to_bow, 225);
        assert_int_equal(ais.ship.to_stern, 70);
        assert_int_equal(ais.ship.to_port, 1);
        assert_int_equal(ais.ship.to_starboard, 31);
        assert_int_equal(ais.ship.epfd, 1);
        assert_int_equal(ais.ship.month, 5);
        assert_int_equal(ais.ship.day, 15);
        assert_int_equal(ais.ship.hour, 14);    /* bits 283 to 287 are 01110; the file's comment says 16, its own check file 14 */
        assert_int_equal(ais.ship.minute, 0);
        assert_int_equal(ais.ship.draught, 122);
        assert_string_equal(ais.ship.destination, "NEW YORK");
        assert_false(ais.ship.dte);
        made_free(&made);
}

static void an_aircraft_says_its_height(void **state)
{
        (void)state;
        ais_made made;
        em_ais ais = decoded("!AIVDM,1,1,,B,91b55wi;hbOS@OdQAC062Ch2089h,0*30", &made);
        assert_int_equal(ais.mmsi, 111232511);
        assert_int_equal(ais.position.altitude, 303);
        assert_int_equal(ais.position.sog, 42);
        assert_int_equal(ais.position.lon, 0xFC683F6 - 0x10000000);     /* 28 bits, signed */
        assert_int_equal(ais.position.lat, 0x2145300);
        assert_int_equal(ais.position.cog, 1545);
        assert_int_equal(ais.position.second, 15);
        assert_int_equal(ais.position.radio, 33392);
        assert_int_equal(ais.position.turn, -128);
        assert_int_equal(ais.position.heading, EM_AIS_HEADING_NONE);
        assert_int_equal(ais.position.status, EM_AIS_STATUS_NONE);
        made_free(&made);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(a_class_a_report_is_read_as_noaadata_and_maritec_read_it),
                cmocka_unit_test(a_base_station_says_its_place_and_the_time),
                cmocka_unit_test(a_voyage_report_gives_identity_size_draught_and_destination),
                cmocka_unit_test(an_aircraft_says_its_height),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
