/* Routes of the pages for doing. */
#include "serve/desk.h"

const em_route em_routes_doing[] = {{0}};
