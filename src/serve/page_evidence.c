/* Routes of the pages for evidence. */
#include "serve/desk.h"

const em_route em_routes_evidence[] = {{0}};
