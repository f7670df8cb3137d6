/* Which column of a table is what.
 *
 * Publishers name the same thing in many ways; one table of names knows them, compared without case, blanks and signs.  What is not
 * known a map says: "mmsi=VID time=SEQUENCE_DTTM lon=LON lat=LAT sog=SPEED/10"; of a table without names, "mmsi=#1 lon=#2 lat=#3 time=#4".
 */
#include "ships/ships_inside.h"

enum { FIELDS_MOST = 512 };

static const char *const names[EM_COLS] = {
        "mmsi", "time", "lon", "lat", "sog", "cog", "heading", "status", "imo", "name", "call_sign", "destination", "type", "length", "width",
        "draught", "to_bow", "to_stern", "to_port", "to_starboard", "class", "message", "accuracy", "receiver",
};

/* Lower case, letters and digits alone. */
static const struct known { const char *name; em_ship_column column; uint16_t over; } known[] = {
        {"mmsi", EM_COL_MMSI, 1}, {"ssvid", EM_COL_MMSI, 1}, {"sourcemmsi", EM_COL_MMSI, 1}, {"userid", EM_COL_MMSI, 1},
        {"basedatetime", EM_COL_TIME, 1}, {"timestamp", EM_COL_TIME, 1}, {"time", EM_COL_TIME, 1}, {"epoch", EM_COL_TIME, 1},
        {"datetime", EM_COL_TIME, 1}, {"aispostimestamp", EM_COL_TIME, 1}, {"dtposutc", EM_COL_TIME, 1},
        {"positiontime", EM_COL_TIME, 1}, {"positiontimestamp", EM_COL_TIME, 1},
        {"lon", EM_COL_LON, 1}, {"longitude", EM_COL_LON, 1}, {"long", EM_COL_LON, 1}, {"x", EM_COL_LON, 1},
        {"positionlongitude", EM_COL_LON, 1}, {"lat", EM_COL_LAT, 1}, {"latitude", EM_COL_LAT, 1}, {"y", EM_COL_LAT, 1},
        {"positionlatitude", EM_COL_LAT, 1},
        {"sog", EM_COL_SOG, 1}, {"speed", EM_COL_SOG, 1}, {"speedoverground", EM_COL_SOG, 1}, {"positionspeed", EM_COL_SOG, 1},
        {"sogtenthkn", EM_COL_SOG, 10},
        {"cog", EM_COL_COG, 1}, {"course", EM_COL_COG, 1}, {"courseoverground", EM_COL_COG, 1}, {"positioncourse", EM_COL_COG, 1},
        {"cogtenthdeg", EM_COL_COG, 10},
        {"heading", EM_COL_HEADING, 1}, {"trueheading", EM_COL_HEADING, 1}, {"hdg", EM_COL_HEADING, 1}, {"positionheading", EM_COL_HEADING, 1},
        {"status", EM_COL_STATUS, 1}, {"navstatus", EM_COL_STATUS, 1}, {"navigationalstatus", EM_COL_STATUS, 1},
        {"navigationstatus", EM_COL_STATUS, 1},
        {"imo", EM_COL_IMO, 1}, {"imonumber", EM_COL_IMO, 1}, {"imono", EM_COL_IMO, 1},
        {"vesselname", EM_COL_NAME, 1}, {"shipname", EM_COL_NAME, 1}, {"name", EM_COL_NAME, 1},
        {"callsign", EM_COL_CALL_SIGN, 1}, {"destination", EM_COL_DESTINATION, 1},
        {"vesseltype", EM_COL_TYPE, 1}, {"shiptype", EM_COL_TYPE, 1}, {"shipandcargotype", EM_COL_TYPE, 1},
        {"length", EM_COL_LENGTH, 1}, {"width", EM_COL_WIDTH, 1}, {"beam", EM_COL_WIDTH, 1},
        {"draught", EM_COL_DRAUGHT, 1}, {"draft", EM_COL_DRAUGHT, 1},
        {"dimensiontobow", EM_COL_BOW, 1}, {"tobow", EM_COL_BOW, 1}, {"a", EM_COL_BOW, 1},
        {"dimensiontostern", EM_COL_STERN, 1}, {"tostern", EM_COL_STERN, 1}, {"b", EM_COL_STERN, 1},
        {"dimensiontoport", EM_COL_PORT, 1}, {"toport", EM_COL_PORT, 1}, {"c", EM_COL_PORT, 1},
        {"dimensiontostarboard", EM_COL_STARBOARD, 1}, {"tostarboard", EM_COL_STARBOARD, 1}, {"d", EM_COL_STARBOARD, 1},
        {"typeofmobile", EM_COL_CLASS, 1}, {"transceiverclass", EM_COL_CLASS, 1}, {"transceiver", EM_COL_CLASS, 1},
        {"aisclass", EM_COL_CLASS, 1}, {"messageid", EM_COL_MESSAGE, 1}, {"messagetype", EM_COL_MESSAGE, 1}, {"msgtype", EM_COL_MESSAGE, 1},
        {"accuracy", EM_COL_ACCURACY, 1}, {"positionaccuracy", EM_COL_ACCURACY, 1},
        {"receivertype", EM_COL_RECEIVER, 1}, {"collectiontype", EM_COL_RECEIVER, 1},
};

