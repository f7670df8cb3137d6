/* A message as a line of JSON, with gpsd's keys in gpsd's order.
 *
 * The tables of ais_layout.c and ais_payload.c are walked and written into a small buffer that is given on when it is nearly full, so no
 * field looks at room: the longest, 1,064 bits in hexadecimal or 177 letters that are all escaped, is below FIELD_MOST.  Numbers are put two
 * digits at a time; fractions are integers with a point.
 */
#include "embargo/day.h"
#include "ais_field.h"

#define DAY_MS INT64_C(86400000)
enum { ROOM = 8192, FIELD_MOST = 1024 };

typedef struct writer { char *p; em_buf *out; char room[ROOM]; } writer;

static void give(writer *w)
{
        em_buf_add(w->out, w->room, (size_t)(w->p - w->room));
        w->p = w->room;
}

static inline void put(writer *w, const char *text, size_t n)
{
        memcpy(w->p, text, n);
        w->p += n;
}

/* ---- numbers ---- */

static const char pairs[] = "0001020304050607080910111213141516171819202122232425262728293031323334353637383940414243444546474849"
                            "5051525354555657585960616263646566676869707172737475767778798081828384858687888990919293949596979899";

static inline void put_pair(writer *w, unsigned below_100)
{
        put(w, pairs + (size_t)2 * below_100, 2);
}

static void put_number(writer *w, uint64_t v)
{
        if (v < 10) {
                *w->p++ = (char)('0' + v);
                return;
        }
        char  digits[20], *at = digits + sizeof digits;
        for (; v >= 100; v /= 100)
                memcpy(at -= 2, pairs + 2 * (v % 100), 2);
        if (v >= 10)
                memcpy(at -= 2, pairs + 2 * v, 2);
        else
                *--at = (char)('0' + v);
        put(w, at, (size_t)(digits + sizeof digits - at));
}

static void put_signed(writer *w, int64_t v)
{
        if (v < 0)
                *w->p++ = '-';
        put_number(w, v < 0 ? (uint64_t)-v : (uint64_t)v);
}

/* Two digits; a third where the bits hold more. */
static void put_two(writer *w, uint64_t v)
{
        if (v < 100)
                put_pair(w, (unsigned)v);
        else
                put_number(w, v);
}

/* v units of 10^-decimals, decimals 0 to 6 */
static void put_decimal(writer *w, int64_t v, unsigned decimals)
{
        static const uint32_t power[] = { 1, 10, 100, 1000, 10000, 100000, 1000000 };
        uint64_t size = v < 0 ? (uint64_t)-v : (uint64_t)v, one = power[decimals];
        if (v < 0)
                *w->p++ = '-';
        put_number(w, size / one);
        if (decimals == 0)
                return;
        *w->p++ = '.';
        uint32_t rest = (uint32_t)(size % one);
        for (unsigned left = decimals; left > 0; left--) {
                one /= 10;
                *w->p++ = (char)('0' + rest / one);
                rest = (uint32_t)(rest % one);
        }
}

/* 1/600000 degree to a millionth: times five thirds, which is never a half. */
static void put_degrees(writer *w, int32_t v)
{
        uint32_t size = v < 0 ? (uint32_t)-(int64_t)v : (uint32_t)v, micro = (uint32_t)(((uint64_t)size * 5 + 1) / 3);
        if (v < 0)
                *w->p++ = '-';
        uint32_t whole = micro / 1000000, rest = micro % 1000000;
        put_number(w, whole);
        *w->p++ = '.';
        put_pair(w, rest / 10000);
        put_pair(w, rest / 100 % 100);
        put_pair(w, rest % 100);
}

static void put_scaled(writer *w, int64_t v, const ais_scale *scale)
{
        int64_t scaled = (v + scale->add) * scale->mul, half = scaled < 0 ? -(scale->div / 2) : scale->div / 2;
        put_decimal(w, scale->div == 1 ? scaled : (scaled + half) / scale->div, scale->decimals);
}

/* ---- words ---- */

static void put_flag(writer *w, bool yes)
{
        if (yes)
                put(w, "true", 4);
        else
                put(w, "false", 5);
}

static void put_quoted(writer *w, em_str word)
{
        *w->p++ = '"';
        put(w, word.p, word.n);
        *w->p++ = '"';
}

