/* Any body of a POST is answered whole: a batch of examples, a form of a reconciliation, an update. */
#include "serve_made.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
        static const char *const targets[] = {"/match/default?cutoff=0.1", "/reconcile/default", "/match/own?limit=1&threshold=0.9"};
        em_service *service = serve_made();
        for (size_t i = 0; i < sizeof targets / sizeof *targets; i++) {
                em_reply reply;
                em_service_answer(service, &(em_request){.method = EM_S("POST"), .target = em_str_c(targets[i]), .host = EM_S("localhost"),
                                                         .body = {(const char *)data, size}}, &reply);
                serve_whole(&reply);
        }
        return 0;
}
