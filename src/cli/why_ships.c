/* Below a record of a run of the detectors: what was asked, what else it may have been, and the sentences themselves.
 *
 * The bytes come from the case's own copy of the file, at the offset and of the length that the row names; beside them
 * stands what they decode to, so that nobody has to believe either.
 */
#include "cli/ships.h"
#include "cli/why.h"

#include <fcntl.h>
#include <unistd.h>

enum { FURTHER_MOST = 64, PROOFS_SHOWN = 6, BYTES_MOST = 8192 };

static void add(em_why *w, const char *name, em_str text)
{
        if (text.n && w->furthers < FURTHER_MOST)
                w->further[w->furthers++] = (em_why_further){name, text};
}

static em_str cell(const em_why_record *r, const char *column)
{
        for (size_t i = 0; i < r->head.count && i < r->cells.count; i++)
                if (em_str_eq(r->head.field[i], em_str_c(column)))
                        return r->cells.field[i];
        return EM_S("");
}

/* ---- the sentences ------------------------------------------------------------------------------ */

static bool read_bytes(em_why *w, em_str sha256, int64_t offset, int64_t length, em_str *ret)
{
        em_str path = {0}, at = em_cli_text(w->cli, "sources/%.*s/%.*s", EM_ARG(em_str_sub(sha256, 0, 2)), EM_ARG(sha256));
        char  *bytes = em_arena_alloc(w->cli->arena, BYTES_MOST);
        if (sha256.n != 64 || offset < 0 || length <= 0 || length > BYTES_MOST || !bytes ||
            em_path_join(em_case_dir(w->c), at, w->cli->arena, &path, NULL) != EM_OK)
                return false;
        int     fd = open(path.p, O_RDONLY | O_CLOEXEC);
        ssize_t n = fd < 0 ? -1 : pread(fd, bytes, (size_t)length, (off_t)offset);
        if (fd >= 0)
                close(fd);
        *ret = (em_str){bytes, n > 0 ? (size_t)n : 0};
        return n == length;
}

/* What the bytes say, when they are sentences; a row of a table speaks for itself. */
static em_str decoded(em_why *w, em_str bytes)
{
        em_nmea       *nmea = NULL;
        em_ais_message m;
        em_ais         ais;
        em_str         text = EM_S("");
        if (em_nmea_open(NULL, &nmea, NULL) != EM_OK)
                return text;
        em_buf json = em_buf_make((size_t)1 << 20);
        em_nmea_feed(nmea, bytes.p, bytes.n);
        bool any = em_nmea_next(nmea, &m);
        if (!any) {
                em_nmea_end(nmea);
                any = em_nmea_next(nmea, &m);
        }
        if (any && em_ais_decode(m.bits, m.bit_count, &ais) == EM_AIS_OK)
                em_ais_json(&ais, &json);
        text = em_cli_text(w->cli, "%.*s", EM_ARG(em_str_trim(em_buf_view(&json))));
        em_buf_free(&json);
        em_nmea_close(nmea);
        return text;
}

static void add_bytes(em_why *w, em_str what, em_str sha256, em_str offset, em_str length)
{
        int64_t at = 0, n = 0;
        em_str  bytes = {0};
        if (!em_str_int(offset, &at) || !em_str_int(length, &n))
                return;
        add(w, "rests on", em_cli_text(w->cli, "%.*s: %.*s bytes from byte %.*s of source %.*s", EM_ARG(what), EM_ARG(length),
                                       EM_ARG(em_cli_count(w->cli, (uint64_t)at)), EM_ARG(em_str_sub(sha256, 0, 8))));
        if (!read_bytes(w, sha256, at, n, &bytes)) {
                add(w, "", EM_S("the case does not hold these bytes: add the file and ask again"));
                return;
        }
        for (em_cut cut = {.tail = bytes, .found = true}; cut.found;) {
                cut = em_str_cut(cut.tail, '\n');
                add(w, "sentence", em_cli_safe(w->cli, em_str_trim(cut.head)));
        }
        add(w, "says", decoded(w, bytes));
}

static const char proofs_sql[] =
        "select coalesce(finer, ''), coalesce(who, ''), coalesce(mmsi, ''), coalesce(start_at, ''), coalesce(file, ''), "
        "cast(offset as integer), cast(length as integer) from voyage where source = :source and class = 'proof' and of_event = :of order by row";

