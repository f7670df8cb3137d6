/* A source is read as what its first bytes are: sentences, a table, or lines of JSON.
 *
 * Tables and JSON come line by line, in pieces that end anywhere; a line that a piece cuts is kept until its end comes.  A row with a line
 * end within quotes does not occur in what is published and would be two rows that are rejects.
 */
#include <stdlib.h>

#include "embargo/json.h"
#include "ships/ships_inside.h"

enum { LINE_MOST = 1 << 16, FIELDS_MOST = 512 };

struct em_ship_reader {
        em_ship_form form;
        em_ship_sink sink;
        em_str   map;
        int64_t  day_ms;
        /* sentences */
        em_nmea *nmea;
        em_status failed;               /* of the sink, inside a callback */
        em_error why;
        /* lines */
        char    *held;                  /* the beginning of a line that was cut */
        size_t   held_n;
        bool     long_line, begun;
        uint64_t line, offset;
        em_ship_columns columns;
        em_str   field[FIELDS_MOST];
        /* JSON */
        em_json_doc *json;
        em_arena *arena;
};

const char *em_ship_form_name(em_ship_form form)
{
        static const char *const name[EM_SHIP_FORMS] = {"none", "nmea", "noaa", "dma", "spire", "table", "mapped", "json"};
        em_assert(form < EM_SHIP_FORMS);
        return name[form];
}

/* ---- what it is ---- */

static bool is_sentence(em_str line)
{
        return em_str_find(line, EM_S("VDM,")) >= 0 || em_str_find(line, EM_S("VDO,")) >= 0 || em_str_starts(line, EM_S("$PGHP")) ||
               em_str_starts(line, EM_S("\\"));
}

em_ship_form em_ship_sniff(em_str head, em_str columns)
{
        em_ship_columns found;
        em_str          rest = head;
        if (em_str_starts(rest, EM_S("\xEF\xBB\xBF")))
                rest = em_str_sub(rest, 3, rest.n - 3);
        if (columns.n)
                return EM_SHIP_MAPPED;
        if (em_str_starts(em_str_trim(rest), EM_S("{")))
                return EM_SHIP_JSON;
        em_str first = em_str_cut(rest, '\n').head;
        if (!is_sentence(first) && em_ship_columns_find(first, columns, &found, NULL) == EM_OK)
                return found.form;
        while (rest.n) {        /* receivers' logs begin with anything */
                em_cut cut = em_str_cut(rest, '\n');
                if (is_sentence(cut.head))
                        return EM_SHIP_NMEA;
                rest = cut.tail;
        }
        return EM_SHIP_NONE;
}

/* ---- sentences ---- */

static void reject_sentence(void *ctx, uint64_t line, uint64_t offset, em_nmea_reject why)
{
        em_ship_reader *r = ctx;
        if (r->failed == EM_OK && why != EM_NMEA_OTHER)
                r->failed = r->sink.reject(r->sink.ctx, line, offset, em_nmea_reject_name(why), &r->why);
}

static void copy_text(char *out, size_t size, const char *text)
{
        em_sh_text(em_str_c(text), out, size);
}

static em_status take_static(em_ship_reader *r, const em_ais *ais, int64_t time_s, uint64_t offset, uint32_t length, em_error *err)
{
        static const em_said none;
        const em_ais_static *a = &ais->ship;
        em_said s = none;
        s.imo = a->imo;
        s.to_bow = a->to_bow;
        s.to_stern = a->to_stern;
        s.to_port = a->to_port;
        s.to_starboard = a->to_starboard;
        s.ship_type = a->ship_type;
        s.draught = a->draught;
        copy_text(s.call_sign, sizeof s.call_sign, a->call_sign);
        copy_text(s.name, sizeof s.name, a->name);
        copy_text(s.destination, sizeof s.destination, a->destination);
        if (memcmp(&s, &none, sizeof s) == 0)
                return EM_OK;
        return r->sink.said(r->sink.ctx, ais->mmsi, time_s, &s, offset, length, err);
}

