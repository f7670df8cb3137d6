/* A stream of bytes into whole messages: lines are taken out of the caller's bytes where they stand, cut, dated, joined, compared with what was
 * heard before.
 *
 * Only a line that a chunk's end goes through is copied.  A line that is copied and one that is not go the same way from there on, which is why
 * any cut of a stream gives the same messages.
 */
#include "nmea_inside.h"

#include <stdlib.h>

struct em_nmea {
        em_nmea_opts   opts;
        em_nmea_counts counts;
        const char *p;                  /* the chunk */
        size_t      n, at;
        uint64_t    before;             /* bytes of the stream before the chunk */
        bool        after_cr;           /* the line end may go on in this chunk */
        bool        carrying, too_long; /* a line began in a chunk before */
        size_t      carried;
        uint64_t    carried_offset;
        int64_t     clock_ms, base_ms;  /* of the last dated message; of the last base station */
        uint64_t    clock_line;
        int64_t     gatehouse_ms;       /* for the next sentence */
        int         gatehouse_sum;
        size_t      gatehouse_station_n;
        em_repeats *heard;
        em_parts   *parts;
        bool        has_last;
        em_ais_message last;            /* what the last line gave when the stream ended */
        char        gatehouse_station[EM_NMEA_STATION + 1];
        uint8_t     bits[EM_NMEA_LETTERS / 4 * 3 + 64];
        char        carry[EM_NMEA_LINE + EM_NMEA_SLACK];
};

typedef struct line { const char *p; size_t n, readable; uint64_t offset; } line;      /* readable: from p on, at least n */

const em_nmea_opts em_nmea_defaults = { .day_ms = EM_NMEA_NO_TIME };

static void reject(em_nmea *m, uint64_t number, uint64_t offset, em_nmea_reject why)
{
        m->counts.rejects[why]++;
        if (m->opts.reject && why != EM_NMEA_OTHER)
                m->opts.reject(m->opts.ctx, number, offset, why);
}

static void drop_part(void *ctx, uint64_t number, uint64_t offset, em_nmea_reject why)
{
        reject(ctx, number, offset, why);
}

em_status em_nmea_open(const em_nmea_opts *opts, em_nmea **ret_nmea, em_error *err)
{
        em_nmea *m = calloc(1, sizeof *m);
        if (!m)
                return em_fail(err, EM_NOMEM, "no memory to read AIS sentences");
        m->opts = opts ? *opts : em_nmea_defaults;
        m->clock_ms = m->base_ms = m->gatehouse_ms = EM_NMEA_NO_TIME;
        m->heard = em_repeats_new();
        m->parts = em_parts_new(drop_part, m);
        if (!m->heard || !m->parts) {
                em_nmea_close(m);
                return em_fail(err, EM_NOMEM, "no memory to read AIS sentences");
        }
        *ret_nmea = m;
        return EM_OK;
}

em_nmea *em_nmea_close(em_nmea *m)
{
        if (m) {
                em_repeats_free(m->heard);
                em_parts_free(m->parts);
        }
        free(m);
        return NULL;
}

em_nmea_counts em_nmea_count(const em_nmea *m) { return m->counts; }

/* ---- lines -------------------------------------------------------------------- */

void em_nmea_feed(em_nmea *m, const char *bytes, size_t n)
{
        em_assert(m->at == m->n);
        m->before += m->n;
        m->counts.bytes += n;
        m->p = bytes, m->n = n, m->at = 0;
}

static void keep(em_nmea *m, const char *p, size_t n)
{
        if (!m->carrying)
                m->carrying = true, m->carried = 0, m->too_long = false, m->carried_offset = m->before + (size_t)(p - m->p);
        if (n > EM_NMEA_LINE - m->carried)
                m->too_long = true;
        else
                memcpy(m->carry + m->carried, p, n), m->carried += n;
}

