/* Any bytes are a line: cut or rejected, never read beyond their end; slices lie inside; what is cut has the checksum that it names. */
#include "embargo/nmea.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void inside(em_str slice, const char *line, size_t n)
{
        em_assert(slice.n == 0 || (slice.p >= line && slice.p + slice.n <= line + n));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
        em_sentence s;
        char *line = malloc(size ? size : 1);
        if (!line)
                return 0;
        if (size)
                memcpy(line, data, size);
        if (em_sentence_parse(line, size, &s) == EM_NMEA_OK) {
                uint8_t bits[EM_NMEA_LINE], sum = 0;
                inside(s.talker, line, size);
                inside(s.payload, line, size);
                inside(s.station, line, size);
                em_assert(s.part >= 1 && s.part <= s.parts && s.parts <= EM_NMEA_PARTS && s.fill <= 5 && s.payload.n > 0);
                em_assert((s.time_from == EM_TIME_UNSAID) == (s.time_ms == INT64_MIN));
                em_assert(s.group_part <= s.group_parts);
                for (const char *p = s.talker.p; *p != '*'; p++)
                        sum ^= (uint8_t)*p;
                em_assert(sum == s.checksum || memchr(s.payload.p, '*', s.payload.n));
                (void)em_sixbit_unpack(s.payload.p, s.payload.n, bits);
        }
        free(line);
        return 0;
}