em_ship_column em_ship_column_named(em_str name, uint16_t *ret_over)
{
        char   plain[40];
        size_t n = 0;
        for (size_t i = 0; i < name.n && n < sizeof plain - 1; i++) {
                char c = name.p[i];
                if (c >= 'A' && c <= 'Z')
                        c = (char)(c + 32);
                if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'))
                        plain[n++] = c;
        }
        plain[n] = 0;
        for (size_t i = 0; i < sizeof known / sizeof *known; i++)
                if (strcmp(known[i].name, plain) == 0) {
                        *ret_over = known[i].over;
                        return known[i].column;
                }
        return EM_COLS;
}

/* Quotes around a field are cut; a doubled one within stays doubled, as no value here has any.  0: a quote is not closed. */
size_t em_ship_fields(em_str line, char separator, em_str *field, size_t most)
{
        const char *p = line.p, *end = line.p + line.n;
        size_t      n = 0;
        while (n < most) {
                bool        quoted = p < end && *p == '"';
                const char *from = p + quoted, *stop = from;
                if (quoted) {
                        while (stop < end && (*stop != '"' || (stop + 1 < end && stop[1] == '"' && stop++)))
                                stop++;
                        if (stop == end)
                                return 0;
                        p = stop + 1;
                }
                const char *next = p < end ? memchr(p, separator, (size_t)(end - p)) : NULL;
                field[n++] = (em_str){from, (size_t)((quoted ? stop : next ? next : end) - from)};
                if (!next)
                        break;
                p = next + 1;
                while (separator == ' ' && p < end && *p == ' ')
                        p++;
        }
        return n;
}

static char separator_of(em_str line)
{
        static const char signs[] = ",;\t| ";
        size_t best = 0;
        char   separator = ',';
        for (const char *s = signs; *s; s++) {
                size_t count = 0;
                for (size_t i = 0; i < line.n; i++)
                        count += line.p[i] == *s;
                if (count > best && (*s != ' ' || best == 0)) {
                        best = count;
                        separator = *s;
                }
        }
        return separator;
}

static em_status place_of(em_str name, const em_str *field, size_t n, int16_t *ret_at, bool *headless, em_error *err)
{
        char    shown[80];
        int64_t number = 0;
        if (name.n > 1 && name.p[0] == '#' && em_str_int(em_str_sub(name, 1, name.n - 1), &number)) {
                if (number < 1 || number > FIELDS_MOST)
                        return em_fail(err, EM_USAGE, "--columns: there is no column %lld", (long long)number);
                *ret_at = (int16_t)(number - 1);
                *headless = true;
                return EM_OK;
        }
        for (size_t i = 0; i < n; i++)
                if (em_str_eq_nocase(em_str_trim(field[i]), name)) {
                        *ret_at = (int16_t)i;
                        return EM_OK;
                }
        return em_fail(err, EM_USAGE, "--columns: the table has no column \"%s\"", em_str_show(name, shown, sizeof shown));
}

