/* Any bytes are a stream, and any cut of it gives the same messages: the first byte says how long the chunks are.  Every line of a message lies in
 * the stream in the order and at the length it says; counts add up.
 */
#include "embargo/nmea.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

typedef struct seen { uint64_t sum; em_nmea_counts counts; } seen;

static void mix(seen *s, uint64_t v) { s->sum = (s->sum ^ v) * UINT64_C(0x9e3779b97f4a7c15) + 1; }

static void take(seen *s, const em_ais_message *m, const char *bytes, size_t size)
{
        em_assert(m->parts >= 1 && m->parts <= EM_NMEA_PARTS && m->bit_count <= EM_NMEA_BITS);
        for (unsigned i = 0; i < m->parts; i++) {
                em_assert(m->line[i] > 0 && m->length[i] > 0 && m->offset[i] + m->length[i] <= size);
                em_assert(!memchr(bytes + m->offset[i], '\n', m->length[i]));
                mix(s, m->line[i]), mix(s, m->offset[i]);
        }
        for (size_t i = 0; i < (m->bit_count + 7) / 8 + 8; i++) {
                em_assert(i < (m->bit_count + 7) / 8 || m->bits[i] == 0);
                mix(s, m->bits[i]);
        }
        em_assert(!m->repeat || (m->repeat_of && m->repeat_of <= m->line[0] + m->line[m->parts - 1]));
        mix(s, m->bit_count), mix(s, m->mmsi), mix(s, (uint64_t)m->time_ms), mix(s, m->repeat_of), mix(s, m->station.n);
}

static seen read_all(const char *bytes, size_t size, size_t chunk)
{
        em_nmea_opts opts = em_nmea_defaults;
        em_nmea *nmea;
        em_ais_message m;
        seen s = { .sum = 1 };
        opts.repeats = opts.base_clock = true;
        if (em_nmea_open(&opts, &nmea, NULL) != EM_OK)
                abort();
        for (size_t at = 0, n; at < size; at += n) {
                n = size - at < chunk ? size - at : chunk;
                char *copy = malloc(n);
                if (!copy)
                        abort();
                memcpy(copy, bytes + at, n);
                em_nmea_feed(nmea, copy, n);
                while (em_nmea_next(nmea, &m))
                        take(&s, &m, bytes, size);
                free(copy);
        }
        em_nmea_end(nmea);
        while (em_nmea_next(nmea, &m))
                take(&s, &m, bytes, size);
        s.counts = em_nmea_count(nmea);
        em_nmea_close(nmea);
        return s;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
        if (size < 2)
                return 0;
        size_t chunk = 1 + data[0] % 100u;
        data++, size--;
        char *bytes = malloc(size);
        if (!bytes)
                return 0;
        memcpy(bytes, data, size);
        seen whole = read_all(bytes, size, size), cut = read_all(bytes, size, chunk);
        em_assert(whole.sum == cut.sum && memcmp(&whole.counts, &cut.counts, sizeof whole.counts) == 0);
        uint64_t rejects = 0;
        for (int i = EM_NMEA_OTHER; i < EM_NMEA_ORPHAN; i++)
                rejects += whole.counts.rejects[i];
        em_assert(whole.counts.bytes == size && whole.counts.lines == whole.counts.sentences + rejects);
        free(bytes);
        return 0;
}
