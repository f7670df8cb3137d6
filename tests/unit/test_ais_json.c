/* The JSON of AIS messages, against decodings that others published: the comments of gpsd's test load (test/sample.aivdm, Copyright (c)
 * 2010 by the GPSD project, BSD terms), which are from noaadata, the Maritec and Kanaton decoders and from dumps of receivers; raw numbers
 * there are scaled here as M.1371-5 says.  Payloads that no published message holds are written bit by bit from their tables.
 */
#include "ais_sentence.h"

#include "embargo/json.h"

#include <stdio.h>

typedef struct example { const char *lines; const char *says[14]; } example;

static const example published[] = {
        {"!AIVDM,1,1,,A,15RTgt0PAso;90TKcjM8h6g208CQ,0*4A",
         {"\"type\":1,", "\"mmsi\":371798000,", "\"status\":0,", "\"turn\":\"fastleft\"", "\"speed\":12.3,", "\"accuracy\":true",
          "\"lon\":-123.395383,", "\"lat\":48.381633,", "\"course\":224.0,", "\"heading\":215,", "\"second\":33,", "\"raim\":false",
          "\"radio\":34017}"}},
        {"!AIVDM,1,1,,A,16SteH0P00Jt63hHaa6SagvJ087r,0*42",
         {"\"mmsi\":440348000,", "\"turn\":\"nan\"", "\"speed\":0.0,", "\"lon\":-70.758200,", "\"lat\":43.080150,",
          "\"course\":93.4,", "\"heading\":511,", "\"second\":13,", "\"radio\":33274}"}},
        {"!AIVDM,1,1,,B,25Cjtd0Oj;Jp7ilG7=UkKBoB0<06,0*60",
         {"\"type\":2,", "\"turn\":\"fastright\"", "\"lon\":-71.626143,"}},
        {"!AIVDM,1,1,,A,403OviQuMGCqWrRO9>E6fE700@GO,0*4D",
         {"\"type\":4,", "\"timestamp\":\"2007-05-14T19:57:39Z\"", "\"lon\":-76.352362,", "\"lat\":36.883767,", "\"epfd\":7,",
          "\"radio\":67039}"}},
        {"!AIVDM,2,1,1,A,55?MbV02;H;s<HtKR20EHE:0@T4@Dn2222222216L961O5Gf0NSQEp6ClRp8,0*1C\n!AIVDM,2,2,1,A,88888888880,2*25",
         {"\"imo\":9134270,", "\"callsign\":\"3FOF8\"", "\"shipname\":\"EVER DIADEM\"", "\"shiptype\":70,", "\"to_bow\":225,",
          "\"to_stern\":70,", "\"to_port\":1,", "\"to_starboard\":31,", "\"draught\":12.2,", "\"destination\":\"NEW YORK\"",
          "\"dte\":0}"}},
        {"!AIVDM,1,1,,A,6B?n;be:cbapalgc;i6?Ow4,2*4A",
         {"\"repeat\":1,", "\"mmsi\":150834090,", "\"seqno\":3,", "\"dest_mmsi\":313240222,", "\"retransmit\":false", "\"dac\":669,",
          "\"fid\":11,", "\"data\":\"48:eb2f118f7ff1\"}"}},
        {"!AIVDM,1,1,4,B,6>jR0600V:C0>da4P106P00,2*02",
         {"\"dac\":235,\"fid\":10,", "\"ana_int\":13.70,", "\"ana_ext1\":0.05,", "\"ana_ext2\":0.05,",
          "\"racon\":2,\"racon_text\":\"RACON operational\"", "\"light\":2,\"light_text\":\"Light OFF\"", "\"alarm\":false",
          "\"off_pos\":false", "\"stat_ext\":0,"}},
        {"!AIVDM,1,1,,A,63u?;TP0`QJ<06P000,4*43",
         {"\"mmsi\":265538450,", "\"dest_mmsi\":2655651,", "\"dac\":1,\"fid\":40,", "\"data\":\"16:0000\""}},
        /* 128 bits: the third MMSI (836359488 there) lacks its last six and is none for us */
        {"!AIVDM,1,1,,A,7IiQ4T`UjA9lC;b:M<MWE@,4*01",
         {"\"mmsi\":655901842,", "\"mmsi1\":158483613,\"mmsi2\":321823389,\"mmsi3\":0,\"mmsi4\":0,"}},
        /* its application is 23480 there: 366 * 64 + 56 */
        {"!AIVDM,1,1,,A,85Mwp`1Kf3aCnsNvBWLi=wQuNhA5t43N`5nCuI=p<IBfVqnMgPGs,0*47",
         {"\"dac\":366,\"fid\":56,", "\"data\":\"256:3a53dbb7be4a773137f87d7b0445f040dea05d93f593783194ae9b9d9dbe05fb\"}"}},
        {"!AIVDM,2,1,6,A,8>qc9wiKf>d=Cq5r0mdew:?DLq>1LmhHrsqmBCKnJ50,0*30\n!AIVDM,2,2,6,A,3OLc=UCRp,0*4A",
         {"\"dac\":366,", "\"data\":\"256:eb0d4f917a035b2dfca3d4739381735c18ebbe754936f66850037dcacd9538b8\"}"}},
        {"!AIVDO,1,1,4,B,8>jR06@0Bk3:wOli;<`WPhh<1rqVBQf2V@Pdt0J82avIM2b<<Rv1t<ot=@1,2*54",
         {"\"fid\":11,", "\"lat\":53.29488,", "\"lon\":-6.13398,", "\"timestamp\":\"18T17:15Z\"",
          "\"wspeed\":3,\"wgust\":6,\"wdir\":12,\"wgustdir\":15,\"humidity\":50,",
          "\"airtemp\":14.2,\"dewpoint\":12.3,\"pressure\":1024,\"pressuretend\":\"increasing\"",
          "\"visibility\":15.3,\"waterlevel\":-8.4,",
          "\"cspeed\":10.3,\"cdir\":256,\"cspeed2\":10.4,\"cdir2\":257,\"cdepth2\":10,\"cspeed3\":12.6,\"cdir3\":203,\"cdepth3\":20,",
          "\"waveheight\":4.2,\"waveperiod\":35,\"wavedir\":25,\"swellheight\":2.3,\"swellperiod\":48,\"swelldir\":124,\"seastate\":3,\"watertemp\":12.3,\"preciptype\":6,",
          "\"salinity\":5.3,\"ice\":0,"}},
        {"!AIVDO,1,1,5,A,8>jR06@0Gwli:QQUP3en?wvlFR06EuOwgwl?wnSwe7wvlOwwsAwwnSGmwvh0,0*51",
         {"\"fid\":31,", "\"accuracy\":false", "\"timestamp\":\"29T23:24Z\"", "\"wdir\":360,",
          "\"airtemp\":-102.4,\"dewpoint\":50.1,\"pressure\":1310,\"pressuretend\":\"N/A\"",
          "\"visibility\":12.7,\"waterlevel\":30.01,", "\"watertemp\":50.1,", "\"salinity\":51.0,"}},
        {"!AIVDM,1,1,,B,83aDChPj2d<dL<uM=hhhI?a@6HP0,0*40",
         {"\"mmsi\":244650946,",
          "\"dac\":200,\"fid\":10,\"vin\":\"02103547\",\"length\":390,\"beam\":50,\"shiptype\":8010,\"shiptype_text\":\"Motor freighter\",\"hazard\":0,\"hazard_text\":\"0 blue cones/lights\",\"draught\":204,\"loaded\":1,\"loaded_text\":\"Unloaded\",\"speed_q\":false,\"course_q\":false,\"heading_q\":false}"}},
        {"!AIVDM,2,1,4,A,83aDChPj2d<dL<uM=hhhI?a@6HP0e9QvUEEEOPPrE4t880>p2JqA6wimt:Ow,0*22\n!AIVDM,2,2,4,A,UPP8k;JvOeD,2*7F",
         {"\"dac\":200,\"fid\":10,\"data\":\"368:c32c70cf5d370c3064fa50198800b4987e9555557e083a544f082003b809ae511bfc75f0a7ff960808ccb6be7ed5\"}"}},
        {"!AIVDM,1,1,,B,91b55wi;hbOS@OdQAC062Ch2089h,0*30",
         {"\"mmsi\":111232511,\"scaled\":true,\"alt\":303,\"speed\":42,\"accuracy\":false",
          "\"course\":154.5,\"second\":15,\"regional\":0,\"dte\":1,\"raim\":false,\"radio\":33392,"}},
        {"!AIVDM,1,1,,B,:6TMCD1GOS60,0*5B",
         {"\"type\":10,\"repeat\":0,\"mmsi\":440882000,\"scaled\":true,\"dest_mmsi\":366972000}"}},
        {"!AIVDM,1,1,,B,;4R33:1uUK2F`q?mOt@@GoQ00000,0*5D",
         {"\"type\":11,", "\"timestamp\":\"2009-05-22T02:22:40Z\",\"accuracy\":true,\"lon\":-94.407683,\"lat\":28.409117,\"epfd\":1,"}},
        {"!AIVDM,1,1,,A,<02:oP0kKcv0@<51C5PB5@?BDPD?P:?2?EB7PDB16693P381>>5<PikP,0*37",
         {"\"mmsi\":2275200,",
          "\"seqno\":0,\"dest_mmsi\":215724000,\"retransmit\":false,\"text\":\"PLEASE REPORT TO JOBOURG TRAFFIC CHANNEL 13\"}"}},
        {"!AIVDM,1,1,,A,=39UOj0jFs9R,0*65",
         {"\"type\":13,\"repeat\":0,\"mmsi\":211378120,\"scaled\":true,\"mmsi1\":211217560,"}},
        {"!AIVDM,1,1,,A,>3R1p10E3;;R0USCR0HO>0@gN10kGJp,2*7F",
         {"\"mmsi\":237008900,", "\"text\":\"EP228 IX48 FG3 DK7 PL56.\"}"}},
        {"!AIVDM,1,1,,B,?h3Ovn1GP<K0<P@59a0,2*04",
         {"\"repeat\":3,\"mmsi\":3669720,\"scaled\":true,\"mmsi1\":367014320,\"type1_1\":3,\"offset1_1\":516,\"type1_2\":5,\"offset1_2\":617,\"mmsi2\":0,\"type2_1\":0,\"offset2_1\":0}"}},
        {"!AIVDM,1,1,,A,@01uEO@mMk7P<P00,0*18",
         {"\"mmsi\":2053501,\"scaled\":true,\"mmsi1\":224251000,\"offset1\":200,\"increment1\":0,\"mmsi2\":0,"}},
        {"!AIVDM,2,1,5,A,A02VqLPA4I6C07h5Ed1h<OrsuBTTwS?r:C?w`?la<gno1RTRwSP9:BcurA8a,0*3A\n!AIVDM,2,2,5,A,:Oko02TSwu8<:Jbb,0*11",
         {"\"mmsi\":2734450,",
          "\"lon\":29.1300,\"lat\":59.9867,\"data\":\"376:7c0556c07031febbf52924fe33fa2933ffa0fd2932fdb7062922fe3809292afde9122929fcf7002923ffd20c29aaaa\""}},
        {"!AIVDM,1,1,,A,B52K>;h00Fc>jpUlNV@ikwpUoP06,0*4C",
         {"\"mmsi\":338087471,", "\"speed\":0.1,",
          "\"lon\":-74.072132,\"lat\":40.684540,\"course\":79.6,\"heading\":511,\"second\":49,", "\"raim\":true", "\"radio\":917510,"}},
        {"!AIVDM,1,1,,B,C5N3SRgPEnJGEBT>NhWAwwo862PaLELTBJ:V00000000S0D:R220,0*0B",
         {"\"mmsi\":367059850,", "\"speed\":8.7,",
          "\"lon\":-88.810392,\"lat\":29.543695,\"course\":335.9,\"heading\":511,\"second\":46,",
          "\"shipname\":\"CAPT.J.RIMES\",\"shiptype\":70,",
          "\"to_bow\":5,\"to_stern\":21,\"to_port\":4,\"to_starboard\":4,\"epfd\":1,", "\"raim\":false,\"dte\":0,"}},
        {"!AIVDM,1,1,,B,D030p8@2tN?b<`O6DmQO6D0,2*5D",
         {"\"mmsi\":3160097,\"scaled\":true,\"offset1\":47,\"number1\":1,\"timeout1\":7,\"increment1\":250,\"offset2\":2250,\"number2\":1,\"timeout2\":7,\"increment2\":1125,\"offset3\":856,\"number3\":5,\"timeout3\":7,\"increment3\":1125,\"offset4\":0,"}},
        {"!AIVDM,2,1,5,B,E1mg=5J1T4W0h97aRh6ba84<h2d;W:Te=eLvH50```q,0*46\n!AIVDM,2,2,5,B,:D44QDlp0C1DU00,2*36",
         {"\"mmsi\":123456789,\"scaled\":true,\"aid_type\":20,",
          "\"name\":\"CHINA ROSE MURPHY EXPRESS ALERT\",\"lon\":-122.698592,\"lat\":47.920618,\"accuracy\":false,\"to_bow\":5,\"to_stern\":5,\"to_port\":5,\"to_starboard\":5,\"epfd\":1,\"epfd_text\":\"GPS\",\"second\":50,\"regional\":165,\"off_position\":false,\"raim\":false,\"virtual_aid\":false"}},
        {"!AIVDM,1,1,,A,F030ot22N2P6aoQbhe4736L20000,0*1A",
         {"\"mmsi\":3160048,\"scaled\":true,\"channel_a\":2087,\"channel_b\":2088,\"txrx\":0,\"power\":false,\"ne_lon\":\"-73.500000\",\"ne_lat\":\"45.550000\",\"sw_lon\":\"-80.166667\",\"sw_lat\":\"42.333333\",\"addressed\":false,\"band_a\":false,\"band_b\":false,\"zonesize\":4}"}},
        {"!AIVDM,1,1,,B,G02:Kn01R`sn@291nj600000900,2*12",
         {"\"mmsi\":2268120,\"scaled\":true,\"ne_lon\":\"2.630000\",\"ne_lat\":\"51.070000\",\"sw_lon\":\"1.826667\",\"sw_lat\":\"50.680000\",\"stationtype\":6,",
          "\"shiptype\":0,", "\"interval\":9,\"quiet\":0,"}},
        {"!AIVDM,1,1,,A,H42O55i18tMET00000000000000,2*6D",
         {"\"mmsi\":271041815,\"scaled\":true,\"part\":\"A\",\"shipname\":\"PROGUY\"}"}},
        {"!AIVDM,1,1,,A,H42O55lti4hhhilD3nink000?050,0*40",
         {"\"mmsi\":271041815,\"scaled\":true,\"part\":\"B\",\"shiptype\":60,", "\"vendorid\":\"1D00014\",",
          "\"callsign\":\"TC6163\",\"to_bow\":0,\"to_stern\":15,\"to_port\":0,\"to_starboard\":5,"}},
};