/* Letters of the standard are 0x20 to 0x5f: two of them have to be escaped. */
static void put_letters(writer *w, const char *text, size_t n)
{
        *w->p++ = '"';
        for (size_t i = 0; i < n; i++) {
                if (text[i] == '"' || text[i] == '\\')
                        *w->p++ = '\\';
                *w->p++ = text[i];
        }
        *w->p++ = '"';
}

static em_str word_of(const ais_words *words, uint64_t v)
{
        return v < words->count ? words->word[v] : words->other;
}

/* ---- times: as sent, be there such a moment or not ---- */

static void put_time(writer *w, uint64_t hour, uint64_t minute)
{
        *w->p++ = 'T';
        put_two(w, hour);
        *w->p++ = ':';
        put_two(w, minute);
}

static void put_day(writer *w, uint64_t month, uint64_t day)
{
        put_two(w, month);
        *w->p++ = '-';
        put_two(w, day);
}

static void put_year(writer *w, uint64_t year)
{
        if (year > 9999)
                put_number(w, year / 10000);
        put_pair(w, (unsigned)(year / 100 % 100));
        put_pair(w, (unsigned)(year % 100));
        *w->p++ = '-';
}

static void put_moment(writer *w, const ais_field *f, const uint8_t *bits, size_t at)
{
        *w->p++ = '"';
        switch (f->kind) {
        case AIS_CLOCK:
                put_year(w, ais_bits(bits, at, 14));
                put_day(w, ais_bits(bits, at + 14, 4), ais_bits(bits, at + 18, 5));
                put_time(w, ais_bits(bits, at + 23, 5), ais_bits(bits, at + 28, 6));
                *w->p++ = ':';
                put_two(w, ais_bits(bits, at + 34, 6));
                *w->p++ = 'Z';
                break;
        case AIS_MONTH_TIME:
                put_day(w, ais_bits(bits, at, 4), ais_bits(bits, at + 4, 5));
                put_time(w, ais_bits(bits, at + 9, 5), ais_bits(bits, at + 14, 6));
                *w->p++ = 'Z';
                break;
        case AIS_DAY_MONTH_TIME:
                put_day(w, ais_bits(bits, at + 5, 4), ais_bits(bits, at, 5));
                put_time(w, ais_bits(bits, at + 9, 5), ais_bits(bits, at + 14, 6));
                break;
        case AIS_DAY_TIME:
                put_two(w, ais_bits(bits, at, 5));
                put_time(w, ais_bits(bits, at + 5, 5), ais_bits(bits, at + 10, 6));
                *w->p++ = 'Z';
                break;
        default:        /* AIS_DATE_TIME */
                put_year(w, 2000 + ais_bits(bits, at, 8));
                put_day(w, ais_bits(bits, at + 8, 4), ais_bits(bits, at + 12, 5));
                size_t time = at + (size_t)f->extra;
                put_time(w, ais_bits(bits, time, 5), ais_bits(bits, time + 5, 6));
        }
        *w->p++ = '"';
}

/* ---- numbers that have words among them ---- */

/* M.1371-5, table 48: the sensor's degrees a minute are the square of a 4.733rd; beyond 126 no sensor, only which way. */
static void put_turn(writer *w, int64_t v)
{
        if (v == -128)
                put(w, "\"nan\"", 5);
        else if (v == -127)
                put(w, "\"fastleft\"", 10);
        else if (v == 127)
                put(w, "\"fastright\"", 11);
        else {
                int64_t degrees = (v * v * 1000000 + 22401289 / 2) / 22401289;  /* 4.733 squared is 22.401289 */
                put_signed(w, v < 0 ? -degrees : degrees);
        }
}

static void put_limited(writer *w, uint64_t v, uint64_t none, em_str more, unsigned decimals)
{
        if (v == none)
                put(w, "\"nan\"", 5);
        else if (v == none - 1)
                put_quoted(w, more);
        else
                put_decimal(w, (int64_t)v, decimals);
}

/* An identity of 42 bits under a key that is its kind. */
static void put_target(writer *w, const uint8_t *bits, size_t at)
{
        unsigned kind = (unsigned)ais_bits(bits, at - 2, 2);
        em_str   key = word_of(&ais_target_words, kind);
        char     text[8];
        *w->p++ = ',';
        put_quoted(w, key);
        *w->p++ = ':';
        if (kind > 1) {
                size_t n = ais_letters(bits, at + 42, at, 7, text);
                put_letters(w, text, n);
                return;
        }
        *w->p++ = '"';
        put_number(w, ais_bits(bits, at, 42));
        *w->p++ = '"';
}

