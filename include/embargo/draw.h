/* embargo/draw.h -- charts and maps as SVG, in the words of the finding.
 *
 * Data in, text out: nothing here knows a case, reads a file or asks a clock.
 * The same description gives the same bytes everywhere.  A picture has no
 * script, no outside reference and no font of its own; every text in it is
 * escaped here, so evidence may be passed as it stands.
 *
 *     static const em_chart_datum days[] = {
 *             { .day = 18109, .low = 5000, .high = 5000 },
 *             { .day = 18993, .low = 6000, .high = 6000, .accent = true,
 *               .href = EM_S_INIT("#a-january-days") },
 *     };
 *     const em_chart_series series = { .name = EM_S_INIT("launch days"), .at = days, .count = 2 };
 *     em_chart chart = {
 *             .caption = { .id = EM_S("launches"), .title = EM_S("January 2022 is the record") },
 *             .kind = EM_CHART_BARS, .axis = EM_AXIS_MONTHS, .unit = EM_S("launch days"),
 *             .whole = true, .series = &series, .series_count = 1,
 *     };
 *     EM_TRY(em_chart_svg(&chart, NULL, &out, err));
 *     EM_TRY(em_chart_table(&chart, &out, err));
 *
 * A zeroed field always means "nothing of this kind".  Descriptions are
 * borrowed for the call only.
 *
 * Colours.  Elements carry plain colours that stand in print and in any
 * viewer, and classes.  A page that prints em_draw_css() once in its <style>
 * (or links it) gets light, dark and print, and may set --ink, --muted,
 * --rule, --paper, --c1 to --c6, --pale, --warn, --land and --sea itself.  A
 * standalone file carries the rules inside.  c1 to c6 are from Okabe and Ito's
 * palette, told apart by every kind of colour sight.
 *
 * Reading without eyes.  Each picture is role="img" with <title> and <desc>,
 * and links in it are out of the tab order: em_chart_table() is the same data
 * with the same links, and belongs beside every picture.
 */
#ifndef EMBARGO_DRAW_H
#define EMBARGO_DRAW_H

#include "embargo/base.h"
#include "embargo/day.h"
#include "embargo/quantity.h"

/* What one picture may hold; more is EM_LIMIT, not a slow or unreadable page. */
#define EM_CHART_SERIES_MAX     12
#define EM_CHART_CATEGORIES_MAX 200
#define EM_CHART_DATA_MAX       2000    /* over all series of a chart */
#define EM_CHART_MARKS_MAX      40
#define EM_CHART_CAPS_MAX       4
#define EM_CHART_PANELS_MAX     8

/* The words around a picture. */
typedef struct em_caption {
        em_str id;              /* prefix of every id inside; unique in its page */
        em_str title;           /* the finding */
        em_str subtitle;        /* measure and unit */
        em_str foot;            /* sources, coverage, question */
        em_str desc;            /* what is to be seen, for who cannot see it */
} em_caption;

typedef enum em_chart_kind {
        EM_CHART_BARS,          /* upright, from zero; several series side by side.
                                 * An interval is solid to low, pale to high. */
        EM_CHART_STACKED,       /* upright, series on top of each other, by their low end */
        EM_CHART_RANGE,         /* upright bands from low to high, stated value a tick */
        EM_CHART_LINES,         /* named at the end, intervals as bands; broken where
                                 * a slot has no datum or a gap lies between */
        EM_CHART_DOTS,          /* a row for each category, the amount to the right */
        EM_CHART_CUMULATIVE,    /* steps; data are running totals as of their day */
        EM_CHART_KIND_COUNT
} em_chart_kind;

/* Every day, month or year takes an equal slot.  A datum stands in the slot of
 * its day; with EM_AXIS_CATEGORIES in that of its row.  DOTS has categories. */
typedef enum em_axis { EM_AXIS_CATEGORIES, EM_AXIS_DAYS, EM_AXIS_MONTHS, EM_AXIS_YEARS } em_axis;

/* One number.  low == high is a plain one.  EM_MILLI_MIN as low, EM_MILLI_MAX
 * as high: no bound is known; drawn fading out with an arrow.  EM_MILLI_NONE as
 * low: nothing was reported; drawn as a gap, never as zero. */
typedef struct em_chart_datum {
        em_day   day;
        size_t   row;           /* index into categories */
        em_milli low, high;
        bool     has_stated;    /* the number as the evidence prints it */
        em_milli stated;
        bool     has_was;       /* it restates an earlier number: an arrow from there */
        em_milli was;
        bool     accent;        /* carries the claim: full colour, the others pale */
        em_str   label;         /* printed beside a dot after the number: the publisher */
        em_str   text;          /* said on hovering; empty: slot, number and unit */
        em_str   note;          /* last column of the table */
        em_str   href;          /* "#a-january-days" or "/path"; anything else is not linked */
} em_chart_datum;

