/* Proof that a case is what its ledger says.
 *
 * Parts that do not depend on each other run side by side, each on its own
 * read-only connection and each writing what it finds to its own place; the
 * sentences are then told in one fixed order, so the outcome does not depend on
 * the number of threads.  Hashing the sources and packing the records are the
 * cost; evidence is read anew only where a digest differs.
 */
#include "case/proof.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define BLOCK ((size_t)1 << 20)

void em_say(em_said *said, const char *fmt, ...)
{
        char line[1024], safe[1024];
        va_list args;
        if (said->count++ >= EM_SAID_MAX)
                return;
        va_start(args, fmt);
        vsnprintf(line, sizeof line, fmt, args);
        va_end(args);
        /* a damaged file may hold anything, also where a hash should stand */
        em_buf_c(&said->text, em_str_show(em_str_c(line), safe, sizeof safe));
        em_buf_ch(&said->text, '\n');
}

em_status em_say_damage(em_said *said, const char *what, em_status status, em_error *err)
{
        if (status != EM_FORMAT && status != EM_LIMIT && status != EM_BUG)
                return status;
        em_say(said, "%s: it cannot be read to its end: %s", what,
               err && err->text[0] ? err->text : "case.db is damaged");
        return EM_OK;
}

/* ---- sources ---------------------------------------------------------------------- */

typedef struct proof_source {
        em_str   sha256, name, path;
        uint64_t bytes, read;
        em_said  said;
} proof_source;

typedef struct proof {
        em_case *c;
        em_arena *arena;
        proof_source *sources;
        em_proof_intake *intakes;
        size_t source_count, intake_count;
        em_said ledger, structure;
        uint64_t entries, total_bytes, done_bytes;
        pthread_mutex_t lock;
        const em_progress *progress;
} proof;

static bool go_on(proof *p, uint64_t bytes)
{
        pthread_mutex_lock(&p->lock);
        p->done_bytes += bytes;
        bool go = em_progress_tell(p->progress, "verifying", p->done_bytes, p->total_bytes);
        pthread_mutex_unlock(&p->lock);
        return go;
}

static em_status hash_file(proof *p, int fd, em_hasher *h, char *block, uint64_t *ret_bytes,
                           em_error *err)
{
        for (;;) {
                ssize_t n = read(fd, block, BLOCK);
                if (n < 0 && errno == EINTR)
                        continue;
                if (n < 0)
                        return em_fail(err, EM_IO, "a kept source cannot be read");
                if (n == 0)
                        return EM_OK;
                em_hasher_add(h, block, (size_t)n);
                *ret_bytes += (uint64_t)n;
                if (!go_on(p, (uint64_t)n))
                        return em_fail(err, EM_INTERRUPTED, "interrupted; nothing was changed");
        }
}

static void judge(proof_source *s, em_status status, em_sha256 hash)
{
        char hex[65], shown[120];
        em_str_show(s->name, shown, sizeof shown);
        em_sha256_hex(hash, hex);
        if (status != EM_OK)
                em_say(&s->said, "source %s (%.8s): its kept file cannot be read", shown, s->sha256.p);
        else if (!em_str_eq(em_str_c(hex), s->sha256))
                em_say(&s->said, "source %s (%.8s): its bytes were altered; their SHA-256 is now %s",
                       shown, s->sha256.p, hex);
        else if (s->read != s->bytes)
                em_say(&s->said, "source %s (%.8s): it has %" PRIu64 " bytes, the case says %" PRIu64,
                       shown, s->sha256.p, s->read, s->bytes);
}

