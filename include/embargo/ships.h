/* embargo/ships.h -- ships' reports on flat files, cut into hulls.
 *
 * `embargo index ships` reads what receivers and publishers give (NMEA lines, NOAA, Danish, exactEarth/Spire-like tables, any table
 * through a map) and leaves a folder:
 *
 *   fix       one position of one MMSI at one second, and where it stands in which file
 *   report    what an MMSI said of itself (IMO number, name, call sign, size, draught, destination), from when to when it said the same
 *   day       fixes lie in one file for each UTC day, by MMSI and time, so a new day is a new file
 *   hull      one MMSI may be several ships at once, and is cut into hulls before anything else looks at it
 *
 *     em_ships *ships;
 *     EM_TRY(em_ships_open(EM_S("index/ships"), &ships, err));
 *     EM_TRY(em_ships_hulls(ships, NULL, each, ctx, err));      // one hull after the other, by MMSI and part
 *
 * Same fixes, same bytes: the order of lines and files, repeats, the number of threads and the memory do not matter.  Two fixes of one
 * MMSI at the same second and place are one (the first in the order of the files' hashes is cited); at the same second and other places both stay.
 *
 * The format is described in doc/format-ships.md.
 */
#ifndef EMBARGO_SHIPS_H
#define EMBARGO_SHIPS_H

#include "embargo/ais.h"
#include "embargo/day.h"
#include "embargo/nmea.h"

#define EM_FIX_LONG_RANGE 1u            /* type 27: a tenth of a minute */
#define EM_FIX_CLASS_B    2u
#define EM_FIX_SATELLITE  4u            /* the receiver is said to be one */
#define EM_FIX_ACCURATE   8u            /* better than 10 m, it says */
#define EM_FIX_UNDATED   16u            /* time from the base station's clock or the caller's day, not from the line */

typedef struct em_fix {                 /* 40 bytes */
        int64_t  time_s;                /* 1970 UTC */
        int32_t  lon, lat;              /* 1/600000 degree; always given: a fix without a place is none */
        uint16_t sog, cog, heading;     /* 0.1 kn, 0.1 degree, degree; ais.h's numbers where not said */
        uint8_t  status;                /* ais.h; 15 not said */
        uint8_t  flags;
        uint32_t file;                  /* em_ship_file */
        uint32_t length;                /* of the line, or all parts' lines, or the row */
        uint64_t offset;                /* of its first byte in the file (decompressed, if it is compressed) */
} em_fix;

typedef struct em_ship_report {         /* the same said from first to last */
        int64_t  first_s, last_s;
        uint64_t times;                 /* hours of the clock in which it was heard */
        uint32_t imo;                   /* 0: not said; as said, check digit or not */
        char     call_sign[8], name[36], destination[24];
        uint16_t to_bow, to_stern;      /* m from the antenna */
        uint8_t  to_port, to_starboard;
        uint8_t  ship_type, draught;    /* draught 0.1 m; 0 not said */
        uint32_t file, length;          /* where it was said first */
        uint64_t offset;
        uint32_t last_file, last_length;        /* and last */
        uint64_t last_offset;
} em_ship_report;

typedef struct em_ship_file {           /* one file that was read */
        em_str   path;                  /* as given at the last build */
        char     sha256[65];
        em_str   format;                /* "nmea" "noaa" "dma" "spire" "table" "mapped" "json" */
        uint64_t bytes, lines, fixes, reports, rejects;
        int64_t  first_s, last_s;
} em_ship_file;

/* ---- building ---- */

typedef struct em_ships_opts {
        uint64_t memory;                /* bytes; 1 GiB */
        size_t   threads;               /* 0: cores */
        em_str   format;                /* instead of sniffing */
        em_str   columns;               /* of any table: "mmsi=MMSI time=t lon=x lat=y sog=speed/10 ..." */
        int64_t  day_ms;                /* INT64_MIN; for lines without a clock */
} em_ships_opts;
extern const em_ships_opts em_ships_defaults;

typedef struct em_ships_built { uint64_t files, bytes, lines, fixes, doubles, reports, rejects, days, mmsis, index_bytes; } em_ships_built;
/* Adds files to the index at path (made when it is not there); a file that is in it already (by hash) is passed over.  Killed at any
 * moment it leaves the index before or after; the next call with the same files ends at the same bytes.  path "-" among the files: stdin. */
EM_MUST em_status em_ships_build(em_str index, const em_str *path, size_t paths, const em_ships_opts *opts,
                                 const em_progress *progress, em_ships_built *ret_built, em_error *err);

/* ---- reading ---- */