/* The bytes of a line end that a chunk's end may have cut: any number of \r, then \n or not. */
static bool rest_of_line_end(em_nmea *m)
{
        while (m->at < m->n && m->p[m->at] == '\r')
                m->at++;
        if (m->at == m->n)
                return false;
        if (m->p[m->at] == '\n')
                m->at++;
        m->after_cr = false;
        return true;
}

static line carried_line(em_nmea *m)
{
        m->carrying = false;
        return (line){ m->carry, m->too_long ? EM_NMEA_LINE + 1 : m->carried, sizeof m->carry, m->carried_offset };
}

static bool take_line(em_nmea *m, line *ret_line)
{
        if (m->at == m->n || (m->after_cr && !rest_of_line_end(m)))
                return false;
        const char *p = m->p + m->at;
        size_t      left = m->n - m->at, n = em_nmea_line_end(p, left);
        if (m->carrying || n == left) {
                if (n)
                        keep(m, p, n);
                m->at += n;
                if (n == left)
                        return false;
                *ret_line = carried_line(m);
        } else {
                *ret_line = (line){ p, n, left, m->before + m->at };
                m->at += n;
        }
        if (m->p[m->at++] == '\r') {
                m->after_cr = true;
                (void)rest_of_line_end(m);
        }
        return true;
}

/* ---- sentences ------------------------------------------------------------------ */

static void other_line(em_nmea *m, const line *l)
{
        em_gatehouse g;
        m->counts.rejects[EM_NMEA_OTHER]++;
        if (l->n < 8 || l->p[0] != '$' || l->p[1] != 'P' || !em_gatehouse_read(l->p, l->n, &g))
                return;
        m->gatehouse_ms = g.time_ms;
        m->gatehouse_sum = g.checksum;
        m->gatehouse_station_n = g.station.n < EM_NMEA_STATION ? g.station.n : EM_NMEA_STATION;
        if (m->gatehouse_station_n)
                memcpy(m->gatehouse_station, g.station.p, m->gatehouse_station_n);
}

/* A $PGHP line is for the one sentence behind it whose checksum it names. */
static void date_by_gatehouse(em_nmea *m, em_sentence *s)
{
        if (m->gatehouse_sum < 0 || m->gatehouse_sum == s->checksum) {
                if (s->time_from == EM_TIME_UNSAID)
                        s->time_ms = m->gatehouse_ms, s->time_from = EM_TIME_GATEHOUSE;
        }
        m->gatehouse_ms = EM_NMEA_NO_TIME;
}

static void date(em_nmea *m, em_ais_message *a)
{
        if (m->opts.base_clock && (a->type == 4 || a->type == 11))
                (void)em_nmea_base_time(a->bits, a->bit_count, &m->base_ms);
        if (a->time_from == EM_TIME_UNSAID && m->opts.base_clock && m->base_ms != EM_NMEA_NO_TIME)
                a->time_ms = m->base_ms, a->time_from = EM_TIME_BASE;
        if (a->time_from != EM_TIME_UNSAID)
                m->clock_ms = a->time_ms, m->clock_line = m->counts.lines;
        else if (m->opts.day_ms != EM_NMEA_NO_TIME)
                a->time_ms = m->opts.day_ms, a->time_from = EM_TIME_DAY;
}

/* What all messages share, once their bits are in m->bits.  False: a repeat that is not wanted. */
static bool finish(em_nmea *m, em_ais_message *a, size_t bit_count)
{
        uint64_t head = 0;
        for (unsigned i = 0; i < 8; i++)
                head = head << 8 | m->bits[i];
        m->bits[bit_count / 8] &= (uint8_t)(0xff00 >> bit_count % 8);
        m->bits[bit_count / 8 + 1] = 0;                 /* fill bits may reach over a border */
        a->bits = m->bits;
        a->bit_count = bit_count;
        a->type = bit_count >= 6 ? (uint8_t)(head >> 58) : 0;
        a->mmsi = bit_count >= 38 ? (uint32_t)(head >> 26 & 0x3fffffff) : 0;
        date(m, a);
        bool dated = m->clock_ms != EM_NMEA_NO_TIME && m->clock_line + EM_REPEAT_LINES >= m->counts.lines;
        a->repeat_of = em_repeats_see(m->heard, m->bits, bit_count, dated ? m->clock_ms : EM_NMEA_NO_TIME, a->line[0]);
        a->repeat = a->repeat_of != 0;
        m->counts.messages++;
        m->counts.repeats += a->repeat;
        return !a->repeat || m->opts.repeats;
}