static em_status take_position(em_ship_reader *r, const em_ais *ais, const em_ais_message *m, uint32_t length, em_error *err)
{
        const em_ais_position *p = &ais->position;
        if (p->lon == EM_AIS_LON_NONE || p->lat == EM_AIS_LAT_NONE)
                return EM_OK;
        if (p->lon < -180 * EM_DEGREE || p->lon > 180 * EM_DEGREE || p->lat < -90 * EM_DEGREE || p->lat > 90 * EM_DEGREE)
                return r->sink.reject(r->sink.ctx, m->line[0], m->offset[0], "place", err);
        bool   undated = m->time_from == EM_TIME_BASE || m->time_from == EM_TIME_DAY;
        em_fix f = {.time_s = m->time_ms / 1000, .lon = p->lon, .lat = p->lat, .sog = p->sog, .cog = p->cog, .heading = p->heading,
                    .status = p->status, .offset = m->offset[0], .length = length};
        f.flags = (uint8_t)((ais->type == 27 ? EM_FIX_LONG_RANGE : 0) | (p->class_b ? EM_FIX_CLASS_B : 0) |
                            (p->accuracy ? EM_FIX_ACCURATE : 0) | (undated ? EM_FIX_UNDATED : 0));
        return r->sink.fix(r->sink.ctx, ais->mmsi, &f, err);
}

static em_status take_message(em_ship_reader *r, const em_ais_message *m, em_error *err)
{
        static const uint32_t ships = 1u << 1 | 1u << 2 | 1u << 3 | 1u << 5 | 1u << 18 | 1u << 19 | 1u << 24 | 1u << 27;
        em_ais ais;
        if (m->type > 27 || !(ships >> m->type & 1))
                return EM_OK;
        em_ais_reject bad = em_ais_decode_ship(m->bits, m->bit_count, &ais);
        const char   *why = bad != EM_AIS_OK ? em_ais_reject_name(bad) : ais.mmsi == 0 || ais.mmsi > EM_SHIPS_MMSI_MAX ? "mmsi"
                            : m->time_ms < 0 || m->time_ms / 1000 / EM_SHIPS_DAY_S > EM_SHIPS_DAY_MAX ? "time" : NULL;
        if (why)
                return r->sink.reject(r->sink.ctx, m->line[0], m->offset[0], why, err);
        unsigned last = m->parts ? m->parts - 1u : 0;
        uint64_t length = m->offset[last] + m->length[last] - m->offset[0];
        if (length > UINT32_MAX || m->offset[last] < m->offset[0])
                length = m->length[0];
        if (ais.has_position)
                EM_TRY(take_position(r, &ais, m, (uint32_t)length, err));
        return ais.has_static ? take_static(r, &ais, m->time_ms / 1000, m->offset[0], (uint32_t)length, err) : EM_OK;
}

static em_status drain(em_ship_reader *r, em_error *err)
{
        em_ais_message m;
        while (em_nmea_next(r->nmea, &m)) {
                EM_TRY(take_message(r, &m, err));
                if (r->failed != EM_OK)
                        break;
        }
        if (r->failed != EM_OK && err)
                *err = r->why;
        return r->failed;
}

/* ---- rows ---- */

static em_status put_row(em_ship_reader *r, const em_ship_row *row, em_error *err)
{
        const char *why = NULL;
        EM_TRY(em_ship_row_take(row, &r->sink, &why, err));
        return why ? r->sink.reject(r->sink.ctx, r->line, r->offset, why, err) : EM_OK;
}

static em_status take_row(em_ship_reader *r, em_str line, em_error *err)
{
        em_ship_row row = {.over = r->columns.over, .day_ms = r->day_ms, .offset = r->offset, .length = (uint32_t)line.n};
        size_t n = em_ship_fields(line, r->columns.separator, r->field, FIELDS_MOST);
        if (n == 0)
                return r->sink.reject(r->sink.ctx, r->line, r->offset, "quote", err);
        for (size_t c = 0; c < EM_COLS; c++) {
                int at = r->columns.at[c];
                if (at >= 0 && (size_t)at < n)
                        row.value[c] = r->field[at];
                else if (at >= 0 && c <= EM_COL_LAT)
                        return r->sink.reject(r->sink.ctx, r->line, r->offset, "fields", err);
        }
        return put_row(r, &row, err);
}

static em_status take_object(em_ship_reader *r, em_str line, em_error *err)
{
        static const uint16_t ones[EM_COLS] = {1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1};
        em_ship_row row = {.over = ones, .day_ms = r->day_ms, .offset = r->offset, .length = (uint32_t)line.n};
        em_jnode   *root = NULL;
        em_arena_reset(r->arena);
        if (em_json_parse(r->json, line, r->arena, &root, NULL) != EM_OK || !em_jis(root, EM_J_OBJECT))
                return r->sink.reject(r->sink.ctx, r->line, r->offset, "json", err);
        for (const em_jnode *n = root->first; n; n = n->next) {
                uint16_t       over = 1;
                em_ship_column c = em_ship_column_named(n->key, &over);
                if (c != EM_COLS && row.value[c].n == 0 && (n->kind == EM_J_NUMBER || n->kind == EM_J_STRING))
                        row.value[c] = n->text;
        }
        return put_row(r, &row, err);
}

