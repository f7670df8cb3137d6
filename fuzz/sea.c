/* Fuzz: the files of the sea.  The first byte says which of the four it is; what opens is asked. */
#include "embargo/sea.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void ask(const em_sea *sea, int32_t lon, int32_t lat)
{
        double m = em_sea_coast_m(sea, lon, lat, 300000), far = -1;
        const em_port *port;
        size_t    ports = em_sea_ports(sea, &port);
        ptrdiff_t at = em_sea_port_near(sea, lon, lat, 300000, &far);
        em_assert((m < 0) == em_sea_on_land(sea, lon, lat) || m == 0);
        em_assert(at < (ptrdiff_t)ports && (at < 0 || (far >= 0 && !port[at].approach)));
        for (size_t i = 0; i < ports && i < 4; i++)
                em_assert(em_sea_port_m(sea, i, lon, lat) >= 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
        em_sea_texts texts = {0};
        em_sea      *sea;
        em_error     err;
        em_str      *text[] = { &texts.coast, &texts.ports, &texts.regime_ports, &texts.areas };
        if (!size)
                return 0;
        *text[data[0] % 4] = (em_str){ (const char *)data + 1, size - 1 };
        if (em_sea_parse(&texts, &sea, &err) != EM_OK)
                return 0;
        ask(sea, 0, 0);
        ask(sea, 125 * EM_DEGREE, 38 * EM_DEGREE);
        ask(sea, -180 * EM_DEGREE, 90 * EM_DEGREE);
        ask(sea, 180 * EM_DEGREE, -90 * EM_DEGREE);
        ask(sea, 181 * EM_DEGREE, 91 * EM_DEGREE);
        em_sea_close(sea);
        return 0;
}
