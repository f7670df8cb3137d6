/* case/intake.c -- the rows of a kept table, as records.
 *
 * The worker reads CSV, applies the map and sends packed records; this process
 * unpacks them with every check of wire.c and three more that need the whole:
 * rows and places only go forward, every place lies inside the file, and every
 * record is of the kind that the map makes.  What comes out may still be false
 * (a worker under hostile control can lie about the evidence) but cannot be
 * malformed, and verify reads the same bytes again.
 */
#include "case/intake.h"
#include "case/relay.h"

#include <stdio.h>

enum {
        TYPE_RECORD = 'R', TYPE_REJECT = 'Q', TYPE_FITS = 'F',
        ROW_ARENA_BYTES = 64 << 20,     /* a row is at most a megabyte; JSON may grow it sixfold */
        MAP_ARENA_BYTES = 8 << 20,
        TELL_EVERY_ROWS = 4096,
        BESIDE_BYTES = 1 << 20,         /* a smaller file is not worth a thread */
};

/* ---- in the worker --------------------------------------------------------- */

typedef struct em_reader {
        em_str        text;
        const em_map *map;
        em_day        known;            /* of a record that does not say */
        em_map *const *maps;            /* when recognising */
        size_t        map_count;
} em_reader;

static void send_reject(em_outbox *out, const em_reject *reject)
{
        em_reject_pack(reject, em_outbox_begin(out, TYPE_REJECT));
        em_outbox_end(out);
}

static void send_record(em_outbox *out, const em_record *record)
{
        em_record_pack(record, em_outbox_begin(out, TYPE_RECORD));
        if (em_outbox_size(out) > EM_MESSAGE_MAX) {
                send_reject(out, &(em_reject){
                        .row = record->row, .line = record->line, .offset = record->offset,
                        .length = record->length, .reason = EM_S("the row is too large to take") });
                return;
        }
        em_outbox_end(out);
}

static em_status read_rows(const em_reader *reader, em_outbox *out, em_error *err)
{
        em_arena *kept = em_arena_new(MAP_ARENA_BYTES), *arena = em_arena_new(ROW_ARENA_BYTES);
        em_csv    csv = em_csv_make(reader->text, NULL);
        em_map_bound *bound;
        em_csv_row row;
        em_record  record;
        em_reject  reject;
        if (kept == NULL || arena == NULL)
                return em_fail(err, EM_NOMEM, "no memory to read the table");
        if (!em_csv_next(&csv, arena, &row))
                return em_fail(err, EM_FORMAT, "the file is empty");
        EM_TRY(em_map_bind(reader->map, &row, kept, &bound, err));
        for (em_arena_reset(arena); em_csv_next(&csv, arena, &row); em_arena_reset(arena)) {
                if (!em_map_apply(bound, &row, arena, &record, &reject)) {
                        send_reject(out, &reject);
                        continue;
                }
                if (record.known == EM_DAY_NONE)
                        record.known = reader->known;
                send_record(out, &record);
        }
        return EM_OK;
}

/* The process ends here, and its memory with it. */
static void work_rows(void *ctx, em_outbox *out)
{
        em_error err = { 0 };
        if (read_rows(ctx, out, &err) != EM_OK)
                em_outbox_give_up(out, &err);
}

static void work_header(void *ctx, em_outbox *out)
{
        const em_reader *reader = ctx;
        em_arena *arena = em_arena_new(ROW_ARENA_BYTES);
        em_csv    csv = em_csv_make(reader->text, NULL);
        em_csv_row row;
        bool has = arena != NULL && em_csv_next(&csv, arena, &row) && row.bad == NULL;
        em_buf *buf = em_outbox_begin(out, TYPE_FITS);
        for (size_t i = 0; i < reader->map_count; i++) {
                size_t fits = has ? em_map_fits(reader->maps[i], &row) : 0;
                uint8_t b[2] = { (uint8_t)fits, (uint8_t)(fits >> 8) };
                em_buf_add(buf, b, sizeof b);
        }
        em_outbox_end(out);
}

