/* The parts of long messages put together, whatever comes between them.
 *
 * A message that has begun waits in a pool; a hash of (station, talker, channel, sequence number, count of parts), or of (station, group of the tag
 * block), finds it.  Letters are kept in order of arrival and unpacked once, when all are there.  The pool cannot run out: every
 * message in it began at a line of its own, and no more than 4,096 lines ago.
 *
 * A whole message stays until its number comes again, so that the second half of a repeat, which other receivers send later, is known for
 * what it is and does not wait for a first half.
 */
#include "nmea_inside.h"

#include <stdlib.h>

#define NONE    UINT32_MAX
#define POOL    4097u
#define BUCKETS 8192u
#define LINES   4096u
#define APART_MS 60000
#define LATE_LINES 64u                  /* of a part that comes behind a higher one */
#define LATE_MS 5000

struct em_parts {
        em_parts_drop *drop;
        void    *ctx;
        em_whole *pool;                 /* POOL of them; touched as they are needed */
        uint32_t used, free;            /* never used from here on; list by .next */
        uint32_t oldest, newest;
        uint32_t bucket[BUCKETS];       /* by key */
        uint32_t latest[BUCKETS];       /* begun last of those with a key_any */
};

em_parts *em_parts_new(em_parts_drop *drop, void *ctx)
{
        em_parts *p = calloc(1, sizeof *p);
        em_whole *pool = calloc(POOL, sizeof *pool);
        if (!p || !pool) {
                free(p);
                free(pool);
                return NULL;
        }
        p->drop = drop, p->ctx = ctx, p->pool = pool;
        p->free = p->oldest = p->newest = NONE;
        memset(p->bucket, 0xff, sizeof p->bucket);
        memset(p->latest, 0xff, sizeof p->latest);
        return p;
}

em_parts *em_parts_free(em_parts *p)
{
        if (p)
                free(p->pool);
        free(p);
        return NULL;
}

/* ---- the pool ------------------------------------------------------------ */

static void unlink_bucket(em_parts *p, const em_whole *w, uint32_t i)
{
        uint32_t *at = &p->bucket[w->key % BUCKETS];
        while (*at != i)
                at = &p->pool[*at].next;
        *at = w->next;
        if (p->latest[w->key_any % BUCKETS] == i)
                p->latest[w->key_any % BUCKETS] = NONE;
}

static void forget(em_parts *p, uint32_t i)
{
        em_whole *w = &p->pool[i];
        unlink_bucket(p, w, i);
        *(w->older == NONE ? &p->oldest : &p->pool[w->older].newer) = w->newer;
        *(w->newer == NONE ? &p->newest : &p->pool[w->newer].older) = w->older;
        w->next = p->free;
        p->free = i;
}

/* Gives up a message; its parts are rejects unless it was whole. */
static void drop(em_parts *p, uint32_t i, em_nmea_reject why)
{
        const em_whole *w = &p->pool[i];
        for (unsigned k = 0; k < w->parts && !w->done; k++)
                if (w->have >> k & 1)
                        p->drop(p->ctx, w->place[k].line, w->place[k].offset, why);
        forget(p, i);
}

static uint32_t begin(em_parts *p, uint64_t key, uint64_t key_any, const em_sentence *s, uint64_t line)
{
        uint32_t i = p->free;
        if (i != NONE)
                p->free = p->pool[i].next;
        else
                i = p->used++;
        em_assert(i < POOL);
        em_whole *w = &p->pool[i];
        memset(w, 0, offsetof(em_whole, station));
        w->key = key, w->key_any = key_any, w->begun_line = line;
        w->time_ms = w->latest_ms = EM_NMEA_NO_TIME;
        w->parts = s->parts, w->own = s->own, w->channel = s->channel;
        w->next = p->bucket[key % BUCKETS];
        p->bucket[key % BUCKETS] = p->latest[key_any % BUCKETS] = i;
        w->older = p->newest, w->newer = NONE;
        *(p->newest == NONE ? &p->oldest : &p->pool[p->newest].newer) = i;
        p->newest = i;
        return i;
}

static uint32_t find(const em_parts *p, uint64_t key, uint64_t key_any, bool station)
{
        uint32_t i = p->bucket[key % BUCKETS];
        while (i != NONE && p->pool[i].key != key)
                i = p->pool[i].next;
        if (i != NONE)
                return i;
        if (station) {                                  /* a message whose parts so far name none */
                i = p->bucket[key_any % BUCKETS];
                while (i != NONE && p->pool[i].key != key_any)
                        i = p->pool[i].next;
                return i;
        }
        i = p->latest[key_any % BUCKETS];
        return i != NONE && p->pool[i].key_any == key_any ? i : NONE;
}

/* ---- one part -------------------------------------------------------------- */

static uint64_t key_without_station(const em_sentence *s)
{
        if (s->group_parts)
                return em_nmea_mix(em_nmea_mix(s->group_id, s->group_parts), 16u + s->parts);
        uint64_t who = (uint64_t)(unsigned char)s->talker.p[0] << 24 | (uint64_t)(unsigned char)s->talker.p[1] << 16
                | (uint64_t)(unsigned char)s->channel << 8 | (uint64_t)s->own << 7 | s->parts;
        return em_nmea_mix(who, (uint64_t)s->sequence);
}

