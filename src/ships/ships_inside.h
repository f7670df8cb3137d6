/* What the parts of the ships' index share: the coding of fixes, day files, gathering and merging.
 *
 * Fixes come in any order.  They are gathered in memory by day and MMSI (gather.c); when the memory is full they become day files aside
 * (day_out.c), the same format as the index's own.  At the end each day's files, the index's old one among them, and what is
 * still in memory are merged into the new one (day_merge.c), and one file that names all days takes its name in one step (ships_list.c).
 */
#ifndef SHIPS_SHIPS_INSIDE_H
#define SHIPS_SHIPS_INSIDE_H

#include "embargo/ships.h"

#define EM_SHIPS_LIST    "ships"        /* the file that makes a folder an index */
#define EM_SHIPS_AREA    "building"
#define EM_SHIPS_DAYS    "days"
#define EM_SHIPS_REJECTS "rejects"
#define EM_SHIPS_DAY_S   86400
#define EM_SHIPS_DAY_MAX 0x1FFFF        /* days since 1970 in 17 bits */
#define EM_SHIPS_MMSI_MAX 999999999u

static inline uint64_t em_sh_le(const void *at, unsigned bytes)
{
        const uint8_t *p = at;
        uint64_t       v = 0;
        for (unsigned i = 0; i < bytes; i++)
                v |= (uint64_t)p[i] << (8 * i);
        return v;
}

static inline void em_sh_put(void *at, uint64_t v, unsigned bytes)
{
        uint8_t *p = at;
        for (unsigned i = 0; i < bytes; i++, v >>= 8)
                p[i] = (uint8_t)v;
}

/* ---- coding of fixes (fix_code.c) ---- */

#define EM_FIX_BLOCK  512               /* fixes */
#define EM_FIX_PACKED ((size_t)40 << 10)        /* no block takes more */
#define EM_FIX_SPARE  16                /* readable bytes that must follow a packed block */

typedef struct em_fix_coder { float east[3600], north[3600]; } em_fix_coder;    /* sines; the same bits on every machine */
void em_fix_coder_make(em_fix_coder *coder);
/* n of one day, in order of time.  The columns come first in out, their locators behind them. */
void em_fix_pack(const em_fix_coder *coder, const em_fix *fix, size_t n, uint8_t out[EM_FIX_PACKED], size_t *ret_columns,
                 size_t *ret_locators);
/* Total: false when the bytes are not n fixes of the day. */
bool em_fix_unpack(const em_fix_coder *coder, const uint8_t *columns, size_t column_bytes, size_t locator_bytes, int64_t day_s,
                   size_t n, em_fix *ret_fix);

/* ---- what a ship said ---- */

#define EM_SAID_S 3600                  /* the same said again within an hour of the day is not counted again */

typedef struct em_said {                /* the content alone; unused bytes are 0, so equal content is equal bytes */
        uint32_t imo;
        uint16_t to_bow, to_stern;
        uint8_t  to_port, to_starboard, ship_type, draught;
        char     call_sign[8], name[36], destination[24];
} em_said;

typedef struct em_said_place { uint32_t file, length; uint64_t offset; int64_t time_s; } em_said_place;
typedef struct em_said_group {          /* one content on one day */
        uint32_t mmsi;
        em_said  said;
        em_said_place first, last;
        const uint32_t *second;         /* of the day: the first in each hour of it */
        size_t   times;
} em_said_group;

/* ---- day files (day_out.c, day_in.c) ---- */

#define EM_DAY_HEAD 256
enum { EM_DAY_BLOCKS, EM_DAY_ENTRIES, EM_DAY_REPORTS, EM_DAY_FILES, EM_DAY_SECTIONS };
#define EM_DAY_ENTRY 36                 /* bytes of a block's entry */
#define EM_DAY_FILE_BYTES 32            /* a source's SHA-256; aside: its number in this build */

typedef struct em_day_head {
        uint32_t day, files;
        uint64_t fixes, blocks, column_bytes, locator_bytes, groups, said;
        bool     aside;
        struct { uint64_t offset, length; uint8_t sum[8]; } section[EM_DAY_SECTIONS];
} em_day_head;
void em_day_head_pack(const em_day_head *head, uint8_t out[EM_DAY_HEAD]);
EM_MUST em_status em_day_head_unpack(em_str bytes, em_day_head *ret_head, em_error *err);

typedef struct em_day_block {           /* an entry, read */
        uint32_t mmsi, fixes, first_s, last_s;  /* seconds of the day */
        int32_t  lon_min, lon_max, lat_min, lat_max;    /* 1/100 degree, outward */
        uint32_t column_bytes, locator_bytes;
        uint64_t offset;                /* in the section */
} em_day_block;

