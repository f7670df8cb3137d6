/* Routes of the pages for ledger. */
#include "serve/desk.h"

const em_route em_routes_ledger[] = {{0}};
