/* Records as FollowTheMoney statements (https://followthemoney.tech).
 *
 * A statement is one value of one property of one entity.  Each kind that has a
 * counterpart is a SELECT whose column names are the properties, so a new kind
 * is a new row of the table below.  Entity ids come from the record's public id
 * and statement ids from a SHA-256 over dataset, entity, property and value, so
 * that two exports of the same bytes agree wherever they are made.
 */
#include "cli/export.h"

/* A partial date is given as far as the evidence goes: 2019-11, not 2019-11-01. */
#define WHEN                                                                              \
        "case precision when 'month' then substr(day_from, 1, 7) when 'year' then "       \
        "substr(day_from, 1, 4) when 'span' then null else day_from end as date, "        \
        "case precision when 'span' then day_from end as startDate, "                     \
        "case precision when 'span' then day_to end as endDate, "
#define PROOF "'embargo-' || source as proof, key as recordId, known as first_seen "

typedef struct shape { const char *kind, *schema, *columns; } shape;

static const shape shapes[] = {
        {"launch", "Event", "'launch of ' || what as name, class as summary, place as location, " WHEN PROOF},
        {"nuclear_test", "Event", "what || ' ' || key as name, " WHEN PROOF},
        {"theft", "Event", "'theft from ' || what as name, class as summary, place as location, note as notes, "
                           "case when stated is not null then unit || ' ' || cast(cast(stated as integer) as text) "
                           "end as description, " WHEN PROOF},
        {"document", "Document", "what as title, what as fileName, class as summary, day_from as publishedAt, "
                                 "notes as notes, 'embargo-' || source as proof, known as first_seen "},
        {"measure", "Note", "key as name, rule as description, what as keywords, "
                            "'resolution ' || resolution || ', paragraph ' || paragraph as program, "
                            "'embargo-' || source as proof, known as first_seen "},
};

/* FollowTheMoney's type of each property that is written here. */
static const struct { const char *prop, *type; } types[] = {
        {"name", "name"}, {"summary", "text"}, {"location", "address"}, {"notes", "text"},
        {"description", "text"}, {"date", "date"}, {"startDate", "date"}, {"endDate", "date"},
        {"proof", "entity"}, {"recordId", "string"}, {"title", "string"}, {"fileName", "string"},
        {"publishedAt", "date"}, {"keywords", "string"}, {"program", "string"}, {"publisher", "string"},
        {"contentHash", "checksum"}, {"fileSize", "number"}, {"mimeType", "mimetype"},
        {"retrievedAt", "date"}, {"sourceUrl", "url"},
};

static const char *type_of(em_str prop)
{
        for (size_t i = 0; i < sizeof types / sizeof *types; i++)
                if (em_str_eq(prop, em_str_c(types[i].prop)))
                        return types[i].type;
        return NULL;                    /* record, entity, first_seen: no properties */
}

typedef struct writing { const char *schema; em_str dataset; } writing;

static void put_statement(em_export *x, const writing *w, em_str entity, em_str prop, em_str value,
                          em_str seen)
{
        char   hex[65];
        em_buf key = em_buf_make((size_t)16 << 20);
        em_buf_fmt(&key, "%.*s.%.*s.%.*s.", EM_ARG(w->dataset), EM_ARG(entity), EM_ARG(prop));
        em_buf_str(&key, value);
        em_sha256_hex(em_sha256_of(em_buf_view(&key)), hex);
        em_buf_free(&key);
        em_str cells[] = {
                {hex, 40}, entity, prop, em_str_c(type_of(prop)), em_str_c(w->schema), value,
                w->dataset, EM_S(""), EM_S(""), EM_S("false"), seen, EM_S(""), entity,
        };
        for (size_t i = 0; i < sizeof cells / sizeof *cells; i++) {
                em_table_csv_cell(cells[i], false, x->out);
                fputc(i + 1 < sizeof cells / sizeof *cells ? ',' : '\n', x->out);
        }
        x->statements++;
}

static em_status put_page(em_export *x, const em_rows *rows, void *ctx, em_error *err)
{
        const writing *w = ctx;
        ptrdiff_t entity = em_rows_column(rows, EM_S("entity")),
                  seen = em_rows_column(rows, EM_S("first_seen"));
        if (entity < 0 || seen < 0)
                return em_fail(err, EM_BUG, "a shape without entity or first_seen");
        for (size_t r = 0; r < rows->rows; r++)
                for (size_t c = 0; c < rows->columns; c++) {
                        em_str value = em_export_text(x, em_rows_at(rows, r, c));
                        if (value.n && type_of(rows->name[c]))
                                put_statement(x, w, em_rows_at(rows, r, (size_t)entity)->s, rows->name[c],
                                              value,
                                              em_export_text(x, em_rows_at(rows, r, (size_t)seen)));
                }
        return EM_OK;
}

/* "embargo_dprk": the regime's folder name in letters, digits and underscores. */
static em_str dataset_name(em_export *x)
{
        em_str base = em_path_base(em_case_regime_dir(x->c));
        em_str text = em_cli_text(x->cli, "embargo_%.*s", EM_ARG(base));
        char  *copy = em_arena_alloc(x->cli->arena, text.n + 1);
        for (size_t i = 0; copy && i < text.n; i++) {
                char c = text.p[i];
                bool plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
                copy[i] = plain ? c : c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : '_';
        }
        return copy ? (em_str){copy, text.n} : text;
}

static em_status put_sources(em_export *x, writing *w, em_error *err)
{
        em_rows rows = {0};
        w->schema = "Document";
        em_arena_reset(x->page);
        em_str sql = em_cli_text(x->cli,
                "select 'embargo-' || source as entity, name as fileName, name as title, sha256 as contentHash, "
                "bytes as fileSize, media as mimeType, publisher, published as publishedAt, "
                "obtained_on as retrievedAt, case when origin like 'http://%%' or origin like 'https://%%' "
                "then origin end as sourceUrl, terms as notes, coalesce(obtained_on, published) as first_seen "
                "from source where 1%s order by sha256", em_export_open_only(x));
        EM_TRY(em_case_query(x->c, sql, NULL, 0, NULL, x->page, &rows, err));
        return put_page(x, &rows, w, err);
}

em_status em_export_ftm(em_export *x, em_error *err)
{
        writing w = {.dataset = dataset_name(x)};
        fputs("id,entity_id,prop,prop_type,schema,value,dataset,lang,original_value,external,"
              "first_seen,last_seen,canonical_id\n", x->out);
        if (!x->kind.n)
                EM_TRY(put_sources(x, &w, err));
        for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++) {
                em_str kind = em_str_c(shapes[i].kind);
                if ((x->kind.n && !em_str_eq(x->kind, kind)) || !em_export_has_kind(x, kind))
                        continue;
                w.schema = shapes[i].schema;
                em_str sql = em_cli_text(x->cli,
                        "select record, 'embargo-' || replace(id, ':', '-') as entity, %s from \"%s\" "
                        "where record > :after and record <= :upto%s order by record",
                        shapes[i].columns, shapes[i].kind, em_export_open_only(x));
                EM_TRY(em_export_pages(x, sql, put_page, &w, err));
        }
        return EM_OK;
}
