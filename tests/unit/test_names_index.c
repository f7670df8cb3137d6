/* names.idx: what is put in comes out, a search finds what comparing everything finds, and no damage is read.
 *
 * The lists are made here: a few hundred parties of common first and last names, drawn by a fixed generator, and a
 * handful that the tests ask for by name.
 */
#include "embargo/names.h"
#include "names/names_inside.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <cmocka.h>

static const char *const first[] = {"Sergey", "Mohammed", "Ali", "Hassan", "Natalia", "Olga", "Jong", "Yong Chol", "Myong Su", "Carlos",
        "Maria", "Ahmad", "Viktor", "Dmitri", "Igor", "Fatima", "Abdul Rahman", "Pedro", "Luis", "Andrei", "Sang Ho", "Guihua", "Wei"};
static const char *const last[] = {"Ivanov", "Petrov", "Kim", "Ri", "Pak", "Hussein", "Al-Tikriti", "Garcia", "Rodriguez", "Kuznetsov",
        "Sidorenko", "Makarov", "Zhang", "Wang", "Choe", "Lopez", "Haqqani", "Karimov", "Lukashenko", "Orellana", "Baynah", "Zadran"};
enum { FIRST = sizeof first / sizeof *first, LAST = sizeof last / sizeof *last, DRAWN = 600 };

static uint32_t draw(uint32_t *state)   /* Numerical Recipes' generator */
{
        *state = *state * 1664525u + 1013904223u;
        return *state >> 8;
}

static const char fixed[] =
        "name,alias,weak_alias,schema,id,born,country,imo,passport,wallet,gender\n"
        "\"RI, Son Gwon\",Lee Seon-gwon,Comrade Ri,Person,P1,1958,kp,,654310150,,male\n"
        "KIM JONG CHOL,,,Person,P2,1971-03-01,kp,,,,male\n"
        "CHONG CHON GANG,Chongchongang,,Vessel,V1,1977,kp,7937317,,,\n"
        "George Habbash,,,Person,P3,,,,,,\n"
        "EMMA LLC,,,Company,C1,,,,,,\n"
        "11420 CORP.,,,Company,C2,,,,,,\n"
        "Lazarus Group,,,Organization,C3,,,,,0x098B716B8Aaf21512996dC57EB0615e2383E2f96,\n";

typedef struct world { char dir[64], path[96]; em_arena *arena; em_list *list; em_names *names; } world;

static void write_lists(em_buf *b)
{
        uint32_t state = 1718;
        em_buf_c(b, fixed);
        for (int i = 0; i < DRAWN; i++) {
                uint32_t f = draw(&state) % FIRST, l = draw(&state) % LAST, m = draw(&state) % FIRST;
                em_buf_fmt(b, "%s %s%s%s,,,Person,D%d,,,,,,\n", first[f], i % 3 ? "" : first[m], i % 3 ? "" : " ", last[l], i);
        }
}

static int make(void **state)
{
        world *w = calloc(1, sizeof *w);
        em_buf b = em_buf_make(1 << 20);
        assert_non_null(w);
        snprintf(w->dir, sizeof w->dir, "/tmp/embargo-names-XXXXXX");
        assert_non_null(mkdtemp(w->dir));
        snprintf(w->path, sizeof w->path, "%s/names.idx", w->dir);
        w->arena = em_arena_new((size_t)1 << 30);
        write_lists(&b);
        assert_int_equal(em_list_parse(em_buf_view(&b), EM_S("made.csv"), NULL, &w->list, NULL), EM_OK);
        em_names_built built;
        assert_int_equal(em_names_build((const em_list *const *)&w->list, 1, em_str_c(w->path), NULL, &built, NULL), EM_OK);
        assert_int_equal(built.parties, DRAWN + 7);
        assert_int_equal(em_names_open(em_str_c(w->path), &w->names, NULL), EM_OK);
        em_buf_free(&b);
        *state = w;
        return 0;
}

static int drop(void **state)
{
        world *w = *state;
        em_names_close(w->names);
        em_list_free(w->list);
        em_arena_free(w->arena);
        unlink(w->path);
        rmdir(w->dir);
        free(w);
        return 0;
}

