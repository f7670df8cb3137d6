/* Routes of the pages for work. */
#include "serve/desk.h"

const em_route em_routes_work[] = {{0}};
