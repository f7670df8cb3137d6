/* draw/pen.h -- what every picture is written with: ink, words and room.
 *
 * Coordinates are pixels of the viewBox, y down, printed to a tenth.
 */
#ifndef EMBARGO_DRAW_PEN_H
#define EMBARGO_DRAW_PEN_H

#include "embargo/draw.h"

/* ---- ink -------------------------------------------------------------- */

typedef enum em_ink {
        EM_INK_NONE = -1,
        EM_INK_TEXT, EM_INK_MUTED, EM_INK_RULE, EM_INK_PAPER, EM_INK_PALE,
        EM_INK_WARN, EM_INK_LAND, EM_INK_SEA,
        EM_INK_C1, EM_INK_C2, EM_INK_C3, EM_INK_C4, EM_INK_C5, EM_INK_C6,
        EM_INK_COUNT
} em_ink;

/* Attributes ` class="f5 s0" fill="#.." stroke="#.."`. */
void em_pen_paint(em_buf *out, em_ink fill, em_ink stroke);
/* ` stop-color=".." class="k8"` */
void em_pen_stop(em_buf *out, em_ink ink);
/* The series' own colour; colours past the sixth begin anew. */
em_ink em_ink_series(const em_chart *chart, size_t series);

/* ---- words ------------------------------------------------------------ */

/* Text fit for XML and HTML: the five signs escaped; control characters,
 * bidirectional overrides and bad UTF-8 become U+FFFD. */
void em_pen_escape(em_buf *out, em_str s);
/* The same for a terminal: nothing escaped, nothing that steers it. */
void em_pen_plain(em_buf *out, em_str s);
/* An address inside the page or the site, and nothing else. */
bool em_href_ok(em_str href);

/* Width in px of s at size, never less than a usual system font needs. */
double em_text_width(em_str s, double size, bool bold);

/* A piece of text cut to lines of at most width.  cut is true when the last
 * line lacks words, and is then to be followed by an ellipsis. */
#define EM_LINES_MAX 6
typedef struct em_lines {
        em_str at[EM_LINES_MAX];
        size_t count;
        double width;           /* of the widest, with its ellipsis */
        bool   cut;
        bool   broken;          /* a word did not fit and was divided */
} em_lines;
em_lines em_text_wrap(em_str s, double size, bool bold, double width, size_t max_lines);

typedef struct em_type {
        double      size;
        em_ink      ink;
        const char *anchor;     /* "start", "middle", "end" */
        bool        bold, italic;
} em_type;
extern const em_type em_type_tick;      /* 11 px, muted, middle */
extern const em_type em_type_label;     /* 12 px, text, start */

/* Lines below each other, the first with its baseline at y; cut text gets a
 * <title> with the whole. */
void em_pen_lines(em_buf *out, const em_lines *lines, em_str whole, double x, double y,
                  double leading, em_type type);
void em_pen_words(em_buf *out, em_str s, double x, double y, em_type type);

/* ---- numbers ---------------------------------------------------------- */

typedef struct em_words { char p[128]; } em_words;
/* v / per with thin-space thousands, at most decimals (0..3) digits after the
 * point, rounded to the nearest; "no number" for EM_MILLI_NONE. */
em_words em_amount(em_milli v, int64_t per, int decimals);
/* "91 909", "60 to 97", "at least 50 000", "up to 9", "not reported". */
em_words em_amount_range(em_milli low, em_milli high, int64_t per, int decimals);
em_str em_words_str(const em_words *w);

/* ---- shapes ----------------------------------------------------------- */

void em_pen_num(em_buf *out, double v);
/* ` name="12.5"` */
void em_pen_attr(em_buf *out, const char *name, double v);
void em_pen_line(em_buf *out, double x0, double y0, double x1, double y1, em_ink ink,
                 double width, const char *dash);
void em_pen_rect(em_buf *out, double x, double y, double w, double h, em_ink fill,
                 double opacity);
/* An arrow head of 4 px at x, y that points along (dx, dy), one of them 0. */
void em_pen_arrow(em_buf *out, double x, double y, int dx, int dy, em_ink ink);

/* <svg> with title and desc to the head's end, and the end with the foot. */
typedef struct em_sheet {
        const em_caption *caption;
        double width, top;      /* top: y below title and subtitle */
        bool   standalone;
} em_sheet;
em_sheet em_sheet_make(const em_caption *caption, const em_draw_opts *opts);
double   em_sheet_foot_height(const em_sheet *sheet, em_str more);
void     em_sheet_open(em_buf *out, const em_sheet *sheet, double height);
/* more is printed after the caption's foot. */
void     em_sheet_close(em_buf *out, const em_sheet *sheet, double height, em_str more);
/* The caption's id with what an id may not hold made "-". */
void     em_sheet_id(em_buf *out, const em_caption *caption, const char *suffix);

/* Opens <a> (when href may be linked) or <g> with a <title>; the other closes. */
bool em_pen_open_link(em_buf *out, em_str href, em_str text);
void em_pen_close_link(em_buf *out, bool linked);

/* ---- room ------------------------------------------------------------- */

typedef struct em_box { double x0, y0, x1, y1; } em_box;

/* What is taken already.  Past the ceiling boxes are not kept: labels might
 * then touch, which a picture of two thousand parts does anyway. */
#define EM_ROOM_MAX 2400
typedef struct em_room { em_box at[EM_ROOM_MAX]; size_t count; } em_room;

void   em_room_take(em_room *room, em_box box);
void   em_room_take_line(em_room *room, double x0, double y0, double x1, double y1);
/* Area of box that is taken already. */
double em_room_overlap(const em_room *room, em_box box);

/* Moves count boxes of the given heights apart so that none overlap: wanted
 * centres in y, sorted upward on return by order[]. */
typedef struct em_spread { double y, height; size_t item; } em_spread;
void em_room_spread(em_spread *items, size_t count, double top, double bottom);

#endif
