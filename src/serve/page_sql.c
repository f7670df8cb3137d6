/* Routes of the pages for sql. */
#include "serve/desk.h"

const em_route em_routes_sql[] = {{0}};
