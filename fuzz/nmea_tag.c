/* Any bytes are the inside of a tag block: with the checksum put right they date and name the sentence behind them or not; its letters stay the same. */
#include "embargo/nmea.h"

#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
        static const char sentence[] = "!AIVDM,1,1,,A,13HOI:0P0000VOHLCnHQKwvL05Ip,0*23";
        char     line[EM_NMEA_LINE];
        unsigned sum = 0;
        em_sentence s;
        if (size > 900)
                return 0;
        line[0] = '\\';
        if (size)
                memcpy(line + 1, data, size);
        for (size_t i = 0; i < size; i++)
                sum ^= data[i];
        int n = snprintf(line + 1 + size, sizeof line - size - 1, "*%02X\\%s", sum, sentence);
        em_nmea_reject why = em_sentence_parse(line, 1 + size + (size_t)n, &s);
        if (memchr(data, '\\', size))
                return 0;
        em_assert(why == EM_NMEA_OK && s.payload.n == 28 && s.channel == 'A');
        em_assert(s.time_from == EM_TIME_TAG || (s.time_from == EM_TIME_UNSAID && s.time_ms == INT64_MIN));
        em_assert(s.station.n <= size && s.group_part <= s.group_parts);
        return 0;
}