static em_arena    *arena;
static em_json_doc *reader;

/* The JSON of what was made, proved to be JSON; freed with the arena. */
static const char *json_of(const ais_made *made)
{
        em_ais    ais;
        em_jnode *root;
        em_str    kept;
        em_buf    out = em_buf_make(1 << 16);
        assert_int_equal(em_ais_decode(made->bits, made->count, &ais), EM_AIS_OK);
        em_ais_json(&ais, &out);
        assert_int_equal(em_buf_status(&out, NULL), EM_OK);
        assert_int_equal(em_str_copy(em_buf_view(&out), arena, &kept, NULL), EM_OK);
        assert_int_equal(em_json_parse(reader, kept, arena, &root, NULL), EM_OK);
        em_buf_free(&out);
        return kept.p;
}

static void assert_says(const char *json, const char *part)
{
        if (!strstr(json, part))
                fail_msg("%s\nis not said by\n%s", part, json);
}

static void published_decodings_are_what_we_say(void **state)
{
        (void)state;
        for (size_t i = 0; i < sizeof published / sizeof *published; i++) {
                ais_made    made = made_of(published[i].lines);
                const char *json = json_of(&made);
                for (size_t k = 0; k < 14 && published[i].says[k]; k++)
                        assert_says(json, published[i].says[k]);
                made_free(&made);
        }
}

