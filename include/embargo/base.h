/* embargo/base.h -- text, memory, errors, files, hashes, JSON: the ground floor.
 *
 * Laws that hold in every header of embargo:
 *
 *   - Argument order: object, inputs (a length follows its pointer), options,
 *     arena, `ret_` outputs, `em_error *err` last.  Outputs are untouched on
 *     failure.  err may be NULL where the caller only wants the status.
 *   - A function that can fail returns em_status and must be used.  A wrong
 *     call (NULL object, index out of range) is a bug and aborts by em_assert;
 *     the world (files, evidence, memory) is an error.
 *   - Text is em_str: UTF-8 checked at the border, never assumed to end in NUL.
 *   - The library never prints, never exits and never reads the locale.
 *   - A destructor takes NULL, returns NULL.
 *
 * Memory lives in arenas: one for a case, one for a job, one for a record.
 * An arena, a buffer, anything that grows is born with its ceiling.
 */
#ifndef EMBARGO_BASE_H
#define EMBARGO_BASE_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define EM_MUST __attribute__((warn_unused_result))
#define EM_PRINTF(fmt, args) __attribute__((format(printf, fmt, args)))

/* ---- status ---------------------------------------------------------- */

/* name, exit code, one sentence.  The enum, em_status_name, the exit code
 * table of the manual and the tests are made from this table. */
#define EM_STATUS_TABLE(X)                                                    \
        X(EM_OK,          0,   "done")                                        \
        X(EM_DIFF,        1,   "a difference or an unmet claim was found")    \
        X(EM_USAGE,       2,   "the command line is wrong")                   \
        X(EM_FORMAT,      65,  "the input is not what it should be")          \
        X(EM_LIMIT,       65,  "the input is over a stated limit")            \
        X(EM_MISSING,     66,  "a named file, case, record or id is not there") \
        X(EM_BUG,         70,  "embargo itself is wrong")                     \
        X(EM_NOMEM,       71,  "out of memory")                               \
        X(EM_IO,          74,  "a file could not be read or written")         \
        X(EM_BUSY,        75,  "another embargo is writing to the case")      \
        X(EM_DENIED,      77,  "permission was refused")                      \
        X(EM_INTERRUPTED, 130, "interrupted; the next command goes on")

typedef enum em_status {
#define X(name, code, text) name,
        EM_STATUS_TABLE(X)
#undef X
        EM_STATUS_COUNT
} em_status;

const char *em_status_name(em_status status);   /* "EM_FORMAT" */
const char *em_status_text(em_status status);   /* the sentence */
int         em_status_exit(em_status status);   /* the process exit code */

/* ---- text ------------------------------------------------------------ */

typedef struct em_str {
        const char *p;          /* may be NULL when n is 0 */
        size_t      n;          /* bytes */
} em_str;

/* A string literal as an em_str; also usable in initialisers. */
#define EM_S(literal) ((em_str){ "" literal, sizeof(literal) - 1 })
#define EM_S_INIT(literal) { "" literal, sizeof(literal) - 1 }
/* For printf: printf("%.*s", EM_ARG(s)) */
#define EM_ARG(s) (int)(s).n, ((s).p ? (s).p : "")

em_str em_str_c(const char *nul_terminated);            /* NULL gives empty */
em_str em_str_sub(em_str s, size_t from, size_t n);     /* clamped */
em_str em_str_trim(em_str s);                           /* ASCII space, tab, CR, LF */
bool   em_str_eq(em_str a, em_str b);
bool   em_str_eq_nocase(em_str a, em_str b);            /* ASCII letters only */
bool   em_str_starts(em_str s, em_str prefix);
bool   em_str_ends(em_str s, em_str suffix);
int    em_str_cmp(em_str a, em_str b);                  /* byte order; qsort's sign */
/* Byte index of needle, or -1. */
ptrdiff_t em_str_find(em_str s, em_str needle);

/* Cuts s at the first sep: head is before, tail after.  Without sep head is
 * all of s, tail is empty and found is false. */
typedef struct em_cut { em_str head, tail; bool found; } em_cut;
em_cut em_str_cut(em_str s, char sep);

/* Takes the next blank-separated word off *rest; "double quotes" hold a word
 * with blanks together (no escapes).  False at the end. */
bool em_str_word(em_str *rest, em_str *ret_word);

/* Whole-string decimal integer; false when s is anything else or overflows. */
bool em_str_int(em_str s, int64_t *ret_value);

/* True when s is well-formed UTF-8 (no surrogates, no overlong forms);
 * otherwise *ret_bad (may be NULL) is the offset of the first bad byte. */
bool em_utf8_ok(em_str s, size_t *ret_bad);
/* Decodes the code point at s.p[*at] of well-formed s and advances *at. */
uint32_t em_utf8_next(em_str s, size_t *at);
/* Terminal columns that s takes: wide East Asian 2, combining 0, else 1. */
size_t em_utf8_width(em_str s);
/* A code point that a terminal obeys instead of showing: controls, line and
 * paragraph separators, marks that reorder text (UAX #9). */