static em_found ask(world *w, const char *name, em_schema schema, const em_search_opts *o)
{
        em_found f;
        em_str  *text = EM_NEW(w->arena, em_str);
        assert_non_null(text);
        *text = em_str_c(name);
        em_query q = {.name = text, .names = name[0] != 0, .schema = schema};
        assert_int_equal(em_names_search(w->names, &q, o, w->arena, &f, NULL), EM_OK);
        return f;
}

static em_str id_of(world *w, uint32_t party)
{
        em_party p;
        assert_int_equal(em_names_party(w->names, party, w->arena, &p, NULL), EM_OK);
        return p.id;
}

static void assert_first(world *w, const char *name, em_schema schema, const char *id)
{
        em_found f = ask(w, name, schema, NULL);
        if (!f.matches || !em_str_eq(id_of(w, f.match[0].party), em_str_c(id)))
                fail_msg("%s does not find %s first", name, id);
}

static void names_are_found_in_whatever_writing(void **state)
{
        world *w = *state;
        assert_first(w, "Ri Son Gwon", EM_SCHEMA_PERSON, "P1");
        assert_first(w, "Rhee Sun-kwon", EM_SCHEMA_PERSON, "P1");
        assert_first(w, "리선권", EM_SCHEMA_PERSON, "P1");
        assert_first(w, "Jong Chol Kim", EM_SCHEMA_PERSON, "P2");
        assert_first(w, "김정철", EM_SCHEMA_PERSON, "P2");
        assert_first(w, "Chong Chongang", EM_SCHEMA_VESSEL, "V1");
}

static void the_worst_alarms_are_not_given(void **state)
{
        world *w = *state;
        assert_int_equal(ask(w, "George Bush", EM_SCHEMA_PERSON, NULL).matches, 0);
        assert_int_equal(ask(w, "emma daniels", EM_SCHEMA_THING, NULL).matches, 0);
        assert_int_equal(ask(w, "CORP", EM_SCHEMA_THING, NULL).matches, 0);
        assert_int_equal(ask(w, "LLC", EM_SCHEMA_THING, NULL).matches, 0);
        assert_int_equal(ask(w, "Ri Son Gwon", EM_SCHEMA_VESSEL, NULL).matches, 0);
        assert_int_equal(ask(w, "", EM_SCHEMA_THING, NULL).matches, 0);
}

/* One slip of the pen: two neighbours swapped, a letter left out, a letter doubled, or nothing. */
static void slip(char *text, uint32_t *state)
{
        size_t n = strlen(text), at = 1 + draw(state) % (n - 2);
        char   c = text[at];
        switch (draw(state) % 4) {
        case 0:
                text[at] = text[at + 1];
                text[at + 1] = c;
                break;
        case 1:
                memmove(text + at, text + at + 1, n - at);
                break;
        case 2:
                memmove(text + at + 1, text + at, n - at + 1);
                break;
        default:
                break;
        }
}

static void the_index_finds_what_comparing_everything_finds(void **state)
{
        world         *w = *state;
        em_search_opts all = em_search_defaults;
        uint32_t       seed = 66;
        int            lost = 0, asked = 400, found = 0;
        all.exhaustive = true;
        for (int i = 0; i < asked; i++) {
                char text[96];
                em_arena_reset(w->arena);
                snprintf(text, sizeof text, "%s %s", first[draw(&seed) % FIRST], last[draw(&seed) % LAST]);
                slip(text, &seed);
                em_found a = ask(w, text, EM_SCHEMA_PERSON, &all), b = ask(w, text, EM_SCHEMA_PERSON, NULL);
                double   best = a.matches ? a.match[0].score : 0, got = b.matches ? b.match[0].score : 0;
                assert_true(got <= best);
                lost += got < best;
                found += best > 0;
                assert_true(b.compared <= a.compared);
        }
        assert_true(found > asked / 2);
        if (lost * 100 > asked)         /* one in a hundred of the best */
                fail_msg("%d of %d best matches were lost", lost, asked);
}

