/* What is said of ships and events, in words; for tables, lives, maps and runs alike.
 */
#include "cli/ships.h"

#include <math.h>
#include <stdlib.h>

em_str em_words_instant(em_cli *cli, int64_t time_s)
{
        char    day[11];
        int64_t second = ((time_s % 86400) + 86400) % 86400;
        em_day_text(em_day_utc(time_s), day);
        return em_cli_text(cli, "%sT%02d:%02d:%02dZ", day, (int)(second / 3600), (int)(second / 60 % 60), (int)(second % 60));
}

em_str em_words_time(em_cli *cli, int64_t time_s)
{
        em_str t = em_words_instant(cli, time_s);
        return em_cli_text(cli, "%.10s %.5s", t.p, t.p + 11);
}

em_str em_words_fixed(em_cli *cli, double v, int decimals)
{
        return isfinite(v) ? em_cli_text(cli, "%.*f", decimals, v) : EM_S("");
}

/* Units are 1/600000 of a degree, so that six decimals lose nothing that a receiver said. */
em_str em_words_degrees(em_cli *cli, int32_t units)
{
        int64_t micro = ((int64_t)units * 10 + (units < 0 ? -3 : 3)) / 6;
        return em_cli_text(cli, "%s%lld.%06lld", micro < 0 ? "-" : "", (long long)(llabs(micro) / 1000000),
                           (long long)(llabs(micro) % 1000000));
}

em_str em_words_position(em_cli *cli, int32_t lon, int32_t lat)
{
        return em_cli_text(cli, "%.4f %c %.4f %c", fabs((double)lat) / EM_DEGREE, lat < 0 ? 'S' : 'N',
                           fabs((double)lon) / EM_DEGREE, lon < 0 ? 'W' : 'E');
}

em_str em_words_tenths(em_cli *cli, unsigned tenths)
{
        return em_cli_text(cli, "%u.%u", tenths / 10, tenths % 10);
}

void em_words_under(em_cli *cli, const char *label, em_str text)
{
        enum { LEFT = 10 };
        size_t width = cli->term.width;
        em_str rest = em_cli_safe(cli, text);
        if (!rest.n)
                return;
        size_t took = em_term_break(rest, width - LEFT);
        fprintf(cli->out, "    %-6s%.*s\n", label, EM_ARG(em_str_trim(em_str_sub(rest, 0, took))));
        em_term_wrap(em_str_trim(em_str_sub(rest, took, rest.n)), LEFT, width, cli->out);
}

/* ---- ships ------------------------------------------------------------------------------------ */

em_str em_seen_name(const em_seen *s)
{
        for (size_t i = s ? s->reports : 0; i-- > 0;)
                if (s->report[i].name[0])
                        return em_str_c(s->report[i].name);
        return EM_S("");
}

uint32_t em_seen_imo(const em_seen *s)
{
        for (size_t i = s ? s->reports : 0; i-- > 0;)
                if (s->report[i].imo)
                        return s->report[i].imo;
        return 0;
}

const em_ship_report *em_seen_said(const em_seen *s, int64_t time_s)
{
        const em_ship_report *said = NULL;
        for (size_t i = 0; s && i < s->reports; i++)
                if (!said || s->report[i].first_s <= time_s)
                        said = &s->report[i];
        return said;
}

em_str em_fleet_ship(const em_fleet *f, uint32_t mmsi, uint32_t part)
{
        em_str name = em_seen_name(em_fleet_seen(f, mmsi, part));
        em_str number = part ? em_cli_text(f->cli, "%09lu/%lu", (unsigned long)mmsi, (unsigned long)part)
                             : em_cli_text(f->cli, "%09lu", (unsigned long)mmsi);
        return name.n ? em_cli_text(f->cli, "%.*s %.*s", EM_ARG(em_cli_safe(f->cli, name)), EM_ARG(number)) : number;
}

