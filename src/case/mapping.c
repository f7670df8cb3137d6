/* Maps that the case has read with, and the fields that their kinds show.  A map is
 * kept as text under its hash: what a record means can be reread years later,
 * whatever the regime's folder then says.
 */
#include "case/intake.h"

static const char *type_name(em_field_type type)
{
        static const char *const names[] = { "text", "number", "day", "flag" };
        em_assert((size_t)type < 4);
        return names[type];
}

static em_status check_names(const em_map *map, em_error *err)
{
        const em_map_field *fields;
        em_str kind = em_map_kind(map);
        size_t count = em_map_fields(map, &fields);
        char shown[80];
        em_str_show(kind, shown, sizeof shown);
        if (!em_name_ok(kind) || em_kind_reserved(kind))
                return em_fail(err, EM_FORMAT, "a map cannot make records of kind '%s': the case "
                               "needs that name itself, or it is no name for a view", shown);
        if (em_str_eq(kind, EM_S("note")) && !em_str_eq(em_map_text(map), em_note_map_text()))
                return em_fail(err, EM_FORMAT, "a map cannot make records of kind 'note': they are what "
                               "people say with embargo note");
        for (size_t i = 0; i < count; i++)
                if (!em_field_ok(fields[i].name))
                        return em_fail(err, EM_FORMAT, "the field '%s' cannot be a column of a view: use "
                                       "letters, digits and _",
                                       em_str_show(fields[i].name, shown, sizeof shown));
        return EM_OK;
}

static em_status insert_map(em_case *c, const em_map *map, em_str hash, em_error *err)
{
        sqlite3_stmt *stmt = NULL;
        EM_TRY(em_sql_prepare(c->db, "INSERT INTO em_map VALUES (NULL, ?, ?, ?, ?)", &stmt, err));
        em_bind b = em_bind_make(stmt);
        em_bind_text(&b, em_map_name(map));
        em_bind_text(&b, hash);
        em_bind_text(&b, em_map_kind(map));
        em_bind_text(&b, em_map_text(map));
        em_status status = em_bind_done(&b, err);
        if (status == EM_OK)
                status = em_sql_do(stmt, err);
        sqlite3_finalize(stmt);
        return status;
}

/* A field that two maps of a kind share keeps the type that came first. */
static em_status insert_fields(em_case *c, const em_map *map, em_error *err)
{
        sqlite3_stmt *stmt = NULL;
        const em_map_field *fields;
        size_t count = em_map_fields(map, &fields);
        EM_TRY(em_sql_prepare(c->db, "INSERT INTO em_field SELECT ?1, "
                              "(SELECT count(*) FROM em_field WHERE kind = ?1), ?2, ?3 "
                              "WHERE NOT EXISTS (SELECT 1 FROM em_field WHERE kind = ?1 "
                              "AND name = ?2 COLLATE NOCASE)", &stmt, err));
        em_status status = EM_OK;
        for (size_t i = 0; status == EM_OK && i < count; i++) {
                em_bind b = em_bind_make(stmt);
                em_bind_text(&b, em_map_kind(map));
                em_bind_text(&b, fields[i].name);
                em_bind_text(&b, em_str_c(type_name(fields[i].type)));
                status = em_bind_done(&b, err);
                if (status == EM_OK)
                        status = em_sql_do(stmt, err);
        }
        sqlite3_finalize(stmt);
        return status;
}

em_status em_map_keep(em_case *c, const em_map *map, int64_t *ret_id, em_error *err)
{
        char hex[65];
        int64_t id;
        em_str hash = em_str_c(em_sha256_hex(em_map_hash(map), hex));
        EM_TRY(em_sql_int(c->db, "SELECT id FROM em_map WHERE hash = ?", hash, 0, &id, err));
        if (id == 0) {
                EM_TRY(check_names(map, err));
                EM_TRY(insert_map(c, map, hash, err));
                id = sqlite3_last_insert_rowid(c->db);
                EM_TRY(insert_fields(c, map, err));
                EM_TRY(em_views_refresh(c, err));
        }
        *ret_id = id;
        return EM_OK;
}