typedef struct em_chart_series {
        em_str name;
        const em_chart_datum *at;       /* in time order for LINES and CUMULATIVE */
        size_t count;
        int    colour;                  /* 1..6 for c1..c6; 0: by position */
} em_chart_series;

/* Words at a place: the record month, the crossing.  A span longer than a slot
 * is drawn as a bracket at value: a crossing known only as a range. */
typedef struct em_chart_mark {
        em_span  when;
        size_t   row;
        em_milli value;
        em_str   text;
        em_str   href;
} em_chart_mark;

/* A dark dashed line with its name on it.  percent: thresholds drawn thinner
 * below it, such as { 75, 90, 95 }; zero ends the list. */
typedef struct em_chart_cap {
        em_milli value;
        em_str   name;
        int      percent[4];
} em_chart_cap;

/* No report: hatched over the whole height, with the words in it. */
typedef struct em_chart_gap {
        em_span when;
        size_t  row;
        em_str  text;           /* empty: "not reported" */
} em_chart_gap;

typedef struct em_chart {
        em_caption    caption;
        em_chart_kind kind;
        em_axis       axis;
        em_span       span;             /* time shown; from >= to: what the data cover */
        const em_str *categories;
        size_t        category_count;
        em_str        unit;             /* of the amount axis: "barrels" */
        int64_t       per;              /* numbers are shown divided by this: 1000000
                                         * with the unit "million dollars"; 0 is 1 */
        bool          whole;            /* a count: no ticks between whole numbers */
        em_milli      top;              /* least top of the amount axis; 0: fit the data */
        const em_chart_series *series;
        size_t        series_count;
        const em_chart_mark *marks;
        size_t        mark_count;
        const em_chart_cap *caps;
        size_t        cap_count;
        const em_chart_gap *gaps;
        size_t        gap_count;
} em_chart;

typedef struct em_draw_opts {
        int  width;             /* of the viewBox; 0: 760, at least 320 */
        int  height;            /* of one plot area; 0: by kind (DOTS: by its rows) */
        bool standalone;        /* an SVG file: carries the XML line and its own rules */
} em_draw_opts;

/* One chart as an <svg> element, appended to out.
 *
 * EM_LIMIT   over one of the limits above
 * EM_FORMAT  nothing to draw; a negative amount; low above high; a day or row
 *            that is not there; DOTS without categories
 * EM_NOMEM   out is full */
EM_MUST em_status em_chart_svg(const em_chart *chart, const em_draw_opts *opts,
                               em_buf *out, em_error *err);

/* Small multiples: charts below each other over one common time or category
 * axis, each with its own amount axis and its caption.title as its name; of
 * their captions nothing else is used.  DOTS cannot be a panel.  As above. */
EM_MUST em_status em_chart_panels(const em_caption *caption, const em_chart *panels,
                                  size_t count, const em_draw_opts *opts,
                                  em_buf *out, em_error *err);

/* The data behind as an HTML <table class="em-data">: slot, series where there
 * are several, number (low and high where they differ), note.  Gaps are rows. */
EM_MUST em_status em_chart_table(const em_chart *chart, em_buf *out, em_error *err);

/* The chart's small form for a terminal of width columns (at least 40):
 * a bar a line, what is certain full, what is possible light. */
EM_MUST em_status em_chart_terminal(const em_chart *chart, size_t width,
                                    em_buf *out, em_error *err);

/* ---- maps ------------------------------------------------------------ */

/* What a point is.  Events are small symbols of one size with their number in them, moved apart where they would cover each
 * other; what the numbers mean stands below the map. */
typedef enum em_atlas_mark {
        EM_MARK_COUNT,          /* a circle whose area goes with its count */
        EM_MARK_MEETING, EM_MARK_SILENCE, EM_MARK_CALL, EM_MARK_IDENTITY, EM_MARK_EVENT,
        EM_MARK_PORT,           /* a named place that ships call at; no number */
        EM_ATLAS_MARKS
} em_atlas_mark;

typedef struct em_atlas_point {         /* a place with a count */
        int32_t  lat_e7, lon_e7;        /* degrees * 10^7, WGS84 */
        uint64_t count;                 /* area of the circle, 0: a small mark; of an event its number */
        em_atlas_mark mark;
        em_str   name, text, href;      /* as in em_chart_datum */
        bool     accent;
} em_atlas_point;

typedef struct em_atlas_name {          /* a place or sea named for orientation */
        int32_t lat_e7, lon_e7;
        em_str  name;
        bool    sea;
} em_atlas_name;

typedef struct em_atlas_fix {
        int32_t lat_e7, lon_e7;
        bool    dark;           /* nothing was heard between the one before and this one: dotted */
} em_atlas_fix;

typedef struct em_atlas_track {         /* where one ship was heard, in time order */
        em_str name;
        const em_atlas_fix *at;
        size_t count;
        int    colour;                  /* 1..6; 0: by position */
} em_atlas_track;