bool em_utf8_obeyed(uint32_t c);
/* A reader of the text would miss something of these bytes: it is not UTF-8, or holds what is obeyed and is no blank or line end. */
bool em_utf8_odd(em_str s);

/* ---- errors ---------------------------------------------------------- */

typedef struct em_error {
        em_status code;
        char      file[256];    /* evidence file as the user named it, or "" */
        uint64_t  line;         /* 1-based; 0 when unknown */
        uint64_t  column;       /* 1-based field or byte in line; 0 unknown */
        char      text[768];    /* one plain sentence, no newline */
} em_error;

/* Fills err (unless NULL) and returns code, so that callers can
 * `return em_fail(err, EM_FORMAT, ...)`.  The sentence must not contain
 * evidence bytes that were not passed through em_str_show. */
em_status em_fail(em_error *err, em_status code, const char *fmt, ...) EM_PRINTF(3, 4);
em_status em_fail_at(em_error *err, em_status code, em_str file, uint64_t line,
                     uint64_t column, const char *fmt, ...) EM_PRINTF(6, 7);
/* "launches.csv:118: sentence", cut to cap, always NUL-terminated.  Returns out. */
char *em_error_text(const em_error *err, char *out, size_t cap);

/* Evidence text made safe for a terminal or a log line: control bytes, escape
 * sequences and bad UTF-8 become \xNN, at most cap-1 bytes, "..." when cut.
 * Returns out. */
char *em_str_show(em_str s, char *out, size_t cap);

#define EM_TRY(call)                                                          \
        do {                                                                  \
                em_status em_try_ = (call);                                   \
                if (em_try_ != EM_OK)                                         \
                        return em_try_;                                       \
        } while (0)