static void put_data(writer *w, const uint8_t *bits, size_t at, size_t end)
{
        size_t count = end > at ? end - at : 0;
        *w->p++ = '"';
        put_number(w, count);
        *w->p++ = ':';
        for (size_t i = 0; i < count; i += 8) {
                unsigned byte = (unsigned)ais_bits(bits, at + i, 8);
                byte &= count - i < 8 ? 0xffU << (8 - (count - i)) : 0xffU;
                *w->p++ = "0123456789abcdef"[byte >> 4 & 15];
                *w->p++ = "0123456789abcdef"[byte & 15];
        }
        *w->p++ = '"';
}

/* ---- tables ---- */

static void put_table(writer *w, const ais_table *table, const uint8_t *bits, size_t base, size_t end, bool first);

static void put_list(writer *w, const ais_list *list, const uint8_t *bits, size_t at, size_t end)
{
        size_t whole = end > at ? (end - at) / list->stride : 0, count = whole;
        if (list->most && count > list->most)
                count = list->most;
        if (list->count_bits) {
                size_t said = ais_bits(bits, at - list->count_bits, list->count_bits);
                count = said < count ? said : count;
        }
        *w->p++ = '[';
        for (size_t i = 0; i < count; i++, at += list->stride) {
                if (i > 0)
                        *w->p++ = ',';
                *w->p++ = '{';
                put_table(w, &list->common, bits, at, at + list->stride, true);
                if (list->select_bits) {
                        size_t kind = ais_bits(bits, at, list->select_bits);
                        if (kind < list->variants)
                                put_table(w, &list->variant[kind], bits, at, at + list->stride, false);
                }
                *w->p++ = '}';
        }
        *w->p++ = ']';
}

static void put_text(writer *w, const ais_field *f, const uint8_t *bits, size_t at, size_t end)
{
        char   text[EM_AIS_BITS / 6 + 1];
        size_t n = f->kind == AIS_AID_NAME ? ais_aid_name(bits, end, text)
                                           : ais_letters(bits, end, at, f->bits ? f->bits / 6 : EM_AIS_BITS / 6, text);
        put_letters(w, text, n);
}

static void put_rare(writer *w, const ais_field *f, const uint8_t *bits, size_t at, size_t end)
{
        switch ((ais_kind)f->kind) {
        case AIS_TEXT: case AIS_AID_NAME:
                put_text(w, f, bits, at, end);
                break;
        case AIS_INLAND:
                put_number(w, ais_bits(bits, at, f->bits));
                put(w, f->key_text, f->key_text_n);
                put_quoted(w, ais_inland_word(ais_bits(bits, at, f->bits)));
                break;
        case AIS_QUOTED:
                *w->p++ = '"';
                put_scaled(w, ais_signed(bits, at, f->bits), f->of.scale);
                *w->p++ = '"';
                break;
        case AIS_ZERO:
                *w->p++ = '0';
                break;
        case AIS_HEIGHT:
                put_limited(w, ais_bits(bits, at, f->bits), 4095, EM_S("high"), 0);
                break;
        case AIS_AIR_SPEED:
                put_limited(w, ais_bits(bits, at, f->bits), 1023, EM_S("fast"), 0);
                break;
        case AIS_DATA:
                put_data(w, bits, at, end);
                break;
        case AIS_LIST:
                put_list(w, f->of.list, bits, at, end);
                break;
        default:
                put_moment(w, f, bits, at);
        }
}

