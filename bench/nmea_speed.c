/* nmea_speed HOW FILE   what the bytes of one file of AIS sentences cost on one core; bench/ships calls it.
 *
 * HOW: ends, finds line ends by memchr and does nothing else, which no reader avoids; messages, to whole messages with repeats taken out; kept,
 * with repeats marked; values, each message given to em_ais_decode; ship, to em_ais_decode_ship; json, to em_ais_json.
 * Prints seconds of this thread's own time, wall seconds, lines, messages.  Compile with -DVALUES where the library has em_ais_decode.
 */
#include "embargo/ais.h"
#include "embargo/nmea.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static double now(clockid_t clock)
{
        struct timespec t;
        (void)clock_gettime(clock, &t);
        return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static uint64_t line_ends(const em_mapping *map)
{
        uint64_t lines = 0;
        for (const char *p = map->p, *end = p + map->n; (p = memchr(p, '\n', (size_t)(end - p))); p++)
                lines++;
        return lines;
}

typedef struct tally { uint64_t sum, fine; em_buf json; } tally;

static void use(const em_ais_message *message, const char *how, tally *t)
{
        t->sum += message->bits[0] + message->mmsi;     /* so that the work is needed */
#ifdef VALUES
        em_ais ais;
        if (how[0] == 'v')
                t->fine += em_ais_decode(message->bits, message->bit_count, &ais) == EM_AIS_OK;
        else if (how[0] == 's')
                t->fine += em_ais_decode_ship(message->bits, message->bit_count, &ais) == EM_AIS_OK;
        else if (how[0] == 'j' && em_ais_decode(message->bits, message->bit_count, &ais) == EM_AIS_OK) {
                em_buf_clear(&t->json);
                em_ais_json(&ais, &t->json);
                t->fine += t->json.n > 0;
        }
#else
        (void)how;
#endif
}

int main(int argc, char **argv)
{
        em_error   err = { 0 };
        em_mapping map;
        char       text[1200];
        if (argc != 3) {
                fprintf(stderr, "use: nmea_speed ends|messages|kept|values|ship|json FILE\n");
                return 2;
        }
        if (em_mapping_open(em_str_c(argv[2]), &map, &err) != EM_OK) {
                fprintf(stderr, "%s\n", em_error_text(&err, text, sizeof text));
                return 74;
        }
        double wall = now(CLOCK_MONOTONIC), own = now(CLOCK_THREAD_CPUTIME_ID);
        em_nmea_counts counts = { 0 };
        tally t = { .json = em_buf_make(1 << 20) };
        if (strcmp(argv[1], "ends") == 0) {
                counts.lines = line_ends(&map);
        } else {
                em_nmea_opts opts = em_nmea_defaults;
                em_nmea *nmea;
                em_ais_message message;
                opts.repeats = strcmp(argv[1], "messages") != 0;
                if (em_nmea_open(&opts, &nmea, &err) != EM_OK)
                        return 71;
                em_nmea_feed(nmea, map.p, map.n);
                while (em_nmea_next(nmea, &message))
                        use(&message, argv[1], &t);
                em_nmea_end(nmea);
                while (em_nmea_next(nmea, &message))
                        use(&message, argv[1], &t);
                counts = em_nmea_count(nmea);
                em_nmea_close(nmea);
        }
        own = now(CLOCK_THREAD_CPUTIME_ID) - own;
        wall = now(CLOCK_MONOTONIC) - wall;
        printf("cpu_seconds %.4f\nwall_seconds %.4f\nlines %" PRIu64 "\nsentences %" PRIu64 "\nmessages %" PRIu64 "\nrepeats %" PRIu64 "\nfine %" PRIu64 "\nsum %" PRIu64 "\n",
               own, wall, counts.lines, counts.sentences, counts.messages, counts.repeats, t.fine, t.sum);
        for (int i = 1; i < EM_NMEA_REJECTS; i++)
                if (counts.rejects[i])
                        printf("reject_%s %" PRIu64 "\n", em_nmea_reject_name((em_nmea_reject)i), counts.rejects[i]);
        em_buf_free(&t.json);
        em_mapping_close(&map);
        return 0;
}