typedef struct em_atlas_box { int32_t west_e7, south_e7, east_e7, north_e7; } em_atlas_box;

#define EM_ATLAS_POINTS_MAX 300
#define EM_ATLAS_NAMES_MAX  60
#define EM_ATLAS_TRACKS_MAX 24
#define EM_ATLAS_FIXES_MAX  8000        /* over all tracks */
#define EM_ATLAS_EVENTS_MAX 40

/* Land from Natural Earth's outlines, detailed between 118 and 140 E, 30 and
 * 48 N, coarse in the rest of Asia; nothing elsewhere.  Lambert's conformal
 * cone over the box: shapes and directions are true, and scale to a few parts
 * in a thousand for a box of ten degrees. */
typedef struct em_atlas {
        em_caption   caption;           /* the outlines' source and "no position is
                                         * taken" are added to the foot */
        em_atlas_box box;               /* zeroed: Korea, 123-132 E, 37-43.5 N */
        em_str       unit;              /* of the counts: "missiles" */
        const em_atlas_point *points;
        size_t       point_count;
        const em_atlas_name *names;
        size_t       name_count;
        const em_atlas_track *tracks;
        size_t       track_count;
} em_atlas;

/* The box that holds every track and point, with a margin of a twelfth, and at least three degrees each way. */
em_atlas_box em_atlas_fit(const em_atlas *atlas);

/* The map as an <svg> element with scale bar, north arrow and an inset of
 * East Asia.  EM_FORMAT: a box that is not one, is wider than 60 degrees or
 * beyond 75 degrees of latitude, or a point that is not on the globe.  Points
 * outside the box are counted in the foot, not dropped in silence. */
EM_MUST em_status em_atlas_svg(const em_atlas *atlas, const em_draw_opts *opts,
                               em_buf *out, em_error *err);

/* The places as an HTML table, largest count first. */
EM_MUST em_status em_atlas_table(const em_atlas *atlas, em_buf *out, em_error *err);

/* ---- gauges ------------------------------------------------------------ */

/* One amount against one cap: a bar from zero, solid to low and pale to high, the cap as a dark dashed line with its
 * name, thresholds thinner below it. */
#define EM_GAUGE_THRESHOLDS 6
typedef struct em_gauge {
        em_caption caption;
        em_str     unit;
        em_milli   low, high;   /* EM_MILLI_NONE as low: no amount is known, drawn hatched; EM_MILLI_MAX as high: no bound,
                                 * drawn fading out with an arrow */
        em_milli   cap;         /* over 0 */
        int        percent[EM_GAUGE_THRESHOLDS];        /* rising, below 100; zero ends the list */
} em_gauge;

/* The gauge as an <svg> element.  EM_FORMAT: a cap of 0 or less, or high under low.  Its words and numbers belong
 * beside it: a gauge has no table of its own. */
EM_MUST em_status em_gauge_svg(const em_gauge *gauge, const em_draw_opts *opts, em_buf *out, em_error *err);

/* ---- dense series ------------------------------------------------------ */

/* Numbers over seconds: a ship's speed as it was heard.  Panels below each other have one time axis; bands lie behind all
 * of them and say when something happened. */
#define EM_SERIES_POINTS_MAX 20000      /* over all lines of a picture; thin before, keeping the least and the greatest */

typedef struct em_series_line {
        em_str name;
        int    colour;                  /* 1..6; 0: by position */
        const int64_t  *time_s;         /* 1970 UTC, not falling */
        const em_milli *value;          /* from 0 upwards; EM_MILLI_NONE: the line is broken here */
        size_t count;
} em_series_line;

typedef struct em_series_panel {
        em_str name, unit;              /* "Speed", "knots" */
        const em_series_line *line; size_t lines;
} em_series_panel;

typedef struct em_series_band {
        int64_t from_s, to_s;
        bool    silent;                 /* nothing was heard: hatched */
        em_str  label;                  /* its number, printed above where there is room */
        em_str  text, href;             /* as in em_chart_datum */
} em_series_band;

typedef struct em_series {
        em_caption caption;
        int64_t    from_s, to_s;        /* what is shown; points outside stand on its edge */
        const em_series_panel *panel; size_t panels;
        const em_series_band  *band; size_t bands;      /* by from_s */
} em_series;

/* The panels as one <svg> element; opts->height is of one panel (0: 120).  Its data belong beside it: it has no table of its own.
 *
 * EM_FORMAT  no panel, no span, an amount below zero, a line that goes back in time
 * EM_LIMIT   over EM_SERIES_POINTS_MAX or EM_CHART_PANELS_MAX
 * EM_NOMEM   out is full */
EM_MUST em_status em_series_svg(const em_series *series, const em_draw_opts *opts, em_buf *out, em_error *err);

/* ---- the page around -------------------------------------------------- */

/* The CSS rules for all pictures and their tables of one page. */
void em_draw_css(em_buf *out);

#endif
