/* Routes of the pages for charts. */
#include "serve/desk.h"

const em_route em_routes_charts[] = {{0}};
