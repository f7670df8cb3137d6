/* The indexes of a case: each is opened, which checks every offset in it, and says how far it reaches.
 *
 * A sanctions list is out of date the day after; MONTH is when this says so.
 */
#include "embargo/chain.h"
#include "embargo/day.h"
#include "embargo/moves.h"
#include "embargo/ships.h"
#include "serve/desk.h"
#include "serve/doctor.h"

#include <stdio.h>

enum { MONTH = 30 };

static em_status index_path(em_doctor *d, const char *name, em_str *ret_path, em_error *err)
{
        return em_path_join(d->opts->case_dir, em_str_c(name), d->arena, ret_path, err);
}

static em_status damaged(em_doctor *d, const char *again, const em_error *why)
{
        char text[1024];
        return em_doctor_says(d, EM_CHECK_WRONG, again, "%s", em_error_text(why, text, sizeof text));
}

static em_status judge_lists(em_doctor *d, const em_names *names)
{
        const em_list_file *file;
        size_t   files = em_names_files(names, &file), old = 0, undated = 0;
        em_day   today = em_day_of_time(em_clock_now(), EM_CALENDAR_UTC), oldest = today;
        char     day[11];
        for (size_t i = 0; i < files; i++) {
                undated += file[i].date == EM_DAY_NONE;
                old += file[i].date != EM_DAY_NONE && today - file[i].date > MONTH;
                if (file[i].date != EM_DAY_NONE && file[i].date < oldest)
                        oldest = file[i].date;
        }
        em_str many = em_doctor_many(d, files, "list", "lists"), parties = em_doctor_many(d, em_names_counts(names).parties, "party", "parties");
        if (old)
                return em_doctor_says(d, EM_CHECK_LOOK, "fetch the lists anew, then embargo index names", "%.*s of %.*s; %zu over %d days old, the oldest of %s.",
                                      EM_ARG(parties), EM_ARG(many), old, MONTH, em_day_text(oldest, day));
        if (undated)
                return em_doctor_says(d, EM_CHECK_LOOK, "embargo index names --dated DAY says of which day a list is",
                                      "%.*s of %.*s; %zu do not say of which day they are.", EM_ARG(parties), EM_ARG(many), undated);
        return em_doctor_says(d, EM_CHECK_FINE, NULL, "%.*s of %.*s, none over %d days old.", EM_ARG(parties), EM_ARG(many), MONTH);
}

static em_status look_names(em_doctor *d, em_error *err)
{
        em_str    path = d->opts->served ? d->opts->served->index : (em_str){0};
        em_names *names = NULL;
        em_error  why = {0};
        if (!path.n)
                EM_TRY(index_path(d, "index/names.idx", &path, err));
        if (!em_path_exists(path))
                return em_doctor_says(d, EM_CHECK_FINE, "embargo index names makes it when somebody is to be screened", "There is none.");
        if (em_names_open(path, &names, &why) != EM_OK)
                return damaged(d, "embargo index names makes it again", &why);
        em_status s = judge_lists(d, names);
        em_names_close(names);
        return s;
}

static em_status look_chain(em_doctor *d, em_error *err)
{
        em_str    path;
        em_chain *chain = NULL;
        em_moves_index *moves = NULL;
        em_sound *sound = d->opts->served ? d->opts->served->sound : NULL;
        em_error  why = {0};
        EM_TRY(index_path(d, "index/chain", &path, err));
        if (!em_path_is_dir(path))
                return em_doctor_says(d, EM_CHECK_FINE, "embargo index chain makes it when money is to be followed", "There is none.");
        if (em_chain_open_sound(path, sound, &chain, &why) == EM_OK) {
                em_chain_built n = em_chain_counts(chain);
                em_chain_close(chain);
                return em_doctor_says(d, EM_CHECK_FINE, NULL, "%.*s, to height %lld.", EM_ARG(em_doctor_many(d, n.blocks, "block", "blocks")),
                                      (long long)n.height);
        }
        if (em_moves_open_sound(path, sound, &moves, NULL) == EM_OK) {
                uint64_t n = em_moves_counts(moves).moves;
                em_moves_close(moves);
                return em_doctor_says(d, EM_CHECK_FINE, NULL, "%.*s between accounts.", EM_ARG(em_doctor_many(d, n, "transfer", "transfers")));
        }
        return damaged(d, "embargo index chain makes it again", &why);
}

static em_status look_ships(em_doctor *d, em_error *err)
{
        em_str    path;
        em_ships *ships = NULL;
        em_error  why = {0};
        EM_TRY(index_path(d, "index/ships", &path, err));
        if (!em_path_is_dir(path))
                return em_doctor_says(d, EM_CHECK_FINE, "embargo index ships makes it when ships are to be followed", "There is none.");
        if (em_ships_open(path, &ships, &why) != EM_OK)
                return damaged(d, "embargo index ships makes it again", &why);
        em_ships_built n = em_ships_counts(ships);
        em_ships_close(ships);
        return em_doctor_says(d, EM_CHECK_FINE, NULL, "%.*s of %.*s.", EM_ARG(em_doctor_many(d, n.fixes, "position", "positions")),
                              EM_ARG(em_doctor_many(d, n.mmsis, "ship", "ships")));
}

const em_doctor_row em_doctor_index[] = {
        {"names", "indexes", "Lists of names", look_names, true, false},
        {"chain", "indexes", "Chain", look_chain, true, false},
        {"ships", "indexes", "Ships' positions", look_ships, true, false},
        {0},
};