static em_status map_one(em_str word, const em_str *field, size_t n, em_ship_columns *c, em_error *err)
{
        char    shown[80];
        em_cut  cut = em_str_cut(word, '=');
        int64_t over = 1;
        size_t  column = 0, slash = cut.tail.n;
        while (column < EM_COLS && !em_str_eq(cut.head, em_str_c(names[column])))
                column++;
        if (!cut.found || column == EM_COLS || cut.tail.n == 0)
                return em_fail(err, EM_USAGE, "--columns: \"%s\" is not WHAT=COLUMN with a WHAT such as mmsi, time, lon, lat, sog, cog, heading, "
                                              "status, imo, name", em_str_show(word, shown, sizeof shown));
        while (slash > 0 && cut.tail.p[slash - 1] >= '0' && cut.tail.p[slash - 1] <= '9')
                slash--;
        if (slash > 1 && slash < cut.tail.n && cut.tail.p[slash - 1] == '/') {
                if (!em_str_int(em_str_sub(cut.tail, slash, cut.tail.n - slash), &over) || over < 1 || over > 60000)
                        return em_fail(err, EM_USAGE, "--columns: \"%s\" divides by what is not 1 to 60000", em_str_show(word, shown, sizeof shown));
                cut.tail.n = slash - 1;
        }
        c->over[column] = (uint16_t)over;
        return place_of(cut.tail, field, n, &c->at[column], &c->headless, err);
}

static bool has(const em_ship_columns *c)
{
        return c->at[EM_COL_MMSI] >= 0 && c->at[EM_COL_TIME] >= 0 && c->at[EM_COL_LON] >= 0 && c->at[EM_COL_LAT] >= 0;
}

static void find_known(const em_str *field, size_t n, em_ship_columns *c)
{
        bool repeat = false, base = false;
        for (size_t i = 0; i < n; i++) {
                uint16_t       over = 1;
                em_ship_column column = em_ship_column_named(field[i], &over);
                repeat = repeat || em_str_eq_nocase(field[i], EM_S("Repeat_indicator"));
                base = base || em_str_eq_nocase(field[i], EM_S("BaseDateTime")) || em_str_eq_nocase(field[i], EM_S("base_date_time"));
                if (column == EM_COLS || c->at[column] >= 0)
                        continue;
                c->at[column] = (int16_t)i;
                c->over[column] = over;
        }
        c->form = em_str_eq(field[0], EM_S("# Timestamp")) ? EM_SHIP_DMA : base ? EM_SHIP_NOAA
                  : repeat && c->at[EM_COL_MESSAGE] >= 0 ? EM_SHIP_SPIRE : EM_SHIP_TABLE;
}

em_status em_ship_columns_find(em_str line, em_str map, em_ship_columns *ret_columns, em_error *err)
{
        em_str          field[FIELDS_MOST], word;
        em_ship_columns c = {.form = EM_SHIP_MAPPED};
        if (em_str_starts(line, EM_S("\xEF\xBB\xBF")))
                line = em_str_sub(line, 3, line.n - 3);
        line = em_str_trim(line);
        c.separator = separator_of(line);
        size_t n = em_ship_fields(line, c.separator, field, FIELDS_MOST);
        for (size_t i = 0; i < EM_COLS; i++) {
                c.at[i] = -1;
                c.over[i] = 1;
        }
        if (map.n == 0 && n)
                find_known(field, n, &c);
        while (em_str_word(&map, &word))
                EM_TRY(map_one(word, field, n, &c, err));
        if (!has(&c))
                return em_fail(err, EM_FORMAT, "neither sentences of AIS nor a table with an MMSI, a time, a longitude and a latitude; --columns says "
                                               "which column is which");
        *ret_columns = c;
        return EM_OK;
}
