/* Routes of the pages for ships. */
#include "serve/desk.h"

const em_route em_routes_ships[] = {{0}};