typedef struct em_ships em_ships;
EM_MUST em_status em_ships_open(em_str index, em_ships **ret_ships, em_error *err);
em_ships *em_ships_close(em_ships *ships);
em_ships_built em_ships_counts(const em_ships *ships);
size_t em_ships_files(const em_ships *ships, const em_ship_file **ret_files);
/* Positions and numbers of one day (UTC), i from 0 in order of days.  O(blocks of the day). */
typedef struct em_ships_of_day { em_day day; uint64_t fixes, mmsis; } em_ships_of_day;
size_t em_ships_days(const em_ships *ships);
em_ships_of_day em_ships_day_at(const em_ships *ships, size_t i);
/* Of a file of em_ships_files: "3 checksum, 1 mmsi"; empty. */
em_str em_ships_reasons(const em_ships *ships, size_t file);
/* What the fixes take, without and for their places in the files. */
void em_ships_sizes(const em_ships *ships, uint64_t *ret_column_bytes, uint64_t *ret_locator_bytes);
/* Rehashes every section of the index, and reads up to `sample` fixes anew from the files where they stand.  hear gets a sentence for each
 * difference.  EM_DIFF: there were some. */
EM_MUST em_status em_ships_verify(const em_ships *ships, uint64_t sample, void (*hear)(void *ctx, const char *sentence), void *ctx,
                                  const em_progress *progress, em_error *err);

typedef struct em_hull {                /* borrowed for the call */
        uint32_t mmsi, part;            /* part 0 is the first that was heard */
        const em_fix *fix;              /* by time; at least one */
        size_t   fixes;
        const em_ship_report *report;   /* those said by this hull (a report goes to the hull whose track is nearest in time) */
        size_t   reports;
} em_hull;

typedef struct em_hulls_opts {
        int64_t  from_s, to_s;          /* INT64_MIN, INT64_MAX: all */
        const uint32_t *mmsi; size_t mmsis;     /* none: all */
        bool     whole;                 /* do not cut: one hull for each MMSI */
} em_hulls_opts;
extern const em_hulls_opts em_hulls_defaults;
typedef em_status em_hull_fn(void *ctx, const em_hull *hull, em_error *err);
/* In order of MMSI and part, one thread.  Memory: the largest MMSI. */
EM_MUST em_status em_ships_hulls(const em_ships *ships, const em_hulls_opts *opts, em_hull_fn *each, void *ctx, em_error *err);

/* ---- cutting one MMSI into hulls ---- */

typedef struct em_cut_opts {            /* gpsdio-segment's names (Global Fishing Watch) where they are the same thing */
        double max_knots;               /* 30 */
        double max_hours;               /* 24: a longer silence alone does not cut, it only says less */
        uint32_t max_open;              /* 20 */
} em_cut_opts;
extern const em_cut_opts em_cut_defaults;
/* fix: by time.  ret_part[i] is the hull of fix i (0, 1, ...), numbered by first fix; EM_CUT_NOISE is kept for fixes of no ship (none is given
 * today: a single jump is a hull of one fix, because it is evidence).  What overlaps in time is one hull only when it is one ship whose
 * receivers' clocks disagree.  Pairwise F1 on labelled ships: tests/figures/hulls.t.  Cost: 20 to 60 ns a fix. */
#define EM_CUT_NOISE UINT32_MAX
EM_MUST em_status em_hulls_cut(const em_fix *fix, size_t fixes, const em_cut_opts *opts, em_arena *arena,
                               uint32_t *ret_part, uint32_t *ret_parts, em_error *err);

/* ---- geometry (src/ships/sphere.c) ---- */

#define EM_DEGREE 600000                /* units of lon and lat in one degree */
/* Metres on the sphere of R = 6,371,008.8 m (IUGG mean); exact to 0.5 % of the ellipsoid. */
double em_sphere_m(int32_t lon_a, int32_t lat_a, int32_t lon_b, int32_t lat_b);
/* Degrees from north, 0 to 360, at a. */
double em_sphere_bearing(int32_t lon_a, int32_t lat_a, int32_t lon_b, int32_t lat_b);
/* The place `metres` from a at a bearing; the dateline and the poles are crossed as on the globe. */
void   em_sphere_go(int32_t lon, int32_t lat, double bearing, double metres, int32_t *ret_lon, int32_t *ret_lat);
/* Between a and b on the great circle at t in 0..1. */
void   em_sphere_between(int32_t lon_a, int32_t lat_a, int32_t lon_b, int32_t lat_b, double t, int32_t *ret_lon, int32_t *ret_lat);

#endif
