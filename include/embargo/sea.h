/* embargo/sea.h -- where the land is, where the ports are, whose flag a number is of.
 *
 * Data carried with the program: the coast (Natural Earth 1:50m, public domain), the World Port Index (US NGA Pub. 150, public
 * domain), maritime identification digits (ITU), and for a regime's ports own areas (regimes/dprk/ports.csv and areas.csv), since published
 * points are rounded to minutes and ships are dark there.
 *
 *     em_sea *sea;
 *     EM_TRY(em_sea_open(data_dir, regime_dir, &sea, err));
 *     if (em_sea_on_land(sea, fix->lon, fix->lat)) ...
 *
 * Coordinates are those of fixes, 1/600000 degree.  A longitude outside -180..180 is taken round the globe; a latitude outside -90..90 is no
 * place: not on land, far from everything.  An open sea is never changed: any number of threads may ask.
 *
 * What the coast knows: a map at 1:50,000,000 is true to about a kilometre, small islands are missing, harbours and river mouths are filled in,
 * and inland water is land to it except the Caspian Sea.  So "on land" alone says nothing; how deep (em_sea_coast_m) and
 * how far from any port (em_sea_port_near) say more.
 *
 * The files are described in doc/format-sea.md.
 */
#ifndef EMBARGO_SEA_H
#define EMBARGO_SEA_H

#include "embargo/ships.h"

typedef struct em_sea em_sea;
/* Reads data/sea/ of the program's data folder (data_dir holds data/) and the regime's own ports and areas (either may be
 * empty: none; a regime may lack the tables).  About 15 ms, 6 MB.  EM_MISSING, EM_FORMAT with place. */
EM_MUST em_status em_sea_open(em_str data_dir, em_str regime_dir, em_sea **ret_sea, em_error *err);
/* The same from the bytes of the files; each may be empty: none.  Nothing is kept of the texts. */
typedef struct em_sea_texts { em_str coast, ports, regime_ports, areas; } em_sea_texts;
EM_MUST em_status em_sea_parse(const em_sea_texts *texts, em_sea **ret_sea, em_error *err);
em_sea *em_sea_close(em_sea *sea);

/* By the 1:50m coast.  10 to 100 ns. */
bool   em_sea_on_land(const em_sea *sea, int32_t lon, int32_t lat);
/* Metres to the coast; negative on land.  Looks no farther than `most_m` and then gives most_m (-most_m on land).  0.1 to 3 us. */
double em_sea_coast_m(const em_sea *sea, int32_t lon, int32_t lat, double most_m);
/* The coast for drawing: ring i as pairs lon, lat in 1/600000 degree, its last point joins its first; false past the end. */
typedef struct em_ring { const int32_t (*at)[2]; size_t points; } em_ring;
bool   em_sea_ring(const em_sea *sea, size_t i, em_ring *ret_ring);

typedef struct em_port {
        em_str  key, name, country;     /* "nampo-coal", "wpi-46720"; country alpha-2 lower case */
        int32_t lon, lat;
        em_str  source;                 /* citation */
        bool    area;                   /* has an own polygon; else the point */
        bool    approach;               /* no port but an area that ships must pass on the way in (West Sea Barrage): a gap that begins or ends here may hide a call */
        bool    regime;                 /* stands in the regime's own tables */
        em_str  leads_to;               /* of an approach: keys of the ports behind it, by blanks */
        em_str  confidence;             /* of an area: "high" "medium" "low" */
        em_ring outline;                /* of an area */
} em_port;
/* The regime's areas, its other ports, then the World Port Index without those that the regime has itself. */
size_t em_sea_ports(const em_sea *sea, const em_port **ret_ports);
/* The nearest port within most_m (0 inside its area); -1 none.  *ret_m (may be NULL) the distance.  Approaches are no ports.  About 0.1 us within 10 km. */
ptrdiff_t em_sea_port_near(const em_sea *sea, int32_t lon, int32_t lat, double most_m, double *ret_m);
/* Metres to port i: 0 inside its area. */
double em_sea_port_m(const em_sea *sea, size_t i, int32_t lon, int32_t lat);

/* ISO alpha-2 of an MMSI's country digits, lower case; empty: no country's (base stations, aids, groups are looked through: 00MID, 111MID, 99MID,
 * 98MID, 8MID, 970 and its like have none). */
em_str em_mmsi_country(uint32_t mmsi);
typedef enum em_mmsi_kind { EM_MMSI_SHIP, EM_MMSI_GROUP, EM_MMSI_COAST, EM_MMSI_AIRCRAFT, EM_MMSI_AID, EM_MMSI_CRAFT, EM_MMSI_SART, EM_MMSI_HANDHELD, EM_MMSI_OTHER } em_mmsi_kind;
em_mmsi_kind em_mmsi_kind_of(uint32_t mmsi);
bool   em_imo_ok(uint32_t imo);         /* seven digits, check digit agrees */

#endif
