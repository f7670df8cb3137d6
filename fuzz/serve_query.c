/* Any first line and headers are answered whole.  The lines of the input are target, host, origin, authorization,
 * cookie and method; those that are missing are what a client would send. */
#include "serve_made.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static em_str next(em_str *rest, em_str otherwise)
{
        em_cut cut = em_str_cut(*rest, '\n');
        *rest = cut.tail;
        return cut.head.n ? cut.head : otherwise;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
        em_service *service = serve_made();
        em_str      rest = {(const char *)data, size};
        em_reply    reply;
        em_request  request = {.target = next(&rest, EM_S("/"))};
        request.host = next(&rest, EM_S("localhost"));
        request.origin = next(&rest, EM_S(""));
        request.authorization = next(&rest, EM_S(""));
        request.cookie = next(&rest, EM_S(""));
        request.method = next(&rest, EM_S("GET"));
        em_service_answer(service, &request, &reply);
        serve_whole(&reply);
        em_service_refuse(service, &request, &reply);
        em_buf_free(&reply.body);
        return 0;
}
