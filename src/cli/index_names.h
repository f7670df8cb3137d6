/* cli/index_names.h -- `embargo index names`: lists of parties into the index that screening asks. */
#ifndef CLI_INDEX_NAMES_H
#define CLI_INDEX_NAMES_H

#include "cli/cli.h"

/* Operands from the second on are the lists. */
EM_MUST em_status em_index_names(em_cli *cli, em_error *err);

#endif