/* Kept in release builds: a wrong finding is worse than an abort. */
#define em_assert(cond)                                                       \
        ((cond) ? (void)0 : em_assert_failed(#cond, __FILE__, __LINE__))
__attribute__((noreturn)) void em_assert_failed(const char *cond, const char *file, int line);

/* ---- memory ---------------------------------------------------------- */

typedef struct em_arena em_arena;

/* An arena that will hold at most max bytes.  NULL when out of memory. */
em_arena *em_arena_new(size_t max);
em_arena *em_arena_free(em_arena *arena);
/* Zeroed bytes aligned for any type, or NULL past the ceiling or out of
 * memory.  size 0 gives a valid pointer. */
void *em_arena_alloc(em_arena *arena, size_t size);
void *em_arena_array(em_arena *arena, size_t count, size_t size); /* overflow-checked */
/* Frees everything taken since the arena was new; keeps one chunk. */
void  em_arena_reset(em_arena *arena);
size_t em_arena_used(const em_arena *arena);
/* A copy of s in arena, with a NUL after it that n does not count.
 * ret_copy->p is NULL only on failure. */
EM_MUST em_status em_str_copy(em_str s, em_arena *arena, em_str *ret_copy, em_error *err);
EM_MUST em_status em_str_format(em_arena *arena, em_str *ret_text, em_error *err,
                                const char *fmt, ...) EM_PRINTF(4, 5);

/* One new zeroed T in arena, or NULL. */
#define EM_NEW(arena, T) ((T *)em_arena_alloc((arena), sizeof(T)))
#define EM_NEW_N(arena, T, n) ((T *)em_arena_array((arena), (n), sizeof(T)))

/* A growable byte buffer on the heap.  After a failed add it stays failed
 * (EM_NOMEM past the ceiling or out of memory) and further adds do nothing,
 * so a writer checks once, at the end, with em_buf_status. */
typedef struct em_buf {
        char  *p;
        size_t n, cap, max;
        bool   failed;
} em_buf;

em_buf em_buf_make(size_t max);
void   em_buf_free(em_buf *buf);
void   em_buf_clear(em_buf *buf);               /* keeps the memory, clears failure */
void   em_buf_add(em_buf *buf, const void *bytes, size_t n);
void   em_buf_str(em_buf *buf, em_str s);
void   em_buf_c(em_buf *buf, const char *nul_terminated);
void   em_buf_ch(em_buf *buf, char c);
void   em_buf_fmt(em_buf *buf, const char *fmt, ...) EM_PRINTF(2, 3);
em_str em_buf_view(const em_buf *buf);          /* dies with the next add */
EM_MUST em_status em_buf_status(const em_buf *buf, em_error *err);

/* ---- hashes ---------------------------------------------------------- */

typedef struct em_sha256 { uint8_t b[32]; } em_sha256;
typedef struct em_hasher em_hasher;             /* incremental SHA-256, reusable */

em_hasher *em_hasher_new(void);                 /* NULL when out of memory */
em_hasher *em_hasher_free(em_hasher *h);
void       em_hasher_add(em_hasher *h, const void *bytes, size_t n);
/* Finishes and starts afresh. */
em_sha256  em_hasher_done(em_hasher *h);
/* For single values; aborts only on a broken libcrypto. */
em_sha256  em_sha256_of(em_str bytes);
/* 64 lower-case hex digits and a NUL into out[65].  Returns out. */
char      *em_sha256_hex(em_sha256 hash, char out[65]);
bool       em_sha256_parse(em_str hex, em_sha256 *ret_hash);

/* ---- files ----------------------------------------------------------- */

/* Reads a whole regular file of at most max bytes; a NUL that n does not count
 * follows them.  A path that ends in a symlink, a device, a pipe or a folder is
 * EM_DENIED. */
EM_MUST em_status em_file_read(em_str path, uint64_t max, em_arena *arena,
                               em_str *ret_bytes, em_error *err);
/* path.tmp, fsync, rename, fsync of the folder: after a crash the old bytes
 * or the new, never a mixture. */
EM_MUST em_status em_file_write(em_str path, em_str bytes, em_error *err);
EM_MUST em_status em_dir_make(em_str path, em_error *err);      /* parents too; existing is fine */
bool    em_path_exists(em_str path);
bool    em_path_is_dir(em_str path);
em_str  em_path_base(em_str path);                              /* last component */
em_str  em_path_dir(em_str path);                               /* "." when none */
EM_MUST em_status em_path_join(em_str dir, em_str name, em_arena *arena,
                               em_str *ret_path, em_error *err);
/* Names in a folder, sorted by bytes, without "." and "..". */
EM_MUST em_status em_dir_list(em_str path, em_arena *arena, em_str **ret_names,
                              size_t *ret_count, em_error *err);

/* A read-only mapping of a regular file; p is NULL for an empty file.  Opened
 * with O_NOFOLLOW. */
typedef struct em_mapping { const char *p; size_t n; int fd; } em_mapping;
EM_MUST em_status em_mapping_open(em_str path, em_mapping *ret_map, em_error *err);
void em_mapping_close(em_mapping *map);

/* Files of which this process has found that they hold what their readers rest on: whoever opens the same ones again while
 * nothing was changed in them need not look again.  For any number of threads; NULL remembers nothing.
 *
 *     if (!em_sound_known(sound, map, maps, &state)) {        // before looking
 *             EM_TRY(check(map, err));
 *             em_sound_note(sound, &state);
 *     }
 */
typedef struct em_sound em_sound;
em_sound *em_sound_new(void);
em_sound *em_sound_free(em_sound *sound);
bool em_sound_known(em_sound *sound, const em_mapping *map, size_t maps, em_sha256 *ret_state);
void em_sound_note(em_sound *sound, const em_sha256 *state);

/* ---- JSON ------------------------------------------------------------ */

/* A writer with the key order of the calls: same calls, same bytes.  Commas,
 * quotes and escapes are its job.  pretty indents by two blanks. */
typedef struct em_json {
        em_buf *out;
        int     depth;
        bool    pretty, comma, after_key;
} em_json;

em_json em_json_make(em_buf *out, bool pretty);
void em_json_open(em_json *j, char bracket);    /* '{' or '[' */
void em_json_close(em_json *j, char bracket);   /* '}' or ']' */
void em_json_key(em_json *j, em_str key);
void em_json_str(em_json *j, em_str value);     /* bad UTF-8 becomes U+FFFD; what em_utf8_obeyed names, \uNNNN */
void em_json_int(em_json *j, int64_t value);
void em_json_num(em_json *j, double value);     /* shortest that reads back; null for inf, nan */
void em_json_bool(em_json *j, bool value);
void em_json_null(em_json *j);
void em_json_raw(em_json *j, em_str json);      /* already JSON */
/* key and value in one call */
void em_json_kstr(em_json *j, const char *key, em_str value);
void em_json_kstrs(em_json *j, const char *key, const em_str *value, size_t count);    /* a list of texts */
void em_json_kint(em_json *j, const char *key, int64_t value);
void em_json_knum(em_json *j, const char *key, double value);
void em_json_kbool(em_json *j, const char *key, bool value);

/* ---- clock, work ------------------------------------------------------ */

/* Seconds since 1970 UTC; SOURCE_DATE_EPOCH when that is set. */
int64_t em_clock_now(void);

/* Called by long work with what is done and of how much (0 unknown).
 * Returning false asks the work to stop: it ends with EM_INTERRUPTED. */
typedef struct em_progress {
        bool (*tell)(void *ctx, const char *what, uint64_t done, uint64_t of);
        void *ctx;
} em_progress;
/* True when the work may go on; a NULL progress always may. */
bool em_progress_tell(const em_progress *progress, const char *what, uint64_t done, uint64_t of);

/* Runs task(ctx, i) for i in 0..count-1 on up to threads threads (0: as many
 * as cores).  Tasks write only to their own slot; the result is the same for
 * any number of threads.  Returns the status of the lowest i that failed. */
EM_MUST em_status em_parallel(size_t count, size_t threads,
                              em_status (*task)(void *ctx, size_t i, em_error *err),
                              void *ctx, em_error *err);

#endif
