/* Routes of the pages for measures. */
#include "serve/desk.h"

const em_route em_routes_measures[] = {{0}};