/* ---- written bit by bit ---- */

static ais_made begun(unsigned type, unsigned dac, unsigned fid)
{
        ais_made m = {0};
        made_add(&m, type, 6);
        made_add(&m, 0, 2);
        made_add(&m, 123456789, 30);
        made_add(&m, 0, 2);
        if (type == 6) {
                made_add(&m, 987654321, 30);
                made_add(&m, 0, 2);
        }
        made_add(&m, dac, 10);
        made_add(&m, fid, 6);
        return m;
}

static void fill(ais_made *m, size_t bits)
{
        while (m->count < bits)
                made_bit(m, 0);
}

static void assert_ends(ais_made *m, const char *end)
{
        const char *json = json_of(m);
        size_t n = strlen(json), k = strlen(end);
        if (n < k || strcmp(json + n - k, end) != 0)
                fail_msg("%s\nis not the end of\n%s", end, json);
        made_free(m);
}

static void letters_that_json_forbids_are_escaped(void **state)
{
        (void)state;
        ais_made m = {0};
        made_add(&m, 14, 6), made_add(&m, 0, 2), made_add(&m, 1, 30), made_add(&m, 0, 2);
        made_text(&m, "A\"B\\C  ", 7);
        assert_ends(&m, "\"text\":\"A\\\"B\\\\C\"}");
}