/* ---- in the parent ------------------------------------------------------------ */

typedef struct em_hearing {
        const em_map *map;
        em_day   known;
        em_str   shown_name;
        uint64_t bytes, last_row, end;  /* the file's; of what was heard so far */
        em_hasher *hasher;              /* of the packed records */
        em_status (*on_record)(void *ctx, const em_record *, em_error *);
        em_status (*on_reject)(void *ctx, const em_reject *, em_error *);
        void    *ctx;
        const em_progress *progress;
        em_reading reading;
} em_hearing;

/* ---- ... where the worker is heard */

static em_status check_place(em_hearing *h, uint64_t row, uint64_t offset, uint64_t length, em_error *err)
{
        if (row < 2 || row <= h->last_row || offset < h->end || offset > h->bytes ||
            length > h->bytes - offset)
                return em_fail_at(err, EM_FORMAT, h->shown_name, 0, 0,
                                  "the reader was stopped: it sent a row that is not in the file");
        h->last_row = row;
        h->end = offset + length;
        return EM_OK;
}

static em_status check_record(em_hearing *h, const em_record *record, em_error *err)
{
        EM_TRY(check_place(h, record->row, record->offset, record->length, err));
        if (!em_str_eq(record->kind, em_map_kind(h->map)))
                return em_fail_at(err, EM_FORMAT, h->shown_name, record->line, 0,
                                  "the reader was stopped: it sent a record of another kind");
        if (record->known == EM_DAY_NONE && h->known != EM_DAY_NONE)
                return em_fail_at(err, EM_FORMAT, h->shown_name, record->line, 0,
                                  "the reader was stopped: it sent a record without the day it was known");
        return EM_OK;
}

static em_status check_item(void *ctx, em_item *item, em_error *err)
{
        em_hearing *h = ctx;
        if (item->type == TYPE_RECORD) {
                EM_TRY(em_record_unpack(item->packed, &item->as.record, err));
                return check_record(h, &item->as.record, err);
        }
        if (item->type != TYPE_REJECT)
                return em_fail_at(err, EM_FORMAT, h->shown_name, 0, 0,
                                  "the reader was stopped: it sent an unknown message");
        EM_TRY(em_reject_unpack(item->packed, &item->as.reject, err));
        const em_reject *reject = &item->as.reject;
        return check_place(h, reject->row, reject->offset, reject->length, err);
}

/* Records that lie together are hashed together. */
static void seal_items(void *ctx, const em_item *items, size_t count)
{
        em_hearing *h = ctx;
        for (size_t i = 0, end; i < count; i = end) {
                size_t bytes = 0;
                for (end = i; end < count && items[end].type == TYPE_RECORD; end++)
                        bytes += items[end].packed.n;
                if (end > i)
                        em_hasher_add(h->hasher, items[i].packed.p, bytes);
                else
                        end++;
        }
}

/* ---- ... where it is taken */

static void note_first_reject(em_hearing *h, const em_reject *reject)
{
        char name[128], column[96], reason[224];
        if (h->reading.rejected > 1)
                return;
        em_str_show(h->shown_name, name, sizeof name);
        em_str_show(reject->column, column, sizeof column);
        em_str_show(reject->reason, reason, sizeof reason);
        snprintf(h->reading.first_reject, sizeof h->reading.first_reject, "%s:%llu: %s%s%s", name,
                 (unsigned long long)reject->line, column, column[0] != '\0' ? ": " : "", reason);
}

static em_status take_item(void *ctx, const em_item *item, em_error *err)
{
        em_hearing *h = ctx;
        bool taken = item->type == TYPE_RECORD;
        uint64_t done = taken ? item->as.record.offset + item->as.record.length
                              : item->as.reject.offset + item->as.reject.length;
        h->reading.rows++;
        if (h->reading.rows % TELL_EVERY_ROWS == 0 &&
            !em_progress_tell(h->progress, "reading", done, h->bytes))
                return em_fail(err, EM_INTERRUPTED, "interrupted; nothing was taken from this file");
        if (taken) {
                h->reading.taken++;
                return h->on_record(h->ctx, &item->as.record, err);
        }
        h->reading.rejected++;
        note_first_reject(h, &item->as.reject);
        return h->on_reject(h->ctx, &item->as.reject, err);
}

