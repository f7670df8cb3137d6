/* Routes of the pages for screen. */
#include "serve/desk.h"

const em_route em_routes_screen[] = {{0}};