static void put_value(writer *w, const ais_field *f, const uint8_t *bits, size_t at, size_t end)
{
        switch ((ais_kind)f->kind) {
        case AIS_NUMBER:
                put_number(w, ais_bits(bits, at, f->bits));
                break;
        case AIS_SIGNED:
                put_signed(w, ais_signed(bits, at, f->bits));
                break;
        case AIS_FLAG:
                put_flag(w, ais_bits(bits, at, 1));
                break;
        case AIS_NAMED: {
                uint64_t v = ais_bits(bits, at, f->bits);
                put_number(w, v);
                put(w, f->key_text, f->key_text_n);
                put_quoted(w, word_of(f->of.words, v));
                break;
        }
        case AIS_WORD:
                put_quoted(w, word_of(f->of.words, ais_bits(bits, at, f->bits)));
                break;
        case AIS_DEGREES:
                put_degrees(w, (int32_t)ais_signed(bits, at, f->bits));
                break;
        case AIS_SCALED:
                put_scaled(w, (int64_t)ais_bits(bits, at, f->bits), f->of.scale);
                break;
        case AIS_SCALED_SIGNED:
                put_scaled(w, ais_signed(bits, at, f->bits), f->of.scale);
                break;
        case AIS_TURN:
                put_turn(w, ais_signed(bits, at, f->bits));
                break;
        case AIS_SPEED:
                put_limited(w, ais_bits(bits, at, f->bits), EM_AIS_SOG_NONE, EM_S("fast"), 1);
                break;
        default:
                put_rare(w, f, bits, at, end);
        }
}

static void put_table(writer *w, const ais_table *table, const uint8_t *bits, size_t base, size_t end, bool first)
{
        for (size_t i = 0; i < table->count; i++) {
                const ais_field *f = &table->field[i];
                size_t at = base + f->at;
                bool   there = at + f->bits <= end;
                if (!there && !f->padded)
                        continue;
                if (w->room + ROOM - w->p < FIELD_MOST)
                        give(w);
                if (f->kind == AIS_TARGET) {
                        put_target(w, bits, at);
                        continue;
                }
                memcpy(w->p, f->key + first, sizeof f->key - 1);        /* all of it: cheaper than its length */
                w->p += f->key_n - first;
                first = false;
                if (there)
                        put_value(w, f, bits, at, end);
                else
                        *w->p++ = '0';
        }
}

static void put_message(writer *w, const em_ais *ais)
{
        put(w, "{\"class\":\"AIS\",\"type\":", 22);
        put_number(w, ais->type);
        put(w, ",\"repeat\":", 10);
        put_number(w, ais->repeat);
        put(w, ",\"mmsi\":", 8);
        put_number(w, ais->mmsi);
        put(w, ",\"scaled\":true", 14);
        ais_piece piece[AIS_PIECES];
        size_t    pieces = ais_layout(ais, piece);
        for (size_t i = 0; i < pieces; i++)
                put_table(w, &piece[i].table, ais->bits, piece[i].base, piece[i].end, false);
        if (w->room + ROOM - w->p < FIELD_MOST)
                give(w);
}

void em_ais_json(const em_ais *ais, em_buf *out)
{
        writer w;
        w.out = out;
        w.p = w.room;
        put_message(&w, ais);
        *w.p++ = '}';
        give(&w);
}

/* Milliseconds of 1970 as "2021-07-01T12:00:01.000Z", of the years that four digits name; null for any other. */
static void put_instant(writer *w, int64_t time_ms)
{
        int64_t day = time_ms / DAY_MS - (time_ms % DAY_MS < 0);
        if (time_ms == INT64_MIN || day < EM_DAY_MIN || day > EM_DAY_MAX) {
                put(w, "null", 4);
                return;
        }
        char text[11];
        unsigned ms = (unsigned)(time_ms - day * DAY_MS), s = ms / 1000;
        *w->p++ = '"';
        put(w, em_day_text((em_day)day, text), 10);
        put_time(w, s / 3600, s / 60 % 60);
        *w->p++ = ':';
        put_pair(w, s % 60);
        *w->p++ = '.';
        *w->p++ = (char)('0' + ms % 1000 / 100);
        put_pair(w, ms % 100);
        put(w, "Z\"", 2);
}

em_status em_ais_json_line(const em_ais_message *message, em_buf *out)
{
        em_ais ais;
        writer w;
        if (em_ais_decode_ship(message->bits, message->bit_count, &ais) != EM_AIS_OK)
                return EM_FORMAT;
        w.out = out;
        w.p = w.room;
        put_message(&w, &ais);
        put(&w, ",\"time\":", 8);
        put_instant(&w, message->time_ms);
        put(&w, ",\"time_from\":", 13);
        put_quoted(&w, em_str_c(em_time_from_name(message->time_from)));
        put(&w, ",\"line\":", 8);
        put_number(&w, message->line[0]);
        put(&w, "}\n", 2);
        give(&w);
        return em_buf_status(out, NULL);
}