static void a_turn_has_its_sign_and_its_square(void **state)
{
        (void)state;
        static const struct { int sent; const char *says; } turn[] = {
                {0, "\"turn\":0,"}, {-128, "\"turn\":\"nan\""}, {-127, "\"turn\":\"fastleft\""}, {127, "\"turn\":\"fastright\""},
                {20, "\"turn\":18,"},           /* (20 / 4.733)^2 = 17.86 */
                {-20, "\"turn\":-18,"},
                {126, "\"turn\":709,"},         /* 708.7 */
                {-126, "\"turn\":-709,"}, {1, "\"turn\":0,"},
        };
        for (size_t i = 0; i < sizeof turn / sizeof *turn; i++) {
                ais_made m = {0};
                made_add(&m, 1, 6), made_add(&m, 0, 2), made_add(&m, 1, 30), made_add(&m, 0, 4);
                made_add(&m, turn[i].sent, 8);
                fill(&m, 168);
                assert_says(json_of(&m), turn[i].says);
                made_free(&m);
        }
}

static void dangerous_cargo_and_ports_of_circular_236(void **state)
{
        (void)state;
        ais_made m = begun(6, 1, 12);
        made_text(&m, "KRPUS", 5), made_add(&m, 3, 4), made_add(&m, 9, 5), made_add(&m, 23, 5), made_add(&m, 59, 6);
        made_text(&m, "CNDLC", 5), made_add(&m, 12, 4), made_add(&m, 31, 5), made_add(&m, 24, 5), made_add(&m, 60, 6);
        made_text(&m, "GASOLINE", 20), made_text(&m, "3", 4), made_add(&m, 1203, 13), made_add(&m, 900, 10), made_add(&m, 2, 2);
        fill(&m, 360);
        assert_ends(&m, "\"dac\":1,\"fid\":12,\"lastport\":\"KRPUS\",\"departure\":\"03-09T23:59Z\",\"nextport\":\"CNDLC\","
                        "\"eta\":\"12-31T24:60Z\",\"dangerous\":\"GASOLINE\",\"imdcat\":\"3\",\"unid\":1203,\"amount\":900,\"unit\":2}");
        m = begun(6, 1, 25);
        made_add(&m, 2, 2), made_add(&m, 1023, 10);
        made_add(&m, 1, 4), made_add(&m, 8191, 13), made_add(&m, 5, 4), made_add(&m, 7, 13), made_add(&m, 0, 16);
        assert_ends(&m, "\"unit\":2,\"amount\":1023,\"cargos\":[{\"code\":1,\"subtype\":8191},{\"code\":5,\"subtype\":7}]}");
}

