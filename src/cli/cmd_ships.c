/* embargo ships: what moved at sea, who was silent, who met, and how many tonnes.
 *
 * The engine is embargo/ships.h and voyage.h; here stand the question and the ways out.  Every event may have another
 * reading, and each view prints it beside.
 */
#include "cli/ships.h"

/* The first word, when it says what to do; else it is a ship. */
typedef enum verb { TOP, FIND, DECODE, LIFE, TRACKS, DAYS, COAST, SERIES } verb;

static verb verb_of(const em_parsed *parsed)
{
        static const struct { const char *word; verb verb; } known[] = {{"top", TOP}, {"find", FIND}, {"decode", DECODE}, {"tracks", TRACKS},
                                                                        {"days", DAYS}, {"coast", COAST}, {"series", SERIES}};
        if (!parsed->operands)
                return TOP;
        for (size_t i = 0; i < sizeof known / sizeof *known; i++)
                if (em_str_eq(parsed->operand[0], em_str_c(known[i].word)))
                        return known[i].verb;
        return LIFE;
}

static em_status check(const em_cli *cli, verb v, em_error *err)
{
        static const struct { const char *flag; unsigned verbs; const char *of; } only[] = {
                {"keep", 1u << FIND, "ships find"}, {"run", 1u << FIND, "ships find"},
                {"map", 1u << LIFE | 1u << FIND, "ships find and for one ship"}, {"repeats", 1u << DECODE, "ships decode"},
                {"profile", 1u << FIND | 1u << LIFE, "ships find and for one ship: ships top counts by both"},
                {"rule", 1u << FIND | 1u << LIFE, "ships find and for one ship"},
                {"area", 1u << FIND | 1u << TRACKS | 1u << COAST, "ships find, tracks and coast"}, {"ship", 1u << FIND, "ships find"},
                {"points", 1u << TRACKS | 1u << SERIES, "ships tracks and series"},
                {"chart", 1u << LIFE | 1u << SERIES, "ships series and for one ship"},
        };
        for (size_t i = 0; i < sizeof only / sizeof *only; i++)
                if (em_cli_given(cli, only[i].flag) && !(only[i].verbs >> v & 1))
                        return em_fail(err, EM_USAGE, "--%s is for %s", only[i].flag, only[i].of);
        if (em_cli_given(cli, "out") && !em_cli_given(cli, "run"))
                return em_fail(err, EM_USAGE, "--out is for --run");
        if (em_cli_given(cli, "keep") && em_cli_given(cli, "run"))
                return em_fail(err, EM_USAGE, "--keep puts the run into the case, --run prints it; ask for one at a time");
        if ((em_cli_given(cli, "keep") || em_cli_given(cli, "run")) && (em_cli_given(cli, "area") || em_cli_given(cli, "ship")))
                return em_fail(err, EM_USAGE, "a run is kept whole: --area and --ship are for looking");
        if ((v == TOP || v == FIND || v == DAYS || v == COAST) && cli->parsed->operands > 1)
                return em_fail(err, EM_USAGE, "ships %s takes no further word", v == TOP ? "top" : v == FIND ? "find" : v == DAYS ? "days" : "coast");
        return EM_OK;
}

static em_str join_words(em_cli *cli, size_t from)
{
        em_str who = from < cli->parsed->operands ? cli->parsed->operand[from] : EM_S("");
        for (size_t i = from + 1; i < cli->parsed->operands; i++)
                who = em_cli_text(cli, "%.*s %.*s", EM_ARG(who), EM_ARG(cli->parsed->operand[i]));
        return em_str_trim(who);
}

static em_status find(em_fleet *f, em_error *err)
{
        if (em_cli_given(f->cli, "keep"))
                EM_TRY(em_ships_keep_ready(f, err));
        EM_TRY(em_fleet_open(f, err));
        EM_TRY(em_fleet_detect(f, err));
        EM_TRY(em_fleet_look_at_events(f, err));
        EM_TRY(em_fleet_sift(f, err));
        em_str map = em_cli_value(f->cli, "map");
        bool both = em_fleet_map_out(f) && f->cli->form == EM_FORM_JSON;
        if (map.n && !both)
                EM_TRY(em_ships_map(f, f->shown, f->showns, EM_SHIPS_TITLE, map, err));
        if (em_fleet_map_out(f) && !both)
                return EM_OK;
        if (em_cli_given(f->cli, "run"))
                return em_ships_run_print(f, err);
        EM_TRY(em_ships_find(f, err));
        return em_cli_given(f->cli, "keep") ? em_ships_keep(f, err) : EM_OK;
}

static em_status look(em_fleet *f, verb v, em_error *err)
{
        if (v == FIND)
                return find(f, err);
        f->bare = v == DAYS || v == TRACKS || v == SERIES;
        EM_TRY(em_fleet_open(f, err));
        switch (v) {
        case TOP:    return em_ships_top(f, err);
        case DAYS:   return em_ships_by_day(f, err);
        case COAST:  return em_ships_coast(f, err);
        case SERIES: return em_ships_series(f, join_words(f->cli, 1), err);
        case TRACKS: return em_ships_tracks(f, join_words(f->cli, 1), err);
        default:     return em_ships_life(f, join_words(f->cli, 0), err);
        }
}