typedef struct em_day_in {              /* a day file, mapped; every offset checked */
        em_mapping map;
        em_day_head head;
        const uint8_t *section[EM_DAY_SECTIONS];
} em_day_in;
EM_MUST em_status em_day_open(em_str path, em_day_in *ret_day, em_error *err);
void em_day_close(em_day_in *day);
em_day_block em_day_block_at(const em_day_in *day, uint64_t i);
/* EM_FIX_BLOCK places in ret_fix.  Files are the day's own numbers. */
EM_MUST em_status em_day_fixes(const em_day_in *day, const em_day_block *block, const em_fix_coder *coder, em_fix *ret_fix,
                               em_error *err);
/* The group at *at of the section, with its seconds in the arena; *at moves behind it.  Files are the day's own numbers. */
EM_MUST em_status em_day_group(const em_day_in *day, uint64_t *at, em_arena *arena, em_said_group *ret_group, em_error *err);
uint32_t em_day_group_mmsi(const em_day_in *day, uint64_t at);

typedef struct em_day_out em_day_out;
/* files: how many sources there are in all; hash: each one's, NULL aside (their numbers are written). */
EM_MUST em_status em_day_out_make(em_str path, uint32_t day, size_t files, const em_sha256 *hash, em_day_out **ret_out, em_error *err);
/* In order of MMSI, time, longitude, latitude; what stands at one time and place is one, and the first file's is kept (aside: only of one
 * file). */
EM_MUST em_status em_day_out_fix(em_day_out *out, uint32_t mmsi, const em_fix *fix, em_error *err);
/* After the fixes, in order of MMSI and content. */
EM_MUST em_status em_day_out_said(em_day_out *out, const em_said_group *group, em_error *err);
/* sync: to the disk.  Closes and frees in any case. */
EM_MUST em_status em_day_out_done(em_day_out *out, bool sync, em_day_head *ret_head, em_error *err);
void em_day_out_drop(em_day_out *out);

/* ---- gathering (gather.c) ---- */

typedef struct em_gather em_gather;
em_gather *em_gather_make(uint64_t memory);
em_gather *em_gather_free(em_gather *g);
/* False when it is full: then it must be emptied first. */
bool em_gather_fix(em_gather *g, uint32_t mmsi, const em_fix *fix);
bool em_gather_said(em_gather *g, uint32_t mmsi, const em_said *said, const em_said_place *place);
/* Puts what is there in order.  rank: new numbers of files, or NULL. */
EM_MUST em_status em_gather_seal(em_gather *g, const uint32_t *rank, em_error *err);
void em_gather_empty(em_gather *g);

/* What a merge asks of what is in memory. */
typedef struct em_gather_span { size_t at, end, said_at, said_end; } em_gather_span;
size_t em_gather_days(const em_gather *g, uint32_t **ret_days, em_error *err);  /* on the heap; SIZE_MAX: no memory */
em_gather_span em_gather_day(const em_gather *g, uint32_t day);
/* MMSI of the fix or report at place i of a span. */
uint32_t em_gather_mmsi(const em_gather *g, size_t i);
const em_fix *em_gather_at(const em_gather *g, size_t i);
uint32_t em_gather_said_mmsi(const em_gather *g, size_t i);
void em_gather_said_at(const em_gather *g, size_t i, em_said *ret_said, em_said_place *ret_place);

/* ---- merging (day_merge.c) ---- */

typedef struct em_day_part {            /* one of: a day file, or what is in memory */
        em_str path;
        const em_gather *gather;
        const em_sha256 *hash;          /* of the index's own day files: the hashes that their files are found by, sorted */
        size_t hashes;
} em_day_part;
/* rank[]: the numbers that aside files and memory count in, as the index's; hash: the index's, sorted. */
EM_MUST em_status em_day_merge(uint32_t day, const em_day_part *part, size_t parts, const uint32_t *rank, size_t files,
                               const em_sha256 *hash, em_str path, bool aside, em_day_head *ret_head, em_error *err);

/* ---- the list (ships_list.c) ---- */

typedef struct em_ships_day { uint32_t day; em_str name; uint64_t bytes; } em_ships_day;
typedef struct em_ships_list {
        em_ship_file *file;             /* by hash */
        em_str       *reasons;          /* of each: "3 mmsi, 2 time" */
        em_str       *map;              /* the columns it was read by, where the caller said which */
        size_t        files;
        em_ships_day *day;              /* by day */
        size_t        days;
} em_ships_list;
EM_MUST em_status em_ships_list_read(em_str index, em_arena *arena, em_ships_list *ret_list, em_error *err);
EM_MUST em_status em_ships_list_parse(em_str text, em_arena *arena, em_ships_list *ret_list, em_error *err);
EM_MUST em_status em_ships_list_write(em_str index, const em_ships_list *list, em_error *err);

