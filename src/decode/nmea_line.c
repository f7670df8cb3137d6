/* One line into its fields (IEC 61162-1, VDM and VDO):
 *
 *     [time] [\tag block\...] !AIVDM,parts,part,sequence,channel,letters,fill*hh[,what a station appends]
 *
 * Nearly every line ends in ",f*hh", so the end of the letters is known before any search, and a good line costs no search at all;
 * the checksum goes over all of it in any case.  A line that has something else there is searched for its star.
 *
 * The checksum comes before any field is believed: a damaged line is a reject for its checksum, whatever the damage did to its fields.
 */
#include "nmea_inside.h"

static inline bool digit(char c) { return c >= '0' && c <= '9'; }

static bool is_head(const char *p, size_t n)
{
        return n >= 7 && p[0] == '!' && p[3] == 'V' && p[4] == 'D' && (p[5] == 'M' || p[5] == 'O') && p[6] == ',';
}

/* ",rSTATION" or ",bSTATION" and a time in seconds; what else stations append has its own letter and is passed over. */
static void appended(const char *p, const char *end, em_sentence *s)
{
        while (p < end) {
                const char *comma = memchr(p, ',', (size_t)(end - p));
                const char *stop = comma ? comma : end;
                size_t      n = (size_t)(stop - p);
                if (n >= 9 && digit(*p) && s->time_from == EM_TIME_UNSAID && em_nmea_epoch(p, n, &s->time_ms))
                        s->time_from = EM_TIME_SUFFIX;
                else if (n >= 2 && (*p == 'r' || *p == 'b') && !s->station.n)
                        s->station = (em_str){ p, n };
                p = stop + 1;
        }
}

/* The sentence number fields, from after "!AIVDM," on; star ends what may be read.  *at goes to the letters. */
static em_nmea_reject numbers(const char **at, const char *star, em_sentence *s)
{
        const char *p = *at;
        if (star - p < 8)
                return EM_NMEA_FIELDS;
        if (!digit(p[0]) || p[1] != ',' || !digit(p[2]) || p[3] != ',')
                return EM_NMEA_PART;
        s->parts = (uint8_t)(p[0] - '0');
        s->part = (uint8_t)(p[2] - '0');
        if (s->part == 0 || s->part > s->parts)
                return EM_NMEA_PART;
        p += 4;
        if (*p != ',') {
                int32_t v = 0;
                for (; digit(*p) && v < 100000000; p++)
                        v = v * 10 + (*p - '0');
                if (*p != ',')
                        return EM_NMEA_FIELDS;
                s->sequence = v;
        }
        p++;
        if (*p != ',') {
                s->channel = *p == '1' ? 'A' : *p == '2' ? 'B' : *p;
                if (s->channel < 'A' || s->channel > 'D' || p[1] != ',')
                        return EM_NMEA_CHANNEL;
                p++;
        }
        *at = p + 1;
        return EM_NMEA_OK;
}

/* The star before the checksum: where a plain line has it, else the first. */
static const char *find_star(const char *p, const char *end)
{
        if (end - p > 12 && end[-3] == '*' && end[-5] == ',')
                return end - 3;
        return memchr(p, '*', (size_t)(end - p));
}

static em_nmea_reject body(const char *p, const char *end, em_sentence *s)
{
        const char *star = find_star(p, end);
        if (!star || end - star < 3)
                return EM_NMEA_NO_CHECKSUM;
        int high = em_nmea_hex(star[1]), low = em_nmea_hex(star[2]);
        if (high < 0 || low < 0)
                return EM_NMEA_NO_CHECKSUM;
        s->checksum = em_nmea_xor(p + 1, (size_t)(star - p) - 1);
        if (s->checksum != high * 16 + low)
                return EM_NMEA_CHECKSUM;
        s->talker = (em_str){ p + 1, 2 };
        s->own = p[5] == 'O';
        p += 7;
        em_nmea_reject reject = numbers(&p, star, s);
        if (reject)
                return reject;
        if (star - p < 2 || star[-2] != ',')
                return star > p && star[-1] == ',' ? EM_NMEA_FILL : EM_NMEA_FIELDS;
        if (star[-1] < '0' || star[-1] > '5')
                return EM_NMEA_FILL;
        s->fill = (uint8_t)(star[-1] - '0');
        s->payload = (em_str){ p, (size_t)(star - 2 - p) };
        if (!s->payload.n)
                return EM_NMEA_EMPTY;
        const char *after = star + 3;
        if (after < end && *after == ',')
                appended(after + 1, end, s);
        else if (after < end && (em_nmea_hex(*after) >= 0 || *after == '!' || *after == '$'))
                return EM_NMEA_FIELDS;                  /* three digits, or two sentences in one line */
        return EM_NMEA_OK;
}

