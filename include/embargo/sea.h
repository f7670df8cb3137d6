/* embargo/sea.h -- where the land is, where the ports are, whose flag a number is of.
 *
 * Data carried with the program: the coast (Natural Earth 1:50m, public domain), the World Port Index (US NGA Pub. 150, public
 * domain), maritime identification digits (ITU), and for a regime's ports own areas (regimes/dprk/ports.csv and areas.csv), since published
 * points are rounded to minutes and ships are dark there.
 */
#ifndef EMBARGO_SEA_H
#define EMBARGO_SEA_H

#include "embargo/ships.h"

typedef struct em_sea em_sea;
/* Reads data/sea/ of the program's data folder and the regime's own areas (either may be empty: none).  EM_MISSING, EM_FORMAT with place. */
EM_MUST em_status em_sea_open(em_str data_dir, em_str regime_dir, em_sea **ret_sea, em_error *err);
em_sea *em_sea_close(em_sea *sea);

bool   em_sea_on_land(const em_sea *sea, int32_t lon, int32_t lat);     /* by the 1:50m coast; `inside_m` below says how deep */
/* Metres to the coast; negative on land.  Looks no farther than `most_m` and then gives most_m. */
double em_sea_coast_m(const em_sea *sea, int32_t lon, int32_t lat, double most_m);

typedef struct em_port {
        em_str  key, name, country;     /* "nampo-coal"; alpha-2 lower case */
        int32_t lon, lat;
        em_str  source;                 /* citation */
        bool    area;                   /* has an own polygon; else the point and a radius */
        bool    approach;               /* an area that ships must pass on the way in (West Sea Barrage): a gap that begins or ends here may hide a call */
} em_port;
size_t em_sea_ports(const em_sea *sea, const em_port **ret_ports);
/* The nearest port within most_m (0 inside its area); -1 none.  *ret_m the distance. */
ptrdiff_t em_sea_port_near(const em_sea *sea, int32_t lon, int32_t lat, double most_m, double *ret_m);

/* ISO alpha-2 of an MMSI's country digits, lower case; empty: no country's (base stations, aids, groups are looked through: 00MID, 111MID, 99MID, 98MID, 970). */
em_str em_mmsi_country(uint32_t mmsi);
typedef enum em_mmsi_kind { EM_MMSI_SHIP, EM_MMSI_GROUP, EM_MMSI_COAST, EM_MMSI_AIRCRAFT, EM_MMSI_AID, EM_MMSI_CRAFT, EM_MMSI_SART, EM_MMSI_HANDHELD, EM_MMSI_OTHER } em_mmsi_kind;
em_mmsi_kind em_mmsi_kind_of(uint32_t mmsi);
bool   em_imo_ok(uint32_t imo);         /* seven digits, check digit agrees */

#endif
