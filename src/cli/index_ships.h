/* cli/index_ships.h -- `embargo index ships`: ships' reports into the index that `embargo ships` reads. */
#ifndef CLI_INDEX_SHIPS_H
#define CLI_INDEX_SHIPS_H

#include "cli/cli.h"

/* Operands from the second on are the files.  memory: bytes, 0 where none was given. */
EM_MUST em_status em_index_ships(em_cli *cli, uint64_t memory, em_error *err);

#endif
