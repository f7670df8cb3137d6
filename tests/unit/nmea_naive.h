/* AIS lines into messages, slowly: each rule of embargo/nmea.h as its sentence there says it, bytes one at a time, bits one at a time,
 * all messages that began kept in one list.  No clocks but for the sixty seconds between parts, no repeats.
 */
#ifndef TEST_NMEA_NAIVE_H
#define TEST_NMEA_NAIVE_H

#include "nmea_shared.h"

typedef struct naive_part { em_str letters; unsigned fill; uint64_t line, offset; unsigned length; bool here; } naive_part;
typedef struct naive_open {
        char key[300], any[200];
        naive_part part[10];
        unsigned parts;
        int64_t time_ms;
        uint64_t begun;
        bool live, whole, own;
        char channel;
} naive_open;
typedef struct naive { naive_open *open; size_t count; em_buf out; uint64_t messages, orphans, twice; } naive;

static inline unsigned naive_sum(const char *p, const char *end)
{
        unsigned sum = 0;
        while (p < end)
                sum ^= (unsigned char)*p++;
        return sum;
}

static inline void naive_write(naive *v, const naive_open *w)
{
        size_t bits = 0, n = 0;
        em_buf text = em_buf_make(1 << 16);
        unsigned byte = 0;
        for (unsigned k = 1; k <= w->parts; k++) {
                for (size_t i = 0; i < w->part[k].letters.n * 6 - w->part[k].fill; i++, bits++) {
                        int c = (unsigned char)w->part[k].letters.p[i / 6] - 48;
                        c = c > 40 ? c - 8 : c;
                        byte = byte << 1 | (unsigned)(c >> (5 - i % 6) & 1);
                        if (++n % 8 == 0)
                                em_buf_fmt(&text, "%02x", byte), byte = 0;
                }
        }
        if (n % 8)
                em_buf_fmt(&text, "%02x", byte << (8 - n % 8));
        em_buf_fmt(&v->out, "%" PRIu64, w->part[1].line);
        for (unsigned k = 2; k <= w->parts; k++)
                em_buf_fmt(&v->out, "+%" PRIu64, w->part[k].line);
        em_buf_fmt(&v->out, " @%" PRIu64 "/%u %c%c %zu:%.*s\n", w->part[1].offset, w->part[1].length, w->own ? 'O' : 'M',
                   w->channel ? w->channel : '-', bits, EM_ARG(em_buf_view(&text)));
        em_buf_free(&text);
        v->messages++;
}

static inline void naive_drop(naive *v, naive_open *w, uint64_t *count)
{
        (void)v;
        for (unsigned k = 1; k <= w->parts; k++)
                *count += w->part[k].here && !w->whole;
        w->live = false;
}

static inline void naive_add(naive *v, const em_sentence *s, naive_part part)
{
        char any[200], key[300];
        if (s->group_parts)
                (void)snprintf(any, sizeof any, "g%u-%u-%u", s->group_parts, s->group_id, s->parts);
        else
                (void)snprintf(any, sizeof any, "%.2s|%d|%c|%d|%u", s->talker.p, s->own, s->channel ? s->channel : '-', s->sequence, s->parts);
        (void)snprintf(key, sizeof key, "%s|%.*s", any, (int)(s->station.n < 60 ? s->station.n : 60), s->station.n ? s->station.p : "");
        naive_open *found = NULL;
        for (int pass = 0; pass < 2 && !found; pass++)
                for (size_t i = v->count; i-- > 0 && !found;) {
                        naive_open *w = &v->open[i];
                        if (w->live && w->begun + 4096 < part.line)
                                naive_drop(v, w, &v->orphans);
                        char bare[204];
                        (void)snprintf(bare, sizeof bare, "%s|", any);
                        if (w->live && (pass == 0 ? strcmp(w->key, key) == 0 : strcmp(w->any, any) == 0 && (!s->station.n || strcmp(w->key, bare) == 0)))
                                found = w;
                }
        bool turned = false;
        for (unsigned k = s->part + 1u; found && k <= s->parts; k++)
                turned |= found->part[k].here;
        bool late = found && found->time_ms != INT64_MIN && s->time_from != EM_TIME_UNSAID
                && llabs((long long)(found->time_ms - s->time_ms)) > (turned ? 5000 : 60000);
        late |= turned && part.line > found->begun + 64;
        bool here = found && found->part[s->part].here;
        if (here && !late && em_str_eq(found->part[s->part].letters, part.letters) && found->part[s->part].fill == part.fill
            && (!found->whole || s->part > 1))
                return;
        if (found && (late || here || found->whole)) {
                naive_drop(v, found, here && !late ? &v->twice : &v->orphans);
                found = NULL;
        }
        if (!found) {
                found = &v->open[v->count++];
                memset(found, 0, sizeof *found);
                memcpy(found->key, key, sizeof key);
                memcpy(found->any, any, sizeof any);
                found->parts = s->parts, found->begun = part.line, found->live = true, found->time_ms = INT64_MIN;
                found->own = s->own, found->channel = s->channel;
        }
        found->part[s->part] = part;
        if (s->time_from != EM_TIME_UNSAID)
                found->time_ms = s->time_ms;
        for (unsigned k = 1; k <= s->parts; k++)
                if (!found->part[k].here)
                        return;
        found->whole = true;
        naive_write(v, found);
}

static inline bool naive_letters(em_str s)
{
        for (size_t i = 0; i < s.n; i++) {
                unsigned char c = (unsigned char)s.p[i];
                if (!((c >= '0' && c <= 'W') || (c >= '`' && c <= 'w')))
                        return false;
        }
        return s.n > 0;
}

/* Cuts with em_sentence_parse, whose own tests stand in test_nmea_line.c. */
static inline void naive_line(naive *v, const char *p, size_t n, uint64_t line, uint64_t offset)
{
        em_sentence s;
        if (em_sentence_parse(p, n, &s) != EM_NMEA_OK || !naive_letters(s.payload))
                return;
        naive_part part = { s.payload, s.fill, line, offset, (unsigned)n, true };
        if (s.parts > 1) {
                naive_add(v, &s, part);
                return;
        }
        naive_open w = { .parts = 1, .own = s.own, .channel = s.channel, .part = { [1] = part } };
        naive_write(v, &w);
}

static inline naive naive_read(em_str bytes)
{
        naive v = { .open = calloc(bytes.n / 10 + 16, sizeof *v.open), .out = em_buf_make((size_t)1 << 28) };
        uint64_t line = 0;
        assert_non_null(v.open);
        for (size_t at = 0; at < bytes.n;) {
                size_t n = 0;
                while (at + n < bytes.n && bytes.p[at + n] != '\r' && bytes.p[at + n] != '\n')
                        n++;
                naive_line(&v, bytes.p + at, n, ++line, at);
                at += n;
                while (at < bytes.n && bytes.p[at] == '\r')
                        at++;
                if (at < bytes.n && bytes.p[at] == '\n')
                        at++;
        }
        for (size_t i = 0; i < v.count; i++)
                if (v.open[i].live)
                        naive_drop(&v, &v.open[i], &v.orphans);
        free(v.open);
        return v;
}

#endif