static void put_part(em_whole *w, const em_sentence *s, em_part_place place)
{
        unsigned k = s->part - 1u;
        w->have |= (uint16_t)(1u << k);
        w->at[k] = w->letters;
        w->count[k] = (uint16_t)s->payload.n;
        w->fill[k] = s->fill;
        w->place[k] = place;
        memcpy(w->letter + w->letters, s->payload.p, s->payload.n);
        w->letters = (uint16_t)(w->letters + s->payload.n);
        if (s->time_from != EM_TIME_UNSAID && (w->time_from == EM_TIME_UNSAID || s->part < w->time_part))
                w->time_ms = s->time_ms, w->time_from = s->time_from, w->time_part = s->part;
        if (s->time_from != EM_TIME_UNSAID)
                w->latest_ms = s->time_ms;
        if (s->station.n && !w->station_n) {
                w->station_n = (uint8_t)(s->station.n < EM_NMEA_STATION ? s->station.n : EM_NMEA_STATION);
                memcpy(w->station, s->station.p, w->station_n);
        }
}

static bool same_part(const em_whole *w, const em_sentence *s)
{
        unsigned k = s->part - 1u;
        return w->count[k] == s->payload.n && w->fill[k] == s->fill && memcmp(w->letter + w->at[k], s->payload.p, s->payload.n) == 0;
}

/* Receivers send parts in order and networks turn few around.  A last part that lost its first would take any later first of the same number:
 * in go-ais' file of 2019 two messages of 998 lines came about so, 78 and 463 lines apart. */
static bool too_late(const em_whole *w, const em_sentence *s, uint64_t line)
{
        bool turned = w->have >> s->part != 0;
        if (turned && line - w->begun_line > LATE_LINES)
                return true;
        if (w->latest_ms == EM_NMEA_NO_TIME || s->time_from == EM_TIME_UNSAID)
                return false;
        int64_t apart = s->time_ms - w->latest_ms;
        int64_t most = turned ? LATE_MS : APART_MS;
        return apart > most || apart < -most;
}

/* What becomes of a message that a part was found to belong to: NONE when the part begins a new one. */
static uint32_t settle(em_parts *p, uint32_t i, const em_sentence *s, uint64_t line, bool *ret_again)
{
        const em_whole *w = &p->pool[i];
        bool have = w->have >> (s->part - 1u) & 1, late = too_late(w, s, line);
        *ret_again = have && !late && same_part(w, s) && (!w->done || s->part > 1);
        if (*ret_again)
                return i;
        if (w->done || late || have) {
                drop(p, i, have && !late ? EM_NMEA_TWICE : EM_NMEA_ORPHAN);
                return NONE;
        }
        return i;
}

const em_whole *em_parts_add(em_parts *p, const em_sentence *s, em_part_place place)
{
        while (p->oldest != NONE && p->pool[p->oldest].begun_line + LINES < place.line)
                drop(p, p->oldest, EM_NMEA_ORPHAN);
        uint64_t any = key_without_station(s), key = s->station.n ? em_nmea_hash(s->station.p, s->station.n, any) : any;
        uint32_t i = find(p, key, any, s->station.n > 0);
        bool     again = false;
        if (i != NONE)
                i = settle(p, i, s, place.line, &again);
        if (again)
                return NULL;
        if (i == NONE)
                i = begin(p, key, any, s, place.line);
        em_whole *w = &p->pool[i];
        if (w->letters + s->payload.n > EM_NMEA_LETTERS) {
                p->drop(p->ctx, place.line, place.offset, EM_NMEA_ORPHAN);
                drop(p, i, EM_NMEA_ORPHAN);
                return NULL;
        }
        put_part(w, s, place);
        if (w->have != (1u << w->parts) - 1)
                return NULL;
        w->done = true;
        return w;
}

void em_parts_end(em_parts *p)
{
        while (p->oldest != NONE)
                drop(p, p->oldest, EM_NMEA_ORPHAN);
}

/* ---- whole ------------------------------------------------------------------- */

size_t em_whole_bits(const em_whole *w, uint8_t *bits)
{
        char    letters[EM_NMEA_LETTERS + EM_NMEA_SLACK] = { 0 };
        uint8_t part[EM_NMEA_LETTERS / 4 * 3 + 48];
        size_t  n = 0, at = 0;
        bool    inner_fill = false;
        for (unsigned k = 0; k < w->parts; k++) {
                memcpy(letters + n, w->letter + w->at[k], w->count[k]);
                n += w->count[k];
                inner_fill |= k + 1u < w->parts && w->fill[k];
        }
        if (!inner_fill) {
                (void)em_nmea_unpack(letters, n, bits);
                return n * 6 - w->fill[w->parts - 1];
        }
        memset(bits, 0, n / 4 * 3 + 16);                /* fill in a part that is not the last: no byte border to go by */
        for (unsigned k = 0; k < w->parts; k++) {
                (void)em_sixbit_unpack(w->letter + w->at[k], w->count[k], part);
                size_t count = w->count[k] * (size_t)6 - w->fill[k];
                for (size_t i = 0; i < count; i++, at++)
                        if (part[i / 8] >> (7 - i % 8) & 1)
                                bits[at / 8] |= (uint8_t)(128u >> at % 8);
        }
        return at;
}
