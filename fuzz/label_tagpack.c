/* Any bytes are YAML or not; what is a TagPack gives labels, and what breaks off keeps what stands before. */
#include "label_world.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
        static const char *const prefix[] = {"", "label: x\ncategory: &c exchange\ntags:\n- address: '0x098B716B8Aaf21512996dC57EB0615e2383E2f96'\n  "};
        em_labels_opts opts = {.max = 10000};
        for (size_t i = 0; i < 2; i++) {
                em_labels *labels = NULL;
                em_error   err = {0};
                em_str     text = label_text(prefix[i], data, size);
                em_status  s = em_labels_parse(EM_S("p.yaml"), text, &opts, &labels, &err);
                label_judge(s, labels, text, &err, i == 0, EM_LABEL_TAGPACK);
        }
        return 0;
}