static void tidal_windows_have_the_scale_of_their_circular(void **state)
{
        (void)state;
        ais_made m = begun(6, 1, 14);
        made_add(&m, 7, 4), made_add(&m, 15, 5);
        made_add(&m, -33 * 600000, 27), made_add(&m, 151 * 600000 + 300000, 28);        /* 33 S, 151.5 E */
        made_add(&m, 1, 5), made_add(&m, 2, 6), made_add(&m, 3, 5), made_add(&m, 4, 6), made_add(&m, 270, 9), made_add(&m, 15, 7);
        assert_ends(&m, "\"month\":7,\"day\":15,\"tidals\":[{\"lon\":151.500000,\"lat\":-33.000000,\"from_hour\":1,\"from_min\":2,"
                        "\"to_hour\":3,\"to_min\":4,\"cdir\":270,\"cspeed\":1.5}]}");
        m = begun(6, 1, 32);
        made_add(&m, 7, 4), made_add(&m, 15, 5);
        made_add(&m, 151 * 60000 + 30000, 25), made_add(&m, -33 * 60000, 24);
        made_add(&m, 1, 5), made_add(&m, 2, 6), made_add(&m, 3, 5), made_add(&m, 4, 6), made_add(&m, 270, 9), made_add(&m, 15, 8);
        assert_ends(&m, "\"tidals\":[{\"lon\":151.50000,\"lat\":-33.00000,\"from_hour\":1,\"from_min\":2,\"to_hour\":3,\"to_min\":4,"
                        "\"cdir\":270,\"cspeed\":1.5}]}");
}

