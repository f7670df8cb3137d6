/* Opening names.idx: map, checksums, then every number that a reader uses as a place.
 *
 * After this no offset is checked again: a row's tokens, a token's letters and every posting are inside
 * their sections.  Parties are read by a reader that checks for itself.
 */
#include "names/names_inside.h"

#include <stdlib.h>

static const char *const section_name[NX_SECTIONS] = {
        "files", "party places", "parties", "names", "rows", "row tokens", "tokens", "letters", "token table", "posting places",
        "postings", "near keys", "near key places", "trigram places", "trigrams", "Korean keys", "numbers", "entry ids",
};

static em_status damaged(em_nx_section s, const char *what, em_error *err)
{
        return em_fail(err, EM_FORMAT, "the index of names is damaged in its section of %s: %s", section_name[s], what);
}

static em_status check_head(em_names *x, em_error *err)
{
        if (x->map.n < sizeof x->head || memcmp(x->map.p, "EMNAMES1", EM_NX_MAGIC_BYTES) != 0)
                return em_fail(err, EM_FORMAT, "not an index of names");
        memcpy(&x->head, x->map.p, sizeof x->head);
        if (x->head.version != EM_NX_VERSION || x->head.sections != NX_SECTIONS)
                return em_fail(err, EM_FORMAT, "an index of names of another version; embargo index names makes it anew");
        if (x->head.check != em_nx_check(&x->head, offsetof(em_nx_head, check)))
                return em_fail(err, EM_FORMAT, "the head of the index of names is damaged");
        uint64_t at = sizeof x->head, sum = 0;
        for (int s = 0; s < NX_SECTIONS; s++) {
                const em_nx_place *p = &x->head.place[s];
                if (p->at % 8 || p->at < at || p->at > x->map.n || p->length > x->map.n - p->at)
                        return damaged((em_nx_section)s, "it lies outside the file", err);
                sum += p->length;
        }
        if (sum > x->map.n)
                return em_fail(err, EM_FORMAT, "the sections of the index of names overlap");
        for (int s = 0; s < NX_SECTIONS; s++)
                if (em_nx_check(x->map.p + x->head.place[s].at, (size_t)x->head.place[s].length) != x->head.place[s].check)
                        return damaged((em_nx_section)s, "its checksum is another", err);
        return EM_OK;
}

static const void *section(const em_names *x, em_nx_section s)
{
        return x->map.p + x->head.place[s].at;
}

static size_t count(const em_names *x, em_nx_section s, size_t size)
{
        return (size_t)x->head.place[s].length / size;
}

static em_status set_sections(em_names *x, em_error *err)
{
        const em_nx_head *h = &x->head;
        const struct { em_nx_section s; uint64_t bytes; } want[] = {
                {NX_PARTY_AT, (h->parties + 1) * 8}, {NX_NAME, h->names * sizeof(em_nx_name)},
                {NX_ROW, (h->rows + 1) * sizeof(em_nx_row)}, {NX_ROW_TOKEN, h->row_tokens * sizeof(em_nx_row_token)},
                {NX_TOKEN, h->tokens * sizeof(em_nx_token)}, {NX_POST_AT, (h->tokens + 1) * 8},
                {NX_TRI_AT, (EM_NX_TRIGRAMS + 1) * 4},
        };
        if ((h->parties | h->names | h->rows | h->row_tokens | h->tokens) >> 32)
                return em_fail(err, EM_FORMAT, "the index of names counts more than there can be");
        for (size_t i = 0; i < sizeof want / sizeof *want; i++)
                if (h->place[want[i].s].length != want[i].bytes)
                        return damaged(want[i].s, "its length is not what the head counts", err);
        x->party_at = section(x, NX_PARTY_AT);
        x->party = section(x, NX_PARTY);
        x->name = section(x, NX_NAME);
        x->row = section(x, NX_ROW);
        x->row_token = section(x, NX_ROW_TOKEN);
        x->token = section(x, NX_TOKEN);
        x->text = section(x, NX_TEXT);
        x->token_find = section(x, NX_TOKEN_FIND);
        x->post_at = section(x, NX_POST_AT);
        x->post = section(x, NX_POST);
        x->near = section(x, NX_NEAR);
        x->near_at = section(x, NX_NEAR_AT);
        x->tri_at = section(x, NX_TRI_AT);
        x->tri = section(x, NX_TRI);
        x->korean = section(x, NX_KOREAN);
        x->number = section(x, NX_NUMBER);
        x->find = section(x, NX_FIND);
        x->token_slots = count(x, NX_TOKEN_FIND, 4);
        x->nears = count(x, NX_NEAR, sizeof(em_nx_near));
        x->koreans = count(x, NX_KOREAN, sizeof(em_nx_near));
        x->numbers = count(x, NX_NUMBER, sizeof(em_nx_number));
        x->finds = count(x, NX_FIND, sizeof(em_nx_number));
        while (x->near_shift < 17 && h->place[NX_NEAR_AT].length != ((UINT64_C(1) << (32 - x->near_shift)) + 1) * 4)
                x->near_shift++;
        if (x->near_shift < 6 || x->near_shift > 16)
                return damaged(NX_NEAR_AT, "its length is none that there is", err);
        return EM_OK;
}