static bool single(em_nmea *m, const em_sentence *s, const line *l, em_ais_message *a)
{
        a->own = s->own, a->channel = s->channel, a->parts = 1;
        a->time_ms = s->time_ms, a->time_from = s->time_from;
        a->station = s->station;
        a->line[0] = m->counts.lines, a->offset[0] = l->offset, a->length[0] = (uint32_t)l->n;
        return finish(m, a, s->payload.n * 6 - s->fill);
}

static bool joined(em_nmea *m, const em_sentence *s, const line *l, em_ais_message *a)
{
        const em_whole *w = em_parts_add(m->parts, s, (em_part_place){ m->counts.lines, l->offset, (uint32_t)l->n });
        if (!w)
                return false;
        a->own = w->own, a->channel = w->channel, a->parts = w->parts;
        a->time_ms = w->time_ms, a->time_from = w->time_from;
        a->station = (em_str){ w->station, w->station_n };
        for (unsigned i = 0; i < w->parts; i++) {
                a->line[i] = w->place[i].line;
                a->offset[i] = w->place[i].offset;
                a->length[i] = w->place[i].length;
        }
        return finish(m, a, em_whole_bits(w, m->bits));
}

/* Unpacks where the letters stand, if enough may be read behind them. */
static bool unpack(em_nmea *m, const em_sentence *s, const line *l)
{
        size_t from = (size_t)(s->payload.p - l->p), reach = (s->payload.n + 31) & ~(size_t)31;
        if (from + reach <= l->readable)
                return em_nmea_unpack(s->payload.p, s->payload.n, m->bits);
        return em_sixbit_unpack(s->payload.p, s->payload.n, m->bits);
}

static bool read_line(em_nmea *m, const line *l, em_ais_message *a)
{
        m->counts.lines++;
        if (l->n > EM_NMEA_LINE) {
                reject(m, m->counts.lines, l->offset, EM_NMEA_LONG);
                return false;
        }
        if (l->n == 0 || l->p[0] == '$') {
                other_line(m, l);
                return false;
        }
        em_sentence    s;
        em_nmea_reject why = em_sentence_cut(l->p, l->n, &s);
        if (why == EM_NMEA_OK && s.payload.n > EM_NMEA_LETTERS)
                why = EM_NMEA_LONG;
        if (why == EM_NMEA_OK && !unpack(m, &s, l))
                why = memchr(s.payload.p, ',', s.payload.n) ? EM_NMEA_FIELDS : EM_NMEA_ARMOUR;
        if (why != EM_NMEA_OTHER && m->gatehouse_ms != EM_NMEA_NO_TIME) {
                if (why == EM_NMEA_OK)
                        date_by_gatehouse(m, &s);
                m->gatehouse_ms = EM_NMEA_NO_TIME;
        }
        if (why) {
                reject(m, m->counts.lines, l->offset, why);
                return false;
        }
        m->counts.sentences++;
        return s.parts == 1 ? single(m, &s, l, a) : joined(m, &s, l, a);
}

bool em_nmea_next(em_nmea *m, em_ais_message *ret_message)
{
        line l;
        if (m->has_last) {
                m->has_last = false;
                *ret_message = m->last;
                return true;
        }
        while (take_line(m, &l))
                if (read_line(m, &l, ret_message))
                        return true;
        return false;
}

void em_nmea_end(em_nmea *m)
{
        em_assert(m->at == m->n);
        if (m->carrying) {
                line l = carried_line(m);
                m->has_last = read_line(m, &l, &m->last);
        }
        em_parts_end(m->parts);
}