static em_status run(em_cli *cli, em_error *err)
{
        em_fleet f = {.cli = cli};
        verb     v = verb_of(cli->parsed);
        EM_TRY(check(cli, v, err));
        if (v == DECODE)
                return em_ships_decode(cli, cli->parsed->operand + 1, cli->parsed->operands - 1, err);
        em_status s = look(&f, v, err);
        em_fleet_close(&f);
        return s;
}

static const em_flag flags[] = {
        {"index", 'i', EM_ARG_FOLDER, "DIR", "the index to look in (default: index/ships of the case)"},
        {"kind", 'k', EM_ARG_TEXT, "KIND,...", "gap encounter dark-meeting loitering port-call hidden-call identity spoofing "
                                               "interference draught drift detour (default: all)"},
        {"profile", 'p', EM_ARG_TEXT, "NAME", "embargo (default) or gfw, Global Fishing Watch's rules as they are published"},
        {"rule", 0, EM_ARG_FILES, "NAME=VALUE", "change one threshold, such as meet-hours=3; may be given again"},
        {"from", 0, EM_ARG_DAY, "DAY", "only positions of this day (UTC) and later"},
        {"to", 0, EM_ARG_DAY, "DAY", "only positions of this day (UTC) and earlier"},
        {"regime", 0, EM_ARG_TEXT, "NAME|DIR", "whose ports and areas count (default: the case's)"},
        {"names", 'n', EM_ARG_FILE, "FILE", "an index of lists: which listed vessels a ship may be; or none (default: index/names.idx of the case)"},
        {"area", 0, EM_ARG_TEXT, "W,S,E,N", "find, tracks, coast: only what lies between these degrees, as 124,38,126,39.5"},
        {"ship", 0, EM_ARG_TEXT, "TEXT", "find: only events of ships with this number, or with this in a name"},
        {"points", 0, EM_ARG_COUNT, "N", "tracks, series: so many positions at most (default: 20000)"},
        {"map", 'm', EM_ARG_FILE, "FILE.svg", "tracks and events as a map into FILE.svg; - prints it instead of the rest, with --json into it"},
        {"chart", 0, EM_ARG_FILE, "FILE.svg", "series, one ship: its numbers over time as a picture into FILE.svg; - as with --map"},
        {"keep", 0, EM_ARG_NONE, NULL, "find: keep the run in the case: its rows become records, and the questions use them"},
        {"run", 0, EM_ARG_NONE, NULL, "find: the run as one document (CSV), as --keep takes it into a case"},
        {"out", 'o', EM_ARG_FILE, "FILE", "with --run: write it to FILE"},
        {"repeats", 0, EM_ARG_NONE, NULL, "decode: messages that another receiver heard too"},
        {0},
};
static const em_example examples[] = {
        {"embargo index ships ais/*.nmea --out ships", "first, the sentences into an index"},
        {"embargo ships --index ships", "what is in it, and how many events by both profiles"},
        {"embargo ships find --index ships --kind encounter,hidden-call", "who met, who may have called unheard"},
        {"embargo ships find --index ships --profile gfw --csv", "by Global Fishing Watch's rules, as data"},
        {"embargo ships IMO 9000000 --index ships --map life.svg", "one ship: identities, track, events, partners"},
        {"embargo ships series 499000101 --index ships --csv", "its speed, waits and draughts, position by position"},
        {"embargo ships tracks --index ships --area 124,38,126,39.5 --json", "where ships were heard, as GeoJSON for another map"},
        {"embargo --case c ships find --keep", "the run into a case, for its questions and its report"},
        {"embargo ships decode tcp://receiver:10110", "sentences as they come, as JSON, one message a line, with gpsd's names"},
        {0},
};
const em_command em_cmd_ships = {
        .name = "ships", .group = "follow ships", .brief = "what moved at sea, who was silent, who met, and how many tonnes",
        .usage = "[top|days|find|tracks [SHIP]|series SHIP|coast|decode [FILE...]|SHIP]", .least = 0, .most = SIZE_MAX, .operand = EM_ARG_TEXT,
        .about = "SHIP is an MMSI (nine digits), an IMO number (seven) or a name as the ship said it; its life is printed: "
                 "under which identities it was heard, its track, its events with what else each may have been, and its partners.\n\n"
                 "An event says what may have happened, from the sentences it names: a silence (with how many others were heard "
                 "there), two ships side by side, a wait as for a partner that nobody heard, a call at a port, a silence that "
                 "may hide one, another name or number, positions that no ship can have had. Each has innocent readings.\n\n"
                 "Tonnes are intervals, from draughts that ships said before and after; ship type never decides what was on board.\n\n"
                 "days says how many positions of how many ships each day has; tracks gives where ships were heard, thinned to --points, "
                 "with --json as GeoJSON; coast gives the land and the ports of --area, for a map under them. "
                 "series gives how fast one ship said to go, how long it was not heard and how deep it said to lie, over time: of each part of the "
                 "span the slowest, the fastest and the ends of the longest silence stay, when it was heard more often than --points.\n\n"
                 "decode reads receivers' lines (NMEA 0183, all 27 types) from files, from standard input (-), from tcp://HOST:PORT or as "
                 "datagrams on udp://:PORT, and prints JSON; Ctrl-C ends a stream.",
        .example = examples, .flag = flags, .json = true, .csv = true, .run = run,
};