/* One tag block or several; *at goes behind them. */
static em_nmea_reject tag_blocks(const char **at, const char *end, em_sentence *s)
{
        while (*at < end && **at == '\\') {
                if (em_nmea_tag(at, end, s))
                        continue;
                for (const char *p = *at; p < end; p++)
                        if (is_head(p, (size_t)(end - p)))
                                return EM_NMEA_TAG;
                return EM_NMEA_OTHER;
        }
        return EM_NMEA_OK;
}

/* A time before the sentence or its tag block, or words that are none.  *at goes to either. */
static em_nmea_reject prefix(const char **at, const char *end, int64_t *prefix_ms)
{
        const char *p = *at, *sentence = memchr(p, '!', (size_t)(end - p));
        if (!sentence || *p == '#')
                return EM_NMEA_OTHER;
        const char *tag = memchr(p, '\\', (size_t)(sentence - p));
        *at = tag ? tag : sentence;
        if (!em_nmea_prefix_time(p, (size_t)(*at - p), prefix_ms))
                *prefix_ms = EM_NMEA_NO_TIME;
        return EM_NMEA_OK;
}

em_nmea_reject em_sentence_cut(const char *line, size_t n, em_sentence *s)
{
        const char *p = line, *end = line + n;
        int64_t     prefix_ms = EM_NMEA_NO_TIME;
        em_nmea_reject reject = EM_NMEA_OK;
        *s = (em_sentence){ .sequence = -1, .time_ms = EM_NMEA_NO_TIME };
        if (n > EM_NMEA_LINE)
                return EM_NMEA_LONG;
        if (n < 7)
                return EM_NMEA_OTHER;
        if (*p != '!' && *p != '\\')
                reject = prefix(&p, end, &prefix_ms);
        if (!reject && *p == '\\')
                reject = tag_blocks(&p, end, s);
        if (reject)
                return reject;
        if (!is_head(p, (size_t)(end - p)))
                return EM_NMEA_OTHER;
        reject = body(p, end, s);
        if (s->time_from == EM_TIME_UNSAID && prefix_ms != EM_NMEA_NO_TIME) {
                s->time_ms = prefix_ms;
                s->time_from = EM_TIME_PREFIX;
        }
        return reject;
}

em_nmea_reject em_sentence_parse(const char *line, size_t n, em_sentence *ret_sentence)
{
        em_sentence    s;
        em_nmea_reject reject = em_sentence_cut(line, n, &s);
        if (reject == EM_NMEA_OK)
                *ret_sentence = s;
        return reject;
}

/* ---- names ------------------------------------------------------------------ */

static const struct { const char *name, *why; } rejects[EM_NMEA_REJECTS] = {
        [EM_NMEA_OK] = { "ok", "an AIS sentence" },
        [EM_NMEA_OTHER] = { "other", "not an AIS sentence" },
        [EM_NMEA_LONG] = { "long", "the line or the message is longer than any sentence or message may be" },
        [EM_NMEA_FIELDS] = { "fields", "the fields of the sentence are not those of VDM or VDO" },
        [EM_NMEA_CHECKSUM] = { "checksum", "the checksum does not agree with the sentence" },
        [EM_NMEA_NO_CHECKSUM] = { "no-checksum", "the sentence has no checksum" },
        [EM_NMEA_TAG] = { "tag", "the tag block before the sentence is damaged" },
        [EM_NMEA_PART] = { "part", "the number of the part or of parts is none from 1 to 9" },
        [EM_NMEA_CHANNEL] = { "channel", "the channel is none of A, B, C, D, 1 and 2" },
        [EM_NMEA_FILL] = { "fill", "the number of fill bits is none from 0 to 5" },
        [EM_NMEA_ARMOUR] = { "armour", "a character of the message stands for no six bits" },
        [EM_NMEA_EMPTY] = { "empty", "the sentence holds no message" },
        [EM_NMEA_ORPHAN] = { "orphan", "the other parts of the message did not come" },
        [EM_NMEA_TWICE] = { "twice", "the same part came again with other content before the message was whole" },
};

const char *em_nmea_reject_name(em_nmea_reject reject)
{
        em_assert(reject < EM_NMEA_REJECTS);
        return rejects[reject].name;
}

const char *em_nmea_reject_why(em_nmea_reject reject)
{
        em_assert(reject < EM_NMEA_REJECTS);
        return rejects[reject].why;
}

const char *em_time_from_name(em_time_from from)
{
        static const char *const names[EM_TIME_FROMS] = { "none", "tag", "suffix", "prefix", "gatehouse", "base", "day", "table" };
        em_assert(from < EM_TIME_FROMS);
        return names[from];
}
