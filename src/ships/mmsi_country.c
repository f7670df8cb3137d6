/* Whose flag an MMSI claims, what kind of station it is, and whether an IMO number can be one.
 *
 * The first three digits of a ship's MMSI are maritime identification digits that the ITU gives to administrations (Radio Regulations, appendix 42,
 * table 1; MARS).  The forms for stations that are no ships are those of ITU-R M.585.  The IMO number's seventh digit is
 * the last of the sum of the first six times 7, 6, 5, 4, 3, 2 (IMO resolution A.1117(30)).
 */
#include "embargo/sea.h"

/* Two letters for each of 200 to 799; blanks where no one has it. */
static const char countries[] =
        "  aladatptbebybgvacy"   /* 200 */
        "cydecygemdmtam  dedk"   /* 210 */
        "dk      esesfrfrfrmt"   /* 220 */
        "fifogbgbgbgbgigrhrgr"   /* 230 */
        "grgrmahunlnlnlitmtmt"   /* 240 */
        "ieislilumcptmtnonono"   /* 250 */
        "  plmeptrosesesksmch"   /* 260 */
        "cztruarumklveeltsirs"   /* 270 */
        "                    "   /* 280 */
        "                    "   /* 290 */
        "  ai  usagagcwawbsbs"   /* 300 */
        "bmbsbz  bb  ca    ky"   /* 310 */
        "  cr  cu  dm  do  gp"   /* 320 */
        "gdglgt  hn  ht  usjm"   /* 330 */
        "  kn  lc  mx  mqms  "   /* 340 */
        "nipapapapapapapaprsv"   /* 350 */
        "  pmtt  tc  usususus"   /* 360 */
        "papapapapavcvcvcvgvi"   /* 370 */
        "                    "   /* 380 */
        "                    "   /* 390 */
        "  af  sa  bd    bh  "   /* 400 */
        "bt  cncncn  twlk  in"   /* 410 */
        "    iraz  iq    il  "   /* 420 */
        "  jpjp  tm  kzuzjo  "   /* 430 */
        "krkr  ps  kp  kw    "   /* 440 */
        "lbkg  mo  mv  mn  np"   /* 450 */
        "  om  pk    qa  sy  "   /* 460 */
        "aeaetjye  ye  hkba  "   /* 470 */
        "                    "   /* 480 */
        "                    "   /* 490 */
        "  tf  au    mm  bn  "   /* 500 */
        "fmpwnz  khkhcx  ck  "   /* 510 */
        "fj    cc  id      ki"   /* 520 */
        "  la  my    mp  mh  "   /* 530 */
        "nc  nu  nr  pf  ph  "   /* 540 */
        "tl    pg  pn  sb  as"   /* 550 */
        "  ws  sgsgsgsgth    "   /* 560 */
        "to  tv  vn  vuvuwf  "   /* 570 */
        "                    "   /* 580 */
        "                    "   /* 590 */
        "  za  ao  dz  tfshbi"   /* 600 */
        "bjbwcfcm  cgkmcvtfci"   /* 610 */
        "kmdjeg  etergagh  gm"   /* 620 */
        "gwgqgnbfketflrlrss  "   /* 630 */
        "    ly  lsmu  mg  ml"   /* 640 */
        "mz      mrmwneng  na"   /* 650 */
        "rerwsdsnscshsoslstsz"   /* 660 */
        "tdtgtn  tzugcdtzzmzw"   /* 670 */
        "                    "   /* 680 */
        "                    "   /* 690 */
        "  ar                "   /* 700 */
        "br                  "   /* 710 */
        "bo        cl        "   /* 720 */
        "co        ec        "   /* 730 */
        "fk        gf        "   /* 740 */
        "gy        py        "   /* 750 */
        "pe        sr        "   /* 760 */
        "uy        ve        "   /* 770 */
        "                    "   /* 780 */
        "                    "   /* 790 */;

static uint32_t identification(uint32_t mmsi)
{
        switch (em_mmsi_kind_of(mmsi)) {
        case EM_MMSI_SHIP:     return mmsi / 1000000;
        case EM_MMSI_GROUP:    return mmsi / 100000;            /* 0MIDxxxxx */
        case EM_MMSI_COAST:    return mmsi / 10000;             /* 00MIDxxxx */
        case EM_MMSI_AIRCRAFT:                                  /* 111MIDxxx */
                return mmsi / 1000 % 1000;
        case EM_MMSI_AID:                                       /* 99MIDxxxx */
        case EM_MMSI_CRAFT:    return mmsi / 10000 % 1000;      /* 98MIDxxxx */
        case EM_MMSI_HANDHELD: return mmsi / 100000 % 1000;     /* 8MIDxxxxx */
        default:               return 0;
        }
}

em_str em_mmsi_country(uint32_t mmsi)
{
        uint32_t mid = identification(mmsi);
        const char *at = &countries[mid >= 200 && mid < 800 ? 2 * (mid - 200) : 0];
        return *at == ' ' ? EM_S("") : (em_str){ at, 2 };
}

em_mmsi_kind em_mmsi_kind_of(uint32_t mmsi)
{
        if (mmsi > 999999999)
                return EM_MMSI_OTHER;
        switch (mmsi / 100000000) {
        case 0:  return mmsi >= 20000000 ? EM_MMSI_GROUP : mmsi >= 2000000 ? EM_MMSI_COAST : EM_MMSI_OTHER;
        case 1:  return mmsi / 1000000 == 111 ? EM_MMSI_AIRCRAFT : EM_MMSI_OTHER;
        case 8:  return EM_MMSI_HANDHELD;
        case 9:  break;
        default: return EM_MMSI_SHIP;
        }
        switch (mmsi / 1000000) {
        case 970: case 972: case 974:                           /* search and rescue transmitter, man overboard, EPIRB */
                return EM_MMSI_SART;
        default:
                return mmsi / 10000000 == 99 ? EM_MMSI_AID : mmsi / 10000000 == 98 ? EM_MMSI_CRAFT : EM_MMSI_OTHER;
        }
}

bool em_imo_ok(uint32_t imo)
{
        if (imo < 1000000 || imo > 9999999)
                return false;
        uint32_t sum = 0, rest = imo / 10;
        for (uint32_t times = 2; times <= 7; times++, rest /= 10)
                sum += rest % 10 * times;
        return sum % 10 == imo % 10;
}
