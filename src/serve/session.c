/* Who has signed in, and who has tried to.
 *
 * A session is a random cookie of 256 bits of which only the hash is kept, so that a copy of our memory's table signs nobody
 * in.  Their number, age and idle time are bounded (OWASP session management: absolute and idle timeouts).  Failures are
 * counted in a table that strangers can neither grow nor empty: a name or address falls by a keyed hash on a place,
 * and shares its count with whoever else falls there.
 *
 * What a session's forms must send back is random too, and made with the session: it opens nothing by itself, goes with the
 * session, and who has learnt his own cannot make another person's browser act with it (OWASP, synchronizer token pattern).
 */
#include "serve/service.h"

#include <pthread.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/random.h>

typedef struct session {
        em_sha256 cookie;
        em_signed who;
        int64_t   began_s, used_s;
} session;

struct em_sessions {
        pthread_mutex_t lock;
        em_signed       nobody;         /* who has not signed in has forms too, where nobody need */
        session         at[EM_SESSIONS];
        size_t          count;
};

static bool random_hex(size_t bytes, char *ret_hex)
{
        uint8_t byte[32];
        if (getrandom(byte, bytes, 0) != (ssize_t)bytes)
                return false;
        for (size_t i = 0; i < bytes; i++)
                snprintf(ret_hex + 2 * i, 3, "%02x", byte[i]);
        return true;
}

em_sessions *em_sessions_new(void)
{
        em_sessions *s = calloc(1, sizeof *s);
        if (s && !random_hex(16, s->nobody.form)) {
                free(s);
                return NULL;
        }
        if (s)
                pthread_mutex_init(&s->lock, NULL);
        return s;
}

em_sessions *em_sessions_free(em_sessions *s)
{
        if (s)
                pthread_mutex_destroy(&s->lock);
        free(s);
        return NULL;
}

static bool is_over(const session *s, int64_t now_s)
{
        return now_s - s->began_s > EM_SESSION_AGE_S || now_s - s->used_s > EM_SESSION_IDLE_S;
}

static void drop(em_sessions *s, size_t i)
{
        s->at[i] = s->at[--s->count];
        sodium_memzero(&s->at[s->count], sizeof s->at[s->count]);
}

/* A free place, if need be that of the one longest unused. */
static session *make_room(em_sessions *s, int64_t now_s)
{
        size_t oldest = 0;
        for (size_t i = s->count; i-- > 0;)
                if (is_over(&s->at[i], now_s))
                        drop(s, i);
        for (size_t i = 1; i < s->count; i++)
                if (s->at[i].used_s < s->at[oldest].used_s)
                        oldest = i;
        if (s->count == EM_SESSIONS)
                drop(s, oldest);
        return &s->at[s->count++];
}

em_status em_session_begin(em_sessions *s, em_str user, bool write, int64_t now_s, char ret_cookie[EM_SESSION_COOKIE], em_error *err)
{
        em_signed who = {.in = true, .write = write};
        if (user.n >= sizeof who.user)
                return em_fail(err, EM_FORMAT, "the name is too long");
        if (!random_hex(32, ret_cookie) || !random_hex(16, who.form))
                return em_fail(err, EM_IO, "no random bytes for a session");
        if (user.n)
                memcpy(who.user, user.p, user.n);
        pthread_mutex_lock(&s->lock);
        session *at = make_room(s, now_s);
        *at = (session){.cookie = em_sha256_of(em_str_c(ret_cookie)), .who = who, .began_s = now_s, .used_s = now_s};
        pthread_mutex_unlock(&s->lock);
        return EM_OK;
}

/* Under the lock.  By hash: where a comparison ends says nothing about the cookie. */
static size_t find(const em_sessions *s, em_str cookie)
{
        em_sha256 hash = em_sha256_of(cookie);
        size_t    i = 0;
        while (i < s->count && sodium_memcmp(&s->at[i].cookie, &hash, sizeof hash) != 0)
                i++;
        return i;
}

em_signed em_session_of(em_sessions *s, em_str cookie, int64_t now_s)
{
        em_signed who = s->nobody;
        if (cookie.n != EM_SESSION_COOKIE - 1)
                return who;
        pthread_mutex_lock(&s->lock);
        size_t i = find(s, cookie);
        if (i < s->count && is_over(&s->at[i], now_s)) {
                drop(s, i);
        } else if (i < s->count) {
                s->at[i].used_s = now_s;
                who = s->at[i].who;
        }
        pthread_mutex_unlock(&s->lock);
        return who;
}

void em_session_end(em_sessions *s, em_str cookie)
{
        pthread_mutex_lock(&s->lock);
        size_t i = find(s, cookie);
        if (i < s->count)
                drop(s, i);
        pthread_mutex_unlock(&s->lock);
}

/* ---- failures ---------------------------------------------------------------------------------------- */

enum { PLACES = 1024, FREE_NAME = 5, FREE_PEER = 20, WAIT_MOST_S = 300, FORGET_S = 900 };

typedef struct tally { unsigned failed; int64_t last_s; } tally;

struct em_tallies {
        pthread_mutex_t lock;
        uint8_t         key[crypto_shorthash_KEYBYTES];
        tally           name[PLACES], peer[PLACES];
};

em_tallies *em_tallies_new(void)
{
        em_tallies *t = calloc(1, sizeof *t);
        if (t && getrandom(t->key, sizeof t->key, 0) != sizeof t->key) {
                free(t);
                return NULL;
        }
        if (t)
                pthread_mutex_init(&t->lock, NULL);
        return t;
}

em_tallies *em_tallies_free(em_tallies *t)
{
        if (t)
                pthread_mutex_destroy(&t->lock);
        free(t);
        return NULL;
}

static size_t place(const em_tallies *t, em_str s)
{
        uint8_t hash[crypto_shorthash_BYTES];
        crypto_shorthash(hash, (const unsigned char *)(s.n ? s.p : ""), s.n, t->key);
        return (size_t)(hash[0] | hash[1] << 8) % PLACES;
}

/* Failures beyond the free ones double the wait: 1 s, 2 s, 4 s ... */
static unsigned wait_of(tally *y, unsigned free_ones, int64_t now_s)
{
        if (now_s - y->last_s > FORGET_S)
                *y = (tally){0};
        if (y->failed < free_ones)
                return 0;
        unsigned over = y->failed - free_ones;
        int64_t  whole = over < 9 ? (int64_t)1 << over : WAIT_MOST_S, left;
        left = y->last_s + (whole < WAIT_MOST_S ? whole : WAIT_MOST_S) - now_s;
        return left > 0 ? (unsigned)left : 0;
}

unsigned em_tally_wait(em_tallies *t, em_str name, em_str peer, int64_t now_s)
{
        pthread_mutex_lock(&t->lock);
        unsigned a = wait_of(&t->name[place(t, name)], FREE_NAME, now_s), b = wait_of(&t->peer[place(t, peer)], FREE_PEER, now_s);
        pthread_mutex_unlock(&t->lock);
        return a > b ? a : b;
}

void em_tally_failed(em_tallies *t, em_str name, em_str peer, int64_t now_s)
{
        tally *both[] = {&t->name[place(t, name)], &t->peer[place(t, peer)]};
        pthread_mutex_lock(&t->lock);
        for (size_t i = 0; i < 2; i++) {
                both[i]->failed++;
                both[i]->last_s = now_s;
        }
        pthread_mutex_unlock(&t->lock);
}

void em_tally_passed(em_tallies *t, em_str name)
{
        pthread_mutex_lock(&t->lock);
        t->name[place(t, name)] = (tally){0};
        pthread_mutex_unlock(&t->lock);
}