static void routes_give_the_waypoints_that_are_said_and_there(void **state)
{
        (void)state;
        for (int said = 1; said <= 3; said++) {
                ais_made m = begun(8, 1, 27);
                made_add(&m, 5, 10), made_add(&m, 1, 3), made_add(&m, 2, 5), made_add(&m, 6, 4), made_add(&m, 30, 5), made_add(&m, 12, 5);
                made_add(&m, 30, 6), made_add(&m, 1440, 18), made_add(&m, said, 5);
                made_add(&m, -600000, 28), made_add(&m, 1200000, 27), made_add(&m, 1, 28), made_add(&m, -1, 27);
                assert_ends(&m, said == 1 ? "\"duration\":1440,\"waypoints\":[{\"lon\":-1.000000,\"lat\":2.000000}]}"
                                          : "\"rtype\":2,\"rtype_text\":\"Recommended\",\"start\":\"06-30T12:30Z\",\"duration\":1440,\"waypoints\":["
                                            "{\"lon\":-1.000000,\"lat\":2.000000},{\"lon\":0.000002,\"lat\":-0.000002}]}");
        }
}

static void targets_of_a_traffic_service_have_the_identity_of_their_kind(void **state)
{
        (void)state;
        ais_made m = begun(8, 1, 17);
        for (int kind = 0; kind < 3; kind++) {
                made_add(&m, kind, 2);
                if (kind == 2)
                        made_text(&m, "P5AB", 7);
                else
                        made_add(&m, kind ? 9134270 : 445123456, 42);
                made_add(&m, 0, 4), made_add(&m, 38 * 60000, 24), made_add(&m, 125 * 60000, 25);
                made_add(&m, 90, 9), made_add(&m, 10, 6), made_add(&m, 12, 10);
        }
        assert_ends(&m, "\"targets\":[{\"idtype\":0,\"idtype_text\":\"mmsi\",\"mmsi\":\"445123456\",\"lat\":38.00000,\"lon\":125.00000,\"course\":90,"
                        "\"second\":10,\"speed\":12},{\"idtype\":1,\"idtype_text\":\"imo\",\"imo\":\"9134270\",\"lat\":38.00000,\"lon\":125.00000,"
                        "\"course\":90,\"second\":10,\"speed\":12},{\"idtype\":2,\"idtype_text\":\"callsign\",\"callsign\":\"P5AB\",\"lat\":38.00000,"
                        "\"lon\":125.00000,\"course\":90,\"second\":10,\"speed\":12}]}");
}

