/* The case as it is now.
 *
 * A picture is made by a thread of its own and waited for a little: a large case takes seconds to answer all its questions,
 * and a page must not.  Until the new one is there, pages show the one before and say so.  Whether the case has changed is
 * seen from its files alone (inode, length, time of case.db, of its log and of the heads of its indexes), so that asking costs a few calls.
 */
#include "serve/desk.h"
#include "serve/spine.h"
#include "serve/doctor.h"
#include "serve/jobs.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { PICTURES = 6, WAIT_MS = 1500, COMMAND_S = 20, OUTPUT = 64 << 20, SAID = 32 << 20, KEY = 4 << 20 };
static const size_t PICTURE_ARENA = (size_t)4 << 30;

typedef struct slot {                   /* one day's */
        em_picture      picture;
        em_day          known;
        bool            used, made, making;
        bool            failed;         /* to make the one of failed_stamp */
        uint64_t        failed_stamp, asked;
        em_error        why;
        pthread_mutex_t turn;           /* whose turn it is to read */
        size_t          readers;        /* who has or waits for it; under the desk's lock */
        struct slot    *next;           /* of those that are no longer the newest of their day */
} slot;

struct em_desk {
        em_service_opts opts;
        pthread_mutex_t lock;
        pthread_cond_t  news;
        slot           *slot[PICTURES];
        uint64_t        clock;
        size_t          makers;
        em_jobs        *jobs;
        em_kept        *said;           /* what commands printed for pages that are kept */
        em_doctor_keep *doctor;
        char           *regime;         /* its folder */
        bool            ending;
        bool            hushed;         /* nothing more is made ahead */
};

em_str em_desk_dir(const em_desk *desk) { return desk->opts.case_dir; }
bool   em_desk_writes(const em_desk *desk) { return desk->opts.write; }
em_jobs *em_desk_jobs(em_desk *desk) { return desk->jobs; }
em_doctor_keep *em_desk_doctor(em_desk *desk) { return desk->doctor; }
em_str em_desk_regime_dir(const em_desk *desk) { return em_str_c(desk->regime); }

static uint64_t mix(uint64_t h, uint64_t v) { return (h ^ v) * 0x9e3779b97f4a7c15u ^ (h >> 31); }

/* Of one file: 0 when there is none. */
static uint64_t stamp_of(int dir, const char *path, bool empty_says)
{
        struct stat st;
        if (dir < 0 || fstatat(dir, path, &st, AT_SYMLINK_NOFOLLOW) != 0 || (!empty_says && st.st_size == 0))
                return 0;
        uint64_t h = 1;
        for (const char *p = path; *p; p++)
                h = mix(h, (uint8_t)*p);
        return mix(mix(mix(h, (uint64_t)st.st_ino), (uint64_t)st.st_size),
                   (uint64_t)st.st_mtim.tv_sec * 1000000000u + (uint64_t)st.st_mtim.tv_nsec);
}

/* An index takes its place by one rename of its folder, or of the file that says what is in it; temporary files that
 * stand in between say nothing. */
static uint64_t stamp_of_index(int dir, const char *name)
{
        static const char *const heads[] = {"index", "moves", "ships"}, ending[] = ".clusters";
        char     path[300];
        size_t   n = strlen(name), tail = sizeof ending - 1;
        uint64_t h = 0;
        if (name[0] == '.')
                return 0;
        if (strcmp(name, "names.idx") == 0 || (n > tail && strcmp(name + n - tail, ending) == 0))
                return stamp_of(dir, name, true);
        for (size_t i = 0; i < EM_COUNT(heads); i++) {
                snprintf(path, sizeof path, "%s/%s", name, heads[i]);
                h += stamp_of(dir, path, true);
        }
        return h;
}