/* Words that tens of thousands of entries hold are not read through; what holds two of them is found all the same. */
static void a_name_of_two_very_common_words_is_found(void **state)
{
        world   *w = *state;
        em_list *list;
        em_buf   b = em_buf_make(1 << 23);
        char     path[128];
        em_names *names;
        snprintf(path, sizeof path, "%s/common.idx", w->dir);
        em_buf_c(&b, "name,schema,id\n");
        for (int i = 0; i < 60000; i++) {
                char word[8] = {0};
                for (int k = 0, rest = i; k < 6; k++, rest /= 9)
                        word[k] = (char)(k % 2 ? "aeiouaeio"[rest % 9] : "bdfgklmnr"[rest % 9]);
                em_buf_fmt(&b, "%s %s,Person,N%d\n", i % 3 == 1 ? word : "Ivan", i % 3 == 0 ? word : i % 3 == 1 ? "Petrov" : word, i);
        }
        em_buf_c(&b, "Ivan Petrov,Person,X\n");
        assert_int_equal(em_list_parse(em_buf_view(&b), EM_S("made.csv"), NULL, &list, NULL), EM_OK);
        assert_int_equal(em_names_build((const em_list *const *)&list, 1, em_str_c(path), NULL, NULL, NULL), EM_OK);
        assert_int_equal(em_names_open(em_str_c(path), &names, NULL), EM_OK);
        static const char *const asked[] = {"Ivan Petrov", "PETROV, Ivan", "Petrov Ivann"};
        for (size_t i = 0; i < sizeof asked / sizeof *asked; i++) {
                em_str   name = em_str_c(asked[i]);
                em_query q = {.name = &name, .names = 1, .schema = EM_SCHEMA_PERSON};
                em_found f;
                em_party p;
                assert_int_equal(em_names_search(names, &q, NULL, w->arena, &f, NULL), EM_OK);
                assert_true(f.matches > 0);
                assert_int_equal(em_names_party(names, f.match[0].party, w->arena, &p, NULL), EM_OK);
                if (!em_str_eq(p.id, EM_S("X")))
                        fail_msg("%s finds %.*s first", asked[i], EM_ARG(p.id));
        }
        em_names_close(names);
        em_list_free(list);
        em_buf_free(&b);
        unlink(path);
}

/* The list's names have no family name of their own here, so the site's score is that of the text. */
static void the_mode_of_the_ofac_site_finds_all_that_score_so(void **state)
{
        world         *w = *state;
        em_search_opts o = em_search_defaults;
        uint32_t       seed = 3;
        size_t         seen = 0;
        o.algorithm = EM_ALGORITHM_OFAC_SITE;
        o.least = .85;
        o.limit = 10000;
        for (int i = 0; i < 20; i++) {
                char   text[96];
                size_t want = 0;
                em_arena_reset(w->arena);
                snprintf(text, sizeof text, "%s %s", first[draw(&seed) % FIRST], last[draw(&seed) % LAST]);
                slip(text, &seed);
                em_found f = ask(w, text, EM_SCHEMA_PERSON, &o);
                for (uint32_t k = 0; k < em_names_counts(w->names).parties; k++) {
                        em_party p;
                        double   best = 0;
                        assert_int_equal(em_names_party(w->names, k, w->arena, &p, NULL), EM_OK);
                        for (size_t n = 0; n < p.names && p.schema <= EM_SCHEMA_PERSON; n++) {
                                double like = em_name_like_ofac_site(em_str_c(text), p.name[n].text, w->arena);
                                best = like > best ? like : best;
                        }
                        want += best >= o.least;
                }
                assert_int_equal(f.matches, want);
                for (size_t m = 0; m < f.matches; m++, seen++) {
                        double sum = 0;
                        for (size_t r = 0; r < f.match[m].names.rows; r++)
                                sum += f.match[m].names.row[r].points;
                        assert_true(sum - f.match[m].score < 1e-6 && f.match[m].score - sum < 1e-6);
                }
        }
        assert_true(seen > 20);
}

