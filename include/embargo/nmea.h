/* embargo/nmea.h -- lines of AIS receivers (NMEA 0183, IEC 61162-1 and -450) into whole AIS messages.
 *
 *     em_nmea *nmea;
 *     EM_TRY(em_nmea_open(NULL, &nmea, err));
 *     em_nmea_feed(nmea, bytes, n);                     // any cut of the stream
 *     while (em_nmea_next(nmea, &message)) ...          // give what is whole
 *     em_nmea_end(nmea);                                // no more bytes: the last line is read, orphans are reported
 *     while (em_nmea_next(nmea, &message)) ...          // what that last line gave
 *
 * Read: !xxVDM and !xxVDO of any talker; tag blocks (\s:,c:,d:,g:,n:,t:,i:*hh\) with their checksum; what the US Coast
 * Guard appends (,d-072,S1234,t...,T...,r003669945,1165795916); Gatehouse's $PGHP lines, which date the sentence
 * that follows and hold its checksum; a time before the sentence ("2021-07-01 12:00:01 !AIVDM", seconds, milliseconds,
 * microseconds, nanoseconds).  Other lines (GPS sentences, comments, blank) are counted and passed over, also between the parts
 * of a message.
 *
 * A line ends in \n, in \r\n, or in \r alone; a run of \r counts as one.  Any other byte, NUL too, is a byte of the line.
 * Cutting the stream elsewhere gives the same messages, lines and counts.
 *
 * Total over any bytes: what is not a message is a reject with line and reason, counted by reason, never a stop.
 * A sentence whose checksum does not agree is a reject: its bits are never shown.  A sentence behind a damaged tag block is one
 * too, since its time and station are not to be had.
 *
 * Parts are put together by (station, talker, channel, sequence number, count of parts); an empty or large sequence number is
 * a number like any other; a group of the tag block (g:part-of-id) goes before it.  A part that names no station goes to the
 * message begun last that agrees in the rest.  Parts may come in any order, but a part that is late, a higher one being there, only within
 * 64 lines and 5 s of the first to come: beyond that it is another message's, whose number has come round.  A message whose parts do not come within
 * 60 s (by their own clocks) or 4,096 lines is a reject of each of its parts.  When a part comes again with other bits, what was there is
 * rejected (EM_NMEA_TWICE) and a new message begins: sequence numbers go round.  Again with the same bits it is passed over.
 *
 * The same message heard by several receivers within 30 s counts once (opts.repeats keeps them); a repeat says of which line it is one.
 * The thirty seconds go from the first hearing, by the messages' clocks, so what a moored ship sends again a minute later stays; an undated
 * message has the time of the last dated one.  Where none of the last 256 lines had a clock (the caller's day is none) the window is 256 lines.
 * Up to 262,144 messages are remembered; beyond that, and for about one message in a thousand before, a repeat may stay.  No message is lost.
 *
 * Clock, best first: the tag block's c:, what is appended or before it, $PGHP, the last base station's type 4 or 11 in the stream
 * (where opts.base_clock), the file's day from the caller.  Each message says where its time is from.  The time of several parts
 * is that of the first part that has one.
 *
 * Cost: no allocation after em_nmea_open, about 12 MB at most; some 50 ns a line.  Feed whole mappings where there are any: a line that a cut
 * goes through is copied once.
 */
#ifndef EMBARGO_NMEA_H
#define EMBARGO_NMEA_H

#include "embargo/base.h"

#define EM_NMEA_PARTS  9
#define EM_NMEA_BITS   (EM_NMEA_PARTS * 82 * 6)         /* of a whole message; more: EM_NMEA_LONG */
#define EM_NMEA_LINE   1024             /* bytes; longer: EM_NMEA_LONG */
#define EM_NMEA_STATION 63              /* bytes of a station's name that are kept */

typedef enum em_nmea_reject {
        EM_NMEA_OK,
        EM_NMEA_OTHER,          /* not an AIS sentence: counted, not a fault */
        EM_NMEA_LONG, EM_NMEA_FIELDS, EM_NMEA_CHECKSUM, EM_NMEA_NO_CHECKSUM, EM_NMEA_TAG,
        EM_NMEA_PART,           /* part 0, above the count, count 0 or above 9 */
        EM_NMEA_CHANNEL, EM_NMEA_FILL, EM_NMEA_ARMOUR,  /* a character that stands for no six bits */
        EM_NMEA_EMPTY, EM_NMEA_ORPHAN, EM_NMEA_TWICE,   /* the same part of one message came twice with other bits */
        EM_NMEA_REJECTS
} em_nmea_reject;
const char *em_nmea_reject_name(em_nmea_reject reject);         /* "checksum" */
const char *em_nmea_reject_why(em_nmea_reject reject);          /* one sentence */