static em_status prove_source(proof *p, proof_source *s, em_error *err)
{
        struct stat st;
        char shown[120];
        em_str_show(s->name, shown, sizeof shown);
        int fd = open(s->path.p, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
        if (fd < 0 || fstat(fd, &st) != 0 || !S_ISREG(st.st_mode)) {
                bool gone = fd < 0 && errno == ENOENT;
                if (fd >= 0)
                        close(fd);
                em_say(&s->said, "source %s (%.8s): its kept file is %s", shown, s->sha256.p,
                       gone ? "missing" : "not a file that can be read");
                return EM_OK;
        }
        em_hasher *h = em_hasher_new();
        char *block = malloc(BLOCK);
        em_status status = h && block ? hash_file(p, fd, h, block, &s->read, err)
                         : em_fail(err, EM_NOMEM, "no memory to hash a source");
        if (status == EM_OK || status == EM_IO) {
                judge(s, status, em_hasher_done(h));
                status = EM_OK;
        }
        em_hasher_free(h);
        free(block);
        close(fd);
        return status;
}

static em_status read_source(proof *p, sqlite3_stmt *stmt, proof_source *s, em_error *err)
{
        EM_TRY(em_sql_copy(stmt, 0, p->arena, &s->sha256, err));
        EM_TRY(em_sql_copy(stmt, 1, p->arena, &s->name, err));
        s->bytes = (uint64_t)sqlite3_column_int64(stmt, 2);
        s->said.text = em_buf_make((size_t)1 << 20);
        char hex[65] = { 0 };
        memcpy(hex, s->sha256.p, s->sha256.n < 64 ? s->sha256.n : 64);
        EM_TRY(em_store_path(p->c, hex, p->arena, &s->path, err));
        p->total_bytes += s->bytes;
        return EM_OK;
}

static em_status load_sources(proof *p, em_error *err)
{
        sqlite3_stmt *stmt = NULL;
        int64_t room;
        bool row = false;
        EM_TRY(em_sql_int(p->c->db, "SELECT count(*) FROM em_source", (em_str){ NULL, 0 }, 0, &room, err));
        p->sources = EM_NEW_N(p->arena, proof_source, (size_t)room);
        if (!p->sources)
                return em_fail(err, EM_NOMEM, "no memory for the sources");
        EM_TRY(em_sql_prepare(p->c->db, "SELECT sha256, name, bytes FROM em_source ORDER BY id", &stmt, err));
        em_status status = em_sql_step(stmt, &row, err);
        while (status == EM_OK && row && p->source_count < (size_t)room) {
                status = read_source(p, stmt, &p->sources[p->source_count++], err);
                if (status == EM_OK)
                        status = em_sql_step(stmt, &row, err);
        }
        sqlite3_finalize(stmt);
        return status;
}

/* ---- the parts --------------------------------------------------------------------- */

static em_status prove_book(proof *p, sqlite3 *db, em_error *err)
{
        em_said *said = &p->ledger;
        em_status status = em_prove_ledger(db, said, &p->entries, err);
        EM_TRY(em_say_damage(said, "ledger", status, err));
        status = em_prove_maps(db, said, err);
        EM_TRY(em_say_damage(said, "maps", status, err));
        status = em_prove_findings(db, said, err);
        return em_say_damage(said, "findings", status, err);
}

static em_status prove_structure(proof *p, sqlite3 *db, em_error *err)
{
        em_status status = em_prove_structure(db, &p->structure, err);
        return em_say_damage(&p->structure, "case.db", status, err);
}

/* The longest first: the database's own check, the intakes, then the rest. */
static em_status part(void *ctx, size_t i, em_error *err)
{
        proof *p = ctx;
        sqlite3 *db;
        if (i >= 2 + p->intake_count)
                return prove_source(p, &p->sources[i - 2 - p->intake_count], err);
        EM_TRY(em_store_connect(p->c->db_path, false, &db, err));
        em_status status = i == 0 ? prove_structure(p, db, err)
                         : i <= p->intake_count ? em_prove_intake(db, &p->intakes[i - 1], err)
                         : prove_book(p, db, err);
        sqlite3_close(db);
        if (status == EM_OK && !go_on(p, 0))
                status = em_fail(err, EM_INTERRUPTED, "interrupted; nothing was changed");
        return status;
}

static em_status prove(proof *p, size_t threads, em_error *err)
{
        em_status status = load_sources(p, err);
        EM_TRY(em_say_damage(&p->structure, "sources", status, err));
        status = em_prove_intakes_load(p->c->db, p->arena, &p->intakes, &p->intake_count, err);
        EM_TRY(em_say_damage(&p->structure, "intakes", status, err));
        EM_TRY(em_parallel(2 + p->intake_count + p->source_count, threads, part, p, err));
        for (size_t i = 0; i < p->intake_count; i++)
                if (p->intakes[i].records_differ || p->intakes[i].rejects_differ)
                        EM_TRY(em_prove_reread(p->c, &p->intakes[i], p->arena, err));
        return EM_OK;
}

/* ---- telling ------------------------------------------------------------------------ */

typedef struct telling {
        void (*tell)(void *ctx, const char *sentence);
        void *ctx;
        em_verify_counts counts;
} telling;

static em_status tell_part(telling *t, em_said *said, em_error *err)
{
        char line[1024];
        EM_TRY(em_buf_status(&said->text, err));
        em_str rest = em_buf_view(&said->text);
        t->counts.differences += said->count;
        while (t->tell && rest.n) {
                em_cut cut = em_str_cut(rest, '\n');
                snprintf(line, sizeof line, "%.*s", EM_ARG(cut.head));
                t->tell(t->ctx, line);
                rest = cut.tail;
        }
        if (t->tell && said->count > EM_SAID_MAX) {
                snprintf(line, sizeof line, "and %" PRIu64 " more of these", said->count - EM_SAID_MAX);
                t->tell(t->ctx, line);
        }
        return EM_OK;
}

static em_status tell_all(proof *p, telling *t, em_error *err)
{
        EM_TRY(tell_part(t, &p->ledger, err));
        for (size_t i = 0; i < p->source_count; i++) {
                EM_TRY(tell_part(t, &p->sources[i].said, err));
                t->counts.bytes += p->sources[i].read;
        }
        for (size_t i = 0; i < p->intake_count; i++) {
                EM_TRY(tell_part(t, &p->intakes[i].said, err));
                t->counts.records += p->intakes[i].records;
                t->counts.links += p->intakes[i].links;
        }
        t->counts.sources = p->source_count;
        t->counts.entries = p->entries;
        return tell_part(t, &p->structure, err);
}

static void free_texts(proof *p)
{
        em_buf_free(&p->ledger.text);
        em_buf_free(&p->structure.text);
        for (size_t i = 0; i < p->source_count; i++)
                em_buf_free(&p->sources[i].said.text);
        for (size_t i = 0; i < p->intake_count; i++)
                em_buf_free(&p->intakes[i].said.text);
}

em_status em_case_verify(em_case *c, size_t threads,
                         void (*tell)(void *ctx, const char *sentence), void *ctx,
                         const em_progress *progress, em_verify_counts *ret_counts, em_error *err)
{
        proof p = { .c = c, .progress = progress, .lock = PTHREAD_MUTEX_INITIALIZER };
        telling t = { .tell = tell, .ctx = ctx };
        p.ledger.text = em_buf_make((size_t)1 << 20);
        p.structure.text = em_buf_make((size_t)1 << 20);
        p.arena = em_arena_new((size_t)1 << 30);
        em_error own = { .code = EM_OK };       /* damage is told in words even when err is NULL */
        em_status status = p.arena ? prove(&p, threads, &own)
                                   : em_fail(&own, EM_NOMEM, "no memory to verify");
        if (status == EM_OK)
                status = tell_all(&p, &t, &own);
        free_texts(&p);
        em_arena_free(p.arena);
        pthread_mutex_destroy(&p.lock);
        if (status != EM_OK) {
                if (err)
                        *err = own;
                return status;
        }
        *ret_counts = t.counts;
        if (t.counts.differences == 0)
                return EM_OK;
        return em_fail(err, EM_DIFF, "%" PRIu64 " %s found", t.counts.differences,
                       t.counts.differences == 1 ? "difference was" : "differences were");
}