/* ---- reading sources (source_stream.c, source_nmea.c, source_table.c) ---- */

typedef struct em_source em_source;     /* bytes of a file, decompressed, while it is hashed */
EM_MUST em_status em_source_open(em_str path, em_source **ret_source, em_error *err);
em_source *em_source_close(em_source *source);
/* The next bytes; n 0 at the end.  They stay until the next call. */
EM_MUST em_status em_source_next(em_source *source, const char **ret_p, size_t *ret_n, em_error *err);
bool em_source_cut(const em_source *source);            /* what compressed it ends too early, or is damaged */
uint64_t em_source_bytes(const em_source *source);      /* read of the file so far */
em_sha256 em_source_hash(em_source *source);            /* after the end, once */

typedef struct em_ship_sink {
        void *ctx;
        em_status (*fix)(void *ctx, uint32_t mmsi, const em_fix *fix, em_error *err);   /* offset and length set */
        em_status (*said)(void *ctx, uint32_t mmsi, int64_t time_s, const em_said *said, uint64_t offset, uint32_t length, em_error *err);
        em_status (*reject)(void *ctx, uint64_t line, uint64_t offset, const char *reason, em_error *err);
} em_ship_sink;

typedef enum em_ship_form { EM_SHIP_NONE, EM_SHIP_NMEA, EM_SHIP_NOAA, EM_SHIP_DMA, EM_SHIP_SPIRE, EM_SHIP_TABLE, EM_SHIP_MAPPED,
                            EM_SHIP_JSON, EM_SHIP_FORMS } em_ship_form;
const char *em_ship_form_name(em_ship_form form);

/* Rounds to the nearest of value * up / down; false when text is no decimal number, or too large. */
bool em_sh_decimal(em_str text, int64_t up, int64_t down, int64_t *ret_value);
/* Seconds since 1970 of the many ways in which tables write a time; day_ms for those that give none. */
bool em_sh_time(em_str text, int64_t day_ms, int64_t *ret_time_s);
/* A name that can be printed, cut to size-1 bytes and filled with NULs. */
void em_sh_text(em_str text, char *out, size_t size);

/* Columns of tables, in the order of source_column.c's names. */
typedef enum em_ship_column {
        EM_COL_MMSI, EM_COL_TIME, EM_COL_LON, EM_COL_LAT, EM_COL_SOG, EM_COL_COG, EM_COL_HEADING, EM_COL_STATUS, EM_COL_IMO,
        EM_COL_NAME, EM_COL_CALL_SIGN, EM_COL_DESTINATION, EM_COL_TYPE, EM_COL_LENGTH, EM_COL_WIDTH, EM_COL_DRAUGHT, EM_COL_BOW,
        EM_COL_STERN, EM_COL_PORT, EM_COL_STARBOARD, EM_COL_CLASS, EM_COL_MESSAGE, EM_COL_ACCURACY, EM_COL_RECEIVER, EM_COLS
} em_ship_column;
typedef struct em_ship_columns {
        int16_t  at[EM_COLS];           /* field, from 0; -1: there is none */
        uint16_t over[EM_COLS];         /* the value is divided by it */
        char     separator;
        bool     headless;              /* the first row is a row */
        em_ship_form form;
} em_ship_columns;
/* From the first line, or as the map says (empty: from the names that are known). */
EM_MUST em_status em_ship_columns_find(em_str first_line, em_str map, em_ship_columns *ret_columns, em_error *err);
em_ship_column em_ship_column_named(em_str name, uint16_t *ret_over);   /* EM_COLS: unknown */
size_t em_ship_fields(em_str line, char separator, em_str *field, size_t most);
/* One row's fields, taken to the sink.  NULL, or why it is none. */
typedef struct em_ship_row { em_str value[EM_COLS]; const uint16_t *over; int64_t day_ms; uint64_t offset; uint32_t length; } em_ship_row;
EM_MUST em_status em_ship_row_take(const em_ship_row *row, const em_ship_sink *sink, const char **ret_why, em_error *err);

typedef struct em_ship_reader em_ship_reader;
/* What the first bytes (64 KiB, or all) are; EM_SHIP_NONE: nothing that is known. */
em_ship_form em_ship_sniff(em_str head, em_str columns);
EM_MUST em_status em_ship_reader_open(em_ship_form form, em_str columns, int64_t day_ms, const em_ship_sink *sink,
                                      em_ship_reader **ret_reader, em_error *err);
EM_MUST em_status em_ship_reader_feed(em_ship_reader *reader, const char *p, size_t n, em_error *err);
EM_MUST em_status em_ship_reader_end(em_ship_reader *reader, em_error *err);
uint64_t em_ship_reader_lines(const em_ship_reader *reader);
em_ship_reader *em_ship_reader_close(em_ship_reader *reader);

#endif
