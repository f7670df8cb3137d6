/* Any bytes are a list of addresses, with an asset in its name. */
#include "label_world.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
        static const char *const prefix[] = {"", "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa\n"};
        em_labels_opts opts = {.max = 10000};
        for (size_t i = 0; i < 2; i++) {
                em_labels *labels = NULL;
                em_error   err = {0};
                em_str     text = label_text(prefix[i], data, size);
                em_status  s = em_labels_parse(EM_S("sanctioned_XBT.txt"), text, &opts, &labels, &err);
                label_judge(s, labels, text, &err, i == 0, EM_LABEL_WALLETS);
        }
        return 0;
}