/* A table of starts: from 0, never falling, to the end. */
static bool starts64(const uint64_t *at, uint64_t n, uint64_t end)
{
        if (at[0] != 0 || at[n] != end)
                return false;
        for (uint64_t i = 0; i < n; i++)
                if (at[i] > at[i + 1])
                        return false;
        return true;
}

static bool starts32(const uint32_t *at, uint64_t n, uint64_t end)
{
        if (at[0] != 0 || at[n] != end)
                return false;
        for (uint64_t i = 0; i < n; i++)
                if (at[i] > at[i + 1])
                        return false;
        return true;
}

static bool below32(const uint32_t *p, uint64_t n, uint64_t limit)
{
        uint32_t most = 0;
        for (uint64_t i = 0; i < n; i++)
                most = p[i] > most ? p[i] : most;
        return !n || most < limit;
}

static em_status check_names(const em_names *x, em_error *err)
{
        const em_nx_head *h = &x->head;
        for (uint64_t i = 0; i < h->names; i++) {
                const em_nx_name *n = &x->name[i];
                if (n->party >= h->parties || n->row > h->rows || n->rows > h->rows - n->row || n->kind >= EM_NAME_KINDS
                    || n->schema >= EM_SCHEMA_SCHEMAS || n->rows > EM_NAME_FORMS)
                        return damaged(NX_NAME, "a name points outside", err);
        }
        for (uint64_t i = 0; i < h->rows; i++)
                if (x->row[i].name >= h->names || x->row[i].token > x->row[i + 1].token
                    || x->row[i + 1].token - x->row[i].token > EM_NAME_TOKENS)
                        return damaged(NX_ROW, "a row points outside", err);
        if (x->row[h->rows].token != h->row_tokens || x->row[0].token != 0)
                return damaged(NX_ROW, "its rows do not fill the row tokens", err);
        for (uint64_t i = 0; i < h->row_tokens; i++)
                if (x->row_token[i].token >= h->tokens || x->row_token[i].kind > EM_TOKEN_LINK
                    || x->row_token[i].writing > EM_WRITING_OTHER)
                        return damaged(NX_ROW_TOKEN, "a token that is not there", err);
        return EM_OK;
}

static bool inside(uint32_t from, uint8_t length, uint8_t most, uint64_t letters)
{
        return length <= most && from <= letters && length <= letters - from;
}

static em_status check_tokens(const em_names *x, em_error *err)
{
        const em_nx_head *h = &x->head;
        uint64_t          letters = h->place[NX_TEXT].length;
        for (uint64_t i = 0; i < h->tokens; i++) {
                const em_nx_token *t = &x->token[i];
                if (!t->length || !inside(t->text, t->length, 64, letters) || !inside(t->sound, t->sound_length, EM_EDIT_LETTERS, letters)
                    || !inside(t->bones, t->bones_length, EM_EDIT_LETTERS, letters) || !inside(t->korean, t->korean_length, 64, letters))
                        return damaged(NX_TOKEN, "a token's letters are not there", err);
        }
        size_t empty = 0;
        for (size_t i = 0; i < x->token_slots; i++)
                empty += x->token_find[i] == 0;
        if (!x->token_slots || x->token_slots & (x->token_slots - 1) || !empty || !below32(x->token_find, x->token_slots, h->tokens + 1))
                return damaged(NX_TOKEN_FIND, "a token that is not there", err);
        if (!starts64(x->post_at, h->tokens, count(x, NX_POST, 4)) || !below32(x->post, count(x, NX_POST, 4), h->rows))
                return damaged(NX_POST, "a row that is not there", err);
        bool counted = true;
        for (uint64_t i = 0; i < h->tokens; i++)
                counted &= x->token[i].rows == x->post_at[i + 1] - x->post_at[i];
        if (!counted)
                return damaged(NX_TOKEN, "it counts other postings than there are", err);
        if (!starts32(x->near_at, UINT64_C(1) << (32 - x->near_shift), x->nears) || !starts32(x->tri_at, EM_NX_TRIGRAMS, count(x, NX_TRI, 4))
            || !below32(x->tri, count(x, NX_TRI, 4), h->tokens))
                return damaged(NX_TRI, "a token that is not there", err);
        for (size_t i = 0; i < x->nears; i++)
                if (x->near[i].to >= h->tokens)
                        return damaged(NX_NEAR, "a token that is not there", err);
        for (size_t i = 0; i < x->koreans; i++)
                if (x->korean[i].to >= h->names)
                        return damaged(NX_KOREAN, "a name that is not there", err);
        for (size_t i = 0; i < x->numbers; i++)
                if (x->number[i].party >= h->parties)
                        return damaged(NX_NUMBER, "a party that is not there", err);
        for (size_t i = 0; i < x->finds; i++)
                if (x->find[i].party >= h->parties)
                        return damaged(NX_FIND, "a party that is not there", err);
        return starts64(x->party_at, h->parties, h->place[NX_PARTY].length) ? EM_OK
               : damaged(NX_PARTY_AT, "a party lies outside", err);
}