static em_status add_proofs(em_why *w, const em_why_record *r, em_str key, em_error *err)
{
        em_rows  rows = {0};
        em_param param[] = {{EM_S("source"), {.type = EM_VALUE_TEXT, .s = em_str_sub(em_str_c(r->held.name), 0, 8)}},
                            {EM_S("of"), {.type = EM_VALUE_TEXT, .s = key}}};
        EM_TRY(em_case_query(w->c, em_str_c(proofs_sql), param, 2, NULL, w->cli->arena, &rows, err));
        for (size_t i = 0; i < rows.rows && (w->all || i < PROOFS_SHOWN); i++) {
                em_str what = em_cli_text(w->cli, "%.*s of %.*s %.*s at %.*s", EM_ARG(em_rows_at(&rows, i, 0)->s), EM_ARG(em_rows_at(&rows, i, 1)->s),
                                          EM_ARG(em_rows_at(&rows, i, 2)->s), EM_ARG(em_rows_at(&rows, i, 3)->s));
                add_bytes(w, what, em_rows_at(&rows, i, 4)->s, em_cli_digits(w->cli, em_rows_at(&rows, i, 5)->i),
                          em_cli_digits(w->cli, em_rows_at(&rows, i, 6)->i));
        }
        if (!w->all && rows.rows > PROOFS_SHOWN)
                add(w, "", em_cli_text(w->cli, "and %zu more; --all shows them", rows.rows - PROOFS_SHOWN));
        return EM_OK;
}

em_status em_why_sentences(em_why *w, em_why_record *r, em_error *err)
{
        em_rows rows = {0};
        if (!em_str_eq(r->held.record.kind, EM_S("voyage")))
                return EM_OK;
        em_param param[] = {{EM_S("source"), {.type = EM_VALUE_TEXT, .s = em_str_sub(em_str_c(r->held.name), 0, 8)}},
                            {EM_S("of"), {.type = EM_VALUE_TEXT, .s = r->held.record.key}}};
        EM_TRY(em_case_query(w->c, em_str_c(proofs_sql), param, 2, NULL, w->cli->arena, &rows, err));
        for (size_t i = 0; i < rows.rows && i < 2; i++) {
                em_str bytes = {0};
                if (read_bytes(w, em_rows_at(&rows, i, 4)->s, em_rows_at(&rows, i, 5)->i, em_rows_at(&rows, i, 6)->i, &bytes))
                        r->sentence[r->sentences++] = em_str_trim(bytes);
        }
        return EM_OK;
}

/* ---- the rest --------------------------------------------------------------------------------------- */

static void add_else(em_why *w, em_str kind)
{
        for (size_t k = 0; k < EM_EVENT_KINDS; k++) {
                em_event e = {.kind = (em_event_kind)k};
                if (em_str_eq(kind, em_str_c(em_event_kind_name(e.kind))))
                        add(w, "or", em_event_innocent(&e));
        }
}

static const char params_sql[] = "select key, coalesce(text, '') from voyage where source = :source and class = 'param' order by row";

static em_status add_run(em_why *w, const em_why_record *r, em_error *err)
{
        em_rows  rows = {0};
        em_str   source = em_str_sub(em_str_c(r->held.name), 0, 8), text = em_cli_text(w->cli, "%.8s", source.p), own = {0};
        em_str   again = EM_S("ships find");
        em_param param = {EM_S("source"), {.type = EM_VALUE_TEXT, .s = source}};
        EM_TRY(em_case_query(w->c, em_str_c(params_sql), &param, 1, NULL, w->cli->arena, &rows, err));
        for (size_t i = 0; i < rows.rows; i++) {
                em_str name = em_str_cut(em_str_cut(em_rows_at(&rows, i, 0)->s, ' ').tail, ' ').head, value = em_rows_at(&rows, i, 1)->s;
                text = em_cli_text(w->cli, "%.*s, %.*s %.*s", EM_ARG(text), EM_ARG(name), EM_ARG(value));
                if (!em_str_eq(name, EM_S("program")))
                        again = em_cli_text(w->cli, "%.*s --%.*s %.*s", EM_ARG(again), EM_ARG(name), EM_ARG(em_cli_word(w->cli, value)));
        }
        add(w, "run", text);
        EM_TRY(em_path_join(w->cli->case_dir, EM_S("index/ships"), w->cli->arena, &own, err));
        again = em_cli_text(w->cli, "%.*s%s", EM_ARG(again), em_path_exists(own) ? "" : " --index DIR");
        add(w, "again", em_str_c(em_cli_next(w->cli, again.p)));
        return EM_OK;
}

em_status em_why_ships(em_why *w, const em_why_record *r, em_error *err)
{
        const em_record *rec = &r->held.record;
        if (!em_str_eq(rec->kind, EM_S("voyage")))
                return EM_OK;
        w->further = EM_NEW_N(w->cli->arena, em_why_further, FURTHER_MOST);
        if (!w->further)
                return em_fail(err, EM_NOMEM, "out of memory");
        add_else(w, cell(r, "event"));
        if (em_str_eq(rec->klass, EM_S("proof")) || em_str_eq(rec->klass, EM_S("fix")) || em_str_eq(rec->klass, EM_S("ship")))
                add_bytes(w, cell(r, "what"), cell(r, "file"), cell(r, "offset"), cell(r, "length"));
        EM_TRY(add_proofs(w, r, rec->key, err));
        return add_run(w, r, err);
}