static em_status hear_table(em_hearing *h, em_reader *reader, em_relay *relay, em_error *err)
{
        em_worker worker;
        em_work work = { .shown_name = h->shown_name, .bytes = h->bytes,
                         .work = work_rows, .work_ctx = reader,
                         .on_message = em_relay_message, .message_ctx = relay };
        EM_TRY(em_worker_start(&work, &worker, err));
        em_status status = em_relay_run(relay, &worker, h->bytes >= BESIDE_BYTES, err);
        EM_TRY(em_worker_end(&worker, status, err));
        memcpy(h->reading.sandbox, worker.note, sizeof worker.note);
        h->reading.digest = em_hasher_done(h->hasher);
        return EM_OK;
}

em_status em_intake_read(em_str path, em_str shown_name, const em_map *map, em_day known,
                         em_status (*on_record)(void *ctx, const em_record *, em_error *),
                         em_status (*on_reject)(void *ctx, const em_reject *, em_error *),
                         void *ctx, const em_progress *progress,
                         em_reading *ret_reading, em_error *err)
{
        em_mapping mapping;
        EM_TRY(em_mapping_open(path, &mapping, err));
        em_reader  reader = { .text = { mapping.p, mapping.n }, .map = map, .known = known };
        em_hearing hearing = { .map = map, .known = known, .shown_name = shown_name, .bytes = mapping.n,
                               .last_row = 1, .hasher = em_hasher_new(), .on_record = on_record,
                               .on_reject = on_reject, .ctx = ctx, .progress = progress };
        em_relay_way way = { check_item, seal_items, take_item, &hearing };
        em_relay *relay = em_relay_new(&way);
        em_status status = hearing.hasher == NULL || relay == NULL
                ? em_fail(err, EM_NOMEM, "no memory to hear the reader")
                : hear_table(&hearing, &reader, relay, err);
        em_relay_free(relay);
        em_hasher_free(hearing.hasher);
        em_mapping_close(&mapping);
        EM_TRY(status);
        *ret_reading = hearing.reading;
        return EM_OK;
}

typedef struct em_fits { uint32_t *fits; size_t count; bool heard; } em_fits;

static em_status hear_fits(void *ctx, char type, em_str bytes, em_error *err)
{
        em_fits *f = ctx;
        if (type != TYPE_FITS || bytes.n != 2 * f->count || f->heard)
                return em_fail(err, EM_FORMAT, "the reader of a header sent an unknown message");
        for (size_t i = 0; i < f->count; i++)
                f->fits[i] = (uint32_t)((uint8_t)bytes.p[2 * i] | (uint8_t)bytes.p[2 * i + 1] << 8);
        f->heard = true;
        return EM_OK;
}

em_status em_intake_recognise(em_str path, em_str shown_name, em_map *const *maps, size_t count,
                              uint32_t *ret_fits, char note[160], em_error *err)
{
        em_mapping mapping;
        EM_TRY(em_mapping_open(path, &mapping, err));
        em_reader reader = { .text = { mapping.p, mapping.n }, .maps = maps, .map_count = count };
        em_fits   fits = { ret_fits, count, false };
        em_work   work = { .shown_name = shown_name, .bytes = mapping.n,
                           .work = work_header, .work_ctx = &reader,
                           .on_message = hear_fits, .message_ctx = &fits };
        em_status status = em_worker_run(&work, note, err);
        em_mapping_close(&mapping);
        EM_TRY(status);
        if (!fits.heard)
                return em_fail_at(err, EM_FORMAT, shown_name, 0, 0, "the reader of the header said nothing");
        return EM_OK;
}
