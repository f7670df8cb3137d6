/* Which messages were heard a moment ago, by another receiver.
 *
 * A table of buckets of eight, two cache lines: 64 bits of hash of the message's bits, and when and where it was first heard.  A new
 * message takes a free place or that of the oldest in its bucket.  The table begins with 2,048 buckets, so that it stays in the near cache, and
 * doubles, up to 32,768, when that oldest was still within the window for more than one message in a thousand: its size follows what is heard in
 * thirty seconds.  Doubling splits each bucket in two, in place.  What is forgotten too early leaves a repeat in the stream and takes nothing
 * out.  Two messages that differ are taken for one when their hashes agree: one chance in 2^60 for a message.
 *
 * Time and line are kept modulo 2^32: a time 49.7 days later, to within 30 s, would be taken for the same, if nothing else had come into
 * its bucket since.
 */
#include "nmea_inside.h"

#include <endian.h>
#include <stdlib.h>
#include <sys/mman.h>

#define MOST  ((size_t)1 << 15)
#define FIRST ((size_t)1 << 11)
#define SPAN  4096u                     /* messages over which early forgetting is counted */
#define WAYS  8
#define HUGE_PAGE ((size_t)2 << 20)
#define DATED UINT64_C(1)               /* in a hash: its window goes by time */
#define TAKEN UINT64_C(2)               /* in every hash */

typedef struct heard { uint64_t hash; uint32_t when, line; } heard;     /* hash 0: free */
typedef struct bucket { _Alignas(128) heard at[WAYS]; } bucket;

struct em_repeats {
        bucket   bucket[MOST];
        size_t   count;                 /* of the buckets that are used */
        uint32_t seen, early;
};

em_repeats *em_repeats_new(void)
{
        em_repeats *r = aligned_alloc(HUGE_PAGE, (sizeof *r + HUGE_PAGE - 1) & ~(HUGE_PAGE - 1));
        if (!r)
                return NULL;
        (void)madvise(r, sizeof r->bucket, MADV_HUGEPAGE);      /* a hint: fewer misses of the address table */
        memset(r, 0, FIRST * sizeof *r->bucket);
        r->count = FIRST;
        r->seen = r->early = 0;
        return r;
}

em_repeats *em_repeats_free(em_repeats *r)
{
        free(r);
        return NULL;
}

/* The bits are followed by eight zero bytes, so whole words may be read. */
static uint64_t hash_bits(const uint8_t *bits, size_t bit_count)
{
        uint64_t h = bit_count, w;
        for (size_t i = 0; i < bit_count; i += 64) {
                memcpy(&w, bits + i / 8, sizeof w);
                h = em_nmea_mix(h, le64toh(w));
        }
        return em_nmea_mix(h, 1);
}

static bool within(uint32_t a, uint32_t b, uint32_t most) { return a - b <= most || b - a <= most; }

/* A dated message says nothing of the time when there is no clock now. */
static bool live(const heard *h, const heard *now)
{
        if (h->hash & DATED)
                return (now->hash & DATED) && within(h->when, now->when, EM_REPEAT_MS);
        return within(h->line, now->line, EM_REPEAT_LINES);
}

static bucket *bucket_of(em_repeats *r, uint64_t hash) { return &r->bucket[(hash >> 2) & (r->count - 1)]; }

static void grow(em_repeats *r)
{
        size_t half = r->count;
        memset(&r->bucket[half], 0, half * sizeof *r->bucket);
        r->count *= 2;
        r->early = 0;
        for (size_t b = 0; b < half; b++)
                for (unsigned i = 0; i < WAYS; i++) {
                        heard *h = &r->bucket[b].at[i];
                        if (!h->hash || bucket_of(r, h->hash) == &r->bucket[b])
                                continue;
                        r->bucket[b + half].at[i] = *h;
                        h->hash = 0;
                }
}

/* Where a new message goes: a free place, or that of the oldest. */
static heard *place_for(em_repeats *r, const heard *now)
{
        for (;;) {
                heard   *at = bucket_of(r, now->hash)->at, *oldest = at;
                uint32_t oldest_age = 0;
                for (unsigned i = 0; i < WAYS; i++) {
                        if (!at[i].hash)
                                return &at[i];
                        if (now->line - at[i].line >= oldest_age)
                                oldest = &at[i], oldest_age = now->line - at[i].line;
                }
                if (r->count == MOST || !live(oldest, now) || ++r->early <= SPAN / 1024)
                        return oldest;
                grow(r);
        }
}

uint64_t em_repeats_see(em_repeats *r, const uint8_t *bits, size_t bit_count, int64_t time_ms, uint64_t line)
{
        bool     dated = time_ms != EM_NMEA_NO_TIME;
        uint32_t most = dated ? EM_REPEAT_MS : EM_REPEAT_LINES;
        heard    now = { (hash_bits(bits, bit_count) & ~DATED) | TAKEN | (dated ? DATED : 0), (uint32_t)(dated ? (uint64_t)time_ms : line), (uint32_t)line };
        heard   *at = bucket_of(r, now.hash)->at, *place = NULL;
        if (++r->seen % SPAN == 0)
                r->early = 0;
        for (unsigned i = 0; i < WAYS && !place; i++)
                if (at[i].hash == now.hash)
                        place = &at[i];
        if (place && within(now.when, place->when, most))
                return line - (now.line - place->line);
        if (!place)
                place = place_for(r, &now);
        *place = now;
        return 0;
}