static em_status take_line(em_ship_reader *r, em_str line, em_error *err)
{
        if (line.n && line.p[line.n - 1] == '\r')
                line.n--;
        if (em_str_trim(line).n == 0)
                return EM_OK;
        if (line.n > LINE_MOST)
                return r->sink.reject(r->sink.ctx, r->line, r->offset, "long", err);
        if (r->form == EM_SHIP_JSON)
                return take_object(r, line, err);
        if (!r->begun) {
                r->begun = true;
                EM_TRY(em_ship_columns_find(line, r->map, &r->columns, err));
                if (!r->columns.headless)
                        return EM_OK;
        }
        return take_row(r, line, err);
}

static em_status end_line(em_ship_reader *r, em_str line, size_t bytes, em_error *err)
{
        r->line++;
        em_status status = r->long_line ? r->sink.reject(r->sink.ctx, r->line, r->offset, "long", err) : take_line(r, line, err);
        r->long_line = false;
        r->offset += bytes;
        r->held_n = 0;
        return status;
}

static em_status feed_lines(em_ship_reader *r, const char *p, size_t n, em_error *err)
{
        const char *end = p + n;
        while (p < end) {
                const char *stop = memchr(p, '\n', (size_t)(end - p));
                size_t      part = (size_t)((stop ? stop : end) - p);
                if (stop && r->held_n == 0 && !r->long_line) {
                        EM_TRY(end_line(r, (em_str){p, part}, part + 1, err));
                        p = stop + 1;
                        continue;
                }
                if (r->held_n + part > LINE_MOST) {     /* counted on, not kept */
                        r->long_line = true;
                        r->offset += r->held_n + part;
                        r->held_n = 0;
                } else {
                        memcpy(r->held + r->held_n, p, part);
                        r->held_n += part;
                }
                if (stop)
                        EM_TRY(end_line(r, (em_str){r->held, r->held_n}, r->held_n + 1, err));
                p += part + (stop != NULL);
        }
        return EM_OK;
}

/* ---- any ---- */

em_status em_ship_reader_open(em_ship_form form, em_str columns, int64_t day_ms, const em_ship_sink *sink, em_ship_reader **ret_reader,
                              em_error *err)
{
        em_ship_reader *r = calloc(1, sizeof *r);
        em_status       status = EM_OK;
        if (!r)
                return em_fail(err, EM_NOMEM, "no memory to read a source");
        r->form = form;
        r->sink = *sink;
        r->map = columns;
        r->day_ms = day_ms;
        r->held = malloc(LINE_MOST);
        if (!r->held)
                status = em_fail(err, EM_NOMEM, "no memory to read a source");
        if (form == EM_SHIP_JSON) {
                r->json = em_json_reader();
                r->arena = em_arena_new((size_t)64 << 20);
                if (!r->json || !r->arena)
                        status = em_fail(err, EM_NOMEM, "no memory to read a source");
        }
        if (form == EM_SHIP_NMEA) {
                em_nmea_opts opts = em_nmea_defaults;
                opts.base_clock = true;
                opts.day_ms = day_ms;
                opts.reject = reject_sentence;
                opts.ctx = r;
                status = em_nmea_open(&opts, &r->nmea, err);
        }
        if (status != EM_OK)
                em_ship_reader_close(r);
        else
                *ret_reader = r;
        return status;
}

em_ship_reader *em_ship_reader_close(em_ship_reader *r)
{
        if (!r)
                return NULL;
        em_nmea_close(r->nmea);
        em_json_reader_free(r->json);
        em_arena_free(r->arena);
        free(r->held);
        free(r);
        return NULL;
}

em_status em_ship_reader_feed(em_ship_reader *r, const char *p, size_t n, em_error *err)
{
        if (r->form != EM_SHIP_NMEA)
                return feed_lines(r, p, n, err);
        em_nmea_feed(r->nmea, p, n);
        return drain(r, err);
}

em_status em_ship_reader_end(em_ship_reader *r, em_error *err)
{
        if (r->form == EM_SHIP_NMEA) {
                em_nmea_end(r->nmea);
                return drain(r, err);
        }
        return r->held_n || r->long_line ? end_line(r, (em_str){r->held, r->held_n}, r->held_n, err) : EM_OK;
}

uint64_t em_ship_reader_lines(const em_ship_reader *r)
{
        return r->form == EM_SHIP_NMEA ? em_nmea_count(r->nmea).lines : r->line;
}