static void reasons_and_qualifiers_add_up_to_the_score(void **state)
{
        world         *w = *state;
        em_search_opts o = em_search_defaults;
        uint32_t       seed = 7;
        o.least = .5;
        o.limit = 50;
        size_t seen = 0;
        for (int i = 0; i < 200; i++) {
                char     text[96];
                em_str   name, country = i % 2 ? EM_S("kp") : EM_S("ru");
                em_span  born = {em_day_make(1950 + i % 30, 1, 1), em_day_make(1950 + i % 30, 12, 31)};
                em_party_id number = {.type = EM_S("passport"), .value = EM_S("654310150")};
                em_found f;
                em_arena_reset(w->arena);
                snprintf(text, sizeof text, "%s %s", first[draw(&seed) % FIRST], last[draw(&seed) % LAST]);
                name = i % 5 ? em_str_c(text) : EM_S("Ri Son Gwon");
                em_query q = {.name = &name, .names = 1, .schema = EM_SCHEMA_PERSON, .country = &country, .countries = 1,
                              .born = &born, .borns = 1, .number = &number, .numbers = i % 3 == 0, .gender = EM_S("female")};
                assert_int_equal(em_names_search(w->names, &q, &o, w->arena, &f, NULL), EM_OK);
                for (size_t m = 0; m < f.matches; m++, seen++) {
                        double sum = 0;
                        for (size_t r = 0; r < f.match[m].names.rows; r++)
                                sum += f.match[m].names.row[r].points;
                        for (size_t r = 0; r < f.match[m].qualifiers; r++)
                                sum += f.match[m].qualifier[r].points;
                        assert_true(sum - f.match[m].score < 1e-6 && f.match[m].score - sum < 1e-6);
                        assert_true(m == 0 || f.match[m - 1].score >= f.match[m].score);
                }
        }
        assert_true(seen > 200);
}

static const em_qualifier *qualifier(const em_match *m, const char *what)
{
        for (size_t i = 0; i < m->qualifiers; i++)
                if (strcmp(m->qualifier[i].what, what) == 0)
                        return &m->qualifier[i];
        return NULL;
}

static void what_stands_beside_the_name_raises_and_lowers(void **state)
{
        world  *w = *state;
        em_str  name = EM_S("Kim Jong Chol"), kp = EM_S("kp"), ru = EM_S("ru");
        em_span same = {em_day_make(1971, 3, 1), em_day_make(1971, 3, 1)}, other = {em_day_make(1950, 1, 1), em_day_make(1950, 12, 31)};
        em_query q = {.name = &name, .names = 1, .schema = EM_SCHEMA_PERSON, .born = &same, .borns = 1, .country = &kp, .countries = 1};
        em_found f;
        assert_int_equal(em_names_search(w->names, &q, NULL, w->arena, &f, NULL), EM_OK);
        const em_match *m = &f.match[0];
        assert_true(f.matches > 0 && em_str_eq(id_of(w, m->party), EM_S("P2")) && m->score == 1);
        assert_string_equal(qualifier(m, "birth date")->why, "agrees");
        assert_true(em_str_eq(qualifier(m, "birth date")->query, EM_S("1971-03-01")));
        q.born = &other;
        q.country = &ru;
        assert_int_equal(em_names_search(w->names, &q, NULL, w->arena, &f, NULL), EM_OK);
        const em_match *n = NULL;
        for (size_t i = 0; i < f.matches; i++)
                if (em_str_eq(id_of(w, f.match[i].party), EM_S("P2")))
                        n = &f.match[i];
        assert_true(n && n->score < .8);
        assert_string_equal(qualifier(n, "birth date")->why, "differs");
        assert_true(qualifier(n, "country")->points < 0 && em_str_eq(qualifier(n, "country")->listed, EM_S("kp")));
}

static void a_weak_alias_weighs_less(void **state)
{
        world   *w = *state;
        em_found f = ask(w, "Comrade Ri", EM_SCHEMA_PERSON, NULL);
        assert_true(f.matches > 0 && em_str_eq(id_of(w, f.match[0].party), EM_S("P1")));
        assert_int_equal(f.match[0].name_kind, EM_NAME_WEAK);
        assert_true(f.match[0].score < .95 && qualifier(&f.match[0], "alias") != NULL);
}