static void an_area_notice_gives_each_shape(void **state)
{
        (void)state;
        ais_made m = begun(8, 1, 22);
        made_add(&m, 9, 10), made_add(&m, 35, 7), made_add(&m, 1, 4), made_add(&m, 2, 5), made_add(&m, 3, 5), made_add(&m, 4, 6);
        made_add(&m, 60, 18);
        made_add(&m, 0, 3), made_add(&m, 1, 2), made_add(&m, 60000, 25), made_add(&m, -60000, 24), made_add(&m, 4, 3), made_add(&m, 50, 12);
        made_add(&m, 0, 18);
        made_add(&m, 3, 3), made_add(&m, 2, 2);
        for (int i = 0; i < 4; i++)
                made_add(&m, 91 + i, 10), made_add(&m, i, 10);
        made_add(&m, 0, 2);
        made_add(&m, 5, 3), made_text(&m, "KEEP OUT", 14);
        const char *json = json_of(&m);
        assert_says(json, "\"data\":\"316:");        /* gpsd leaves it whole, so it is there too: 55 + 3 * 87 */
        assert_ends(&m, "\"linkage\":9,\"notice\":35,\"notice_text\":\"Restricted Area: Entry prohibited\",\"start\":\"01-02T03:04Z\",\"duration\":60,"
                        "\"subareas\":[{\"shape\":0,\"shape_text\":\"Circle or point\",\"scale\":1,\"lon\":1.00000,\"lat\":-1.00000,\"precision\":4,"
                        "\"radius\":50},{\"shape\":3,\"shape_text\":\"Polyline\",\"scale\":2,\"waypoints\":[{\"bearing\":45.5,\"distance\":0},"
                        "{\"bearing\":46.0,\"distance\":1},{\"bearing\":46.5,\"distance\":2},{\"bearing\":47.0,\"distance\":3}]},"
                        "{\"shape\":5,\"shape_text\":\"Associated text\",\"text\":\"KEEP OUT\"}]}");
}

static void inland_payloads_are_taken_apart_only_at_their_length(void **state)
{
        (void)state;
        for (size_t more = 0; more < 2; more++) {
                ais_made m = begun(6, 200, 21);
                made_text(&m, "NL", 2), made_text(&m, "RTM", 3), made_text(&m, "00001", 5), made_text(&m, "A", 5), made_text(&m, "00123", 5);
                made_add(&m, 4, 4), made_add(&m, 5, 5), made_add(&m, 6, 5), made_add(&m, 7, 6), made_add(&m, 3, 3), made_add(&m, 1234, 12);
                fill(&m, 248 + more);
                if (more) {
                        assert_says(json_of(&m), "\"dac\":200,\"fid\":21,\"data\":\"161:");
                        made_free(&m);
                        continue;
                }
                assert_ends(&m, "\"country\":\"NL\",\"locode\":\"RTM\",\"section\":\"00001\",\"terminal\":\"A\",\"hectometre\":\"00123\","
                                "\"eta\":\"04-05T06:07Z\",\"tugs\":3,\"airdraught\":1234}");
        }
        ais_made m = begun(8, 200, 23);
        made_add(&m, 22, 8), made_add(&m, 1, 4), made_add(&m, 2, 5), made_add(&m, 23, 8), made_add(&m, 3, 4), made_add(&m, 4, 5);
        made_add(&m, 5, 5), made_add(&m, 6, 6), made_add(&m, 7, 5), made_add(&m, 8, 6);
        made_add(&m, 600000, 28), made_add(&m, 600000, 27), made_add(&m, 1200000, 28), made_add(&m, 1200000, 27);
        made_add(&m, 1, 4), made_add(&m, -5, 9), made_add(&m, 17, 9), made_add(&m, 2, 2), made_add(&m, 8, 4);
        fill(&m, 256);
        assert_ends(&m, "\"start\":\"2022-01-02T05:06\",\"end\":\"2023-03-04T07:08\",\"start_lon\":1.000000,\"start_lat\":1.000000,"
                        "\"end_lon\":2.000000,\"end_lat\":2.000000,\"type\":1,\"type_text\":\"Wind\",\"min\":-5,\"max\":17,\"class\":2,"
                        "\"class_text\":\"Strong\",\"wind\":8,\"wind_text\":\"North West\"}");
        m = begun(8, 200, 24);
        made_text(&m, "DE", 2);
        for (int i = 0; i < 4; i++)
                made_add(&m, 100 + i, 11), made_add(&m, -10 * i, 14);
        assert_ends(&m, "\"country\":\"DE\",\"gauges\":[{\"id\":100,\"level\":0},{\"id\":101,\"level\":-10},{\"id\":102,\"level\":-20},"
                        "{\"id\":103,\"level\":-30}]}");
}

