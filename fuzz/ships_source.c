/* Any bytes are a source of ships: what they are sniffed as is read, in one piece and in pieces, with the same fixes, reports and rejects;
 * every fix is a place on earth.  What stands before the first NUL is a map of columns, when there is one.
 */
#include "ships/ships_inside.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

typedef struct sums { uint64_t fixes, saids, rejects, mixed; } sums;

static em_status take_fix(void *ctx, uint32_t mmsi, const em_fix *f, em_error *err)
{
        sums *s = ctx;
        (void)err;
        em_assert(mmsi > 0 && mmsi <= EM_SHIPS_MMSI_MAX && f->time_s >= 0 && f->time_s / EM_SHIPS_DAY_S <= EM_SHIPS_DAY_MAX);
        em_assert(abs(f->lon) <= 180 * EM_DEGREE && abs(f->lat) <= 90 * EM_DEGREE && f->status < 16);
        s->fixes++;
        s->mixed = s->mixed * 31 + mmsi + (uint64_t)f->time_s * 7 + (uint64_t)f->lon + f->offset + f->length + f->sog + f->cog;
        return EM_OK;
}

static em_status take_said(void *ctx, uint32_t mmsi, int64_t time_s, const em_said *said, uint64_t offset, uint32_t length, em_error *err)
{
        sums *s = ctx;
        (void)err;
        em_assert(memchr(said->name, 0, sizeof said->name) && memchr(said->call_sign, 0, sizeof said->call_sign) &&
                  memchr(said->destination, 0, sizeof said->destination));
        s->saids++;
        s->mixed = s->mixed * 31 + mmsi + (uint64_t)time_s + offset + length + strlen(said->name);
        return EM_OK;
}

static em_status take_reject(void *ctx, uint64_t line, uint64_t offset, const char *why, em_error *err)
{
        sums *s = ctx;
        (void)err;
        s->rejects++;
        s->mixed = s->mixed * 31 + line + offset + strlen(why);
        return EM_OK;
}

static sums read_all(em_str text, em_str map, em_ship_form form, size_t piece)
{
        sums         s = {0};
        em_ship_sink sink = {&s, take_fix, take_said, take_reject};
        em_ship_reader *r = NULL;
        em_status    status = em_ship_reader_open(form, map, INT64_C(1625097600000), &sink, &r, NULL);
        em_assert(status == EM_OK);
        for (size_t i = 0; i < text.n && status == EM_OK; i += piece)
                status = em_ship_reader_feed(r, text.p + i, text.n - i < piece ? text.n - i : piece, NULL);
        if (status == EM_OK)
                status = em_ship_reader_end(r, NULL);
        em_ship_reader_close(r);
        s.mixed += (uint64_t)status;
        return s;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
        const uint8_t *cut = size ? memchr(data, 0, size) : NULL;
        size_t         n = cut ? (size_t)(cut - data) : 0;
        em_str map = {(const char *)data, n}, text = {(const char *)data + n + (cut != NULL), size - n - (cut != NULL)};
        em_ship_form form = em_ship_sniff(text, map);
        if (form == EM_SHIP_NONE)
                return 0;
        sums one = read_all(text, map, form, SIZE_MAX / 2), many = read_all(text, map, form, 13);
        em_assert(memcmp(&one, &many, sizeof one) == 0);
        return 0;
}