static em_found ask_number(world *w, em_str type, em_str value, em_str name)
{
        em_found    f;
        em_party_id id = {.type = type, .value = value};
        em_query    q = {.name = &name, .names = name.n > 0, .number = &id, .numbers = 1};
        assert_int_equal(em_names_search(w->names, &q, NULL, w->arena, &f, NULL), EM_OK);
        return f;
}

static void numbers_find_their_party_in_any_writing(void **state)
{
        world   *w = *state;
        em_found f = ask_number(w, EM_S("imo"), EM_S("IMO 7937317"), EM_S(""));
        assert_true(f.matches == 1 && em_str_eq(id_of(w, f.match[0].party), EM_S("V1")) && f.match[0].score > .95);
        f = ask_number(w, EM_S("passport"), EM_S("6543-10150"), EM_S(""));
        assert_true(f.matches == 1 && em_str_eq(id_of(w, f.match[0].party), EM_S("P1")));
        f = ask_number(w, EM_S("wallet"), EM_S("0x098b716b8aaf21512996dc57eb0615e2383e2f96"), EM_S(""));
        assert_true(f.matches == 1 && em_str_eq(id_of(w, f.match[0].party), EM_S("C3")));
        assert_int_equal(ask_number(w, EM_S("imo"), EM_S("654310150"), EM_S("")).matches, 0);  /* a passport's digits */
        f = ask_number(w, EM_S("imo"), EM_S("7937317"), EM_S("Ocean Beauty"));                  /* renamed, or another's number */
        assert_true(f.matches == 1 && f.match[0].score < .95 && f.match[0].score >= .70);
}

static void entries_are_found_by_their_id(void **state)
{
        world   *w = *state;
        uint32_t party = 0;
        em_error err = {0};
        assert_int_equal(em_names_find(w->names, EM_S(""), EM_S("V1"), &party, &err), EM_OK);
        assert_true(em_str_eq(id_of(w, party), EM_S("V1")));
        assert_int_equal(em_names_find(w->names, EM_S(""), EM_S("V9"), &party, &err), EM_MISSING);
        assert_int_equal(em_names_find(w->names, EM_S("un"), EM_S("V1"), &party, &err), EM_MISSING);
}

static void every_party_comes_out_as_it_went_in(void **state)
{
        world *w = *state;
        for (size_t i = 0; i < em_list_count(w->list); i++) {
                em_party        p;
                em_buf          was = em_buf_make(1 << 20), is = em_buf_make(1 << 20);
                em_arena_reset(w->arena);
                assert_int_equal(em_names_party(w->names, (uint32_t)i, w->arena, &p, NULL), EM_OK);
                em_party_pack(em_list_at(w->list, i), &was);
                em_party_pack(&p, &is);
                assert_true(was.n > 20 && em_str_eq(em_buf_view(&was), em_buf_view(&is)));
                assert_true(em_str_eq(p.name[0].text, em_list_at(w->list, i)->name[0].text) && p.line == em_list_at(w->list, i)->line);
                em_buf_free(&was);
                em_buf_free(&is);
        }
}

static void a_packed_party_cut_or_changed_is_refused_or_read_within_its_bytes(void **state)
{
        world *w = *state;
        em_buf b = em_buf_make(1 << 20);
        em_party_pack(em_list_at(w->list, 0), &b);
        for (size_t n = 0; n < b.n; n++) {
                em_party p;
                char    *exact = malloc(n ? n : 1);     /* so that a sanitizer sees a byte read past */
                assert_non_null(exact);
                memcpy(exact, b.p, n);
                assert_int_equal(em_party_unpack((em_str){exact, n}, w->arena, &p, NULL), EM_FORMAT);
                free(exact);
        }
        for (size_t i = 0; i < b.n; i++)
                for (int bit = 0; bit < 8; bit++) {
                        em_party p;
                        char    *exact = malloc(b.n);
                        assert_non_null(exact);
                        memcpy(exact, b.p, b.n);
                        exact[i] = (char)(exact[i] ^ 1 << bit);
                        (void)!em_party_unpack((em_str){exact, b.n}, w->arena, &p, NULL);
                        free(exact);
                }
        em_buf_free(&b);
}