static void a_structured_message_26_gives_its_application(void **state)
{
        (void)state;
        ais_made m = {0};
        made_add(&m, 26, 6), made_add(&m, 0, 2), made_add(&m, 1, 30), made_add(&m, 1, 1), made_add(&m, 1, 1), made_add(&m, 987654321, 30);
        made_add(&m, 1, 10), made_add(&m, 30, 6);                       /* text description */
        made_add(&m, 77, 10), made_text(&m, "NO ENTRY", 8), made_add(&m, 0xabcde, 20);
        assert_ends(&m, "\"addressed\":true,\"structured\":true,\"dest_mmsi\":987654321,\"app_id\":94,\"data\":\"58:"
                        /* 0001001101 001110 001111 100000 000101 001110 010100 010010 011001, in eights:
                         * 00010011 01001110 00111110 00000001 01001110 01010001 00100110 01 */
                        "134e3e014e512640\",\"radio\":703710,\"dac\":1,\"fid\":30,\"linkage\":77,\"text\":\"NO ENTRY\"}");
}

static void a_line_says_when_and_where_it_was(void **state)
{
        (void)state;
        ais_made       made = made_of("!AIVDM,1,1,,B,:6TMCD1GOS60,0*5B");
        em_ais_message message = {.bits = made.bits, .bit_count = made.count, .time_ms = INT64_C(1625140801007), .time_from = EM_TIME_TAG,
                                  .parts = 1, .line = {42}};
        em_buf out = em_buf_make(1 << 12);
        assert_int_equal(em_ais_json_line(&message, &out), EM_OK);
        message.time_ms = INT64_MIN, message.time_from = EM_TIME_UNSAID;
        assert_int_equal(em_ais_json_line(&message, &out), EM_OK);
        message.time_ms = -1;
        assert_int_equal(em_ais_json_line(&message, &out), EM_OK);
        message.bit_count = 69;
        assert_int_equal(em_ais_json_line(&message, &out), EM_FORMAT);
        em_buf_ch(&out, 0);
        char want[1024];
#define HEAD "{\"class\":\"AIS\",\"type\":10,\"repeat\":0,\"mmsi\":440882000,\"scaled\":true,\"dest_mmsi\":366972000,"
        (void)snprintf(want, sizeof want, HEAD "\"time\":\"2021-07-01T12:00:01.007Z\",\"time_from\":\"%s\",\"line\":42}\n"
                       HEAD "\"time\":null,\"time_from\":\"%s\",\"line\":42}\n"
                       HEAD "\"time\":\"1969-12-31T23:59:59.999Z\",\"time_from\":\"%s\",\"line\":42}\n",
                       em_time_from_name(EM_TIME_TAG), em_time_from_name(EM_TIME_UNSAID), em_time_from_name(EM_TIME_UNSAID));
        assert_string_equal(out.p, want);       /* date -ud @1625140801 */
        em_buf_free(&out);
        made_free(&made);
}

static int setup(void **state)
{
        (void)state;
        arena = em_arena_new((size_t)64 << 20);
        reader = em_json_reader();
        return arena && reader ? 0 : -1;
}

static int teardown(void **state)
{
        (void)state;
        em_json_reader_free(reader);
        em_arena_free(arena);
        return 0;
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(published_decodings_are_what_we_say),
                cmocka_unit_test(letters_that_json_forbids_are_escaped),
                cmocka_unit_test(a_turn_has_its_sign_and_its_square),
                cmocka_unit_test(dangerous_cargo_and_ports_of_circular_236),
                cmocka_unit_test(tidal_windows_have_the_scale_of_their_circular),
                cmocka_unit_test(routes_give_the_waypoints_that_are_said_and_there),
                cmocka_unit_test(targets_of_a_traffic_service_have_the_identity_of_their_kind),
                cmocka_unit_test(an_area_notice_gives_each_shape),
                cmocka_unit_test(inland_payloads_are_taken_apart_only_at_their_length),
                cmocka_unit_test(a_structured_message_26_gives_its_application),
                cmocka_unit_test(a_line_says_when_and_where_it_was),
        };
        return cmocka_run_group_tests(tests, setup, teardown);
}
