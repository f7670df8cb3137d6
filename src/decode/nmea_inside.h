/* What the files of the AIS line reader share: the sweep over bytes, unpacking, time, parts, repeats.
 *
 * Functions with a twin for AVX2 are chosen while running; the twins give the same for every input (tests/unit/test_nmea_line.c).
 */
#ifndef DECODE_NMEA_INSIDE_H
#define DECODE_NMEA_INSIDE_H

#include "embargo/nmea.h"

#define EM_NMEA_LETTERS ((size_t)EM_NMEA_PARTS * 82)    /* of a whole message */
#define EM_NMEA_SLACK   64                              /* bytes that may be read, not used, behind a line */
#define EM_NMEA_NO_TIME INT64_MIN

#if defined(__x86_64__)
#define EM_NMEA_AVX2 __attribute__((target("avx2")))
static inline bool em_nmea_has_avx2(void) { return __builtin_cpu_supports("avx2") != 0; }
#endif

/* ---- nmea_sweep.c: bytes ------------------------------------------------ */

/* Offset of the first \n or \r, or n. */
size_t  em_nmea_line_end(const char *p, size_t n);
size_t  em_nmea_line_end_plain(const char *p, size_t n);
uint8_t em_nmea_xor(const char *p, size_t n);
/* em_sixbit_unpack where at least 32 bytes may be read from any letter on. */
bool em_nmea_unpack(const char *letters, size_t n, uint8_t *bits);
bool em_nmea_unpack_plain(const char *letters, size_t n, uint8_t *bits);

static inline int em_nmea_hex(char c)                   /* 0..15, or -1 */
{
        if (c >= '0' && c <= '9')
                return c - '0';
        if (c >= 'A' && c <= 'F')
                return c - 'A' + 10;
        return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* A number that is well mixed from two: the high and low half of their product (Wang Yi's wyhash). */
static inline uint64_t em_nmea_mix(uint64_t a, uint64_t b)
{
        __extension__ typedef unsigned __int128 wide;
        wide product = (wide)(a ^ UINT64_C(0xa0761d6478bd642f)) * (b ^ UINT64_C(0xe7037ed1a0b428db));
        return (uint64_t)product ^ (uint64_t)(product >> 64);
}
uint64_t em_nmea_hash(const char *p, size_t n, uint64_t seed);

/* ---- nmea_time.c: clocks -------------------------------------------------- */

/* Seconds (with decimals or not), milli-, micro- or nanoseconds since 1970, told apart by their size; false when p is anything else. */
bool em_nmea_epoch(const char *p, size_t n, int64_t *ret_ms);
/* The text before a sentence: an epoch or "2021-07-01 12:00:01.250"; brackets and separators around it are passed over. */
bool em_nmea_prefix_time(const char *p, size_t n, int64_t *ret_ms);
/* UTC of a date and time of day; false when there is no such. */
bool em_nmea_utc(const int date_and_time[6], int64_t *ret_ms);
/* The clock in a base station's message of type 4 or 11. */
bool em_nmea_base_time(const uint8_t *bits, size_t bit_count, int64_t *ret_ms);

typedef struct em_gatehouse { int64_t time_ms; int checksum; em_str station; } em_gatehouse;    /* checksum -1: not said */
/* $PGHP,1,year,month,day,hour,minute,second,millisecond,country,region,station,online,checksum of what follows*hh */
bool em_gatehouse_read(const char *line, size_t n, em_gatehouse *ret_gatehouse);

/* ---- nmea_tag.c ------------------------------------------------------------ */

/* The tag block that begins at *at (a backslash); *at goes behind it. */
bool em_nmea_tag(const char **at, const char *end, em_sentence *sentence);

/* ---- nmea_line.c ------------------------------------------------------------ */

/* As em_sentence_parse, but sentence is written also when it is a reject. */
em_nmea_reject em_sentence_cut(const char *line, size_t n, em_sentence *sentence);

/* ---- nmea_parts.c: parts into messages -------------------------------------- */

typedef struct em_part_place { uint64_t line, offset; uint32_t length; } em_part_place;

typedef struct em_whole {               /* a message of several parts, begun or whole */
        uint64_t key, key_any;          /* with the station; without */
        int64_t  time_ms, latest_ms;    /* of the lowest part that has a time; of any that came */
        em_time_from time_from;
        em_part_place place[EM_NMEA_PARTS];
        uint16_t at[EM_NMEA_PARTS], count[EM_NMEA_PARTS];       /* letters of each part */
        uint16_t letters, have;         /* have: one bit for each part */
        uint8_t  fill[EM_NMEA_PARTS], parts, time_part, station_n;
        bool     own, done;
        char     channel;
        uint32_t older, newer, next;    /* in order of begin; in the bucket */
        uint64_t begun_line;
        char     station[EM_NMEA_STATION + 1];
        char     letter[EM_NMEA_LETTERS + EM_NMEA_SLACK];
} em_whole;

typedef struct em_parts em_parts;
typedef void em_parts_drop(void *ctx, uint64_t line, uint64_t offset, em_nmea_reject why);
em_parts *em_parts_new(em_parts_drop *drop, void *ctx);         /* NULL: no memory */
em_parts *em_parts_free(em_parts *parts);
/* Takes one part; the message when it is whole by it, else NULL.  Valid until the next call. */
const em_whole *em_parts_add(em_parts *parts, const em_sentence *sentence, em_part_place place);
void em_parts_end(em_parts *parts);                             /* what is not whole is dropped */
/* The bits of a whole message; their number. */
size_t em_whole_bits(const em_whole *whole, uint8_t *bits);

/* ---- nmea_repeats.c ------------------------------------------------------------ */

#define EM_REPEAT_MS    30000
#define EM_REPEAT_LINES 256

typedef struct em_repeats em_repeats;
em_repeats *em_repeats_new(void);
em_repeats *em_repeats_free(em_repeats *repeats);
/* The line where the same bits were first heard within the window, or 0; then they are remembered from here.
 * time_ms EM_NMEA_NO_TIME: the window goes by lines. */
uint64_t em_repeats_see(em_repeats *repeats, const uint8_t *bits, size_t bit_count, int64_t time_ms, uint64_t line);

#endif