uint64_t em_desk_stamp(em_desk *desk)
{
        char     path[4200];
        snprintf(path, sizeof path, "%.*s", EM_ARG(desk->opts.case_dir));
        int      dir = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        int      index = dir < 0 ? -1 : openat(dir, "index", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        uint64_t h = mix(stamp_of(dir, "case.db", true), stamp_of(dir, "case.db-wal", false)), all = 0;  /* an empty log says nothing */
        DIR     *list = index < 0 ? NULL : fdopendir(index);
        for (const struct dirent *e = list ? readdir(list) : NULL; e; e = readdir(list))
                all += stamp_of_index(index, e->d_name);        /* whatever their order */
        if (list)
                closedir(list);
        else if (index >= 0)
                close(index);
        if (dir >= 0)
                close(dir);
        return mix(h, all);
}

/* ---- making one ----------------------------------------------------------------------------------- */

static slot *slot_free(slot *s)
{
        if (s) {
                em_case_close(s->picture.c);
                em_arena_free(s->picture.arena);
                pthread_mutex_destroy(&s->turn);
                free(s);
        }
        return NULL;
}

static bool not_ending(void *ctx, const char *what, uint64_t done, uint64_t of)
{
        em_desk *d = ctx;
        (void)what, (void)done, (void)of;
        pthread_mutex_lock(&d->lock);
        bool go_on = !d->ending;
        pthread_mutex_unlock(&d->lock);
        return go_on;
}

static em_status make(em_desk *d, slot *s, em_error *err)
{
        em_picture    *p = &s->picture;
        em_report_opts opts = {.as_known = s->known};
        em_progress    watch = {not_ending, d};
        em_entry      *entry;
        size_t         entries;
        p->stamp = em_desk_stamp(d);
        p->known = s->known;
        em_day_text(s->known, p->known_text);
        p->arena = em_arena_new(PICTURE_ARENA);
        if (!p->arena)
                return em_fail(err, EM_NOMEM, "no memory for the case");
        EM_TRY(em_case_open(d->opts.case_dir, EM_CASE_READ, &p->c, err));
        EM_TRY(em_case_log(p->c, 0, p->arena, &entry, &entries, err));
        p->last_seq = entries ? entry[entries - 1].seq : 0;
        EM_TRY(em_spine_make(p->c, p->known, p->arena, &watch, &p->spine, err));
        EM_TRY(em_view_make(p->c, &opts, p->arena, &watch, &p->view, err));
        return em_covered_make(p->c, s->known, p->arena, &p->covered, &p->covereds, err);
}

typedef struct order { em_desk *desk; slot *slot; size_t at; } order;

static void *maker(void *arg)
{
        order    o = *(order *)arg;
        em_desk *d = o.desk;
        free(arg);
        slot    *fresh = calloc(1, sizeof *fresh);
        em_error err = {0};
        em_status s = EM_NOMEM;
        uint64_t  stamp = em_desk_stamp(d);
        if (fresh) {
                pthread_mutex_init(&fresh->turn, NULL);
                fresh->known = o.slot->known;
                s = make(d, fresh, &err);
        }
        pthread_mutex_lock(&d->lock);
        slot *old = d->slot[o.at];
        old->making = false;
        if (s == EM_OK) {
                fresh->used = fresh->made = true;
                fresh->asked = old->asked;
                d->slot[o.at] = fresh;
                fresh = old->readers ? NULL : old;      /* its last reader frees it otherwise */
                old->used = false;
        } else {
                old->failed = true;
                old->failed_stamp = stamp;
                old->why = err;
                old->why.code = s;
        }
        d->makers--;
        pthread_cond_broadcast(&d->news);
        pthread_mutex_unlock(&d->lock);
        slot_free(fresh);
        return NULL;
}

/* Under the lock. */
static bool start_maker(em_desk *d, size_t at)
{
        pthread_t thread;
        order    *o = malloc(sizeof *o);
        if (!o)
                return false;
        *o = (order){d, d->slot[at], at};
        if (pthread_create(&thread, NULL, maker, o) != 0) {
                free(o);
                return false;
        }
        pthread_detach(thread);
        d->slot[at]->making = true;
        d->makers++;
        return true;
}

/* ---- taking it ----------------------------------------------------------------------------------------- */

/* The day's slot; PICTURES: it has none. */
static size_t slot_known(const em_desk *d, em_day known)
{
        size_t i = 0;
        while (i < PICTURES && !(d->slot[i] && d->slot[i]->known == known))
                i++;
        return i;
}

/* The day's slot; else a free one; else the longest unasked that nobody reads or makes. */
static size_t slot_of(em_desk *d, em_day known)
{
        size_t best = slot_known(d, known);
        if (best < PICTURES)
                return best;
        for (size_t i = 0; i < PICTURES; i++) {
                slot *s = d->slot[i];
                if (!s)
                        return i;
                if (!s->readers && !s->making && (best == PICTURES || s->asked < d->slot[best]->asked))
                        best = i;
        }
        if (best < PICTURES)
                d->slot[best] = slot_free(d->slot[best]);
        return best;
}

static bool is_new(const slot *s, uint64_t stamp) { return s->made && s->picture.stamp == stamp; }

/* Under the lock: the slot to read, or NULL with err. */
static slot *wait_for(em_desk *d, size_t at, uint64_t stamp, em_error *err)
{
        struct timespec until;
        clock_gettime(CLOCK_REALTIME, &until);
        until.tv_nsec += (WAIT_MS % 1000) * 1000000L;
        until.tv_sec += WAIT_MS / 1000 + until.tv_nsec / 1000000000L;
        until.tv_nsec %= 1000000000L;
        for (int late = 0; !is_new(d->slot[at], stamp);) {
                slot *s = d->slot[at];
                if (s->failed && s->failed_stamp == stamp && !s->making) {
                        *err = s->why;
                        return NULL;
                }
                if (late == ETIMEDOUT) {
                        if (s->made)
                                return s;
                        (void)em_fail(err, EM_BUSY, "the case is being read and its questions answered; this page comes back by itself");
                        return NULL;
                }
                if (!s->making && !start_maker(d, at)) {
                        (void)em_fail(err, EM_NOMEM, "no thread to read the case");
                        return NULL;
                }
                late = pthread_cond_timedwait(&d->news, &d->lock, &until);
        }
        return d->slot[at];
}

static em_status asked_day(const em_ask *ask, em_day *ret_day, em_error *err)
{
        em_str text = em_form_get(ask->query, "known");
        char   shown[40];
        *ret_day = EM_DAY_NONE;
        if (text.n && !em_day_parse(text, ret_day))
                return em_fail(err, EM_USAGE, "known=%s is not a day such as 2022-03-01", em_str_show(text, shown, sizeof shown));
        return EM_OK;
}

em_status em_desk_take(em_ask *ask, em_picture **ret_picture, em_error *err)
{
        em_desk *d = ask->desk;
        em_day   known;
        em_assert(d);
        if (ask->picture) {
                *ret_picture = ask->picture;
                return EM_OK;
        }
        EM_TRY(asked_day(ask, &known, err));
        uint64_t stamp = em_desk_stamp(d);
        em_error why = {0};
        slot    *s = NULL;
        pthread_mutex_lock(&d->lock);
        size_t at = ask->ahead ? slot_known(d, known) : slot_of(d, known);
        if (ask->ahead && at < PICTURES && !is_new(d->slot[at], stamp))
                at = PICTURES;          /* a page made ahead has nothing read for it */
        if (at < PICTURES && !d->slot[at] && (d->slot[at] = calloc(1, sizeof **d->slot)) != NULL) {
                pthread_mutex_init(&d->slot[at]->turn, NULL);
                d->slot[at]->known = known;
        }
        if (at < PICTURES && d->slot[at]) {
                d->slot[at]->asked = ++d->clock;
                s = wait_for(d, at, stamp, &why);
        } else {
                (void)em_fail(&why, EM_BUSY, "too many days are asked for at once; try again");
        }
        if (s)
                s->readers++;
        pthread_mutex_unlock(&d->lock);
        if (!s) {
                if (err)
                        *err = why;
                return why.code;
        }
        pthread_mutex_lock(&s->turn);
        ask->picture = &s->picture;
        ask->old = s->picture.stamp != stamp;
        *ret_picture = ask->picture;
        return EM_OK;
}

em_status em_desk_case(em_ask *ask, em_case **ret_case, em_error *err)
{
        if (!ask->own_case)
                EM_TRY(em_case_open(ask->desk->opts.case_dir, EM_CASE_READ, &ask->own_case, err));
        *ret_case = ask->own_case;
        return EM_OK;
}

void em_desk_done(em_ask *ask)
{
        ask->own_case = em_case_close(ask->own_case);
        if (!ask->picture)
                return;
        slot *s = (slot *)((char *)ask->picture - offsetof(slot, picture));
        pthread_mutex_unlock(&s->turn);
        pthread_mutex_lock(&ask->desk->lock);
        bool last = --s->readers == 0 && s->made && !s->used;
        pthread_mutex_unlock(&ask->desk->lock);
        ask->picture = NULL;
        if (last)
                slot_free(s);
}

/* ---- pages made ahead -------------------------------------------------------------------------------------- */

bool em_desk_await(em_desk *d, uint64_t *stamp)
{
        pthread_mutex_lock(&d->lock);
        for (bool met = false; !met && !d->hushed;) {
                size_t at = slot_known(d, EM_DAY_NONE);
                met = at < PICTURES && d->slot[at]->made && d->slot[at]->picture.stamp != *stamp;
                if (met)
                        *stamp = d->slot[at]->picture.stamp;
                else
                        pthread_cond_wait(&d->news, &d->lock);
        }
        bool go_on = !d->hushed;
        pthread_mutex_unlock(&d->lock);
        return go_on;
}

static bool is_working(em_desk *d)
{
        em_arena *arena = em_arena_new(1 << 20);
        em_job   *job = NULL;
        size_t    jobs = 0;
        bool      working = false;
        if (arena && em_jobs_list(d->jobs, arena, &job, &jobs, NULL) == EM_OK)
                for (size_t i = 0; i < jobs; i++)
                        working |= job[i].state == EM_JOB_RUNNING;
        em_arena_free(arena);
        return working;
}

bool em_desk_calm(em_desk *d, uint64_t stamp)
{
        bool calm = false, go_on = true;
        while (go_on && !calm) {
                calm = !is_working(d);
                go_on = em_desk_stamp(d) == stamp;
                pthread_mutex_lock(&d->lock);
                if (go_on && !calm && !d->hushed) {
                        struct timespec until;
                        clock_gettime(CLOCK_REALTIME, &until);
                        until.tv_sec++;
                        (void)pthread_cond_timedwait(&d->news, &d->lock, &until);
                }
                go_on = go_on && !d->hushed;
                pthread_mutex_unlock(&d->lock);
        }
        return go_on;
}

void em_desk_hush(em_desk *d)
{
        pthread_mutex_lock(&d->lock);
        d->hushed = true;
        pthread_cond_broadcast(&d->news);
        pthread_mutex_unlock(&d->lock);
}

static bool still_wanted(void *ctx, const char *what, uint64_t done, uint64_t of)
{
        em_ask *ask = ctx;
        (void)what, (void)done, (void)of;
        if (!ask->ahead)
                return true;
        pthread_mutex_lock(&ask->desk->lock);
        bool go_on = !ask->desk->hushed;
        pthread_mutex_unlock(&ask->desk->lock);
        return go_on;
}

em_progress em_desk_watch(em_ask *ask) { return (em_progress){still_wanted, ask}; }

/* ---- the desk ------------------------------------------------------------------------------------------------ */

em_status em_desk_new(const em_service_opts *opts, em_desk **ret_desk, em_error *err)
{
        em_case *c = NULL;
        EM_TRY(em_case_open(opts->case_dir, EM_CASE_READ, &c, err));
        em_desk *d = calloc(1, sizeof *d);
        if (d) {
                em_str regime = em_case_regime_dir(c);
                d->opts = *opts;
                d->regime = strndup(regime.p, regime.n);
                d->doctor = em_doctor_keep_new();
                d->said = em_kept_new(SAID);
                d->jobs = d->regime && d->doctor && d->said ? em_jobs_new(&d->opts) : NULL;
        }
        em_case_close(c);
        if (!d || !d->jobs) {
                em_kept_free(d ? d->said : NULL);
                em_doctor_keep_free(d ? d->doctor : NULL);
                free(d ? d->regime : NULL);
                free(d);
                return em_fail(err, EM_NOMEM, "no memory for the desk");
        }
        pthread_mutex_init(&d->lock, NULL);
        pthread_cond_init(&d->news, NULL);
        *ret_desk = d;
        return EM_OK;
}

void em_desk_warm(em_desk *d)
{
        pthread_mutex_lock(&d->lock);
        if (!d->slot[0] && (d->slot[0] = calloc(1, sizeof **d->slot)) != NULL) {
                pthread_mutex_init(&d->slot[0]->turn, NULL);
                d->slot[0]->known = EM_DAY_NONE;
                (void)start_maker(d, 0);
        }
        pthread_mutex_unlock(&d->lock);
}

em_desk *em_desk_free(em_desk *d)
{
        if (!d)
                return NULL;
        pthread_mutex_lock(&d->lock);
        d->ending = true;
        pthread_mutex_unlock(&d->lock);
        em_jobs_free(d->jobs);
        em_kept_free(d->said);
        em_doctor_keep_free(d->doctor);
        pthread_mutex_lock(&d->lock);
        while (d->makers)
                pthread_cond_wait(&d->news, &d->lock);
        pthread_mutex_unlock(&d->lock);
        for (size_t i = 0; i < PICTURES; i++)
                slot_free(d->slot[i]);
        pthread_mutex_destroy(&d->lock);
        pthread_cond_destroy(&d->news);
        free(d->regime);
        free(d);
        return NULL;
}

/* ---- commands --------------------------------------------------------------------------------------------------- */

typedef struct deadline { struct timespec until; em_ask *ask; } deadline;

static bool in_time(void *ctx, const char *what, uint64_t done, uint64_t of)
{
        const deadline *d = ctx;
        struct timespec now;
        if (!still_wanted(d->ask, what, done, of))
                return false;
        clock_gettime(CLOCK_MONOTONIC, &now);
        return now.tv_sec < d->until.tv_sec || (now.tv_sec == d->until.tv_sec && now.tv_nsec < d->until.tv_nsec);
}

static em_status run_now(em_ask *ask, const em_str *word, size_t words, unsigned seconds, em_buf *out, em_error *err)
{
        deadline    d = {.ask = ask};
        em_progress watch = {in_time, &d};
        clock_gettime(CLOCK_MONOTONIC, &d.until);
        d.until.tv_sec += seconds ? seconds : COMMAND_S;
        em_status s = ask->desk->opts.run(ask->desk->opts.run_ctx, word, words, &watch, out, err);
        if (s == EM_DIFF)
                s = EM_OK;
        if (s == EM_INTERRUPTED)
                s = em_fail(err, EM_INTERRUPTED, "this takes longer than a page may; the command line has no such limit");
        return s == EM_OK ? em_buf_status(out, err) : s;
}

/* Words may hold anything, so each has its length before it. */
static em_status key_of(const em_str *word, size_t words, em_buf *key, em_error *err)
{
        for (size_t i = 0; i < words; i++) {
                em_buf_fmt(key, "%zu ", word[i].n);
                em_buf_str(key, word[i]);
        }
        return em_buf_status(key, err);
}

static em_status run_or_recall(em_ask *ask, const em_str *word, size_t words, unsigned seconds, em_str key, em_buf *out, em_error *err)
{
        em_kept  *said = ask->desk->said;
        uint64_t  stamp = em_desk_stamp(ask->desk);
        em_reply  reply = {.body = *out};
        bool      making = false;
        em_status s = EM_OK;
        if (!em_kept_get(said, key, stamp, &reply)) {
                making = em_kept_making(said, key, stamp);
                if (making || !em_kept_get(said, key, stamp, &reply)) {
                        s = run_now(ask, word, words, seconds, &reply.body, err);
                        if (s == EM_OK)
                                em_kept_put(said, key, stamp, &reply);
                }
        }
        if (making)
                em_kept_made(said, key, stamp);
        *out = reply.body;
        return s == EM_OK ? em_buf_status(out, err) : s;
}

em_status em_desk_run(em_ask *ask, const em_str *word, size_t words, unsigned seconds, em_str *ret_text, em_error *err)
{
        em_buf    out = em_buf_make(OUTPUT), key = em_buf_make(KEY);
        em_status s = key_of(word, words, &key, err);
        if (s == EM_OK && (ask->route->flags & EM_ROUTE_KEPT))
                s = run_or_recall(ask, word, words, seconds, em_buf_view(&key), &out, err);
        else if (s == EM_OK)
                s = run_now(ask, word, words, seconds, &out, err);
        if (s == EM_OK)
                s = em_str_copy(em_buf_view(&out), ask->arena, ret_text, err);
        em_buf_free(&key);
        em_buf_free(&out);
        return s;
}

em_status em_desk_run_json(em_ask *ask, const em_str *word, size_t words, unsigned seconds, const em_jnode **ret_root, em_error *err)
{
        em_str   *with = EM_NEW_N(ask->arena, em_str, words + 1);
        em_str    text;
        em_jnode *root;
        if (!with)
                return em_fail(err, EM_NOMEM, "no memory for a command");
        memcpy(with, word, words * sizeof *word);
        with[words] = EM_S("--json");
        EM_TRY(em_desk_run(ask, with, words + 1, seconds, &text, err));
        EM_TRY(em_json_parse(ask->reader, text, ask->arena, &root, err));
        *ret_root = root;
        return EM_OK;
}

static bool plain(em_str s)
{
        bool fit = s.n > 0;
        for (size_t i = 0; i < s.n; i++)
                fit = fit && ((s.p[i] >= 'a' && s.p[i] <= 'z') || (s.p[i] >= 'A' && s.p[i] <= 'Z') || (s.p[i] >= '0' && s.p[i] <= '9')
                              || strchr("/._-+:,=@", s.p[i]));
        return fit;
}

em_status em_desk_line(em_ask *ask, const em_str *word, size_t words, em_str *ret_line, em_error *err)
{
        em_buf out = em_buf_make(1 << 16);
        for (size_t i = 0; i < words; i++) {
                em_buf_c(&out, i ? " " : "");
                if (plain(word[i])) {
                        em_buf_str(&out, word[i]);
                        continue;
                }
                em_buf_ch(&out, '\'');
                for (size_t k = 0; k < word[i].n; k++)
                        if (word[i].p[k] == '\'')
                                em_buf_c(&out, "'\\''");
                        else
                                em_buf_ch(&out, word[i].p[k]);
                em_buf_ch(&out, '\'');
        }
        em_status s = em_buf_status(&out, err);
        if (s == EM_OK)
                s = em_str_copy(em_buf_view(&out), ask->arena, ret_line, err);
        em_buf_free(&out);
        return s;
}
