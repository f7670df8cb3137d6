/* fuzz/policy.c -- a policy by name: what is read has a rule to print, and the
 * name that it gives itself reads back as the same policy.
 */
#include "embargo/taint.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
        em_policy policy, again;
        char rule[160], name[40];
        if (!em_policy_parse((em_str){ (const char *)data, size }, &policy))
                return 0;
        em_assert(strlen(em_policy_text(policy, rule)) > 0);
        em_assert(em_policy_parse(em_str_c(em_policy_name(policy, name)), &again));
        em_assert(again.kind == policy.kind);
        return 0;
}