/* ---- damage --------------------------------------------------------------------------------------- */

static em_str read_index(world *w)
{
        em_str bytes = {0};
        assert_int_equal(em_file_read(em_str_c(w->path), 1 << 28, w->arena, &bytes, NULL), EM_OK);
        return bytes;
}

static em_status try(world *w, const char *bytes, size_t n, em_error *err)
{
        char      path[128];
        em_names *x = NULL;
        snprintf(path, sizeof path, "%s/damaged.idx", w->dir);
        FILE *f = fopen(path, "wb");
        assert_true(f && fwrite(bytes, 1, n, f) == n && fclose(f) == 0);
        em_status s = em_names_open(em_str_c(path), &x, err);
        em_names_close(x);
        unlink(path);
        return s;
}

static void a_flipped_bit_in_any_section_is_refused(void **state)
{
        world     *w = *state;
        em_str     all = read_index(w);
        em_nx_head head;
        char      *copy = malloc(all.n);
        assert_non_null(copy);
        memcpy(&head, all.p, sizeof head);
        memcpy(copy, all.p, all.n);
        assert_int_equal(try(w, copy, all.n, NULL), EM_OK);
        for (int s = 0; s < NX_SECTIONS; s++)
                for (int part = 0; part < 3; part++) {
                        em_error err = {0};
                        size_t   n = (size_t)head.place[s].length, at = (size_t)head.place[s].at + (n - 1) * (size_t)part / 2;
                        if (!n)
                                continue;
                        copy[at] ^= 16;
                        assert_int_equal(try(w, copy, all.n, &err), EM_FORMAT);
                        assert_true(strstr(err.text, "damaged") != NULL);
                        copy[at] ^= 16;
                }
        for (size_t at = 0; at < sizeof head; at += 3) {
                copy[at] ^= 1;
                assert_int_equal(try(w, copy, all.n, NULL), EM_FORMAT);
                copy[at] ^= 1;
        }
        free(copy);
}

static void an_index_cut_anywhere_is_refused(void **state)
{
        world *w = *state;
        em_str all = read_index(w);
        for (size_t i = 0; i < 150; i++)
                assert_int_equal(try(w, all.p, all.n * i / 150, NULL), EM_FORMAT);
        assert_int_equal(try(w, all.p, all.n - 1, NULL), EM_FORMAT);
        assert_int_equal(try(w, "not an index at all, but long enough to be read as one", 54, NULL), EM_FORMAT);
}

/* A file may have right checksums and be wrong all the same: each number that is a place, sent far out. */
static void a_lie_with_a_right_checksum_is_refused(void **state)
{
        static const struct { em_nx_section s; size_t from; } lies[] = {
                {NX_PARTY_AT, 8}, {NX_NAME, 0}, {NX_NAME, 4}, {NX_ROW, 0}, {NX_ROW, 4}, {NX_ROW_TOKEN, 0}, {NX_ROW_TOKEN, 12}, {NX_TOKEN, 0},
                {NX_TOKEN, 4}, {NX_TOKEN, 8}, {NX_TOKEN, 12}, {NX_TOKEN, 16}, {NX_TOKEN, 32}, {NX_POST_AT, 8}, {NX_POST, 0}, {NX_NEAR, 4}, {NX_NEAR_AT, 8}, {NX_TRI_AT, 8}, {NX_TRI, 0}, {NX_KOREAN, 4},
                {NX_NUMBER, 8}, {NX_FIND, 8}, {NX_FILE, 0},
        };
        world     *w = *state;
        em_str     all = read_index(w);
        char      *copy = malloc(all.n);
        assert_non_null(copy);
        for (size_t i = 0; i < sizeof lies / sizeof *lies; i++) {
                em_nx_head head;
                memcpy(copy, all.p, all.n);
                memcpy(&head, copy, sizeof head);
                em_nx_place *p = &head.place[lies[i].s];
                memset(copy + p->at + lies[i].from, 0xff, 4);
                p->check = em_nx_check(copy + p->at, (size_t)p->length);
                head.check = em_nx_check(&head, offsetof(em_nx_head, check));
                memcpy(copy, &head, sizeof head);
                if (try(w, copy, all.n, NULL) != EM_FORMAT)
                        fail_msg("lie %zu was believed", i);
        }
        free(copy);
}