typedef enum em_time_from { EM_TIME_UNSAID, EM_TIME_TAG, EM_TIME_SUFFIX, EM_TIME_PREFIX, EM_TIME_GATEHOUSE, EM_TIME_BASE, EM_TIME_DAY,
                            EM_TIME_TABLE, EM_TIME_FROMS } em_time_from;
const char *em_time_from_name(em_time_from from);               /* "tag" */

/* One line, cut; slices of it. */
typedef struct em_sentence {
        em_str   talker;        /* "AI" */
        bool     own;           /* VDO */
        uint8_t  parts, part;   /* 1..9 */
        int32_t  sequence;      /* -1: none */
        char     channel;       /* 'A' to 'D' ('1' and '2' are A and B), 0: not said */
        uint8_t  fill;          /* bits at the end that are none */
        uint8_t  checksum;
        em_time_from time_from;
        em_str   payload;       /* its letters are looked at when they are unpacked, not here */
        int64_t  time_ms;       /* 1970 UTC; INT64_MIN not said */
        em_str   station;       /* the tag block's s: or the field of what is appended that begins with r or b */
        uint32_t group_part, group_parts, group_id;     /* 0: no group */
} em_sentence;
/* One line without its end.  Total, O(n), reads no byte beyond n.  ret_sentence is untouched when it is a reject. */
em_nmea_reject em_sentence_parse(const char *line, size_t n, em_sentence *ret_sentence);

/* Six-bit letters to bits, most significant first: n letters to 3n/4 bytes, rounded up, and 8 zero bytes behind them.  False, and
 * bits undefined, when one of the n letters stands for nothing.  bits has room for 3n/4 + 40 bytes. */
bool em_sixbit_unpack(const char *letters, size_t n, uint8_t *bits);

typedef struct em_ais_message {         /* valid until the next call */
        const uint8_t *bits;    /* packed, most significant first; those of the last byte that are none and 8 bytes after it are zero */
        size_t   bit_count;
        uint8_t  type;          /* the first six bits; 0 when shorter */
        uint32_t mmsi;          /* bits 8..37; 0 when shorter */
        bool     own;
        char     channel;
        int64_t  time_ms;       /* INT64_MIN: unknown */
        em_time_from time_from;
        em_str   station;
        uint8_t  parts;
        uint64_t line[EM_NMEA_PARTS], offset[EM_NMEA_PARTS];    /* 1-based line; byte offset in the stream of each part */
        uint32_t length[EM_NMEA_PARTS];                         /* bytes of the line, tag block and all, without its end */
        bool     repeat;        /* heard before within 30 s */
        uint64_t repeat_of;     /* the line of the first part when it was first heard; 0: no repeat */
} em_ais_message;                       /* of line, offset and length only the first `parts` are set */

typedef struct em_nmea_opts {
        bool     repeats;       /* give repeats too (marked) */
        bool     base_clock;    /* date undated lines by base stations */
        int64_t  day_ms;        /* INT64_MIN, or what undated lines get */
        void   (*reject)(void *ctx, uint64_t line, uint64_t offset, em_nmea_reject why);   /* NULL: only counted; not told of EM_NMEA_OTHER */
        void    *ctx;
} em_nmea_opts;
extern const em_nmea_opts em_nmea_defaults;

/* lines = sentences + rejects but ORPHAN and TWICE, which are of parts that were taken as sentences before.  messages counts
 * all that were whole, repeats those of them that had been heard. */
typedef struct em_nmea_counts { uint64_t bytes, lines, sentences, messages, repeats, rejects[EM_NMEA_REJECTS]; } em_nmea_counts;

typedef struct em_nmea em_nmea;
EM_MUST em_status em_nmea_open(const em_nmea_opts *opts, em_nmea **ret_nmea, em_error *err);
em_nmea *em_nmea_close(em_nmea *nmea);
/* The bytes must stay until em_nmea_next gives false, and it must have given false before more are fed (a bug otherwise). */
void em_nmea_feed(em_nmea *nmea, const char *bytes, size_t n);
bool em_nmea_next(em_nmea *nmea, em_ais_message *ret_message);
void em_nmea_end(em_nmea *nmea);
em_nmea_counts em_nmea_count(const em_nmea *nmea);

#endif
