/* One line of JSON for each message on stdin ("payload fill", the payloads of its parts one behind the other), or why it is none.
 * tests/nodes/gpsdecode.t compares them with gpsdecode's. */
#include "unit/ais_sentence.h"

#include <stdio.h>

int main(void)
{
        char     line[4096], payload[4000];
        unsigned fill;
        em_buf   out = em_buf_make((size_t)1 << 20);
        while (fgets(line, sizeof line, stdin)) {
                ais_made made = {0};
                em_ais   ais;
                if (sscanf(line, "%3999s %u", payload, &fill) != 2)
                        return 1;
                for (size_t i = 0, n = strlen(payload); i < n; i++)
                        made_add(&made, made_six(payload[i]) >> (i + 1 == n ? fill : 0), i + 1 == n ? 6 - fill : 6);
                em_ais_reject reject = em_ais_decode(made.bits, made.count, &ais);
                em_buf_clear(&out);
                if (reject == EM_AIS_OK)
                        em_ais_json(&ais, &out);
                if (em_buf_status(&out, NULL) != EM_OK)
                        return 1;
                em_str text = em_buf_view(&out);
                if (reject == EM_AIS_OK)
                        printf("%.*s\n", EM_ARG(text));
                else
                        printf("%s\n", em_ais_reject_name(reject));
                made_free(&made);
        }
        em_buf_free(&out);
        return 0;
}