static void the_same_lists_give_the_same_bytes(void **state)
{
        world *w = *state;
        char   again[128];
        em_str one = read_index(w), two = {0};
        snprintf(again, sizeof again, "%s/again.idx", w->dir);
        assert_int_equal(em_names_build((const em_list *const *)&w->list, 1, em_str_c(again), NULL, NULL, NULL), EM_OK);
        assert_int_equal(em_file_read(em_str_c(again), 1 << 28, w->arena, &two, NULL), EM_OK);
        assert_true(em_str_eq(one, two));
        unlink(again);
}

static void an_empty_list_is_an_index_that_finds_nothing(void **state)
{
        world    *w = *state;
        char      path[128];
        em_list  *list = NULL;
        em_names *x = NULL;
        em_found  f;
        em_str    name = EM_S("Kim");
        em_query  q = {.name = &name, .names = 1};
        snprintf(path, sizeof path, "%s/empty.idx", w->dir);
        assert_int_equal(em_list_parse(EM_S("name\n"), EM_S("e.csv"), NULL, &list, NULL), EM_OK);
        assert_int_equal(em_names_build((const em_list *const *)&list, 1, em_str_c(path), NULL, NULL, NULL), EM_OK);
        assert_int_equal(em_names_open(em_str_c(path), &x, NULL), EM_OK);
        assert_int_equal(em_names_search(x, &q, NULL, w->arena, &f, NULL), EM_OK);
        assert_int_equal(f.matches, 0);
        em_names_close(x);
        em_list_free(list);
        unlink(path);
}

static void bands_and_probabilities_rise_with_the_score(void **state)
{
        (void)state;
        double before = -1;
        for (int i = 0; i <= 100; i++) {
                double p = em_names_probability(i / 100.0);
                assert_true(p > before && p >= 0 && p <= 1);
                before = p;
        }
        assert_int_equal(em_band_of(.699), EM_BAND_NO);
        assert_int_equal(em_band_of(.70), EM_BAND_REVIEW);
        assert_int_equal(em_band_of(.85), EM_BAND_LIKELY);
        assert_int_equal(em_band_of(.95), EM_BAND_SAME);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(names_are_found_in_whatever_writing),
                cmocka_unit_test(the_worst_alarms_are_not_given),
                cmocka_unit_test(the_index_finds_what_comparing_everything_finds),
                cmocka_unit_test(a_name_of_two_very_common_words_is_found),
                cmocka_unit_test(the_mode_of_the_ofac_site_finds_all_that_score_so),
                cmocka_unit_test(reasons_and_qualifiers_add_up_to_the_score),
                cmocka_unit_test(what_stands_beside_the_name_raises_and_lowers),
                cmocka_unit_test(a_weak_alias_weighs_less),
                cmocka_unit_test(numbers_find_their_party_in_any_writing),
                cmocka_unit_test(entries_are_found_by_their_id),
                cmocka_unit_test(every_party_comes_out_as_it_went_in),
                cmocka_unit_test(a_packed_party_cut_or_changed_is_refused_or_read_within_its_bytes),
                cmocka_unit_test(a_flipped_bit_in_any_section_is_refused),
                cmocka_unit_test(an_index_cut_anywhere_is_refused),
                cmocka_unit_test(a_lie_with_a_right_checksum_is_refused),
                cmocka_unit_test(the_same_lists_give_the_same_bytes),
                cmocka_unit_test(an_empty_list_is_an_index_that_finds_nothing),
                cmocka_unit_test(bands_and_probabilities_rise_with_the_score),
        };
        return cmocka_run_group_tests(tests, make, drop);
}