/* Events at sea name the nearest port too, however far it is. */
bool em_event_has_port(const em_event *e)
{
        return e->port >= 0 && (e->kind == EM_EVENT_PORT_CALL || e->kind == EM_EVENT_HIDDEN_CALL || e->kind == EM_EVENT_DRAUGHT);
}

em_str em_fleet_port(const em_fleet *f, const em_event *e)
{
        const em_port *list = NULL;
        size_t         count = em_sea_ports(f->sea, &list);
        if (!em_event_has_port(e) || (size_t)e->port >= count)
                return EM_S("");
        const em_port *p = &list[e->port];
        return em_cli_text(f->cli, "%.*s%s%.*s%s", EM_ARG(p->name), p->country.n ? " (" : "", EM_ARG(p->country),
                           p->country.n ? ")" : "");
}

em_str em_listed_words(em_cli *cli, const em_listed_ship *l)
{
        em_str text = EM_S("");
        for (size_t i = 0; i < l->reasons; i++) {
                const em_listed_reason *r = &l->reason[i];
                text = em_cli_text(cli, "%.*s%s%s %.*s: %s", EM_ARG(text), text.n ? "; " : "", r->what,
                                   EM_ARG(r->said.n ? em_cli_safe(cli, r->said) : em_cli_safe(cli, r->listed)), r->why);
        }
        return text;
}

/* ---- events ----------------------------------------------------------------------------------- */

em_str em_event_innocent(const em_event *e)
{
        static const char *const other[EM_EVENT_KINDS] = {
                [EM_EVENT_GAP] = ("a transponder may fail, and a receiver may not hear: others heard here at the time speak against "
                                  "that, and do not exclude it"),
                [EM_EVENT_ENCOUNTER] = "ships lie together to take fuel, stores or crew, to help, to tow, or at anchor",
                [EM_EVENT_DARK_MEETING] = "a ship may wait alone for orders, a berth, weather or an engine",
                [EM_EVENT_LOITERING] = "a ship may wait for orders, a berth or weather",
                [EM_EVENT_PORT_CALL] = "a ship may lie near a port and not call there",
                [EM_EVENT_HIDDEN_CALL] = "a ship may be silent off a port and never enter it: nobody heard where it was",
                [EM_EVENT_IDENTITY] = "numbers are typed by hand, change with the flag, and two ships may share one by mistake",
                [EM_EVENT_SPOOFING] = "a receiver, a clock or an antenna may be at fault",
                [EM_EVENT_INTERFERENCE] = "many ships jump together: it is not this ship's doing",
                [EM_EVENT_DRAUGHT] = "draught is typed by hand, and changes with ballast and fuel too",
                [EM_EVENT_DRIFT] = "ships drift on purpose while they wait, and without an engine",
                [EM_EVENT_DETOUR] = "weather, traffic, orders and help to others lead ships from their way",
        };
        em_assert((unsigned)e->kind < EM_EVENT_KINDS);
        return em_str_c(other[e->kind]);
}

const char *em_event_strength(const em_event *e)
{
        return e->score >= 0.75 ? "strong" : e->score >= 0.5 ? "fair" : e->score >= 0.25 ? "weak" : "faint";
}

em_str em_event_key(em_cli *cli, const em_event *e)
{
        em_str at = em_words_instant(cli, e->start_s);
        em_str what = e->what && e->what[0] ? em_cli_text(cli, " %s", e->what) : EM_S("");
        em_str part = e->part ? em_cli_text(cli, "/%lu", (unsigned long)e->part) : EM_S("");
        em_str other = e->other_mmsi ? em_cli_text(cli, " %09lu", (unsigned long)e->other_mmsi) : EM_S("");
        if (e->other_mmsi && e->other_part)
                other = em_cli_text(cli, "%.*s/%lu", EM_ARG(other), (unsigned long)e->other_part);
        return em_cli_text(cli, "%s%.*s %09lu%.*s%.*s %.*s", em_event_kind_name(e->kind), EM_ARG(what), (unsigned long)e->mmsi,
                           EM_ARG(part), EM_ARG(other), EM_ARG(at));
}