static em_status read_files(em_names *x, em_error *err)
{
        em_str rest = {section(x, NX_FILE), (size_t)x->head.place[NX_FILE].length};
        if (x->head.files > rest.n)
                return damaged(NX_FILE, "fewer files than the head counts", err);
        x->file = EM_NEW_N(x->arena, em_list_file, (size_t)x->head.files + 1);
        if (!x->file)
                return em_fail(err, EM_NOMEM, "no memory for the index of names");
        for (uint64_t i = 0; i < x->head.files; i++)
                EM_TRY(em_list_file_unpack(&rest, &x->file[i], err));
        return rest.n ? damaged(NX_FILE, "more files than the head counts", err) : EM_OK;
}

static em_status open_all(em_names *x, em_error *err)
{
        EM_TRY(check_head(x, err));
        EM_TRY(set_sections(x, err));
        EM_TRY(check_names(x, err));
        EM_TRY(check_tokens(x, err));
        return read_files(x, err);
}

em_status em_names_open(em_str path, em_names **ret_names, em_error *err)
{
        em_names *x = calloc(1, sizeof *x);
        if (!x)
                return em_fail(err, EM_NOMEM, "no memory for the index of names");
        em_status s = em_mapping_open(path, &x->map, err);
        if (s != EM_OK) {
                free(x);
                return s;
        }
        x->arena = em_arena_new(1 << 24);
        s = x->arena ? open_all(x, err) : em_fail(err, EM_NOMEM, "no memory for the index of names");
        if (s != EM_OK) {
                if (err && !err->file[0])
                        em_str_show(path, err->file, sizeof err->file);
                em_names_close(x);
                return s;
        }
        *ret_names = x;
        return EM_OK;
}

em_names *em_names_close(em_names *x)
{
        if (x) {
                em_mapping_close(&x->map);
                em_arena_free(x->arena);
                free(x);
        }
        return NULL;
}

em_names_built em_names_counts(const em_names *x)
{
        return (em_names_built){x->head.parties, x->head.names, x->head.tokens, x->numbers, x->map.n};
}

size_t em_names_files(const em_names *x, const em_list_file **ret_files)
{
        *ret_files = x->file;
        return (size_t)x->head.files;
}

em_status em_names_party(const em_names *x, uint32_t party, em_arena *arena, em_party *ret_party, em_error *err)
{
        uint64_t from = x->party_at[party], to = x->party_at[party + 1];
        return em_party_unpack((em_str){x->party + from, (size_t)(to - from)}, arena, ret_party, err);
}

em_status em_names_find(const em_names *x, em_str dataset, em_str id, uint32_t *ret_party, em_error *err)
{
        uint64_t hash = em_nx_hash(id, em_nx_hash(dataset, 12));
        size_t   lo = 0;
        for (size_t hi = x->finds; lo < hi;) {
                size_t mid = lo + (hi - lo) / 2;
                *(x->find[mid].hash < hash ? &lo : &hi) = x->find[mid].hash < hash ? mid + 1 : mid;
        }
        em_arena *arena = em_arena_new(1 << 24);
        em_status s = arena ? EM_MISSING : EM_NOMEM;
        for (; s == EM_MISSING && lo < x->finds && x->find[lo].hash == hash; lo++) {
                em_party p;
                em_arena_reset(arena);
                em_status got = em_names_party(x, x->find[lo].party, arena, &p, err);
                if (got != EM_OK)
                        s = got;
                else if (em_str_eq(p.id, id) && (!dataset.n || em_str_eq(p.dataset, dataset)))
                        s = EM_OK;
        }
        em_arena_free(arena);
        if (s == EM_OK)
                *ret_party = x->find[lo - 1].party;
        char shown[80];
        return s == EM_MISSING ? em_fail(err, s, "no list has an entry \"%s\"", em_str_show(id, shown, sizeof shown)) : s;
}
